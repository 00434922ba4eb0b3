"""The one clock: read at the doors, handed on as `now`, so that rules can be tested at any hour."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime, timedelta

import aiohttp

log = logging.getLogger(__name__)
ASK_EVERY = 0.5
"""Seconds between two looks at the practice page's clock: quick enough for a person who presses a button."""


class Clock:
    """The time now, in UTC."""

    def now(self) -> datetime:
        """The present moment, aware, in UTC."""
        return datetime.now(UTC)

    async def follow(self) -> None:
        """Nothing to follow: this is the machine's own clock."""


class PracticeClock(Clock):
    """The practice page's clock, which staff move forward to see what the bot does on Monday at nine."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._offset = timedelta()

    def now(self) -> datetime:
        """The machine's time plus how far the page's clock was moved."""
        return datetime.now(UTC) + self._offset

    async def follow(self) -> None:
        """Ask the page again and again how far its clock was moved; ends by being cancelled."""
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(self._url) as answer:
                        self._offset = timedelta(seconds=(await answer.json())["offset_seconds"])
                except (aiohttp.ClientError, TimeoutError, KeyError, TypeError, ValueError) as error:
                    log.debug("the practice clock did not answer: %s", type(error).__name__)
                await asyncio.sleep(ASK_EVERY)
