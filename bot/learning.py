"""Learning from people: a question that found no answer becomes, once a person approves it, a phrasing of an entry.

Nothing is ever learned by itself. What a person approved is tried out before it counts, and refused with a reason if it
would take another entry's questions away.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

from bot import gap
from bot.knowledge import Knowledge, Phrasings
from bot.models import GapSource, GapState
from bot.service import Service
from bot.store import gaps, phrasings
from bot.store.phrasings import Words
from bot.turn import Speech
from content.entry import Entry
from content.matching import Matcher, phrasings_of
from content.normalise import is_common, split_words

log = logging.getLogger(__name__)

NEIGHBOURS: Final = 10
"""Entries near a new phrasing whose own questions are tried again."""
WORSE: Final = 0.01
"""So much less of the knowledge base may find its own answer; below that it is chance."""
Why = Literal["gone", "personal", "there", "elsewhere", "unknown", "lost", "displaces", "worse", "decided"]


@dataclass(frozen=True, slots=True)
class Refused:
    """A phrasing was not added: why, and which other entry and question it is about."""

    why: Why
    entry: Entry | None = None
    question: str = ""


@dataclass(frozen=True, slots=True)
class Learned:
    """A phrasing counts from now on."""

    entry: Entry
    phrasing_id: int


# --- what is kept


async def remember_gap(
    speech: Speech, known: Knowledge, text: str, source: GapSource, entry_id: str | None = None
) -> int | None:
    """Keep a question that found no answer, with nobody in it; None when it is not kept.

    `entry_id` is the entry that was not meant. What the safety gate flagged is never kept.
    """
    if known.gate.assess(text) is not None:
        return None
    words = gap.worth_keeping(text, knows(known))
    return None if words is None else await gaps.add(speech.connection, speech.now, words, source, entry_id)


def knows(known: Knowledge) -> Callable[[str], bool]:
    """Whether a word is the knowledge base's own, or text-speak or a short form for everyday words."""

    def known_or_text_speak(word: str) -> bool:
        if known.matcher.knows(word):
            return True
        parts = known.matcher.plain(word)
        return parts != [word] and bool(parts) and all(known.matcher.knows(p) or is_common(p) for p in parts)

    return known_or_text_speak


# --- what is refused


def mark(entry_id: str) -> str:
    """An entry's id, short enough for a button."""
    return hashlib.sha256(entry_id.encode()).hexdigest()[:12]


def marked(known: Knowledge, given: str) -> Entry | None:
    """The entry with this mark."""
    return next((entry for key, entry in known.library.entries.items() if mark(key) == given), None)


def refusal(words: str, entry_id: str, known: Knowledge) -> Refused | None:
    """Why these words can't be a phrasing of the entry, as far as that shows without trying them out."""
    entry = known.library.entries.get(entry_id)
    if entry is None:
        return Refused("gone")
    if gap.tells_of_somebody(words) or not words.strip():
        return Refused("personal", entry)
    wanted = split_words(words)
    for other in known.library.entries.values():
        if any(split_words(question) == wanted for question in other.questions):
            return Refused("there" if other.id == entry.id else "elsewhere", other)
    if not any(known.matcher.knows(word) for word in known.matcher.words(words)):
        return Refused("unknown", entry)
    return None


def harm(words: str, entry: Entry, before: Knowledge, after: Knowledge) -> Refused | None:
    """What gets worse by the phrasing: it is not found itself, a neighbour loses a question, or all are less sure."""
    if _first(after.matcher, words) != entry.id:
        return Refused("lost", entry)
    for match in after.matcher.rank(words, NEIGHBOURS):
        neighbour = before.library.entries[match.entry_id]
        for question in neighbour.questions if neighbour.id != entry.id else ():
            if _first(after.matcher, question) == neighbour.id:
                continue
            if _first(before.matcher, question) == neighbour.id:
                return Refused("displaces", neighbour, question)
    return Refused("worse", entry) if _found(after) < _found(before) - max(WORSE, _chance(after)) else None


def _first(matcher: Matcher, question: str) -> str:
    found = matcher.rank(question, 1)
    return found[0].entry_id if found else ""


def _found(known: Knowledge) -> float:
    """The share of left-out phrasings that find their own answer."""
    return known.matcher.quality.first


def _chance(known: Knowledge) -> float:
    """What one phrasing more or less makes out in a small Local Offer."""
    return 1.5 / sum(len(phrasings_of(entry)) for entry in known.library.entries.values())


# --- what is learned


async def learn(
    service: Service,
    entry_id: str,
    words: str,
    by: int | None,
    *,
    gap_id: int | None = None,
    phrasing_id: int | None = None,
) -> Learned | Refused:
    """Try a phrasing out and, if it does no harm, add it: from now on and after every start.

    `by` is the person who approved it. It comes from an open gap, or is a phrasing that somebody proposed. Takes seconds;
    call it beside the updates (`Service.later`).
    """
    async with service.changing:
        before = service.newest
        if refused := refusal(words, entry_id, before):
            return refused
        entry = before.library.entries[entry_id]
        learned = phrasings.by_entry(await _learned(service))
        learned.setdefault(entry_id, []).append(words)
        after, refused = await asyncio.to_thread(_tried, words, entry, before, learned)
        if refused:
            return refused
        async with service.speaking() as speech:
            number = await _store(speech, entry_id, words, by, gap_id, phrasing_id)
        if number is None:
            return Refused("decided", entry)
        service.take_up(after)
        return Learned(entry, number)


def _tried(words: str, entry: Entry, before: Knowledge, phrasings: Phrasings) -> tuple[Knowledge, Refused | None]:
    after = before.learning(phrasings)
    return after, harm(words, entry, before, after)


async def _store(
    speech: Speech, entry_id: str, words: str, by: int | None, gap_id: int | None, phrasing_id: int | None
) -> int | None:
    """Write it down with who and when; None when somebody else decided about it meanwhile."""
    if gap_id is not None and not await gaps.decide(speech.connection, speech.now, gap_id, GapState.ADDED, by):
        return None
    if phrasing_id is None:
        phrasing_id = await phrasings.learn(speech.connection, speech.now, entry_id, words, by, gap_id)
    elif not await phrasings.approve(speech.connection, speech.now, phrasing_id, by):
        return None
    await speech.event("phrasing", phrasing_id, "approved", actor=by, entry=entry_id, gap=gap_id)
    return phrasing_id


async def take_back(service: Service, phrasing_id: int, by: int | None) -> bool:
    """Forget a phrasing, from now on; False when it was forgotten before, or stands in the entry's file."""
    async with service.changing:
        async with service.speaking() as speech:
            if not await phrasings.withdraw(speech.connection, speech.now, phrasing_id):
                return False
            await speech.event("phrasing", phrasing_id, "taken back", actor=by)
        learned = phrasings.by_entry(await _learned(service))
        service.take_up(await asyncio.to_thread(service.newest.learning, learned))
        return True


async def recall(service: Service) -> int:
    """At the start of the bot: lay what was learned over the entries. Returns how many phrasings that are."""
    learned = phrasings.by_entry(await _learned(service))
    if learned:
        async with service.changing:
            service.take_up(await asyncio.to_thread(service.newest.learning, learned))
    return sum(map(len, learned.values()))


async def _learned(service: Service) -> list[Words]:
    async with service.store.reading() as connection:
        return await phrasings.learned(connection)
