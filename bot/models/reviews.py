"""What managers look at afterwards, to see whether the safety gate was right."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import ROW_ID, SEALED, TELEGRAM_ID, Base, Moment


class ReviewOf(StrEnum):
    """Why a message is on the list."""

    CONCERN = "concern"
    SAMPLE = "sample"
    """Nothing was found in it; it was picked by chance."""


class GateOutcome(StrEnum):
    """What the gate made of a message, or should have made of it."""

    IMMEDIATE = "immediate"
    WORRIED = "worried"
    NONE = "none"


class FoundBy(StrEnum):
    """How the gate came to a concern."""

    PHRASE = "phrase"
    LIKENESS = "likeness"


class Verdict(StrEnum):
    """What a manager said of it."""

    RIGHT = "right"
    FALSE_ALARM = "false alarm"
    MISSED = "missed"


class Review(Base):
    """A message as the gate judged it, for a manager to judge the gate by."""

    __tablename__ = "reviews"
    __table_args__ = (
        Index("ix_reviews_open", "at", sqlite_where=text("verdict IS NULL"), postgresql_where=text("verdict IS NULL")),
        Index("ix_reviews_at", "at"),
    )

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    update_id: Mapped[int | None] = mapped_column(BigInteger, unique=True)
    """None after some days, because Telegram may use the number again."""
    telegram_id: Mapped[int | None] = mapped_column(TELEGRAM_ID)
    """Who wrote it; None when the words are forgotten."""
    person_id: Mapped[int | None] = mapped_column(BigInteger)
    escalation_id: Mapped[int | None] = mapped_column(BigInteger)
    """What it opened or was added to: several messages of one evening are one page."""
    at: Mapped[datetime] = mapped_column(Moment)
    what: Mapped[str] = mapped_column(String(16))
    outcome: Mapped[str] = mapped_column(String(16))
    found_by: Mapped[str | None] = mapped_column(String(16))
    kinds: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    because: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    words: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """None: forgotten, because it is too old; then nobody can look at it any more."""
    verdict: Mapped[str | None] = mapped_column(String(16))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)
    proposal: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """JSON of a confirmed miss or false alarm: `text` with nobody in it, `expected`, `kind`."""
    exported_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was written into a file of cases."""
