"""Queries on events: every verb leaves one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Event


async def add(
    connection: AsyncConnection, now: datetime, noun: str, subject: object, verb: str, **details: Any
) -> None:
    """Write down that `verb` happened to a thing. Details hold ids and reasons, never anybody's words or names."""
    await connection.execute(
        insert(Event).values(at=now, noun=noun, subject=str(subject), verb=verb, details=details or None)
    )


async def count(connection: AsyncConnection, noun: str, verb: str) -> int:
    """How often a verb happened to a kind of thing."""
    return int(await connection.scalar(select(func.count()).where(Event.noun == noun, Event.verb == verb)) or 0)
