"""/applications: where each one stands, and moving it on oneself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import filters

from bot import following, press, when
from bot import interest as rule
from bot.following import Promise
from bot.interest import Stays
from bot.message import Button, Message, join, plain, written
from bot.models import Reason, Stage
from bot.permission import Action
from bot.press import Press
from bot.store import interests
from bot.store.interests import Interest
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import interest as texts
from handlers import answers
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.reading import message_of
from handlers.staff import relay

DAYS_SHOWN: Final = 8
DAY_STAGES: Final[Mapping[str, Stage]] = {"interview": Stage.INTERVIEW, "start": Stage.OFFERED}
NO_DAY: Final = "none"
TYPED: Final = "typed"


def day_of(more: str) -> tuple[str, date | str | None]:
    """The kind and the day of a press: "interview/20261203", "interview/none", "interview/typed"."""
    kind, _, said = more.partition("/")
    if said in (NO_DAY, TYPED):
        return kind, None if said == NO_DAY else TYPED
    return kind, datetime.strptime(said, "%Y%m%d").date()  # noqa: DTZ007 - a local day, no moment


def prompt(text: str) -> re.Pattern[str]:
    """What recognises a question of ours, whatever number stands in it."""
    return re.compile(re.escape(written(text, {"number": "#"}).text).replace(r"\#", r"(\d{1,17})"))


class Replies(filters.MessageFilter):
    """A reply to one of our questions. Telegram shows what is answered, so nothing has to be remembered."""

    def __init__(self, prompts: Mapping[str, re.Pattern[str]]) -> None:
        super().__init__()
        self._prompts = prompts

    def filter(self, message: TelegramMessage) -> bool:
        """Whether it answers one of them."""
        return self.read(message) is not None

    def read(self, message: TelegramMessage) -> tuple[str, int] | None:
        """Which of them, and about which row."""
        answered = message.reply_to_message
        by_us = answered is not None and answered.from_user is not None and answered.from_user.is_bot
        asked = (answered.text or "") if by_us and answered is not None else ""
        found = ((name, match) for name, one in self._prompts.items() if (match := one.fullmatch(asked)))
        return next(((name, int(match[1])) for name, match in found), None)


REPLIES: Final = Replies({"interview": prompt(texts.INTERVIEW_WANTED), "start": prompt(texts.START_WANTED)})


# --- /applications


@needs(Action.OWN)
async def asked(update: Update, context: Context) -> None:
    """/applications: where each one stands."""
    if update.effective_chat is not None:
        context.turn.say(update.effective_chat.id, await _list(update.effective_chat.id, context))


@needs(Action.OWN)
async def listed(press_: Press, update: Update, context: Context) -> None:
    """Back to the list."""
    if update.effective_chat is not None:
        relay.change(update, context, await _list(update.effective_chat.id, context))


async def _list(chat_id: int, context: Context) -> Message:
    turn = context.turn
    found = (await interests.of_account(turn.connection, chat_id))[-DAYS_SHOWN:]
    if not found:
        return plain(texts.NONE_YET)
    offers = await interests.offers(turn.connection, [one.opportunity_id for one in found])
    rows = []
    for one in found:
        gaps = {"offer": following.offer_said(offers.get(one.opportunity_id)), "stands": texts.STANDS[one.stage]}
        rows.append(written(texts.LIST_ROW, gaps))
    titles = [(one, offers[one.opportunity_id].title) for one in found if one.opportunity_id in offers]
    buttons = [[_button(context, title[:40], "app", one, chat_id)] for one, title in titles]
    return join([written(texts.LIST), *rows]).with_buttons(*buttons)


@needs(Action.OWN)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """One of them."""
    found = await _own(press_, update, context)
    if found is not None:
        relay.change(update, context, await card(found, await context.turn.actor(), context))


async def _own(press_: Press, update: Update, context: Context) -> Interest | None:
    """What the button is about, if it is the presser's own; says so if not."""
    found = await interests.get(context.turn.connection, press_.thing, lock=True)
    user = update.effective_user
    if found is None or user is None or found.telegram_id != user.id:
        await refuse(update, context, Action.OWN)
        return None
    return found


async def card(found: Interest, actor: Actor, context: Context) -> Message:
    """Where one of them stands, and what its young person can do."""
    turn, council = context.turn, context.service.council
    offer = (await interests.offers(turn.connection, [found.opportunity_id])).get(found.opportunity_id)
    stands = texts.STANDS[found.stage]
    parts = [written(f"**{{offer}}**\n\n{stands[0].upper()}{stands[1:]}.", {"offer": following.offer_said(offer)})]
    promised = await following.promise(turn, council, found, actor) if actor.is_enrolled else Promise(None, None)
    if found.stage is Stage.INTERESTED and promised.holder is not None:
        parts.append(written(texts.TALKS_BY, following.gaps_of(turn, council, promised, offer, actor)))
    parts += [plain(line) for line in days_said(found, turn, context)]
    rows = _move_buttons(found, found.telegram_id, context)
    if found.stage is not Stage.NOT_TAKEN:
        parts.append(plain(texts.WHAT_NEXT))
        rows += following.help_buttons(context.service.library)
        if actor.is_enrolled and not await following.asks_no_more(turn, found):
            rows.append([_button(context, texts.STOP_ASKING, "appquiet", found, found.telegram_id)])
    rows.append([_button(context, texts.BACK, "applist", found, found.telegram_id)])
    return join(parts).with_buttons(*rows)


