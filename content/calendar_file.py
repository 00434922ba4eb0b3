"""Calendar files that we write (RFC 5545): the programme, and one session for a phone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone
from icalendar.prop import vInline, vText

from content.recurrence import first_by_rule
from content.series import Change, SeriesDraft

_ZONE: Final = ZoneInfo("Europe/London")
_PRODUCT: Final = "-//Local Offer bot//Programme//EN"
_LONDON: Final = """BEGIN:VTIMEZONE
TZID:Europe/London
BEGIN:STANDARD
DTSTART:19961027T020000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZNAME:GMT
TZOFFSETFROM:+0100
TZOFFSETTO:+0000
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19960331T010000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZNAME:BST
TZOFFSETFROM:+0000
TZOFFSETTO:+0100
END:DAYLIGHT
END:VTIMEZONE
"""


def write_ics(series: Iterable[SeriesDraft]) -> bytes:
    """The programme for a calendar program; what such a program knows no word for stands in properties of our own."""
    calendar = _calendar()
    calendar.add_component(Timezone.from_ical(_LONDON))
    for one in series:
        calendar.add_component(_written(one))
        for change in one.changes:
            calendar.add_component(_written_change(one, change))
    return bytes(calendar.to_ical())


def _calendar() -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", _PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    return calendar


def _event(uid: str, name: str, place: str, starts_at: datetime, ends_at: datetime) -> Event:
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", starts_at.astimezone(UTC))
    event.add("summary", name)
    event.add("location", place)
    event.add("dtstart", starts_at)
    event.add("dtend", ends_at)
    return event


def _written(one: SeriesDraft) -> Event:
    recurrence = one.recurrence
    first = first_by_rule(recurrence)
    event = _event(one.uid, one.name, one.place, _at(first, one.opens), _at(first, one.closes))
    if recurrence.rule:
        end = recurrence.last_day and _at(recurrence.last_day, time(23, 59, 59)).astimezone(UTC)
        until = f";UNTIL={end:%Y%m%dT%H%M%SZ}" if end else ""
        event["RRULE"] = vInline(recurrence.rule + until)
    for name, dates in (("exdate", recurrence.without), ("rdate", recurrence.extra)):
        if dates:
            event.add(name, [_at(day, one.opens) for day in sorted(dates)])
    own = {
        "X-AGENCY": one.agency,
        "X-BRING": one.bring,
        "X-MAP-URL": one.map_url,
        "X-CAPACITY": str(one.capacity or ""),
        "X-BANK-HOLIDAYS": recurrence.bank_holidays,
        "X-TERM-TIME-ONLY": "yes" if recurrence.term_time_only else "",
        "X-FIRST-DAY": str(recurrence.first_day) if recurrence.first_day != first else "",
        "DESCRIPTION": "\n".join(
            filter(None, [one.agency and f"With {one.agency}", one.bring and f"Bring: {one.bring}"])
        ),
    }
    for name, value in own.items():
        if value:
            event.add(name, vText(value))
    event.add("categories", [one.topic])
    return event


def _written_change(series: SeriesDraft, change: Change) -> Event:
    held_on = change.held_on or change.day
    opens, closes = change.opens or series.opens, change.closes or series.closes
    event = _event(series.uid, series.name, series.place, _at(held_on, opens), _at(held_on, closes))
    event.add("recurrence-id", _at(change.day, series.opens))
    if change.held_on is None:
        event.add("status", "CANCELLED")
    return event


def _at(day: date, at: time) -> datetime:
    return datetime.combine(day, at, _ZONE)


def calendar_file(
    name: str, place: str, starts_at: datetime, ends_at: datetime, uid: str, sequence: int, *, cancelled: bool = False
) -> bytes:
    """One session as an .ics that phones open. A file of the same `uid` and a higher `sequence` takes its place.

    Times are aware and written in UTC, which needs no time zone to travel with it.
    """
    calendar = _calendar()
    event = _event(uid, name, place, starts_at.astimezone(UTC), ends_at.astimezone(UTC))
    event.add("sequence", sequence)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    calendar.add_component(event)
    return bytes(calendar.to_ical())
