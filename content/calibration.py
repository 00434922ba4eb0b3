"""When a match is good enough to be the answer: learned from the knowledge base itself, at every build.

No labelled questions are needed. A phrasing that is left out and still finds its own answer is a right
match; a phrasing whose whole answer is left out finds a near miss; and the lines below are far ones.
Some of those are what people ask a council, or ask in an entry's own words about something else.
Leaving answers out is harder than real life, so the thresholds err on the side of "I don't know".
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray

from content.lexical import LexicalIndex, Likeness

_SAMPLE: Final = 1_500
_SUGGESTED: Final = 3
_WORTH_OF_AN_ANSWER: Final = 0.5  # of a right answer, against 1 - this for keeping quiet rightly
_WORTH_OF_A_SUGGESTION: Final = 0.75  # a needless "did you mean" does less harm than silence or a wrong answer
_FEWEST_FOR_LEARNING: Final = 40
_CAUTION: Final = 0.3  # pull towards the usual weights, so that a small knowledge base cannot bend them far

FAR_QUESTIONS: Final = (
    "who won the match last night",
    "whats the weather like tomorrow",
    "tell me a joke",
    "how do i cook rice",
    "what time is the film on",
    "who is the prime minister",
    "how tall is the eiffel tower",
    "can you write my essay for me",
    "whats 15 times 23",
    "recommend a good song",
    "how do i fix my xbox",
    "is there life on mars",
    "my neighbour keeps parking on my drive",
    "when are the bins collected",
    "how do i report a pothole",
    "how do i get planning permission for a shed",
    "what does this word mean in french",
    "how many days until summer",
    "who invented the telephone",
    "whats the capital of peru",
    "can i bring my dog on holiday",
    "how do you change a tyre",
    "what should i watch tonight",
    "is bitcoin going up",
    "what trainers should i buy",
    "how long do you boil an egg",
    "do you like football",
    "play some music",
    "set an alarm for seven",
    "order me a pizza",
    "how do i get a parking permit",
    "where can i get my hair cut",
    "what is the meaning of life",
    "why is the sky blue",
    "can you translate this for me",
    "how do i delete my instagram",
    "who is the best player ever",
    "what happened in the news today",
    "how do i get to the airport",
    "how do i renew my library books",
    "how do i order a new wheelie bin",
    "how do i train to be a teacher",
    "what is the salary of a nurse",
    "how do i get a licence for a market stall",
    "can my uncle get a pension",
    "where does my friend live",
    "what did the doctor say about my mate",
    "how do i hire the town hall",
    "who is the leader of the council",
    "how do i object to a new road",
    "how do i get a refund for my shoes",
    "can i have a barbecue in the park",
    "how do i get a copy of my wedding photos",
    "how do i get a new phone screen",
    "what is the best bank for a mortgage",
    "can i drive a van in france",
    "how much do footballers get paid",
    "how do i become a doctor",
    "how do i get a credit note from the shop",
    "which party should win the election",
)


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least confidence for an answer, and for a suggestion."""

    answer: float = 0.5
    suggest: float = 0.2


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a match's features into a confidence from 0 to 1."""

    weights: tuple[float, ...] = (-4.0, 1.0, 1.0, 1.5, 5.0, 0.5, 1.5)
    thresholds: Thresholds = field(default_factory=Thresholds)

    def confidence(self, values: Sequence[float]) -> float:
        """The chance that the match is right, as far as the knowledge base can tell."""
        total = sum(weight * value for weight, value in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(likeness: Likeness, place: int, rival: float) -> tuple[float, ...]:
    """What confidence is judged by: absolute likeness, and the lead of the best answer over the next one.

    An answer that is not the best has no lead, and is judged by its likeness alone.
    """
    lead = float(likeness.fused[place]) - rival
    return (
        1.0,
        float(likeness.best[place]),
        float(likeness.best_two[place]),
        float(likeness.centre[place]),
        float(likeness.words[place]),
        likeness.known,
        max(0.0, min(2.0, lead)),
    )


@dataclass(slots=True)
class _Lines:
    """Trial matches: features of the best one, whether it is right, whether the right one is suggested."""

    rows: list[tuple[float, ...]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    among: list[bool] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)

    def add(self, likeness: Likeness, kind: str, own: int | None, banned: int | None = None) -> None:
        fused = likeness.fused.copy()
        if banned is not None:
            fused[banned] = -1.0
        best = int(np.argmax(fused))
        fused[best] = -1.0
        self.rows.append(features(likeness, best, max(float(fused.max()), 0.0)))
        self.right.append(own is not None and best == own)
        self.among.append(own is not None and (best == own or int((fused > fused[own]).sum()) < _SUGGESTED - 1))
        self.kind.append(kind)


def calibrate(
    index: LexicalIndex,
    phrasings: Sequence[tuple[int, Sequence[str]]],
    read: Callable[[str], Sequence[str]],
) -> Calibration:
    """Fit the confidence and choose the thresholds for one knowledge base."""
    if index.size < 2 or len(phrasings) < _FEWEST_FOR_LEARNING:
        return Calibration()
    lines = _trial(index, phrasings, read)
    rows = np.asarray(lines.rows)
    right = np.asarray(lines.right)
    kinds = np.asarray(lines.kind)
    weights = _fit(rows, right, _counts(kinds), np.asarray(Calibration().weights))
    scores = _chances(rows, weights)
    return Calibration(tuple(weights.tolist()), _thresholds(scores, right, np.asarray(lines.among), kinds))


def _trial(
    index: LexicalIndex, phrasings: Sequence[tuple[int, Sequence[str]]], read: Callable[[str], Sequence[str]]
) -> _Lines:
    lines = _Lines()
    several = _with_company(phrasings)
    step = max(1, math.ceil(len(phrasings) / _SAMPLE))
    for number in range(0, len(phrasings), step):
        answer, words = phrasings[number]
        likeness = index.likeness(words, left_out=number)
        if several[number]:
            lines.add(likeness, "own", answer)
        lines.add(likeness, "near", None, banned=answer)
    for question in FAR_QUESTIONS:
        lines.add(index.likeness(read(question)), "far", None)
    return lines


def _with_company(phrasings: Sequence[tuple[int, Sequence[str]]]) -> list[bool]:
    counts: dict[int, int] = {}
    for answer, _ in phrasings:
        counts[answer] = counts.get(answer, 0) + 1
    return [counts[answer] > 2 for answer, _ in phrasings]


def _counts(kinds: NDArray[np.str_]) -> NDArray[np.float64]:
    """Own, near and far questions weigh 2 : 1 : 1, however many there are of each."""
    shares = {"own": 2.0, "near": 1.0, "far": 1.0}
    counts = np.zeros(len(kinds))
    for kind, share in shares.items():
        of_kind = kinds == kind
        counts[of_kind] = share / max(int(of_kind.sum()), 1)
    return np.asarray(counts / counts.sum())


def _fit(
    rows: NDArray[np.float64],
    right: NDArray[np.bool_],
    counts: NDArray[np.float64],
    usual: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Logistic regression by damped Newton steps, held near the usual weights; likeness never counts against."""
    weights = usual.copy()
    caution = _CAUTION / len(rows)
    now = _misfit(rows, right, counts, weights - usual, usual, caution)
    for _ in range(40):
        chance = _chances(rows, weights)
        slope = rows.T @ (counts * (chance - right)) + caution * (weights - usual)
        bend = (rows * (counts * chance * (1 - chance))[:, None]).T @ rows + caution * np.eye(len(usual))
        step = np.linalg.solve(bend, slope)
        for _ in range(12):
            tried = weights - step
            tried[1:] = np.maximum(tried[1:], 0.0)
            then = _misfit(rows, right, counts, tried - usual, usual, caution)
            if then < now:
                break
            step = step / 2
        else:
            break
        weights, gain, now = tried, now - then, then
        if gain < 1e-7:
            break
    return np.asarray(weights)


def _chances(rows: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30))))


def _misfit(
    rows: NDArray[np.float64],
    right: NDArray[np.bool_],
    counts: NDArray[np.float64],
    shift: NDArray[np.float64],
    usual: NDArray[np.float64],
    caution: float,
) -> float:
    chance = np.clip(_chances(rows, usual + shift), 1e-9, 1 - 1e-9)
    loss = -(counts * np.where(right, np.log(chance), np.log(1 - chance))).sum()
    return float(loss + caution * (shift * shift).sum() / 2)


def _thresholds(
    scores: NDArray[np.float64], right: NDArray[np.bool_], among: NDArray[np.bool_], kinds: NDArray[np.str_]
) -> Thresholds:
    if not (kinds == "own").any():
        return Thresholds()
    answer = _best_cut(scores, right, kinds, _WORTH_OF_AN_ANSWER)
    suggest = _best_cut(scores, among, kinds, _WORTH_OF_A_SUGGESTION)
    return Thresholds(round(answer, 4), round(min(suggest, answer), 4))


def _best_cut(
    scores: NDArray[np.float64], right: NDArray[np.bool_], kinds: NDArray[np.str_], own_share: float
) -> float:
    """The score at which answering rightly and keeping quiet rightly are worth most together."""
    cuts = np.quantile(scores, np.linspace(0.02, 0.98, 97))
    own = kinds == "own"
    others = [kinds == kind for kind in ("near", "far") if (kinds == kind).any()]
    worth = []
    for cut in cuts:
        answered = float((right & (scores >= cut))[own].mean())
        quiet = sum(float((scores[other] < cut).mean()) for other in others) / max(len(others), 1)
        worth.append(own_share * answered + (1 - own_share) * quiet)
    return float(cuts[int(np.argmax(worth))])
