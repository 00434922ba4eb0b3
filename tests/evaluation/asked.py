"""The sets of questions: our own, and public ones in the same shape."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from content.entry import Entry
from tests.evaluation.noise import spoken, typo

Half = Literal["tune", "held"]
Kind = Literal["in", "near", "far"]
Version = Literal["clean", "typo", "text-speak"]

VERSIONS: Final[tuple[Version, ...]] = ("clean", "typo", "text-speak")
HALVES: Final[tuple[Half, ...]] = ("tune", "held")
OWN: Final = Path(__file__).parent / "questions.jsonl"
SEED: Final = 20261122


@dataclass(frozen=True, slots=True)
class Asked:
    """One question; `right` holds every entry that answers it, none where the knowledge base has no answer."""

    text: str
    kind: Kind
    right: frozenset[str] = frozenset()
    voice: str = ""


@dataclass(frozen=True, slots=True)
class Public:
    """A public set: what the knowledge base is built from, what is asked, and how the best published systems do."""

    name: str
    entries: tuple[Entry, ...]
    asked: tuple[Asked, ...]
    published: dict[str, float] = field(default_factory=dict)


def own(half: Half | None, version: Version) -> list[Asked]:
    """Our own questions of one half: as typed plainly, with slips of the thumb, or as the same person texts."""
    chance = random.Random(SEED)
    found: list[Asked] = []
    for line in OWN.read_text(encoding="utf-8").splitlines():
        given = json.loads(line)
        slipped = typo(given["text"], chance)
        if half is None or given["half"] == half:
            text = {"clean": given["text"], "typo": slipped, "text-speak": given["speak"]}[version]
            right = frozenset((given["entry"], *given["also"])) if given["kind"] == "in" else frozenset()
            found.append(Asked(text, given["kind"], right, given["voice"]))
    return found


def in_ci() -> bool:
    """Whether a missing part is a fault here."""
    return bool(os.environ.get("CI"))


PUBLIC: Final = {
    "HINT3 v1 Curekart": ("hint3_v1_curekart_train", "hint3_v1_curekart_test", {"top-1": 84.1, "MCC": 0.603}),
    "HINT3 v1 SOFMattress": ("hint3_v1_sofmattress_train", "hint3_v1_sofmattress_test", {"top-1": 73.6, "MCC": 0.638}),
    "CLINC150, 5 phrasings": ("clinc150_train_5", "clinc150_test", {"top-1": 89.2}),
    "CLINC150, 10 phrasings": ("clinc150_train_10", "clinc150_test", {"top-1": 92.6}),
}
"""File names, and the best published system. HINT3 top-1: Rasa on Curekart and BERT on SOFMattress, counted again from the
authors' own predictions in the same way as ours (right node first, in scope, no threshold); MCC: Haptik and Dialogflow, whose
thresholds were picked on the test curve. CLINC150: ConveRT (Casanueva et al. 2020), which is fine-tuned."""


def public(folder: Path, version: Version) -> Iterable[Public]:
    """The public sets that lie in the folder."""
    for name, (train, test, published) in PUBLIC.items():
        if (folder / f"{train}.jsonl").is_file() and (folder / f"{test}.jsonl").is_file():
            yield Public(
                name,
                _entries(_rows(folder / f"{train}.jsonl")),
                _asked(_rows(folder / f"{test}.jsonl"), version),
                published,
            )


def _rows(file: Path) -> list[dict[str, str]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def _entries(rows: Sequence[dict[str, str]]) -> tuple[Entry, ...]:
    phrasings: dict[str, list[str]] = {}
    for row in rows:
        phrasings.setdefault(row["intent"], []).append(row["text"])
    return tuple(
        Entry(id=intent, topic="public", title="", questions=tuple(texts), answer="", next_step="")
        for intent, texts in phrasings.items()
    )


def _asked(rows: Sequence[dict[str, str]], version: Version) -> tuple[Asked, ...]:
    chance = random.Random(SEED)
    found: list[Asked] = []
    for row in rows:
        text, intent = row["text"], row["intent"]
        if version != "clean":
            text = typo(text, chance) if version == "typo" else spoken(text, chance)
        found.append(Asked(text, "in" if intent else "far", frozenset([intent] if intent else [])))
    return tuple(found)
