"""Queries for the morning digest: what stands open, what was missed or lost, who is away, who has nobody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import (
    Absence,
    EnrolmentState,
    Escalation,
    EscalationState,
    Event,
    Occurrence,
    Outbox,
    OutboxState,
    Person,
    Role,
    RoleGiven,
    Rung,
)

SERIES = "digest"
PASSED = ("passed on", "un-acknowledged", "raised alarm")
"""The verbs of an escalation that went on to somebody else."""
UNANSWERED = ("no answer", "nothing followed")
"""The reasons among them that break what was promised; handing over by hand or for an absence does not."""
NOT_ARRIVED = (OutboxState.UNREACHABLE, OutboxState.REFUSED, OutboxState.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Open:
    """An escalation that is not resolved."""

    number: int
    person_id: int | None
    state: EscalationState
    urgent: bool
    rung: Rung
    owner_id: int | None
    opened_at: datetime
    promised_at: datetime | None


@dataclass(frozen=True, slots=True)
class Happened:
    """Something about an escalation, or about none, at a moment."""

    at: datetime
    number: int | None
    person_id: int | None = None
    owner_id: int | None = None


async def sent(connection: AsyncConnection, day: date) -> set[int]:
    """Whose digest of this day was made."""
    query = select(Occurrence.subject).where(Occurrence.series == SERIES, Occurrence.day == day.isoformat())
    return {int(row.subject) for row in await connection.execute(query)}


async def last_sent(connection: AsyncConnection) -> dict[int, datetime]:
    """When everybody's last digest was made."""
    query = select(Occurrence.subject, func.max(Occurrence.at)).where(Occurrence.series == SERIES)
    return {int(subject): at for subject, at in await connection.execute(query.group_by(Occurrence.subject))}


async def open_now(connection: AsyncConnection) -> list[Open]:
    """Whatever is not resolved, longest open first."""
    columns = (
        Escalation.id, Escalation.person_id, Escalation.state, Escalation.urgent, Escalation.rung, Escalation.owner_id,
        Escalation.opened_at, Escalation.promised_at,
    )  # fmt: skip
    query = select(*columns).where(Escalation.state != EscalationState.RESOLVED)
    rows = await connection.execute(query.order_by(Escalation.opened_at, Escalation.id))
    return [
        Open(
            row.id, row.person_id, EscalationState(row.state), row.urgent, Rung(row.rung), row.owner_id, row.opened_at, row.promised_at
        )
        for row in rows
    ]  # fmt: skip


async def missed(connection: AsyncConnection, since: datetime) -> list[Happened]:
    """Where an answer did not come in time, so that somebody else had to be asked."""
    query = (
        select(Event.at, Event.subject, Event.details)
        .where(Event.at > since, Event.noun == "escalation", Event.verb.in_(PASSED))
        .order_by(Event.id)
    )
    found = {
        int(row.subject): row.at
        for row in await connection.execute(query)
        if row.details and row.details.get("why") in UNANSWERED
    }
    return await _with_people(connection, [(at, number) for number, at in found.items()])


async def lost(connection: AsyncConnection, since: datetime) -> list[Happened]:
    """Messages that did not arrive, or of which nobody can tell."""
    query = (
        select(Outbox.finished_at, Outbox.escalation_id)
        .where(Outbox.state.in_(NOT_ARRIVED), Outbox.finished_at > since, Outbox.method.like("send%"))
        .order_by(Outbox.id)
    )
    found = [(row.finished_at, row.escalation_id) for row in await connection.execute(query)]
    return await _with_people(connection, found)


async def _with_people(connection: AsyncConnection, found: list[tuple[datetime, int | None]]) -> list[Happened]:
    numbers = {number for _, number in found if number is not None}
    if not numbers:
        return [Happened(at, None) for at, _ in found]
    query = select(Escalation.id, Escalation.person_id, Escalation.owner_id).where(Escalation.id.in_(numbers))
    whose = {row.id: (row.person_id, row.owner_id) for row in await connection.execute(query)}
    return [Happened(at, number, *whose.get(number or 0, (None, None))) for at, number in found]


async def away_today(connection: AsyncConnection, now: datetime, until: datetime) -> dict[int, int | None]:
    """Who is away between now and the end of the day, and who covers for each: a colleague, or None for duty."""
    query = select(Absence.person_id, Absence.cover_id).where(
        Absence.starts_at < until, Absence.until > now, Absence.ended_at.is_(None)
    )
    return {row.person_id: row.cover_id for row in await connection.execute(query.order_by(Absence.id))}


async def without_adviser(connection: AsyncConnection) -> list[int]:
    """Enrolled young people whom nobody has, or somebody who is no adviser any more."""
    advisers = (
        select(RoleGiven.person_id)
        .join(Person, Person.id == RoleGiven.person_id)
        .where(RoleGiven.role == Role.ADVISER, Person.state == EnrolmentState.ENROLLED)
    )
    young = select(RoleGiven.person_id).where(RoleGiven.role == Role.YOUNG_PERSON)
    query = select(Person.id).where(
        and_(Person.state == EnrolmentState.ENROLLED, Person.id.in_(young)),
        or_(Person.adviser_id.is_(None), Person.adviser_id.not_in(advisers)),
    )
    return [int(row.id) for row in await connection.execute(query.order_by(Person.id))]
