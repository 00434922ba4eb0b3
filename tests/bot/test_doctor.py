"""`python -m bot doctor` looks at everything, says it in a line each, and tells no secret."""

import os
from pathlib import Path

import pytest

from bot import doctor, keys
from bot.doctor import Found, Mark
from bot.errors import SettingsError
from bot.settings import Settings
from bot.store import phrasings, schema
from bot.store.engine import Store
from bot.store.vault import Vault
from tests.conftest import NOW
from tests.knowing import settings_of, write


async def looked(settings: Settings) -> dict[str, Found]:
    found = await doctor.examine(lambda: settings, NOW)
    return {one.name: one for one in found}


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def started(folder: Path) -> Settings:
    """Everything as after the first start of a bot."""
    write(folder)
    settings = settings_of(folder)
    (folder / "keys").mkdir()
    store = Store(settings.database_url, Vault(keys.read_or_make(settings.key_file)))
    await schema.prepare(store, NOW)
    async with store.transaction() as connection:
        await phrasings.learn(connection, NOW, "bus-pass", "coach permit", 7)
    await store.close()
    return settings


async def test_a_bot_that_ran_is_well(tmp_path: Path) -> None:
    found = await looked(await started(tmp_path))
    broken = [str(one) for one in found.values() if one.mark is Mark.BROKEN]
    assert broken == []
    assert doctor.is_well(list(found.values()))
    assert found["entries"].sentence == "3 in 3 topics."
    assert found["learned words"].sentence == "1, 1 of them not yet in a file."
    assert found["key file"].mark is Mark.FINE
    assert str(found["database"]).startswith("✓ database: ")


async def test_before_the_first_start_nothing_is_broken_and_nothing_is_made(tmp_path: Path) -> None:
    write(tmp_path)
    found = await looked(settings_of(tmp_path))
    assert (found["database"].mark, found["key file"].mark) == (Mark.LOOK, Mark.LOOK)
    assert doctor.is_well(list(found.values()))
    assert names_in(tmp_path) == ["council", "entries"]


async def test_looking_leaves_no_trace(tmp_path: Path) -> None:
    settings = await started(tmp_path)
    await looked(settings)
    store = Store(settings.database_url, Vault(keys.read(settings.key_file)))
    async with store.transaction() as connection:
        rows = await connection.exec_driver_sql("SELECT count(*) FROM occurrences")
        assert rows.scalar() == 0
    await store.close()


async def test_settings_that_cannot_be_read_are_told_first_and_alone() -> None:
    def read() -> Settings:
        raise SettingsError("SEND_PER_SECOND must be a number.")

    (found,) = await doctor.examine(read, NOW)
    assert str(found) == "✗ settings: SEND_PER_SECOND must be a number. The rest was not looked at."
    assert not doctor.is_well([found])


async def test_each_broken_thing_is_named(tmp_path: Path) -> None:
    settings = await started(tmp_path)
    (tmp_path / "entries" / "leisure" / "gym.md").write_text("nothing", encoding="utf-8")
    found = await looked(settings)
    assert found["entries"].mark is Mark.BROKEN
    assert "leisure/gym.md" in found["entries"].sentence
    settings.key_file.write_text("nothing", encoding="utf-8")
    settings.audit_file.parent.mkdir()
    settings.audit_file.write_text("nonsense here\n", encoding="utf-8")
    (tmp_path / "council" / "council.yaml").write_text("name: Nowhere\n", encoding="utf-8")
    found = await looked(settings)
    assert {name for name, one in found.items() if one.mark is Mark.BROKEN} == {"council", "key file", "audit file"}
    assert found["database"].mark is Mark.LOOK


async def test_a_lost_key_file_is_broken_once_there_is_a_database(tmp_path: Path) -> None:
    settings = await started(tmp_path)
    settings.key_file.unlink()
    assert (await looked(settings))["key file"].mark is Mark.BROKEN
    assert not settings.key_file.exists()


async def test_a_key_file_that_others_may_read_is_told(tmp_path: Path) -> None:
    settings = await started(tmp_path)
    os.chmod(settings.key_file, 0o644)
    assert "chmod 600" in (await looked(settings))["key file"].sentence


async def test_entries_that_are_overdue_and_words_without_an_entry_are_worth_a_look(tmp_path: Path) -> None:
    settings = await started(tmp_path)
    file = tmp_path / "entries" / "travel" / "bus-pass.md"
    file.write_text(file.read_text(encoding="utf-8").replace("2027-05-21", "2026-11-22"), encoding="utf-8")
    file.rename(file.with_name("coach-pass.md"))
    found = await looked(settings)
    assert found["review dates"] == Found(Mark.LOOK, "review dates", "1 entries are past theirs, such as coach-pass.")
    assert found["check-entries"].mark is Mark.LOOK
    assert "bus-pass" in found["learned words"].sentence
    assert doctor.is_well(list(found.values()))


async def test_safety_numbers_that_nobody_checked_for_two_months_are_worth_a_look(tmp_path: Path) -> None:
    settings = await started(tmp_path)
    assert (await looked(settings))["safety numbers"].mark is Mark.FINE
    file = tmp_path / "council" / "council.yaml"
    lines = file.read_text(encoding="utf-8")
    file.write_text(lines.replace("checked_on: 2026-11-21", "checked_on: 2026-09-01", 1), encoding="utf-8")
    found = await looked(settings)
    said = "1 was not checked for two months, such as 01632 960110."
    assert found["safety numbers"] == Found(Mark.LOOK, "safety numbers", said)
    assert doctor.is_well(list(found.values()))


async def test_a_database_that_was_not_migrated_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = await started(tmp_path)
    monkeypatch.setattr(schema, "HEAD", "9999")
    assert "not of this version" in (await looked(settings))["database"].sentence


async def test_no_line_holds_a_secret(tmp_path: Path) -> None:
    write(tmp_path)
    settings = settings_of(
        tmp_path,
        TELEGRAM_BOT_TOKEN="99:canary-token",
        DATABASE_URL="postgresql+psycopg://u:canarypassword@127.0.0.1:1/x",
    )
    (tmp_path / "keys").mkdir()
    keys.read_or_make(settings.key_file)
    found = "\n".join(map(str, (await looked(settings)).values()))
    assert "✗ database: " in found
    assert "canary" not in found
    assert not [word for word in settings.key_file.read_text().split() if len(word) > 12 and word in found]
