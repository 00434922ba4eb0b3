"""What is forgotten each night, and what is not."""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import cast

import pytest
from sqlalchemy import func, select, update

from bot.inbox import read
from bot.models import (
    SEALED,
    Base,
    Draft,
    Enquiry,
    EnrolmentState,
    Escalation,
    EscalationState,
    Inbox,
    InboxState,
    Invitation,
    Lane,
    Line,
    Occurrence,
    Outbox,
    OutboxState,
    Person,
    Side,
    Veiled,
)
from bot.service import Service
from bot.store import enquiries, events, inbox, my_data, outbox, retention, schema
from bot.store.engine import Store
from bot.store.outbox import Outgoing
from bot.store.retention import KEEP_INVITATIONS, KEEP_OCCURRENCES, KEEP_UPDATES
from content.council import Retention
from scheduler.retention import sweep
from tests.bot.test_inbox import said
from tests.conftest import NOW
from tests.fakes import MovableClock
from tests.residue import WITHOUT_WORDS, in_files, opened, places_of, put, put_everywhere, text_columns

KEEP = Retention()
TEXT, DELIVERY, HOUR = timedelta(days=KEEP.text_days), timedelta(days=KEEP.delivery_days), timedelta(hours=1)
CANARY = "Zephyrine Quillfeather"
JADE, ACCOUNT = 5, 7_100_000_055


@dataclass
class Kept:
    """As much of the council as the sweep needs."""

    retention: Retention = KEEP


@dataclass
class Part:
    """As much of the service as the sweep needs."""

    store: Store
    clock: MovableClock = field(default_factory=MovableClock)
    council: Kept = field(default_factory=Kept)

    async def sweep_after(self, time: timedelta) -> None:
        """Let so much time pass since the beginning, then sweep."""
        self.clock.moment = NOW + time
        await sweep(cast(Service, self))


async def counted(store: Store, table: type[Base]) -> int:
    async with store.reading() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def test_words_go_after_three_days_and_replies_after_seven_and_what_is_unknown_after_thirty(store: Store) -> None:
    async with store.transaction() as connection:
        await inbox.add(connection, [read(said(1)), read(said(2)), read(said(3))], NOW)
        await inbox.finish(connection, 1, InboxState.DONE, NOW)
        await inbox.finish(connection, 2, InboxState.QUARANTINED, NOW)
        rows = [Outgoing(Lane.REPLY, 7, "sendMessage", {"text": "x"})] * 3
        await outbox.add(connection, rows, NOW)
        for row, state in ((1, OutboxState.DELIVERED), (2, OutboxState.UNKNOWN)):
            await connection.execute(update(Outbox).where(Outbox.id == row).values(state=state, finished_at=NOW))
    for time, left in (
        (KEEP_UPDATES - HOUR, (3, 3)),
        (KEEP_UPDATES + HOUR, (2, 3)),
        (DELIVERY - HOUR, (2, 3)),
        (DELIVERY + HOUR, (2, 2)),
        (TEXT - HOUR, (2, 2)),
        (TEXT + HOUR, (1, 1)),
        (10 * TEXT, (1, 1)),
    ):
        await Part(store).sweep_after(time)
        assert (await counted(store, Inbox), await counted(store, Outbox)) == left
    assert (await _states(store, Inbox.state), await _states(store, Outbox.state)) == (["waiting"], ["waiting"])


async def _states(store: Store, column: object) -> list[str]:
    async with store.reading() as connection:
        return [row[0] for row in await connection.execute(select(column))]  # type: ignore[call-overload]


async def test_an_update_number_that_comes_again_after_its_time_is_a_new_question(store: Store) -> None:
    for time in (timedelta(0), KEEP_UPDATES + timedelta(1)):
        await Part(store).sweep_after(time)
        async with store.transaction() as connection:
            await enquiries.add(
                connection, update_id=5, chat_id=7, person_id=7, now=NOW + time, outcome="none", entry_id=None
            )
    assert await counted(store, Enquiry) == 2


