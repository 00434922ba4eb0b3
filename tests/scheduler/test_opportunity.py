"""Closing dates, forms that were left, and the daily reading of the public listing."""

from __future__ import annotations

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot import opportunity as rule
from bot.models import EnrolmentState, Event, OpportunityState, Outbox, Role
from bot.opportunity import Filling
from bot.service import Service
from bot.settings import ROOT, Settings, read
from bot.store import forms, opportunities, people
from bot.store.engine import Store
from bot.store.opportunities import Stored
from bot.turn import Speech
from content.council import Council, load_council
from content.opportunity import Opportunity, OpportunityKind
from content.texts import opportunity_form as texts
from scheduler import opportunity
from tests.conftest import NOW
from tests.fakes import MovableClock
from tests.vacancy_server import KEY, VacancyServer, advert, listening, refuses, says

NORTHMOOR = ROOT / "content" / "councils" / "northmoor" / "council.yaml"
EVA, PAT, PRIYA = 16, 17, 11
CHEF = Opportunity(OpportunityKind.JOB, "Chef", "The Copper Kettle", closes_on=NOW.date() + timedelta(days=1))


@dataclass
class Part:
    """As much of the service as these jobs need."""

    store: Store
    settings: Settings
    clock: MovableClock = field(default_factory=MovableClock)
    council: Council = field(default_factory=lambda: load_council(NORTHMOOR))
    wake: Callable[[int], None] = lambda messages: None

    def speaking(self) -> AbstractAsyncContextManager[Speech]:
        return Service.speaking(self)  # type: ignore[arg-type]

    async def said(self, to: int) -> list[str]:
        """What was said to somebody, oldest first; every message is read once."""
        async with self.store.transaction() as connection:
            rows = (await connection.execute(select(Outbox).where(Outbox.chat_id == to).order_by(Outbox.id))).all()
            found = [json.loads(self.store.vault.open(row.payload, "outbox", "payload", row.id)) for row in rows]
            await connection.execute(Outbox.__table__.delete().where(Outbox.chat_id == to))  # type: ignore[attr-defined]
        return [one["text"] for one in found]

    async def opened(self, facts: Opportunity = CHEF, state: OpportunityState = OpportunityState.OPEN) -> int:
        async with self.store.transaction() as connection:
            return await opportunities.add(connection, self.clock.now(), facts, source="form", made_by=1, state=state)

    async def stored(self, number: int) -> Stored:
        async with self.store.reading() as connection:
            found = await opportunities.get(connection, number)
        assert found is not None
        return found

    async def listed(self) -> dict[str, OpportunityState]:
        async with self.store.reading() as connection:
            return {reference: one.state for reference, one in (await opportunities.listed(connection)).items()}

    async def next_morning(self) -> None:
        self.clock.moment += timedelta(days=1)
        await opportunity.read_listing(self)  # type: ignore[arg-type]


@pytest.fixture
async def server() -> AsyncIterator[VacancyServer]:
    async with listening(VacancyServer()) as made:
        yield made


def settings(server: VacancyServer | None = None) -> Settings:
    given = {"VACANCIES_KEY": KEY, "VACANCIES_LATITUDE": "52.4", "VACANCIES_LONGITUDE": "-1.5"}
    return read({**given, "VACANCIES_URL": server.address} if server else {}, None)


async def enrolled(store: Store) -> None:
    async with store.transaction() as connection:
        for account, role in ((EVA, Role.EMPLOYMENT), (PAT, Role.PARTICIPATION), (PRIYA, Role.ADVISER)):
            row = await people.add(
                connection, NOW, EnrolmentState.ENROLLED, telegram_id=account, name="N", confirmed_at=NOW
            )
            await people.give_role(connection, NOW, row, role, None)


@pytest.fixture
async def part(store: Store, server: VacancyServer) -> Part:
    await enrolled(store)
    return Part(store, settings(server))


@pytest.fixture
async def without_key(sqlite_store: Store) -> Part:
    await enrolled(sqlite_store)
    return Part(sqlite_store, settings())


async def close_past(part: Part) -> None:
    await opportunity.close_past(part)  # type: ignore[arg-type]


async def ask_about_forms(part: Part) -> None:
    await opportunity.ask_about_forms(part)  # type: ignore[arg-type]


async def read_listing(part: Part) -> None:
    await opportunity.read_listing(part)  # type: ignore[arg-type]


