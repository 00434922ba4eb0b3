"""Counts of people, shown so that nobody can be worked out from them: not from one table, nor by subtracting two.

Every count is a difference of two rounded running totals. Whoever has all reports, of all periods, knows these totals and
nothing more, so a period says as little as its months, and two reports subtracted say as little as a third one. What is
told of several parts together is the sum of what is told of each, so a total says nothing of its parts either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from content.texts import uptake as texts

SMALLEST: Final = 5
"""The smallest number that is told; the steps that larger ones are rounded to."""


def rounded(counts: Sequence[int], offset: int, smallest: int = SMALLEST) -> list[int]:
    """Counts of neighbouring months, each a multiple of `smallest`, less than `smallest` away from the truth.

    So is every sum of neighbours. `offset` (0 to `smallest` - 1) is where the rounding begins. It is a secret: whoever
    knew it and looked every day would see the true total at the moment when the rounded one steps up.
    Raises ValueError for a negative count or an offset out of range.
    """
    if not 0 <= offset < smallest or any(count < 0 for count in counts):
        raise ValueError("counts are not negative, and the offset is less than the smallest number")
    shown, total, before = [], offset, 0
    for count in counts:
        total += count
        now = total - total % smallest
        shown.append(now - before)
        before = now
    return shown


def falling(shown: Sequence[int]) -> list[int]:
    """Numbers of which none may be larger than the one before: nobody starts who was not interested."""
    lowest, made = max(shown, default=0), []
    for number in shown:
        lowest = min(lowest, number)
        made.append(lowest)
    return made


def said(shown: int, smallest: int = SMALLEST, *, parts: int = 1) -> str:
    """A rounded count in words: "fewer than 5", "fewer than 10", "about 25".

    True whatever it was before the rounding. A sum of several `parts` can be further off, so for a small one no limit is
    named: "a handful".
    """
    if shown > smallest:
        return texts.ABOUT.format(count=shown)
    return texts.FEWER.format(count=shown + smallest) if parts == 1 else texts.HANDFUL


@dataclass(frozen=True, slots=True)
class Table:
    """Rounded counts of parts that have nobody in common, by month; made once, and every report is read from it."""

    months: tuple[str, ...]
    parts: Mapping[str, tuple[int, ...]]

    def of(self, months: Sequence[str]) -> Mapping[str, int]:
        """The parts in neighbouring months."""
        inside = [place for place, month in enumerate(self.months) if month in set(months)]
        first, end = (inside[0], inside[-1] + 1) if inside else (0, 0)
        return {name: sum(counts[first:end]) for name, counts in self.parts.items()}
