from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.readability import grade, sentences, words
from content.small_talk import BrokenSmallTalk, load_small_talk

GAPS = {"team": "Compass", "council": "Northmoor"}
PHRASES = load_small_talk(gaps=GAPS)


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("hi", "hello"),
        ("HIYAAAA mate!!", "hello"),
        ("heyyyy x", "hello"),
        ("👋", "hello"),
        ("hi how r u", "how_are_you"),
        ("thnaks so much", "thanks"),
        ("ok cool thanks bye", "bye"),
        ("ok thanks", "thanks"),
        ("👍👍", "ok"),
        ("r u a real person", "are_you_a_person"),
        ("hello who are you??", "who_are_you"),
        ("who can see this", "who_can_see_this"),
        ("can i trust u", "can_i_trust_you"),
        ("ur useless", "swearing_at_bot"),
        ("tell me a joke pls", "joke_request"),
        ("i love you bot ❤️", "compliment"),
        ("sorry wrong chat", "sorry"),
        ("testing testing", "testing"),
        ("what’s your name?", "who_are_you"),
    ],
)
def test_a_message_that_is_only_small_talk_gets_its_kind(message: str, kind: str) -> None:
    reply = PHRASES.reply(message)
    assert reply is not None
    assert reply.kind == kind


@pytest.mark.parametrize(
    "message",
    [
        "hi can i get driving lessons",
        "thanks but how much is it",
        "hello i need a flat",
        "ok so whats the number",
        "bye bye benefits what now",
        "love",
        "my mate",
        "sorry i lost my passport",
        "can you read my file to me",
        "who are you and can you get me a bus pass",
        "help",
        "help me",
        "",
        "⚡",
    ],
)
def test_a_message_that_asks_for_something_is_not_small_talk(message: str) -> None:
    assert PHRASES.reply(message) is None


def test_every_answer_is_short_easy_and_without_open_gaps() -> None:
    for kind, answer in PHRASES.answers.items():
        assert "{" not in answer, kind
        assert "!" not in answer, kind
        assert grade(answer) <= 6, kind
        assert len(words(answer)) <= 40, kind
        assert max(len(words(sentence)) for sentence in sentences(answer)) <= 20, kind


@given(st.text(max_size=200))
def test_no_message_breaks_it(message: str) -> None:
    PHRASES.reply(message)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("kinds: {}", "kinds: is missing"),
        ("kinds: {hello: {says: [hi]}}", r"hello\.answer: is missing"),
        ("kinds: {hello: {answer: Hello.}}", r"hello\.says"),
        ("kinds: {a: {says: [hi], answer: A.}, b: {says: [Hi], answer: B.}}", "is in a too"),
        ("kinds: {a: {says: [hi], answer: 'I am {nobody}.'}}", "nothing fills {nobody}"),
        ("kinds: [", "cannot be read"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "small_talk.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenSmallTalk, match=fault):
        load_small_talk(file, GAPS)
