"""What a series asks for: its sessions, and what staff type when they move one."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import programme
from bot.models import DropInState, SeriesState
from bot.store.series import Series, Session
from content.council import load_council
from tests.scheduler.programme_part import NORTHMOOR, draft

COUNCIL = load_council(NORTHMOOR)
NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
BEGINS, ENDS = datetime(2026, 11, 24, 14, tzinfo=UTC), datetime(2026, 11, 24, 16, tzinfo=UTC)


def on(day: int, opens: int, closes: int, month: int = 11) -> tuple[datetime, datetime]:
    return datetime(2026, month, day, opens, tzinfo=UTC), datetime(2026, month, day, closes, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("friday", on(27, 14, 16)), ("Friday 10-12", on(27, 10, 12)), ("10-12", on(24, 10, 12)), ("15:00", on(24, 15, 17)),
        ("24 nov at 3pm", on(24, 15, 17)), ("24/11 10:00 to 11:00", on(24, 10, 11)), ("1 December, 2-4pm", on(1, 14, 16, 12)),
        ("tomorrow 10am", on(24, 10, 12)), ("thursday 10-12", on(26, 10, 12)),
    ],
)  # fmt: skip
def test_what_staff_type_is_a_day_a_time_or_both(words: str, expected: tuple[datetime, datetime]) -> None:
    assert programme.moved_to(words, BEGINS, ENDS, COUNCIL, NOW) == expected


@given(st.text(max_size=60))
def test_whatever_is_typed_is_a_time_ahead_or_a_sentence(words: str) -> None:
    found = programme.moved_to(words, BEGINS, ENDS, COUNCIL, NOW)
    if isinstance(found, str):
        assert found.endswith(".")
    else:
        assert NOW < found[0] < found[1]


SERIES = Series(1, draft(), SeriesState.ACTIVE, 0)
moments = st.integers(-40, 80).map(lambda days: NOW + timedelta(days=days, hours=3))
kept = st.builds(
    lambda day, starts, cancelled, moved: Session(
        0, 1, day, starts, starts + timedelta(hours=2), None,
        DropInState.CANCELLED if cancelled else DropInState.PLANNED, moved,
    ),
    st.integers(-10, 60).map(lambda days: NOW.date() + timedelta(days=days)), moments, st.booleans(), st.booleans(),
)  # fmt: skip


@given(st.lists(kept, max_size=6, unique_by=lambda one: one.day), st.sampled_from(SeriesState), st.booleans())
def test_a_plan_that_was_carried_out_leaves_nothing_to_do(
    there: list[Session], state: SeriesState, daily: bool
) -> None:
    series = replace(SERIES, state=state, draft=draft("FREQ=DAILY") if daily else draft())
    rows = {one.day: one for one in there}
    plan = programme.plan(series, [*rows.values()], COUNCIL, NOW)
    for slot in plan.make:
        assert slot.day not in rows
        rows[slot.day] = Session(0, 1, slot.day, slot.starts_at, slot.ends_at, None, DropInState.PLANNED, False)
    for session, slot in plan.retime:
        assert not session.moved
        rows[session.day] = replace(session, starts_at=slot.starts_at, ends_at=slot.ends_at, state=DropInState.PLANNED)
    for session in plan.drop:
        rows[session.day] = replace(session, state=DropInState.CANCELLED, moved=False)
    assert all(session.starts_at > NOW for session in plan.drop)
    assert programme.plan(series, [*rows.values()], COUNCIL, NOW).is_empty


def test_what_is_over_is_told_apart_from_what_is_rare() -> None:
    today = NOW.date()
    assert programme.is_over(draft("", date(2026, 11, 1)), today)
    assert programme.is_over(draft(last_day=date(2026, 11, 1), first=date(2026, 9, 1)), today)
    assert programme.is_over(draft("FREQ=WEEKLY;BYDAY=TU;COUNT=2", date(2026, 9, 1)), today)
    assert not programme.is_over(draft("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2024, 2, 29)), today)
    assert not programme.is_over(draft("", date(2026, 11, 1), extra=frozenset([date(2026, 12, 1)])), today)


def test_a_rule_that_the_table_cannot_hold_is_a_fault() -> None:
    rule = "FREQ=MONTHLY;BYMONTHDAY=" + ",".join(["1"] * 200)
    text = f"drop_ins:\n- {{name: Long, rule: '{rule}', opens: '10:00', closes: '11:00', place: Hub}}\n"
    reading = programme.read("a.yaml", text.encode(), NOW.date())
    assert reading.series == []
    assert "more than 300 letters" in str(reading.faults[0])


def test_a_session_that_the_spring_change_cuts_short_still_ends_after_it_begins() -> None:
    slot = programme.slot(date(2027, 3, 28), date(2027, 3, 28), time(1, 30), time(2, 15), COUNCIL)
    assert slot.ends_at - slot.starts_at == timedelta(minutes=45)
