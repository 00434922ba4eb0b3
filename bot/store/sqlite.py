"""SQLite inside the event loop: statements run where they stand, only what waits for the disk goes to a thread.

A statement on SQLite takes microseconds; handing each to a thread and back, as aiosqlite does, took five times as much CPU
as the statements themselves (docs/decisions/0007-sqlite-in-the-loop.md). COMMIT waits for fsync, so it runs in a thread.
A lock of another process is waited for with pauses in which the loop goes on.
"""

from __future__ import annotations

import asyncio
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from sqlalchemy import AsyncAdaptedQueuePool, Pool, event
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import OperationalError
from sqlalchemy.util import await_

NAME = "sqlite+inloop"
LOCKED_SECONDS = 5.0
"""How long to wait for another process that holds the lock before giving up; the caller tries again later."""
LOCKED_PAUSE = 0.02

_disk = ThreadPoolExecutor(max_workers=2, thread_name_prefix="disk")


class InLoopCursor(sqlite3.Cursor):
    """A cursor with the one thing more that SQLAlchemy asks of an asynchronous driver's."""

    async def _async_soft_close(self) -> None:
        """Rows are fetched where the statement runs, so there is nothing to wait for."""


class InLoopConnection(sqlite3.Connection):
    """A connection that gives such cursors."""

    def cursor(self, factory: Any = InLoopCursor) -> Any:
        """Open a cursor."""
        return super().cursor(factory)


class InLoopSQLite(SQLiteDialect_pysqlite):
    """Python's own sqlite3, told to SQLAlchemy as an asynchronous driver."""

    driver = "inloop"
    is_async = True
    supports_statement_cache = True

    @classmethod
    def get_pool_class(cls, url: Any) -> type[Pool]:
        """A pool whose waiting does not block the loop."""
        return AsyncAdaptedQueuePool

    def do_execute(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """Run a statement here and now; SQLAlchemy insists that an asynchronous driver awaits something."""
        cursor.execute(statement, parameters)
        await_(_nothing())

    def do_executemany(self, cursor: Any, statement: str, parameters: Any, context: Any = None) -> None:
        """The same for many rows."""
        cursor.executemany(statement, parameters)
        await_(_nothing())

    def do_commit(self, dbapi_connection: DBAPIConnection) -> None:
        """Commit in a thread, and let nothing touch the connection before that is over."""
        await_(_commit(dbapi_connection))


async def _nothing() -> None:
    """Done before anybody could wait for it."""


async def _commit(connection: DBAPIConnection) -> None:
    committing = asyncio.get_running_loop().run_in_executor(_disk, connection.commit)
    try:
        await asyncio.shield(committing)
    except asyncio.CancelledError:
        await committing
        raise


CONNECT = {"timeout": 0, "check_same_thread": False, "factory": InLoopConnection}
"""How connections are opened: COMMIT runs in another thread, one at a time for each connection."""


def set_up(engine: Engine) -> None:
    """Choose durability and take transactions into our own hands (sqlite3 would begin them late)."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)


def _configure(connection: Any, _: Any) -> None:
    """WAL lets readers read while one writes; FULL keeps the last commit through a power cut (measured in the design).

    What is deleted is overwritten, so that nothing forgotten lies in a free page.
    """
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON", "busy_timeout=0"):
        _patiently(connection, f"PRAGMA {pragma}")


def _patiently(connection: sqlite3.Connection, statement: str) -> None:
    """Opening happens seldom, so there a short wait may block."""
    connection.execute("PRAGMA busy_timeout=2000")
    connection.execute(statement)


def _begin(connection: Connection) -> None:
    """Take the write lock at once: a reader that turns writer half way could not be let through."""
    if connection.get_execution_options().get("only_reads"):
        connection.exec_driver_sql("BEGIN")
        return
    waited = 0.0
    while True:
        try:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            return
        except OperationalError as error:
            if waited >= LOCKED_SECONDS or "locked" not in str(error.orig):
                raise
        await_(asyncio.sleep(LOCKED_PAUSE))
        waited += LOCKED_PAUSE


registry.register("sqlite.inloop", __name__, InLoopSQLite.__name__)
