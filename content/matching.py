"""From a question to the entries that answer it, best first, each with an absolute confidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from content.calibration import Calibration, Thresholds, calibrate, features
from content.entry import Entry
from content.lexical import LexicalIndex, Likeness
from content.normalise import Normaliser
from content.vocabulary import Vocabulary

__all__ = ["Match", "Matcher", "Thresholds"]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that may answer a question; the score is a confidence from 0 to 1, whatever the others got."""

    entry_id: str
    score: float


class Matcher:
    """Ranks the entries for a question; built once for a set of entries, with thresholds of its own."""

    def __init__(self, entries: Iterable[Entry], vocabulary: Vocabulary) -> None:
        given = list(entries)
        texts = [text for entry in given for text in (*phrasings_of(entry), *entry.keywords)]
        self._normaliser = Normaliser(vocabulary, texts)
        kept = [entry for entry in given if any(map(self._normaliser.plain, phrasings_of(entry)))]
        self._ids = [entry.id for entry in kept]
        self._index, phrasings = self._build(kept)
        self._calibration = self._calibrate(phrasings)

    @property
    def thresholds(self) -> Thresholds:
        """From which score on an entry is the answer, and from which on it is a suggestion."""
        return self._calibration.thresholds

    def rank(self, question: str, limit: int = 3) -> list[Match]:
        """The best entries for a question; empty if it has no words."""
        words = self._normaliser.words(question)
        if not words or self._index is None:
            return []
        return self._matches(self._index.likeness(words), limit)

    def words(self, question: str) -> list[str]:
        """The question as the matcher reads it."""
        return self._normaliser.words(question)

    def knows(self, word: str) -> bool:
        """Whether the knowledge base uses the word."""
        return self._normaliser.knows(word)

    def _matches(self, likeness: Likeness, limit: int) -> list[Match]:
        fused = likeness.fused
        considered = min(max(limit, 2), len(fused))
        best = np.argpartition(-fused, considered - 1)[:considered]
        best = best[np.argsort(-fused[best], kind="stable")]
        matches: list[Match] = []
        ceiling = 1.0
        for place in best[:limit].tolist():
            rival = float(fused[best[0]]) if place != best[0] else float(fused[best[1]]) if len(best) > 1 else 0.0
            score = min(ceiling, self._calibration.confidence(features(likeness, place, rival)))
            matches.append(Match(self._ids[place], round(score, 4)))
            ceiling = score
        return matches

    def _build(self, entries: Sequence[Entry]) -> tuple[LexicalIndex | None, list[tuple[int, list[str]]]]:
        phrasings = [
            (number, words)
            for number, entry in enumerate(entries)
            for text in phrasings_of(entry)
            if (words := self._normaliser.plain(text))
        ]
        if not phrasings:
            return None, []
        extra = [self._normaliser.plain(" . ".join(entry.keywords)) for entry in entries]
        index = LexicalIndex([words for _, words in phrasings], [number for number, _ in phrasings], extra)
        return index, phrasings

    def _calibrate(self, phrasings: Sequence[tuple[int, list[str]]]) -> Calibration:
        if self._index is None:
            return Calibration()
        return calibrate(self._index, phrasings, self._normaliser.words)


def phrasings_of(entry: Entry) -> tuple[str, ...]:
    """Every way of asking that an entry is found by: its questions and its title."""
    return tuple(dict.fromkeys((*entry.questions, entry.title)))
