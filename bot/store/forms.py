"""Queries on guided forms: what somebody of staff filled in so far, where they left it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Form as Row
from bot.store.rows import reserve
from bot.store.vault import vault_of


@dataclass(frozen=True, slots=True)
class Form:
    """A form, opened."""

    id: int
    person_id: int
    kind: str
    step: str
    fields: Mapping[str, Any]
    changed_at: datetime
    asked_at: datetime | None


def _form(connection: AsyncConnection, row: Any) -> Form:
    fields = vault_of(connection).open_json(row.fields, "forms", "fields", row.id)
    return Form(row.id, row.person_id, row.kind, row.step, fields, row.changed_at, row.asked_at)


async def of_person(connection: AsyncConnection, person_id: int | None, kind: str) -> Form | None:
    """The form of this kind that somebody is filling in: one at a time."""
    query = select(Row).where(Row.person_id == person_id, Row.kind == kind).with_for_update()
    row = (await connection.execute(query)).first()
    return _form(connection, row) if row is not None else None


async def begin(
    connection: AsyncConnection, now: datetime, person_id: int, kind: str, step: str, fields: Mapping[str, Any]
) -> int:
    """Begin a form; one of the same kind that they had is thrown away. Returns its number."""
    await connection.execute(delete(Row).where(Row.person_id == person_id, Row.kind == kind))
    row_id = (await reserve(connection, Row))[0]
    sealed = vault_of(connection).seal_json(dict(fields), "forms", "fields", row_id)
    values = {"id": row_id, "person_id": person_id, "kind": kind, "step": step, "fields": sealed, "changed_at": now}
    await connection.execute(insert(Row).values(**values))
    return row_id


async def keep(connection: AsyncConnection, now: datetime, form_id: int, step: str, fields: Mapping[str, Any]) -> None:
    """What is filled in by now, and which step comes; it counts as touched."""
    sealed = vault_of(connection).seal_json(dict(fields), "forms", "fields", form_id)
    values = {"step": step, "fields": sealed, "changed_at": now, "asked_at": None}
    await connection.execute(update(Row).where(Row.id == form_id).values(**values))


async def remove(connection: AsyncConnection, form_id: int) -> None:
    """It is finished, or nobody wants it."""
    await connection.execute(delete(Row).where(Row.id == form_id))


async def left_since(connection: AsyncConnection, kind: str, moment: datetime) -> list[Form]:
    """Forms that nobody has touched since then, oldest first."""
    query = select(Row).where(Row.kind == kind, Row.changed_at <= moment).order_by(Row.changed_at, Row.id)
    return [_form(connection, row) for row in await connection.execute(query)]


async def mark_asked(connection: AsyncConnection, now: datetime, form_id: int) -> bool:
    """Note that they were asked whether they still want it; False when they were asked before."""
    statement = update(Row).where(Row.id == form_id, Row.asked_at.is_(None)).values(asked_at=now).returning(Row.id)
    return await connection.scalar(statement) is not None
