"""Queries on receipts: one notice for one chat, planned once and sent once, however often anything is begun again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import String, bindparam, cast, delete, func, or_, select, text, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import (
    Escalation,
    Interest,
    Kind,
    Lane,
    Occurrence,
    Outbox,
    OutboxState,
    Person,
    Receipt,
    ReceiptState,
    Seen,
    Stage,
)
from bot.store.opportunities import DECLINED, mark

FATES: Final = {
    OutboxState.DELIVERED: ReceiptState.DELIVERED,
    OutboxState.UNREACHABLE: ReceiptState.UNREACHABLE,
    OutboxState.UNKNOWN: ReceiptState.UNKNOWN,
    OutboxState.REFUSED: ReceiptState.REFUSED,
}
"""What the fate of a message means for its receipt."""
_TAKEN_BACK: Final[dict[str, Any]] = {
    "state": OutboxState.REFUSED,
    "error": "taken back",
    "attempts": Outbox.attempts + 1,
}
NEVER_HAD: Final = (ReceiptState.HELD, ReceiptState.UNREACHABLE, ReceiptState.REFUSED)
"""Who stands so did not get the thing, and gets it when it goes out another time."""
_MANY: Final = text(
    "INSERT INTO receipts (thing, firing_id, chat_id, person_id, state, at)"
    " SELECT :thing, :firing, chat, NULLIF(person, 0), 'planned', :now"
    " FROM unnest(CAST(:chats AS bigint[]), CAST(:people AS bigint[])) AS given(chat, person)"
    " ON CONFLICT (thing, chat_id) DO UPDATE"
    " SET firing_id = :firing, person_id = EXCLUDED.person_id, state = 'planned', why = NULL, outbox_id = NULL, at = :now"
    " WHERE receipts.firing_id <> :firing AND receipts.state = ANY(CAST(:never_had AS text[]))"
)
"""PostgreSQL takes a chunk as two arrays: 1,000,000 receipts are planned in seconds (docs/measurements.md)."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A receipt that is to be sent."""

    id: int
    chat_id: int
    person_id: int | None


async def plan(
    connection: AsyncConnection,
    now: datetime,
    firing_id: int,
    thing: str,
    chats: Sequence[tuple[int, int | None]],
) -> int:
    """Write down chats (with the person, if it is one) that are to get a thing. Who got it before, or stands there already,
    is left out; who was held back or not reached another time is not. Returns how many are new."""
    if not chats:
        return 0
    if connection.dialect.name != "sqlite":
        once = dict(chats)
        given = {
            "chats": [*once],
            "people": [person or 0 for person in once.values()],
            "never_had": [*map(str, NEVER_HAD)],
        }
        result = await connection.execute(_MANY, {"thing": thing, "firing": firing_id, "now": now, **given})
        return int(result.rowcount)
    before = await connection.scalar(_count(firing_id))
    rows = [
        {"thing": thing, "firing_id": firing_id, "chat_id": chat, "person_id": person, "state": ReceiptState.PLANNED, "at": now}
        for chat, person in chats
    ]  # fmt: skip
    statement = sqlite.insert(Receipt)
    new = {name: statement.excluded[name] for name in ("firing_id", "person_id", "state", "at")}
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=["thing", "chat_id"],
            set_={**new, "why": None, "outbox_id": None},
            where=(Receipt.firing_id != firing_id) & or_(*(Receipt.state == state for state in NEVER_HAD)),
        ),
        rows,
    )
    return int(await connection.scalar(_count(firing_id)) or 0) - int(before or 0)


def _count(firing_id: int) -> Any:
    return select(func.count()).select_from(Receipt).where(Receipt.firing_id == firing_id)


async def next_planned(connection: AsyncConnection, firing_id: int, most: int) -> list[Planned]:
    """The next ones to send, in order; on PostgreSQL no other process sees them until this transaction ends."""
    query = (
        select(Receipt.id, Receipt.chat_id, Receipt.person_id)
        .where(Receipt.firing_id == firing_id, Receipt.state == ReceiptState.PLANNED)
        .order_by(Receipt.id)
        .limit(most)
    )
    if connection.dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    return [Planned(row.id, row.chat_id, row.person_id) for row in await connection.execute(query)]


