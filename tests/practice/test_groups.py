"""Groups: what the bot hears there, and what it is told when things change."""

from __future__ import annotations

from typing import Any

import pytest

from practice.client import Control
from practice.errors import Mistake
from tests.practice.cast import BOT, JADE, KAI, PRIYA, TOM

HERE = "@compass_practice_bot"


async def heard(control: Control, group: int, text: str, **more: Any) -> bool:
    said = await control.say(JADE, text, chat=group, **more)
    assert bool(said["update_ids"]) == said["message"]["bot_sees"]
    return bool(said["update_ids"])


@pytest.mark.parametrize(
    ("text", "wrote_last", "expected"),
    [
        ("hello all", True, False),
        (f"hello {HERE}", True, False),
        (f"/help{HERE}", False, True),
        (f"/help{HERE.upper()} now", False, True),
        ("/help@another_bot", True, False),
        ("/help", True, True),
        ("/help", False, False),
        ("please /help", True, False),
    ],
)
async def test_in_privacy_mode_the_bot_hears_what_is_meant_for_it(
    control: Control, lounge: int, text: str, wrote_last: bool, expected: bool
) -> None:
    await control.as_bot("sendMessage", chat_id=lounge, text="hi")
    if not wrote_last:
        await control.say(PRIYA, "something else", chat=lounge)
    assert await heard(control, lounge, text) is expected


async def test_in_privacy_mode_the_bot_hears_replies_to_itself_only(control: Control, lounge: int) -> None:
    mine = (await control.as_bot("sendMessage", chat_id=lounge, text="hi")).result["message_id"]
    theirs = (await control.say(PRIYA, "hi", chat=lounge))["message"]["message_id"]
    assert await heard(control, lounge, "thanks", reply_to=mine)
    assert not await heard(control, lounge, "thanks", reply_to=theirs)


@pytest.mark.parametrize("way", ["privacy off", "administrator"])
async def test_without_privacy_mode_or_as_administrator_it_hears_everything(
    control: Control, lounge: int, way: str
) -> None:
    assert not await heard(control, lounge, "hello all")
    if way == "privacy off":
        await control.privacy(False)
    else:
        await control.bot(lounge, PRIYA, "administrator")
    assert await heard(control, lounge, "hello all")
    said = (await control.say(JADE, "again", chat=lounge))["message"]["message_id"]
    assert (await control.edit(JADE, said, "again and again", chat=lounge))["update_ids"]


async def test_an_edit_of_what_the_bot_never_saw_stays_unseen(control: Control, lounge: int) -> None:
    said = (await control.say(JADE, "hello", chat=lounge))["message"]["message_id"]
    assert (await control.edit(JADE, said, "hello all", chat=lounge))["update_ids"] == []


async def test_outside_the_group_it_hears_nothing(control: Control, lounge: int) -> None:
    await control.privacy(False)
    await control.bot(lounge, PRIYA, "kicked")
    assert not await heard(control, lounge, f"/help{HERE}")


async def updates(control: Control) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await control.as_bot("getUpdates")).result
    return found


async def test_the_bot_is_told_when_it_is_removed_and_added(control: Control, lounge: int) -> None:
    await control.bot(lounge, PRIYA, "kicked")
    await control.bot(lounge, PRIYA, "member")
    left, removed, added, welcome = await updates(control)
    assert left["message"]["left_chat_member"]["id"] == BOT
    assert removed["my_chat_member"]["new_chat_member"]["status"] == "kicked"
    assert added["my_chat_member"]["old_chat_member"]["status"] == "kicked"
    assert welcome["message"]["new_chat_members"][0]["id"] == BOT


async def test_the_bot_is_told_of_its_rights(control: Control, lounge: int) -> None:
    await control.bot(lounge, PRIYA, "administrator", can_pin_messages=True)
    member = (await updates(control))[0]["my_chat_member"]["new_chat_member"]
    assert (member["status"], member["can_pin_messages"], member["can_invite_users"]) == ("administrator", True, False)


@pytest.mark.parametrize(("act", "statuses"), [("block", ("member", "kicked")), ("unblock", ("kicked", "member"))])
async def test_the_bot_is_told_when_it_is_blocked_and_unblocked(
    control: Control, act: str, statuses: tuple[str, str]
) -> None:
    if act == "unblock":
        await control.block(JADE)
    await getattr(control, act)(JADE)
    changed = (await updates(control))[-1]["my_chat_member"]
    assert changed["chat"]["type"] == "private"
    assert (changed["old_chat_member"]["status"], changed["new_chat_member"]["status"]) == statuses


async def test_comings_and_goings_are_service_messages_that_the_bot_hears(control: Control, lounge: int) -> None:
    await control.leave(JADE, lounge)
    await control.join(TOM, lounge)
    gone, come = await updates(control)
    assert gone["message"]["left_chat_member"]["id"] == JADE
    assert come["message"]["new_chat_members"][0]["id"] == TOM
    with pytest.raises(Mistake, match="Jade is not in this group"):
        await control.say(JADE, "still here?", chat=lounge)


async def test_migration_is_told_on_both_sides(control: Control, lounge: int) -> None:
    new = await control.migrate(lounge)
    old_side, new_side = (update["message"] for update in await updates(control))
    assert (old_side["chat"]["id"], old_side["migrate_to_chat_id"]) == (lounge, new)
    assert (new_side["chat"]["id"], new_side["migrate_from_chat_id"]) == (new, lounge)
    assert new_side["chat"]["type"] == "supergroup"
    assert str(new).startswith("-100")
    with pytest.raises(Mistake, match="became the supergroup"):
        await control.say(JADE, "hello", chat=lounge)


async def test_a_request_to_join_opens_a_short_time_to_write(control: Control, forum: int) -> None:
    made = await control.as_bot("createChatInviteLink", chat_id=forum, creates_join_request=True)
    await control.join(KAI, forum, made.result["invite_link"])
    asked = (await updates(control))[-1]["chat_join_request"]
    assert asked["user_chat_id"] == KAI
    assert (await control.as_bot("sendMessage", chat_id=KAI, text="Hello")).code == 200
    await control.advance(301)
    assert (await control.as_bot("sendMessage", chat_id=KAI, text="Hello")).code == 403
    assert (await control.as_bot("approveChatJoinRequest", chat_id=forum, user_id=KAI)).result is True
    assert (await control.as_bot("getChatMember", chat_id=forum, user_id=KAI)).result["status"] == "member"


async def test_in_a_topic_a_message_quotes_its_opening(control: Control, forum: int) -> None:
    topic = (await control.as_bot("createForumTopic", chat_id=forum, name="Housing")).result["message_thread_id"]
    message = (await control.say(JADE, "hello", chat=forum, thread=topic))["message"]
    assert (message["message_thread_id"], message["is_topic_message"]) == (topic, True)
    assert message["reply_to_message"]["forum_topic_created"]["name"] == "Housing"
    await control.bot(forum, PRIYA, "member")
    assert not await heard(control, forum, "hello", thread=topic)


async def test_supergroups_number_their_messages_themselves(control: Control, forum: int) -> None:
    await control.say(JADE, "a")
    before = (await control.say(JADE, "b", chat=forum))["message"]["message_id"]
    await control.say(JADE, "c")
    assert (await control.say(JADE, "d", chat=forum))["message"]["message_id"] == before + 1
