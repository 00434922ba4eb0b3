"""Queries on messages in groups that show how many come to a drop-in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, select, union_all, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Outbox, OutboxState
from bot.models import Post as PostRow


@dataclass(frozen=True, slots=True)
class Post:
    """One message: about one drop-in, or about the whole week in which that drop-in lies.

    `shown` is a checksum of the text that stands in the group; None: nobody knows.
    """

    chat_id: int
    message_id: int
    drop_in_id: int
    whole_week: bool
    shown: int | None


async def note(
    connection: AsyncConnection, chat_id: int, message_id: int, drop_in_id: int, *, whole_week: bool
) -> None:
    """From now on this message is brought up to date. Telegram says its number with the first press under it.

    In the table a whole week stands as the negative number of the drop-in.
    """
    insert: Any = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"chat_id": chat_id, "message_id": message_id, "drop_in_id": -drop_in_id if whole_week else drop_in_id}
    await connection.execute(insert(PostRow).values(**values).on_conflict_do_nothing())


async def all_(connection: AsyncConnection) -> list[Post]:
    """Every message that is kept up to date."""
    query = select(PostRow).order_by(PostRow.chat_id, PostRow.message_id)
    return [
        Post(row.chat_id, row.message_id, abs(row.drop_in_id), row.drop_in_id < 0, row.shown)
        for row in await connection.execute(query)
    ]


async def being_changed(connection: AsyncConnection, chat_ids: Iterable[int]) -> set[int]:
    """The groups in which an older change of a message is not through yet."""
    chats = list(chat_ids)
    # One query a state: each has its own partial index.
    under_way = (
        select(Outbox.chat_id).where(
            Outbox.state == state, Outbox.chat_id.in_(chats), Outbox.method == "editMessageText"
        )
        for state in (OutboxState.WAITING, OutboxState.SENDING)
    )
    return {row.chat_id for row in await connection.execute(union_all(*under_way))}


async def shows(connection: AsyncConnection, post: Post, shown: int) -> bool:
    """Note what the message shows from now on; False when it was noted already, or the message is forgotten."""
    here = (PostRow.chat_id == post.chat_id, PostRow.message_id == post.message_id)
    differs = PostRow.shown.is_(None) | (PostRow.shown != shown)
    result = await connection.execute(update(PostRow).where(*here, differs).values(shown=shown))
    return bool(result.rowcount)


async def forget(connection: AsyncConnection, post: Post) -> None:
    """The message stays as it is."""
    here = (PostRow.chat_id == post.chat_id, PostRow.message_id == post.message_id)
    await connection.execute(delete(PostRow).where(*here))
