"""`python -m tests.bench.planning`: how long it takes to write down whom a notice reaches, and how much memory.

People are put into PostgreSQL by SQL; then the bot's own code plans a notice to all of them, in its own chunks.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from rich.console import Console
from rich.progress import Progress
from sqlalchemy import func, select, text

from bot import keys
from bot.audience import Audience
from bot.models import FiringState, NoticeKind, NoticeState, Receipt
from bot.service import Service
from bot.settings import ROOT, read
from bot.store import notices, schema
from bot.store.engine import Store
from bot.store.vault import Vault
from content.council import load_council
from scheduler import notice as sending
from tests.conftest import NOW
from tests.drill.databases import Databases
from tests.fakes import MovableClock

MOST_SECONDS = 60.0
MOST_MEGABYTES = 100.0
"""What planning may add to the process, however many there are: a chunk or two of people."""
PEOPLE = text(
    "INSERT INTO people (id, telegram_id, state, created_at, on_call, discreet, first_week_step)"
    " SELECT n, 7200000000 + n, 'enrolled', :now, false, false, 0 FROM generate_series(1, :count) AS n"
)
ROLES = text(
    "INSERT INTO roles (person_id, role, given_at) SELECT n, 'young person', :now FROM generate_series(1, :count) AS n"
)


def memory() -> float:
    """The most that this process has ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


async def run(address: str, count: int, advance: Any) -> tuple[float, float, int]:
    """Plan a notice to so many. Returns seconds, megabytes more than before, and how many receipts there are."""
    store = Store(read({"DATABASE_URL": address}, None).database_url, Vault(keys.in_memory()))
    await schema.prepare(store, NOW)
    async with store.transaction() as connection:
        await connection.execute(PEOPLE, {"now": NOW, "count": count})
        await connection.execute(ROLES, {"now": NOW, "count": count})
    async with store.transaction() as connection:
        await connection.execute(text("ANALYZE"))
        audience = Audience(people=True)
        number = await notices.add(
            connection, NOW, NoticeKind.MESSAGE, audience, NOW.date(), "10:00", text="The Hub is open.",
            state=NoticeState.PLANNED,
        )  # fmt: skip
        firing_id = await notices.add_firing(connection, number, NOW.date(), NOW)
        await notices.change_firing(connection, firing_id or 0, state=FiringState.SENDING, began_at=NOW)
    council = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
    service = SimpleNamespace(store=store, clock=MovableClock(), council=council, wake=lambda waiting: None)
    async with store.reading() as connection:
        notice, firing = await notices.get(connection, number), await notices.firing(connection, firing_id)
    assert notice is not None
    assert firing is not None
    before, began = memory(), time.monotonic()
    while firing.planned_at is None:
        firing = await sending._plan(cast(Service, service), notice, firing)
        advance(sending.CHUNK)
    seconds = time.monotonic() - began
    async with store.reading() as connection:
        written = int(await connection.scalar(select(func.count()).select_from(Receipt)) or 0)
    await store.close()
    return seconds, memory() - before, written


def main() -> int:
    """Exit code 1 when it takes too long, too much memory, or somebody is missing."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.planning", description=__doc__)
    parser.add_argument("--people", type=int, default=1_000_000, metavar="N")
    asked = parser.parse_args()
    databases = Databases()
    try:
        with (
            Progress(console=Console(stderr=True)) as progress,
            tempfile.TemporaryDirectory(prefix="planning") as folder,
            databases.empty("postgresql", Path(folder)) as database,
        ):
            task = progress.add_task("planning", total=asked.people)
            seconds, megabytes, written = asyncio.run(
                run(database.address, asked.people, lambda count: progress.advance(task, count))
            )
    finally:
        databases.close()
    print("| planned | s | a second | MB more |\n| --- | --- | --- | --- |")
    print(f"| {written:,} | {seconds:.1f} | {written / seconds:,.0f} | {megabytes:.0f} |")
    checks = (
        (written == asked.people, f"{written:,} of {asked.people:,} were written down"),
        (seconds <= MOST_SECONDS, f"it took {seconds:.0f} s, not ≤ {MOST_SECONDS:.0f}"),
        (megabytes <= MOST_MEGABYTES, f"it took {megabytes:.0f} MB, not ≤ {MOST_MEGABYTES:.0f}"),
    )
    broken = [sentence for holds, sentence in checks if not holds]
    print("\n".join(broken) or "Every bound holds.", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
