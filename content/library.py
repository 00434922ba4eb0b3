"""The library: all entries of a folder, with a council's own laid over them and its gaps filled."""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final

from content.entry import TOPICS, Entry, Problem, parse_entry

log = logging.getLogger(__name__)

_GAP: Final = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_LARGEST_FILE: Final = 200_000


class BrokenLibrary(Exception):
    """The entries must not be used; the message is one sentence a problem, for an editor."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Library:
    """All entries by id, in the order of the menu; content_hash changes with any file's text."""

    entries: Mapping[str, Entry]
    content_hash: str = ""
    problems: tuple[Problem, ...] = ()
    paths: Mapping[str, Path] = field(default_factory=dict)
    """The file of each entry, for what writes into it."""

    def on(self, today: date) -> Library:
        """The library of this day: without what is not valid yet, and with each replacement in the other's place.

        A replaced id leads to the entry that replaces it, so that old buttons and links still open something.
        """
        begun = {key: entry for key, entry in self.entries.items() if _has_begun(entry, today)}
        new = {entry.replaces: entry for entry in begun.values() if entry.replaces in begun}
        if not new and len(begun) == len(self.entries):
            return self
        current = {key: _newest(entry, new) for key, entry in begun.items()}
        return replace(self, entries=MappingProxyType(current))

    def topic(self, topic: str) -> list[Entry]:
        """The entries of one topic, each once."""
        return [entry for key, entry in self.entries.items() if entry.topic == topic and entry.id == key]

    def topics(self) -> list[str]:
        """The topics that have an entry, in the order of the menu."""
        return list(dict.fromkeys(entry.topic for entry in self.entries.values()))


def _has_begun(entry: Entry, today: date) -> bool:
    return entry.valid_from is None or entry.valid_from <= today


def _newest(entry: Entry, new: Mapping[str, Entry]) -> Entry:
    """The last of the entries that follow one another; a ring of them ends where it began."""
    seen = {entry.id}
    while entry.id in new and new[entry.id].id not in seen:
        entry = new[entry.id]
        seen.add(entry.id)
    return entry


def load_library(
    folder: Path,
    *,
    overlays: Iterable[Path] = (),
    gaps: Mapping[str, str] | None = None,
    lenient: bool = False,
) -> Library:
    """Read `<topic>/<id>.md` under the folder, then the overlays, which replace entries of the same id.

    Strict reading raises BrokenLibrary with every problem; lenient reading leaves broken files out and
    keeps their problems. Named gaps are filled if gaps are given.
    """
    entries: dict[str, Entry] = {}
    paths: dict[str, Path] = {}
    problems: list[Problem] = []
    seen: list[bytes] = []
    for layer in (folder, *overlays):
        found, faults = _read_folder(layer, lenient, seen)
        entries.update(found)
        paths |= {key: layer.resolve() / entry.file for key, entry in found.items()}
        problems += faults
    if gaps is not None:
        entries, faults = _fill_all(entries, gaps)
        problems += [] if lenient else faults
        seen.append(repr(sorted(gaps.items())).encode())
    if not entries and not problems:
        fix = "Write entries as <topic>/<name>.md in it."
        problems.append(Problem(str(folder), "", "holds no entries.", fix))
    if problems and not lenient:
        raise BrokenLibrary(problems)
    in_order = dict(sorted(entries.items(), key=lambda item: _place(item[1])))
    return Library(MappingProxyType(in_order), _digest(seen), tuple(problems), MappingProxyType(paths))


def with_phrasings(library: Library, phrasings: Mapping[str, Sequence[str]]) -> Library:
    """The library with more questions for some entries. An entry that is not there is left out and named in the log."""
    unknown = sorted(set(phrasings) - set(library.entries))
    if unknown:
        log.warning("learned phrasings are left out: there is no entry %s", ", ".join(unknown))
    grown = {
        key: replace(entry, questions=tuple(dict.fromkeys((*entry.questions, *phrasings.get(key, ())))))
        for key, entry in library.entries.items()
    }
    return replace(library, entries=MappingProxyType(grown))


