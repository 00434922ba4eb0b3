"""When a match is good enough to be the answer: learned from the knowledge base itself, at every build.

No labelled questions are needed. A phrasing that is left out and still finds its own answer is a right
match; a phrasing whose whole answer is left out finds a near miss; and the lines below are far ones.
Some of those are what people ask a council, or ask in an entry's own words about something else.
Leaving answers out is harder than real life, so the thresholds err on the side of "I don't know".
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from content.lexical import Floats, Likeness
from content.meaning import Meaning

_SAMPLE: Final = 1_500
_SUGGESTED: Final = 3
_WORTH_OF_AN_ANSWER: Final = (
    0.45  # of a right answer, against 1 - this for keeping quiet rightly: a wrong answer costs more
)
_AS_GOOD: Final = 0.003  # the middle of the cuts that are as good as the best: a changed line moves it little
_WORTH_OF_A_SUGGESTION: Final = 0.75  # a needless "did you mean" does less harm than silence or a wrong answer
FEWEST_FOR_LEARNING: Final = 40
"""Phrasings; with fewer, the usual weights and thresholds hold."""
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
class Evidence:
    """What speaks for each answer to one question: letters and words, and meaning where there is an encoder.

    `outside` is the likeness to the nearest line that is out of scope, by letters and by meaning; None if no such lines are known.
    """

    lexical: Likeness
    meaning: Meaning | None = None
    outside: tuple[float, float] | None = None

    @property
    def fused(self) -> Floats:
        """What answers are ranked by; the shares were chosen on training and validation questions."""
        if self.meaning is None:
            return self.lexical.fused
        return self.meaning.fused + LEXICAL_SHARE * self.lexical.fused

    def features(self, place: int, rival: float) -> tuple[float, ...]:
        """What confidence is judged by: absolute likeness, and the lead over the next answer, whose fused score is `rival`.

        An answer that is not the best has no lead, and is judged by its likeness alone.
        """
        found, near = self.lexical, self.meaning
        lead = max(0.0, float(self.fused[place]) - rival)
        lexical = (
            float(found.best[place]),
            float(found.best_two[place]),
            float(found.centre[place]),
            float(found.words[place]),
            float(found.pairs[place]),
            found.known,
            self._nearer(float(found.best[place]), 0),
        )
        if near is None:
            return (1.0, *lexical, min(2.0, lead))
        best, chance = float(near.best[place]), max(-5.0, float(near.chance[place]))
        return (1.0, *lexical, min(2.0, lead / 3), best, float(near.best_two[place]), chance, self._nearer(best, 1))

    def _nearer(self, inside: float, which: int) -> float:
        """How much nearer the entry is than whatever is out of scope."""
        return 0.0 if self.outside is None else max(-0.5, min(0.5, inside - self.outside[which]))


LEXICAL_SHARE: Final = 1.5
USUAL: Final = (-4.0, 1.0, 1.0, 1.5, 4.0, 1.0, 0.5, 1.5, 1.5)
USUAL_WITH_MEANING: Final = (-12.0, 0.5, 0.5, 0.5, 2.0, 0.5, 0.5, 0.5, 1.0, 6.0, 6.0, 0.5, 6.0)
"""Weights of the features before the knowledge base has taught its own."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The least confidence for an answer, and for a suggestion."""

    answer: float = 0.5
    suggest: float = 0.2


@dataclass(frozen=True, slots=True)
class Quality:
    """How the knowledge base does on itself, as shares: left-out phrasings that find their own answer first and are sure of it
    (`right`), or of another (`wrong`); questions without their answer, and far ones, that are kept quiet about.
    """

    first: float = 1.0
    right: float = 1.0
    wrong: float = 0.0
    near: float = 1.0
    far: float = 1.0


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns a match's features into a confidence from 0 to 1."""

    weights: tuple[float, ...] = USUAL
    thresholds: Thresholds = field(default_factory=Thresholds)
    quality: Quality = field(default_factory=Quality)

    def as_kept(self) -> dict[str, object]:
        """As numbers, for the shelf."""
        return asdict(self)

    @classmethod
    def of_kept(cls, kept: Mapping[str, Any]) -> Calibration | None:
        """What `as_kept` gave; None for anything else."""
        try:
            weights = tuple(map(float, kept["weights"]))
            return cls(weights, Thresholds(**kept["thresholds"]), Quality(**kept["quality"]))
        except (KeyError, TypeError, ValueError):
            return None

    def confidence(self, values: Sequence[float]) -> float:
        """The chance that the match is right, as far as the knowledge base can tell."""
        total = sum(weight * value for weight, value in zip(self.weights, values, strict=True))
        return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


