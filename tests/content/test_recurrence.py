from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import holidays
import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from content.recurrence import (
    LONGEST_MOVE,
    LONGEST_WINDOW,
    MOST_DATES,
    WEEKDAYS,
    BrokenRecurrence,
    Day,
    Recurrence,
    days,
    falls_on,
    first_by_rule,
    moment,
)

LONDON = ZoneInfo("Europe/London")
BANK_HOLIDAYS = holidays.country_holidays("GB", subdiv="ENG", years=range(2025, 2031))
NOVEMBER = date(2026, 11, 1)
DATES = st.dates(date(2026, 1, 1), date(2029, 12, 31))
SOME_WEEKDAYS = st.sets(st.sampled_from(range(7)), min_size=1, max_size=4)


def own_days(recurrence: Recurrence, from_day: date, to_day: date) -> list[date]:
    return [one.day for one in days(recurrence, from_day, to_day)]


def walk(from_day: date, to_day: date) -> Iterator[date]:
    return (from_day + timedelta(days=ahead) for ahead in range((to_day - from_day).days + 1))


def broken(
    rule: str,
    first_day: date = NOVEMBER,
    last_day: date | None = None,
    without: frozenset[date] = frozenset(),
    extra: frozenset[date] = frozenset(),
) -> str:
    with pytest.raises(BrokenRecurrence) as error:
        Recurrence(rule, first_day, last_day, without, extra)
    return str(error.value)


@given(SOME_WEEKDAYS, st.integers(1, 5), DATES, DATES, st.integers(0, 700), st.none() | st.integers(40, 900))
def test_weekly_days_are_those_of_a_walk_day_by_day(
    weekdays: set[int], interval: int, first: date, seen: date, length: int, lasts: int | None
) -> None:
    rule = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(WEEKDAYS[day] for day in weekdays)}"
    last = None if lasts is None else first + timedelta(days=lasts)
    expected = [
        day
        for day in walk(seen, seen + timedelta(days=length))
        if first <= day <= (last or date.max)
        and day.weekday() in weekdays
        and ((day - timedelta(days=day.weekday())) - (first - timedelta(days=first.weekday()))).days // 7 % interval
        == 0
    ]
    assert own_days(Recurrence(rule, first, last), seen, seen + timedelta(days=length)) == expected


@given(st.integers(-1, 4).filter(bool), st.integers(0, 6), DATES, DATES)
def test_the_nth_weekday_of_a_month_is_that_of_a_walk_day_by_day(
    nth: int, weekday: int, first: date, seen: date
) -> None:
    until = seen + timedelta(days=400)

    def is_nth(day: date) -> bool:
        same = [one for one in walk(day.replace(day=1), day + timedelta(days=31)) if one.month == day.month]
        return day in [one for one in same if one.weekday() == weekday][nth if nth < 0 else nth - 1 :][:1]

    expected = [day for day in walk(seen, until) if day >= first and day.weekday() == weekday and is_nth(day)]
    assert own_days(Recurrence(f"FREQ=MONTHLY;BYDAY={nth}{WEEKDAYS[weekday]}", first), seen, until) == expected


@given(
    st.sampled_from(
        [
            "FREQ=DAILY;INTERVAL=3",
            "FREQ=DAILY;BYMONTH=3,4;BYDAY=MO,TU",
            "FREQ=DAILY;INTERVAL=2;COUNT=40",
            "FREQ=WEEKLY",
            "FREQ=WEEKLY;COUNT=12",
            "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
            "FREQ=WEEKLY;INTERVAL=3;BYMONTH=1,2,3",
            "FREQ=MONTHLY",
            "FREQ=MONTHLY;INTERVAL=5",
            "FREQ=MONTHLY;BYMONTHDAY=31",
            "FREQ=MONTHLY;BYMONTHDAY=-1,15",
            "FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1",
            "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1,2",
            "FREQ=MONTHLY;BYDAY=1TU,3TU;COUNT=9",
            "FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13",
            "FREQ=YEARLY",
            "FREQ=YEARLY;BYMONTH=3,9",
            "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            "FREQ=YEARLY;BYDAY=1MO",
            "FREQ=YEARLY;BYDAY=-2FR",
            "FREQ=YEARLY;BYMONTHDAY=10",
            "FREQ=YEARLY;INTERVAL=2;BYMONTH=6;BYMONTHDAY=1",
        ]
    ),
    DATES,
    DATES,
    st.integers(0, 800),
)
def test_a_rule_gives_what_dateutil_gives(rule: str, first: date, seen: date, length: int) -> None:
    until = seen + timedelta(days=length)
    found = rrulestr(rule, dtstart=datetime.combine(first, time.min))
    expected = found.between(datetime.combine(seen, time.min), datetime.combine(until, time.min), inc=True)
    assert own_days(Recurrence(rule, first), seen, until) == [one.date() for one in expected]


