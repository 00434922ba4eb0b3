"""Queries on received updates."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Inbox, InboxState

RECENT = timedelta(minutes=10)
"""Messages this close together are read together (safety-and-reliability S10)."""
RECENT_AT_MOST = 20
"""Enough to read a split message; a flood must not make every further message slower."""


@dataclass(frozen=True, slots=True)
class Received:
    """One update before it is stored: its id, whose turn it waits for, and its JSON as received."""

    update_id: int
    chat_id: int | None
    person_id: int | None
    body: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that still has to be handled."""

    update_id: int
    chat_id: int | None
    person_id: int | None
    body: str
    attempts: int
    received_at: datetime


async def add(connection: AsyncConnection, updates: Sequence[Received], now: datetime) -> int:
    """Store updates, each once: one that is already there is left as it is. Returns how many were new."""
    rows = [
        {
            "update_id": u.update_id, "chat_id": u.chat_id, "person_id": u.person_id, "body": u.body,
            "received_at": now, "state": InboxState.WAITING, "attempts": 0,
        }
        for u in updates
    ]  # fmt: skip
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Inbox).on_conflict_do_nothing(index_elements=["update_id"]).returning(Inbox.update_id)
    return len((await connection.execute(statement, rows)).all())


async def waiting(connection: AsyncConnection, limit: int, not_of: Sequence[int] = ()) -> list[Waiting]:
    """The next updates in order, leaving out chats that are being served already."""
    query = (
        select(Inbox.update_id, Inbox.chat_id, Inbox.person_id, Inbox.body, Inbox.attempts, Inbox.received_at)
        .where(Inbox.state == InboxState.WAITING)
        .order_by(Inbox.update_id)
        .limit(limit)
    )
    if not_of:
        query = query.where(or_(Inbox.chat_id.is_(None), Inbox.chat_id.not_in(not_of)))
    return [Waiting(*row) for row in await connection.execute(query)]


async def take(connection: AsyncConnection, row: Waiting) -> bool:
    """Whether this transaction may handle the update: nobody else serves the chat, and it is still waiting.

    On PostgreSQL the lock on the chat lives as long as the transaction, so a killed process leaves none behind.
    """
    if connection.dialect.name == "sqlite":
        return True
    key = row.chat_id if row.chat_id is not None else -row.update_id
    if not await connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key}):
        return False
    state = await connection.scalar(select(Inbox.state).where(Inbox.update_id == row.update_id))
    return state == InboxState.WAITING


async def finish(
    connection: AsyncConnection, update_id: int, state: InboxState, now: datetime, error: str | None = None
) -> None:
    """Mark an update as done or quarantined."""
    await connection.execute(
        update(Inbox).where(Inbox.update_id == update_id).values(state=state, finished_at=now, error=error)
    )


async def count_attempt(connection: AsyncConnection, update_id: int, error: str | None) -> int:
    """Count one more attempt; returns how many there were, so that a poisonous update is found after a crash too."""
    attempts = await connection.scalar(
        update(Inbox)
        .where(Inbox.update_id == update_id)
        .values(attempts=Inbox.attempts + 1, error=error)
        .returning(Inbox.attempts)
    )
    return int(attempts or 0)


async def recent_bodies(connection: AsyncConnection, person_id: int, chat_id: int, update_id: int, now: datetime) -> list[dict[str, Any]]:  # fmt: skip
    """What the same person sent in the same chat in the last ten minutes, oldest first."""
    query = (
        select(Inbox.body)
        .where(
            Inbox.person_id == person_id,
            Inbox.received_at > now - RECENT,
            Inbox.chat_id == chat_id,
            Inbox.update_id < update_id,
        )
        .order_by(Inbox.received_at.desc(), Inbox.update_id.desc())
        .limit(RECENT_AT_MOST)
    )
    return [json.loads(row.body) for row in await connection.execute(query)][::-1]


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many updates are in each state."""
    rows = await connection.execute(select(Inbox.state, func.count()).group_by(Inbox.state))
    return {str(state): int(count) for state, count in rows.tuples()}


async def forget_done(connection: AsyncConnection, before: datetime) -> int:
    """Delete what was done before this moment.

    Telegram repeats an update for 24 hours at most and may start its numbers anew after a quiet week, so done rows are
    kept longer than the first and shorter than the second.
    """
    result = await connection.execute(delete(Inbox).where(Inbox.state == InboxState.DONE, Inbox.finished_at < before))
    return int(result.rowcount)
