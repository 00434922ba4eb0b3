"""The programme from a calendar file (RFC 5545), event by event."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Event

from content.programme_files import MOST_SERIES, UnreadableFile, too_many
from content.recurrence import BrokenRecurrence, Recurrence, said
from content.series import TOPICS, Change, Fault, Fields, SeriesDraft, one_line

_ZONE: Final = ZoneInfo("Europe/London")
_TIMED: Final = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXDATE", "RDATE", "RECURRENCE-ID")
_PLAIN: Final = {
    "UID": "uid", "SUMMARY": "name", "LOCATION": "place", "X-AGENCY": "agency", "X-BRING": "bring", "X-MAP-URL": "map_url",
    "X-CAPACITY": "capacity", "X-BANK-HOLIDAYS": "bank_holidays", "X-TERM-TIME-ONLY": "term_time_only",
    "X-FIRST-DAY": "from",
}  # fmt: skip
_ESCAPED: Final = re.compile(r"\\([\\;,nN])")
_MEANT: Final = {"n": "\n", "N": "\n"}
_BRING: Final = re.compile(r"^(?:what to )?bring\s*:\s*(.+)$", re.IGNORECASE | re.MULTILINE)


class _Unusable(Exception):
    """A property without which the event cannot be read, and why."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(what)
        self.where = where


class _Found:
    """One VEVENT with the line that it begins in."""

    def __init__(self, line: int, text: str) -> None:
        self.line = line
        self.text = re.sub(r"\n[ \t]", "", text)
        try:
            component = Event.from_ical(text)
        except ValueError:
            raise _Unusable("", "this event cannot be read. Export it again, or write it anew.") from None
        if not isinstance(component, Event):
            raise _Unusable("", "this is not an event.")
        self.event = component
        self.broken = {str(name).upper() for name, _ in component.errors}

    def one(self, name: str) -> Any:
        """A property that may be there once, None if it is not there."""
        value = self.event.get(name)
        if name in self.broken:
            raise _Unusable(name, "cannot be read. Write it as a calendar program does, such as 20261124T100000.")
        if isinstance(value, list):
            raise _Unusable(name, "is there twice. Keep one.")
        return value

    def words(self, name: str) -> str:
        """A text, empty if it is not there or cannot be read."""
        value = self.event.get(name, "")
        text = "" if name in self.broken else str(value[0] if isinstance(value, list) else value)
        # RFC 5545, 3.8.8.2: such a property is TEXT unless it says otherwise; icalendar leaves its backslashes in.
        return _ESCAPED.sub(lambda found: _MEANT.get(found[1], found[1]), text) if name.startswith("X-") else text

    def moment(self, name: str) -> datetime:
        """A property's local time in England, without its zone."""
        value = self.one(name)
        if value is None:
            raise _Unusable(name, "is missing. Say on which day and at what time it is.")
        if not isinstance(value.dt, datetime):
            raise _Unusable(name, "has a day and no time. Say from when to when it is open.")
        return _local(value.dt)

    def dates(self, name: str) -> frozenset[date]:
        """The local dates of EXDATE or RDATE, however often the property is there."""
        value = self.event.get(name, [])
        if name in self.broken:
            raise _Unusable(name, "cannot be read. Write dates as 20261124T100000.")
        lists = value if isinstance(value, list) else [value]
        moments = (one.dt[0] if isinstance(one.dt, tuple) else one.dt for each in lists for one in each.dts)
        return frozenset(_local(one).date() if isinstance(one, datetime) else one for one in moments)


