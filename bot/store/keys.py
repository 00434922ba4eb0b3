"""Whether the key file fits the database, and the change to a new key while the bot runs."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import KeyFileError, SealError
from bot.keys import ID_BYTES
from bot.models import SEALED, Base, KeyCheck
from bot.store.engine import Store
from bot.store.vault import Vault, vault_of

CHECK = "this key fits"
CHUNK = 200
"""Rows sealed anew in one transaction: a bot that runs beside waits only for these."""


async def check(store: Store, now: datetime) -> None:
    """Make sure that every key the database was sealed with is in the key file, and note the newest.

    Raises KeyFileError in a sentence when one is missing.
    """
    async with store.reading() as connection:
        known = (await connection.execute(select(KeyCheck.key_id, KeyCheck.check))).all()
    for key_id, sealed in known:
        try:
            store.vault.open(sealed, "key_checks", "check", key_id)
        except SealError:
            raise KeyFileError(
                f"KEY_FILE does not hold the key {key_id} that this database is sealed with. Restore the key file that belongs to it."
            ) from None
    newest = store.vault.newest.hex()
    if newest not in {key_id for key_id, _ in known}:
        async with store.transaction() as connection:
            await _note(connection, newest, now)


async def _note(connection: AsyncConnection, key_id: str, now: datetime) -> None:
    sealed = vault_of(connection).seal(CHECK, "key_checks", "check", key_id)
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


async def seal_anew(store: Store) -> AsyncIterator[int]:
    """Seal everything with the newest key, a few rows a transaction; yields how many were done each time.

    A row that changes meanwhile is left to the next pass: the old value has to be the one that was read.
    """
    for table, key, column in sealed_columns():
        while True:
            async with store.transaction() as connection:
                query = select(key, column).where(_is_old(column, store.vault)).limit(CHUNK)
                rows = (await connection.execute(query)).all()
                for row, old in rows:
                    words = store.vault.open(old, table.name, column.name, row)
                    new = store.vault.seal(words, table.name, column.name, row)
                    await connection.execute(update(table).where(key == row, column == old).values({column.name: new}))
            if not rows:
                break
            yield len(rows)


async def forget_old_checks(connection: AsyncConnection, vault: Vault) -> None:
    """Nothing is sealed with the earlier keys any more: they are not asked for at the next start."""
    await connection.execute(delete(KeyCheck).where(KeyCheck.key_id != vault.newest.hex()))


def _is_old(column: Column[Any], vault: Vault) -> Any:
    return column.is_not(None) & (func.substr(column, 1, ID_BYTES) != vault.newest)
