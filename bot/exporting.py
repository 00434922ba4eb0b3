"""Writes what was learned into the entries' own files, as lines under `questions:`, and leaves every other byte as it is."""

from __future__ import annotations

import difflib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import yaml

from bot.knowledge import Knowledge
from bot.store import events, phrasings
from bot.store.engine import Store
from bot.store.phrasings import Words
from content.entry import parse_entry, read_yaml

CANT_TELL = "I could not tell where its questions end. Write the lines into it by hand"


class _CantExport(Exception):
    """One file can't be written to; the text says why."""


@dataclass(slots=True)
class Exported:
    """What came of it: the differences as unified diffs, how many phrasings are written, and a sentence for each trouble."""

    diffs: list[str] = field(default_factory=list)
    written: int = 0
    troubles: list[str] = field(default_factory=list)


async def export(store: Store, known: Knowledge, now: datetime, *, dry_run: bool) -> Exported:
    """Write the approved phrasings that no file has yet; with `dry_run` only say what would change.

    `known` is what the files hold now. A file that can't be changed is left out with a sentence, and the others go on.
    """
    async with store.reading() as connection:
        fresh = [one for one in await phrasings.learned(connection) if one.exported_at is None]
    done = Exported()
    for entry_id in phrasings.by_entry(fresh):
        theirs = [one for one in fresh if one.entry_id == entry_id]
        try:
            done.diffs += _one(entry_id, theirs, known, dry_run=dry_run)
        except _CantExport as why:
            done.troubles.append(f"{entry_id}: {why}. Its {len(theirs)} new phrasings stay in the database.")
            continue
        done.written += len(theirs)
        if not dry_run:
            await _note(store, now, theirs)
    return done


async def _note(store: Store, now: datetime, written: Sequence[Words]) -> None:
    async with store.transaction() as connection:
        await phrasings.note_exported(connection, now, [one.id for one in written])
        for one in written:
            await events.add(connection, now, "phrasing", one.id, "written", entry=one.entry_id)


def _one(entry_id: str, theirs: Sequence[Words], known: Knowledge, *, dry_run: bool) -> list[str]:
    """Change one file; returns its diff, or nothing when it has all the words already."""
    path = known.written.paths.get(entry_id)
    if path is None:
        raise _CantExport("there is no such entry any more")
    try:
        raw = path.read_bytes()
        text = raw.decode("utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise _CantExport(f"its file can't be read ({type(fault).__name__})") from None
    there, _ = parse_entry(path, text)
    if there is None or there.questions != known.written.entries[entry_id].questions:
        raise _CantExport("its file was changed a moment ago. Try again")
    new = [words for words in dict.fromkeys(one.words for one in theirs) if words not in there.questions]
    if not new:
        return []
    grown = added(text, new)
    after, faults = parse_entry(path, grown)
    if after is None or faults or after.questions != (*there.questions, *new):
        raise _CantExport(CANT_TELL)
    if not dry_run:
        _write(path, raw, grown.encode("utf-8"))
    name = f"{path.parent.name}/{path.name}"
    return ["".join(difflib.unified_diff(_lines(text), _lines(grown), f"a/{name}", f"b/{name}"))]


def _lines(text: str) -> list[str]:
    return [
        line if line.endswith("\n") else f"{line}\n" for line in text.replace("\r\n", "\n").splitlines(keepends=True)
    ]


def _write(path: Path, before: bytes, after: bytes) -> None:
    """Replace a file in one step, unless somebody changed it meanwhile."""
    beside = path.with_name(f".{path.name}.new")
    try:
        if not os.access(path, os.W_OK):
            raise _CantExport("its file may not be written to")
        beside.write_bytes(after)
        shutil.copymode(path, beside)
        if path.read_bytes() != before:
            raise _CantExport("its file was changed a moment ago. Try again")
        beside.replace(path)
    except OSError as fault:
        raise _CantExport(f"its file can't be written ({fault.strerror})") from None
    finally:
        beside.unlink(missing_ok=True)


def added(text: str, new: Sequence[str]) -> str:
    """An entry's text with more questions after the last one, in the file's own indentation and line ends."""
    start = text.index("---") + 3 if "---" in text else 0
    end = text.find("\n---", start)
    questions = _questions(text[start : end + 1]) if end > 0 else None
    if questions is None or not questions.value:
        raise _CantExport(CANT_TELL)
    last = start + questions.value[-1].end_mark.index
    if questions.flow_style:
        return text[:last] + "".join(f", {_quoted(words, flow=True)}" for words in new) + text[last:]
    line_end = text.index("\n", last)
    newline = "\r\n" if text[line_end - 1] == "\r" else "\n"
    lead = " " * questions.start_mark.column + "- "
    return text[: line_end + 1] + "".join(f"{lead}{_quoted(words)}{newline}" for words in new) + text[line_end + 1 :]


def _questions(head: str) -> yaml.SequenceNode | None:
    try:
        node = yaml.compose(head, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    pairs = node.value if isinstance(node, yaml.MappingNode) else []
    found = next((value for key, value in pairs if key.value == "questions"), None)
    return found if isinstance(found, yaml.SequenceNode) else None


def _quoted(words: str, *, flow: bool = False) -> str:
    """The words as YAML: bare where that reads back as the same words, else in quotes."""
    try:
        bare = read_yaml(f"[x, {words}]" if flow else f"- x\n- {words}\n")
    except yaml.YAMLError:
        bare = None
    if bare == ["x", words]:
        return words
    return '"' + words.replace("\\", "\\\\").replace('"', '\\"') + '"'
