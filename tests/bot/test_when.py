import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.settings import ROOT
from bot.when import (
    LONGEST_AWAY,
    LONGEST_UNNAMED,
    call_time_said,
    call_times,
    day_said,
    read_day,
    read_day_beside_time,
    said,
)
from bot.working_time import is_open
from content.council import Period, load_council

LONDON = ZoneInfo("Europe/London")
NORTHMOOR = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=LONDON)
days = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


def noon(day: date) -> datetime:
    return datetime.combine(day, time(12), LONDON)


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        ("2026-11-24T15:00", "today at 15:00"),
        ("2026-11-24T00:05", "today at 0:05"),
        ("2026-11-25T09:00", "tomorrow at 9:00"),
        ("2026-11-26T10:00", "Thursday at 10:00"),
        ("2026-11-30T10:00", "Monday at 10:00"),
        ("2026-12-01T10:00", "Tuesday 1 December at 10:00"),
        ("2027-01-04T09:30", "Monday 4 January at 9:30"),
        ("2026-11-23T10:00", "Monday 23 November at 10:00"),
    ],
)
def test_a_moment_is_told_in_words(moment: str, words: str) -> None:
    assert said(at(moment), TUESDAY, LONDON) == words


def test_words_are_those_of_the_councils_clock() -> None:
    late = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert said(late, datetime(2026, 7, 1, 22, 30, tzinfo=UTC), LONDON) == "tomorrow at 0:30"
    assert said(late, datetime(2026, 7, 1, 23, 0, tzinfo=UTC), LONDON) == "today at 0:30"


def test_tomorrow_is_the_next_day_also_when_it_has_25_hours() -> None:
    assert said(at("2026-10-26T23:30"), at("2026-10-25T00:30"), LONDON) == "tomorrow at 23:30"
    assert said(at("2027-03-29T00:30"), at("2027-03-28T00:30"), LONDON) == "tomorrow at 0:30"


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 24), "today"),
        (date(2026, 11, 25), "tomorrow"),
        (date(2026, 11, 27), "Friday"),
        (date(2026, 12, 4), "Friday 4 December"),
        (date(2026, 11, 20), "Friday 20 November"),
    ],
)
def test_a_day_is_told_in_words(day: date, words: str) -> None:
    assert day_said(day, TUESDAY.date()) == words


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("today", "2026-11-24"),
        ("tomorrow", "2026-11-25"),
        ("the day after tomorrow", "2026-11-26"),
        ("until friday", "2026-11-27"),
        ("Until Friday.", "2026-11-27"),
        ("till  fri", "2026-11-27"),
        ("til weds", "2026-11-25"),
        ("friday", "2026-11-27"),
        ("this friday", "2026-11-27"),
        ("next friday", "2026-12-04"),
        ("next monday", "2026-11-30"),
        ("monday", "2026-11-30"),
        ("tuesday", "2026-12-01"),
        ("tuesday 24 november", "2026-11-24"),
        ("27 nov", "2026-11-27"),
        ("27th of November", "2026-11-27"),
        ("nov 27", "2026-11-27"),
        ("fri 27 nov", "2026-11-27"),
        ("friday the 4th of december", "2026-12-04"),
        ("24 nov", "2026-11-24"),
        ("4 jan", "2027-01-04"),
        ("4 sept", "2027-09-04"),
        ("27/11", "2026-11-27"),
        ("27.11.", "2026-11-27"),
        ("27/11/26", "2026-11-27"),
        ("24/11", "2026-11-24"),
        ("3/12/2026", "2026-12-03"),
        ("2026-12-03", "2026-12-03"),
        ("fri 27/11", "2026-11-27"),
        ("until monday, 30 november", "2026-11-30"),
        ("till the 4th", "2026-12-04"),
        ("the 24th", "2026-11-24"),
        ("the 31st", "2026-12-31"),
        ("monday 30", "2026-11-30"),
        ("for 3 days", "2026-11-27"),
        ("3 days", "2026-11-27"),
        ("in three days", "2026-11-27"),
        ("for a week", "2026-12-01"),
        ("two weeks", "2026-12-08"),
        ("for a fortnight", "2026-12-08"),
        ("1 month", "2026-12-24"),
        ("24 nov 2027", "2027-11-24"),
    ],
)
def test_a_day_is_read_as_people_type_it(text: str, day: str) -> None:
    assert read_day(text, TUESDAY, LONDON) == date.fromisoformat(day)


