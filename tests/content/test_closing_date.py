"""Closing dates: what staff type and posts say, in British order, and a sentence for whatever can't be meant."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.closing_date import LONGEST_AHEAD, Fault, day_in_words, find_dates, read_date

TODAY = date(2026, 11, 24)  # a Tuesday
PIECES = (
    "friday", "next ", "this ", "4", "31", "12", "/", ".", "-", "dec", "february", "2026", "26", "th", "in ", "two ", "weeks", "months",
    "end of ", "month", "tomorrow", " ", " at ", "5pm", "11:59pm", "by ", "the ", "noon", "0", "99", ",", "٤",
)  # fmt: skip


def a_fault(words: str) -> str:
    found = read_date(words, TODAY)
    assert isinstance(found, Fault)
    return str(found)


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Friday 4 December", date(2026, 12, 4)),
        ("fri 4th", date(2026, 12, 4)),
        ("4/12", date(2026, 12, 4)),
        ("04/12/2026", date(2026, 12, 4)),
        ("4.12.26", date(2026, 12, 4)),
        ("03/04/2027", date(2027, 4, 3)),
        ("4th Dec 2026", date(2026, 12, 4)),
        ("the 4th of December", date(2026, 12, 4)),
        ("December 4th, 2026", date(2026, 12, 4)),
        ("2026-12-04", date(2026, 12, 4)),
        ("the 31st", date(2026, 12, 31)),
        ("today", TODAY),
        ("tomorrow", date(2026, 11, 25)),
        ("tuesday", date(2026, 12, 1)),
        ("friday", date(2026, 11, 27)),
        ("next friday", date(2026, 12, 4)),
        ("in two weeks", date(2026, 12, 8)),
        ("a fortnight from today", date(2026, 12, 8)),
        ("3 months", date(2027, 2, 24)),
        ("end of the month", date(2026, 11, 30)),
        ("end of next month", date(2026, 12, 31)),
        ("end of February", date(2027, 2, 28)),
        ("5 Jan", date(2027, 1, 5)),
    ],
)
def test_a_closing_date_is_read_as_people_write_it(words: str, day: date) -> None:
    assert read_date(words, TODAY) == day


@pytest.mark.parametrize(
    "words",
    [
        "4 December at 11:59pm", "5pm on Friday 4 December", "noon, 4 December", "midnight on 4 December", "closes by 4 December",
        "Closing date: 4 December.", "apply before Friday 4 December at 17:00", "  FRIDAY  4   DECEMBER ",
    ],
)  # fmt: skip
def test_words_around_the_day_are_passed_over(words: str) -> None:
    assert read_date(words, TODAY) == date(2026, 12, 4)


def test_an_american_date_is_named_as_one_and_put_right() -> None:
    assert a_fault("12/24/2026") == (
        "12/24/2026 looks American, with the month first. Write the day first: 24/12/2026."
    )


def test_a_day_gone_by_that_would_fit_in_american_order_is_asked_about() -> None:
    said = a_fault("12/04/2026")
    assert (
        said == "12/04/2026 is 12 April 2026 here, and that has gone by. If you mean 4 December 2026, write 4/12/2026."
    )


def test_a_day_gone_by_is_refused() -> None:
    assert a_fault("20 November 2026") == "20 November 2026 has gone by. Please check the day, the month and the year."


def test_a_day_without_its_year_that_has_just_gone_by_is_not_moved_to_next_year() -> None:
    assert a_fault("20 November") == "20 November has gone by. If you mean next year, write the year too."


def test_a_day_more_than_eighteen_months_away_is_asked_about() -> None:
    assert a_fault("4/12/2029") == "4 December 2029 is more than 18 months away. Please check the year."


@pytest.mark.parametrize("words", ["31 November", "31/11/2026", "2026-11-31", "29 February 2027", "0/0"])
def test_a_day_that_the_calendar_lacks_is_refused(words: str) -> None:
    assert a_fault(words).startswith("There is no ")


def test_a_weekday_that_does_not_fit_is_asked_about() -> None:
    said = "4 December 2026 is a Friday, not a Monday. Please check which is right."
    assert a_fault("Monday 4 December") == said


@pytest.mark.parametrize("words", ["", "soon", "next week", "december", "4 or 5 December", "4 December 5", "x" * 5_000])
def test_what_names_no_one_day_gets_two_examples(words: str) -> None:
    said = "I can't read that date. Write it like 8 December 2026 or 8/12/2026, or none if there is no closing date."
    assert a_fault(words) == said


def test_the_examples_of_the_fault_can_be_read() -> None:
    assert read_date("8 December 2026", TODAY) == read_date("8/12/2026", TODAY) == date(2026, 12, 8)


@given(
    st.one_of(st.text(max_size=150), st.lists(st.sampled_from(PIECES), max_size=8).map("".join)),
    st.dates(date(2020, 1, 1), date(2090, 1, 1)),
)
def test_whatever_is_typed_a_day_is_never_past_or_far_off(words: str, today: date) -> None:
    found = read_date(words, today)
    assert isinstance(found, Fault) or today <= found <= today + LONGEST_AHEAD


@given(st.dates(date(2020, 1, 1), date(2090, 1, 1)), st.integers(0, LONGEST_AHEAD.days))
def test_a_day_written_out_is_read_as_itself(today: date, ahead: int) -> None:
    day = today + timedelta(days=ahead)
    for words in (f"{day:%A} {day.day} {day:%B} {day.year}", f"{day.day}/{day.month}/{day.year}", day.isoformat()):
        assert read_date(words, today) == day
    if ahead < 300:
        assert read_date(day_in_words(day, today), today) == day


def test_dates_are_found_in_running_text() -> None:
    text = "Apply by 19/12 or, at the latest, on Monday 21st December; ages 16-25, 9-5, from 7.30."
    assert [text[start:end] for start, end in find_dates(text)] == ["19/12", "Monday 21st December"]
