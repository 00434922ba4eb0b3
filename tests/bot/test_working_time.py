from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.working_time import add, after_days, closes_at, is_open, is_working_day, next_opening, opening, periods
from content.council import Council, Period, load_council

LONDON = ZoneInfo("Europe/London")
NORTHMOOR = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
BANK_HOLIDAYS = {
    date(year, month, day)
    for year, month_days in {
        2026: [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
        2027: [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
    }.items()
    for month, day in month_days
}
"""England and Wales. Where Christmas or Boxing Day falls on a weekend, this is the day instead."""
CHRISTMAS_CLOSING = {date(2026, 12, day) for day in (24, 29, 30, 31)}
TWO_YEARS = [date(2026, 1, 1) + timedelta(days=days) for days in range(730)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def on_the_wall(moment: datetime) -> str:
    assert moment.tzinfo == LONDON
    return moment.replace(tzinfo=None).isoformat(timespec="minutes")


def hours(*spans: str) -> tuple[Period, ...]:
    pairs = (span.split("-") for span in spans)
    return tuple(Period(time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in pairs)


def council_open(*week: tuple[Period, ...]) -> Council:
    return replace(NORTHMOOR, office_hours=(*week, *[()] * (7 - len(week))), closed_days={})


NEVER_OPEN = council_open()
SPLIT = council_open(*[hours("09:00-12:30", "13:00-17:00")] * 4, hours("09:00-12:00", "12:00-16:30"))
DAY_AND_NIGHT = replace(NORTHMOOR, office_hours=(hours("00:00-04:00", "06:00-22:00"),) * 7, closed_days={})
"""Also at work while the clocks change."""
COUNCILS = (NORTHMOOR, SPLIT, DAY_AND_NIGHT)

councils = st.sampled_from(COUNCILS)
moments = st.integers(0, 2 * 365 * 24 * 3600).map(
    lambda seconds: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
whole_minutes = moments.map(lambda moment: moment.replace(second=0))
clock_changes = st.sampled_from(["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"]).flatmap(
    lambda day: st.integers(-72 * 60, 48 * 60).map(
        lambda minutes: datetime.fromisoformat(day).replace(tzinfo=UTC) + timedelta(minutes=minutes)
    )
)
lengths = st.integers(0, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


@pytest.mark.parametrize("day", sorted(BANK_HOLIDAYS))
@pytest.mark.parametrize("nation", ["ENG", "WLS"])
def test_nobody_is_at_work_on_a_bank_holiday(nation: str, day: date) -> None:
    council = replace(NORTHMOOR, nation=nation)
    assert not is_working_day(council, day)
    assert opening(council, day) is None
    assert add(council, datetime.combine(day, time(10), LONDON), timedelta(0)).date() > day


def test_every_other_weekday_is_a_working_day() -> None:
    off = BANK_HOLIDAYS | CHRISTMAS_CLOSING
    assert [day for day in TWO_YEARS if is_working_day(NORTHMOOR, day)] == [
        day for day in TWO_YEARS if day.weekday() < 5 and day not in off
    ]


def test_scotland_has_its_own_bank_holidays() -> None:
    assert is_working_day(replace(NORTHMOOR, nation="SCT"), date(2027, 3, 29))
    assert not is_working_day(replace(NORTHMOOR, nation="SCT"), date(2026, 11, 30))


def test_a_day_opens_with_its_first_period() -> None:
    tuesday = opening(SPLIT, date(2026, 11, 24))
    assert tuesday is not None
    assert on_the_wall(tuesday) == "2026-11-24T09:00"
    assert opening(SPLIT, date(2026, 11, 28)) is None


@pytest.mark.parametrize(
    ("start", "length", "ends"),
    [
        ("2026-11-23T10:00", 4.0, "2026-11-23T14:00"),
        ("2026-11-23T15:00", 4.0, "2026-11-24T11:00"),
        ("2026-11-23T13:00", 4.0, "2026-11-24T09:00"),
        ("2026-11-23T12:59", 4.0, "2026-11-23T16:59"),
        ("2026-11-20T16:45", 4.0, "2026-11-23T13:00"),
        ("2026-11-20T15:30", 1.0, "2026-11-23T09:00"),
        ("2026-11-21T12:00", 0.0, "2026-11-23T09:00"),
        ("2026-11-23T10:00", 0.0, "2026-11-23T10:00"),
        ("2026-12-23T16:00", 4.0, "2027-01-04T12:00"),
        ("2027-03-25T16:00", 2.0, "2027-03-30T10:00"),
        ("2026-03-27T16:00", 1.0, "2026-03-30T09:30"),
        ("2026-10-23T16:00", 1.0, "2026-10-26T09:30"),
    ],
)
def test_working_time_runs_only_while_somebody_is_at_work(start: str, length: float, ends: str) -> None:
    assert on_the_wall(add(NORTHMOOR, at(start), timedelta(hours=length))) == ends


@pytest.mark.parametrize(
    ("start", "length", "ends"),
    [
        ("2026-11-23T12:00", 1, "2026-11-23T13:30"),
        ("2026-11-23T11:30", 1, "2026-11-23T13:00"),
        ("2026-11-23T12:45", 1, "2026-11-23T14:00"),
        ("2026-11-27T11:00", 1, "2026-11-27T12:00"),
    ],
)
def test_a_lunch_break_does_not_count(start: str, length: int, ends: str) -> None:
    assert on_the_wall(add(SPLIT, at(start), timedelta(hours=length))) == ends


@pytest.mark.parametrize(
    ("start", "ends"),
    [
        ("2026-03-28T23:00", "2026-03-29T09:00"),
        ("2026-10-24T23:00", "2026-10-25T07:00"),
        ("2027-03-27T23:00", "2027-03-28T09:00"),
        ("2027-10-30T23:00", "2027-10-31T07:00"),
    ],
)
def test_an_hour_that_the_clocks_skip_or_repeat_counts_as_it_passes(start: str, ends: str) -> None:
    assert on_the_wall(add(DAY_AND_NIGHT, at(start), timedelta(hours=6))) == ends


@pytest.mark.parametrize(
    ("start", "days", "ends"),
    [
        ("2026-11-23T10:00", 1, "2026-11-24T10:00"),
        ("2026-11-23T10:00", 0, "2026-11-23T10:00"),
        ("2026-11-20T16:45", 1, "2026-11-24T09:00"),
        ("2026-11-20T16:45", 0, "2026-11-23T09:00"),
        ("2026-11-19T16:45", 1, "2026-11-23T09:00"),
        ("2026-11-19T16:30", 1, "2026-11-23T09:00"),
        ("2026-11-19T16:29", 1, "2026-11-20T16:29"),
        ("2026-11-20T10:00", 3, "2026-11-25T10:00"),
        ("2026-12-23T10:00", 1, "2027-01-04T10:00"),
        ("2026-12-25T10:00", 2, "2027-01-06T09:00"),
        ("2026-03-27T10:00", 1, "2026-03-30T10:00"),
        ("2026-10-23T10:00", 1, "2026-10-26T10:00"),
        ("2027-03-25T10:00", 1, "2027-03-30T10:00"),
        ("2027-10-29T10:00", 2, "2027-11-02T10:00"),
    ],
)
def test_a_working_day_later_is_the_same_time_of_the_next_working_day(start: str, days: int, ends: str) -> None:
    assert on_the_wall(after_days(NORTHMOOR, at(start), days)) == ends


def test_a_working_day_later_waits_for_the_end_of_the_lunch_break() -> None:
    council = council_open(hours("09:00-17:00"), hours("10:00-12:00", "14:00-17:00"))
    assert on_the_wall(after_days(council, at("2026-11-23T12:30"), 1)) == "2026-11-24T14:00"
    assert on_the_wall(after_days(council, at("2026-11-23T09:30"), 1)) == "2026-11-24T10:00"


def test_the_servers_zone_changes_nothing() -> None:
    summer = datetime(2026, 7, 1, 15, 0, tzinfo=UTC)
    assert on_the_wall(add(NORTHMOOR, summer, timedelta(hours=1))) == "2026-07-02T09:00"
    assert on_the_wall(after_days(NORTHMOOR, summer, 1)) == "2026-07-02T16:00"


def test_a_council_that_never_opens_is_told_so_and_not_searched_for_ever() -> None:
    with pytest.raises(ValueError, match=r"too little working time after 2026-11-23.*office_hours"):
        add(NEVER_OPEN, at("2026-11-23T10:00"), timedelta(hours=1))
    with pytest.raises(ValueError, match="too little working time"):
        after_days(NEVER_OPEN, at("2026-11-23T10:00"), 1)


def test_a_calendar_that_ends_is_told_too() -> None:
    closed = {date(2026, 11, 24) + timedelta(days=days): "closed" for days in range(100)}
    council = replace(NORTHMOOR, closed_days=closed)
    assert on_the_wall(add(council, at("2026-11-23T10:00"), timedelta(hours=1))) == "2026-11-23T11:00"
    with pytest.raises(ValueError, match="too little working time"):
        add(council, at("2026-11-23T10:00"), timedelta(hours=7))
    with pytest.raises(ValueError, match="too little working time"):
        after_days(council, at("2026-11-23T10:00"), 1)


@pytest.mark.parametrize("length", [timedelta.max, timedelta(days=3000)])
def test_a_length_of_years_is_a_mistake(length: timedelta) -> None:
    with pytest.raises(ValueError, match="too little working time"):
        add(NORTHMOOR, at("2026-11-23T10:00"), length)
    with pytest.raises(ValueError, match="too little working time"):
        after_days(NORTHMOOR, at("2026-11-23T10:00"), length.days)


def test_working_time_is_not_counted_backwards() -> None:
    with pytest.raises(ValueError, match="backwards"):
        add(NORTHMOOR, at("2026-11-23T10:00"), timedelta(seconds=-1))
    with pytest.raises(ValueError, match="backwards"):
        after_days(NORTHMOOR, at("2026-11-23T10:00"), -1)


def test_a_long_length_may_cross_closed_weeks() -> None:
    mondays = council_open(hours("09:00-10:00"))
    a_year_of_mondays_less_bank_holidays = timedelta(hours=52 - 5, minutes=30)
    assert on_the_wall(add(mondays, at("2026-01-05T09:00"), a_year_of_mondays_less_bank_holidays)) == "2027-01-04T09:30"


def test_periods_around_a_skipped_hour_run_forward() -> None:
    council = replace(NORTHMOOR, office_hours=(hours("00:00-01:30", "01:45-02:15", "02:20-03:00"),) * 7)
    moments = [moment for period in periods(council, date(2027, 3, 28)) for moment in period]
    assert [moment.astimezone(UTC) for moment in moments] == sorted(moment.astimezone(UTC) for moment in moments)
    assert moments


@given(councils, moments, lengths)
@settings(deadline=None)
def test_the_end_is_always_in_working_time_and_never_before_the_start(
    council: Council, start: datetime, length: timedelta
) -> None:
    end = add(council, start, length)
    assert is_open(council, end)
    assert end.astimezone(UTC) >= start + length
    later = after_days(council, start, length.seconds % 10)
    assert is_open(council, later)
    assert later.astimezone(UTC) >= start


@given(councils, st.one_of(moments, clock_changes), st.one_of(moments, clock_changes), lengths)
@settings(deadline=None)
def test_a_later_start_never_ends_sooner(council: Council, one: datetime, other: datetime, length: timedelta) -> None:
    sooner, later = sorted([one, other])
    assert add(council, sooner, length).astimezone(UTC) <= add(council, later, length).astimezone(UTC)


@given(moments, moments, st.integers(0, 10))
@settings(deadline=None)
def test_a_later_start_never_ends_sooner_in_days(one: datetime, other: datetime, days: int) -> None:
    sooner, later = sorted([one, other])
    assert after_days(NORTHMOOR, sooner, days) <= after_days(NORTHMOOR, later, days)
    assert after_days(NORTHMOOR, sooner, days) <= after_days(NORTHMOOR, sooner, days + 1)


@given(councils, st.one_of(moments, clock_changes), lengths, lengths)
@settings(deadline=None)
def test_a_longer_length_never_ends_sooner(council: Council, start: datetime, one: timedelta, other: timedelta) -> None:
    shorter, longer = sorted([one, other])
    assert add(council, start, shorter).astimezone(UTC) <= add(council, start, longer).astimezone(UTC)


@given(councils, moments, lengths, lengths)
@settings(deadline=None)
def test_two_lengths_after_each_other_are_as_long_as_their_sum(
    council: Council, start: datetime, one: timedelta, other: timedelta
) -> None:
    assert add(council, add(council, start, one), other) == add(council, start, one + other)


def test_at_the_minute_of_opening_the_next_opening_is_another() -> None:
    following = next_opening(NORTHMOOR, at("2026-11-23T09:00"))
    assert following is not None
    assert on_the_wall(following) == "2026-11-24T09:00"


LAST_COUNTED = datetime(2027, 12, 10, tzinfo=UTC)
"""The reference's list of bank holidays ends with 2027."""


def minutes_at_work(council: Council, start: datetime) -> Iterator[datetime]:
    """The reference: looks at the clock on the wall at each minute that passes."""
    for passed in range(20 * 24 * 60):
        minute = start + timedelta(minutes=passed)
        wall = minute.astimezone(LONDON)
        if wall.date() in BANK_HOLIDAYS or wall.date() in council.closed_days:
            continue
        if any(period.opens <= wall.time() < period.closes for period in council.office_hours[wall.weekday()]):
            yield minute


@given(
    councils,
    st.one_of(clock_changes, whole_minutes.filter(lambda moment: moment < LAST_COUNTED)),
    st.integers(0, 900),
)
@settings(deadline=None, max_examples=60)
def test_the_sum_is_that_of_counting_each_minute(council: Council, start: datetime, minutes: int) -> None:
    counted = minutes_at_work(council, start)
    for _ in range(minutes):
        next(counted)
    assert add(council, start, timedelta(minutes=minutes)).astimezone(UTC) == next(counted)


@given(councils, st.one_of(clock_changes, whole_minutes.filter(lambda moment: moment < LAST_COUNTED)))
@settings(deadline=None, max_examples=60)
def test_open_and_closed_are_those_of_the_clock_on_the_wall(council: Council, now: datetime) -> None:
    following = minutes_at_work(council, now)
    first = next(following)
    assert is_open(council, now) is (first == now)
    opens = next_opening(council, now)
    assert opens is not None
    if first != now:
        assert opens.astimezone(UTC) == first
        assert closes_at(council, now) is None
