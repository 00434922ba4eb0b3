"""Queries on drop-ins and on what people said about them: who comes, who is on the list, who was there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import String, cast, exists, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import DropIn as DropInRow
from bot.models import DropInState, Occurrence, PlaceState, Series
from bot.models import Place as PlaceRow
from bot.store.rows import reserve
from bot.store.vault import vault_of

STANDING = (PlaceState.COMING, PlaceState.WAITING)
"""Those who want to come, with a place or on the list."""


@dataclass(frozen=True, slots=True)
class DropIn:
    """One session as people read it, with how many come and how many are on the list at this moment."""

    id: int
    series_id: int
    day: str
    name: str
    agency: str
    topic: str
    place: str
    map_url: str
    bring: str
    starts_at: datetime
    ends_at: datetime
    state: DropInState
    capacity: int | None = None
    note: str | None = None
    sequence: int = 0
    moved: bool = False
    ticked_at: datetime | None = None
    coming: int = 0
    waiting: int = 0

    @property
    def left(self) -> int | None:
        """How many places are free; None: as many as come. People on the list go before whoever asks now."""
        return None if self.capacity is None else max(self.capacity - self.coming - self.waiting, 0)

    @property
    def is_full(self) -> bool:
        """Whether whoever asks now goes on the list."""
        return self.left == 0


@dataclass(frozen=True, slots=True)
class Place:
    """What one person said about one session. `name` is what Telegram calls somebody who has not joined."""

    id: int
    drop_in_id: int
    telegram_id: int
    person_id: int | None
    name: str
    state: PlaceState
    turn: int
    said_at: datetime
    came: bool | None = None
    says_came: bool | None = None


def _count(state: PlaceState) -> Any:
    """How many said this of a session."""
    query = select(func.count()).where(PlaceRow.drop_in_id == DropInRow.id, PlaceRow.state == state)
    return query.correlate(DropInRow).scalar_subquery().label(state.name.lower())


_DROP_IN = select(
    DropInRow,
    Series.name,
    Series.agency,
    Series.topic,
    Series.place.label("series_place"),
    Series.map_url,
    Series.bring,
    _count(PlaceState.COMING),
    _count(PlaceState.WAITING),
).join(Series, Series.id == DropInRow.series_id)
_IN_ORDER = (DropInRow.starts_at, DropInRow.id)


async def get(connection: AsyncConnection, drop_in_id: int) -> DropIn | None:
    """One session; None when there is none."""
    row = (await connection.execute(_DROP_IN.where(DropInRow.id == drop_in_id))).first()
    return _drop_in(row) if row is not None else None


async def lock(connection: AsyncConnection, drop_in_id: int) -> DropIn | None:
    """The same, and nobody else changes who comes until this transaction ends. SQLite has one writer anyhow."""
    await connection.execute(select(DropInRow.id).where(DropInRow.id == drop_in_id).with_for_update())
    return await get(connection, drop_in_id)


async def between(connection: AsyncConnection, from_: datetime, to: datetime, topic: str | None = None) -> list[DropIn]:
    """The sessions that begin from one moment until before another, cancelled ones too, in order."""
    query = _DROP_IN.where(DropInRow.starts_at >= from_, DropInRow.starts_at < to)
    if topic is not None:
        query = query.where(Series.topic == topic)
    return [_drop_in(row) for row in await connection.execute(query.order_by(*_IN_ORDER))]


async def ended(connection: AsyncConnection, from_: datetime, to: datetime) -> list[DropIn]:
    """The sessions that were held and ended from one moment until before another, in order."""
    query = _DROP_IN.where(DropInRow.ends_at >= from_, DropInRow.ends_at < to, DropInRow.state == DropInState.PLANNED)
    return [_drop_in(row) for row in await connection.execute(query.order_by(*_IN_ORDER))]


async def with_free_places(connection: AsyncConnection, now: datetime) -> list[int]:
    """The sessions ahead that have a free place although somebody waits for one."""
    coming, waiting = _count(PlaceState.COMING), _count(PlaceState.WAITING)
    query = (
        select(DropInRow.id)
        .where(
            DropInRow.starts_at > now,
            DropInRow.state == DropInState.PLANNED,
            waiting > 0,
            or_(DropInRow.capacity.is_(None), coming < DropInRow.capacity),
        )
        .order_by(*_IN_ORDER)
    )
    return list(await connection.scalars(query))


def _drop_in(row: Any) -> DropIn:
    return DropIn(
        id=row.id, series_id=row.series_id, day=row.day, name=row.name, agency=row.agency, topic=row.topic,
        place=row.place or row.series_place, map_url="" if row.place else row.map_url, bring=row.bring,
        starts_at=row.starts_at, ends_at=row.ends_at, state=DropInState(row.state), capacity=row.capacity, note=row.note,
        sequence=row.sequence, moved=row.moved, ticked_at=row.ticked_at, coming=row.coming, waiting=row.waiting,
    )  # fmt: skip


# --- what people said


async def place_of(connection: AsyncConnection, drop_in_id: int, telegram_id: int) -> Place | None:
    """What one account said about one session; None when nothing."""
    query = select(PlaceRow).where(PlaceRow.drop_in_id == drop_in_id, PlaceRow.telegram_id == telegram_id)
    return next(iter(await _places(connection, query)), None)


async def coming(connection: AsyncConnection, drop_in_id: int) -> list[Place]:
    """Everybody who said they would come and has a place, in the order in which they asked."""
    return await _standing(connection, drop_in_id, (PlaceState.COMING,))


async def waiting(connection: AsyncConnection, drop_in_id: int) -> list[Place]:
    """The waiting list, in the order in which they asked."""
    return await _standing(connection, drop_in_id, (PlaceState.WAITING,))


async def standing(connection: AsyncConnection, drop_in_id: int) -> list[Place]:
    """Everybody who wants to come, with a place or on the list."""
    return await _standing(connection, drop_in_id, STANDING)


async def _standing(connection: AsyncConnection, drop_in_id: int, states: Sequence[PlaceState]) -> list[Place]:
    query = select(PlaceRow).where(PlaceRow.drop_in_id == drop_in_id, PlaceRow.state.in_([*states]))
    return await _places(connection, query.order_by(PlaceRow.turn, PlaceRow.id))


async def position(connection: AsyncConnection, drop_in_id: int, telegram_id: int) -> int:
    """Somebody's number on the waiting list, from 1; 0: they are not on it."""
    waits = (PlaceRow.drop_in_id == drop_in_id, PlaceRow.state == PlaceState.WAITING)
    mine = select(PlaceRow.turn).where(*waits, PlaceRow.telegram_id == telegram_id).scalar_subquery()
    return int(await connection.scalar(select(func.count()).where(*waits, PlaceRow.turn <= mine)) or 0)


