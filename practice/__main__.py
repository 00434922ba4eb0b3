"""`python -m practice`: a stand-in for Telegram on this machine."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import signal
import sys
from pathlib import Path

from practice import cast
from practice.errors import Mistake
from practice.server import LOCAL, TOKEN, Server


def arguments(given: list[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m practice",
        description="A stand-in for Telegram on this machine: the bot talks to it, and a page shows several phones. "
        "Nobody outside sees it, and nothing is kept when it stops.",
        epilog="Prints one line of JSON with the page's address when it listens. Stop it with Ctrl-C.",
    )
    parser.add_argument(
        "--port", type=int, default=8765, help="port to listen on; 0 takes a free one (default: %(default)s)"
    )
    parser.add_argument("--host", default=LOCAL, help="address to listen on; this machine only (default: %(default)s)")
    parser.add_argument("--token", default=TOKEN, help="token that the bot has to use (default: %(default)s)")
    parser.add_argument(
        "--cast", type=Path, metavar="FILE", help="people and groups as JSON, instead of the default cast"
    )
    parser.add_argument(
        "--log-file", type=Path, metavar="FILE", help="write every call of the bot there, one JSON line each"
    )
    parser.add_argument("--no-limits", action="store_true", help="do not enforce Telegram's sending limits")
    return parser.parse_args(given)


async def run(asked: argparse.Namespace) -> None:
    """Serve until told to stop."""
    server = Server(token=asked.token, cast_told=cast.load(asked.cast), log_file=asked.log_file)
    server.world.limits.on = not asked.no_limits
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await server.start(asked.port, asked.host)
    try:
        print(json.dumps({"page": server.page, "api_base": server.api_base, "token": server.token}), flush=True)
        await stop.wait()
    finally:
        await server.stop()


def main() -> int:
    """Exit code 2 with one sentence if it cannot start."""
    asked = arguments()
    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(run(asked))
    except Mistake as mistake:
        print(mistake, file=sys.stderr)
        return 2
    except OSError as error:
        print(
            f"Port {asked.port} cannot be used ({error.strerror or error}); choose another with --port.",
            file=sys.stderr,
        )
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
