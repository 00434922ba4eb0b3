"""/hide: what goes, what can't, and the day of quiet."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import hide
from bot.message import plain
from bot.models import EnrolmentState, InboxState, Lane, Outbox, OutboxState
from bot.reaching import HeldBack, Reached, reach
from bot.store import hide as store_of_hide
from bot.store import inbox, outbox, people
from bot.store.engine import Store
from bot.store.inbox import Received
from bot.store.outbox import Outcome, Outgoing
from bot.store.people import Actor
from bot.turn import Speech
from tests.conftest import NOW

JADE, KAI = 7001, 7002
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def sent(
    connection: AsyncConnection,
    chat: int,
    message_id: int | None,
    at: datetime,
    state: OutboxState = OutboxState.DELIVERED,
    lane: Lane = Lane.REPLY,
) -> int:
    """A message of ours as it stands after sending."""
    await outbox.add(connection, [Outgoing(lane, chat, "sendMessage", {"text": "x"})], at)
    row = int(await connection.scalar(select(Outbox.id).order_by(Outbox.id.desc()).limit(1)) or 0)
    if state is not OutboxState.WAITING:
        await outbox.mark_sending(connection, [row])
    if state not in (OutboxState.WAITING, OutboxState.SENDING):
        await outbox.record(connection, [Outcome(row, 1, state, finished_at=at, message_id=message_id)])
    return row


async def wrote(
    connection: AsyncConnection, update_id: int, chat: int, message_id: int, at: datetime, **more: Any
) -> None:
    """A message of theirs in the inbox, handled."""
    message = {
        "message_id": message_id,
        "date": int(at.timestamp()),
        "chat": {"id": chat, "type": "private"},
        "text": "x",
        **more,
    }
    body = json.dumps({"update_id": update_id, "message": message})
    await inbox.add(connection, [Received(update_id, chat, chat, body)], at)
    await inbox.finish(connection, update_id, InboxState.DONE, at)


def deleted(speech: Speech) -> list[int]:
    calls = [call for call in speech.outgoing if call.method == "deleteMessages"]
    assert all(call.chat_id == JADE and call.lane == Lane.PAGE for call in calls)
    return [number for call in calls for number in call.payload["message_ids"]]


async def hidden(
    connection: AsyncConnection, now: datetime = NOW, up_to: int | None = None, actor: Actor | None = None
) -> Speech:
    speech = Speech(connection, now)
    await hide.hide_chat(speech, actor or Actor(telegram_id=JADE), JADE, up_to)
    return speech


async def test_both_sides_of_the_last_two_days_go_and_nobody_elses(store: Store) -> None:
    async with store.transaction() as connection:
        await sent(connection, JADE, 11, NOW - HOUR)
        await sent(connection, JADE, 12, NOW - 47 * HOUR)
        await sent(connection, KAI, 13, NOW - HOUR)
        await wrote(connection, 1, JADE, 14, NOW - 47 * HOUR)
        await wrote(connection, 2, KAI, 15, NOW - HOUR)
        assert deleted(await hidden(connection)) == [11, 12, 14]


async def test_what_telegram_would_not_delete_is_left_alone_so_that_the_rest_goes(store: Store) -> None:
    async with store.transaction() as connection:
        await sent(connection, JADE, 11, NOW - 48 * HOUR)
        await sent(connection, JADE, 12, NOW - 48 * HOUR + MINUTE)
        await wrote(connection, 1, JADE, 14, NOW - 49 * HOUR)
        await sent(connection, JADE, 15, NOW - MINUTE)
        assert deleted(await hidden(connection)) == [15]


async def test_messages_that_were_answered_or_pressed_are_known_by_that(store: Store) -> None:
    async with store.transaction() as connection:
        answered = {"message_id": 20, "date": int((NOW - HOUR).timestamp())}
        await wrote(connection, 1, JADE, 21, NOW - MINUTE, reply_to_message=answered)
        press = {
            "update_id": 2,
            "callback_query": {
                "from": {"id": JADE},
                "data": "menu",
                "message": answered | {"message_id": 22, "chat": {"id": JADE}},
            },
        }
        await inbox.add(connection, [Received(2, JADE, JADE, json.dumps(press))], NOW)
        assert deleted(await hidden(connection)) == [20, 21, 22]


async def test_what_comes_after_the_command_is_a_new_conversation(store: Store) -> None:
    async with store.transaction() as connection:
        await wrote(connection, 1, JADE, 11, NOW)
        await wrote(connection, 2, JADE, 12, NOW)
        assert deleted(await hidden(connection, up_to=1)) == [11]


async def test_more_than_a_hundred_messages_go_in_several_calls(store: Store) -> None:
    async with store.transaction() as connection:
        for number in range(230):
            await wrote(connection, number, JADE, 1000 + number, NOW)
        speech = await hidden(connection)
        assert [len(call.payload["message_ids"]) for call in speech.outgoing] == [100, 100, 30]


async def test_a_body_that_nobody_can_read_stops_nothing(store: Store) -> None:
    async with store.transaction() as connection:
        for number, body in enumerate(
            ['{"message": []}', "[]", '{"message": {"message_id": "x", "date": 1e99}}', '{"callback_query": {}}']
        ):
            await inbox.add(connection, [Received(number, JADE, JADE, body)], NOW)
        await wrote(connection, 9, JADE, 11, NOW)
        assert deleted(await hidden(connection)) == [11]


async def test_what_waits_is_cancelled_but_for_safety_cards(store: Store) -> None:
    async with store.transaction() as connection:
        reply = await sent(connection, JADE, None, NOW, OutboxState.WAITING)
        card = await sent(connection, JADE, None, NOW, OutboxState.WAITING, Lane.CRISIS)
        other = await sent(connection, KAI, None, NOW, OutboxState.WAITING)
        await hidden(connection)
        states = {row.id: row.state for row in await connection.execute(select(Outbox.id, Outbox.state))}
    assert states == {reply: OutboxState.REFUSED, card: OutboxState.WAITING, other: OutboxState.WAITING}


async def test_a_claim_that_overtook_the_cancelling_still_writes_down_what_it_sent(store: Store) -> None:
    async with store.transaction() as connection:
        row = await sent(connection, JADE, None, NOW - MINUTE, OutboxState.WAITING)
        await hidden(connection)
        await outbox.mark_sending(connection, [row])  # does nothing: the row waits no more, but the call is being made
        await outbox.record(connection, [Outcome(row, 1, OutboxState.DELIVERED, finished_at=NOW, message_id=33)])
        later = Speech(connection, NOW + MINUTE)
        assert await hide.clear_late(later) == 1
        assert deleted(later) == [33]


async def test_what_was_under_way_goes_when_it_lands_and_the_answer_once_it_was_read(store: Store) -> None:
    async with store.transaction() as connection:
        under_way = await sent(connection, JADE, None, NOW - MINUTE, OutboxState.SENDING)
        await hidden(connection)
        await sent(connection, JADE, 40, NOW)  # the answer to /hide
        await sent(connection, JADE, 41, NOW + MINUTE)  # a new conversation
        first = Speech(connection, NOW + MINUTE)
        await hide.clear_late(first)
        assert deleted(first) == []
        await outbox.record(
            connection, [Outcome(under_way, 1, OutboxState.DELIVERED, finished_at=NOW + MINUTE, message_id=39)]
        )
        second = Speech(connection, NOW + 2 * MINUTE)
        await hide.clear_late(second)
        assert deleted(second) == [39]
        third = Speech(connection, NOW + hide.READ_BY)
        await hide.clear_late(third)
        assert deleted(third) == [40]
        fourth = Speech(connection, NOW + 2 * HOUR)
        assert await hide.clear_late(fourth) == 0


async def test_an_answer_that_telegram_takes_late_goes_too(store: Store) -> None:
    async with store.transaction() as connection:
        await hidden(connection)
        answer = await sent(connection, JADE, None, NOW, OutboxState.WAITING)
        await hide.clear_late(Speech(connection, NOW + hide.READ_BY))
        await outbox.mark_sending(connection, [answer])
        await outbox.record(
            connection, [Outcome(answer, 1, OutboxState.DELIVERED, finished_at=NOW + HOUR, message_id=50)]
        )
        later = Speech(connection, NOW + HOUR)
        await hide.clear_late(later)
        assert deleted(later) == [50]


async def test_a_message_that_comes_back_to_wait_is_not_sent_after_all(store: Store) -> None:
    async with store.transaction() as connection:
        row = await sent(connection, JADE, None, NOW - MINUTE, OutboxState.SENDING)
        await hidden(connection)
        await outbox.record(connection, [Outcome(row, 1, OutboxState.WAITING, due_at=NOW + HOUR)])
        await hide.clear_late(Speech(connection, NOW + MINUTE))
        assert await connection.scalar(select(Outbox.state).where(Outbox.id == row)) == OutboxState.REFUSED


async def test_the_note_is_forgotten_after_the_day_of_quiet(store: Store) -> None:
    async with store.transaction() as connection:
        await hidden(connection)
        await hidden(connection, NOW + MINUTE)
        assert len(await store_of_hide.notes(connection)) == 1
        await hide.clear_late(Speech(connection, NOW + MINUTE + hide.QUIET))
        assert await store_of_hide.notes(connection) == []


async def person(connection: AsyncConnection) -> Actor:
    await people.add(connection, NOW, EnrolmentState.ENROLLED, telegram_id=JADE, name="Jade Marlow")
    return await people.actor(connection, JADE)


@pytest.mark.parametrize("joined", [True, False])
async def test_for_a_day_nothing_is_sent_that_no_person_decided_to_send(store: Store, joined: bool) -> None:
    async with store.transaction() as connection:
        actor = await person(connection) if joined else Actor(telegram_id=JADE)
        await hidden(connection, actor=actor)
        for minutes in range(1, 24 * 60, 30):
            speech = Speech(connection, NOW + minutes * MINUTE)
            now_known = await people.actor(connection, JADE)
            for lane in (Lane.REPLY, Lane.NOTICE, Lane.BROADCAST):
                assert await reach(speech, now_known, plain("hello"), lane=lane) == HeldBack("hidden")
            assert speech.outgoing == []
        insisting = Speech(connection, NOW + MINUTE)
        assert await reach(insisting, await people.actor(connection, JADE), plain("hello"), insist=True) == Reached()
        after = Speech(connection, NOW + hide.QUIET)
        assert await reach(after, await people.actor(connection, JADE), plain("hello")) == Reached()
