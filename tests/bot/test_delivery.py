"""Sending, on both databases: what becomes of a message after each thing that Telegram may do."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select, update

from bot.delivery import Delivery
from bot.errors import Gone, Moved, NotSent, Refused, TooMany, Unclear
from bot.models import Chat, Event, Lane, Outbox, OutboxState
from bot.outcome import Hold, Repeat, after_unknown
from bot.store import chats, outbox
from bot.store.engine import Store, TelegramTurn
from bot.store.outbox import Outgoing
from content.texts.delivery import AGAIN, PAGE_AGAIN
from tests.conftest import NOW
from tests.fakes import MovableClock, ScriptedTelegram

Rows = list[Any]


def hello(chat_id: int = 7, lane: Lane = Lane.REPLY, text: str = "Hello") -> Outgoing:
    return Outgoing(lane, chat_id, "sendMessage", {"text": text})


async def put(store: Store, *messages: Outgoing) -> None:
    async with store.transaction() as connection:
        await outbox.add(connection, messages, NOW)


async def rows(store: Store) -> Rows:
    async with store.reading() as connection:
        return list(await connection.execute(select(Outbox.__table__).order_by(Outbox.id)))


@asynccontextmanager
async def sending(
    store: Store, telegram: ScriptedTelegram, clock: MovableClock | None = None
) -> AsyncIterator[Delivery]:
    delivery = Delivery(TelegramTurn(store), telegram, clock or MovableClock(), per_second=1000, in_flight=8)
    running = asyncio.create_task(delivery.run())
    yield delivery
    delivery.stop()
    await running


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(10):
        while not await condition():
            await asyncio.sleep(0.01)


async def settled(store: Store) -> bool:
    return all(row.state not in (OutboxState.WAITING, OutboxState.SENDING) for row in await rows(store))


async def test_a_message_is_marked_before_it_is_sent_and_delivered_after(store: Store) -> None:
    seen: list[str] = []
    telegram = ScriptedTelegram()
    original = telegram.call

    async def call(method: str, parameters: Any = None, *, wait: float | None = None, files: Any = None) -> Any:
        seen.extend(row.state for row in await rows(store))
        return await original(method, parameters, wait=wait, files=files)

    telegram.call = call  # type: ignore[method-assign]
    await put(store, hello())
    async with sending(store, telegram):
        await until(lambda: settled(store))
    assert seen == [OutboxState.SENDING]
    (row,) = await rows(store)
    assert (row.state, row.message_id, row.attempts) == (OutboxState.DELIVERED, 1, 1)
    assert telegram.calls == [("sendMessage", {"text": "Hello", "chat_id": 7})]


@pytest.mark.parametrize(
    ("failure", "state"),
    [
        (Gone("bot was blocked by the user"), OutboxState.UNREACHABLE),
        (Refused("can't parse entities"), OutboxState.REFUSED),
        (Refused("message is not modified"), OutboxState.DELIVERED),
        (Refused("query is too old"), OutboxState.DELIVERED),
    ],
)
async def test_a_lasting_failure_is_written_down_and_not_tried_again(
    store: Store, failure: Exception, state: OutboxState
) -> None:
    telegram = ScriptedTelegram(script=lambda m, p: failure)
    await put(store, hello())
    async with sending(store, telegram):
        await until(lambda: settled(store))
    (row,) = await rows(store)
    assert row.state == state
    assert len(telegram.calls) == 1


async def test_whoever_blocked_the_bot_is_noted_as_unreachable_with_the_reason(store: Store) -> None:
    await put(store, hello())
    async with sending(store, ScriptedTelegram(script=lambda m, p: Gone("bot was blocked by the user"))):
        await until(lambda: settled(store))
    async with store.reading() as connection:
        chat = (await connection.execute(select(Chat.__table__))).one()
        event = (await connection.execute(select(Event.__table__))).one()
    assert (chat.chat_id, chat.reachable, chat.reason) == (7, False, "bot was blocked by the user")
    assert (event.noun, event.verb) == ("chat", "lost")


@pytest.mark.parametrize("failure", [NotSent("no line"), TooMany(4)])
async def test_what_surely_was_not_carried_out_is_tried_again_until_it_is(store: Store, failure: Exception) -> None:
    clock, answers = MovableClock(), [failure, {"message_id": 5}]
    telegram = ScriptedTelegram(script=lambda m, p: answers.pop(0))
    await put(store, hello())
    async with sending(store, telegram, clock) as delivery:

        async def waits() -> bool:
            (row,) = await rows(store)
            return bool(row.state == OutboxState.WAITING and row.attempts == 1)

        await until(waits)
        clock.pass_(60)
        delivery._pace._held.clear()
        delivery._pace._told_to_wait.clear()
        delivery.wake(1)
        await until(lambda: settled(store))
    (row,) = await rows(store)
    assert (row.state, row.unknowns) == (OutboxState.DELIVERED, 0)
    assert telegram.texts() == ["Hello", "Hello"]


@pytest.mark.parametrize("lane", [Lane.CRISIS, Lane.PAGE, Lane.REPLY, Lane.NOTICE])
async def test_an_unclear_message_of_an_upper_lane_is_sent_again_with_a_note(store: Store, lane: Lane) -> None:
    clock, answers = MovableClock(), [Unclear("line broke"), {"message_id": 5}]
    telegram = ScriptedTelegram(script=lambda m, p: answers.pop(0))
    await put(store, hello(lane=lane))
    async with sending(store, telegram, clock) as delivery:

        async def waits() -> bool:
            (row,) = await rows(store)
            return bool(row.state == OutboxState.WAITING and row.unknowns == 1)

        await until(waits)
        clock.pass_(60)
        delivery._pace._last.clear()
        delivery.wake(1)
        await until(lambda: settled(store))
    note = PAGE_AGAIN if lane is Lane.PAGE else AGAIN
    assert telegram.texts() == ["Hello", f"Hello\n\n{note}"]
    (row,) = await rows(store)
    assert (row.state, row.unknowns) == (OutboxState.DELIVERED, 1)


async def test_an_unclear_broadcast_is_held_as_unknown_until_staff_release_it(store: Store) -> None:
    telegram = ScriptedTelegram(script=lambda m, p: Unclear("502"))
    await put(store, hello(lane=Lane.BROADCAST))
    async with sending(store, telegram):
        await until(lambda: settled(store))
    (row,) = await rows(store)
    assert row.state == OutboxState.UNKNOWN
    assert len(telegram.calls) == 1
    async with store.transaction() as connection:
        assert await outbox.release_held(connection, Lane.BROADCAST, NOW) == 1
    telegram.script = lambda m, p: {"message_id": 9}
    async with sending(store, telegram):
        await until(lambda: settled(store))
    assert (await rows(store))[0].state == OutboxState.DELIVERED


@pytest.mark.parametrize(
    ("lane", "unknowns", "what"),
    [
        (Lane.CRISIS, 1, Repeat(3)),
        (Lane.CRISIS, 2, Hold()),
        (Lane.PAGE, 9, Repeat(15)),
        (Lane.REPLY, 1, Repeat(3)),
        (Lane.REPLY, 2, Hold()),
        (Lane.NOTICE, 1, Repeat(3)),
        (Lane.BROADCAST, 1, Hold()),
    ],
)
def test_the_policy_for_an_unknown_depends_on_the_lane(lane: Lane, unknowns: int, what: Repeat | Hold) -> None:
    assert after_unknown(lane, "sendMessage", unknowns) == what


async def test_what_was_being_sent_when_the_process_died_is_unknown_and_follows_its_policy(store: Store) -> None:
    await put(store, hello(1, Lane.BROADCAST), hello(2, Lane.CRISIS))
    async with store.transaction() as connection:
        await connection.execute(update(Outbox).values(state=OutboxState.SENDING))
    clock, telegram = MovableClock(), ScriptedTelegram()
    async with sending(store, telegram, clock) as delivery:

        async def recovered() -> bool:
            return all(row.state != OutboxState.SENDING for row in await rows(store))

        await until(recovered)
        clock.pass_(5)
        delivery.wake(1)
        await until(lambda: settled(store))
    assert [row.state for row in await rows(store)] == [OutboxState.UNKNOWN, OutboxState.DELIVERED]
    assert telegram.texts() == [f"Hello\n\n{AGAIN}"]


async def test_a_group_that_moved_is_rewritten_everywhere_and_the_message_sent_again(store: Store) -> None:
    async with store.transaction() as connection:
        await chats.heard_from(connection, -5, "group", NOW)
    await put(store, hello(-5), hello(-5, text="Second"))
    telegram = ScriptedTelegram(script=lambda m, p: Moved(-1005) if p["chat_id"] == -5 else {"message_id": 2})
    async with sending(store, telegram) as delivery:

        async def one_done() -> bool:
            return any(row.state == OutboxState.DELIVERED for row in await rows(store))

        await until(one_done)
        delivery._pace._last.clear()
        delivery._pace._groups.clear()
        delivery.wake(1)
        await until(lambda: settled(store))
    assert [(row.chat_id, row.state) for row in await rows(store)] == [(-1005, OutboxState.DELIVERED)] * 2
    assert telegram.texts(-1005) == ["Hello", "Second"]
    async with store.reading() as connection:
        assert await chats.is_reachable(connection, -1005)
        assert await chats.is_reachable(connection, -5) is None


async def test_a_crisis_goes_before_everything_that_was_there_first(store: Store) -> None:
    await put(store, *(hello(chat, Lane.BROADCAST, "news") for chat in range(1, 40)), hello(99, Lane.CRISIS, "card"))
    telegram = ScriptedTelegram()
    async with sending(store, telegram):
        await until(lambda: settled(store))
    assert telegram.texts()[0] == "card"


async def test_messages_to_one_chat_keep_their_order_even_when_the_line_was_down(store: Store) -> None:
    clock, down = MovableClock(), [True]
    telegram = ScriptedTelegram(script=lambda m, p: NotSent("no line") if down[0] else {"message_id": 1})
    await put(store, hello(text="first"), hello(text="second"))
    async with sending(store, telegram, clock) as delivery:

        async def tried() -> bool:
            return bool(telegram.calls)

        await until(tried)
        down[0] = False
        telegram.calls.clear()
        while not await settled(store):
            clock.pass_(60)
            delivery._pace._held.clear()
            delivery._pace._last.clear()
            delivery.wake(1)
            await asyncio.sleep(0.01)
    assert telegram.texts() == ["first", "second"]


async def test_never_more_than_the_limit_is_under_way(store: Store) -> None:
    under_way, most = 0, 0

    class Slow(ScriptedTelegram):
        async def call(
            self, method: str, parameters: Any = None, *, wait: float | None = None, files: Any = None
        ) -> Any:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            for _ in range(20):
                await asyncio.sleep(0)
            under_way -= 1
            return {"message_id": 1}

    await put(store, *(hello(chat) for chat in range(1, 60)))
    async with sending(store, Slow()):
        await until(lambda: settled(store))
    assert most <= 8
