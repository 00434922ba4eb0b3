"""/caseload: an adviser's own young people; /handover: giving them to another adviser."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from telegram import Update

from bot import press, when
from bot.escalation import is_overdue
from bot.handing_over import hand_over, without_adviser
from bot.message import Button, Message, join, plain, written
from bot.models import EnrolmentState, Role
from bot.permission import Action, may
from bot.press import Press
from bot.relation import relations
from bot.store import escalations, people
from bot.store.escalations import Standing
from bot.store.people import Actor
from content.texts import caseload as texts
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.staff import relay

PAGE_SIZE: Final = 10
LONGEST_NAME: Final = 60
"""Of a name on a button or in a list; Telegram shows fewer letters on a small phone."""


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"


def _by_name(persons: Sequence[Actor]) -> list[Actor]:
    return sorted(persons, key=lambda person: (person.name.casefold(), person.id or 0))


def _names(persons: Sequence[Actor]) -> Mapping[int | None, str]:
    return {person.id: person.name for person in persons}


# --- the list


@needs(Action.SEE_CASELOAD)
async def caseload(update: Update, context: Context) -> None:
    """/caseload: own young people, ten at a time."""
    if update.effective_chat is not None:
        said = await _list(context, update.effective_chat.id, 0)
        context.turn.say(update.effective_chat.id, said, protect_content=True)


@needs(Action.SEE_CASELOAD)
async def caseload_page(press_: Press, update: Update, context: Context) -> None:
    """Another page of it, or back to it."""
    if update.effective_chat is not None:
        _change(update, context, await _list(context, update.effective_chat.id, press_.thing))


async def _list(context: Context, chat: int, page: int) -> Message:
    turn = context.turn
    actor = await turn.actor()
    everybody = _by_name(await people.caseload(turn.connection, actor.id or 0))
    if not everybody:
        return written(texts.EMPTY)
    pages = (len(everybody) - 1) // PAGE_SIZE + 1
    page = min(max(page, 0), pages - 1)
    shown = everybody[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    open_ = {s.person_id: s for s in await escalations.of_people(turn.connection, [p.id for p in shown if p.id])}
    head = [written(texts.LIST, {"count": len(everybody)})]
    if pages > 1:
        head.append(written(texts.PAGE, {"page": page + 1, "pages": pages}))
    rows = [_row(person, open_.get(person.id), context) for person in shown]
    buttons = [
        [press.button(turn.vault, _short(p.name), "yp", p.id or 0, chat, turn.now, more=str(page))] for p in shown
    ]
    turning = [
        press.button(turn.vault, words, "cases", to, chat, turn.now)
        for words, to in (("◀", page - 1), ("▶", page + 1))
        if 0 <= to < pages
    ]
    return join([join(head, "\n"), join(rows, "\n")]).with_buttons(*buttons, *([turning] if turning else []))


def _row(person: Actor, standing: Standing | None, context: Context) -> Message:
    gaps = {"name": _short(person.name), "contact": _contact(person, context), "stands": _stands(standing, context)}
    return written(texts.ROW, gaps)


def _contact(person: Actor, context: Context) -> str:
    if not person.is_enrolled:
        return texts.UNCONFIRMED
    if person.last_contact_at is None:
        return texts.NO_CONTACT
    zone = context.service.council.zone
    day, today = (moment.astimezone(zone).date() for moment in (person.last_contact_at, context.turn.now))
    return texts.CONTACT.format(day=when.day_said(day, today))


def _stands(standing: Standing | None, context: Context) -> str:
    if standing is None:
        return texts.NOTHING_OPEN
    late = is_overdue(standing.promised_at, context.turn.now)
    return (texts.OVERDUE if late else texts.OPEN).format(number=standing.id)


# --- one of them


@needs(Action.SEE_CASELOAD)
async def young_person(press_: Press, update: Update, context: Context) -> None:
    """One young person of the list, and what can be done."""
    person = await _mine(press_, update, context)
    if person is None or update.effective_chat is None:
        return
    chat, turn = update.effective_chat.id, context.turn
    open_ = await escalations.of_people(turn.connection, [person.id or 0])
    standing = open_[0] if open_ else None
    gaps = {"name": person.name, "contact": _contact(person, context), "stands": _stands(standing, context)}
    first = []
    if standing is not None:
        first.append(press.button(turn.vault, texts.OPEN_BUTTON, "open", standing.id, chat, turn.now))
    elif person.is_enrolled:
        first.append(press.button(turn.vault, texts.WRITE, "writefirst", person.id or 0, chat, turn.now))
    second = [
        press.button(turn.vault, texts.HAND_OVER, "hoto", person.id or 0, chat, turn.now),
        press.button(turn.vault, texts.NEW_PHONE, "phonehow", person.id or 0, chat, turn.now),
    ]
    back = [press.button(turn.vault, texts.BACK, "cases", int(press_.more or 0), chat, turn.now)]
    _change(update, context, written(texts.CARD, gaps, keep_lines=True).with_buttons(first, second, back))


async def _mine(press_: Press, update: Update, context: Context) -> Actor | None:
    """The young person of a press, if they are on the presser's caseload at this moment; says so if not."""
    person = await people.get(context.turn.connection, press_.thing)
    actor = await context.turn.actor()
    if person is not None and person.adviser_id == actor.id:
        return person
    say_no(update, context, texts.NOT_HERE)
    return None


