"""The Hub's standing programme: the drop-ins that come round every week, read from `programme.yaml`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import Final

import yaml

from content.council import WEEKDAYS
from content.entry import read_yaml, yaml_fault

FILE: Final = "programme.yaml"
_FIELDS: Final = ("name", "weekday", "opens", "closes", "place", "from", "until")


class BrokenProgramme(Exception):
    """The programme's file has mistakes; the text has a sentence for each."""


@dataclass(frozen=True, slots=True)
class DropIn:
    """One drop-in of the week, local time; `first_day` and `last_day` are open where it has no such day."""

    name: str
    weekday: int
    opens: time
    closes: time
    place: str
    first_day: date | None = None
    last_day: date | None = None

    def is_on(self, day: date) -> bool:
        """Whether the programme has it on this day; whether the place is closed then, the calendar says."""
        return (
            day.weekday() == self.weekday
            and (self.first_day is None or self.first_day <= day)
            and (self.last_day is None or day <= self.last_day)
        )


def on(programme: Iterable[DropIn], day: date) -> list[DropIn]:
    """The drop-ins of a day, earliest first."""
    return sorted((drop_in for drop_in in programme if drop_in.is_on(day)), key=lambda one: (one.opens, one.name))


def load_programme(folder: Path) -> tuple[DropIn, ...]:
    """The programme beside a council's `council.yaml`; none if there is no such file.

    Raises BrokenProgramme with a sentence for every mistake: which drop-in, which field, what to write instead.
    """
    path = folder / FILE
    if not path.exists():
        return ()
    try:
        raw = read_yaml(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BrokenProgramme(f"{FILE}: cannot be read ({fault}).") from None
    except yaml.YAMLError as fault:
        raise BrokenProgramme(f"{FILE}: {yaml_fault(fault)}") from None
    written = raw.get("drop_ins") if isinstance(raw, dict) and set(raw) == {"drop_ins"} else None
    if not isinstance(written, list):
        raise BrokenProgramme(
            f"{FILE}: must hold one list, `drop_ins:`, with the drop-ins of the week and no other field."
        )
    return _Reader().programme(written)


class _Reader:
    """Collects every mistake before it complains, so that staff mend the file in one go."""

    def __init__(self) -> None:
        self.mistakes = list[str]()

    def programme(self, written: list[object]) -> tuple[DropIn, ...]:
        drop_ins = [self._drop_in(number, fields) for number, fields in enumerate(written, start=1)]
        if not self.mistakes:
            self._check_twice(drop_ins)
        if self.mistakes:
            raise BrokenProgramme("\n".join(self.mistakes))
        return tuple(drop_ins)

    def _wrong(self, where: str, what: str) -> None:
        self.mistakes.append(f"{FILE}: {where} {what}.")

    def _drop_in(self, number: int, written: object) -> DropIn:
        fields: dict[object, object] = written if isinstance(written, dict) else {}
        where = str(fields.get("name") or f"drop-in {number}")
        before = len(self.mistakes)
        for unknown in sorted(set(map(str, fields)) - set(_FIELDS)):
            self._wrong(f"{where}: {unknown}", f"is not a field; allowed are {', '.join(_FIELDS)}")
        drop_in = DropIn(
            name=self._text(fields, where, "name"),
            weekday=self._weekday(fields, where),
            opens=self._time(fields, where, "opens"),
            closes=self._time(fields, where, "closes"),
            place=self._text(fields, where, "place"),
            first_day=self._day(fields, where, "from"),
            last_day=self._day(fields, where, "until"),
        )
        if before == len(self.mistakes) and drop_in.closes <= drop_in.opens:
            self._wrong(f"{where}: closes", "must be later than opens")
        if drop_in.first_day and drop_in.last_day and drop_in.last_day < drop_in.first_day:
            self._wrong(f"{where}: until", "must not be before from")
        return drop_in

    def _text(self, fields: dict[object, object], where: str, field: str) -> str:
        value = fields.get(field)
        if isinstance(value, str) and value.strip():
            return " ".join(value.split())
        self._wrong(f"{where}: {field}", "is missing; write it as words")
        return ""

    def _weekday(self, fields: dict[object, object], where: str) -> int:
        value = str(fields.get("weekday")).lower()
        if value in WEEKDAYS:
            return WEEKDAYS.index(value)
        self._wrong(f"{where}: weekday", f"must be one of {', '.join(WEEKDAYS)}")
        return 0

    def _time(self, fields: dict[object, object], where: str, field: str) -> time:
        value = fields.get(field)
        try:
            return datetime.strptime(str(value), "%H:%M").time()  # noqa: DTZ007 a time of every week has no zone yet
        except ValueError:
            self._wrong(f"{where}: {field}", "must be a time, like 09:30")
            return time.min

    def _day(self, fields: dict[object, object], where: str, field: str) -> date | None:
        value = fields.get(field)
        try:
            return None if value is None else date.fromisoformat(str(value))
        except ValueError:
            self._wrong(f"{where}: {field}", "must be a date like 2026-11-24, or be left out")
            return None

    def _check_twice(self, drop_ins: list[DropIn]) -> None:
        seen = set[tuple[str, int, time]]()
        for one in drop_ins:
            key = (one.name.casefold(), one.weekday, one.opens)
            if key in seen:
                self._wrong(one.name, f"is on {WEEKDAYS[one.weekday]} twice at the same time; keep one")
            seen.add(key)