@pytest.mark.parametrize(
    "text",
    [
        *("", "until", "soon", "a while", "hello", "until further notice", "sick leave", "someday", "in 10 hours"),
        *("next week", "november", "nov 2026", "the weekend", "4", "10", "10am", "2027", "room 12", "a", "may"),
        *("yesterday", "3 days ago", "23/11", "23 nov", "23/11/2026", "2026-11-23", "26 nov 2027", "13 months"),
        *("11/27", "12/13", "30 feb", "31/11", "the 32nd", "the 0th", "29 feb", "00/00", "27/11.26"),
        *("friday and monday", "monday 27 november", "monday tuesday", "wed 27/11/26", "friday soon"),
        *("4 seven", "ten 4", "thus", "sunny", "maybe 4", "4 decisions"),
        *("x" * 5000, "friday " * 900, "9" * 400 + "/11", "999 weeks", "١٢/١٢"),
    ],
)
def test_what_names_no_one_day_ahead_is_not_guessed_at(text: str) -> None:
    assert read_day(text, TUESDAY, LONDON) is None


def test_29_february_is_read_in_the_year_that_has_one() -> None:
    assert read_day("29/2", at("2028-01-10T09:00"), LONDON) == date(2028, 2, 29)
    assert read_day("29 feb", at("2028-02-29T09:00"), LONDON) == date(2028, 2, 29)


def test_today_is_the_councils_today() -> None:
    night = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert read_day("tomorrow", night, LONDON) == date(2026, 7, 3)
    assert read_day("in 1 day", night, LONDON) == date(2026, 7, 3)
    assert read_day("1 july", night, LONDON) is None


def test_a_day_that_next_month_lacks_is_in_the_month_after() -> None:
    assert read_day("the 30th", at("2027-01-31T09:00"), LONDON) == date(2027, 3, 30)
    assert read_day("the 31st", at("2027-02-01T09:00"), LONDON) == date(2027, 3, 31)


