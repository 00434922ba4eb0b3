"""What a drill plays on: the stand-in and the bot as processes of their own, their folder, and the stand-in's log."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from practice.client import Control, Stand

Json = dict[str, Any]

ROOT = Path(__file__).resolve().parent.parent.parent
FIRST_PERSON = 7_200_000_001
POLL = 0.02
"""Seconds between two looks at a file that another process writes."""
STOP_SECONDS = 15.0
NOT_INHERITED = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPROFILEIMPORTTIME", "PYTHONASYNCIODEBUG"})
"""What would make a process slower to start or to run than it is where it is installed."""
SETTING = re.compile(r"^#? ?([A-Z][A-Z_]+)=", re.MULTILINE)


class Failed(Exception):
    """The drill itself could not go on; its text says why and where the bot's log lies."""


def setting_names() -> frozenset[str]:
    """Every setting that the bot knows, as .env.example lists them."""
    return frozenset(SETTING.findall((ROOT / ".env.example").read_text(encoding="utf-8")))


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    """The bot's environment: these settings, and every other one empty, so that no `.env` on this machine counts."""
    names = setting_names()
    if unknown := set(settings) - names:
        raise Failed(f"not a setting of the bot: {', '.join(sorted(unknown))}")
    inherited = {name: value for name, value in os.environ.items() if name not in names | NOT_INHERITED}
    return {**inherited, **dict.fromkeys(names, ""), **settings, "PYTHONUNBUFFERED": "1"}


def people(count: int) -> list[int]:
    """The ids of so many invented young people."""
    return list(range(FIRST_PERSON, FIRST_PERSON + count))


def write_cast(file: Path, ids: Iterable[int], groups: Sequence[Json] = ()) -> Path:
    """A cast file for the stand-in: young people who have started the bot, and groups."""
    told = [
        {"id": id_, "first_name": f"Young person {n}", "part": "young person", "started": True}
        for n, id_ in enumerate(ids)
    ]
    file.write_text(json.dumps({"people": told, "groups": list(groups)}), encoding="utf-8")
    return file


@asynccontextmanager
async def stand_in(folder: Path, ids: Iterable[int], *, limits: bool, groups: Sequence[Json] = ()) -> AsyncIterator[Stand]:  # fmt: skip
    """The stand-in in its own process, logging to `calls.jsonl` in this folder."""
    cast = write_cast(folder / "cast.json", ids, groups)
    async with Stand(apart=True, limits=limits, log_file=folder / "calls.jsonl", cast_file=cast) as stand:
        yield stand


@dataclass
class Tail:
    """Reads a growing file of JSON lines, each line once."""

    file: Path
    _read_to: int = 0
    _rest: bytes = b""

    def new(self) -> list[Json]:
        """The rows that were added since the last look."""
        if not self.file.exists():
            return []
        with self.file.open("rb") as lines:
            lines.seek(self._read_to)
            data = lines.read()
        self._read_to += len(data)
        *whole, self._rest = (self._rest + data).split(b"\n")
        return [json.loads(line) for line in whole if line]


@dataclass
class BotProcess:
    """A bot as a process that can be started again and again; its own words go to a file."""

    command: Sequence[str]
    settings: Mapping[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0
    plain_environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def pid(self) -> int:
        """The running process's number."""
        if self.process is None:
            raise Failed("the bot is not running")
        return self.process.pid

    def start(self) -> float:
        """Start it; returns the moment."""
        with self.log.open("ab") as log:
            began = time.time()
            self.process = subprocess.Popen(
                [sys.executable, *self.command],
                cwd=ROOT,
                env={**environment(self.settings), **self.plain_environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1
        return began

    def kill(self) -> float:
        """End it as a power cut would; returns the moment after which it did nothing more."""
        self.check()
        assert self.process is not None
        self.process.kill()
        self.process.wait()
        return time.time()

    def check(self) -> None:
        """Raises Failed when it ended by itself."""
        if self.process is not None and (code := self.process.poll()) is not None:
            raise Failed(f"the bot ended by itself with exit code {code}: {self.last_words()}")

    def last_words(self) -> str:
        """The end of what it logged."""
        if not self.log.exists():
            return ""
        return f"{self.log}: " + " | ".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-5:])

    def stop(self) -> float:
        """Ask it to end and wait; returns how many seconds it took. Kills it when it does not."""
        if self.process is None or self.process.poll() is not None:
            return 0.0
        began = time.monotonic()
        self.process.send_signal(signal.SIGCONT)
        self.process.terminate()
        try:
            self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        return time.monotonic() - began

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def data_folder(folder: Path) -> Path:
    """Where a SQLite file lies; the keys lie beside it, never in it."""
    made = folder / "data"
    made.mkdir(exist_ok=True)
    return made


def key_file(folder: Path) -> Path:
    """The keys of a run, which the bot makes at its first start and the ledger reads."""
    return folder / "keys" / "bot.keys"


def our_bot(stand: Stand, folder: Path, database_url: str, **settings: str) -> BotProcess:
    """The bot of this repository against the stand-in; `settings` win over these."""
    told = {
        "TELEGRAM_BOT_TOKEN": stand.token,
        "TELEGRAM_API_BASE": stand.api_base,
        "DATABASE_URL": database_url,
        "KEY_FILE": str(key_file(folder)),
        "AUDIT_FILE": str(folder / "audit" / "heads.txt"),
        **settings,
    }
    return BotProcess(("-m", "bot", "run"), told, folder / "bot.log")


async def until(done: Callable[[], bool], seconds: float, what: str, bot: BotProcess | None = None) -> None:
    """Wait until something is so; raises Failed when it takes longer or the bot ended by itself."""
    end = time.monotonic() + seconds
    while not done():
        if bot is not None:
            bot.check()
        if time.monotonic() > end:
            raise Failed(f"{what} did not happen within {seconds:.0f} s" + (f"; {bot.last_words()}" if bot else ""))
        await asyncio.sleep(POLL)


async def pending(control: Control) -> int:
    """How many updates the bot has not confirmed."""
    return int((await control.pending())["pending"])
