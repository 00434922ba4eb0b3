"""Scenario: the keys are changed while the bot works, and both are killed again and again: every value has to open, always."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from tests.drill import ledger
from tests.drill.databases import Database, Message
from tests.drill.receive import READY, START_SECONDS, Crowd, settled
from tests.drill.send import BROADCAST
from tests.drill.stage import BotProcess, Failed, Tail, our_bot, people, stand_in, until

CHATS = 200
BATCH = 10_000
LIFE = 0.8, 6.0
"""Seconds that a change of keys lives before it is killed."""
BOT_TOO = 0.25
"""Share of the kills in which the bot dies too."""
PAUSE = 0.05
FINISH_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Plan:
    """One run over so many sealed values."""

    database: str
    values: int = 100_000
    kills: int = 20
    seed: int = 1


@dataclass(slots=True)
class Result:
    """What a run showed."""

    plan: Plan
    kills: int
    said: int
    values: int
    unreadable: list[str]
    """Places that did not open, at any look."""
    old: int
    """Values with an old key at the end."""
    keys_left: int
    receiving: ledger.Receiving
    finish_seconds: float
    """How long the last change of keys took, which nobody killed."""
    seconds: float

    def broken(self) -> list[str]:
        """Which of the issue's bounds do not hold."""
        at = f"rotate, {self.plan.database}"
        checks = (
            (not self.unreadable, f"{len(self.unreadable)} values can't be opened (such as {self.unreadable[:3]})"),
            (self.old == 0, f"{self.old} values still have an old key"),
            (self.keys_left == 1, f"{self.keys_left} field keys are left in the key file"),
            (not self.receiving.lost, f"lost {len(self.receiving.lost)}"),
            (not self.receiving.stuck, f"stuck {len(self.receiving.stuck)}"),
            (not self.receiving.doubled, f"doubled {len(self.receiving.doubled)}"),
        )
        return [f"{at}: {sentence}" for holds, sentence in checks if not holds]


async def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Play one run; `advance` is called for each kill and once at the end."""
    dice, ids, began = random.Random(plan.seed), people(CHATS), time.monotonic()
    async with stand_in(folder, ids, limits=False) as stand:
        bot = our_bot(stand, folder, database.address, SEND_PER_SECOND="1000", LOG_LEVEL="WARNING")
        change = replace(bot, command=("-m", "bot", "rotate-key"), log=folder / "rotate.log", process=None)
        calls = Tail(folder / "calls.jsonl")
        crowd = Crowd(stand.control, ids, dice, lambda: None)
        with bot, change:
            bot.start()
            await until(
                lambda: any(row["method"] in READY for row in calls.new()), START_SECONDS, "the bot's start", bot
            )
            for first in range(0, plan.values, BATCH):
                many = range(first, min(plan.values, first + BATCH))
                database.put([Message(BROADCAST, ids[n % CHATS], f"Kept message {n:06d}.") for n in many], "delivered")
            writing = asyncio.create_task(_write(crowd))
            unreadable, kills = await _kill(plan, bot, change, database, dice, advance)
            finish = await _finish(change)
            writing.cancel()
            with suppress(asyncio.CancelledError):
                await writing
            await settled(stand.control, database, bot)
            bot.stop()
    advance()
    sealed = ledger.read_seals(database.address, database.key_file)
    remembered, sends = (
        ledger.read_database(database.address, database.key_file),
        ledger.read_log(folder / "calls.jsonl"),
    )
    receiving = ledger.of_receiving(crowd.said, remembered, sends, ())
    return Result(
        plan, kills, len(crowd.said), sealed.values, [*unreadable, *sealed.unreadable], sealed.old, sealed.keys, receiving,
        finish, time.monotonic() - began,
    )  # fmt: skip


async def _write(crowd: Crowd) -> None:
    while True:
        await crowd.write(1)
        await asyncio.sleep(PAUSE)


async def _kill(
    plan: Plan,
    bot: BotProcess,
    change: BotProcess,
    database: Database,
    dice: random.Random,
    advance: Callable[[], None],
) -> tuple[list[str], int]:
    """Begin a change of keys and kill it, so many times; after each kill everything must open."""
    unreadable: list[str] = []
    for _ in range(plan.kills):
        change.start()
        await asyncio.sleep(dice.uniform(*LIFE))
        if dice.random() < BOT_TOO:
            bot.kill()
            bot.start()
        if change.process is not None:
            change.process.kill()
            change.process.wait()
        found = await asyncio.to_thread(ledger.read_seals, database.address, database.key_file)
        unreadable += found.unreadable
        advance()
    return unreadable, plan.kills


async def _finish(change: BotProcess) -> float:
    """Let a change of keys end by itself; a second one finishes what it left."""
    began = time.monotonic()
    for _ in range(2):
        change.start()
        if change.process is None or await asyncio.to_thread(change.process.wait, FINISH_SECONDS) == 0:
            return time.monotonic() - began
    raise Failed(f"the change of keys did not end well: {change.last_words()}")
