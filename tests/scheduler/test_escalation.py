"""The clock's door of an escalation: what is due is done, one failure stops no other, a restart loses nothing."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, cast

import pytest
from sqlalchemy.exc import OperationalError

from bot import escalating
from bot.models import Kind, Rung
from bot.service import Service
from bot.store import escalations
from bot.store.engine import Store
from bot.turn import Speech
from scheduler import escalation
from tests.bot.test_escalating import KIT, MINUTE, STRANGER, Team, team  # noqa: F401 - a fixture
from tests.bot.test_working_time import NORTHMOOR
from tests.fakes import MovableClock


@dataclass
class Part:
    """As much of the service as the tick needs."""

    team: Team
    clock: MovableClock
    council: Any = NORTHMOOR

    @property
    def store(self) -> Store:
        return self.team.store

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Speech]:
        self.team.now = self.clock.now()
        async with self.team.speaking() as speech:
            yield speech

    async def ticks(self, minutes: float = 0) -> None:
        self.clock.pass_(minutes * 60)
        await escalation.tick(cast(Service, self))


@pytest.fixture
def service(team: Team) -> Part:  # noqa: F811
    return Part(team, MovableClock())


async def test_a_tick_takes_what_is_due_and_nothing_else(service: Part) -> None:
    await service.team.opens(kind=Kind.CONCERN, urgent=True)
    await service.team.opens(STRANGER)
    said = len(service.team.said)
    await service.ticks(4.9)
    assert len(service.team.said) == said
    await service.ticks(0.2)
    assert (await service.team.standing()).rung is Rung.DUTY
    assert (await service.team.standing(STRANGER)).reminded == 1


async def test_ticking_again_does_nothing_twice(service: Part) -> None:
    await service.team.opens(kind=Kind.CONCERN, urgent=True)
    await service.ticks(5)
    said = len(service.team.said)
    for _ in range(3):
        await service.ticks()
    assert len(service.team.said) == said


async def test_one_that_fails_stops_no_other_changes_nothing_and_is_tried_again(
    service: Part, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    await service.team.opens(kind=Kind.CONCERN, urgent=True)
    await service.team.opens(STRANGER, kind=Kind.CONCERN, urgent=True)
    whole = escalating.take_step

    async def stumbles(speech: Speech, council: Any, number: int) -> bool:
        done = await whole(speech, council, number)
        if number == 1:
            raise RuntimeError("words of Kit's")
        return done

    monkeypatch.setattr(escalation, "take_step", stumbles)
    await service.ticks(5)
    assert [(await service.team.standing(who)).rung for who in (KIT, STRANGER)] == [Rung.ADVISER, Rung.MANAGER]
    (record,) = [record for record in caplog.records if record.levelname == "ERROR"]
    assert record.getMessage() == "the step of escalation 1 failed; it is tried again"
    assert record.exc_info is not None
    monkeypatch.setattr(escalation, "take_step", whole)
    await service.ticks(0.1)
    assert (await service.team.standing()).rung is Rung.DUTY


async def test_a_database_out_of_reach_is_a_quiet_warning(
    service: Part, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def out_of_reach(*given: Any) -> list[int]:
        raise OperationalError("SELECT", {}, Exception("gone"))

    monkeypatch.setattr(escalations, "due", out_of_reach)
    await service.ticks()
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert "tried again" in caplog.text


async def test_a_restart_takes_up_the_timetable_where_it_stands(service: Part) -> None:
    await service.team.opens(kind=Kind.CONCERN, urgent=True)
    again = Part(Team(service.store, ids=service.team.ids), MovableClock())
    again.clock.moment = service.clock.now() + 5 * MINUTE
    await again.ticks()
    assert (await again.team.standing()).rung is Rung.DUTY
    assert (await again.team.standing()).next_at == again.clock.now() + 5 * MINUTE
