"""Queries on messages to be sent."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SealError
from bot.models import Lane, Outbox, OutboxState
from bot.press import signed_anew
from bot.store.rows import reserve
from bot.store.vault import Vault, vault_of

log = logging.getLogger(__name__)
FILES = "_files"
"""Where a payload keeps files that are uploaded with the call: `{field: [file name, base64]}`."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One call of the Bot API before it is stored."""

    lane: Lane
    chat_id: int | None
    method: str
    payload: dict[str, Any]
    part: int = 1
    parts: int = 1
    due_at: datetime | None = None
    escalation_id: int | None = None
    """The escalation it belongs to: a reply to it finds its way by that, and staff are told if it does not arrive."""
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A message whose turn may have come."""

    id: int
    lane: int
    chat_id: int | None
    method: str
    payload: dict[str, Any]
    attempts: int
    unknowns: int
    escalation_id: int | None = None
    line_id: int | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one call: the new state, and when it is due again if it waits.

    `attempts` tells which claim it belongs to: once another process claimed the message, an older outcome says nothing.
    """

    id: int
    attempts: int
    state: OutboxState
    finished_at: datetime | None = None
    due_at: datetime | None = None
    message_id: int | None = None
    error: str | None = None
    unknowns: int = 0


DUE_COLUMNS = (
    Outbox.id, Outbox.lane, Outbox.chat_id, Outbox.method, Outbox.payload, Outbox.attempts, Outbox.unknowns,
    Outbox.escalation_id, Outbox.line_id,
)  # fmt: skip

_write_outcome = (
    update(Outbox)
    .where(Outbox.id == bindparam("row_id"), Outbox.attempts == bindparam("claim"))
    .values(
        state=bindparam("new_state"),
        finished_at=bindparam("new_finished_at"),
        due_at=func.coalesce(bindparam("new_due_at", type_=Outbox.due_at.type), Outbox.due_at),
        message_id=bindparam("new_message_id"),
        error=bindparam("new_error"),
        unknowns=bindparam("new_unknowns"),
    )
)


_INSERT = insert(Outbox)
_DUE = (
    select(*DUE_COLUMNS)
    .where(
        Outbox.state == OutboxState.WAITING,
        # What was due when it was written is due, even if a clock was put back since.
        or_(Outbox.due_at <= bindparam("now"), and_(Outbox.attempts == 0, Outbox.due_at == Outbox.created_at)),
    )
    .order_by(Outbox.lane, Outbox.id)
    .limit(bindparam("most"))
)
_DUE_TO_OTHERS = _DUE.where(or_(Outbox.chat_id.is_(None), Outbox.chat_id.not_in(bindparam("not_to", expanding=True))))
_MARK_SENDING = (
    update(Outbox)
    .where(Outbox.id.in_(bindparam("ids", expanding=True)), Outbox.state == OutboxState.WAITING)
    .values(state=OutboxState.SENDING, attempts=Outbox.attempts + 1)
)


async def add(
    connection: AsyncConnection, messages: Sequence[Outgoing], now: datetime, update_id: int | None = None
) -> Sequence[int]:
    """Store messages; they are sent in this order in each lane. Returns their rows."""
    if not messages:
        return ()
    vault = vault_of(connection)
    ids = await reserve(connection, Outbox, len(messages))
    rows = [
        _row(vault, row_id, message, now, update_id, OutboxState.WAITING)
        for row_id, message in zip(ids, messages, strict=True)
    ]
    await connection.execute(_INSERT, rows)
    return ids


async def add_sending(connection: AsyncConnection, message: Outgoing, now: datetime, update_id: int | None) -> Due:
    """Store a message that is sent as soon as this transaction is committed: "sending" is committed before the call."""
    row_id = (await reserve(connection, Outbox))[0]
    row = _row(vault_of(connection), row_id, message, now, update_id, OutboxState.SENDING)
    await connection.execute(_INSERT, row)
    return Due(
        row_id,
        message.lane,
        message.chat_id,
        message.method,
        message.payload,
        1,
        0,
        message.escalation_id,
        message.line_id,
    )


def _row(
    vault: Vault, row_id: int, message: Outgoing, now: datetime, update_id: int | None, state: OutboxState
) -> dict[str, Any]:
    return {
        "id": row_id, "lane": message.lane, "chat_id": message.chat_id, "method": message.method,
        "payload": vault.seal_json(message.payload, "outbox", "payload", row_id),
        "update_id": update_id, "part": message.part, "parts": message.parts, "state": state,
        "attempts": int(state is OutboxState.SENDING), "unknowns": 0, "due_at": message.due_at or now, "created_at": now,
        "escalation_id": message.escalation_id, "line_id": message.line_id, "reported": False,
    }  # fmt: skip


