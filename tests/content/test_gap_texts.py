"""What staff read about questions without an answer: short, plain, and never shouted."""

import re

import pytest

from bot.learning import Why
from content.readability import sentences
from content.texts import gap

ALL = [
    pytest.param(text, id=name)
    for name, value in vars(gap).items()
    if name.isupper()
    for text in (value.values() if isinstance(value, dict) else [value])
]


@pytest.mark.parametrize("text", ALL)
def test_staff_read_short_sentences_and_no_shouting(text: str) -> None:
    assert "!" not in text
    assert not [one for one in sentences(re.sub(r"\{\w+\}", "x", text)) if len(one.split()) > 25]


def test_every_refusal_has_a_sentence() -> None:
    assert set(gap.REFUSED) == set(Why.__args__)  # type: ignore[attr-defined]
