"""Fixed safety cards: approved text with lines for certain ages, checked numbers and named gaps.

A line may begin with `[under 19]`, `[18 or over]` or `[age unknown]`, and is shown to those people only.
A paragraph with a gap that nobody can fill, such as `{children_phone}`, is left out whole.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

KINDS = (
    "medical emergency",
    "suicide or self-harm",
    "a child at risk",
    "abuse or violence",
    "exploitation",
    "harm to others",
    "missing or running away",
    "homeless tonight",
    "no food, heat or power now",
)
"""The kinds of concern, in the order in which their cards go first when a message shows several."""

FIELDS = {"id", "kind", "owner", "review_by", "checked_on", "numbers"}
GAPS = {"told", "out_of_hours_phone", "out_of_hours_name", "children_phone", "duty_phone", "housing_phone"}
TOLD = "I am a bot. Nobody reads this chat live."
"""True at any time, so it stands where nothing better is known about who has been told."""

CONDITION = re.compile(r"^\[(age unknown|under \d+|\d+ or over)\] ?")
PHONE = re.compile(r"(?<!\d)(?:\d[\d ]{1,14}\d)(?!\d)")


class BrokenSafety(Exception):
    """The safety folder can't be used: one sentence with the file, the field and the fix."""

    def __init__(self, file: str, field: str, fix: str) -> None:
        super().__init__(f"content/safety: {file}, {field}: {fix}.")
        self.file, self.field, self.fix = file, field, fix


@dataclass(frozen=True, slots=True)
class Number:
    """A number on a card, with how well it was checked (A official page, B reputable third party) and when."""

    label: str
    number: str
    grade: str
    checked_on: date


@dataclass(frozen=True, slots=True)
class Card:
    """Fixed safety text as one person reads it: plain text with **bold**, and the numbers in it."""

    kind: str
    text: str
    numbers: tuple[Number, ...]
    question: str


@dataclass(frozen=True, slots=True)
class CardFile:
    """An approved card with all its lines, before anybody's age is known."""

    id: str
    kind: str
    owner: str
    review_by: date
    checked_on: date
    numbers: tuple[Number, ...]
    lines: tuple[str, ...]

    def read(self, age: int | None, gaps: Mapping[str, str]) -> Card:
        """The card for this age; a line whose gap nobody filled is left out rather than shown broken."""
        filled = {"told": TOLD, **{key: value for key, value in gaps.items() if value.strip()}}
        blocks: list[list[str]] = [[]]
        for line in self.lines:
            if not line:
                blocks.append([])
            elif (shown := _for_age(line, age)) is not None:
                blocks[-1].append(shown)
        kept = [block for block in blocks if block and not _missing(block, filled)]
        text = "\n\n".join("\n".join(block) for block in kept)
        text = re.sub(r"\{([a-z_]+)\}", lambda gap: filled[gap[1]], text)
        numbers = tuple(number for number in self.numbers if number.number in text)
        return Card(self.kind, text, numbers, text.rsplit("\n\n", 1)[-1])


def parse_card(name: str, text: str) -> CardFile:
    """Read one card file: front matter between `---` lines, then the text."""
    parts = re.split(r"^---\s*$", text.replace("\r\n", "\n"), maxsplit=2, flags=re.MULTILINE)
    if len(parts) != 3 or parts[0].strip():
        raise BrokenSafety(name, "front matter", "begin with fields between two lines of ---")
    try:
        raw = yaml.safe_load(parts[1])
    except yaml.YAMLError:
        raise BrokenSafety(name, "front matter", "it is not valid YAML; correct it") from None
    if not isinstance(raw, dict):
        raise BrokenSafety(name, "front matter", "it is empty; put the approved card back")
    for field in sorted(FIELDS ^ set(raw)):
        fix = "it is missing; add it" if field in FIELDS else "this field is not known; remove it"
        raise BrokenSafety(name, str(field), fix)
    if raw["kind"] not in (*KINDS, "worried", "fault"):
        raise BrokenSafety(name, "kind", "it must be a kind of concern, worried or fault")
    for field in ("review_by", "checked_on"):
        if not isinstance(raw[field], date):
            raise BrokenSafety(name, field, "it must be a date such as 2027-05-21")
    lines = tuple(line.rstrip() for line in parts[2].strip().split("\n"))
    numbers = tuple(_number(name, item) for item in raw["numbers"] or ())
    _check_text(name, lines, numbers)
    return CardFile(str(raw["id"]), raw["kind"], str(raw["owner"]), raw["review_by"], raw["checked_on"], numbers, lines)


def _number(name: str, raw: Any) -> Number:
    if not isinstance(raw, dict) or set(raw) != {"label", "number", "grade", "checked_on"}:
        raise BrokenSafety(name, "numbers", "each needs label, number, grade and checked_on")
    if not isinstance(raw["number"], str):
        raise BrokenSafety(name, "numbers", f"put quotation marks around {raw['number']}")
    if raw["grade"] not in ("A", "B"):
        raise BrokenSafety(name, "numbers", f"{raw['number']} is not of grade A or B; check it or remove it")
    if not isinstance(raw["checked_on"], date):
        raise BrokenSafety(name, "numbers", f"{raw['number']} needs a checked_on date such as 2026-11-21")
    return Number(str(raw["label"]), raw["number"], raw["grade"], raw["checked_on"])


def _check_text(name: str, lines: tuple[str, ...], numbers: tuple[Number, ...]) -> None:
    if not any(lines):
        raise BrokenSafety(name, "text", "it is empty; put the approved card back")
    listed = {number.number for number in numbers}
    text = "\n".join(CONDITION.sub("", line) for line in lines)
    for gap in re.findall(r"\{([^}]*)\}", text):
        if gap not in GAPS:
            raise BrokenSafety(name, "text", f"the gap {{{gap}}} is not known; use one of {sorted(GAPS)}")
    for shown in PHONE.findall(text):
        if shown not in listed:
            raise BrokenSafety(name, "numbers", f"{shown} is in the text but not listed with its check date")
    for number in listed:
        if number not in text:
            raise BrokenSafety(name, "numbers", f"{number} is listed but not in the text; remove it")
    for line in lines:
        if line.startswith("[") and not CONDITION.match(line):
            raise BrokenSafety(name, "text", f"{line.split(']')[0]}] can't be read; write [under 19] or the like")


def _for_age(line: str, age: int | None) -> str | None:
    condition = CONDITION.match(line)
    if condition is None:
        return line
    rest = line[condition.end() :]
    words = condition[1].split()
    if words[-1] == "unknown":
        return rest if age is None else None
    if age is None:
        return None
    fits = age < int(words[1]) if words[0] == "under" else age >= int(words[0])
    return rest if fits else None


def _missing(block: list[str], filled: Mapping[str, str]) -> bool:
    return any(gap not in filled for line in block for gap in re.findall(r"\{([a-z_]+)\}", line))


LAST_RESORT = Card(
    kind="fault",
    text=(
        "If you are in danger or badly hurt, ring:\n999\n\n"
        "If you need to talk, day or night, ring Samaritans. It is free:\n116 123\n\n"
        "Something went wrong on my side. I am a bot. Nobody reads this chat live.\n\n"
        "Are you safe right now?"
    ),
    numbers=(
        Number("Emergency services", "999", "A", date(2026, 11, 21)),
        Number("Samaritans", "116 123", "A", date(2026, 11, 21)),
    ),
    question="Are you safe right now?",
)
"""The card of a bot that can't even read its cards; it needs no file."""
