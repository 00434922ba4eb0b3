"""The gate that every message passes first: does it show that somebody may be in danger now?

It finds concerns and never their absence: `None` means that nothing was found, not that anybody is safe.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from content.encoder import Encoder
from content.safety import Learned, Phrases, Reading, SafetyContent

RECENT: Final = 8
"""How many earlier messages are read together with the new one, the newest of them."""
RECENT_LENGTH: Final = 600
"""Letters of an earlier message, and of the new one after them, that are read together."""
SHORT: Final = 8
"""A message of at most so many words may be the rest of the one before it, so the learned part reads both as one."""


class Kind(StrEnum):
    """What a concern is about, in the order in which the cards go first."""

    MEDICAL = "medical emergency"
    SUICIDE = "suicide or self-harm"
    CHILD = "a child at risk"
    ABUSE = "abuse or violence"
    EXPLOITATION = "exploitation"
    HARM = "harm to others"
    MISSING = "missing or running away"
    HOMELESS = "homeless tonight"
    NEED = "no food, heat or power now"


_ORDER = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True)
class Concern:
    """What the gate found, in words that an adviser can read; never the person's own words, never a score.

    `found_by`: "phrase", or "likeness" where only the learned part saw it.
    """

    kind: Kind
    because: str
    found_by: str = "phrase"


@dataclass(frozen=True, slots=True)
class Immediate:
    """The card goes out and a person is told now."""

    concerns: tuple[Concern, ...]


@dataclass(frozen=True, slots=True)
class Worried:
    """A gentle check-in with numbers, and the question whether a person should be told."""

    concerns: tuple[Concern, ...]


_RESEMBLES: Final = {
    Kind.MEDICAL: "the words resemble those of a medical emergency",
    Kind.SUICIDE: "the words resemble those of somebody who may hurt themselves or not want to live",
    Kind.CHILD: "the words resemble those about a child who may not be safe",
    Kind.ABUSE: "the words resemble those of somebody who is hurt, threatened or controlled",
    Kind.EXPLOITATION: "the words resemble those of somebody who is used by others",
    Kind.HARM: "the words resemble those of somebody who may hurt another person",
    Kind.MISSING: "the words resemble those about running away or being missing",
    Kind.HOMELESS: "the words resemble those of somebody with nowhere to sleep",
    Kind.NEED: "the words resemble those of somebody without food, heat or power",
}
_RESEMBLES_WORRY: Final = "the words resemble those of somebody who finds it hard to cope, or is afraid"


class Gate:
    """Reads messages with the phrases of one safety folder and, where there is one, its learned part."""

    def __init__(self, content: SafetyContent, encoder: Encoder | None = None) -> None:
        """Without an encoder the learned part goes by words and letters alone; without it the phrases stand alone."""
        self.phrases = Phrases(content)
        self._reader = self.phrases.reader
        self._learned: Learned | None = content.learned
        self._encoder = encoder

    def assess(self, text: str, recent: Sequence[str] = ()) -> Immediate | Worried | None:
        """What the message shows, read alone and together with the same person's last messages, oldest first."""
        alone = self._reader.read(text)
        found = self._by_phrases(alone)
        if not _urgent(found) and (bare := self._reader.without_emoji(text)) is not None:
            found += self._by_phrases(self._reader.read(bare))
        earlier = [message[-RECENT_LENGTH:] for message in recent[-RECENT:] if message.strip()]
        together = None
        if earlier and not _urgent(found):
            together = self._reader.read(text[:RECENT_LENGTH], earlier)  # what begins before it ends near its beginning
            found += self._by_phrases(together)
        if not _urgent(found):
            found += self._by_likeness(alone)
        if together is not None and not found and 0 < len(alone.words) <= SHORT:
            found += self._only_together(together, earlier)
        return _weigh(found)

    def _only_together(self, together: Reading, earlier: Sequence[str]) -> list[tuple[str, Concern]]:
        """What a short message shows as the rest of those before it; what they showed without it has had its card."""
        found = self._by_likeness(together)
        if found:
            before = self._reader.read(" . ".join(earlier))
            if self._by_phrases(before) or self._by_likeness(before):
                return []
        return found

    def _by_phrases(self, reading: Reading) -> list[tuple[str, Concern]]:
        return [
            (one.outcome, Concern(Kind(one.group.kind), one.group.because_other if one.other else one.group.because))
            for one in self.phrases.find(reading)
        ]

    def _by_likeness(self, reading: Reading) -> list[tuple[str, Concern]]:
        """What the learned part adds; it never takes away what a phrase gave."""
        if self._learned is None or not reading.words:
            return []
        meaning = self._encoder.reading(" ".join(reading.words)) if self._encoder is not None else None
        judged = self._learned.judge(reading.words, meaning, laughs=bool(reading.jokes))
        if judged is None:
            return []
        kind = Kind(judged.kind)
        because = _RESEMBLES[kind] if judged.outcome == "immediate" else _RESEMBLES_WORRY
        return [(judged.outcome, Concern(kind, because, "likeness"))]


def _urgent(found: Sequence[tuple[str, Concern]]) -> bool:
    return any(outcome == "immediate" for outcome, _ in found)


def _weigh(found: Iterable[tuple[str, Concern]]) -> Immediate | Worried | None:
    """The graver outcome, with one concern a kind, in the order of the cards."""
    by_kind: dict[Kind, tuple[str, Concern]] = {}
    for outcome, concern in found:
        held = by_kind.get(concern.kind)
        if held is None or (held[0] == "worried" and outcome == "immediate"):
            by_kind[concern.kind] = (outcome, concern)
    if not by_kind:
        return None
    ordered = sorted(by_kind.values(), key=lambda pair: (pair[0] != "immediate", _ORDER[pair[1].kind]))
    concerns = tuple(concern for _, concern in ordered)
    return Immediate(concerns) if ordered[0][0] == "immediate" else Worried(concerns)
