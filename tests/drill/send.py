"""Scenario 2: the outbox is full, calls fail in every way, the bot is killed, and every message's fate has to be known."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from practice.client import Control
from tests.drill import ledger
from tests.drill.databases import Database, Message
from tests.drill.receive import READY, START_SECONDS, settled
from tests.drill.stage import BotProcess, Tail, our_bot, people, stand_in, until

REPLY, NOTICE, BROADCAST = 2, 3, 4
PER_SECOND = 28
UNKNOWNS_A_KILL = 2
IN_FLIGHT = 8
"""So many calls are under way at most (SEND_IN_FLIGHT): what a single kill can leave open."""
ENOUGH_KILLS = 20
"""The issue's bound is an average; with fewer kills only the hard one, `IN_FLIGHT` a kill, is checked."""
AT_ANY_MOMENT = 0.8
AT_WORK = 0.03
"""Most kills strike at any moment within a second; the others so many seconds, at most, after a message was seen going
out, because at 28 a second the bot is idle most of the time and kills at random seldom find it at work."""
BLOCKED = 0.02
"""Share of the young people who have blocked the bot."""
TIMEOUT_SECONDS = 2
FAULTS = (
    ({"kind": "error", "retry_after": 1}, 0.02),
    ({"kind": "error", "code": 502}, 0.01),
    ({"kind": "hang", "seconds": 3 * TIMEOUT_SECONDS}, 0.005),
    ({"kind": "drop"}, 0.005),
    ({"kind": "lost"}, 0.01),
)
"""5 % in all, as in safety-and-reliability 3.2: 2 % 429, 1 % 502, 1 % never carried out and never answered, 1 %
carried out but never answered."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run."""

    database: str
    sends: int = 2_000
    kills: int = 20
    chats: int = 500
    to_the_group: int = 30
    seed: int = 1


@dataclass(slots=True)
class Result:
    """What a run showed."""

    plan: Plan
    sending: ledger.Sending
    kills: int
    seconds: float

    def broken(self) -> list[str]:
        """Which of the issue's bounds do not hold."""
        at, found = f"send, {self.plan.database}", self.sending
        checks = {"lost silently": found.lost, "doubled outside unknown": found.doubled, "stuck": found.stuck}
        sentences = [f"{at}: {what} {len(ids)} (such as {ids[:5]})" for what, ids in checks.items() if ids]
        a_kill = UNKNOWNS_A_KILL if self.kills >= ENOUGH_KILLS else IN_FLIGHT
        if found.unknowns > a_kill * self.kills + found.injected:
            sentences.append(
                f"{at}: unknown {found.unknowns}, more than {a_kill} × {self.kills} kills + {found.injected} injected"
            )
        return sentences


async def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Play one run; `advance` is called for each call that the bot makes."""
    dice, ids, began = random.Random(plan.seed), people(plan.chats), time.monotonic()
    groups = [{"title": "Drill group", "type": "supergroup", "members": ids[:3], "bot": True}]
    async with stand_in(folder, ids, limits=True, groups=groups) as stand:
        settings = {"SEND_PER_SECOND": str(PER_SECOND), "SEND_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS), "LOG_LEVEL": "ERROR"}  # fmt: skip
        bot = our_bot(stand, folder, database.address, **settings)
        calls = Calls(Tail(folder / "calls.jsonl"), advance)
        with bot:
            bot.start()
            await until(lambda: calls.look() >= 0 and calls.ready, START_SECONDS, "the bot's start", bot)
            bot.stop()
            await _trouble(stand.control, ids, dice)
            group = await _group(stand.control)
            database.put(list(_messages(plan, ids, group, dice)))
            kills = await _kill_while_sending(plan, bot, calls, dice)
            await asyncio.gather(settled(stand.control, database, bot), calls.follow(bot, plan.sends))
            bot.stop()
    remembered, sends = (
        ledger.read_database(database.address, database.key_file),
        ledger.read_log(folder / "calls.jsonl"),
    )
    return Result(plan, ledger.of_sending(remembered.rows, sends), kills, time.monotonic() - began)


class Calls:
    """Counts the bot's sends as they happen."""

    def __init__(self, tail: Tail, advance: Callable[[], None]) -> None:
        self._tail = tail
        self._advance = advance
        self.count = 0
        self.ready = False

    def look(self) -> int:
        """How many messages were carried out so far."""
        for row in self._tail.new():
            self.ready = self.ready or row["method"] in READY
            if row["method"] == "sendMessage" and row["executed"]:
                self.count += 1
                self._advance()
        return self.count

    def reach(self, count: int) -> Callable[[], bool]:
        """Whether so many were carried out, as a question that can be asked again and again."""
        return lambda: self.look() >= count

    async def follow(self, bot: BotProcess, most: int) -> None:
        """Keep counting until nothing new has come for a while."""
        quiet = 0
        while quiet < 10 and self.count < most:
            before = self.count
            bot.check()
            await asyncio.sleep(0.5)
            quiet = quiet + 1 if self.look() == before else 0


async def _trouble(control: Control, ids: list[int], dice: random.Random) -> None:
    """Some people have blocked the bot, and calls fail."""
    for person in dice.sample(ids[3:], round(len(ids) * BLOCKED)):
        await control.block(person)
    for more, probability in FAULTS:
        told = dict(more)
        await control.fault(str(told.pop("kind")), "sendMessage", times=None, probability=probability, **told)


async def _group(control: Control) -> int:
    return next(int(chat["id"]) for chat in (await control.world())["chats"] if chat["id"] < 0)


def _messages(plan: Plan, ids: list[int], group: int, dice: random.Random) -> list[Message]:
    """Each with words of its own, so that the ledger can tell them apart; all lanes mixed."""
    whom = [*([group] * min(plan.to_the_group, plan.sends // 10)), *(dice.choice(ids) for _ in range(plan.sends))]
    whom = whom[: plan.sends]
    dice.shuffle(whom)
    lanes = dice.choices((REPLY, NOTICE, BROADCAST), k=plan.sends)
    return [
        Message(lane, chat, f"Drill message {n:06d}.") for n, (lane, chat) in enumerate(zip(lanes, whom, strict=True))
    ]


async def _kill_while_sending(plan: Plan, bot: BotProcess, calls: Calls, dice: random.Random) -> int:
    """Kill when so many messages have gone out, so that every kill finds the bot at work."""
    thresholds = sorted(dice.sample(range(1, max(plan.kills + 1, plan.sends * 9 // 10)), plan.kills))
    for threshold in thresholds:
        bot.start()
        already = calls.look()
        await until(calls.reach(max(threshold, already + 1)), 300, "the next message", bot)
        await asyncio.sleep(dice.uniform(0.0, 1.0 if dice.random() < AT_ANY_MOMENT else AT_WORK))
        bot.kill()
    bot.start()
    return plan.kills
