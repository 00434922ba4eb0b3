import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot import keys
from bot.errors import DatabaseError, KeyFileError
from bot.models import Base, Lane
from bot.store import events, inbox, outbox, schema
from bot.store.engine import Store
from bot.store.outbox import Outgoing
from bot.store.vault import Vault
from tests.conftest import NOW, VAULT
from tests.residue import in_files


async def test_the_migrations_make_exactly_the_tables_of_the_models(store: Store) -> None:
    def differences(connection: Connection) -> list[object]:
        return list(compare_metadata(MigrationContext.configure(connection), Base.metadata))

    async with store.reading() as connection:
        assert await connection.run_sync(differences) == []


def test_the_program_knows_its_newest_migration() -> None:
    assert ScriptDirectory.from_config(schema._config()).get_current_head() == schema.HEAD


async def test_a_database_from_a_newer_version_is_refused_and_left_alone(store: Store) -> None:
    async with store.transaction() as connection:
        await connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(DatabaseError, match="newer version of the bot"):
        await schema.prepare(store, NOW)


async def test_preparing_twice_changes_nothing(store: Store) -> None:
    await schema.prepare(store, NOW)
    async with store.reading() as connection:
        assert await connection.scalar(text("SELECT version_num FROM alembic_version")) == schema.HEAD


def test_a_backup_is_whole_and_only_the_newest_few_are_kept(tmp_path: Path) -> None:
    file = tmp_path / "bot.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE kept (x)")
        connection.execute("INSERT INTO kept VALUES (7)")
        connection.commit()
    copies = [schema.back_up(file, NOW.replace(second=second)) for second in range(8)]
    assert [copy.exists() for copy in copies] == [False] * 3 + [True] * schema.KEEP_BACKUPS
    with closing(sqlite3.connect(copies[-1])) as connection:
        assert connection.execute("SELECT x FROM kept").fetchall() == [(7,)]


async def test_an_old_sqlite_file_is_backed_up_before_it_is_migrated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(f"sqlite+inloop:///{tmp_path}/bot.sqlite3", VAULT)
    await schema.prepare(store, NOW)
    monkeypatch.setattr(schema, "HEAD", "9999")
    await schema.prepare(store, NOW)
    assert [file.name for file in (tmp_path / "backups").iterdir()] == ["bot-20261123T100000.sqlite3"]
    await store.close()


async def test_a_second_bot_on_the_same_sqlite_file_is_refused(tmp_path: Path) -> None:
    first, second = (Store(f"sqlite+inloop:///{tmp_path}/bot.sqlite3", VAULT) for _ in range(2))
    first.claim_file()
    with pytest.raises(DatabaseError, match="Another bot is running"):
        second.claim_file()
    await first.close()
    second.claim_file()
    await second.close()


async def at_0001(store: Store) -> None:
    """A database of the version before words were sealed, with words in it."""

    def make(connection: Connection) -> None:
        config = schema._config()
        config.attributes["connection"] = connection
        config.attributes["vault"] = store.vault
        command.upgrade(config, "0001")

    async with store.transaction() as connection:
        await connection.run_sync(make)
        moment = {"at": NOW.isoformat(sep=" ")}
        for number in range(1, 8):
            given = {**moment, "row": number, "said": json.dumps({"message": {"text": f"{CANARY} {number}"}})}
            for statement in BEFORE:
                await connection.execute(text(statement), given)


CANARY = "Zephyrine Quillfeather"
BEFORE = (
    "INSERT INTO inbox (update_id, chat_id, person_id, body, received_at, state, attempts)"
    " VALUES (:row, 7, 7, :said, :at, 'waiting', 0)",
    "INSERT INTO outbox (lane, chat_id, method, payload, part, parts, state, attempts, unknowns, due_at, created_at)"
    " VALUES (2, 7, 'sendMessage', :said, 1, 1, 'waiting', 0, 0, :at, :at)",
    "INSERT INTO events (at, noun, subject, verb, details) VALUES (:at, 'chat', '7', 'lost', '{\"message\": 3}')",
)


async def test_a_database_from_before_words_were_sealed_is_sealed_and_chained(database: str, tmp_path: Path) -> None:
    store = Store(database, VAULT)
    await at_0001(store)
    await schema.prepare(store, NOW)
    async with store.transaction() as connection:
        waiting = await inbox.waiting(connection, 9)
        due = await outbox.due(connection, NOW, 9)
        walked = await events.walk(connection, VAULT)
        await outbox.add(connection, [Outgoing(Lane.REPLY, 7, "sendMessage", {"text": "new"})], NOW)
    assert [json.loads(row.body)["message"]["text"] for row in waiting] == [f"{CANARY} {n}" for n in range(1, 8)]
    assert [row.payload["message"]["text"] for row in due] == [f"{CANARY} {n}" for n in range(1, 8)]
    assert (walked.count, walked.broken) == (7, None)
    async with store.reading() as connection:
        assert [row.id for row in await outbox.due(connection, NOW, 9)] == list(range(1, 9))
    if store.is_sqlite:
        assert set(in_files(tmp_path, [CANARY])) == {f"backups/bot-20261123T100000.sqlite3: {CANARY}"}
    await store.close()


async def test_the_wrong_key_file_is_refused_before_anything_is_migrated(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = sqlite_store.url.render_as_string()
    other = Store(address, Vault(keys.in_memory()))
    monkeypatch.setattr(schema, "HEAD", "9999")
    with pytest.raises(KeyFileError, match="KEY_FILE does not hold"):
        await schema.prepare(other, NOW)
    assert sqlite_store.file is not None
    assert not (sqlite_store.file.parent / "backups").exists()
    await other.close()
