"""Queries on drafts: what staff typed and did not say whom it is for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Draft
from bot.store.rows import reserve
from bot.store.vault import vault_of


@dataclass(frozen=True, slots=True)
class Kept:
    """A draft, opened."""

    id: int
    person_id: int
    text: str | None
    file: Mapping[str, Any] | None
    chat_id: int
    message_id: int


async def add(
    connection: AsyncConnection,
    now: datetime,
    person_id: int,
    *,
    text: str | None,
    file: Mapping[str, Any] | None,
    chat_id: int,
    message_id: int,
) -> int:
    """Keep what somebody typed; returns its number."""
    row_id = (await reserve(connection, Draft))[0]
    message = {
        "text": text,
        "file": dict(file) if file is not None else None,
        "chat_id": chat_id,
        "message_id": message_id,
    }
    sealed = vault_of(connection).seal_json(message, "drafts", "message", row_id)
    await connection.execute(insert(Draft).values(id=row_id, person_id=person_id, message=sealed, created_at=now))
    return row_id


async def get(connection: AsyncConnection, draft_id: int, person_id: int) -> Kept | None:
    """Somebody's own draft; None when it was settled, or is somebody else's."""
    query = select(Draft).where(Draft.id == draft_id, Draft.person_id == person_id).with_for_update()
    row = (await connection.execute(query)).first()
    return _kept(connection, row) if row is not None else None


async def written_at(connection: AsyncConnection, person_id: int, chat_id: int, message_id: int) -> Kept | None:
    """Somebody's draft that they typed as this message."""
    rows = (await connection.execute(select(Draft).where(Draft.person_id == person_id))).all()
    found = (_kept(connection, row) for row in rows)
    return next((draft for draft in found if (draft.chat_id, draft.message_id) == (chat_id, message_id)), None)


async def change(connection: AsyncConnection, draft: Kept, text: str) -> None:
    """It says something else now."""
    message = {
        "text": text, "file": dict(draft.file) if draft.file is not None else None, "chat_id": draft.chat_id,
        "message_id": draft.message_id,
    }  # fmt: skip
    sealed = vault_of(connection).seal_json(message, "drafts", "message", draft.id)
    await connection.execute(update(Draft).where(Draft.id == draft.id).values(message=sealed))


async def remove(connection: AsyncConnection, draft_id: int) -> None:
    """It is settled."""
    await connection.execute(delete(Draft).where(Draft.id == draft_id))


def _kept(connection: AsyncConnection, row: Any) -> Kept:
    message = vault_of(connection).open_json(row.message, "drafts", "message", row.id)
    return Kept(row.id, row.person_id, message["text"], message["file"], message["chat_id"], message["message_id"])
