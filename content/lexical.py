"""How alike a question and each answer's phrasings are, by letters and by words; needs no model.

Measured side by side in the project's notes on matching: character n-grams weighted by how few *answers*
have them (not phrasings), taken as the best two phrasings and the whole answer's centre, with BM25 over
each answer's joined phrasings.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Numbers = NDArray[np.integer[Any]]

_SHORTEST_GRAM: Final = 2
_LONGEST_GRAM: Final = 5
_SATURATION: Final = 1.2  # BM25's k1
_LENGTH_SHARE: Final = 0.5  # BM25's b; answers with more phrasings are not worse answers


@dataclass(frozen=True, slots=True)
class Likeness:
    """For each answer: best phrasing, mean of best two and centre (cosines); share of the words' weight.

    `pairs` is that share over words and neighbouring pairs of words, `known` the share of the question's weight that
    is in words of the knowledge base at all.
    """

    best: Floats
    best_two: Floats
    centre: Floats
    words: Floats
    pairs: Floats
    known: float

    @property
    def fused(self) -> Floats:
        """What answers are ranked by; the shares were chosen on training and validation questions."""
        return self.best_two + 1.5 * self.centre + 1.6 * self.words + 1.5 * self.pairs


class LexicalIndex:
    """Inverted indexes over the phrasings (letters) and the answers (words)."""

    def __init__(
        self, phrasings: Sequence[Sequence[str]], answers: Sequence[int], extra: Sequence[Sequence[str]]
    ) -> None:
        """Phrasings as words, sorted by answer; `answers`: whose each is; `extra`: more of its words."""
        self.size = len(extra)
        self._answer_of = np.asarray(answers, dtype=np.int64)
        self._first = np.searchsorted(self._answer_of, np.arange(self.size))
        self._letters = _Letters(phrasings, answers, self.size)
        self._words = _Words([_stems(words) for words in phrasings], answers, [_stems(words) for words in extra])
        self._pairs = _Words(
            [_and_pairs(words) for words in phrasings], answers, [_and_pairs(words) for words in extra]
        )

    def cosines(self, words: Sequence[str]) -> Floats:
        """The question's likeness to each phrasing by letters alone."""
        return self._letters.cosines(words)

    def likeness(self, words: Sequence[str], left_out: int | None = None) -> Likeness:
        """Compare a question with every answer; if it is the phrasing `left_out`, as if that were not there."""
        cosines = self._letters.cosines(words)
        owner = -1 if left_out is None else int(self._answer_of[left_out])
        centre = self._letters.centres(cosines, left_out, owner)
        if left_out is not None:
            cosines = cosines.copy()
            cosines[left_out] = 0.0
        best, second = best_two(cosines, self._first, self._answer_of)
        shares, known = self._words.shares(_stems(words), owner)
        pairs, _ = self._pairs.shares(_and_pairs(words), owner)
        return Likeness(best, (best + second) / 2, centre, shares, pairs, known)


def best_two(cosines: Floats, first: Numbers, answer_of: Numbers) -> tuple[Floats, Floats]:
    """Each answer's best and second best phrasing; phrasings are sorted by answer, `first` is where each begins."""
    best = np.maximum.reduceat(cosines, first)
    at_best = cosines >= best[answer_of]
    second = np.maximum.reduceat(np.where(at_best, 0.0, cosines), first)
    several = np.add.reduceat(at_best, first) > 1
    return best, np.where(several, best, second)


