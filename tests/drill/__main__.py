"""`python -m tests.drill`: kills the bot again and again and prints a ledger of what became of everything."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from tests.drill import crisis, escalate, guesses, receive, report, rotate, send, states
from tests.drill.databases import Database, Databases
from tests.drill.stage import Failed

R = TypeVar("R")
Play = Callable[[Path, Database, Callable[[], None]], "object"]

SCENARIOS = ("receive", "send", "crisis", "escalate", "states", "guesses", "rotate", "all")
MODES, KINDS = ("polling", "webhook"), ("sqlite", "postgresql")


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.drill",
        description="Kills the bot at random moments and counts, from the stand-in's log and the database alone, what "
        "was lost, doubled or left unknown. Everything stays on this machine.",
        epilog="Exit code 1 when one of the issue's bounds does not hold.",
    )
    parser.add_argument("scenario", nargs="?", choices=SCENARIOS, default="all")
    parser.add_argument("--updates", type=int, metavar="N", help="messages that people write, or that are sent")
    parser.add_argument("--kills", type=int, metavar="K", help="how often the bot is killed in a run")
    parser.add_argument("--mode", choices=MODES, help="one way of receiving instead of both")
    parser.add_argument("--database", choices=KINDS, help="one database instead of both")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another series of random moments")
    parser.add_argument("--short", action="store_true", help="the version for CI: few updates, few kills")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write every figure there")
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep logs and SQLite files of runs that break a bound"
    )
    return parser.parse_args(given)


def plans(asked: argparse.Namespace) -> list[report.Plan]:
    """The runs that were asked for, in order."""
    found: list[report.Plan] = []
    kinds = (asked.database,) if asked.database else KINDS

    def size(full: int, short: int, given: int | None) -> int:
        return given if given is not None else short if asked.short else full

    if asked.scenario in ("receive", "all"):
        updates, kills = size(5_000, 160, asked.updates), size(60, 3, asked.kills)
        for mode in (asked.mode,) if asked.mode else MODES:
            found += [
                receive.Plan(mode, kind, updates, kills, chats=min(400, updates), seed=asked.seed) for kind in kinds
            ]
    if asked.scenario in ("send", "all"):
        sends, kills = size(2_000, 150, asked.updates), size(20, 3, asked.kills)
        in_turn = kinds[:1] if asked.short else kinds
        group = 0 if asked.short else 30
        found += [send.Plan(kind, sends, kills, min(500, sends), group, seed=asked.seed) for kind in in_turn]
    if asked.scenario in ("crisis", "all"):
        count = size(2_000, 120, asked.updates)
        found += [crisis.Plan(kind, count, seed=asked.seed) for kind in kinds[:1]]
    if asked.scenario in ("escalate", "all"):
        young, kills = size(60, 15, asked.updates), size(40, 3, asked.kills)
        found += [escalate.Plan(kind, young, kills, seed=asked.seed) for kind in (kinds[:1] if asked.short else kinds)]
        found += [escalate.Paging(kind, size(2_000, 120, asked.updates), seed=asked.seed) for kind in kinds[:1]]
    if asked.scenario in ("states", "all"):
        runs = {"sqlite": size(1_000, 20, asked.updates), "postgresql": size(100, 2, asked.updates)}
        found += [states.Plan(kind, runs[kind]) for kind in kinds]
    if asked.scenario in ("guesses", "all"):
        found += [guesses.Plan(kind, size(1_000_000, 2_000, asked.updates)) for kind in kinds[:1]]
    if asked.scenario in ("rotate", "all"):
        values, kills = size(100_000, 3_000, asked.updates), size(20, 3, asked.kills)
        in_turn = kinds[:1] if asked.short else kinds
        found += [rotate.Plan(kind, values, kills, seed=asked.seed) for kind in in_turn]
    return found


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """A folder for one run; kept when `keep` is given."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="drill") as made:
            yield Path(made)
    else:
        keep.mkdir(parents=True, exist_ok=True)
        yield Path(tempfile.mkdtemp(prefix="run-", dir=keep))


def play(plan: report.Plan, databases: Databases, keep: Path | None, advance: Callable[[], None]) -> report.Result:  # fmt: skip
    """Play one run from an empty folder and an empty database."""
    with _folder(keep) as folder, databases.empty(plan.database, folder) as database:
        match plan:
            case receive.Plan():
                return asyncio.run(receive.run(plan, folder, database, advance))
            case send.Plan():
                return asyncio.run(send.run(plan, folder, database, advance))
            case crisis.Plan():
                return asyncio.run(crisis.run(plan, folder, database, advance))
            case escalate.Plan():
                return asyncio.run(escalate.run(plan, folder, database, advance))
            case escalate.Paging():
                return asyncio.run(escalate.run_paging(plan, folder, database, advance))
            case states.Plan():
                return states.run(plan, folder, database, advance)
            case guesses.Plan():
                return guesses.run(plan, folder, database, advance)
            case rotate.Plan():
                return asyncio.run(rotate.run(plan, folder, database, advance))


def main() -> int:
    """Exit code 1 when a bound does not hold, or when the drill itself could not go on."""
    asked = arguments()
    databases, results = Databases(), []
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*bar, console=Console(stderr=True)) as progress:
            for plan in plans(asked):
                task = progress.add_task(report.title(plan), total=report.steps(plan))
                results.append(play(plan, databases, asked.keep, lambda task=task: progress.advance(task)))  # type: ignore[misc]
    except Failed as failed:
        print(f"The drill could not go on: {failed}", file=sys.stderr)
        return 1
    finally:
        databases.close()
        print(report.tables(results))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(result) for result in results], indent=1), encoding="utf-8")
    broken = [sentence for result in results for sentence in result.broken()]
    print("\n".join(broken) or "Every bound holds.", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
