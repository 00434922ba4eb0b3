"""Queries on interests: who said that they are interested in what, and how far they got."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import EnrolmentState, OpportunityState, Person, Reason, Role, RoleGiven, Stage, Step
from bot.models import Interest as Row
from bot.models import Opportunity as OpportunityRow
from bot.store.rows import reserve
from bot.store.vault import vault_of

HIGHEST = 2**62


@dataclass(frozen=True, slots=True)
class Plan:
    """What is to be done next, in the adviser's words, and the days that were told. Local dates."""

    words: str = ""
    interview_on: date | None = None
    starts_on: date | None = None


@dataclass(frozen=True, slots=True)
class Interest:
    """One person and one opportunity."""

    id: int
    opportunity_id: int
    telegram_id: int
    person_id: int | None
    stage: Stage
    reached: Stage
    reason: Reason | None
    plan: Plan
    next_at: datetime | None
    nudged_at: datetime | None
    """When the young person was last asked about it."""
    began_at: datetime
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Offer:
    """As much of an opportunity as following somebody needs."""

    id: int
    kind: str
    title: str
    who: str
    closes_on: date | None
    state: OpportunityState
    help: tuple[str, ...]


async def offers(connection: AsyncConnection, opportunity_ids: Iterable[int]) -> dict[int, Offer]:
    """The opportunities with these rows."""
    wanted = sorted({number for number in opportunity_ids if 0 < number < HIGHEST})
    if not wanted:
        return {}
    rows = await connection.execute(select(OpportunityRow).where(OpportunityRow.id.in_(wanted)))
    return {
        row.id: Offer(
            row.id, row.kind, row.title, row.who, _day(row.closes_on), OpportunityState(row.state),
            tuple(json.loads(row.help or "[]")),
        )
        for row in rows
    }  # fmt: skip


async def add(
    connection: AsyncConnection, now: datetime, opportunity_id: int, telegram_id: int, person_id: int | None
) -> int | None:
    """Keep that somebody is interested; None when they said so before. Its first step is written with it."""
    row_id = (await reserve(connection, Row))[0]
    insert_ = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {
        "id": row_id, "opportunity_id": opportunity_id, "telegram_id": telegram_id, "person_id": person_id,
        "stage": Stage.INTERESTED, "reached": Stage.INTERESTED, "began_at": now, "changed_at": now,
    }  # fmt: skip
    made = await connection.scalar(insert_(Row).values(**values).on_conflict_do_nothing().returning(Row.id))
    if made is None:
        return None
    await add_step(connection, now, row_id, Stage.INTERESTED, person_id)
    return row_id


async def add_step(
    connection: AsyncConnection, now: datetime, interest_id: int, stage: Stage, by_id: int | None
) -> None:
    """Write down a move."""
    await connection.execute(insert(Step).values(interest_id=interest_id, stage=stage, at=now, by_id=by_id))


async def change(connection: AsyncConnection, interest_id: int, **values: Any) -> None:
    """Change columns; a `plan` is sealed here."""
    if "plan" in values:
        values["next_step"] = _seal(connection, interest_id, values.pop("plan"))
    await connection.execute(update(Row).where(Row.id == interest_id).values(**values))


async def get(connection: AsyncConnection, interest_id: int, *, lock: bool = False) -> Interest | None:
    """The interest with this row; None when there is none. `lock` keeps others from moving it meanwhile."""
    if not 0 < interest_id < HIGHEST:
        return None
    found = await _found(connection, Row.id == interest_id, lock=lock)
    return found[0] if found else None


async def of_account(
    connection: AsyncConnection, telegram_id: int, opportunity_id: int | None = None, *, lock: bool = False
) -> list[Interest]:
    """What somebody is, or was, interested in; or only the one opportunity."""
    which = Row.telegram_id == telegram_id
    if opportunity_id is not None:
        which = which & (Row.opportunity_id == opportunity_id)
    return await _found(connection, which, lock=lock)


