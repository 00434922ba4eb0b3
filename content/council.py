"""Who the council is: its names, hours, closed days and contacts, read from its `council.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
NATIONS = {"England": "ENG", "Wales": "WLS", "Scotland": "SCT", "Northern Ireland": "NIR"}
FIELDS = {
    "name", "demonstration", "team", "hub", "time_zone", "bank_holidays", "office_hours", "closed_days", "contacts",
    "escalation", "retention", "terms",
}  # fmt: skip
CLOCK_FIELDS = ("urgent_minutes", "urgent_answer_minutes", "ordinary_reminder_hours", "ordinary_working_days")
RETENTION_FIELDS = ("text_days", "delivery_days", "audit_years")
NEEDED_CONTACTS = ("duty", "out_of_hours", "council", "children", "housing", "council_tax")
"""The contacts that sentences and entries name. An example council may lack some; a running bot may not."""


class BrokenCouncil(Exception):
    """The council's file has mistakes; the text has a sentence for each."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Someone a young person can ring, with where the number comes from and when it was last checked."""

    name: str
    phone: str
    source: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Period:
    """Opening time on one day, local time, the end not included."""

    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class Clocks:
    """When an escalation goes on to the next person: each step counted from when it was opened."""

    urgent: tuple[timedelta, ...] = tuple(timedelta(minutes=minutes) for minutes in (0, 5, 10, 15))
    """Page the adviser, the duty worker, the manager; raise the alarm. Around the clock."""
    urgent_answer: timedelta = timedelta(minutes=15)
    """After "I've got this", something must follow within this."""
    ordinary_reminder: timedelta = timedelta(hours=4)
    """Working time until the adviser is reminded."""
    ordinary_working_days: tuple[int, ...] = (1, 2, 3)
    """Pass it to the duty worker, to the manager; raise the alarm."""


@dataclass(frozen=True, slots=True)
class Retention:
    """How long words and records are kept."""

    text_days: int = 30
    delivery_days: int = 7
    audit_years: int = 6
    """Told to people; nothing is deleted by it yet."""


@dataclass(frozen=True, slots=True)
class Council:
    """One council, as its own file describes it; no council's name is in code."""

    name: str
    team: str
    hub: str
    zone: ZoneInfo
    nation: str
    office_hours: tuple[tuple[Period, ...], ...]
    closed_days: Mapping[date, str]
    contacts: Mapping[str, Contact]
    demonstration: bool
    clocks: Clocks = field(default_factory=Clocks)
    retention: Retention = field(default_factory=Retention)
    terms: tuple[tuple[date, date], ...] = ()
    """The first and last day of each school term, in order; drop-ins in term time are held within them."""

    def check_ready(self) -> None:
        """Raise BrokenCouncil with a sentence for each contact that is missing: nobody may be told to ring a gap."""
        missing = [key for key in NEEDED_CONTACTS if key not in self.contacts]
        if missing:
            raise BrokenCouncil(
                "\n".join(
                    f"council.yaml of {self.name}: contacts.{key} is missing. Find the number, check it, and write it in."
                    for key in missing
                )
            )

    @property
    def gaps(self) -> dict[str, str]:
        """What fills the named gaps of entries, cards and sentences."""
        filled = {"council": self.name, "team": self.team, "hub": self.hub}
        for key, contact in self.contacts.items():
            filled[f"{key}_phone"] = contact.phone
            filled[f"{key}_name"] = contact.name
        return filled


