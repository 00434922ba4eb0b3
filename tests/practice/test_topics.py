"""Topics of a forum, opened, closed and deleted by the bot or by people; and who comes into a group."""

from __future__ import annotations

from typing import Any

import pytest

from practice.client import Control
from practice.errors import Mistake
from tests.practice.cast import BOT, JADE, PRIYA, TOM
from tests.practice.test_refusals import refused


async def updates(control: Control) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await control.as_bot("getUpdates")).result
    return found


async def opened(control: Control, forum: int, name: str = "Housing") -> int:
    return int((await control.as_bot("createForumTopic", chat_id=forum, name=name)).result["message_thread_id"])


async def test_into_a_deleted_topic_nothing_can_be_sent(control: Control, forum: int) -> None:
    for delete in ("the bot", "a person"):
        topic = await opened(control, forum)
        there = {"chat_id": forum, "message_thread_id": topic}
        assert (await control.as_bot("sendMessage", **there, text="hello")).code == 200
        if delete == "the bot":
            assert (await control.as_bot("deleteForumTopic", **there)).result is True
        else:
            await control.delete_topic(forum, topic)
        assert not [m for m in await control.messages(forum) if m.get("message_thread_id") == topic]
        for method, more in (
            ("sendMessage", {"text": "x"}),
            ("closeForumTopic", {}),
            ("sendChatAction", {"action": "typing"}),
        ):
            answer = await control.as_bot(method, **there, **more)
            assert refused(answer, 400, "Bad Request: message thread not found")


async def test_deleting_a_topic_needs_the_right_to_delete_messages(control: Control, forum: int) -> None:
    topic = await opened(control, forum)
    await control.bot(forum, PRIYA, "administrator", can_manage_topics=True)
    answer = await control.as_bot("deleteForumTopic", chat_id=forum, message_thread_id=topic)
    assert refused(answer, 400, "Bad Request: not enough rights to delete the topic")


async def test_a_bot_may_close_its_own_topic_but_not_another_ones_without_the_right(
    control: Control, forum: int
) -> None:
    mine, theirs = await opened(control, forum), await control.topic(forum, "Rota")
    await control.bot(forum, PRIYA, "administrator", can_pin_messages=True)
    assert (await control.as_bot("closeForumTopic", chat_id=forum, message_thread_id=mine)).result is True
    answer = await control.as_bot("closeForumTopic", chat_id=forum, message_thread_id=theirs)
    assert refused(answer, 400, "Bad Request: not enough rights to close or open the topic")
    answer = await control.as_bot("sendMessage", chat_id=forum, message_thread_id=mine, text="x")
    assert refused(answer, 400, "Bad Request: TOPIC_CLOSED")


async def test_what_people_do_with_topics_the_bot_hears_as_service_messages(control: Control) -> None:
    team = await control.group("Duty team", [PRIYA, TOM], "supergroup", forum=True, bot=True)
    await control.as_bot("getUpdates", offset=-1)
    topic = await control.topic(team, "Rota", TOM)
    await control.close_topic(team, topic)
    await control.close_topic(team, topic, closed=False)
    await control.delete_topic(team, topic)
    heard = [update["message"] for update in (await updates(control))[1:]]
    kinds = ["forum_topic_created", "forum_topic_closed", "forum_topic_reopened"]
    assert [kind in message for kind, message in zip(kinds, heard, strict=True)] == [True] * 3
    assert {message["message_thread_id"] for message in heard} == {topic}
    assert heard[0]["from"]["id"] == TOM


async def test_in_a_closed_topic_only_those_write_who_look_after_the_group(control: Control, forum: int) -> None:
    topic = await control.topic(forum, "Rota")
    await control.close_topic(forum, topic)
    assert (await control.say(PRIYA, "still here", chat=forum, thread=topic))["message"]["message_thread_id"] == topic
    with pytest.raises(Mistake, match="topic is closed"):
        await control.say(JADE, "me too", chat=forum, thread=topic)


async def test_a_reply_stays_in_its_topic(control: Control, forum: int) -> None:
    topic = await opened(control, forum)
    asked = await control.as_bot("sendMessage", chat_id=forum, message_thread_id=topic, text="Who has it?")
    said = (await control.say(JADE, "me", chat=forum, reply_to=asked.result["message_id"]))["message"]
    assert said["message_thread_id"] == topic


# Coming in


@pytest.mark.parametrize("administrator", [False, True])
async def test_a_stranger_who_is_brought_in_is_announced(control: Control, lounge: int, administrator: bool) -> None:
    await control.as_bot("getUpdates", allowed_updates=["message", "chat_member"])
    if administrator:
        await control.bot(lounge, PRIYA, "administrator")
    stranger = await control.stranger_joins(lounge, "Zed", by=PRIYA)
    *changed, come = await updates(control)
    assert (come["message"]["from"]["id"], come["message"]["new_chat_members"][0]["id"]) == (PRIYA, stranger)
    assert [update["chat_member"]["new_chat_member"]["user"]["id"] for update in changed] == [stranger] * administrator
    assert (await control.say(stranger, "/help@compass_practice_bot", chat=lounge))["update_ids"]


async def test_only_members_bring_others_in(control: Control, lounge: int) -> None:
    with pytest.raises(Mistake, match="Tom is not in the group"):
        await control.stranger_joins(lounge, "Zed", by=TOM)


async def test_strangers_never_take_the_id_of_somebody_else(control: Control) -> None:
    ids = [await control.person("Zed") for _ in range(50)]
    assert len({*ids, BOT, JADE}) == 52


async def test_a_bot_that_left_is_out(control: Control, lounge: int) -> None:
    assert (await control.as_bot("leaveChat", chat_id=lounge)).result is True
    answer = await control.as_bot("sendMessage", chat_id=lounge, text="x")
    assert refused(answer, 403, "Forbidden: bot is not a member of the group chat")
    assert (await updates(control))[-1]["my_chat_member"]["new_chat_member"]["status"] == "left"
