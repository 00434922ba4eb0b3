"""/dropins: the coming sessions, changing one, and ticking who came."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update

from bot import attendance, programme, timetabling, whats_on
from bot.message import Button, Message, bold, join, plain, written
from bot.models import DropInState
from bot.permission import Action, may
from bot.press import Press
from bot.store import drop_ins, series
from bot.store.drop_ins import DropIn
from bot.whats_on import Screen
from content.series import LONGEST, MOST_PLACES
from content.texts import programme as texts
from handlers import asking
from handlers.asking import Replies, prompt
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import relay
from handlers.staff.matter import HIGHEST

PAGE: Final = 8
AHEAD: Final = programme.MADE_AHEAD + timedelta(days=366)
TO_TICK: Final = timedelta(days=7)
"""So long afterwards a session that nobody ticked is still listed."""

WHEN, PLACE, REASON, PLACES = map(
    prompt, (texts.WHEN_WANTED, texts.PLACE_WANTED, texts.REASON_WANTED, texts.PLACES_WANTED)
)
REPLIES: Final = Replies(WHEN, PLACE, REASON, PLACES)


def screen_of(chat_id: int, context: Context) -> Screen:
    """Where staff read this: buttons are signed for their chat."""
    return Screen(context.turn.vault, chat_id, context.turn.now, context.service.council.zone)


def people_said(count: int, many: str, one: str, nobody: str) -> str:
    """How many people, in a sentence."""
    return nobody if count == 0 else one if count == 1 else many.format(count=count)


def places_said(capacity: int | None) -> str:
    """ "8 places"."""
    return people_said(capacity or 0, texts.SOME_PLACES, texts.ONE_PLACE, texts.ANY_PLACES)


def read_places(words: str) -> int | str | None:
    """A number of places, None for no limit, or the sentence that says what is wrong."""
    if words.casefold() in ("none", "no limit", "unlimited"):
        return None
    if words.isascii() and words.isdigit() and len(words) <= 6 and 1 <= int(words) <= MOST_PLACES:
        return int(words)
    return texts.NO_NUMBER.format(most=MOST_PLACES)


# --- the list


@needs(Action.TICK)
async def listed(update: Update, context: Context) -> None:
    """/dropins."""
    message = message_of(update)
    if message is not None:
        context.turn.say(message.chat_id, await _list(0, message.chat_id, context))


@needs(Action.TICK)
async def page(press_: Press, update: Update, context: Context) -> None:
    """Further ones, or back to the list."""
    if update.effective_chat is not None:
        relay.change(update, context, await _list(press_.thing, update.effective_chat.id, context))


async def _list(number: int, chat_id: int, context: Context) -> Message:
    turn, screen = context.turn, screen_of(chat_id, context)
    found = await drop_ins.between(turn.connection, turn.now - timedelta(days=1), turn.now + AHEAD)
    coming = whats_on.still_to_come(found, turn.now)
    first = number * PAGE if 0 <= number * PAGE < len(coming) else 0
    shown = coming[first : first + PAGE]
    rows = [[screen.button(whats_on.label(one, screen.zone), "ses", one.id)] for one in shown]
    if len(coming) > PAGE:
        further = first + PAGE < len(coming)
        rows.append([screen.button(texts.LATER if further else texts.FIRST, "sess", number + 1 if further else 0)])
    lines = [plain(_row(one, screen)) for one in shown]
    title = texts.COMING if first == 0 else texts.COMING_MORE
    parts = [join([written(title), *lines], "\n")] if lines else [plain(texts.NONE_COMING)]
    waiting = await series.unticked(turn.connection, turn.now - TO_TICK, turn.now)
    past = [one for row in waiting[:PAGE] if first == 0 and (one := await drop_ins.get(turn.connection, row))]
    if past:
        lines = [plain(_row(one, screen)) for one in past]
        parts.append(join([bold(texts.TO_TICK), *lines], "\n"))
        rows += [[screen.button(whats_on.label(one, screen.zone), "seswho", one.id)] for one in past]
    return join(parts).with_buttons(*rows)


def _row(one: DropIn, screen: Screen) -> str:
    gaps = {"when": whats_on.when_said(one, screen.zone), "name": one.name, "count": _count(one)}
    return (texts.ROW_CANCELLED if one.state is DropInState.CANCELLED else texts.ROW).format(**gaps)


def _count(one: DropIn) -> str:
    text = texts.COUNT if one.capacity is None else texts.COUNT_OF
    count = text.format(coming=one.coming, capacity=one.capacity)
    return texts.COUNT_WAITING.format(count=count, waiting=one.waiting) if one.waiting else count


# --- one session


async def session_of(number: int, update: Update, context: Context) -> DropIn | None:
    """The session with this number; says so when there is none."""
    found = await drop_ins.get(context.turn.connection, number) if 0 < number < HIGHEST else None
    if found is None:
        say_no(update, context, texts.GONE)
    return found


async def _to_change(number: int, update: Update, context: Context) -> DropIn | None:
    """The same, if it lies ahead and is not cancelled."""
    found = await session_of(number, update, context)
    if found is not None and found.starts_at <= context.turn.now:
        say_no(update, context, texts.OVER)
        return None
    if found is not None and found.state is DropInState.CANCELLED:
        say_no(update, context, texts.IS_CANCELLED)
        return None
    return found


@needs(Action.TICK)
async def one(press_: Press, update: Update, context: Context) -> None:
    """One session."""
    found = await session_of(press_.thing, update, context)
    if found is not None and update.effective_chat is not None:
        relay.change(update, context, await _one(found, update.effective_chat.id, context))


async def _one(found: DropIn, chat_id: int, context: Context) -> Message:
    screen, actor = screen_of(chat_id, context), await context.turn.actor()
    ahead, cancelled = found.starts_at > context.turn.now, found.state is DropInState.CANCELLED
    shown = [whats_on.details(found, screen.zone), plain(f"{_count(found)}.")]
    shown += [plain(texts.BY_HAND)] if found.moved and not cancelled else []
    rows = []
    if may(actor.roles, Action.KEEP_PROGRAMME) and ahead and not cancelled:
        rows.append([screen.button(texts.MOVE, "sesmove", found.id), screen.button(texts.PLACE, "sesplace", found.id)])
        rows.append(
            [screen.button(texts.PLACES, "sesplaces", found.id), screen.button(texts.CANCEL, "sesoff", found.id)]
        )
    if may(actor.roles, Action.KEEP_PROGRAMME) and ahead and cancelled:
        rows.append([screen.button(texts.RESTORE, "seson", found.id)])
    if attendance.can_be_ticked(found, context.turn):
        rows.append([screen.button(texts.WHO_CAME, "seswho", found.id)])
    return join(shown).with_buttons(*rows, [screen.button(texts.BACK, "sess", 0)])


async def _asks(text: str, press_: Press, update: Update, context: Context) -> None:
    found = await _to_change(press_.thing, update, context)
    if found is not None and update.effective_chat is not None and update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        asking.ask(text, found.id, update.effective_chat.id, context)


@needs(Action.KEEP_PROGRAMME)
async def ask_when(press_: Press, update: Update, context: Context) -> None:
    """ "Another time": when?"""
    await _asks(texts.WHEN_WANTED, press_, update, context)


@needs(Action.KEEP_PROGRAMME)
async def ask_where(press_: Press, update: Update, context: Context) -> None:
    """ "Another place": where?"""
    await _asks(texts.PLACE_WANTED, press_, update, context)


@needs(Action.KEEP_PROGRAMME)
async def ask_why(press_: Press, update: Update, context: Context) -> None:
    """ "Cancel it": why?"""
    await _asks(texts.REASON_WANTED, press_, update, context)


@needs(Action.KEEP_PROGRAMME)
async def ask_how_many(press_: Press, update: Update, context: Context) -> None:
    """ "Places": how many?"""
    await _asks(texts.PLACES_WANTED, press_, update, context)


@needs(Action.KEEP_PROGRAMME)
async def replied(update: Update, context: Context) -> None:
    """The answer to one of these questions. One that can't be taken is asked for again: what is typed next is meant for it."""
    message = message_of(update)
    if message is None:
        return
    question = asking.asked(message)
    for pattern, text, answer in (
        (WHEN, texts.WHEN_WANTED, _when), (PLACE, texts.PLACE_WANTED, _where), (REASON, texts.REASON_WANTED, _why),
        (PLACES, texts.PLACES_WANTED, _how_many),
    ):  # fmt: skip
        found = pattern.fullmatch(question)
        drop_in = await _to_change(int(found[1]), update, context) if found else None
        if drop_in is not None:
            said = await answer(drop_in, message, context)
            context.turn.say(message.chat_id, plain(said) if isinstance(said, str) else said)
            if isinstance(said, str):
                asking.ask(text, drop_in.id, message.chat_id, context)


