"""Puts words into every table that may hold some, and looks for them everywhere: opened, and in the raw bytes of files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Boolean, Integer, LargeBinary, String, Table, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SealError
from bot.models import (
    SEALED,
    Approval,
    ApprovalState,
    Base,
    BreakGlass,
    Choices,
    Draft,
    DropIn,
    EnrolmentState,
    Escalation,
    EscalationState,
    Form,
    Gap,
    Group,
    Inbox,
    InboxState,
    Interest,
    Invitation,
    InvitationState,
    Line,
    Moment,
    Notice,
    NoticeState,
    Outbox,
    OutboxState,
    Person,
    Phrasing,
    Place,
    Review,
    Side,
    Trace,
    Veiled,
    WrongTry,
)
from bot.store import events
from bot.store.engine import Store
from bot.store.vault import vault_of

WITHOUT_WORDS = {
    "approvals": {"kind", "state"}, "canned": {"title", "body"}, "chats": {"kind", "reason"},
    "enquiries": {"outcome", "entry_id"}, "escalations": {"kind", "state", "rung", "next_action", "told", "ring_at", "outcome"},
    "events": {"noun", "subject", "verb", "details"}, "groups": {"audience"}, "inbox": {"state", "error"},
    "invitations": {"role", "state"}, "key_checks": {"key_id"}, "lines": {"side"},
    "occurrences": {"series", "subject", "day"}, "outbox": {"method", "state", "error"}, "people": {"state"},
    "roles": {"role"}, "gaps": {"source", "entry_id", "state"}, "phrasings": {"entry_id"},
    "reviews": {"what", "outcome", "found_by", "verdict"},
    "drop_in_places": {"state"},
    "drop_in_series": {"agency", "bank_holidays", "bring", "closes", "extra", "first_day", "last_day", "map_url", "name", "opens", "place", "rule", "state", "topic", "uid", "without"},
    "drop_ins": {"day", "note", "place", "state"},
    "firings": {"day", "progress", "reason", "state"},
    "forms": {"kind", "step"},
    "interest_steps": {"stage"},
    "interests": {"reached", "reason", "stage"},
    "notices": {"at", "audience", "first_day", "kind", "last_day", "rule", "state", "subject"},
    "opportunities": {"closes_on", "digest", "for_whom", "help", "kind", "link", "needed", "pay_hours", "photo", "reference", "source", "state", "title", "what", "where", "who"},
    "receipts": {"state", "thing", "why"},
}  # fmt: skip
"""Columns of text that are not sealed: words of the program, numbers, the council's own replies. A new one must be thought about."""


def text_columns() -> dict[str, set[str]]:
    """Every column that holds text or JSON in the clear."""
    found: dict[str, set[str]] = {}
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, (Integer, Boolean, Moment, LargeBinary)):
                found.setdefault(table.name, set()).add(column.name)
    return found


async def put(connection: AsyncConnection, model: Any, row: int, at: datetime, **values: Any) -> int:
    """Put a row with this number; sealed columns are given as words, what must not be empty is filled."""
    table: Table = model.__table__
    vault, key = vault_of(connection), next(iter(table.primary_key.columns)).name
    given: dict[str, Any] = {key: row, **values}
    for column in table.columns:
        if column.name in given and column.info == SEALED and given[column.name] is not None:
            given[column.name] = vault.seal(given[column.name], table.name, column.name, row)
        elif column.name not in given and not column.nullable:
            given[column.name] = _filled(column.type, at, row)
    await connection.execute(insert(table).values(**given))
    return row


def _filled(kind: Any, at: datetime, row: int) -> Any:
    match kind:
        case Moment():
            return at
        case Boolean():
            return False
        case Integer():
            return row
        case String():
            return "x"
        case _:
            return row.to_bytes(8, "big")