def days_said(
    found: Interest,
    speech: Speech,
    context: Context,
    interview: str = texts.INTERVIEW_ON,
    start: str = texts.STARTS_ON,
) -> list[str]:
    """The day of the interview and of the start, while they matter."""
    today = speech.now.astimezone(context.service.council.zone).date()
    pairs = ((interview, found.plan.interview_on, Stage.INTERVIEW),
             (start, found.plan.starts_on, Stage.OFFERED))  # fmt: skip
    return [
        text.format(day=when.day_said(day, today))
        for text, day, stage in pairs
        if day is not None and day >= today and found.stage is stage
    ]


def _move_buttons(found: Interest, chat_id: int, context: Context) -> list[list[Button]]:
    if found.stage is Stage.NOT_TAKEN:
        # As if the button under the opportunity were pressed, for as long as that is open.
        vault, now = context.turn.vault, context.turn.now
        return [[press.button(vault, texts.AGAIN, "interested", found.opportunity_id, chat_id, now)]]
    ahead = [one for one in rule.BY_YOUNG_PEOPLE if rule.ORDER.index(one) > rule.ORDER.index(found.stage)]
    moves = [_button(context, texts.MOVES[one], "appmove", found, chat_id, one.name.lower()) for one in ahead]
    rows = [moves[first : first + 2] for first in range(0, len(moves), 2)]
    if found.stage is Stage.STILL_13_WEEKS:
        return rows
    return [*rows, [_button(context, texts.NOT_FOR_ME, "appno", found, chat_id)]]


def _button(context: Context, words: str, verb: str, found: Interest, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, found.id, chat_id, context.turn.now, more=more)


# --- moving it on


@needs(Action.OWN)
async def moved(press_: Press, update: Update, context: Context) -> None:
    """ "I applied", "I have an interview" …"""
    found = await _own(press_, update, context)
    to = Stage.__members__.get(press_.more.upper())
    if found is None or to is None:
        return
    turn, actor = context.turn, await context.turn.actor()
    if to not in rule.BY_YOUNG_PEOPLE:
        await refuse(update, context, Action.OWN)
        return
    done = await following.move(turn, context.service.council, found, to, actor)
    if isinstance(done, Stays):
        said = {"there": texts.THERE_ALREADY, "back": texts.CANT_GO_BACK, "closed": texts.WAS_CLOSED}
        say_no(update, context, said[done.why])
        return
    relay.change(update, context, written(texts.MOVED[to]).with_buttons(*_after_move(found, to, context)))


def _after_move(found: Interest, to: Stage, context: Context) -> list[list[Button]]:
    kind = next((kind for kind, stage in DAY_STAGES.items() if stage is to), None)
    if kind is not None:
        return day_buttons(context, found, "appday", kind, found.telegram_id)
    back = _button(context, texts.BACK, "applist", found, found.telegram_id)
    return [*following.help_buttons(context.service.library), [back]]


def day_buttons(context: Context, found: Interest, verb: str, kind: str, chat_id: int) -> list[list[Button]]:
    """The next days, another one, none yet."""
    today = context.turn.now.astimezone(context.service.council.zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(DAYS_SHOWN)]
    one_each = [
        _button(context, _capital(when.day_said(day, today)), verb, found, chat_id, f"{kind}/{day:%Y%m%d}")
        for day in days
    ]
    rows = [one_each[first : first + 2] for first in range(0, len(one_each), 2)]
    last = [
        _button(context, texts.ANOTHER_DAY, verb, found, chat_id, f"{kind}/{TYPED}"),
        _button(context, texts.DONT_KNOW, verb, found, chat_id, f"{kind}/{NO_DAY}"),
    ]
    return [*rows, last]


def _capital(words: str) -> str:
    return f"{words[0].upper()}{words[1:]}"


@needs(Action.OWN)
async def day_chosen(press_: Press, update: Update, context: Context) -> None:
    """The day of the interview, or of the start."""
    found = await _own(press_, update, context)
    if found is None or update.callback_query is None:
        return
    kind, day = day_of(press_.more)
    if day == TYPED:
        context.turn.answer_press(update.callback_query.id)
        _ask_day(found, kind, context)
        return
    await following.set_day(
        context.turn, context.service.council, found, kind, day if isinstance(day, date) else None,
        await context.turn.actor(),
    )  # fmt: skip
    relay.change(update, context, _day_noted(day if isinstance(day, date) else None, context))


def _ask_day(found: Interest, kind: str, context: Context) -> None:
    wanted = texts.INTERVIEW_WANTED if kind == "interview" else texts.START_WANTED
    said = written(wanted, {"number": found.id})
    context.turn.say(found.telegram_id, said, reply_markup={"force_reply": True})


