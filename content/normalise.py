"""From the way young people type to the words of the knowledge base: text-speak, slips, aliases."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.vocabulary import Vocabulary

LONGEST_QUESTION: Final = 2_000
"""Characters that are read; of anything longer the beginning and the end, where the question usually is."""

_CLOSE_ENOUGH: Final = 0.72  # measured with three data sets: lower corrects wrongly, higher misses slips
_VERY_CLOSE: Final = 0.85
_SHORTEST_CORRECTED: Final = 3
_SHORTEST_GUESSED: Final = 5
_REMEMBERED: Final = 20_000

_INVISIBLE: Final = re.compile(r"[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe0f]")
_LINK: Final = re.compile(r"(?:https?://|www\.)\S+")
_DOTTED: Final = re.compile(r"\b(?:[a-z]\.){2,}")
_THOUSANDS: Final = re.compile(r"(?<=\d),(?=\d{3}\b)")
_GRAND: Final = re.compile(r"\b(\d{1,3})k\b")
_STRETCHED: Final = re.compile(r"([^\W\d_])\1{2,}")
_DOUBLED: Final = re.compile(r"([^\W\d_])\1")
_SHORT_FORM: Final = re.compile(r"\b([a-z]+)'([a-z]{1,2})\b")
_WORD: Final = re.compile(r"[^\W_]+")

_AFTER_APOSTROPHE: Final = {"d": "would", "ll": "will", "ve": "have", "re": "are", "m": "am"}
_QUESTION_WORDS: Final = frozenset({
    "what", "who", "where", "how", "when", "why", "that", "it", "he", "she", "there", "here", "let",
})  # fmt: skip
_JOINED: Final[Mapping[str, str]] = {
    "whats": "what is",
    "wheres": "where is",
    "whos": "who is",
    "hows": "how is",
    "whens": "when is",
    "whys": "why is",
    "thats": "that is",
    "theres": "there is",
    "dont": "do not",
    "doesnt": "does not",
    "didnt": "did not",
    "cant": "can not",
    "cannot": "can not",
    "wont": "will not",
    "isnt": "is not",
    "arent": "are not",
    "wasnt": "was not",
    "wouldnt": "would not",
    "couldnt": "could not",
    "shouldnt": "should not",
    "havent": "have not",
    "hasnt": "has not",
    "im": "i am",
    "ive": "i have",
    "youre": "you are",
    "theyre": "they are",
    "youve": "you have",
}
_COUNTED: Final = frozenset({
    "year", "years", "yr", "yrs", "week", "weeks", "month", "months", "day", "days", "hour", "hours", "minutes", "mins", "times",
    "of", "or", "and", "in", "on", "at", "is", "more", "other", "bed", "beds", "bedroom", "bedrooms", "kids", "kid", "children",
    "child", "babies", "people", "brothers", "sisters", "mates", "jobs", "lessons", "tests", "pounds", "grand", "quid", "hundred",
    "thousand", "weekly", "older", "younger", "different", "separate", "questions", "things", "years'", "a", "levels", "level",
    "rooms", "room", "dogs", "cats", "am", "pm",
})  # fmt: skip
"""What stands after a number that counts."""
_COUNTING: Final = frozenset({
    "my", "the", "these", "those", "last", "next", "first", "only", "about", "nearly", "over", "under", "every", "other", "is", "are",
    "was", "were", "turned", "age", "aged", "level", "stage", "number", "phase", "step", "option", "part", "and", "or", "no", "with",
    "past", "until", "than", "zone", "room", "flat", "unit", "day", "week", "year", "key", "from", "between", "at", "all", "of", "by",
})  # fmt: skip
"""What stands before a number that counts."""
_ENDINGS: Final = ("ing", "ers", "er", "ed", "es", "ly", "s", "d")


class Normaliser:
    """Writes a question in the knowledge base's own words; it learns those from the texts it is given."""

    def __init__(self, vocabulary: Vocabulary, texts: Iterable[str] = (), *, left_alone: Iterable[str] = ()) -> None:
        """`texts` are written in words that a slip may be corrected to, `left_alone` in words that are no slips either."""
        self._never = vocabulary.never
        self._phrases = _by_first_word({**_JOINED, **vocabulary.text_speak, **vocabulary.aliases})
        self._known: Counter[str] = Counter()
        for text in texts:
            self._known.update(self.plain(text))
        self._left_alone = {word for text in left_alone for word in self.plain(text)}
        self._by_length = _by_length(self._known)
        self._corrections: dict[str, tuple[str, ...]] = {}

    def plain(self, text: str) -> list[str]:
        """The words of a text with text-speak and aliases written out and nothing corrected."""
        words = [self._unstretched(word) for word in split_words(text)]
        return _as_words(self._rewritten(words))

    def words(self, text: str) -> list[str]:
        """The words of a question, unknown ones corrected to words of the knowledge base."""
        return [better for word in self.plain(text) for better in self._corrected(word)]

    def knows(self, word: str) -> bool:
        """Whether the knowledge base uses the word."""
        return word in self._known

    def _unstretched(self, word: str) -> str:
        if not _STRETCHED.search(word):
            return word
        twice = _STRETCHED.sub(r"\1\1", word)
        once = _DOUBLED.sub(r"\1", twice)
        if twice in self._phrases or twice in _common_words():
            return twice
        return once if once in self._phrases or once in _common_words() else twice

    def _rewritten(self, words: Sequence[str]) -> list[str]:
        result: list[str] = []
        place = 0
        while place < len(words):
            for phrase, meaning in self._phrases.get(words[place], ()):
                fits = tuple(words[place : place + len(phrase)]) == phrase
                if fits and not (len(phrase) == 1 and phrase[0] in self._never):
                    result += meaning
                    place += len(phrase)
                    break
            else:
                result.append(words[place])
                place += 1
        return result

    def _corrected(self, word: str) -> tuple[str, ...]:
        if len(word) < _SHORTEST_CORRECTED or word in self._known or word in self._never or not word.isalpha():
            return (word,)
        if word not in self._corrections:
            if len(self._corrections) >= _REMEMBERED:
                self._corrections.clear()
            self._corrections[word] = self._nearest(word)
        return self._corrections[word]

    def _nearest(self, word: str) -> tuple[str, ...]:
        if word in self._left_alone or is_common(word) or len(word) > 30:
            return (word,)
        if word.endswith("in") and (self.knows(word + "g") or is_common(word + "g")):
            return (word + "g",)  # "plannin"; dropped before anything is guessed
        reach = range(len(word) - 2, len(word) + 3)
        near = [known for length in reach for known in self._by_length.get(length, ())]
        best = process.extractOne(word, near, scorer=OSA.normalized_similarity, score_cutoff=_CLOSE_ENOUGH)
        if best:
            return (best[0],)
        for cut in range(3, len(word) - 2):
            if word[:cut] in self._known and word[cut:] in self._known:
                return word[:cut], word[cut:]
        return (_nearest_common(word),)


