"""The change of keys: everything opens at every moment, whatever is killed, and the old key goes only when nothing uses it."""

import asyncio
import os
import random
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select, text, update

from bot import keys, rotation
from bot.errors import DatabaseError, KeyFileError, SealError
from bot.models import EnrolmentState, Inbox, KeyCheck, Lane, Person
from bot.settings import ROOT
from bot.store import inbox, outbox, people, schema
from bot.store import keys as store_keys
from bot.store.engine import Store
from bot.store.inbox import Received
from bot.store.outbox import Outgoing
from bot.store.vault import Vault
from tests.conftest import NOW


@dataclass
class Place:
    """A database, its key file and a bot that has both open."""

    store: Store
    path: Path
    address: str

    def another(self) -> Store:
        """The same database and key file, in another process."""
        return Store(self.address, Vault(keys.read(self.path), lambda: keys.read(self.path)))


@pytest.fixture
async def place(database: str, tmp_path: Path) -> AsyncIterator[Place]:
    path = tmp_path / "keys" / "bot.keys"
    store = Store(database, Vault(keys.read_or_make(path), lambda: keys.read(path)))
    await schema.prepare(store, NOW)
    yield Place(store, path, database)
    await store.close()


async def fill(store: Store, count: int) -> None:
    """So many updates and messages, and a few people."""
    async with store.transaction() as connection:
        await inbox.add(connection, [Received(n, n % 9, n % 9, f'{{"words": {n}}}') for n in range(1, count + 1)], NOW)
        await outbox.add(
            connection, [Outgoing(Lane.NOTICE, n, "sendMessage", {"text": f"m{n}"}) for n in range(count)], NOW
        )
        for n in range(5):
            await people.add(connection, NOW, EnrolmentState.ENROLLED, name=f"Person {n}", born_on="2009-01-01")


async def unreadable(store: Store) -> list[str]:
    """Every sealed value that does not open, by its place."""
    found = []
    async with store.reading() as connection:
        for table, key, column in store_keys.sealed_columns():
            for row, sealed in await connection.execute(select(key, column).where(column.is_not(None))):
                try:
                    store.vault.open(sealed, table.name, column.name, row)
                except SealError:
                    found.append(f"{table.name}.{column.name}, row {row}")
    return found


async def used(store: Store) -> set[bytes]:
    async with store.reading() as connection:
        return await store_keys.in_use(connection)


async def test_everything_is_sealed_anew_and_the_old_key_is_dropped(place: Place) -> None:
    await fill(place.store, 450)
    first, counted = place.store.vault.newest, list[tuple[int, int]]()
    other = place.another()
    done = await rotation.rotate(other, place.path, NOW, lambda done, total: counted.append((done, total)))
    assert (done.anew, done.broken, done.kept, done.resumed) == (910, (), 0, False)
    assert counted[-1] == (910, 910)
    assert done.newest != first
    assert list(keys.read(place.path).field) == [done.newest]
    assert await used(other) == {done.newest}
    await other.close()
    fresh = place.another()
    await schema.prepare(fresh, NOW)
    assert await unreadable(fresh) == []
    assert [person.name for person in await _people(fresh)] == [f"Person {n}" for n in range(5)]
    assert "Only the new one is left in KEY_FILE." in done.sentences()[1]
    await fresh.close()


async def _people(store: Store) -> list[people.Actor]:
    async with store.reading() as connection:
        return await people.in_state(connection, EnrolmentState.ENROLLED)


async def test_a_bot_that_writes_all_the_while_loses_nothing_and_goes_on_with_the_new_key(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_keys, "CHUNK", 10)
    monkeypatch.setattr(store_keys, "PAUSE", 0.001)
    await fill(place.store, 200)
    other, stop = place.another(), asyncio.Event()

    async def bot() -> int:
        written = 0
        while not stop.is_set():
            async with place.store.transaction() as connection:
                await inbox.add(connection, [Received(10_000 + written, 1, 1, "{}")], NOW)
                await outbox.add(connection, [Outgoing(Lane.REPLY, 1, "sendMessage", {"text": "x"})], NOW)
                await people.change(connection, 1, name=f"Name {written}")
            written += 1
            await asyncio.sleep(0)
        return written

    writing = asyncio.create_task(bot())
    try:
        done = await rotation.rotate(other, place.path, NOW)
    finally:
        stop.set()
        written = await writing
    assert written > 0
    assert done.kept == 0
    assert await used(place.store) == {done.newest}
    await other.close()
    fresh = place.another()
    assert await unreadable(fresh) == []
    await fresh.close()