def test_29_february_every_year_is_only_in_leap_years() -> None:
    recurrence = Recurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", date(2026, 1, 1))
    assert own_days(recurrence, date(2026, 1, 1), date(2028, 12, 31)) == [date(2028, 2, 29)]
    assert own_days(Recurrence("FREQ=YEARLY", date(2024, 2, 29)), date(2025, 1, 1), date(2027, 12, 31)) == []


def test_the_31st_of_the_month_leaps_over_shorter_months() -> None:
    recurrence = Recurrence("FREQ=MONTHLY", date(2026, 1, 31))
    assert [day.month for day in own_days(recurrence, date(2026, 1, 1), date(2026, 12, 31))] == [1, 3, 5, 7, 8, 10, 12]


def test_a_single_day_with_days_added_and_one_left_out() -> None:
    recurrence = Recurrence("", date(2026, 11, 24), extra=frozenset([date(2026, 12, 1), date(2026, 12, 8)]))
    assert own_days(recurrence, NOVEMBER, date(2027, 1, 1)) == [
        date(2026, 11, 24),
        date(2026, 12, 1),
        date(2026, 12, 8),
    ]
    left_out = Recurrence("", date(2026, 11, 24), extra=recurrence.extra, without=frozenset([date(2026, 12, 1)]))
    assert own_days(left_out, NOVEMBER, date(2027, 1, 1)) == [date(2026, 11, 24), date(2026, 12, 8)]


def test_a_day_that_was_left_out_is_not_counted_anew() -> None:
    recurrence = Recurrence("FREQ=WEEKLY;COUNT=3", date(2026, 11, 3), without=frozenset([date(2026, 11, 10)]))
    assert own_days(recurrence, NOVEMBER, date(2027, 1, 1)) == [date(2026, 11, 3), date(2026, 11, 17)]


def test_bank_holidays_are_skipped_moved_or_kept() -> None:
    def christmas(what: str) -> list[Day]:
        fridays = Recurrence("FREQ=WEEKLY;BYDAY=FR", NOVEMBER, bank_holidays=what)  # type: ignore[arg-type]
        return days(fridays, date(2026, 12, 25), date(2026, 12, 25), BANK_HOLIDAYS)

    christmas_day = date(2026, 12, 25)
    assert christmas("skip") == []
    assert christmas("keep") == [Day(christmas_day, christmas_day)]
    assert christmas("move") == [Day(christmas_day, date(2026, 12, 29))], "the 28th is a bank holiday too"


def test_a_session_is_not_moved_onto_another_of_its_series() -> None:
    recurrence = Recurrence("FREQ=WEEKLY;BYDAY=MO,TU,FR", NOVEMBER, bank_holidays="move")
    moved = days(recurrence, date(2027, 3, 26), date(2027, 3, 30), BANK_HOLIDAYS)
    assert [one.held_on for one in moved] == [date(2027, 3, 31), date(2027, 4, 1), date(2027, 3, 30)]


def test_where_a_session_is_moved_to_does_not_hang_on_the_window() -> None:
    recurrence = Recurrence("FREQ=WEEKLY;BYDAY=MO,TU,FR", NOVEMBER, bank_holidays="move")
    easter_monday = date(2027, 3, 29)
    (moved,) = days(recurrence, easter_monday, easter_monday, BANK_HOLIDAYS)
    assert moved.held_on == date(2027, 4, 1), "the Wednesday is taken by Good Friday's"


