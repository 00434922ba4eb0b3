"""The auditor: what it finds, what it mends, and that it only says "all is well" when it is."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from aiohttp import web
from sqlalchemy import update

from bot.errors import KeyFileError
from bot.inbox import read as read_update
from bot.models import Escalation, EscalationState, Kind, Lane, Outbox, OutboxState, Rung
from bot.service import Service
from bot.settings import Settings, read
from bot.store import inbox, outbox
from bot.store.engine import Store
from bot.store.outbox import Outgoing
from scheduler import escalation
from scheduler.auditor import Auditor
from tests.bot.test_escalating import MINUTE, PRIYA, ROSA, TOM, Team, team  # noqa: F401 - a fixture
from tests.bot.test_inbox import said
from tests.conftest import NOW
from tests.fakes import MovableClock
from tests.scheduler.test_escalation import Part


@dataclass
class Watcher:
    """Whoever waits for the heartbeat; answers with this status."""

    status: int = 200
    calls: list[str] = field(default_factory=list)
    address: str = ""

    async def called(self, request: web.Request) -> web.Response:
        self.calls.append(request.path)
        return web.Response(status=self.status)


@pytest.fixture
async def watcher() -> AsyncIterator[Watcher]:
    async with _listening(Watcher()) as made:
        yield made


@asynccontextmanager
async def _listening(watcher: Watcher) -> AsyncIterator[Watcher]:
    application = web.Application()
    application.router.add_get("/{tail:.*}", watcher.called)
    runner = web.AppRunner(application)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    watcher.address = f"http://127.0.0.1:{port}/ping/secret-address"
    yield watcher
    await runner.cleanup()


@dataclass
class Watched(Part):
    """The part with settings, as the auditor needs it."""

    settings: Settings = field(default_factory=lambda: read({}, None))


@pytest.fixture
def service(team: Team, watcher: Watcher) -> Watched:  # noqa: F811
    return Watched(team, MovableClock(), settings=read({"HEARTBEAT_URL": watcher.address}, None))


@pytest.fixture
def auditor(service: Watched) -> Auditor:
    return Auditor(cast(Service, service))


async def put(store: Store, lane: Lane, **values: Any) -> None:
    async with store.transaction() as connection:
        await outbox.add(connection, [Outgoing(lane, 7, "sendMessage", {"text": "x"})], NOW)
        if values:
            await connection.execute(update(Outbox).values(**values))


async def set_next(store: Store, at: datetime) -> None:
    async with store.transaction() as connection:
        await connection.execute(update(Escalation).values(next_at=at))


async def delivered(store: Store) -> None:
    async with store.transaction() as connection:
        await connection.execute(update(Outbox).values(state=OutboxState.DELIVERED, finished_at=NOW))


async def test_all_is_well_and_the_address_is_called_once_a_minute(
    service: Watched, auditor: Auditor, watcher: Watcher
) -> None:
    await service.team.opens()
    assert await auditor.tick()
    assert watcher.calls == ["/ping/secret-address"]


async def test_without_an_address_nothing_is_called_and_all_is_well(service: Watched, watcher: Watcher) -> None:
    service.settings = read({}, None)
    assert await Auditor(cast(Service, service)).tick()
    assert not watcher.calls


async def test_a_step_that_nobody_took_for_more_than_a_minute_is_wrong(
    service: Watched, auditor: Auditor, watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    await service.team.opens()
    await delivered(service.store)
    await set_next(service.store, NOW - MINUTE)
    assert await auditor.tick()
    await set_next(service.store, NOW - MINUTE - timedelta(seconds=1))
    assert not await auditor.tick()
    assert len(watcher.calls) == 1
    assert "escalation 1: its next step (remind) is overdue" in caplog.text


async def test_an_owner_who_went_away_is_found_and_the_next_tick_gives_it_to_somebody(
    service: Watched, auditor: Auditor
) -> None:
    await service.team.opens()
    await service.team.takes(PRIYA)
    await service.team.goes_away(PRIYA, TOM)
    assert await auditor.tick(), "what the next tick mends is no reason for an alarm"
    await service.ticks()
    standing = await service.team.standing()
    assert (standing.owner_id, standing.state) == (service.team.ids[TOM], EscalationState.OPEN)


async def test_a_rung_on_which_nobody_is_left_goes_on_at_once(service: Watched, auditor: Auditor) -> None:
    await service.team.opens(kind=Kind.CONCERN, urgent=True)
    await service.ticks(5)
    await service.team.blocks(ROSA)
    await auditor.tick()
    await service.ticks()
    assert (await service.team.standing()).rung is Rung.MANAGER


async def test_what_was_hurried_and_not_mended_is_wrong_a_minute_later(
    service: Watched,
    auditor: Auditor,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await service.team.opens()
    await service.team.blocks(PRIYA)
    await auditor.tick()
    service.clock.pass_(60)
    await delivered(service.store)
    assert not await auditor.tick()
    assert "did not mend it" in caplog.text
    assert len(watcher.calls) == 1


async def test_while_the_alarm_reaches_nobody_the_outside_is_not_told_that_all_is_well(
    service: Watched, auditor: Auditor
) -> None:
    await service.team.blocks(*service.team.ids)
    await service.team.opens(kind=Kind.CONCERN, urgent=True)
    await delivered(service.store)
    assert not await auditor.tick()


@pytest.mark.parametrize(
    ("lane", "values", "well"),
    [
        (Lane.PAGE, {}, False),
        (Lane.CRISIS, {}, False),
        (Lane.CRISIS, {"state": OutboxState.SENDING}, False),
        (Lane.PAGE, {"attempts": 3, "due_at": NOW + timedelta(minutes=9)}, False),
        (Lane.PAGE, {"due_at": NOW + timedelta(minutes=9)}, True),
        (Lane.PAGE, {"state": OutboxState.DELIVERED}, True),
        (Lane.REPLY, {}, True),
        (Lane.BROADCAST, {}, True),
    ],
)
async def test_a_page_or_a_card_may_wait_two_minutes(
    service: Watched, auditor: Auditor, lane: Lane, values: dict[str, Any], well: bool
) -> None:
    await put(service.store, lane, **values)
    service.clock.pass_(119)
    assert await auditor.tick()
    service.clock.pass_(2)
    assert await auditor.tick() is well


async def test_an_update_may_wait_two_minutes(service: Watched, auditor: Auditor, watcher: Watcher) -> None:
    async with service.store.transaction() as connection:
        await inbox.add(connection, [read_update(said(1))], NOW)
    assert await auditor.tick()
    service.clock.pass_(121)
    assert not await auditor.tick()
    assert len(watcher.calls) == 1


async def test_an_address_that_fails_is_a_warning_that_does_not_name_it(
    service: Watched, auditor: Auditor, watcher: Watcher, caplog: pytest.LogCaptureFixture
) -> None:
    watcher.status = 503
    assert await auditor.tick()
    service.settings = read({"HEARTBEAT_URL": "http://127.0.0.1:1/secret-address"}, None)
    assert await auditor.tick()
    assert [record.levelname for record in caplog.records] == ["WARNING", "WARNING"]
    assert "503" in caplog.text
    assert "secret-address" not in caplog.text


async def test_a_damaged_key_file_is_told_and_no_heartbeat_goes_out(
    service: Watched,
    auditor: Auditor,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    def damaged() -> None:
        raise KeyFileError("The key file bot.keys can't be read.")

    monkeypatch.setattr(service.store.vault, "refresh", damaged)
    assert not await auditor.tick()
    assert not watcher.calls
    assert "goes on with the keys that it has" in caplog.text


async def test_an_audit_that_fails_says_so_and_is_silent_outside(
    service: Watched,
    auditor: Auditor,
    watcher: Watcher,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def fails(*given: Any) -> None:
        raise RuntimeError("x")

    monkeypatch.setattr("scheduler.auditor.audit", fails)
    assert not await auditor.tick()
    assert not watcher.calls
    assert "nobody is told that all is well" in caplog.text


async def test_the_clock_and_the_auditor_are_on_the_timetable() -> None:
    import scheduler

    part = Watched(cast(Team, None), MovableClock())
    timetable = scheduler.start(cast(Service, part))
    try:
        every = {job.func: job.trigger.interval for job in timetable.get_jobs() if hasattr(job.trigger, "interval")}
        assert every[escalation.tick] == timedelta(seconds=2)
        assert timedelta(minutes=1) in [
            length for work, length in every.items() if isinstance(getattr(work, "__self__", None), Auditor)
        ]
        assert all(job.misfire_grace_time is None and job.coalesce for job in timetable.get_jobs())
    finally:
        timetable.shutdown(wait=False)
