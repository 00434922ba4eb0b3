"""Queries on the programme's series, on the sessions that are made of them, and on who was there."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final, cast

from sqlalchemy import delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import DropIn as SessionRow
from bot.models import DropInState, Place, PlaceState, Post, SeriesState
from bot.models import Series as Row
from bot.store.rows import reserve
from content.recurrence import BankHolidays, Recurrence
from content.series import SeriesDraft

LONGEST_RULE: Final = 300
"""Letters of a rule that the table holds."""


@dataclass(frozen=True, slots=True)
class Series:
    """A series of the programme; `draft` is what a file would say of it, without changes of single sessions."""

    id: int
    draft: SeriesDraft
    state: SeriesState
    revision: int

    @property
    def is_active(self) -> bool:
        """Whether sessions are made of it."""
        return self.state is SeriesState.ACTIVE


@dataclass(frozen=True, slots=True)
class Session:
    """One session as its series sees it. `wanted`: somebody said something about it, or a group shows it."""

    id: int
    series_id: int
    day: date
    starts_at: datetime
    ends_at: datetime
    capacity: int | None
    state: DropInState
    moved: bool
    wanted: bool = False


def _series(row: Any) -> Series:
    recurrence = Recurrence(
        row.rule,
        date.fromisoformat(row.first_day),
        date.fromisoformat(row.last_day) if row.last_day else None,
        _days_read(row.without),
        _days_read(row.extra),
        cast(BankHolidays, row.bank_holidays),
        row.term_time_only,
    )
    draft = SeriesDraft(
        row.uid, row.name, row.place, time.fromisoformat(row.opens), time.fromisoformat(row.closes), recurrence,
        row.agency, row.topic, row.map_url, row.bring, row.capacity,
    )  # fmt: skip
    return Series(row.id, draft, SeriesState(row.state), row.revision)


def _days_read(written: str) -> frozenset[date]:
    return frozenset(date.fromisoformat(str(day)) for day in json.loads(written))


def _days_written(days: Iterable[date]) -> str:
    """As numbers (20261124) and without spaces: 400 dates, the most that a series may have, fit into the column."""
    return json.dumps([int(f"{day:%Y%m%d}") for day in sorted(days)], separators=(",", ":"))


def _values(draft: SeriesDraft) -> dict[str, Any]:
    said = draft.recurrence
    return {
        "uid": draft.uid, "name": draft.name, "agency": draft.agency, "topic": draft.topic, "place": draft.place,
        "map_url": draft.map_url, "bring": draft.bring, "opens": f"{draft.opens:%H:%M}", "closes": f"{draft.closes:%H:%M}",
        "rule": said.rule, "first_day": str(said.first_day), "last_day": str(said.last_day) if said.last_day else None,
        "without": _days_written(said.without), "extra": _days_written(said.extra), "bank_holidays": said.bank_holidays,
        "term_time_only": said.term_time_only, "capacity": draft.capacity,
    }  # fmt: skip


async def all_(connection: AsyncConnection) -> list[Series]:
    """Every series, by name."""
    found = [_series(row) for row in await connection.execute(select(Row))]
    return sorted(found, key=lambda one: (one.draft.name.casefold(), one.id))


async def get(connection: AsyncConnection, series_id: int, *, lock: bool = False) -> Series | None:
    """One series. `lock` lets nobody else change it, or make its sessions, until the transaction ends."""
    query = select(Row).where(Row.id == series_id)
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    return _series(row) if row is not None else None


async def is_empty(connection: AsyncConnection) -> bool:
    """Whether there is no series at all, not even an ended one."""
    return not await connection.scalar(select(func.count()).select_from(Row))


async def add(connection: AsyncConnection, now: datetime, draft: SeriesDraft, by: int | None) -> int:
    """Write a new series down; returns its number."""
    row_id = (await reserve(connection, Row))[0]
    values = {"id": row_id, "state": SeriesState.ACTIVE, "revision": 0, "changed_by": by, "changed_at": now}
    await connection.execute(insert(Row).values(**_values(draft), **values))
    return row_id


async def change(
    connection: AsyncConnection,
    now: datetime,
    series_id: int,
    by: int | None,
    *,
    draft: SeriesDraft | None = None,
    state: SeriesState | None = None,
) -> None:
    """Write down what a series says now, where it stands, or both. Counts its revision up."""
    values: dict[str, Any] = {"changed_by": by, "changed_at": now, "revision": Row.revision + 1}
    values |= _values(draft) if draft is not None else {}
    values |= {"state": state} if state is not None else {}
    await connection.execute(update(Row).where(Row.id == series_id).values(**values))


# --- sessions


async def sessions(
    connection: AsyncConnection, series_ids: Collection[int], from_day: date, now: datetime
) -> list[Session]:
    """The sessions of some series whose own day is that day or later, and all that have yet to begin, by their day."""
    wanted = or_(
        exists().where(Place.drop_in_id == SessionRow.id), exists().where(Post.drop_in_id == SessionRow.id)
    ).label("wanted")
    query = (
        select(SessionRow, wanted)
        .where(SessionRow.series_id.in_(series_ids), or_(SessionRow.day >= str(from_day), SessionRow.starts_at > now))
        .order_by(SessionRow.day, SessionRow.id)
    )
    return [
        Session(
            row.id, row.series_id, date.fromisoformat(row.day), row.starts_at, row.ends_at, row.capacity,
            DropInState(row.state), row.moved, bool(row.wanted),
        )
        for row in await connection.execute(query)
    ]  # fmt: skip


async def add_sessions(
    connection: AsyncConnection,
    series_id: int,
    slots: Iterable[tuple[date, datetime, datetime]],
    capacity: int | None,
    *,
    moved: bool = False,
) -> int:
    """Make sessions: their own day, start and end. Returns how many; the series has one of each day at most."""
    insert_ = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "series_id": series_id, "day": str(day), "starts_at": starts_at, "ends_at": ends_at, "capacity": capacity,
            "state": DropInState.PLANNED, "moved": moved, "sequence": 0,
        }
        for day, starts_at, ends_at in slots
    ]  # fmt: skip
    if not rows:
        return 0
    statement = insert_(SessionRow).values(rows).on_conflict_do_nothing().returning(SessionRow.id)
    return len((await connection.execute(statement)).all())


async def change_session(connection: AsyncConnection, session_id: int, **values: Any) -> None:
    """Change columns of one session, and count its changes up, as calendars want it."""
    statement = update(SessionRow).where(SessionRow.id == session_id)
    await connection.execute(statement.values(**values, sequence=SessionRow.sequence + 1))


async def remove_session(connection: AsyncConnection, session_id: int) -> None:
    """Delete a session that nobody said anything about."""
    await connection.execute(delete(SessionRow).where(SessionRow.id == session_id))


async def change_capacity(
    connection: AsyncConnection, series_id: int, before: int | None, capacity: int | None, now: datetime
) -> list[int]:
    """Give the sessions that have yet to begin another number of places, but not those where staff set one by hand.

    Returns their numbers.
    """
    same = SessionRow.capacity.is_(None) if before is None else SessionRow.capacity == before
    statement = (
        update(SessionRow)
        .where(SessionRow.series_id == series_id, SessionRow.starts_at > now, same)
        .values(capacity=capacity)
        .returning(SessionRow.id)
    )
    return sorted((await connection.execute(statement)).scalars())


# --- who was there


async def tick(connection: AsyncConnection, place_id: int, came: bool | None) -> bool:
    """Write down that somebody who has a place came, or take it back; False when they have none."""
    statement = update(Place).where(Place.id == place_id, Place.state == PlaceState.COMING).values(came=came)
    return bool((await connection.execute(statement)).rowcount)


async def session_of(connection: AsyncConnection, place_id: int) -> int | None:
    """The session that a place belongs to."""
    return await connection.scalar(select(Place.drop_in_id).where(Place.id == place_id))


async def ticked(connection: AsyncConnection, session_id: int, by: int | None, now: datetime) -> None:
    """Write down that staff finished ticking."""
    statement = update(SessionRow).where(SessionRow.id == session_id)
    await connection.execute(statement.values(ticked_at=now, ticked_by=by))


async def unticked(connection: AsyncConnection, from_: datetime, now: datetime) -> Sequence[int]:
    """The sessions that began since then, have somebody with a place, and nobody finished ticking, newest first."""
    has_somebody = exists().where(Place.drop_in_id == SessionRow.id, Place.state == PlaceState.COMING)
    query = (
        select(SessionRow.id)
        .where(
            SessionRow.starts_at >= from_, SessionRow.starts_at <= now, SessionRow.ticked_at.is_(None),
            SessionRow.state == DropInState.PLANNED, has_somebody,
        )
        .order_by(SessionRow.starts_at.desc(), SessionRow.id)
    )  # fmt: skip
    return list((await connection.execute(query)).scalars())
