"""Runs the bot under the profiler of the standard library and leaves the figures in the file named by BENCH_PROFILE."""

from __future__ import annotations

import cProfile
import os

from bot.cli import main


def run() -> None:
    """Like `python -m bot run`, on the main thread, where all but SQLite's own work happens."""
    profiler = cProfile.Profile()
    try:
        profiler.runcall(main, ["run"])
    finally:
        profiler.dump_stats(os.environ["BENCH_PROFILE"])


if __name__ == "__main__":
    run()
