"""From a question to the entries that answer it, best first, each with an absolute confidence."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from content.calibration import (
    FAR_QUESTIONS,
    FEWEST_FOR_LEARNING,
    USUAL,
    USUAL_WITH_MEANING,
    Calibration,
    Evidence,
    Quality,
    Thresholds,
    Trial,
    calibrate,
    sampled,
)
from content.encoder import Encoder, Vectors
from content.entry import Entry
from content.lexical import Floats, LexicalIndex
from content.meaning import Meaning, MeaningIndex
from content.normalise import Normaliser
from content.surroundings import Surroundings
from content.vectors import Shelf
from content.vocabulary import Vocabulary

__all__ = ["Match", "Matcher", "Quality", "Thresholds"]


_BY_KEYWORD: Final = 3.0
"""For a question that is nothing but a keyword of an entry: enough to lead among what is about as likely."""


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that may answer a question; the score is a confidence from 0 to 1, whatever the others got."""

    entry_id: str
    score: float


class Matcher:
    """Ranks the entries for a question; built once for a set of entries, with thresholds of its own."""

    def __init__(
        self,
        entries: Iterable[Entry],
        vocabulary: Vocabulary,
        encoder: Encoder | None = None,
        shelf: Shelf | None = None,
        *,
        outside: Sequence[str] = (),
    ) -> None:
        """`encoder`: None for the lexical core alone; `shelf` keeps vectors and calibrations from one start to the next.

        `outside` are lines that this knowledge base has no answer to: the nearer a question is to one, the less sure a match.
        """
        given = list(entries)
        texts = [text for entry in given for text in (*phrasings_of(entry), *entry.keywords)]
        self._normaliser = Normaliser(vocabulary, texts, left_alone=outside)
        kept = [entry for entry in given if any(map(self._normaliser.plain, phrasings_of(entry)))]
        self._ids = [entry.id for entry in kept]
        self._by_keyword: dict[str, list[int]] = {}
        for number, entry in enumerate(kept):
            for keyword in map(self._normaliser.plain, entry.keywords):
                self._by_keyword.setdefault(" ".join(keyword), []).append(number)
        self._encoder = encoder
        phrasings = self._phrasings(kept)
        self._lexical = self._lexical_index(kept, phrasings)
        self._number_of = {" ".join(words): number for number, (_, words) in enumerate(phrasings)}
        shelf = shelf or Shelf()
        self._meaning = self._meaning_index(phrasings, shelf)
        self._outside = [words for line in outside if (words := self._normaliser.plain(line))]
        self._surroundings = self._surroundings_of(shelf)
        self._calibration = self._calibrated(kept, phrasings, shelf)

    @property
    def thresholds(self) -> Thresholds:
        """From which score on an entry is the answer, and from which on it is a suggestion."""
        return self._calibration.thresholds

    @property
    def quality(self) -> Quality:
        """How the entries do on themselves; to be compared before and after a change of content."""
        return self._calibration.quality

    def rank(self, question: str, limit: int = 3) -> list[Match]:
        """The best entries for a question; empty if it has no words."""
        words = self._normaliser.words(question)
        if not words or self._lexical is None:
            return []
        evidence = self._evidence(words)
        fused = evidence.fused
        fused[self._by_keyword.get(" ".join(words), [])] += _BY_KEYWORD
        return self._matches(evidence, fused, limit)

    def words(self, question: str) -> list[str]:
        """The question as the matcher reads it."""
        return self._normaliser.words(question)

    def plain(self, text: str) -> list[str]:
        """A text in whole words, with nothing corrected."""
        return self._normaliser.plain(text)

    def knows(self, word: str) -> bool:
        """Whether the knowledge base uses the word."""
        return self._normaliser.knows(word)

    def _evidence(self, words: Sequence[str]) -> Evidence:
        return self._evidence_of(words, self._vector(" ".join(words)))

    def _vector(self, text: str) -> Vectors | None:
        """A question's vector; that of a phrasing is known already."""
        if self._encoder is None or self._meaning is None:
            return None
        number = self._number_of.get(text)
        return self._encoder.encode([text])[0] if number is None else self._meaning.vector(number)

    def _evidence_of(self, words: Sequence[str], vector: Vectors | None, *, but: int | None = None) -> Evidence:
        """What speaks for each entry; `but`: the number of an out-of-scope line that is this question itself."""
        assert self._lexical is not None
        meaning = self._meaning.meaning(vector) if self._meaning is not None and vector is not None else None
        around = self._surroundings
        outside = None if around is None else around.nearest(words, vector, but=but)
        return Evidence(self._lexical.likeness(words), meaning, outside)

    def _matches(self, evidence: Evidence, fused: Floats, limit: int) -> list[Match]:
        considered = min(max(limit, 2), len(fused))
        best = np.argpartition(-fused, considered - 1)[:considered]
        best = best[np.argsort(-fused[best], kind="stable")]
        matches: list[Match] = []
        ceiling = 1.0
        for place in best[:limit].tolist():
            rival = float(fused[best[0]]) if place != best[0] else float(fused[best[1]]) if len(best) > 1 else 0.0
            score = min(ceiling, self._calibration.confidence(evidence.features(place, rival)))
            matches.append(Match(self._ids[place], round(score, 4)))
            ceiling = score
        return matches

    def _phrasings(self, entries: Sequence[Entry]) -> list[tuple[int, list[str]]]:
        return [
            (number, words)
            for number, entry in enumerate(entries)
            for text in phrasings_of(entry)
            if (words := self._normaliser.plain(text))
        ]

    def _lexical_index(
        self, entries: Sequence[Entry], phrasings: Sequence[tuple[int, list[str]]]
    ) -> LexicalIndex | None:
        if not phrasings:
            return None
        extra = [self._normaliser.plain(" . ".join(entry.keywords)) for entry in entries]
        return LexicalIndex([words for _, words in phrasings], [number for number, _ in phrasings], extra)

    def _meaning_index(self, phrasings: Sequence[tuple[int, list[str]]], shelf: Shelf) -> MeaningIndex | None:
        if self._encoder is None or not phrasings:
            return None
        vectors = shelf.vectors([" ".join(words) for _, words in phrasings], self._encoder)
        return MeaningIndex(vectors, [number for number, _ in phrasings], len(self._ids))

    def _surroundings_of(self, shelf: Shelf) -> Surroundings | None:
        if not self._outside:
            return None
        vectors = None
        if self._encoder is not None:
            vectors = shelf.vectors([" ".join(words) for words in self._outside], self._encoder)
        return Surroundings(self._outside, vectors)

    def _calibrated(
        self, entries: Sequence[Entry], phrasings: Sequence[tuple[int, list[str]]], shelf: Shelf
    ) -> Calibration:
        """From the shelf if nothing that it hangs on has changed, the rules themselves among it."""
        encoder = self._encoder.name if self._encoder is not None else ""
        far = [self._normaliser.words(line) for line in FAR_QUESTIONS]
        given = repr((encoder, phrasings, [entry.keywords for entry in entries], far, self._outside))
        key = hashlib.sha256(_rules() + given.encode()).hexdigest()
        kept = shelf.calibration(key)
        known = Calibration.of_kept(kept) if kept is not None else None
        if known is None:
            known = self._calibrate(phrasings)
            shelf.keep_calibration(key, known.as_kept())
        return known

    def _calibrate(self, phrasings: Sequence[tuple[int, list[str]]]) -> Calibration:
        usual = USUAL if self._meaning is None else USUAL_WITH_MEANING
        if self._lexical is None or len(self._ids) < 2 or len(phrasings) < FEWEST_FOR_LEARNING:
            return Calibration(usual)
        return calibrate(self._trials(phrasings), usual)

    def _trials(self, phrasings: Sequence[tuple[int, list[str]]]) -> Iterator[Trial]:
        """Left-out phrasings, with and without their answer, and questions without one; each made when it is asked for."""
        assert self._lexical is not None
        company = Counter(answer for answer, _ in phrasings)
        around = self._surroundings
        for number, vector, meaning in self._left_out(sampled(len(phrasings))):
            answer, words = phrasings[number]
            outside = None if around is None else around.nearest(words, vector)
            evidence = Evidence(self._lexical.likeness(words, left_out=number), meaning, outside)
            if company[answer] > 2:
                yield Trial(evidence, "own", answer)
            yield Trial(evidence, "near", answer, banned=True)
        for line in FAR_QUESTIONS:
            yield Trial(self._evidence(self._normaliser.words(line)), "far")
        if around is not None:
            for number, words in enumerate(self._outside):
                yield Trial(self._evidence_of(words, around.vector(number), but=number), "outside")

    def _left_out(self, numbers: Sequence[int]) -> Iterator[tuple[int, Vectors | None, Meaning | None]]:
        if self._meaning is not None:
            yield from self._meaning.left_out(numbers)
        else:
            yield from ((number, None, None) for number in numbers)


@cache
def _rules() -> bytes:
    """A digest of the modules whose rules a calibration was made with."""
    here = Path(__file__).parent
    names = ("calibration.py", "lexical.py", "meaning.py", "matching.py")
    return hashlib.sha256(b"".join((here / name).read_bytes() for name in names)).digest()


def phrasings_of(entry: Entry) -> tuple[str, ...]:
    """Every way of asking that an entry is found by: its questions and its title."""
    return tuple(dict.fromkeys((*entry.questions, entry.title)))
