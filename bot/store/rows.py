"""Row ids before the row is written: what is sealed is bound to its row, so the number has to be known first."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Base


async def reserve(connection: AsyncConnection, table: type[Base], count: int = 1) -> range:
    """The next `count` ids of a table, in order.

    SQLite has one writer, so the highest id tells; PostgreSQL's sequence hands out each number once.
    """
    model: Any = table
    if connection.dialect.name == "sqlite":
        last = int(await connection.scalar(select(func.max(model.id))) or 0)
        return range(last + 1, last + 1 + count)
    query = text("SELECT nextval(pg_get_serial_sequence(:name, 'id')) FROM generate_series(1, :count)")
    ids = sorted(int(row[0]) for row in await connection.execute(query, {"name": table.__tablename__, "count": count}))
    if ids[-1] - ids[0] + 1 == count:
        return range(ids[0], ids[-1] + 1)
    return await reserve(connection, table, count)  # another process took numbers in between; these are left out