def found(text: str, faults: list[Fault]) -> Iterator[tuple[int | None, SeriesDraft | None]]:
    """The series of a calendar file with the line that each begins in; None for one that could not be read.

    Every time is the clock on the wall in England, so that a series written in UTC stays at its hour all year.
    Sessions that were moved or cancelled by themselves (RECURRENCE-ID) become changes of their series.
    """
    if "BEGIN:VCALENDAR" not in text.upper():
        raise UnreadableFile("The file is not a calendar: BEGIN:VCALENDAR is missing. Export it again as .ics.")
    masters, overrides = list[_Found](), dict[str, list[_Found]]()
    for number, (line, piece) in enumerate(_pieces(text)):
        if number >= 2 * MOST_SERIES:
            raise UnreadableFile(too_many(), line)
        try:
            one = _Found(line, piece)
        except _Unusable as unusable:
            faults.append(Fault(line, unusable.where, str(unusable)))
            continue
        if one.event.get("RECURRENCE-ID") is None:
            masters.append(one)
        else:
            overrides.setdefault(one.words("UID"), []).append(one)
    for one in masters:
        yield one.line, _series(one, overrides.pop(one.words("UID"), []), faults)
    for lone in (one for each in overrides.values() for one in each):
        what = "changes a session of a series that is not in this file. Export the whole series."
        faults.append(Fault(lone.line, "RECURRENCE-ID", what))


def _pieces(text: str) -> Iterator[tuple[int, str]]:
    """Each event by itself with its line, so that a broken one costs no other."""
    piece, start = list[str](), 0
    for number, line in enumerate(re.sub("\r\n?", "\n", text).split("\n"), start=1):
        marker = line.rstrip().upper()
        if piece and marker in ("BEGIN:VEVENT", "END:VEVENT", "END:VCALENDAR"):
            yield start, "\n".join([*piece, "END:VEVENT", ""])
            piece = []
        if marker == "BEGIN:VEVENT":
            piece, start = [marker], number
        elif piece and marker:
            piece.append(line)
    if piece:
        yield start, "\n".join([*piece, "END:VEVENT", ""])


def _series(one: _Found, overrides: Iterable[_Found], faults: list[Fault]) -> SeriesDraft | None:
    if one.words("STATUS").upper() == "CANCELLED":
        faults.append(
            Fault(one.line, "STATUS", f'"{one_line(one.words("SUMMARY"))[:80]}" is cancelled, so it is left out.')
        )
        return None
    fields = Fields(one.line, _values(one))
    draft = None
    try:
        opens_at = one.moment("DTSTART")
        closes_at = _ends_at(one, opens_at)
        times = fields.times(f"{opens_at:%H:%M}-{closes_at:%H:%M}", "DTEND")
        draft = fields.described(
            times, _recurrence(one, fields, opens_at), _changes(one, overrides, opens_at, closes_at, faults)
        )
    except _Unusable as unusable:
        fields.wrong(unusable.where, str(unusable))
    except BrokenRecurrence as broken:
        fields.wrong(f"RRULE, {broken.where}", broken.what)
    for unread in sorted(one.broken - set(_TIMED)):
        fields.note("" if unread == "NONE" else unread, "a line of this event cannot be read, so it is left out.")
    zone = re.search(r"^DTSTART[^:\n]*;TZID=\"?([^:;\"\n]+)", one.text, re.MULTILINE | re.IGNORECASE)
    if draft and zone and one.one("DTSTART").dt.tzinfo is None:
        fields.note("DTSTART", f'the time zone "{zone[1][:40]}" is not known. The times are read as English time.')
    faults += fields.faults
    return draft


def _values(one: _Found) -> dict[str, str]:
    values = {field: one.words(name) for name, field in _PLAIN.items() if name in one.event}
    values.setdefault("agency", _organiser(one))
    bring = _BRING.search(one.words("DESCRIPTION"))
    values.setdefault("bring", bring[1] if bring else "")
    categories = one.event.get("CATEGORIES", [])
    lists = categories if isinstance(categories, list) else [categories]
    named = [str(name) for each in lists for name in getattr(each, "cats", [])]
    values["topic"] = next((name for name in named if name.casefold() in TOPICS), next(iter(named), ""))
    return values


def _organiser(one: _Found) -> str:
    organiser = one.event.get("ORGANIZER")
    return str(organiser.params.get("CN", "")) if hasattr(organiser, "params") else ""


