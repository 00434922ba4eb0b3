"""A Hub with drop-ins in the tables, for tests: what staff would have made of their programme."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import DropIn, DropInState, Series
from tests.conftest import NOW

LONDON = ZoneInfo("Europe/London")
_number = count(1)


async def drop_in(
    connection: AsyncConnection, starts_at: datetime, *, hours: float = 2, capacity: int | None = None, **series: Any
) -> int:
    """The only session of a series of its own, as the timetable would make it; returns its number."""
    number = next(_number)
    opens, closes = (one.astimezone(LONDON) for one in (starts_at, starts_at + timedelta(hours=hours)))
    given = {
        "uid": f"series {number}", "name": "Job club", "agency": "DWP", "topic": "work", "place": "The Hub, 12 Mill Lane",
        "map_url": "https://maps.example/hub", "bring": "your CV", "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}",
        "first_day": f"{opens:%Y-%m-%d}", "changed_at": NOW, **series,
    }  # fmt: skip
    series_id = await connection.scalar(insert(Series).values(**given).returning(Series.id))
    values = {
        "series_id": series_id, "day": f"{opens:%Y-%m-%d}", "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=hours), "capacity": capacity,
    }  # fmt: skip
    return int(await connection.scalar(insert(DropIn).values(**values).returning(DropIn.id)) or 0)


async def cancel(connection: AsyncConnection, drop_in_id: int, note: str | None = None) -> None:
    """Staff cancel it; nobody is told yet."""
    await change(connection, drop_in_id, state=DropInState.CANCELLED, note=note)


async def change(connection: AsyncConnection, drop_in_id: int, **values: Any) -> None:
    """Staff change something about it."""
    given = {"sequence": DropIn.sequence + 1, **values}
    await connection.execute(update(DropIn).where(DropIn.id == drop_in_id).values(**given))
