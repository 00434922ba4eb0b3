from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from content.checks import check_entries, check_safety, unchecked
from content.council import Council, load_council
from content.entry import TOPICS, Entry, Problem
from content.library import Library
from content.matching import Matcher
from content.safety import SafetyContent, load_safety
from content.vocabulary import (
    BrokenVocabulary,
    Vocabulary,
    load_vocabulary,
    vocabulary_for,
)

TODAY = date(2026, 11, 21)
GOOD = Entry(
    id="bus-pass",
    topic="travel",
    title="Can I get a bus pass?",
    questions=("can i get a bus pass", "free bus", "bus pass how", "is the bus free", "need to get the bus"),
    answer="Some towns give a bus pass. Ask first.",
    next_step="Ask your adviser.",
    source_date="2023",
    checked_on=date(2026, 11, 1),
    review_by=date(2027, 11, 1),
    file="travel/bus-pass.md",
)


def check(entries: Iterable[Entry], vocabulary: Vocabulary | None = None) -> list[Problem]:
    library = Library({entry.id: entry for entry in entries})
    words = vocabulary or Vocabulary()
    problems = check_entries(library, Matcher(library.entries.values(), words), words, TODAY)
    return [problem for problem in problems if problem.field != "topic"]


def test_a_good_entry_has_no_fault() -> None:
    assert check([GOOD]) == []


@pytest.mark.parametrize(
    ("entry", "field", "what"),
    [
        (replace(GOOD, review_by=date(2026, 11, 20)), "review_by", "has passed"),
        (replace(GOOD, review_by=date(2026, 10, 1)), "review_by", "before checked_on"),
        (replace(GOOD, review_by=date(2028, 1, 1)), "review_by", "more than 12 months"),
        (replace(GOOD, checked_on=date(2026, 12, 1)), "checked_on", "to come"),
        (replace(GOOD, source_date="2031-01"), "source_date", "to come"),
        (replace(GOOD, answer="You get £20 in 2026."), "review_by", "more than 6 months"),
        (replace(GOOD, answer="You get £20."), "answer", "amount without a date"),
        (replace(GOOD, next_step="Ring 0800-1111."), "next step", "phone number"),
        (replace(GOOD, next_step="Ring 01744676767."), "next step", "phone number"),
        (replace(GOOD, answer="Ask us. " * 46), "answer", "92 words"),
        (replace(GOOD, next_step="Ask us. " * 21), "next step", "42 words"),
        (replace(GOOD, answer="a bus " * 11 + "."), "answer", "sentence of 22 words"),
        (replace(GOOD, answer="Discretionary transportation assistance."), "answer", "reading grade"),
        (replace(GOOD, answer="Yes!"), "answer", "exclamation mark"),
        (replace(GOOD, answer="Ring {nobody_phone}."), "answer", "{nobody_phone}"),
        (replace(GOOD, related=("train",)), "related", "train"),
    ],
)
def test_a_fault_is_named(entry: Entry, field: str, what: str) -> None:
    assert any(problem.field == field and what in problem.what for problem in check([entry]))


@pytest.mark.parametrize(
    "next_step",
    ["Ring 0800 068 4141.", "Ring 116 123.", "Ring 01632 960110.", "Ring 0800 1111.", "Ring 0808 2000 247."],
)
def test_a_well_written_phone_number_is_allowed(next_step: str) -> None:
    problems = check([replace(GOOD, next_step=next_step, review_by=date(2027, 4, 1))])
    assert problems == []


def test_a_question_that_finds_another_entry_first_is_named() -> None:
    other = replace(GOOD, id="train", questions=("train ticket", "railcard", "train", "trains", "rail"))
    thief = replace(other, questions=(*other.questions, "can i get a free bus pass"))
    assert [problem.field for problem in check([GOOD, thief])] == ["questions"]


def test_one_line_in_two_entries_is_named() -> None:
    other = replace(GOOD, id="coach", title="Coach", questions=("Free bus?", "coach", "coach trip"))
    assert any("is in travel/bus-pass.md too" in problem.what for problem in check([GOOD, other]))


def test_a_topic_without_an_entry_is_named() -> None:
    library = Library({GOOD.id: GOOD})
    problems = check_entries(library, Matcher([GOOD], Vocabulary()), Vocabulary(), TODAY)
    assert {problem.file for problem in problems if problem.field == "topic"} == set(TOPICS) - {"travel"}