async def test_an_idle_bot_opens_what_was_sealed_anew(place: Place) -> None:
    await fill(place.store, 3)
    other = place.another()
    await rotation.rotate(other, place.path, NOW)
    await other.close()
    assert await unreadable(place.store) == []


async def test_what_cannot_be_opened_is_named_and_keeps_its_key_and_stops_nothing(place: Place) -> None:
    await fill(place.store, 30)
    first = place.store.vault.newest
    async with place.store.transaction() as connection:
        await connection.execute(update(Inbox).where(Inbox.update_id == 7).values(body=first + b"damaged" * 9))
        await connection.execute(update(Person).where(Person.id == 2).values(name=b"lost key and damaged"))
    other = place.another()
    done = await rotation.rotate(other, place.path, NOW)
    assert sorted(done.broken) == ["inbox.body, row 7", "people.name, row 2"]
    assert (done.anew, done.kept) == (68, 1)
    assert list(keys.read(place.path).field) == [first, done.newest]
    told = " ".join(done.sentences())
    assert "2 values can't be opened" in told
    assert "inbox.body, row 7" in told
    assert "the old key stays in KEY_FILE" in told
    again = await rotation.rotate(other, place.path, NOW)
    assert again.newest != done.newest
    assert not again.resumed
    assert list(keys.read(place.path).field) == [first, again.newest]
    async with place.store.transaction() as connection:
        await connection.execute(text("DELETE FROM inbox WHERE update_id = 7"))
    last = await rotation.rotate(other, place.path, NOW)
    assert list(keys.read(place.path).field) == [last.newest]
    await other.close()


async def test_a_change_that_was_cut_off_is_finished_by_the_next_run(place: Place) -> None:
    await fill(place.store, 250)
    first = place.store.vault.newest
    newest = keys.add_field_key(place.path).newest
    other = place.another()
    async for _ in store_keys.seal_anew(other):
        break
    assert await used(other) == {first, newest}
    done = await rotation.rotate(other, place.path, NOW)
    assert (done.newest, done.resumed, done.kept) == (newest, True, 0)
    assert list(keys.read(place.path).field) == [newest]
    assert "To change to yet another key, run rotate-key once more." in done.sentences()
    await other.close()


async def test_a_start_never_asks_for_a_key_that_was_dropped(place: Place) -> None:
    await fill(place.store, 3)
    other = place.another()
    await rotation.rotate(other, place.path, NOW)
    await rotation.rotate(other, place.path, NOW)
    async with other.reading() as connection:
        named = {row.key_id for row in await connection.execute(select(KeyCheck.key_id))}
    assert named == {"root", other.vault.newest.hex()}
    await other.close()


async def test_an_old_transaction_on_postgresql_keeps_the_old_key_in_the_file(
    postgresql_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rotation, "PATIENCE_SECONDS", 0.0)
    path = tmp_path / "keys" / "bot.keys"
    async with postgresql_store.transaction() as connection:
        await connection.execute(text("DELETE FROM key_checks"))  # nothing is sealed in it yet
    address = postgresql_store.url.render_as_string(hide_password=False)
    store = Store(address, Vault(keys.read_or_make(path), lambda: keys.read(path)))
    await schema.prepare(store, NOW)
    async with store.reading() as slow:
        await slow.execute(select(Inbox.update_id))
        done = await rotation.rotate(store, path, NOW)
        assert done.kept == 1
    assert "Run rotate-key again to finish." in " ".join(done.sentences())
    monkeypatch.setattr(rotation, "PATIENCE_SECONDS", 10.0)
    again = await rotation.rotate(store, path, NOW)
    assert (again.newest, again.resumed, again.kept) == (done.newest, True, 0)
    await store.close()


@pytest.mark.parametrize("which", ["field", "root"])
async def test_the_wrong_key_file_is_refused_at_once_and_nothing_changes(place: Place, which: str) -> None:
    await fill(place.store, 2)
    right = keys.read(place.path)
    wrong = keys.in_memory()
    mixed = (
        keys.Keys(right.root, wrong.field, wrong.newest)
        if which == "field"
        else keys.Keys(wrong.root, right.field, right.newest)
    )
    store = Store(place.address, Vault(mixed))
    with pytest.raises(KeyFileError, match="KEY_FILE does not hold the"):
        await schema.prepare(store, NOW)
    await store.close()
    assert await unreadable(place.store) == []


async def test_a_key_file_that_is_missing_is_not_made_anew_beside_a_sealed_database(
    place: Place, tmp_path: Path
) -> None:
    await fill(place.store, 2)
    moved = tmp_path / "elsewhere" / "bot.keys"
    store = Store(place.address, Vault(keys.read_or_make(moved)))
    with pytest.raises(KeyFileError, match="KEY_FILE is missing, but this database is sealed"):
        await schema.prepare(store, NOW)
    assert not moved.exists()
    await store.close()


