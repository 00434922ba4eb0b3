"""The audit's head goes elsewhere once a day, and a failure stops nothing."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast
from zoneinfo import ZoneInfo

import pytest

from bot.service import Service
from bot.store import events
from bot.store.engine import Store
from scheduler.audit import export_head
from tests.conftest import NOW
from tests.fakes import MovableClock

LONDON = ZoneInfo("Europe/London")


@dataclass
class Wanted:
    """The one setting and the one fact of the council that it needs."""

    audit_file: Path
    zone: ZoneInfo = LONDON


@dataclass
class Part:
    """As much of the service as the export needs."""

    store: Store
    settings: Wanted
    clock: MovableClock = field(default_factory=MovableClock)

    @property
    def council(self) -> Wanted:
        return self.settings


async def exported(part: Part) -> list[list[str]]:
    await export_head(cast(Service, part))
    file = part.settings.audit_file
    return [line.split() for line in file.read_text().splitlines()] if file.exists() else []


async def add(store: Store) -> str:
    """Add an event; returns the head."""
    async with store.transaction() as connection:
        await events.add(connection, NOW, "person", 1, "enrolled")
    async with store.reading() as connection:
        head = await events.head(connection)
    assert head is not None
    return head.mac


async def test_the_head_is_added_once_a_day_and_the_folder_is_made(store: Store, tmp_path: Path) -> None:
    part = Part(store, Wanted(tmp_path / "new" / "folder" / "heads.txt"))
    assert await exported(part) == []
    first = await add(store)
    assert await exported(part) == [["2026-11-23", "1", first]]
    second = await add(store)
    assert await exported(part) == [["2026-11-23", "1", first]]
    part.clock.moment += timedelta(days=1)
    assert await exported(part) == [["2026-11-23", "1", first], ["2026-11-24", "2", second]]


async def test_the_day_is_the_councils_and_not_that_of_utc(store: Store, tmp_path: Path) -> None:
    part = Part(store, Wanted(tmp_path / "heads.txt"))
    await add(store)
    part.clock.moment = datetime(2026, 7, 1, 23, 30, tzinfo=UTC)
    assert (await exported(part))[0][0] == "2026-07-02"


async def test_a_file_that_cannot_be_written_is_logged_and_stops_nothing(
    store: Store, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "heads.txt").mkdir()
    await add(store)
    await export_head(cast(Service, Part(store, Wanted(tmp_path / "heads.txt"))))
    assert "AUDIT_FILE can't be written (Is a directory)" in caplog.text
