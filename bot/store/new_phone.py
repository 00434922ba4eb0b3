"""Queries for somebody's new phone: what was bound to the old account goes on with the new one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Escalation, EscalationState, Interest, Line, Outcome, Place, Receipt, Trace, Veiled


async def close_into(connection: AsyncConnection, closed_id: int, kept_id: int, person_id: int, now: datetime) -> None:
    """One escalation goes on inside another of the same person: its lines and messages move there."""
    for table in (Line, Trace, Veiled):
        await connection.execute(update(table).where(table.escalation_id == closed_id).values(escalation_id=kept_id))
    await connection.execute(
        update(Escalation)
        .where(Escalation.id == closed_id)
        .values(state=EscalationState.RESOLVED, outcome=Outcome.MISTAKE, resolved_at=now, person_id=person_id)
    )


async def adopt(connection: AsyncConnection, person_id: int, account: int) -> None:
    """What is open with an account belongs to the person whose account it now is."""
    is_live = Escalation.state != EscalationState.RESOLVED
    await connection.execute(
        update(Escalation).where(Escalation.telegram_id == account, is_live).values(person_id=person_id)
    )
    for table in (Place, Interest):
        theirs: Any = table
        await connection.execute(update(theirs).where(theirs.telegram_id == account).values(person_id=person_id))
    await connection.execute(update(Place).where(Place.telegram_id == account).values(name=None))


async def move_escalations(connection: AsyncConnection, person_id: int, new: int) -> None:
    """What is open with the new account belongs to the person, and all of theirs is answered there."""
    await adopt(connection, person_id, new)
    await connection.execute(update(Escalation).where(Escalation.person_id == person_id).values(telegram_id=new))


async def move_veiled(connection: AsyncConnection, old: int, new: int) -> list[int]:
    """Messages behind neutral words can be revealed on the new account only. Returns those that nobody revealed yet."""
    unseen = select(Veiled.id).where(Veiled.telegram_id == old, Veiled.shown_at.is_(None)).order_by(Veiled.id)
    ids = [int(row.id) for row in await connection.execute(unseen)]
    await connection.execute(update(Veiled).where(Veiled.telegram_id == old).values(telegram_id=new))
    return ids


async def move_plans(connection: AsyncConnection, old: int, new: int) -> None:
    """Their drop-ins, their opportunities and what they were sent go on with the new account; what it said itself counts."""
    for model, key, account in (
        (Place, "drop_in_id", "telegram_id"), (Interest, "opportunity_id", "telegram_id"), (Receipt, "thing", "chat_id"),
    ):  # fmt: skip
        table: Any = model
        column, of = getattr(table, key), getattr(table, account)
        said_there = select(column).where(of == new)
        await connection.execute(delete(table).where(of == old, column.in_(said_there)))
        await connection.execute(update(table).where(of == old).values({account: new}))
