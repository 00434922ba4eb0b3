"""Counts what a method made of a set of questions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tests.evaluation.asked import Asked
from tests.evaluation.methods import Method

_NOTHING: Final = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One question with the entries found for it, and whether the method was sure enough to answer."""

    asked: Asked
    found: tuple[str, ...]
    score: float
    answered: bool

    @property
    def first_is_right(self) -> bool:
        """Whether the best entry is a right one."""
        return bool(self.found) and self.found[0] in self.asked.right


@dataclass(frozen=True, slots=True)
class Share:
    """A share in per cent with its 95 % interval (Wilson)."""

    hits: int
    of: int

    @property
    def per_cent(self) -> float:
        """The share itself."""
        return 100 * self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares the truth lies, 19 times in 20."""
        if not self.of:
            return math.nan, math.nan
        z, share = 1.96, self.hits / self.of
        middle = share + z * z / (2 * self.of)
        spread = z * math.sqrt(share * (1 - share) / self.of + z * z / (4 * self.of * self.of))
        scale = 1 + z * z / self.of
        return 100 * (middle - spread) / scale, 100 * (middle + spread) / scale

    def __str__(self) -> str:
        """Such as "90.3 (87-93)"."""
        if not self.of:
            return "-"
        low, high = self.interval
        return f"{self.per_cent:.1f} ({low:.0f}-{high:.0f})"


@dataclass(frozen=True, slots=True)
class Figures:
    """What is reported of one method on one set."""

    top_1: Share
    top_3: Share
    right: Share
    wrong: Share
    not_answered: Share
    near_rejected: Share
    far_rejected: Share
    mcc: float


def results(method: Method, asked: Iterable[Asked], told: Callable[[], None] = lambda: None) -> list[Result]:
    """Ask everything; `told` is called after each."""
    found: list[Result] = []
    for one in asked:
        ranked = method.rank(one.text)
        score = ranked[0][1] if ranked else 0.0
        found.append(
            Result(one, tuple(entry for entry, _ in ranked), score, bool(ranked) and score >= method.answers_from)
        )
        told()
    return found


def figures(found: Sequence[Result]) -> Figures:
    """Count."""
    inside = [result for result in found if result.asked.kind == "in"]

    def among(results_: Sequence[Result], holds: Callable[[Result], bool]) -> Share:
        return Share(sum(map(holds, results_)), len(results_))

    def quiet(kind: str) -> Share:
        return among([result for result in found if result.asked.kind == kind], lambda result: not result.answered)

    return Figures(
        top_1=among(inside, lambda result: result.first_is_right),
        top_3=among(inside, lambda result: bool(result.asked.right & set(result.found))),
        right=among(inside, lambda result: result.answered and result.first_is_right),
        wrong=among(inside, lambda result: result.answered and not result.first_is_right),
        not_answered=among(inside, lambda result: not result.answered),
        near_rejected=quiet("near"),
        far_rejected=quiet("far"),
        mcc=mcc([(_truth(result), result.found[0] if result.answered else _NOTHING) for result in found]),
    )


def _truth(result: Result) -> str:
    if result.first_is_right:
        return result.found[0]
    return min(result.asked.right, default=_NOTHING)


def mcc(pairs: Sequence[tuple[str, str]]) -> float:
    """Matthews' correlation over all classes, "no answer" being one of them (Gorodkin 2004), as HINT3 counts it."""
    truth, said = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    n, right = len(pairs), sum(one == other for one, other in pairs)
    both = sum(truth[key] * said[key] for key in truth.keys() | said.keys())
    spread = (n * n - sum(count**2 for count in said.values())) * (n * n - sum(count**2 for count in truth.values()))
    return (right * n - both) / math.sqrt(spread) if spread else 0.0


def risk_coverage(found: Sequence[Result]) -> list[tuple[float, float]]:
    """For each threshold, the share of in-scope questions that are answered, and of all answers the share that is wrong.

    An answer to a question without one counts as wrong.
    """
    inside = sum(result.asked.kind == "in" for result in found)
    curve: list[tuple[float, float]] = []
    answered = wrong = covered = 0
    for result in sorted(found, key=lambda result: -result.score):
        if not result.found:
            continue
        answered += 1
        wrong += not result.first_is_right
        covered += result.asked.kind == "in"
        curve.append((100 * covered / max(inside, 1), 100 * wrong / answered))
    return curve
