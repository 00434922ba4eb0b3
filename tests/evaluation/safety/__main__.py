"""`make bench-safety`: what the gate sees and what it takes wrongly for danger, on messages that it was not made with."""

from __future__ import annotations

import argparse
import json
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from rich.table import Table

from bot.knowledge import encoder
from bot.safety import Gate, Immediate, Worried
from bot.settings import Settings
from content.safety import KINDS, load_safety
from content.safety.phrases import spelt_out
from tests.evaluation.figures import Share
from tests.evaluation.safety.noise import VARIANTS

HERE: Final = Path(__file__).parent
FOLDER: Final = Path(__file__).parents[3] / "content" / "safety"
SORTS: Final = ("everyday", "hard", "contrast")
SHORT: Final = 280
"""Letters of a message as people write them; a few in a hundred are longer."""


@dataclass(frozen=True, slots=True)
class Said:
    """One message of the set, and what the gate makes of it."""

    text: str
    label: str
    kind: str | None
    sort: str
    explicit: bool | None
    half: str
    outcome: str = "none"

    @property
    def part(self) -> str:
        """Urgent, worried, contrast, everyday, or one of the kinds of hard negatives."""
        return self.sort if self.sort in ("urgent", "worried", "contrast", "everyday") else "hard"


def messages(half: str | None) -> list[Said]:
    """The set, whole or one half of it; the halves have no writer in common."""
    rows = [json.loads(line) for line in (HERE / "messages.jsonl").read_text(encoding="utf-8").splitlines()]
    names = ("text", "label", "kind", "sort", "explicit", "half")
    return [Said(**{name: row[name] for name in names}) for row in rows if half in (None, row["half"])]


def outcome(found: Immediate | Worried | None) -> str:
    """What the gate found, in a word."""
    return "none" if found is None else "immediate" if isinstance(found, Immediate) else "worried"


def judged(gate: Gate, rows: Sequence[Said], told: Callable[[], None] = lambda: None) -> list[Said]:
    """The messages with what this gate makes of them."""
    found = []
    for row in rows:
        found.append(
            Said(row.text, row.label, row.kind, row.sort, row.explicit, row.half, outcome(gate.assess(row.text)))
        )
        told()
    return found


def pages(rows: Sequence[Said]) -> Share:
    """How many of them a person is told of now."""
    return Share(sum(row.outcome == "immediate" for row in rows), len(rows))


def cards(rows: Sequence[Said]) -> Share:
    """How many of them get any card."""
    return Share(sum(row.outcome != "none" for row in rows), len(rows))


def groups(rows: Sequence[Said]) -> list[tuple[str, list[Said]]]:
    """The lines of the table."""
    urgent = [row for row in rows if row.part == "urgent"]
    return [
        ("urgent, explicit", [row for row in urgent if row.explicit]),
        ("urgent, oblique", [row for row in urgent if not row.explicit]),
        ("urgent, all", urgent),
        *((f"  {kind}", [row for row in urgent if row.kind == kind]) for kind in KINDS),
        ("worried", [row for row in rows if row.part == "worried"]),
        ("contrast pairs (urgent)", [row for row in rows if row.part == "contrast" and row.label == "immediate"]),
        ("hard negatives", [row for row in rows if row.part == "hard"]),
        ("everyday", [row for row in rows if row.part == "everyday"]),
    ]


