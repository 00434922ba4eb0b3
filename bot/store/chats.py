"""Queries on chats: whether they can be written to, and the move of a group to a supergroup."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import CHAT, Base, Chat, Group, Post, Receipt, Seen
from bot.store import outbox


async def heard_from(connection: AsyncConnection, chat_id: int, kind: str, now: datetime) -> None:
    """A chat wrote: it can be written to, whatever was noted before."""
    await _upsert(connection, chat_id, {"kind": kind, "reachable": True, "reason": None, "last_heard_at": now})


async def lost(connection: AsyncConnection, chat_id: int, kind: str, reason: str) -> None:
    """Note that a chat can't be written to any more, and why."""
    await _upsert(connection, chat_id, {"kind": kind, "reachable": False, "reason": reason[:100]})


async def is_reachable(connection: AsyncConnection, chat_id: int) -> bool | None:
    """Whether a chat can be written to; None when the bot never heard of it."""
    return await connection.scalar(select(Chat.reachable).where(Chat.chat_id == chat_id))


async def move(connection: AsyncConnection, old: int, new: int) -> int:
    """Rewrite a group's id in every table at once. Returns how many rows changed."""
    for model in (Chat, Group):  # these hold a chat once: what was noted under the new id gives way
        there: Any = model
        known = select(there.chat_id).where(there.chat_id == old)
        if await connection.scalar(known) is not None:
            await connection.execute(delete(there).where(there.chat_id == new))
    await _give_way(connection, old, new)
    changed = 0
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if column.info == CHAT:
                result = await connection.execute(update(table).where(column == old).values({column.name: new}))
                changed += int(result.rowcount)
    await outbox.sign_anew(connection, old, new)
    return changed


async def _give_way(connection: AsyncConnection, old: int, new: int) -> None:
    """What stands under both ids would stand there twice: a group gets one thing once, and somebody is in it once."""
    for model, key in ((Receipt, "thing"), (Seen, "telegram_id"), (Post, "message_id")):
        there: Any = model
        column = getattr(there, key)
        twice = select(column).where(there.chat_id == new)
        await connection.execute(delete(there).where(there.chat_id == old, column.in_(twice)))


async def _upsert(connection: AsyncConnection, chat_id: int, values: dict[str, Any]) -> None:
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Chat).values(chat_id=chat_id, **{"reachable": True, **values})
    await connection.execute(statement.on_conflict_do_update(index_elements=["chat_id"], set_=values))
