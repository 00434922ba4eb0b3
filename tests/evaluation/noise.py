"""Slips of the thumb and text-speak, put into plain questions by a seeded rule, for sets that have no such lines."""

from __future__ import annotations

import random
import re
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z']+")
_NEIGHBOURS: Final = dict(
    zip(
        "qwertyuiopasdfghjklzxcvbnm",
        ["wa", "qes", "wrd", "etf", "ryg", "tuh", "yij", "uok", "ipl", "ol", "qsz", "adw", "sfe", "dgr", "fht", "gjy", "hku", "jli",
         "ko", "ax", "zc", "xv", "cb", "vn", "bm", "n"],
        strict=True,
    )
)  # fmt: skip
_SPOKEN: Final = {
    "you": "u", "your": "ur", "are": "r", "to": "2", "for": "4", "what": "wat", "and": "n", "please": "pls", "because": "cos",
    "have": "av", "with": "wiv", "that": "dat", "the": "da", "when": "wen", "where": "wer", "why": "y", "see": "c", "be": "b",
    "before": "b4", "later": "l8r", "tomorrow": "2moro", "tonight": "2nite", "someone": "sum1", "some": "sum", "know": "kno",
    "thanks": "thx", "about": "bout", "know?": "kno", "people": "ppl", "something": "summat", "nothing": "nowt", "anything": "owt",
    "going": "gonna", "want": "wanna", "isn't": "aint", "like": "lyk", "my": "me", "would": "wud", "could": "cud", "should": "shud",
}  # fmt: skip
"""Written for this file; not read by the matcher, whose own list was made apart from it."""


def typo(text: str, random_: random.Random, share: float = 0.3) -> str:
    """One edit in this share of the words of four letters or more."""
    return _WORD.sub(lambda found: _slip(found.group(), random_, share), text)


def spoken(text: str, random_: random.Random) -> str:
    """Short spellings in half of the places, g and apostrophes dropped, and half as many slips."""

    def word(found: re.Match[str]) -> str:
        plain = found.group().lower()
        if plain in _SPOKEN and random_.random() < 0.5:
            return _SPOKEN[plain]
        if plain.endswith("ing") and len(plain) > 4 and random_.random() < 0.6:
            plain = plain[:-1]
        return _slip(plain.replace("'", ""), random_, 0.15)

    return _WORD.sub(word, text).rstrip("?.")


def _slip(word: str, random_: random.Random, share: float) -> str:
    if len(word) < 4 or random_.random() >= share:
        return word
    place = random_.randrange(1, len(word) - 1)
    kind = random_.randrange(4)
    if kind == 0:
        return word[:place] + word[place + 1 :]
    if kind == 1:
        return word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    if kind == 2:
        return word[:place] + random_.choice(_NEIGHBOURS.get(word[place].lower(), "e")) + word[place + 1 :]
    return word[:place] + word[place] + word[place:]
