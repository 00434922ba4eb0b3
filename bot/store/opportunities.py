"""Queries on opportunities: what is drafted, open, over, and proposed from the public listing."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Interest, Occurrence, OpportunityState, Stage
from bot.models import Opportunity as Row
from bot.store import occurrences
from bot.store.rows import reserve
from content.opportunity import Opportunity, OpportunityKind

DECLINED = "not for me"
"""The series of occurrences that keeps what somebody doesn't want to be shown again."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An opportunity with what is known of it besides its words. `photo` is Telegram's file id."""

    id: int
    facts: Opportunity
    state: OpportunityState
    source: str
    photo: str | None = None
    miles: int | None = None
    reference: str | None = None
    digest: str | None = None
    made_by: int | None = None
    opened_at: datetime | None = None


def _stored(row: Any) -> Stored:
    facts = Opportunity(
        kind=OpportunityKind(row.kind) if row.kind else None, title=row.title, who=row.who, what=row.what,
        pay_hours=row.pay_hours, where=row.where, help=tuple(json.loads(row.help)), needed=row.needed,
        closes_on=date.fromisoformat(row.closes_on) if row.closes_on else None, for_whom=row.for_whom, link=row.link,
    )  # fmt: skip
    return Stored(
        row.id, facts, OpportunityState(row.state), row.source, row.photo, row.miles, row.reference, row.digest,
        row.made_by, row.opened_at,
    )  # fmt: skip


def _columns(facts: Opportunity) -> dict[str, Any]:
    return {
        "kind": facts.kind or "", "title": facts.title, "who": facts.who, "what": facts.what, "pay_hours": facts.pay_hours,
        "where": facts.where, "help": json.dumps(facts.help), "needed": facts.needed, "for_whom": facts.for_whom,
        "closes_on": facts.closes_on.isoformat() if facts.closes_on else None, "link": facts.link,
    }  # fmt: skip


async def add(
    connection: AsyncConnection,
    now: datetime,
    facts: Opportunity,
    *,
    source: str,
    made_by: int | None,
    photo: str | None = None,
    state: OpportunityState = OpportunityState.DRAFT,
) -> int:
    """Write one down. `source` is "form" or "post". Returns its number."""
    row_id = (await reserve(connection, Row))[0]
    given = {"id": row_id, "photo": photo, "source": source, "state": state, "made_by": made_by, "made_at": now}
    opened = {"opened_at": now} if state is OpportunityState.OPEN else {}
    await connection.execute(insert(Row).values(**_columns(facts), **given, **opened))
    return row_id


async def propose(
    connection: AsyncConnection, now: datetime, facts: Opportunity, *, reference: str, digest: str, miles: int | None
) -> int | None:
    """Write down what the public listing has; None when this reference was ever proposed before."""
    known = await connection.scalar(select(Row.id).where(Row.reference == reference))
    if known is not None:
        return None
    insert_ = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {
        "id": (await reserve(connection, Row))[0], "source": "listing", "state": OpportunityState.PROPOSED, "made_at": now,
        "reference": reference, "digest": digest, "miles": miles, **_columns(facts),
    }  # fmt: skip
    return await connection.scalar(insert_(Row).values(**values).on_conflict_do_nothing().returning(Row.id))


async def get(connection: AsyncConnection, opportunity_id: int, *, lock: bool = False) -> Stored | None:
    """The one with this number. `lock` lets nobody else change it until the transaction ends."""
    query = select(Row).where(Row.id == opportunity_id)
    row = (await connection.execute(query.with_for_update() if lock else query)).first()
    return _stored(row) if row is not None else None


async def in_state(connection: AsyncConnection, *states: OpportunityState) -> list[Stored]:
    """All that stand there, oldest first."""
    query = select(Row).where(Row.state.in_([str(state) for state in states])).order_by(Row.id)
    return [_stored(row) for row in await connection.execute(query)]


async def open_on(connection: AsyncConnection, today: date) -> list[Stored]:
    """Everything that may be taken up on this local day, newest first: nothing whose closing date has gone by."""
    query = (
        select(Row)
        .where(Row.state == OpportunityState.OPEN, or_(Row.closes_on.is_(None), Row.closes_on >= today.isoformat()))
        .order_by(Row.opened_at.desc(), Row.id.desc())
    )
    return [_stored(row) for row in await connection.execute(query)]


async def over(connection: AsyncConnection, today: date) -> list[int]:
    """The numbers of those that stand open although their closing date has gone by."""
    query = select(Row.id).where(Row.state == OpportunityState.OPEN, Row.closes_on < today.isoformat()).order_by(Row.id)
    return list(await connection.scalars(query))


async def proposed(connection: AsyncConnection, after: int = 0) -> tuple[Stored | None, int]:
    """The next proposal of the listing after this number, else the first; and how many wait."""
    waiting = Row.state == OpportunityState.PROPOSED
    count = await connection.scalar(select(func.count()).select_from(Row).where(waiting)) or 0
    order = (Row.id <= after, Row.id)
    row = (await connection.execute(select(Row).where(waiting).order_by(*order).limit(1))).first()
    return (_stored(row) if row is not None else None), count


async def listed(connection: AsyncConnection) -> dict[str, Stored]:
    """Everything that ever came from the listing, by its reference there."""
    rows = await connection.execute(select(Row).where(Row.reference.is_not(None)))
    return {str(row.reference): _stored(row) for row in rows}


async def change(connection: AsyncConnection, opportunity_id: int, facts: Opportunity, **values: Any) -> None:
    """It says something else now; `values` are further columns."""
    await connection.execute(update(Row).where(Row.id == opportunity_id).values(**_columns(facts), **values))


async def note_digest(connection: AsyncConnection, digests: Mapping[int, str]) -> None:
    """Remember what the listing said last."""
    for opportunity_id, digest in digests.items():
        await connection.execute(update(Row).where(Row.id == opportunity_id).values(digest=digest))


async def move(
    connection: AsyncConnection, opportunity_id: int, now: datetime, to: OpportunityState, *since: OpportunityState
) -> bool:
    """Bring it from one of these states to another; False when it stands in none of them any more."""
    moments: dict[str, Any] = {}
    if to is OpportunityState.OPEN:
        moments = {"opened_at": func.coalesce(Row.opened_at, now), "ended_at": None}
    elif to in (OpportunityState.CLOSED, OpportunityState.WITHDRAWN):
        moments = {"ended_at": now}
    statement = (
        update(Row)
        .where(Row.id == opportunity_id, Row.state.in_([str(state) for state in since]))
        .values(state=to, **moments)
        .returning(Row.id)
    )
    return await connection.scalar(statement) is not None


async def remove_draft(connection: AsyncConnection, opportunity_id: int) -> None:
    """Delete a draft that nobody wants; anything else stays."""
    await connection.execute(delete(Row).where(Row.id == opportunity_id, Row.state == OpportunityState.DRAFT))


# --- who wants it, and who does not


async def interested(connection: AsyncConnection, opportunity_id: int) -> list[int]:
    """The Telegram accounts of whoever is on the way with it; whoever was deleted has none any more."""
    query = (
        select(Interest.telegram_id)
        .where(Interest.opportunity_id == opportunity_id, Interest.stage != Stage.NOT_TAKEN, Interest.telegram_id > 0)
        .order_by(Interest.id)
    )
    return list(await connection.scalars(query))


async def decline(connection: AsyncConnection, now: datetime, opportunity_id: int, person_id: int) -> None:
    """Somebody doesn't want to be shown it again."""
    await occurrences.once(connection, DECLINED, person_id, mark(opportunity_id), now)


async def declined(connection: AsyncConnection, person_id: int) -> frozenset[int]:
    """What somebody doesn't want to be shown again."""
    query = select(Occurrence.day).where(Occurrence.series == DECLINED, Occurrence.subject == str(person_id))
    return frozenset(int(day.removeprefix("o")) for day in await connection.scalars(query))


def mark(opportunity_id: int) -> str:
    """What stands in the place of the day in an occurrence of DECLINED."""
    return f"o{opportunity_id}"
