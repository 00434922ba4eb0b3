"""Working time: office hours less weekends, bank holidays and the council's closed days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import lru_cache

import holidays

from content.council import Council

LOOK_AHEAD_DAYS = 60
"""No council is closed longer than this; a calendar that says so is a mistake."""


def is_open(council: Council, now: datetime) -> bool:
    """Whether somebody is at work at this moment."""
    local = now.astimezone(council.zone)
    return any(opens <= local < closes for opens, closes in _periods(council, local.date()))


def next_opening(council: Council, now: datetime) -> datetime | None:
    """When somebody is next at work: the next start of a working period after `now`, in the council's zone."""
    local = now.astimezone(council.zone)
    for days in range(LOOK_AHEAD_DAYS):
        for opens, _ in _periods(council, local.date() + timedelta(days=days)):
            if opens > local:
                return opens
    return None


def closes_at(council: Council, now: datetime) -> datetime | None:
    """When the period that is running ends; None when closed."""
    local = now.astimezone(council.zone)
    return next((closes for opens, closes in _periods(council, local.date()) if opens <= local < closes), None)


def _periods(council: Council, day: date) -> Iterator[tuple[datetime, datetime]]:
    if day in council.closed_days or day in _bank_holidays(council.nation, day.year):
        return
    for period in council.office_hours[day.weekday()]:
        yield (
            datetime.combine(day, period.opens, council.zone),
            datetime.combine(day, period.closes, council.zone),
        )


@lru_cache(maxsize=16)
def _bank_holidays(nation: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays("GB", subdiv=nation, years=year))
