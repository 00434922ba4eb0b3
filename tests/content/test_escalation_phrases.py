"""Asking for a person in one's own words: recognised, and nothing else taken for it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.safety import Gate
from bot.settings import ROOT
from content.escalation_phrases import BrokenPhrases, Wish, escalation_phrases, load_escalation_phrases
from content.safety import load_safety
from content.vocabulary import load_vocabulary

PHRASES = escalation_phrases()


@pytest.mark.parametrize(
    ("wish", "message"),
    [
        (Wish.PERSON, "I want to talk to my PA"),
        (Wish.PERSON, "wanna talk 2 my pa"),
        (Wish.PERSON, "can i speak to a human pls"),
        (Wish.PERSON, "i need 2 speak 2 sum1"),
        (Wish.PERSON, "hi can i talk to a real person please x"),
        (Wish.PERSON, "talk to a human NOW!!"),
        (Wish.PERSON, "no i want a real person not a bot"),
        (Wish.PERSON, "speek to a persn"),
        (Wish.PERSON, "get hold of my personal adviser"),
        (Wish.RING, "ring me"),
        (Wish.RING, "Call me back asap"),
        (Wish.RING, "can someone phone me??"),
        (Wish.RING, "hi can some1 ring me tmrw pls x"),
        (Wish.RING, "i want my worker to call me"),
        (Wish.STATUS, "has anyone seen my message"),
        (Wish.STATUS, "has any1 seen my msg"),
        (Wish.STATUS, "has my pa replied yet"),
        (Wish.STATUS, "when will someone get back to me"),
        (Wish.STATUS, "why has nobody answered"),
    ],
)
def test_a_wish_is_recognised_as_people_type_it(wish: Wish, message: str) -> None:
    assert PHRASES.wish(message) is wish


@pytest.mark.parametrize(
    "message",
    [
        "can i get a phone", "call me a taxi", "call mum", "ring", "person", "are you a real person", "how do i contact my pa",
        "i want to talk to someone about my rent", "i need someone to talk to", "my pa never rings me", "who is my pa",
        "they call me names", "i dont want to talk to anyone", "dont ring me", "ring me and i will scream at you",
        "i want a job", "", "🙂", "please", "thanks", "a " * 3000, "ring me " * 500,
    ],
)  # fmt: skip
def test_anything_beside_it_makes_it_an_ordinary_message(message: str) -> None:
    assert PHRASES.wish(message) is None


def test_no_question_of_the_evaluation_is_taken_for_another_wish() -> None:
    rows = (ROOT / "tests" / "evaluation" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    questions = [json.loads(row) for row in rows]
    taken = {row["text"]: row.get("entry") for row in questions if PHRASES.wish(row["text"]) is not None}
    assert len(questions) > 200
    assert set(taken.values()) <= {"talk-to-a-person"}


def test_the_gate_sees_no_danger_in_a_wish_so_that_both_do_not_answer() -> None:
    gate = Gate(load_safety(ROOT / "content" / "safety"))
    some = sorted(" ".join(words) for words in PHRASES.wishes)[::40]
    assert len(some) > 200
    assert [text for text in some if gate.assess(text) is not None] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[", "escalation.yaml"),
        ("- a", "holds no lists"),
        ("person: [a]\nring: [b]\nfillers: [c]", "status: is not a list of texts"),
        ("person: [a]\nring: [a]\nstatus: [d]\nfillers: [c]", "Keep it in one"),
        ("person: ['{who}']\nring: [b]\nstatus: [d]\nfillers: [c]", "nothing fills {who}"),
    ],
)
def test_a_broken_file_is_told_in_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "escalation.yaml"
    file.write_text(text)
    with pytest.raises(BrokenPhrases) as told:
        load_escalation_phrases(file, load_vocabulary())
    assert said in str(told.value)
