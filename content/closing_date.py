"""Closing dates as staff type them and as posts say them, always in British order: "4/12", "next friday"."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from typing import Final

from content.council import WEEKDAYS
from content.texts import opportunity as texts

LONGEST_AHEAD: Final = timedelta(days=548)
"""18 months: whatever closes later than that has a mistyped year."""
LONGEST_UNNAMED: Final = timedelta(days=300)
"""Without its year, a day further off is rather one that has just gone by."""

_LONGEST_TEXT: Final = 120
_EXAMPLE_AHEAD: Final = timedelta(days=14)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMBERS: Final = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_NAMED: Final = {"today": 0, "tonight": 0, "tomorrow": 1, "the day after tomorrow": 2, "day after tomorrow": 2}

_WEEKDAY_NAME: Final = (
    r"(?:mon(?:day)?|tue(?:s(?:day)?)?|wed(?:s|nesday)?|thu(?:r(?:s(?:day)?)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?)"
)
_MONTH_NAME: Final = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_ORDINAL: Final = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_YEAR: Final = r"(?:[0-9]{4}|'?[0-9]{2}(?![0-9:.]|\s?[ap]m))\b"
_ISO: Final = r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
_SPAN: Final = (
    rf"(?:in )?(?:[0-9]{{1,3}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))}) (?:day|week|fortnight|month)s?'?"
    r"(?: time| from (?:now|today))?"
)
_END_OF: Final = rf"(?:the )?end of (?:(?:this |next |the )?(?:month|week|year)|{_MONTH_NAME}(?:,? {_YEAR})?)"
_DAY_MONTH: Final = rf"(?:the )?{_ORDINAL}(?: day)?(?: of)?[ -]?{_MONTH_NAME}(?:[ ,-]{{1,2}}{_YEAR})?"
_MONTH_DAY: Final = rf"{_MONTH_NAME} (?:the )?{_ORDINAL}\b(?:[ ,]{{1,2}}{_YEAR})?"
_OF_A_MONTH: Final = r"(?:the )?[0-9]{1,2}(?:st|nd|rd|th)\b|the [0-9]{1,2}\b"

_FIND: Final = re.compile(
    rf"(?<![\w/.])(?:{_ISO}|(?:{_WEEKDAY_NAME}[ ,]{{1,2}})?(?:{_DAY_MONTH}|{_MONTH_DAY}|[0-9]{{1,2}}/[0-9]{{1,2}}(?:/[0-9]{{2,4}})?"
    rf"|[0-9]{{1,2}}([.-])[0-9]{{1,2}}\1[0-9]{{2,4}})|{_END_OF}|in {_SPAN.removeprefix('(?:in )?')}|(?:the )?day after tomorrow|today|tonight|tomorrow"
    rf"|(?:(?:this|next) )?{_WEEKDAY_NAME}(?: (?:{_OF_A_MONTH}))?|{_OF_A_MONTH})(?![\w/])",
    re.IGNORECASE,
)
_LEADING: Final = re.compile(
    r"(?:(?:closing|close|closes|date|deadline|apply|ends?|is|by|before|on|until|till?|up to|midnight|no later than)[ :]+)+"
)
_CLOCK: Final = r"(?:[0-9]{1,2}(?:[:.][0-9]{2})? ?[ap]\.?m\.?|[0-9]{1,2}[:.][0-9]{2}|(?:12 )?(?:noon|midday|midnight)|close of play)"
_TIME_BEFORE: Final = re.compile(rf"{_CLOCK},?(?: on)? ")
_TIME_AFTER: Final = re.compile(rf",? (?:at |by |@ ?)?{_CLOCK}$")
_NUMBERED: Final = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})(?:\2([0-9]{4}|[0-9]{2}))?")
_WITH_WEEKDAY: Final = re.compile(rf"({_WEEKDAY_NAME})[ ,]{{1,2}}(.+)")
_LONE_WEEKDAY: Final = re.compile(rf"(?:(this|next) )?({_WEEKDAY_NAME})")
_DAY_THEN_MONTH: Final = re.compile(
    rf"(?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)?(?: day)?(?: of)?[ -]?({_MONTH_NAME})(?:[ ,-]{{1,2}}({_YEAR}))?"
)
_MONTH_THEN_DAY: Final = re.compile(
    rf"({_MONTH_NAME}) (?:the )?([0-9]{{1,2}})(?:st|nd|rd|th)?(?:[ ,]{{1,2}}({_YEAR}))?"
)
_ONLY_DAY: Final = re.compile(r"(?:the )?([0-9]{1,2})(?:st|nd|rd|th)|the ([0-9]{1,2})")
_AHEAD: Final = re.compile(r"(?:in )?([0-9]{1,3}|[a-z]+) (day|week|fortnight|month)s?'?(?: time| from (?:now|today))?")
_LAST_DAY: Final = re.compile(
    rf"(?:the )?end of (?:(this |next |the )?(month|week|year)|({_MONTH_NAME})(?:,? ({_YEAR}))?)"
)


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with what somebody typed and what to do, in a sentence or two for them."""

    text: str

    def __str__(self) -> str:
        return self.text