@dataclass(frozen=True, slots=True)
class Trial:
    """One question that the knowledge base asks itself; `own` is its answer, which is hidden if `banned`."""

    evidence: Evidence
    kind: str
    own: int | None = None
    banned: bool = False


@dataclass(slots=True)
class _Lines:
    """Trial matches: features of the best one, whether it is right, whether the right one is suggested."""

    rows: list[tuple[float, ...]] = field(default_factory=list)
    right: list[bool] = field(default_factory=list)
    among: list[bool] = field(default_factory=list)
    kind: list[str] = field(default_factory=list)

    def add(self, trial: Trial) -> None:
        fused = trial.evidence.fused.copy()
        own = None if trial.banned else trial.own
        if trial.banned and trial.own is not None:
            fused[trial.own] = -np.inf
        best = int(np.argmax(fused))
        rivals = fused.copy()
        rivals[best] = -np.inf
        self.rows.append(trial.evidence.features(best, float(rivals.max())))
        self.right.append(own is not None and best == own)
        self.among.append(own is not None and int((fused > fused[own]).sum()) < _SUGGESTED)
        self.kind.append(trial.kind)


def calibrate(trials: Iterable[Trial], usual: Sequence[float]) -> Calibration:
    """Fit the confidence and choose the thresholds for one knowledge base."""
    lines = _Lines()
    for trial in trials:
        lines.add(trial)
    rows = np.asarray(lines.rows)
    right = np.asarray(lines.right)
    kinds = np.asarray(lines.kind)
    weights = _fit(rows, right, _counts(kinds), np.asarray(usual))
    scores = _chances(rows, weights)
    thresholds = _thresholds(scores, right, np.asarray(lines.among), kinds)
    return Calibration(tuple(weights.tolist()), thresholds, _quality(scores, right, kinds, thresholds))


def _quality(
    scores: NDArray[np.float64], right: NDArray[np.bool_], kinds: NDArray[np.str_], thresholds: Thresholds
) -> Quality:
    def share(of: NDArray[np.bool_], kind: str) -> float:
        return round(float(of[kinds == kind].mean()), 4) if (kinds == kind).any() else 1.0

    sure = scores >= thresholds.answer
    return Quality(
        share(right, "own"),
        share(right & sure, "own"),
        share(~right & sure, "own"),
        share(~sure, "near"),
        share(~sure, "far"),
    )


def sampled(count: int) -> range:
    """Which of so many phrasings are tried, by their numbers: at most a few thousand, evenly."""
    return range(0, count, max(1, math.ceil(count / _SAMPLE)))


def _counts(kinds: NDArray[np.str_]) -> NDArray[np.float64]:
    """Own questions weigh as much as all others together, however many there are of each."""
    shares = {"own": 2.0, "near": 0.7, "outside": 0.7, "far": 0.6}
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
    cuts = np.quantile(scores, np.linspace(0.01, 0.99, 197))
    own = kinds == "own"
    others = [kinds == kind for kind in ("near", "outside", "far") if (kinds == kind).any()]
    worth = []
    for cut in cuts:
        answered = float((right & (scores >= cut))[own].mean())
        quiet = sum(float((scores[other] < cut).mean()) for other in others) / max(len(others), 1)
        worth.append(own_share * answered + (1 - own_share) * quiet)
    as_good = cuts[np.asarray(worth) >= max(worth) - _AS_GOOD]
    return float(np.median(as_good))
