"""Queries on absences: who is off from when until when, and who covers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Absence
from bot.store.rows import reserve


@dataclass(frozen=True, slots=True)
class Off:
    """One absence that is not over. `cover_id` None: duty covers."""

    id: int
    person_id: int
    starts_at: datetime
    until: datetime
    cover_id: int | None


async def add(
    connection: AsyncConnection, person_id: int, starts_at: datetime, until: datetime, cover_id: int | None
) -> int:
    """Write down an absence; returns its number."""
    row_id = (await reserve(connection, Absence))[0]
    values = {"id": row_id, "person_id": person_id, "starts_at": starts_at, "until": until, "cover_id": cover_id}
    await connection.execute(insert(Absence).values(**values))
    return row_id


async def not_over(connection: AsyncConnection, person_id: int, now: datetime) -> list[Off]:
    """This person's absences that run now or lie ahead, the next one first."""
    query = (
        select(Absence.id, Absence.person_id, Absence.starts_at, Absence.until, Absence.cover_id)
        .where(Absence.person_id == person_id, Absence.until > now, Absence.ended_at.is_(None))
        .order_by(Absence.starts_at, Absence.id)
    )
    return [Off(*row) for row in await connection.execute(query)]


async def end(connection: AsyncConnection, absence_id: int, now: datetime) -> None:
    """An absence is over, or will not be."""
    await connection.execute(update(Absence).where(Absence.id == absence_id).values(ended_at=now))
