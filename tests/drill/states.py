"""Scenario 6: the state machine of `tests/bot/test_escalation_states.py`, for as many runs as were asked for."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.bot import test_escalation_states as machine
from tests.drill.databases import Database

STEPS = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """So many runs; more follow until there were `STEPS` steps for each."""

    database: str
    runs: int = 1_000


@dataclass(slots=True)
class Result:
    """What was played; `failure` tells how to make it fail again."""

    plan: Plan
    runs: int
    steps: int
    promises: int
    seconds: float
    failure: str = ""

    def broken(self) -> list[str]:
        """The first thing that did not hold."""
        return [f"states, {self.plan.database}: {self.failure}"] if self.failure else []


def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Play them; `advance` is called for each run."""
    if database.kind == "sqlite":
        make = machine.on_sqlite(folder)
    else:
        make = machine.on_postgresql(database.address.replace("postgresql://", "postgresql+psycopg://", 1))
    counted, began = machine.COUNTED, time.monotonic()
    counted.clear()
    failure = ""

    def one() -> machine.Team:
        advance()
        return make()

    try:
        machine.run(one, plan.runs, STEPS)
        while counted["steps"] < STEPS * plan.runs:
            machine.run(one, max(1, plan.runs // 10), STEPS)
    except AssertionError as error:
        failure = "\n".join([repr(error), *getattr(error, "__notes__", [])])
    return Result(plan, counted["runs"], counted["steps"], counted["promises"], time.monotonic() - began, failure)
