"""How well the entries find themselves, kept beside them, so that a change that makes it worse is seen."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Final

from content.calibration import Quality
from content.entry import Problem

DEFAULT_FILE: Final = Path(__file__).parent / "quality.json"
FIRST: Final = 0.02
"""By how much the share of left-out phrasings that find their own answer may fall."""
QUIET: Final = 0.05
"""By how much keeping quiet about questions without an answer may fall; it moves with the threshold."""


def loss(before: Quality, now: Quality) -> str | None:
    """What got worse, in a sentence; None if nothing did."""
    if now.first < before.first - FIRST:
        return f"of the phrasings, {now.first:.0%} would find their own entry if they were left out, {before.first:.0%} before."
    for share, was, name in ((now.near, before.near, "near"), (now.far, before.far, "far off")):
        if share < was - QUIET:
            return f"of the questions that are {name} and have no answer, {share:.0%} get none, {was:.0%} before."
    return None


def quality_problems(now: Quality, *, encoder: bool, file: Path = DEFAULT_FILE) -> list[Problem]:
    """A problem if the entries do worse than is kept for them, or nothing is kept."""
    fix = "Give the entries you changed more and more varied questions. If it is meant, run `python -m bot check-entries --keep`."
    kept = _read(file).get(_name(encoder))
    if kept is None:
        return [Problem(file.name, _name(encoder), "is not there.", "Run `python -m bot check-entries --keep`.")]
    worse = loss(kept, now)
    return [Problem(file.name, _name(encoder), worse, fix)] if worse else []


def keep_quality(now: Quality, *, encoder: bool, file: Path = DEFAULT_FILE) -> None:
    """From now on, this is what is compared with."""
    kept = {**_read(file), _name(encoder): now}
    written = {name: asdict(quality) for name, quality in sorted(kept.items())}
    file.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")


def _name(encoder: bool) -> str:
    return "with encoder" if encoder else "without encoder"


def _read(file: Path) -> Mapping[str, Quality]:
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        return {name: Quality(**shares) for name, shares in found.items()}
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
