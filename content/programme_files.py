"""The Hub's programme as a file: .ics, CSV and YAML, read line by line and written so that it reads the same."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import islice
from typing import Final

import yaml

from content.entry import read_yaml, yaml_fault
from content.recurrence import Recurrence
from content.recurrence_words import from_words, in_words
from content.series import FIELDS, Fault, Fields, SeriesDraft, change_written, derived_uid

LONGEST_FILE: Final = 1_000_000
"""Bytes; the programme of a busy Hub has 40 series and 10,000."""
MOST_SERIES: Final = 1000

_DEEPEST: Final = 4
"""A list of drop-ins, each with fields, some with a list. Deeper ones take libyaml 14 s for 100,000 brackets."""
_MOST_ROW_LINES: Final = 6
_MOST_COLUMNS: Final = 50
_ALSO_CALLED: Final = {
    "title": "name", "drop-in": "name", "session": "name", "organisation": "agency", "organization": "agency",
    "with": "agency", "venue": "place", "location": "place", "where": "place", "map": "map_url", "link": "map_url",
    "what to bring": "bring", "day": "weekday", "how often": "when", "repeats": "when", "date": "from", "start": "opens",
    "first day": "from", "last day": "until", "start date": "from", "end date": "until", "end": "closes",
    "start time": "opens", "end time": "closes", "time": "opens", "times": "opens", "places": "capacity",
    "except": "not_on", "term time": "term_time_only",
}  # fmt: skip
_Loader: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FORMULA: Final = re.compile(r"'*[=+\-@]")


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file holds: every series that could be read, in its order, and a sentence for everything that could not."""

    series: list[SeriesDraft] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)


class UnreadableFile(Exception):
    """Nothing of a file can be read; the text is a sentence for staff."""

    def __init__(self, what: str, line: int | None = None) -> None:
        super().__init__(what)
        self.line = line


def read(name: str, data: bytes, today: date) -> Reading:
    """The programme in a file of that name; whatever the file, there is an answer and nothing is raised.

    `today` stands for the year of dates without one and for the start of a series without a first day.
    """
    reading = Reading()
    try:
        for found in _found(name, data, today, reading.faults):
            if found[1] is not None:
                _keep(found[0], found[1], reading)
    except UnreadableFile as unreadable:
        return Reading(faults=[*reading.faults, Fault(unreadable.line, "", str(unreadable))])
    if not reading.series and not reading.faults:
        reading.faults.append(Fault(None, "", "There is no drop-in in the file."))
    return reading


def _found(name: str, data: bytes, today: date, faults: list[Fault]) -> Iterable[tuple[int | None, SeriesDraft | None]]:
    kind = name.casefold().rpartition(".")[2]
    if kind not in ("ics", "csv", "yaml", "yml"):
        message = "The file is none of .ics, .csv and .yaml. From Excel, save it as CSV (UTF-8) and send that."
        raise UnreadableFile(message)
    if len(data) > LONGEST_FILE:
        message = f"The file has {len(data) / 1_000_000:.1f} MB; at most 1 MB can be read. Split it, or take old sessions out."
        raise UnreadableFile(message)
    text = _decoded(data, kind, faults)
    if kind == "ics":
        from content import programme_ics  # its library is only needed for these files

        return programme_ics.found(text, faults)
    rows = _csv_rows(text, faults) if kind == "csv" else _yaml_rows(text.replace("\t", "  "), faults)
    return _read_rows(rows, today, faults)


def _decoded(data: bytes, kind: str, faults: list[Fault]) -> str:
    save = "Save it as CSV (UTF-8)." if kind == "csv" else "Save it as UTF-8."
    if b"\0" in data:
        message = f"The file is not plain text. {save}"
        raise UnreadableFile(message)
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        if kind != "csv":
            message = f"Some letters of the file cannot be read. {save}"
            raise UnreadableFile(message) from None
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError:
        message = f"Some letters of the file cannot be read. {save}"
        raise UnreadableFile(message) from None
    faults.append(Fault(None, "", f"The file is not in UTF-8. Check letters such as é and £. {save}"))
    return text


def _read_rows(
    rows: Iterable[tuple[int | None, Mapping[str, str]]], today: date, faults: list[Fault]
) -> Iterator[tuple[int | None, SeriesDraft | None]]:
    for line, values in rows:
        fields = Fields(line, values)
        series = fields.series(today)
        faults += fields.faults
        yield line, series


