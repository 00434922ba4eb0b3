"""Looks at everything that the bot needs and says in a line each whether it is there. It changes nothing."""

from __future__ import annotations

import os
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from bot import keys, knowledge
from bot.audit import read as read_heads
from bot.errors import BotError
from bot.knowledge import MISTAKES, Knowledge
from bot.settings import ROOT, Settings
from bot.store import occurrences, phrasings, schema
from bot.store.engine import Store
from bot.store.vault import Vault
from content import encoder
from content.checks import check_entries, check_safety, unchecked
from content.council import BrokenCouncil, Council, load_council
from content.safety import BrokenSafety, load_safety

OTHERS_MAY: Final = 0o077
"""The bits of a file's mode that let anybody but its owner do something."""


class Mark(StrEnum):
    """How something is."""

    FINE = "✓"
    BROKEN = "✗"
    LOOK = "–"
    """The bot works; somebody should know, or it could not be looked at."""


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that was looked at."""

    mark: Mark
    name: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.mark} {self.name}: {self.sentence}"


async def examine(read: Callable[[], Settings], now: datetime) -> list[Found]:
    """Look at everything; `read` reads the settings. No line holds a secret."""
    try:
        settings = read()
    except BotError as error:
        return [Found(Mark.BROKEN, "settings", f"{_first_line(error)} The rest was not looked at.")]
    mode = "practice mode, without a token" if settings.practice else "a token is set"
    found = [Found(Mark.FINE, "settings", f"they can be read; {mode}.")]
    council, lines = _council(settings)
    found += lines
    known, lines = _files(settings, council)
    found += lines
    if known is not None:
        found += _entries(known, now)
    status = encoder.status(settings.encoder_folder)
    found.append(Found(Mark.FINE if status.ok else Mark.LOOK, "encoder", status.sentence))
    found.append(_key_file(settings))
    found += await _database(settings, known, now)
    found += [_zones(), _audit(settings), _listing(settings)]
    return found


def is_well(found: list[Found]) -> bool:
    """Whether nothing is broken."""
    return not any(one.mark is Mark.BROKEN for one in found)


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines() or [type(error).__name__]
    more = f" (and {len(lines) - 1} more)" if len(lines) > 1 else ""
    return f"{lines[0]}{more}"


def _council(settings: Settings) -> tuple[Council | None, list[Found]]:
    try:
        council = load_council(settings.council_file)
    except BrokenCouncil as error:
        return None, [Found(Mark.BROKEN, "council", _first_line(error))]
    found = [Found(Mark.FINE, "council", f"{council.name}{', a demonstration' if council.demonstration else ''}.")]
    try:
        council.check_ready()
    except BrokenCouncil as error:
        return None, [*found, Found(Mark.BROKEN, "contacts", _first_line(error))]
    return council, [*found, Found(Mark.FINE, "contacts", f"all {len(council.contacts)} have a name and a number.")]


def _files(settings: Settings, council: Council | None) -> tuple[Knowledge | None, list[Found]]:
    """The entries, words and cards, as the bot reads them at its start."""
    try:
        load_safety(ROOT / "content" / "safety")
        safety = Found(Mark.FINE, "safety", "the cards and the words of danger can be read.")
    except BrokenSafety as error:
        safety = Found(Mark.BROKEN, "safety", _first_line(error))
    if council is None or safety.mark is Mark.BROKEN:
        return None, [safety, Found(Mark.LOOK, "entries", "not looked at: mend what stands above first.")]
    try:
        known = knowledge.load(settings)
    except MISTAKES as error:
        return None, [safety, Found(Mark.BROKEN, "entries", _first_line(error))]
    count = f"{len(known.written.entries)} in {len(known.written.topics())} topics."
    return known, [safety, Found(Mark.FINE, "entries", count)]


def _entries(known: Knowledge, now: datetime) -> Iterator[Found]:
    today = now.astimezone(known.council.zone).date()
    late = [e for e in known.written.entries.values() if e.review_by is not None and e.review_by < today]
    yield Found(
        Mark.LOOK if late else Mark.FINE,
        "review dates",
        f"{len(late)} entries are past theirs, such as {late[0].id}." if late else "no entry is past its own.",
    )
    yield _safety_numbers(known, today)
    problems = check_entries(known.written, known.matcher, known.vocabulary, today)
    problems += check_safety(known.safety, known.council, today)
    yield Found(
        Mark.LOOK if problems else Mark.FINE,
        "check-entries",
        f"{len(problems)} mistakes. Run python -m bot check-entries." if problems else "no mistakes.",
    )


def _safety_numbers(known: Knowledge, today: date) -> Found:
    late = unchecked(known.safety, known.council, today)
    if not late:
        return Found(Mark.FINE, "safety numbers", "each was checked within two months.")
    count = "1 was" if len(late) == 1 else f"{len(late)} were"
    return Found(Mark.LOOK, "safety numbers", f"{count} not checked for two months, such as {late[0]}.")


def _key_file(settings: Settings) -> Found:
    path = settings.key_file
    try:
        keys.read(path)
    except BotError as error:
        database = _database_file(settings)
        if not path.exists() and database is not None and not database.exists():
            return Found(Mark.LOOK, "key file", "it is made at the first start. Then copy it to a safe place.")
        return Found(Mark.BROKEN, "key file", str(error))
    if path.stat().st_mode & OTHERS_MAY:
        return Found(Mark.LOOK, "key file", f"others on this machine may read it. Run chmod 600 {path.name}.")
    return Found(Mark.FINE, "key file", "it is there, and only its owner may read it.")


def _database_file(settings: Settings) -> Path | None:
    """The SQLite file; None for a server."""
    place = settings.database_url.partition("://")[2]
    return ROOT / place.removeprefix("/") if settings.database_url.startswith("sqlite") and place else None


async def _database(settings: Settings, known: Knowledge | None, now: datetime) -> list[Found]:
    file = _database_file(settings)
    if file is not None and not file.exists():
        return [Found(Mark.LOOK, "database", "it is made at the first start.")]
    try:
        vault = Vault(keys.read(settings.key_file))
    except BotError:
        return [Found(Mark.LOOK, "database", "not looked at: it needs the key file.")]
    store = Store(settings.database_url, vault)
    try:
        await schema.check_ready(store, now)
        await _try_to_write(store, now)
        found = [Found(Mark.FINE, "database", f"it can be read and written, and is at version {schema.HEAD}.")]
        return [*found, *([await _learned(store, known)] if known is not None else [])]
    except BotError as error:
        return [Found(Mark.BROKEN, "database", _first_line(error))]
    except (DBAPIError, OSError) as error:
        return [Found(Mark.BROKEN, "database", f"it can't be written to ({type(error).__name__}).")]
    finally:
        await store.close()


class _Undo(Exception):
    """Ends the trial transaction without a trace."""


async def _try_to_write(store: Store, now: datetime) -> None:
    try:
        async with store.transaction() as connection:
            await occurrences.once(connection, "doctor", "trial", "never", now)
            raise _Undo
    except _Undo:
        return


async def _learned(store: Store, known: Knowledge) -> Found:
    async with store.reading() as connection:
        learned = await phrasings.learned(connection)
    lost = sorted({one.entry_id for one in learned} - set(known.written.entries))
    if lost:
        return Found(Mark.LOOK, "learned words", f"there is no entry any more for words of {', '.join(lost)}.")
    fresh = sum(one.exported_at is None for one in learned)
    return Found(Mark.FINE, "learned words", f"{len(learned)}, {fresh} of them not yet in a file.")


def _zones() -> Found:
    try:
        summer = datetime(2026, 7, 1, 12, tzinfo=UTC).astimezone(zoneinfo.ZoneInfo("Europe/London"))
    except zoneinfo.ZoneInfoNotFoundError:
        return Found(Mark.BROKEN, "time zones", "their data are missing. Install the package tzdata.")
    if summer.hour != 13:
        return Found(Mark.BROKEN, "time zones", "their data are wrong. Install the package tzdata.")
    return Found(Mark.FINE, "time zones", "summer time in London is known.")


def _audit(settings: Settings) -> Found:
    file = settings.audit_file
    try:
        heads = read_heads(file)
    except BotError as error:
        return Found(Mark.BROKEN, "audit file", str(error))
    if heads.unreadable:
        return Found(Mark.BROKEN, "audit file", f"{heads.unreadable} lines of it are damaged. Run check-audit.")
    place = file if file.exists() else next(folder for folder in file.parents if folder.exists())
    if not os.access(place, os.W_OK):
        return Found(Mark.BROKEN, "audit file", "it can't be written to. Check AUDIT_FILE.")
    if not heads.heads:
        return Found(Mark.LOOK, "audit file", "nothing is in it yet; the bot adds a line every night.")
    return Found(Mark.FINE, "audit file", f"lines in it: {len(heads.heads)}. check-audit compares them.")


def _listing(settings: Settings) -> Found:
    """Whether Find an Apprenticeship is read; nobody is asked, for every question counts there."""
    if settings.vacancies_key is None:
        return Found(Mark.FINE, "apprenticeships", "the public listing is not read: there is no VACANCIES_KEY.")
    miles = settings.vacancies_miles
    return Found(
        Mark.FINE, "apprenticeships", f"the public listing is read every morning, {miles} miles around the Hub."
    )
