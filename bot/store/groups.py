"""Queries on groups: which are on the council's allow-list, and who sits in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Audience
from bot.models import Group as Row
from bot.store.rows import reserve
from bot.store.vault import vault_of

SUPERGROUPS = -(10**12)
"""A supergroup's id lies below this, an old group's above (Bot API, as every client has it)."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group that the bot is in, or was."""

    id: int
    chat_id: int
    title: str
    audience: Audience | None
    added_by: int | None
    registered_at: datetime | None
    left_at: datetime | None
    topics: bool

    @property
    def is_registered(self) -> bool:
        """Whether a manager said who is in it, and the bot is still there."""
        return self.audience is not None and self.left_at is None


_COLUMNS = (Row.id, Row.chat_id, Row.title, Row.audience, Row.added_by, Row.registered_at, Row.left_at, Row.topics)


def _group(connection: AsyncConnection, row: Any) -> Group:
    title = vault_of(connection).open(row.title, "groups", "title", row.id) if row.title is not None else ""
    audience = Audience(row.audience) if row.audience is not None else None
    return Group(row.id, row.chat_id, title, audience, row.added_by, row.registered_at, row.left_at, row.topics)


async def of_chat(connection: AsyncConnection, chat_id: int) -> Group | None:
    """The group with this chat id; None when nobody was ever asked about it."""
    row = (await connection.execute(select(*_COLUMNS).where(Row.chat_id == chat_id))).first()
    return _group(connection, row) if row is not None else None


async def get(connection: AsyncConnection, group_id: int) -> Group | None:
    """The group with this number."""
    row = (await connection.execute(select(*_COLUMNS).where(Row.id == group_id))).first()
    return _group(connection, row) if row is not None else None


async def here(connection: AsyncConnection) -> list[Group]:
    """The groups that the bot is in, as far as it knows, oldest first."""
    query = select(*_COLUMNS).where(Row.left_at.is_(None)).order_by(Row.id)
    return [_group(connection, row) for row in await connection.execute(query)]


async def with_audience(connection: AsyncConnection, audience: Audience) -> list[Group]:
    """The registered groups with this audience, oldest first: the duty team's, for one."""
    return [group for group in await here(connection) if group.audience is audience]


async def may_become(connection: AsyncConnection, title: str, since: datetime) -> bool:
    """Whether a registered group of this name may be turning into a supergroup: of the old kind, and here until lately."""
    rows = await connection.execute(select(*_COLUMNS).where(Row.audience.is_not(None), Row.chat_id > SUPERGROUPS))
    found = [_group(connection, row) for row in rows]
    return any(group.title == title and (group.left_at is None or group.left_at >= since) for group in found)


async def note(
    connection: AsyncConnection, now: datetime, chat_id: int, title: str, added_by: int | None, *, left: bool = False
) -> Group:
    """Note a group that the bot came into; whatever was registered for it before counts no more.

    `left`: the bot leaves it at once, and nobody is asked about it.
    """
    known = await of_chat(connection, chat_id)
    row_id = known.id if known is not None else (await reserve(connection, Row))[0]
    left_at = now if left else None
    values = {
        "title": vault_of(connection).seal(title, "groups", "title", row_id), "audience": None, "added_by": added_by,
        "asked_at": now, "registered_by": None, "registered_at": None, "left_at": left_at, "topics": False,
    }  # fmt: skip
    if known is None:
        await connection.execute(insert(Row).values(id=row_id, chat_id=chat_id, **values))
    else:
        await connection.execute(update(Row).where(Row.id == row_id).values(**values))
    return Group(row_id, chat_id, title, None, added_by, None, left_at, False)


async def register(
    connection: AsyncConnection, now: datetime, group_id: int, audience: Audience, registered_by: int | None
) -> None:
    """Put a group on the allow-list, or say anew who is in it. Topics are for the duty team alone."""
    values: dict[str, Any] = {"audience": audience, "registered_by": registered_by, "registered_at": now}
    if audience is not Audience.DUTY:
        values["topics"] = False
    await connection.execute(update(Row).where(Row.id == group_id).values(**values))


async def set_topics(connection: AsyncConnection, group_id: int, on: bool) -> None:
    """Whether each question gets a topic of its own in a duty team's group."""
    await connection.execute(update(Row).where(Row.id == group_id).values(topics=on))


async def rename(connection: AsyncConnection, group: Group, title: str) -> None:
    """The group has another name now."""
    sealed = vault_of(connection).seal(title, "groups", "title", group.id)
    await connection.execute(update(Row).where(Row.id == group.id).values(title=sealed))


async def left(connection: AsyncConnection, now: datetime, chat_id: int) -> Group | None:
    """The bot is not in the group any more. Who sat in it stays written, because a move to another id may follow."""
    group = await of_chat(connection, chat_id)
    if group is not None and group.left_at is None:
        await connection.execute(update(Row).where(Row.id == group.id).values(left_at=now))
    return group


async def came_over(connection: AsyncConnection, chat_id: int) -> None:
    """A group moved to this id, so the bot is in it, whatever was heard on the way."""
    await connection.execute(update(Row).where(Row.chat_id == chat_id, Row.audience.is_not(None)).values(left_at=None))
