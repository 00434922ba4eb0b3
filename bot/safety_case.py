"""What a safeguarding lead signs: everything that the bot knows, says and does about danger, gathered from its own files."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Final

from bot import when, working_time
from bot.message import written
from content.council import Council
from content.safety import KINDS, Card, SafetyContent, load_safety
from content.safety.hazards import Hazard, load_hazards
from content.texts import escalation, safety
from content.texts import safety_case as texts

AGES: Final = (None, 17, 18, 20)
"""Each stands for those who read the same lines; None for somebody whose birthday is not known."""
LATE: Final = time(23, 30)
SEARCH: Final = 370
"""Days in which every council has a working day, a night and a bank holiday."""


@dataclass(frozen=True, slots=True)
class Situation:
    """When a card is sent, and what it then says about who has been told."""

    name: str
    at: datetime
    told: str
    gently: str = safety.SHALL_I_TELL
    """What the gentle card says."""
    in_a_fault: str = ""
    """What the fault card says, if something else than the others."""
    knows_ages: bool = True

    def told_on(self, kind: str) -> str:
        """What the card of this kind says."""
        if kind == "worried":
            return self.gently
        return self.in_a_fault or self.told if kind == "fault" else self.told


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as one person reads it in one situation, with the buttons under it."""

    age: int | None
    situation: Situation
    card: Card
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """All that the page is made of."""

    council: Council
    safety: SafetyContent
    hazards: tuple[Hazard, ...]
    situations: tuple[Situation, ...]
    model_card: str
    figures: str
    versions: Mapping[str, str]
    today: date

    def cards(self, kind: str) -> Iterator[Shown]:
        """The card of a kind for every age in every situation."""
        for age in AGES:
            for situation in self.situations:
                yield shown(self.safety, self.council, kind, age, situation)


def gather(council: Council, root: Path, council_file: Path, now: datetime) -> Case:
    """Read everything below `root`; raises `BrokenSafety` or `BrokenHazards` for what can't be signed."""
    content, log = root / "content", root / "docs" / "safety" / "hazards.yaml"
    return Case(
        council=council,
        safety=load_safety(content / "safety"),
        hazards=load_hazards(log, root),
        situations=situations(council, now),
        model_card=_text(log.with_name("model-card.md")),
        figures=_sections(_text(root / "docs" / "measurements.md"), "safety"),
        versions={
            "Safety folder": version(content / "safety"),
            "How it is read": version(root / "bot" / "safety.py"),
            "Sentences": version(
                *(content / "texts" / f"{name}.py" for name in ("safety", "escalation", "safety_case"))
            ),
            "Hazard log": version(log),
            "The council's file": version(council_file),
        },
        today=now.astimezone(council.zone).date(),
    )


def shown(content: SafetyContent, council: Council, kind: str, age: int | None, situation: Situation) -> Shown:
    """A card with all its gaps filled, as the bot would fill them."""
    told = situation.told_on(kind)
    asks = told == safety.SHALL_I_TELL
    first = (safety.TELL, safety.DONT_TELL) if asks else ()
    last = () if asks else (safety.MISTAKE,)
    card = content.card(kind, age if situation.knows_ages else None, {**council.gaps, "told": told})
    return Shown(age, situation, card, (*first, safety.SAFE, safety.NOT_SAFE, *last))


def kinds() -> tuple[str, ...]:
    """Every card's kind, in the order in which they are shown."""
    return (*KINDS, "worried", "fault")


def situations(council: Council, now: datetime) -> tuple[Situation, ...]:
    """The situations in which a card says something else, at the next moments at which they come about."""
    day, night, holiday = _moments(council, now)
    priya, person, duty, manager = texts.PRIYA, escalation.A_PERSON, escalation.THE_DUTY_WORKER, escalation.A_MANAGER
    away, nobody = _told(council, day, duty, manager), escalation.NOBODY_TOLD_ON_CARD
    return (
        Situation(texts.IN_HOURS, day, _told(council, day, priya, duty)),
        Situation(texts.NIGHT, night, _told(council, night, person, duty)),
        Situation(texts.BANK_HOLIDAY, holiday, _told(council, holiday, person, duty)),
        Situation(texts.NOBODY_ON_CALL, night, _told(council, night, person, duty)),
        Situation(texts.ADVISER_AWAY, day, away),
        Situation(texts.NOBODY_JOINED, day, nobody, gently=nobody),
        Situation(
            texts.NOT_STORED, day, safety.NOT_TOLD_YET, safety.NOT_SAVED_YET, safety.NOT_SAVED_YET, knows_ages=False
        ),
    )


def _told(council: Council, at: datetime, who: str, then: str) -> str:
    """The line on a card, as `bot.escalating.told_on_card` makes it; a test holds the two together."""
    opens = working_time.next_opening(council, at)
    closed = not working_time.is_open(council, at)
    gaps = {**council.gaps, "who": who, "then": then, "opens": when.said(opens, at, council.zone) if opens else "now"}
    return written(escalation.URGENT_CLOSED_ON_CARD if closed else escalation.URGENT_ON_CARD, gaps).text


def _moments(council: Council, now: datetime) -> tuple[datetime, datetime, datetime]:
    """A moment in office hours, one at night, and one on a bank holiday, all ahead of now.

    A council that lists its bank holidays as closed days gets the first of those.
    """
    today = now.astimezone(council.zone).date()
    days = [today + timedelta(days=ahead) for ahead in range(1, SEARCH)]
    opening = next(opens for day in days if (opens := working_time.opening(council, day)))
    night = datetime.combine(opening.date(), LATE, council.zone)
    shut = (
        day for day in days if council.office_hours[day.weekday()] and not working_time.is_working_day(council, day)
    )
    holiday = min(shut, key=lambda day: (day in council.closed_days, day), default=night.date())
    return (
        opening + timedelta(hours=1),
        night,
        datetime.combine(holiday, time(11), council.zone),
    )


def version(*places: Path) -> str:
    """Twelve letters that change with any file in a folder, or with single files; line ends make no difference."""
    total = hashlib.sha256()
    for place in places:
        for file in [place] if place.is_file() else sorted(_files(place)):
            name = file.relative_to(place.parent).as_posix()
            body = file.read_bytes().replace(b"\r\n", b"\n")
            total.update(f"{name}:{len(body)}:".encode() + body)
    return total.hexdigest()[:12]


def _files(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _sections(markdown: str, about: str) -> str:
    """The sections whose heading speaks of something."""
    parts = re.split(r"^(?=## )", markdown, flags=re.MULTILINE)
    return "\n".join(part for part in parts if part.startswith("## ") and about in part.splitlines()[0].lower())
