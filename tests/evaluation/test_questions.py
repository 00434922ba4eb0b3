from __future__ import annotations

import json
from collections import Counter

import pytest

from content.encoder import UnusableEncoder, load_encoder, status
from content.matching import Matcher
from content.normalise import split_words
from content.vocabulary import load_vocabulary
from tests.evaluation import asked as sets
from tests.evaluation.figures import Result, Share, figures, mcc, results, risk_coverage
from tests.evaluation.library import outside, the_library
from tests.evaluation.methods import bm25_usual, ours, rapidfuzz_usual

LINES = [json.loads(line) for line in sets.OWN.read_text(encoding="utf-8").splitlines()]


def test_the_set_is_as_large_and_as_mixed_as_the_readme_says() -> None:
    kinds = Counter(line["kind"] for line in LINES)
    assert kinds["in"] >= 600
    assert kinds["near"] >= 300
    assert kinds["far"] >= 300


def test_every_entry_is_asked_for_three_times() -> None:
    asked = Counter(entry for line in LINES if line["kind"] == "in" for entry in {line["entry"], *line["also"]})
    assert {entry for entry in the_library().entries if asked[entry] < 3} == set()


def test_every_in_scope_question_names_entries_that_exist() -> None:
    named = {entry for line in LINES if line["kind"] == "in" for entry in (line["entry"], *line["also"])}
    assert named <= set(the_library().entries)
    assert all(line["entry"] is None and not line["also"] for line in LINES if line["kind"] != "in")


@pytest.mark.parametrize("version", ["text", "speak"])
def test_no_question_is_in_the_set_twice(version: str) -> None:
    texts = Counter(" ".join(split_words(line[version])) or line[version] for line in LINES)
    assert [text for text, count in texts.items() if count > 1] == []


@pytest.mark.parametrize("kind", ["in", "near", "far"])
def test_each_kind_is_split_in_halves(kind: str) -> None:
    halves = Counter(line["half"] for line in LINES if line["kind"] == kind)
    assert abs(halves["tune"] - halves["held"]) <= 1


def test_no_question_is_a_line_of_what_is_out_of_scope() -> None:
    lines = {" ".join(split_words(line)) for line in outside()}
    assert not [line["text"] for line in LINES if " ".join(split_words(line["text"])) in lines]


def test_the_tune_half_stays_well_answered_without_the_encoder() -> None:
    matcher = Matcher(the_library().entries.values(), load_vocabulary(), outside=outside())
    counted = figures(results(ours("core", matcher), sets.own("tune", "text-speak")))
    # The held half has no floor: one would turn it into another tune half.
    assert counted.top_1.per_cent >= 84
    assert counted.wrong.per_cent <= 4


def test_ours_does_better_than_what_is_usual() -> None:
    entries = tuple(the_library().entries.values())
    some = sets.own("tune", "clean")[:120]
    matcher = Matcher(entries, load_vocabulary(), outside=outside())
    own = figures(results(ours("core", matcher), some)).top_1.per_cent
    assert own > figures(results(bm25_usual(entries), some)).top_1.per_cent
    assert own > figures(results(rapidfuzz_usual(entries), some)).top_1.per_cent


def test_the_correlation_is_one_for_the_truth_and_nought_for_silence() -> None:
    assert mcc([("a", "a"), ("b", "b"), ("", "")]) == pytest.approx(1.0)
    assert mcc([("a", ""), ("b", ""), ("", "")]) == 0.0
    assert mcc([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == pytest.approx(0.0)


def test_an_interval_holds_its_share() -> None:
    low, high = Share(90, 100).interval
    assert low < 90 < high
    assert (low, high) == pytest.approx((82.6, 94.5), abs=0.1)


def test_risk_counts_answers_to_questions_without_one() -> None:
    inside = sets.Asked("a", "in", frozenset(["x"]))
    near = sets.Asked("b", "near")
    curve = risk_coverage([Result(inside, ("x",), 0.9, True), Result(near, ("x",), 0.5, False)])
    assert curve == [(100.0, 0.0), (100.0, 50.0)]


def test_the_encoder_is_in_the_standard_installation() -> None:
    found = status()
    if not found.ok and not sets.in_ci():
        pytest.skip(found.sentence)
    assert found.ok, found.sentence
    try:
        encoder = load_encoder()
    except UnusableEncoder as fault:
        pytest.fail(str(fault))
    assert encoder.encode(["how do i get a bus pass"]).shape == (1, encoder.size)
