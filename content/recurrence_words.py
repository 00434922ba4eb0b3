"""A recurrence in words ("every second Tuesday"), and one from the words that staff type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import islice
from typing import Final

from content.recurrence import (
    NEVER,
    WEEKDAYS,
    YEARS,
    BrokenRecurrence,
    Recurrence,
    first_by_rule,
    rule_days,
    rule_parts,
    said,
)

DAY_NAMES: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTH_NAMES: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

_LONGEST_TEXT: Final = 200
_MOST_NEW_DATES: Final = 20
_NTH: Final = {
    "1": "first",
    "2": "second",
    "3": "third",
    "4": "fourth",
    "5": "fifth",
    "-1": "last",
    "-2": "last but one",
}
_NTH_TYPED: Final = {
    "first": 1, "1st": 1, "second": 2, "2nd": 2, "other": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "fifth": 5,
    "5th": 5, "last": -1,
}  # fmt: skip
_WORKING_WEEK: Final = WEEKDAYS[:5]

_DAY: Final = r"(?:mon|tue(?:s)?|wed(?:nes)?|thu(?:r|rs)?|fri|sat(?:ur)?|sun)(?:day)?s?"
_DAYS: Final = rf"{_DAY}(?:(?: and | & | )+{_DAY})*"
_ORDINAL: Final = "first|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th"
_EVERY_NTH: Final = "second|third|fourth|2nd|3rd|4th|other"
_WEEKS: Final = (
    rf"(?:every (?P<weeks>{_EVERY_NTH}|[2-9]|two|three|four) weeks?|(?P<fortnight>fortnightly|every fortnight))"
)
_MONTHLY: Final = rf"(?:of (?:the|every|each) (?:(?P<months>{_EVERY_NTH}) )?month|monthly)"
_MONTH: Final = r"(?P<month>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)(?P<rest>[a-z]*)"
_A_DATE: Final = (
    re.compile(r"(?P<year>[0-9]{4})-(?P<number>[0-9]{1,2})-(?P<day>[0-9]{1,2})"),
    re.compile(r"(?P<day>[0-9]{1,2})[/.-](?P<number>[0-9]{1,2})(?:[/.-](?P<year>[0-9]{4}|[0-9]{2}))?"),
    re.compile(
        rf"(?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)?(?: of)? ?{_MONTH}(?: (?P<year>[0-9]{{4}}|[0-9]{{2}}))?"
    ),
)
_SUFFIXES: Final = re.compile(
    r"(?P<core>.+?)"
    r"(?: (?:from|starting|beginning) (?P<first>[^,]+?))?"
    r"(?P<term>(?: in| during)? term[ -]?time(?: only)?)?"
    r"(?: (?:until|till|to the end of|ending) (?P<last>[^,]+?))?"
    r"(?P<late_term>(?: in| during)? term[ -]?time(?: only)?)?"
)


def in_words(recurrence: Recurrence) -> str:
    """When it is, for people: "every second Tuesday, in term time, until 16 December 2026"."""
    parts = rule_parts(recurrence.rule)
    words = [_rule_said(recurrence)]
    if "COUNT" in parts:
        words.append("once" if parts["COUNT"] == "1" else f"{parts['COUNT']} times")
    if parts and recurrence.term_time_only:
        words.append("in term time")
    last_day = recurrence.last_day
    if parts and last_day is not None:
        words.append(f"until {said(last_day)}")
    return ", ".join(words)


def _rule_said(recurrence: Recurrence) -> str:
    parts = dict(rule_parts(recurrence.rule))
    if not parts:
        first = [] if recurrence.first_day in recurrence.without else [recurrence.first_day]
        return "on " + _listed([said(day) for day in sorted({*first, *recurrence.extra - recurrence.without})])
    interval = int(parts.pop("INTERVAL", "1"))
    frequency = parts.pop("FREQ")
    for unsaid in ("WKST", "COUNT", "UNTIL"):
        parts.pop(unsaid, None)
    told = {"DAILY": _daily, "WEEKLY": _weekly, "MONTHLY": _monthly, "YEARLY": _yearly}[frequency]
    return told(parts, interval, recurrence.first_day) or _first_days(recurrence)


def _daily(parts: dict[str, str], interval: int, first_day: date) -> str:
    if interval == 1 and parts.keys() == {"BYDAY"}:
        return _weekly(parts, 1, first_day)
    return "" if parts else _every(interval, "day")


def _weekly(parts: dict[str, str], interval: int, first_day: date) -> str:
    if parts.keys() - {"BYDAY"}:
        return ""
    chosen = {*parts.get("BYDAY", WEEKDAYS[first_day.weekday()]).split(",")}
    names = [name for key, name in zip(WEEKDAYS, DAY_NAMES, strict=True) if key in chosen]
    if len(names) == 7:
        return "every day" if interval == 1 else f"{_every(interval, 'week')} on every day"
    if chosen == {*_WORKING_WEEK}:
        working_week = "every day from Monday to Friday"
        return working_week if interval == 1 else f"{_every(interval, 'week')} from Monday to Friday"
    if interval == 1 or (interval <= 4 and len(names) == 1):
        return _every(interval, _listed(names))
    return f"{_every(interval, 'week')} on {_listed(names)}"


def _monthly(parts: dict[str, str], interval: int, first_day: date) -> str:
    which = _of_the_month(parts, first_day)
    return f"{which} of {'the month' if interval == 1 else _every(interval, 'month')}" if which else ""


def _yearly(parts: dict[str, str], interval: int, first_day: date) -> str:
    by_month = parts.pop("BYMONTH", None)
    if (by_month is None and parts) or (by_month or "").count(","):
        return ""
    month = MONTH_NAMES[int(by_month or first_day.month) - 1]
    if parts.keys() & {"BYDAY"}:
        which = _of_the_month(parts, first_day)
        return f"{_every(interval, 'year')} on {which} of {month}" if which else ""
    day = parts.pop("BYMONTHDAY", str(first_day.day))
    return f"{_every(interval, 'year')} on {day} {month}" if day.isdecimal() and not parts else ""


def _of_the_month(parts: dict[str, str], first_day: date) -> str:
    """ "the first Tuesday", "the 15th": which day of a month the parts name, if that can be said shortly."""
    if parts.keys() - {"BYDAY"} - ({"BYSETPOS"} if parts.get("BYDAY", "") in WEEKDAYS else set()):
        return _month_day(parts["BYMONTHDAY"]) if parts.keys() == {"BYMONTHDAY"} else ""
    if not parts:
        return _month_day(str(first_day.day))
    position = parts.get("BYSETPOS", "")
    found = [(position or one[:-2], one[-2:]) for one in parts["BYDAY"].split(",")]
    numbers = [_NTH.get(number.lstrip("+")) for number, _ in found]
    if None in numbers or len({weekday for _, weekday in found}) != 1:
        return ""
    return f"the {_listed([str(one) for one in numbers])} {DAY_NAMES[WEEKDAYS.index(found[0][1])]}"


def _month_day(written: str) -> str:
    if written == "-1":
        return "the last day"
    return f"the {_ordinal(int(written))}" if written.isdecimal() else ""


def _first_days(recurrence: Recurrence) -> str:
    """A rule that no short words fit is told by its first three days."""
    days = islice(rule_days(recurrence, recurrence.first_day, recurrence.first_day + NEVER), 3)
    return f"on {', '.join(said(day) for day in days)} and so on"


def _every(interval: int, what: str) -> str:
    if interval == 1:
        return f"every {what}"
    return f"every {_NTH[str(interval)]} {what}" if interval <= 4 else f"every {interval} {what}s"


def _ordinal(number: int) -> str:
    suffix = "th" if number in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{suffix}"


def _listed(words: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def from_words(text: str, today: date) -> Recurrence | None:
    """The recurrence that staff typed: "every tuesday", "fortnightly on thursday", "first tuesday", "24 nov".

    It starts on its first day from `today` on, or from the day named ("from 1 december"). Dates are in UK order; one
    without a year is the next such day, one with a year may be past. None for what cannot be read, what has no day,
    and a bare "tuesday", which may be one Tuesday or every one.
    """
    words = " ".join(text.casefold().replace(",", " ").split()).strip(" .")
    if not words or len(words) > _LONGEST_TEXT:
        return None
    found = _SUFFIXES.fullmatch(re.sub(rf"\bfrom (?={_DAY} to )", "", words))
    if found is None:
        return None
    first = read_day(found["first"], today) if found["first"] else today
    last = read_day(found["last"], first or today) if found["last"] else None
    if first is None or (found["last"] and last is None):
        return None
    try:
        return _typed(found["core"], first, last, term=bool(found["term"] or found["late_term"]))
    except BrokenRecurrence:
        return None


def _typed(core: str, first: date, last: date | None, *, term: bool) -> Recurrence | None:
    if rule := _typed_rule(core.removeprefix("on ").removeprefix("the ")):
        # "fortnightly on Thursday", typed on a Friday, begins next Thursday, not in the week after.
        at_once = Recurrence(re.sub("INTERVAL=[0-9]+;", "", rule), first)
        return Recurrence(rule, first_by_rule(at_once), last, term_time_only=term)
    days = _typed_dates(core.removeprefix("on "), first)
    if not days or last is not None or term:
        return None
    return Recurrence("", days[0], extra=frozenset(days[1:]))


def _typed_rule(words: str) -> str:
    if words in ("daily", "every day", "each day"):
        return "FREQ=DAILY"
    readers = (_typed_working_week, _typed_weekly, _typed_nth, _typed_month_day, _typed_yearly)
    return next(filter(None, (reader(words) for reader in readers)), "")


def _typed_working_week(words: str) -> str:
    if words in ("weekdays", "every weekday", "each weekday", "on weekdays"):
        return f"FREQ=WEEKLY;BYDAY={','.join(_WORKING_WEEK)}"
    found = re.fullmatch(
        rf"(?:{_WEEKS} |(?:every|each) (?:day )?)?(?P<first>{_DAY}) ?(?:to|-|–) ?(?P<last>{_DAY})", words
    )
    if not found:
        return ""
    first, last = _weekday(found["first"]), _weekday(found["last"])
    written = ",".join(WEEKDAYS[first : last + 1])
    return f"FREQ=WEEKLY;{_interval_part(_weeks(found))}BYDAY={written}" if first < last else ""


def _typed_weekly(words: str) -> str:
    every = rf"(?:every|each) (?:(?P<nth>{_EVERY_NTH}) )?(?P<days>{_DAYS})"
    forms = (
        every,
        rf"{_WEEKS}(?: on)? (?:every )?(?P<days>{_DAYS})",
        rf"(?P<days>{_DAYS}) {_WEEKS}",
        rf"weekly(?: on)? (?P<days>{_DAYS})",
        rf"(?P<days>{_DAY.removesuffix('?')}(?:(?: and | & | )+{_DAY})*)",
    )
    found = next(filter(None, (re.fullmatch(form, words) for form in forms)), None)
    if found is None:
        return ""
    interval = _weeks(found)
    days = {_weekday(name) for name in re.findall(_DAY, found["days"])}
    written = ",".join(WEEKDAYS[day] for day in sorted(days))
    return f"FREQ=WEEKLY;{_interval_part(interval)}BYDAY={written}"


def _typed_nth(words: str) -> str:
    core = rf"(?P<nths>(?:{_ORDINAL})(?: and (?:the )?(?:{_ORDINAL}))*) (?P<day>{_DAY})"
    found = re.fullmatch(rf"(?:every )?{core}(?: {_MONTHLY})?", words) or re.fullmatch(
        rf"(?:monthly|every month) on (?:the )?{core}(?P<months>)", words
    )
    if found is None:
        return ""
    weekday = WEEKDAYS[_weekday(found["day"])]
    numbers = [_NTH_TYPED[one] for one in re.findall(_ORDINAL, found["nths"])]
    interval = _interval(found["months"] or "1")
    return f"FREQ=MONTHLY;{_interval_part(interval)}BYDAY={','.join(f'{number}{weekday}' for number in numbers)}"


def _typed_month_day(words: str) -> str:
    core = r"(?:(?P<number>[0-9]{1,2})(?:st|nd|rd|th)|(?P<last>last day))"
    found = re.fullmatch(rf"{core} {_MONTHLY}", words) or re.fullmatch(
        rf"(?:monthly|every month) on (?:the )?{core}(?P<months>)", words
    )
    if found is None:
        return ""
    return f"FREQ=MONTHLY;{_interval_part(_interval(found['months'] or '1'))}BYMONTHDAY={found['number'] or -1}"


def _typed_yearly(words: str) -> str:
    found = re.fullmatch(
        rf"(?:every year|yearly)(?: on)? (?:the )?(?P<day>[0-9]{{1,2}})(?:st|nd|rd|th)? {_MONTH}", words
    )
    if found is None or (month := _month(found)) is None:
        return ""
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={int(found['day'])}"


def _typed_dates(words: str, seen_from: date) -> list[date]:
    days = list[date]()
    for part in re.split(r" and | & ", words)[:_MOST_NEW_DATES]:
        day = read_day(part, days[-1] if days else seen_from)
        if day is None:
            return []
        days.append(day)
    return days


def read_day(text: str, seen_from: date) -> date | None:
    """A date as people write it in England: 2026-11-24, 24/11/2026, 24/11, "24 nov", "tue 24 November 2026".

    Without a year it is the next such day from `seen_from` on. None where there is no such date (12/24/2026), and
    where the weekday does not fit.
    """
    words = " ".join(text.casefold().replace(",", " ").split())
    weekday = re.match(rf"{_DAY} (?=.)", words)
    found = next(filter(None, (form.fullmatch(words[weekday.end() if weekday else 0 :]) for form in _A_DATE)), None)
    month = _month(found) if found else None
    if found is None or month is None:
        return None
    years = range(seen_from.year, seen_from.year + 9) if found["year"] is None else [_year(found["year"])]
    days = (_a_day(year, month, int(found["day"])) for year in years if year in YEARS)
    fitting = (day for day in days if day is not None and (found["year"] is not None or day >= seen_from))
    day = next(fitting, None)
    wrong = day is not None and weekday is not None and _weekday(weekday.group()) != day.weekday()
    return None if wrong else day


def _month(found: re.Match[str]) -> int | None:
    groups = found.groupdict()
    if groups.get("number"):
        return int(groups["number"])
    written = groups["month"] + groups["rest"]
    names: Iterable[tuple[int, str]] = enumerate((name.casefold() for name in MONTH_NAMES), start=1)
    return next((number for number, name in names if name.startswith(written)), None)


def _year(written: str) -> int:
    return int(written) + (2000 if len(written) == 2 else 0)


def _a_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _weekday(name: str) -> int:
    return next(number for number, day in enumerate(DAY_NAMES) if day.casefold().startswith(name.strip()[:3]))


def _weeks(found: re.Match[str]) -> int:
    groups = found.groupdict()
    return 2 if groups.get("fortnight") else _interval(groups.get("weeks") or groups.get("nth") or "1")


def _interval(written: str) -> int:
    numbers = {"two": 2, "three": 3, "four": 4}
    return int(written) if written.isdecimal() else numbers.get(written) or _NTH_TYPED[written]


def _interval_part(interval: int) -> str:
    return "" if interval == 1 else f"INTERVAL={interval};"
