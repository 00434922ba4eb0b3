"""Nudges from the dates of interests: once each, at humane hours, never after a safety card."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from bot import following
from bot.models import Lane, Opportunity, OpportunityState, Outbox, Role, Stage
from bot.store import hide, interests, notices, people
from bot.store.interests import Plan
from bot.store.notices import Chosen
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from scheduler import interest
from tests.conftest import NOW
from tests.desk import Desk, open_desk

PRIYA, EVA, RUTH, JADE, STRANGER = 11, 13, 15, 18, 22
DAY = 86_400


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Priya advises Jade; Eva is the employment adviser, Ruth the manager."""
    async with open_desk(tmp_path) as made:
        priya = await made.enrol(PRIYA, "Priya Nair", Role.ADVISER)
        await made.enrol(EVA, "Eva", Role.EMPLOYMENT)
        await made.enrol(RUTH, "Ruth", Role.MANAGER)
        await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON, adviser_id=priya.id)
        async with made.speech() as speech:
            values = {"kind": "job", "title": "Chef", "who": "The Copper Kettle", "source": "form", "made_at": NOW}
            await speech.connection.execute(insert(Opportunity).values(id=1, **values, state=OpportunityState.OPEN))
        yield made


async def interested(desk: Desk, account: int = JADE) -> None:
    async with desk.speech() as speech:
        offer = (await interests.offers(speech.connection, [1]))[1]
        await following.begin(speech, desk.service.council, offer, await people.actor(speech.connection, account))
        await speech.keep()


async def moved(desk: Desk, to: Stage, plan: Plan | None = None) -> None:
    async with desk.speech() as speech:
        found = await interests.get(speech.connection, 1)
        assert found is not None
        by = await people.actor(speech.connection, PRIYA)
        await following.move(speech, desk.service.council, found, to, by)
        if plan is not None:
            await interests.change(speech.connection, 1, plan=plan)


async def heard(desk: Desk, account: int) -> list[str]:
    """What one tick says to somebody."""
    async with desk.store.reading() as connection:
        before = set(await connection.scalars(select(Outbox.id)))
    await interest.tick(desk.service)
    async with desk.store.reading() as connection:
        rows = (await connection.execute(select(Outbox.id, Outbox.chat_id, Outbox.payload))).all()
    vault = desk.store.vault
    return [
        str(vault.open_json(row.payload, "outbox", "payload", row.id).get("text"))
        for row in rows
        if row.id not in before and row.chat_id == account
    ]


# --- staff


async def test_a_due_step_reminds_the_adviser_twice_and_then_the_manager_once(desk: Desk) -> None:
    await interested(desk)
    assert await heard(desk, PRIYA) == []
    desk.clock.pass_(2 * DAY)
    assert (await heard(desk, PRIYA))[0].startswith("Due: JM, Chef")
    assert await heard(desk, PRIYA) == []
    desk.clock.pass_(2 * DAY)
    assert (await heard(desk, PRIYA))[0].startswith("Still due: JM")
    desk.clock.pass_(4 * DAY)
    told = await heard(desk, RUTH)
    assert told[0].startswith("Nobody has followed this up: JM")
    assert "Priya Nair was reminded twice" in told[0]
    desk.clock.pass_(30 * DAY)
    assert await heard(desk, RUTH) == []
    assert await heard(desk, PRIYA) == []


async def test_nobody_of_staff_is_reminded_at_night_and_only_the_adviser_when_there_is_one(desk: Desk) -> None:
    await interested(desk)
    desk.clock.pass_(2 * DAY + 12 * 3600)
    assert await heard(desk, PRIYA) == []
    desk.clock.pass_(12 * 3600)
    assert await heard(desk, EVA) == []


async def test_while_the_adviser_is_away_the_employment_adviser_is_reminded(desk: Desk) -> None:
    await interested(desk)
    async with desk.store.transaction() as connection:
        await people.take_role(connection, (await people.actor(connection, PRIYA)).id or 0, Role.ADVISER)
    desk.clock.pass_(2 * DAY)
    assert (await heard(desk, EVA))[0].startswith("Due: JM")


# --- young people


async def test_a_week_after_applying_they_are_asked_once(desk: Desk) -> None:
    await interested(desk)
    await moved(desk, Stage.APPLIED)
    desk.clock.pass_(6 * DAY)
    assert await heard(desk, JADE) == []
    desk.clock.pass_(DAY)
    assert await heard(desk, JADE) == ["Chef, The Copper Kettle\n\nDid you hear back?"]
    desk.clock.pass_(20 * DAY)
    assert await heard(desk, JADE) == []


async def test_before_and_after_an_interview_and_after_four_and_thirteen_weeks(desk: Desk) -> None:
    await interested(desk)
    await moved(desk, Stage.INTERVIEW, Plan(interview_on=date(2026, 12, 3)))
    desk.clock.moment = datetime(2026, 12, 2, 12, 0, tzinfo=UTC)
    assert "Your interview is tomorrow" in (await heard(desk, JADE))[0]
    desk.clock.pass_(2 * DAY)
    assert "How did the interview go?" in (await heard(desk, JADE))[0]
    await moved(desk, Stage.STARTED)
    desk.clock.pass_(28 * DAY)
    assert "four weeks ago" in (await heard(desk, JADE))[0]
    desk.clock.pass_(63 * DAY)
    assert "three months ago" in (await heard(desk, JADE))[0]
    desk.clock.pass_(200 * DAY)
    assert await heard(desk, JADE) == []


