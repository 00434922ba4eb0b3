"""Updates received, messages to be sent, chats, enquiries and events."""

from __future__ import annotations

from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import CHAT, ROW_ID, SEALED, TELEGRAM_ID, Base, Moment


class InboxState(StrEnum):
    """Where a received update stands; drawn in README.md, keep in step."""

    WAITING = "waiting"
    DONE = "done"
    QUARANTINED = "quarantined"


class Lane(IntEnum):
    """Who goes first, and what follows when nobody knows whether a message arrived."""

    CRISIS = 0
    PAGE = 1
    REPLY = 2
    NOTICE = 3
    BROADCAST = 4


class OutboxState(StrEnum):
    """Where a message to be sent stands; drawn in README.md, keep in step."""

    WAITING = "waiting"
    SENDING = "sending"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    REFUSED = "refused"


class Inbox(Base):
    """An update as Telegram sent it, committed before Telegram is told that we have it."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_waiting", "update_id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_inbox_person", "person_id", "received_at"),
    )  # fmt: skip

    update_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chat_id: Mapped[int | None] = mapped_column(TELEGRAM_ID, info=CHAT)
    person_id: Mapped[int | None] = mapped_column(TELEGRAM_ID)
    body: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    received_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(16), default=InboxState.WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str | None] = mapped_column(String(200))
    finished_at: Mapped[datetime | None] = mapped_column(Moment)


class Outbox(Base):
    """One call of the Bot API that is to be made, and what became of it."""

    __tablename__ = "outbox"
    __table_args__ = (
        Index("ix_outbox_waiting", "lane", "id", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
        Index("ix_outbox_escalation", "escalation_id", sqlite_where=text("escalation_id IS NOT NULL"), postgresql_where=text("escalation_id IS NOT NULL")),
        Index("ix_outbox_cards", "chat_id", "created_at", sqlite_where=text("lane = 0"), postgresql_where=text("lane = 0")),
        Index("ix_outbox_sending", "id", sqlite_where=text("state = 'sending'"), postgresql_where=text("state = 'sending'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    lane: Mapped[int] = mapped_column(Integer)
    chat_id: Mapped[int | None] = mapped_column(TELEGRAM_ID, info=CHAT)
    method: Mapped[str] = mapped_column(String(64))
    payload: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    update_id: Mapped[int | None] = mapped_column(BigInteger)
    part: Mapped[int] = mapped_column(Integer, default=1)
    parts: Mapped[int] = mapped_column(Integer, default=1)
    state: Mapped[str] = mapped_column(String(16), default=OutboxState.WAITING)
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    unknowns: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[datetime] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    finished_at: Mapped[datetime | None] = mapped_column(Moment)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    error: Mapped[str | None] = mapped_column(String(200))
    escalation_id: Mapped[int | None] = mapped_column(BigInteger)
    line_id: Mapped[int | None] = mapped_column(BigInteger)
    reported: Mapped[bool] = mapped_column(default=False)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Chat(Base):
    """A chat that wrote to the bot or holds it, and whether it can be written to."""

    __tablename__ = "chats"

    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, primary_key=True, autoincrement=False, info=CHAT)
    kind: Mapped[str] = mapped_column(String(16))
    reachable: Mapped[bool] = mapped_column(default=True)
    reason: Mapped[str | None] = mapped_column(String(100))
    last_heard_at: Mapped[datetime | None] = mapped_column(Moment)


class Enquiry(Base):
    """A question that somebody typed and how it was answered; the words themselves are not kept here."""

    __tablename__ = "enquiries"
    __table_args__ = (Index("ix_enquiries_person", "person_id", "asked_at"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    update_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, info=CHAT)
    person_id: Mapped[int | None] = mapped_column(TELEGRAM_ID)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    outcome: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[str | None] = mapped_column(String(100))
    helpful: Mapped[bool | None]


class Event(Base):
    """One verb: who did what to which thing, and when. Each row's `mac` covers the row and the one before it.

    Reports and the audit read these. `actor_id` is a row of `people`; None where the bot or the clock acted.
    """

    __tablename__ = "events"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)
    noun: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    verb: Mapped[str] = mapped_column(String(32))
    actor_id: Mapped[int | None] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    mac: Mapped[bytes] = mapped_column(LargeBinary)
