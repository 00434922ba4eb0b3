"""`python -m tests.evaluation`: the table for both halves, or for one; `--misses` names the tune half's misses."""

from __future__ import annotations

import argparse
from typing import Final

from tests.evaluation.measure import Half, load_bot, results, table

HALVES: Final[tuple[Half, ...]] = ("tune", "held")
_GOOD: Final = frozenset({"right", "none"})


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.evaluation", description=__doc__)
    parser.add_argument("--half", choices=HALVES, help="only this half")
    parser.add_argument(
        "--misses", action="store_true", help="list the tune half's misses; the held half's stay unread"
    )
    arguments = parser.parse_args()
    bot = load_bot()
    for half in HALVES:
        if arguments.half in (None, half):
            print(f"{half} half\n{table(results(bot, half))}\n")
    if arguments.misses:
        for result in results(bot, "tune"):
            if result.verdict not in _GOOD:
                worry = " (worried)" if result.worried else ""
                print(f"{result.verdict}{worry} | {result.asked.text} | {result.asked.entry} | {result.said}")


if __name__ == "__main__":
    main()
