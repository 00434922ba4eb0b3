"""Carries out "I'm coming" and "I can't make it", fills places from the list, and writes to those who said yes."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import drop_in as rule
from bot import whats_on
from bot.drop_in import Answer, InIt, OnTheList, Out, Reminder
from bot.message import Message, join, plain, split, written
from bot.models import Lane, PlaceState
from bot.notice import AFTER_A_CARD, is_quiet
from bot.reaching import Reached, reach_with
from bot.store import chats, drop_ins, occurrences, people, receipts
from bot.store.drop_ins import DropIn, Place
from bot.store.outbox import FILES
from bot.store.people import Actor
from bot.turn import Speech
from bot.whats_on import Screen
from content.texts import drop_in as texts

Call = tuple[str, dict[str, Any]]
LONGEST_NAME: Final = 64
"""Characters that are kept of what Telegram calls somebody: its own limit for a first name."""
SAY_AHEAD: Final = {
    (Reminder.DAY_BEFORE, Reminder.MORNING): texts.REMINDED_TWICE,
    (Reminder.DAY_BEFORE,): texts.REMINDED_THE_DAY_BEFORE,
    (Reminder.MORNING,): texts.REMINDED_IN_THE_MORNING,
}


class Change(StrEnum):
    """What happened to a session that people said they would come to."""

    MOVED = "moved"
    """Another day, time or place."""
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Answered:
    """What a press came to, and the session as it stands after it."""

    drop_in: DropIn
    answer: Answer
    position: int = 0
    """Their number on the list; 0 where they are not on it."""


async def answer(
    speech: Speech, zone: ZoneInfo, drop_in_id: int, actor: Actor, name: str, *, comes: bool
) -> Answered | None:
    """Somebody says whether they come; None for a session that is not there. One person counts once, wherever they press.

    Nobody else changes who comes to it until the transaction ends. Whoever gives a place back moves the list up.
    """
    connection, account = speech.connection, actor.telegram_id
    drop_in = await drop_ins.lock(connection, drop_in_id)
    if drop_in is None or account is None:
        return None
    place = await drop_ins.place_of(connection, drop_in_id, account)
    said = rule.decide(drop_in, place.state if place is not None else None, comes=comes, now=speech.now)
    if (state := rule.state_of(said)) is not None:
        kept = None if actor.is_enrolled else name[:LONGEST_NAME]
        person_id = actor.id if actor.is_enrolled else None
        await drop_ins.say(connection, speech.now, drop_in_id, account, state, person_id=person_id, name=kept)
        await speech.event("drop-in", drop_in_id, state, actor=person_id)
        if isinstance(said, Out) and said.freed:
            await fill(speech, zone, drop_in_id)
    now_there = await drop_ins.get(connection, drop_in_id) or drop_in
    waits = isinstance(said, OnTheList)
    return Answered(now_there, said, await drop_ins.position(connection, drop_in_id, account) if waits else 0)


async def fill(speech: Speech, zone: ZoneInfo, drop_in_id: int) -> int:
    """Give free places to the first of the list and tell them. Call it also when places were added. Returns how many."""
    drop_in = await drop_ins.lock(speech.connection, drop_in_id)
    places = rule.moving_up(drop_in, speech.now) if drop_in is not None else 0
    if drop_in is None or places == 0:
        return 0
    for place in (await drop_ins.waiting(speech.connection, drop_in_id))[:places]:
        await drop_ins.move_up(speech.connection, speech.now, place.id)
        await speech.event("drop-in", drop_in_id, "moved up", place=place.id)
        await _write(speech, zone, place, invitation(speech, zone, drop_in, place.telegram_id, texts.A_PLACE_IS_FREE))
    return places


async def told_of_change(speech: Speech, zone: ZoneInfo, drop_in_id: int, what: Change) -> int:
    """Tell everybody who comes or waits of a move or a cancellation, with a new calendar file; each change once.

    Call it in the transaction of the change, after `sequence` was counted up. Returns how many were told.
    """
    drop_in = await drop_ins.get(speech.connection, drop_in_id)
    if drop_in is None or drop_in.ends_at <= speech.now:
        return 0
    told = 0
    for place in await drop_ins.standing(speech.connection, drop_in_id):
        change = str(drop_in.sequence)
        if await occurrences.once(speech.connection, "drop-in change", place.id, change, speech.now):
            told += await _write(speech, zone, place, _change(speech, zone, drop_in, place, what))
    await speech.event("drop-in", drop_in_id, "told of change", people=told, what=what)
    return told


def _change(speech: Speech, zone: ZoneInfo, drop_in: DropIn, place: Place, what: Change) -> list[Call]:
    screen = Screen(speech.vault, place.telegram_id, speech.now, zone)
    if what is Change.CANCELLED:
        why = whats_on.filled(texts.WHY if drop_in.note else texts.WHY_PLAIN, drop_in, zone)
        said = join([whats_on.filled(texts.CALLED_OFF, drop_in, zone), why])
        said = said.with_buttons([screen.button(texts.WHATS_ON, "whatson", 0)])
    else:
        said = join([written(texts.CHANGED), whats_on.details(drop_in, zone, places=False), plain(texts.CANT)])
        said = said.with_buttons(*whats_on.choices(screen, drop_in, place.state))
    has_file = place.state is PlaceState.COMING
    return [*_messages(said), *([calendar_file(drop_in, cancelled=what is Change.CANCELLED)] if has_file else [])]


def invitation(speech: Speech, zone: ZoneInfo, drop_in: DropIn, chat_id: int, begins: str) -> list[Call]:
    """What somebody gets who has a place: when, where, what to bring, the map, a calendar file, and a way out."""
    screen = Screen(speech.vault, chat_id, speech.now, zone)
    ahead = SAY_AHEAD.get(rule.reminders_ahead(drop_in, speech.now, zone), "")
    promise = plain(" ".join(filter(None, (ahead, texts.AND_FILE))))
    said = join([written(begins), whats_on.details(drop_in, zone, places=False), promise])
    return [
        *_messages(said.with_buttons(*whats_on.choices(screen, drop_in, PlaceState.COMING))),
        calendar_file(drop_in),
    ]


def calendar_file(drop_in: DropIn, *, cancelled: bool = False) -> Call:
    """The session as a file that a phone's calendar opens; a later one takes the place of an earlier."""
    from content.calendar_file import calendar_file as written_file

    data = written_file(
        drop_in.name, drop_in.place, drop_in.starts_at, drop_in.ends_at, f"drop-in-{drop_in.id}@hub", drop_in.sequence,
        cancelled=cancelled,
    )  # fmt: skip
    return "sendDocument", {FILES: {"document": ["drop-in.ics", base64.b64encode(data).decode()]}}


