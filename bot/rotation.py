"""The change to a new field key while the bot runs: everything is sealed anew, and the old key goes when nothing uses it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import keys
from bot.store import keys as store_keys
from bot.store import schema
from bot.store.engine import Store

PASSES = 20
"""So many rounds at most in one run; one round with nothing left to do is the end."""
PATIENCE_SECONDS = 60.0
"""How long to wait for what other processes began before the key changed."""
LOOK_SECONDS = 0.2
SHOWN = 10
"""Places named in the report; more are counted."""


@dataclass(frozen=True, slots=True)
class Rotated:
    """What a run came to."""

    newest: bytes
    anew: int
    """Values sealed anew in this run."""
    broken: tuple[str, ...]
    """Places whose value can't be opened; each keeps its key."""
    kept: int
    """Old keys that are still in the key file."""
    resumed: bool
    """Whether the run finished an earlier change instead of beginning one."""

    def sentences(self) -> list[str]:
        """What the person at the keyboard is told."""
        name = self.newest.hex()
        began = "An earlier change of keys was not finished. It went on" if self.resumed else "A new key was added"
        told = [f"{began}: {self.anew} values were sealed anew, with the key {name}."]
        if self.broken:
            more = f", and {len(self.broken) - SHOWN} more" if len(self.broken) > SHOWN else ""
            told.append(
                f"{len(self.broken)} values can't be opened and stay as they are: {'; '.join(self.broken[:SHOWN])}{more}."
            )
        if self.kept:
            told.append(
                "Something is still sealed with an old key, so the old key stays in KEY_FILE. Run rotate-key again to finish."
            )
        else:
            told.append("Nothing uses an old key any more. Only the new one is left in KEY_FILE.")
        told.append(
            "Copy KEY_FILE to a safe place now. Backups from before today need the old copy: keep it as long as you keep them."
        )
        if self.resumed:
            told.append("To change to yet another key, run rotate-key once more.")
        return told


async def rotate(
    store: Store, key_file: Path, now: datetime, progress: Callable[[int, int], None] = lambda done, total: None
) -> Rotated:
    """Seal everything with a new key; goes on where an earlier run was cut off. `progress(done, total)` counts values.

    Raises KeyFileError or DatabaseError in a sentence when it can't begin.
    """
    with keys.changing(key_file):
        await schema.check_ready(store, now)
        file = keys.read(key_file)
        if len(file.field) > 1:
            found = await _finish(store, key_file, progress, resumed=True)
            if found.anew or not found.kept:
                return found
        keys.add_field_key(key_file)
        store.vault.refresh()
        await store_keys.note_newest(store, now)
        return await _finish(store, key_file, progress, resumed=False)


async def _finish(store: Store, key_file: Path, progress: Callable[[int, int], None], *, resumed: bool) -> Rotated:
    """Seal anew until a round finds nothing to do, then drop the keys that nothing is sealed with."""
    earlier_ended = await _what_began_earlier_ends(store)
    async with store.reading() as connection:
        total = await store_keys.count_old(connection, store.vault)
    anew, broken, done = 0, tuple[str, ...](), False
    for _ in range(PASSES):
        before, broken = anew, ()
        async for sealed in store_keys.seal_anew(store):
            anew += sealed.anew
            broken += sealed.broken
            progress(anew, max(total, anew + len(broken)))
        done = anew == before
        if done:
            break
    async with store.transaction() as connection:
        used = await store_keys.in_use(connection) | {store.vault.newest}
        kept = set(keys.read(key_file).field) & used if done and earlier_ended else set(keys.read(key_file).field)
        await store_keys.forget_checks(connection, kept)
    keys.drop_old_field_keys(key_file, kept)  # after the checks: a start must never ask for a key that is gone
    return Rotated(store.vault.newest, anew, broken, len(kept) - 1, resumed)


async def _what_began_earlier_ends(store: Store) -> bool:
    """Wait until every transaction ended that may have sealed with the old key. False when one takes too long.

    Each sealing looks at the key file first, so what begins later seals with the new key. SQLite has one writer: that we
    could write after the file changed shows that nobody else is writing with the old key.
    """
    if store.is_sqlite:
        async with store.transaction():
            return True
    end = time.monotonic() + PATIENCE_SECONDS
    async with store.reading() as connection:
        moment = await store_keys.server_time(connection)
    while True:
        async with store.reading() as connection:
            if not await store_keys.transactions_since_before(connection, moment):
                return True
        if time.monotonic() > end:
            return False
        await asyncio.sleep(LOOK_SECONDS)