def split_words(text: str) -> list[str]:
    """Lower-case words and numbers of a text; safe for any length and any script."""
    if len(text) > LONGEST_QUESTION:
        text = text[: LONGEST_QUESTION - 500] + " " + text[-500:]
    text = unicodedata.normalize("NFKC", text).casefold()
    text = _INVISIBLE.sub("", text).translate(_PLAIN_SIGNS)
    text = _LINK.sub(" ", text)
    text = _DOTTED.sub(lambda found: found.group().replace(".", "") + " ", text)
    text = _GRAND.sub(r"\g<1>000", _THOUSANDS.sub("", text))
    text = _SHORT_FORM.sub(_written_out, text).replace("'", "")
    return _WORD.findall(text)


_PLAIN_SIGNS: Final = str.maketrans(dict.fromkeys("’‘`´ʼ＇", "'"))


def _written_out(found: re.Match[str]) -> str:
    """i'd → i would before apostrophes go, or it would turn into "id", an identity card."""
    word, ending = found.groups()
    if ending == "s":
        return f"{word} is" if word in _QUESTION_WORDS else word
    if ending in _AFTER_APOSTROPHE:
        return f"{word} {_AFTER_APOSTROPHE[ending]}"
    return word + ending


def _as_words(words: list[str]) -> list[str]:
    """ "av 2 pay" is "have to pay" and "pay 4 it" is "pay for it"; "2 year offer" and "my 2 kids" stay what they are."""
    for place, word in enumerate(words):
        meant = _SOUND.get(word)
        if meant is None or place == 0:
            continue
        before = words[place - 1]
        if place + 1 == len(words):
            if word == "2" and before in _TOO:
                words[place] = "too"
        elif (
            words[place + 1].isalpha()
            and words[place + 1] not in _COUNTED
            and before not in _COUNTING
            and before.isalpha()
        ):
            words[place] = meant
    return words


_SOUND: Final = {"2": "to", "4": "for"}
_TOO: Final = frozenset({"me", "you", "us", "them", "it", "that", "him", "her", "here", "one", "mine"})


def is_common(word: str) -> bool:
    """Whether it is an everyday English word, which is left alone, with its usual endings."""
    common = _common_words()
    if word in common:
        return True
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            stem = word[: -len(ending)]
            if stem in common or stem + "e" in common or (stem[:-1] == stem[:-2] + stem[-1] and stem[:-1] in common):
                return True
    return (word.endswith("ies") and word[:-3] + "y" in common) or (word.endswith("ied") and word[:-3] + "y" in common)


def _nearest_common(word: str) -> str:
    """An everyday word that begins alike, for the encoder's sake; the word itself if none is very near."""
    if len(word) < _SHORTEST_GUESSED:
        return word
    near = [common for common in _common_by_start().get(word[0], ()) if abs(len(common) - len(word)) <= 1]
    best = process.extractOne(word, near, scorer=OSA.normalized_similarity, score_cutoff=_VERY_CLOSE)
    return best[0] if best else word


@cache
def _common_by_start() -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for word in sorted(_common_words()):
        table.setdefault(word[0], []).append(word)
    return table


@cache
def _common_words() -> frozenset[str]:
    lines = (Path(__file__).parent / "common_words.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())


def _by_first_word(
    rewrites: Mapping[str, str],
) -> dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]]:
    """Rewrites under their first word, the longest phrase first."""
    table: dict[str, list[tuple[tuple[str, ...], tuple[str, ...]]]] = {}
    for phrase, meaning in rewrites.items():
        words = tuple(split_words(phrase))
        if words:
            table.setdefault(words[0], []).append((words, _joined_out(split_words(meaning))))
    for choices in table.values():
        choices.sort(key=lambda choice: -len(choice[0]))
    return table


def _joined_out(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(part for word in words for part in _JOINED.get(word, word).split())


def _by_length(known: Counter[str]) -> dict[int, list[str]]:
    """Words that a slip may be corrected to, the most used first, so that it wins a tie."""
    table: dict[int, list[str]] = {}
    for word, _ in known.most_common():
        if word.isalpha() and len(word) >= 3:
            table.setdefault(len(word), []).append(word)
    return table