# --- closing dates


async def test_it_closes_by_itself_once_its_local_day_is_over(part: Part) -> None:
    number = await part.opened()
    part.clock.moment = datetime(2026, 11, 24, 23, 59, tzinfo=UTC)
    await close_past(part)
    assert (await part.stored(number)).state is OpportunityState.OPEN
    part.clock.pass_(60)
    await close_past(part)
    await close_past(part)
    assert (await part.stored(number)).state is OpportunityState.CLOSED
    async with part.store.reading() as connection:
        verbs = list(await connection.scalars(select(Event.verb).where(Event.noun == "opportunity")))
    assert verbs == ["closed"]


async def test_in_summer_the_day_ends_at_the_local_midnight(without_key: Part) -> None:
    number = await without_key.opened(Opportunity(OpportunityKind.JOB, "Chef", closes_on=date(2027, 7, 1)))
    without_key.clock.moment = datetime(2027, 7, 1, 22, 59, tzinfo=UTC)
    await close_past(without_key)
    assert (await without_key.stored(number)).state is OpportunityState.OPEN
    without_key.clock.pass_(60)
    await close_past(without_key)
    assert (await without_key.stored(number)).state is OpportunityState.CLOSED


async def test_without_a_closing_date_it_stays_open(without_key: Part) -> None:
    number = await without_key.opened(Opportunity(OpportunityKind.JOB, "Chef"))
    without_key.clock.moment += timedelta(days=900)
    await close_past(without_key)
    assert (await without_key.stored(number)).state is OpportunityState.OPEN


# --- forms


async def begun(part: Part, filling: Filling | None = None) -> int:
    async with part.store.transaction() as connection:
        eva = (await people.actor(connection, EVA)).id or 0
        fields = (filling or Filling(Opportunity(title="Baking"))).as_fields()
        return await forms.begin(connection, part.clock.now(), eva, rule.FORM, "who", fields)


async def form_of_eva(part: Part) -> forms.Form | None:
    async with part.store.reading() as connection:
        return await forms.of_person(connection, (await people.actor(connection, EVA)).id, rule.FORM)


async def test_a_form_left_for_three_days_is_asked_about_once_and_dropped_after_a_month(part: Part) -> None:
    await begun(part)
    for hours in (71, 1, 24, 24):
        part.clock.moment += timedelta(hours=hours)
        await ask_about_forms(part)
        await ask_about_forms(part)
    said = await part.said(EVA)
    assert len(said) == 1
    assert "Baking" in said[0]
    part.clock.moment += timedelta(days=25, hours=1)
    await ask_about_forms(part)
    assert await form_of_eva(part) is None
    assert await part.said(EVA) == []


async def test_nobody_is_asked_about_a_form_at_night(without_key: Part) -> None:
    await begun(without_key)
    without_key.clock.moment += timedelta(days=3, hours=12)
    await ask_about_forms(without_key)
    assert await without_key.said(EVA) == []


async def test_a_form_that_is_dropped_takes_its_draft_along(without_key: Part) -> None:
    draft = await without_key.opened(state=OpportunityState.DRAFT)
    await begun(without_key, Filling(CHEF, opportunity_id=draft))
    without_key.clock.moment += timedelta(days=30)
    await ask_about_forms(without_key)
    async with without_key.store.reading() as connection:
        assert await opportunities.get(connection, draft) is None


async def test_a_dropped_change_leaves_what_is_open_as_it_is(without_key: Part) -> None:
    number = await without_key.opened()
    await begun(without_key, Filling(CHEF, opportunity_id=number))
    without_key.clock.moment += timedelta(days=30)
    await ask_about_forms(without_key)
    assert (await without_key.stored(number)).state is OpportunityState.OPEN


# --- the listing


async def test_without_a_key_nothing_is_read(without_key: Part, server: VacancyServer) -> None:
    await read_listing(without_key)
    assert server.asked == []


async def test_what_is_listed_is_proposed_once_and_staff_hear_of_it_once_a_day(
    part: Part, server: VacancyServer
) -> None:
    await read_listing(part)
    await read_listing(part)
    assert await part.listed() == {f"{1000000000 + number}": OpportunityState.PROPOSED for number in (1, 2, 3)}
    for account in (EVA, PAT):
        assert ["3 new apprenticeships near you" in text for text in await part.said(account)] == [True]
    assert await part.said(PRIYA) == []
    await part.next_morning()
    assert await part.said(EVA) == []
    server.vacancies.append(advert(9))
    await part.next_morning()
    assert ["1 new apprenticeship near you" in text for text in await part.said(EVA)] == [True]
    assert len(server.asked) == 3


