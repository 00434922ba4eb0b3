from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.enquiry import age_in


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("im 19", 19), ("19 n homeless", 19), ("my mate is 17", 17), ("turned 21 last week", 21), ("I am 18 years old", 18),
        ("im only 16", 16), ("am 22 n wanna go uni", 22), ("i'm 17 and a half", 17), ("i’m 17", 17), ("a 17 year old lad", 17),
        ("seventeen", 17), ("17", 17), ("im twenty-one", 21), ("wat about if im 17", 17), ("hi im 20 can i get a bus pass", 20),
        ("aged 24", 24), ("im24", 24), ("my foster daughter's 16", 16), ("19yo no money", 19), ("im 19, how much uc", 19),
        ("18, nowhere to live", 18), ("hiya 19 and skint", 19), ("im 14", 14), ("im nearly 18", 17), ("im turning 18 next week", 17),
        ("my brother is nearly 18", 17),
    ],
)  # fmt: skip
def test_an_age_that_is_said_is_read(text: str, age: int) -> None:
    assert age_in(text) == age


@pytest.mark.parametrize(
    "text",
    [
        "19 weeks pregnant", "im 19 weeks pregnant", "£19", "£19 and no food", "2 year offer", "under 25", "im under 25", "at 18",
        "universal credit at 18", "room 17", "flat 17", "17 hope street", "16 to 25 year olds", "for 16 and 17 year olds", "aged 16-25",
        "when im 18", "wat happens wen i turn 18", "until im 25", "if im over 21", "once im 21 can i", "i was 16", "im 20 quid short",
        "19 quid left", "19.50 left", "19%", "it costs 19 a week", "what is the 18-25 railcard", "in 2019", "the 25 bus",
        "meeting at 18:30", "im 21st in the queue", "i am 20 miles away", "im 16-17", "can i stay put when im 18", "",
    ],
)  # fmt: skip
def test_a_number_that_is_no_age_of_now_is_left(text: str) -> None:
    assert age_in(text) is None


def test_where_two_people_are_named_neither_age_counts() -> None:
    assert age_in("im 19 and my mate is 17") is None


@given(st.text(max_size=300))
def test_no_message_breaks_it(text: str) -> None:
    age = age_in(text)
    assert age is None or 9 <= age <= 99