class _Postings:
    """Rows (phrasings or answers) that hold a feature, with weights, stored end to end."""

    def __init__(self, features_of: Sequence[Numbers], weights_of: Sequence[Floats], features: int) -> None:
        """For each row its features and their weights."""
        lengths = [len(row) for row in features_of]
        feature_of = np.concatenate([*features_of, np.zeros(0, np.int32)])
        order = np.argsort(feature_of, kind="stable")
        self.rows = len(features_of)
        self._starts: list[int] = np.searchsorted(feature_of[order], np.arange(features + 1)).tolist()
        self._row_of = np.repeat(np.arange(self.rows, dtype=np.int32), lengths)[order]
        self._weight = np.concatenate([*weights_of, np.zeros(0)], dtype=np.float32)[order]

    def sums(self, features: Sequence[int], factors: Sequence[float]) -> Floats:
        """For each row, the sum of factor × weight over the features that it holds."""
        if not features:
            return np.zeros(self.rows)
        parts = [slice(self._starts[feature], self._starts[feature + 1]) for feature in features]
        rows = np.concatenate([self._row_of[part] for part in parts])
        weights = np.concatenate([self._weight[part] for part in parts])
        weights *= np.repeat(np.asarray(factors, np.float32), [part.stop - part.start for part in parts])
        return np.bincount(rows, weights=weights, minlength=self.rows).astype(np.float64)


class _Letters:
    """TF-IDF cosines over character n-grams within words; the IDF counts answers, not phrasings."""

    def __init__(self, phrasings: Sequence[Sequence[str]], answers: Sequence[int], size: int) -> None:
        self._number: dict[str, int] = {}
        counted = self._counted(phrasings)
        holders = np.zeros(len(self._number))
        for part in _runs(answers):
            holders[np.unique(np.concatenate([grams for grams, _ in counted[part]]))] += 1
        idf = np.log((1 + size) / (1 + holders)) + 1
        weights = []
        for grams, counts in counted:
            row = (1 + np.log(counts)) * idf[grams]
            weights.append((row / (math.sqrt(float(row @ row)) or 1.0)).astype(np.float32))
        self._idf: list[float] = idf.tolist()
        self._unknown_idf = math.log(1 + size) + 1
        self._postings = _Postings([grams for grams, _ in counted], weights, len(self._number))
        self._answer_of = np.asarray(answers, dtype=np.int64)
        self._size = size
        self._centre_length = np.zeros(size)
        for part in _runs(answers):
            places, where = np.unique(np.concatenate([grams for grams, _ in counted[part]]), return_inverse=True)
            centre = np.bincount(where, weights=np.concatenate(weights[part]), minlength=len(places))
            self._centre_length[answers[part.start]] = math.sqrt(float(centre @ centre))

    def cosines(self, words: Sequence[str]) -> Floats:
        """The question's cosine with each phrasing; letters that nobody uses count against it."""
        features, factors = [], []
        total = 0.0
        for gram, count in _count_grams(words).items():
            number = self._number.get(gram)
            if number is None:
                total += self._unknown_idf**2
                continue
            factor = (1 + math.log(count)) * self._idf[number]
            total += factor * factor
            features.append(number)
            factors.append(factor)
        return self._postings.sums(features, factors) / math.sqrt(total or 1.0)

    def centres(self, cosines: Floats, left_out: int | None, owner: int) -> Floats:
        """The question's cosine with the centre of each answer's phrasings."""
        sums = np.bincount(self._answer_of, weights=cosines, minlength=self._size)
        lengths = self._centre_length
        if left_out is not None:
            lengths = lengths.copy()
            # |c - p|² = |c|² - 2c·p + |p|²; the question is p itself, so c·p is what it scored.
            lengths[owner] = math.sqrt(max(lengths[owner] ** 2 - 2 * sums[owner] + 1, 1e-9))
            sums[owner] -= cosines[left_out]
        return sums / np.maximum(lengths, 1e-9)

    def _counted(self, phrasings: Sequence[Sequence[str]]) -> list[tuple[Numbers, Numbers]]:
        """Each phrasing's grams as numbers, and how often it has each; every word is cut up once."""
        cut: dict[str, Numbers] = {}
        counted: list[tuple[Numbers, Numbers]] = []
        for words in phrasings:
            for word in words:
                if word not in cut:
                    numbers = [self._number.setdefault(gram, len(self._number)) for gram in grams_of(word)]
                    cut[word] = np.asarray(numbers, dtype=np.int32)
            grams, counts = np.unique(np.concatenate([cut[word] for word in words]), return_counts=True)
            counted.append((grams, counts.astype(np.int32)))
        return counted


