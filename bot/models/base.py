"""What all tables share: ids, moments in UTC, marks on columns."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import BigInteger, DateTime, Dialect, Integer, MetaData
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

TELEGRAM_ID = BigInteger()
"""Chat and person ids need more than 32 bits (Bot API)."""
ROW_ID = BigInteger().with_variant(Integer, "sqlite")
"""SQLite only counts up by itself on INTEGER keys."""
CHAT = {"holds": "chat id"}
"""Marks every column that holds a chat's id, so that a group's move to a supergroup finds them all."""
SEALED = {"holds": "sealed words"}
"""Marks every column that `bot.store.vault` seals, so that a rotation of keys finds them all. Its row is the primary key."""


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime; SQLite would hand it back without its zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse a datetime without a zone, whose meaning would depend on the machine."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a datetime without a time zone can't be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give SQLite's naive value its zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Names constraints the same on every database, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
