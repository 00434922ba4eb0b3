"""Whether the key file fits the database, and the change to a new key while the bot runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, ColumnElement, Table, bindparam, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import keys
from bot.errors import KeyFileError, SealError
from bot.keys import ID_BYTES
from bot.models import SEALED, Base, KeyCheck
from bot.store.engine import Store
from bot.store.vault import Vault, vault_of

CHECK = "this key fits"
ROOT = "root"
"""The row of `key_checks` that tells whether the root key fits; the others are named after their field key."""
CHUNK = 200
"""Rows sealed anew in one transaction: a bot that runs beside waits only for these."""
PAUSE = 0.05
"""Seconds between two of them on SQLite, whose one writer the bot must find free now and then."""


async def check(store: Store, now: datetime) -> None:
    """Make sure that every key the database was sealed with is in the key file, and note the newest.

    Raises KeyFileError in a sentence when one is missing. A key file that this very start has made is taken away again.
    """
    async with store.reading() as connection:
        rows = await connection.execute(select(KeyCheck.key_id, KeyCheck.check))
        known = {row.key_id: row.check for row in rows}
    for key_id, sealed in known.items():
        if not _fits(store.vault, key_id, sealed):
            if keys.unmake(store.vault.keys):
                raise KeyFileError(
                    "KEY_FILE is missing, but this database is sealed. Restore the key file that belongs to it, or correct KEY_FILE."
                )
            which = "the root key" if key_id == ROOT else f"the key {key_id}"
            raise KeyFileError(
                f"KEY_FILE does not hold {which} that this database is sealed with. Restore the key file that belongs to it."
            )
    newest = store.vault.newest.hex()
    if newest not in known or ROOT not in known:
        async with store.transaction() as connection:
            await _note(connection, {ROOT, newest} - known.keys(), now)


def _fits(vault: Vault, key_id: str, sealed: bytes) -> bool:
    if key_id == ROOT:
        return bytes(sealed) == vault.mac(CHECK, b"")
    try:
        return vault.open(sealed, "key_checks", "check", key_id) == CHECK
    except SealError:
        return False


async def _note(connection: AsyncConnection, key_ids: set[str], now: datetime) -> None:
    vault = vault_of(connection)
    for key_id in sorted(key_ids):
        sealed = vault.mac(CHECK, b"") if key_id == ROOT else vault.seal(CHECK, "key_checks", "check", key_id)
        await connection.execute(insert(KeyCheck).values(key_id=key_id, check=sealed, created_at=now))


def sealed_columns() -> list[tuple[Table, Column[Any], Column[Any]]]:
    """Every table, key column and sealed column."""
    return [
        (table, next(iter(table.primary_key.columns)), column)
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if column.info == SEALED
    ]


async def count_old(connection: AsyncConnection, vault: Vault) -> int:
    """How many values are sealed with an earlier key."""
    total = 0
    for table, _, column in sealed_columns():
        query = select(func.count()).select_from(table).where(_is_old(column, vault))
        total += int(await connection.scalar(query) or 0)
    return total


async def in_use(connection: AsyncConnection) -> set[bytes]:
    """The ids of every key that something is sealed with at this moment."""
    found: set[bytes] = set()
    for table, _, column in sealed_columns():
        query = select(func.substr(column, 1, ID_BYTES)).select_from(table).where(column.is_not(None)).distinct()
        found |= {bytes(row[0]) for row in await connection.execute(query)}
    return found


@dataclass(frozen=True, slots=True)
class Sealed:
    """What one small transaction came to: how many values were sealed anew, and which can't be opened, by their place."""

    anew: int
    broken: tuple[str, ...] = ()


async def seal_anew(store: Store) -> AsyncIterator[Sealed]:
    """Seal everything with the newest key, a few rows a transaction; each row is looked at once.

    A row that changes meanwhile is left to the next pass: the old value has to be the one that was read. A value that
    can't be opened stays as it is.
    """
    for table, key, column in sealed_columns():
        change = (
            update(table)
            .where(key == bindparam("row"), column == bindparam("old"))
            .values({column.name: bindparam("new")})
        )
        last: int | None = None
        while True:
            async with store.transaction() as connection:
                rows = await _old(connection, store.vault, table, key, column, last)
                anew, broken = _opened(store.vault, table.name, column.name, rows)
                if anew:
                    await connection.execute(change, anew)
            if not rows:
                break
            last = rows[-1][0]
            yield Sealed(len(anew), tuple(broken))
            await asyncio.sleep(PAUSE if store.is_sqlite else 0)


async def _old(
    connection: AsyncConnection, vault: Vault, table: Table, key: Column[Any], column: Column[Any], last: int | None
) -> list[tuple[int, bytes]]:
    query = select(key, column).select_from(table).where(_is_old(column, vault)).order_by(key).limit(CHUNK)
    if last is not None:
        query = query.where(key > last)
    return [(row, bytes(old)) for row, old in await connection.execute(query)]


def _opened(
    vault: Vault, table: str, column: str, rows: list[tuple[int, bytes]]
) -> tuple[list[dict[str, Any]], list[str]]:
    """The values sealed anew, and the places of those that can't be opened."""
    anew: list[dict[str, Any]] = []
    broken: list[str] = []
    for row, old in rows:
        try:
            words = vault.open(old, table, column, row)
        except SealError:
            broken.append(f"{table}.{column}, row {row}")
        else:
            anew.append({"row": row, "old": old, "new": vault.seal(words, table, column, row)})
    return anew, broken


async def note_newest(store: Store, now: datetime) -> None:
    """Ask at every further start for the key that seals from now on."""
    newest = store.vault.newest.hex()
    async with store.transaction() as connection:
        if await connection.scalar(select(KeyCheck.key_id).where(KeyCheck.key_id == newest)) is None:
            await _note(connection, {newest}, now)


async def forget_checks(connection: AsyncConnection, kept: set[bytes]) -> None:
    """Ask no more at a start for the keys that nothing is sealed with."""
    names = {ROOT, *(name.hex() for name in kept)}
    await connection.execute(delete(KeyCheck).where(KeyCheck.key_id.not_in(names)))


def _is_old(column: Column[Any], vault: Vault) -> ColumnElement[bool]:
    return column.is_not(None) & (func.substr(column, 1, ID_BYTES) != vault.newest)


async def server_time(connection: AsyncConnection) -> datetime:
    """PostgreSQL's own clock."""
    moment: datetime = (await connection.execute(select(func.clock_timestamp()))).scalar_one()
    return moment


async def transactions_since_before(connection: AsyncConnection, moment: datetime) -> int:
    """How many transactions of PostgreSQL began before this moment and have not ended."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid != pg_backend_pid() AND xact_start < :moment"
    )
    return int(await connection.scalar(query, {"moment": moment}) or 0)
