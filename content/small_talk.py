"""Small talk: a message that is nothing but a greeting, thanks and the like gets a fixed, kind answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

from content.entry import Problem, read_yaml, yaml_fault
from content.normalise import is_common, split_words

DEFAULT_FILE: Final = Path(__file__).parent / "small_talk.yaml"
_LONGEST: Final = 14
_PASSING: Final = ("hello", "ok", "thanks", "bye")
_STRETCHED: Final = re.compile(r"(.)\1+")
_GAP: Final = re.compile(r"\{([a-z_]+)\}")


class BrokenSmallTalk(Exception):
    """The file cannot be used; the message is one sentence a problem."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What kind of small talk it is, and the answer to it."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class SmallTalkPhrases:
    """Every way of saying each kind, and its answer."""

    kinds: Mapping[tuple[str, ...], str]
    signs: Mapping[str, str]
    answers: Mapping[str, str]
    fillers: frozenset[tuple[str, ...]]
    spoken: frozenset[str]

    def reply(self, message: str) -> Reply | None:
        """The answer, if the whole message is small talk: "hi can i get driving lessons" is not."""
        words = [self._mended(word) for word in split_words(message)[: _LONGEST + 1]]
        kind = self._kind(words) if words else self._kind_of_signs(message)
        return Reply(kind, self.answers[kind]) if kind else None

    def _kind(self, words: list[str]) -> str | None:
        """The kind of a message that phrases and fillers cover without a gap; a passing one counts least."""
        if len(words) > _LONGEST:
            return None
        covers: list[list[str] | None] = [[]] + [None] * len(words)
        for end in range(1, len(words) + 1):
            for start in range(end):
                before, part = covers[start], tuple(words[start:end])
                if before is None or (part not in self.kinds and part not in self.fillers):
                    continue
                found = [*before, self.kinds[part]] if part in self.kinds else before
                kept = covers[end]
                if kept is None or self._better(found, kept):
                    covers[end] = found
        kinds = covers[-1]
        if not kinds:
            return None
        telling = [kind for kind in kinds if kind not in _PASSING]
        return telling[0] if telling else max(kinds, key=_PASSING.index)

    @staticmethod
    def _better(found: list[str], kept: list[str]) -> bool:
        """Fewer, longer phrases read a message best, as long as there is one at all."""
        return bool(found) and (not kept or len(found) < len(kept))

    def _kind_of_signs(self, message: str) -> str | None:
        kinds = [kind for sign, kind in self.signs.items() if sign in message]
        return kinds[0] if kinds else None

    def _mended(self, word: str) -> str:
        """heyyy → hey, thnaks → thanks; everyday words stay themselves."""
        if word in self.spoken:
            return word
        for shorter in (_STRETCHED.sub(r"\1", word), _STRETCHED.sub(r"\1\1", word)):
            if shorter in self.spoken:
                return shorter
        if len(word) < 5 or len(word) > 20 or is_common(word):
            return word
        found = process.extractOne(
            word, self.spoken, scorer=OSA.normalized_similarity, score_cutoff=0.8, processor=None
        )
        return found[0] if found else word


def load_small_talk(file: Path = DEFAULT_FILE, gaps: Mapping[str, str] | None = None) -> SmallTalkPhrases:
    """Read the file and fill the gaps of its answers; raises BrokenSmallTalk."""
    try:
        data = read_yaml(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BrokenSmallTalk(f"{file.name}: cannot be read ({fault}).") from fault
    except yaml.YAMLError as fault:
        raise BrokenSmallTalk(f"{file.name}: {yaml_fault(fault)}") from fault
    problems: list[Problem] = []
    kinds = data.get("kinds") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(kinds, dict) or not kinds:
        raise BrokenSmallTalk(f"{file.name}, kinds: is missing. Write each kind with says and answer.")
    spoken = {kind: _texts(file.name, kind, part, "says", problems) for kind, part in kinds.items()}
    signs = {kind: _texts(file.name, kind, part, "signs", problems) for kind, part in kinds.items()}
    answers = {kind: _answer(file.name, kind, part, gaps, problems) for kind, part in kinds.items()}
    phrases: dict[tuple[str, ...], str] = {}
    for kind, texts in spoken.items():
        for text in texts:
            words = tuple(split_words(text))
            if phrases.setdefault(words, kind) != kind:
                fix = "Keep it in one."
                problems.append(Problem(file.name, kind, f'"{text}" is in {phrases[words]} too.', fix))
    if problems:
        raise BrokenSmallTalk("\n".join(map(str, problems)))
    fillers = frozenset(tuple(split_words(text)) for text in data.get("fillers") or ())
    return SmallTalkPhrases(
        kinds=phrases,
        signs={sign: kind for kind, marks in signs.items() for sign in marks},
        answers=answers,
        fillers=fillers,
        spoken=frozenset(word for phrase in (*phrases, *fillers) for word in phrase),
    )


def _texts(file: str, kind: str, part: object, field: str, problems: list[Problem]) -> list[str]:
    value = part.get(field) if isinstance(part, dict) else None
    if value is None and field == "signs":
        return []
    if not isinstance(value, list) or not value or not all(isinstance(text, str) for text in value):
        problems.append(Problem(file, f"{kind}.{field}", "is not a list of texts.", "Write [hi, hello]."))
        return []
    return value


def _answer(file: str, kind: str, part: object, gaps: Mapping[str, str] | None, problems: list[Problem]) -> str:
    value = part.get("answer") if isinstance(part, dict) else None
    if not isinstance(value, str) or not value.strip():
        problems.append(Problem(file, f"{kind}.answer", "is missing.", "Write a short, kind answer."))
        return ""
    if gaps is None:
        return value.strip()
    for gap in _GAP.findall(value):
        if gap not in gaps:
            problems.append(Problem(file, f"{kind}.answer", f"nothing fills {{{gap}}}.", "Correct its name."))
    return _GAP.sub(lambda found: gaps.get(found[1], found[0]), value.strip())
