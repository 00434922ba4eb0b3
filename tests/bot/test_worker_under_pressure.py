"""Handling when things go wrong at the worst moment: floods, repeated reads, poison, a full disk, a lost race."""

import asyncio
import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from sqlalchemy import text

from bot.inbox import read
from bot.message import plain
from bot.models import InboxState
from bot.store import inbox
from bot.store.engine import TURN_KEY, Store
from bot.store.inbox import Waiting
from bot.turn import Turn
from bot.worker import Worker
from tests.bot.test_inbox import said
from tests.bot.test_worker import Idle, echo, finished, put, said_texts, sorry, states, working
from tests.conftest import NOW, VAULT
from tests.fakes import MovableClock

CANARY = "my words are mine"


def waiting(number: int, chat_id: int = 7) -> Waiting:
    received = read(said(number, chat_id, str(number)))
    return Waiting(received.update_id, received.chat_id, received.person_id, received.body, 0, NOW)


async def test_an_update_that_is_read_again_while_it_is_being_finished_is_handled_once(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, original = sqlite_store, sqlite_store.reading
    worker = Worker(store, MovableClock(), echo, sorry, Idle())

    @asynccontextmanager
    async def slow_to_close() -> AsyncIterator[object]:
        async with original() as connection:
            yield connection
        async with asyncio.timeout(5):
            while worker._known or worker._serving:
                await asyncio.sleep(0.001)

    worker._behind = worker._from_before = False
    await put(store, said(1, text="once"))
    worker.offer([waiting(1)])
    worker._serve()
    monkeypatch.setattr(store, "reading", slow_to_close)
    await worker._catch_up()
    assert not worker._queues


async def test_an_update_that_was_done_before_leaves_no_second_effect(sqlite_store: Store) -> None:
    await put(sqlite_store, said(1, text="hello"), said(2, text="2"))
    async with sqlite_store.transaction() as connection:
        assert await inbox.finish(connection, 1, InboxState.DONE, NOW)
        assert not await inbox.finish(connection, 1, InboxState.QUARANTINED, NOW)
    worker = Worker(sqlite_store, MovableClock(), echo, sorry, Idle())
    worker._enqueue([waiting(1), waiting(2)])
    running = asyncio.create_task(worker.run())
    await finished(sqlite_store, 2)
    worker.stop()
    await running
    assert [what for _, what in await said_texts(sqlite_store)] == ["2"]
    assert set((await states(sqlite_store)).values()) == {InboxState.DONE}


async def test_a_flood_from_one_chat_makes_no_other_chat_wait_for_its_end(store: Store) -> None:
    flood, others = 200, waiting(200, chat_id=2)

    async def others_come_later(turn: Turn) -> None:
        await echo(turn)
        if turn.update.update_id == 5:
            worker._enqueue([others])

    worker = Worker(store, MovableClock(), others_come_later, sorry, Idle())
    worker._from_before = worker._behind = False
    await put(store, *(said(number, 1, str(number)) for number in range(flood)), said(flood, 2, "help"))
    worker._read_at = math.inf
    worker._enqueue([waiting(number, chat_id=1) for number in range(flood)])
    running = asyncio.create_task(worker.run())
    await finished(store, flood + 1)
    worker.stop()
    await running
    told = await said_texts(store)
    assert [chat for chat, _ in told].index(2) < 40
    assert [int(what) for chat, what in told if chat == 1] == list(range(flood))


async def test_an_update_whose_apology_cannot_be_stored_is_set_aside_without_one(store: Store) -> None:
    async def too_large(turn: Turn) -> None:
        turn.say(10**30, plain("sorry"))

    async def fails(turn: Turn) -> None:
        if turn.update.update_id == 1:
            raise RuntimeError
        await echo(turn)

    await put(store, said(1), said(2, text="fine"))
    worker = Worker(store, MovableClock(), fails, too_large, Idle())
    running = asyncio.create_task(worker.run())
    await finished(store, 2)
    worker.stop()
    await running
    assert await states(store) == {1: InboxState.QUARANTINED, 2: InboxState.DONE}
    assert await said_texts(store) == [(7, "fine")]


async def test_a_full_disk_stops_nothing_for_good_and_counts_against_no_update(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.TROUBLE_SECONDS", 0.01)
    store, failed = sqlite_store, asyncio.Event()

    async def limit(pages: int) -> None:
        async with store.transaction() as connection:
            await connection.execute(text(f"PRAGMA max_page_count = {pages}"))

    async def long_winded(turn: Turn) -> None:
        for _ in range(30):
            turn.say(7, plain("x" * 3900))
        failed.set()

    await put(store, *(said(number, number) for number in range(1, 4)))
    await limit(1)
    worker = Worker(store, MovableClock(), long_winded, sorry, Idle())
    worker._from_before = False
    running = asyncio.create_task(worker.run())
    await failed.wait()
    assert set((await states(store)).values()) == {InboxState.WAITING}
    await limit(1_000_000)
    await finished(store, 3)
    worker.stop()
    await running
    async with store.reading() as connection:
        assert await connection.scalar(text("PRAGMA integrity_check")) == "ok"
        assert await connection.scalar(text("SELECT sum(attempts) FROM inbox")) == 0
    assert len(await said_texts(store)) == 90


async def test_a_file_that_another_program_has_locked_is_waited_for(
    sqlite_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.TROUBLE_SECONDS", 0.01)
    monkeypatch.setattr("bot.store.sqlite.LOCKED_SECONDS", 0.02)
    other = Store(sqlite_store.url.render_as_string(), VAULT)
    await put(sqlite_store, said(1), said(2, 8))
    troubles: list[Exception] = []
    original = Worker._trouble

    async def noted(self: Worker, error: Exception) -> bool:
        troubles.append(error)
        return await original(self, error)

    monkeypatch.setattr(Worker, "_trouble", noted)
    async with working(sqlite_store):
        async with other.transaction():
            async with asyncio.timeout(10):
                while len(troubles) < 3:
                    await asyncio.sleep(0.01)
            assert set((await states(sqlite_store)).values()) == {InboxState.WAITING}
        await finished(sqlite_store, 2)
    await other.close()


async def test_whatever_breaks_nobodys_words_are_logged(
    store: Store, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.worker.TROUBLE_SECONDS", 0.01)
    broken = [1, 1]

    async def fails(turn: Turn) -> None:
        raise RuntimeError(turn.body["message"]["text"])

    original = inbox.count_attempt

    async def counting_breaks_too(*given: object) -> int:
        if broken:
            broken.pop()
            raise RuntimeError(CANARY)
        return await original(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(inbox, "count_attempt", counting_breaks_too)
    caplog.set_level("DEBUG")
    async with working(store, fails) as worker:
        await put(store, said(1, text=CANARY))
        worker.offer([])
        await finished(store, 1)
    assert CANARY not in caplog.text
    assert "RuntimeError" in caplog.text or "stumbled" in caplog.text


async def test_an_earlier_update_of_the_chat_goes_first_whichever_process_stored_it(postgresql_store: Store) -> None:
    async with postgresql_store.transaction() as connection:
        await inbox.add(connection, [read(said(1)), read(said(2)), read(said(3, 8))], NOW)
    async with postgresql_store.transaction() as connection:
        assert not await inbox.take(connection, waiting(2))
        assert await inbox.take(connection, waiting(1))
        assert await inbox.take(connection, waiting(3, 8))
        await inbox.finish(connection, 1, InboxState.DONE, NOW)
        assert await inbox.take(connection, waiting(2))


async def test_no_chat_shares_its_lock_with_the_turn_to_talk_to_telegram() -> None:
    assert TURN_KEY > 2**52
