"""Queries on enquiries: how they were answered and whether that helped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Enquiry

_INSERT = insert(Enquiry).returning(Enquiry.id)


async def add(
    connection: AsyncConnection,
    *,
    update_id: int,
    chat_id: int,
    person_id: int | None,
    now: datetime,
    outcome: str,
    entry_id: str | None,
) -> int:
    """Remember how an enquiry was answered; returns its id for the buttons under the answer."""
    given = {
        "update_id": update_id, "chat_id": chat_id, "person_id": person_id, "asked_at": now, "outcome": outcome,
        "entry_id": entry_id, "helpful": None,
    }  # fmt: skip
    return int(await connection.scalar(_INSERT, given) or 0)


async def rate(connection: AsyncConnection, enquiry_id: int, person_id: int, helpful: bool) -> bool:
    """Note whether an answer helped. Only the person who asked can say; False for anybody else."""
    result = await connection.execute(
        update(Enquiry).where(Enquiry.id == enquiry_id, Enquiry.person_id == person_id).values(helpful=helpful)
    )
    return bool(result.rowcount)


async def of_update(connection: AsyncConnection, update_id: int) -> int | None:
    """The enquiry that an update led to, if any."""
    return await connection.scalar(select(Enquiry.id).where(Enquiry.update_id == update_id))
