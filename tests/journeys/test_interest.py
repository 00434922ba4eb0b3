"""From the button under an opportunity to "still there", over HTTP: the young person, their adviser, the clock."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from bot import press
from bot.app import Bot
from bot.message import plain
from bot.models import Opportunity, OpportunityState, Stage
from bot.store import interests
from practice.cast import JADE
from practice.client import Control
from scheduler import interest
from tests.driver import Phone
from tests.journeys.conftest import lounge_of
from tests.journeys.team import Team, buttons, changed, told

DAY = 86_400


@pytest.fixture
async def team(bot_on_each_database: Bot, control: Control) -> Team:
    made = await Team.gathered(bot_on_each_database, control)
    values = {"kind": "apprenticeship", "title": "Apprentice chef", "who": "The Copper Kettle", "source": "form"}
    async with made.bot._store.transaction() as connection:
        await connection.execute(
            insert(Opportunity).values(id=1, **values, state=OpportunityState.OPEN, made_at=made.clock.now())
        )
    return made


async def offered(team: Team, phone: Phone, chat: int) -> None:
    """The opportunity, as it stands in a chat."""
    async with team.bot._service.speaking() as speech:
        made = press.button(speech.vault, "I'm interested", "interested", 1, chat, speech.now)
        speech.say(chat, plain("Apprentice chef").with_buttons([made]))
    await phone.hears()


async def stage(team: Team) -> Stage:
    async with team.bot._store.reading() as connection:
        found = await interests.get(connection, 1)
    assert found is not None
    return found.stage


async def test_from_interested_to_still_there_after_thirteen_weeks(team: Team, jade: Phone, priya: Phone) -> None:
    await offered(team, jade, JADE)
    await jade.taps("I'm interested")
    answer = await told(jade, "Good that you asked")
    assert "Priya Nair will talk to you about it by Wednesday" in answer["text"]
    page = await told(priya, "JM is interested in: Apprentice chef")
    await priya.taps("I talked to them", page)
    assert "Stage: talked to" in (await changed(priya, "From the list"))["text"]

    await jade.says("/applications")
    listed = await told(jade, "What you went for")
    await jade.taps("Apprentice chef", listed)
    card = await changed(jade, "You talked about it")
    await jade.taps("I have an interview", card)
    days = await changed(jade, "Which day is it")
    await jade.taps("Thursday", days)
    await changed(jade, "I've got it: Thursday")
    await told(priya, "JM says: interview")

    team.clock.pass_(2 * DAY)
    await interest.tick(team.bot._service)
    await told(jade, "Your interview is tomorrow")
    team.clock.pass_(2 * DAY)
    await interest.tick(team.bot._service)
    asked = await told(jade, "How did the interview go?")
    await jade.taps("I got it", asked)
    await changed(jade, "Which day do you start?")
    team.clock.pass_(14 * DAY)
    await interest.tick(team.bot._service)
    await jade.taps("I started", await told(jade, "Have you started?"))
    await changed(jade, "You did it")
    for weeks, words in ((4, "four weeks ago"), (9, "three months ago")):
        team.clock.pass_(weeks * 7 * DAY)
        await interest.tick(team.bot._service)
        asked = await told(jade, words)
        assert {"Yes", "No", "I need a hand", "Stop asking me about it"} <= set(buttons(asked))
        await jade.taps("Yes", asked)
        await changed(jade, "That's good to hear")
    assert await stage(team) is Stage.STILL_13_WEEKS
    verbs = await team.verbs("interest", 1)
    assert [verb for verb in verbs if verb in set(Stage)] == [
        "interested", "talked to", "interview", "offered", "started", "still there after 4 weeks",
        "still there after 13 weeks",
    ]  # fmt: skip


async def test_in_the_group_nobody_else_sees_it(
    team: Team, control: Control, jade: Phone, jade_in_the_group: Phone
) -> None:
    group = await lounge_of(control)
    await offered(team, jade_in_the_group, group)
    await jade_in_the_group.taps("I'm interested")
    assert "/applications in our private chat shows more" in str(await jade_in_the_group.alert())
    await told(jade, "Good that you asked")
    shown = await control.messages(group)
    assert not [one for one in shown if "Good that you asked" in str(one.get("text"))]