def test_every_column_that_holds_text_in_the_clear_was_thought_about() -> None:
    assert text_columns() == WITHOUT_WORDS


async def test_every_sealed_column_is_filled_by_what_the_residue_is_measured_with(store: Store) -> None:
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    found = {place.split(" ")[0] for place in await places_of(store, [CANARY, "2008-03-14"])}
    sealed = {
        f"{table.name}.{c.name}" for table in Base.metadata.sorted_tables for c in table.columns if c.info == SEALED
    }
    assert found == sealed


async def test_after_its_time_no_word_is_left_in_any_table(store: Store) -> None:
    part = Part(store)
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    await part.sweep_after(TEXT - HOUR)
    before = {place.split(" ")[0] for place in await places_of(store, [CANARY])}
    assert before >= {
        "lines.body",
        "lines.history",
        "escalations.about",
        "people.name",
        "break_glass.reason",
        "veiled.calls",
    }
    await part.sweep_after(max(TEXT, KEEP_INVITATIONS) + HOUR)
    assert await places_of(store, [CANARY, "2008-03-14"]) == []


async def test_what_happened_and_when_stays_without_its_words(store: Store) -> None:
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    await Part(store).sweep_after(2 * TEXT)
    async with store.reading() as connection:
        escalation = (await connection.execute(select(Escalation.__table__))).one()
        lines = (await connection.execute(select(Line.__table__))).all()
    assert (escalation.resolved_at, escalation.forgotten_at) == (NOW, NOW + 2 * TEXT)
    assert [line.at for line in lines] == [NOW] * len(Side)
    assert {(line.body, line.file, line.history, line.chat_id) for line in lines} == {(None, None, None, None)}
    assert {line.side for line in lines if line.deleted_at is not None} == {Side.NOTE}


async def test_what_is_not_settled_is_kept_however_long_it_takes(store: Store) -> None:
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    async with store.transaction() as connection:
        await connection.execute(update(Escalation).values(state=EscalationState.ACKNOWLEDGED, resolved_at=None))
    await Part(store).sweep_after(10 * TEXT)
    left = {place.split(" ")[0] for place in await places_of(store, [CANARY])}
    assert left == {
        "lines.body", "lines.file", "lines.history", "escalations.about", "people.name", "people.code_word",
        "people.told_age_band", "people.told_status",
    }  # fmt: skip


async def test_a_conversation_that_was_opened_again_starts_its_time_anew(store: Store) -> None:
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    async with store.transaction() as connection:
        await connection.execute(update(Escalation).values(resolved_at=NOW + TEXT / 2))
    await Part(store).sweep_after(TEXT + HOUR)
    assert "lines.body of row 10" in await places_of(store, [CANARY])
    await Part(store).sweep_after(TEXT * 3 / 2 + HOUR)
    assert await places_of(store, [CANARY]) == []


async def test_people_who_are_here_and_staff_who_left_keep_their_names(store: Store) -> None:
    async with store.transaction() as connection:
        await put(connection, Person, 1, NOW, name="Here", state=EnrolmentState.ENROLLED)
        await put(connection, Person, 2, NOW, name="Staff", state=EnrolmentState.WITHDRAWN, left_at=NOW)
        await events.add(connection, NOW, "enrolment", 2, "ended")
        await put(connection, Person, 3, NOW, name="Came back", state=EnrolmentState.ENROLLED)
        await events.add(connection, NOW, "enrolment", 3, "withdrew")
    await Part(store).sweep_after(20 * TEXT)
    names = [text for place, text in await opened(store) if place.startswith("people.name")]
    assert names == ["Here", "Staff", "Came back"]


async def test_what_must_never_happen_again_is_remembered_for_good(store: Store) -> None:
    async with store.transaction() as connection:
        for row, day in enumerate(("2026-11-23", "once"), start=1):
            await put(connection, Occurrence, row, NOW, day=day)
    await Part(store).sweep_after(KEEP_OCCURRENCES - HOUR)
    assert await counted(store, Occurrence) == 2
    await Part(store).sweep_after(KEEP_OCCURRENCES + HOUR)
    assert await _states(store, Occurrence.day) == ["once"]