async def queued(connection: AsyncConnection, now: datetime, pairs: Sequence[tuple[int, int]]) -> None:
    """These receipts wait in the outbox now: pairs of receipt and outbox row."""
    if pairs:
        await connection.execute(
            update(Receipt)
            .where(Receipt.id == bindparam("row"))
            .values(state=ReceiptState.QUEUED, outbox_id=bindparam("out"), at=now),
            [{"row": row, "out": out} for row, out in pairs],
        )


async def hold(connection: AsyncConnection, now: datetime, held: Iterable[tuple[int, str]]) -> None:
    """These are not sent, each for its reason."""
    rows = [{"row": row, "reason": reason} for row, reason in held]
    if rows:
        await connection.execute(
            update(Receipt)
            .where(Receipt.id == bindparam("row"))
            .values(state=ReceiptState.HELD, why=bindparam("reason"), at=now),
            rows,
        )


async def collect(connection: AsyncConnection, firing_id: int) -> list[tuple[int, str]]:
    """Take over what became of the messages of a firing. Returns the chats that could not be written to, with the reason."""
    query = (
        select(Receipt.id, Receipt.chat_id, Outbox.state, Outbox.error)
        .join(Outbox, Outbox.id == Receipt.outbox_id)
        .where(
            Receipt.firing_id == firing_id,
            Receipt.state == ReceiptState.QUEUED,
            Outbox.state.in_([str(state) for state in FATES]),
        )
    )
    rows = (await connection.execute(query)).all()
    if rows:
        await connection.execute(
            update(Receipt).where(Receipt.id == bindparam("row")).values(state=bindparam("fate")),
            [{"row": row.id, "fate": FATES[OutboxState(row.state)]} for row in rows],
        )
    return [(row.chat_id, row.error or "") for row in rows if row.state == OutboxState.UNREACHABLE]


async def waiting(connection: AsyncConnection) -> int:
    """How many notices wait in the outbox for their turn, of whatever firing."""
    query = select(func.count()).where(Outbox.state == OutboxState.WAITING, Outbox.lane == Lane.BROADCAST)
    return int(await connection.scalar(query) or 0)


async def tally(connection: AsyncConnection, firing_id: int) -> tuple[dict[str, int], dict[str, int]]:
    """How many receipts are in each state, and how many were held back for which reason."""
    query = (
        select(Receipt.state, Receipt.why, func.count().label("count"))
        .where(Receipt.firing_id == firing_id)
        .group_by(Receipt.state, Receipt.why)
    )
    states: dict[str, int] = {}
    reasons: dict[str, int] = {}
    for state, why, count in await connection.execute(query):
        states[state] = states.get(state, 0) + count
        if state == ReceiptState.HELD and why:
            reasons[why] = count
    return states, reasons


async def again(connection: AsyncConnection, now: datetime, firing_id: int) -> int:
    """Send to the unknown once more, because staff said so. Returns how many."""
    result = await connection.execute(
        update(Receipt)
        .where(Receipt.firing_id == firing_id, Receipt.state == ReceiptState.UNKNOWN)
        .values(state=ReceiptState.PLANNED, outbox_id=None, at=now)
    )
    return int(result.rowcount)


async def drop_planned(connection: AsyncConnection, now: datetime, firing_id: int) -> int:
    """Send no more of a firing: what was not begun is taken back, and what waits in the outbox too. Returns how many."""
    waits = select(Receipt.outbox_id).where(Receipt.firing_id == firing_id, Receipt.state == ReceiptState.QUEUED)
    taken_back = (
        await connection.execute(
            update(Outbox)
            .where(Outbox.id.in_(waits), Outbox.state == OutboxState.WAITING)
            .values(**_TAKEN_BACK, finished_at=now)
            .returning(Outbox.id, Outbox.chat_id, Outbox.created_at)
        )
    ).all()
    for row in taken_back:  # what goes before it in the same message: a photo, the first part of a long text
        before = (Outbox.chat_id == row.chat_id, Outbox.created_at == row.created_at, Outbox.id < row.id)
        waiting = (Outbox.state == OutboxState.WAITING, Outbox.lane == Lane.BROADCAST)
        await connection.execute(update(Outbox).where(*waiting, *before).values(**_TAKEN_BACK, finished_at=now))
    never_had = or_(Receipt.state == ReceiptState.PLANNED, Receipt.outbox_id.in_([row.id for row in taken_back]))
    result = await connection.execute(delete(Receipt).where(Receipt.firing_id == firing_id, never_had))
    return int(result.rowcount)


