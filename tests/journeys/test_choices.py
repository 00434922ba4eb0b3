"""A young person chooses what comes, over the real Bot API: one mutes the week and gets none on Monday, a friend does."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.app import Bot
from bot.models import Role
from practice.cast import KAI
from practice.client import Control
from scheduler import notice, timetable
from tests import hub
from tests.driver import Phone
from tests.journeys.team import Team, told

MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    team = await Team.gathered(bot, control)
    await team.enrol("Kai Odell", KAI, Role.YOUNG_PERSON)
    async with bot._store.transaction() as connection:
        for weeks in (0, 1):
            await hub.drop_in(connection, MONDAY + timedelta(days=1, hours=4, weeks=weeks))
    return team


async def monday(team: Team, weeks: int = 0) -> None:
    """It is Monday at ten, and the clock does what it does."""
    team.clock.moment = MONDAY + timedelta(weeks=weeks)
    await timetable.tick(team.bot._service)
    await notice.open_times(team.bot._service)
    await notice.tick(team.bot._service)


async def test_whoever_mutes_the_week_gets_none_on_monday_while_a_friend_does(
    team: Team, jade: Phone, kai: Phone
) -> None:
    await timetable.tick(team.bot._service)
    await jade.asks("/interests")
    await jade.taps("What I get")
    screen = await jade.hears("editMessageText")
    await jade.taps("What's on each week", screen)
    assert "What I get" in (await jade.hears("editMessageText"))["text"]
    await kai.asks("/start")

    await monday(team)
    week = await told(kai, "What's on this week")
    assert "Job club" in week["text"]
    assert await jade.hears_nothing_before(kai, "/help")

    await kai.taps("Fewer of these", week)
    asked = await told(kai, "What would you like?")
    await kai.taps("No more", asked)
    assert "I send you no more" in (await kai.hears("editMessageText"))["text"]
    await jade.asks("/interests")
    await jade.taps("What I get")
    await jade.taps("What's on each week", await jade.hears("editMessageText"))
    await jade.hears("editMessageText")

    await monday(team, weeks=1)
    await told(jade, "What's on this week")
    assert await kai.hears_nothing_before(jade, "/help")


async def test_whoever_takes_a_break_gets_none_and_still_gets_an_answer(team: Team, jade: Phone, kai: Phone) -> None:
    await timetable.tick(team.bot._service)
    assert "No news for two weeks." in await jade.asks("/pause")
    paused = jade.last
    await kai.asks("/start")
    await monday(team)
    await told(kai, "What's on this week")
    assert await jade.hears_nothing_before(kai, "/help")
    assert "Hub" in await jade.asks("what is the hub")
    await jade.taps("Go on now", paused)
    assert "You get my news again." in (await jade.hears("editMessageText"))["text"]
    await monday(team, weeks=1)
    await told(jade, "What's on this week")
