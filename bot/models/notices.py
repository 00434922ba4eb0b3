"""What is sent to many: the notice, each time it goes out, and everybody it goes to."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import CHAT, ROW_ID, SEALED, TELEGRAM_ID, Base, Moment


class NoticeKind(StrEnum):
    """What a notice is about. Young people can mute a kind."""

    OPPORTUNITY = "opportunity"
    CLOSING = "closing soon"
    WHATS_ON = "what's on"
    DROP_IN = "drop-in"
    CAMPAIGN = "campaign"
    NEWSLETTER = "newsletter"
    MESSAGE = "message"


class NoticeState(StrEnum):
    """Where a notice stands; drawn in README.md, keep in step."""

    DRAFT = "draft"
    ASKED = "waiting for a second person"
    PLANNED = "planned"
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


class FiringState(StrEnum):
    """Where one time of a notice stands; drawn in README.md, keep in step."""

    PLANNED = "planned"
    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"
    """Too late by its own policy; staff were told."""
    CANCELLED = "cancelled"


class ReceiptState(StrEnum):
    """What became of one notice for one chat; drawn in README.md, keep in step."""

    PLANNED = "planned"
    QUEUED = "queued"
    DELIVERED = "delivered"
    UNREACHABLE = "unreachable"
    UNKNOWN = "unknown"
    REFUSED = "refused"
    HELD = "held back"
    """They asked for quiet, muted it, or had enough this week."""


class Notice(Base):
    """Something that goes to many, once or again and again. A second person said yes to it."""

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_state", "state"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    subject: Mapped[str] = mapped_column(String(64), default="")
    """What it is about, as "opportunity:12"; what it says is made from that at the moment it goes out."""
    body: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """JSON: `text` and `photo`, where staff wrote it themselves."""
    audience: Mapped[str] = mapped_column(String(2000))
    """JSON, `bot.audience.Audience`."""
    rule: Mapped[str] = mapped_column(String(300), default="")
    """RFC 5545; empty: once."""
    first_day: Mapped[str] = mapped_column(String(10))
    last_day: Mapped[str | None] = mapped_column(String(10))
    at: Mapped[str] = mapped_column(String(5))
    """Local time, "10:00"."""
    late_hours: Mapped[int] = mapped_column(Integer, default=24)
    """Sent late, with a note, for so many hours; later than that it is dropped, and staff are told."""
    state: Mapped[str] = mapped_column(String(32))
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    """None: the bot's own timetable."""
    made_at: Mapped[datetime] = mapped_column(Moment)
    approval_id: Mapped[int | None] = mapped_column(BigInteger)
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    revision: Mapped[int] = mapped_column(Integer, default=0)


class Firing(Base):
    """One time that a notice goes out: a row for each local date, however often the clock or the machine stumbles."""

    __tablename__ = "firings"
    __table_args__ = (
        UniqueConstraint("notice_id", "day"),
        Index(
            "ix_firings_due",
            "due_at",
            sqlite_where=text("state IN ('planned', 'sending')"),
            postgresql_where=text("state IN ('planned', 'sending')"),
        ),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    notice_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[str] = mapped_column(String(10))
    due_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(16), default=FiringState.PLANNED)
    planned_to: Mapped[int | None] = mapped_column(BigInteger)
    """The last person whose receipt is written: planning goes on after it. None: not begun."""
    planned_at: Mapped[datetime | None] = mapped_column(Moment)
    """When everybody it goes to was written down."""
    late: Mapped[bool] = mapped_column(default=False)
    began_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)
    reason: Mapped[str | None] = mapped_column(String(200))
    progress_chat_id: Mapped[int | None] = mapped_column(TELEGRAM_ID, info=CHAT)
    progress_outbox_id: Mapped[int | None] = mapped_column(BigInteger)
    """The message to staff that counts itself up."""
    progress: Mapped[str | None] = mapped_column(String(120))
    """What it said last, so that the same is not written twice."""
    shown_at: Mapped[datetime | None] = mapped_column(Moment)


class Receipt(Base):
    """One thing for one chat. The key is what makes it once, whatever groups and lists somebody is in."""

    __tablename__ = "receipts"
    __table_args__ = (
        UniqueConstraint("thing", "chat_id"),
        Index("ix_receipts_firing", "firing_id", "state", "id"),
        Index("ix_receipts_chat", "chat_id", "at"),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    thing: Mapped[str] = mapped_column(String(64))
    """What they got, as "opportunity:12" or "notice:7:2026-11-23"."""
    firing_id: Mapped[int] = mapped_column(BigInteger)
    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, info=CHAT)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(16))
    why: Mapped[str | None] = mapped_column(String(40))
    outbox_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)


class Choices(Base):
    """What somebody chose to be told of: their interests, what they muted, until when they want a break."""

    __tablename__ = "choices"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    chosen: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """JSON: `interests` (kinds and topics), `muted` (kinds of notice), `area`, `parent`."""
    paused_until: Mapped[datetime | None] = mapped_column(Moment)


class Seen(Base):
    """Somebody was seen in a group, so that they don't get privately what the group got."""

    __tablename__ = "seen_in_groups"

    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, primary_key=True, autoincrement=False, info=CHAT)
    telegram_id: Mapped[int] = mapped_column(TELEGRAM_ID, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
