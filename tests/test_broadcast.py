"""The drill of notices in its small form, and what it calls a broken bound."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.drill import broadcast
from tests.drill.databases import Database, Databases


@contextmanager
def sqlite_in(folder: Path) -> Iterator[Database]:
    with Databases().empty("sqlite", folder) as database:
        yield database


async def test_a_notice_with_a_kill_in_the_middle_reaches_everybody_once(tmp_path: Path) -> None:
    counted = 0

    def advance() -> None:
        nonlocal counted
        counted += 1

    with sqlite_in(tmp_path) as database:
        plan = broadcast.Plan("sqlite", recipients=60, groups=2, kills=1)
        result = await broadcast.run(plan, tmp_path, database, advance)
    assert result.broken() == []
    assert sum(result.states.values()) == plan.recipients
    assert counted >= result.states["delivered"]


def test_the_drill_calls_each_broken_bound_by_its_name() -> None:
    plan = broadcast.Plan("sqlite")
    good: dict[str, Any] = {
        "states": {"delivered": 9, "unknown": 1},
        "seconds": 1.0,
        "earned_429": 0,
        "injected_429": 3,
        "listed_unknown": 1,
    }
    assert broadcast.Result(plan, **good).broken() == []
    bad: dict[str, dict[str, Any]] = {
        "lost": {"lost": [7]}, "doubled": {"doubled": [7]}, "not meant": {"wrong": [7]}, "stuck": {"stuck": [7]},
        "self-inflicted": {"earned_429": 1}, "staff read": {"listed_unknown": 0}, "found no answer": {"asked": 1},
        "p99": {"asked": 1, "latencies": [2.5]},
    }  # fmt: skip
    for words, more in bad.items():
        sentences = broadcast.Result(plan, **{**good, **more}).broken()
        assert any(words in sentence for sentence in sentences), words
