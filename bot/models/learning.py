"""What is learned from people: questions that found no answer, and words that a person approved for an entry."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import ROW_ID, SEALED, Base, Moment


class GapSource(StrEnum):
    """Where a gap comes from."""

    NONE = "none"
    """Nothing was found, or nothing of what was offered fitted."""
    NOT_MEANT = "not_meant"
    """An entry was given, and it was not what they meant."""
    LACKS = "lacks"
    """Staff wrote it after an escalation that the Local Offer has no answer to."""


class GapState(StrEnum):
    """What staff decided about a gap."""

    OPEN = "open"
    ADDED = "added"
    """Its words are a phrasing of an entry now."""
    NOT_OURS = "not ours"
    LACKS = "lacks"
    """The Local Offer has no answer to it: it stays listed for the report."""


class Gap(Base):
    """A question without an answer. Nothing here says who asked it, or where."""

    __tablename__ = "gaps"
    __table_args__ = (Index("ix_gaps_state", "state", "id"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    words: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """None: forgotten, because it is too old."""
    source: Mapped[str] = mapped_column(String(16))
    entry_id: Mapped[str | None] = mapped_column(String(100))
    """The entry that was not meant."""
    asked_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(16))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class Phrasing(Base):
    """Words that lead to an entry beside those in its file, or that somebody of staff proposed for it."""

    __tablename__ = "phrasings"
    __table_args__ = (Index("ix_phrasings_entry", "entry_id"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    entry_id: Mapped[str] = mapped_column(String(100))
    words: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    gap_id: Mapped[int | None] = mapped_column(BigInteger)
    proposed_by: Mapped[int | None] = mapped_column(BigInteger)
    approved_by: Mapped[int | None] = mapped_column(BigInteger)
    """None: it waits for somebody to approve it."""
    approved_at: Mapped[datetime | None] = mapped_column(Moment)
    exported_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was written into the entry's file."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(Moment)
    """When it was taken back or refused."""
