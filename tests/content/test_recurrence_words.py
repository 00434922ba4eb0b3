from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.recurrence import WEEKDAYS, Recurrence
from content.recurrence_words import from_words, in_words, read_day

WORDS = [
    "every", "second", "first", "tuesday", "tuesdays", "and", "to", "from", "until", "of", "the", "month", "on", "24", "nov",
    "weeks", "in", "term", "time", "31st", "2026", "monday", "-", "fortnightly", "last", "day", "year", "february", "/", "12",
]  # fmt: skip
TODAY = date(2026, 11, 22)  # a Sunday


@pytest.mark.parametrize(
    ("recurrence", "words"),
    [
        (Recurrence("FREQ=WEEKLY;BYDAY=TU", TODAY), "every Tuesday"),
        (Recurrence("FREQ=WEEKLY", TODAY), "every Sunday"),
        (Recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", TODAY), "every second Tuesday"),
        (Recurrence("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,FR", TODAY), "every second week on Tuesday and Friday"),
        (Recurrence("FREQ=WEEKLY;INTERVAL=6;BYDAY=TU", TODAY), "every 6 weeks on Tuesday"),
        (Recurrence("FREQ=WEEKLY;BYDAY=FR,MO,WE", TODAY), "every Monday, Wednesday and Friday"),
        (Recurrence("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", TODAY), "every day from Monday to Friday"),
        (Recurrence("FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR", TODAY), "every day from Monday to Friday"),
        (Recurrence("FREQ=DAILY", TODAY), "every day"),
        (Recurrence("FREQ=DAILY;INTERVAL=2;COUNT=6", TODAY), "every second day, 6 times"),
        (Recurrence("FREQ=MONTHLY;BYDAY=1TU", TODAY), "the first Tuesday of the month"),
        (Recurrence("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=1", TODAY), "the first Tuesday of the month"),
        (Recurrence("FREQ=MONTHLY;BYDAY=1TU,3TU", TODAY), "the first and third Tuesday of the month"),
        (Recurrence("FREQ=MONTHLY;BYDAY=-1FR", TODAY), "the last Friday of the month"),
        (Recurrence("FREQ=MONTHLY;INTERVAL=2;BYDAY=1TU", TODAY), "the first Tuesday of every second month"),
        (Recurrence("FREQ=MONTHLY", TODAY), "the 22nd of the month"),
        (Recurrence("FREQ=MONTHLY;BYMONTHDAY=31", TODAY), "the 31st of the month"),
        (Recurrence("FREQ=MONTHLY;BYMONTHDAY=-1", TODAY), "the last day of the month"),
        (Recurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", TODAY), "every year on 29 February"),
        (Recurrence("FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", TODAY), "every year on the last Sunday of March"),
        (Recurrence("", date(2026, 11, 24)), "on 24 November 2026"),
        (
            Recurrence("", date(2026, 11, 24), extra=frozenset([date(2026, 12, 1)])),
            "on 24 November 2026 and 1 December 2026",
        ),
        (
            Recurrence("FREQ=WEEKLY;BYDAY=TU", TODAY, date(2026, 12, 16), term_time_only=True),
            "every Tuesday, in term time, until 16 December 2026",
        ),
        (
            Recurrence("FREQ=MONTHLY;BYMONTHDAY=1,15", TODAY),
            "on 1 December 2026, 15 December 2026, 1 January 2027 and so on",
        ),
    ],
)
def test_a_recurrence_is_told_in_plain_words(recurrence: Recurrence, words: str) -> None:
    assert in_words(recurrence) == words


@pytest.mark.parametrize(
    ("text", "rule", "first"),
    [
        ("every tuesday", "FREQ=WEEKLY;BYDAY=TU", date(2026, 11, 24)),
        ("Tuesdays.", "FREQ=WEEKLY;BYDAY=TU", date(2026, 11, 24)),
        ("every tue and thurs", "FREQ=WEEKLY;BYDAY=TU,TH", date(2026, 11, 24)),
        ("weekly on wed", "FREQ=WEEKLY;BYDAY=WE", date(2026, 11, 25)),
        ("fortnightly on thursday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 11, 26)),
        ("every other thursday", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 11, 26)),
        ("thursdays every two weeks", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", date(2026, 11, 26)),
        ("every 3 weeks on friday", "FREQ=WEEKLY;INTERVAL=3;BYDAY=FR", date(2026, 11, 27)),
        ("first tuesday", "FREQ=MONTHLY;BYDAY=1TU", date(2026, 12, 1)),
        ("every first tuesday of the month", "FREQ=MONTHLY;BYDAY=1TU", date(2026, 12, 1)),
        ("every second tuesday of the month", "FREQ=MONTHLY;BYDAY=2TU", date(2026, 12, 8)),
        ("second tuesday", "FREQ=MONTHLY;BYDAY=2TU", date(2026, 12, 8)),
        ("monthly on the last friday", "FREQ=MONTHLY;BYDAY=-1FR", date(2026, 11, 27)),
        ("the 31st of each month", "FREQ=MONTHLY;BYMONTHDAY=31", date(2026, 12, 31)),
        ("weekdays", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", date(2026, 11, 23)),
        ("mon-thu", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH", date(2026, 11, 23)),
        ("every tuesday from 1 december", "FREQ=WEEKLY;BYDAY=TU", date(2026, 12, 1)),
        ("every sunday", "FREQ=WEEKLY;BYDAY=SU", TODAY),
        ("daily", "FREQ=DAILY", TODAY),
        ("24 nov", "", date(2026, 11, 24)),
        ("on Tue 24th November", "", date(2026, 11, 24)),
        ("24/11/2026", "", date(2026, 11, 24)),
        ("3/4", "", date(2027, 4, 3)),
        ("2026-11-24", "", date(2026, 11, 24)),
        ("24 november 2020", "", date(2020, 11, 24)),
    ],
)
def test_what_staff_type_is_read(text: str, rule: str, first: date) -> None:
    found = from_words(text, TODAY)
    assert found is not None
    assert (found.rule, found.first_day) == (rule, first)


def test_term_time_and_an_end_are_read_in_either_order() -> None:
    for text in ("every tuesday in term time until 16 december", "every tuesday until 16 dec 2026, term-time only"):
        found = from_words(text, TODAY)
        assert found is not None
        assert (found.last_day, found.term_time_only) == (date(2026, 12, 16), True)


@pytest.mark.parametrize(
    "text",
    [
        "", "soon", "tuesday", "12/24/2026", "31/2/2027", "mon 24 nov", "every tuesday until 1/1/2020", "friday to monday",
        "every blue moon", "every tuesday " * 20, "24 nov until 1 dec", "45th of the month", "every year on 30 february",
    ],
)  # fmt: skip
def test_what_names_no_days_is_not_guessed(text: str) -> None:
    assert from_words(text, TODAY) is None


def test_a_date_without_a_year_is_the_next_one() -> None:
    assert read_day("22 nov", TODAY) == TODAY
    assert read_day("21 nov", TODAY) == date(2027, 11, 21)
    assert read_day("29 feb", TODAY) == date(2028, 2, 29)


@given(
    st.one_of(
        st.builds(
            lambda weekdays, interval: (
                f"FREQ=WEEKLY;{f'INTERVAL={interval};' if interval > 1 else ''}"
                f"BYDAY={','.join(WEEKDAYS[day] for day in sorted(weekdays))}"
            ),
            st.sets(st.integers(0, 6), min_size=1, max_size=5),
            st.integers(1, 4),
        ),
        st.builds(
            lambda nth, weekday: f"FREQ=MONTHLY;BYDAY={nth}{weekday}",
            st.sampled_from([1, 2, 3, 4, -1]),
            st.sampled_from(WEEKDAYS),
        ),
        st.builds("FREQ=MONTHLY;BYMONTHDAY={}".format, st.integers(1, 31)),
        st.just("FREQ=DAILY"),
    ),
    st.booleans(),
    st.none() | st.dates(date(2027, 3, 1), date(2028, 1, 1)),
)
def test_what_is_told_in_words_is_read_back_from_them(rule: str, term: bool, last: date | None) -> None:
    told = in_words(Recurrence(rule, TODAY, last, term_time_only=term))
    found = from_words(told, TODAY)
    assert found is not None, told
    assert (found.rule, found.last_day, found.term_time_only) == (rule, last, term)
    assert in_words(found) == told


@given(
    st.text(max_size=220)
    | st.lists(
        st.sampled_from(WORDS),
        max_size=30,
    ).map(" ".join)
)
def test_whatever_is_typed_nothing_is_raised(text: str) -> None:
    found = from_words(text, TODAY)
    assert found is None or in_words(found)
