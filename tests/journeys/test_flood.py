"""A flood of messages from one person silence nobody, themselves least of all."""

from __future__ import annotations

import pytest

from bot.app import Bot
from practice.cast import JADE, PRIYA
from practice.client import Control
from tests.driver import Phone
from tests.journeys.staffed import settled
from tests.journeys.team import Team, told

MANY = 120


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    return await Team.gathered(bot, control)


async def test_danger_in_the_middle_of_a_flood_has_its_card_and_is_told_while_others_are_answered(
    bot: Bot, team: Team, kai: Phone, control: Control
) -> None:
    for number in range(MANY):
        await control.say(JADE, "i want to kill myself" if number == MANY // 2 else f"ok {number}")
    await kai.says("do i have to pay council tax")
    await told(kai, "council tax")
    await settled(bot, control)
    sent = [call.params for call in await control.calls("sendMessage")]
    assert sum("116 123" in str(one["text"]) for one in sent if one["chat_id"] == JADE) == 1
    assert sum("JM" in str(one["text"]) for one in sent if one["chat_id"] == PRIYA) == 1