def _keep(line: int | None, found: SeriesDraft, reading: Reading) -> None:
    """Adds a series unless the file has it already; two of one derived uid are told apart by their time."""
    twin = next((one for one in reading.series if _same(one, found)), None)
    if twin is None and any(one.uid == found.uid for one in reading.series) and found.uid.startswith("series-"):
        found = replace(found, uid=derived_uid(found.uid, f"{found.opens:%H:%M}", found.recurrence.rule))
    if twin is not None or any(one.uid == found.uid for one in reading.series):
        reading.faults.append(Fault(line, "", f'"{found.name}" is in the file twice. The first one is taken.'))
        return
    if len(reading.series) >= MOST_SERIES:
        raise UnreadableFile(too_many())
    reading.series.append(found)


def _same(one: SeriesDraft, other: SeriesDraft) -> bool:
    return (one.name.casefold(), one.place.casefold(), one.opens, one.recurrence) == (
        other.name.casefold(), other.place.casefold(), other.opens, other.recurrence,
    )  # fmt: skip


def too_many() -> str:
    """The sentence for a file that holds more than anybody's programme."""
    return f"The file has more than {MOST_SERIES:,} drop-ins. Take old ones out, or use one repeating line for each."


# CSV


def _csv_rows(text: str, faults: list[Fault]) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    lines = [f"{line}\n" for line in re.sub("\r\n?", "\n", text).split("\n")]
    delimiter = max(",;\t", key=next(filter(str.strip, lines), "").count)
    rows = _split_rows(lines, delimiter, faults)
    header = next(rows, None)
    if header is None:
        return
    names = _columns(header[0], header[1][:_MOST_COLUMNS], faults)
    for number, (line, cells) in enumerate(rows):
        if number >= MOST_SERIES:
            raise UnreadableFile(too_many(), line)
        if any(cell.strip() for cell in cells[len(names) :]):
            what = f"has {len(cells)} cells, but the first line names {len(names)}. Put text with commas in quotes."
            faults.append(Fault(line, "", what))
            continue
        yield line, {name: _unescaped(cell) for name, cell in zip(names, cells, strict=False) if name}


def _split_rows(lines: Sequence[str], delimiter: str, faults: list[Fault]) -> Iterator[tuple[int, list[str]]]:
    """Each row with its line. A row is read by itself, so that a quote that is never closed costs only its own line."""
    number = broken = 0
    while number < len(lines):
        reader = csv.reader(lines[number : number + _MOST_ROW_LINES], delimiter=delimiter, strict=True)
        try:
            cells = next(reader)
        except csv.Error:
            number, broken = number + 1, broken + 1
            if broken > MOST_SERIES:
                raise UnreadableFile("Too many lines cannot be read. Save the file as CSV (UTF-8) again.") from None
            too_long = len(lines[number - 1]) > csv.field_size_limit()
            quotes = 'has a quotation mark too many or too few. Write " as "" inside a cell.'
            faults.append(Fault(number, "", "is too long. Shorten it." if too_long else quotes))
            continue
        if any(cell.strip() for cell in cells):
            yield number + 1, cells
        number += max(1, reader.line_num)


def _columns(line: int, header: Sequence[str], faults: list[Fault]) -> list[str]:
    """The field of each column, empty for one that is not known."""
    names = list[str]()
    for cell in header:
        written = " ".join(cell.replace("_", " ").casefold().split())
        name = _ALSO_CALLED.get(written, written.replace(" ", "_"))
        if name and (name not in FIELDS or name in names):
            why = "is there twice" if name in names else "is not known"
            faults.append(
                Fault(line, cell.strip()[:40], f"{why}, so this column is left out. Known are {', '.join(FIELDS)}.")
            )
        names.append(name if name in FIELDS and name not in names else "")
    lacking = [name for name in ("name", "place", "opens") if name not in names]
    lacking += [] if {"when", "weekday", "rule", "from"} & set(names) else ["when"]
    if lacking:
        message = f"The first line must name the columns, and these are missing: {', '.join(lacking)}."
        raise UnreadableFile(message, line)
    return names


def write_csv(series: Iterable[SeriesDraft]) -> bytes:
    """The programme for a spreadsheet; a cell that would be a formula there gets an apostrophe before it."""
    written = io.StringIO(newline="")
    rows = csv.DictWriter(written, FIELDS)
    rows.writeheader()
    for one in series:
        cells = {name: "; ".join(value) if isinstance(value, list) else value for name, value in _fields(one).items()}
        rows.writerow({name: f"'{cell}" if _FORMULA.match(cell) else cell for name, cell in cells.items()})
    return written.getvalue().encode("utf-8-sig")


