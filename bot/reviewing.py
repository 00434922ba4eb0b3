"""Managers look at what the safety gate found, and at a few other messages picked by chance, to see whether it was right.

A gate that nobody checks gets no better: every confirmed miss becomes a case that is tried from then on (safety-and-reliability S15).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import code_word, gap, working_time
from bot.enrolment import looks_like_code
from bot.errors import BotError
from bot.models import FoundBy, GateOutcome, ReviewOf, Role, Verdict
from bot.safety import Concern
from bot.store import people, reviews
from bot.store.engine import Store
from bot.store.people import Actor
from bot.store.reviews import Proposal, Seen
from bot.store.vault import Vault
from bot.turn import Speech, Turn
from content.council import Council

log = logging.getLogger(__name__)

ONE_IN: Final = 100
"""So many other messages stand behind each that is picked (safety-and-reliability S15)."""
PURPOSE: Final = "review by chance"
WORKING_DAYS: Final = 1
"""Within so many a manager is to look at it."""
SMALL: Final = 5
"""A count below it is not shown: it would lead to somebody (safety-and-reliability 2.6)."""
SAID: Final = {GateOutcome.IMMEDIATE: "urgent", GateOutcome.WORRIED: "worried", GateOutcome.NONE: "none"}
"""The gate's outcomes as `python -m bot try --json` names them."""
FROM: Final = "review"


# --- what gets on the list


def is_picked(vault: Vault, update_id: int) -> bool:
    """Whether a message without a concern is one of those picked by chance: always the same for one update, and nobody can foresee it."""
    return int.from_bytes(vault.mac(PURPOSE, str(update_id).encode())[:8]) % ONE_IN == 0


def may_be_picked(words: str, person: Actor) -> bool:
    """Whether somebody's words may be picked: not what staff write, no command, no code, and never their code word."""
    return not (
        person.is_staff
        or words.startswith("/")
        or looks_like_code(words)
        or code_word.is_typed(person.code_word, words)
    )


async def keep_concern(
    turn: Turn,
    account: int,
    words: str,
    outcome: GateOutcome,
    concerns: Sequence[Concern],
    *,
    escalation: int | None,
) -> None:
    """Put on the list what the gate found, the gravest concern first. `account` is who wrote it."""
    sealed = {
        "words": words,
        "kinds": "; ".join(dict.fromkeys(concern.kind for concern in concerns)),
        "because": "; ".join(concern.because for concern in concerns),
    }
    await _keep(turn, account, sealed, ReviewOf.CONCERN, outcome, escalation, FoundBy(concerns[0].found_by))


async def keep_sample(turn: Turn, account: int, words: str) -> None:
    """Put a private message on the list in which the gate found nothing, if it is picked."""
    if is_picked(turn.vault, turn.update.update_id) and may_be_picked(words, await turn.actor()):
        await _keep(turn, account, {"words": words}, ReviewOf.SAMPLE, GateOutcome.NONE)


async def _keep(
    turn: Turn,
    account: int,
    sealed: dict[str, str],
    what: ReviewOf,
    outcome: GateOutcome,
    escalation: int | None = None,
    found_by: FoundBy | None = None,
) -> None:
    """Whatever goes wrong here, the card and the answer go out all the same."""
    try:
        async with turn.attempt():
            person = await people.actor(turn.connection, account)
            await reviews.add(
                turn.connection, sealed, found_by=found_by, update_id=turn.update.update_id, telegram_id=account,
                person_id=person.id, escalation_id=escalation, at=turn.now, what=what, outcome=outcome,
            )  # fmt: skip
    except Exception as error:  # noqa: BLE001 - a list for later must never stop a card
        log.error("update %d is not on the review list (%s)", turn.update.update_id, type(error).__name__)


# --- what a manager says of it


async def note_read(speech: Speech, seen: Seen, reader: Actor) -> None:
    """A manager reads somebody's words: an event that its writer finds in /mydata, as with every other reading."""
    if seen.person_id is not None:
        await speech.event("person", seen.person_id, "opened", actor=reader.id, review=seen.id)
    else:
        await speech.event("review", seen.id, "opened", actor=reader.id)


