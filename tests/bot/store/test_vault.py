"""Sealing: only the right key opens, only in the right place, and a new key is taken up while the bot runs."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select

from bot import keys
from bot.errors import SealError
from bot.models import Base, Canned, Draft
from bot.store.engine import Store
from bot.store.rows import reserve
from bot.store.vault import Vault, vault_of
from tests.conftest import NOW, VAULT

WORDS = st.text(st.characters(exclude_categories=()), max_size=200)


@given(WORDS, st.integers())
def test_whatever_is_sealed_comes_back_and_never_looks_the_same_twice(words: str, row: int) -> None:
    first, second = (VAULT.seal(words, "lines", "body", row) for _ in range(2))
    assert first != second
    assert VAULT.open(first, "lines", "body", row) == words
    assert len(words) < 4 or words.encode("utf-8", "surrogatepass") not in first


@pytest.mark.parametrize(
    "place", [("lines", "body", 8), ("lines", "file", 7), ("drafts", "body", 7), ("lines", "body", "7 ")]
)
def test_a_value_that_was_copied_elsewhere_does_not_open_there(place: tuple[str, str, object]) -> None:
    sealed = VAULT.seal("words", "lines", "body", 7)
    with pytest.raises(SealError, match="was changed outside the bot, or belongs to another row"):
        VAULT.open(sealed, *place)


@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_anywhere_is_found(where: int, change: int) -> None:
    sealed = bytearray(VAULT.seal("some words", "lines", "body", 7))
    sealed[where % len(sealed)] ^= change
    with pytest.raises(SealError):
        VAULT.open(bytes(sealed), "lines", "body", 7)


@pytest.mark.parametrize("length", [0, 3, 4, 15, 16, 20, 31])
def test_a_value_that_was_cut_off_is_told_and_not_opened(length: int) -> None:
    with pytest.raises(SealError):
        VAULT.open(VAULT.seal("some words", "lines", "body", 7)[:length], "lines", "body", 7)


def test_what_cannot_be_opened_is_named_by_its_place_and_never_by_words() -> None:
    sealed = Vault(keys.in_memory()).seal("secret words", "lines", "body", 7)
    with pytest.raises(SealError) as told:
        VAULT.open(sealed, "lines", "body", 7)
    assert str(told.value).startswith("lines.body of row 7 is sealed with a key that KEY_FILE does not hold.")


def test_a_digest_for_one_purpose_is_none_for_another() -> None:
    assert VAULT.mac("audit", b"x") != VAULT.mac("buttons", b"x")
    assert VAULT.mac("audit", b"x") == VAULT.mac("audit", b"x")
    assert Vault(keys.in_memory()).mac("audit", b"x") != VAULT.mac("audit", b"x")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "keys" / "bot.keys"
    keys.read_or_make(made)
    return made


def running(path: Path) -> Vault:
    """The vault of a bot that has been running for a while."""
    return Vault(keys.read(path), lambda: keys.read(path))


def test_the_first_sealing_after_a_change_uses_the_new_key(path: Path) -> None:
    vault = running(path)
    old = vault.seal("before", "lines", "body", 1)
    newest = keys.add_field_key(path).newest
    sealed = vault.seal("after", "lines", "body", 2)
    assert sealed.startswith(newest)
    assert (vault.open(old, "lines", "body", 1), vault.open(sealed, "lines", "body", 2)) == ("before", "after")


def test_a_value_of_a_key_that_was_added_meanwhile_opens(path: Path) -> None:
    vault, other = running(path), running(path)
    keys.add_field_key(path)
    sealed = other.seal("words", "lines", "body", 1)
    assert vault.open(sealed, "lines", "body", 1) == "words"


def test_a_key_that_was_dropped_opens_until_the_process_ends_and_seals_no_more(path: Path) -> None:
    vault = running(path)
    old = vault.seal("words", "lines", "body", 1)
    newest = keys.add_field_key(path).newest
    keys.drop_old_field_keys(path)
    assert vault.refresh()
    assert vault.open(old, "lines", "body", 1) == "words"
    assert vault.seal("words", "lines", "body", 1).startswith(newest)
    with pytest.raises(SealError):
        running(path).open(old, "lines", "body", 1)


@pytest.mark.parametrize("trouble", ["missing", "damaged", "another database's"])
def test_a_key_file_that_gets_lost_stops_nothing_and_is_said_once(
    path: Path, trouble: str, caplog: pytest.LogCaptureFixture
) -> None:
    vault, good = running(path), path.read_text()
    match trouble:
        case "missing":
            path.unlink()
        case "damaged":
            path.write_text("root damaged")
        case _:
            keys._write(path, keys.in_memory())
    for _ in range(3):
        sealed = vault.seal("words", "lines", "body", 1)
        assert vault.open(sealed, "lines", "body", 1) == "words"
    assert caplog.text.count("The bot goes on with the keys that it has") == 1
    path.write_text(good)
    assert not vault.refresh()
    assert keys.read(path).newest == vault.newest


def test_a_key_file_that_differs_only_in_where_it_came_from_is_the_same(path: Path) -> None:
    assert replace(keys.read(path), made=path) == keys.read(path)


async def test_a_number_is_never_given_out_twice(store: Store) -> None:
    async def one() -> int:
        async with store.transaction() as connection:
            (row,) = await reserve(connection, Draft)
            sealed = vault_of(connection).seal("words", "drafts", "message", row)
            await connection.execute(insert(Draft).values(id=row, person_id=1, message=sealed, created_at=NOW))
        return int(row)

    first, second = await one(), await one()
    async with store.transaction() as connection:
        await connection.execute(delete(Draft))
    third = await one()
    assert first < second < third
    assert await one() > third


async def test_a_number_that_the_database_chose_itself_is_not_given_out_either(store: Store) -> None:
    async with store.transaction() as connection:
        await connection.execute(insert(Canned).values(title="t", body="b", changed_at=NOW))
        taken = await connection.scalar(select(Canned.id))
        assert taken is not None
        assert taken < (await reserve(connection, Canned, 3))[0]


async def test_numbers_come_in_one_piece_and_in_order(store: Store) -> None:
    async with store.transaction() as connection:
        assert len(await reserve(connection, Draft, 40)) == 40


async def test_every_table_whose_words_are_sealed_keeps_its_highest_number(sqlite_store: Store) -> None:
    async with sqlite_store.reading() as connection:
        rows = await connection.exec_driver_sql("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        made = {str(row.name): str(row.sql) for row in rows}
    own_number = {table.name for table in Base.metadata.sorted_tables if "id" in table.columns}
    never_deleted = {"enquiries", "events"}
    assert {name for name in own_number if "AUTOINCREMENT" not in made[name]} == never_deleted
