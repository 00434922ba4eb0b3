"""The code word: which words may be one, and whether somebody has just typed theirs. Pure."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

LEAST, MOST = 2, 30
"""Letters."""
EVERYDAY: Final = frozenset({
    "agree", "ask", "back", "bye", "cancel", "cheers", "codeword", "dad", "discreet", "done", "hello", "help", "hey", "hi", "hide",
    "join", "later", "menu", "mum", "mydata", "name", "next", "no", "now", "off", "ok", "okay", "on", "person", "please", "privacy",
    "safe", "show", "sorry", "start", "status", "stop", "thanks", "yes",
})  # fmt: skip
"""Words of our own buttons and commands, and words that people type all the time."""


@dataclass(frozen=True, slots=True)
class Fits:
    """It may be somebody's code word; `word` is what is compared and kept."""

    word: str


@dataclass(frozen=True, slots=True)
class WrongLength:
    """Too few letters, or too many."""


@dataclass(frozen=True, slots=True)
class NotLetters:
    """Digits or signs stand in it, which are easily typed otherwise."""


@dataclass(frozen=True, slots=True)
class Everyday:
    """A word of our buttons and commands: it would go off by mistake."""


def bare(text: str) -> str:
    """A word as it is compared: case, spaces, accents' spelling and punctuation aside."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if unicodedata.category(letter)[0] not in "PZCS")


def check(text: str) -> Fits | WrongLength | NotLetters | Everyday:
    """Whether these words may be a code word, as far as spelling tells."""
    word = bare(text)
    if not all(letter.isalpha() or unicodedata.category(letter)[0] == "M" for letter in word):
        return NotLetters()
    if not LEAST <= len(word) <= MOST:
        return WrongLength()
    return Everyday() if word in EVERYDAY else Fits(word)


def is_typed(word: str | None, text: str) -> bool:
    """Whether somebody typed exactly their code word."""
    return word is not None and bool(bare(text)) and bare(text) == word
