"""What is never said to a young person, wherever it stands, and how easily a card is read in every situation."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from bot.safety_case import AGES, kinds, shown, situations
from bot.settings import ROOT
from content import texts
from content.canned import load_canned
from content.council import load_council
from content.declined import load_declines
from content.library import load_library
from content.readability import grade, sentences
from content.safety import LAST_RESORT, load_safety
from content.small_talk import load_small_talk
from tests.conftest import NOW

COUNCILS = sorted((ROOT / "content" / "councils").glob("*/council.yaml"))
COUNCIL = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
SAFETY = load_safety(ROOT / "content" / "safety")
SITUATIONS = situations(COUNCIL, NOW)
NEVER = {
    "commit suicide": r"\bcommit(?:s|ted|ting)?\s+suicide\b|\b(?:successful|failed)\s+(?:suicide\s+)?attempt\b",
    "a method": (
        r"\boverdos|\b(?:rope|noose|ligature|razor|blades?|bleach)\b|\bhang(?:ing)?\s+(?:your|him|her|them)sel|\bcut(?:ting)?\s+your(?:self|\s+(?:wrist|arm))"
        r"|\bjump(?:ing)?\s+(?:off|in\s+front)|\b(?:take|took|taking|swallow(?:ing)?)\s+(?:all\s+)?(?:your\s+|the\s+)?(?:pills|tablets)\b|\bslit"
    ),
    "a level or score of risk": r"\b(?:low|medium|moderate|high)[\s-]+risk\b|\brisk\s+(?:level|score|rating|assessment)\b|\blevel\s+of\s+risk\b",
    "that somebody is safe": r"\byou(?:'re|’re|\s+are)\s+(?:now\s+)?safe\b(?!\s*(?:\?|right))|\b(?:they|she|he)\s+(?:are|is)\s+safe\b",
    "a promise of secrecy": (
        r"\bbetween\s+(?:us|you\s+and\s+me)\b|\b(?:won't|won’t|will\s+not|will\s+never|never)\s+tell\s+any(?:one|body)\b|\bour\s+secret\b"
        r"|(?<!can't )(?<!cannot )\bkeep\s+(?:it|this|that)\s+(?:a\s+)?(?:secret|private)\b|\bno(?:body|\s+one)\s+(?:else\s+)?will\s+(?:ever\s+)?(?:know|find\s+out)\b"
    ),
    "a promise of a visit": (
        r"\b(?:some(?:one|body)|help|they|police|an\s+ambulance)(?:\s+is|\s+are|'s|'re)?\s+(?:coming|on\s+(?:its|the|their)\s+way)\b"
        r"|\bwill\s+(?:come\s+to\s+you|visit\s+you|be\s+with\s+you)\b"
    ),
    "being watched": r"\b(?:we|i)(?:'re|'m|\s+are|\s+am)\s+watching\b|\bmonitored\b|\bwatch(?:ing|es)?\s+over\s+you\b|\bkeep(?:ing)?\s+an\s+eye\s+on\s+you\b",
}  # fmt: skip


def told_by(value: Any) -> Iterator[str]:
    """Every sentence in a constant of a module of texts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from told_by(item)
    elif isinstance(value, tuple | list | frozenset | set):
        for item in value:
            yield from told_by(item)


def of_the_texts() -> Iterator[tuple[str, str]]:
    for module in pkgutil.iter_modules(texts.__path__):
        for name, value in vars(importlib.import_module(f"content.texts.{module.name}")).items():
            if name.isupper():
                yield from ((f"texts/{module.name}.{name}", text) for text in told_by(value))


def of_the_entries() -> Iterator[tuple[str, str]]:
    for file in COUNCILS:
        own = file.parent / "entries"
        filled = {**COUNCIL.gaps, **load_council(file).gaps}
        library = load_library(ROOT / "content" / "entries", overlays=[own] if own.is_dir() else [], gaps=filled)
        for entry in library.entries.values():
            yield f"{file.parent.name}: {entry.id}", f"{entry.title}\n{entry.answer}\n{entry.next_step}"


