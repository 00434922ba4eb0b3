"""Writes a sentence as somebody spells it who goes by ear, or whose thumbs slip: more examples for the learned part."""

from __future__ import annotations

import random
import re
from typing import Final

_WORD: Final = re.compile(r"[A-Za-z']+")
_BY_EAR: Final = (
    (r"^th(?=[aeiou])", "v"), (r"th$", "f"), (r"th", "f"), (r"ight$", "ite"), (r"ough$", "uff"), (r"augh", "orf"), (r"er$", "a"),
    (r"or$", "er"), (r"tion", "shun"), (r"ph", "f"), (r"^kn", "n"), (r"^wr", "r"), (r"^wh", "w"), (r"ck$", "k"), (r"ing$", "in"),
    (r"ed$", "d"), (r"ee", "ea"), (r"ea", "ee"), (r"ai", "ay"), (r"ay$", "ai"), (r"ou", "ow"), (r"ow$", "o"), (r"oa", "o"), (r"ie", "ei"),
    (r"c(?=[ei])", "s"), (r"c(?=[aou])", "k"), (r"qu", "kw"), (r"x", "cks"), (r"y$", "ey"), (r"le$", "el"), (r"ll", "l"), (r"ss", "s"),
    (r"tt", "t"), (r"pp", "p"), (r"mm", "m"), (r"nn", "n"), (r"(?<=[aeiou])l(?=[kmf])", ""), (r"mb$", "m"), (r"e$", ""), (r"gh", ""),
    (r"^h", ""), (r"ge$", "j"), (r"dge", "j"), (r"ie[sd]$", "ys"), (r"ure$", "a"), (r"ous$", "us"), (r"ful$", "full"),
)  # fmt: skip
"""A sound and another way to write it."""
_WHOLE: Final = {
    "right": "rite", "night": "nite", "know": "no", "no": "know", "to": "too", "too": "to", "their": "there", "there": "their",
    "they": "fay", "with": "wiv", "the": "da", "and": "n", "you": "u", "are": "r", "have": "av", "because": "coz", "was": "woz",
    "what": "wot", "does": "dus", "said": "sed", "says": "ses", "could": "cud", "would": "wud", "should": "shud", "people": "peepel",
    "through": "frew", "been": "bin", "here": "hear", "hear": "here", "any": "eny", "anymore": "any mor", "enough": "enuf",
    "where": "were", "were": "where", "friend": "frend", "off": "of", "of": "off", "can't": "carnt", "cant": "carnt", "think": "fink",
    "thing": "fing", "nothing": "nuffin", "something": "sumfin", "someone": "some1", "everyone": "evry1", "before": "befor",
    "for": "4", "be": "b", "see": "c", "tonight": "2nite", "tomorrow": "2moz", "my": "me", "your": "ur", "just": "jus", "like": "lyk",
    "about": "abowt", "out": "owt", "house": "howse", "phone": "fone", "school": "skool", "college": "colidge", "money": "munny",
    "police": "pleece", "baby": "babby", "want": "wont", "mother": "muvva", "brother": "bruvva", "work": "werk", "again": "agen",
    "scared": "scard", "hurt": "hert", "little": "littel", "ask": "arks", "worried": "woried", "sorry": "sory", "please": "plz",
}  # fmt: skip
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyz"


def misspelt(text: str, chance: random.Random) -> str:
    """The same sentence with between a sixth and three fifths of its words written otherwise."""
    share = chance.uniform(0.15, 0.6)
    return _WORD.sub(lambda found: _otherwise(found[0], chance) if chance.random() < share else found[0], text)


def _otherwise(word: str, chance: random.Random) -> str:
    plain = word.lower()
    if plain in _WHOLE and chance.random() < 0.8:
        return _WHOLE[plain]
    if len(plain) < 3:
        return plain
    if chance.random() < 0.3:
        return _slipped(plain, chance)
    ways = [(sound, other) for sound, other in _BY_EAR if re.search(sound, plain)]
    for sound, other in chance.sample(ways, min(len(ways), chance.choice((1, 1, 2)))):
        changed = re.sub(sound, other, plain, count=1)
        plain = changed if len(changed) > 1 else plain
    return plain


def _slipped(word: str, chance: random.Random) -> str:
    place = chance.randrange(1, len(word))
    match chance.randrange(4):
        case 0:
            return word[:place] + word[place + 1 :]
        case 1:
            return word[:place] + word[place - 1] + word[place:]
        case 2:
            return word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
        case _:
            return word[:place] + chance.choice(_LETTERS) + word[place + 1 :]
