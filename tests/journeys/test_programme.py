"""A programme in a file: sent to the bot, looked at, taken over, changed; and a cancellation that everybody reads."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import Bot
from bot.store import forms, series
from practice.cast import RUTH
from practice.client import Control
from tests.driver import Phone
from tests.journeys.team import Team, buttons, changed, told

HALF_WRONG = b"""name,place,when,opens,closes,capacity
Games night,the Hub,every thursday,18:00,20:00,12
Nurse,the Hub,every monday,10am,11:30,
Broken,the Hub,every blursday,10:00,11:00,
Late,the Hub,every monday,25:00,26:00,
"""


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    """The team, once the council's first programme was read."""
    made = await Team.gathered(bot, control)
    async with asyncio.timeout(15):
        while not await names(made):
            await asyncio.sleep(0.02)
    return made


async def names(team: Team) -> set[str]:
    async with team.bot._store.reading() as connection:
        return {one.draft.name for one in await series.all_(connection) if one.is_active}


async def test_the_good_half_of_a_file_is_taken_over_after_a_look_and_not_before(
    team: Team, control: Control, ruth: Phone
) -> None:
    before = await names(team)
    await control.send_file(RUTH, "document", ("autumn.csv", HALF_WRONG))
    await told(ruth, "I am reading the file.")
    preview = await told(ruth, "What is in autumn.csv")
    for words in (
        "2 are new.", "Games night: every Thursday, 18:00 to 20:00, the Hub", "line 4", "line 5",
        "You can take over what I could read", "are not in the file:", "I end nothing",
    ):  # fmt: skip
        assert words in preview["text"]
    assert list(buttons(preview)) == ["Take it over", "Leave it"]
    assert await names(team) == before

    await ruth.taps("Take it over", preview)
    assert "2 new, 0 changed, 0 ended" in (await told(ruth, "Taken over"))["text"]
    assert await names(team) == before | {"Games night", "Nurse"}


async def test_the_same_file_again_changes_nothing_and_another_ends_the_rest_only_if_asked(
    team: Team, control: Control, ruth: Phone
) -> None:
    good = b"\n".join(HALF_WRONG.splitlines()[:3])
    await control.send_file(RUTH, "document", ("autumn.csv", good))
    await ruth.taps("Take it over, end the others", await told(ruth, "What is in"))
    await told(ruth, "Taken over")
    assert await names(team) == {"Games night", "Nurse"}
    await control.send_file(RUTH, "document", ("autumn.csv", good))
    preview = await told(ruth, "What is in")
    assert "2 stay the same." in preview["text"]
    assert list(buttons(preview)) == ["Leave it"]
    await ruth.taps("Leave it", preview)
    assert (await changed(ruth, "Nothing was changed."))["text"] == "Nothing was changed."
    async with team.bot._store.reading() as connection:
        assert await forms.of_person(connection, (await team.person(RUTH)).id, "programme") is None


async def test_a_file_that_is_too_big_or_unreadable_is_answered_in_a_sentence(
    team: Team, control: Control, ruth: Phone
) -> None:
    await control.send_file(RUTH, "document", ("big.csv", b"x" * 1_000_001))
    await told(ruth, "more than 1 MB")
    await control.send_file(RUTH, "document", ("broken.ics", b"\x00\xff"))
    assert "not plain text" in (await told(ruth, "What is in"))["text"]


async def test_a_programme_of_somebody_who_may_not_change_it_is_a_file_for_a_person(
    team: Team, control: Control, tom: Phone, priya: Phone
) -> None:
    before = await names(team)
    await control.send_file(priya.person, "document", ("autumn.csv", HALF_WRONG))
    assert "reading the file" not in (await priya.hears())["text"]
    assert await names(team) == before


async def test_everybody_who_is_coming_reads_why_it_is_cancelled(
    team: Team, control: Control, ruth: Phone, jade: Phone
) -> None:
    await control.send_file(RUTH, "document", ("autumn.csv", b"\n".join(HALF_WRONG.splitlines()[:2])))
    await ruth.taps("Take it over, end the others", await told(ruth, "What is in"))
    await told(ruth, "Taken over")
    await ruth.says("/dropins")
    await ruth.taps("Thu 26, 18:00 Games night", await told(ruth, "Drop-ins that come next"))
    shown = await changed(ruth, "Games night")
    await jade.says("/whatson")
    await jade.taps("Thu 26, 18:00 Games night", await jade.hears("sendPhoto"))
    await jade.taps("I'm coming", await told(jade, "Games night"))
    await told(jade, "You're down for it.")
    await ruth.taps("Cancel it", shown)
    question = await told(ruth, "why is it cancelled?")
    await ruth.says("The heating broke", reply_to=question["message_id"])
    assert "I told 1 person." in (await told(ruth, "Cancelled: Games night"))["text"]
    assert "The heating broke" in (await told(jade, "Cancelled: Games night"))["text"]