def _ends_at(one: _Found, opens_at: datetime) -> datetime:
    if one.event.get("DTEND") is not None:
        closes_at = one.moment("DTEND")
    elif (duration := one.one("DURATION")) is not None and isinstance(duration.dt, timedelta):
        closes_at = opens_at + min(duration.dt, timedelta(days=2))
    else:
        raise _Unusable("DTEND", "is missing. Say when it closes.")
    if closes_at.date() != opens_at.date():
        raise _Unusable("DTEND", "is on another day. A drop-in opens and closes on one day.")
    return closes_at


def _recurrence(one: _Found, fields: Fields, opens_at: datetime) -> Recurrence:
    rules = re.findall(r"^RRULE[^:\n]*:(.*)$", one.text, re.MULTILINE | re.IGNORECASE)
    if len(rules) > 1:
        raise _Unusable("RRULE", "is there twice. Keep one.")
    parts = [part for part in "".join(rules).strip().upper().split(";") if part]
    until = next((part.removeprefix("UNTIL=") for part in parts if part.startswith("UNTIL=")), None)
    written = fields.values.setdefault("from", str(opens_at.date()))
    first = fields.day("X-FIRST-DAY", written, opens_at.date()) or opens_at.date()
    return Recurrence(
        ";".join(part for part in parts if not part.startswith("UNTIL=")),
        first,
        None if until is None else _last_day(until, opens_at.time()),
        one.dates("EXDATE"),
        one.dates("RDATE"),
        fields.bank_holidays(),
        fields.yes("term_time_only"),
    )


def _last_day(until: str, opens: time) -> date:
    """The last local day on which a session opens by then: one that opens at ten is over by an UNTIL at midnight."""
    try:
        if len(until) == 8:
            return datetime.strptime(until, "%Y%m%d").date()  # noqa: DTZ007 a day has no zone
        moment = datetime.strptime(until.removesuffix("Z"), "%Y%m%dT%H%M%S")  # noqa: DTZ007 it gets one below
    except ValueError:
        raise _Unusable("RRULE", f'"UNTIL={until[:40]}" is no date. Write it as UNTIL=20261216.') from None
    local = _local(moment.replace(tzinfo=UTC)) if until.endswith("Z") else moment
    return local.date() if local.time() >= opens else local.date() - timedelta(days=1)


def _changes(
    one: _Found, overrides: Iterable[_Found], opens_at: datetime, closes_at: datetime, faults: list[Fault]
) -> list[Change]:
    changes = list[Change]()
    for override in overrides:
        try:
            change = _change(override, opens_at.time(), closes_at.time())
        except _Unusable as unusable:
            faults.append(Fault(override.line, unusable.where, str(unusable)))
            continue
        if change is not None:
            changes.append(change)
        for name in ("SUMMARY", "LOCATION"):
            if change and change.held_on and override.words(name) not in ("", one.words(name)):
                what = f"differs on {said(change.day)} only. Tell people yourself: the series keeps its own."
                faults.append(Fault(override.line, name, what))
    return changes


def _change(override: _Found, opens: time, closes: time) -> Change | None:
    value = override.one("RECURRENCE-ID")
    if value.params.get("RANGE"):
        raise _Unusable("RECURRENCE-ID", "changes all later sessions too. End this series, and write a new one.")
    day = _local(value.dt).date() if isinstance(value.dt, datetime) else value.dt
    if override.words("STATUS").upper() == "CANCELLED":
        return Change(day, None)
    opens_at = override.moment("DTSTART")
    closes_at = _ends_at(override, opens_at)
    if closes_at <= opens_at:
        raise _Unusable("DTEND", "is not after it opens. Change one of the times.")
    times = (opens_at.time().replace(second=0), closes_at.time().replace(second=0))
    moved_in_time = times != (opens, closes)
    if opens_at.date() == day and not moved_in_time:
        return None
    return Change(day, opens_at.date(), *(times if moved_in_time else (None, None)))


def _local(moment: datetime) -> datetime:
    if getattr(moment.tzinfo, "key", "") != _ZONE.key and moment.tzinfo is not None:
        try:
            moment = moment.astimezone(_ZONE)
        except OverflowError:
            raise _Unusable("", "a date is out of range. Check the year.") from None
    return moment.replace(tzinfo=None)
