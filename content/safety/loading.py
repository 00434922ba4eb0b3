"""Reads the safety folder, and refuses it with one sentence when anything in it is missing or wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from content.safety.card import KINDS, LAST_RESORT, BrokenSafety, Card, CardFile, Number, parse_card
from content.safety.learned import Learned, load_learned

__all__ = [
    "KINDS",
    "LAST_RESORT",
    "BrokenSafety",
    "Card",
    "Group",
    "Idiom",
    "Learned",
    "Number",
    "SafetyContent",
    "Softening",
    "Words",
    "load_safety",
]

OUTCOMES = ("immediate", "worried", "none")
GROUP_FIELDS = {
    "id", "kind", "outcome", "because", "because_other", "about", "source", "reviewed", "review_by", "soften",
    "phrases",
}  # fmt: skip
SOFTENINGS = ("negated", "asked", "past", "joking", "told", "game")
ELEMENT = re.compile(
    r"^(?:\.\.|\.\.\.\.|<end>|<start>|<count>|<number>"
    r"|(?:\{[a-z_]+\}|[a-z0-9_]+)(?:\|(?:\{[a-z_]+\}|[a-z0-9_]+))*(?:\?|\|<end>)?)$"
)


@dataclass(frozen=True, slots=True)
class Words:
    """How young people spell: what the reader rewrites, drops and leaves alone."""

    text_speak: Mapping[str, str]
    fillers: frozenset[str]
    joking: frozenset[str]
    emoji: Mapping[str, str]
    ordinary: frozenset[str]
    possessed: frozenset[str]


@dataclass(frozen=True, slots=True)
class Softening:
    """What remains of an outcome where the words are negated, asked, past, a joke, a story or a game."""

    negated: str
    asked: str
    past: str
    joking: str
    told: str
    game: str


@dataclass(frozen=True, slots=True)
class Group:
    """Phrases of one meaning: what they show, and what an adviser reads about it."""

    id: str
    kind: str
    outcome: str
    because: str
    because_other: str
    about: str
    soften: Softening
    source: str
    review_by: date
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Idiom:
    """Everyday figures of speech that use a dangerous word; what they cover is not read further."""

    id: str
    source: str
    review_by: date
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SafetyContent:
    """All that the gate knows and says, as read from one folder."""

    groups: tuple[Group, ...]
    idioms: tuple[Idiom, ...]
    slots: Mapping[str, tuple[str, ...]]
    contexts: Mapping[str, tuple[str, ...]]
    words: Words
    card_files: Mapping[str, CardFile] = field(repr=False)
    learned: Learned | None = field(default=None, repr=False)

    def card(self, kind: str, age: int | None = None, gaps: Mapping[str, str] | None = None) -> Card:
        """The fixed card for a kind of concern, or for "worried" or "fault", as somebody of this age reads it."""
        chosen = self.card_files.get(str(kind)) or self.card_files["fault"]
        return chosen.read(age, gaps or {})


def load_safety(folder: Path, *, learned: bool = True) -> SafetyContent:
    """Read `words.yaml`, `phrases.yaml` and `cards/*.md`; raises `BrokenSafety` at the first mistake.

    `learned`: False for the phrases alone.
    """
    words = _words(_mapping(folder / "words.yaml"))
    raw = _mapping(folder / "phrases.yaml")
    path = folder / "phrases.yaml"
    slots = {name: _listed(path, f"slots.{name}", text) for name, text in _part(path, raw, "slots", dict).items()}
    contexts = {
        name: _listed(path, f"contexts.{name}", text) for name, text in _part(path, raw, "contexts", dict).items()
    }
    softening = _part(path, raw, "softening", dict)
    for kind in KINDS:
        _softening(path, f"softening.{kind}", softening.get(kind))
    groups = tuple(_group(path, item, softening) for item in _part(path, raw, "groups", list))
    idioms = tuple(_idiom(path, item) for item in _part(path, raw, "idioms", list))
    _check_phrases(path, groups, idioms, slots)
    _check_kinds(path, groups)
    return SafetyContent(
        groups, idioms, slots, contexts, words, _cards(folder / "cards"), load_learned(folder) if learned else None
    )


def _mapping(path: Path) -> dict[str, Any]:
    try:
        raw = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506  # a safe loader
    except OSError:
        raise BrokenSafety(path.name, "file", "it can't be read; put it back into the safety folder") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = str(error).replace("\n", " ")
        raise BrokenSafety(path.name, "file", f"it is not valid YAML ({where}); correct that line") from None
    if not isinstance(raw, dict) or not raw:
        raise BrokenSafety(path.name, "file", "it is empty; put the approved file back")
    return raw


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """Refuses a key that is written twice, where YAML would silently keep the last."""


def _once(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    pairs = loader.construct_pairs(node, deep=True)
    keys = [key for key, _ in pairs]
    for key in keys:
        if keys.count(key) > 1 and len(keys) < 60:
            raise yaml.YAMLError(f"{key!r} is written twice, line {node.start_mark.line + 1}")
    return dict(pairs)


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _once)


def _part(path: Path, raw: Mapping[str, Any], name: str, kind: type) -> Any:
    part = raw.get(name)
    if not isinstance(part, kind) or not part:
        raise BrokenSafety(path.name, name, "it is missing or empty; it needs at least one item")
    return part


def _listed(path: Path, name: str, text: object) -> tuple[str, ...]:
    """A slot is written as words between commas, which is short to read and to review."""
    items = tuple(item.strip() for item in str(text).split(",")) if isinstance(text, str) else ()
    if not items or not all(items):
        raise BrokenSafety(path.name, name, "it needs words with commas between them")
    return items


def _words(raw: Mapping[str, Any]) -> Words:
    path = Path("words.yaml")
    ordinary = set(str(_part(path, raw, "ordinary", str)).split()) | _common_words()
    return Words(
        text_speak={str(k): str(v) for k, v in _part(path, raw, "text_speak", dict).items()},
        fillers=frozenset(str(_part(path, raw, "fillers", str)).split()),
        joking=frozenset(str(_part(path, raw, "joking", str)).split()),
        emoji={str(k): str(v) for k, v in _part(path, raw, "emoji", dict).items()},
        ordinary=frozenset(ordinary),
        possessed=frozenset(str(_part(path, raw, "possessed", str)).split()),
    )


def _common_words() -> set[str]:
    """The everyday words that the matcher leaves alone are left alone here too."""
    path = Path(__file__).parent.parent / "common_words.txt"
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {word for line in lines if not line.startswith("#") for word in line.split()}


def _softening(path: Path, name: str, raw: object) -> Softening:
    if not isinstance(raw, dict) or set(raw) - set(SOFTENINGS) or len(raw) < len(SOFTENINGS):
        raise BrokenSafety(path.name, name, f"it needs exactly {', '.join(SOFTENINGS)}")
    for key, value in raw.items():
        if value not in OUTCOMES:
            raise BrokenSafety(path.name, f"{name}.{key}", f"it must be one of {', '.join(OUTCOMES)}")
    return Softening(**raw)


def _group(path: Path, raw: object, softening: Mapping[str, Any]) -> Group:
    if not isinstance(raw, dict):
        raise BrokenSafety(path.name, "groups", "each item needs fields such as id and phrases")
    name = f"groups.{raw.get('id', '?')}"
    for unknown in set(raw) - GROUP_FIELDS:
        raise BrokenSafety(path.name, f"{name}.{unknown}", "this field is not known; remove it")
    for needed in ("id", "because", "source"):
        if not isinstance(raw.get(needed), str) or not raw[needed].strip():
            raise BrokenSafety(path.name, f"{name}.{needed}", "it is missing; write it in words")
    if raw.get("kind") not in KINDS:
        raise BrokenSafety(path.name, f"{name}.kind", f"it must be one of: {'; '.join(KINDS)}")
    if raw.get("outcome") not in OUTCOMES[:2]:
        raise BrokenSafety(path.name, f"{name}.outcome", "it must be immediate or worried")
    if raw.get("about", "me") not in ("me", "someone else"):
        raise BrokenSafety(path.name, f"{name}.about", "it must be: me, or: someone else")
    own = raw.get("soften", {})
    merged = {**softening[raw["kind"]], **own} if isinstance(own, dict) else own
    return Group(
        id=raw["id"],
        kind=raw["kind"],
        outcome=raw["outcome"],
        because=raw["because"],
        because_other=str(raw.get("because_other", raw["because"])),
        about=str(raw.get("about", "me")),
        soften=_softening(path, f"{name}.soften", merged),
        source=raw["source"],
        review_by=_reviewed(path, name, raw),
        phrases=_phrases(path, name, raw),
    )


def _idiom(path: Path, raw: object) -> Idiom:
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str):
        raise BrokenSafety(path.name, "idioms", "each item needs id, source, review_by and phrases")
    name = f"idioms.{raw['id']}"
    return Idiom(raw["id"], str(raw.get("source", "")), _reviewed(path, name, raw), _phrases(path, name, raw))


def _reviewed(path: Path, name: str, raw: Mapping[str, Any]) -> date:
    value = raw.get("review_by")
    if not isinstance(value, date):
        raise BrokenSafety(path.name, f"{name}.review_by", "it must be a date such as 2027-05-21")
    return value


def _phrases(path: Path, name: str, raw: Mapping[str, Any]) -> tuple[str, ...]:
    phrases = raw.get("phrases")
    if not isinstance(phrases, list) or not phrases or not all(isinstance(p, str) for p in phrases):
        raise BrokenSafety(path.name, f"{name}.phrases", "it needs a list of phrases; quote words like no")
    return tuple(phrases)


def _check_phrases(
    path: Path, groups: Sequence[Group], idioms: Sequence[Idiom], slots: Mapping[str, tuple[str, ...]]
) -> None:
    named: list[Group | Idiom] = [*groups, *idioms]
    ids = [item.id for item in named]
    for item in named:
        if ids.count(item.id) > 1:
            raise BrokenSafety(path.name, item.id, "this id is used twice; rename one")
        for phrase in item.phrases:
            for element in phrase.split():
                if not ELEMENT.match(element):
                    raise BrokenSafety(path.name, item.id, f"{element!r} in {phrase!r} can't be read")
                for slot in re.findall(r"\{([a-z_]+)\}", element):
                    if slot not in slots:
                        raise BrokenSafety(path.name, item.id, f"there is no slot {slot!r}; add it under slots")


def _check_kinds(path: Path, groups: Sequence[Group]) -> None:
    for kind in KINDS:
        if not any(group.kind == kind and group.outcome == "immediate" for group in groups):
            raise BrokenSafety(path.name, "groups", f"no immediate phrase for {kind!r}; add some")


def _cards(folder: Path) -> dict[str, CardFile]:
    found: dict[str, CardFile] = {}
    for path in sorted(folder.glob("*.md")) if folder.is_dir() else ():
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError):
            raise BrokenSafety(path.name, "file", "it can't be read; put the approved card back") from None
        card = parse_card(path.name, text)
        if card.kind in found:
            raise BrokenSafety(path.name, "kind", f"there are two cards for {card.kind!r}; remove one")
        found[card.kind] = card
    for kind in (*KINDS, "worried", "fault"):
        if kind not in found:
            raise BrokenSafety("cards", "kind", f"there is no card for {kind!r}; put the approved one back")
    return found