async def this_week(connection: AsyncConnection, chats: Sequence[int], since: datetime) -> dict[int, int]:
    """How many notices each of these chats was sent since then."""
    query = (
        select(Receipt.chat_id, func.count().label("total"))
        .where(
            Receipt.chat_id.in_(chats),
            Receipt.at >= since,
            Receipt.state.not_in([ReceiptState.HELD, ReceiptState.PLANNED]),
        )
        .group_by(Receipt.chat_id)
    )
    return {row.chat_id: row.total for row in await connection.execute(query)}


async def had_a_card(connection: AsyncConnection, telegram_ids: Sequence[int], since: datetime) -> set[int]:
    """Who of these was sent a safety card since then, or has a concern open that nobody has resolved."""
    cards = select(Outbox.chat_id).where(
        Outbox.lane == Lane.CRISIS, Outbox.chat_id.in_(telegram_ids), Outbox.created_at >= since
    )
    open_ = select(Escalation.telegram_id).where(
        Escalation.telegram_id.in_(telegram_ids),
        or_(Escalation.urgent.is_(True), Escalation.kind.in_([Kind.CONCERN, Kind.WORRIED])),
        or_(Escalation.resolved_at.is_(None), Escalation.clock_from >= since),
    )
    found = set(await connection.scalars(cards)) | set(await connection.scalars(open_))
    return {chat for chat in found if chat is not None}


async def had(connection: AsyncConnection, thing: str, chats: Sequence[int]) -> set[int]:
    """Which of these chats got a thing before, or are to get it."""
    query = select(Receipt.chat_id).where(
        Receipt.thing == thing, Receipt.chat_id.in_(chats), Receipt.state.not_in(NEVER_HAD)
    )
    return set(await connection.scalars(query))


async def settled(connection: AsyncConnection, opportunity_id: int, telegram_ids: Sequence[int]) -> set[int]:
    """Who of these need not be reminded of an opportunity: they were told of it and are not still thinking about it."""
    told = select(Receipt.chat_id).where(
        Receipt.thing == f"opportunity:{opportunity_id}", Receipt.chat_id.in_(telegram_ids),
        Receipt.state.not_in([ReceiptState.HELD, ReceiptState.UNREACHABLE]),
    )  # fmt: skip
    asked = select(Interest.telegram_id, Interest.stage).where(
        Interest.opportunity_id == opportunity_id, Interest.telegram_id.in_(telegram_ids)
    )
    stages = {row.telegram_id: row.stage for row in await connection.execute(asked)}
    thinking = {who for who, stage in stages.items() if stage in (Stage.INTERESTED, Stage.TALKED)}
    said_no = (
        select(Person.telegram_id)
        .join(Occurrence, Occurrence.subject == cast(Person.id, String))
        .where(
            Occurrence.series == DECLINED,
            Occurrence.day == mark(opportunity_id),
            Person.telegram_id.in_(telegram_ids),
        )
    )
    declined = {who for who in await connection.scalars(said_no) if who is not None}
    return (set(await connection.scalars(told)) | set(stages) | declined) - thinking


async def note_seen(connection: AsyncConnection, now: datetime, chat_id: int, telegram_id: int) -> None:
    """Somebody is in a group: what the group gets they need not get in private."""
    dialect: Any = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(Seen).values(chat_id=chat_id, telegram_id=telegram_id, at=now)
    await connection.execute(statement.on_conflict_do_nothing())


async def gone_from(connection: AsyncConnection, chat_id: int, telegram_id: int | None = None) -> None:
    """Somebody left a group, or the bot did."""
    which = [Seen.chat_id == chat_id, *([Seen.telegram_id == telegram_id] if telegram_id is not None else [])]
    await connection.execute(delete(Seen).where(*which))


async def seen_in(connection: AsyncConnection, chats: Sequence[int], telegram_ids: Sequence[int]) -> set[int]:
    """Who of these is in one of the groups, as far as the bot knows."""
    if not chats:
        return set()
    query = select(Seen.telegram_id).where(Seen.chat_id.in_(chats), Seen.telegram_id.in_(telegram_ids))
    return set(await connection.scalars(query))


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Who got which notice is forgotten after its time; how many there were stays in the events."""
    result = await connection.execute(delete(Receipt).where(Receipt.at < before))
    return int(result.rowcount)