async def remind(speech: Speech, zone: ZoneInfo, drop_in: DropIn, place: Place, reminder: Reminder) -> None:
    """The one reminder of its kind and day; it is noted as done also where somebody asked for quiet."""
    day = drop_in.starts_at.astimezone(zone).date()
    if await _had_a_card(speech, place) or not await _is_due(speech, drop_in, place, reminder, day.isoformat()):
        return
    screen = Screen(speech.vault, place.telegram_id, speech.now, zone)
    begins = texts.TODAY if speech.now.astimezone(zone).date() == day else texts.TOMORROW
    said = join([written(begins), whats_on.details(drop_in, zone, places=False), plain(texts.CANT)])
    said = said.with_buttons(*whats_on.choices(screen, drop_in, PlaceState.COMING))
    await _write(speech, zone, place, _messages(said))


async def ask(speech: Speech, zone: ZoneInfo, drop_in: DropIn, place: Place) -> None:
    """ "Did you get there?", once, without a sound; not where staff ticked that they came."""
    day = drop_in.starts_at.astimezone(zone).date()
    if (
        place.came
        or await _had_a_card(speech, place)
        or not await _is_due(speech, drop_in, place, rule.FOLLOW_UP, day.isoformat())
    ):
        return
    screen = Screen(speech.vault, place.telegram_id, speech.now, zone)
    options = ((texts.YES, "yes"), (texts.NO, "no"), (texts.NOT_THIS_TIME, "not"))
    said = whats_on.filled(texts.DID_YOU_GET_THERE, drop_in, zone)
    said = said.with_buttons([screen.button(text, "gotthere", drop_in.id, more) for text, more in options])
    await _write(speech, zone, place, _messages(said), silent=True)


async def _had_a_card(speech: Speech, place: Place) -> bool:
    """Nothing cheerful so soon after a safety card; once that is over it still comes, while it is of use."""
    since = speech.now - AFTER_A_CARD
    return bool(await receipts.had_a_card(speech.connection, [place.telegram_id], since))


async def _is_due(speech: Speech, drop_in: DropIn, place: Place, series: str, day: str) -> bool:
    """Whether they still have their place, and it did not happen before."""
    there = await drop_ins.place_of(speech.connection, drop_in.id, place.telegram_id)
    if there is None or there.state is not PlaceState.COMING:
        return False
    return await occurrences.once(speech.connection, series, place.id, day, speech.now)


def _messages(message: Message) -> list[Call]:
    return [("sendMessage", part.as_parameters()) for part in split(message)]


async def _write(speech: Speech, zone: ZoneInfo, place: Place, calls: Sequence[Call], *, silent: bool = False) -> bool:
    """Write to somebody in private, at night without a sound; False where that can't be, or they asked for quiet.

    Somebody who only ever pressed in a group can't be written to: Telegram lets a bot answer, never begin.
    """
    person = await people.actor(speech.connection, place.telegram_id)
    if not await can_write(speech, person):
        return False
    silent = silent or is_quiet(speech.now, zone)
    given = [(method, {**what, "disable_notification": True} if silent else what) for method, what in calls]
    return isinstance(await reach_with(speech, person, given, lane=Lane.NOTICE), Reached)


async def can_write(speech: Speech, person: Actor) -> bool:
    """Whether there is a private chat with them."""
    if person.telegram_id is None:
        return False
    heard = await chats.is_reachable(speech.connection, person.telegram_id)
    return person.is_enrolled if heard is None else heard


def alert(answered: Answered, zone: ZoneInfo, *, hears: bool = True) -> str:
    """What only the presser sees, in at most 200 characters: in a group nothing else is said.

    `hears` is whether the bot can write to them; whoever it can't is told how to hear of a free place or a change.
    """
    gaps = whats_on.gaps_of(answered.drop_in, zone) | {"position": str(answered.position)}
    match answered.answer:
        case InIt(again=again):
            text = texts.ALERT_COME_AGAIN if again else texts.ALERT_COME if hears else texts.ALERT_COME_UNHEARD
        case OnTheList():
            text = texts.ALERT_WAIT if hears else texts.ALERT_WAIT_UNHEARD
        case Out(again=again):
            text = texts.ALERT_OUT_AGAIN if again else texts.ALERT_OUT
        case rule.Cancelled():
            text = texts.CANCELLED
        case rule.Over():
            text = texts.OVER
    return text.format(**gaps).strip()[:200]
