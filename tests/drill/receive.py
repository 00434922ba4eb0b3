"""Scenario 1: people write, the bot is killed at random moments, and nothing that they wrote may be lost or answered twice."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from practice.client import Control
from tests.drill import ledger
from tests.drill.databases import Database
from tests.drill.stage import BotProcess, Failed, Tail, our_bot, pending, people, stand_in, until

QUESTIONS = (
    "do i av 2 pay council tax", "how do i get a provisional licence", "what is a pathway plan", "hello",
    "who is my personal adviser", "i need a dentist", "blue teapot seven", "how do i see my care file", "thanks",
)  # fmt: skip
"""Questions with an entry, with none, and small talk: each gets exactly one answer."""
READY = frozenset({"deleteWebhook", "setWebhook"})
"""The last call of the bot before it receives; getUpdates is logged only when it is answered."""
START_SECONDS = 60.0
SETTLE_SECONDS = 300.0
WORKING = frozenset({"sendMessage"})
IN_START, WHEN_READY, AT_WORK = 0.15, 0.25, 0.6
"""How the kills are shared out."""
START_LASTS, WORK_LASTS = 1.5, 0.2
"""Seconds, at most, from the bot's start, or from the call that was waited for, to the kill."""
SECRET = "drill-drill-drill-drill"


@dataclass(frozen=True, slots=True)
class Plan:
    """One run."""

    mode: str
    database: str
    updates: int = 5_000
    kills: int = 60
    chats: int = 400
    seed: int = 1


@dataclass(slots=True)
class Result:
    """What a run showed."""

    plan: Plan
    receiving: ledger.Receiving
    sending: ledger.Sending
    kills: int
    seconds: float
    drain_seconds: float

    def broken(self) -> list[str]:
        """Which of the issue's bounds do not hold."""
        at = f"receive, {self.plan.mode}, {self.plan.database}"
        checks = {
            "lost": [*self.receiving.lost, *self.sending.lost],
            "effects doubled": self.receiving.doubled,
            "sent twice without an unknown": self.sending.doubled,
            "stuck": [*self.receiving.stuck, *self.sending.stuck],
            "set aside though nothing is wrong with it": self.receiving.quarantined,
        }
        return [f"{at}: {what} {len(ids)} (such as {ids[:5]})" for what, ids in checks.items() if ids]


@dataclass(slots=True)
class Crowd:
    """The young people who write; remembers what each update said."""

    control: Control
    ids: list[int]
    dice: random.Random
    advance: Callable[[], None]
    said: dict[int, str] = field(default_factory=dict)

    async def write(self, count: int) -> None:
        """So many messages, from one person after the other."""
        for _ in range(count):
            number = len(self.said)
            words = f"{self.dice.choice(QUESTIONS)} drill{number:06d}"
            answer = await self.control.say(self.ids[number % len(self.ids)], words)
            for update_id in answer["update_ids"]:
                self.said[update_id] = words
            self.advance()


async def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Play one run; `advance` is called for each update that is said."""
    dice, ids, began = random.Random(plan.seed), people(plan.chats), time.monotonic()
    async with stand_in(folder, ids, limits=False) as stand:
        bot = our_bot(stand, folder, database.address, **_settings(plan.mode))
        crowd = Crowd(stand.control, ids, dice, advance)
        with bot:
            kills = await _kill_and_write(plan, bot, crowd, Tail(folder / "calls.jsonl"), dice)
            bot.start()
            await crowd.write(plan.updates - len(crowd.said))
            await settled(stand.control, database, bot)
            drain = bot.stop()
    remembered, sends = (
        ledger.read_database(database.address, database.key_file),
        ledger.read_log(folder / "calls.jsonl"),
    )
    receiving = ledger.of_receiving(crowd.said, remembered, sends, kills)
    sending = ledger.of_sending(remembered.rows, sends)
    return Result(plan, receiving, sending, len(kills), time.monotonic() - began, drain)


def _settings(mode: str) -> dict[str, str]:
    told = {"SEND_PER_SECOND": "1000", "TELEGRAM_RECEIVE": mode, "LOG_LEVEL": "WARNING"}
    if mode == "webhook":
        told |= {"WEBHOOK_URL": "http://127.0.0.1:{port}", "WEBHOOK_SECRET": SECRET, "WEBHOOK_PORT": "0"}
    return told


async def _kill_and_write(plan: Plan, bot: BotProcess, crowd: Crowd, calls: Tail, dice: random.Random) -> list[float]:
    """Each life gets its share of the messages: some while the bot starts, some before the kill, the rest while it is dead."""
    kills = []
    for life in range(plan.kills):
        share = max(1, plan.updates * (life + 1) // (plan.kills + 1) - len(crowd.said))
        early = dice.randint(1, share)
        before = dice.randint(0, share - early)
        bot.start()
        calls.new()
        await crowd.write(early)
        await _right_moment(bot, calls, dice, crowd.write(before))
        kills.append(bot.kill())
        await crowd.write(share - early - before)
    return kills


async def _right_moment(bot: BotProcess, calls: Tail, dice: random.Random, writing: Coroutine[Any, Any, None]) -> None:
    """Wait for the moment of the kill: somewhere in the start, just as it begins to receive, or in the middle of work."""
    (awaited,) = dice.choices((None, READY, WORKING), (IN_START, WHEN_READY, AT_WORK))
    if awaited is None:
        await writing
        await asyncio.sleep(dice.uniform(0.0, START_LASTS))
        return
    await until(lambda: any(row["method"] in awaited for row in calls.new()), START_SECONDS, "the bot's start", bot)
    work = asyncio.create_task(writing)
    await asyncio.sleep(dice.uniform(0.0, WORK_LASTS))
    await work


async def settled(control: Control, database: Database, bot: BotProcess) -> None:
    """Wait until nothing waits anywhere. What never ends is left for the ledger to find."""
    end = time.monotonic() + SETTLE_SECONDS
    quiet = 0
    while quiet < 3 and time.monotonic() < end:
        bot.check()
        try:
            quiet = quiet + 1 if not await pending(control) and not database.unfinished() else 0
        except Exception as error:
            if time.monotonic() > end:
                raise Failed(f"the database can't be looked at: {type(error).__name__}") from error
        await asyncio.sleep(0.3)
