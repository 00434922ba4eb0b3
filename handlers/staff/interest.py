"""/interested: who is interested in what, what is due, and moving them on. Advisers see their own young people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from telegram import Update

from bot import following, press, when
from bot import interest as rule
from bot.interest import Stays
from bot.message import Button, Message, join, plain, written
from bot.models import Reason, Role, Stage
from bot.permission import Action, may
from bot.press import Press
from bot.relation import relations
from bot.store import interests, people
from bot.store.interests import Interest, Offer
from bot.store.people import Actor
from content.texts import interest as texts
from handlers.applications import TYPED, Replies, day_of, days_said, prompt
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.reading import message_of
from handlers.staff import relay

PAGE_SIZE: Final = 8
LONGEST_NAME: Final = 40
DAYS_SHOWN: Final = 6
REPLIES: Final = Replies(
    {"step": prompt(texts.STEP_WANTED), **{kind: prompt(text) for kind, text in texts.STAFF_DAY_WANTED.items()}}
)


@dataclass(frozen=True, slots=True)
class Case:
    """An interest as somebody of staff comes to it."""

    interest: Interest
    person: Actor
    offer: Offer | None
    actor: Actor

    @property
    def gaps(self) -> dict[str, str]:
        """Who and what it is about."""
        return {"name": _short(self.person.name), "offer": following.offer_said(self.offer)}


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


async def _case(number: int, update: Update, context: Context) -> Case | None:
    """The interest with this number, if whoever came may follow it at this moment; refused with a sentence if not."""
    turn = context.turn
    actor = await turn.actor()
    found = await interests.get(turn.connection, number, lock=True)
    person = await people.get(turn.connection, found.person_id) if found is not None else None
    stands = await relations(turn.connection, actor, person, None, turn.now)
    if found is None or not may(actor.roles, Action.FOLLOW, stands):
        await refuse(update, context, Action.FOLLOW)
        return None
    if person is None:
        say_no(update, context, texts.HAS_NOT_JOINED)
        return None
    offers = await interests.offers(turn.connection, [found.opportunity_id])
    return Case(found, person, offers.get(found.opportunity_id), actor)


# --- the list


@needs(Action.FOLLOW)
async def interested(update: Update, context: Context) -> None:
    """/interested: who is interested in what, what is due first."""
    if update.effective_chat is not None:
        said = await _list(update.effective_chat.id, 0, context)
        context.turn.say(update.effective_chat.id, said, protect_content=True)


@needs(Action.FOLLOW)
async def page(press_: Press, update: Update, context: Context) -> None:
    """Another page of it, or back to it."""
    if update.effective_chat is not None:
        relay.change(update, context, await _list(update.effective_chat.id, press_.thing, context))


async def _mine(context: Context) -> list[tuple[Interest, Actor | None]]:
    """What is under way: all for employment advisers, of their own young people for advisers; what is due first."""
    turn, actor = context.turn, await context.turn.actor()
    found = await interests.going_on(turn.connection)
    ids = {one.person_id for one in found if one.person_id is not None}
    named = {person.id: person for person in await people.get_all(turn.connection, ids)}
    pairs = [(one, named.get(one.person_id)) for one in found]
    if Role.EMPLOYMENT not in actor.roles:
        pairs = [(one, person) for one, person in pairs if person is not None and person.adviser_id == actor.id]
    last = datetime.max.replace(tzinfo=UTC)
    return sorted(pairs, key=lambda pair: (pair[0].next_at or last, pair[0].id))


async def _list(chat_id: int, at: int, context: Context) -> Message:
    turn = context.turn
    pairs = await _mine(context)
    known = [(one, person) for one, person in pairs if person is not None]
    nameless = len({one.telegram_id for one, person in pairs if person is None and one.telegram_id > 0})
    if not known:
        return join([plain(texts.STAFF_NONE), *_nameless(nameless)])
    pages = (len(known) - 1) // PAGE_SIZE + 1
    at = min(max(at, 0), pages - 1)
    shown = known[at * PAGE_SIZE : (at + 1) * PAGE_SIZE]
    offers = await interests.offers(turn.connection, [one.opportunity_id for one, _ in shown])
    head = [written(texts.STAFF_LIST, {"count": len(known)})]
    if pages > 1:
        head.append(written(texts.STAFF_PAGE, {"page": at + 1, "pages": pages}))
    rows = [_row(one, person, offers.get(one.opportunity_id), context) for one, person in shown]
    buttons = [[_button(context, _short(person.name), "intone", one.id, chat_id)] for one, person in shown]
    turning = [
        _button(context, words, "intlist", to, chat_id)
        for words, to in (("◀", at - 1), ("▶", at + 1))
        if 0 <= to < pages
    ]
    said = join([join(head, "\n"), *rows, *_nameless(nameless)])
    return said.with_buttons(*buttons, *([turning] if turning else []))


def _nameless(count: int) -> list[Message]:
    if not count:
        return []
    return [plain(texts.STAFF_NAMELESS_ONE if count == 1 else texts.STAFF_NAMELESS.format(count=count))]


def _row(one: Interest, person: Actor, offer: Offer | None, context: Context) -> Message:
    now = context.turn.now
    gaps = {
        "due": texts.STAFF_OVERDUE if one.next_at is not None and one.next_at <= now else "",
        "name": _short(person.name),
        "title": offer.title if offer is not None else "",
        "stage": one.stage,
        "day": texts.STAFF_BY.format(day=_day(one.next_at, context)) if one.next_at is not None else "",
    }
    return written(texts.STAFF_ROW, gaps)


def _day(moment: datetime, context: Context) -> str:
    zone = context.service.council.zone
    return when.day_said(moment.astimezone(zone).date(), context.turn.now.astimezone(zone).date())


def _button(context: Context, words: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, thing, chat_id, context.turn.now, more=more)


# --- one of them


@needs(Action.FOLLOW)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """One of them, with what can be done."""
    case = await _case(press_.thing, update, context)
    if case is not None:
        await context.turn.event("interest", case.interest.id, "looked at", actor=case.actor.id)
        _change(case.interest, case, update, context)


def _change(found: Interest, case: Case, update: Update, context: Context) -> None:
    if update.effective_chat is not None:
        relay.change(update, context, _card(found, case, update.effective_chat.id, context))


def _card(found: Interest, case: Case, chat_id: int, context: Context) -> Message:
    lines = [written(texts.CARD, {**case.gaps, "stage": found.stage}, keep_lines=True)]
    lines += [plain(line) for line in _facts(found, context)]
    return join(lines, "\n").with_buttons(*_buttons(found, case, chat_id, context))


def _facts(found: Interest, context: Context) -> list[str]:
    if found.stage is Stage.NOT_TAKEN:
        return [texts.CARD_REASON.format(reason=found.reason or Reason.OTHER)]
    step, day = following.step_said(found), _day(found.next_at, context) if found.next_at is not None else ""
    next_ = texts.CARD_BY.format(step=step, day=day) if day else texts.CARD_NEXT.format(step=step)
    return [*days_said(found, context.turn, context, texts.CARD_INTERVIEW, texts.CARD_START), next_]


def _buttons(found: Interest, case: Case, chat_id: int, context: Context) -> list[list[Button]]:
    def button(words: str, verb: str, more: str = "") -> Button:
        return _button(context, words, verb, found.id, chat_id, more)

    back = _button(context, texts.STAFF_BACK, "intlist", 0, chat_id)
    undo = rule.before(found.stage, found.reached)
    mistake = [[button(texts.MISTAKE, "intmove", undo.name.lower())]] if undo is not None else []
    if found.stage is Stage.NOT_TAKEN:
        return [*mistake, [back]]
    ahead = rule.ORDER[rule.ORDER.index(found.stage) + 1 :]
    if rule.ORDER.index(found.stage) < rule.ORDER.index(Stage.STARTED):
        ahead = tuple(one for one in ahead if one not in (Stage.STILL_4_WEEKS, Stage.STILL_13_WEEKS))
    moves = [button(texts.STAFF_MOVES[one], "intmove", one.name.lower()) for one in ahead]
    rows = [moves[first : first + 2] for first in range(0, len(moves), 2)]
    rows.append([button(texts.NEXT_STEP, "intstep"), button(texts.CHANGE_DATE, "intdate", "due")])
    rows += [[button(words, "intdate", kind)] for stage, words, kind in DATED if stage is found.stage]
    if case.person.adviser_id == case.actor.id and Role.ADVISER in case.actor.roles:
        rows.append([_button(context, texts.WRITE, "writefirst", case.person.id or 0, chat_id)])
    return [*rows, [button(texts.STAFF_NOT_TAKEN, "intno")], *mistake, [back]]


DATED: Final = ((Stage.INTERVIEW, texts.INTERVIEW_DAY, "interview"), (Stage.OFFERED, texts.START_DAY, "start"))


async def _show_again(case: Case, update: Update, context: Context) -> None:
    after = await interests.get(context.turn.connection, case.interest.id)
    _change(after or case.interest, case, update, context)


@needs(Action.FOLLOW)
async def moved(press_: Press, update: Update, context: Context) -> None:
    """ "I talked to them", "Applied" …, and "That was a mistake"."""
    case = await _case(press_.thing, update, context)
    to = Stage.__members__.get(press_.more.upper())
    if case is None or to is None or to is Stage.NOT_TAKEN:
        return
    done = await following.move(context.turn, context.service.council, case.interest, to, case.actor)
    if isinstance(done, Stays):
        say_no(update, context, texts.THERE_ALREADY)
    else:
        await _show_again(case, update, context)


@needs(Action.FOLLOW)
async def not_taken(press_: Press, update: Update, context: Context) -> None:
    """ "Not taken": why?"""
    case = await _case(press_.thing, update, context)
    if case is None or update.effective_chat is None:
        return
    chat, number = update.effective_chat.id, case.interest.id
    each = [_button(context, texts.STAFF_REASONS[one], "intwhy", number, chat, one.name.lower()) for one in Reason]
    rows = [each[first : first + 2] for first in range(0, len(each), 2)]
    back = [_button(context, texts.BACK, "intone", number, chat)]
    relay.change(update, context, plain(texts.STAFF_WHY).with_buttons(*rows, back))


@needs(Action.FOLLOW)
async def reason_given(press_: Press, update: Update, context: Context) -> None:
    """The reason."""
    case = await _case(press_.thing, update, context)
    reason = Reason.__members__.get(press_.more.upper())
    if case is None or reason is None:
        return
    council = context.service.council
    done = await following.move(context.turn, council, case.interest, Stage.NOT_TAKEN, case.actor, reason)
    if isinstance(done, Stays):
        say_no(update, context, texts.THERE_ALREADY)
    else:
        await _show_again(case, update, context)


# --- the next step and its day


@needs(Action.FOLLOW)
async def step_prompted(press_: Press, update: Update, context: Context) -> None:
    """ "Write the next step": asks for it."""
    case = await _case(press_.thing, update, context)
    if case is not None:
        _ask(texts.STEP_WANTED, case, update, context)


def _ask(text: str, case: Case, update: Update, context: Context) -> None:
    if update.callback_query is not None and update.effective_chat is not None:
        context.turn.answer_press(update.callback_query.id)
        said = written(text, {"number": case.interest.id})
        context.turn.say(update.effective_chat.id, said, reply_markup={"force_reply": True})


@needs(Action.FOLLOW)
async def date_asked(press_: Press, update: Update, context: Context) -> None:
    """ "Change the date": the next days, or another one."""
    case = await _case(press_.thing, update, context)
    if case is None or update.effective_chat is None or press_.more not in texts.WHICH_DAY:
        return
    relay.change(update, context, _which_day(case, press_.more, update.effective_chat.id, context))


def _which_day(case: Case, kind: str, chat_id: int, context: Context) -> Message:
    today, number = context.turn.now.astimezone(context.service.council.zone).date(), case.interest.id
    days = [today + timedelta(days=ahead) for ahead in range(1 if kind == "due" else 0, DAYS_SHOWN + 1)]
    each = []
    for day in days:
        words = when.day_said(day, today)
        more = f"{kind}/{day:%Y%m%d}"
        each.append(_button(context, f"{words[0].upper()}{words[1:]}", "intday", number, chat_id, more))
    rows = [each[first : first + 2] for first in range(0, len(each), 2)]
    other = _button(context, texts.ANOTHER_DAY, "intday", number, chat_id, f"{kind}/{TYPED}")
    back = _button(context, texts.BACK, "intone", number, chat_id)
    return plain(texts.WHICH_DAY[kind]).with_buttons(*rows, [other, back])


@needs(Action.FOLLOW)
async def day_chosen(press_: Press, update: Update, context: Context) -> None:
    """A day was chosen."""
    case = await _case(press_.thing, update, context)
    if case is None:
        return
    kind, day = day_of(press_.more)
    if day == TYPED:
        _ask(texts.STAFF_DAY_WANTED[kind], case, update, context)
        return
    today = context.turn.now.astimezone(context.service.council.zone).date()
    if kind == "due" and isinstance(day, date) and day < today and update.effective_chat is not None:
        # The button has stood there for days: nobody is to be promised a day that has gone by.
        relay.change(update, context, _which_day(case, kind, update.effective_chat.id, context))
    elif isinstance(day, date):
        await following.set_day(context.turn, context.service.council, case.interest, kind, day, case.actor)
        await _show_again(case, update, context)


@needs(Action.FOLLOW)
async def typed(update: Update, context: Context) -> None:
    """A reply to one of these questions: the next step, or a day."""
    message, turn = message_of(update), context.turn
    read = REPLIES.read(message) if message is not None else None
    if message is None or read is None:
        return
    kind, number = read
    case = await _case(number, update, context)
    if case is None:
        return
    words = " ".join((message.text or message.caption or "").split())
    wrong = await _write_step(words, case, context) if kind == "step" else await _set_day(words, kind, case, context)
    after = await interests.get(turn.connection, number) or case.interest
    said = plain(wrong) if wrong else _card(after, case, message.chat_id, context)
    turn.say(message.chat_id, said, protect_content=True)


async def _write_step(words: str, case: Case, context: Context) -> str | None:
    """Why it can't be kept; None when it was."""
    if not words:
        return texts.STEP_EMPTY
    if len(words) > rule.LONGEST_STEP:
        return texts.STEP_TOO_LONG.format(count=len(words), longest=rule.LONGEST_STEP)
    await following.set_words(context.turn, case.interest, words, case.actor)
    return None


async def _set_day(words: str, kind: str, case: Case, context: Context) -> str | None:
    day = when.read_day_beside_time(words, context.turn.now, context.service.council.zone)
    if day is None:
        return texts.STAFF_NO_DAY
    await following.set_day(context.turn, context.service.council, case.interest, kind, day, case.actor)
    return None


PRESSES: Final[Mapping[str, Handler]] = {
    "intone": shown, "intlist": page, "intmove": moved, "intno": not_taken, "intwhy": reason_given, "intstep": step_prompted,
    "intdate": date_asked, "intday": day_chosen,
}  # fmt: skip
