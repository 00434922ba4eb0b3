"""Queries on replies that staff wrote once and send often."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Canned
from bot.store import occurrences
from bot.store.rows import reserve

SERIES = "canned replies"


@dataclass(frozen=True, slots=True)
class Reply:
    """One reply: a title for staff, words for a young person."""

    id: int
    title: str
    words: str


def _reply(row: Any) -> Reply:
    return Reply(row.id, row.title, row.body)


async def all_(connection: AsyncConnection) -> list[Reply]:
    """Every reply, by title."""
    rows = (await connection.execute(select(Canned))).all()
    return sorted((_reply(row) for row in rows), key=lambda reply: reply.title.casefold())


async def get(connection: AsyncConnection, reply_id: int) -> Reply | None:
    """A reply by its number; None when somebody deleted it."""
    row = (await connection.execute(select(Canned).where(Canned.id == reply_id))).first()
    return _reply(row) if row is not None else None


async def add(connection: AsyncConnection, now: datetime, title: str, words: str, by: int | None) -> int:
    """Add a reply; returns its number."""
    row_id = (await reserve(connection, Canned))[0]
    values = {"id": row_id, "title": title, "body": words, "changed_by": by, "changed_at": now}
    await connection.execute(insert(Canned).values(**values))
    return row_id


async def change(connection: AsyncConnection, now: datetime, reply_id: int, title: str, words: str, by: int) -> None:
    """Give a reply another title and other words."""
    values = {"title": title, "body": words, "changed_by": by, "changed_at": now}
    await connection.execute(update(Canned).where(Canned.id == reply_id).values(**values))


async def remove(connection: AsyncConnection, reply_id: int) -> None:
    """Delete a reply."""
    await connection.execute(delete(Canned).where(Canned.id == reply_id))


async def seed(connection: AsyncConnection, now: datetime, replies: Iterable[tuple[str, str]]) -> int:
    """Put the first replies, title and words, into an empty table, once. Returns how many were added.

    Staff who deleted them all do not get them back at the next start.
    """
    if await connection.scalar(select(func.count()).select_from(Canned)):
        return 0
    if not await occurrences.once(connection, SERIES, "seeded", "once", now):
        return 0
    added = [await add(connection, now, title, words, None) for title, words in replies]
    return len(added)