def _unescaped(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# YAML


def _yaml_rows(text: str, faults: list[Fault]) -> Iterator[tuple[int | None, Mapping[str, str]]]:
    try:
        items = _yaml_items(text, 0)
    except yaml.YAMLError as fault:
        before = len(faults)
        items = _yaml_pieces(text, faults)
        if not items and len(faults) == before:
            raise UnreadableFile(f"The file's {yaml_fault(fault)}") from None
    if len(items) > MOST_SERIES:
        raise UnreadableFile(too_many())
    for line, item in items:
        if not isinstance(item, dict):
            faults.append(Fault(line, "", "is not a drop-in. Write its fields as name: ..., place: ... and so on."))
            continue
        values = {name: _yaml_text(value) for name, value in item.items()}
        for name in islice((name for name in values if name not in FIELDS), len(FIELDS)):
            faults.append(Fault(line, name[:40], f"is not a field, so it is left out. Known are {', '.join(FIELDS)}."))
        nested = [name for name, value in values.items() if value is None]
        for name in nested:
            faults.append(Fault(line, name[:40], "must be one text or a list of texts."))
        if not nested:
            yield line, {name: value for name, value in values.items() if value is not None}


def _yaml_items(text: str, before: int) -> list[tuple[int | None, object]]:
    """The drop-ins of the file with their lines, `before` lines having gone before them."""
    lines = _yaml_lines(text)
    raw = read_yaml(text)
    items = raw.get("drop_ins") if isinstance(raw, dict) and set(raw) == {"drop_ins"} else None
    if not isinstance(items, list):
        message = "The file must hold one list, drop_ins:, with the drop-ins and no other field."
        raise UnreadableFile(message)
    return [(line + before, item) for line, item in zip(lines, items, strict=True)]


def _yaml_lines(text: str) -> list[int]:
    """The line of each item in the list, seen before anything is built: no aliases, no depth, no flood."""
    lines, depth = list[int](), 0
    for event in yaml.parse(text, Loader=_Loader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        if isinstance(event, yaml.AliasEvent):
            raise UnreadableFile("The file uses * to repeat a part. Write each drop-in out.", line)
        if depth == 2 and isinstance(event, yaml.NodeEvent):
            lines.append(line)
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise UnreadableFile("The file has lists inside lists. Write each drop-in by itself.", line)
        if len(lines) > MOST_SERIES * len(FIELDS):
            raise UnreadableFile(too_many())
    return lines


def _yaml_pieces(text: str, faults: list[Fault]) -> list[tuple[int | None, object]]:
    """The drop-ins of a file that is broken somewhere, each read by itself."""
    lines = text.split("\n")
    starts = [number for number, line in enumerate(lines) if re.match(r" {0,8}- ", line)][: MOST_SERIES + 1]
    indent = min((len(lines[number]) - len(lines[number].lstrip()) for number in starts), default=0)
    starts = [number for number in starts if lines[number][indent] == "-"]
    items = list[tuple[int | None, object]]()
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=False):
        try:
            items += _yaml_items("\n".join(["drop_ins:", *lines[start:end]]), start - 1)
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            what = re.sub(r"^line [0-9]+ ", "", yaml_fault(fault))
            faults.append(
                Fault(start + (mark.line if mark else 1), "", f"{what[:200]} Check colons, quotes and spaces.")
            )
        except UnreadableFile as unreadable:
            faults.append(Fault(start + 1, "", str(unreadable)))
    return items


def _yaml_text(value: object) -> str | None:
    """A field as text, a list of texts as one; None for what is neither."""
    if isinstance(value, list):
        return "; ".join(value) if all(isinstance(one, str) for one in value) else None
    return value if isinstance(value, str) else "" if value is None else None


def write_yaml(series: Iterable[SeriesDraft]) -> bytes:
    """The programme as people keep it by hand; what is empty is left out."""
    written = [{name: value for name, value in _fields(one).items() if value} for one in series]
    text = yaml.safe_dump({"drop_ins": written}, allow_unicode=True, sort_keys=False, width=LONGEST_FILE)
    return text.encode()


def _fields(series: SeriesDraft) -> dict[str, str | list[str]]:
    said = series.recurrence
    plain = Recurrence(said.rule, said.first_day)
    words = in_words(plain) if said.rule else ""
    in_plain_words = bool(words) and from_words(words, said.first_day) == plain
    return {
        "uid": series.uid,
        "name": series.name,
        "agency": series.agency,
        "topic": series.topic,
        "place": series.place,
        "map_url": series.map_url,
        "bring": series.bring,
        "when": words if in_plain_words else "",
        "rule": "" if in_plain_words else said.rule,
        "from": str(said.first_day),
        "until": str(said.last_day or ""),
        "opens": f"{series.opens:%H:%M}",
        "closes": f"{series.closes:%H:%M}",
        "not_on": [str(day) for day in sorted(said.without)],
        "also_on": [str(day) for day in sorted(said.extra)],
        "changes": [change_written(one) for one in series.changes],
        "bank_holidays": said.bank_holidays,
        "term_time_only": "yes" if said.term_time_only else "no",
        "capacity": str(series.capacity or ""),
    }