@needs(Action.WRITE_FIRST)
async def write_first(press_: Press, update: Update, context: Context) -> None:
    """ "Write": a conversation that the adviser begins."""
    person = await people.get(context.turn.connection, press_.thing)
    actor = await context.turn.actor()
    stands = await relations(context.turn.connection, actor, person, None, context.turn.now)
    if person is None or not may(actor.roles, Action.WRITE_FIRST, stands):
        await refuse(update, context, Action.WRITE_FIRST)
    elif not person.is_enrolled or person.telegram_id is None:
        say_no(update, context, texts.NOT_JOINED)
    elif (there := await escalations.live(context.turn.connection, person.telegram_id, lock=True)) is not None:
        say_no(update, context, texts.ONE_IS_OPEN.format(number=there.id))
    else:
        _answer(update, context)
        await relay.begin(context, person, actor)


@needs(Action.INVITE_YOUNG_PERSON)
async def new_phone(press_: Press, update: Update, context: Context) -> None:
    """ "New phone": how it is done."""
    if await _mine(press_, update, context) is not None:
        say_no(update, context, texts.NEW_PHONE_HOW)


def _answer(update: Update, context: Context) -> None:
    if update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)


def _change(update: Update, context: Context, message: Message) -> None:
    """Answer the press; the message with the button becomes another."""
    query, chat = update.callback_query, update.effective_chat
    _answer(update, context)
    if query is not None and query.message is not None and chat is not None:
        context.turn.change(chat.id, query.message.message_id, message)


# --- handing over


@needs(Action.ALLOCATE)
async def handover(update: Update, context: Context) -> None:
    """/handover: an adviser's own young people; a manager chooses whose."""
    chat, turn = update.effective_chat, context.turn
    actor = await turn.actor()
    if chat is None:
        return
    if Role.MANAGER not in actor.roles:
        turn.say(chat.id, await _whom(context, chat.id, actor.id or 0, 0), protect_content=True)
        return
    turn.say(chat.id, await _whose(context, chat.id), protect_content=True)