def _opened(connection: AsyncConnection, row: Any) -> Due:
    """A message that can't be opened is sent empty: Telegram refuses it, and it stops no other."""
    row_id, lane, chat_id, method, sealed, *rest = row
    try:
        payload = vault_of(connection).open_json(sealed, "outbox", "payload", row_id)
    except SealError as error:
        log.error("%s", error)
        payload = {}
    return Due(row_id, lane, chat_id, method, payload, *rest)


async def due(connection: AsyncConnection, now: datetime, limit: int, not_to: Sequence[int] = ()) -> list[Due]:
    """What may go out now, first lane first, leaving out chats that have to wait."""
    query, given = (_DUE_TO_OTHERS, {"not_to": list(not_to)}) if not_to else (_DUE, {})
    return [_opened(connection, row) for row in await connection.execute(query, {"now": now, "most": limit, **given})]


async def mark_sending(connection: AsyncConnection, ids: Sequence[int]) -> None:
    """Say that these calls are about to be made: committed before the first byte leaves."""
    await connection.execute(_MARK_SENDING, {"ids": list(ids)})


async def sign_anew(connection: AsyncConnection, old: int, new: int) -> None:
    """The buttons of what is yet to be sent to a group that moved count in the new chat: they are signed for one chat."""
    under_way = Outbox.state.in_([OutboxState.WAITING, OutboxState.SENDING, OutboxState.UNKNOWN])
    vault = vault_of(connection)
    for row in (await connection.execute(select(*DUE_COLUMNS).where(under_way, Outbox.chat_id == new))).all():
        payload = signed_anew(vault, _opened(connection, row).payload, old, new)
        if payload is not None:
            sealed = vault.seal_json(payload, "outbox", "payload", row.id)
            await connection.execute(update(Outbox).where(Outbox.id == row.id).values(payload=sealed))


async def record(connection: AsyncConnection, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of calls."""
    await connection.execute(
        _write_outcome,
        [
            {
                "row_id": o.id, "claim": o.attempts, "new_state": o.state, "new_finished_at": o.finished_at, "new_due_at": o.due_at,
                "new_message_id": o.message_id, "new_error": o.error, "new_unknowns": o.unknowns,
            }
            for o in outcomes
        ],
    )  # fmt: skip


async def message_id(connection: AsyncConnection, row_id: int) -> int | None:
    """Where a message of ours stands in its chat; None while nobody knows."""
    return await connection.scalar(select(Outbox.message_id).where(Outbox.id == row_id))


async def interrupted(connection: AsyncConnection) -> list[Due]:
    """Calls that a process was making when it ended: nobody knows whether they arrived."""
    query = select(*DUE_COLUMNS).where(Outbox.state == OutboxState.SENDING).order_by(Outbox.id)
    return [_opened(connection, row) for row in await connection.execute(query)]


async def sent_since(connection: AsyncConnection, since: datetime, at_most: int) -> list[tuple[int | None, datetime]]:
    """Chats and moments of what was finished since then, oldest first; looks at the newest rows only."""
    newest = select(func.coalesce(func.max(Outbox.id), 0)).scalar_subquery()
    query = (
        select(Outbox.chat_id, Outbox.finished_at)
        .where(Outbox.id > newest - at_most, Outbox.finished_at > since)
        .order_by(Outbox.finished_at)
    )
    return [(row.chat_id, row.finished_at) for row in await connection.execute(query)]


async def count_unknown(connection: AsyncConnection) -> int:
    """How many messages nobody can tell the fate of."""
    query = select(func.count()).where(Outbox.state == OutboxState.UNKNOWN)
    return int(await connection.scalar(query) or 0)


async def release_held(connection: AsyncConnection, lane: Lane, now: datetime) -> int:
    """Send the unknown ones of a lane again, because a member of staff decided so."""
    result = await connection.execute(
        update(Outbox)
        .where(and_(Outbox.lane == lane, Outbox.state == OutboxState.UNKNOWN))
        .values(state=OutboxState.WAITING, due_at=now, finished_at=None)
    )
    return int(result.rowcount)


async def forget_sent(connection: AsyncConnection, before: datetime) -> int:
    """Delete what arrived, or surely never will, before this moment; what is unknown stays for staff to decide."""
    settled = (OutboxState.DELIVERED, OutboxState.UNREACHABLE, OutboxState.REFUSED)
    result = await connection.execute(delete(Outbox).where(Outbox.state.in_(settled), Outbox.finished_at < before))
    return int(result.rowcount)


async def count_stuck(connection: AsyncConnection, before: datetime) -> int:
    """How many pages and cards should have gone out before this moment: long due, or tried in vain since then."""
    under_way = (OutboxState.WAITING, OutboxState.SENDING)
    tried = and_(Outbox.attempts > 0, Outbox.created_at < before)
    query = select(func.count()).where(
        Outbox.state.in_(under_way), Outbox.lane <= Lane.PAGE, or_(Outbox.due_at < before, tried)
    )
    return int(await connection.scalar(query) or 0)
