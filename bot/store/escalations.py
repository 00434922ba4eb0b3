"""Queries on escalations: what stands open, with whom, and what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Escalation, EscalationState, Kind, Outbox, OutboxState, Rung, Topic, Trace
from bot.store.rows import reserve
from bot.store.vault import vault_of


@dataclass(frozen=True, slots=True)
class Standing:
    """An escalation as it stands. `about` is for whoever opens it: why, and who somebody is that has not joined."""

    id: int
    telegram_id: int
    person_id: int | None
    group_chat_id: int | None
    about: Mapping[str, str]
    kind: Kind
    urgent: bool
    state: EscalationState
    opened_at: datetime
    clock_from: datetime
    rung: Rung
    owner_id: int | None
    reminded: int
    next_action: str
    next_at: datetime
    promised_at: datetime | None
    told: str | None
    acknowledged_at: datetime | None
    answered_at: datetime | None
    heard_at: datetime
    ring_at: str | None
    unreached: bool
    reopened: int
    resolved_at: datetime | None
    resolved_by: int | None
    outcome: str | None
    missing_fact: bool | None

    @property
    def is_live(self) -> bool:
        """Whether somebody still has to do something."""
        return self.state is not EscalationState.RESOLVED

    @property
    def is_gentle(self) -> bool:
        """Whether somebody was only asked "shall I tell a person?", and nobody was told yet."""
        return self.kind is Kind.WORRIED and self.state is EscalationState.OPEN and self.reminded == 0


_COLUMNS = tuple(getattr(Escalation, name) for name in Standing.__dataclass_fields__)
_LIVE = Escalation.state != EscalationState.RESOLVED


def _standing(connection: AsyncConnection, row: Any) -> Standing:
    values = dict(row._mapping)
    about = values["about"]
    values["about"] = vault_of(connection).open_json(about, "escalations", "about", row.id) if about is not None else {}
    values |= {"kind": Kind(row.kind), "state": EscalationState(row.state), "rung": Rung(row.rung)}
    return Standing(**values)


async def get(connection: AsyncConnection, escalation_id: int, *, lock: bool = False) -> Standing | None:
    """An escalation by its number; with `lock`, nobody else changes it before this transaction ends."""
    query = select(*_COLUMNS).where(Escalation.id == escalation_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    return _standing(connection, row) if row is not None else None


async def live(connection: AsyncConnection, telegram_id: int, *, lock: bool = False) -> Standing | None:
    """What stands open for this account: at most one."""
    query = select(*_COLUMNS).where(Escalation.telegram_id == telegram_id, _LIVE)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    return _standing(connection, row) if row is not None else None


_CURRENT = (
    select(*_COLUMNS)
    .where(Escalation.telegram_id == bindparam("account"))
    .order_by(Escalation.state == EscalationState.RESOLVED, Escalation.id.desc())
    .limit(1)
)
# Every private message asks this, so it is built once.


async def current(connection: AsyncConnection, telegram_id: int) -> Standing | None:
    """What stands open for this account, or else its newest escalation."""
    row = (await connection.execute(_CURRENT, {"account": telegram_id})).first()
    return _standing(connection, row) if row is not None else None


async def all_live(connection: AsyncConnection) -> list[Standing]:
    """Everything that stands open, by number."""
    rows = await connection.execute(select(*_COLUMNS).where(_LIVE).order_by(Escalation.id))
    return [_standing(connection, row) for row in rows]


async def of_people(connection: AsyncConnection, person_ids: Sequence[int]) -> list[Standing]:
    """What stands open for these young people."""
    query = select(*_COLUMNS).where(_LIVE, Escalation.person_id.in_(list(person_ids))).order_by(Escalation.id)
    return [_standing(connection, row) for row in await connection.execute(query)]


async def owned_by(connection: AsyncConnection, person_id: int) -> list[Standing]:
    """What stands with this member of staff by name."""
    query = select(*_COLUMNS).where(_LIVE, Escalation.owner_id == person_id).order_by(Escalation.id)
    return [_standing(connection, row) for row in await connection.execute(query)]


async def on_rungs(connection: AsyncConnection, rungs: Sequence[Rung]) -> list[Standing]:
    """What waits, unacknowledged, on these rungs."""
    query = select(*_COLUMNS).where(
        Escalation.state == EscalationState.OPEN, Escalation.rung.in_([str(rung) for rung in rungs])
    )
    return [_standing(connection, row) for row in await connection.execute(query.order_by(Escalation.id))]


async def due(connection: AsyncConnection, now: datetime, limit: int) -> list[int]:
    """The numbers of those whose next action is due: the urgent ones, then the others, longest due first."""
    order = (Escalation.urgent.desc(), Escalation.next_at)
    query = select(Escalation.id).where(_LIVE, Escalation.next_at <= now).order_by(*order).limit(limit)
    return [int(row.id) for row in await connection.execute(query)]


async def take(connection: AsyncConnection, escalation_id: int) -> Standing | None:
    """Take one for the clock's next step; None when another process has it right now, or it is resolved."""
    query = select(*_COLUMNS).where(Escalation.id == escalation_id, _LIVE).with_for_update(skip_locked=True)
    row = (await connection.execute(query)).first()
    return _standing(connection, row) if row is not None else None


