"""/programme: the series of drop-ins, what they are set to, and the programme as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from telegram import Update

from bot import timetabling, whats_on
from bot.message import Button, Message, join, plain, written
from bot.models import DropInState, SeriesState
from bot.permission import Action
from bot.press import Press
from bot.store import drop_ins, series
from bot.store.series import Series
from bot.whats_on import Screen
from content.programme_files import write_csv, write_yaml
from content.recurrence import BankHolidays
from content.recurrence_words import in_words
from content.series import SeriesDraft
from content.texts import programme as texts
from handlers import asking
from handlers.asking import Replies, prompt
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff.drop_in import people_said, places_said, read_places
from handlers.staff.matter import HIGHEST
from handlers.staff.relay import change

PAGE: Final = 10
HOLIDAYS: Final[tuple[BankHolidays, ...]] = ("skip", "move", "keep")
KINDS: Final = ("ics", "csv", "yaml")

PLACES: Final = prompt(texts.SERIES_PLACES_WANTED)
REPLIES: Final = Replies(PLACES)


def _screen(chat_id: int, context: Context) -> Screen:
    return Screen(context.turn.vault, chat_id, context.turn.now, context.service.council.zone)


# --- the series


@needs(Action.KEEP_PROGRAMME)
async def listed(update: Update, context: Context) -> None:
    """/programme."""
    message = message_of(update)
    if message is not None:
        context.turn.say(message.chat_id, await _list(0, message.chat_id, context))


@needs(Action.KEEP_PROGRAMME)
async def page(press_: Press, update: Update, context: Context) -> None:
    """Further ones, or back to the list."""
    if update.effective_chat is not None:
        change(update, context, await _list(press_.thing, update.effective_chat.id, context))


async def _list(number: int, chat_id: int, context: Context) -> Message:
    screen = _screen(chat_id, context)
    order = list(SeriesState)
    there = sorted(await series.all_(context.turn.connection), key=lambda one: order.index(one.state))
    if not there:
        return plain(texts.NO_SERIES)
    first = number * PAGE if 0 <= number * PAGE < len(there) else 0
    shown = there[first : first + PAGE]
    rows = [[screen.button(_short(one.draft.name), "ser", one.id)] for one in shown]
    if len(there) > PAGE:
        further = first + PAGE < len(there)
        label = texts.MORE_SERIES if further else texts.FIRST_SERIES
        rows.append([screen.button(label, "prog", number + 1 if further else 0)])
    rows.append([screen.button(texts.EXPORT.format(kind=f".{kind}"), "progexp", 0, kind) for kind in KINDS])
    lines = [plain(texts.SERIES_ROW.format(**gaps_of(one.draft), state=texts.STATES[one.state])) for one in shown]
    return join([join([written(texts.SERIES), *lines], "\n"), plain(texts.SERIES_HINT)]).with_buttons(*rows)


def _short(name: str) -> str:
    return name if len(name) <= whats_on.LABEL else name[: whats_on.LABEL - 1] + "…"


def gaps_of(draft: SeriesDraft) -> dict[str, str]:
    """What fills the gaps of sentences about a series."""

    def at(hour: int, minute: int) -> str:
        return f"{hour}:{minute:02}"

    return {
        "name": draft.name, "when": in_words(draft.recurrence), "opens": at(draft.opens.hour, draft.opens.minute),
        "closes": at(draft.closes.hour, draft.closes.minute), "place": draft.place,
    }  # fmt: skip


async def _one_series(number: int, update: Update, context: Context) -> Series | None:
    found = await series.get(context.turn.connection, number, lock=True) if 0 < number < HIGHEST else None
    if found is None:
        say_no(update, context, texts.SERIES_GONE)
    return found


@needs(Action.KEEP_PROGRAMME)
async def one(press_: Press, update: Update, context: Context) -> None:
    """One series."""
    found = await _one_series(press_.thing, update, context)
    if found is not None:
        await _show(found.id, update, context)


async def _show(series_id: int, update: Update, context: Context) -> None:
    found = await series.get(context.turn.connection, series_id)
    if found is None or update.effective_chat is None:
        return
    screen, draft = _screen(update.effective_chat.id, context), found.draft
    about = [
        texts.ONE_AGENCY.format(agency=draft.agency) if draft.agency else "",
        texts.ONE_PLACE_AT.format(place=draft.place),
        texts.ONE_BRING.format(bring=draft.bring) if draft.bring else "",
        texts.ONE_CAPACITY.format(places=places_said(draft.capacity)),
        texts.HOLIDAYS[draft.recurrence.bank_holidays],
        texts.ONE_STATE[found.state],
        await _next(found, screen, context),
    ]
    shown = join([written(texts.ONE, gaps_of(draft)), plain("\n".join(filter(None, about)))])
    change(update, context, shown.with_buttons(*_series_buttons(found, screen)))


async def _next(found: Series, screen: Screen, context: Context) -> str:
    now = context.turn.now
    ahead = await series.sessions(context.turn.connection, [found.id], now.date() + timedelta(days=10_000), now)
    planned = [each.starts_at for each in ahead if each.state is DropInState.PLANNED]
    if not planned:
        return texts.ONE_NEXT_NONE
    first = min(planned)
    return texts.ONE_NEXT.format(
        when=f"{whats_on.day_said(first, screen.zone)}, {whats_on.clock_said(first, screen.zone)}"
    )


def _series_buttons(found: Series, screen: Screen) -> list[list[Button]]:
    rows = []
    if found.state is SeriesState.ACTIVE:
        rows.append([screen.button(texts.PAUSE, "serstate", found.id, "paused")])
    else:
        rows.append([screen.button(texts.START, "serstate", found.id, "active")])
    if found.state is not SeriesState.ENDED:
        rows[0].append(screen.button(texts.END, "serend", found.id))
        others = [what for what in HOLIDAYS if what != found.draft.recurrence.bank_holidays]
        rows.append([screen.button(texts.HOLIDAYS_BUTTON[what], "serhol", found.id, what) for what in others])
        rows.append([screen.button(texts.SERIES_PLACES, "serplaces", found.id)])
    return [*rows, [screen.button(texts.ALL_SERIES, "prog", 0)]]


@needs(Action.KEEP_PROGRAMME)
async def state_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Pause", "Start again", and "End it for good"."""
    found = await _one_series(press_.thing, update, context)
    if found is None or press_.more not in list(SeriesState):
        return
    state, by = SeriesState(press_.more), (await context.turn.actor()).id
    if state is not found.state:
        await timetabling.set_state(context.turn, context.service.council, found, state, by)
    await _show(found.id, update, context)


