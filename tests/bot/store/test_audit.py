"""The audit's chain: whatever is flipped, deleted, moved or cut off is found."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audit
from bot.errors import SettingsError
from bot.store import events
from bot.store.engine import Store
from bot.store.events import Head
from tests.conftest import NOW, VAULT

EVENTS = 60
TAMPERINGS = 1000


async def add(store: Store, count: int, first: int = 0) -> None:
    for number in range(first, first + count):
        async with store.transaction() as connection:
            more: dict[str, Any] = {"to": number, "reason": "shift"} if number % 3 else {}
            await events.add(
                connection,
                NOW + timedelta(seconds=number),
                "escalation",
                number % 7,
                "handed over",
                actor=number % 5 or None,
                **more,
            )


class Undone(Exception):
    """Takes back a tampering."""


@asynccontextmanager
async def tampered(store: Store, *statements: tuple[str, dict[str, Any]]) -> AsyncIterator[AsyncConnection]:
    """The events after somebody changed them behind the bot's back; taken back at the end."""
    try:
        async with store.transaction() as connection:
            for statement, given in statements:
                await connection.execute(text(statement), given)
            yield connection
            raise Undone
    except Undone:
        pass


COLUMNS = {
    "at": "'2020-01-01 00:00:00+00:00'", "noun": "'x' || noun", "subject": "subject || '1'", "verb": "'un' || verb",
    "actor_id": "coalesce(actor_id, 0) + 1", "details": "'{\"to\": 999}'",
}  # fmt: skip


def flip(dice: random.Random) -> list[tuple[str, dict[str, Any]]]:
    column = dice.choice(list(COLUMNS))
    return [(f"UPDATE events SET {column} = {COLUMNS[column]} WHERE id = :row", {"row": dice.randint(1, EVENTS)})]


def flip_a_bit_of_a_digest(dice: random.Random) -> list[tuple[str, dict[str, Any]]]:
    return [
        ("UPDATE events SET mac = :mac WHERE id = :row", {"row": dice.randint(1, EVENTS), "mac": dice.randbytes(32)})
    ]


def remove(dice: random.Random) -> list[tuple[str, dict[str, Any]]]:
    return [("DELETE FROM events WHERE id = :row", {"row": dice.randint(1, EVENTS)})]


def remove_and_close_the_gap(dice: random.Random) -> list[tuple[str, dict[str, Any]]]:
    row = dice.randint(1, EVENTS)
    moves = [
        ("UPDATE events SET id = :to WHERE id = :row", {"row": later, "to": later - 1})
        for later in range(row + 1, EVENTS + 1)
    ]
    return [("DELETE FROM events WHERE id = :row", {"row": row}), *moves]


def reorder(dice: random.Random) -> list[tuple[str, dict[str, Any]]]:
    one, other = dice.sample(range(1, EVENTS + 1), 2)
    steps = ((one, -1), (other, one), (-1, other))
    return [("UPDATE events SET id = :to WHERE id = :row", {"row": row, "to": to}) for row, to in steps]


def put_in(dice: random.Random) -> list[tuple[str, dict[str, Any]]]:
    columns = "at, noun, subject, verb, actor_id, details, mac"
    return [
        (
            f"INSERT INTO events (id, {columns}) SELECT :new, {columns} FROM events WHERE id = :row",
            {"new": EVENTS + 1, "row": dice.randint(1, EVENTS)},
        )
    ]


def cut_off(dice: random.Random) -> list[tuple[str, dict[str, Any]]]:
    return [("DELETE FROM events WHERE id > :row", {"row": dice.randint(0, EVENTS - 1)})]


WAYS = (flip, flip_a_bit_of_a_digest, remove, remove_and_close_the_gap, reorder, put_in, cut_off)


@pytest.mark.parametrize("way", WAYS)
async def test_whatever_is_done_to_the_events_is_found_everywhere(store: Store, way: Any) -> None:
    times = TAMPERINGS // len(WAYS) + 1 if store.is_sqlite else 15
    await add(store, EVENTS)
    async with store.reading() as connection:
        head = await events.head(connection)
    assert head is not None
    dice, found = random.Random(way.__name__), 0
    for _ in range(times):
        async with tampered(store, *way(dice)) as connection:
            walked = await events.walk(connection, VAULT, [head])
            found += walked.broken is not None or head in walked.others
    assert found == times
    async with store.reading() as connection:
        assert (await events.walk(connection, VAULT, [head])).broken is None