async def _whose(context: Context, chat: int) -> Message:
    """Every adviser with how many young people; first those whose adviser is nobody."""
    turn = context.turn
    groups = await _groups(context)
    advisers = _names(await people.get_all(turn.connection, [i for i in groups if i]))
    rows: list[list[Button]] = []
    for adviser_id, members in sorted(groups.items(), key=lambda row: advisers.get(row[0], "").casefold()):
        gaps = {"name": _short(advisers.get(adviser_id, "")), "count": len(members)}
        words = (texts.WHOSE_ROW if adviser_id else texts.WITHOUT_ADVISER).format(**gaps)
        rows.append([press.button(turn.vault, words, "howho", adviser_id, chat, turn.now)])
    if not rows:
        return written(texts.NOBODY_TO_HAND_OVER)
    return written(texts.WHOSE).with_buttons(*rows[:90], [_cancel(context, chat)])


async def _groups(context: Context) -> dict[int, list[Actor]]:
    """Young people by adviser; 0 holds those whose adviser is nobody, or nobody who is one now."""
    connection = context.turn.connection
    everybody = [
        person
        for person in await people.in_state(connection, EnrolmentState.ENROLLED, EnrolmentState.UNCONFIRMED)
        if Role.YOUNG_PERSON in person.roles or (person.adviser_id is not None and not person.is_staff)
    ]
    advisers = await people.with_role(connection, Role.ADVISER)
    alone = without_adviser(everybody, advisers)
    groups = {adviser.id or 0: [p for p in everybody if p.adviser_id == adviser.id] for adviser in advisers}
    return {adviser_id: found for adviser_id, found in {0: alone, **groups}.items() if found}


@needs(Action.ALLOCATE)
async def who_of(press_: Press, update: Update, context: Context) -> None:
    """Whose young people was chosen, or another page of them."""
    if update.effective_chat is None:
        return
    actor = await context.turn.actor()
    if Role.MANAGER not in actor.roles and press_.thing != actor.id:
        await refuse(update, context, Action.ALLOCATE)
        return
    chat = update.effective_chat.id
    _change(update, context, await _whom(context, chat, press_.thing, int(press_.more or 0)))


async def _members(context: Context, adviser_id: int) -> list[Actor]:
    """Whose adviser this is; of 0, or of somebody who is no adviser any more, those who need one."""
    groups = await _groups(context)
    if adviser_id in groups:
        return _by_name(groups[adviser_id])
    return _by_name([p for p in groups.get(0, []) if adviser_id in (0, p.adviser_id)])