async def decide(
    speech: Speech,
    seen: Seen,
    verdict: Verdict,
    by: int | None,
    *,
    knows: Callable[[str], bool],
    expected: GateOutcome = GateOutcome.NONE,
    kind: str | None = None,
) -> Proposal | None:
    """Note the verdict. What the gate got wrong becomes a proposal, with nobody in its words; None without one.

    `knows` says whether a word is the knowledge base's own. A text that may say who somebody is becomes no proposal.
    """
    words = gap.worth_keeping(seen.words, knows) if verdict is not Verdict.RIGHT else None
    proposal = Proposal(words, expected, kind) if words is not None else None
    if await reviews.decide(speech.connection, speech.now, seen.id, verdict, by, proposal):
        await speech.event("review", seen.id, str(verdict), actor=by)
    return proposal


# --- how it goes


def is_late(council: Council, at: datetime, now: datetime) -> bool:
    """Whether a manager should have looked at it by now."""
    return working_time.after_days(council, at, WORKING_DAYS) <= now


async def late(connection: AsyncConnection, council: Council, now: datetime) -> int:
    """How many nobody has looked at in time."""
    return sum(is_late(council, at, now) for at in await reviews.waiting_since(connection))


@dataclass(frozen=True, slots=True)
class Month:
    """The pages that the gate caused in a month so far, those that were false alarms, and the advisers they are shared by."""

    pages: int
    false_alarms: int
    advisers: int

    @property
    def pages_each(self) -> float:
        """Pages for each adviser."""
        return self.pages / max(1, self.advisers)

    @property
    def false_alarms_each(self) -> float:
        """False alarms for each adviser; more than one a month and people stop reading pages (safety-and-reliability 1.2)."""
        return self.false_alarms / max(1, self.advisers)


async def month(connection: AsyncConnection, council: Council, now: datetime) -> Month:
    """This month's figures. A page is a false alarm when managers said so of each of its messages that they looked at."""
    begins = now.astimezone(council.zone).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    said = await reviews.pages_since(connection, begins)
    false = [page for page, verdicts in said.items() if verdicts - {None} == {Verdict.FALSE_ALARM}]
    advisers = [one for one in await people.with_role(connection, Role.ADVISER) if one.is_enrolled]
    return Month(len(said), len(false), len(advisers))


# --- what is learned from it


class UnusableFile(BotError):
    """The file of cases can't be read or written."""


@dataclass(frozen=True, slots=True)
class Exported:
    """The lines that were added to a file, or would be, and how many proposals they and those already in it come from."""

    lines: tuple[str, ...]
    misses: int
    false_alarms: int

    def sentence(self, *, dry_run: bool) -> str:
        """What the person at the keyboard is told."""
        would = "would be" if dry_run else "are"
        return f"{self.misses} confirmed misses and {self.false_alarms} false alarms {would} in the file now."


async def export(store: Store, file: Path, now: datetime, *, dry_run: bool) -> Exported:
    """Add what managers confirmed to a file of cases, one JSON object a line; with `dry_run` only say what would be added.

    Raises UnusableFile in a sentence when the file can't be read or written; then nothing is marked as exported.
    """
    async with store.reading() as connection:
        found = await reviews.proposals(connection)
    there = _read(file)
    lines = [line for line in dict.fromkeys(map(_line, found.values())) if line not in there.splitlines()]
    if not dry_run and found:
        _append(file, there, lines)
        async with store.transaction() as connection:
            await reviews.note_exported(connection, now, list(found))
            for number in found:
                await Speech(connection, now).event("review", number, "exported")
    misses = sum(one.expected is not GateOutcome.NONE for one in found.values())
    return Exported(tuple(lines), misses, len(found) - misses)


def _line(one: Proposal) -> str:
    case = {"text": one.text, "expected": SAID[one.expected], "kind": one.kind, "from": FROM}
    return json.dumps(case, ensure_ascii=False)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8") if file.exists() else ""
    except (OSError, UnicodeDecodeError) as fault:
        raise UnusableFile(f"{file.name} can't be read ({type(fault).__name__}). Nothing was exported.") from None


def _append(file: Path, there: str, lines: Sequence[str]) -> None:
    begins = "" if not there or there.endswith("\n") else "\n"
    try:
        with file.open("a", encoding="utf-8") as opened:
            opened.write(begins + "".join(f"{line}\n" for line in lines))
    except OSError as fault:
        raise UnusableFile(f"{file.name} can't be written ({fault.strerror}). Nothing was exported.") from None
