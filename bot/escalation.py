"""What follows for an escalation, and when: the clocks, the rungs, the promise. Pure; carried out by `bot.escalating`.

    open ──"I've got this"──> acknowledged ──outcome──> resolved
      ^  \\                        |                        |
      |   next rung               nothing follows          a new message
      └────────────────────────────┴────────────────────────┘

Rungs while it is open: adviser (or, at night, who is on call) → duty → manager → alarm. Each has its own time; a rung on
which nobody can be reached is passed over at once. Keep the picture in README.md in step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from bot import working_time
from bot.models import EscalationState, Rung
from content.council import Council

NEXT: Final[Mapping[Rung, Rung]] = {
    Rung.ADVISER: Rung.DUTY,
    Rung.ON_CALL: Rung.DUTY,
    Rung.DUTY: Rung.MANAGER,
    Rung.MANAGER: Rung.ALARM,
    Rung.ALARM: Rung.ALARM,
}
"""Who has it next. There is no end but a person who says "I've got this"."""
ALARM_AGAIN: Final = timedelta(minutes=5)
"""How often the alarm of an urgent one repeats (Grafana OnCall repeats its last step too)."""
NUDGE_DAYS: Final = 2
"""Working days of silence after an answer until its owner is asked whether it is finished."""
ON_TIME: Final = timedelta(minutes=1)
"""A step taken within this after its time counts from its time, so that steps do not drift; a later one from now."""


class Action(StrEnum):
    """What is next, in words that staff can read."""

    PAGE = "page"
    REMIND = "remind"
    PASS_ON = "pass on"  # noqa: S105 - no password
    ALARM = "alarm again"
    TAKE_BACK = "take back"
    NUDGE = "ask whether it is finished"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Facts:
    """What the rule needs to know of an escalation."""

    urgent: bool
    state: EscalationState
    rung: Rung
    clock_from: datetime
    """When this rung began, the acknowledgement, or when its owner was last asked whether it is finished."""
    pages: int
    """How often this rung was paged; of one that somebody has: how often its owner was asked whether it is finished."""
    heard_at: datetime
    promised_at: datetime | None = None
    acknowledged_at: datetime | None = None
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """The next action and its time, and what may be promised to the young person: an answer by then."""

    action: Action
    at: datetime
    promised_at: datetime | None


def first_rung(council: Council, now: datetime, *, urgent: bool) -> Rung:
    """Who is asked first: the adviser; at night and at weekends, if it is urgent, who is on call."""
    return Rung.ON_CALL if urgent and not working_time.is_open(council, now) else Rung.ADVISER


def plan(facts: Facts, council: Council) -> Plan:
    """What is next for an escalation that stands like this."""
    if facts.state is EscalationState.RESOLVED:
        return Plan(Action.NOTHING, facts.clock_from, None)
    if facts.state is EscalationState.ACKNOWLEDGED:
        return _with_somebody(facts, council)
    return _urgent(facts, council) if facts.urgent else _ordinary(facts, council)


def _urgent(facts: Facts, council: Council) -> Plan:
    """Around the clock, in minutes."""
    if facts.pages == 0:
        return Plan(Action.PAGE, facts.clock_from, None)
    if facts.rung is Rung.ALARM:
        return Plan(Action.ALARM, facts.clock_from + ALARM_AGAIN, None)
    first, second, third, fourth = council.clocks.urgent
    wait = {Rung.ADVISER: second - first, Rung.ON_CALL: second - first, Rung.DUTY: third - second}
    return Plan(Action.PASS_ON, facts.clock_from + wait.get(facts.rung, fourth - third), None)


def _ordinary(facts: Facts, council: Council) -> Plan:
    """In working time. Nobody is woken: what comes at night is paged when the office opens."""
    starts = _add(council, facts.clock_from, timedelta())
    if facts.pages == 0:
        return Plan(Action.PAGE, starts, _answer_by(facts, council))
    if facts.rung is Rung.ALARM:
        return Plan(Action.ALARM, _after_days(council, facts.clock_from, 1), facts.promised_at)
    by = _answer_by(facts, council)
    reminder = _add(council, facts.clock_from, council.clocks.ordinary_reminder)
    if facts.rung is Rung.ADVISER and facts.pages == 1 and reminder < by:
        return Plan(Action.REMIND, reminder, by)
    return Plan(Action.PASS_ON, by, by)


def _answer_by(facts: Facts, council: Council) -> datetime:
    first, second, third = council.clocks.ordinary_working_days
    days = {Rung.ADVISER: first, Rung.ON_CALL: first, Rung.DUTY: second - first}
    return _after_days(council, facts.clock_from, days.get(facts.rung, third - second))


def _with_somebody(facts: Facts, council: Council) -> Plan:
    """Somebody has it: something must follow, or it is taken back; after an answer, its owner is asked at last."""
    if facts.answered_at is not None and facts.answered_at >= facts.heard_at:
        quiet_since = max(facts.answered_at, facts.clock_from)
        return Plan(Action.NUDGE, _after_days(council, quiet_since, NUDGE_DAYS), None)
    since = max(facts.acknowledged_at or facts.clock_from, facts.heard_at if facts.answered_at else facts.clock_from)
    if facts.urgent:
        return Plan(Action.TAKE_BACK, since + council.clocks.urgent_answer, None)
    if facts.answered_at is not None:
        by = _after_days(council, since, council.clocks.ordinary_working_days[0])
    elif facts.promised_at is not None and facts.promised_at > since:
        by = facts.promised_at
    else:
        by = _add(council, since, council.clocks.ordinary_reminder)
    return Plan(Action.TAKE_BACK, by, by)


def _add(council: Council, start: datetime, length: timedelta) -> datetime:
    """Working time; round the clock where the calendar never opens, so that a mistake in it leaves nobody waiting."""
    try:
        return working_time.add(council, start, length)
    except ValueError:
        return start + length


def _after_days(council: Council, start: datetime, days: int) -> datetime:
    try:
        return working_time.after_days(council, start, days)
    except ValueError:
        return start + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Wait:
    """Nothing is due."""


@dataclass(frozen=True, slots=True)
class Page:
    """Page whoever holds the rung; `again` marks a repeat. The rung's time counts from `since`, when it is the first."""

    again: bool
    since: datetime


