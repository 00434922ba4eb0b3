from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.out_of_date import withheld, without_amounts
from tests.content.test_matching import entry, local_offer

AMOUNT = re.compile(r"[£€$][\s*_]*\d|\d\s*%|\bper cent\b", re.IGNORECASE)


@pytest.mark.parametrize(
    ("given", "left"),
    [
        ("You get £338.58 a month. Ask your adviser.", "Ask your adviser."),
        ("Ask your adviser. It was **£20** in 2026.", "Ask your adviser."),
        ("You can ask for:\n- a bed\n- £50 for paint\n- a van", "You can ask for:\n- a bed\n- a van"),
        ("The rates are:\n\n- under 25: £338.58\n- 25 or over: £424.90\n\nAsk us.", "Ask us."),
        ("You choose. The rates are:\n- £10\n- £20", "You choose."),
        ("- one\n- two costs 40p\n- three", "- one\n- three"),
        ("You pay 20 per cent less. Ask first.", "Ask first."),
        ("You get 25% off.", ""),
        ("It is 3k. Ask.", "Ask."),
        ("Ring 0800 068 4141 at 5pm. You are 18.", "Ring 0800 068 4141 at 5pm. You are 18."),
        ("One line\nthat goes on with £5\nand ends. Two.", "Two."),
        ("Say this:\n\nI am a care leaver.", "Say this:\n\nI am a care leaver."),
        ("1. Ask.\n2. Pay £3.", "1. Ask."),
        ("", ""),
    ],
)
def test_what_names_an_amount_goes_and_the_rest_stays(given: str, left: str) -> None:
    assert without_amounts(given) == left


PIECES = st.sampled_from(
    ["£5", "£ 3,000", "**£20**", "£**7**", "20%", "5 per cent", "40p", "a bed", "Ask us.", "You get", ".", ":", "\n", "\n\n", "- ", "1. ", " ", "The rates are:"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30))
def test_no_amount_survives(pieces: list[str]) -> None:
    assert not AMOUNT.search(without_amounts("".join(pieces)))


@given(st.text(max_size=300))
def test_no_text_breaks_it_and_none_comes_back_with_an_amount(text: str) -> None:
    assert not AMOUNT.search(without_amounts(text))


def test_no_real_entry_keeps_an_amount_once_it_is_out_of_date() -> None:
    for one in local_offer().entries.values():
        shown = withheld(one)
        assert not AMOUNT.search(shown.answer + shown.next_step), one.id
        assert not shown.answer.endswith(":"), one.id


def test_an_entry_without_amounts_stays_as_it_is() -> None:
    one = entry("bus", "how do i get a bus pass")
    assert withheld(one) == one
