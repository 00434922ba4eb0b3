"""Which words may be a code word, and when somebody has typed theirs."""

from __future__ import annotations

import pytest

from bot import code_word
from bot.code_word import Everyday, Fits, NotLetters, WrongLength
from bot.menus import ALL


@pytest.mark.parametrize(
    "typed", ["banana", "Banana", " BANANA. ", "ba-nana", "ban ana", "banana!!", "“banana”", "banana 🙂"]
)
def test_case_spaces_and_punctuation_make_no_difference(typed: str) -> None:
    assert code_word.is_typed("banana", typed)


@pytest.mark.parametrize("typed", ["bananas", "a banana", "i ate a banana", "banan", "", "🙂", "/banana split"])
def test_anything_else_is_not_the_word(typed: str) -> None:
    assert not code_word.is_typed("banana", typed)


@pytest.mark.parametrize("typed", ["", "🙂", "banana", "..."])
def test_without_a_code_word_nothing_is_one(typed: str) -> None:
    assert not code_word.is_typed(None, typed)


@pytest.mark.parametrize(
    ("chosen", "kept"), [("Banana", "banana"), ("mango tree", "mangotree"), ("Straße", "strasse"), ("ЖУК", "жук")]
)
def test_a_word_is_kept_as_it_is_compared(chosen: str, kept: str) -> None:
    assert code_word.check(chosen) == Fits(kept)
    assert code_word.is_typed(kept, chosen)


@pytest.mark.parametrize("chosen", ["x", "x" * 31, "", "...", "🙂🙂🙂"])
def test_too_few_or_too_many_letters_are_refused(chosen: str) -> None:
    assert code_word.check(chosen) == WrongLength()


@pytest.mark.parametrize("chosen", ["banana7", "0808", "7KQM4XPD"])
def test_digits_are_refused(chosen: str) -> None:
    assert code_word.check(chosen) == NotLetters()


@pytest.mark.parametrize("chosen", ["stop", "Help", "yes", "OK.", "N O"])
def test_everyday_words_are_refused(chosen: str) -> None:
    assert code_word.check(chosen) == Everyday()


def test_no_command_that_a_young_person_has_may_be_a_code_word() -> None:
    theirs = {
        "menu",
        "person",
        "status",
        "ask",
        "help",
        "privacy",
        "mydata",
        "hide",
        "join",
        "discreet",
        "codeword",
        "name",
        "stop",
    }
    assert theirs <= ALL
    assert all(code_word.check(name) == Everyday() for name in theirs)
