"""Queries on phrasings: words that somebody proposed for an entry, or that were approved for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Phrasing
from bot.store.rows import reserve
from bot.store.vault import vault_of

WAITS = Phrasing.approved_by.is_(None) & Phrasing.withdrawn_at.is_(None)
LEARNED = Phrasing.approved_by.is_not(None) & Phrasing.withdrawn_at.is_(None)


@dataclass(frozen=True, slots=True)
class Words:
    """One phrasing, opened."""

    id: int
    entry_id: str
    words: str
    gap_id: int | None
    proposed_by: int | None
    approved_by: int | None
    approved_at: datetime | None
    exported_at: datetime | None


async def propose(connection: AsyncConnection, entry_id: str, words: str, by: int | None) -> int:
    """Keep words that wait for somebody to approve them; returns the row's number."""
    return await _add(connection, words, entry_id=entry_id, proposed_by=by)


async def learn(
    connection: AsyncConnection, now: datetime, entry_id: str, words: str, by: int | None, gap_id: int | None = None
) -> int:
    """Keep words that a person has just approved; returns the row's number."""
    return await _add(connection, words, entry_id=entry_id, gap_id=gap_id, approved_by=by, approved_at=now)


async def _add(connection: AsyncConnection, words: str, **values: Any) -> int:
    row_id = (await reserve(connection, Phrasing))[0]
    sealed = vault_of(connection).seal(words, "phrasings", "words", row_id)
    await connection.execute(insert(Phrasing).values(id=row_id, words=sealed, **values))
    return row_id


async def approve(connection: AsyncConnection, now: datetime, row_id: int, by: int | None) -> bool:
    """Approve what was proposed; False when it does not wait any more."""
    result = await connection.execute(
        update(Phrasing).where(WAITS, Phrasing.id == row_id).values(approved_by=by, approved_at=now)
    )
    return bool(result.rowcount)


async def withdraw(connection: AsyncConnection, now: datetime, row_id: int) -> bool:
    """Take one back, or refuse it; False when that was done before, or it stands in the entry's file already."""
    which = Phrasing.withdrawn_at.is_(None) & Phrasing.exported_at.is_(None) & (Phrasing.id == row_id)
    result = await connection.execute(update(Phrasing).where(which).values(withdrawn_at=now))
    return bool(result.rowcount)


async def note_exported(connection: AsyncConnection, now: datetime, row_ids: Sequence[int]) -> None:
    """Note that these stand in their entries' files."""
    for row_id in row_ids:
        await connection.execute(update(Phrasing).where(Phrasing.id == row_id).values(exported_at=now))


async def learned(connection: AsyncConnection) -> list[Words]:
    """Those that were approved and not taken back, oldest first."""
    return await _found(connection, LEARNED)


async def waiting(connection: AsyncConnection) -> list[Words]:
    """Those that were proposed and wait for somebody, oldest first."""
    return await _found(connection, WAITS)


async def _found(connection: AsyncConnection, which: Any) -> list[Words]:
    vault = vault_of(connection)
    rows = (await connection.execute(select(Phrasing).where(which).order_by(Phrasing.id))).all()
    return [
        Words(
            row.id, row.entry_id, vault.open(row.words, "phrasings", "words", row.id), row.gap_id, row.proposed_by,
            row.approved_by, row.approved_at, row.exported_at,
        )
        for row in rows
    ]  # fmt: skip


def by_entry(found: Iterable[Words]) -> dict[str, list[str]]:
    """The words of phrasings under their entries."""
    words: dict[str, list[str]] = {}
    for one in found:
        words.setdefault(one.entry_id, []).append(one.words)
    return words
