"""Where the bot's CPU goes: a profile by function and by package, and the share of SQLite's threads."""

from __future__ import annotations

import asyncio
import io
import os
import pstats
import signal
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from tests.bench.measure import Watch, cpu_seconds, threads_cpu
from tests.drill.stage import ROOT, data_folder, our_bot, people, stand_in, until

PER_SECOND = 20.0
SHOWN = 45
WAITING = "run"
"""`asyncio.Runner.run`, whose own time is uvloop's, mostly waiting."""


async def run(seconds: float, words: Sequence[str]) -> str:
    """Feed the bot at 20 updates a second while it is profiled; returns the report.

    The profiler makes everything slower, calls of many small functions most, so shares count here and not times.
    """
    with tempfile.TemporaryDirectory(prefix="bench") as made:
        folder, ids = Path(made), people(500)
        stats = folder / "profile"
        async with stand_in(folder, ids, limits=False) as stand:
            bot = our_bot(
                stand,
                folder,
                f"sqlite:///{data_folder(folder)}/bot.sqlite3",
                SEND_PER_SECOND="1000",
                LOG_LEVEL="WARNING",
            )
            bot.command = ("-m", "tests.bench.profiled_bot")
            bot.plain_environment = {"BENCH_PROFILE": str(stats)}
            watch, count = Watch(folder / "calls.jsonl"), int(seconds * PER_SECOND)
            with bot:
                bot.start()
                await stand.control.say(ids[0], words[0])
                await until(lambda: watch.look() == 1, 30, "the first answer", bot)
                os.kill(bot.pid, signal.SIGUSR1)
                before, threads, begin = cpu_seconds(bot.pid), threads_cpu(bot.pid), time.monotonic()
                for n in range(count):
                    await asyncio.sleep(max(0.0, begin + n / PER_SECOND - time.monotonic()))
                    await stand.control.say(ids[(n + 1) % len(ids)], words[n % len(words)])
                await until(lambda: watch.look() > count, 60, "every answer", bot)
                spent, after = cpu_seconds(bot.pid) - before, threads_cpu(bot.pid)
            share = (after["others"] - threads["others"]) / spent
            return f"{count} updates, {share:.0%} of the CPU outside the main thread\n\n{_report(stats)}"


def _report(stats: Path) -> str:
    text = io.StringIO()
    figures = pstats.Stats(str(stats), stream=text)
    packages: Counter[str] = Counter()
    for (file, _, name), (_, _, own, _, _) in figures.stats.items():  # type: ignore[attr-defined]
        if name != WAITING:
            packages[_package(file)] += own
    total = sum(packages.values())
    lines = [f"{own / total:6.1%}  {name}" for name, own in packages.most_common(25)]
    figures.sort_stats("tottime").print_stats(SHOWN)
    figures.sort_stats("cumulative").print_stats(r"bot/|handlers/|content/", SHOWN)
    where = text.getvalue().replace(f"{ROOT}/", "")
    return "Own time by package, without waiting for the next event\n" + "\n".join(lines) + "\n\n" + where


def _package(file: str) -> str:
    if "site-packages/" in file:
        return file.partition("site-packages/")[2].partition("/")[0]
    if file.startswith(str(ROOT)):
        return "our " + Path(file).relative_to(ROOT).parts[0]
    return "built in" if file.startswith(("~", "<")) else "standard library"
