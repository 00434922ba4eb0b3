"""Queries on received updates."""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SealError
from bot.models import Inbox, InboxState
from bot.store.vault import Vault, vault_of

log = logging.getLogger(__name__)
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


_INSERT: dict[str, Any] = {
    name: dialect.insert(Inbox).on_conflict_do_nothing(index_elements=["update_id"]).returning(Inbox.update_id)
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
_FINISH = (
    update(Inbox)
    .where(Inbox.update_id == bindparam("which"), Inbox.state == InboxState.WAITING)
    .values(state=bindparam("new_state"), finished_at=bindparam("at"), error=bindparam("why"))
)
_RECENT = (
    select(Inbox.update_id, Inbox.body)
    .where(
        Inbox.person_id == bindparam("person"),
        Inbox.received_at > bindparam("since"),
        Inbox.chat_id == bindparam("chat"),
        Inbox.update_id < bindparam("before"),
    )
    .order_by(Inbox.received_at.desc(), Inbox.update_id.desc())
    .limit(RECENT_AT_MOST)
)
# Statements of the way that every message takes are built once: building them took as long as running them.


async def add(connection: AsyncConnection, updates: Sequence[Received], now: datetime) -> list[Waiting]:
    """Store updates, each once: one that is already there is left as it is. Returns those that were new."""
    vault = vault_of(connection)
    rows = [
        {
            "update_id": u.update_id, "chat_id": u.chat_id, "person_id": u.person_id,
            "body": vault.seal(u.body, "inbox", "body", u.update_id),
            "received_at": now, "state": InboxState.WAITING, "attempts": 0,
        }
        for u in updates
    ]  # fmt: skip
    new = {row.update_id for row in await connection.execute(_INSERT[connection.dialect.name], rows)}
    return [Waiting(u.update_id, u.chat_id, u.person_id, u.body, 0, now) for u in updates if u.update_id in new]


async def waiting(connection: AsyncConnection, limit: int) -> list[Waiting]:
    """The updates that have waited longest, in order."""
    query = (
        select(Inbox.update_id, Inbox.chat_id, Inbox.person_id, Inbox.body, Inbox.attempts, Inbox.received_at)
        .where(Inbox.state == InboxState.WAITING)
        .order_by(Inbox.update_id)
        .limit(limit)
    )
    vault = vault_of(connection)
    return [
        Waiting(
            row.update_id,
            row.chat_id,
            row.person_id,
            _opened(vault, row.update_id, row.body),
            row.attempts,
            row.received_at,
        )
        for row in await connection.execute(query)
    ]


def _opened(vault: Vault, update_id: int, sealed: bytes) -> str:
    """The update's JSON; one that can't be opened is empty, so that it is set aside like any that can't be read."""
    try:
        return vault.open(sealed, "inbox", "body", update_id)
    except SealError as error:
        log.error("%s", error)
        return "{}"


async def take(connection: AsyncConnection, row: Waiting) -> bool:
    """Whether this transaction may handle the update: nobody else serves the chat, and it is the chat's next.

    On PostgreSQL the lock on the chat lives as long as the transaction, so a killed process leaves none behind. An earlier
    update of the chat, which another process has just stored, goes first.
    """
    if connection.dialect.name == "sqlite":
        return True
    key = row.chat_id if row.chat_id is not None else -row.update_id
    if not await connection.scalar(text("SELECT pg_try_advisory_xact_lock(:key)"), {"key": key}):
        return False
    of_chat = Inbox.update_id == row.update_id if row.chat_id is None else Inbox.chat_id == row.chat_id
    first = select(func.min(Inbox.update_id)).where(Inbox.state == InboxState.WAITING, of_chat)
    return await connection.scalar(first) == row.update_id


async def finish(
    connection: AsyncConnection, update_id: int, state: InboxState, now: datetime, error: str | None = None
) -> bool:
    """Mark a waiting update as done or quarantined; False when it was not waiting any more."""
    given = {"which": update_id, "new_state": state, "at": now, "why": error}
    return bool((await connection.execute(_FINISH, given)).rowcount)


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
    given = {"person": person_id, "chat": chat_id, "before": update_id, "since": now - RECENT}
    vault = vault_of(connection)
    rows = await connection.execute(_RECENT, given)
    return [json.loads(_opened(vault, row.update_id, row.body)) for row in rows][::-1]


async def counts(connection: AsyncConnection) -> dict[str, int]:
    """How many updates are in each state."""
    rows = await connection.execute(select(Inbox.state, func.count()).group_by(Inbox.state))
    return {str(state): int(count) for state, count in rows}


async def forget_done(connection: AsyncConnection, before: datetime) -> int:
    """Delete what was done before this moment.

    Telegram repeats an update for 24 hours at most and may start its numbers anew after a quiet week, so done rows are
    kept longer than the first and shorter than the second.
    """
    result = await connection.execute(delete(Inbox).where(Inbox.state == InboxState.DONE, Inbox.finished_at < before))
    return int(result.rowcount)


async def count_stuck(connection: AsyncConnection, before: datetime) -> int:
    """How many updates were received before this moment and still wait."""
    query = select(func.count()).where(Inbox.state == InboxState.WAITING, Inbox.received_at < before)
    return int(await connection.scalar(query) or 0)
