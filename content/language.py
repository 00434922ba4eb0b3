"""Which language a message is in, where it is not English, and what the bot can say in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from content.entry import Problem, read_yaml, yaml_fault
from content.normalise import is_common

DEFAULT_FILE: Final = Path(__file__).parent / "languages.yaml"
NEEDS: Final = (
    "food", "money", "home", "doctor", "college", "home_office", "solicitor", "phone", "bank", "family", "work", "adviser",
)  # fmt: skip
SCRIPTS: Final[Mapping[str, str]] = {
    "arabic": "\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff",
    "cyrillic": "\u0400-\u052f",
    "ethiopic": "\u1200-\u139f\u2d80-\u2ddf",
    "bengali": "\u0980-\u09ff",
    "han": "\u3400-\u9fff",
    "latin": "a-z\u00c0-\u024f\u1e00-\u1eff",
}
ENTRIES_OFFERED: Final = 3

_READ: Final = 1_000
"""Characters of a message that are read: whoever writes so much has shown the language by then."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:[\u0300-\u036f\u0980-\u09ff\u064b-\u0652\u200c][^\W\d_]*)*")
_JOINERS: Final = re.compile(r"[\u200c-\u200f\u202a-\u202e\u2066-\u2069\u0640\u064b-\u0652\u0307]")
_OF_SCRIPT: Final = {name: re.compile(f"[{letters}]") for name, letters in SCRIPTS.items()}
_OTHER_SCRIPTS: Final = tuple(name for name in SCRIPTS if name != "latin")
_HALF: Final = 0.5
_ENOUGH_IN_ANOTHER_SCRIPT: Final = 4  # words; fewer in a longer English message are a name or a quotation
_FEWEST_WORDS: Final = 2
_SHARE_IN_LATIN: Final = 0.4
_TELLING_PART: Final = 4  # letters; shorter beginnings are those of too many words
_OWN_LETTER, _WORD_OF_IT, _SHARED_LETTER = 2.0, 2.0, 1.0


class BrokenLanguages(Exception):
    """The file cannot be used; the message is one sentence a problem."""


@dataclass(frozen=True, slots=True)
class Language:
    """What one language is recognised by, and what is said in it; `checked_by` is empty until somebody has read it."""

    code: str
    name: str
    script: str
    letters: frozenset[str]
    shared: frozenset[str]
    words: frozenset[str]
    line: str
    person: str
    needs: Mapping[str, tuple[str, ...]]
    checked_by: str = ""

    @property
    def right_to_left(self) -> bool:
        """Whether its lines run from right to left, so that nothing in English may stand on them."""
        return self.script == "arabic"

    def weight(self, words: Iterable[str]) -> float:
        """How much speaks for it among the languages of its script."""
        return sum(self._weight_of(word) for word in words)

    def _weight_of(self, word: str) -> float:
        letters = set(word)
        return (
            _WORD_OF_IT * (word in self.words or self._says_a_need(word))
            + _OWN_LETTER * bool(letters & self.letters)
            + _SHARED_LETTER * bool(letters & self.shared)
        )

    def is_of_it(self, word: str) -> bool:
        """Whether a word can be of this language and is not an English one."""
        return word in self.words or bool(set(word) & (self.letters | self.shared)) or self._says_a_need(word)

    def _says_a_need(self, word: str) -> bool:
        parts = (part for parts in self.needs.values() for part in parts if len(part) >= _TELLING_PART)
        return word.startswith(tuple(parts)) and not is_common(word)


