"""What /mydata gives out and deletes of drop-ins, opportunities and notices."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Choices, DropIn, Form, Interest, Place, Receipt, Seen, Series, Step

Rows = list[dict[str, Any]]
PLACED: Final = {
    "drop_in_series": "about nobody; who changed it, by number",
    "drop_ins": "about nobody; who ticked, by number",
    "drop_in_places": "given out; coming ones deleted, past ones cut loose",
    "drop_in_posts": "numbers of messages in a group",
    "opportunities": "about nobody; who wrote it, by number",
    "forms": "given out, deleted",
    "interests": "given out, cut loose: how many got how far stays",
    "interest_steps": "given out, cut loose",
    "notices": "what staff send; who wrote it, by number",
    "firings": "about nobody",
    "receipts": "given out, deleted",
    "choices": "given out, deleted",
    "seen_in_groups": "given out, deleted",
}
"""What becomes of each of these tables in a copy and in a deletion."""

Read = Callable[..., Awaitable[Rows]]


def _theirs(table: Any, person_id: int, telegram_id: int) -> ColumnElement[bool]:
    return or_(table.person_id == person_id, table.telegram_id == telegram_id)


async def given_out(connection: AsyncConnection, read: Read, person_id: int, telegram_id: int) -> dict[str, Rows]:
    """What they said about drop-ins and opportunities, chose, and were sent; `read` opens what is sealed."""
    drop_ins = (
        select(DropIn.day, Series.name, Place.state, Place.said_at, Place.came, Place.says_came)
        .join(DropIn, DropIn.id == Place.drop_in_id)
        .join(Series, Series.id == DropIn.series_id)
        .where(_theirs(Place, person_id, telegram_id))
        .order_by(Place.id)
    )
    columns = ("id", "opportunity_id", "stage", "reached", "reason", "next_step", "next_at", "began_at", "changed_at")
    interests = await read(Interest, _theirs(Interest, person_id, telegram_id), *columns)
    steps = Step.interest_id.in_([row["id"] for row in interests])
    return {
        "drop_ins": [dict(row._mapping) for row in await connection.execute(drop_ins)],
        "interests": interests,
        "interest_steps": await read(Step, steps, "interest_id", "stage", "at"),
        "choices": await _choices(connection, read, person_id),
        "notices": await read(Receipt, Receipt.chat_id == telegram_id, "at", "thing", "state", "why"),
        "seen_in_groups": await read(Seen, Seen.telegram_id == telegram_id, "at"),
        "forms": await read(Form, Form.person_id == person_id, "kind", "step", "fields", "changed_at"),
    }


async def _choices(connection: AsyncConnection, read: Read, person_id: int) -> Rows:
    return await read(Choices, Choices.person_id == person_id, "chosen", "paused_until")


async def erase(connection: AsyncConnection, person_id: int, telegram_id: int, now: datetime) -> dict[str, int]:
    """Delete what is theirs. How many came, and how many got how far, stays as a number without anybody in it."""
    coming = select(DropIn.id).where(DropIn.starts_at > now)
    places = _theirs(Place, person_id, telegram_id)
    changed = {
        "forms": await _delete(connection, Form, Form.person_id == person_id),
        "receipts": await _delete(connection, Receipt, Receipt.chat_id == telegram_id),
        "choices": await _delete(connection, Choices, Choices.person_id == person_id),
        "seen_in_groups": await _delete(connection, Seen, Seen.telegram_id == telegram_id),
        "drop_in_places": await _delete(connection, Place, places, Place.drop_in_id.in_(coming)),
    }
    loose = await connection.execute(
        update(Place).where(places).values(telegram_id=-Place.id, person_id=None, name=None)
    )
    changed["drop_in_places"] += int(loose.rowcount)
    mine = _theirs(Interest, person_id, telegram_id)
    steps = select(Interest.id).where(mine)
    await connection.execute(update(Step).where(Step.interest_id.in_(steps)).values(by_id=None))
    gone = await connection.execute(
        update(Interest).where(mine).values(telegram_id=-Interest.id, person_id=None, next_step=None, next_at=None)
    )
    return {**changed, "interests": int(gone.rowcount)}


async def _delete(connection: AsyncConnection, table: Any, *which: ColumnElement[bool]) -> int:
    return int((await connection.execute(delete(table).where(*which))).rowcount)