async def test_commands_beside_the_bot_refuse_what_is_not_there(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "bot.keys"
    keys.read_or_make(path)
    (tmp_path / "data").mkdir()
    store = Store(f"sqlite+inloop:///{tmp_path}/data/none.sqlite3", Vault(keys.read(path)))
    with pytest.raises(DatabaseError, match="There is no database at"):
        await rotation.rotate(store, path, NOW)
    assert not (tmp_path / "data" / "none.sqlite3").exists()
    (tmp_path / "data" / "none.sqlite3").touch()
    with pytest.raises(DatabaseError, match="not of this version"):
        await rotation.rotate(store, path, NOW)
    assert len(keys.read(path).field) == 1
    await store.close()


def command(tmp_path: Path, *arguments: str) -> subprocess.Popen[str]:
    """A command of ours as its own process, on this place's database and key file."""
    told = {
        "DATABASE_URL": f"sqlite:///{tmp_path}/data/bot.sqlite3", "KEY_FILE": str(tmp_path / "keys" / "bot.keys"),
        "AUDIT_FILE": str(tmp_path / "audit" / "heads.txt"),
    }  # fmt: skip
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TELEGRAM_", "DATABASE_"))}
    return subprocess.Popen(
        [sys.executable, "-m", "bot", *arguments], cwd=ROOT, env={**clean, **told}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


async def on_disk(tmp_path: Path) -> Store:
    """A store on a file, as a bot would open it."""
    path = tmp_path / "keys" / "bot.keys"
    store = Store(
        f"sqlite+inloop:///{tmp_path}/data/bot.sqlite3", Vault(keys.read_or_make(path), lambda: keys.read(path))
    )
    await schema.prepare(store, NOW)
    return store


async def test_however_often_a_change_of_keys_is_killed_everything_opens_and_the_next_run_ends_it(
    tmp_path: Path,
) -> None:
    store, dice = await on_disk(tmp_path), random.Random(5)
    await fill(store, 1500)
    path = tmp_path / "keys" / "bot.keys"
    first, kills, sealed_anew = store.vault.newest, 0, 0
    while kills < 4:
        running = command(tmp_path, "rotate-key")
        want = dice.randint(1, 600) + sealed_anew
        async with asyncio.timeout(60):
            while running.poll() is None and sealed_anew < want:
                sealed_anew = await _anew(store, first)
                await asyncio.sleep(0.001)
        running.kill()
        running.communicate()
        kills += 1
        assert await unreadable(store) == []
        fresh = Store(store.url.render_as_string(), Vault(keys.read(path)))
        assert await unreadable(fresh) == []
        await fresh.close()
    assert sealed_anew > 0
    told, _ = command(tmp_path, "rotate-key").communicate(timeout=60)
    assert "Only the new one is left in KEY_FILE" in told
    assert list(keys.read(path).field) == list(await used(store))
    await store.close()


async def _anew(store: Store, first: bytes) -> int:
    """How many values have another key than the first."""
    async with store.reading() as connection:
        query = text(
            "SELECT (SELECT count(*) FROM inbox WHERE substr(body, 1, 4) != :first)"
            " + (SELECT count(*) FROM outbox WHERE substr(payload, 1, 4) != :first)"
        )
        return int(await connection.scalar(query, {"first": first}) or 0)


async def test_the_commands_say_in_a_sentence_what_is_wrong(tmp_path: Path) -> None:
    store = await on_disk(tmp_path)
    await store.close()
    path = tmp_path / "keys" / "bot.keys"
    good = path.read_text()
    cases = {
        "is missing. Restore your copy": None,
        "bot.keys, line 3: the key is damaged": "\n".join(good.splitlines()[:2]) + "\nroot short\n",
        "does not hold": None,
    }
    for sentence, content in cases.items():
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_text(content)
        elif sentence == "does not hold":
            keys._write(path, keys.in_memory())
        for name in ("rotate-key", "check-audit"):
            running = await asyncio.to_thread(_run, tmp_path, name)
            assert running[0] == 2
            assert sentence in running[1]
            assert "Traceback" not in running[1]
    assert await asyncio.to_thread(_run, tmp_path, "check-audit", "--head", "7") == (
        2,
        "--head must be ROW:MAC: a number, a colon and 64 letters or digits, as in the audit file.\n",
    )


def _run(tmp_path: Path, *arguments: str) -> tuple[int, str]:
    running = command(tmp_path, *arguments)
    _, errors = running.communicate(timeout=60)
    return running.returncode, errors