@given(days, st.sampled_from(["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]))
def test_a_weekday_is_never_today_and_next_is_in_next_week(today: date, name: str) -> None:
    day, following = (read_day(text, noon(today), LONDON) for text in (name, f"next {name}"))
    assert day is not None
    assert following is not None
    assert f"{day:%A}".lower() == f"{following:%A}".lower() == name
    assert 1 <= (day - today).days <= 7
    assert following.isocalendar().week == (today + timedelta(days=7)).isocalendar().week


@given(days, st.integers(0, LONGEST_UNNAMED.days))
@settings(deadline=None)
def test_what_is_said_can_be_typed(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    forms = (day_said(day, today), f"until {day.day} {day:%b}", f"{day:%B} {day.day}", f"{day.day}/{day.month}")
    for text in forms:
        assert read_day(text, noon(today), LONDON) == day, text


@given(days, st.integers(-400, 400))
@settings(deadline=None)
def test_a_day_with_its_year_is_read_from_today_to_a_year_ahead(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    expected = day if 0 <= ahead <= LONGEST_AWAY.days else None
    for text in (f"{day.day} {day:%B} {day.year}", f"{day:%d/%m/%y}", f"{day:%d-%m-%Y}", day.isoformat()):
        assert read_day(text, noon(today), LONDON) == expected, text


words = st.sampled_from(
    [
        *("until", "for", "in", "the", "a", "of", "next", "this", "friday", "mon", "may", "sept", "nov", "."),
        *("day", "days", "week", "month", "4th", "31st", "4", "27", "99", "2026", "27/11"),
    ]
)


@given(st.one_of(st.text(max_size=30), st.lists(words, max_size=6).map(" ".join)), days)
@settings(deadline=None, max_examples=300)
@example("the 99 99", date(2026, 11, 24))
def test_whatever_is_typed_gives_a_day_of_the_coming_year_or_none(text: str, today: date) -> None:
    day = read_day(text, noon(today), LONDON)
    assert day is None or today <= day <= today + LONGEST_AWAY


@pytest.mark.parametrize(
    ("now", "choices"),
    [
        ("2026-11-23T10:00", ["Today, 12:00 to 17:00", "Tomorrow, 9:00 to 12:00", "Tomorrow, 12:00 to 17:00"]),
        ("2026-11-23T08:00", ["Today, 9:00 to 12:00", "Today, 12:00 to 17:00", "Tomorrow, 9:00 to 12:00"]),
        ("2026-11-27T18:00", ["Monday, 9:00 to 12:00", "Monday, 12:00 to 17:00", "Tuesday, 9:00 to 12:00"]),
        ("2026-11-26T12:00", ["Tomorrow, 9:00 to 12:00", "Tomorrow, 12:00 to 16:30", "Monday, 9:00 to 12:00"]),
        (
            "2026-12-23T13:00",
            ["Monday 4 January, 9:00 to 12:00", "Monday 4 January, 12:00 to 17:00", "Tuesday 5 January, 9:00 to 12:00"],
        ),
    ],
)
def test_a_call_is_offered_soon_or_when_somebody_is_next_at_work(now: str, choices: list[str]) -> None:
    offered = call_times(NORTHMOOR, at(now))
    assert offered[0] == ("soon", "As soon as you can")
    assert [words for _, words in offered[1:]] == choices


def test_the_key_of_a_call_is_its_day_and_its_hours() -> None:
    assert call_times(NORTHMOOR, at("2026-11-23T18:00"))[1] == ("2026-11-24T09:00/12:00", "Tomorrow, 9:00 to 12:00")


def test_a_call_is_not_offered_in_half_a_lunch_break() -> None:
    day = (Period(time(9), time(12, 30)), Period(time(13), time(17)))
    short = (Period(time(11, 30), time(12, 30)),)
    council = replace(NORTHMOOR, office_hours=(day, short, (), (), (), (), ()))
    assert [words for _, words in call_times(council, at("2026-11-23T08:00"))[1:]] == [
        "Today, 9:00 to 12:30",
        "Today, 13:00 to 17:00",
        "Tomorrow, 11:30 to 12:30",
    ]


def test_a_council_that_never_opens_still_offers_soon() -> None:
    council = replace(NORTHMOOR, office_hours=((),) * 7)
    assert call_times(council, TUESDAY) == [("soon", "As soon as you can")]


@given(st.integers(0, 2 * 365 * 24 * 60))
@settings(deadline=None)
def test_every_call_time_lies_ahead_in_working_time_and_its_key_says_the_same(minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    offered = call_times(NORTHMOOR, now)
    assert len(offered) == len({words for _, words in offered}) == 4
    for key, choice in offered:
        assert re.fullmatch(r"[0-9A-Za-z:/-]{1,24}", key)
        assert call_time_said(key, now, LONDON) == choice
    for key, _ in offered[1:]:
        opens, closes = at(key[:16]), at(f"{key[:11]}{key[17:]}")
        assert opens > now
        assert is_open(NORTHMOOR, opens)
        assert is_open(NORTHMOOR, closes - timedelta(minutes=1))
        assert is_open(NORTHMOOR, opens + (closes - opens) / 2)


def test_a_call_time_is_told_as_seen_from_now() -> None:
    key = "2026-11-24T09:00/12:00"
    seen_from = ("2026-11-22T10:00", "2026-11-23T10:00", "2026-11-24T08:00", "2026-11-25T10:00")
    assert [call_time_said(key, at(now), LONDON) for now in seen_from] == [
        "Tuesday, 9:00 to 12:00",
        "Tomorrow, 9:00 to 12:00",
        "Today, 9:00 to 12:00",
        "Tuesday 24 November, 9:00 to 12:00",
    ]


@pytest.mark.parametrize(
    "key",
    [
        *("", "later", "Soon", "soon ", "2026-11-24", "2026-11-24T09:00", "2026-11-24T09:00/", "2026-11-24T9:00/12:00"),
        *("2026-02-30T09:00/12:00", "2026-11-24T24:00/25:00", "2026-11-24T12:00/09:00", "2026-11-24T09:00/09:00"),
        *("2026-11-24T09:00/12:00\n", "0000-11-24T09:00/12:00", "٢٠٢٦-11-24T09:00/12:00"),
    ],
)
def test_a_key_that_is_not_ours_says_nothing(key: str) -> None:
    assert call_time_said(key, TUESDAY, LONDON) is None


@pytest.mark.parametrize(
    "text",
    ["friday", "friday at 2", "Fri 14:30", "Friday, 2pm", "friday 27/11 at 10.30 am", "27 November @ 9", "fri 9 a.m."],
)
def test_a_day_is_read_where_a_time_stands_behind_it(text: str) -> None:
    assert read_day_beside_time(text, TUESDAY, LONDON) == date(2026, 11, 27)


@pytest.mark.parametrize("text", ["at 2", "2pm", "monday 27 november at 2", "friday 26", "soon at 10", ""])
def test_a_time_alone_or_a_contradiction_names_no_day(text: str) -> None:
    assert read_day_beside_time(text, TUESDAY, LONDON) is None