@dataclass(frozen=True, slots=True)
class PassTo:
    """The next rung has it from `since` on. `why` is an event's word: no answer, nobody there, nothing followed."""

    rung: Rung
    since: datetime
    why: str


@dataclass(frozen=True, slots=True)
class RaiseAlarm:
    """Tell everybody again; the next time counts from `since`."""

    since: datetime


@dataclass(frozen=True, slots=True)
class Nudge:
    """Ask its owner whether it is finished; the next time counts from `since`."""

    since: datetime


Step = Wait | Page | PassTo | RaiseAlarm | Nudge


def due_at(facts: Facts, planned: Plan, council: Council, now: datetime) -> datetime:
    """When the planned action is really taken: an ordinary one that was missed does not wake anybody at night."""
    if facts.urgent or now - planned.at <= ON_TIME or working_time.is_open(council, now):
        return planned.at
    return _add(council, now, timedelta())


def next_step(facts: Facts, council: Council, now: datetime, *, somebody_there: bool) -> Step:
    """What the clock does now. `somebody_there`: whether its owner, or anybody on its rung, can be reached at this moment."""
    planned = plan(facts, council)
    if planned.action is Action.NOTHING:
        return Wait()
    if not somebody_there and facts.rung is not Rung.ALARM:
        return PassTo(NEXT[facts.rung], max(now, facts.clock_from), "nobody there")
    if facts.state is EscalationState.ACKNOWLEDGED and not somebody_there:
        return PassTo(Rung.ALARM, now, "nobody there")
    if now < due_at(facts, planned, council, now):
        return Wait()
    since = planned.at if now - planned.at <= ON_TIME else now
    match planned.action:
        case Action.PAGE:
            return Page(again=False, since=since)
        case Action.REMIND:
            return Page(again=True, since=since)
        case Action.PASS_ON:
            return PassTo(NEXT[facts.rung], since, "no answer")
        case Action.TAKE_BACK:
            return PassTo(NEXT[facts.rung], since, "nothing followed")
        case Action.ALARM:
            return RaiseAlarm(since)
        case _:
            return Nudge(since)


def is_overdue(promised_at: datetime | None, now: datetime) -> bool:
    """Derived, never stored: whether the promised time has gone by."""
    return promised_at is not None and promised_at <= now