@needs(Action.KEEP_PROGRAMME)
async def ask_to_end(press_: Press, update: Update, context: Context) -> None:
    """ "End it": shall it, with so many people who have to be told?"""
    found = await _one_series(press_.thing, update, context)
    if found is None or update.effective_chat is None:
        return
    turn, screen = context.turn, _screen(update.effective_chat.id, context)
    ahead = await drop_ins.between(turn.connection, turn.now, turn.now + timedelta(days=3660))
    told = sum(each.coming + each.waiting for each in ahead if each.series_id == found.id)
    gaps = {
        "name": found.draft.name,
        "people": people_said(told, texts.TELLS, texts.TELLS_ONE, texts.TELLS_NOBODY),
    }
    yes = screen.button(texts.END_YES, "serstate", found.id, SeriesState.ENDED)
    change(
        update, context, written(texts.END_SURE, gaps).with_buttons([yes, screen.button(texts.END_NO, "ser", found.id)])
    )


@needs(Action.KEEP_PROGRAMME)
async def holidays(press_: Press, update: Update, context: Context) -> None:
    """What becomes of it on a bank holiday."""
    found = await _one_series(press_.thing, update, context)
    what = next((each for each in HOLIDAYS if each == press_.more), None)
    if found is None or what is None:
        return
    by = (await context.turn.actor()).id
    if what != found.draft.recurrence.bank_holidays:
        await timetabling.set_bank_holidays(context.turn, context.service.council, found, what, by)
    await _show(found.id, update, context)


@needs(Action.KEEP_PROGRAMME)
async def ask_how_many(press_: Press, update: Update, context: Context) -> None:
    """ "Places": how many?"""
    found = await _one_series(press_.thing, update, context)
    if found is not None and update.effective_chat is not None and update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        asking.ask(texts.SERIES_PLACES_WANTED, found.id, update.effective_chat.id, context)


@needs(Action.KEEP_PROGRAMME)
async def replied(update: Update, context: Context) -> None:
    """So many places."""
    message = message_of(update)
    asked = PLACES.fullmatch(asking.asked(message)) if message is not None else None
    found = await _one_series(int(asked[1]), update, context) if asked else None
    if message is None or found is None:
        return
    capacity = read_places(asking.words_of(message))
    if isinstance(capacity, str):
        context.turn.say(message.chat_id, plain(capacity))
        asking.ask(texts.SERIES_PLACES_WANTED, found.id, message.chat_id, context)
        return
    by = (await context.turn.actor()).id
    await timetabling.set_capacity(context.turn, context.service.council, found, capacity, by)
    gaps = {"name": found.draft.name, "places": places_said(capacity)}
    back = _screen(message.chat_id, context).button(_short(found.draft.name), "ser", found.id)
    context.turn.say(message.chat_id, written(texts.SERIES_PLACES_SET, gaps).with_buttons([back]))


@needs(Action.KEEP_PROGRAMME)
async def export(press_: Press, update: Update, context: Context) -> None:
    """The programme as a file."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None or press_.more not in KINDS:
        return
    context.turn.answer_press(query.id)
    drafts = await timetabling.export(context.turn, context.service.council)
    caption = {"caption": texts.EXPORT_CAPTION.format(count=len(drafts))}
    files = {"document": (f"programme.{press_.more}", _written(press_.more, drafts))}
    await context.turn.event("programme", press_.more, "exported", actor=(await context.turn.actor()).id)
    context.turn.call("sendDocument", chat.id, caption, files=files)


def _written(kind: str, drafts: Sequence[SeriesDraft]) -> bytes:
    match kind:
        case "csv":
            return write_csv(drafts)
        case "yaml":
            return write_yaml(drafts)
    from content.calendar_file import write_ics  # its library is only needed for these files

    return write_ics(drafts)


PRESSES: Final[Mapping[str, Handler]] = {
    "prog": page, "ser": one, "serstate": state_pressed, "serend": ask_to_end, "serhol": holidays,
    "serplaces": ask_how_many, "progexp": export,
}  # fmt: skip
