"""The Hub's drop-ins: the series, each session of it, and who said that they would come."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import CHAT, ROW_ID, SEALED, TELEGRAM_ID, Base, Moment


class SeriesState(StrEnum):
    """Whether a series goes on."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class DropInState(StrEnum):
    """Where one session stands; drawn in README.md, keep in step. *Over* follows from the clock."""

    PLANNED = "planned"
    CANCELLED = "cancelled"


class PlaceState(StrEnum):
    """What somebody said about one session; drawn in README.md, keep in step."""

    COMING = "coming"
    WAITING = "waiting"
    """On the waiting list: the first of it moves up when a place falls free."""
    NOT_COMING = "not coming"


class Series(Base):
    """A drop-in of the Hub's programme and when it comes round. Times are local: no clock change can move them."""

    __tablename__ = "drop_in_series"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    uid: Mapped[str] = mapped_column(String(200), unique=True)
    """What the programme file calls it, so that reading the file again changes it and doesn't double it."""
    name: Mapped[str] = mapped_column(String(120))
    agency: Mapped[str] = mapped_column(String(80), default="")
    topic: Mapped[str] = mapped_column(String(24), default="other")
    place: Mapped[str] = mapped_column(String(200))
    map_url: Mapped[str] = mapped_column(String(300), default="")
    bring: Mapped[str] = mapped_column(String(300), default="")
    opens: Mapped[str] = mapped_column(String(5))
    """Local time, "14:00"."""
    closes: Mapped[str] = mapped_column(String(5))
    rule: Mapped[str] = mapped_column(String(300), default="")
    """RFC 5545, without DTSTART; empty: once, on the first day."""
    first_day: Mapped[str] = mapped_column(String(10))
    last_day: Mapped[str | None] = mapped_column(String(10))
    without: Mapped[str] = mapped_column(String(4000), default="[]")
    """JSON list of local dates that are left out (EXDATE)."""
    extra: Mapped[str] = mapped_column(String(4000), default="[]")
    """JSON list of further local dates (RDATE)."""
    bank_holidays: Mapped[str] = mapped_column(String(8), default="skip")
    """"skip", "move" or "keep"."""
    term_time_only: Mapped[bool] = mapped_column(default=False)
    capacity: Mapped[int | None] = mapped_column(Integer)
    """Places of each session; None: as many as come."""
    state: Mapped[str] = mapped_column(String(8), default=SeriesState.ACTIVE)
    revision: Mapped[int] = mapped_column(Integer, default=0)
    """Counts changes, so that a notice under way knows when it is out of date."""
    changed_by: Mapped[int | None] = mapped_column(BigInteger)
    changed_at: Mapped[datetime] = mapped_column(Moment)


class DropIn(Base):
    """One session of a series: a row for each local date, however often the clock or the machine stumbles."""

    __tablename__ = "drop_ins"
    __table_args__ = (UniqueConstraint("series_id", "day"), Index("ix_drop_ins_starts_at", "starts_at"))

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    series_id: Mapped[int] = mapped_column(BigInteger)
    day: Mapped[str] = mapped_column(String(10))
    """The local date that the series gives it; it stays when the session is moved."""
    starts_at: Mapped[datetime] = mapped_column(Moment)
    ends_at: Mapped[datetime] = mapped_column(Moment)
    place: Mapped[str | None] = mapped_column(String(200))
    """Where it is this once; None: where the series is."""
    note: Mapped[str | None] = mapped_column(String(300))
    """Why it was moved or cancelled, as everybody who said they would come reads it."""
    capacity: Mapped[int | None] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(12), default=DropInState.PLANNED)
    moved: Mapped[bool] = mapped_column(default=False)
    """Staff set its time or place by hand: a change of the series leaves it alone."""
    sequence: Mapped[int] = mapped_column(Integer, default=0)
    """Counts changes, as calendars want it (RFC 5545 SEQUENCE)."""
    ticked_at: Mapped[datetime | None] = mapped_column(Moment)
    """When staff finished ticking who came."""
    ticked_by: Mapped[int | None] = mapped_column(BigInteger)


class Place(Base):
    """What one person said about one session: one row a person, however often they press."""

    __tablename__ = "drop_in_places"
    __table_args__ = (
        UniqueConstraint("drop_in_id", "telegram_id"),
        Index("ix_drop_in_places_telegram", "telegram_id"),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    drop_in_id: Mapped[int] = mapped_column(BigInteger)
    telegram_id: Mapped[int] = mapped_column(TELEGRAM_ID)
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    name: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """What Telegram calls somebody who has not joined, for the list that staff tick."""
    state: Mapped[str] = mapped_column(String(12))
    turn: Mapped[int] = mapped_column(Integer)
    """The order in which they asked, for the waiting list; a later change of mind goes to its end."""
    said_at: Mapped[datetime] = mapped_column(Moment)
    came: Mapped[bool | None]
    """What staff ticked; None: not ticked yet."""
    says_came: Mapped[bool | None]
    """What they answered to "did you get there?"."""


class Post(Base):
    """A message of ours in a group that shows how many come; the clock's door brings the number up to date."""

    __tablename__ = "drop_in_posts"

    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, primary_key=True, autoincrement=False, info=CHAT)
    message_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    drop_in_id: Mapped[int] = mapped_column(BigInteger)
    shown: Mapped[int | None] = mapped_column(Integer)
    """The number that it shows; None: none yet."""