def _runs(answers: Sequence[int]) -> list[slice]:
    """Where each answer's phrasings begin and end."""
    starts = [place for place, answer in enumerate(answers) if place == 0 or answers[place - 1] != answer]
    return [slice(start, end) for start, end in zip(starts, [*starts[1:], len(answers)], strict=True)]


class _Words:
    """BM25 of the question's words with each answer, as a share of what a perfect answer would get."""

    def __init__(
        self, phrasings: Sequence[Sequence[str]], answers: Sequence[int], extra: Sequence[Sequence[str]]
    ) -> None:
        joined: list[Counter[str]] = [Counter(words) for words in extra]
        for answer, words in zip(answers, phrasings, strict=True):
            joined[answer].update(words)
        self._joined = joined
        self._holders = holders = Counter(word for words in joined for word in words)
        self._number = {word: number for number, word in enumerate(holders)}
        size = len(joined)
        self._idf = {word: math.log(1 + (size - n + 0.5) / (n + 0.5)) for word, n in holders.items()}
        self._unknown_idf = math.log(1 + (size + 0.5) / 0.5)
        self._length = [sum(words.values()) for words in joined]
        self._usual_length = (sum(self._length) / size if size else 0.0) or 1.0
        features = [np.asarray([self._number[word] for word in words], dtype=np.int32) for words in joined]
        weights = [
            np.asarray([self._weight(answer, count) for count in words.values()]) for answer, words in enumerate(joined)
        ]
        self._postings = _Postings(features, weights, len(self._number))

    def shares(self, words: Sequence[str], owner: int) -> tuple[Floats, float]:
        """0 to 1 for each answer, and how much is known; a word that no answer has counts against all.

        `owner`: whose phrasing the words are, which is then left out; -1 if they are nobody's.
        """
        asked = dict.fromkeys(words)
        own = Counter(words) if owner >= 0 else None
        total = known = 0.0
        features, factors = [], []
        for word in asked:
            idf = self._idf.get(word, self._unknown_idf)
            total += idf
            if word in self._number:
                features.append(self._number[word])
                factors.append(idf)
                known += 0.0 if own and self._only_there(word, owner, own) else idf
        sums = self._postings.sums(features, factors)
        if own is not None:
            sums[owner] = self._without(owner, own, asked)
        return sums / (total or 1.0), known / (total or 1.0)

    def _only_there(self, word: str, owner: int, own: Counter[str]) -> bool:
        return self._holders[word] == 1 and self._joined[owner][word] <= own[word]

    def _weight(self, answer: int, count: int) -> float:
        spread = 1 - _LENGTH_SHARE + _LENGTH_SHARE * self._length[answer] / self._usual_length
        return count / (count + _SATURATION * spread)

    def _without(self, owner: int, own: Counter[str], asked: Iterable[str]) -> float:
        counts = {word: self._joined[owner][word] - own[word] for word in asked}
        return sum(self._idf[word] * self._weight(owner, n) for word, n in counts.items() if n > 0)


@lru_cache(maxsize=2_000)
def grams_of(word: str) -> tuple[str, ...]:
    """The pieces of a word of two to five letters, with its edges marked by spaces."""
    edged = f" {word[:40]} "
    return tuple(
        edged[start : start + length]
        for length in range(_SHORTEST_GRAM, _LONGEST_GRAM + 1)
        for start in range(max(len(edged) - length + 1, 1))
    )


def _stems(words: Sequence[str]) -> list[str]:
    return [stem(word) for word in words]


def _and_pairs(words: Sequence[str]) -> list[str]:
    """Stems and neighbouring pairs of them, so that "my plan" and "plan my" differ; the edges count as neighbours."""
    stems = _stems(words)
    return [*stems, *(f"{one} {other}" for one, other in pairwise(["", *stems, ""]))]


@lru_cache(maxsize=5_000)
def stem(word: str) -> str:
    """The word without its commonest endings: enough to bring "lesson" and "lessons" together."""
    for ending in ("ies", "ing", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith(("ss", "us")):
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def _count_grams(words: Iterable[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for word in words:
        counted.update(grams_of(word))
    return counted
