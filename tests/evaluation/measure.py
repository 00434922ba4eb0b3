"""Asks the bot every question of one half and counts what it would have said."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from bot import enquiry
from bot.enquiry import Answer, SmallTalk, Suggestions
from bot.safety import Gate, Immediate
from bot.settings import ROOT
from content.council import load_council
from content.library import Library, load_library
from content.matching import Matcher
from content.safety import load_safety
from content.small_talk import SmallTalkPhrases, load_small_talk
from content.vocabulary import load_vocabulary

Half = Literal["tune", "held"]
QUESTIONS: Final = Path(__file__).parent / "questions.jsonl"

IN_SCOPE: Final = (
    "right",
    "right topic",
    "wrong",
    "right among suggestions",
    "other suggestions",
    "not answered",
    "small talk",
    "urgent",
)
OUT_OF_SCOPE: Final = ("answered", "suggested", "none", "small talk", "urgent")


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the set; topic and entry are empty where the Local Offer has no answer."""

    text: str
    topic: str | None
    entry: str | None
    kind: Literal["in", "near", "far"]
    half: Half
    voice: str


@dataclass(frozen=True, slots=True)
class Result:
    """What came of one question, and whether the gate was worried as well."""

    asked: Asked
    verdict: str
    worried: bool
    said: str


@dataclass(frozen=True, slots=True)
class Bot:
    """The invented council's bot, without Telegram."""

    library: Library
    matcher: Matcher
    small_talk: SmallTalkPhrases
    gate: Gate

    def result(self, asked: Asked) -> Result:
        """An urgent concern ends the matter, as in life; a worry does not."""
        concern = self.gate.assess(asked.text, ())
        if isinstance(concern, Immediate):
            return Result(asked, "urgent", False, concern.concerns[0].because)
        outcome = enquiry.answer(
            asked.text, chat="private", library=self.library, matcher=self.matcher, small_talk=self.small_talk
        )
        said, verdict = self._judged(asked, outcome)
        return Result(asked, verdict, concern is not None, said)

    def _judged(self, asked: Asked, outcome: enquiry.Outcome) -> tuple[str, str]:
        in_scope = asked.kind == "in"
        match outcome:
            case Answer(entry, score):
                said = f"{entry.id} {score}"
                if not in_scope:
                    return said, "answered"
                if entry.id == asked.entry:
                    return said, "right"
                return said, "right topic" if entry.topic == asked.topic else "wrong"
            case Suggestions(matches):
                said = ", ".join(f"{match.entry_id} {match.score}" for match in matches)
                if not in_scope:
                    return said, "suggested"
                among = asked.entry in {match.entry_id for match in matches}
                return said, "right among suggestions" if among else "other suggestions"
            case SmallTalk(kind):
                return kind, "small talk"
            case _:
                return "", "not answered" if in_scope else "none"


def load_bot() -> Bot:
    """The bot of the invented council, whatever the settings of this machine say."""
    council = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
    library = load_library(ROOT / "content" / "entries", gaps=council.gaps)
    return Bot(
        library,
        Matcher(library.entries.values(), load_vocabulary()),
        load_small_talk(gaps=council.gaps),
        Gate(load_safety(ROOT / "content" / "safety")),
    )


def questions() -> list[Asked]:
    """The whole set, in the order of the file."""
    return [Asked(**json.loads(line)) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def results(bot: Bot, half: Half, asked: Iterable[Asked] | None = None) -> list[Result]:
    """What the bot makes of one half."""
    return [bot.result(one) for one in (questions() if asked is None else asked) if one.half == half]


def table(found: Sequence[Result]) -> str:
    """The figures of one half, a line a verdict: how many, and what share of their kind."""
    lines: list[str] = []
    for kind, verdicts in (("in", IN_SCOPE), ("near", OUT_OF_SCOPE), ("far", OUT_OF_SCOPE)):
        of_kind = [result for result in found if result.asked.kind == kind]
        counts = Counter(result.verdict for result in of_kind)
        lines.append(f"{kind}: {len(of_kind)} questions")
        for verdict in verdicts:
            share = counts[verdict] / max(len(of_kind), 1)
            lines.append(f"  {verdict:<24}{counts[verdict]:>4}  {share:6.1%}")
        lines.append(f"  {'(the gate was worried)':<24}{sum(result.worried for result in of_kind):>4}")
    return "\n".join(lines)