async def _whom(context: Context, chat: int, adviser_id: int, page: int) -> Message:
    turn = context.turn
    members = await _members(context, adviser_id)
    if not members:
        return written(texts.NOBODY_TO_HAND_OVER)
    shown = members[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    rows = [[press.button(turn.vault, _short(p.name), "hoto", p.id or 0, chat, turn.now)] for p in shown]
    everybody = texts.ALL.format(count=len(members))
    rows.append([press.button(turn.vault, everybody, "hoto", 0, chat, turn.now, more=str(adviser_id))])
    if len(members) > (page + 1) * PAGE_SIZE:
        rows.append([press.button(turn.vault, "▶", "howho", adviser_id, chat, turn.now, more=str(page + 1))])
    return written(texts.WHOM).with_buttons(*rows, [_cancel(context, chat)])


def _cancel(context: Context, chat: int) -> Button:
    return press.button(context.turn.vault, texts.CANCEL, "hono", 0, chat, context.turn.now)


@needs(Action.ALLOCATE)
async def to_whom(press_: Press, update: Update, context: Context) -> None:
    """Who gets a new adviser was chosen; now, which one?"""
    from_, _, page_ = press_.more.partition("/")
    chosen = await _chosen(press_.thing, int(from_ or 0), update, context)
    if chosen is None or update.effective_chat is None:
        return
    chat, turn, page = update.effective_chat.id, context.turn, int(page_ or 0)
    has = {person.adviser_id for person in chosen}
    advisers = [a for a in await people.with_role(turn.connection, Role.ADVISER) if has != {a.id}]
    advisers = _by_name([adviser for adviser in advisers if adviser.id not in {person.id for person in chosen}])
    if not advisers:
        say_no(update, context, texts.NO_OTHER_ADVISER)
        return
    shown = advisers[page * PAGE_SIZE : (page + 1) * PAGE_SIZE]
    rows = [
        [press.button(turn.vault, _short(a.name), "hosure", press_.thing, chat, turn.now, more=f"{from_}/{a.id}")]
        for a in shown
    ]
    if len(advisers) > (page + 1) * PAGE_SIZE:
        rows.append([press.button(turn.vault, "▶", "hoto", press_.thing, chat, turn.now, more=f"{from_}/{page + 1}")])
    said = written(texts.TO_WHOM, {"whom": _whom_said(chosen)})
    _change(update, context, said.with_buttons(*rows, [_cancel(context, chat)]))


def _whom_said(chosen: Sequence[Actor]) -> str:
    return chosen[0].name if len(chosen) == 1 else texts.THEY.format(count=len(chosen))


async def _chosen(young_person_id: int, adviser_id: int, update: Update, context: Context) -> list[Actor] | None:
    """One young person, or (0) all of an adviser's; only those whom the presser may hand over at this moment."""
    connection, now = context.turn.connection, context.turn.now
    actor = await context.turn.actor()
    one = await people.get(connection, young_person_id) if young_person_id else None
    found = ([one] if one is not None else []) if young_person_id else await _members(context, adviser_id)
    if not found:
        say_no(update, context, texts.NOBODY_TO_HAND_OVER)
        return None
    for person in found:
        if not may(actor.roles, Action.ALLOCATE, await relations(connection, actor, person, None, now)):
            await refuse(update, context, Action.ALLOCATE)
            return None
    return found


@needs(Action.ALLOCATE)
async def sure(press_: Press, update: Update, context: Context) -> None:
    """The new adviser was chosen: say it back."""
    from_, _, to = press_.more.partition("/")
    chosen = await _chosen(press_.thing, int(from_ or 0), update, context)
    adviser = await _adviser(to, update, context) if chosen is not None else None
    if chosen is None or adviser is None or update.effective_chat is None:
        return
    chat, turn = update.effective_chat.id, context.turn
    right = press.button(turn.vault, texts.RIGHT, "hodo", press_.thing, chat, turn.now, more=press_.more)
    said = written(texts.SURE, {"whom": _whom_said(chosen), "adviser": adviser.name})
    _change(update, context, said.with_buttons([right], [_cancel(context, chat)]))


async def _adviser(number: str, update: Update, context: Context) -> Actor | None:
    adviser = await people.get(context.turn.connection, int(number or 0))
    if adviser is not None and Role.ADVISER in adviser.roles:
        return adviser
    say_no(update, context, texts.ADVISER_GONE)
    return None


@needs(Action.ALLOCATE)
async def do(press_: Press, update: Update, context: Context) -> None:
    """ "Right": they have a new adviser, and what is open goes along."""
    from_, _, to = press_.more.partition("/")
    chosen = await _chosen(press_.thing, int(from_ or 0), update, context)
    adviser = await _adviser(to, update, context) if chosen is not None else None
    if chosen is None or adviser is None:
        return
    actor = await context.turn.actor()
    for person in chosen:
        if person.id != adviser.id:
            await hand_over(context.turn, context.service.council, person, adviser, actor)
    _change(update, context, written(texts.DONE, {"adviser": adviser.name, "whom": _whom_said(chosen)}))


@needs(Action.ALLOCATE)
async def cancel(press_: Press, update: Update, context: Context) -> None:
    """Nothing is handed over."""
    _change(update, context, plain(texts.CANCELLED))


PRESSES: Final[Mapping[str, Handler]] = {
    "cases": caseload_page, "yp": young_person, "writefirst": write_first, "phonehow": new_phone, "howho": who_of,
    "hoto": to_whom, "hosure": sure, "hodo": do, "hono": cancel,
}  # fmt: skip
