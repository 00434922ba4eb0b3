"""Queries on break-glass: who looks into whose matters, for an hour, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import BreakGlass
from bot.store.rows import reserve
from bot.store.vault import vault_of


@dataclass(frozen=True, slots=True)
class LookIn:
    """Somebody may look into a young person's matters until then; `reason` is in their own words."""

    id: int
    person_id: int
    young_person_id: int
    reason: str
    starts_at: datetime
    until: datetime


async def add(
    connection: AsyncConnection, person_id: int, young_person_id: int, reason: str, starts_at: datetime, until: datetime
) -> int:
    """Write down that somebody looks in, and why; returns its number."""
    row_id = (await reserve(connection, BreakGlass))[0]
    values = {
        "id": row_id, "person_id": person_id, "young_person_id": young_person_id, "starts_at": starts_at, "until": until,
        "reason": vault_of(connection).seal(reason, "break_glass", "reason", row_id),
    }  # fmt: skip
    await connection.execute(insert(BreakGlass).values(**values))
    return row_id


async def get(connection: AsyncConnection, look_in_id: int) -> LookIn | None:
    """One of them by its number."""
    row = (await connection.execute(select(BreakGlass).where(BreakGlass.id == look_in_id))).first()
    return _look_in(connection, row) if row is not None else None


async def of_young_person(connection: AsyncConnection, young_person_id: int) -> list[LookIn]:
    """Everybody who ever looked into this young person's matters in this way, oldest first."""
    query = select(BreakGlass).where(BreakGlass.young_person_id == young_person_id).order_by(BreakGlass.id)
    return [_look_in(connection, row) for row in await connection.execute(query)]


def _look_in(connection: AsyncConnection, row: Any) -> LookIn:
    reason = vault_of(connection).open(row.reason, "break_glass", "reason", row.id)
    return LookIn(row.id, row.person_id, row.young_person_id, reason, row.starts_at, row.until)
