"""Row ids before the row is written: what is sealed is bound to its row, so the number has to be known first."""

from __future__ import annotations

from functools import cache
from typing import Any

from sqlalchemy import TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Base

_NEXT = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")


async def reserve(connection: AsyncConnection, table: type[Base], count: int = 1) -> range:
    """The next `count` ids of a table, in order. No id is given out twice, not even when its row was deleted meanwhile:
    an old button must never find a new row.

    SQLite has one writer and remembers the highest id; PostgreSQL's sequence hands out each number once.
    """
    name = table.__tablename__
    if connection.dialect.name == "sqlite":
        last = int(await connection.scalar(_last(name), {"name": name}) or 0)
        return range(last + 1, last + 1 + count)
    ids = sorted(int(row[0]) for row in await connection.execute(_NEXT, {"name": name, "count": count}))
    if ids[-1] - ids[0] + 1 == count:
        return range(ids[0], ids[-1] + 1)
    return await reserve(connection, table, count)  # another process took numbers in between; these are left out


@cache
def _last(name: str) -> TextClause:
    """The highest id that a table of SQLite ever had; built once, for every message asks it."""
    highest: Any = f"SELECT max(id) FROM {name}"  # noqa: S608 - a table of ours
    return text(
        f"SELECT max(coalesce((SELECT seq FROM sqlite_sequence WHERE name = :name), 0), coalesce(({highest}), 0))"  # noqa: S608
    )
