"""The hazard log: what could go wrong for somebody, what stands against it, and what remains (after DCB0129)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from pathlib import Path
from typing import Any, Final

import yaml

from content.safety.card import BrokenSafety

ID: Final = re.compile(r"H\d\d")
PLACE: Final = re.compile(r"`([a-z_]+(?:/[A-Za-z0-9_.-]+)+)`")
"""A file or folder that a control names, as in `bot/inbox.py`."""
TEST: Final = re.compile(r"(tests/[a-z_/]+\.py)((?:::[A-Za-z_0-9]+)+)(?:\[.+\])?")


class BrokenHazards(BrokenSafety):
    """The hazard log can't be used: one sentence with the hazard, the field and the fix."""

    def __init__(self, hazard: str, field: str, fix: str) -> None:
        Exception.__init__(self, f"docs/safety/hazards.yaml: {hazard}, {field}: {fix}.")
        self.file, self.field, self.fix = hazard, field, fix


@dataclass(frozen=True, slots=True)
class Hazard:
    """One thing that could go wrong; what remains is told in words, because a number would hide it."""

    id: str
    hazard: str
    harm: str
    controls: tuple[str, ...]
    tests: tuple[str, ...]
    remaining: str
    owner: str
    review_by: date


FIELDS: Final = tuple(field.name for field in fields(Hazard))


def load_hazards(path: Path, root: Path) -> tuple[Hazard, ...]:
    """Read the log; each control has to name a file or folder that is there below `root`.

    Raises `BrokenHazards` at the first mistake. Whether the tests exist is for `tests/test_hazards.py` to say.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError:
        raise BrokenHazards("the file", "path", "it can't be read; put it back") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = " ".join(str(error).split())
        raise BrokenHazards("the file", "text", f"it is not valid YAML ({where}); correct that line") from None
    if not isinstance(raw, list) or not raw:
        raise BrokenHazards("the file", "text", "it needs a list of hazards")
    hazards = tuple(_hazard(item, root) for item in raw)
    ids = [hazard.id for hazard in hazards]
    for one in ids:
        if ids.count(one) > 1:
            raise BrokenHazards(one, "id", "it is used twice; number one of them anew")
    return hazards


def _hazard(raw: object, root: Path) -> Hazard:
    if not isinstance(raw, dict):
        raise BrokenHazards("a hazard", "fields", f"it needs {', '.join(FIELDS)}")
    name = str(raw.get("id", "a hazard without an id"))
    for field in FIELDS:
        if not raw.get(field):
            raise BrokenHazards(name, field, "it is missing; write it")
    for unknown in sorted(set(map(str, raw)) - set(FIELDS)):
        raise BrokenHazards(name, unknown, "this field is not known; remove it")
    if not ID.fullmatch(name):
        raise BrokenHazards(name, "id", "it must be like H01")
    if type(raw["review_by"]) is not date:
        raise BrokenHazards(name, "review_by", "it must be a date such as 2027-05-21")
    words = {field: _words(name, field, raw) for field in ("hazard", "harm", "remaining", "owner")}
    controls, tests = (_listed(name, field, raw) for field in ("controls", "tests"))
    _check_controls(name, controls, root)
    for test in tests:
        if not TEST.fullmatch(test):
            raise BrokenHazards(name, "tests", f"{test} can't be read; write tests/room/test_noun.py::test_name")
    return Hazard(id=name, controls=controls, tests=tests, review_by=raw["review_by"], **words)


def _words(name: str, field: str, raw: Mapping[Any, Any]) -> str:
    if not isinstance(raw[field], str):
        raise BrokenHazards(name, field, "it must be words")
    return " ".join(raw[field].split())


def _listed(name: str, field: str, raw: Mapping[Any, Any]) -> tuple[str, ...]:
    items = raw[field]
    if not isinstance(items, list) or not all(isinstance(item, str) and item.strip() for item in items):
        raise BrokenHazards(name, field, "it must be a list of sentences or names; quote those with a colon")
    return tuple(" ".join(item.split()) for item in items)


def _check_controls(name: str, controls: Sequence[str], root: Path) -> None:
    for control in controls:
        places = PLACE.findall(control)
        if not places:
            raise BrokenHazards(name, "controls", f"“{control}” names no module; write it like `bot/inbox.py`")
        for place in places:
            if not (root / place).exists():
                raise BrokenHazards(name, "controls", f"there is no {place}; name the module that does it")
