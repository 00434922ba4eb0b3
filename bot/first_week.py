"""Sends the five small messages of the first week: one a day, each once, at the person's pace."""

from __future__ import annotations

from collections.abc import Mapping

from bot import enrolment as rule
from bot import press
from bot.message import Button, Message, written
from bot.models import Lane
from bot.reaching import reach
from bot.store import first_week as store
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.library import Library
from content.texts import first_week as texts

AT_A_TIME = 200
"""Messages in one transaction; the rest waits for the next tick."""


def message(step: int, library: Library, age: int | None) -> Message:
    """Message `step` (from 0) with its entries."""
    return with_entries(written(texts.MESSAGES[step]), texts.ENTRIES[step], library, age)


def with_entries(said: Message, entries: Mapping[str, str], library: Library, age: int | None = None) -> Message:
    """A message with buttons for entries: those that the Local Offer has, and that are for this age."""
    rows = []
    for entry_id, label in entries.items():
        entry = library.entries.get(entry_id)
        if entry is not None and (age is None or entry.audience.fits_age(age)):
            rows.append([Button(label, f"entry:{entry_id}")])
    return said.with_buttons(*rows)


def _with_choices(said: Message, speech: Speech, person: Actor, step: int) -> Message:
    """The same with "Next now", "Later" and "No more"; the last message has nothing after it."""
    if step + 1 >= rule.FIRST_WEEK:
        return said
    choices = [
        press.button(speech.vault, label, "week", person.id or 0, person.telegram_id or 0, speech.now, more=f"{step}-{what}")
        for label, what in ((texts.NEXT, "next"), (texts.LATER, "later"), (texts.NO_MORE, "stop"))
    ]  # fmt: skip
    return said.with_buttons(*said.buttons, choices)


def age_of(speech: Speech, council: Council, person: Actor) -> int | None:
    """How old they are today; None when the birthday is not known."""
    today = speech.now.astimezone(council.zone).date()
    return rule.age(person.born_on, today) if person.born_on is not None else None


async def begin(speech: Speech, council: Council, library: Library, person: Actor) -> None:
    """The first message, right after somebody was confirmed; if they asked for quiet, it waits for the clock."""
    if person.id is None:
        return
    await store.set_next(speech.connection, person.id, speech.now)
    if await due(speech, only=person.id):
        await send_next(speech, council, library, person)


async def due(speech: Speech, only: int | None = None) -> list[int]:
    """Who may hear their next message now."""
    card_since = speech.now - rule.QUIET_AFTER_A_CARD
    return await store.due(speech.connection, speech.now, card_since, rule.FIRST_WEEK, AT_A_TIME, only)


async def is_busy(speech: Speech, person: Actor) -> bool:
    """Whether something is open between them and a person, or a safety card was shown to them in the last day."""
    return await store.is_busy(speech.connection, person.id or 0, speech.now - rule.QUIET_AFTER_A_CARD)


async def send_next(speech: Speech, council: Council, library: Library, person: Actor, *, asked: bool = False) -> bool:
    """Send the next message; `asked`: they tapped for it. False when there is none, or another process was quicker."""
    if person.id is None or person.telegram_id is None:
        return False
    step = await store.step_of(speech.connection, person.id)
    if step >= rule.FIRST_WEEK:
        return False
    next_at = rule.next_day(speech.now, council.zone) if step + 1 < rule.FIRST_WEEK else None
    if not await store.advance(speech.connection, person.id, step, next_at, None if asked else speech.now):
        return False
    said = _with_choices(message(step, library, age_of(speech, council, person)), speech, person, step)
    if asked:
        speech.say(person.telegram_id, said)
    else:
        await reach(speech, person, said, lane=Lane.NOTICE)
    await speech.event("first week", person.id, "sent", step=step + 1)
    return True
