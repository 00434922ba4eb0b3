"""Runs the bot with the standard library's profiler ready: SIGUSR1 switches it on, the end writes BENCH_PROFILE."""

from __future__ import annotations

import cProfile
import os
import signal

from bot.cli import main


def run() -> None:
    """Like `python -m bot run`; the main thread is profiled, where all but SQLite's own work happens."""
    profiler = cProfile.Profile()
    signal.signal(signal.SIGUSR1, lambda *_: profiler.enable())
    try:
        main(["run"])
    finally:
        profiler.disable()
        profiler.dump_stats(os.environ["BENCH_PROFILE"])


if __name__ == "__main__":
    run()
