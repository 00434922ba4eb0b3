"""A manager looks at what the gate found, over HTTP: from the words of danger to the verdict."""

import pytest

from bot.app import Bot
from bot.models import Verdict
from bot.store import reviews
from practice.client import Control
from tests.driver import Phone
from tests.journeys.team import Team, changed, told


@pytest.mark.usefixtures("bot")
async def test_a_false_alarm_is_told_and_the_young_person_sees_that_it_was_read(
    bot: Bot, control: Control, jade: Phone, ruth: Phone
) -> None:
    team = await Team.gathered(bot, control)
    assert "999" in await jade.asks("i want to die")
    await ruth.says("/review")
    shown = await told(ruth, "To look at: 1")
    assert "“i want to die”" in shown["text"]
    await ruth.taps("It missed something", shown)
    await ruth.taps("Back", await changed(ruth, "What did it miss?"))
    await ruth.taps("False alarm", await changed(ruth, "To look at: 1"))
    await changed(ruth, "There is nothing to look at.")
    assert await team.verbs("review", 1) == [Verdict.FALSE_ALARM]
    async with bot._store.reading() as connection:
        assert await reviews.waiting(connection) == 0
    assert "a manager, " in await jade.asks("/mydata")
