"""How alike a question and each answer's phrasings are in meaning, by the encoder's vectors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from content.encoder import Vectors
from content.lexical import Floats, Numbers, best_two

_SPREAD: Final = 3.0
"""Ridge on the pooled covariance, as a multiple of its mean variance; 1 to 4 were level on the validation questions."""
_SHARPNESS: Final = 0.15


@dataclass(frozen=True, slots=True)
class Meaning:
    """For each answer: cosine with its best phrasing, mean of its best two, and the discriminant's log-chance."""

    best: Floats
    best_two: Floats
    chance: Floats

    @property
    def fused(self) -> Floats:
        """Discriminant and nearest phrasings together; the shares were chosen on validation questions."""
        return self.chance + 5 * self.best_two


class MeaningIndex:
    """The vectors of all phrasings and a linear discriminant over them (one covariance for all answers).

    The discriminant is in closed form, and with five to ten phrasings an answer it does better than nearest neighbours or
    a logistic head: it learns from all answers together which directions only tell phrasings of one answer apart.
    """

    def __init__(self, vectors: Vectors, answers: Sequence[int], size: int) -> None:
        """Vectors of length one, sorted by answer; `answers`: whose each is."""
        self._vectors = vectors
        self._answer_of = np.asarray(answers, dtype=np.int64)
        self._size = size
        self._first = np.searchsorted(self._answer_of, np.arange(size))
        self._head = _Discriminant(vectors, self._answer_of, size)

    def vector(self, number: int) -> Vectors:
        """The vector of a phrasing."""
        return np.asarray(self._vectors[number])

    def meaning(self, vector: Vectors) -> Meaning:
        """Compare a question's vector with every answer."""
        cosines = (self._vectors @ vector).astype(np.float64)
        return self._judged(cosines, self._head.scores(vector))

    def left_out(self, numbers: Sequence[int]) -> Iterator[tuple[int, Vectors, Meaning]]:
        """Each of these phrasings, its vector, and what it would find if it were not there (nor, for the head, every fifth of them)."""
        for fold in range(_FOLDS):
            head = self._without(fold)
            for number in numbers:
                if number % _FOLDS == fold:
                    vector = self._vectors[number]
                    cosines = (self._vectors @ vector).astype(np.float64)
                    cosines[number] = 0.0
                    yield number, vector, self._judged(cosines, head.scores(vector))

    def _without(self, fold: int) -> _Discriminant:
        kept = np.arange(len(self._vectors)) % _FOLDS != fold
        return _Discriminant(self._vectors[kept], self._answer_of[kept], self._size)

    def _judged(self, cosines: Floats, scores: Floats) -> Meaning:
        best, second = best_two(cosines, self._first, self._answer_of)
        return Meaning(best, (best + second) / 2, _log_chances(scores * _SHARPNESS))


_FOLDS: Final = 5


class _Discriminant:
    """Fisher's linear discriminant with a shrunken covariance."""

    def __init__(self, vectors: Vectors, answer_of: Numbers, size: int) -> None:
        counts = np.bincount(answer_of, minlength=size)
        means = np.zeros((size, vectors.shape[1]), dtype=np.float32)
        np.add.at(means, answer_of, vectors)
        means /= np.maximum(counts, 1)[:, None]
        apart = vectors - means[answer_of]
        spread = (apart.T @ apart) / max(1, len(vectors) - int((counts > 0).sum()))
        spread += np.eye(len(spread), dtype=np.float32) * (_SPREAD * np.trace(spread) / len(spread) + 1e-6)
        self._weights = np.linalg.solve(spread, means.T).astype(np.float32)
        self._offset = (means.T * self._weights).sum(axis=0) / 2
        self._offset[counts == 0] = np.inf

    def scores(self, vector: Vectors) -> Floats:
        return np.asarray(vector @ self._weights - self._offset, dtype=np.float64)


def _log_chances(scores: Floats) -> Floats:
    top = scores.max()
    return np.asarray(scores - top - np.log(np.exp(scores - top).sum()))
