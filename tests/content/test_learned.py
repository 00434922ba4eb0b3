"""The learned part of the gate: its file, what it looks at, and that it was made from the examples that are kept."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.safety import BrokenSafety, Learned, load_safety
from content.safety.learned import CLASSES, FILE, MOST_WORDS, Bounds, grams, load_learned, valued
from content.safety.misspelling import misspelt
from content.safety.phrases import Phrases
from content.safety.training import EXAMPLES, Ordinary, bounds, digest, read_examples

FOLDER = Path(__file__).parents[2] / "content" / "safety"


def small(**changed: Any) -> dict[str, Any]:
    """A learned part that knows one word for danger and one for low spirits."""
    suicide = CLASSES.index("suicide or self-harm")
    weights = {"rope": [0] * len(CLASSES), "grey": [0] * len(CLASSES)}
    weights["rope"][suicide], weights["grey"][1] = 900, 900
    offset = [3.0, *[0.0] * (len(CLASSES) - 1)]
    layers = [
        {"unit": 1, "offset": [0.0], "weights": [[0]]},
        {"unit": 1, "offset": offset, "weights": [[0] * len(CLASSES)]},
    ]
    return {
        "made_from": "x", "classes": list(CLASSES), "meaning": layers,
        "bounds": {"meaning": {"now": 0.5, "worried": 0.5}, "words": {"now": 0.5, "worried": 0.5}},
        "words": {"unit": 0.01, "offset": offset, "weights": weights}, **changed,
    }  # fmt: skip


def test_what_it_was_taught_is_told_apart_and_the_rest_is_left_alone() -> None:
    learned = Learned(small())
    found = learned.judge(["rope"], None)
    assert found is not None
    assert (found.outcome, found.kind) == ("immediate", "suicide or self-harm")
    worried = learned.judge(["grey"], None)
    assert worried is not None
    assert worried.outcome == "worried"
    assert learned.judge(["bus", "pass"], None) is None


def test_what_the_encoder_says_counts_as_much_as_the_words() -> None:
    alone, _ = Learned(small()).chances(["rope"], None)
    both, _ = Learned(small()).chances(["rope"], np.zeros(1, np.float32))
    assert both[0] > alone[0]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda raw: raw.pop("words"), "not what training writes"),
        (lambda raw: raw.update(classes=["none"]), "not the kinds of concern"),
        (lambda raw: raw["words"].update(weights={"rope": [1, 2]}), "don't fit"),
        (lambda raw: raw["bounds"]["words"].pop("now"), "not what training writes"),
        (lambda raw: raw.update(meaning="x"), "not what training writes"),
    ],
)
def test_a_spoilt_file_is_refused_in_a_sentence(change: Callable[[dict[str, Any]], object], said: str) -> None:
    raw = small()
    change(raw)
    with pytest.raises(BrokenSafety, match=said) as caught:
        Learned(raw)
    assert "make train-safety" in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null"])
def test_a_file_that_is_no_json_object_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text, encoding="utf-8")
    with pytest.raises(BrokenSafety):
        load_learned(tmp_path)


def test_without_a_file_the_phrases_stand_alone(tmp_path: Path) -> None:
    assert load_learned(tmp_path) is None
    assert load_safety(FOLDER, learned=False).learned is None


def test_the_kept_file_was_made_from_the_kept_examples_as_the_reader_reads_them_now() -> None:
    """Whoever changes an example, a phrase or the reader has to run `make train-safety` again."""
    reader = Phrases(load_safety(FOLDER, learned=False)).reader
    examples = read_examples((FOLDER / EXAMPLES).read_text(encoding="utf-8").splitlines(), reader.read)
    assert json.loads((FOLDER / FILE).read_text(encoding="utf-8"))["made_from"] == digest(examples)


def test_no_message_that_it_is_measured_with_is_among_its_examples() -> None:
    measured = Path(__file__).parents[1] / "evaluation" / "safety" / "messages.jsonl"
    taught = {json.loads(line)["text"].lower() for line in (FOLDER / EXAMPLES).read_text(encoding="utf-8").splitlines()}
    asked = {json.loads(line)["text"].lower() for line in measured.read_text(encoding="utf-8").splitlines()}
    assert taught & asked == set()


@given(st.lists(st.text("abc", min_size=1, max_size=30), max_size=120), st.booleans())
def test_what_it_looks_at_has_length_one_and_is_bounded(words: list[str], laughs: bool) -> None:
    runs, pieces = grams(words, laughs=laughs)
    for block in (runs, pieces):
        length = sum(value * value for _, value in valued(block))
        assert length == pytest.approx(1.0 if block else 0.0)
    assert sum(runs.values()) <= 3 * MOST_WORDS + 1


def test_the_bounds_let_through_no_more_than_their_share_and_count_what_phrases_did() -> None:
    def ordinary(now: float, by_phrase: str = "none", *, hard: bool = False) -> Ordinary:
        chances = np.zeros(len(CLASSES), np.float32)
        chances[2], chances[0] = now, 1 - now
        return Ordinary(chances, by_phrase, hard)

    everyday = [ordinary(place / 2000) for place in range(1000)]
    found = bounds([*everyday, ordinary(0.1, hard=True)], "meaning")
    assert sum(one.chances[2] > found.now for one in everyday) <= 3
    strict = bounds([*everyday, *[ordinary(0.2, "immediate")] * 10, ordinary(0.1, hard=True)], "meaning")
    assert isinstance(strict, Bounds)
    assert strict.now > found.now


@given(st.text(max_size=60), st.integers(0, 99))
def test_misspelling_keeps_what_is_no_word_and_never_fails(text: str, seed: int) -> None:
    changed = misspelt(text, random.Random(seed))
    assert [letter for letter in changed if not letter.isascii()] == [letter for letter in text if not letter.isascii()]
