"""`python -m tests.drill.year`: a Hub's year of forty series, with a machine that stands still and a clock that is wrong.

Counts, against a reference that walks day by day, whether every session was there in time, once, at the right moment.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from unittest.mock import patch

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy import select

from bot.models import DropIn
from bot.service import Service
from bot.settings import ROOT
from bot.store import schema, series
from bot.store.engine import Store
from bot.store.vault import Vault
from content.council import Council, load_council
from content.recurrence import BankHolidays, Recurrence
from content.series import SeriesDraft
from scheduler import programme
from tests.conftest import VAULT
from tests.drill.programme_reference import CLOSED, FIRST, LAST, TERMS, Spec, forty, held
from tests.fakes import MovableClock

DOWNTIME = timedelta(hours=26)
WRONG = timedelta(hours=2)
IN_TIME = timedelta(days=30)
"""A session has to be a row so long before it begins, whatever stood still and whatever the clock said."""


@dataclass
class Outcome:
    """The figures."""

    series: int = 0
    expected: int = 0
    once: int = 0
    missing: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    too_many: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)
    ticks: int = 0
    downtimes: int = 0
    wrong_clocks: int = 0
    kills: int = 0

    @property
    def holds(self) -> bool:
        """Whether every session was there exactly once, in time."""
        return self.once == self.expected and not (self.doubled or self.wrong or self.too_many or self.late)

    def said(self) -> str:
        """The figures as a table."""
        rows = (
            ("series", self.series), ("sessions of the year", self.expected), ("there exactly once", self.once),
            ("missing", len(self.missing)), ("doubled", len(self.doubled)), ("at a wrong time", len(self.wrong)),
            ("not in the programme", len(self.too_many)), ("made too late", len(self.late)), ("ticks", self.ticks),
            ("times down for 26 h", self.downtimes), ("ticks with a clock 2 h out", self.wrong_clocks),
            ("killed in mid-tick", self.kills),
        )  # fmt: skip
        return "\n".join(f"{name:<28}{count:>8}" for name, count in rows)


@dataclass
class _Year:
    """The bot's clock door over a year."""

    store: Store
    council: Council
    step: timedelta
    chance: random.Random
    outcome: Outcome
    clock: MovableClock = field(default_factory=lambda: MovableClock(_midnight()))

    async def play(self, specs: list[Spec], advance: Callable[[], None]) -> None:
        service = _service(self.store, self.council, self.clock)
        async with self.store.transaction() as connection:
            for spec in specs:
                await series.add(connection, self.clock.now(), draft_of(spec), None)
        now, end = _midnight(), datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC)
        reference = {(spec.uid, day): starts for spec in specs for day, starts in held(spec)}
        looked = now
        while now < end:
            await self._tick(service, now)
            if now - looked >= timedelta(days=7) or now == _midnight():
                looked = now
                await self._look(reference, now)
            advance()
            now += self.step
            if self.chance.random() < self.step / timedelta(days=14):
                now += DOWNTIME
                self.outcome.downtimes += 1
        await programme.tick(service)
        await self._count(reference)

    async def _tick(self, service: Service, now: datetime) -> None:
        out = self.chance.choice((timedelta(), timedelta(), WRONG, -WRONG))
        self.clock.moment = now + out
        self.outcome.wrong_clocks += out != timedelta()
        self.outcome.ticks += 1
        with self._kills() if self.chance.random() < 0.1 and now != _midnight() else nullcontext():
            await programme.tick(service)
        self.clock.moment = now

    @contextmanager
    def _kills(self) -> Iterator[None]:
        """The next session is not written any more: its whole transaction is undone, as after a kill."""
        real = series.add_sessions

        async def killed(*given: Any, **more: Any) -> int:
            await real(*given, **more)
            self.outcome.kills += 1
            raise OSError

        with patch.object(series, "add_sessions", killed), patch.object(programme, "complain", lambda *given: None):
            yield

    async def _rows(self) -> list[tuple[str, Any]]:
        async with self.store.reading() as connection:
            names = {one.id: one.draft.uid for one in await series.all_(connection)}
            return [(names[row.series_id], row) for row in await connection.execute(select(DropIn))]

    async def _look(self, reference: dict[tuple[str, Any], datetime], now: datetime) -> None:
        """What begins soon must stand there already."""
        there = {(uid, row.day) for uid, row in await self._rows()}
        soon = [key for key, starts in reference.items() if now + WRONG < starts <= now + IN_TIME]
        self.outcome.late += [f"{uid} {day}" for uid, day in soon if (uid, str(day)) not in there]

    async def _count(self, reference: dict[tuple[str, Any], datetime]) -> None:
        outcome, first = self.outcome, _midnight() + WRONG
        end = datetime(LAST.year, LAST.month, LAST.day, tzinfo=UTC)
        wanted = {(uid, str(day)): starts for (uid, day), starts in reference.items() if first <= starts < end}
        found = [((uid, row.day), row.starts_at) for uid, row in await self._rows() if first <= row.starts_at < end]
        times = Counter((uid, starts) for (uid, _), starts in found)
        outcome.expected = len(wanted)
        outcome.doubled = [f"{uid} {starts}" for (uid, starts), count in times.items() if count > 1]
        made = dict(found)
        outcome.missing = [f"{uid} {day}" for uid, day in wanted.keys() - made.keys()]
        outcome.too_many = [f"{uid} {day}" for uid, day in made.keys() - wanted.keys()]
        both = wanted.keys() & made.keys()
        outcome.wrong = [f"{uid} {day}" for uid, day in both if wanted[uid, day] != made[uid, day]]
        outcome.once = len(both) - len(outcome.wrong) - len(outcome.doubled)