@dataclass(frozen=True, slots=True)
class Languages:
    """Every language that is recognised, and the entry that each need leads to."""

    languages: Mapping[str, Language]
    entries: Mapping[str, str]

    def of(self, text: str) -> str | None:
        """The code of the language, where enough of the message is in one; None for English and for what is not known.

        A foreign word in an English sentence, or a name, is not enough.
        """
        words = _words(text)
        if not words:
            return None
        for script in _OTHER_SCRIPTS:
            inside = [word for word in words if _OF_SCRIPT[script].search(word)]
            if inside and (len(inside) >= _HALF * len(words) or len(inside) >= _ENOUGH_IN_ANOTHER_SCRIPT):
                return self._best(script, inside)
        return self._latin(words)

    def _best(self, script: str, words: Sequence[str]) -> str | None:
        found = [language for language in self.languages.values() if language.script == script]
        best = max(found, key=lambda language: language.weight(words), default=None)
        return best.code if best else None

    def _latin(self, words: Sequence[str]) -> str | None:
        """By words and letters that English has not, as long as they are a good part of the message."""
        found: list[tuple[float, str]] = []
        for language in self.languages.values():
            if language.script != "latin":
                continue
            telling = [word for word in words if language.is_of_it(word)]
            if len(set(telling)) >= _FEWEST_WORDS and len(telling) >= _SHARE_IN_LATIN * len(words):
                found.append((language.weight(words), language.code))
        return max(found)[1] if found else None

    def english(self, text: str, code: str) -> str:
        """The words of a message that are English, in their order."""
        language = self.languages[code]
        return " ".join(word for word in _words(text) if is_common(word) and not language.is_of_it(word))

    def needs(self, text: str, code: str) -> tuple[str, ...]:
        """The ids of up to three entries that a few words of the message are about."""
        language = self.languages[code]
        is_latin = language.script == "latin"
        plain = " " + " ".join(_words(text)) if is_latin else _plain(text[:_READ])
        before = " " if is_latin else ""
        found = [need for need in NEEDS if any(before + part in plain for part in language.needs.get(need, ()))]
        return tuple(self.entries[need] for need in found if need in self.entries)[:ENTRIES_OFFERED]


NONE: Final = Languages({}, {})


def _plain(text: str) -> str:
    return _JOINERS.sub("", unicodedata.normalize("NFKC", text).casefold())


def _words(text: str) -> list[str]:
    """The words of the beginning; Chinese has no spaces, so each of its signs counts as one."""
    words: list[str] = []
    for word in _WORD.findall(_plain(text[:_READ])):
        words += list(word) if _OF_SCRIPT["han"].search(word) else [word]
    return words


def load_languages(file: Path = DEFAULT_FILE) -> Languages:
    """Read the file; raises BrokenLanguages with every problem."""
    try:
        data = read_yaml(file.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        raise BrokenLanguages(f"{file.name}: cannot be read ({fault}).") from fault
    except yaml.YAMLError as fault:
        raise BrokenLanguages(f"{file.name}: {yaml_fault(fault)}") from fault
    parts = data if isinstance(data, dict) else {}
    problems: list[Problem] = []
    entries = _mapping(file.name, "entries", parts.get("entries"), problems)
    given = _mapping(file.name, "languages", parts.get("languages"), problems)
    languages = {code: _language(file.name, code, part, problems) for code, part in given.items()}
    if problems:
        raise BrokenLanguages("\n".join(map(str, problems)))
    return Languages(languages, {need: str(entry_id) for need, entry_id in entries.items()})


def _mapping(file: str, field: str, value: object, problems: list[Problem]) -> dict[str, object]:
    if isinstance(value, dict) and value:
        return value
    problems.append(Problem(file, field, "is missing.", "Write each line as name: value."))
    return {}


def _language(file: str, code: str, value: object, problems: list[Problem]) -> Language:
    part = value if isinstance(value, dict) else {}
    for field in ("name", "script", "line", "person"):
        if not isinstance(part.get(field), str) or not part[field].strip():
            problems.append(Problem(file, f"{code}.{field}", "is missing.", "Write it as text."))
    if part.get("script") not in SCRIPTS:
        problems.append(Problem(file, f"{code}.script", "is unknown.", f"Use {', '.join(SCRIPTS)}."))
    given = part.get("needs")
    needs: dict[str, object] = given if isinstance(given, dict) else {}
    for need in needs.keys() - set(NEEDS):
        problems.append(Problem(file, f"{code}.needs", f'"{need}" is unknown.', f"Use {', '.join(NEEDS)}."))
    words = (_plain(word) for word in _texts(part.get("words")))
    return Language(
        code=code,
        name=str(part.get("name")),
        script=str(part.get("script")),
        letters=frozenset(_plain(str(part.get("letters") or ""))),
        shared=frozenset(_plain(str(part.get("shared") or ""))),
        words=frozenset(word for word in words if not is_common(word)),
        line=str(part.get("line")),
        person=str(part.get("person")),
        needs={need: tuple(map(_plain, _texts(texts))) for need, texts in needs.items()},
        checked_by=str(part.get("checked_by") or ""),
    )


def _texts(value: object) -> list[str]:
    return [text for text in value if isinstance(text, str) and text.strip()] if isinstance(value, list) else []
