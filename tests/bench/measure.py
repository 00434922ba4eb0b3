"""Measures one bot: how it starts, how it answers at a steady pace, and what a backlog costs it."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from practice.client import Control
from tests.drill.stage import BotProcess, Tail, until

Json = dict[str, Any]

TICKS = os.sysconf("SC_CLK_TCK")
ANSWERS_WITHIN = 90.0
SETTLE_SECONDS = 1.2
"""A chat gets one message a second at most, so a phase begins when the one before is a second old."""
FEEDERS = 8


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; `per_second` is the steady pace."""

    chats: int = 600
    warm_up: int = 100
    steady: int = 400
    per_second: float = 20.0
    backlog: int = 600


@dataclass(frozen=True, slots=True)
class Measured:
    """What one start of one bot showed. Times in seconds, CPU (user and system) in µs an update, memory in MB."""

    bot: str
    first_answer: float
    idle_megabytes: float
    steady_cpu: float
    latencies: tuple[float, ...]
    backlog_cpu: float
    backlog_per_second: float
    threads_cpu: dict[str, float] = field(default_factory=dict)


def cpu_seconds(pid: int) -> float:
    """CPU of a process with all its threads, user and system, since its start (proc_pid_stat(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def resident_megabytes(pid: int) -> float:
    """Resident memory of a process (proc_pid_status(5), VmRSS)."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024


def threads_cpu(pid: int) -> dict[str, float]:
    """CPU seconds of each living thread, the main one as "main", the others together as "others"."""
    spent = {"main": 0.0, "others": 0.0}
    for task in Path(f"/proc/{pid}/task").iterdir():
        fields = (task / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        spent["main" if task.name == str(pid) else "others"] += (int(fields[11]) + int(fields[12])) / TICKS
    return spent


class Watch:
    """Follows the stand-in's log and remembers when each chat was answered."""

    def __init__(self, log: Path) -> None:
        self._tail = Tail(log)
        self.answered: dict[int, list[float]] = {}
        self.count = 0

    def look(self) -> int:
        """Read what is new; returns how many answers there are by now."""
        for row in self._tail.new():
            if row["method"] == "sendMessage" and row["executed"]:
                self.answered.setdefault(int(row["params"]["chat_id"]), []).append(row["at"])
                self.count += 1
        return self.count


class Bench:
    """One start of one bot, phase by phase, each chat saying one thing a phase at most."""

    def __init__(self, bot: BotProcess, control: Control, watch: Watch, people: Sequence[int], words: Sequence[str]) -> None:  # fmt: skip
        self._bot = bot
        self._control = control
        self._watch = watch
        self._people = people
        self._words = words
        self._said = 0

    async def measure(self, name: str, plan: Plan) -> Measured:
        """All phases, one after the other."""
        first = await self._start()
        await asyncio.sleep(2 * SETTLE_SECONDS)
        idle = resident_megabytes(self._bot.pid)
        await self._paced(plan.warm_up, plan.per_second * 2)
        await asyncio.sleep(SETTLE_SECONDS)
        before, threads = cpu_seconds(self._bot.pid), threads_cpu(self._bot.pid)
        latencies = await self._paced(plan.steady, plan.per_second)
        steady = (cpu_seconds(self._bot.pid) - before) / plan.steady * 1e6
        after = threads_cpu(self._bot.pid)
        split = {thread: (after[thread] - threads[thread]) / plan.steady * 1e6 for thread in after}
        await asyncio.sleep(SETTLE_SECONDS)
        backlog_cpu, backlog_per_second = await self._backlog(plan.backlog)
        return Measured(name, first, idle, steady, tuple(latencies), backlog_cpu, backlog_per_second, split)

    async def _start(self) -> float:
        """From the start of the process to its answer to what waited already."""
        await self._say(self._next_person())
        began = self._bot.start()
        await self._answers(1)
        self._said = 1
        return next(moments[-1] for moments in self._watch.answered.values() if moments[-1] > began) - began

    async def _paced(self, count: int, per_second: float) -> list[float]:
        """So many updates at a steady pace; the seconds from "just before it was said" to "the answer is there"."""
        before, begin = self._watch.look(), time.monotonic()
        said: list[tuple[int, float, int]] = []
        for n in range(count):
            await asyncio.sleep(max(0.0, begin + n / per_second - time.monotonic()))
            person = self._next_person()
            said.append((person, time.time(), len(self._watch.answered.get(person, ()))))
            await self._say(person)
        await self._answers(before + count)
        return [self._watch.answered[person][earlier] - moment for person, moment, earlier in said]

    async def _backlog(self, count: int) -> tuple[float, float]:
        """Updates that pile up while the bot is held still, then as fast as it can: CPU µs an update, updates a second."""
        before = self._watch.look()
        spent, pid = cpu_seconds(self._bot.pid), self._bot.pid
        os.kill(pid, signal.SIGSTOP)
        try:
            turns = asyncio.Semaphore(FEEDERS)

            async def one(person: int) -> None:
                async with turns:
                    await self._say(person)

            await asyncio.gather(*(one(self._next_person()) for _ in range(count)))
        finally:
            os.kill(pid, signal.SIGCONT)
        began = time.time()
        await self._answers(before + count)
        last = max(moments[-1] for moments in self._watch.answered.values())
        return (cpu_seconds(pid) - spent) / count * 1e6, count / (last - began)

    def _next_person(self) -> int:
        self._said += 1
        return self._people[self._said % len(self._people)]

    async def _say(self, person: int) -> None:
        await self._control.say(person, self._words[self._said % len(self._words)])

    async def _answers(self, count: int) -> None:
        await until(lambda: self._watch.look() >= count, ANSWERS_WITHIN, f"answer {count}", self._bot)