def _day_noted(day: date | None, context: Context) -> Message:
    today = context.turn.now.astimezone(context.service.council.zone).date()
    said = texts.DAY_UNKNOWN if day is None else texts.DAY_NOTED.format(day=when.day_said(day, today))
    return plain(said).with_buttons(*following.help_buttons(context.service.library))


@needs(Action.OWN)
async def day_typed(update: Update, context: Context) -> None:
    """The same, typed as a reply."""
    message, turn = message_of(update), context.turn
    read = REPLIES.read(message) if message is not None else None
    if message is None or read is None:
        return
    kind, number = read
    found = await interests.get(turn.connection, number, lock=True)
    if found is None or found.telegram_id != message.chat_id:
        turn.say(message.chat_id, plain(texts.NOT_YOURS_ANY_MORE))
        return
    day = when.read_day_beside_time(message.text or "", turn.now, context.service.council.zone)
    if day is None:
        turn.say(
            message.chat_id,
            plain(texts.NO_DAY).with_buttons(*day_buttons(context, found, "appday", kind, message.chat_id)),
        )
        _ask_day(found, kind, context)
        return
    await following.set_day(turn, context.service.council, found, kind, day, await turn.actor())
    turn.say(message.chat_id, _day_noted(day, context))


# --- not taken, still there, no more questions


@needs(Action.OWN)
async def not_for_me(press_: Press, update: Update, context: Context) -> None:
    """ "It's not for me": why?"""
    found = await _own(press_, update, context)
    if found is not None:
        rows = _reason_buttons(found, context)
        relay.change(update, context, plain(texts.WHY).with_buttons(*rows))


def _reason_buttons(found: Interest, context: Context) -> list[list[Button]]:
    chat = found.telegram_id
    each = [_button(context, texts.REASONS[one], "appwhy", found, chat, one.name.lower()) for one in Reason]
    rows = [each[first : first + 2] for first in range(0, len(each), 2)]
    return [*rows, [_button(context, texts.BACK, "app", found, chat)]]


@needs(Action.OWN)
async def reason_given(press_: Press, update: Update, context: Context) -> None:
    """The reason: it is closed, and what may help with the next one is shown."""
    found = await _own(press_, update, context)
    reason = Reason.__members__.get(press_.more.upper())
    if found is None or reason is None:
        return
    done = await following.move(
        context.turn, context.service.council, found, Stage.NOT_TAKEN, await context.turn.actor(), reason
    )
    if isinstance(done, Stays):
        say_no(update, context, texts.THERE_ALREADY)
        return
    rows = following.help_buttons(context.service.library, following.HELP_FOR[reason])
    relay.change(update, context, plain(texts.NOT_TAKEN).with_buttons(*rows))


STILL: Final[Mapping[str, Stage]] = {"4": Stage.STILL_4_WEEKS, "13": Stage.STILL_13_WEEKS}


@needs(Action.OWN)
async def still_there(press_: Press, update: Update, context: Context) -> None:
    """ "Are you still there?", answered."""
    found = await _own(press_, update, context)
    if found is None:
        return
    weeks, _, answer = press_.more.partition("/")
    match answer:
        case "yes":
            await _still_yes(found, STILL[weeks], update, context)
        case "no":
            said = plain(texts.STILL_NO).with_buttons(*_reason_buttons(found, context))
            relay.change(update, context, said)
        case "hand":
            await _hand(found, update, context)
        case "wait":
            said = plain(texts.NOT_YET_SAID).with_buttons(*following.help_buttons(context.service.library))
            relay.change(update, context, said)


async def _still_yes(found: Interest, to: Stage, update: Update, context: Context) -> None:
    if found.stage not in (Stage.STARTED, Stage.STILL_4_WEEKS):
        say_no(update, context, texts.THERE_ALREADY)
        return
    await following.move(context.turn, context.service.council, found, to, await context.turn.actor())
    relay.change(update, context, written(texts.STILL_YES).with_buttons([answers.PERSON]))


async def _hand(found: Interest, update: Update, context: Context) -> None:
    turn, council, actor = context.turn, context.service.council, await context.turn.actor()
    promised = await following.needs_a_hand(turn, council, found, actor)
    text = texts.HAND_SAID if promised.holder is not None else texts.HAND_SAID_TEAM
    said = written(text, following.gaps_of(turn, council, promised, None, actor))
    relay.change(update, context, said.with_buttons(*following.help_buttons(context.service.library)))


@needs(Action.OWN)
async def ask_no_more(press_: Press, update: Update, context: Context) -> None:
    """ "Stop asking me about it"."""
    found = await _own(press_, update, context)
    if found is not None:
        await following.ask_no_more(context.turn, found, await context.turn.actor())
        relay.change(update, context, plain(texts.STOPPED_ASKING))


PRESSES: Final[Mapping[str, Handler]] = {
    "app": shown, "applist": listed, "appmove": moved, "appday": day_chosen, "appno": not_for_me, "appwhy": reason_given,
    "appstill": still_there, "appquiet": ask_no_more,
}  # fmt: skip
