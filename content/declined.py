"""What the bot does not do, and the kind no that it says instead."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Final

import yaml
from rapidfuzz import fuzz, process

from content.entry import Problem, read_yaml, yaml_fault
from content.normalise import Normaliser
from content.vocabulary import Vocabulary, load_vocabulary

DEFAULT_FILE: Final = Path(__file__).parent / "declined.yaml"
SURE: Final = 0.80
"""How like one of its phrases, from 0 to 1, a message has to be; its must-have words come first."""
CLEARLY: Final = 0.05
"""How much surer than the best entry it has to be."""
_LONGEST: Final = 60
_GAP: Final = re.compile(r"\{([a-z_]+)\}")
Groups = tuple[tuple[str, ...], ...]


class BrokenDeclines(Exception):
    """The file cannot be used; the message is one sentence a problem."""


@dataclass(frozen=True, slots=True)
class No:
    """What is declined, in what words, which entry helps instead, and how sure that is (0 to 1)."""

    kind: str
    text: str
    entry_id: str | None
    score: float


@dataclass(frozen=True, slots=True)
class Kind:
    """One thing that the bot does not do."""

    name: str
    must: tuple[Groups, ...]
    never: tuple[str, ...]
    says: tuple[str, ...]
    answer: str
    entry_id: str | None

    def score(self, message: str) -> float:
        """How surely a message, as normalised words between blanks, asks for it; 0 without its must-have words."""
        if not any(all(_holds_one(message, group) for group in groups) for groups in self.must):
            return 0.0
        if _holds_one(message, self.never):
            return 0.0
        found = process.extractOne(message.strip(), self.says, scorer=_likeness)
        return found[1] / 100 if found else 0.0


def _holds_one(message: str, phrases: Sequence[str]) -> bool:
    return any(f" {phrase} " in message for phrase in phrases)


def _likeness(message: str, phrase: str, **_: object) -> float:
    """From 0 to 100: the whole message like the phrase in any order, or a stretch of it like the phrase as it stands."""
    return max(fuzz.token_sort_ratio(message, phrase), fuzz.partial_ratio(message, phrase) - 3)


@dataclass(frozen=True, slots=True)
class Declines:
    """Every kind of thing that the bot does not do."""

    kinds: tuple[Kind, ...]
    normaliser: Normaliser

    def found(self, message: str, ordinary: float = 0.0) -> No | None:
        """The no to a message, if it surely asks for such a thing, clearly surer than for an entry (`ordinary`, 0 to 1)."""
        words = self.normaliser.words(message)
        if not words or len(words) > _LONGEST:
            return None
        plain = f" {' '.join(words)} "
        score, kind = max(((kind.score(plain), kind) for kind in self.kinds), key=lambda found: found[0])
        if score < max(SURE, ordinary + CLEARLY):
            return None
        return No(kind.name, kind.answer, kind.entry_id, round(score, 4))


def load_declines(
    file: Path = DEFAULT_FILE, gaps: Mapping[str, str] | None = None, vocabulary: Vocabulary | None = None
) -> Declines:
    """Read the file and fill the gaps of its answers; raises BrokenDeclines with every problem."""
    try:
        data = read_yaml(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BrokenDeclines(f"{file.name}: cannot be read ({fault}).") from fault
    except yaml.YAMLError as fault:
        raise BrokenDeclines(f"{file.name}: {yaml_fault(fault)}") from fault
    reader = _Reader(file.name, data if isinstance(data, dict) else {}, gaps)
    raw = reader.kinds()
    if reader.problems:
        raise BrokenDeclines("\n".join(map(str, reader.problems)))
    texts = [text for kind in raw for text in (*kind.says, *kind.never, *_flat(kind.must))]
    normaliser = Normaliser((vocabulary or load_vocabulary()).text_speak_only(), texts)
    return Declines(tuple(_normalised(kind, normaliser) for kind in raw), normaliser)


def _flat(must: Sequence[Groups]) -> Iterator[str]:
    return (phrase for groups in must for group in groups for phrase in group)


def _normalised(kind: Kind, normaliser: Normaliser) -> Kind:
    def plain(phrases: Sequence[str]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(" ".join(normaliser.plain(phrase)) for phrase in phrases))

    must = tuple(tuple(plain(group) for group in groups) for groups in kind.must)
    return Kind(kind.name, must, plain(kind.never), plain(kind.says), kind.answer, kind.entry_id)


class _Reader:
    """Takes the file apart and collects what is wrong with it."""

    def __init__(self, file: str, data: Mapping[str, object], gaps: Mapping[str, str] | None) -> None:
        self.file = file
        self.data = data
        self.gaps = gaps
        parts = data.get("parts")
        self.parts: Mapping[str, object] = parts if isinstance(parts, dict) else {}
        self.problems: list[Problem] = []

    def fault(self, field: str, what: str, fix: str) -> None:
        self.problems.append(Problem(self.file, field, what, fix))

    def kinds(self) -> list[Kind]:
        given = self.data.get("kinds")
        if not isinstance(given, dict) or not given:
            self.fault("kinds", "is missing.", "Write each kind with must, says and answer.")
            return []
        return [self.kind(name, part if isinstance(part, dict) else {}) for name, part in given.items()]

    def kind(self, name: str, part: Mapping[str, object]) -> Kind:
        must = [self.groups(pattern) for pattern in self.texts(f"{name}.must", part.get("must"))]
        says = [phrase for text in self.texts(f"{name}.says", part.get("says")) for phrase in self.filled(name, text)]
        never = self.texts(f"{name}.never", part.get("never"), may_be_empty=True)
        entry = part.get("entry")
        return Kind(
            name,
            tuple(must),
            tuple(never),
            tuple(says),
            self.answer(name, part.get("answer")),
            str(entry) if entry else None,
        )

    @staticmethod
    def groups(pattern: str) -> Groups:
        return tuple(tuple(phrase.strip() for phrase in group.split("|")) for group in pattern.split(" + "))

    def texts(self, field: str, value: object, *, may_be_empty: bool = False) -> list[str]:
        if value is None and may_be_empty:
            return []
        is_list = isinstance(value, list) and all(isinstance(text, str) and text.strip() for text in value)
        if not is_list or not (value or may_be_empty):
            self.fault(field, "is not a list of texts.", "Write [one, another].")
            return []
        return [str(text) for text in value] if isinstance(value, list) else []

    def filled(self, name: str, text: str) -> Iterator[str]:
        """The phrase with each gap filled by each of its words."""
        gaps = _GAP.findall(text)
        for missing in (gap for gap in gaps if gap not in self.parts):
            self.fault(f"{name}.says", f"nothing fills {{{missing}}}.", "Write it under parts, or correct its name.")
            return
        for chosen in product(*(self.texts(f"parts.{gap}", self.parts[gap]) for gap in gaps)):
            left = iter(chosen)
            yield _GAP.sub(lambda _, left=left: next(left), text)  # type: ignore[misc]

    def answer(self, name: str, value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            self.fault(f"{name}.answer", "is missing.", "Write a short, kind no.")
            return ""
        if self.gaps is None:
            return value.strip()
        gaps = self.gaps
        for gap in _GAP.findall(value):
            if gap not in gaps:
                self.fault(f"{name}.answer", f"nothing fills {{{gap}}}.", "Correct its name.")
        return _GAP.sub(lambda found: gaps.get(found[1], found[0]), value.strip())
