"""Replies that staff send often: the list, changing it, and two taps to send one to somebody who is named."""

from __future__ import annotations

import pytest

from bot.app import Bot
from bot.models import Role
from bot.store import canned, lines
from content.canned import load_canned
from practice.cast import PRIYA
from practice.client import Control
from tests.driver import Phone
from tests.journeys.staffed import settled
from tests.journeys.team import Team, buttons, changed, told


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    made = await Team.gathered(bot, control)
    async with bot._store.transaction() as connection:
        for reply in await canned.all_(connection):
            await canned.remove(connection, reply.id)
        await canned.add(connection, made.clock.now(), "All done", "That is done now.", None)
        await canned.add(connection, made.clock.now(), "Letter", "Send me a photo of it.", None)
    return made


async def open_matter(team: Team, jade: Phone, priya: Phone) -> None:
    await jade.says("/person")
    await jade.hears()
    await told(priya, "JM, number 1")
    await priya.taps("Open")
    await told(priya, "Why:")


async def test_a_reply_is_looked_at_with_its_addressee_before_it_is_sent(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await open_matter(team, jade, priya)
    await priya.taps("Quick reply")
    choice = await told(priya, "Which reply, to JM · 1?")
    assert list(buttons(choice)) == ["All done", "Letter"]
    await priya.taps("Letter")
    preview = await changed(priya, "This goes to JM · 1:")
    assert "Send me a photo of it." in preview["text"]
    assert await jade.hears_nothing_before(tom, "whats the hub")
    await priya.taps("Send", preview)
    assert (await told(jade, "Priya:"))["text"] == "Priya: Send me a photo of it."
    assert "Sent to JM · 1." in (await changed(priya, "Sent to"))["text"]
    async with team.bot._store.reading() as connection:
        assert [line.body for line in await lines.page(connection, 1)] == ["Send me a photo of it."]


async def test_a_reply_that_somebody_changed_meanwhile_is_not_sent(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await open_matter(team, jade, priya)
    await priya.taps("Quick reply")
    await told(priya, "Which reply")
    await priya.taps("Letter")
    preview = await changed(priya, "This goes to")
    async with team.bot._store.transaction() as connection:
        letter = next(reply for reply in await canned.all_(connection) if reply.title == "Letter")
        await canned.change(connection, team.clock.now(), letter.id, "Letter", "Something else.", 1)
    await priya.taps("Send", preview)
    assert "changed that reply" in str(await priya.alert())
    assert await jade.hears_nothing_before(tom, "whats the hub")


async def test_the_list_is_added_to_changed_and_shortened(team: Team, priya: Phone) -> None:
    assert await priya.asks("/canned add Ring = Can I ring you?\nWhen is good?") == "Added: Ring"
    assert "there is a reply called ring already" in (await priya.asks("/canned add RING = x")).lower()
    assert await priya.asks("/canned add no words") == "Please write it like this: /canned add Title = words"
    await priya.says("/canned")
    assert list(buttons(await told(priya, "Replies you send often"))) == ["All done", "Letter", "Ring"]
    await priya.taps("Ring")
    shown = await changed(priya, "Can I ring you?")
    assert shown["text"] == "Ring\n\nCan I ring you?\nWhen is good?"
    await priya.taps("Change", shown)
    how = (await changed(priya, "Please write it"))["text"]
    number = how.split("/canned change ")[1].split()[0]
    assert await priya.asks(f"/canned change {number} Phone = Ring you when?") == "Changed: Phone"
    assert await priya.asks("/canned change 999 Phone = x") == "There is no reply number 999. /canned shows them all."
    await priya.asks(f"/canned delete {number}")
    await priya.taps("Yes, delete")
    assert (await changed(priya, "Deleted"))["text"] == "Deleted: Phone"
    async with team.bot._store.reading() as connection:
        assert [reply.title for reply in await canned.all_(connection)] == ["All done", "Letter"]


async def test_somebody_without_the_role_sees_no_list(team: Team, jade: Phone, priya: Phone) -> None:
    assert "can't do that here" in await jade.asks("/canned add Mine = haha")
    await team.role(PRIYA, Role.ADVISER, given=False)
    assert "can't do that here" in await priya.asks("/canned")


async def test_the_first_replies_are_put_in_once(team: Team) -> None:
    replies = [(reply.title, reply.words) for reply in load_canned()]
    async with team.bot._store.transaction() as connection:
        assert await canned.seed(connection, team.clock.now(), replies) == 0
        for reply in await canned.all_(connection):
            await canned.remove(connection, reply.id)
        added = await canned.seed(connection, team.clock.now(), replies)
        assert added in (0, len(replies))  # the start of the bot may have put them in before
        for reply in await canned.all_(connection):
            await canned.remove(connection, reply.id)
        assert await canned.seed(connection, team.clock.now(), replies) == 0
    await settled(team.bot, team.control)
