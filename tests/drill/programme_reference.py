"""Forty series of a Hub, and when each of them is held, walked day by day: it shares no code with the bot.

Rules are told twice on purpose: as RFC 5545 for the bot, and as a question about one day for the reference. Clock changes,
bank holidays and terms are written down here as dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

FIRST, LAST = date(2027, 3, 1), date(2028, 3, 1)
"""The year of the drill, with both clock changes and a leap day."""
SUMMER = (datetime(2027, 3, 28, 2), datetime(2027, 10, 31, 2))  # noqa: DTZ001 - the clock on the wall
BANK_HOLIDAYS = frozenset(
    map(
        date.fromisoformat,
        (
            "2027-01-01", "2027-03-26", "2027-03-29", "2027-05-03", "2027-05-31", "2027-08-30", "2027-12-25", "2027-12-26",
            "2027-12-27", "2027-12-28", "2028-01-01", "2028-01-03", "2028-04-14", "2028-04-17", "2028-05-01", "2028-05-29",
        ),
    )
)  # fmt: skip
"""gov.uk/bank-holidays, England, with the days that are substituted."""
CLOSED = frozenset([date(2027, 12, 24), date(2027, 12, 29)])
TERMS = (
    (date(2027, 2, 22), date(2027, 3, 25)),
    (date(2027, 4, 12), date(2027, 5, 28)),
    (date(2027, 6, 7), date(2027, 7, 22)),
    (date(2027, 9, 2), date(2027, 12, 17)),
    (date(2028, 1, 4), date(2028, 4, 6)),
)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Spec:
    """One series, told twice: `rule` for the bot, `on` for the reference."""

    uid: str
    rule: str
    on: Callable[[date], bool]
    first: date = date(2027, 1, 1)
    last: date | None = None
    opens: time = time(14)
    closes: time = time(16)
    bank_holidays: str = "skip"
    term_time_only: bool = False
    without: frozenset[date] = frozenset()
    extra: frozenset[date] = frozenset()


def _weekly(weekday: int, first: date, weeks: int = 1) -> Callable[[date], bool]:
    monday = first - DAY * first.weekday()
    return lambda day: day.weekday() == weekday and ((day - monday).days // 7) % weeks == 0


def _nth(number: int, weekday: int) -> Callable[[date], bool]:
    """The first Tuesday; -1: the last."""
    return lambda day: (
        day.weekday() == weekday
        and ((day.day - 1) // 7 + 1 == number if number > 0 else (day + 7 * DAY).month != day.month)
    )


def forty() -> list[Spec]:
    """The forty."""
    names = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
    begins, week = date(2027, 1, 1), "FREQ=WEEKLY;BYDAY="
    found = [Spec(f"weekly-{name}", week + name, _weekly(number, begins)) for number, name in enumerate(names)]
    for what in ("move", "keep"):
        found += [
            Spec(f"{name}-{what}", week + name, _weekly(number, begins), bank_holidays=what)
            for name, number in (("MO", 0), ("FR", 4))
        ]
    for number, name in enumerate(names[:5]):
        first = date(2027, 1, 4) + DAY * (number + 7 * (number % 2))
        rule = f"FREQ=WEEKLY;INTERVAL=2;BYDAY={name}"
        found.append(Spec(f"fortnightly-{name}", rule, _weekly(number, first, 2), first))
    for number, name, what in (
        (1, "TU", "skip"),
        (2, "WE", "skip"),
        (3, "TH", "move"),
        (4, "FR", "move"),
        (-1, "MO", "move"),
    ):
        weekday = names.index(name)
        found.append(
            Spec(f"{number}-{name}", f"FREQ=MONTHLY;BYDAY={number}{name}", _nth(number, weekday), bank_holidays=what)
        )
    for number in (15, 29, 31):
        found.append(Spec(f"on-the-{number}", f"FREQ=MONTHLY;BYMONTHDAY={number}", lambda day, n=number: day.day == n))  # type: ignore[misc]
    tuesdays = _weekly(1, begins)
    third = date(2027, 1, 6)
    leap = date(2024, 2, 29)
    working_week = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    found += [
        Spec("last-day", "FREQ=MONTHLY;BYMONTHDAY=-1", lambda day: (day + DAY).month != day.month),
        Spec("leap-day", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", lambda day: (day.month, day.day) == (2, 29), leap),
        Spec("christmas", "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=25", lambda day: (day.month, day.day) == (12, 25), bank_holidays="keep"),
        Spec("daily", "FREQ=DAILY", lambda day: True),
        Spec("working-week", working_week, lambda day: day.weekday() < 5),
        Spec("working-week-moved", working_week, lambda day: day.weekday() < 5, bank_holidays="move"),
        Spec("third-week", "FREQ=WEEKLY;INTERVAL=3;BYDAY=WE", _weekly(2, third, 3), third),
        Spec("term-time", week + "TU", tuesdays, term_time_only=True),
        Spec("term-time-moved", week + "MO", _weekly(0, begins), term_time_only=True, bank_holidays="move"),
        Spec("sunday-night", week + "SU", _weekly(6, begins), opens=time(1, 30), closes=time(3)),
        Spec("every-night", "FREQ=DAILY", lambda day: True, opens=time(1, 30), closes=time(2, 15), bank_holidays="keep"),
        Spec("midnight", week + "SA,SU", lambda day: day.weekday() > 4, opens=time(0, 30), closes=time(1, 45)),
        Spec("spring-once", "", lambda day: False, date(2027, 3, 28), opens=time(1, 30), closes=time(2, 15)),
        Spec("autumn-once", "", lambda day: False, date(2027, 10, 31), opens=time(1, 30), closes=time(2, 15)),
        Spec("with-exceptions", week + "TU", tuesdays, without=frozenset([date(2027, 4, 6)]), extra=frozenset([date(2027, 4, 8), date(2027, 12, 27)])),
        Spec("until-july", week + "TH", _weekly(3, begins), last=date(2027, 7, 15)),
    ]  # fmt: skip
    assert len({one.uid for one in found}) == len(found) == 40, len(found)
    return found


def held(spec: Spec) -> Iterator[tuple[date, datetime]]:
    """The series' own days and when each is held, in UTC, over the year of the drill and a while around it."""
    days = [FIRST - 90 * DAY + DAY * number for number in range(600)]
    by_hand = {*spec.extra, *([] if spec.rule else [spec.first])} - spec.without
    by_rule = {day for day in days if _by_rule(spec, day)}
    taken = by_rule | by_hand
    for day in sorted(taken):
        on: date | None = day
        if day not in by_hand and day in BANK_HOLIDAYS | CLOSED and spec.bank_holidays != "keep":
            on = _moved(spec, day, taken)
        if on is not None:
            taken.add(on)
            yield day, on_the_wall(on, spec.opens)


def _by_rule(spec: Spec, day: date) -> bool:
    in_term = not spec.term_time_only or any(first <= day <= last for first, last in TERMS)
    inside = spec.first <= day <= (spec.last or date.max)
    return bool(spec.rule) and inside and in_term and day not in spec.without and spec.on(day)


def _moved(spec: Spec, day: date, taken: set[date]) -> date | None:
    if spec.bank_holidays == "skip":
        return None
    for ahead in range(1, 15):
        other = day + DAY * ahead
        in_term = not spec.term_time_only or any(first <= other <= last for first, last in TERMS)
        if other.weekday() < 5 and other not in BANK_HOLIDAYS | CLOSED and other not in taken and in_term:
            return other
    return None


def on_the_wall(day: date, at: time) -> datetime:
    """A local time in UTC by hand: an hour less in summer. 01:30 of the spring change is 02:30, of the autumn's the first."""
    local = datetime.combine(day, at)
    summer = SUMMER[0] <= local < SUMMER[1]
    return (local - timedelta(hours=1) if summer else local).replace(tzinfo=UTC)
