"""What lies around a knowledge base: lines that it has no answer to, and how near a question comes to one of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from content.encoder import Vectors
from content.lexical import LexicalIndex


class Surroundings:
    """Lines that are out of scope, by letters and, with an encoder, by meaning."""

    def __init__(self, lines: Sequence[Sequence[str]], vectors: Vectors | None) -> None:
        """Each line as words, and its vector of length one."""
        self.size = len(lines)
        self._letters = LexicalIndex(lines, range(len(lines)), [[] for _ in lines])
        self._vectors = vectors

    def vector(self, number: int) -> Vectors | None:
        """A line's vector, with an encoder."""
        return None if self._vectors is None else self._vectors[number]

    def nearest(self, words: Sequence[str], vector: Vectors | None, *, but: int | None = None) -> tuple[float, float]:
        """The cosine with the nearest line by letters and by meaning (0 without an encoder), leaving out line `but`."""
        letters = self._letters.cosines(words)
        meanings = np.zeros(1) if self._vectors is None or vector is None else self._vectors @ vector
        if but is not None:
            letters[but] = 0.0
            if len(meanings) > 1:
                meanings[but] = 0.0
        return float(letters.max()), float(meanings.max())
