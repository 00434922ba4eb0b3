"""What is passed to a person: the escalation, what was said in it, and where its messages stand in Telegram."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import CHAT, ROW_ID, SEALED, TELEGRAM_ID, Base, Moment


class EscalationState(StrEnum):
    """Where an escalation stands; drawn in README.md, keep in step. *Overdue* is derived, never stored."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Kind(StrEnum):
    """Why an escalation was opened."""

    ASKED = "asked for a person"
    RING = "asked for a call"
    NO_ANSWER = "the bot had no answer"
    CONCERN = "a concern"
    WORRIED = "a worry"
    """The gentle check-in was not answered, or answered with "yes, tell somebody"."""
    FAULT = "something broke"
    WRITTEN_TO = "an adviser wrote first"


class Rung(StrEnum):
    """Whose turn it is while nobody has it. Each holder of the rung is paged."""

    ADVISER = "adviser"
    ON_CALL = "on call"
    DUTY = "duty"
    MANAGER = "manager"
    ALARM = "alarm"
    """The last one: everybody, again and again, until somebody says "I've got this"."""


class Side(StrEnum):
    """Who a line is from."""

    YOUNG_PERSON = "young person"
    STAFF = "staff"
    NOTE = "note"
    """Between staff; never shown to the young person."""


class Outcome(StrEnum):
    """How an escalation ended."""

    ANSWERED = "answered"
    MET = "rang or met"
    PASSED = "passed to another service"
    NOT_REACHED = "could not reach them"
    MISTAKE = "no need"


class Escalation(Base):
    """A question, wish or concern that a person has to answer. A young person has at most one that is not resolved."""

    __tablename__ = "escalations"
    __table_args__ = (
        Index("ix_escalations_due", "next_at", sqlite_where=text("state != 'resolved'"), postgresql_where=text("state != 'resolved'")),
        Index("ix_escalations_live", "telegram_id", unique=True, sqlite_where=text("state != 'resolved'"), postgresql_where=text("state != 'resolved'")),
        Index("ix_escalations_person", "person_id", "opened_at"),
        Index("ix_escalations_telegram", "telegram_id", "id"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    telegram_id: Mapped[int] = mapped_column(TELEGRAM_ID)
    """The account that is answered; the private chat has the same number."""
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    """The young person; None for somebody who has not joined."""
    group_chat_id: Mapped[int | None] = mapped_column(TELEGRAM_ID, info=CHAT)
    """The group in which it was opened, if any; nothing about it is ever said there."""
    about: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """JSON for whoever opens it: `because` (what the gate found), `name` and `username` of somebody who has not joined."""
    kind: Mapped[str] = mapped_column(String(32))
    urgent: Mapped[bool]
    state: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[datetime] = mapped_column(Moment)
    clock_from: Mapped[datetime] = mapped_column(Moment)
    """When its clocks began: opened, reopened, made urgent, or un-acknowledged."""
    rung: Mapped[str] = mapped_column(String(16))
    owner_id: Mapped[int | None] = mapped_column(BigInteger)
    """The one person whose it is; None while a rung of several has it."""
    reminded: Mapped[int] = mapped_column(Integer, default=0)
    next_action: Mapped[str] = mapped_column(String(32))
    next_at: Mapped[datetime] = mapped_column(Moment)
    promised_at: Mapped[datetime | None] = mapped_column(Moment)
    """What the young person was told: an answer by then."""
    told: Mapped[str | None] = mapped_column(String(120))
    """What the last promise said, in short, so that the same is not said twice."""
    acknowledged_at: Mapped[datetime | None] = mapped_column(Moment)
    answered_at: Mapped[datetime | None] = mapped_column(Moment)
    """When staff last wrote or rang since the acknowledgement."""
    heard_at: Mapped[datetime] = mapped_column(Moment)
    """When the young person last wrote in it."""
    ring_at: Mapped[str | None] = mapped_column(String(24))
    unreached: Mapped[bool] = mapped_column(default=False)
    """The bot can't write to them: the adviser has to ring."""
    reopened: Mapped[int] = mapped_column(Integer, default=0)
    resolved_at: Mapped[datetime | None] = mapped_column(Moment)
    resolved_by: Mapped[int | None] = mapped_column(BigInteger)
    outcome: Mapped[str | None] = mapped_column(String(32))
    missing_fact: Mapped[bool | None]
    """Whether it led to a fact that the Local Offer lacks."""
    forgotten_at: Mapped[datetime | None] = mapped_column(Moment)


class Line(Base):
    """One thing that was said, shown or noted in an escalation."""

    __tablename__ = "lines"
    __table_args__ = (
        Index("ix_lines_escalation", "escalation_id", "id"),
        Index("ix_lines_source", "chat_id", "message_id"),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    escalation_id: Mapped[int] = mapped_column(BigInteger)
    side: Mapped[str] = mapped_column(String(16))
    author_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)
    body: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """The words, or the words with a file; None: deleted, forgotten, or a file without words."""
    file: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """JSON `{"method": "sendPhoto", "field": "photo", "file_id": …, "name": …}`."""
    history: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """JSON list of `{"at": …, "text": …}`: what it said before it was changed."""
    chat_id: Mapped[int | None] = mapped_column(TELEGRAM_ID, info=CHAT)
    message_id: Mapped[int | None] = mapped_column(BigInteger)
    """Where its author wrote it, so that a change finds it."""
    changed_at: Mapped[datetime | None] = mapped_column(Moment)
    deleted_at: Mapped[datetime | None] = mapped_column(Moment)


class Trace(Base):
    """A message of ours in Telegram that belongs to an escalation: a reply to it finds its way by this, never by its words."""

    __tablename__ = "traces"
    __table_args__ = (Index("ix_traces_line", "line_id"), Index("ix_traces_escalation", "escalation_id"))

    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, primary_key=True, autoincrement=False, info=CHAT)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    escalation_id: Mapped[int] = mapped_column(BigInteger)
    line_id: Mapped[int | None] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(Moment)


class Draft(Base):
    """Something that staff typed without saying whom it is for: kept until they say so, never sent by guess."""

    __tablename__ = "drafts"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger)
    message: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    """JSON: `text`, `file`, `chat_id`, `message_id`."""
    created_at: Mapped[datetime] = mapped_column(Moment)


class Veiled(Base):
    """A message that somebody with discreet mode on reveals with a tap."""

    __tablename__ = "veiled"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    telegram_id: Mapped[int] = mapped_column(TELEGRAM_ID)
    calls: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    """JSON list of `[method, payload]`."""
    escalation_id: Mapped[int | None] = mapped_column(BigInteger)
    line_id: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Moment)
    shown_at: Mapped[datetime | None] = mapped_column(Moment)


class Canned(Base):
    """A reply that staff wrote once and send often."""

    __tablename__ = "canned"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    title: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(String(2000))
    changed_by: Mapped[int | None] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class Topic(Base):
    """A forum topic of a duty team's group that shows one escalation. Losing it loses nobody: the pages go on in private."""

    __tablename__ = "topics"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, info=CHAT)
    thread_id: Mapped[int | None] = mapped_column(BigInteger)
    """None until Telegram has said its number."""
    escalation_id: Mapped[int] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(Moment)
    lost_at: Mapped[datetime | None] = mapped_column(Moment)
