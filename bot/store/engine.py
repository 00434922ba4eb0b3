"""The database: one address, two kinds (SQLite and PostgreSQL), the same transactions on both."""

from __future__ import annotations

import asyncio
import fcntl
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from sqlalchemy import URL, make_url, text
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from bot.errors import DatabaseError
from bot.settings import ROOT
from bot.store import events, sqlite
from bot.store.vault import Vault

log = logging.getLogger(__name__)
TURN_KEY = 2**62
"""The PostgreSQL advisory lock that the one process holds which talks to Telegram; chats lock their ids (52 bits)."""
TURN_TIMEOUT_SECONDS = 15
"""A process that stands still this long loses its turn: PostgreSQL ends its session."""


def is_passing(error: BaseException) -> bool:
    """Whether a database error may be gone in a moment: locked, full, out of reach. Such an error counts against nobody."""
    if isinstance(error, (OperationalError, InterfaceError)):
        return True
    return isinstance(error, DBAPIError) and error.connection_invalidated


class Store:
    """Opens transactions. A block that ends well is committed; one that raises leaves no trace."""

    def __init__(self, address: str, vault: Vault) -> None:
        self.vault = vault
        self.url = _absolute(make_url(address))
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self._one_writer = asyncio.Lock()
        self._writer: AsyncConnection | None = None
        self._lock_file: IO[str] | None = None
        self.engine = self._sqlite() if self.is_sqlite else self._postgresql()

    @property
    def file(self) -> Path | None:
        """The SQLite file; None on PostgreSQL."""
        return Path(self.url.database) if self.is_sqlite and self.url.database else None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that may write. SQLite has one writer, so there they queue here and not in the file."""
        if not self.is_sqlite:
            async with self.engine.begin() as connection:
                events.begin(connection)
                yield connection
                await events.flush(connection)
            return
        async with self._one_writer:
            if self._writer is None or self._writer.closed:
                self._writer = await self.engine.connect()
            async with self._writer.begin():
                events.begin(self._writer)
                yield self._writer
                await events.flush(self._writer)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that only reads; on SQLite it waits for no writer."""
        async with self.engine.connect() as connection:
            await connection.execution_options(only_reads=True)
            yield connection
            await connection.rollback()

    def claim_file(self) -> None:
        """Make sure that no second bot works on the same SQLite file; the lock dies with the process.

        Raises DatabaseError when another bot holds it.
        """
        if self.file is None:
            return
        self.file.parent.mkdir(parents=True, exist_ok=True)
        lock_file = self.file.with_name(self.file.name + ".lock").open("w")
        try:
            fcntl.flock(lock_file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock_file.close()
            raise DatabaseError(
                f"Another bot is running with {self.file.name}. Stop it first, or give this one its own DATABASE_URL."
            ) from None
        self._lock_file = lock_file

    async def close(self) -> None:
        """Let go of every connection and of the file."""
        if self._writer is not None:
            await self._writer.close()
        await self.engine.dispose()
        if self._lock_file is not None:
            self._lock_file.close()

    def _sqlite(self) -> AsyncEngine:
        if self.file is not None:
            self.file.parent.mkdir(parents=True, exist_ok=True)
        engine = create_async_engine(
            self.url, connect_args=sqlite.CONNECT, pool_size=4, max_overflow=4, hide_parameters=True,
            execution_options={"vault": self.vault},
        )  # fmt: skip
        sqlite.set_up(engine.sync_engine)
        return engine

    def _postgresql(self) -> AsyncEngine:
        return create_async_engine(
            self.url,
            execution_options={"vault": self.vault},
            pool_size=16,
            hide_parameters=True,  # the text of an error must hold nobody's words
            connect_args={
                "connect_timeout": 5,
                "options": f"-c idle_in_transaction_session_timeout={TURN_TIMEOUT_SECONDS}s -c lock_timeout=10s",
            },
        )


class TelegramTurn:
    """The right to talk to Telegram, which one process holds at a time.

    Telegram allows one poller, and its limits count per bot. On SQLite the file lock gives the turn. On PostgreSQL it is an
    advisory lock of one session, and every claim of a message runs in that session: a process that lost its session
    (killed, stopped, cut off) can't claim anything more, whatever it still believes.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._connection: AsyncConnection | None = None
        self._busy = asyncio.Lock()
        self.held = asyncio.Event()
        self.listening = asyncio.Event()
        """Whether this process may ask Telegram what was written. It goes on when the database goes away while it has the
        turn, until another process is seen to have it: what people write is read then, though it can't be stored."""
        self.claims_anywhere = store.is_sqlite
        """Whether any transaction of this process may claim a message, not only those of the turn's own session."""

    async def take(self) -> bool:
        """Take the turn if nobody has it; True when this process holds it."""
        if self._store.is_sqlite:
            self._begin()
        if self.held.is_set():
            return True
        connection = await self._store.engine.connect()
        try:
            if await connection.scalar(text("SELECT pg_try_advisory_lock(:key)"), {"key": TURN_KEY}):
                await connection.execute(text(f"SET idle_session_timeout = '{TURN_TIMEOUT_SECONDS}s'"))
                await connection.commit()
                self._connection = connection
                self._begin()
            else:
                self.stand_back()
        finally:
            if not self.held.is_set():
                await connection.invalidate()
                await connection.close()
        return self.held.is_set()

    def _begin(self) -> None:
        self.held.set()
        self.listening.set()

    def stand_back(self) -> None:
        """Another process receives: ask Telegram nothing more without the turn."""
        if not self.held.is_set():
            self.listening.clear()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A transaction of the one who has the turn; raises a database error when the turn was lost."""
        if self._store.is_sqlite:
            async with self._store.transaction() as connection:
                yield connection
            return
        async with self._busy:
            if self._connection is None:
                raise DatabaseError("This process has not got the turn to talk to Telegram.")
            try:
                async with self._connection.begin():
                    events.begin(self._connection)
                    yield self._connection
                    await events.flush(self._connection)
            except DBAPIError as error:
                if is_passing(error):
                    await self._drop()
                raise

    async def give_back(self) -> None:
        """Let another process have the turn."""
        async with self._busy:
            await self._drop()
            self.stand_back()

    async def _drop(self) -> None:
        self.held.clear()
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.invalidate()
            await connection.close()


def _absolute(url: URL) -> URL:
    """A relative SQLite path counts from the repository, never from where somebody happened to stand."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database == ":memory:":
        return url
    return url.set(database=str(ROOT / url.database))