async def test_it_is_read_at_half_past_seven_local_time(part: Part, server: VacancyServer) -> None:
    part.clock.moment = datetime(2027, 7, 1, 6, 29, tzinfo=UTC)
    await read_listing(part)
    assert server.asked == []
    part.clock.pass_(60)
    await read_listing(part)
    assert len(server.asked) == 1


async def test_a_restart_in_the_middle_of_a_reading_reads_again_and_tells_once(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def killed(*given: object) -> None:
            raise RuntimeError("killed")

        patch.setattr(opportunity, "tell", killed)
        await read_listing(part)
    assert await part.listed() == {}
    await read_listing(part)
    assert len(await part.listed()) == 3
    assert len(await part.said(EVA)) == 1


async def test_a_proposal_that_vanished_goes_and_an_open_one_is_asked_about_once(
    part: Part, server: VacancyServer
) -> None:
    await read_listing(part)
    async with part.store.transaction() as connection:
        used = (await opportunities.listed(connection))["1000000001"]
        await opportunities.move(connection, used.id, NOW, OpportunityState.OPEN, OpportunityState.PROPOSED)
    await part.said(EVA)
    del server.vacancies[:2]
    await part.next_morning()
    assert await part.listed() == {
        "1000000001": OpportunityState.OPEN, "1000000002": OpportunityState.WITHDRAWN, "1000000003": OpportunityState.PROPOSED,
    }  # fmt: skip
    assert ["is not on Find an Apprenticeship any more" in text for text in await part.said(EVA)] == [True]
    await part.next_morning()
    assert await part.said(EVA) == []


async def test_a_reading_that_broke_off_makes_nothing_vanish(part: Part, server: VacancyServer) -> None:
    server.vacancies[:] = [advert(number) for number in range(1, 151)]
    await read_listing(part)
    server.instead[2] = refuses(500)
    await part.next_morning()
    assert set((await part.listed()).values()) == {OpportunityState.PROPOSED}


async def test_an_advert_that_changed_is_proposed_as_it_is_now_and_staff_hear_of_open_ones(
    part: Part, server: VacancyServer
) -> None:
    await read_listing(part)
    async with part.store.transaction() as connection:
        used = (await opportunities.listed(connection))["1000000001"]
        await opportunities.move(connection, used.id, NOW, OpportunityState.OPEN, OpportunityState.PROPOSED)
    await part.said(EVA)
    server.vacancies[:2] = [advert(1, title="Cake apprentice"), advert(2, title="Bread apprentice")]
    await part.next_morning()
    async with part.store.reading() as connection:
        now = await opportunities.listed(connection)
    assert now["1000000002"].facts.title == "Bread apprentice"
    assert now["1000000001"].facts.title == "Bakery apprentice 1"
    assert ["Bakery apprentice 1" in text for text in await part.said(EVA)] == [True]
    await part.next_morning()
    assert await part.said(EVA) == []


@pytest.mark.parametrize("answer", [refuses(429, Retry_After="300"), refuses(500), says(b"<html>"), refuses(401)])
async def test_staff_hear_of_failures_on_the_third_day_in_a_row_and_once(
    part: Part, server: VacancyServer, answer: Callable[[], object], caplog: pytest.LogCaptureFixture
) -> None:
    server.instead[1] = answer  # type: ignore[assignment]
    heard = []
    with caplog.at_level(logging.DEBUG):
        for _ in range(6):
            await part.next_morning()
            await read_listing(part)
            heard.append(len(await part.said(EVA)))
    assert heard == [0, 0, 1, 0, 0, 0]
    assert len([record for record in caplog.records if record.name == "scheduler.opportunity"]) == 6
    assert KEY not in caplog.text


async def test_a_day_that_works_begins_the_count_anew(part: Part, server: VacancyServer) -> None:
    heard = []
    for fails in (True, True, False, True, True, True):
        server.instead = {1: refuses(500)} if fails else {}
        await part.next_morning()
        heard.append(any(text.startswith(texts.LISTING_FAILS[:20]) for text in await part.said(EVA)))
    assert heard == [False, False, False, False, False, True]