def _midnight() -> datetime:
    return datetime(FIRST.year, FIRST.month, FIRST.day, tzinfo=UTC)


def _service(store: Store, council: Council, clock: MovableClock) -> Service:
    """As much of the service as the clock's door needs."""
    part = SimpleNamespace(store=store, council=council, clock=clock, wake=lambda messages: None)
    part.speaking = lambda: Service.speaking(cast(Service, part))
    return cast(Service, part)


def draft_of(spec: Spec) -> SeriesDraft:
    """The series as a file would propose it."""
    recurrence = Recurrence(
        spec.rule, spec.first, spec.last, spec.without, spec.extra, cast(BankHolidays, spec.bank_holidays),
        spec.term_time_only,
    )  # fmt: skip
    return SeriesDraft(spec.uid, spec.uid, "the Hub", spec.opens, spec.closes, recurrence)


async def run(
    folder: Path, step: timedelta, seed: int = 1, advance: Callable[[], None] = lambda: None, vault: Vault = VAULT
) -> Outcome:
    """Play the year with a look at the programme every `step`."""
    northmoor = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
    council = replace(northmoor, terms=TERMS, closed_days=dict.fromkeys(CLOSED, "closed"))
    store = Store(f"sqlite+inloop:///{folder}/year.sqlite3", vault)
    outcome, specs = Outcome(), forty()
    outcome.series = len(specs)
    try:
        await schema.prepare(store, _midnight())
        await _Year(store, council, step, random.Random(seed), outcome).play(specs, advance)
    finally:
        await store.close()
    return outcome


def main() -> int:
    """Exit code 1 when a session was lost, doubled or late."""
    parser = argparse.ArgumentParser(prog="python -m tests.drill.year", description=__doc__)
    parser.add_argument("--hours", type=int, default=6, metavar="H", help="look at the programme every H hours")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="other moments for what goes wrong")
    asked = parser.parse_args()
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    step = timedelta(hours=asked.hours)
    with tempfile.TemporaryDirectory(prefix="year") as folder, Progress(*bar, console=Console(stderr=True)) as progress:
        task = progress.add_task("a year of drop-ins", total=(LAST - FIRST) // step)
        outcome = asyncio.run(run(Path(folder), step, asked.seed, lambda: progress.advance(task)))
        progress.update(task, completed=(LAST - FIRST) // step)
    print(outcome.said())
    wrong = [*outcome.missing, *outcome.doubled, *outcome.wrong, *outcome.too_many, *outcome.late]
    print("\n".join(wrong[:20]) or "Every session was there exactly once.", file=sys.stderr)
    return 0 if outcome.holds else 1


if __name__ == "__main__":
    sys.exit(main())