async def put_everywhere(store: Store, words: str, at: datetime, person: int, account: int, first: int = 1) -> None:
    """A life in the tables: everything that may hold words holds these, and is settled at this moment."""
    said = json.dumps({"text": words})
    async with store.transaction() as connection:
        await put(
            connection, Person, person, at,
            telegram_id=account, name=words, born_on="2008-03-14", code_word=words, told_age_band=words, told_status=words,
            state=EnrolmentState.WITHDRAWN, left_at=at,
        )  # fmt: skip
        await events.add(connection, at, "enrolment", person, "withdrew")
        await put(connection, Invitation, first, at, token_digest=first.to_bytes(32, "big"), code_digest=first.to_bytes(32, "little"), name=words, born_on="2008-03-14", used_by=person, state=InvitationState.USED, expires_at=at)  # fmt: skip
        await put(connection, Approval, first, at, asked=json.dumps({"name": words}), state=ApprovalState.APPROVED, decided_at=at)  # fmt: skip
        await put(connection, BreakGlass, first, at, reason=words, young_person_id=person)
        await put(connection, Group, first, at, chat_id=-first, title=words, left_at=at)
        await put(
            connection, Escalation, first, at,
            telegram_id=account, person_id=person, about=json.dumps({"name": words}), state=EscalationState.RESOLVED, resolved_at=at,
        )  # fmt: skip
        await put(connection, Place, first, at, drop_in_id=first, telegram_id=account, name=words)
        await put(connection, DropIn, first, at, ends_at=at)
        await put(connection, Form, first, at, fields=said, person_id=person)
        await put(connection, Interest, first, at, telegram_id=account, next_step=said)
        await put(connection, Notice, first, at, body=said, state=NoticeState.DONE)
        await put(connection, Choices, person, at, chosen=json.dumps({"area": words}))
        await put(connection, Gap, first, at, words=words, asked_at=at)
        await put(connection, Phrasing, first, at, words=words, withdrawn_at=at)
        await put(
            connection, Review, first, at,
            telegram_id=account, person_id=person, kinds=words, because=words, words=words, proposal=json.dumps({"text": words}),
            exported_at=at,
        )  # fmt: skip
        for number, side in enumerate(Side):
            await put(
                connection, Line, 10 * first + number, at,
                escalation_id=first, side=side, body=words, file=json.dumps({"name": words}), history=json.dumps([{"text": words}]),
                chat_id=account, message_id=number,
            )  # fmt: skip
        await put(connection, Trace, account, at, message_id=first, escalation_id=first)
        await put(connection, Draft, first, at, message=said)
        await put(
            connection, Veiled, first, at, telegram_id=account, calls=json.dumps([["sendMessage", {"text": words}]])
        )
        await put(connection, WrongTry, first, at, telegram_id=account)
        for number, state in enumerate((InboxState.DONE, InboxState.QUARANTINED)):
            await put(connection, Inbox, 10 * first + number, at, body=said, state=state, finished_at=at, chat_id=account, person_id=account)  # fmt: skip
        for number, sent in enumerate(
            state for state in OutboxState if state not in (OutboxState.WAITING, OutboxState.SENDING)
        ):
            await put(connection, Outbox, 10 * first + number, at, payload=said, state=sent, finished_at=at, chat_id=account)  # fmt: skip


async def opened(store: Store) -> list[tuple[str, str]]:
    """Every value of every table as text, opened where it is sealed, with its place."""
    found: list[tuple[str, str]] = []
    async with store.reading() as connection:
        for table in Base.metadata.sorted_tables:
            key = next(iter(table.primary_key.columns)).name
            for row in (await connection.execute(select(table))).mappings():
                found += [
                    (
                        f"{table.name}.{column.name} of row {row[key]}",
                        _text(store, table, column, row[key], row[column.name]),
                    )
                    for column in table.columns
                ]
    return found


def _text(store: Store, table: Table, column: Any, row: Any, value: Any) -> str:
    if isinstance(value, (bytes, memoryview)) and column.info == SEALED:
        try:
            return store.vault.open(bytes(value), table.name, column.name, row)
        except SealError:
            return "(can't be opened)"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else str(value)


async def places_of(store: Store, words: Iterable[str]) -> list[str]:
    """Where any of these words still stands, in whatever case; empty when they are gone."""
    wanted = [word.casefold() for word in words]
    return [place for place, text in await opened(store) if any(word in text.casefold() for word in wanted)]


def in_files(folder: Path, words: Iterable[str]) -> list[str]:
    """Which files below a folder hold which of these words in the clear, in UTF-8, UTF-16 or as JSON escapes them."""
    forms = {word: set(_forms(word)) for word in words}
    return sorted(
        f"{file.relative_to(folder)}: {word}"
        for file in folder.rglob("*")
        if file.is_file()
        for data in [file.read_bytes()]
        for word in forms
        if any(form in data for form in forms[word])
    )


def _forms(word: str) -> Iterator[bytes]:
    yield word.encode()
    yield word.encode("utf-16-le")
    yield json.dumps(word)[1:-1].encode()
