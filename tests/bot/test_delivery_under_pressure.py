"""Sending when things go wrong at the worst moment: nothing spins, nothing overtakes, nothing is left at "sending"."""

import asyncio
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlalchemy.exc import OperationalError

from bot.delivery import Delivery
from bot.errors import NotSent, TooMany
from bot.models import Lane, Outbox, OutboxState
from bot.pace import Pace
from bot.store import outbox
from bot.store.engine import Store, TelegramTurn
from bot.store.outbox import Outcome
from tests.bot.test_delivery import hello, put, rows, sending, settled, until
from tests.conftest import NOW
from tests.fakes import MovableClock, ScriptedTelegram


class Hanging(ScriptedTelegram):
    """Answers when it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.release = asyncio.Event()
        self.begun = asyncio.Event()

    async def call(self, method: str, parameters: Any = None, *, wait: float | None = None, files: Any = None) -> Any:
        self.begun.set()
        await self.release.wait()
        return await super().call(method, parameters, wait=wait)


def looks(store: Store) -> list[str]:
    """Every look into the outbox from now on."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        if given[2].startswith("SELECT outbox"):
            seen.append(given[2])

    event.listen(store.engine.sync_engine, "before_cursor_execute", note)
    return seen


async def rounds(number: int) -> None:
    """Let everything else run for so many short pauses of the loop."""
    for _ in range(number):
        await asyncio.sleep(0.002)


async def test_while_an_answer_is_awaited_the_outbox_is_not_asked_again_and_again(store: Store) -> None:
    telegram = Hanging()
    await put(store, hello(text="first"), hello(text="second"))
    async with sending(store, telegram):
        await telegram.begun.wait()
        seen = looks(store)
        await rounds(100)
        assert len(seen) <= 3
        telegram.release.set()
        await until(lambda: settled(store))


async def test_a_long_row_of_replies_to_one_chat_does_not_keep_the_bot_busy(store: Store) -> None:
    await put(store, *(hello(text=str(number)) for number in range(40)))
    telegram = ScriptedTelegram()
    async with sending(store, telegram):
        await until(lambda: _asked(telegram))
        seen = looks(store)
        await rounds(100)
        assert len(seen) <= 8


async def test_a_broadcast_that_must_wait_does_not_keep_the_bot_busy(store: Store) -> None:
    await put(store, *(hello(chat, Lane.BROADCAST) for chat in range(1, 40)))
    telegram = ScriptedTelegram(script=lambda m, p: TooMany(30))
    async with sending(store, telegram):
        await until(lambda: _asked(telegram, 3))
        await rounds(10)
        seen = looks(store)
        await rounds(100)
        assert len(seen) <= 4


async def _asked(telegram: ScriptedTelegram, times: int = 1) -> bool:
    return len(telegram.calls) >= times


def test_when_every_place_is_taken_the_next_chance_is_after_an_answer() -> None:
    pace = Pace(1)
    pace.started(5.0)
    assert pace.free_at(Lane.REPLY, 7, 5.0) == float("inf")
    pace.ended(7, 6.0)
    assert 7.0 <= pace.free_at(Lane.REPLY, 8, 6.0) < 7.1


async def test_what_is_promised_while_the_bot_ends_is_still_sent_and_written_down(sqlite_store: Store) -> None:
    telegram, turn = ScriptedTelegram(), TelegramTurn(sqlite_store)
    delivery = Delivery(turn, telegram, MovableClock(), per_second=1000, in_flight=8)
    running = asyncio.create_task(delivery.run())
    async with asyncio.timeout(5):
        while delivery._expected:
            await asyncio.sleep(0.001)
    message = hello()
    async with sqlite_store.transaction() as connection:
        assert delivery.takes_at_once(message)
        row = await outbox.add_sending(connection, message, NOW, None)
        delivery.stop()
        await rounds(5)
        assert not running.done()
    delivery.send([row])
    await running
    assert [r.state for r in await rows(sqlite_store)] == [OutboxState.DELIVERED]


