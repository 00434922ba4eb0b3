"""Asks the whole bot, safety gate and conversation rules included, and counts what a young person would see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from bot import enquiry
from bot.knowledge import Knowledge
from bot.safety import Immediate
from tests.evaluation.asked import Asked

VERDICTS: Final = (
    "right", "right and another", "wrong", "right among suggestions", "other suggestions", "not answered", "small talk", "declined",
    "another language", "urgent",
)  # fmt: skip


def verdict(known: Knowledge, asked: Asked) -> str:
    """What comes of one question. An urgent concern ends the matter, as in life; a worry does not."""
    if isinstance(known.gate.assess(asked.text, ()), Immediate):
        return "urgent"
    outcome = enquiry.answer(
        asked.text,
        chat="private",
        library=known.library,
        matcher=known.matcher,
        small_talk=known.small_talk,
        languages=known.languages,
        declines=known.declines,
    )
    match outcome:
        case enquiry.Answer(entry=entry, second=second):
            shown = {entry.id, *entry.by_age.values(), *entry.by_status.values()}
            if second is not None:
                return "right and another" if asked.right & {*shown, second.entry.id} else "wrong"
            return "right" if asked.right & shown else "wrong"
        case enquiry.Suggestions(matches=matches):
            among = asked.right & {match.entry_id for match in matches}
            return "right among suggestions" if among else "other suggestions"
        case enquiry.SmallTalk():
            return "small talk"
        case enquiry.Declined():
            return "declined"
        case enquiry.OtherLanguage():
            return "another language"
        case _:
            return "not answered"


def count(known: Knowledge, asked: Iterable[Asked]) -> dict[str, Counter[str]]:
    """Verdicts for each kind of question."""
    counted: dict[str, Counter[str]] = {"in": Counter(), "near": Counter(), "far": Counter()}
    for one in asked:
        counted[one.kind][verdict(known, one)] += 1
    return counted


def rows(counted: dict[str, Counter[str]]) -> Sequence[tuple[str, ...]]:
    """A line a verdict, with its share of each kind in per cent."""
    return [
        (name, *(f"{100 * part[name] / max(part.total(), 1):.1f}" for part in counted.values()))
        for name in VERDICTS
        if any(part[name] for part in counted.values())
    ]
