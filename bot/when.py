"""Words for moments, and moments from words: what people read and type instead of 2026-11-24T15:00."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, tzinfo
from itertools import islice
from typing import Final

from bot.working_time import LOOK_AHEAD_DAYS, periods
from content.council import WEEKDAYS, Council

LONGEST_AWAY: Final = timedelta(days=366)
"""A day further off than a year was mistyped."""
LONGEST_UNNAMED: Final = timedelta(days=300)
"""Without its year, a day further off is rather one that has just gone by: "23 nov", typed on the 24th."""
SOON: Final = "soon"
SOON_SAID: Final = "As soon as you can"
CHOICES: Final = 4
"""Times to ring that are offered, "soon" among them: what a small phone shows without scrolling."""

_NOON: Final = time(12)
_SHORTEST_CALL_TIME: Final = timedelta(hours=1)
_CALL_TIME: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})T([0-9]{2}:[0-9]{2})/([0-9]{2}:[0-9]{2})")

_LONGEST_TEXT: Final = 60
_LEADING: Final = re.compile(r"(?:(?:until|untill|till|til|up to|for|on) )+")
_NUMBERED: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})(?:\2([0-9]{4}|[0-9]{2}))?")
_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_OF_A_MONTH: Final = re.compile(r"(?:the )?([0-9]{1,2})(?:st|nd|rd|th)|the ([0-9]{1,2})")
_DAY: Final = r"(?:the )?[0-9]{1,2}(?:st|nd|rd|th)?"
_MONTH: Final = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_WITH_A_MONTH: Final = re.compile(rf"(?:{_DAY}(?: of)? ?{_MONTH}|{_MONTH} {_DAY})(?P<year> [0-9]{{4}}| [0-9]{{2}})?")
_A_SPAN: Final = re.compile(
    r"(?:in )?(?:[0-9]{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)"
    r" (?:day|week|fortnight|month)s?"
)
_NAMED: Final = {"today": 0, "tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2}
_WEEKDAY: Final = re.compile(
    r"(?:(this|next) )?"
    r"(mon(?:day)?|tue(?:s|sday)?|wed(?:s|nesday)?|thu(?:r|rs|rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
    r"(?: (.+))?"
)
_HALF_A_DAY: Final = 12
_FIRST_BARE_HOUR: Final = 7
_LONGEST_WHEN: Final = 600
_A_TIME: Final = r"[0-9]{1,2}(?:[:.][0-9]{2})?(?: ?[ap]\.?m\.?)?"
_TIME: Final = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?: ?(?P<half>[ap])\.?m\.?)?")
_AT_A_TIME: Final = re.compile(rf"\bat (?P<time>{_A_TIME})(?![\w:])")
_LAST_TIME: Final = re.compile(rf"(?:^|(?<=[ ,]))(?P<time>{_A_TIME})$")

_TIME_BEHIND: Final = re.compile(
    r"[ ,]+(?:(?:at|@) ?[0-9]{1,2}(?:[:.][0-9]{2})?(?: ?[ap]\.?m\.?)?|[0-9]{1,2}(?:[:.][0-9]{2})? ?[ap]\.?m\.?|[0-9]{1,2}:[0-9]{2})$"
)


def said(moment: datetime, now: datetime, zone: tzinfo) -> str:
    """ "today at 15:00", "Tuesday at 10:00" or "Tuesday 1 December at 10:00": always the clock on the wall."""
    local = moment.astimezone(zone)
    return f"{day_said(local.date(), now.astimezone(zone).date())} at {_time_said(local.time())}"


def day_said(day: date, today: date) -> str:
    """ "today", "tomorrow", "Friday" within six days, else "Friday 4 December"."""
    ahead = (day - today).days
    if ahead in (0, 1):
        return ("today", "tomorrow")[ahead]
    return f"{day:%A}" if 1 < ahead <= 6 else f"{day:%A} {day.day} {day:%B}"


def _time_said(at: time) -> str:
    return f"{at.hour}:{at:%M}"


def read_day(text: str, now: datetime, zone: tzinfo) -> date | None:
    """The day that "until friday", "27/11", "till the 4th" or "for 3 days" names: today, or up to a year ahead.

    None for what names no one day ("soon", "next week", "november") or contradicts itself ("monday 27 november 2026").
    "friday" is the first one after today. "next friday" is the one of next week, from Monday on: of the two that
    people mean it is the later, and somebody who is thought away too long is missed less than somebody waited for.
    """
    today = now.astimezone(zone).date()
    words = " ".join(text.casefold().replace(",", " ").split()).strip(" .!?")
    words = words[found.end() :] if (found := _LEADING.match(words)) else words
    day = _read(words, today) if len(words) <= _LONGEST_TEXT else None
    return day if day is not None and today <= day <= today + LONGEST_AWAY else None


def read_day_beside_time(text: str, now: datetime, zone: tzinfo) -> date | None:
    """The same, also where a time stands behind the day: an interview is "wednesday at 2" or "wed 14:30"."""
    words = " ".join(text.casefold().split()).strip(" .!?")
    return read_day(text, now, zone) or read_day(_TIME_BEHIND.sub("", words), now, zone)


def read_time(text: str) -> time | None:
    """The time of day that "10", "10:30", "4pm" or "4.30 pm" names.

    None for what names none, and for a bare hour before seven: whoever types "4" may mean either, and a wrong guess is
    a message at the wrong time.
    """
    found = _TIME.fullmatch(text.strip(" .").casefold())
    if found is None:
        return None
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half is not None and not 1 <= hour <= _HALF_A_DAY:
        return None
    if half is not None:
        hour = hour % _HALF_A_DAY + (_HALF_A_DAY if half == "p" else 0)
    elif found["minute"] is None and hour < _FIRST_BARE_HOUR:
        return None
    return time(hour, minute) if hour <= 23 and minute <= 59 else None


def split_time(text: str) -> tuple[str, time] | None:
    """Words around a time of day and the time: "every monday at 10 until 18 december" gives the words without "at 10"."""
    words = " ".join(text.casefold().replace(",", " , ").split()).replace(" , ", ", ").strip(" .!?")
    if len(words) > _LONGEST_WHEN:
        return None
    found = _AT_A_TIME.search(words) or _LAST_TIME.search(words)
    at = read_time(found["time"]) if found is not None else None
    if found is None or at is None:
        return None
    rest = f"{words[: found.start()]} {words[found.end() :]}"
    return " ".join(rest.split()).strip(" ,"), at


def read_moment(text: str, now: datetime, zone: tzinfo) -> tuple[date, time] | None:
    """The day and time that "tomorrow at 10", "4pm" or "friday 4 december, 16:00" name; a time alone is its next one."""
    found = split_time(text)
    if found is None:
        return None
    words, at = found
    local = now.astimezone(zone)
    if not words:
        return local.date() + timedelta(days=at <= local.time()), at
    day = read_day(words, now, zone)
    return (day, at) if day is not None else None


def _read(words: str, today: date) -> date | None:
    if words in _NAMED:
        return today + timedelta(days=_NAMED[words])
    if found := _WEEKDAY.fullmatch(words):
        return _read_weekday(found, today)
    if _ISO.fullmatch(words):
        return _a_day(*map(int, words.split("-")))
    if found := _NUMBERED.fullmatch(words):
        return _read_numbered(found, today)
    if found := _OF_A_MONTH.fullmatch(words):
        return _next_in_months(int(found[1] or found[2]), today)
    if _A_SPAN.fullmatch(words):
        return _parsed(f"in {words.removeprefix('in ')}", "relative-time", today)
    if found := _WITH_A_MONTH.fullmatch(words):
        # The parser takes "24 nov" on 24 November for next year's: seen from the day before, it is today.
        day = _parsed(words.removeprefix("the "), "absolute-time", today - timedelta(days=1))
        return day if found["year"] else _near(day, today)
    return None


def _near(day: date | None, today: date) -> date | None:
    return day if day is not None and today <= day <= today + LONGEST_UNNAMED else None


def _read_weekday(found: re.Match[str], today: date) -> date | None:
    which, name, rest = found.groups()
    weekday = next(number for number, day in enumerate(WEEKDAYS) if day.startswith(name[:3]))
    if rest is not None:
        day = _read(f"the {rest}" if rest.isdecimal() else rest, today)
        return day if day is not None and day.weekday() == weekday else None
    if which == "next":
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _read_numbered(found: re.Match[str], today: date) -> date | None:
    day, month, year = int(found[1]), int(found[3]), found[4]
    if year is not None:
        return _a_day(int(year) + (2000 if len(year) == 2 else 0), month, day)
    return next((one for ahead in (0, 1) if (one := _near(_a_day(today.year + ahead, month, day), today))), None)


def _next_in_months(day: int, today: date) -> date | None:
    """The next 31st may be two months off."""
    months = [divmod(today.year * 12 + today.month - 1 + ahead, 12) for ahead in range(3)]
    near = (_a_day(year, month + 1, day) for year, month in months)
    return next((one for one in near if one is not None and one >= today), None)


def _a_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _parsed(words: str, parser: str, seen_from: date) -> date | None:
    import dateparser  # type: ignore[import-untyped]  # takes 0.4 seconds, so only when somebody types a day

    found: datetime | None = dateparser.parse(
        words,
        languages=["en"],
        settings={
            "DATE_ORDER": "DMY",
            "PREFER_DATES_FROM": "future",
            "RELATIVE_BASE": datetime.combine(seen_from, _NOON),
            "PARSERS": [parser],
            "REQUIRE_PARTS": ["day", "month"],
        },
    )
    return found.date() if found is not None else None


def call_times(council: Council, now: datetime) -> list[tuple[str, str]]:
    """Up to four choices for "ring me", as key and words: soon, then the next mornings and afternoons at work."""
    today = now.astimezone(council.zone).date()
    keys = [SOON]
    for opens, closes in islice(_call_periods(council, now), CHOICES - 1):
        keys.append(f"{opens:%Y-%m-%dT%H:%M}/{closes:%H:%M}")
    return [(key, words) for key in keys if (words := _call_time_said(key, today)) is not None]


def call_time_said(key: str, now: datetime, zone: tzinfo) -> str | None:
    """What a key of `call_times` means in words, as seen from `now`; None when it is malformed."""
    return _call_time_said(key, now.astimezone(zone).date())


def _call_time_said(key: str, today: date) -> str | None:
    if key == SOON:
        return SOON_SAID
    if not (found := _CALL_TIME.fullmatch(key)):
        return None
    try:
        day, opens, closes = date.fromisoformat(found[1]), time.fromisoformat(found[2]), time.fromisoformat(found[3])
    except ValueError:
        return None
    words = day_said(day, today)
    return f"{words[0].upper()}{words[1:]}, {_time_said(opens)} to {_time_said(closes)}" if opens < closes else None


def _call_periods(council: Council, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Working periods that start after `now`, cut at noon where both halves are long enough to be rung in."""
    today = now.astimezone(council.zone).date()
    for days in range(LOOK_AHEAD_DAYS):
        day = today + timedelta(days=days)
        noon = datetime.combine(day, _NOON, council.zone)
        for opens, closes in periods(council, day):
            cut = opens + _SHORTEST_CALL_TIME <= noon <= closes - _SHORTEST_CALL_TIME
            halves = [(opens, noon), (noon, closes)] if cut else [(opens, closes)]
            yield from (half for half in halves if half[0] > now.astimezone(council.zone))
