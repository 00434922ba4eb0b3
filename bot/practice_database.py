"""The practice page's switch "the bot's database is off": the file is locked, as another program would lock it."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from pathlib import Path

import aiohttp

from bot.clock import ASK_EVERY

log = logging.getLogger(__name__)


class Lock:
    """Holds SQLite's one right to write while it is on; the bot's own connections then fail as they would in earnest."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._connection: sqlite3.Connection | None = None

    def turn(self, on: bool) -> None:
        """Take the right to write, or give it back. Raises sqlite3.OperationalError while the bot is just writing."""
        if on and self._connection is None:
            connection = sqlite3.connect(self._file, timeout=1, isolation_level=None, check_same_thread=False)
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.Error:
                connection.close()
                raise
            self._connection = connection
        elif not on and self._connection is not None:
            self._connection.close()
            self._connection = None


async def follow(url: str, lock: Lock) -> None:
    """Ask the page again and again how its switch stands; ends by being cancelled, and lets go of the file."""
    try:
        async with aiohttp.ClientSession() as session:
            while True:
                try:
                    async with session.get(url) as answer:
                        off = (await answer.json())["database_off"] is True
                    await asyncio.to_thread(lock.turn, off)
                except (aiohttp.ClientError, TimeoutError, KeyError, TypeError, ValueError, sqlite3.Error) as error:
                    log.debug("the practice database's switch: %s", type(error).__name__)
                await asyncio.sleep(ASK_EVERY)
    finally:
        lock.turn(False)