async def test_nothing_is_sent_at_once_past_a_message_that_is_tried_again_later(sqlite_store: Store) -> None:
    answers: list[Any] = [NotSent("no line")]
    telegram, clock = (
        ScriptedTelegram(script=lambda m, p: answers.pop(0) if answers else {"message_id": 1}),
        MovableClock(),
    )
    await put(sqlite_store, hello(text="first"))
    async with sending(sqlite_store, telegram, clock) as delivery:

        async def waits() -> bool:
            (row,) = await rows(sqlite_store)
            return bool(row.state == OutboxState.WAITING and row.attempts == 1 and not delivery._expected)

        await until(waits)
        delivery._pace._held.clear()
        delivery._pace._last.clear()
        assert not delivery.takes_at_once(hello(text="second"))
        assert delivery.takes_at_once(hello(8, text="somebody else"))
        delivery.give_up()
        clock.pass_(60)
        delivery.wake(1)
        await until(lambda: settled(sqlite_store))
        assert not delivery._owed


@pytest.mark.parametrize("moment", ["interrupted", "due", "record"])
async def test_database_trouble_at_any_moment_leaves_nothing_at_sending(
    store: Store, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    monkeypatch.setattr("bot.delivery.TROUBLE_SECONDS", 0.01)
    troubles, original = [1, 1], getattr(outbox, moment)

    async def troubled(*given: Any) -> Any:
        if troubles:
            troubles.pop()
            raise OperationalError("SELECT", {}, Exception("database is locked"))
        return await original(*given)

    monkeypatch.setattr(outbox, moment, troubled)
    await put(store, hello(1, Lane.BROADCAST), hello(2))
    async with store.transaction() as connection:
        await connection.execute(update(Outbox).where(Outbox.chat_id == 1).values(state=OutboxState.SENDING))
    telegram = ScriptedTelegram()
    async with sending(store, telegram):
        await until(lambda: settled(store))
    assert [row.state for row in await rows(store)] == [OutboxState.UNKNOWN, OutboxState.DELIVERED]
    assert telegram.texts() == ["Hello"]


async def test_trouble_in_the_last_moment_loses_no_outcome(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.delivery.TROUBLE_SECONDS", 0.01)
    telegram, original, troubles = Hanging(), outbox.record, [1]

    async def troubled(*given: Any) -> None:
        if troubles:
            troubles.pop()
            raise OperationalError("UPDATE", {}, Exception("database is locked"))
        await original(*given)

    monkeypatch.setattr(outbox, "record", troubled)
    await put(store, hello())
    if not store.is_sqlite:
        troubles.clear()  # trouble on the session of the turn ends the turn, see test_turn
    async with sending(store, telegram) as delivery:
        await telegram.begun.wait()
        delivery.stop()
        telegram.release.set()
    assert [row.state for row in await rows(store)] == [OutboxState.DELIVERED]


async def test_waiting_for_the_database_counts_neither_as_pace_nor_as_a_free_place(sqlite_store: Store) -> None:
    telegram = Hanging()
    delivery = Delivery(TelegramTurn(sqlite_store), telegram, MovableClock(), per_second=1000, in_flight=2)
    await delivery._turn.take()
    await delivery._recover()
    await put(sqlite_store, hello(1), hello(2), hello(3))
    async with sqlite_store.transaction() as connection:
        delivery._expected = 0
        promised = [hello(8), hello(9)]
        assert all(map(delivery.takes_at_once, promised))
        at_once = [await outbox.add_sending(connection, message, NOW, None) for message in promised]
        delivery._expected = 1
        stepping = asyncio.create_task(delivery._step())
        await rounds(3)
    delivery.send(at_once)
    await telegram.begun.wait()
    await rounds(5)
    assert len(delivery._in_flight) == 2
    telegram.release.set()
    await stepping
    delivery.stop()
    await delivery.run()


async def test_a_clock_that_is_put_back_holds_up_no_new_message(store: Store) -> None:
    clock = MovableClock()
    clock.pass_(-3600)
    await put(store, hello())
    async with sending(store, ScriptedTelegram(), clock):
        await until(lambda: settled(store))


async def test_an_outcome_of_an_older_claim_changes_nothing_once_another_process_claimed_the_message(
    store: Store,
) -> None:
    await put(store, hello())
    (row,) = await rows(store)
    async with store.transaction() as connection:
        await outbox.mark_sending(connection, [row.id])
        await connection.execute(update(Outbox).values(state=OutboxState.WAITING))
        await outbox.mark_sending(connection, [row.id])
        await outbox.record(connection, [Outcome(row.id, 2, OutboxState.DELIVERED, finished_at=NOW)])
        await outbox.record(connection, [Outcome(row.id, 1, OutboxState.WAITING, due_at=NOW)])
    assert [r.state for r in await rows(store)] == [OutboxState.DELIVERED]
