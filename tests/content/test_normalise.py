from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.normalise import LONGEST_QUESTION, Normaliser, is_common, split_words
from content.vocabulary import Vocabulary

VOCABULARY = Vocabulary(
    text_speak={"av": "have", "u": "you", "wats": "whats"},
    aliases={"skint": "no money", "c tax": "council tax", "lend of money": "loan", "pa": "personal adviser"},
    never=frozenset({"id", "ill", "4", "broke", "lac"}),
)
TEXTS = ["do you have to pay council tax", "personal adviser", "no money", "provisional driving licence", "loan"]


@pytest.fixture(scope="module")
def normaliser() -> Normaliser:
    return Normaliser(VOCABULARY, TEXTS)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("do i av 2 pay c tax", "do i have to pay council tax"),
        ("SKINT!!!", "no money"),
        ("skinttttt", "no money"),
        ("my p.a.", "my personal adviser"),
        ("me pa's late", "me personal adviser late"),
        ("counsil tax", "council tax"),
        ("counciltax", "council tax"),
        ("provisonal licenc", "provisional licence"),
        ("a lend of money", "a loan"),
        ("wats the 3k thing", "what is the 3000 thing"),
        ("£3,000", "3000"),
        ("i’d like an id", "i would like an id"),
        ("ill get my id, im broke 4 real", "ill get my id i am broke for real"),
        ("4 weeks late, from 4 to 5", "4 weeks late from 4 to 5"),
        ("pop in 2 the hub, me 2", "pop in to the hub me too"),
        ("me 2", "me too"),
        ("level 2 course, key stage 4", "level 2 course key stage 4"),
        ("i got 2 go plannin", "i got to go planning"),
        ("2 year offer", "2 year offer"),
        ("i have 2 kids", "i have 2 kids"),
        ("pay\u200bment \ufeffplease", "payment please"),
        ("see https://example.org/x?y=1 pls", "see pls"),
    ],
)
def test_what_is_typed_is_read_in_the_words_of_the_knowledge_base(
    normaliser: Normaliser, typed: str, read: str
) -> None:
    assert " ".join(normaliser.words(typed)) == read


@pytest.mark.parametrize("word", ["late", "money", "lessons", "tried", "cities", "stopped", "making"])
def test_everyday_words_are_left_alone(word: str) -> None:
    assert is_common(word)
    assert Normaliser(Vocabulary(), ["rate honey lesson dried pities topped baking"]).words(word) == [word]


@pytest.mark.parametrize("word", sorted(VOCABULARY.never))
def test_a_word_under_never_is_never_touched(word: str) -> None:
    assert Normaliser(VOCABULARY, ["idea illness brake lace 44"]).words(word) == [word]


def test_a_word_of_the_knowledge_base_is_not_corrected_to_another() -> None:
    assert Normaliser(Vocabulary(), ["tenency", "tenancy"]).words("tenency tenansy") == ["tenency", "tenancy"]


def test_of_a_very_long_text_the_beginning_and_the_end_are_read() -> None:
    text = "first " + "x" * 20_000 + " last"
    words = split_words(text)
    assert (words[0], words[-1]) == ("first", "last")
    assert sum(map(len, words)) <= LONGEST_QUESTION + 1


@given(st.text())
def test_any_text_is_read_without_a_fault(text: str) -> None:
    for word in Normaliser(VOCABULARY, TEXTS).words(text):
        assert word
        assert " " not in word