class Bench:
    """The gates that are compared, and the tables."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.content = load_safety(FOLDER)
        understood = encoder(Settings().encoder_folder)
        self.gates = {"phrases alone": Gate(load_safety(FOLDER, learned=False)), "without encoder": Gate(self.content)}
        if understood is not None:
            self.gates["whole gate"] = Gate(self.content, understood)

    def half(self, half: str, *, misses: bool) -> None:
        """One half of the set, with every gate."""
        rows = messages(half)
        found = {}
        with self._bar() as bar:
            for name, gate in self.gates.items():
                task = bar.add_task(name, total=len(rows))
                found[name] = judged(gate, rows, lambda task=task: bar.advance(task))  # type: ignore[misc]
        table = Table(
            f"{half} half",
            "n",
            *(f"{name}: {what}" for name in found for what in ("page", "any card")),
            title="share, %",
        )
        columns = {name: dict(groups(part)) for name, part in found.items()}
        for title, some in groups(rows):
            cells = [str(share(columns[name][title])) for name in found for share in (pages, cards)]
            table.add_row(title, str(len(some)), *cells)
        self.console.print(table)
        if misses:
            self._misses(list(found.values())[-1])

    def _misses(self, rows: Sequence[Said]) -> None:
        for row in rows:
            if row.part in ("urgent", "worried") and row.outcome == "none":
                self.console.print(f"missed   {row.kind or row.label}: {row.text!r}", soft_wrap=True)
        for row in rows:
            if row.label == "none" and row.outcome != "none":
                self.console.print(f"{row.outcome:9} {row.sort}: {row.text!r}", soft_wrap=True)

    def variants(self) -> None:
        """Each urgent phrase, written out, under slips, text-speak, spacing and emoji."""
        gate, chance = self.gates["phrases alone"], random.Random(20261122)
        lines = [
            text
            for group in self.content.groups
            if group.outcome == "immediate"
            for phrase in group.phrases
            for text in spelt_out(phrase, self.content.slots, chance, 2)
            if gate.assess(text) is not None
        ]
        table = Table("variant", "found, %", title=f"{len(lines)} spelt-out urgent phrases")
        with self._bar() as bar:
            for name, change in VARIANTS.items():
                task = bar.add_task(name, total=len(lines))
                hits = 0
                for line in lines:
                    hits += gate.assess(change(line, chance)) is not None
                    bar.advance(task)
                table.add_row(name, str(Share(hits, len(lines))))
        self.console.print(table)

    def speed(self) -> None:
        """Milliseconds a message, and for the longest and most hostile ones."""
        rows = [row.text for row in messages(None)]
        hostile = {
            "4,096 letters of alarm": "i want to die he hits me " * 164,
            "10 kB of one letter": "a" * 10_000,
            "10 kB of spaced letters": "k i l l " * 1_250,
        }
        table = Table("gate", "p50 ms", "p99 ms", *(f"{name}, ms" for name in hostile))
        for name, gate in self.gates.items():
            taken = [_milliseconds(gate, text) for text in rows]
            worst = [min(_milliseconds(gate, text, ["hello there"] * 8) for _ in range(3)) for text in hostile.values()]
            cells = [statistics.median(taken), statistics.quantiles(taken, n=100)[98], *worst]
            table.add_row(name, *(f"{cell:.2f}" for cell in cells))
        self.console.print(table)

    def _bar(self) -> Progress:
        return Progress(
            TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), console=self.console, transient=True
        )


def _milliseconds(gate: Gate, text: str, earlier: Sequence[str] = ()) -> float:
    began = time.perf_counter()
    gate.assess(text, earlier)
    return 1000 * (time.perf_counter() - began)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the tables that were asked for."""
    parser = argparse.ArgumentParser(prog="make bench-safety", description=__doc__)
    parser.add_argument("--half", choices=("tune", "held"), help="only this half (both without it)")
    parser.add_argument(
        "--misses", action="store_true", help="list what goes wrong in the tune half; the held half stays unread"
    )
    parser.add_argument("--variants", action="store_true", help="the urgent phrases in other spellings, instead")
    parser.add_argument("--speed", action="store_true", help="time for a message, instead")
    given = parser.parse_args(arguments)
    bench = Bench(Console(width=200))
    if given.variants:
        bench.variants()
    elif given.speed:
        bench.speed()
    else:
        for half in [given.half] if given.half else ["tune", "held"]:
            bench.half(half, misses=given.misses and half == "tune")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
