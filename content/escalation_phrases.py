"""Whole messages that ask for a person, for a call, or where something stands: a small list, read before any question is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from typing import Final

import yaml

from content.entry import read_yaml, yaml_fault
from content.normalise import Normaliser
from content.vocabulary import Vocabulary, load_vocabulary

DEFAULT_FILE: Final = Path(__file__).parent / "escalation_phrases.yaml"
LONGEST: Final = 20
"""Words of a message that may be such a wish; a longer one tells a story and is a question."""
_GAP: Final = re.compile(r"\{(\w+)\}")
Words = tuple[str, ...]


class Wish(StrEnum):
    """What such a message asks for."""

    PERSON = "person"
    RING = "ring"
    STATUS = "status"


class BrokenPhrases(Exception):
    """The file cannot be used; the message is one sentence."""


@dataclass(frozen=True, slots=True)
class EscalationPhrases:
    """Every such message in its plain words, and the words that may stand around it."""

    wishes: Mapping[Words, Wish]
    fillers: frozenset[Words]
    normaliser: Normaliser

    def wish(self, message: str) -> Wish | None:
        """What the whole message asks for; None when anything is left over."""
        words = tuple(self.normaliser.words(message)[: LONGEST + 1])
        if not words or len(words) > LONGEST:
            return None
        starts = self._edges(words)
        ends = {len(words) - edge for edge in self._edges(words[::-1], backwards=True)}
        cut = ((start, end) for start in sorted(starts) for end in sorted(ends, reverse=True) if start < end)
        return next((self.wishes[words[a:b]] for a, b in cut if words[a:b] in self.wishes), None)

    def _edges(self, words: Words, *, backwards: bool = False) -> set[int]:
        """How many words at one end may be left away."""
        fillers = {filler[::-1] for filler in self.fillers} if backwards else self.fillers
        edges, reached = {0}, [0]
        while reached:
            at = reached.pop()
            for filler in fillers:
                after = at + len(filler)
                if words[at:after] == filler and after not in edges:
                    edges.add(after)
                    reached.append(after)
        return edges


@cache
def escalation_phrases() -> EscalationPhrases:
    """The phrases that come with the bot."""
    return load_escalation_phrases(DEFAULT_FILE, load_vocabulary())


def load_escalation_phrases(file: Path, vocabulary: Vocabulary) -> EscalationPhrases:
    """Read the file and write out every phrase; raises BrokenPhrases."""
    try:
        data = read_yaml(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BrokenPhrases(f"{file.name}: cannot be read ({fault}).") from fault
    except yaml.YAMLError as fault:
        raise BrokenPhrases(f"{file.name}: {yaml_fault(fault)}") from fault
    if not isinstance(data, dict):
        raise BrokenPhrases(f"{file.name}: holds no lists. Write parts, person, ring, status and fillers.")
    parts = data.get("parts") or {}
    spoken = {wish: _phrases(file.name, wish, data.get(wish), parts) for wish in Wish}
    fillers = _texts(file.name, "fillers", data.get("fillers"))
    normaliser = Normaliser(vocabulary, [text for texts in spoken.values() for text in texts] + list(fillers))
    wishes: dict[Words, Wish] = {}
    for wish, texts in spoken.items():
        for text in texts:
            words = tuple(normaliser.plain(text))
            if wishes.setdefault(words, wish) is not wish:
                raise BrokenPhrases(f'{file.name}: "{text}" is under {wish} and {wishes[words]}. Keep it in one.')
    return EscalationPhrases(wishes, frozenset(tuple(normaliser.plain(filler)) for filler in fillers), normaliser)


def _phrases(file: str, wish: str, value: object, parts: object) -> list[str]:
    return [phrase for text in _texts(file, wish, value) for phrase in _filled(file, wish, text, parts)]


def _filled(file: str, wish: str, text: str, parts: object) -> Iterator[str]:
    """The phrase with each gap filled by each of its words."""
    names = _GAP.findall(text)
    known = parts if isinstance(parts, dict) else {}
    if missing := [name for name in names if name not in known]:
        raise BrokenPhrases(
            f"{file}, {wish}: nothing fills {{{missing[0]}}}. Write it under parts, or correct its name."
        )
    for chosen in product(*(_texts(file, f"parts.{name}", known[name]) for name in names)):
        left = iter(chosen)
        yield _GAP.sub(lambda _, left=left: next(left), text)  # type: ignore[misc]


def _texts(file: str, field: str, value: object) -> Sequence[str]:
    if not isinstance(value, list) or not value or not all(isinstance(text, str) and text.strip() for text in value):
        raise BrokenPhrases(f"{file}, {field}: is not a list of texts. Write [ring me, call me].")
    return value
