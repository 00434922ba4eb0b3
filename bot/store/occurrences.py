"""Queries on what happens once for each subject and day: a digest, a farewell, a warning."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Occurrence


async def once(connection: AsyncConnection, series: str, subject: object, day: date | str, now: datetime) -> bool:
    """Note that something of a series happens to a subject on a day; False when it happened before.

    It is part of the caller's transaction: what the caller does about it and this note stand or fall together.
    """
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {"series": series, "subject": str(subject), "day": str(day), "at": now}
    statement = insert(Occurrence).values(**values).on_conflict_do_nothing().returning(Occurrence.id)
    return await connection.scalar(statement) is not None


async def happened(connection: AsyncConnection, series: str, subject: object, day: date | str) -> datetime | None:
    """When it was noted; None when it was not."""
    query = select(Occurrence.at).where(
        Occurrence.series == series, Occurrence.subject == str(subject), Occurrence.day == str(day)
    )
    return await connection.scalar(query)


async def again(connection: AsyncConnection, series: str, subject: object, day: date | str, now: datetime) -> None:
    """Note that what happened before goes on: its moment is now."""
    await connection.execute(
        update(Occurrence)
        .where(Occurrence.series == series, Occurrence.subject == str(subject), Occurrence.day == str(day))
        .values(at=now)
    )
