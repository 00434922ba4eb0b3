"""getUpdates: what is confirmed is forgotten, what is not comes again."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from practice.client import Control, Stand
from practice.updates import KINDS, Updates
from tests.practice.cast import JADE, PRIYA


async def ids(control: Control, **params: Any) -> list[int]:
    return [update["update_id"] for update in (await control.as_bot("getUpdates", **params)).result]


async def say(control: Control, times: int) -> None:
    for number in range(times):
        await control.say(JADE, f"message {number}")


async def test_updates_come_again_until_the_offset_confirms_them(control: Control) -> None:
    await say(control, 3)
    assert await ids(control) == [1000, 1001, 1002]
    assert await ids(control) == [1000, 1001, 1002]
    assert await ids(control, offset=1002) == [1002]
    assert await ids(control, offset=1) == [1002]
    assert await control.pending() == {"pending": 1, "confirmed_up_to": 1001, "expired": 0}


async def test_a_negative_offset_forgets_all_but_the_newest(control: Control) -> None:
    await say(control, 5)
    assert await ids(control, offset=-2) == [1003, 1004]
    assert await ids(control) == [1003, 1004]
    assert await ids(control, offset=-9) == [1003, 1004]


@pytest.mark.parametrize(("limit", "given"), [(1, 1), (100, 100), (500, 100), (0, 100)])
async def test_a_batch_is_one_to_a_hundred(control: Control, limit: int, given: int) -> None:
    await say(control, 101)
    assert len(await ids(control, limit=limit)) == given


async def test_a_long_poll_ends_when_somebody_writes(control: Control) -> None:
    waiting = asyncio.create_task(ids(control, timeout=30))
    await until_awake(control)
    await control.say(JADE, "hello")
    assert await waiting == [1000]


async def until_awake(control: Control) -> None:
    """Wait until a long poll is seen to be under way: only then does the page call the bot awake."""
    world = await control.world()
    if not world["bot"]["awake"]:
        async for event in control.stream(world["version"]):
            if event["kind"] == "awake":
                return


async def test_a_second_poll_ends_the_first_with_a_conflict(control: Control) -> None:
    first = asyncio.create_task(control.as_bot("getUpdates", timeout=30))
    await until_awake(control)
    second = asyncio.create_task(control.as_bot("getUpdates", timeout=30))
    ended = await first
    assert ended.code == 409
    assert ended.description == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    await control.say(JADE, "hello")
    assert len((await second).result) == 1


async def test_while_a_webhook_is_set_nobody_can_poll(control: Control) -> None:
    waiting = asyncio.create_task(control.as_bot("getUpdates", timeout=30))
    await until_awake(control)
    await control.as_bot("setWebhook", url="http://127.0.0.1:9/")
    assert (await waiting).description == "Conflict: terminated by setWebhook request"
    answer = await control.as_bot("getUpdates")
    assert (answer.code, answer.description) == (
        409,
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    )
    await control.as_bot("deleteWebhook")
    assert (await control.as_bot("getUpdates")).code == 200


async def test_the_kinds_asked_for_stick_until_others_are_asked_for(control: Control) -> None:
    await control.as_bot("getUpdates", allowed_updates=["callback_query"])
    assert (await control.say(JADE, "unheard"))["update_ids"] == []
    assert await ids(control) == []
    await control.as_bot("getUpdates", allowed_updates=[])
    assert (await control.say(JADE, "heard"))["update_ids"] == [1000]


async def test_reactions_and_memberships_come_only_when_asked_for(control: Control, forum: int) -> None:
    said = (await control.say(JADE, "hi", chat=forum))["message"]["message_id"]
    assert (await control.react(JADE, said, "👍", chat=forum))["update_ids"] == []
    await control.as_bot("getUpdates", allowed_updates=["message_reaction", "chat_member"])
    assert len((await control.react(JADE, said, "", chat=forum))["update_ids"]) == 1
    assert len((await control.leave(JADE, forum))["update_ids"]) == 1


async def test_asked_for_they_still_come_to_administrators_only(control: Control, lounge: int) -> None:
    await control.as_bot("getUpdates", allowed_updates=["message_reaction", "chat_member"])
    said = (await control.say(JADE, "hi", chat=lounge))["message"]["message_id"]
    assert (await control.react(PRIYA, said, "👍", chat=lounge))["update_ids"] == []
    assert (await control.leave(JADE, lounge))["update_ids"] == []


async def test_what_waits_for_more_than_a_day_is_lost(control: Control) -> None:
    await control.say(JADE, "yesterday")
    await control.advance(24 * 3600 + 5)
    await control.say(JADE, "today")
    assert await ids(control) == [1001]
    assert (await control.pending())["expired"] == 1


async def test_a_later_start_counts_on_from_above() -> None:
    async with Stand() as stand:
        first = (await stand.control.say(JADE, "one"))["update_ids"][0]
    assert first > 1_700_000_000


async def test_a_raw_update_is_delivered_as_it_is(control: Control) -> None:
    poll = {"poll": {"id": "1"}, "surprise": [1]}
    assert await control.update(poll) == 1000
    assert (await control.as_bot("getUpdates")).result == [{"update_id": 1000, **poll}]


async def test_the_log_holds_the_ids_of_what_was_fetched(control: Control) -> None:
    await say(control, 2)
    await control.as_bot("getUpdates")
    assert (await control.calls("getUpdates"))[-1].result == [1000, 1001]


def test_an_unknown_kind_is_not_remembered() -> None:
    updates = Updates(1)
    updates.allow(["message", "from_the_future"])
    assert updates.allowed == {"message"}
    assert updates.add("poll", {}, at=0.0) is None
    assert set(KINDS) > updates.allowed
