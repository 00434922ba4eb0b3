"""Working time: office hours less weekends, bank holidays and the council's closed days.

Sums are done in UTC: two moments of one zone are subtracted by the clock on the wall, which is an hour out twice a year.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import holidays

from content.council import Council

LOOK_AHEAD_DAYS = 60
"""No council is closed longer than this; a calendar that says so is a mistake."""
LONGEST_DAYS = 3 * 366
"""The longest sum over the calendar: nothing of ours waits for years, so more is a mistake too."""


def is_open(council: Council, now: datetime) -> bool:
    """Whether somebody is at work at this moment."""
    return closes_at(council, now) is not None


def next_opening(council: Council, now: datetime) -> datetime | None:
    """When somebody is next at work: the next start of a working period after `now`, in the council's zone."""
    today = now.astimezone(council.zone).date()
    for days in range(LOOK_AHEAD_DAYS):
        for opens, _ in periods(council, today + timedelta(days=days)):
            if opens.astimezone(UTC) > now.astimezone(UTC):
                return opens
    return None


def closes_at(council: Council, now: datetime) -> datetime | None:
    """When the period that is running ends; None when closed."""
    moment = now.astimezone(UTC)
    for opens, closes in periods(council, now.astimezone(council.zone).date()):
        if opens.astimezone(UTC) <= moment < closes.astimezone(UTC):
            return closes
    return None


def is_working_day(council: Council, day: date) -> bool:
    """Whether anybody is at work at any time of this day."""
    return opening(council, day) is not None


def is_holiday(council: Council, day: date) -> bool:
    """Whether it is a bank holiday, or a day on which the council says that it is closed. Weekends are none."""
    return day in council.closed_days or day in _bank_holidays(council.nation, day.year)


def opening(council: Council, day: date) -> datetime | None:
    """When somebody is first at work on this day; None when closed."""
    return next((opens for opens, _ in periods(council, day)), None)


def add(council: Council, start: datetime, length: timedelta) -> datetime:
    """The moment when `length` of working time has passed since `start`.

    A length that is used up exactly at closing time ends at the next opening: a reminder at the minute when everybody
    leaves reminds nobody. Raises ValueError for a negative length and for a calendar that has not that much time.
    """
    if length < timedelta(0):
        raise ValueError(f"Working time can't be counted backwards, but {length} was asked for.")
    left = length
    for opens, closes in _periods_from(council, start):
        begins = max(opens.astimezone(UTC), start.astimezone(UTC))
        lasts = closes.astimezone(UTC) - begins
        if left < lasts:
            return (begins + left).astimezone(council.zone)
        left -= lasts
    raise ValueError(_too_little(start.date()))


def after_days(council: Council, start: datetime, days: int) -> datetime:
    """The same local time `days` working days later, or the next opening after it if the office is closed then.

    Counted from the next opening if `start` is out of hours. Raises ValueError for a negative count and for a calendar
    that has not that many working days.
    """
    if days < 0:
        raise ValueError(f"Working days can't be counted backwards, but {days} was asked for.")
    counted_from = add(council, start, timedelta(0))
    day = counted_from.date()
    if days > LONGEST_DAYS:
        raise ValueError(_too_little(day))
    for _ in range(days):
        day = _next_working_day(council, day)
    if day == counted_from.date():
        return counted_from
    return add(council, datetime.combine(day, counted_from.time(), council.zone), timedelta(0))


def periods(council: Council, day: date) -> Iterator[tuple[datetime, datetime]]:
    """When somebody is at work on this day, in order: each period's start and end, in the council's zone."""
    if is_holiday(council, day):
        return
    earliest = datetime.min.replace(tzinfo=UTC)
    for period in council.office_hours[day.weekday()]:
        # A time that the clocks jump over comes out an hour late, and may run into the period after it.
        opens = max(earliest, datetime.combine(day, period.opens, council.zone).astimezone(UTC))
        closes = datetime.combine(day, period.closes, council.zone).astimezone(UTC)
        if opens < closes:
            yield opens.astimezone(council.zone), closes.astimezone(council.zone)
            earliest = closes


def _periods_from(council: Council, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """The periods that end after `start`, up to where the calendar has none for too long."""
    today = start.astimezone(council.zone).date()
    closed = 0
    for days in range(LONGEST_DAYS):
        closed += 1
        for opens, closes in periods(council, today + timedelta(days=days)):
            if closes.astimezone(UTC) > start.astimezone(UTC):
                closed = 0
                yield opens, closes
        if closed >= LOOK_AHEAD_DAYS:
            return


def _next_working_day(council: Council, day: date) -> date:
    for days in range(1, LOOK_AHEAD_DAYS + 1):
        if is_working_day(council, day + timedelta(days=days)):
            return day + timedelta(days=days)
    raise ValueError(_too_little(day))


def _too_little(after: date) -> str:
    return (
        f"The council's calendar has too little working time after {after}: look at its office_hours and closed_days."
    )


@lru_cache(maxsize=16)
def _bank_holidays(nation: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))
