"""What may be kept of a question that found no answer: its ordinary words, with nobody in them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from content.normalise import is_common, split_words

LONGEST: Final = 200
"""Characters: longer ones are stories."""
FEWEST_WORDS: Final = 2
LEFT_OUT: Final = "…"
"""Stands where a word was left out."""
MOST_LEFT_OUT: Final = 1 / 3

_THINGS: Final = Path(__file__).parents[1] / "content" / "everyday_things.txt"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_STREET: Final = (
    r"(?:street|st|road|rd|avenue|ave|lane|ln|close|drive|crescent|terrace|gardens|grove|court|square|mews)"
)
_TELLING: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"https?:|www\.|\bt\.me/|\w\.(?:com|net|org|uk|io|gov|info|me|co)\b",
        r"@",
        r"(?:\d[\s().,/+-]*){5}",
        r"\b[a-z]{1,2}\d[a-z\d]?\s*\d[a-z]{2}\b",
        r"\b\d{1,2}\s*[./-]\s*\d{1,2}\s*[./-]\s*\d{2}",
        rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH}\b|\b{_MONTH}\s+\d{{1,2}}\b",
        r"\bd\W?o\W?b\b|\bdate of birth\b|\bborn\s+(?:on|in)?\s*(?:the\s+)?\d|\bmy (?:birthday|bday) is\b",
        r"\bmy (?:full |first |last |real )?name\W?s?\s*(?:is\b|:)|\bmy name'?s\b|\bcall me\b",
        r"\bi\W?\s?a?m called\b|\bi\s+live\s+(?:at|on)\b|\bmy address\b",
        rf"\b\d{{1,4}}[a-z]?,?\s+(?:[\w'-]+\s+){{1,3}}{_STREET}\b",
        r"[<>{}\\`|]|&#?\w+;|\]\(",
    )
)
"""Signs that somebody is in it: addresses of any kind, numbers, dates of birth, names; and markup, which is no question."""
_WORD: Final = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_SENTENCE_ENDS: Final = re.compile(r"[.?!\n]\s*$")
_NEXT_IS_SOMEBODY: Final = frozenset({
    "mate", "friend", "brother", "sister", "bro", "sis", "mum", "mam", "dad", "stepmum", "stepdad", "nan", "aunt", "auntie", "uncle",
    "cousin", "partner", "boyfriend", "girlfriend", "bf", "gf", "ex", "son", "daughter", "baby", "adviser", "advisor", "pa", "worker",
    "carer", "called", "named", "mr", "mrs", "miss", "ms", "dr",
})  # fmt: skip
"""After these a name may follow, also one that is an everyday word: "my mate hope"."""


def tells_of_somebody(text: str) -> bool:
    """Whether a text holds what could say who somebody is, or is too long, or is no text."""
    plain = unicodedata.normalize("NFKC", text)
    return len(plain) > LONGEST or any(pattern.search(plain) for pattern in _TELLING)


def worth_keeping(text: str, knows: Callable[[str], bool]) -> str | None:
    """The question as it may be kept, or None. `knows` says whether a word is the knowledge base's own, or text-speak.

    Everyday words, known words and small numbers stay; every other word could be a name, so "…" stands for it, and for a
    word with a capital beside it: of "Mark Jones" nothing stays.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    found = [] if tells_of_somebody(plain) else list(_WORD.finditer(plain))
    if len(found) < FEWEST_WORDS:
        return None
    kept = _marked([match.group() for match in found], _stays(plain, found, knows))
    out = kept.count(LEFT_OUT)
    if out > len(kept) * MOST_LEFT_OUT or len(kept) - out < FEWEST_WORDS:
        return None
    return " ".join(kept)


def without_marks(words: str) -> str:
    """The words that are left, for a phrasing."""
    return " ".join(word for word in words.split() if word != LEFT_OUT)


def _stays(text: str, found: Sequence[re.Match[str]], knows: Callable[[str], bool]) -> list[bool]:
    """For each word by itself whether it may stay."""
    stays = []
    for place, match in enumerate(found):
        inside = place > 0 and not _SENTENCE_ENDS.search(text[: match.start()])
        before = found[place - 1].group().casefold() if inside else ""
        stays.append(_may_stay(match.group(), before, knows, inside=inside))
    return stays


def _marked(words: Sequence[str], stays: Sequence[bool]) -> list[str]:
    """The words, with a mark for each that may not stay, and for each with a capital beside such a one."""
    named = {place for place, stay in enumerate(stays) if not stay and _is_capital(words[place])}
    beside = {place for place in range(len(words)) if {place - 1, place + 1} & named and _is_capital(words[place])}
    return [word.casefold() if stays[place] and place not in beside else LEFT_OUT for place, word in enumerate(words)]


def _may_stay(word: str, before: str, knows: Callable[[str], bool], *, inside: bool) -> bool:
    plain = word.casefold()
    if plain.isascii() and plain.isdigit():
        return len(plain) <= 2
    parts = split_words(plain)
    if parts and all(map(knows, parts)):
        return True
    may_be_a_name = inside and (word[0].isupper() or before in _NEXT_IS_SOMEBODY)
    return bool(parts) and not may_be_a_name and all(_is_everyday(part) or knows(part) for part in parts)


def _is_capital(word: str) -> bool:
    """Whether it is written like a name; "I" is not."""
    return len(word) > 1 and word[0].isupper()


def _is_everyday(word: str) -> bool:
    return is_common(word) or word in _things() or word.removesuffix("s") in _things()


@cache
def _things() -> frozenset[str]:
    lines = _THINGS.read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
