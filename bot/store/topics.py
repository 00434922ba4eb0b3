"""Queries on topics: which escalation a duty team's forum shows in which thread, and what it has shown so far."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Audience, Escalation, EscalationState, Group, Outbox, OutboxState, Rung, Topic, Trace
from bot.store.rows import reserve


@dataclass(frozen=True, slots=True)
class Window:
    """A topic that shows one escalation. `thread_id` is None until Telegram has said its number."""

    id: int
    chat_id: int
    thread_id: int | None
    escalation_id: int


_COLUMNS = (Topic.id, Topic.chat_id, Topic.thread_id, Topic.escalation_id)
_HERE = Topic.lost_at.is_(None)


async def forum(connection: AsyncConnection) -> int | None:
    """The duty team's registered forum that wants topics; None when there is none."""
    query = select(Group.chat_id).where(
        Group.audience == Audience.DUTY, Group.topics.is_(True), Group.left_at.is_(None)
    )
    found: int | None = await connection.scalar(query.order_by(Group.id).limit(1))
    return found


async def wanting(connection: AsyncConnection) -> list[int]:
    """The escalations that stand with duty and never had a topic; one whose topic was lost gets no other."""
    had = select(Topic.escalation_id)
    query = select(Escalation.id).where(
        Escalation.state != EscalationState.RESOLVED, Escalation.rung == Rung.DUTY, Escalation.reminded > 0,
        Escalation.id.not_in(had),
    )  # fmt: skip
    return [int(row.id) for row in await connection.execute(query.order_by(Escalation.id))]


async def add(connection: AsyncConnection, now: datetime, chat_id: int, escalation_id: int) -> int:
    """A topic was asked for."""
    row_id = (await reserve(connection, Topic))[0]
    values = {"id": row_id, "chat_id": chat_id, "escalation_id": escalation_id, "created_at": now}
    await connection.execute(insert(Topic).values(**values))
    return row_id


async def open_(connection: AsyncConnection, forgotten_after: datetime) -> list[Window]:
    """The topics that are there, of escalations that are not finished, or were a short while ago."""
    query = (
        select(*_COLUMNS)
        .join(Escalation, Escalation.id == Topic.escalation_id)
        .where(
            _HERE,
            Topic.thread_id.is_not(None),
            or_(Escalation.state != EscalationState.RESOLVED, Escalation.resolved_at > forgotten_after),
        )
    )
    return [Window(*row) for row in await connection.execute(query.order_by(Topic.id))]


async def of_escalation(connection: AsyncConnection, chat_id: int, escalation_id: int) -> Window | None:
    """The topic in which a group shows an escalation."""
    query = select(*_COLUMNS).where(_HERE, Topic.chat_id == chat_id, Topic.escalation_id == escalation_id)
    row = (await connection.execute(query)).first()
    return Window(*row) if row is not None else None


async def has_head(connection: AsyncConnection, window: Window) -> bool:
    """Whether anything was said in the topic yet, or is about to be."""
    sent = select(Outbox.id).where(*_said_in(window))
    shown = select(Trace.message_id).where(Trace.chat_id == window.chat_id, Trace.escalation_id == window.escalation_id)
    return await connection.scalar(sent.limit(1)) is not None or await connection.scalar(shown.limit(1)) is not None


async def last_line(connection: AsyncConnection, window: Window) -> int:
    """The number of the last line that was shown in the topic, or is about to be; 0 before the first."""
    sent = select(func.max(Outbox.line_id)).where(*_said_in(window))
    shown = select(func.max(Trace.line_id)).where(
        Trace.chat_id == window.chat_id, Trace.escalation_id == window.escalation_id
    )
    return max(int(await connection.scalar(sent) or 0), int(await connection.scalar(shown) or 0))


def _said_in(window: Window) -> tuple[ColumnElement[bool], ...]:
    return (
        Outbox.escalation_id == window.escalation_id,
        Outbox.chat_id == window.chat_id,
        Outbox.method.like("send%"),
    )


async def broken(connection: AsyncConnection) -> list[Window]:
    """The topics in which Telegram refused a message: deleted, closed, or the bot may not write there any more."""
    lost = (OutboxState.REFUSED, OutboxState.UNREACHABLE)
    query = (
        select(*_COLUMNS)
        .join(Outbox, (Outbox.escalation_id == Topic.escalation_id) & (Outbox.chat_id == Topic.chat_id))
        .where(
            _HERE,
            Outbox.state.in_(lost),
            Outbox.method.like("send%") | (Outbox.method == "createForumTopic"),
            Outbox.created_at >= Topic.created_at,
        )
        .distinct()
    )
    return [Window(*row) for row in await connection.execute(query.order_by(Topic.id))]


async def lose(connection: AsyncConnection, window: Window, now: datetime) -> None:
    """It can't be used any more."""
    await connection.execute(update(Topic).where(Topic.id == window.id).values(lost_at=now))
