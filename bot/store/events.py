"""Queries on events: every verb leaves one, and each is chained to the one before (`bot.store.chain`).

What a transaction adds is written at its end, in one go: the chain allows one writer at a time, so nobody holds it for long.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Event
from bot.store.chain import link
from bot.store.vault import Vault, vault_of

CHAIN_KEY = 2**62 + 1
"""The PostgreSQL advisory lock of whoever adds to the chain, until the transaction ends."""
PENDING = "events to be chained"
_LAST = select(Event.id, Event.mac).order_by(Event.id.desc()).limit(1)
_INSERT = insert(Event)


async def add(
    connection: AsyncConnection,
    now: datetime,
    noun: str,
    subject: object,
    verb: str,
    *,
    actor: int | None = None,
    **details: Any,
) -> None:
    """Write down that `verb` happened to a thing. Details hold ids and reasons, never anybody's words or names."""
    connection.info.setdefault(PENDING, []).append(
        {
            "at": now, "noun": noun, "subject": str(subject), "verb": verb, "actor_id": actor, "details": details or None,
        }
    )  # fmt: skip


def begin(connection: AsyncConnection) -> None:
    """A transaction begins: nothing of one that failed is left."""
    connection.info.pop(PENDING, None)


def mark(connection: AsyncConnection) -> int:
    """How many events wait for the end of the transaction."""
    return len(connection.info.get(PENDING, []))


def back_to(connection: AsyncConnection, mark: int) -> None:
    """Forget the events that were added after a mark."""
    del connection.info.get(PENDING, [])[mark:]


async def flush(connection: AsyncConnection) -> None:
    """A transaction is about to be committed: chain what it added."""
    pending: list[dict[str, Any]] = connection.info.pop(PENDING, [])
    if not pending:
        return
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": CHAIN_KEY})
    last = (await connection.execute(_LAST)).first()
    row, mac = (last.id, bytes(last.mac)) if last is not None else (0, b"")
    vault = vault_of(connection)
    for event in pending:
        row += 1
        mac = link(
            vault,
            mac,
            row,
            event["at"],
            event["noun"],
            event["subject"],
            event["verb"],
            event["actor_id"],
            event["details"],
        )
        event |= {"id": row, "mac": mac}
    await connection.execute(_INSERT, pending)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest event: its number and its digest. Kept elsewhere, it shows whether events were cut off."""

    row: int
    mac: str


async def head(connection: AsyncConnection) -> Head | None:
    """The head of the chain; None before the first event."""
    last = (await connection.execute(_LAST)).first()
    return Head(last.id, bytes(last.mac).hex()) if last is not None else None


@dataclass(frozen=True, slots=True)
class Walked:
    """What a walk along the whole chain found."""

    count: int
    """Events whose place holds, from the first on."""
    head: Head | None
    """The last of them."""
    broken: int | None
    """The number of the first event that was changed, moved, or follows a missing one; None when the chain holds."""
    others: tuple[Head, ...] = ()
    """Heads that were looked for and are not in the chain: events were cut off, or written anew."""


async def walk(connection: AsyncConnection, vault: Vault, looked_for: Iterable[Head] = (), chunk: int = 1000) -> Walked:
    """Follow the chain from the first event to the last; `looked_for` are heads that were written down elsewhere."""
    missing = set(looked_for)
    before, row = b"", 0
    while True:
        query = select(Event).where(Event.id > row).order_by(Event.id).limit(chunk)
        events = (await connection.execute(query)).all()
        for event in events:
            expected = link(
                vault, before, event.id, event.at, event.noun, event.subject, event.verb, event.actor_id, event.details
            )
            if event.id != row + 1 or bytes(event.mac) != expected:
                return Walked(row, _head(row, before), event.id, _in_order(missing))
            before, row = expected, event.id
            missing.discard(Head(row, expected.hex()))
        if len(events) < chunk:
            return Walked(row, _head(row, before), None, _in_order(missing))


async def first_broken(connection: AsyncConnection, vault: Vault) -> int | None:
    """The number of the first event that was changed, moved or follows a missing one; None when the chain holds."""
    return (await walk(connection, vault)).broken


def _head(row: int, mac: bytes) -> Head | None:
    return Head(row, mac.hex()) if row else None


def _in_order(heads: Iterable[Head]) -> tuple[Head, ...]:
    return tuple(sorted(heads, key=lambda head: (head.row, head.mac)))


async def of_subject(connection: AsyncConnection, noun: str, subjects: Sequence[object]) -> list[Any]:
    """The events of these things, oldest first."""
    query = select(Event).where(Event.noun == noun, Event.subject.in_([str(s) for s in subjects])).order_by(Event.id)
    return list((await connection.execute(query)).all())


async def count(connection: AsyncConnection) -> int:
    """How many events there are."""
    return int(await connection.scalar(select(func.count()).select_from(Event)) or 0)
