"""A series of drop-ins as a programme's file describes it, read field by field with a sentence for each mistake."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Final, cast, get_args

from content.recurrence import BankHolidays, BrokenRecurrence, Recurrence, falls_on, first_by_rule
from content.recurrence_words import from_words, read_day

TOPICS: Final = ("work", "money", "health", "housing", "education", "social", "other")
FIELDS: Final = (
    "uid", "name", "agency", "topic", "place", "map_url", "bring", "weekday", "when", "rule", "from", "until", "opens",
    "closes", "not_on", "also_on", "changes", "bank_holidays", "term_time_only", "capacity",
)  # fmt: skip
"""The columns of a CSV file and the fields of a YAML file; an .ics file has properties of its own for most of them."""
LONGEST: Final = {"uid": 200, "name": 80, "agency": 80, "place": 120, "bring": 200, "map_url": 300}
MOST_PLACES: Final = 1000

_TOPIC_WORDS: Final = {
    "work": ("job", "jobs", "jobcentre", "employment", "careers", "apprenticeships", "training"),
    "money": ("benefits", "debt", "budgeting", "universal credit"),
    "health": ("wellbeing", "mental health", "sexual health", "doctor", "nurse"),
    "housing": ("homes", "home", "tenancy"),
    "education": ("college", "school", "university", "learning", "courses"),
    "social": ("food", "cooking", "sport", "games", "breakfast", "fun", "music", "arts"),
}
_AMERICAN: Final = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{4}|[0-9]{2})")
_TIME: Final = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.]?(?P<minute>[0-9]{2}))?(?::00)? ?(?P<half>am|pm|a\.m\.|p\.m\.)?")
_NOON: Final = ("noon", "midday", "12 noon", "12noon")
_UNSEEN: Final = ("Cc", "Cs", "Co")
_CHANGE: Final = re.compile(
    r"(?P<day>[0-9/.-]+) (?:(?P<cancelled>cancell?ed)|to (?P<to>[0-9/.-]+)(?: (?:at )?(?P<then>.+))?|at (?P<times>.+))"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a file: in which line, in which field, and a sentence with what to do."""

    line: int | None
    where: str
    what: str

    def __str__(self) -> str:
        """The fault as one line for staff."""
        where = ", ".join(filter(None, [f"line {self.line}" if self.line else "", self.where]))
        return f"{where}: {self.what}" if where else self.what


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one session: held on another day, at other times, or (`held_on` None) cancelled.

    `opens` and `closes` are both None where the times stay.
    """

    day: date
    held_on: date | None
    opens: time | None = None
    closes: time | None = None


@dataclass(frozen=True, slots=True)
class SeriesDraft:
    """A series as a file proposes it; local times. `uid` stays the same when the same file is read again."""

    uid: str
    name: str
    place: str
    opens: time
    closes: time
    recurrence: Recurrence
    agency: str = ""
    topic: str = "other"
    map_url: str = ""
    bring: str = ""
    capacity: int | None = None
    changes: tuple[Change, ...] = ()


def one_line(text: str) -> str:
    """Text without line breaks, double spaces and characters that nobody can see or write."""
    spaced = ("" if unicodedata.category(one) in _UNSEEN and not one.isspace() else one for one in text)
    return " ".join("".join(spaced).split())


def derived_uid(name: str, place: str, first: str) -> str:
    """The uid of a series that its file gives none: the same as long as name, place and first day are."""
    key = "\n".join((name.casefold(), place.casefold(), first))
    return f"series-{hashlib.sha256(key.encode()).hexdigest()[:16]}"


class Fields:
    """The fields of one series as they were written; collects every mistake before it gives up on the series."""

    def __init__(self, line: int | None, values: Mapping[str, str]) -> None:
        self.line = line
        self.values = {name: one_line(value) for name, value in values.items()}
        self.faults = list[Fault]()
        self._fatal = False

    def wrong(self, where: str, what: str) -> None:
        """A mistake without which the series could be read."""
        self._fatal = True
        self.note(where, what)

    def note(self, where: str, what: str) -> None:
        """Something that staff should know and that the series survives."""
        self.faults.append(Fault(self.line, where, what))

    def series(self, today: date) -> SeriesDraft | None:
        """The series, unless something about it is wrong; `today` starts what has no first day."""
        times = self._times()
        return self.described(times, self._recurrence(today))

    def described(
        self, times: tuple[time, time] | None, recurrence: Recurrence | None, changes: Sequence[Change] | None = None
    ) -> SeriesDraft | None:
        """The series with times, recurrence and perhaps changes that were read elsewhere; None stands for a fault."""
        name, place = self._text("name", needed=True), self._text("place", needed=True)
        agency, bring, uid = self._text("agency"), self._text("bring"), self._text("uid")
        topic, map_url, capacity = self._topic(), self._map_url(), self._capacity()
        written = self._changes() if changes is None else changes
        if self._fatal or times is None or recurrence is None:
            return None
        kept = self._kept_changes(recurrence, written)
        uid = uid or derived_uid(name, place, self._first(recurrence))
        return SeriesDraft(uid, name, place, *times, recurrence, agency, topic, map_url, bring, capacity, kept)

    def _first(self, recurrence: Recurrence) -> str:
        """Without a day to start on, the rule stands for it: "today" would make another uid every day."""
        started = not recurrence.rule or self.values.get("from") or " from " in self.values.get("when", "")
        return str(first_by_rule(recurrence)) if started else recurrence.rule

    def _text(self, field: str, *, needed: bool = False) -> str:
        value = self.values.get(field, "")
        if needed and not value:
            self.wrong(field, "is missing. Write it in words.")
        if len(value) > LONGEST[field]:
            self.wrong(field, f"has {len(value)} characters; at most {LONGEST[field]} fit. Shorten it.")
        return value

    def _topic(self) -> str:
        written = self.values.get("topic", "")
        topic = written.casefold() or "other"
        found = next((one for one in TOPICS if topic == one or topic in _TOPIC_WORDS.get(one, ())), "")
        if not found:
            self.note("topic", f'"{written[:40]}" is not known, so it is "other". Use {", ".join(TOPICS)}.')
        return found or "other"

    def _map_url(self) -> str:
        value = self._text("map_url")
        if value and not re.fullmatch(r"https?://[^\s/]+\.[^\s]+", value):
            self.wrong("map_url", "is not a web address. Start it with https://, or leave it out.")
        return value

    def _capacity(self) -> int | None:
        value = self.values.get("capacity", "").casefold()
        if value in ("", "none", "no limit", "unlimited", "any"):
            return None
        if value.isascii() and value.isdigit() and len(value) <= 6 and 1 <= int(value) <= MOST_PLACES:
            return int(value)
        self.wrong("capacity", f'"{value[:40]}" is not a number from 1 to {MOST_PLACES}. Leave it empty for no limit.')
        return None

    def _times(self) -> tuple[time, time] | None:
        opens, closes = self.values.get("opens", ""), self.values.get("closes", "")
        if not opens or not (closes or re.search(r"-|–|\bto\b", opens)):
            self.wrong("closes" if opens else "opens", "is missing. Write a time such as 14:00.")
            return None
        return self.times(f"{opens}-{closes}" if closes else opens, "opens", "closes" if closes else "opens")

    def times(self, written: str, where: str, where_closes: str = "") -> tuple[time, time] | None:
        """ "14:00-16:00", "2-4pm", "10am to 12 noon": when it opens and closes; a fault if that cannot be read."""
        first, *rest = re.split(r" ?(?:-|–|—|\bto\b|\buntil\b) ?", written.casefold().strip())
        if len(rest) != 1:
            self.wrong(where, f'"{written[:40]}" is not two times. Write them as 14:00-16:00.')
            return None
        closes = self._time(where_closes or where, rest[0])
        suffix = re.search(r"[ap]\.?m\.?$", rest[0])
        fitting = (
            _read_time(first + suffix.group())
            if suffix and re.fullmatch("[1-9][0-9]?(?:[:.][0-9]{2})?", first)
            else None
        )
        opens = fitting if isinstance(fitting, time) and closes and fitting < closes else self._time(where, first)
        if opens is None or closes is None:
            return None
        if closes <= opens:
            self.wrong(
                where_closes or where,
                f"it closes at {closes:%H:%M}, which is not after it opens at {opens:%H:%M}. Change one.",
            )
            return None
        return opens, closes

    def _time(self, where: str, written: str) -> time | None:
        found = _read_time(written)
        if isinstance(found, time):
            return found
        self.wrong(where, found)
        return None

    def day(self, where: str, written: str, seen_from: date) -> date | None:
        """A date in UK order; a fault that says so for one in American order, or for none at all."""
        day = read_day(written, seen_from)
        if day is None:
            self.wrong(where, _no_date(written))
        return day

    def _dates(self, field: str, seen_from: date) -> frozenset[date]:
        written = filter(None, re.split(r" ?[;,|] ?", self.values.get(field, "")))
        return frozenset(day for one in written if (day := self.day(field, one, seen_from)) is not None)

    def _recurrence(self, today: date) -> Recurrence | None:
        first = self.day("from", self.values["from"], today) if self.values.get("from") else None
        last = self.day("until", self.values["until"], first or today) if self.values.get("until") else None
        said = [field for field in ("rule", "when", "weekday") if self.values.get(field)]
        if len(said) > 1:
            self.wrong(said[1], f"says how often a second time, after {said[0]}. Keep one of them.")
        elif not said and (first is None or (last is not None and last != first)) and not self._fatal:
            self.wrong(
                "when", 'does not say on which days. Write "every Tuesday", or a date in "from" for a single day.'
            )
        if self._fatal:
            return None
        seen_from = first or today
        open_ended = self._said(said[0] if said else "", seen_from)
        bank_holidays = self.bank_holidays()
        term_time_only = self.yes("term_time_only")
        without, extra = self._dates("not_on", seen_from), self._dates("also_on", seen_from)
        if self._fatal or open_ended is None:
            return None
        try:
            return replace(
                open_ended,
                last_day=(last or open_ended.last_day) if open_ended.rule else None,
                without=without,
                extra=extra | open_ended.extra,
                bank_holidays=bank_holidays,
                term_time_only=term_time_only or open_ended.term_time_only,
            )
        except BrokenRecurrence as broken:
            self.wrong(broken.where, broken.what)
            return None

    def _said(self, field: str, seen_from: date) -> Recurrence | None:
        value = self.values.get(field, "")
        if field in ("", "rule"):
            try:
                return Recurrence(value.upper().removeprefix("RRULE:"), seen_from)
            except BrokenRecurrence as broken:
                self.wrong(broken.where, broken.what)
                return None
        found = from_words(f"every {value}" if field == "weekday" else value, seen_from)
        if found is None:
            american = field == "when" and _AMERICAN.fullmatch(value)
            example = 'Write "every Tuesday", "first Tuesday" or "24 November 2026".'
            weekday = "is not a day of the week. Write it as Tuesday."
            what = _no_date(value) if american else weekday if field == "weekday" else f"cannot be read. {example}"
            self.wrong(field, what if american else f'"{value[:60]}" {what}')
        return found

    def bank_holidays(self) -> BankHolidays:
        """What becomes of the series on bank holidays; "skip" where nothing is said."""
        value = self.values.get("bank_holidays", "").casefold() or "skip"
        if value not in get_args(BankHolidays):
            self.wrong("bank_holidays", f'"{value[:40]}" is not known. Write skip, move or keep.')
        return cast(BankHolidays, value)

    def yes(self, field: str) -> bool:
        """Whether a field says yes; an empty one does not."""
        value = self.values.get(field, "").casefold()
        if value not in ("", "yes", "true", "1", "no", "false", "0"):
            self.wrong(field, f'"{value[:40]}" is neither yes nor no. Write one of them.')
        return value in ("yes", "true", "1")

    def _changes(self) -> list[Change]:
        written = filter(None, re.split(r" ?[;|] ?", self.values.get("changes", "")))
        return [change for one in written if (change := self._change(one)) is not None]

    def _change(self, written: str) -> Change | None:
        found = _CHANGE.fullmatch(written.casefold())
        if found is None:
            example = 'Write "2026-12-01 cancelled", or "2026-12-08 to 2026-12-09 10:00-12:00".'
            self.wrong("changes", f'"{written[:60]}" cannot be read. {example}')
            return None
        day = self.day("changes", found["day"], date.min)
        held_on = self.day("changes", found["to"], date.min) if found["to"] else None if found["cancelled"] else day
        clock = found["then"] or found["times"]
        times = self.times(clock, "changes") if clock else None
        return Change(day, held_on, *(times or (None, None))) if day else None

    def _kept_changes(self, recurrence: Recurrence, changes: Sequence[Change]) -> tuple[Change, ...]:
        for change in changes:
            if not falls_on(recurrence, change.day):
                self.note("changes", f"{change.day:%d/%m/%Y} is not a day of this series, so that change is left out.")
        kept = {change.day: change for change in changes if falls_on(recurrence, change.day)}
        return tuple(kept[day] for day in sorted(kept))


def change_written(change: Change) -> str:
    """A change as CSV and YAML files have it."""
    if change.held_on is None:
        return f"{change.day} cancelled"
    clock = f"{change.opens:%H:%M}-{change.closes:%H:%M}" if change.opens and change.closes else ""
    if change.held_on != change.day:
        return f"{change.day} to {change.held_on} {clock}".strip()
    return f"{change.day} at {clock}" if clock else f"{change.day} to {change.held_on}"


def _no_date(written: str) -> str:
    american = _AMERICAN.fullmatch(written.strip())
    if american and int(american[1]) <= 12 < int(american[2]) <= 31:
        day_first = f"{int(american[2])}/{int(american[1])}/{american[3]}"
        return f'"{written}" looks American: there is no month {american[2]}. Write the day first: {day_first}.'
    return f'"{written[:40]}" is not a date. Write it as 24/11/2026.'


def _read_time(written: str) -> time | str:
    """The time, or the sentence that says why there is none."""
    words = written.casefold().strip()
    found = _TIME.fullmatch("12:00" if words in _NOON else words)
    if found is None:
        return f'"{written[:40]}" is not a time. Write it as 14:00 or 2pm.'
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1]
    if not half and 1 <= hour <= 7 and not found["hour"].startswith("0"):
        return f'"{written[:40]}" may be morning or afternoon. Write {hour + 12}:{minute:02} or {hour:02}:{minute:02}.'
    if (half and not 1 <= hour <= 12) or hour > 23 or minute > 59:
        return f'"{written[:40]}" is not a time. Write it as 14:00 or 2pm.'
    return time(hour % 12 + (12 if half == "p" else 0) if half else hour, minute)
