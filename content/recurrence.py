"""When a series of drop-ins happens: local dates only, so that no change of the clocks can touch them."""

from __future__ import annotations

import re
from calendar import isleap, monthrange
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import count, islice
from types import MappingProxyType
from typing import Final, Literal

BankHolidays = Literal["skip", "move", "keep"]
"""What becomes of a day that is a bank holiday: left out, held on the next free working day, or held all the same."""
Terms = Sequence[tuple[date, date]]
"""The first and the last day of each term."""

WEEKDAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
YEARS: Final = range(2000, 2100)
"""A day outside of these was mistyped."""
NEVER: Final = timedelta(days=3660)
"""A rule that finds no day in ten years never will: the rarest that people mean, 29 February, skips at most eight."""
LONGEST_WINDOW: Final = timedelta(days=1100)
LONGEST_MOVE: Final = timedelta(days=14)
"""Easter and Christmas with their weekends are over by then; a session that finds no place in it is left out."""
MOST_DATES: Final = 400
"""Dates that are left out or added by hand in one series."""

_LOOK_BACK: Final = timedelta(days=60)
"""Where a day was moved to may hang on those before it; chains of bank holidays are shorter than this."""
_LONGEST: Final = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
"""The days of the longest period of each kind."""
_NUMBERS: Final = ("BYMONTHDAY", "BYMONTH", "BYSETPOS")
_TOO_OFTEN: Final = ("SECONDLY", "MINUTELY", "HOURLY")
_WEEKDAY: Final = f"(?:{'|'.join(WEEKDAYS)})"
_PARTS: Final = {
    name: re.compile(pattern)
    for name, pattern in {
        "FREQ": "DAILY|WEEKLY|MONTHLY|YEARLY",
        "INTERVAL": "[1-9][0-9]{0,2}",
        "COUNT": "[1-9][0-9]{0,3}",
        "UNTIL": "[0-9]{8}(?:T[0-9]{6}Z?)?",
        "WKST": _WEEKDAY,
        "BYDAY": rf"(?:[+-]?[1-5])?{_WEEKDAY}(?:,(?:[+-]?[1-5])?{_WEEKDAY})*",
        "BYMONTHDAY": r"[+-]?(?:[1-9]|[12][0-9]|3[01])(?:,[+-]?(?:[1-9]|[12][0-9]|3[01]))*",
        "BYMONTH": "(?:[1-9]|1[0-2])(?:,(?:[1-9]|1[0-2]))*",
        "BYSETPOS": r"[+-]?[1-9][0-9]?(?:,[+-]?[1-9][0-9]?)*",
    }.items()
}