async def _when(found: DropIn, message: TelegramMessage, context: Context) -> Message | str:
    """Said back before anything changes: "10-12" may have been a date."""
    council, screen = context.service.council, screen_of(message.chat_id, context)
    read = programme.moved_to(asking.words_of(message), found.starts_at, found.ends_at, council, context.turn.now)
    if isinstance(read, str):
        return read
    packed = "/".join(f"{int(moment.timestamp()):x}" for moment in read)
    told = found.coming + found.waiting
    gaps = {
        "name": found.name, "when": _span(*read, screen),
        "people": people_said(told, texts.TELLS, texts.TELLS_ONE, texts.TELLS_NOBODY),
    }  # fmt: skip
    yes = screen.button(texts.MOVE_YES, "sesmoveyes", found.id, packed)
    return written(texts.MOVE_SURE, gaps).with_buttons([yes, screen.button(texts.MOVE_NO, "ses", found.id)])


def _span(starts_at: datetime, ends_at: datetime, screen: Screen) -> str:
    opens, closes = (whats_on.clock_said(moment, screen.zone) for moment in (starts_at, ends_at))
    return f"{whats_on.day_said(starts_at, screen.zone)}, {opens} to {closes}"


@needs(Action.KEEP_PROGRAMME)
async def moved(press_: Press, update: Update, context: Context) -> None:
    """ "Move it"."""
    found = await _to_change(press_.thing, update, context)
    if found is None or update.effective_chat is None:
        return
    try:
        starts_at, ends_at = (datetime.fromtimestamp(int(part, 16), UTC) for part in press_.more.split("/"))
    except ValueError:
        say_no(update, context, texts.NO_DAY)
        return
    if starts_at <= context.turn.now:
        say_no(update, context, texts.PAST)
        return
    screen, by = screen_of(update.effective_chat.id, context), (await context.turn.actor()).id
    told = await timetabling.move(context.turn, context.service.council, found.id, starts_at, ends_at, by)
    gaps = {"name": found.name, "when": _span(starts_at, ends_at, screen), "people": _told(told)}
    found = await drop_ins.get(context.turn.connection, found.id) or found
    relay.change(update, context, written(texts.MOVED, gaps).with_buttons(*_back(found, screen)))


