"""A duty team's forum: a second window that may break without anybody being lost."""

from __future__ import annotations

from typing import Any

import pytest

from bot.app import Bot
from bot.models import Audience, EscalationState, Role
from bot.store import chats, groups, lines
from practice.cast import NADIA, RUTH, TOM
from practice.client import Control
from scheduler import topic
from tests.driver import Phone
from tests.journeys.staffed import settled
from tests.journeys.team import Team, told

RIGHTS = {"can_manage_topics": True}


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    return await Team.gathered(bot, control)


@pytest.fixture
async def forum(team: Team, control: Control) -> int:
    return await registered(team, control)


async def registered(team: Team, control: Control) -> int:
    """The duty team's group, with topics."""
    chat = await control.group("Duty team", [RUTH, TOM, NADIA], "supergroup", forum=True, bot=True)
    await control.bot(chat, RUTH, "administrator", **RIGHTS)
    await settled(team.bot, control)
    async with team.bot._store.transaction() as connection:
        known = await groups.of_chat(connection, chat)
        group = known or await groups.note(connection, team.clock.now(), chat, "Duty team", RUTH)
        await groups.register(connection, team.clock.now(), group.id, Audience.DUTY, None)
        await groups.set_topics(connection, group.id, True)
    return chat


async def keep_up(team: Team) -> None:
    """The clock's door looks at the forum, and everything is sent."""
    for _ in range(3):
        await topic.tick(team.bot._service)
        await settled(team.bot, team.control)


async def topics_of(team: Team, forum: int) -> list[dict[str, Any]]:
    chat = next(one for one in (await team.control.world())["chats"] if one["id"] == forum)
    return list(chat["topics"])


async def shown(team: Team, forum: int) -> list[str]:
    messages = await team.control.messages(forum)
    return [str(m["text"]) for m in messages if m.get("message_thread_id") and "text" in m and m["from"]["is_bot"]]


async def with_duty(team: Team, kai: Phone, tom: Phone) -> None:
    """Kai, who has not joined, asked for a person; Tom was paged."""
    await kai.says("/person")
    await kai.hears()
    await told(tom, "?, number 1")
    team.clock.pass_(60)
    await kai.says("zork and the flat")
    await told(kai, "added")
    await settled(team.bot, team.control)


async def test_what_stands_with_duty_gets_a_topic_with_every_line_and_a_reply_there_is_sent(
    bot_on_each_database: Bot, control: Control, kai: Phone, tom: Phone
) -> None:
    team = await Team.gathered(bot_on_each_database, control)
    forum = await registered(team, control)
    await with_duty(team, kai, tom)
    await keep_up(team)
    assert [one["name"] for one in await topics_of(team, forum)] == ["? · 1"]
    head, line = await shown(team, forum)
    assert head.startswith("? · 1: asked for a person.")
    assert line == "? · 1\nzork and the flat"
    await keep_up(team)
    assert len(await shown(team, forum)) == 2
    mirrored = next(m for m in await team.control.messages(forum) if m.get("text") == line)
    await team.control.say(TOM, "on my way", chat=forum, reply_to=mirrored["message_id"])
    assert (await told(kai, "on my way"))["text"] == "The duty worker: on my way"
    await settled(team.bot, team.control)
    assert (await shown(team, forum))[-1] == "→ ? · 1"
    standing = await team.standing()
    assert (standing.state, standing.owner_id) == (EscalationState.ACKNOWLEDGED, (await team.person(TOM)).id)
    await kai.says("thank you so much, and what about the deposit")
    await told(tom, "deposit")
    await keep_up(team)
    assert (await shown(team, forum))[-1] == "? · 1\nthank you so much, and what about the deposit"
    private = next(m for m in await team.control.messages(TOM) if "deposit" in str(m.get("text")))
    await tom.says("I ask", reply_to=private["message_id"])
    await told(kai, "I ask")
    await keep_up(team)
    assert (await shown(team, forum))[-1] == "Tom Ashby: I ask"


async def test_words_in_a_topic_that_answer_nobody_are_the_teams_own(
    team: Team, forum: int, kai: Phone, tom: Phone, jade: Phone
) -> None:
    await team.control.privacy(False)
    await with_duty(team, kai, tom)
    await keep_up(team)
    before = await team.control.messages(kai.chat)
    (thread,) = [one["id"] for one in await topics_of(team, forum)]
    own = await team.control.say(TOM, "who takes this one", chat=forum, thread=thread)
    await team.control.say(RUTH, "not me", chat=forum, reply_to=own["message"]["message_id"])
    await settled(team.bot, team.control)
    await jade.asks("whats the hub")
    assert await team.control.messages(kai.chat) == before
    async with team.bot._store.reading() as connection:
        assert [line.body for line in await lines.page(connection, 1)] == ["zork and the flat"]