def of_the_cards() -> Iterator[tuple[str, str]]:
    for kind in kinds():
        for situation in SITUATIONS:
            for age in AGES:
                yield f"{kind}, {age}, {situation.name}", shown(SAFETY, COUNCIL, kind, age, situation).card.text
    yield "last resort", LAST_RESORT.text


def of_the_answers() -> Iterator[tuple[str, str]]:
    for reply in load_canned():
        yield f"canned: {reply.title}", reply.words
    for kind, text in load_small_talk(gaps=COUNCIL.gaps).answers.items():
        yield f"small talk: {kind}", text
    for declined in load_declines(gaps=COUNCIL.gaps).kinds:
        yield f"declined: {declined.name}", declined.answer


CARDS = dict(of_the_cards())


def found_in(text: str) -> list[str]:
    return [name for name, pattern in NEVER.items() if re.search(pattern, text, re.IGNORECASE)]


@pytest.mark.parametrize("of", [of_the_cards, of_the_texts, of_the_entries, of_the_answers], ids=lambda of: of.__name__)
def test_nothing_says_what_must_never_be_said(of: Any) -> None:
    said = list(of())
    assert len(said) > 10
    wrong = {
        where: what for where, text in said if not where.startswith("texts/safety_case.") and (what := found_in(text))
    }
    assert wrong == {}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("He committed suicide.", "commit suicide"),
        ("Don't take all the pills.", "a method"),
        ("You are at high risk.", "a level or score of risk"),
        ("You are safe now.", "that somebody is safe"),
        ("This stays between us.", "a promise of secrecy"),
        ("I won't tell anyone.", "a promise of secrecy"),
        ("Someone is coming.", "a promise of a visit"),
        ("Help is on its way.", "a promise of a visit"),
        ("We are watching.", "being watched"),
        ("This chat is monitored.", "being watched"),
    ],
)
def test_what_must_never_be_said_is_noticed(text: str, what: str) -> None:
    assert what in found_in(text)


@pytest.mark.parametrize(
    "text", ["Are you safe right now?", "Nobody watches this chat live.", "I can't keep that secret."]
)
def test_the_truth_may_be_said(text: str) -> None:
    assert found_in(text) == []


# --- how a card is read


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
@pytest.mark.parametrize("kind", kinds())
def test_a_card_is_easy_to_read_in_every_situation(kind: str, situation: Any) -> None:
    for age in AGES:
        text = shown(SAFETY, COUNCIL, kind, age, situation).card.text
        prose = re.sub(r"^\**[\d ]+\**$", ".", text, flags=re.MULTILINE)
        lengths = [len(sentence.split()) for sentence in sentences(prose)]
        assert grade(prose) <= 5
        assert sum(lengths) / len(lengths) <= 15
        assert max(lengths) <= 20


@pytest.mark.parametrize("kind", kinds())
def test_what_to_do_first_is_within_twelve_words(kind: str) -> None:
    for where, text in CARDS.items():
        if where.startswith(f"{kind}, "):
            assert re.search(r"\b(?:999|ring|call|go to)\b", " ".join(text.split()[:12]))


@pytest.mark.parametrize("kind", ["abuse or violence", "exploitation"])
def test_a_card_that_somebody_else_may_see_names_nothing_in_its_first_line_and_offers_hide(kind: str) -> None:
    for age in AGES:
        text = SAFETY.card(kind, age, COUNCIL.gaps).text
        first = text.split("\n", 1)[0].lower()
        assert not re.search(
            r"abus|violen|hit|hurt|partner|ex\b|gang|drug|county|exploit|traffick|sex|money|owe", first
        )
        assert "/hide" in text[: text.index("matters" if kind == "abuse or violence" else "told off")]


def test_who_may_ring_papyrus_reads_its_number() -> None:
    for age in (None, 16, 20, 34):
        card = SAFETY.card("suicide or self-harm", age, COUNCIL.gaps)
        assert "0800 068 4141" in card.text
        assert [n.grade for n in card.numbers if n.number == "0800 068 4141"] == ["B"]
