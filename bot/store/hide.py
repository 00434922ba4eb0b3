"""Queries of /hide: which messages of a chat can still be deleted, and which chats asked for it a short while ago."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SealError
from bot.models import Inbox, Lane, Occurrence, Outbox, OutboxState
from bot.store.vault import vault_of

DELETABLE = timedelta(hours=48) - timedelta(minutes=5)
"""Telegram lets a bot delete in a private chat for 48 hours (Bot API, deleteMessage). One message that is too old would
keep the others of its call, so a few minutes are left."""
KEEPS_GOING = ("deleteMessages", "deleteMessage", "setMyCommands", "deleteMyCommands", "answerCallbackQuery")
"""Calls that put nothing into a chat: they are never cancelled."""
SERIES = "hide"
SETTLED = "settled"
"""Stands in a note instead of its day once everything of its chat is gone."""
HIDDEN = "hidden"
"""Why a message was not sent; staff read it as "did not arrive"."""


@dataclass(frozen=True, slots=True)
class Note:
    """A private chat asked to be cleared at this moment."""

    chat_id: int
    at: datetime
    settled: bool
    """Nothing of that time is left, or on its way."""


async def cancel_waiting(connection: AsyncConnection, before: Mapping[int, datetime], now: datetime) -> int:
    """Send nothing any more that was written for these chats up to their moment; safety cards and pages go out.

    A claim that read a row just before this still writes down what became of it, because the attempt is counted here too:
    so the message, if it went out, is known and can be deleted.
    """
    cancelled = 0
    for chat_id, moment in before.items():
        result = await connection.execute(
            update(Outbox)
            .where(
                Outbox.chat_id == chat_id,
                Outbox.state == OutboxState.WAITING,
                Outbox.lane > Lane.PAGE,
                Outbox.created_at <= moment,
                Outbox.method.not_in(KEEPS_GOING),
            )
            .values(state=OutboxState.REFUSED, error=HIDDEN, finished_at=now, attempts=Outbox.attempts + 1)
        )
        cancelled += int(result.rowcount)
    return cancelled


async def ours(connection: AsyncConnection, before: Mapping[int, datetime], now: datetime) -> dict[int, list[int]]:
    """The messages of ours in these chats, written up to their moment, that can be deleted; marks them as deleted."""
    if not before:
        return {}
    query = select(Outbox.id, Outbox.chat_id, Outbox.message_id, Outbox.created_at).where(
        Outbox.chat_id.in_(list(before)),
        Outbox.state == OutboxState.DELIVERED,
        or_(Outbox.method.like("send%"), Outbox.method.like("copy%"), Outbox.method.like("forward%")),
        Outbox.message_id.is_not(None),
        Outbox.deleted_at.is_(None),
        Outbox.finished_at > now - DELETABLE,
    )
    rows = [row for row in await connection.execute(query.order_by(Outbox.id)) if row.created_at <= before[row.chat_id]]
    if rows:
        ids = [row.id for row in rows]
        await connection.execute(update(Outbox).where(Outbox.id.in_(ids)).values(deleted_at=now))
    found: dict[int, list[int]] = {}
    for row in rows:
        found.setdefault(row.chat_id, []).append(row.message_id)
    return found


async def theirs(connection: AsyncConnection, telegram_id: int, now: datetime, up_to: int | None = None) -> list[int]:
    """The messages in somebody's private chat that their updates name: their own, and those they pressed or answered."""
    query = select(Inbox.update_id, Inbox.body).where(
        Inbox.person_id == telegram_id, Inbox.chat_id == telegram_id, Inbox.received_at > now - DELETABLE
    )
    if up_to is not None:
        query = query.where(Inbox.update_id <= up_to)
    vault = vault_of(connection)
    found: set[int] = set()
    for row in (await connection.execute(query)).all():
        try:
            body = vault.open_json(row.body, "inbox", "body", row.update_id)
        except (SealError, json.JSONDecodeError):
            continue
        found.update(
            number for number, sent_at in _named(body) if datetime.fromtimestamp(sent_at, UTC) > now - DELETABLE
        )
    return sorted(found)


def _named(body: Any) -> Iterator[tuple[int, int]]:
    """Number and moment of every message of the chat that an update shows."""
    if not isinstance(body, dict):
        return
    message = body.get("message") or body.get("edited_message") or (body.get("callback_query") or {}).get("message")
    while isinstance(message, dict):
        number, sent_at = message.get("message_id"), message.get("date")
        if type(number) is int and type(sent_at) is int and 0 < sent_at < 2**33:
            yield number, sent_at
        message = message.get("reply_to_message")


async def note(connection: AsyncConnection, now: datetime, chat_id: int) -> None:
    """Remember that a chat asked to be cleared: what lands later goes too. It needs no row of `people`."""
    await connection.execute(delete(Occurrence).where(Occurrence.series == SERIES, Occurrence.subject == str(chat_id)))
    values = {"series": SERIES, "subject": str(chat_id), "day": f"{now:%Y-%m-%d}", "at": now}
    await connection.execute(insert(Occurrence).values(**values))


async def notes(connection: AsyncConnection) -> list[Note]:
    """Every chat that asked for it and is not forgotten yet."""
    query = select(Occurrence.subject, Occurrence.at, Occurrence.day).where(Occurrence.series == SERIES)
    rows = await connection.execute(query.order_by(Occurrence.id))
    return [Note(int(row.subject), row.at, row.day == SETTLED) for row in rows]


async def under_way(connection: AsyncConnection, chat_ids: Sequence[int]) -> set[int]:
    """The chats among these to which something is being sent at this moment, or is about to be."""
    states = (OutboxState.WAITING, OutboxState.SENDING)
    query = select(Outbox.chat_id).where(Outbox.state.in_(states), Outbox.chat_id.in_(list(chat_ids)))
    return {int(row.chat_id) for row in await connection.execute(query)}


async def settle(connection: AsyncConnection, chat_ids: Iterable[int]) -> None:
    """Nothing of these chats is left to look for."""
    subjects = [str(chat_id) for chat_id in chat_ids]
    which = (Occurrence.series == SERIES, Occurrence.subject.in_(subjects))
    await connection.execute(update(Occurrence).where(*which).values(day=SETTLED))


async def asked_at(connection: AsyncConnection, chat_id: int) -> datetime | None:
    """When a chat last asked to be cleared; None when it did not, or it is forgotten."""
    query = select(Occurrence.at).where(Occurrence.series == SERIES, Occurrence.subject == str(chat_id))
    moment: datetime | None = await connection.scalar(query)
    return moment


async def forget(connection: AsyncConnection, chat_ids: Sequence[int]) -> None:
    """Forget that these chats asked."""
    subjects = [str(chat_id) for chat_id in chat_ids]
    await connection.execute(delete(Occurrence).where(Occurrence.series == SERIES, Occurrence.subject.in_(subjects)))
