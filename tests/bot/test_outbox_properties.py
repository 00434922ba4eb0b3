"""Whatever Telegram answers, in whatever order: nothing is lost silently, nothing is doubled outside "unknown"."""

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.delivery import Delivery
from bot.errors import Gone, NotSent, Refused, TooMany, Unclear
from bot.models import Lane, Outbox, OutboxState
from bot.store import outbox, schema
from bot.store.engine import Store, TelegramTurn
from bot.store.outbox import Outgoing
from tests.conftest import NOW, VAULT
from tests.fakes import MovableClock, ScriptedTelegram

FINAL = {OutboxState.DELIVERED, OutboxState.UNREACHABLE, OutboxState.REFUSED, OutboxState.UNKNOWN}
ANSWERS = st.sampled_from(["yes", "yes", "yes", "not sent", "too many", "gone", "refused", "lost", "unclear"])
MESSAGES = st.lists(st.tuples(st.integers(1, 4), st.sampled_from(list(Lane))), min_size=1, max_size=12)


class Fickle(ScriptedTelegram):
    """Answers as the drawn list says, and remembers what it really carried out."""

    def __init__(self, answers: list[str]) -> None:
        super().__init__()
        self.answers = answers
        self.carried_out: list[tuple[int, str]] = []

    async def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, *, wait: float | None = None, files: Any = None
    ) -> Any:
        await asyncio.sleep(0)
        given = dict(parameters or {})
        answer = self.answers.pop(0) if self.answers else "yes"
        if answer in ("yes", "lost"):
            self.carried_out.append((given["chat_id"], given["text"].split("\n")[0]))
        failures = {
            "not sent": NotSent("no line"), "too many": TooMany(1), "gone": Gone("blocked"), "refused": Refused("bad"),
            "lost": Unclear("line broke"), "unclear": Unclear("502"),
        }  # fmt: skip
        if answer in failures:
            raise failures[answer]
        return {"message_id": 1}


async def run(messages: list[tuple[int, Lane]], answers: list[str], folder: str) -> tuple[list[Any], Fickle]:
    store = Store(f"sqlite:///{Path(folder)}/b.sqlite3".replace("sqlite://", "sqlite+inloop://"), VAULT)
    await schema.prepare(store, NOW)
    async with store.transaction() as connection:
        rows = [Outgoing(lane, chat, "sendMessage", {"text": f"m{n}"}) for n, (chat, lane) in enumerate(messages)]
        await outbox.add(connection, rows, NOW)
    telegram, clock = Fickle(answers), MovableClock()
    delivery = Delivery(TelegramTurn(store), telegram, clock, per_second=1000, in_flight=4)
    running = asyncio.create_task(delivery.run())
    async with asyncio.timeout(20):
        while True:
            async with store.reading() as connection:
                found = list(await connection.execute(select(Outbox.__table__).order_by(Outbox.id)))
            if all(row.state in FINAL for row in found):
                break
            clock.pass_(60)
            for held in (delivery._pace._held, delivery._pace._told_to_wait, delivery._pace._last):
                held.clear()
            delivery._pace._recent.clear()
            delivery.wake(1)
            await asyncio.sleep(0.002)
    delivery.stop()
    await running
    await store.close()
    return found, telegram


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(messages=MESSAGES, answers=st.lists(ANSWERS, max_size=30))
async def test_every_message_ends_in_a_state_that_tells_the_truth(
    messages: list[tuple[int, Lane]], answers: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        rows, telegram = await run(messages, answers, folder)
    times = Counter(text for _, text in telegram.carried_out)
    for number, row in enumerate(rows):
        seen = times[f"m{number}"]
        assert seen <= 1 + row.unknowns
        assert row.state != OutboxState.DELIVERED or seen >= 1
        assert row.state not in (OutboxState.UNREACHABLE, OutboxState.REFUSED) or seen <= row.unknowns


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chats=st.lists(st.integers(1, 3), min_size=1, max_size=12), answers=st.lists(st.sampled_from(["yes", "not sent", "too many"]), max_size=20))  # fmt: skip
async def test_as_long_as_nothing_is_unclear_each_chat_reads_its_replies_once_and_in_order(
    chats: list[int], answers: list[str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _, telegram = await run([(chat, Lane.REPLY) for chat in chats], answers, folder)
    expected = defaultdict(list)
    for number, chat in enumerate(chats):
        expected[chat].append(f"m{number}")
    read = defaultdict(list)
    for chat, text in telegram.carried_out:
        read[chat].append(text)
    assert read == expected