def load_council(path: Path) -> Council:
    """Read a council's file.

    Raises BrokenCouncil with a sentence for every mistake: which field, what is wrong, what to write instead.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BrokenCouncil(f"{path.name}: can't be read ({error.strerror}). Check COUNCIL_FILE.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise BrokenCouncil(f"{path.name}: is not valid YAML: {' '.join(str(error).split())}.") from None
    if not isinstance(raw, dict):
        raise BrokenCouncil(f"{path.name}: must hold fields such as `name: …`; copy another council's file.")
    return _Reader(path.name, raw).council()


class _Reader:
    """Collects every mistake before it complains, so that staff mend a file in one go."""

    def __init__(self, file: str, raw: dict[str, Any]) -> None:
        self.file, self.raw, self.mistakes = file, raw, list[str]()

    def council(self) -> Council:
        for unknown in sorted(set(self.raw) - FIELDS):
            self._wrong(str(unknown), f"is not a field; allowed are {', '.join(sorted(FIELDS))}")
        zone_name = self._text("time_zone")
        zone = ZoneInfo("UTC")
        try:
            zone = ZoneInfo(zone_name)
        except (ZoneInfoNotFoundError, ValueError):
            self._wrong("time_zone", "is not a time zone; write Europe/London")
        nation = str(self.raw.get("bank_holidays", "England"))
        if nation not in NATIONS:
            self._wrong("bank_holidays", f"must be one of {', '.join(NATIONS)}")
        council = Council(
            name=self._text("name"),
            team=self._text("team"),
            hub=self._text("hub"),
            zone=zone,
            nation=NATIONS.get(nation, "ENG"),
            office_hours=self._hours(),
            closed_days=self._closed_days(),
            contacts=self._contacts(),
            demonstration=bool(self.raw.get("demonstration", False)),
            clocks=self._clocks(),
            retention=self._retention(),
            terms=self._terms(),
        )
        if self.mistakes:
            raise BrokenCouncil("\n".join(self.mistakes))
        return council

    def _wrong(self, field: str, what: str) -> None:
        self.mistakes.append(f"{self.file}: {field} {what}.")

    def _text(self, field: str) -> str:
        value = self.raw.get(field)
        if not isinstance(value, str) or not value.strip():
            self._wrong(field, "is missing; write it as words")
            return "UTC"
        return value.strip()

    def _mapping(self, field: str) -> dict[Any, Any]:
        value = self.raw.get(field) or {}
        if not isinstance(value, dict):
            self._wrong(field, "must be a list of `name: value` lines")
            return {}
        return value

    def _hours(self) -> tuple[tuple[Period, ...], ...]:
        hours = self._mapping("office_hours")
        for unknown in sorted(set(map(str, hours)) - set(WEEKDAYS)):
            self._wrong(f"office_hours.{unknown}", f"is not a day; allowed are {', '.join(WEEKDAYS)}")
        week = tuple(self._day(day, hours.get(day) or []) for day in WEEKDAYS)
        if not any(week):
            self._wrong("office_hours", 'has no opening time; write for example monday: ["09:00-17:00"]')
        return week

    def _day(self, day: str, written: Any) -> tuple[Period, ...]:
        periods: list[Period] = []
        for text in written if isinstance(written, list) else [written]:
            try:
                opens, closes = (time.fromisoformat(part.strip()) for part in str(text).split("-"))
            except ValueError:
                self._wrong(f"office_hours.{day}", 'must be written like ["09:00-17:00"]')
                continue
            if opens >= closes or (periods and periods[-1].closes > opens):
                self._wrong(f"office_hours.{day}", "must run forward, one period after the other")
                continue
            periods.append(Period(opens, closes))
        return tuple(periods)

    def _closed_days(self) -> dict[date, str]:
        days: dict[date, str] = {}
        for day, why in self._mapping("closed_days").items():
            if type(day) is not date:
                self._wrong(f"closed_days.{day}", "must be a date like 2026-12-24")
                continue
            days[day] = str(why)
        return days

    def _terms(self) -> tuple[tuple[date, date], ...]:
        written = self.raw.get("terms") or []
        if not isinstance(written, list):
            self._wrong("terms", "must be a list of lines like - {from: 2026-09-02, until: 2026-12-18}")
            return ()
        terms: list[tuple[date, date]] = []
        for number, raw in enumerate(written, start=1):
            first, last = (raw.get("from"), raw.get("until")) if isinstance(raw, dict) else (None, None)
            if type(first) is not date or type(last) is not date or set(raw) != {"from", "until"}:
                self._wrong(f"terms, line {number}", "must be written like {from: 2026-09-02, until: 2026-12-18}")
            elif last < first or (terms and first <= terms[-1][1]):
                self._wrong(f"terms, line {number}", "must run forward, one term after the other")
            else:
                terms.append((first, last))
        return tuple(terms)

    def _contacts(self) -> dict[str, Contact]:
        contacts: dict[str, Contact] = {}
        for key, raw in self._mapping("contacts").items():
            fields = raw if isinstance(raw, dict) else {}
            missing = [name for name in ("name", "phone", "source", "checked_on") if not fields.get(name)]
            if missing:
                self._wrong(f"contacts.{key}", f"lacks {', '.join(missing)}")
            elif type(fields["checked_on"]) is not date:
                self._wrong(f"contacts.{key}.checked_on", "must be a date like 2026-11-21")
            else:
                contacts[str(key)] = Contact(
                    str(fields["name"]), str(fields["phone"]), str(fields["source"]), fields["checked_on"]
                )
        return contacts

    def _clocks(self) -> Clocks:
        block = self._block("escalation", CLOCK_FIELDS)
        urgent = self._rising(block, "urgent_minutes", (0, 5, 10, 15), lowest=0, highest=60)
        if urgent[0] != 0:
            self._wrong("escalation.urgent_minutes", "must start at 0: the first page goes at once")
        return Clocks(
            urgent=tuple(timedelta(minutes=minutes) for minutes in urgent),
            urgent_answer=timedelta(minutes=self._whole(block, "escalation.urgent_answer_minutes", 15, 1, 60)),
            ordinary_reminder=timedelta(hours=self._whole(block, "escalation.ordinary_reminder_hours", 4, 1, 40)),
            ordinary_working_days=self._rising(block, "ordinary_working_days", (1, 2, 3), lowest=1, highest=10),
        )

    def _retention(self) -> Retention:
        block = self._block("retention", RETENTION_FIELDS)
        return Retention(
            text_days=self._whole(block, "retention.text_days", 30, 1, 365),
            delivery_days=self._whole(block, "retention.delivery_days", 7, 1, 30),
            audit_years=self._whole(block, "retention.audit_years", 6, 1, 100),
        )

    def _block(self, field: str, known: tuple[str, ...]) -> dict[Any, Any]:
        block = self._mapping(field)
        for unknown in sorted(set(map(str, block)) - set(known)):
            self._wrong(f"{field}.{unknown}", f"is not a field; allowed are {', '.join(known)}")
        return block

    def _whole(self, block: dict[Any, Any], field: str, default: int, lowest: int, highest: int) -> int:
        value = block.get(field.partition(".")[2], default)
        if type(value) is int and lowest <= value <= highest:
            return value
        self._wrong(field, f"must be a whole number from {lowest} to {highest}, such as {default}")
        return default

    def _rising(
        self, block: dict[Any, Any], field: str, default: tuple[int, ...], *, lowest: int, highest: int
    ) -> tuple[int, ...]:
        """One whole number a step, each later than the one before: two people are never asked at the same moment."""
        value = block.get(field, default)
        steps = tuple(value) if isinstance(value, list | tuple) else ()
        if len(steps) == len(default) and all(type(step) is int and lowest <= step <= highest for step in steps):
            if all(before < after for before, after in pairwise(steps)):
                return steps
            self._wrong(f"escalation.{field}", f"must rise from one step to the next, like {list(default)}")
            return default
        self._wrong(
            f"escalation.{field}",
            f"must be {len(default)} whole numbers from {lowest} to {highest}, like {list(default)}",
        )
        return default
