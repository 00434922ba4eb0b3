"""What a restart must not forget, and what steady traffic must not starve."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import OperationalError

from bot.delivery import Delivery
from bot.models import Inbox, Lane, Outbox, OutboxState
from bot.pace import GROUP_AT_MOST
from bot.store import outbox
from bot.store.engine import Store, TelegramTurn
from bot.turn import Turn
from tests.bot.test_delivery import hello, put, rows, sending, settled, until
from tests.bot.test_inbox import said
from tests.bot.test_worker import echo, working
from tests.bot.test_worker import put as put_updates
from tests.conftest import NOW
from tests.fakes import MovableClock, ScriptedTelegram


async def test_a_restart_in_trouble_takes_up_what_was_cut_off_as_soon_as_it_can(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.TROUBLE_SECONDS", 0.01)
    await put(store, hello(lane=Lane.CRISIS))
    async with store.transaction() as connection:
        await connection.execute(update(Outbox).values(state=OutboxState.SENDING))
    real, troubles = outbox.interrupted, [1, 1]

    async def locked(connection: Any) -> Any:
        if troubles:
            troubles.pop()
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return await real(connection)

    monkeypatch.setattr(outbox, "interrupted", locked)
    clock, telegram = MovableClock(), ScriptedTelegram()
    async with sending(store, telegram, clock) as delivery:

        async def recovered() -> bool:
            return all(row.state != OutboxState.SENDING for row in await rows(store))

        await until(recovered)
        clock.pass_(60)
        delivery.wake(1)
        delivery._pace._last.clear()
        await until(lambda: settled(store))
    assert len(telegram.calls) == 1


async def test_what_is_due_later_goes_out_under_steady_traffic_too(store: Store) -> None:
    clock, telegram = MovableClock(), ScriptedTelegram()
    async with sending(store, telegram, clock) as delivery:
        await until(lambda: settled(store))
        await put(store, hello())
        while not await settled(store):
            delivery._woken.set()
            await asyncio.sleep(0.01)
    assert telegram.texts() == ["Hello"]


async def test_a_groups_twenty_a_minute_are_remembered_over_a_restart(store: Store) -> None:
    await put(store, *(hello(-5, text=f"m{n}") for n in range(GROUP_AT_MOST + 1)))
    async with store.transaction() as connection:
        await connection.execute(
            update(Outbox).where(Outbox.id <= GROUP_AT_MOST).values(state=OutboxState.DELIVERED, finished_at=NOW)
        )
    telegram = ScriptedTelegram()
    async with sending(store, telegram) as delivery:
        await put(store, hello(7, text="to somebody else"))
        delivery.wake(1)

        async def other_done() -> bool:
            return bool((await rows(store))[-1].state == OutboxState.DELIVERED)

        await until(other_done)
        assert delivery._pace.chat_free_at(-5, 0.0) > 0
    assert telegram.texts() == ["to somebody else"]


async def test_after_a_start_one_suspect_is_counted_at_a_time(store: Store) -> None:
    release, handling = asyncio.Event(), asyncio.Event()

    async def slow(turn: Turn) -> None:
        handling.set()
        await release.wait()
        await echo(turn)

    await put_updates(store, *(said(number, chat_id=number) for number in range(1, 9)))
    async with working(store, slow):
        await handling.wait()
        async with store.reading() as connection:
            attempts = [
                row.attempts for row in await connection.execute(select(Inbox.attempts).order_by(Inbox.update_id))
            ]
        release.set()
    assert attempts == [1, 0, 0, 0, 0, 0, 0, 0]


async def test_stopping_writes_down_what_is_under_way(store: Store) -> None:
    answered = asyncio.Event()

    class Slow(ScriptedTelegram):
        async def call(
            self, method: str, parameters: Any = None, *, wait: float | None = None, files: Any = None
        ) -> Any:
            answered.set()
            await asyncio.sleep(0.05)
            return {"message_id": 9}

    await put(store, hello())
    delivery = Delivery(TelegramTurn(store), Slow(), MovableClock(), per_second=1000, in_flight=8)
    running = asyncio.create_task(delivery.run())
    await answered.wait()
    delivery.stop()
    await running
    assert [(row.state, row.message_id) for row in await rows(store)] == [(OutboxState.DELIVERED, 9)]


async def test_a_dead_processes_lock_on_a_chat_counts_against_nobody(postgresql_store: Store) -> None:
    await put_updates(postgresql_store, said(1, chat_id=7))
    async with postgresql_store.transaction() as dead:
        await dead.execute(text("SELECT pg_advisory_xact_lock(7)"))
        async with working(postgresql_store) as worker:
            while not worker._known:
                await asyncio.sleep(0.01)
            while worker._known:
                await asyncio.sleep(0.01)
    async with postgresql_store.reading() as connection:
        row = (await connection.execute(select(Inbox.state, Inbox.attempts))).one()
    assert tuple(row) == ("waiting", 0)