async def of_people(connection: AsyncConnection, person_ids: Sequence[int]) -> list[Interest]:
    """What these people are interested in, those aside who did not take it."""
    return await _found(connection, Row.person_id.in_(list(person_ids)) & (Row.stage != Stage.NOT_TAKEN))


async def going_on(connection: AsyncConnection) -> list[Interest]:
    """All that are under way, of people who have not joined too."""
    return await _found(connection, Row.stage.not_in([Stage.NOT_TAKEN, Stage.STILL_13_WEEKS]))


async def live(connection: AsyncConnection) -> list[Interest]:
    """All that were not given up, whoever is still there after 13 weeks among them."""
    return await _found(connection, Row.stage != Stage.NOT_TAKEN)


async def steps(connection: AsyncConnection, interest_ids: Sequence[int]) -> dict[int, dict[Stage, datetime]]:
    """When each of these came to a stage, by the last time that it did."""
    found: dict[int, dict[Stage, datetime]] = {}
    wanted = list(interest_ids)
    for first in range(0, len(wanted), 500):
        which = Step.interest_id.in_(wanted[first : first + 500])
        query = select(Step.interest_id, Step.stage, Step.at).where(which).order_by(Step.id)
        for row in await connection.execute(query):
            found.setdefault(row.interest_id, {})[Stage(row.stage)] = row.at
    return found


async def joined_since(connection: AsyncConnection) -> list[tuple[int, int]]:
    """Interests of somebody who had not joined then and has now, as the row and the person."""
    query = (
        select(Row.id, Person.id.label("person"))
        .join(Person, Person.telegram_id == Row.telegram_id)
        .join(RoleGiven, RoleGiven.person_id == Person.id)
        .where(
            Row.person_id.is_(None),
            Person.state == EnrolmentState.ENROLLED,
            RoleGiven.role == Role.YOUNG_PERSON,
        )
        .order_by(Row.id)
    )
    return [(row.id, row.person) for row in await connection.execute(query)]


async def counted(connection: AsyncConnection) -> list[tuple[datetime, str, Stage, Reason | None]]:
    """For reports: when each began, the kind of opportunity, how far it got, and why it was not taken. Nobody's names."""
    query = (
        select(Row.began_at, OpportunityRow.kind, Row.reached, Row.stage, Row.reason)
        .join(OpportunityRow, OpportunityRow.id == Row.opportunity_id)
        .order_by(Row.id)
    )
    return [
        (
            row.began_at,
            row.kind,
            Stage(row.reached),
            Reason(row.reason) if row.reason and row.stage == Stage.NOT_TAKEN else None,
        )
        for row in await connection.execute(query)
    ]


async def _found(connection: AsyncConnection, which: Any, *, lock: bool = False) -> list[Interest]:
    query = select(Row).where(which).order_by(Row.id)
    if lock:
        query = query.with_for_update()
    return [_opened(connection, row) for row in (await connection.execute(query)).all()]


def _opened(connection: AsyncConnection, row: Any) -> Interest:
    return Interest(
        id=row.id,
        opportunity_id=row.opportunity_id,
        telegram_id=row.telegram_id,
        person_id=row.person_id,
        stage=Stage(row.stage),
        reached=Stage(row.reached),
        reason=Reason(row.reason) if row.reason else None,
        plan=_plan(connection, row),
        next_at=row.next_at,
        nudged_at=row.nudged_at,
        began_at=row.began_at,
        changed_at=row.changed_at,
    )


def _plan(connection: AsyncConnection, row: Any) -> Plan:
    if row.next_step is None:
        return Plan()
    raw = vault_of(connection).open_json(row.next_step, Row.__tablename__, "next_step", row.id)
    return Plan(raw["words"], _day(raw["interview_on"]), _day(raw["starts_on"]))


def _seal(connection: AsyncConnection, interest_id: int, plan: Plan) -> bytes | None:
    if plan == Plan():
        return None
    told = {
        "words": plan.words,
        "interview_on": plan.interview_on.isoformat() if plan.interview_on else None,
        "starts_on": plan.starts_on.isoformat() if plan.starts_on else None,
    }
    return vault_of(connection).seal_json(told, Row.__tablename__, "next_step", interest_id)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