async def add(connection: AsyncConnection, about: Mapping[str, str] | None = None, **values: Any) -> int:
    """Add an escalation; returns its number."""
    row_id = (await reserve(connection, Escalation))[0]
    sealed = vault_of(connection).seal_json(dict(about), "escalations", "about", row_id) if about else None
    given = {"id": row_id, "about": sealed, "reminded": 0, "unreached": False, "reopened": 0, **values}
    await connection.execute(insert(Escalation).values(**given))
    return row_id


async def change(
    connection: AsyncConnection, escalation_id: int, about: Mapping[str, str] | None = None, **values: Any
) -> None:
    """Change columns of an escalation."""
    if about is not None:
        values["about"] = vault_of(connection).seal_json(dict(about), "escalations", "about", escalation_id)
    await connection.execute(update(Escalation).where(Escalation.id == escalation_id).values(**values))


async def hurry(connection: AsyncConnection, escalation_id: int, now: datetime) -> None:
    """Its next step is due now: somebody who should have been paged can't be reached."""
    await connection.execute(update(Escalation).where(Escalation.id == escalation_id, _LIVE).values(next_at=now))


@dataclass(frozen=True, slots=True)
class Undelivered:
    """A message of an escalation that did not arrive, and that nobody of staff was told about yet."""

    outbox_id: int
    escalation_id: int
    line_id: int | None
    chat_id: int | None
    lane: int
    state: OutboxState


async def undelivered(connection: AsyncConnection, limit: int = 50) -> list[Undelivered]:
    """What did not arrive, or nobody can tell, and is not reported yet."""
    lost = (OutboxState.UNREACHABLE, OutboxState.REFUSED, OutboxState.UNKNOWN)
    query = (
        select(Outbox.id, Outbox.escalation_id, Outbox.line_id, Outbox.chat_id, Outbox.lane, Outbox.state)
        .where(Outbox.escalation_id.is_not(None), Outbox.reported.is_(False), Outbox.state.in_(lost))
        .order_by(Outbox.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return [
        Undelivered(row.id, row.escalation_id, row.line_id, row.chat_id, row.lane, OutboxState(row.state))
        for row in await connection.execute(query)
    ]


async def mark_reported(connection: AsyncConnection, outbox_ids: Sequence[int]) -> None:
    """Staff know about these."""
    await connection.execute(update(Outbox).where(Outbox.id.in_(list(outbox_ids))).values(reported=True))


async def trace(
    connection: AsyncConnection, chat_id: int, message_id: int, escalation_id: int, line_id: int | None, now: datetime
) -> None:
    """Remember which escalation a message of ours in Telegram belongs to."""
    known = select(Trace.escalation_id).where(Trace.chat_id == chat_id, Trace.message_id == message_id)
    if await connection.scalar(known) is None:
        values = {
            "chat_id": chat_id,
            "message_id": message_id,
            "escalation_id": escalation_id,
            "line_id": line_id,
            "at": now,
        }
        await connection.execute(insert(Trace).values(**values))


async def traced(connection: AsyncConnection, chat_id: int, message_id: int) -> tuple[int, int | None] | None:
    """The escalation and line that a message of ours belongs to; None when it belongs to none."""
    query = select(Trace.escalation_id, Trace.line_id).where(Trace.chat_id == chat_id, Trace.message_id == message_id)
    row = (await connection.execute(query)).first()
    return (row.escalation_id, row.line_id) if row is not None else None


async def set_thread(connection: AsyncConnection, chat_id: int, escalation_id: int, thread_id: int) -> None:
    """Telegram has said the number of a topic."""
    await connection.execute(
        update(Topic)
        .where(Topic.chat_id == chat_id, Topic.escalation_id == escalation_id, Topic.thread_id.is_(None))
        .values(thread_id=thread_id)
    )


async def answered_late(connection: AsyncConnection, since: datetime) -> list[Standing]:
    """Those resolved or answered since then, or still open, whose promised time went by first."""
    query = select(*_COLUMNS).where(
        Escalation.promised_at.is_not(None),
        or_(Escalation.answered_at.is_(None), Escalation.answered_at > Escalation.promised_at),
        Escalation.promised_at > since,
    )
    return [_standing(connection, row) for row in await connection.execute(query.order_by(Escalation.id))]
