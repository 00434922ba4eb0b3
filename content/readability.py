"""How hard a text is to read: sentences, words, syllables, and the Flesch-Kincaid grade."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r"[*_`#>]+")
_LIST_ITEM: Final = re.compile(r"^\s*(?:[-+•]|\d{1,2}[.)])\s+", re.MULTILINE)
_SENTENCE_END: Final = re.compile(r"(?<=[.!?])[\"')\]]*\s+|\n\s*\n")
_WORD: Final = re.compile(r"[A-Za-zÀ-ÿ]+(?:['’][A-Za-z]+)*|[£$]?\d[\d,.]*")
_VOWELS: Final = re.compile(r"[aeiouy]+")
_TWO_SOUNDS: Final = re.compile(
    r"i[ao](?!us|n|l$|lly)|eo(?!u)|ua(?!r)|ie[tnr](?!c?e?s?$)|uou|ism$|[aeiouy]ing$|io$|iu|eat[eio]|creat"
)
_MINUTE_WORDS: Final = {
    "people": 2,
    "every": 2,
    "everyone": 3,
    "everything": 3,
    "business": 2,
    "area": 3,
    "being": 2,
    "something": 2,
    "sometimes": 2,
    "someone": 2,
    "somewhere": 2,
    "therefore": 2,
    "one": 1,
    "once": 1,
    "does": 1,
    "goes": 1,
    "gone": 1,
    "quiet": 2,
    "science": 2,
    "society": 4,
    "client": 2,
    "diet": 2,
    "real": 1,
    "ideas": 3,
    "idea": 3,
    "doing": 2,
    "going": 2,
    "evening": 2,
    "different": 3,
    "family": 3,
    "interest": 3,
    "usually": 4,
    "used": 1,
    "safely": 2,
    "homeless": 2,
    "careers": 2,
    "moment": 2,
    "movement": 2,
    "statement": 2,
    "payment": 2,
    "lifetime": 2,
    "housemate": 2,
    "hopefully": 3,
    "email": 2,
    "website": 2,
    "online": 2,
    "outside": 2,
    "passport": 2,
    "via": 2,
    "eye": 1,
    "are": 1,
    "use": 1,
    "age": 1,
    "ice": 1,
    "owe": 1,
    "uk": 2,
    "tv": 2,
    "cv": 2,
    "maybe": 2,
    "safety": 2,
    "anyone": 3,
    "areas": 3,
    "household": 2,
    "friend": 1,
    "eyes": 1,
}


def plain_text(markdown: str) -> str:
    """The words as they are read: no marks, each list item a sentence of its own."""
    text = _LIST_ITEM.sub("\n\n", markdown)
    return _MARKS.sub("", text).strip()


def sentences(markdown: str) -> list[str]:
    """The sentences and list items of a text."""
    parts = _SENTENCE_END.split(plain_text(markdown))
    return [" ".join(part.split()) for part in parts if part and _WORD.search(part)]


def words(text: str) -> list[str]:
    """The words of a text; a number is one word."""
    return _WORD.findall(text)


def syllables(word: str) -> int:
    """How many syllables a word has, near enough; the tests say how near. A number counts one."""
    spoken = re.sub(r"[^a-z]", "", word.lower().removesuffix("'s").removesuffix("’s"))
    if spoken in _MINUTE_WORDS:
        return _MINUTE_WORDS[spoken]
    if len(spoken) <= 3:
        return 1 if not spoken or not re.fullmatch(r"[aeiouy][^aeiouy][aeiouy]|[^aeiouy]io", spoken) else 2
    count = len(_VOWELS.findall(spoken)) + len(_TWO_SOUNDS.findall(spoken))
    return max(count - _silent(spoken), 1)


def _silent(word: str) -> int:
    """Vowels that are written and not said: the e of "home", "homes", "homeless", "asked"."""
    if re.search(r"[^aeiouyl]e$|[aeiouy]le$|[^aeiouy]ely$|[^aeiouyl]e(?:less|ness|ment|ful|fully)$", word):
        return 1
    if re.search(r"[^aeiouytd]ed$", word) and not re.search(r"[^aeiouy]{2}led$|[^aeiou]red$", word):
        return 1
    if re.search(r"[^aeiouyscxzg]es$", word) and not re.search(r"(?:sh|ch)es$|[^aeiouy]{2}les$", word):
        return 0 if re.search(r"(?:sh|ch)es$", word) else 1
    return 0


def grade(markdown: str) -> float:
    """The Flesch-Kincaid grade: the American school year that can read it; England's is one more."""
    parts = sentences(markdown)
    read = [word for part in parts for word in words(part)]
    if not read:
        return 0.0
    spoken = sum(map(syllables, read))
    return 0.39 * len(read) / len(parts) + 11.8 * spoken / len(read) - 15.59
