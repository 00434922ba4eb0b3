"""What follows when somebody says "I'm coming" or "I can't make it", and when they are reminded and asked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.models import DropInState, PlaceState
from bot.notice import QUIET_FROM, is_quiet
from bot.store.drop_ins import DropIn

DAY_BEFORE: Final = time(17)
MORNING: Final = time(9)
"""When the reminders come, local time. Both lie outside of the quiet hours."""
AFTERWARDS: Final = timedelta(hours=2)
"""So long after its end "did you get there?" is asked."""
NEXT_MORNING: Final = time(10)
ASKED_FOR: Final = timedelta(days=2)
"""Later than this after its moment nobody is asked any more."""


@dataclass(frozen=True, slots=True)
class InIt:
    """They have a place; `again`: they had it before this press."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class OnTheList:
    """It is full: they wait. Their position among those who wait follows from the order of asking."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class Out:
    """They don't come; `freed`: a place became free by it."""

    again: bool = False
    freed: bool = False


@dataclass(frozen=True, slots=True)
class Cancelled:
    """The session was cancelled: nothing changes."""


@dataclass(frozen=True, slots=True)
class Over:
    """The session is over: nothing changes."""


Answer = InIt | OnTheList | Out | Cancelled | Over


def decide(drop_in: DropIn, said: PlaceState | None, *, comes: bool, now: datetime) -> Answer:
    """What a press means. `said` is what they said before; pressing the same twice changes nothing."""
    if drop_in.state is DropInState.CANCELLED:
        return Cancelled()
    if drop_in.ends_at <= now:
        return Over()
    if not comes:
        return Out(again=said is PlaceState.NOT_COMING, freed=said is PlaceState.COMING)
    if said is PlaceState.COMING:
        return InIt(again=True)
    if said is PlaceState.WAITING:
        return OnTheList(again=True)
    return OnTheList() if drop_in.is_full else InIt()


def state_of(answer: Answer) -> PlaceState | None:
    """What is to be written down; None where nothing changes."""
    match answer:
        case InIt(again=False):
            return PlaceState.COMING
        case OnTheList(again=False):
            return PlaceState.WAITING
        case Out(again=False):
            return PlaceState.NOT_COMING
        case _:
            return None


def moving_up(drop_in: DropIn, now: datetime) -> int:
    """How many of the waiting list have a place now. Nobody is called to what has begun or will not be."""
    if drop_in.state is DropInState.CANCELLED or drop_in.starts_at <= now:
        return 0
    return (
        drop_in.waiting if drop_in.capacity is None else max(min(drop_in.capacity - drop_in.coming, drop_in.waiting), 0)
    )


# --- by the clock


class Reminder(StrEnum):
    """The two reminders of one session; the value names their occurrences."""

    DAY_BEFORE = "drop-in day before"
    MORNING = "drop-in morning"


FOLLOW_UP: Final = "drop-in follow-up"
"""Names the occurrences of "did you get there?"."""


def reminder_at(reminder: Reminder, drop_in: DropIn, zone: ZoneInfo) -> datetime:
    """When a reminder of a session is meant to come, in UTC."""
    day = drop_in.starts_at.astimezone(zone).date()
    if reminder is Reminder.DAY_BEFORE:
        return datetime.combine(day - timedelta(days=1), DAY_BEFORE, zone).astimezone(UTC)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def reminder_due(drop_in: DropIn, now: datetime, zone: ZoneInfo) -> Reminder | None:
    """The reminder that belongs to this moment, if any. A late one still comes while it is of use; later it never does.

    What begins by nine in the morning has the one of the day before alone: an hour before it would be in quiet hours.
    """
    if drop_in.state is DropInState.CANCELLED or drop_in.starts_at <= now or is_quiet(now, zone):
        return None
    if now >= reminder_at(Reminder.MORNING, drop_in, zone):
        return Reminder.MORNING
    evening = reminder_at(Reminder.DAY_BEFORE, drop_in, zone)
    return Reminder.DAY_BEFORE if evening <= now and _same_day(evening, now, zone) else None


def reminders_ahead(drop_in: DropIn, now: datetime, zone: ZoneInfo) -> tuple[Reminder, ...]:
    """The reminders that somebody who says yes now will get: nobody is promised more."""
    return tuple(one for one in Reminder if now < reminder_at(one, drop_in, zone) < drop_in.starts_at)


def follow_up_at(drop_in: DropIn, zone: ZoneInfo) -> datetime:
    """When "did you get there?" is asked: two hours after its end, or at ten the next morning; in UTC."""
    moment = drop_in.ends_at + AFTERWARDS
    if not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(zone)
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, NEXT_MORNING, zone).astimezone(UTC)


def is_asked(drop_in: DropIn, now: datetime, zone: ZoneInfo) -> bool:
    """Whether those who said they would come are asked at this moment."""
    at = follow_up_at(drop_in, zone)
    return drop_in.state is DropInState.PLANNED and at <= now < at + ASKED_FOR and not is_quiet(now, zone)


def _same_day(one: datetime, other: datetime, zone: ZoneInfo) -> bool:
    return one.astimezone(zone).date() == other.astimezone(zone).date()