async def stopped(desk: Desk, jade: Actor) -> None:
    async with desk.store.transaction() as connection:
        await people.change(connection, jade.id or 0, stopped_at=desk.clock.now())


async def hid(desk: Desk, jade: Actor) -> None:
    async with desk.store.transaction() as connection:
        await hide.note(connection, desk.clock.now(), JADE)
        await people.change(connection, jade.id or 0, quiet_until=desk.clock.now() + timedelta(hours=24))


async def paused(desk: Desk, jade: Actor) -> None:
    async with desk.store.transaction() as connection:
        await notices.choose(connection, jade.id or 0, Chosen(paused_until=desk.clock.now() + timedelta(days=14)))


async def had_a_card(desk: Desk, jade: Actor) -> None:
    from bot.store import outbox

    async with desk.store.transaction() as connection:
        await outbox.add(connection, [Outgoing(Lane.CRISIS, JADE, "sendMessage", {"text": "x"})], desk.clock.now())


async def asks_no_more(desk: Desk, jade: Actor) -> None:
    async with desk.speech() as speech:
        found = await interests.get(speech.connection, 1)
        assert found is not None
        await following.ask_no_more(speech, found, jade)


@pytest.mark.parametrize("why", [stopped, hid, paused, had_a_card, asks_no_more])
async def test_nobody_is_asked_who_wants_quiet_or_saw_a_card(
    desk: Desk, why: Callable[[Desk, Actor], Awaitable[None]]
) -> None:
    await interested(desk)
    await moved(desk, Stage.APPLIED)
    desk.clock.pass_(7 * DAY)
    async with desk.store.reading() as connection:
        jade = await people.actor(connection, JADE)
    await why(desk, jade)
    assert await heard(desk, JADE) == []
    later = await _after(desk, 20)
    assert bool(later) is (why in (hid, paused, had_a_card))


async def _after(desk: Desk, days: int) -> list[str]:
    desk.clock.pass_(days * DAY)
    return await heard(desk, JADE)


async def test_nothing_is_asked_between_nine_in_the_evening_and_nine_in_the_morning(desk: Desk) -> None:
    await interested(desk)
    await moved(desk, Stage.APPLIED)
    desk.clock.moment = datetime(2026, 11, 30, 21, 30, tzinfo=UTC)
    assert await heard(desk, JADE) == []
    desk.clock.moment = datetime(2026, 12, 1, 8, 59, tzinfo=UTC)
    assert await heard(desk, JADE) == []
    desk.clock.moment = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    assert len(await heard(desk, JADE)) == 1


async def test_whoever_joins_later_gets_their_adviser_and_a_day(desk: Desk) -> None:
    await interested(desk, STRANGER)
    assert await heard(desk, STRANGER) == []
    async with desk.store.reading() as connection:
        priya = await people.actor(connection, PRIYA)
    await desk.enrol(STRANGER, "Kai Odell", Role.YOUNG_PERSON, adviser_id=priya.id)
    assert "They will talk to you by Wednesday" in (await heard(desk, STRANGER))[0]
    assert await heard(desk, PRIYA) == []
    async with desk.store.reading() as connection:
        found = await interests.get(connection, 1)
    assert found is not None
    assert found.next_at == NOW + timedelta(days=2)


async def test_one_interest_that_can_not_be_read_stops_no_other(desk: Desk) -> None:
    await interested(desk)
    await moved(desk, Stage.APPLIED)
    async with desk.speech() as speech:
        await speech.connection.execute(update(Opportunity).values(help="not json"))
    desk.clock.pass_(7 * DAY)
    assert await heard(desk, JADE) == []
    async with desk.speech() as speech:
        await speech.connection.execute(update(Opportunity).values(help="[]"))
    assert len(await heard(desk, JADE)) == 1


async def test_whoever_moved_it_on_before_joining_is_followed_up_from_then_on(desk: Desk) -> None:
    await interested(desk, STRANGER)
    async with desk.speech() as speech:
        found, by = await interests.get(speech.connection, 1), await people.actor(speech.connection, STRANGER)
        assert found is not None
        await following.move(speech, desk.service.council, found, Stage.APPLIED, by)
    async with desk.store.reading() as connection:
        priya = await people.actor(connection, PRIYA)
    await desk.enrol(STRANGER, "Kai Odell", Role.YOUNG_PERSON, adviser_id=priya.id)
    await interest.tick(desk.service)
    desk.clock.pass_(15 * DAY)
    assert (await heard(desk, PRIYA))[0].startswith("Due: KO, Chef")


async def test_whoever_joins_on_the_day_of_a_card_hears_nothing_of_it_and_their_adviser_does(desk: Desk) -> None:
    await interested(desk, STRANGER)
    async with desk.speech() as speech:
        priya = await people.actor(speech.connection, PRIYA)
        speech.call("sendMessage", STRANGER, {"text": "You matter."}, lane=Lane.CRISIS)
        await speech.keep()
    await desk.enrol(STRANGER, "Kai Odell", Role.YOUNG_PERSON, adviser_id=priya.id)
    async with desk.store.reading() as connection:
        before = set(await connection.scalars(select(Outbox.id)))
    assert await heard(desk, STRANGER) == []
    async with desk.store.reading() as connection:
        told = await connection.scalars(select(Outbox.chat_id).where(Outbox.id.not_in(before)))
        assert PRIYA in set(told)
