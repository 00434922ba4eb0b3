"""Scenario 6: the state machine of `tests/bot/test_escalation_states.py`, for as many runs as were asked for."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.settings import read
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
    address = read({"DATABASE_URL": database.address}, None).database_url
    counted, began, failure = machine.COUNTED, time.monotonic(), ""
    counted.clear()
    logging.disable(logging.CRITICAL)  # what the bot has to say to thousands of alarms
    try:
        with machine.Stage(address) as stage:
            machine.run(stage, plan.runs, STEPS, advance)
            while counted["steps"] < STEPS * plan.runs:
                machine.run(stage, max(1, plan.runs // 10), STEPS, advance)
    except Exception as error:
        failure = "\n".join([repr(error), *getattr(error, "__notes__", [])])
    finally:
        logging.disable(logging.NOTSET)
    return Result(plan, counted["runs"], counted["steps"], counted["promises"], time.monotonic() - began, failure)
