"""Brings a database to the version that this program knows, after a backup, or refuses it in one sentence."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from bot.errors import DatabaseError
from bot.store import keys
from bot.store.engine import Store
from bot.store.vault import Vault

if TYPE_CHECKING:
    from alembic.config import Config

log = logging.getLogger(__name__)
MIGRATIONS = Path(__file__).parent / "migrations"
HEAD = "0005"
"""The newest migration; a test keeps it true. Known here so that an ordinary start need not load Alembic."""
KEEP_BACKUPS = 5
IN_THE_CLEAR = frozenset({"0001"})
"""Versions before words were sealed."""


async def prepare(store: Store, now: datetime) -> None:
    """Make the database ready: create it, migrate it after a backup, or leave it as it is.

    Raises DatabaseError when the database comes from a newer version of the bot.
    """
    version = await _version_of(store)
    if version == HEAD:
        await keys.check(store, now)
        return
    if version is not None:
        if version not in _known_versions():
            raise DatabaseError(
                f"This database comes from a newer version of the bot (it is at {version}, this program knows {HEAD}). "
                "Start the newer version, or restore a backup from before the update."
            )
        if version not in IN_THE_CLEAR:
            await keys.check(store, now)
        if store.file is not None:
            backup = await asyncio.to_thread(back_up, store.file, now)
            log.info("backed up the database to %s", backup.name)
    async with store.transaction() as connection:
        await connection.run_sync(_upgrade, store.vault)
    if version in IN_THE_CLEAR:
        if store.file is not None:
            await asyncio.to_thread(_wipe_free_pages, store.file)
        log.warning(
            "names and words are sealed from now on; backups from before, ours too, still hold them in the clear"
        )
    await keys.check(store, now)
    log.info("the database is at version %s", HEAD)


async def check_ready(store: Store, now: datetime) -> None:
    """For commands that work beside the bot: the database must be there, of this version, and fit the key file.

    Raises DatabaseError or KeyFileError in a sentence.
    """
    if store.file is not None and not store.file.exists():
        raise DatabaseError(f"There is no database at {store.file.name}. Check DATABASE_URL, or start the bot once.")
    if await _version_of(store) != HEAD:
        raise DatabaseError("The database is not of this version of the bot. Start the bot once, then try again.")
    await keys.check(store, now)


async def _version_of(store: Store) -> str | None:
    try:
        async with store.reading() as connection:
            return await connection.run_sync(_version)
    except DBAPIError as error:
        raise DatabaseError(
            f"The database can't be opened ({type(error.orig).__name__}). Check DATABASE_URL, and that the server or the disk is there."
        ) from None


def back_up(file: Path, now: datetime) -> Path:
    """Copy a SQLite file while it is in use; keeps the newest few. Returns the copy's path."""
    folder = file.parent / "backups"
    folder.mkdir(exist_ok=True)
    copy = folder / f"{file.stem}-{now.astimezone(UTC):%Y%m%dT%H%M%S}{file.suffix}"
    with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    for old in sorted(folder.glob(f"{file.stem}-*{file.suffix}"))[:-KEEP_BACKUPS]:
        old.unlink()
    return copy


def forget_backups(file: Path, before: datetime) -> int:
    """Delete our backups of a SQLite file from before this moment; returns how many."""
    oldest = f"{file.stem}-{before.astimezone(UTC):%Y%m%dT%H%M%S}{file.suffix}"
    old = [copy for copy in (file.parent / "backups").glob(f"{file.stem}-*{file.suffix}") if copy.name < oldest]
    for copy in old:
        copy.unlink(missing_ok=True)
    return len(old)


def _wipe_free_pages(file: Path) -> None:
    """Words that were sealed just now still lie in the clear where the file has been emptied: write it anew without them."""
    with closing(sqlite3.connect(file, timeout=30)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    version: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return version


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("path_separator", "os")
    return config


def _known_versions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _upgrade(connection: Connection, vault: Vault) -> None:
    from alembic import command

    config = _config()
    config.attributes["connection"] = connection
    config.attributes["vault"] = vault
    command.upgrade(config, "head")
