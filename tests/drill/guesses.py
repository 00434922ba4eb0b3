"""Scenario: an attacker guesses codes while 500 of them are live; first against the rule, then without lockout and freeze."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select

from bot import enrolling, keys
from bot import enrolment as rule
from bot.models import Person, Role
from bot.settings import read
from bot.store import invitations, schema
from bot.store.engine import Store
from bot.store.people import NOBODY
from bot.store.vault import Vault
from bot.turn import Speech
from tests.drill.databases import Database

LIVE = 500
AN_HOUR = 10_000
"""Guesses in an hour: about three a second, from as many accounts as that takes."""
TOGETHER = 500
FIRST_ACCOUNT = 8_000_000_000
BEGIN = datetime(2026, 11, 23, 10, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Plan:
    """So many guesses of each kind."""

    database: str
    guesses: int = 1_000_000


@dataclass(slots=True)
class Result:
    """What they came to. `verdicts` counts what the rule said, `bare` how many codes were found without it."""

    plan: Plan
    verdicts: Counter[str] = field(default_factory=Counter)
    enrolments: int = 0
    bare: int = 0
    seconds: float = 0.0

    def broken(self) -> list[str]:
        """Each bound that does not hold."""
        said = f"guesses, {self.plan.database}"
        hours = self.plan.guesses // AN_HOUR + 1
        looked_at = self.verdicts["Wrong"]
        return [
            *([f"{said}: {self.enrolments} enrolments by a guessed code"] if self.enrolments else []),
            *([f"{said}: {self.bare} codes were guessed"] if self.bare else []),
            *([f"{said}: {looked_at} guesses were looked at in {hours} hours"] if looked_at > rule.FREEZE_AT * (hours + 1) else []),
        ]  # fmt: skip


async def make_live(store: Store, live: int) -> None:
    """So many invitations whose codes work for as long as the guessing lasts."""
    async with store.transaction() as connection:
        for _ in range(live):
            await invitations.add(
                connection, BEGIN, token=rule.new_token(), code=rule.new_code(), role=Role.YOUNG_PERSON,
                expires_at=BEGIN + timedelta(days=3650), name="Jade Marlow", invited_by=1,
            )  # fmt: skip


async def against_the_rule(
    store: Store, guesses: int, an_hour: int = AN_HOUR, advance: Callable[[], None] = lambda: None
) -> Counter[str]:
    """Guess, each account as often as it may and once more; returns what the rule said to each."""
    said: Counter[str] = Counter()
    numbers = iter(range(guesses))
    while chunk := list(islice(numbers, TOGETHER)):
        async with store.transaction() as connection:
            for number in chunk:
                moment = BEGIN + timedelta(hours=number / an_hour)
                account = FIRST_ACCOUNT + number // (rule.TRIES + 1)
                tried = await enrolling.try_code(Speech(connection, moment), NOBODY, account, rule.new_code())
                said[type(tried.verdict).__name__] += 1
        advance()
    return said


async def without_the_rule(store: Store, guesses: int, advance: Callable[[], None] = lambda: None) -> int:
    """Look up as many guesses without lockout and freeze: how many are live codes?"""
    found = 0
    async with store.reading() as connection:
        for number in range(guesses):
            found += await invitations.by_code(connection, rule.new_code()) is not None
            if number % TOGETHER == 0:
                advance()
    return found


async def enrolments(store: Store) -> int:
    """How many accounts came in."""
    async with store.reading() as connection:
        return int(await connection.scalar(select(func.count()).select_from(Person)) or 0)


def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Guess; `advance` is called for every `TOGETHER` guesses."""
    return asyncio.run(_run(plan, database, advance))


async def _run(plan: Plan, database: Database, advance: Callable[[], None]) -> Result:
    store = Store(read({"DATABASE_URL": database.address}, None).database_url, Vault(keys.in_memory()))
    result, began = Result(plan), time.monotonic()
    try:
        await schema.prepare(store, BEGIN)
        await make_live(store, LIVE)
        result.verdicts = await against_the_rule(store, plan.guesses, advance=advance)
        result.enrolments = await enrolments(store)
        result.bare = await without_the_rule(store, plan.guesses, advance)
    finally:
        await store.close()
    result.seconds = time.monotonic() - began
    return result
