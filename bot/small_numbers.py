"""Counts of people, shown so that nobody can be worked out from them: not from one table, nor by subtracting two.

Every count is a difference of two rounded running totals. Whoever has all reports, of all periods, knows these totals and
nothing more, so a period says as little as its months, and two reports subtracted say as little as a third one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from content.texts import uptake as texts

SMALLEST: Final = 5
"""The smallest number that is told; the steps that larger ones are rounded to."""
APART: Final = 2
"""So many steps at most a total and its parts differ: one that lay further off would tell what the parts are."""


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


def beside(total: int, parts: Sequence[int], smallest: int = SMALLEST) -> int:
    """A rounded total that is told beside its rounded parts, moved to where it tells no more than they do.

    Four parts "fewer than 5" beside a total of 20 would be four times 4.
    """
    middle, most = sum(parts), APART * smallest
    return max(0, min(max(total, middle - most), middle + most))


def falling(shown: Sequence[int]) -> list[int]:
    """Numbers of which none may be larger than the one before: nobody starts who was not interested."""
    lowest, made = max(shown, default=0), []
    for number in shown:
        lowest = min(lowest, number)
        made.append(lowest)
    return made


def said(shown: int, smallest: int = SMALLEST) -> str:
    """A rounded count in words that are true whatever it was before: "fewer than 5", "fewer than 10", "about 25"."""
    return texts.ABOUT.format(count=shown) if shown > smallest else texts.FEWER.format(count=shown + smallest)


@dataclass(frozen=True, slots=True)
class Table:
    """Rounded counts of parts, by month; made once, and every report is read from it."""

    months: tuple[str, ...]
    total: tuple[int, ...]
    parts: Mapping[str, tuple[int, ...]]

    def of(self, months: Sequence[str]) -> tuple[int, Mapping[str, int]]:
        """The total and the parts of neighbouring months."""
        first, end = self._between(months)
        parts = {name: sum(counts[first:end]) for name, counts in self.parts.items()}
        return sum(self.total[first:end]), parts

    def _between(self, months: Sequence[str]) -> tuple[int, int]:
        inside = [place for place, month in enumerate(self.months) if month in set(months)]
        return (inside[0], inside[-1] + 1) if inside else (0, 0)