async def test_only_the_duty_team_answers_there_and_only_while_it_is_dutys(
    team: Team, forum: int, kai: Phone, tom: Phone
) -> None:
    await with_duty(team, kai, tom)
    await keep_up(team)
    before = await team.control.messages(kai.chat)
    line = next(m for m in await team.control.messages(forum) if "zork" in str(m.get("text")))
    await team.control.say(RUTH, "hello from a manager", chat=forum, reply_to=line["message_id"])
    await settled(team.bot, team.control)
    assert (await shown(team, forum))[-1] == "Only the duty team can answer here. Nothing was sent."
    await tom.taps("Open", next(m for m in await team.control.messages(TOM) if "?, number 1" in str(m.get("text"))))
    await told(tom, "Why:")
    await tom.taps("Pass to a colleague")
    await told(tom, "?")
    await tom.taps("Nadia Frost")
    await tom.hears("editMessageText")
    await settled(team.bot, team.control)
    told_kai = await team.control.messages(kai.chat)
    await team.control.say(TOM, "me again", chat=forum, reply_to=line["message_id"])
    await settled(team.bot, team.control)
    assert (await shown(team, forum))[-1] == "Number 1 is with somebody else now. Nothing was sent."
    assert await team.control.messages(kai.chat) == told_kai
    assert before[-1] in told_kai


@pytest.mark.parametrize("how", ["deleted", "closed", "no rights"])
async def test_a_lost_topic_loses_nobody(
    team: Team, forum: int, kai: Phone, tom: Phone, ruth: Phone, control: Control, how: str
) -> None:
    await with_duty(team, kai, tom)
    await keep_up(team)
    (thread,) = [one["id"] for one in await topics_of(team, forum)]
    if how == "deleted":
        await control.delete_topic(forum, thread)
    else:
        await control.bot(forum, RUTH, "administrator" if how == "closed" else "member")
        await control.close_topic(forum, thread)
    await settled(team.bot, control)
    await kai.says("zork again")
    await settled(team.bot, control)
    await keep_up(team)
    lost = (await told(ruth, "can't be used any more"))["text"]
    assert lost.startswith("The topic for ?, number 1,")
    page = next(m for m in await control.messages(TOM) if "?, number 1" in str(m.get("text")))
    await tom.says("I am here", reply_to=page["message_id"])
    assert (await told(kai, "I am here"))["text"] == "The duty worker: I am here"
    await kai.says("good, zork is gone")
    assert (await told(tom, "zork is gone"))["text"] == "? · 1\ngood, zork is gone"
    await keep_up(team)
    alarms = [m for m in await control.messages(RUTH) if "can't be used" in str(m.get("text"))]
    assert len(alarms) == 1
    async with team.bot._store.reading() as connection:
        assert [line.body for line in await lines.page(connection, 1)] == [
            "zork and the flat", "zork again", "I am here", "good, zork is gone",
        ]  # fmt: skip
        assert await chats.is_reachable(connection, forum) is not False
    assert "topic lost" in await team.verbs("escalation", 1)


async def test_a_forum_where_no_topic_can_be_opened_changes_nothing_else(
    team: Team, forum: int, kai: Phone, tom: Phone, ruth: Phone, control: Control
) -> None:
    await control.bot(forum, RUTH, "member")
    await settled(team.bot, control)
    await with_duty(team, kai, tom)
    await keep_up(team)
    await told(ruth, "can't be used any more")
    page = next(m for m in await control.messages(TOM) if "?, number 1" in str(m.get("text")))
    await tom.says("I am here", reply_to=page["message_id"])
    assert (await told(kai, "I am here"))["text"] == "The duty worker: I am here"
    async with team.bot._store.reading() as connection:
        assert await chats.is_reachable(connection, forum) is not False


async def test_without_a_forum_nothing_is_opened(team: Team, kai: Phone, tom: Phone, control: Control) -> None:
    await with_duty(team, kai, tom)
    await keep_up(team)
    assert await control.calls("createForumTopic") == []


async def test_roles_are_asked_anew_in_the_forum_too(team: Team, forum: int, kai: Phone, tom: Phone) -> None:
    await with_duty(team, kai, tom)
    await keep_up(team)
    await team.role(TOM, Role.DUTY, given=False)
    before = await team.control.messages(kai.chat)
    line = next(m for m in await team.control.messages(forum) if "zork" in str(m.get("text")))
    await team.control.say(TOM, "still me", chat=forum, reply_to=line["message_id"])
    await settled(team.bot, team.control)
    assert (await shown(team, forum))[-1] == "Only the duty team can answer here. Nothing was sent."
    assert await team.control.messages(kai.chat) == before
