"""Queries on the first week: who is due the next small message."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Chat, EnrolmentState, Escalation, EscalationState, Kind, Person

GRAVE = (Kind.CONCERN, Kind.WORRIED, Kind.FAULT)
"""Kinds of escalation that a safety card came with."""


def _something_open(card_since: datetime) -> ColumnElement[bool]:
    """An escalation that is not resolved, or came with a safety card lately."""
    grave = Escalation.kind.in_([str(kind) for kind in GRAVE]) & (Escalation.heard_at > card_since)
    return (Escalation.state != EscalationState.RESOLVED) | grave


async def is_busy(connection: AsyncConnection, person_id: int, card_since: datetime) -> bool:
    """Whether somebody has something open with a person, or was shown a safety card after `card_since`."""
    query = select(Escalation.id).where(Escalation.person_id == person_id, _something_open(card_since)).limit(1)
    return await connection.scalar(query) is not None


async def due(
    connection: AsyncConnection, now: datetime, card_since: datetime, steps: int, limit: int, only: int | None = None
) -> list[int]:
    """Who may hear the next message now, longest waiting first; or whether one person (`only`) may.

    Left out: who asked for quiet or can't be reached, who has something open with a person (nobody talks over that), and
    who was shown a safety card after `card_since`.
    """
    query = (
        select(Person.id)
        .where(
            Person.state == EnrolmentState.ENROLLED,
            Person.telegram_id.is_not(None),
            Person.first_week_step < steps,
            Person.first_week_at <= now,
            Person.stopped_at.is_(None),
            or_(Person.quiet_until.is_(None), Person.quiet_until <= now),
            ~exists().where(Escalation.person_id == Person.id, _something_open(card_since)),
            ~exists().where(Chat.chat_id == Person.telegram_id, Chat.reachable.is_(False)),
        )
        .order_by(Person.first_week_at, Person.id)
        .limit(limit)
    )
    if only is not None:
        query = query.where(Person.id == only)
    return [int(row.id) for row in await connection.execute(query)]


async def step_of(connection: AsyncConnection, person_id: int) -> int:
    """How many of the messages somebody was sent."""
    return int(await connection.scalar(select(Person.first_week_step).where(Person.id == person_id)) or 0)


async def advance(
    connection: AsyncConnection, person_id: int, step: int, next_at: datetime | None, due_by: datetime | None
) -> bool:
    """Note that message `step` (from 0) is sent, and when the next is due; False when somebody was quicker.

    `due_by`: only if it is due at that moment. Another process may have sent one since the look that found it due.
    """
    change = update(Person).where(Person.id == person_id, Person.first_week_step == step)
    if due_by is not None:
        change = change.where(Person.first_week_at <= due_by)
    result = await connection.execute(change.values(first_week_step=step + 1, first_week_at=next_at))
    return bool(result.rowcount)


async def set_next(connection: AsyncConnection, person_id: int, next_at: datetime | None) -> None:
    """Say when the next one is due; None: never."""
    await connection.execute(update(Person).where(Person.id == person_id).values(first_week_at=next_at))
