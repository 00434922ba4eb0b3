"""`python -m tests.bench`: measures the bot beside a bare echo bot and prints a table for docs/measurements.md."""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from tests.bench import profile
from tests.bench.measure import Bench, Measured, Plan, Watch
from tests.drill.stage import BotProcess, Failed, data_folder, our_bot, people, stand_in

ECHO, HELLO, QUESTIONS = "echo bot (bare, httpx)", 'this bot, "hello"', "this bot, questions"
ASKED = (
    "do i av 2 pay council tax", "how do i get a provisional licence", "what is a pathway plan",
    "can i get help with food", "who is my personal adviser", "how do i see my care file",
    "can i get money for college", "i need a dentist", "what is a child trust fund", "can i have a gym pass",
)  # fmt: skip
"""Questions as young people type them; most have an entry, some only suggestions."""
SHORT = Plan(chats=200, warm_up=30, steady=100, backlog=200)
CPU_BOUND, LATENCY_BOUND, MEMORY_BOUND, START_BOUND = 1.5, 0.040, 150.0, 3.0
"""The issue's figures: times the echo bot's CPU, seconds at the 95th percentile, megabytes, seconds."""
FAST = {"SEND_PER_SECOND": "1000", "LOG_LEVEL": "WARNING"}


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="starts of each bot, in turns (default: %(default)s)")
    parser.add_argument("--short", action="store_true", help="a quick look: one start each, fewer updates")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every single figure there")
    parser.add_argument("--profile", action="store_true", help="show where this bot's CPU goes, instead of measuring")
    parser.add_argument("--seconds", type=float, default=20.0, help="how long --profile feeds (default: %(default)s)")
    return parser.parse_args(given)


async def once(name: str, plan: Plan) -> Measured:
    """One start of one bot with a stand-in, a folder and a database of its own."""
    with tempfile.TemporaryDirectory(prefix="bench") as made:
        folder, ids = Path(made), people(plan.chats)
        async with stand_in(folder, ids, limits=False) as stand:
            if name == ECHO:
                bot = BotProcess(
                    ("-m", "tests.bench.echo_bot"),
                    {"TELEGRAM_BOT_TOKEN": stand.token, "TELEGRAM_API_BASE": stand.api_base},
                    folder / "bot.log",
                )
            else:
                bot = our_bot(stand, folder, f"sqlite:///{data_folder(folder)}/bot.sqlite3", **FAST)
            with bot:
                watch = Watch(folder / "calls.jsonl")
                words = ASKED if name == QUESTIONS else ("hello",)
                return await Bench(bot, stand.control, watch, ids, words).measure(name, plan)


async def all_of(plan: Plan, repeats: int, console: Console) -> list[Measured]:
    """Every bot in turns, so that a busy moment of the machine strikes all of them alike."""
    found = []
    with Progress(console=console, transient=True) as progress:
        task = progress.add_task("measuring", total=repeats * 3)
        for _ in range(repeats):
            for name in (ECHO, HELLO, QUESTIONS):
                progress.update(task, description=name)
                found.append(await once(name, plan))
                progress.advance(task)
    return found


def percentile(values: Iterable[float], share: float) -> float:
    """The value that this share of all values does not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _row(name: str, runs: Sequence[Measured], echo: Sequence[Measured]) -> str:
    """One line of the table. CPU is the least of all runs: what disturbs a run only ever adds to it."""
    steady, floor = min(r.steady_cpu for r in runs), min(r.steady_cpu for r in echo)
    backlog, backlog_floor = min(r.backlog_cpu for r in runs), min(r.backlog_cpu for r in echo)
    latencies = [latency * 1000 for run in runs for latency in run.latencies]
    cells = [
        name,
        f"{steady:.0f} ({steady / floor:.2f} ×)",
        f"{backlog:.0f} ({backlog / backlog_floor:.2f} ×)",
        f"{max(r.backlog_per_second for r in runs):.0f}",
        f"{percentile(latencies, 0.5):.1f} / {percentile(latencies, 0.95):.1f}",
        f"{statistics.median(r.idle_megabytes for r in runs):.0f}",
        f"{statistics.median(r.first_answer for r in runs):.2f}",
    ]
    return f"| {' | '.join(cells)} |"


def table(found: Sequence[Measured]) -> str:
    """The figures in Markdown, ready for docs/measurements.md."""
    heads = (
        "Bot", "CPU µs/update at 20/s", "CPU µs/update, backlog", "updates/s, backlog", "update → answer ms, p50 / p95 at 20/s",
        "idle MB", "start → first answer s",
    )  # fmt: skip
    rows = {name: [run for run in found if run.bot == name] for name in (ECHO, HELLO, QUESTIONS)}
    lines = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    return "\n".join([*lines, *(_row(name, runs, rows[ECHO]) for name, runs in rows.items())])


def broken(found: Sequence[Measured]) -> list[str]:
    """Which of the issue's bounds do not hold."""
    echo = min(run.steady_cpu for run in found if run.bot == ECHO)
    ours = [run for run in found if run.bot != ECHO]
    p95 = percentile((latency for run in ours for latency in run.latencies), 0.95)
    ratio = max(min(r.steady_cpu for r in ours if r.bot == name) for name in (HELLO, QUESTIONS)) / echo
    checks = (
        (ratio <= CPU_BOUND, f"CPU is {ratio:.2f} × the echo bot's, not ≤ {CPU_BOUND}"),
        (p95 <= LATENCY_BOUND, f"update → answer p95 is {p95 * 1000:.0f} ms, not ≤ {LATENCY_BOUND * 1000:.0f}"),
        (
            (memory := statistics.median(run.idle_megabytes for run in ours)) <= MEMORY_BOUND,
            f"idle memory is {memory:.0f} MB, not ≤ {MEMORY_BOUND:.0f}",
        ),
        (
            (start := statistics.median(run.first_answer for run in ours)) <= START_BOUND,
            f"start → first answer is {start:.1f} s, not ≤ {START_BOUND:.0f}",
        ),
    )
    return [sentence for holds, sentence in checks if not holds]


def main() -> int:
    """Exit code 1 when one of the issue's bounds does not hold."""
    asked, console = arguments(), Console(stderr=True)
    try:
        if asked.profile:
            print(asyncio.run(profile.run(asked.seconds, ASKED)))
            return 0
        plan, repeats = (SHORT, 1) if asked.short else (Plan(), asked.repeats)
        found = asyncio.run(all_of(plan, repeats, console))
    except Failed as failed:
        print(failed, file=sys.stderr)
        return 1
    print(table(found))
    for run in found:
        if run.bot != ECHO:
            print(
                f"{run.bot}: of {run.steady_cpu:.0f} µs the main thread {run.threads_cpu['main']:.0f}", file=sys.stderr
            )
    if asked.json:
        asked.json.write_text(json.dumps([asdict(run) for run in found], indent=1), encoding="utf-8")
    failures = broken(found)
    print("\n".join(failures) or "Every bound holds.", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