async def test_a_reason_for_looking_in_is_emptied_once(store: Store) -> None:
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    await Part(store).sweep_after(2 * TEXT)
    limits = retention.Limits.at(NOW + 3 * TEXT, TEXT, DELIVERY)
    async with store.transaction() as connection:
        assert await retention.SWEEPS["reasons for looking in"](connection, limits) == 0
    assert [text for place, text in await opened(store) if place.startswith("break_glass.reason")] == [""]


async def test_a_councils_own_times_count(store: Store) -> None:
    part = Part(store, council=Kept(Retention(text_days=5, delivery_days=1)))
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    await part.sweep_after(timedelta(days=1, hours=1))
    assert await counted(store, Draft) == 0
    await part.sweep_after(timedelta(days=5, hours=1))
    assert (await counted(store, Veiled), await counted(store, Invitation)) == (0, 1)
    assert {place.split(" ")[0] for place in await places_of(store, [CANARY])} == {"invitations.name"}


async def test_trouble_with_one_kind_keeps_no_other(
    store: Store, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> int:
        raise RuntimeError(CANARY)

    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    monkeypatch.setattr(retention, "SWEEPS", {"broken things": broken, **retention.SWEEPS})
    caplog.set_level("INFO")
    await Part(store).sweep_after(2 * TEXT)
    assert await places_of(store, [CANARY]) == []
    assert "the nightly sweep of broken things failed" in caplog.text
    assert "conversations: 1" in caplog.text


async def test_backups_are_kept_no_longer_than_words(sqlite_store: Store) -> None:
    store = sqlite_store
    assert store.file is not None
    for time in (timedelta(0), timedelta(days=20)):
        schema.back_up(store.file, NOW + time)
    part, folder = Part(store), store.file.parent / "backups"
    (folder / "notes.txt").write_text("somebody else's")
    await part.sweep_after(TEXT - HOUR)
    assert len(list(folder.iterdir())) == 3
    await part.sweep_after(TEXT + HOUR)
    assert sorted(copy.name for copy in folder.iterdir()) == ["bot-20261213T100000.sqlite3", "notes.txt"]


async def test_words_are_never_in_the_file_its_log_or_a_backup(sqlite_store: Store, tmp_path: Path) -> None:
    store = sqlite_store
    assert store.file is not None
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    schema.back_up(store.file, NOW)
    assert (tmp_path / "bot.sqlite3-wal").stat().st_size > 0
    assert in_files(tmp_path, [CANARY, "2008-03-14"]) == []
    (tmp_path / "control").write_text(f"before {CANARY} after")
    assert in_files(tmp_path, [CANARY]) == [f"control: {CANARY}"]


async def test_erasing_somebody_leaves_nothing_of_them_and_everything_of_others(store: Store) -> None:
    other = "Barnaby Thistlewood"
    await put_everywhere(store, CANARY, NOW, JADE, ACCOUNT)
    await put_everywhere(store, other, NOW, JADE + 1, ACCOUNT + 1, first=2)
    async with store.transaction() as connection:
        await enquiries.add(
            connection, update_id=1, chat_id=ACCOUNT, person_id=ACCOUNT, now=NOW, outcome="none", entry_id=None
        )
    before = len(await places_of(store, [other]))
    async with store.transaction() as connection:
        await my_data.erase(connection, JADE, ACCOUNT, NOW)
    left = {place.split(".")[0] for place in await places_of(store, [CANARY, str(ACCOUNT)])}
    assert left <= {"drafts", "approvals", "groups", "gaps", "phrasings", "notices"}, (
        "what is not by their number goes by its own time"
    )
    assert len(await places_of(store, [other])) == before
    assert (await events_hold(store)) is None


async def events_hold(store: Store) -> int | None:
    async with store.reading() as connection:
        return (await events.walk(connection, store.vault)).broken
