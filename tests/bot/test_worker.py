"""Handling, on both databases: in order, exactly once, and one bad update stops nothing."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from bot.inbox import read
from bot.message import plain
from bot.models import Event, Inbox, InboxState, Lane, Outbox
from bot.store import events, inbox
from bot.store.engine import Store
from bot.store.outbox import Due, Outgoing
from bot.turn import Turn
from bot.worker import STARTS, Unreadable, Worker
from tests.bot.test_inbox import said
from tests.conftest import NOW, VAULT
from tests.fakes import MovableClock

POISON = " ".join(["poison", "secret", "words"])


class Idle:
    """A delivery that leaves everything in the outbox."""

    def takes_at_once(self, message: Outgoing) -> bool:
        return False

    def send(self, rows: Sequence[Due]) -> None:
        assert not rows

    def give_up(self) -> None:
        pass

    def wake(self, messages: int) -> None:
        pass


Handle = Callable[[Turn], Awaitable[None]]


async def put(store: Store, *updates: dict[str, Any]) -> None:
    async with store.transaction() as connection:
        await inbox.add(connection, [read(update) for update in updates], NOW)


async def echo(turn: Turn) -> None:
    turn.say(turn.body["message"]["chat"]["id"], plain(turn.body["message"]["text"]))


async def sorry(turn: Turn) -> None:
    turn.say(turn.body["message"]["chat"]["id"], plain("sorry"), lane=Lane.CRISIS)


@asynccontextmanager
async def working(store: Store, handle: Handle = echo) -> AsyncIterator[Worker]:
    worker = Worker(store, MovableClock(), handle, sorry, Idle())
    running = asyncio.create_task(worker.run())
    yield worker
    worker.stop()
    await running


async def states(store: Store) -> dict[int, str]:
    async with store.reading() as connection:
        return {row.update_id: row.state for row in await connection.execute(select(Inbox.update_id, Inbox.state))}


async def said_texts(store: Store) -> list[tuple[int, str]]:
    async with store.reading() as connection:
        rows = await connection.execute(select(Outbox.id, Outbox.chat_id, Outbox.payload).order_by(Outbox.id))
        return [(row.chat_id, VAULT.open_json(row.payload, "outbox", "payload", row.id)["text"]) for row in rows]


async def finished(store: Store, count: int) -> None:
    async with asyncio.timeout(15):
        while sum(state != InboxState.WAITING for state in (await states(store)).values()) < count:
            await asyncio.sleep(0.01)


async def test_what_is_said_and_the_done_mark_are_stored_together(store: Store) -> None:
    await put(store, said(1, text="hello"))
    async with working(store):
        await finished(store, 1)
    assert await states(store) == {1: InboxState.DONE}
    assert await said_texts(store) == [(7, "hello")]


async def test_each_chat_is_served_in_order_and_chats_side_by_side(store: Store) -> None:
    release = asyncio.Event()

    async def slow_for_one(turn: Turn) -> None:
        if turn.body["message"]["chat"]["id"] == 1 and not store.is_sqlite:
            await release.wait()
        await echo(turn)

    async with working(store, slow_for_one) as worker:
        await put(store, said(900, text="900"))
        await finished(store, 1)
        await put(store, *(said(number, chat_id=number % 3 + 1, text=str(number)) for number in range(30)))
        worker.offer([])
        if not store.is_sqlite:
            await finished(store, 21)
            release.set()
        await finished(store, 31)
    for chat in (1, 2, 3):
        numbers = [int(text) for to, text in await said_texts(store) if to == chat]
        assert numbers == sorted(numbers)
        assert len(numbers) == 10


async def test_an_update_that_fails_three_times_is_set_aside_told_about_and_stops_nothing(
    store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[int] = []

    async def fails(turn: Turn) -> None:
        if turn.body["message"]["text"] == POISON:
            await events.add(turn.connection, NOW, "half", 1, "done")
            turn.say(7, plain("half an answer"))
            tries.append(1)
            raise RuntimeError(POISON)
        await echo(turn)

    await put(store, said(1, text=POISON), said(2, text="fine"))
    async with working(store, fails):
        await finished(store, 2)
    assert len(tries) == 3
    assert await states(store) == {1: InboxState.QUARANTINED, 2: InboxState.DONE}
    assert await said_texts(store) == [(7, "sorry"), (7, "fine")]
    async with store.reading() as connection:
        verbs = [(row.noun, row.verb) for row in await connection.execute(select(Event.noun, Event.verb))]
    assert verbs == [("update", "set aside")]
    assert "secret words" not in caplog.text


async def test_what_cannot_be_parsed_is_set_aside_at_once(store: Store) -> None:
    tries: list[int] = []

    async def cannot(turn: Turn) -> None:
        tries.append(1)
        raise Unreadable("it can't be parsed (KeyError)")

    await put(store, said(1))
    async with working(store, cannot):
        await finished(store, 1)
    assert len(tries) == 1
    assert await states(store) == {1: InboxState.QUARANTINED}


async def test_a_database_that_fails_for_a_moment_counts_against_no_update(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.TROUBLE_SECONDS", 0.01)
    troubles = [1] * 5

    async def troubled(turn: Turn) -> None:
        if troubles:
            troubles.pop()
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        await echo(turn)

    await put(store, said(1))
    async with working(store, troubled):
        await finished(store, 1)
    assert await states(store) == {1: InboxState.DONE}
    assert await said_texts(store) == [(7, "hello")]


async def test_what_ends_the_bot_again_and_again_is_set_aside_at_the_next_start(store: Store) -> None:
    await put(store, said(1))
    async with store.transaction() as connection:
        for _ in range(STARTS):
            await inbox.count_attempt(connection, 1, "the bot ended while handling")
    async with working(store):
        await finished(store, 1)
    assert await states(store) == {1: InboxState.QUARANTINED}
    assert await said_texts(store) == [(7, "sorry")]


async def test_two_processes_on_one_database_handle_each_update_once_and_keep_the_order(
    postgresql_store: Store,
) -> None:
    other = Store(postgresql_store.url.render_as_string(hide_password=False), VAULT)
    await put(postgresql_store, *(said(number, chat_id=number % 5 + 1, text=str(number)) for number in range(60)))
    async with working(postgresql_store), working(other):
        await finished(postgresql_store, 60)
    await other.close()
    told = await said_texts(postgresql_store)
    assert sorted(int(text) for _, text in told) == list(range(60))
    for chat in range(1, 6):
        numbers = [int(text) for to, text in told if to == chat]
        assert numbers == sorted(numbers)
