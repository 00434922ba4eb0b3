"""The first week, the 25th birthday and joiners who stay half in, under time travel on both databases."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import escalating, first_week, membership
from bot.models import EnrolmentState, Kind, Role
from bot.store import chats, escalations, people
from bot.store.engine import Store
from bot.store.people import Actor
from scheduler import enrolment
from tests.conftest import NOW
from tests.joining import JADE, NADIA, PRIYA, RUTH, Joining

HOUR = timedelta(hours=1)


@pytest.fixture
def joining(store: Store) -> Joining:
    return Joining(store)


@pytest.fixture
def on_sqlite(sqlite_store: Store) -> Joining:
    return Joining(sqlite_store)


async def in_their_first_week(joining: Joining) -> Actor:
    """Jade, whom Priya has just confirmed."""
    priya, *_ = await joining.team()
    jade = await joining.comes_in(JADE, priya)
    async with joining.speaking() as speech:
        await first_week.begin(speech, joining.council, joining.library, jade)
    return jade


def steps(joining: Joining) -> list[str]:
    """The numbers of the small messages that came since the last look."""
    return [text[:6] for text in joining.heard(JADE) if " of 5" in text]


async def ticks(joining: Joining, *, hours: int) -> None:
    for _ in range(hours):
        await enrolment.send_first_week(joining.service)
        joining.clock.moment += HOUR


async def test_the_first_comes_at_once_then_one_a_day_between_ten_and_six(joining: Joining) -> None:
    await in_their_first_week(joining)
    assert steps(joining) == ["1 of 5"]
    for number in range(2, 6):
        joining.clock.moment = NOW + timedelta(days=number - 2, hours=1)
        await ticks(joining, hours=22)
        assert steps(joining) == []
        await ticks(joining, hours=2)
        assert steps(joining) == [f"{number} of 5"]
    await ticks(joining, hours=72)
    assert steps(joining) == []


async def test_two_processes_that_tick_at_once_send_each_once(joining: Joining) -> None:
    await in_their_first_week(joining)
    joining.heard(JADE)
    joining.clock.moment = NOW + timedelta(days=1)
    await asyncio.gather(*(enrolment.send_first_week(joining.service) for _ in range(3)))
    assert steps(joining) == ["2 of 5"]


async def test_a_bot_that_was_down_sends_what_is_due_once(on_sqlite: Joining) -> None:
    await in_their_first_week(on_sqlite)
    on_sqlite.heard(JADE)
    on_sqlite.clock.moment = NOW + timedelta(days=9)
    await ticks(on_sqlite, hours=3)
    assert steps(on_sqlite) == ["2 of 5"]


@pytest.mark.parametrize("why", ["stopped", "hidden", "open with a person", "blocked", "left"])
async def test_nothing_cheerful_comes_when_it_is_not_wanted(on_sqlite: Joining, why: str) -> None:
    await in_their_first_week(on_sqlite)
    on_sqlite.heard(JADE)
    tomorrow = NOW + timedelta(days=1)
    async with on_sqlite.speaking() as speech:
        jade = await people.actor(speech.connection, JADE)
        match why:
            case "stopped":
                await people.change(speech.connection, jade.id or 0, stopped_at=NOW)
            case "hidden":
                await people.change(speech.connection, jade.id or 0, quiet_until=tomorrow + 12 * HOUR)
            case "open with a person":
                await escalating.open_(speech, on_sqlite.council, jade, kind=Kind.ASKED)
            case "blocked":
                await chats.lost(speech.connection, JADE, "private", "blocked")
            case _:
                await membership.withdraw(speech, jade)
    on_sqlite.clock.moment = tomorrow
    await enrolment.send_first_week(on_sqlite.service)
    assert steps(on_sqlite) == []


async def test_nothing_cheerful_comes_within_a_day_of_a_safety_card(on_sqlite: Joining) -> None:
    await in_their_first_week(on_sqlite)
    on_sqlite.heard(JADE)
    on_sqlite.clock.moment = NOW + timedelta(hours=5)
    async with on_sqlite.speaking() as speech:
        jade = await people.actor(speech.connection, JADE)
        standing = await escalating.open_(speech, on_sqlite.council, jade, kind=Kind.CONCERN, urgent=True)
        await escalations.change(speech.connection, standing.id, state="resolved")
    for hours, expected in ((24, []), (28, []), (30, ["2 of 5"])):
        on_sqlite.clock.moment = NOW + timedelta(hours=hours)
        await enrolment.send_first_week(on_sqlite.service)
        assert steps(on_sqlite) == expected


async def test_a_welcome_at_night_waits_for_nobody_but_the_rest_waits_for_the_day(on_sqlite: Joining) -> None:
    on_sqlite.clock.moment = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)
    await in_their_first_week(on_sqlite)
    assert steps(on_sqlite) == ["1 of 5"]
    await ticks(on_sqlite, hours=10)
    assert steps(on_sqlite) == []
    await ticks(on_sqlite, hours=2)
    assert steps(on_sqlite) == ["2 of 5"]


# --- turning 25


async def turning(joining: Joining, born_on: date) -> Actor:
    priya, *_ = await joining.team()
    jade = await joining.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON, adviser=priya, born_on=born_on)
    joining.said.clear()
    return jade


async def days(joining: Joining, first: date, last: date) -> list[tuple[date, int, str]]:
    """What was said on each day, an hourly tick at a time."""
    said = []
    day = first
    while day <= last:
        for hour in range(24):
            joining.clock.moment = datetime(day.year, day.month, day.day, hour, 5, tzinfo=UTC)
            await enrolment.mark_birthdays(joining.service)
            said += [(day, chat, text) for chat, text in joining.said]
            joining.said.clear()
        day += timedelta(days=1)
    return said


async def test_the_adviser_hears_a_month_before_and_on_the_day_and_they_hear_one_farewell(joining: Joining) -> None:
    jade = await turning(joining, date(2002, 1, 3))
    said = await days(joining, date(2026, 12, 1), date(2026, 12, 4))
    said += await days(joining, date(2027, 1, 2), date(2027, 1, 5))
    assert [(day, chat) for day, chat, _ in said] == [
        (date(2026, 12, 3), PRIYA), (date(2027, 1, 3), JADE), (date(2027, 1, 3), PRIYA),
    ]  # fmt: skip
    assert f"JM ({jade.id}) turns 25 on Sunday 3 January" in said[0][2]
    assert "You are 25 now" in said[1][2]
    assert (await joining.person(JADE)).is_enrolled


async def test_a_farewell_that_was_missed_is_said_late_and_never_twice(on_sqlite: Joining) -> None:
    await turning(on_sqlite, date(2002, 1, 3))
    said = await days(on_sqlite, date(2027, 1, 9), date(2027, 1, 11))
    assert [(day, chat) for day, chat, _ in said] == [(date(2027, 1, 9), JADE), (date(2027, 1, 9), PRIYA)]


async def test_a_farewell_waits_while_something_is_open_and_is_left_to_the_adviser_in_the_end(
    on_sqlite: Joining,
) -> None:
    jade = await turning(on_sqlite, date(2002, 1, 3))
    async with on_sqlite.speaking() as speech:
        await escalating.open_(speech, on_sqlite.council, jade, kind=Kind.ASKED)
    on_sqlite.said.clear()
    said = await days(on_sqlite, date(2027, 1, 3), date(2027, 1, 18))
    assert [(day, chat) for day, chat, _ in said] == [(date(2027, 1, 17), PRIYA)]
    assert "has not said goodbye" in said[0][2]


async def test_who_turned_messages_off_hears_nothing_and_the_adviser_knows(on_sqlite: Joining) -> None:
    await turning(on_sqlite, date(2002, 1, 3))
    await on_sqlite.change(JADE, stopped_at=NOW)
    said = await days(on_sqlite, date(2027, 1, 3), date(2027, 1, 4))
    assert [(chat, "has not said goodbye" in text) for _, chat, text in said] == [(PRIYA, True)]


async def test_without_an_adviser_the_managers_are_told(on_sqlite: Joining) -> None:
    jade = await turning(on_sqlite, date(2002, 1, 3))
    await on_sqlite.change(JADE, adviser_id=None)
    said = await days(on_sqlite, date(2026, 12, 3), date(2026, 12, 3))
    assert sorted(chat for _, chat, _ in said) == [RUTH, NADIA]
    assert jade.id is not None


# --- joiners


async def test_who_never_answered_is_cut_loose_after_three_days(joining: Joining) -> None:
    priya, *_ = await joining.team()
    await joining.opens(JADE, await joining.invites(priya))
    for hours, there in ((71, True), (73, False)):
        joining.clock.moment = NOW + timedelta(hours=hours)
        await enrolment.settle_joiners(joining.service)
        assert ((await joining.person(JADE)).id is not None) is there


async def test_who_is_not_confirmed_is_asked_about_more_widely_and_let_go_after_two_weeks(joining: Joining) -> None:
    priya, *_ = await joining.team()
    await joining.opens(JADE, await joining.invites(priya))
    await joining.agrees(JADE)
    assert [account for account in (PRIYA, RUTH, NADIA) if joining.heard(account)] == [PRIYA]
    for hours in (20, 25, 26, 50):
        joining.clock.moment = NOW + timedelta(hours=hours)
        await enrolment.settle_joiners(joining.service)
        told = [account for account in (PRIYA, RUTH, NADIA) if joining.heard(account)]
        assert told == ([RUTH, NADIA] if hours == 25 else [])
    joining.clock.moment = NOW + timedelta(days=14, hours=1)
    await enrolment.settle_joiners(joining.service)
    assert (await joining.person(JADE)).id is None
    assert any("has lapsed" in text for text in joining.heard(PRIYA))
    assert any("Nobody said in time" in text for text in joining.heard(JADE))
    async with joining.store.reading() as connection:
        assert len(await people.in_state(connection, EnrolmentState.WITHDRAWN)) == 1