async def not_asked(
    connection: AsyncConnection, drop_in: DropIn, series: str, day: str, before: datetime
) -> list[Place]:
    """Who had a place before a moment and for whom this day's occurrence of a series is not noted yet."""
    noted = exists().where(
        Occurrence.series == series, Occurrence.subject == cast(PlaceRow.id, String), Occurrence.day == day
    )
    query = select(PlaceRow).where(
        PlaceRow.drop_in_id == drop_in.id, PlaceRow.state == PlaceState.COMING, PlaceRow.said_at < before, ~noted
    )
    return await _places(connection, query.order_by(PlaceRow.turn, PlaceRow.id))


async def _places(connection: AsyncConnection, query: Any) -> list[Place]:
    vault = vault_of(connection)
    return [
        Place(
            id=row.id, drop_in_id=row.drop_in_id, telegram_id=row.telegram_id, person_id=row.person_id,
            name="" if row.name is None else vault.open(row.name, "drop_in_places", "name", row.id),
            state=PlaceState(row.state), turn=row.turn, said_at=row.said_at, came=row.came, says_came=row.says_came,
        )
        for row in await connection.execute(query)
    ]  # fmt: skip


async def said_by(connection: AsyncConnection, telegram_id: int, drop_in_ids: Iterable[int]) -> dict[int, PlaceState]:
    """What one account said about each of these sessions."""
    query = select(PlaceRow.drop_in_id, PlaceRow.state).where(
        PlaceRow.telegram_id == telegram_id, PlaceRow.drop_in_id.in_(list(drop_in_ids))
    )
    return {row.drop_in_id: PlaceState(row.state) for row in await connection.execute(query)}


async def say(
    connection: AsyncConnection,
    now: datetime,
    drop_in_id: int,
    telegram_id: int,
    state: PlaceState,
    *,
    person_id: int | None = None,
    name: str | None = None,
) -> None:
    """Write down what somebody says now; whoever changes their mind goes to the end. Call it under `lock`."""
    last = await connection.scalar(select(func.max(PlaceRow.turn)).where(PlaceRow.drop_in_id == drop_in_id))
    given: dict[str, Any] = {"state": state, "turn": (last or 0) + 1, "said_at": now, "person_id": person_id}
    mine = (PlaceRow.drop_in_id == drop_in_id, PlaceRow.telegram_id == telegram_id)
    row_id = await connection.scalar(select(PlaceRow.id).where(*mine))
    known = row_id is not None
    row_id = row_id if row_id is not None else (await reserve(connection, PlaceRow))[0]
    given["name"] = vault_of(connection).seal(name, "drop_in_places", "name", row_id) if name else None
    if known:
        await connection.execute(update(PlaceRow).where(PlaceRow.id == row_id).values(**given))
        return
    new = {"id": row_id, "drop_in_id": drop_in_id, "telegram_id": telegram_id, **given}
    await connection.execute(insert(PlaceRow).values(**new))


async def move_up(connection: AsyncConnection, now: datetime, place_id: int) -> None:
    """The first of the list has a place from now on."""
    values = {"state": PlaceState.COMING, "said_at": now}
    await connection.execute(update(PlaceRow).where(PlaceRow.id == place_id).values(**values))


async def says_came(connection: AsyncConnection, drop_in_id: int, telegram_id: int, came: bool) -> bool:
    """Write down what somebody with a place answers to "did you get there?"; False when they have none."""
    result = await connection.execute(
        update(PlaceRow)
        .where(
            PlaceRow.drop_in_id == drop_in_id,
            PlaceRow.telegram_id == telegram_id,
            PlaceRow.state == PlaceState.COMING,
        )
        .values(says_came=came)
    )
    return bool(result.rowcount)
