"""Reads everything that editors write anew while the bot runs, and takes it up whole or not at all."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Final

from bot import knowledge
from bot.knowledge import MISTAKES, Knowledge
from bot.service import Service
from bot.store import phrasings
from content.quality import loss

log = logging.getLogger(__name__)
FAULTS: Final[tuple[type[Exception], ...]] = (*MISTAKES, OSError)


@dataclass(frozen=True, slots=True)
class Reloaded:
    """The files were taken up: how many entries there are, and how many are new, changed or gone."""

    entries: int
    changed: int


@dataclass(frozen=True, slots=True)
class Kept:
    """A file has mistakes, a sentence for each; what was known before is still in use."""

    mistakes: tuple[str, ...]


async def reload(service: Service) -> Reloaded | Kept:
    """Read the council, entries, words and cards anew. The second of two at once waits for the first."""
    async with service.changing:
        async with service.store.reading() as connection:
            learned = phrasings.by_entry(await phrasings.learned(connection))
        try:
            known = await asyncio.to_thread(knowledge.load, service.settings, None, learned)
        except FAULTS as error:
            log.warning("the files were not taken up, for they have mistakes: %s", error)
            return Kept(tuple(str(error).splitlines()))
        worse = loss(service.newest.matcher.quality, known.matcher.quality)
        if worse:
            log.warning("the files were not taken up, for questions would be answered worse: %s", worse)
            return Kept((f"The answers would get worse: {worse}",))
        changed = _changed(service.newest, known)
        service.take_up(known)
    log.info(
        "the files were read anew: %d entries, %d changed, hash %s",
        len(known.written.entries), changed, known.written.content_hash[:12],
    )  # fmt: skip
    return Reloaded(len(known.written.entries), changed)


def _changed(before: Knowledge, after: Knowledge) -> int:
    old, new = before.written.entries, after.written.entries
    return sum(old.get(key) != new.get(key) for key in {*old, *new})
