"""The words of young people: text-speak, the knowledge base's own aliases, and the traps among them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

import yaml

from content.entry import Problem, read_yaml, yaml_fault

DEFAULT_FILE: Final = Path(__file__).parent / "vocabulary.yaml"
_PARTS: Final = ("text_speak", "aliases", "topics", "never")


class BrokenVocabulary(Exception):
    """The vocabulary cannot be used; the message is one sentence a problem."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Rewrites of whole words and phrases.

    `text_speak` is safe everywhere, `aliases` belong to one knowledge base, `topics` are words that have to
    lead to an entry of their topic, and `never` are words that look like slips and are not ("id", "ill").
    """

    text_speak: Mapping[str, str] = field(default_factory=dict)
    aliases: Mapping[str, str] = field(default_factory=dict)
    topics: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    never: frozenset[str] = frozenset()

    def text_speak_only(self) -> Vocabulary:
        """What may be used with somebody else's knowledge base."""
        return replace(self, aliases={}, topics={})


def load_vocabulary(file: Path = DEFAULT_FILE) -> Vocabulary:
    """Read a vocabulary.yaml; raises BrokenVocabulary with every problem."""
    try:
        data = read_yaml(file.read_bytes().decode("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as fault:
        problem = Problem(file.name, "", f"cannot be read ({fault}).", "Check the file.")
        raise BrokenVocabulary([problem]) from fault
    except yaml.YAMLError as fault:
        fix = "Put quotes around words with signs in them."
        raise BrokenVocabulary([Problem(file.name, "", yaml_fault(fault), fix)]) from fault
    problems: list[Problem] = []
    parts = data if isinstance(data, dict) else {}
    if not isinstance(data, dict):
        problems.append(Problem(file.name, "", "holds no parts.", f"Use {', '.join(_PARTS)}."))
    for name in parts.keys() - set(_PARTS):
        problems.append(Problem(file.name, str(name), "is not a part of it.", f"Use {', '.join(_PARTS)}."))
    vocabulary = Vocabulary(
        text_speak=_rewrites(file.name, "text_speak", parts.get("text_speak"), problems),
        aliases=_rewrites(file.name, "aliases", parts.get("aliases"), problems),
        topics=_lists(file.name, parts.get("topics"), problems),
        never=frozenset(_words(file.name, "never", parts.get("never"), problems)),
    )
    problems += _trap_problems(file.name, vocabulary)
    if problems:
        raise BrokenVocabulary(problems)
    return vocabulary


def vocabulary_for(folder: Path | None, default: Vocabulary) -> Vocabulary:
    """A folder's own vocabulary.yaml, or of the default only what is safe everywhere."""
    if folder is None:
        return default
    own = folder / "vocabulary.yaml"
    return load_vocabulary(own) if own.is_file() else default.text_speak_only()


def _rewrites(file: str, part: str, value: object, problems: list[Problem]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        problems.append(Problem(file, part, "is not a mapping.", "Write each as word: meaning."))
        return {}
    kept = {}
    for word, meaning in value.items():
        if not isinstance(meaning, str) or not meaning.strip():
            problems.append(Problem(file, part, f'"{word}" has no meaning.', "Write one after the colon."))
        else:
            kept[" ".join(str(word).casefold().split())] = " ".join(meaning.casefold().split())
    return kept


def _words(file: str, part: str, value: object, problems: list[Problem]) -> list[str]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        problems.append(Problem(file, part, "is not a list of words.", 'Write one a line, after "- ".'))
        return []
    return [" ".join(item.casefold().split()) for item in value]


def _lists(file: str, value: object, problems: list[Problem]) -> dict[str, tuple[str, ...]]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        problems.append(Problem(file, "topics", "is not a mapping.", "Write topic: [words]."))
        return {}
    return {str(topic): tuple(_words(file, f"topics.{topic}", words, problems)) for topic, words in value.items()}


def _trap_problems(file: str, vocabulary: Vocabulary) -> list[Problem]:
    """A word that must never be rewritten must not have a rewrite: `id` → "i'd" would lose every ID card."""
    fix = "Take it out of one of the two."
    return [
        Problem(file, part, f'"{word}" is also under never.', fix)
        for part, rewrites in (("text_speak", vocabulary.text_speak), ("aliases", vocabulary.aliases))
        for word in rewrites
        if word in vocabulary.never
    ]