def test_a_session_of_every_working_day_finds_no_other_day_and_is_left_out() -> None:
    recurrence = Recurrence("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NOVEMBER, bank_holidays="move")
    assert days(recurrence, date(2026, 12, 25), date(2026, 12, 25), BANK_HOLIDAYS) == []


def test_a_day_chosen_by_hand_is_held_on_a_bank_holiday_and_out_of_term() -> None:
    boxing_day = date(2026, 12, 26)
    assert days(Recurrence("", boxing_day), NOVEMBER, boxing_day, {boxing_day}) == [Day(boxing_day, boxing_day)]
    extra = Recurrence("FREQ=WEEKLY;BYDAY=MO", NOVEMBER, extra=frozenset([boxing_day]), term_time_only=True)
    assert days(extra, NOVEMBER, boxing_day, {boxing_day}) == [Day(boxing_day, boxing_day)]


def test_in_term_time_only_days_of_a_term_count() -> None:
    terms = [(date(2026, 11, 2), date(2026, 11, 10)), (date(2026, 11, 23), date(2026, 11, 24))]
    recurrence = Recurrence("FREQ=WEEKLY;BYDAY=TU", NOVEMBER, term_time_only=True)
    held = days(recurrence, NOVEMBER, date(2026, 12, 31), (), terms)
    assert [one.day.day for one in held] == [3, 10, 24]
    assert days(recurrence, NOVEMBER, date(2026, 12, 31)) == []


def test_a_session_in_term_time_is_not_moved_out_of_the_term() -> None:
    recurrence = Recurrence("FREQ=WEEKLY;BYDAY=FR", NOVEMBER, bank_holidays="move", term_time_only=True)
    friday = date(2026, 12, 25)
    assert days(recurrence, friday, friday, BANK_HOLIDAYS, [(NOVEMBER, friday)]) == []
    until_the_30th = [(NOVEMBER, date(2026, 12, 30))]
    assert days(recurrence, friday, friday, BANK_HOLIDAYS, until_the_30th)[0].held_on == date(2026, 12, 29)


@given(SOME_WEEKDAYS, st.integers(1, 3), DATES, DATES)
def test_moved_sessions_are_soon_on_free_working_days_and_no_two_on_one(
    weekdays: set[int], interval: int, first: date, seen: date
) -> None:
    rule = f"FREQ=WEEKLY;INTERVAL={interval};BYDAY={','.join(WEEKDAYS[day] for day in weekdays)}"
    held = days(Recurrence(rule, first, bank_holidays="move"), seen, seen + timedelta(days=500), BANK_HOLIDAYS)
    assert len({one.held_on for one in held}) == len(held)
    for one in held:
        assert one.held_on not in BANK_HOLIDAYS
        if one.held_on != one.day:
            assert one.day in BANK_HOLIDAYS
            assert one.day < one.held_on <= one.day + LONGEST_MOVE
            assert one.held_on.weekday() < 5


@given(
    SOME_WEEKDAYS,
    st.sampled_from(["skip", "move", "keep"]),
    DATES,
    st.lists(st.integers(1, 90), min_size=1, max_size=6),
)
def test_windows_laid_end_to_end_give_every_session_exactly_once(
    weekdays: set[int], bank_holidays: str, first: date, lengths: list[int]
) -> None:
    rule = f"FREQ=WEEKLY;BYDAY={','.join(WEEKDAYS[day] for day in weekdays)}"
    recurrence = Recurrence(rule, first, bank_holidays=bank_holidays)  # type: ignore[arg-type]
    whole = days(recurrence, first, first + timedelta(days=sum(lengths) - 1), BANK_HOLIDAYS)
    pieces, start = list[Day](), first
    for length in lengths:
        pieces += days(recurrence, start, start + timedelta(days=length - 1), BANK_HOLIDAYS)
        start += timedelta(days=length)
    assert pieces == whole


@given(DATES, DATES)
def test_a_day_is_one_of_the_series_if_a_window_around_it_has_it(first: date, day: date) -> None:
    recurrence = Recurrence("FREQ=WEEKLY;INTERVAL=2", first, without=frozenset([first + timedelta(days=14)]))
    if day not in recurrence.without:
        assert falls_on(recurrence, day) == (day in own_days(recurrence, day, day))


def test_the_first_day_by_rule_is_not_before_the_first_day() -> None:
    assert first_by_rule(Recurrence("FREQ=WEEKLY;BYDAY=TU", NOVEMBER)) == date(2026, 11, 3)
    assert first_by_rule(Recurrence("", NOVEMBER)) == NOVEMBER


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "rule: it never happens"),
        ("FREQ=DAILY;BYMONTH=4;BYMONTHDAY=31", "rule: it never happens"),
        ("FREQ=DAILY;INTERVAL=7;BYDAY=TU", "rule: it never happens"),
        ("FREQ=MONTHLY;BYMONTH=6;INTERVAL=12", "rule: it never happens"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=9", "rule: it never happens"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "rule: it never happens"),
        ("every Tuesday", 'rule: "EVERY TUESDAY" cannot be read'),
        ("FREQ=HOURLY", "rule: HOURLY is more than once a day"),
        ("FREQ=MINUTELY;INTERVAL=30", "rule: MINUTELY is more than once a day"),
        ("FREQ=SECONDLY", "rule: SECONDLY is more than once a day"),
        ("FREQ=WEEKLY;INTERVAL=0", '"INTERVAL=0" cannot be read'),
        ("FREQ=WEEKLY;BYDAY=XX", '"BYDAY=XX" cannot be read'),
        ("FREQ=WEEKLY;FREQ=DAILY", '"FREQ=DAILY" cannot be read'),
        ("FREQ=WEEKLY;BYHOUR=3", '"BYHOUR=3" cannot be read'),
        ("FREQ=WEEKLY;BYDAY=1TU", "need FREQ=MONTHLY"),
        ("FREQ=WEEKLY;BYMONTHDAY=3", "cannot name days of the month"),
        ("FREQ=DAILY;BYSETPOS=1", "BYSETPOS needs days"),
        ("BYDAY=TU", "it does not say how often"),
        ("FREQ=DAILY;UNTIL=20260231", "is no date"),
        ("FREQ=DAILY;UNTIL=20261231;COUNT=3", "both how many times and until when"),
        ("FREQ=DAILY;UNTIL=20261001", "until: there is no session from 1 November 2026 to 1 October 2026"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_in_a_sentence(rule: str, sentence: str) -> None:
    assert sentence in broken(rule)


def test_days_that_cannot_be_are_refused_in_a_sentence() -> None:
    weekly = "FREQ=WEEKLY;BYDAY=TU"
    assert "is before the first" in broken(weekly, NOVEMBER, date(2026, 10, 31))
    assert "there is no session from 1 November 2026 to 2 November 2026" in broken(weekly, NOVEMBER, date(2026, 11, 2))
    assert "both how many times" in broken("FREQ=DAILY;COUNT=3", NOVEMBER, date(2026, 12, 1))
    assert "every session is left out" in broken("", NOVEMBER, without=frozenset([NOVEMBER]))
    assert "the year 206 cannot be right" in broken("", date(206, 11, 1))
    many = frozenset(NOVEMBER + timedelta(days=ahead) for ahead in range(MOST_DATES + 1))
    assert "dates are too many" in broken(weekly, extra=many)


@given(st.text(max_size=60) | st.from_regex(r"FREQ=[A-Z]{3,8}(;[A-Z]{3,10}=[-+0-9A-Z,]{0,8}){0,3}", fullmatch=True))
def test_whatever_the_rule_says_it_is_read_or_refused(rule: str) -> None:
    with suppress(BrokenRecurrence):
        days(Recurrence(rule, NOVEMBER), NOVEMBER, date(2027, 11, 1))


def test_a_window_that_is_too_long_is_refused_and_a_turned_one_is_empty() -> None:
    recurrence = Recurrence("FREQ=DAILY", NOVEMBER)
    with pytest.raises(ValueError, match="at most"):
        days(recurrence, NOVEMBER, NOVEMBER + LONGEST_WINDOW + timedelta(days=1))
    assert days(recurrence, date(2026, 11, 9), date(2026, 11, 8)) == []
    assert days(recurrence, date(9999, 1, 1), date.max) == []
    assert days(recurrence, date.min, date(2, 1, 1)) == []


def test_a_time_that_the_spring_change_leaps_over_is_moved_on_by_the_leap() -> None:
    assert moment(date(2027, 3, 28), time(1, 30), LONDON).isoformat() == "2027-03-28T02:30:00+01:00"
    assert moment(date(2027, 3, 28), time(0, 59), LONDON).isoformat() == "2027-03-28T00:59:00+00:00"


def test_a_time_that_the_autumn_change_brings_twice_is_the_first() -> None:
    for fold in (0, 1):
        assert moment(date(2027, 10, 31), time(1, 30, fold=fold), LONDON).isoformat() == "2027-10-31T01:30:00+01:00"


@given(DATES, st.times().map(lambda at: at.replace(second=0, microsecond=0)))
def test_outside_of_the_leap_the_clock_on_the_wall_is_what_was_written(day: date, at: time) -> None:
    local = moment(day, at, LONDON)
    assert (local.date(), local.time()) == (day, at) or (day.month == 3 and at.hour == 1)
