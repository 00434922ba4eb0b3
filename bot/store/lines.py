"""Queries on lines: what was said, shown or noted in an escalation, sealed, with what it said before it was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Line, Side, Trace
from bot.store.rows import reserve
from bot.store.vault import Vault, vault_of

File = Mapping[str, Any]
"""`{"method": "sendPhoto", "field": "photo", "file_id": …, "name": …}`; a place has `latitude` and `longitude` instead."""


@dataclass(frozen=True, slots=True)
class Said:
    """One line, opened. `body` and `file` are None once it was deleted or forgotten."""

    id: int
    escalation_id: int
    side: Side
    author_id: int | None
    at: datetime
    body: str | None
    file: File | None
    chat_id: int | None
    message_id: int | None
    changed_at: datetime | None
    deleted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Copy:
    """A message of ours that shows a line."""

    chat_id: int
    message_id: int
    at: datetime


async def add(
    connection: AsyncConnection,
    escalation_id: int,
    side: Side,
    author_id: int | None,
    now: datetime,
    *,
    body: str | None = None,
    file: File | None = None,
    chat_id: int | None = None,
    message_id: int | None = None,
) -> int:
    """Add a line; `chat_id` and `message_id` are where its author wrote it. Returns its number."""
    row_id = (await reserve(connection, Line))[0]
    vault = vault_of(connection)
    values = {
        "id": row_id, "escalation_id": escalation_id, "side": side, "author_id": author_id, "at": now,
        "body": _sealed(vault, body, row_id),
        "file": None if file is None else vault.seal_json(dict(file), "lines", "file", row_id),
        "chat_id": chat_id, "message_id": message_id,
    }  # fmt: skip
    await connection.execute(insert(Line).values(**values))
    return row_id


def _sealed(vault: Vault, body: str | None, row_id: int) -> bytes | None:
    return None if body is None else vault.seal(body, "lines", "body", row_id)


def _said(vault: Vault, row: Any) -> Said:
    return Said(
        id=row.id,
        escalation_id=row.escalation_id,
        side=Side(row.side),
        author_id=row.author_id,
        at=row.at,
        body=None if row.body is None else vault.open(row.body, "lines", "body", row.id),
        file=None if row.file is None else vault.open_json(row.file, "lines", "file", row.id),
        chat_id=row.chat_id,
        message_id=row.message_id,
        changed_at=row.changed_at,
        deleted_at=row.deleted_at,
    )


async def get(connection: AsyncConnection, line_id: int) -> Said | None:
    """A line by its number."""
    row = (await connection.execute(select(Line).where(Line.id == line_id))).first()
    return _said(vault_of(connection), row) if row is not None else None


async def written_at(connection: AsyncConnection, chat_id: int, message_id: int) -> Said | None:
    """The line that somebody wrote as this message."""
    query = select(Line).where(Line.chat_id == chat_id, Line.message_id == message_id).order_by(Line.id.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return _said(vault_of(connection), row) if row is not None else None


async def page(
    connection: AsyncConnection, escalation_id: int, *, before: int | None = None, limit: int = 20
) -> list[Said]:
    """The last lines of an escalation, or the last before a line; oldest first."""
    query = select(Line).where(Line.escalation_id == escalation_id)
    if before is not None:
        query = query.where(Line.id < before)
    rows = (await connection.execute(query.order_by(Line.id.desc()).limit(limit))).all()
    vault = vault_of(connection)
    return [_said(vault, row) for row in rows][::-1]


async def count(connection: AsyncConnection, escalation_id: int) -> int:
    """How many lines an escalation has."""
    return int(await connection.scalar(select(func.count()).where(Line.escalation_id == escalation_id)) or 0)


async def since(connection: AsyncConnection, escalation_id: int, moment: datetime, side: Side) -> int:
    """How many lines of one side were written after this moment."""
    query = select(func.count()).where(Line.escalation_id == escalation_id, Line.side == side, Line.at > moment)
    return int(await connection.scalar(query) or 0)


async def change(connection: AsyncConnection, line: Said, body: str, now: datetime) -> None:
    """It says something else now; what it said before is kept."""
    vault = vault_of(connection)
    sealed = await connection.scalar(select(Line.history).where(Line.id == line.id))
    before = [] if sealed is None else vault.open_json(sealed, "lines", "history", line.id)
    before.append({"at": (line.changed_at or line.at).isoformat(), "text": line.body or ""})
    values = {
        "body": vault.seal(body, "lines", "body", line.id),
        "history": vault.seal_json(before, "lines", "history", line.id),
        "changed_at": now,
    }
    await connection.execute(update(Line).where(Line.id == line.id).values(**values))


async def history(connection: AsyncConnection, line_id: int) -> list[dict[str, str]]:
    """What a line said before it was changed, oldest first: `at` and `text`."""
    sealed = await connection.scalar(select(Line.history).where(Line.id == line_id))
    return [] if sealed is None else list(vault_of(connection).open_json(sealed, "lines", "history", line_id))


async def remove(connection: AsyncConnection, line_id: int, now: datetime) -> None:
    """Its author deleted it: the words go, what it said before too; that there was a line stays."""
    values = {"body": None, "file": None, "history": None, "deleted_at": now}
    await connection.execute(update(Line).where(Line.id == line_id).values(**values))


async def copies(connection: AsyncConnection, line_id: int) -> list[Copy]:
    """The messages of ours that show a line, oldest first."""
    query = select(Trace.chat_id, Trace.message_id, Trace.at).where(Trace.line_id == line_id).order_by(Trace.at)
    return [Copy(row.chat_id, row.message_id, row.at) for row in await connection.execute(query)]
