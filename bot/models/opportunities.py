"""Opportunities, the forms that make them, and how far each person got with one."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import ROW_ID, SEALED, TELEGRAM_ID, Base, Moment


class OpportunityState(StrEnum):
    """Where an opportunity stands; drawn in README.md, keep in step. *Closed* also follows from its closing date."""

    PROPOSED = "proposed"
    """Found in the public listing; staff have not said yes or no."""
    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    """It is gone before its date: whoever was interested is told."""


class Stage(StrEnum):
    """How far somebody got with an opportunity; drawn in README.md, keep in step."""

    INTERESTED = "interested"
    TALKED = "talked to"
    APPLIED = "applied"
    INTERVIEW = "interview"
    OFFERED = "offered"
    STARTED = "started"
    STILL_4_WEEKS = "still there after 4 weeks"
    STILL_13_WEEKS = "still there after 13 weeks"
    NOT_TAKEN = "not taken"


class Reason(StrEnum):
    """Why an opportunity was not taken."""

    TRAVEL = "travel"
    PAY = "pay"
    CHILDCARE = "childcare"
    CONFIDENCE = "confidence"
    NOT_READY = "not ready"
    OTHER = "other"


class Opportunity(Base):
    """An apprenticeship, a job, a course … that staff announce. What it says is public; who wants it is not."""

    __tablename__ = "opportunities"
    __table_args__ = (Index("ix_opportunities_state", "state", "closes_on"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    title: Mapped[str] = mapped_column(String(300))
    who: Mapped[str] = mapped_column(String(200), default="")
    what: Mapped[str] = mapped_column(String(1500), default="")
    pay_hours: Mapped[str] = mapped_column(String(300), default="")
    where: Mapped[str] = mapped_column(String(300), default="")
    help: Mapped[str] = mapped_column(String(600), default="[]")
    """JSON list of the entries that say which help there is."""
    needed: Mapped[str] = mapped_column(String(600), default="")
    closes_on: Mapped[str | None] = mapped_column(String(10))
    """Local date, its end included; None: no closing date."""
    for_whom: Mapped[str] = mapped_column(String(300), default="")
    link: Mapped[str] = mapped_column(String(500), default="")
    photo: Mapped[str | None] = mapped_column(String(200))
    """Telegram's file id."""
    miles: Mapped[int | None]
    """How far it is from the Hub, where the listing says so."""
    source: Mapped[str] = mapped_column(String(12))
    """"form", "post" or "listing"."""
    reference: Mapped[str | None] = mapped_column(String(60), unique=True)
    """The listing's own number for it, so that it is proposed once."""
    digest: Mapped[str | None] = mapped_column(String(64))
    """What the listing said last, to see a change."""
    state: Mapped[str] = mapped_column(String(12))
    made_by: Mapped[int | None] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(Moment)
    opened_at: Mapped[datetime | None] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class Form(Base):
    """A guided form that somebody of staff is filling in; it waits where they left it."""

    __tablename__ = "forms"
    __table_args__ = (UniqueConstraint("person_id", "kind"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(24))
    step: Mapped[str] = mapped_column(String(24))
    fields: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    """JSON of what was filled in so far."""
    changed_at: Mapped[datetime] = mapped_column(Moment)
    asked_at: Mapped[datetime | None] = mapped_column(Moment)
    """When they were asked whether they still want it."""


class Interest(Base):
    """One person and one opportunity: how far they got."""

    __tablename__ = "interests"
    __table_args__ = (
        UniqueConstraint("opportunity_id", "telegram_id"),
        Index("ix_interests_telegram", "telegram_id"),
        Index("ix_interests_next_at", "next_at"),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    opportunity_id: Mapped[int] = mapped_column(BigInteger)
    telegram_id: Mapped[int] = mapped_column(TELEGRAM_ID)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(String(32))
    reached: Mapped[str] = mapped_column(String(32))
    """The furthest stage, which stays when it is not taken in the end."""
    reason: Mapped[str | None] = mapped_column(String(16))
    next_step: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """What is to be done next, in the adviser's words."""
    next_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it is to be done: the nudge comes then."""
    nudged_at: Mapped[datetime | None] = mapped_column(Moment)
    began_at: Mapped[datetime] = mapped_column(Moment)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class Step(Base):
    """One move of somebody from a stage to another; reports count these."""

    __tablename__ = "interest_steps"
    __table_args__ = (Index("ix_interest_steps_interest", "interest_id", "id"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    interest_id: Mapped[int] = mapped_column(BigInteger)
    stage: Mapped[str] = mapped_column(String(32))
    at: Mapped[datetime] = mapped_column(Moment)
    by_id: Mapped[int | None] = mapped_column(BigInteger)
    """Whoever moved it on; None: somebody who has not joined."""