async def test_events_that_were_cut_off_show_only_against_a_head_from_elsewhere(store: Store) -> None:
    await add(store, 9)
    async with store.reading() as connection:
        head = await events.head(connection)
    assert head is not None
    async with tampered(store, ("DELETE FROM events WHERE id > 6", {})) as connection:
        walked = await events.walk(connection, VAULT)
        assert (walked.count, walked.broken, walked.others) == (6, None, ())
        assert (await events.walk(connection, VAULT, [head])).others == (head,)


async def test_events_that_were_written_anew_by_somebody_with_the_keys_show_against_the_head(store: Store) -> None:
    await add(store, 9)
    async with store.reading() as connection:
        head = await events.head(connection)
    assert head is not None
    async with store.transaction() as connection:
        await connection.execute(text("DELETE FROM events WHERE id > 6"))
    await add(store, 5, first=100)
    async with store.reading() as connection:
        walked = await events.walk(connection, VAULT, [head])
    checked = audit.Checked(walked, 1, 0)
    assert (walked.broken, checked.holds) == (None, False)
    assert checked.sentences()[0] == "Events were written anew: event 9 is not the one that was written down elsewhere."


async def test_what_a_transaction_took_back_leaves_no_gap(store: Store) -> None:
    await add(store, 2)
    async with tampered(store) as connection:
        await events.add(connection, NOW, "x", 1, "undone")
    await add(store, 2)
    async with store.reading() as connection:
        assert (await events.walk(connection, VAULT)).count == 4


async def test_the_check_reads_the_audit_file_and_answers_in_sentences(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "audit" / "heads.txt"
    await add(store, 3)
    alone = await audit.check(store, file, None, NOW)
    assert alone.holds
    assert alone.sentences()[:2] == [
        "The audit holds: 3 events, none changed, moved or missing.",
        "No head from elsewhere was given, so nobody can tell whether the newest events were cut off.",
    ]
    async with store.reading() as connection:
        head = await events.head(connection)
    assert head is not None
    assert audit.export(file, head, NOW.date())
    assert not audit.export(file, Head(9, "0" * 64), NOW.date())
    await add(store, 2)
    held = await audit.check(store, file, head, NOW)
    assert held.holds
    assert "1 heads that were written down elsewhere are in it" in held.sentences()[0]
    async with store.transaction() as connection:
        await connection.execute(text("DELETE FROM events WHERE id > 2"))
    cut = await audit.check(store, file, None, NOW)
    assert not cut.holds
    assert cut.sentences()[0] == "Events were cut off: event 3 was written down elsewhere, the last one here is 2."
    async with store.transaction() as connection:
        await connection.execute(text("UPDATE events SET verb = 'other' WHERE id = 2"))
    broken = await audit.check(store, file, None, NOW)
    assert broken.sentences()[0].startswith("The audit is broken at event 2: it was changed or moved")


async def test_a_damaged_line_of_the_audit_file_is_told_and_the_others_count(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "heads.txt"
    await add(store, 3)
    async with store.reading() as connection:
        head = await events.head(connection)
    assert head is not None
    file.write_bytes(b"\xff\xfe garbage\n2026-11-22 seven aa\n")
    audit.export(file, head, NOW.date())
    found = await audit.check(store, file, None, NOW)
    assert (found.known, found.unreadable, found.holds) == (1, 2, False)
    assert "2 lines of the audit file are damaged." in found.sentences()


@pytest.mark.parametrize(
    "given", ["", "7", "7:", "0:" + "a" * 64, "-1:" + "a" * 64, "7:" + "g" * 64, "7:" + "a" * 63, "x:" + "a" * 64]
)
def test_a_head_that_is_none_is_told_in_a_sentence(given: str) -> None:
    with pytest.raises(SettingsError, match="--head must be ROW:MAC"):
        audit.parse_head(given)
    assert audit.parse_head(" 7:" + "A" * 64) == Head(7, "a" * 64)