def _told(count: int) -> str:
    return people_said(count, texts.TOLD, texts.TOLD_ONE, texts.TOLD_NOBODY)


def _back(found: DropIn, screen: Screen) -> list[list[Button]]:
    return [[screen.button(whats_on.label(found, screen.zone), "ses", found.id), screen.button(texts.BACK, "sess", 0)]]


def _wrong(words: str, most: int) -> str | None:
    if not words:
        return texts.EMPTY
    return texts.TOO_LONG.format(length=len(words), most=most) if len(words) > most else None


async def _where(found: DropIn, message: TelegramMessage, context: Context) -> Message | str:
    words = asking.words_of(message)
    if wrong := _wrong(words, LONGEST["place"]):
        return wrong
    by, council = (await context.turn.actor()).id, context.service.council
    told = await timetabling.relocate(context.turn, council, found.id, words, by)
    gaps = {"name": found.name, "place": words, "people": _told(told)}
    return written(texts.RELOCATED, gaps).with_buttons(*_back(found, screen_of(message.chat_id, context)))


async def _why(found: DropIn, message: TelegramMessage, context: Context) -> Message | str:
    words, screen = asking.words_of(message), screen_of(message.chat_id, context)
    if wrong := _wrong(words, programme.LONGEST_REASON):
        return wrong
    by, council = (await context.turn.actor()).id, context.service.council
    told = await timetabling.cancel(context.turn, council, found.id, words, by)
    gaps = {"name": found.name, "when": whats_on.when_said(found, screen.zone), "people": _told(told)}
    return written(texts.CALLED_OFF, gaps).with_buttons(*_back(found, screen))


async def _how_many(found: DropIn, message: TelegramMessage, context: Context) -> Message | str:
    capacity, screen = read_places(asking.words_of(message)), screen_of(message.chat_id, context)
    if isinstance(capacity, str):
        return capacity
    by, council = (await context.turn.actor()).id, context.service.council
    up = await timetabling.set_places(context.turn, council, found.id, capacity, by)
    gaps = {
        "name": found.name, "when": whats_on.when_said(found, screen.zone), "places": places_said(capacity),
        "people": people_said(up, texts.MOVED_UP, texts.MOVED_UP_ONE, ""),
    }  # fmt: skip
    return written(texts.PLACES_SET, gaps).with_buttons(*_back(found, screen))


@needs(Action.KEEP_PROGRAMME)
async def restored(press_: Press, update: Update, context: Context) -> None:
    """ "Hold it after all"."""
    found = await session_of(press_.thing, update, context)
    if found is None or update.effective_chat is None:
        return
    if found.starts_at <= context.turn.now or found.state is not DropInState.CANCELLED:
        say_no(update, context, texts.OVER if found.state is DropInState.CANCELLED else texts.IS_PLANNED)
        return
    screen, by = screen_of(update.effective_chat.id, context), (await context.turn.actor()).id
    told = await timetabling.restore(context.turn, context.service.council, found.id, by)
    gaps = {"name": found.name, "when": whats_on.when_said(found, screen.zone), "people": _told(told)}
    relay.change(update, context, written(texts.RESTORED, gaps).with_buttons(*_back(found, screen)))


PRESSES: Final[Mapping[str, Handler]] = {
    "sess": page, "ses": one, "sesmove": ask_when, "sesmoveyes": moved, "sesplace": ask_where, "sesoff": ask_why,
    "sesplaces": ask_how_many, "seson": restored,
}  # fmt: skip
