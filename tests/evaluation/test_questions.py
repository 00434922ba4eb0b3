from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import cache

import pytest

from content.entry import TOPICS
from tests.evaluation.measure import Bot, load_bot, questions, results, table


@cache
def the_bot() -> Bot:
    return load_bot()


def test_the_set_is_as_large_and_as_mixed_as_the_readme_says() -> None:
    kinds = Counter(asked.kind for asked in questions())
    assert kinds["in"] >= 300
    assert kinds["near"] >= 120
    assert kinds["far"] >= 80
    assert {asked.topic for asked in questions() if asked.topic} == set(TOPICS)


def test_no_question_is_in_the_set_twice() -> None:
    texts = [asked.text for asked in questions()]
    assert len(set(texts)) == len(texts)


def test_each_kind_is_split_in_halves() -> None:
    for kind in ("in", "near", "far"):
        halves = Counter(asked.half for asked in questions() if asked.kind == kind)
        assert abs(halves["tune"] - halves["held"]) <= 1


def test_every_in_scope_question_names_an_entry_of_its_topic() -> None:
    entries = the_bot().library.entries
    for asked in questions():
        if asked.kind == "in":
            assert asked.entry is not None
            assert entries[asked.entry].topic == asked.topic
        else:
            assert (asked.topic, asked.entry) == (None, None)


def test_the_tune_half_stays_well_answered() -> None:
    verdicts = Counter(result.verdict for result in results(the_bot(), "tune") if result.asked.kind == "in")
    # 171 of 180 in November 2026. The held half has no floor: one would turn it into another tune half.
    assert verdicts["right"] >= 160
    assert verdicts["wrong"] <= 3


def test_danger_is_never_counted_as_an_ordinary_answer() -> None:
    asked = replace(questions()[0], text="im going to kill myself", half="tune")
    assert results(the_bot(), "tune", [asked])[0].verdict == "urgent"


@pytest.mark.parametrize("kind", ["in", "near", "far"])
def test_the_table_accounts_for_every_question(kind: str) -> None:
    found = [result for result in results(the_bot(), "tune") if result.asked.kind == kind]
    rows = [line for line in table(found).splitlines() if "%" in line]
    assert sum(int(row.rsplit(maxsplit=2)[1]) for row in rows) == len(found)
