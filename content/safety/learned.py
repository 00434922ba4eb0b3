"""What the gate has learned from examples: it sees danger in words that no phrase foresaw, and only ever adds concern.

Two small models look at a message: one at its words and letters, one at what the sentence encoder makes of it. Each says
how likely it is that the message belongs with the ordinary ones, the worried ones, or one of the kinds of danger; what both
together say is compared with two fixed bounds. Nothing of these numbers is kept or shown to anybody. How it was made, on
what, and what it can't do stands in docs/safety/model-card.md.
"""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from content.safety.card import KINDS, BrokenSafety

Numbers = NDArray[np.float32]

FILE: Final = "learned.json"
CLASSES: Final = ("none", "worried", *KINDS)
"""What a message may belong with; a kind stands for danger of that kind now."""
LONGEST_PIECE: Final = 5
LONGEST_RUN: Final = 3
"""Letters in a piece of a word, and words in a row, that are looked at."""
MOST_WORDS: Final = 80
"""So many words at the end of a message are looked at; what people write is seldom longer, hostile input is."""
LAUGH: Final = "~laughs"
WORRY: Final = 0.8
"""What low spirits weigh beside danger where it is decided whether to ask gently; chosen on the tune half."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """From which likelihood (0 to 1) on a person is told now, and from which on somebody is asked how they are."""

    now: float
    worried: float


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a message resembles: "immediate" or "worried", and the kind of danger that is likeliest."""

    outcome: str
    kind: str


class Learned:
    """The learned part of the gate, as read from its file; the same message always gets the same judgement."""

    def __init__(self, raw: Mapping[str, Any], name: str = FILE) -> None:
        """Raises BrokenSafety where the file isn't what training writes."""
        try:
            if tuple(raw["classes"]) != CLASSES:
                raise BrokenSafety(name, "classes", "they are not the kinds of concern; run make train-safety")
            self.made_from = str(raw["made_from"])
            self.with_meaning, self.words_alone = Bounds(**raw["bounds"]["meaning"]), Bounds(**raw["bounds"]["words"])
            weights = raw["words"]["weights"]
            self._place = {gram: place for place, gram in enumerate(weights)}
            self._weights = _scaled(list(weights.values()), raw["words"]["unit"])
            self._offset = np.asarray(raw["words"]["offset"], np.float32)
            self._layers = [
                (_scaled(layer["weights"], layer["unit"]), np.asarray(layer["offset"], np.float32))
                for layer in raw["meaning"]
            ]
        except (KeyError, TypeError, ValueError) as fault:
            raise BrokenSafety(
                name, "file", f"it is not what training writes ({fault}); run make train-safety"
            ) from None
        if self._weights.shape != (len(weights), len(CLASSES)) or self._layers[-1][0].shape[1] != len(CLASSES):
            raise BrokenSafety(name, "weights", "they don't fit the kinds of concern; run make train-safety")

    def judge(self, words: Sequence[str], meaning: Numbers | None, *, laughs: bool = False) -> Judgement | None:
        """What this message, as the reader reads it, resembles; None for the ordinary ones.

        `meaning` is the encoder's reading of the same words (`Encoder.reading`), None where there is no encoder.
        """
        chances, bounds = self.chances(words, meaning, laughs=laughs)
        kind = KINDS[int(chances[2:].argmax())]
        if danger(chances) > bounds.now:
            return Judgement("immediate", kind)
        return Judgement("worried", kind) if concern(chances) > bounds.worried else None

    def chances(self, words: Sequence[str], meaning: Numbers | None, *, laughs: bool = False) -> tuple[Numbers, Bounds]:
        """How likely each class is, and the bounds that this is to be compared with."""
        by_words = _log_chances(self._by_words(words, laughs=laughs))
        if meaning is None:
            return np.exp(by_words), self.words_alone
        both = np.asarray((by_words + _log_chances(self._by_meaning(meaning))) / 2, np.float32)
        return np.exp(_log_chances(both)), self.with_meaning

    def _by_words(self, words: Sequence[str], *, laughs: bool) -> Numbers:
        total = self._offset.copy()
        for block in grams(words, laughs=laughs):
            values = valued(block)
            known = [(self._place[gram], value) for gram, value in values if gram in self._place]
            if known:
                places, factors = zip(*known, strict=True)
                total += (np.asarray(factors, np.float32) @ self._weights[list(places)]).astype(np.float32)
        return total

    def _by_meaning(self, meaning: Numbers) -> Numbers:
        state = meaning
        for number, (weights, offset) in enumerate(self._layers):
            state = state @ weights + offset
            if number < len(self._layers) - 1:
                state = np.maximum(state, 0)
        return state


def danger(chances: Numbers) -> float:
    """How likely it is, 0 to 1, that somebody should be told now."""
    return float(chances[2:].sum())


def concern(chances: Numbers) -> float:
    """The same for asking gently, in which danger weighs more than low spirits: it is what must not be passed over."""
    return danger(chances) + WORRY * float(chances[1])


def load_learned(folder: Path) -> Learned | None:
    """Read the learned part; None if there is none: then the phrases stand alone. Raises BrokenSafety."""
    try:
        raw = json.loads((folder / FILE).read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        raise BrokenSafety(
            FILE, "file", "it can't be read; run make train-safety, or put the approved one back"
        ) from None
    if not isinstance(raw, dict):
        raise BrokenSafety(FILE, "file", "it is not what training writes; run make train-safety")
    return Learned(raw)


def grams(words: Sequence[str], *, laughs: bool) -> tuple[Counter[str], Counter[str]]:
    """What the model over words and letters looks at: runs of words, and pieces of words between bars."""
    read = list(words[-MOST_WORDS:])
    runs = Counter(
        " ".join(read[start : start + length])
        for length in range(1, LONGEST_RUN + 1)
        for start in range(len(read) - length + 1)
    )
    if laughs:
        runs[LAUGH] += 1
    return runs, Counter(piece for word in read for piece in _pieces(word))


def valued(block: Counter[str]) -> Iterator[tuple[str, float]]:
    """Each gram with its value; together they have length one, whatever the message's length."""
    length = math.sqrt(sum((1 + math.log(count)) ** 2 for count in block.values())) or 1.0
    return ((gram, (1 + math.log(count)) / length) for gram, count in block.items())


def _pieces(word: str) -> Iterable[str]:
    edged = f"|{word[:24]}|"
    for length in range(2, LONGEST_PIECE + 1):
        for start in range(len(edged) - length + 1):
            yield f"-{edged[start : start + length]}-"


def _scaled(weights: Sequence[Sequence[int]], unit: float) -> Numbers:
    return np.asarray(np.asarray(weights, np.float32) * np.float32(unit), np.float32)


def _log_chances(scores: Numbers) -> Numbers:
    top = scores.max()
    return np.asarray(scores - top - np.log(np.exp(scores - top).sum()), np.float32)
