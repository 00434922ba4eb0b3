"""How an interest moves on, when its next step is due, when somebody is asked; no database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import interest as rule
from bot.interest import Ask, Asked, Move, Stays
from bot.models import Stage
from bot.store.interests import Plan
from bot.working_time import is_open
from content.council import load_council
from tests.joining import NORTHMOOR

COUNCIL = load_council(NORTHMOOR)
ZONE = COUNCIL.zone
MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
STAGES = st.sampled_from(Stage)


def test_staff_may_jump_forward_and_go_back_for_a_mistake() -> None:
    assert rule.move(Stage.INTERESTED, Stage.INTERESTED, Stage.OFFERED, by_staff=True) == Move(
        Stage.OFFERED, Stage.OFFERED
    )
    assert rule.move(Stage.STARTED, Stage.STARTED, Stage.APPLIED, by_staff=True) == Move(Stage.APPLIED, Stage.APPLIED)


def test_a_young_person_goes_forward_only() -> None:
    assert rule.move(Stage.APPLIED, Stage.APPLIED, Stage.STARTED, by_staff=False) == Move(Stage.STARTED, Stage.STARTED)
    assert rule.move(Stage.STARTED, Stage.STARTED, Stage.APPLIED, by_staff=False) == Stays("back")


def test_not_taken_keeps_how_far_it_came_and_is_reopened_by_interested_again() -> None:
    closed = rule.move(Stage.INTERVIEW, Stage.INTERVIEW, Stage.NOT_TAKEN, by_staff=False)
    assert closed == Move(Stage.NOT_TAKEN, Stage.INTERVIEW)
    assert rule.move(Stage.NOT_TAKEN, Stage.INTERVIEW, Stage.APPLIED, by_staff=False) == Stays("closed")
    again = rule.move(Stage.NOT_TAKEN, Stage.INTERVIEW, Stage.INTERESTED, by_staff=False)
    assert again == Move(Stage.INTERESTED, Stage.INTERVIEW)


@given(STAGES, st.sampled_from(rule.ORDER), STAGES, st.booleans())
def test_a_second_press_changes_nothing_and_the_furthest_stage_is_never_not_taken(
    stage: Stage, reached: Stage, to: Stage, by_staff: bool
) -> None:
    moved = rule.move(stage, reached, to, by_staff=by_staff)
    if isinstance(moved, Move):
        assert moved.reached in rule.ORDER
        assert rule.move(moved.stage, moved.reached, to, by_staff=by_staff) == Stays("there")


@settings(deadline=None)  # the first sum reads the bank holidays
@given(STAGES.filter(lambda stage: stage in rule.NEXT_DAYS), st.integers(0, 24 * 400))
def test_every_next_step_is_due_while_somebody_is_at_work_and_later_than_now(stage: Stage, hours: int) -> None:
    now = MONDAY + timedelta(hours=hours)
    due = rule.next_at(stage, Plan(), COUNCIL, now)
    assert due is not None
    assert due > now
    assert is_open(COUNCIL, due)


def test_two_working_days_over_a_weekend() -> None:
    friday = datetime(2026, 11, 27, 15, 0, tzinfo=UTC)
    due = rule.next_at(Stage.INTERESTED, Plan(), COUNCIL, friday)
    assert due is not None
    assert due.date() == date(2026, 12, 1)


def test_an_interview_makes_the_next_step_due_the_day_after_it() -> None:
    due = rule.next_at(Stage.INTERVIEW, Plan(interview_on=date(2026, 12, 2)), COUNCIL, MONDAY)
    assert due is not None
    assert due.date() == date(2026, 12, 3)


def test_after_the_start_nobody_has_to_do_anything_by_a_date() -> None:
    assert rule.next_at(Stage.STARTED, Plan(), COUNCIL, MONDAY) is None


def test_the_adviser_is_reminded_twice_two_working_days_apart_and_then_the_manager_once() -> None:
    first = MONDAY
    assert rule.rung(first, [], COUNCIL, first - timedelta(minutes=1)) is None
    assert rule.rung(first, [], COUNCIL, first) == 0
    assert rule.rung(first, [first], COUNCIL, first + timedelta(hours=30)) is None
    second = first + timedelta(days=2)
    assert rule.rung(first, [first], COUNCIL, second) == 1
    assert rule.rung(first, [first, second], COUNCIL, second + timedelta(days=2)) == 2
    assert rule.rung(first, [first, second, second], COUNCIL, second + timedelta(days=90)) is None


def asked(stage: Stage, days: int, plan: Plan | None = None, last: datetime | None = None) -> Ask | None:
    """What is asked so many days after Monday, if it came to the stage on Monday."""
    return rule.ask(stage, {stage: MONDAY}, plan or Plan(), last, MONDAY + timedelta(days=days), ZONE)


@pytest.mark.parametrize(
    ("stage", "days", "plan", "what"),
    [
        (Stage.INTERESTED, 30, Plan(), None),
        (Stage.APPLIED, 6, Plan(), None),
        (Stage.APPLIED, 7, Plan(), Asked.HEARD_BACK),
        (Stage.APPLIED, 70, Plan(), None),
        (Stage.INTERVIEW, 7, Plan(), Asked.HEARD_BACK),
        (Stage.INTERVIEW, 8, Plan(interview_on=date(2026, 12, 3)), None),
        (Stage.INTERVIEW, 9, Plan(interview_on=date(2026, 12, 3)), Asked.EVE),
        (Stage.INTERVIEW, 10, Plan(interview_on=date(2026, 12, 3)), None),
        (Stage.INTERVIEW, 11, Plan(interview_on=date(2026, 12, 3)), Asked.AFTER_INTERVIEW),
        (Stage.OFFERED, 13, Plan(), None),
        (Stage.OFFERED, 14, Plan(), Asked.START),
        (Stage.OFFERED, 3, Plan(starts_on=date(2026, 11, 26)), Asked.START),
        (Stage.STARTED, 27, Plan(), None),
        (Stage.STARTED, 28, Plan(), Asked.STILL_4),
        (Stage.STARTED, 91, Plan(), Asked.STILL_13),
        (Stage.STILL_4_WEEKS, 40, Plan(), None),
        (Stage.NOT_TAKEN, 91, Plan(), None),
    ],
)
def test_what_is_asked_on_which_day(stage: Stage, days: int, plan: Plan, what: Asked | None) -> None:
    found = asked(stage, days, plan)
    assert (found.what if found else None) is what


def test_thirteen_weeks_count_from_the_start_and_not_from_the_last_answer() -> None:
    came = {Stage.STARTED: MONDAY, Stage.STILL_4_WEEKS: MONDAY + timedelta(days=30)}
    late = MONDAY + timedelta(days=91)
    found = rule.ask(Stage.STILL_4_WEEKS, came, Plan(), None, late, ZONE)
    assert found == Ask(Asked.STILL_13, date(2026, 11, 23))


@given(
    st.sampled_from(rule.ORDER), st.integers(0, 200), st.integers(0, 6), st.none() | st.integers(0, 200),
    st.none() | st.integers(0, 200),
)  # fmt: skip
def test_never_a_second_question_within_a_week(
    stage: Stage, days: int, since: int, interview: int | None, start: int | None
) -> None:
    def day(ahead: int | None) -> date | None:
        return None if ahead is None else MONDAY.date() + timedelta(days=ahead)

    plan = Plan(interview_on=day(interview), starts_on=day(start))
    now = MONDAY + timedelta(days=days)
    found = rule.ask(stage, {stage: MONDAY}, plan, now - timedelta(days=since), now, ZONE)
    assert found is None or found.what is Asked.EVE
