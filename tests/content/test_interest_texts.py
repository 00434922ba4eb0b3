"""What young people and staff read about interests: plain, short, nothing promised that no clock holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from bot.interest import BY_YOUNG_PEOPLE, ORDER, Asked
from bot.models import Reason, Stage
from content.readability import grade, sentences
from content.texts import interest as texts

FILLS = {"offer": "Chef, The Copper Kettle", "who": "Priya", "day": "Friday", "holder": "Priya", "number": "7"}
STAFF = "TOLD"
"""From this name on the texts are for staff."""


def _texts() -> Iterator[tuple[str, str]]:
    for name, value in vars(texts).items():
        if name.isupper():
            yield from ((name, value),) if isinstance(value, str) else ((f"{name} {k}", v) for k, v in value.items())


def filled(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda gap: FILLS.get(gap[1], ""), text).replace("*", "")


ALL = {name: filled(text) for name, text in _texts()}
FOR_YOUNG_PEOPLE = dict(list(ALL.items())[: list(ALL).index(STAFF)])
LONG = [pytest.param(text, id=name) for name, text in FOR_YOUNG_PEOPLE.items() if len(text.split()) >= 8]
ALERTS = ("CLOSED", "GONE", "FOR_YOUNG_PEOPLE", "NOTED_BEFORE", "THERE_ALREADY", "CANT_GO_BACK", "WAS_CLOSED")


@pytest.mark.parametrize("text", LONG)
def test_a_nine_year_old_could_read_it(text: str) -> None:
    assert grade(text) <= 5
    assert not [one for one in sentences(text) if len(one.split()) > 20]


def test_nobody_is_shouted_at_or_blamed() -> None:
    assert not [text for text in ALL.values() if "!" in text]
    assert not [text for text in FOR_YOUNG_PEOPLE.values() if re.search("missed|failed|must|late\\b", text.lower())]


def test_what_only_the_presser_sees_fits_with_the_longest_name() -> None:
    long = {"who": "N" * 60, "day": "Wednesday 30 September"}
    for name in [*ALERTS, *(one for one in vars(texts) if one.endswith("IN_GROUP") or one.endswith("IN_GROUP_TEAM"))]:
        text = str(getattr(texts, name))
        assert len(re.sub(r"\{(\w+)\}", lambda gap: long[gap[1]], text)) <= 200, name


def test_every_stage_reason_and_question_has_its_words() -> None:
    assert set(texts.STANDS) == set(Stage)
    assert set(texts.DEFAULT_STEPS) == set(Stage)
    assert set(texts.MOVES) == set(texts.MOVED) == set(BY_YOUNG_PEOPLE)
    assert set(texts.STAFF_MOVES) == set(ORDER)
    assert set(texts.REASONS) == set(texts.STAFF_REASONS) == set(Reason)
    assert set(texts.QUESTIONS) == set(Asked)


def test_where_nobody_can_take_it_no_day_stands_in_the_words() -> None:
    for name in ("NOTED_TEAM", "NOTED_IN_GROUP_TEAM", "JOINED_NOW_TEAM", "HAND_SAID_TEAM", "TOLD_TEAM"):
        assert "{day}" not in str(getattr(texts, name))


def test_a_wish_is_no_question() -> None:
    assert "?" not in texts.QUESTIONS[Asked.EVE]