@pytest.mark.parametrize(
    "vocabulary",
    [
        Vocabulary(topics={"travel": ("submarine",), "leisure": ("bus",)}),
        Vocabulary(topics={"cars": ("bus",)}),
        Vocabulary(aliases={"sub": "submarine"}),
    ],
)
def test_a_dead_alias_is_named(vocabulary: Vocabulary) -> None:
    assert any(problem.file == "vocabulary.yaml" for problem in check([GOOD], vocabulary))


def test_a_living_alias_is_not_named() -> None:
    vocabulary = Vocabulary(topics={"travel": ("bussy", "bus pass")}, aliases={"bussy": "bus"})
    assert check([GOOD], vocabulary) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("text_speak: {id: i would}\nnever: [id]", '"id" is also under never'),
        ("aliases: [a, b]", "is not a mapping"),
        ("aliases: {skint: }", '"skint" has no meaning'),
        ("never: {a: b}", "is not a list"),
        ("slang: {}", "slang: is not a part"),
        ("- a", "holds no parts"),
        ("text_speak: {u: you, u: your}", "there twice"),
    ],
)
def test_a_broken_vocabulary_is_refused_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "vocabulary.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenVocabulary, match=fault):
        load_vocabulary(file)


def test_another_knowledge_base_uses_its_own_words_or_only_what_is_safe_everywhere(tmp_path: Path) -> None:
    default = Vocabulary(text_speak={"u": "you"}, aliases={"pa": "personal adviser"}, never=frozenset({"id"}))
    assert vocabulary_for(None, default) is default
    assert vocabulary_for(tmp_path, default) == replace(default, aliases={})
    (tmp_path / "vocabulary.yaml").write_text("aliases: {pa: public address}", encoding="utf-8")
    assert vocabulary_for(tmp_path, default).aliases == {"pa": "public address"}


# --- the safety cards and their numbers

CONTENT = Path(__file__).parents[2] / "content"
SAFETY = load_safety(CONTENT / "safety")
COUNCIL = load_council(CONTENT / "councils" / "northmoor" / "council.yaml")


def with_checks(checked_on: date) -> tuple[SafetyContent, Council]:
    """The cards and the council, with each number checked on this day."""
    files = {
        kind: replace(file, numbers=tuple(replace(number, checked_on=checked_on) for number in file.numbers))
        for kind, file in SAFETY.card_files.items()
    }
    contacts = {key: replace(contact, checked_on=checked_on) for key, contact in COUNCIL.contacts.items()}
    return replace(SAFETY, card_files=files), replace(COUNCIL, contacts=contacts)


def test_the_cards_and_numbers_of_the_demonstration_are_in_date() -> None:
    assert check_safety(SAFETY, COUNCIL, TODAY) == []
    assert unchecked(SAFETY, COUNCIL, TODAY) == []


@pytest.mark.parametrize(("days", "what"), [(-1, "is to come"), (367, "more than 12 months ago")])
def test_an_old_or_future_check_of_a_safety_number_is_named(days: int, what: str) -> None:
    safety, council = with_checks(TODAY - timedelta(days=days))
    said = [str(problem) for problem in check_safety(safety, council, TODAY)]
    assert any(line.startswith("safety/cards/suicide.md, checked_on: of 116 123") and what in line for line in said)
    assert any(line.startswith("council.yaml, checked_on: of 01632 960199") and what in line for line in said)


def test_a_card_past_its_review_is_named() -> None:
    files = {kind: replace(file, review_by=date(2026, 11, 20)) for kind, file in SAFETY.card_files.items()}
    found = check_safety(replace(SAFETY, card_files=files), COUNCIL, TODAY)
    assert len(found) == len(files)
    assert all("2026-11-20, which has passed" in str(problem) for problem in found)


def test_a_number_that_nobody_checked_for_two_months_is_listed_once() -> None:
    safety, council = with_checks(TODAY - timedelta(days=60))
    assert unchecked(safety, council, TODAY) == []
    late = unchecked(safety, council, TODAY + timedelta(days=1))
    assert late.count("999") == 1
    assert "01632 960199" in late
    assert check_safety(safety, council, TODAY + timedelta(days=1)) == []
