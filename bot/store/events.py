"""Queries on events: every verb leaves one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Event


async def add(
    connection: AsyncConnection, now: datetime, noun: str, subject: object, verb: str, **details: Any
) -> None:
    """Write down that `verb` happened to a thing. Details hold ids and reasons, never anybody's words or names."""
    await connection.execute(
        insert(Event).values(at=now, noun=noun, subject=str(subject), verb=verb, details=details or None)
    )
