"""Queries on lines: what was said, shown or noted in an escalation, sealed, with what it said before it was changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Line, Outbox, OutboxState, Side, Trace
from bot.store.rows import reserve
from bot.store.vault import Vault, vault_of

File = Mapping[str, Any]
"""`{"method": "sendPhoto", "field": "photo", "file_id": …, "name": …}`; a place has `latitude` and `longitude` instead."""


TAKEN_BACK = "taken back"
"""Why a message was not sent: its author deleted or changed it first."""


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
    """Add a line; `chat_id` and `message_id` are where its author wrote it. Returns its number.

    A message is a line once: added again, it is the same line, changed if it says something else now.
    """
    known = None if chat_id is None or message_id is None else await written_at(connection, chat_id, message_id)
    if known is not None and (known.escalation_id, known.side) == (escalation_id, side):
        if body is not None and body != known.body and known.deleted_at is None:
            await change(connection, known, body, now)
        return known.id
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


_BLANK_NOTE = (Line.side == Side.NOTE) & Line.body.is_(None) & Line.deleted_at.is_(None)
"""A note that somebody was asked for and has not written."""


async def page(
    connection: AsyncConnection, escalation_id: int, *, before: int | None = None, limit: int = 20
) -> list[Said]:
    """The last lines of an escalation, or the last before a line; oldest first."""
    query = select(Line).where(Line.escalation_id == escalation_id, ~_BLANK_NOTE)
    if before is not None:
        query = query.where(Line.id < before)
    rows = (await connection.execute(query.order_by(Line.id.desc()).limit(limit))).all()
    vault = vault_of(connection)
    return [_said(vault, row) for row in rows][::-1]


async def count(connection: AsyncConnection, escalation_id: int, before: int | None = None) -> int:
    """How many lines an escalation has, or has before one of them."""
    query = select(func.count()).where(Line.escalation_id == escalation_id, ~_BLANK_NOTE)
    if before is not None:
        query = query.where(Line.id < before)
    return int(await connection.scalar(query) or 0)


async def after(connection: AsyncConnection, escalation_id: int, line_id: int, limit: int) -> list[Said]:
    """What was said after a line, notes aside; oldest first."""
    query = select(Line).where(Line.escalation_id == escalation_id, Line.id > line_id, Line.side != Side.NOTE)
    rows = (await connection.execute(query.order_by(Line.id).limit(limit))).all()
    vault = vault_of(connection)
    return [_said(vault, row) for row in rows]


async def write_note(
    connection: AsyncConnection, line_id: int, body: str, now: datetime, chat_id: int, message_id: int
) -> None:
    """The note that somebody was asked for."""
    sealed = vault_of(connection).seal(body, "lines", "body", line_id)
    values = {"body": sealed, "at": now, "chat_id": chat_id, "message_id": message_id}
    await connection.execute(update(Line).where(Line.id == line_id).values(**values))


async def since(connection: AsyncConnection, escalation_id: int, moment: datetime, side: Side) -> int:
    """How many lines of one side were written from this moment on."""
    query = select(func.count()).where(Line.escalation_id == escalation_id, Line.side == side, Line.at >= moment)
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


async def copies(connection: AsyncConnection, line: Said) -> list[Copy]:
    """The messages of ours that show a line to others than its author, oldest first."""
    query = select(Trace.chat_id, Trace.message_id, Trace.at).where(
        Trace.line_id == line.id, Trace.chat_id != line.chat_id
    )
    rows = await connection.execute(query.order_by(Trace.chat_id, Trace.message_id))
    return [Copy(row.chat_id, row.message_id, row.at) for row in rows]


_UNDER_WAY = (OutboxState.WAITING, OutboxState.SENDING)


async def waiting(connection: AsyncConnection, line: Said) -> set[int]:
    """The chats for which a message that shows this line has not left yet."""
    return await _chats(connection, line, OutboxState.WAITING)


async def leaving(connection: AsyncConnection, line: Said) -> set[int]:
    """The chats to which a message that shows this line is being sent at this moment."""
    return await _chats(connection, line, OutboxState.SENDING)


async def _chats(connection: AsyncConnection, line: Said, state: OutboxState) -> set[int]:
    query = select(Outbox.chat_id).where(*_shows(line), Outbox.state == state)
    return {int(row.chat_id) for row in await connection.execute(query)}


def _shows(line: Said) -> tuple[Any, ...]:
    return (
        Outbox.escalation_id == line.escalation_id,
        Outbox.line_id == line.id,
        Outbox.method.like("send%"),
        Outbox.chat_id.is_not(None),
        Outbox.chat_id != line.chat_id,
    )


async def cancel(connection: AsyncConnection, line: Said, now: datetime) -> None:
    """What shows this line and has not left yet is not sent any more; nobody is told that it did not arrive."""
    await connection.execute(
        update(Outbox)
        .where(*_shows(line), Outbox.state == OutboxState.WAITING)
        .values(
            state=OutboxState.REFUSED, error=TAKEN_BACK, finished_at=now, reported=True, attempts=Outbox.attempts + 1
        )
    )


async def blank(connection: AsyncConnection, line: Said) -> None:
    """Its words are not kept with what was sent either."""
    query = select(Outbox.id).where(
        Outbox.escalation_id == line.escalation_id, Outbox.line_id == line.id, Outbox.state.not_in(_UNDER_WAY)
    )
    vault = vault_of(connection)
    for row in (await connection.execute(query)).all():
        sealed = vault.seal_json({}, "outbox", "payload", row.id)
        await connection.execute(update(Outbox).where(Outbox.id == row.id).values(payload=sealed))


async def told_lately(connection: AsyncConnection, escalation_id: int, chat_id: int, since: datetime) -> bool:
    """Whether its author was told after this moment that a line of theirs was taken up."""
    own = select(Line.id).where(Line.escalation_id == escalation_id, Line.side == Side.YOUNG_PERSON)
    query = select(Outbox.id).where(
        Outbox.escalation_id == escalation_id, Outbox.chat_id == chat_id, Outbox.line_id.in_(own),
        Outbox.created_at > since,
    )  # fmt: skip
    return await connection.scalar(query.limit(1)) is not None
