"""The audit from outside: its head is written down elsewhere every day, and anybody can ask whether the chain still holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot.errors import SettingsError
from bot.store import events, schema
from bot.store.engine import Store
from bot.store.events import Head, Walked

HEAD = re.compile(r"([1-9]\d{0,17}):([0-9a-f]{64})")
SHOWN = 5


def parse_head(text: str) -> Head:
    """A head as it is written down: `ROW:MAC`.

    Raises SettingsError in a sentence when it is not one.
    """
    found = HEAD.fullmatch(text.strip().lower())
    if found is None:
        raise SettingsError("--head must be ROW:MAC: a number, a colon and 64 letters or digits, as in the audit file.")
    return Head(int(found[1]), found[2])


def export(file: Path, head: Head, today: date) -> bool:
    """Add the day's head to the audit file, `date row mac`, once a day; the folder is made if it is missing.

    Returns whether it was added. Raises OSError when the file can't be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a+", encoding="ascii", errors="replace") as heads:
        heads.seek(0)
        lines = heads.read().splitlines()
        if lines and lines[-1].startswith(f"{today.isoformat()} "):
            return False
        heads.write(f"{today.isoformat()} {head.row} {head.mac}\n")
    return True


@dataclass(frozen=True, slots=True)
class Exported:
    """What an audit file holds."""

    heads: tuple[Head, ...] = ()
    unreadable: int = 0
    """Lines that are no head."""


def read(file: Path) -> Exported:
    """The heads of an audit file; none when there is no such file."""
    try:
        lines = file.read_text(encoding="ascii", errors="replace").splitlines()
    except FileNotFoundError:
        return Exported()
    except OSError as error:
        raise SettingsError(f"The audit file {file.name} can't be read ({error.strerror}). Check AUDIT_FILE.") from None
    heads: list[Head] = []
    unreadable = 0
    for line in lines:
        match line.split():
            case []:
                continue
            case [_, row, mac] if HEAD.fullmatch(f"{row}:{mac}"):
                heads.append(Head(int(row), mac))
            case _:
                unreadable += 1
    return Exported(tuple(heads), unreadable)


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found."""

    walked: Walked
    known: int
    """Heads that were written down elsewhere and held against the chain."""
    unreadable: int

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, moved, left out or cut off, as far as the heads tell."""
        return self.walked.broken is None and not self.walked.others and not self.unreadable

    def sentences(self) -> list[str]:
        """What the person at the keyboard is told."""
        walked, told = self.walked, list[str]()
        if walked.broken is not None:
            told.append(
                f"The audit is broken at event {walked.broken}: it was changed or moved, or events before it are missing. "
                f"The {walked.count} before it hold."
            )
        if walked.broken is None and walked.others:
            last = walked.others[-1]
            told.append(
                f"Events were cut off: event {last.row} was written down elsewhere, the last one here is {walked.count}."
                if last.row > walked.count
                else f"Events were written anew: event {walked.others[0].row} is not the one that was written down elsewhere."
            )
        if self.unreadable:
            told.append(f"{self.unreadable} lines of the audit file are damaged.")
        if walked.broken is None and not walked.others:
            against = f" {self.known} heads that were written down elsewhere are in it." if self.known else ""
            told.append(f"The audit holds: {walked.count} events, none changed, moved or missing.{against}")
            if not self.known:
                told.append(
                    "No head from elsewhere was given, so nobody can tell whether the newest events were cut off."
                )
        if walked.head is not None and walked.broken is None:
            told.append(f"Its head is {walked.head.row}:{walked.head.mac}.")
        return told


async def check(store: Store, file: Path, given: Head | None, now: datetime) -> Checked:
    """Walk the chain and hold it against the heads of the audit file and the given one."""
    await schema.check_ready(store, now)
    exported = read(file)
    heads = {*exported.heads, *([given] if given else [])}
    async with store.reading() as connection:
        walked = await events.walk(connection, store.vault, heads)
    return Checked(walked, len(heads), exported.unreadable)