def council_gaps(council: Mapping[str, object]) -> dict[str, str]:
    """What a council.yaml fills: {council}, {team}, {hub}, and {x_name} and {x_phone} of each contact x."""
    gaps = {"council": str(council.get("name", ""))}
    gaps |= {key: str(council[key]) for key in ("team", "hub") if council.get(key)}
    contacts = council.get("contacts")
    for key, contact in contacts.items() if isinstance(contacts, Mapping) else ():
        for part in ("name", "phone"):
            if isinstance(contact, Mapping) and contact.get(part):
                gaps[f"{key}_{part}"] = str(contact[part])
    return gaps


def gaps_in(text: str) -> list[str]:
    """The names of the gaps in a text."""
    return _GAP.findall(text)


def _digest(parts: Iterable[bytes]) -> str:
    return hashlib.sha256(b"".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def _place(entry: Entry) -> tuple[int, str, str]:
    known = list(TOPICS).index(entry.topic) if entry.topic in TOPICS else len(TOPICS)
    return known, entry.topic, entry.id


def _read_folder(folder: Path, lenient: bool, seen: list[bytes]) -> tuple[dict[str, Entry], list[Problem]]:
    if not folder.is_dir():
        return {}, [Problem(str(folder), "", "is not a folder.", "Check the path.")]
    entries: dict[str, Entry] = {}
    first_file: dict[str, str] = {}
    problems: list[Problem] = []
    for path in sorted(folder.rglob("*.md")):
        if path.name.lower().startswith(("readme", ".")):
            continue
        file = path.relative_to(folder).as_posix()
        if not lenient and file.count("/") != 1:
            problems.append(Problem(file, "", "is not in a topic's folder.", "Move it to <topic>/<name>.md."))
            continue
        entry, faults = _read_file(path, file, lenient, seen)
        problems += faults
        if path.stem in first_file:
            what = f"has the same name as {first_file[path.stem]}."
            problems.append(Problem(file, "file name", what, "Rename one: the name is the entry's id."))
            continue
        first_file[path.stem] = file
        if entry is not None:
            entries[entry.id] = entry
    return entries, problems


def _read_file(path: Path, file: str, lenient: bool, seen: list[bytes]) -> tuple[Entry | None, list[Problem]]:
    try:
        raw = path.read_bytes()
    except OSError as fault:
        return None, [Problem(file, "", f"cannot be opened ({fault.strerror}).", "Check its permissions.")]
    if len(raw) > _LARGEST_FILE:
        return None, [Problem(file, "", "is far too long.", "Split it into several entries.")]
    seen.append(file.encode() + b"\0" + raw)
    try:
        return parse_entry(path, raw.decode("utf-8"), lenient=lenient)
    except UnicodeDecodeError:
        return None, [Problem(file, "", "is not UTF-8 text.", "Save it again as UTF-8.")]


def _fill_all(entries: Mapping[str, Entry], gaps: Mapping[str, str]) -> tuple[dict[str, Entry], list[Problem]]:
    filled: dict[str, Entry] = {}
    problems: list[Problem] = []
    for key, entry in entries.items():
        texts = {"title": entry.title, "answer": entry.answer}
        texts |= {"next step": entry.next_step, "contact": entry.contact}
        for name, text in texts.items():
            problems += [_unknown_gap(entry, name, gap) for gap in gaps_in(text) if gap not in gaps]
        filled[key] = replace(
            entry,
            title=_fill(entry.title, gaps),
            answer=_fill(entry.answer, gaps),
            next_step=_fill(entry.next_step, gaps),
            contact=_fill(entry.contact, gaps),
        )
    return filled, problems


def _fill(text: str, gaps: Mapping[str, str]) -> str:
    return _GAP.sub(lambda found: gaps.get(found[1], found[0]), text)


def _unknown_gap(entry: Entry, field: str, gap: str) -> Problem:
    fix = "Correct its spelling, or add it to council.yaml (contacts.<key>.phone fills {<key>_phone})."
    return Problem(entry.file, field, f"nothing fills {{{gap}}}.", fix)
