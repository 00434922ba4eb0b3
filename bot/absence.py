"""Reads what staff type about being away: "until Friday cover Priya", "from 1 December until 8 December". Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Final

from bot import working_time
from bot.store.people import Actor
from bot.when import read_day
from content.council import Council

_COVER: Final = re.compile(r"[,;]?\s*\b(?:cover(?:ed)?(?: is| by)?|covers)\b[: ]*", re.IGNORECASE)
_UNTIL: Final = re.compile(r"\b(?:until|untill|till|til|to)\b", re.IGNORECASE)
_FROM: Final = re.compile(r"\bfrom\b", re.IGNORECASE)
_SPAN: Final = re.compile(r"\b(?:from|until|untill|till|til|to|for|on|back)\b", re.IGNORECASE)
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class Span:
    """Away from `starts_at` (None: from now) until `back`, when the office opens on the day that was named."""

    starts_at: datetime | None
    back: datetime


@dataclass(frozen=True, slots=True)
class NoDay:
    """These words name no day."""

    words: str


@dataclass(frozen=True, slots=True)
class TooSoon:
    """The day back is not after the first day away."""

    planned: bool


def without_cover(text: str) -> tuple[str, str]:
    """What was typed, and the name after "cover"."""
    words, _, name = _COVER.sub("\n", text, count=1).partition("\n")
    return words.strip(), name.strip()


def name_and_span(text: str) -> tuple[str, str]:
    """ "Priya until Friday": the name, and the rest."""
    found = _SPAN.search(text)
    return (text[: found.start()].strip(" ,"), text[found.start() :].strip()) if found else (text.strip(), "")


def read_span(text: str, council: Council, now: datetime) -> Span | NoDay | TooSoon:
    """The days that the words name. The last one is the day back at work; away until it opens that day."""
    first, last = _cut(text)
    today = now.astimezone(council.zone).date()
    start: date | None = None
    if first:
        start = read_day(first, now, council.zone)
        if start is None:
            return NoDay(first)
    seen_from = datetime.combine(start, _NOON, council.zone) if start is not None and start > today else now
    day = read_day(last, seen_from, council.zone)
    if day is None:
        return NoDay(last)
    planned = start is not None and start > today
    if day <= (start if start is not None and planned else today):
        return TooSoon(planned)
    begins = datetime.combine(start, time(), council.zone).astimezone(UTC) if start is not None and planned else None
    return Span(begins, _opens(council, day))


def _cut(text: str) -> tuple[str, str]:
    """First day and day back; without a first day it is from now."""
    words = _FROM.sub(" ", text, count=1)
    parts = _UNTIL.split(words, maxsplit=1)
    return (parts[0].strip(" ,"), parts[1].strip()) if len(parts) == 2 else ("", words.strip())


def _opens(council: Council, day: date) -> datetime:
    """When the office opens on that day; a closed day counts from the next opening."""
    midnight = datetime.combine(day, time(), council.zone)
    opens = working_time.opening(council, day) or working_time.next_opening(council, midnight)
    return (opens or datetime.combine(day, time(9), council.zone)).astimezone(UTC)


def named(text: str, staff: Sequence[Actor]) -> list[Actor]:
    """The members of staff whom a name may mean: the whole name first, else one of its words."""
    wanted = " ".join(text.casefold().split())
    whole = [person for person in staff if " ".join(person.name.casefold().split()) == wanted]
    return whole or [person for person in staff if wanted and wanted in person.name.casefold().split()]