class BrokenRecurrence(Exception):
    """A series that cannot be: which field of it, and in a sentence what is wrong and what to do."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


@dataclass(frozen=True, slots=True)
class Recurrence:
    """When a series happens. Raises BrokenRecurrence on making for one that cannot be read or has no day.

    `rule` is the value of an RFC 5545 RRULE, or empty for a single day. `first_day` is the earliest day that the rule
    may give, and where it counts from. Days that were chosen by hand (a single day, those of `extra`) are held
    whatever bank holidays and terms say; `without` wins over everything.
    """

    rule: str
    first_day: date
    last_day: date | None = None
    without: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()
    bank_holidays: BankHolidays = "skip"
    term_time_only: bool = False

    def __post_init__(self) -> None:
        _check_days(self)
        parts = rule_parts(self.rule)
        if "COUNT" in parts and ("UNTIL" in parts or self.last_day is not None):
            what = "it says both how many times and until when. Leave out COUNT, or leave out the last day."
            raise BrokenRecurrence("rule", what)
        _check_fires(self, parts)


@dataclass(frozen=True, slots=True)
class Day:
    """One session: `day` is its own date in the series, which never changes; `held_on` is the date it is held."""

    day: date
    held_on: date


def days(
    recurrence: Recurrence, from_day: date, to_day: date, bank_holidays: Container[date] = (), terms: Terms = ()
) -> list[Day]:
    """The sessions whose own day lies from `from_day` to `to_day`, in the order of those days.

    A session that a bank holiday moves keeps its own day, so that windows laid end to end give each exactly once.
    `terms` counts only for a series in term time, which without any term has no day. Raises ValueError for a window
    longer than LONGEST_WINDOW.
    """
    if to_day - from_day > LONGEST_WINDOW:
        message = f"at most {LONGEST_WINDOW.days} days at a time"
        raise ValueError(message)
    from_day, to_day = max(from_day, date(YEARS.start, 1, 1)), min(to_day, date(YEARS.stop, 12, 31))
    by_rule = set(_days_by_rule(recurrence, from_day - _LOOK_BACK, to_day + LONGEST_MOVE, terms))
    by_hand = _days_by_hand(recurrence)
    held = list[Day]()
    taken = by_rule | by_hand
    for day in sorted(taken):
        held_on: date | None = day
        if day not in by_hand and day in bank_holidays and recurrence.bank_holidays != "keep":
            held_on = _moved(recurrence, day, taken, bank_holidays, terms)
        if held_on is not None:
            taken.add(held_on)
            held.append(Day(day, held_on))
    return [one for one in held if from_day <= one.day <= to_day]


def falls_on(recurrence: Recurrence, day: date) -> bool:
    """Whether the series has this day as its own, before bank holidays and terms are looked at."""
    return day in _days_by_hand(recurrence) or any(rule_days(recurrence, day, day))


def first_by_rule(recurrence: Recurrence) -> date:
    """The first day that the rule itself gives, whether or not it was left out by hand; `first_day` if none."""
    return next(_all_rule_days(recurrence, rule_parts(recurrence.rule)), recurrence.first_day)


def moment(day: date, at: time, zone: tzinfo) -> datetime:
    """A local time as a moment. One that the spring change leaps over is moved on by the leap (01:30 becomes 02:30);
    one that the autumn change brings twice is the first.
    """
    return datetime.combine(day, at.replace(fold=0), zone).astimezone(UTC).astimezone(zone)


def rule_parts(rule: str) -> Mapping[str, str]:
    """The parts of an RRULE by name, empty for a single day. Raises BrokenRecurrence where it cannot be read."""
    parts = dict[str, str]()
    for written in filter(None, rule.upper().removeprefix("RRULE:").strip().split(";")):
        name, _, value = written.partition("=")
        if name == "FREQ" and value in _TOO_OFTEN:
            what = f"{value} is more than once a day. Use FREQ=DAILY, WEEKLY, MONTHLY or YEARLY."
            raise BrokenRecurrence("rule", what)
        if name in parts or name not in _PARTS or not _PARTS[name].fullmatch(value):
            what = f'"{written[:40]}" cannot be read. Write a rule such as FREQ=WEEKLY;BYDAY=TU, or "every Tuesday".'
            raise BrokenRecurrence("rule", what)
        parts[name] = value
    _check_parts(rule, parts)
    return MappingProxyType(parts)


def _check_parts(rule: str, parts: Mapping[str, str]) -> None:
    if rule.strip() and "FREQ" not in parts:
        raise BrokenRecurrence("rule", "it does not say how often. Write a rule such as FREQ=WEEKLY;BYDAY=TU.")
    if parts.get("FREQ") in ("DAILY", "WEEKLY") and re.search("[0-9]", parts.get("BYDAY", "")):
        what = '"first Tuesday" and the like need FREQ=MONTHLY. Write for example FREQ=MONTHLY;BYDAY=1TU.'
        raise BrokenRecurrence("rule", what)
    if parts.get("FREQ") == "WEEKLY" and "BYMONTHDAY" in parts:
        what = "a weekly rule cannot name days of the month. Use FREQ=MONTHLY, or take BYMONTHDAY out."
        raise BrokenRecurrence("rule", what)
    if "BYSETPOS" in parts and not parts.keys() & {"BYDAY", "BYMONTHDAY", "BYMONTH"}:
        raise BrokenRecurrence("rule", "BYSETPOS needs days to choose from. Add BYDAY, or take BYSETPOS out.")
    if "UNTIL" in parts:
        _until(parts)


def _check_days(recurrence: Recurrence) -> None:
    first, last = recurrence.first_day, recurrence.last_day
    for where, day in (("from", first), ("until", last)):
        if day is not None and day.year not in YEARS:
            raise BrokenRecurrence(where, f"the year {day.year} cannot be right. Check the date.")
    if last is not None and last < first:
        what = f"the last day ({said(last)}) is before the first ({said(first)}). Change one of them."
        raise BrokenRecurrence("until", what)
    for where, dates in (("not_on", recurrence.without), ("also_on", recurrence.extra)):
        if len(dates) > MOST_DATES:
            raise BrokenRecurrence(where, f"{len(dates)} dates are too many; at most {MOST_DATES}. Use a rule.")


def _check_fires(recurrence: Recurrence, parts: Mapping[str, str]) -> None:
    by_rule = _all_rule_days(recurrence, parts)
    if _days_by_hand(recurrence) or any(day not in recurrence.without for day in by_rule):
        return
    if (end := _end(recurrence, parts)) is not None:
        between = f"from {said(recurrence.first_day)} to {said(end)}"
        raise BrokenRecurrence("until", f"there is no session {between}. Change the last day or the rule.")
    if recurrence.without and (not parts or "COUNT" in parts):
        raise BrokenRecurrence("not_on", "every session is left out. Take a date away, or delete the series.")
    raise BrokenRecurrence("rule", "it never happens: there is no such day in the calendar. Check day and month.")


def _until(parts: Mapping[str, str]) -> date:
    try:
        return date(int(parts["UNTIL"][:4]), int(parts["UNTIL"][4:6]), int(parts["UNTIL"][6:8]))
    except ValueError:
        what = f'"UNTIL={parts["UNTIL"]}" is no date. Write it as UNTIL=20261216.'
        raise BrokenRecurrence("rule", what) from None


def _end(recurrence: Recurrence, parts: Mapping[str, str]) -> date | None:
    ends = [recurrence.last_day] if recurrence.last_day is not None else []
    return min([*ends, _until(parts)] if "UNTIL" in parts else ends, default=None)


def _days_by_hand(recurrence: Recurrence) -> frozenset[date]:
    single = frozenset([recurrence.first_day]) if not recurrence.rule.strip() else frozenset()
    return (recurrence.extra | single) - recurrence.without


def _days_by_rule(recurrence: Recurrence, from_day: date, to_day: date, terms: Terms) -> Iterator[date]:
    for day in rule_days(recurrence, from_day, to_day):
        if day not in recurrence.without and (not recurrence.term_time_only or _in_term(day, terms)):
            yield day


def _in_term(day: date, terms: Terms) -> bool:
    return any(first <= day <= last for first, last in terms)


def _moved(
    recurrence: Recurrence, day: date, taken: Container[date], bank_holidays: Container[date], terms: Terms
) -> date | None:
    if recurrence.bank_holidays == "skip":
        return None
    for ahead in range(1, LONGEST_MOVE.days + 1):
        other = day + timedelta(days=ahead)
        free = other.weekday() < 5 and other not in bank_holidays and other not in taken
        if free and (not recurrence.term_time_only or _in_term(other, terms)):
            return other
    return None


def _all_rule_days(recurrence: Recurrence, parts: Mapping[str, str]) -> Iterator[date]:
    end = _end(recurrence, parts) or recurrence.first_day + NEVER
    return rule_days(recurrence, recurrence.first_day, end)


def rule_days(recurrence: Recurrence, from_day: date, to_day: date) -> Iterator[date]:
    """What the rule itself gives in a window, before dates that were left out, bank holidays and terms.

    Our own walk: dateutil's goes on to the year 9999 for a rule that never fires (3.3 s for one of every day), however
    early its UNTIL; the tests hold the two against each other.
    """
    parts = rule_parts(recurrence.rule)
    if not parts:
        return
    end = _end(recurrence, parts)
    to_day = to_day if end is None else min(end, to_day)
    most = int(parts.get("COUNT", 0)) or None
    walk = _walk(_rule(recurrence), recurrence.first_day if most else from_day, to_day)
    yield from (day for day in islice(walk, most) if day >= from_day)


@dataclass(frozen=True, slots=True)
class _Rule:
    """The parts of a rule as numbers; what it leaves open is taken from the first day, as RFC 5545 has it."""

    frequency: str
    interval: int
    first_day: date
    week_start: int
    weekdays: frozenset[tuple[int, int]]
    """Which one in the month (or year), 0 for each of them, and the weekday."""
    month_days: frozenset[int]
    months: frozenset[int]
    positions: frozenset[int]

    def has(self, day: date) -> bool:
        """Whether the day is one of its period, before BYSETPOS chooses among them."""
        if self.months and day.month not in self.months:
            return False
        length = monthrange(day.year, day.month)[1]
        if self.month_days and not self.month_days & {day.day, day.day - length - 1}:
            return False
        in_year = self.frequency == "YEARLY" and not self.months
        number, last = (day.timetuple().tm_yday, 365 + isleap(day.year)) if in_year else (day.day, length)
        which = {0, (number - 1) // 7 + 1, -((last - number) // 7 + 1)}
        return not self.weekdays or any((one, day.weekday()) in self.weekdays for one in which)

    def period(self, number: int) -> tuple[date, int]:
        """The first day of the period with that number, the first day's being 0, and its length in days."""
        ahead, first = number * self.interval, self.first_day
        match self.frequency:
            case "DAILY":
                return first + timedelta(days=ahead), 1
            case "WEEKLY":
                return first + timedelta(days=ahead * 7 - (first.weekday() - self.week_start) % 7), 7
            case "MONTHLY":
                year, month = divmod(first.year * 12 + first.month - 1 + ahead, 12)
                return date(year, month + 1, 1), monthrange(year, month + 1)[1]
            case _:
                return date(first.year + ahead, 1, 1), 365 + isleap(first.year + ahead)


