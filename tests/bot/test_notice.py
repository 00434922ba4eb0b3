"""When a notice goes out and to whom it does not: rules that hold for every moment, every wish and every time that staff type."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import notice as rule
from bot.models import NoticeKind, NoticeState, ReceiptState
from bot.notice import BadTime, Late, OnTime, Standing, Tally, Times, TooLate, read_times, timeliness, why_held
from bot.settings import ROOT
from bot.store.notices import Notice
from content.council import load_council
from tests.conftest import NOW

ZONE = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml").zone
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
HOURS = st.integers(0, 96)


def notice(**more: object) -> Notice:
    given_ = Notice(
        id=7, kind=NoticeKind.MESSAGE, subject="", text="Come on Tuesday.", photo=None, audience="{}", rule="",
        first_day=NOW.date(), last_day=None, at="10:00", late_hours=24, state=NoticeState.PLANNED, made_by=1, made_at=NOW,
        approval_id=None, approved_by=None, revision=0,
    )  # fmt: skip
    return replace(given_, **more)  # type: ignore[arg-type]


@given(MOMENTS)
def test_a_humane_moment_is_never_quiet_and_never_earlier_nor_half_a_day_later(moment: datetime) -> None:
    goes = rule.humane(moment, ZONE)
    assert not rule.is_quiet(goes, ZONE)
    assert timedelta(0) <= goes - moment <= timedelta(hours=13)
    assert rule.humane(goes, ZONE) == goes


@given(MOMENTS, HOURS, MOMENTS)
def test_once_it_is_late_it_never_becomes_timely_again(due: datetime, hours: int, now: datetime) -> None:
    order = {OnTime: 0, Late: 1, TooLate: 2}
    before, after = (order[type(timeliness(due, hours, moment, ZONE))] for moment in (now, now + timedelta(hours=1)))
    assert before <= after


@given(MOMENTS, st.integers(1, 96))
def test_what_fell_due_in_quiet_hours_is_on_time_when_they_end(due: datetime, hours: int) -> None:
    assert timeliness(due, hours, rule.humane(due, ZONE), ZONE) == OnTime()


@given(
    st.builds(
        Standing, enrolled=st.booleans(), stopped=st.booleans(), hidden=st.booleans(), blocked=st.booleans(),
        paused=st.booleans(), muted=st.frozensets(st.sampled_from(NoticeKind)), had_a_card=st.booleans(),
        this_week=st.integers(0, 9),
    ),
    st.sampled_from(NoticeKind),
    st.integers(1, 7),
)  # fmt: skip
def test_nobody_who_wants_quiet_gets_a_notice(standing: Standing, kind: NoticeKind, most: int) -> None:
    wants_quiet = standing.stopped or standing.hidden or standing.paused or kind in standing.muted
    must_not = not standing.enrolled or standing.blocked or standing.had_a_card or standing.this_week >= most
    assert (why_held(standing, kind, most) is not None) is (wants_quiet or must_not)


@settings(deadline=None)  # the first one waits for the parser of dates to be imported
@given(st.dates(date(2026, 11, 23), date(2028, 12, 31)), st.times(time(7), time(23, 59)))
def test_a_day_and_a_time_that_staff_type_are_read_as_they_were_meant(day: date, at: time) -> None:
    at = at.replace(second=0, microsecond=0)
    typed = f"{day:%A} {day.day} {day:%B} {day.year} at {at:%H:%M}"
    if day <= NOW.date() + timedelta(days=366) and datetime.combine(day, at, ZONE) > NOW:
        assert read_times(typed, NOW, ZONE) == Times("", day, None, at.isoformat("minutes"))


@given(st.lists(st.dates(date(2026, 11, 24), date(2027, 8, 31)), min_size=2, max_size=12, unique=True))
def test_dates_that_are_named_one_by_one_are_the_days_on_which_it_goes_out(days: list[date]) -> None:
    days = sorted(days)
    times = read_times(", ".join(f"{one.day} {one:%b} {one.year}" for one in days) + " at 4pm", NOW, ZONE)
    planned = notice(rule=times.rule, first_day=times.first_day, last_day=times.last_day, at=times.at)
    assert sorted({day for today in days for day in rule.days(planned, today)}) == days
    assert times.at == "16:00"
    assert not rule.is_over(planned, days[-1])
    assert rule.is_over(planned, days[-1] + timedelta(days=1))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("tomorrow at 10", Times("", date(2026, 11, 24), None, "10:00")),
        ("4pm", Times("", date(2026, 11, 23), None, "16:00")),
        ("9:30", Times("", date(2026, 11, 24), None, "09:30")),
        (
            "every Monday at 10 until 18 December",
            Times("FREQ=WEEKLY;BYDAY=MO", date(2026, 11, 30), date(2026, 12, 18), "10:00"),
        ),
        ("every Tuesday 10:30", Times("FREQ=WEEKLY;BYDAY=TU", date(2026, 11, 24), None, "10:30")),
    ],
)  # fmt: skip
def test_times_that_people_type_are_read(typed: str, expected: Times) -> None:
    assert read_times(typed, NOW, ZONE) == expected


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("soon", "unreadable"), ("", "unreadable"), ("tomorrow", "unreadable"), ("every Monday", "unreadable"),
        ("tomorrow at 4", "unreadable"), ("tomorrow at 25:00", "unreadable"), ("x" * 5000, "unreadable"),
        ("today at 9", "past"), ("every Monday at 10 until 1 December 2025", "never"),
        (", ".join(f"{day}/1" for day in range(1, 31)) + " at 10", "many"),
    ],
)  # fmt: skip
def test_times_that_cannot_be_are_refused_with_the_reason(typed: str, why: str) -> None:
    with pytest.raises(BadTime) as refused:
        read_times(typed, NOW, ZONE)
    assert refused.value.why == why


@given(st.text(max_size=300))
def test_whatever_is_typed_gives_times_to_come_or_a_reason(typed: str) -> None:
    with suppress(BadTime):
        assert rule.moment_of(read_times(typed, NOW, ZONE), ZONE) > NOW


@given(st.integers(0, 99), st.integers(0, 99), st.integers(0, 99), st.integers(0, 99))
def test_a_tally_is_over_when_nothing_is_under_way(delivered: int, unknown: int, held: int, open_: int) -> None:
    tally = Tally(
        {ReceiptState.DELIVERED: delivered, ReceiptState.UNKNOWN: unknown, ReceiptState.HELD: held, ReceiptState.QUEUED: open_},
        {"stopped": held} if held else {},
    )  # fmt: skip
    assert tally.total == delivered + unknown + open_
    assert tally.is_over is (open_ == 0)
    assert len(rule.tally_said(tally)) == sum(map(bool, (delivered, unknown, held)))


def test_an_opportunity_is_one_thing_however_often_and_a_message_one_each_time() -> None:
    assert rule.thing(notice(kind=NoticeKind.OPPORTUNITY, subject="opportunity:5"), "2026-11-23") == "opportunity:5"
    assert rule.thing(notice(), "2026-11-23") != rule.thing(notice(), "2026-11-30")
