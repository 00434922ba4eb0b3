"""Queries on the first week: who is due the next small message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Chat, EnrolmentState, Escalation, EscalationState, Kind, Person

GRAVE = (Kind.CONCERN, Kind.WORRIED, Kind.FAULT)
"""Kinds of escalation that a safety card came with."""


async def due(connection: AsyncConnection, now: datetime, card_since: datetime, steps: int, limit: int) -> list[int]:
    """Who may hear the next message now, longest waiting first.

    Left out: who asked for quiet or can't be reached, who has something open with a person (nobody talks over that), and
    who was shown a safety card after `card_since`.
    """
    live = Escalation.state != EscalationState.RESOLVED
    grave = Escalation.kind.in_([str(kind) for kind in GRAVE]) & (Escalation.heard_at > card_since)
    query = (
        select(Person.id)
        .where(
            Person.state == EnrolmentState.ENROLLED,
            Person.telegram_id.is_not(None),
            Person.first_week_step < steps,
            Person.first_week_at <= now,
            Person.stopped_at.is_(None),
            or_(Person.quiet_until.is_(None), Person.quiet_until <= now),
            ~exists().where(Escalation.person_id == Person.id, live | grave),
            ~exists().where(Chat.chat_id == Person.telegram_id, Chat.reachable.is_(False)),
        )
        .order_by(Person.first_week_at, Person.id)
        .limit(limit)
    )
    return [int(row.id) for row in await connection.execute(query)]


async def step_of(connection: AsyncConnection, person_id: int) -> int:
    """How many of the messages somebody was sent."""
    return int(await connection.scalar(select(Person.first_week_step).where(Person.id == person_id)) or 0)


async def advance(connection: AsyncConnection, person_id: int, step: int, next_at: datetime | None) -> bool:
    """Note that message `step` (from 0) is sent, and when the next is due; False when somebody was quicker."""
    result = await connection.execute(
        update(Person)
        .where(Person.id == person_id, Person.first_week_step == step)
        .values(first_week_step=step + 1, first_week_at=next_at)
    )
    return bool(result.rowcount)


async def set_next(connection: AsyncConnection, person_id: int, next_at: datetime | None) -> None:
    """Say when the next one is due; None: never."""
    await connection.execute(update(Person).where(Person.id == person_id).values(first_week_at=next_at))