def _rule(recurrence: Recurrence) -> _Rule:
    parts, first = rule_parts(recurrence.rule), recurrence.first_day
    numbers = {name: frozenset(map(int, parts[name].split(","))) for name in _NUMBERS if name in parts}
    weekdays = frozenset(
        (int(one[:-2] or 0), WEEKDAYS.index(one[-2:])) for one in parts.get("BYDAY", "").split(",") if one
    )
    month_days, months = numbers.get("BYMONTHDAY", frozenset()), numbers.get("BYMONTH", frozenset())
    if not weekdays and not month_days:
        if parts["FREQ"] == "WEEKLY":
            weekdays = frozenset([(0, first.weekday())])
        elif parts["FREQ"] != "DAILY":
            month_days = frozenset([first.day])
            months = months or frozenset([first.month] if parts["FREQ"] == "YEARLY" else [])
    interval, week_start = int(parts.get("INTERVAL", 1)), WEEKDAYS.index(parts.get("WKST", "MO"))
    positions = numbers.get("BYSETPOS", frozenset())
    return _Rule(parts["FREQ"], interval, first, week_start, weekdays, month_days, months, positions)


def _walk(rule: _Rule, from_day: date, to_day: date) -> Iterator[date]:
    for number in count(max(0, (from_day - rule.first_day).days // (_LONGEST[rule.frequency] * rule.interval) - 1)):
        opens, length = rule.period(number)
        if opens > to_day:
            return
        found = [day for ahead in range(length) if rule.has(day := opens + timedelta(days=ahead))]
        for position, day in enumerate(found, start=1):
            chosen = not rule.positions or rule.positions & {position, position - len(found) - 1}
            if chosen and rule.first_day <= day <= to_day:
                yield day


def said(day: date) -> str:
    """ "24 November 2026"."""
    return f"{day.day} {day:%B %Y}"
