"""Queries on messages that wait behind neutral words until they are tapped."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Veiled
from bot.store.rows import reserve
from bot.store.vault import vault_of


async def add(
    connection: AsyncConnection,
    now: datetime,
    telegram_id: int,
    calls: list[tuple[str, dict[str, Any]]],
    escalation_id: int | None,
    line_id: int | None,
) -> int:
    """Keep a message; returns its number for the button."""
    row_id = (await reserve(connection, Veiled))[0]
    sealed = vault_of(connection).seal_json(calls, "veiled", "calls", row_id)
    await connection.execute(
        insert(Veiled).values(
            id=row_id,
            telegram_id=telegram_id,
            calls=sealed,
            escalation_id=escalation_id,
            line_id=line_id,
            created_at=now,
        )
    )
    return row_id


async def reveal(
    connection: AsyncConnection, row_id: int, telegram_id: int, now: datetime
) -> tuple[list[list[Any]], int | None, int | None] | None:
    """The calls of a message that waits for this account, its escalation and line; None when there is none."""
    row = (
        await connection.execute(select(Veiled).where(Veiled.id == row_id, Veiled.telegram_id == telegram_id))
    ).first()
    if row is None:
        return None
    await connection.execute(update(Veiled).where(Veiled.id == row_id).values(shown_at=now))
    return vault_of(connection).open_json(row.calls, "veiled", "calls", row_id), row.escalation_id, row.line_id


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Delete what was kept before this moment."""
    return int((await connection.execute(delete(Veiled).where(Veiled.created_at < before))).rowcount)


async def of_line(connection: AsyncConnection, line_id: int) -> list[tuple[int, bool]]:
    """The messages that show a line: their numbers, and whether they were tapped already."""
    query = select(Veiled.id, Veiled.shown_at).where(Veiled.line_id == line_id).order_by(Veiled.id)
    return [(row.id, row.shown_at is not None) for row in await connection.execute(query)]


async def replace(connection: AsyncConnection, row_id: int, calls: list[tuple[str, dict[str, Any]]]) -> None:
    """Behind the neutral words there is something else now."""
    sealed = vault_of(connection).seal_json(calls, "veiled", "calls", row_id)
    await connection.execute(update(Veiled).where(Veiled.id == row_id).values(calls=sealed))


async def remove_line(connection: AsyncConnection, line_id: int) -> None:
    """The line was deleted: there is nothing to show any more."""
    await connection.execute(delete(Veiled).where(Veiled.line_id == line_id))
