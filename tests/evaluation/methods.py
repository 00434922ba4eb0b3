"""What is measured side by side: our matcher with and without its encoder, and what people usually reach for."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz, process, utils

from content.entry import Entry
from content.matching import Matcher, phrasings_of

Ranked = list[tuple[str, float]]
"""Entries and scores, best first, at most three."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way of finding entries, with the least score at which it answers."""

    name: str
    rank: Callable[[str], Ranked]
    answers_from: float


def ours(name: str, matcher: Matcher) -> Method:
    """The matcher with its own threshold."""
    return Method(
        name, lambda text: [(match.entry_id, match.score) for match in matcher.rank(text, 3)], matcher.thresholds.answer
    )


_USUAL_CUT: Final = 80.0
"""The cut-off that rapidfuzz's users most often write."""


def rapidfuzz_usual(entries: Sequence[Entry]) -> Method:
    """`process.extract` with its default scorer, WRatio, over all phrasings."""
    owner = [(entry.id, text) for entry in entries for text in phrasings_of(entry)]
    texts = [utils.default_process(text) for _, text in owner]

    def rank(text: str) -> Ranked:
        found = process.extract(utils.default_process(text), texts, scorer=fuzz.WRatio, limit=40)
        return _first_of_each([(owner[place][0], score) for _, score, place in found])

    return Method("rapidfuzz WRatio", rank, _USUAL_CUT)


def bm25_usual(entries: Sequence[Entry]) -> Method:
    """BM25 (k1 1.5, b 0.75) over single phrasings, best phrasing; it answers whatever shares a word with one."""
    owner = [(entry.id, text.lower().split()) for entry in entries for text in phrasings_of(entry)]
    counts = [Counter(words) for _, words in owner]
    holders = Counter(word for words in counts for word in words)
    usual = sum(len(words) for _, words in owner) / max(len(owner), 1)
    postings: dict[str, list[tuple[int, float]]] = {}
    for place, words in enumerate(counts):
        length = 1.5 * (0.25 + 0.75 * words.total() / usual)
        for word, count in words.items():
            weight = (
                math.log(1 + (len(owner) - holders[word] + 0.5) / (holders[word] + 0.5))
                * count
                * 2.5
                / (count + length)
            )
            postings.setdefault(word, []).append((place, weight))

    def rank(text: str) -> Ranked:
        scores: Counter[int] = Counter()
        for word in text.lower().split():
            for place, weight in postings.get(word, ()):
                scores[place] += weight  # type: ignore[assignment]
        return _first_of_each([(owner[place][0], float(score)) for place, score in scores.most_common(40)])

    return Method("BM25, best phrasing", rank, 1e-9)


def _first_of_each(found: Sequence[tuple[str, float]]) -> Ranked:
    best: dict[str, float] = {}
    for entry, score in found:
        best.setdefault(entry, score)
    return list(best.items())[:3]
