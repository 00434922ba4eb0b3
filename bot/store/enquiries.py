"""Queries on enquiries: how they were answered and whether that helped."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert, update
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


async def forget_updates(connection: AsyncConnection, before: datetime) -> int:
    """Cut old enquiries loose from their updates, whose numbers Telegram may use again."""
    result = await connection.execute(
        update(Enquiry).where(Enquiry.asked_at < before, Enquiry.update_id.is_not(None)).values(update_id=None)
    )
    return int(result.rowcount)
