"""`make bench-matching`: the matcher beside what people usually reach for, on our own questions and on public sets."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table

from bot import knowledge
from bot.settings import Settings
from content.encoder import FOLDER, Encoder, UnusableEncoder, load_encoder
from content.entry import Entry
from content.matching import Matcher
from content.vectors import Shelf
from content.vocabulary import Vocabulary, load_vocabulary
from tests.evaluation import asked as sets
from tests.evaluation import speed, whole_bot
from tests.evaluation.figures import Figures, Result, figures, results
from tests.evaluation.library import COUNCIL, outside, the_library
from tests.evaluation.methods import Method, bm25_usual, ours, rapidfuzz_usual
from tests.evaluation.picture import draw

PICTURE: Final = Path("docs/matching.png")
COLUMNS: Final = ("top-1", "top-3", "right", "wrong", "not answered", "near rejected", "far rejected", "MCC")


def main() -> None:
    """Read the arguments, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--version", choices=sets.VERSIONS, help="only this spelling (all three without it)")
    parser.add_argument("--half", choices=sets.HALVES, help="only this half of our own questions (both without it)")
    parser.add_argument(
        "--public", type=Path, metavar="DIR", help="the public sets of this folder as well (a few minutes)"
    )
    parser.add_argument("--only-public", action="store_true", help="leave our own questions out")
    parser.add_argument(
        "--misses", action="store_true", help="list what goes wrong in the tune half; the held half stays unread"
    )
    parser.add_argument(
        "--bot", action="store_true", help="the whole bot instead: safety gate, small talk, forks, two questions"
    )
    parser.add_argument("--speed", action="store_true", help="time and memory, at 186 and at 10,000 entries, instead")
    parser.add_argument("--picture", action="store_true", help=f"draw {PICTURE}")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures to a file as well")
    arguments = parser.parse_args()
    if arguments.speed:
        speed.main()
        return
    if arguments.bot:
        _whole_bot(Console(), [arguments.half] if arguments.half else list(sets.HALVES))
        return
    bench = Bench(Console(), [arguments.version] if arguments.version else sets.VERSIONS)
    if not arguments.only_public:
        bench.own(
            [arguments.half] if arguments.half else list(sets.HALVES),
            misses=arguments.misses,
            picture=arguments.picture,
        )
    if arguments.public is not None:
        bench.public(arguments.public)
    if arguments.json is not None:
        arguments.json.write_text(json.dumps(bench.kept, indent=1) + "\n", encoding="utf-8")


def _whole_bot(console: Console, halves: Sequence[sets.Half]) -> None:
    known = knowledge.load(Settings(council_file=COUNCIL))
    for half in halves:
        for version in sets.VERSIONS:
            table = Table("what is shown, %", "in scope", "near", "far", title=f"the whole bot, {half} half, {version}")
            for row in whole_bot.rows(whole_bot.count(known, sets.own(half, version))):
                table.add_row(*row)
            console.print(table)


class Bench:
    """Runs methods over sets and prints a table a set."""

    def __init__(self, console: Console, versions: Sequence[sets.Version]) -> None:
        self.console, self.versions = console, versions
        self.kept: list[dict[str, object]] = []
        try:
            self.encoder: Encoder | None = load_encoder()
        except UnusableEncoder as fault:
            console.print(f"[yellow]{fault}[/]")
            self.encoder = None

    def own(self, halves: Sequence[sets.Half], *, misses: bool, picture: bool) -> None:
        """Our own questions, in three versions."""
        entries = tuple(the_library().entries.values())
        methods = self._methods(entries, load_vocabulary(), outside())
        for half in halves:
            for version in self.versions:
                found = self._run(f"own, {half} half, {version}", methods, sets.own(half, version))
                if misses and half == "tune" and version == "text-speak":
                    self._misses(found[0])
                if picture and half == "held" and version == "text-speak":
                    draw(PICTURE, [(method.name, part) for method, part in zip(methods, found, strict=True)])

    def public(self, folder: Path) -> None:
        """The public sets; thresholds come from their training data alone."""
        for version in self.versions:
            for one in sets.public(folder, version):
                self.console.print(f"best published on {one.name}: {one.published}")
                self._run(
                    f"{one.name}, {version}",
                    self._methods(one.entries, load_vocabulary().text_speak_only(), ()),
                    one.asked,
                )

    def _methods(self, entries: Sequence[Entry], vocabulary: Vocabulary, outside_: Sequence[str]) -> list[Method]:
        shelf = Shelf(FOLDER / "bench")
        methods = [ours("without encoder", Matcher(entries, vocabulary, None, shelf, outside=outside_))]
        if self.encoder is not None:
            methods.insert(0, ours("with encoder", Matcher(entries, vocabulary, self.encoder, shelf, outside=outside_)))
        return [*methods, bm25_usual(entries), rapidfuzz_usual(entries)]

    def _run(self, title: str, methods: Sequence[Method], asked: Sequence[sets.Asked]) -> list[list[Result]]:
        bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
        found: list[list[Result]] = []
        with Progress(*bar, console=self.console, transient=True) as progress:
            for method in methods:
                task = progress.add_task(method.name, total=len(asked))
                found.append(results(method, asked, lambda task=task: progress.advance(task)))  # type: ignore[misc]
        table = Table("method", *COLUMNS, title=f"{title} ({len(asked)} questions)")
        for method, part in zip(methods, found, strict=True):
            counted = figures(part)
            table.add_row(method.name, *_cells(counted))
            self.kept.append({"set": title, "method": method.name, **dict(zip(COLUMNS, _cells(counted), strict=True))})
        self.console.print(table)
        return found

    def _misses(self, found: Sequence[Result]) -> None:
        for result in found:
            if result.answered and not result.first_is_right:
                self.console.print(
                    f"{result.asked.kind}: {result.asked.text} | {result.found[0]} {result.score}", markup=False
                )
            elif result.asked.kind == "in" and not result.answered:
                self.console.print(
                    f"not answered: {result.asked.text} | {' '.join(result.asked.right)} | {result.found}", markup=False
                )


def _cells(counted: Figures) -> list[str]:
    shares = (
        counted.top_1, counted.top_3, counted.right, counted.wrong, counted.not_answered, counted.near_rejected, counted.far_rejected,
    )  # fmt: skip
    return [*map(str, shares), f"{counted.mcc:.3f}"]


if __name__ == "__main__":
    main()
