"""Queries on questions that found no answer. Nothing in them says who asked, not even the hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Gap, GapSource, GapState
from bot.store.rows import reserve
from bot.store.vault import vault_of

MOST: Final = 300
"""Open ones at a time: somebody who types nonsense all night must not bury what people really asked."""


@dataclass(frozen=True, slots=True)
class Question:
    """One gap, opened."""

    id: int
    words: str
    source: GapSource
    entry_id: str | None
    state: GapState


def _is_open() -> Any:
    return (Gap.state == GapState.OPEN) & Gap.words.is_not(None)


async def add(
    connection: AsyncConnection, now: datetime, words: str, source: GapSource, entry_id: str | None = None
) -> int | None:
    """Keep a question; None when the same words wait already, or too many do.

    Only the day is kept: the moment would lead to the row of `enquiries` of whoever asked.
    """
    waiting = await open_(connection)
    if len(waiting) >= MOST or any(one.words == words for one in waiting):
        return None
    row_id = (await reserve(connection, Gap))[0]
    sealed = vault_of(connection).seal(words, "gaps", "words", row_id)
    values = {"id": row_id, "words": sealed, "source": source, "entry_id": entry_id, "asked_at": _day(now)}
    await connection.execute(insert(Gap).values(**values, state=GapState.OPEN))
    return row_id


def _day(now: datetime) -> datetime:
    return now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


async def open_(connection: AsyncConnection) -> list[Question]:
    """Those that nobody has decided about, the newest first."""
    return await _found(connection, _is_open())


async def lacking(connection: AsyncConnection) -> list[Question]:
    """Those that the Local Offer has no answer to, for the report, the newest first."""
    return await _found(connection, (Gap.state == GapState.LACKS) & Gap.words.is_not(None))


async def get(connection: AsyncConnection, gap_id: int) -> Question | None:
    """One that is still open; None when somebody decided about it, or its words are forgotten."""
    found = await _found(connection, _is_open() & (Gap.id == gap_id))
    return found[0] if found else None


async def _found(connection: AsyncConnection, which: Any) -> list[Question]:
    vault = vault_of(connection)
    rows = (await connection.execute(select(Gap).where(which).order_by(Gap.id.desc()))).all()
    return [
        Question(
            row.id,
            vault.open(row.words, "gaps", "words", row.id),
            GapSource(row.source),
            row.entry_id,
            GapState(row.state),
        )
        for row in rows
    ]


async def change_words(connection: AsyncConnection, gap_id: int, words: str) -> None:
    """Give an open question other words."""
    sealed = vault_of(connection).seal(words, "gaps", "words", gap_id)
    await connection.execute(update(Gap).where(_is_open(), Gap.id == gap_id).values(words=sealed))


async def decide(connection: AsyncConnection, now: datetime, gap_id: int, state: GapState, by: int | None) -> bool:
    """Note what became of an open question; False when somebody decided before."""
    values = {"state": state, "decided_by": by, "decided_at": now}
    result = await connection.execute(update(Gap).where(_is_open(), Gap.id == gap_id).values(**values))
    return bool(result.rowcount)
