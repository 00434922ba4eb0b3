"""What young people read where they choose, and what foster carers and staff read of the newsletter: short and plain."""

import re

import pytest

from bot.models import NoticeKind
from bot.notice import CAN_BE_MUTED
from content.readability import grade, sentences
from content.texts import choices, newsletter, timetable

ALL = [
    pytest.param(text, id=f"{module.__name__.rpartition('.')[2]}.{name}")
    for module in (choices, newsletter, timetable)
    for name, value in vars(module).items()
    if name.isupper()
    for text in (value.values() if isinstance(value, dict) else [value])
    if isinstance(text, str)
]


@pytest.mark.parametrize("text", ALL)
def test_sentences_are_short_and_nobody_shouts(text: str) -> None:
    assert "!" not in text
    assert not [one for one in sentences(re.sub(r"\{\w+\}", "x", text)) if len(one.split()) > 22]


def test_everything_that_can_be_muted_has_a_name() -> None:
    assert set(choices.KIND_NAMES) == set(CAN_BE_MUTED) == set(NoticeKind) - {NoticeKind.NEWSLETTER}


@pytest.mark.parametrize("name", ["CHOOSE", "GETS", "AREA", "PARENT_ASKED", "BREAK_NOW", "FEWER_ASKED", "NOT_JOINED"])
def test_what_young_people_read_is_easy(name: str) -> None:
    assert grade(re.sub(r"\{\w+\}", "x", getattr(choices, name))) <= 5
