"""How an interest moves on, when its next step is due, and when a young person is asked about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from bot.models import Stage
from bot.store.interests import Plan
from bot.working_time import add, after_days
from content.council import Council

ORDER: Final = (
    Stage.INTERESTED, Stage.TALKED, Stage.APPLIED, Stage.INTERVIEW, Stage.OFFERED, Stage.STARTED, Stage.STILL_4_WEEKS,
    Stage.STILL_13_WEEKS,
)  # fmt: skip
"""The stages of the funnel; NOT_TAKEN stands beside them."""
BY_YOUNG_PEOPLE: Final = (Stage.APPLIED, Stage.INTERVIEW, Stage.OFFERED, Stage.STARTED)
"""What a young person says of themselves; that they are still there they say when they are asked."""
NEXT_DAYS: Final[Mapping[Stage, int]] = {
    Stage.INTERESTED: 2, Stage.TALKED: 5, Stage.APPLIED: 10, Stage.INTERVIEW: 5, Stage.OFFERED: 5,
}  # fmt: skip
"""Working days until the next step of a stage is due, where nobody chose a date. After the start the bot asks itself."""
REMIND_AGAIN_DAYS: Final = 2
"""Working days between one reminder and the next."""
RUNGS: Final = ("due", "due again", "due manager")
LONGEST_STEP: Final = 300
WEEK: Final = timedelta(days=7)
"""At most one question an interest in this time."""


@dataclass(frozen=True, slots=True)
class Move:
    """It goes to `stage`; `reached` is the furthest it ever came."""

    stage: Stage
    reached: Stage


@dataclass(frozen=True, slots=True)
class Stays:
    """Nothing changes; `why` is "there", "back" or "closed"."""

    why: str


def move(stage: Stage, reached: Stage, to: Stage, *, by_staff: bool) -> Move | Stays:
    """What happens when somebody moves it on. Only staff may go back, for "that was a mistake"."""
    if to is stage:
        return Stays("there")
    if to is Stage.NOT_TAKEN:
        return Move(to, reached)
    if stage is Stage.NOT_TAKEN:
        return Move(to, _further(reached, to)) if by_staff or to is Stage.INTERESTED else Stays("closed")
    if ORDER.index(to) > ORDER.index(stage):
        return Move(to, _further(reached, to))
    return Move(to, to) if by_staff else Stays("back")


def _further(one: Stage, other: Stage) -> Stage:
    return max(one, other, key=ORDER.index)


def before(stage: Stage, reached: Stage) -> Stage | None:
    """Where "that was a mistake" leads; None from the first stage."""
    if stage is Stage.NOT_TAKEN:
        return reached
    place = ORDER.index(stage)
    return ORDER[place - 1] if place else None


def next_at(stage: Stage, plan: Plan, council: Council, now: datetime) -> datetime | None:
    """When the next step is due if nobody says otherwise; None after the start, and when it was not taken."""
    days = NEXT_DAYS.get(stage)
    if days is None:
        return None
    on = {Stage.INTERVIEW: plan.interview_on, Stage.OFFERED: plan.starts_on}.get(stage)
    if on is not None and on >= now.astimezone(council.zone).date():
        return due_on(on + timedelta(days=1), council)
    return after_days(council, now, days)


def due_on(day: date, council: Council) -> datetime:
    """The moment at which something chosen for a day is due: when that day's work ends, or the next working day's start.

    Chosen for a day, it must not count as late in the morning of it.
    """
    return add(council, datetime.combine(day, time(16), council.zone), timedelta(0))


def rung(due: datetime, reminded: Sequence[datetime], council: Council, now: datetime) -> int | None:
    """Which reminder is to be made now: 0 the first, 1 the second, 2 the manager's; None: none. `reminded`: those made."""
    if len(reminded) >= len(RUNGS):
        return None
    when = after_days(council, reminded[-1], REMIND_AGAIN_DAYS) if reminded else due
    return len(reminded) if now >= when else None


class Asked(StrEnum):
    """What a young person is asked, or wished."""

    HEARD_BACK = "heard back"
    EVE = "eve"
    """A wish, no question: it may come in the week of one."""
    AFTER_INTERVIEW = "after interview"
    START = "start"
    STILL_4 = "still there 4"
    STILL_13 = "still there 13"


@dataclass(frozen=True, slots=True)
class Ask:
    """Something to ask; `day` is the date that it belongs to, so that it is asked once."""

    what: Asked
    day: date


def ask(
    stage: Stage, came: Mapping[Stage, datetime], plan: Plan, last: datetime | None, now: datetime, zone: ZoneInfo
) -> Ask | None:
    """What a young person is to be asked today. `came`: when it came to each stage; `last`: when they were last asked."""
    today = now.astimezone(zone).date()
    days = {one: moment.astimezone(zone).date() for one, moment in came.items()}
    found = _due(stage, days, plan, today)
    recent = last is not None and now - last < WEEK
    return None if found is None or (recent and found.what is not Asked.EVE) else found


def _due(stage: Stage, days: Mapping[Stage, date], plan: Plan, today: date) -> Ask | None:
    since = days.get(stage, today)
    match stage:
        case Stage.APPLIED:
            return _within(Asked.HEARD_BACK, since, today, 7, 60)
        case Stage.INTERVIEW if plan.interview_on is None:
            return _within(Asked.HEARD_BACK, since, today, 7, 60)
        case Stage.INTERVIEW if plan.interview_on is not None:
            eve = _within(Asked.EVE, plan.interview_on, today, -1, 0)
            return eve or _within(Asked.AFTER_INTERVIEW, plan.interview_on, today, 1, 15)
        case Stage.OFFERED if plan.starts_on is not None:
            return _within(Asked.START, plan.starts_on, today, 0, 15)
        case Stage.OFFERED:
            return _within(Asked.START, since, today, 14, 60)
        case Stage.STARTED | Stage.STILL_4_WEEKS:
            return _after_start(stage, started_on(days, plan, since), today)
    return None


def started_on(days: Mapping[Stage, date], plan: Plan, otherwise: date) -> date:
    """The day somebody started: the day that was told, if they did not say so long after it."""
    said = days.get(Stage.STARTED, otherwise)
    return plan.starts_on if plan.starts_on is not None and abs(said - plan.starts_on) <= timedelta(days=60) else said


def _after_start(stage: Stage, start: date, today: date) -> Ask | None:
    late = _within(Asked.STILL_13, start, today, 91, 181)
    return late or (_within(Asked.STILL_4, start, today, 28, 91) if stage is Stage.STARTED else None)


def _within(what: Asked, day: date, today: date, first: int, end: int) -> Ask | None:
    """From `first` to before `end` days after a day."""
    return Ask(what, day) if day + timedelta(days=first) <= today < day + timedelta(days=end) else None