def read_date(text: str, today: date) -> date | Fault:
    """The closing date that the words name, from today to 18 months ahead; else a Fault that says what to write.

    "friday" is the first after today and "next friday" that of next week, as everywhere in the bot. Times of day are
    passed over. Never raises, whatever the text.
    """
    words = " ".join(text.casefold().replace("’", "'").split()).strip(" .!?,;:()")
    if not words or len(words) > _LONGEST_TEXT:
        return _unreadable(today)
    for reading in dict.fromkeys((words, _bare(words))):
        if (found := _read(reading, today)) is not None:
            return found if isinstance(found, Fault) else _checked(found, today)
    return _unreadable(today)


def find_dates(text: str) -> list[tuple[int, int]]:
    """Where in a text words stand that `read_date` may read: start and end of each, in order."""
    return [found.span() for found in _FIND.finditer(text)]


def day_in_words(day: date, today: date) -> str:
    """ "Friday 4 December", with the year where it is not this one."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{day:%A} {day.day} {day:%B}{year}"


def _bare(words: str) -> str:
    """Without "closes by", a time of day and brackets."""
    for _ in range(2):
        words = words[found.end() :] if (found := _LEADING.match(words)) else words
        words = words[found.end() :] if (found := _TIME_BEFORE.match(words)) else words
    return _TIME_AFTER.sub("", words).strip(" ,")


def _read(words: str, today: date) -> date | Fault | None:
    for read in (_read_named, _read_numbered, _read_lone_weekday, _read_ahead, _read_last_day, _read_with_month):
        if (found := read(words, today)) is not None:
            return found
    return _read_only_day(words, today) or _read_with_weekday(words, today)


def _read_named(words: str, today: date) -> date | Fault | None:
    if words in _NAMED:
        return today + timedelta(days=_NAMED[words])
    if re.fullmatch(_ISO, words):
        year, month, day = map(int, words.split("-"))
        return _a_day(year, month, day) or Fault(texts.NO_SUCH_DAY.format(day=words))
    return None


def _read_numbered(words: str, today: date) -> date | Fault | None:
    if not (found := _NUMBERED.fullmatch(words)):
        return None
    day, month = int(found[1]), int(found[3])
    year = _year(found[4]) if found[4] else None
    other = _in_year(day=month, month=day, year=year, today=today)
    if month > 12 and isinstance(other, date):
        return Fault(texts.AMERICAN.format(words=words, numbered=_numbered(other)))
    found_day = _in_year(day, month, year, today)
    swapped_ahead = isinstance(other, date) and today <= other <= today + LONGEST_AHEAD
    if isinstance(found_day, date) and found_day < today and swapped_ahead and isinstance(other, date):
        said, meant = _long(found_day), _long(other)
        return Fault(texts.PAST_OR_AMERICAN.format(words=words, day=said, other=meant, numbered=_numbered(other)))
    return found_day


def _read_lone_weekday(words: str, today: date) -> date | None:
    if not (found := _LONE_WEEKDAY.fullmatch(words)):
        return None
    weekday = _weekday(found[2])
    if found[1] == "next":
        return today + timedelta(days=7 - today.weekday() + weekday)
    return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)


def _read_ahead(words: str, today: date) -> date | None:
    if not (found := _AHEAD.fullmatch(words)):
        return None
    count = int(found[1]) if found[1].isdecimal() else _NUMBERS.get(found[1])
    if count is None:
        return None
    if found[2] == "month":
        return _months_ahead(today, count)
    return today + timedelta(days=count * {"day": 1, "week": 7, "fortnight": 14}[found[2]])


def _read_last_day(words: str, today: date) -> date | Fault | None:
    if not (found := _LAST_DAY.fullmatch(words)):
        return None
    which, period, month, year = found.groups()
    if month:
        first = _in_year(1, _month(month), _year(year), today) if year else _next_month_called(_month(month), today)
        return _month_end(first) if isinstance(first, date) else first
    later = 1 if which == "next " else 0
    if period == "week":
        return today + timedelta(days=6 - today.weekday() + 7 * later)
    if period == "year":
        return date(min(today.year + later, MAXYEAR), 12, 31)
    return _month_end(_months_ahead(today.replace(day=1), later))


def _read_with_month(words: str, today: date) -> date | Fault | None:
    if found := _DAY_THEN_MONTH.fullmatch(words):
        day, month, year = found.groups()
    elif found := _MONTH_THEN_DAY.fullmatch(words):
        month, day, year = found.groups()
    else:
        return None
    return _in_year(int(day), _month(month), _year(year) if year else None, today)


def _read_only_day(words: str, today: date) -> date | Fault | None:
    """ "the 4th": the next one, which may be two months off for the 31st."""
    if not (found := _ONLY_DAY.fullmatch(words)):
        return None
    months = (_months_ahead(today.replace(day=1), ahead) for ahead in range(3))
    near = (_a_day(first.year, first.month, int(found[1] or found[2])) for first in months)
    return next((day for day in near if day and day >= today), None)


def _read_with_weekday(words: str, today: date) -> date | Fault | None:
    if not (found := _WITH_WEEKDAY.fullmatch(words)):
        return None
    rest = f"the {found[2]}" if found[2].isdecimal() else found[2]
    readers: tuple[Callable[[str, date], date | Fault | None], ...] = (_read_numbered, _read_with_month, _read_only_day)
    day = next((day for read in readers if (day := read(rest, today)) is not None), None)
    if not isinstance(day, date) or day.weekday() == _weekday(found[1]):
        return day
    written = WEEKDAYS[_weekday(found[1])].capitalize()
    return Fault(texts.WRONG_WEEKDAY.format(day=_long(day), weekday=f"{day:%A}", written=written))


def _in_year(day: int, month: int, year: int | None, today: date) -> date | Fault:
    """The day of that year; without one, the next such day, if it does not look like one that has just gone by."""
    if year is not None:
        return _a_day(year, month, day) or _no_such_day(day, month)
    near = [one for ahead in (0, 1) if (one := _a_day(today.year + ahead, month, day))]
    ahead = next((one for one in near if one >= today), None)
    if ahead is not None and ahead <= today + LONGEST_UNNAMED:
        return ahead
    gone = next((one for one in near if one < today), None)
    return Fault(texts.PAST_THIS_YEAR.format(day=_without_year(gone))) if gone else ahead or _no_such_day(day, month)


def _checked(day: date, today: date) -> date | Fault:
    if day < today:
        return Fault(texts.PAST.format(day=_long(day)))
    return Fault(texts.FAR.format(day=_long(day))) if day - today > LONGEST_AHEAD else day


def _unreadable(today: date) -> Fault:
    example = today + _EXAMPLE_AHEAD
    return Fault(texts.UNREADABLE_DATE.format(day=_long(example), numbered=_numbered(example)))


def _no_such_day(day: int, month: int) -> Fault:
    named = f"{day} {date(2000, month, 1):%B}" if 1 <= month <= 12 else f"{day}/{month}"
    return Fault(texts.NO_SUCH_DAY.format(day=named))


def _a_day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _months_ahead(day: date, count: int) -> date:
    """The same day some months later, or the last of a month that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    first = date(year, month + 1, 1)
    return min(first.replace(day=1) + timedelta(days=day.day - 1), _month_end(first))


def _month_end(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _next_month_called(month: int, today: date) -> date:
    return date(today.year + (month < today.month), month, 1)


def _weekday(name: str) -> int:
    return next(number for number, day in enumerate(WEEKDAYS) if day.startswith(name[:3]))


def _month(name: str) -> int:
    return _MONTHS.index(name[:3]) + 1


def _year(written: str) -> int:
    digits = written.removeprefix("'")
    return int(digits) + (2000 if len(digits) == 2 else 0)


def _long(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"


def _without_year(day: date) -> str:
    return f"{day.day} {day:%B}"


def _numbered(day: date) -> str:
    return f"{day.day}/{day.month}/{day.year}"
