"""Scenario 3: a broadcast to everybody is going out while people write words of danger: how long until the card is there?"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.drill import ledger
from tests.drill.databases import Database, Message
from tests.drill.receive import START_SECONDS, settled
from tests.drill.send import BROADCAST, Calls
from tests.drill.stage import Tail, our_bot, people, stand_in, until

WORDS = "i want to end my life"
"""Plain enough for any gate; the drill measures time, not finding."""
CARD_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One run; an urgent message comes every `every` seconds while the broadcast lasts."""

    database: str
    broadcast: int = 2_000
    every: float = 0.75
    seed: int = 1


@dataclass(slots=True)
class Result:
    """What a run showed; latencies in seconds."""

    plan: Plan
    urgent: int
    latencies: list[float]
    sending: ledger.Sending
    seconds: float

    def at(self, share: float) -> float:
        """The latency that this share of all cards does not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")

    def broken(self) -> list[str]:
        """Which of the issue's bounds do not hold."""
        checks = (
            (len(self.latencies) == self.urgent, f"{self.urgent - len(self.latencies)} urgent messages got no card"),
            (self.at(0.99) <= CARD_SECONDS, f"a card took {self.at(0.99):.1f} s at p99, not ≤ {CARD_SECONDS:.0f}"),
            (self.sending.earned_429 == 0, f"{self.sending.earned_429} self-inflicted 429"),
            (not self.sending.stuck, f"stuck {len(self.sending.stuck)}"),
        )
        return [f"crisis, {self.plan.database}: {sentence}" for holds, sentence in checks if not holds]


async def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Play one run; `advance` is called for each message that goes out."""
    dice, ids, began = random.Random(plan.seed), people(plan.broadcast), time.monotonic()
    said_at: dict[int, float] = {}
    async with stand_in(folder, ids, limits=True) as stand:
        bot = our_bot(stand, folder, database.address, LOG_LEVEL="WARNING")
        calls = Calls(Tail(folder / "calls.jsonl"), advance)
        with bot:
            bot.start()
            await until(lambda: calls.look() >= 0 and calls.ready, START_SECONDS, "the bot's start", bot)
            database.put([Message(BROADCAST, chat, f"Drill broadcast {n:06d}.") for n, chat in enumerate(ids)])
            writers = iter(dice.sample(ids, len(ids)))
            while calls.look() - len(said_at) < plan.broadcast * 0.97:
                await asyncio.sleep(plan.every * dice.uniform(0.5, 1.5))
                bot.check()
                person, moment = next(writers), time.time()
                answer = await stand.control.say(person, WORDS)
                said_at |= dict.fromkeys(answer["update_ids"], moment)
            await settled(stand.control, database, bot)
            calls.look()
            bot.stop()
    remembered, sends = (
        ledger.read_database(database.address, database.key_file),
        ledger.read_log(folder / "calls.jsonl"),
    )
    latencies = list(ledger.cards(remembered, sends, said_at).values())
    sending = ledger.of_sending(remembered.rows, sends)
    return Result(plan, len(said_at), latencies, sending, time.monotonic() - began)
