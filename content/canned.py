"""The replies that a new installation starts with."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from content.entry import read_yaml, yaml_fault

DEFAULT_FILE: Final = Path(__file__).parent / "canned.yaml"
LONGEST_TITLE: Final = 60
LONGEST_WORDS: Final = 2000


class BrokenCanned(Exception):
    """The file cannot be used; the message is one sentence a problem."""


@dataclass(frozen=True, slots=True)
class CannedReply:
    """A title for staff, and the words for a young person."""

    title: str
    words: str


def load_canned(file: Path = DEFAULT_FILE) -> tuple[CannedReply, ...]:
    """Read the file; raises BrokenCanned."""
    try:
        data = read_yaml(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BrokenCanned(f"{file.name}: cannot be read ({fault}).") from fault
    except yaml.YAMLError as fault:
        raise BrokenCanned(f"{file.name}: {yaml_fault(fault)}") from fault
    if not isinstance(data, list):
        raise BrokenCanned(f"{file.name}: is not a list. Write each reply with title and words.")
    problems: list[str] = []
    found: dict[str, CannedReply] = {}
    for number, part in enumerate(data, start=1):
        reply = _reply(f"{file.name}, reply {number}", part, problems)
        if reply is not None and found.setdefault(reply.title.casefold(), reply) is not reply:
            problems.append(f'{file.name}, reply {number}: the title "{reply.title}" is there twice. Change one.')
    if problems:
        raise BrokenCanned("\n".join(problems))
    return tuple(found.values())


def _reply(where: str, part: object, problems: list[str]) -> CannedReply | None:
    given = part if isinstance(part, dict) else {}
    before = len(problems)
    if unknown := given.keys() - {"title", "words"}:
        problems.append(f'{where}: "{min(map(str, unknown))}" is not known. Write title and words.')
    title = _text(where, given, "title", LONGEST_TITLE, problems)
    words = _text(where, given, "words", LONGEST_WORDS, problems)
    return CannedReply(title, words) if len(problems) == before else None


def _text(where: str, given: dict[object, object], field: str, most: int, problems: list[str]) -> str:
    value = given.get(field)
    if not isinstance(value, str) or not value.strip():
        problems.append(f"{where}: {field} is missing. Write some words.")
        return ""
    text = " ".join(value.split()) if field == "title" else value.strip()
    if len(text) > most:
        problems.append(f"{where}: {field} has {len(text)} letters. Use {most} at most.")
    return text
