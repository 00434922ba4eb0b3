"""Who comes, who waits, who is reminded and who is asked: the rules, at any hour."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import drop_in as rule
from bot.drop_in import Cancelled, InIt, OnTheList, Out, Over, Reminder
from bot.models import DropInState, PlaceState
from bot.notice import is_quiet
from bot.store.drop_ins import DropIn
from tests.conftest import NOW

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2026, 11, 24, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


def session(starts_at: datetime = TUESDAY, hours: float = 2, **more: Any) -> DropIn:
    given = DropIn(
        id=1, series_id=1, day="2026-11-24", name="Job club", agency="DWP", topic="work", place="The Hub", map_url="", bring="",
        starts_at=starts_at, ends_at=starts_at + hours * HOUR, state=DropInState.PLANNED,
    )  # fmt: skip
    return replace(given, **more)


@pytest.mark.parametrize(
    ("there", "said", "comes", "answer"),
    [
        ({}, None, True, InIt()),
        ({"capacity": 1}, None, True, InIt()),
        ({"capacity": 1, "coming": 1}, None, True, OnTheList()),
        ({"capacity": 2, "coming": 1, "waiting": 1}, None, True, OnTheList()),
        ({"capacity": 1, "coming": 1}, PlaceState.COMING, True, InIt(again=True)),
        ({"capacity": 1, "coming": 1, "waiting": 1}, PlaceState.WAITING, True, OnTheList(again=True)),
        ({"coming": 1}, PlaceState.COMING, False, Out(freed=True)),
        ({}, PlaceState.WAITING, False, Out()),
        ({}, PlaceState.NOT_COMING, False, Out(again=True)),
        ({}, PlaceState.NOT_COMING, True, InIt()),
        ({"state": DropInState.CANCELLED}, PlaceState.COMING, False, Cancelled()),
    ],
)
def test_what_a_press_means(there: dict[str, Any], said: PlaceState | None, comes: bool, answer: rule.Answer) -> None:
    assert rule.decide(session(**there), said, comes=comes, now=NOW) == answer


def test_a_session_can_be_joined_until_it_is_over() -> None:
    assert rule.decide(session(), None, comes=True, now=TUESDAY + HOUR) == InIt()
    assert rule.decide(session(), None, comes=True, now=TUESDAY + 2 * HOUR) == Over()


def test_a_place_that_is_owed_to_somebody_on_the_list_is_not_given_to_whoever_asks_now() -> None:
    assert session(capacity=3, coming=2, waiting=1).is_full
    assert rule.moving_up(session(capacity=3, coming=2, waiting=4), NOW) == 1


def test_nobody_moves_up_into_what_began_or_was_cancelled() -> None:
    free = session(capacity=3, coming=1, waiting=2)
    assert rule.moving_up(free, TUESDAY) == 0
    assert rule.moving_up(replace(free, state=DropInState.CANCELLED), NOW) == 0
    assert rule.moving_up(replace(free, capacity=None), NOW) == 2


def reminders(drop_in: DropIn) -> list[tuple[Reminder, str]]:
    """Which reminder first comes when, asked every ten minutes from two days before."""
    first: dict[Reminder, str] = {}
    now = drop_in.starts_at - timedelta(days=2)
    while now < drop_in.ends_at:
        due = rule.reminder_due(drop_in, now, LONDON)
        if due is not None:
            first.setdefault(due, f"{now.astimezone(LONDON):%a %H:%M}")
        now += timedelta(minutes=10)
    return list(first.items())


@pytest.mark.parametrize(
    ("starts_at", "expected"),
    [
        (TUESDAY, [("Mon 17:00"), ("Tue 09:00")]),
        (datetime(2026, 11, 24, 9, 30, tzinfo=UTC), ["Mon 17:00", "Tue 09:00"]),
        (datetime(2026, 11, 24, 8, 0, tzinfo=UTC), ["Mon 17:00"]),
        (datetime(2027, 3, 28, 12, 0, tzinfo=UTC), ["Sat 17:00", "Sun 09:00"]),  # the clocks go forward that night
        (datetime(2027, 10, 31, 12, 0, tzinfo=UTC), ["Sat 17:00", "Sun 09:00"]),  # and back
        (datetime(2026, 11, 24, 23, 0, tzinfo=UTC), ["Mon 17:00", "Tue 09:00"]),
    ],
)
def test_one_comes_the_day_before_and_one_in_the_morning(starts_at: datetime, expected: list[str]) -> None:
    assert [at for _, at in reminders(session(starts_at))] == expected


BEGINNINGS = st.integers(0, 70_000).map(lambda quarters: datetime(2026, 1, 1, tzinfo=UTC) + quarters * HOUR / 4)
"""Two years, at each quarter of an hour."""


@given(starts=BEGINNINGS, before=st.timedeltas(timedelta(), timedelta(days=3)))
def test_no_reminder_ever_comes_in_quiet_hours_or_after_the_beginning(starts: datetime, before: timedelta) -> None:
    now = starts - before
    due = rule.reminder_due(session(starts), now, LONDON)
    assert due is None or (not is_quiet(now, LONDON) and now < starts)
    assert due is None or now >= rule.reminder_at(due, session(starts), LONDON)


@given(starts=BEGINNINGS, ahead=st.integers(0, 72))
def test_what_is_promised_is_what_comes(starts: datetime, ahead: int) -> None:
    said_at = starts - ahead * HOUR
    promised = set(rule.reminders_ahead(session(starts), said_at, LONDON))
    moments = (said_at + number * timedelta(minutes=15) for number in range(ahead * 4))
    due = {(one, now) for now in moments if (one := rule.reminder_due(session(starts), now, LONDON)) is not None}
    assert {one for one, _ in due if rule.reminder_at(one, session(starts), LONDON) > said_at} == promised


@pytest.mark.parametrize(
    ("ends_at", "asked"),
    [
        (datetime(2026, 11, 24, 16, tzinfo=UTC), "Tue 18:00"),
        (datetime(2026, 11, 24, 19, tzinfo=UTC), "Wed 10:00"),
        (datetime(2026, 11, 24, 20, tzinfo=UTC), "Wed 10:00"),
        (datetime(2026, 11, 24, 23, tzinfo=UTC), "Wed 10:00"),
        (datetime(2026, 11, 25, 5, tzinfo=UTC), "Wed 10:00"),
        (datetime(2026, 11, 25, 7, 30, tzinfo=UTC), "Wed 09:30"),
    ],
)
def test_the_question_comes_two_hours_after_the_end_or_the_next_morning_at_ten(ends_at: datetime, asked: str) -> None:
    at = rule.follow_up_at(session(ends_at - 2 * HOUR), LONDON)
    assert f"{at.astimezone(LONDON):%a %H:%M}" == asked
    assert rule.is_asked(session(ends_at - 2 * HOUR), at, LONDON)
    assert not rule.is_asked(session(ends_at - 2 * HOUR), at - timedelta(minutes=1), LONDON)
    assert not rule.is_asked(session(ends_at - 2 * HOUR), at + rule.ASKED_FOR, LONDON)


def test_nobody_is_asked_about_what_was_cancelled() -> None:
    gone = session(state=DropInState.CANCELLED)
    assert not rule.is_asked(gone, TUESDAY + 4 * HOUR, LONDON)
    assert rule.reminder_due(gone, TUESDAY - 4 * HOUR, LONDON) is None
