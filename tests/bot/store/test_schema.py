import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from bot.errors import DatabaseError
from bot.models import Base
from bot.store import schema
from bot.store.engine import Store
from tests.conftest import NOW, VAULT


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
    monkeypatch.setattr(schema, "HEAD", "0003")
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
