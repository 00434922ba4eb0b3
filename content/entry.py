"""An entry of the Local Offer: one Markdown file with a YAML head, read and held to its format."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Final, cast

import yaml

TOPICS: Final[dict[str, str]] = {
    "contact_escalation": "Talk to a person",
    "personal_adviser": "My personal adviser",
    "pathway_plan": "My pathway plan",
    "eligibility": "What help I can get",
    "housing": "A place to live",
    "homelessness": "Nowhere to stay",
    "setting_up_home": "Setting up home",
    "council_tax": "Council tax",
    "universal_credit": "Universal Credit",
    "money_budgeting": "Money",
    "debt": "Debt",
    "food_energy": "Food and energy",
    "savings_ctf_jisa": "My savings",
    "education_16_19": "School and college",
    "higher_education": "University",
    "apprenticeships_work": "Work and training",
    "careers_advice": "Careers advice",
    "driving": "Learning to drive",
    "id_documents": "ID and documents",
    "travel": "Getting around",
    "digital_phone": "Phone and internet",
    "leisure": "Free time and sport",
    "health_gp_dentist_prescriptions": "Doctor, dentist, medicine",
    "mental_health": "Mental health",
    "sexual_health_pregnancy": "Sexual health, pregnancy",
    "parents_childcare": "Being a parent",
    "relationships_loneliness": "Family, friends, loneliness",
    "immigration_asylum": "Immigration and asylum",
    "criminal_justice": "Prison, police, probation",
    "records_access": "My care records",
    "advocacy_complaints": "Advocates and complaints",
    "being_heard": "Having my say",
    "dropin_events": "Drop-ins and events",
}
"""Each topic and the words on its button, in the order of the menu."""

STATUSES: Final = ("eligible", "relevant", "former_relevant", "qualifying")
AGE_BANDS: Final[dict[str, range]] = {
    "16-17": range(18),
    "18-20": range(18, 21),
    "21-24": range(21, 25),
    "25+": range(25, 121),
}
"""The ages at which the law treats care leavers differently, as they stand on buttons; the first holds all under 18."""
AREAS: Final = ("national", "local")
NEXT_STEP_HEADING: Final = "## What to do now"
FEWEST_QUESTIONS: Final = 5

_REQUIRED: Final = (
    "title",
    "questions",
    "keywords",
    "audience",
    "area",
    "source",
    "source_date",
    "checked_on",
    "review_by",
    "owner",
    "contact",
    "public",
)
_OPTIONAL: Final = ("related", "unlike", "by_age", "by_status", "replaces", "valid_from", "valid_to")
_AUDIENCE_FIELDS: Final = ("min_age", "max_age", "status", "parent")
_HEADING: Final = re.compile(r"^##[ \t]+what to do now[ \t]*:?[ \t]*#*[ \t]*$", re.IGNORECASE | re.MULTILINE)
_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_TOPIC_NAME: Final = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)*")
_VAGUE_DATE: Final = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?")
_LEADING_TABS: Final = re.compile(r"^[ ]*\t[ \t]*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a file, where, and how to put it right, for an editor who is no programmer."""

    file: str
    field: str
    what: str
    fix: str

    def __str__(self) -> str:
        """The problem as one line."""
        where = f"{self.file}, {self.field}" if self.field else self.file
        return f"{where}: {self.what} {self.fix}".rstrip()


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts of an entry come from; a committee report may have no address."""

    title: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Audience:
    """Whom an entry is for; an empty one is for everyone."""

    min_age: int | None = None
    max_age: int | None = None
    status: tuple[str, ...] = ()
    parent: bool = False

    def fits_age(self, age: int | None) -> bool:
        """Whether somebody of this age is meant; an unknown age always is."""
        if age is None:
            return True
        old_enough = self.min_age is None or age >= self.min_age
        return old_enough and (self.max_age is None or age <= self.max_age)


@dataclass(frozen=True, slots=True)
class Entry:
    """One question of the Local Offer with its approved answer and next step (both Markdown)."""

    id: str
    topic: str
    title: str
    questions: tuple[str, ...]
    answer: str
    next_step: str
    keywords: tuple[str, ...] = ()
    audience: Audience = Audience()
    area: str = "national"
    sources: tuple[Source, ...] = ()
    source_date: str = ""
    checked_on: date | None = None
    review_by: date | None = None
    owner: str = ""
    contact: str = ""
    public: bool = True
    related: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()
    """Entries that are easily mixed up with this one; each names the other."""
    by_age: Mapping[str, str] = field(default_factory=dict)
    """A fork: the entry that answers for each band of AGE_BANDS."""
    by_status: Mapping[str, str] = field(default_factory=dict)
    """A fork: the entry that answers for each of STATUSES."""
    replaces: str = ""
    """The entry in whose place this one comes on its valid_from, written in advance."""
    valid_from: date | None = None
    valid_to: date | None = None
    file: str = ""

    @property
    def is_fork(self) -> bool:
        """Whether the answer hangs on the age or the status of who asks."""
        return bool(self.by_age or self.by_status)

    def is_out_of_date(self, today: date) -> bool:
        """Whether somebody has to check it again before its figures may be shown."""
        return any(day is not None and day < today for day in (self.review_by, self.valid_to))

    @property
    def source(self) -> Source | None:
        """The first source: the one that is shown."""
        return self.sources[0] if self.sources else None


class _PlainLoader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML in which every bare word is text: `no`, `12:30` and `2026-13-45` stay what the editor typed."""


_PlainLoader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag == "tag:yaml.org,2002:null"]
    for first, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def _mapping_without_repeats(loader: yaml.SafeLoader, node: yaml.MappingNode) -> dict[object, object]:
    seen: set[object] = set()
    for key_node, _ in node.value:
        key = loader.construct_object(key_node, deep=True)
        if not isinstance(key, str):
            message = "a field's name has to be a word"
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        if key in seen:
            message = f"the field {key} is there twice"
            raise yaml.constructor.ConstructorError(None, None, message, key_node.start_mark)
        seen.add(key)
    return loader.construct_mapping(node, deep=True)


_PlainLoader.add_constructor("tag:yaml.org,2002:map", _mapping_without_repeats)


def read_yaml(text: str) -> object:
    """YAML of text, lists and mappings only; raises yaml.YAMLError, also for a field that is there twice."""
    spaced = _LEADING_TABS.sub(lambda found: found.group().replace("\t", "  "), text)
    try:
        return cast(object, yaml.load(spaced, Loader=_PlainLoader))  # noqa: S506 a SafeLoader's child
    except (ValueError, RecursionError) as fault:
        raise yaml.YAMLError(str(fault)) from fault


def yaml_fault(fault: yaml.YAMLError) -> str:
    """A YAML fault in an editor's words, with its line where that is known."""
    mark = getattr(fault, "problem_mark", None)
    what = getattr(fault, "problem", None) or str(fault).split("\n")[0]
    return f"line {mark.line + 1} cannot be read ({what})." if mark else f"cannot be read ({what})."


class _Reader:
    """Takes one head apart and collects what is wrong instead of stopping at the first fault."""

    def __init__(self, file: str, head: Mapping[str, object], lenient: bool) -> None:
        self.file = file
        self.head = head
        self.lenient = lenient
        self.problems: list[Problem] = []

    def fault(self, field: str, what: str, fix: str) -> None:
        self.problems.append(Problem(self.file, field, what, fix))

    def text(self, field: str) -> str:
        value = self.head.get(field)
        if isinstance(value, str):
            return " ".join(value.split())
        if value is not None:
            self.fault(field, "is not one line of text.", "Write text after the colon, in quotes.")
        return ""

    def texts(self, field: str) -> tuple[str, ...]:
        value = self.head.get(field)
        if value is None:
            return ()
        items = [value] if isinstance(value, str) and self.lenient else value
        if not isinstance(items, list):
            self.fault(field, "is not a list.", 'Write one line for each, starting with "- ".')
            return ()
        kept = [" ".join(item.split()) for item in items if isinstance(item, str) and item.strip()]
        if len(kept) < len(items):
            self.fault(field, "has a line that is not text.", 'Put quotes around a line that has ":" in it.')
        return tuple(kept)

    def day(self, field: str) -> date | None:
        value = self.text(field)
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fault(field, f'"{value}" is not a date.', "Write it as 2026-11-21.")
            return None

    def vague_date(self, field: str) -> str:
        value = self.text(field)
        if value and not _VAGUE_DATE.fullmatch(value):
            try:
                date.fromisoformat(value)
            except ValueError:
                self.fault(field, f'"{value}" is not a date.', "Write 2023, 2023-04 or 2023-04-17.")
                return ""
        return value

    def flag(self, field: str, value: object, default: bool) -> bool:
        if value is None:
            return default
        word = value.strip().lower() if isinstance(value, str) else ""
        if word in ("true", "yes"):
            return True
        if word not in ("false", "no"):
            self.fault(field, "is neither true nor false.", "Write true or false.")
        return False

    def number(self, field: str, value: object) -> int | None:
        if value is None:
            return None
        if isinstance(value, str) and value.isascii() and value.isdigit() and int(value) <= 120:
            return int(value)
        self.fault(field, "is not an age.", "Write a number such as 18.")
        return None

    def audience(self) -> Audience:
        value = self.head.get("audience")
        if value is None:
            return Audience()
        if not isinstance(value, dict):
            self.fault("audience", "is not a mapping.", "Write {} for everyone, or {min_age: 18}.")
            return Audience()
        for name in value.keys() - set(_AUDIENCE_FIELDS):
            self.fault("audience", f'"{name}" is unknown.', f"Use {', '.join(_AUDIENCE_FIELDS)}.")
        lowest = self.number("audience", value.get("min_age"))
        highest = self.number("audience", value.get("max_age"))
        if lowest is not None and highest is not None and lowest > highest:
            self.fault("audience", "min_age is above max_age.", "Swap them.")
        given = value.get("status") or []
        status = [given] if isinstance(given, str) else given
        if not isinstance(status, list) or not set(map(str, status)) <= set(STATUSES):
            self.fault("audience", "has an unknown status.", f"Use {', '.join(STATUSES)}.")
            status = []
        parent = self.flag("audience", value.get("parent"), default=False)
        return Audience(lowest, highest, tuple(map(str, status)), parent)

    def sources(self) -> tuple[Source, ...]:
        value = self.head.get("source")
        if value is None:
            return ()
        found = [self.one_source(item) for item in (value if isinstance(value, list) else [value])]
        return tuple(source for source in found if source)

    def one_source(self, item: object) -> Source | None:
        if isinstance(item, str) and self.lenient:
            return Source(item)
        if not isinstance(item, dict) or not isinstance(item.get("title"), str):
            self.fault("source", "has no title.", "Write title: and, where there is one, url: under it.")
            return None
        for name in item.keys() - {"title", "url"}:
            self.fault("source", f'"{name}" is unknown.', "Use title and url.")
        url = item.get("url")
        if url is not None and not re.fullmatch(r"https?://[^\s]+\.[^\s]+", str(url)):
            self.fault("source", f'"{url}" is not a web address.', "Start it with https://.")
            url = None
        return Source(" ".join(item["title"].split()), None if url is None else str(url))

    def leads(self, field: str, allowed: Iterable[str]) -> dict[str, str]:
        """A fork's entries, in the order of the bands or statuses."""
        value = self.head.get(field)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(id_, str) for id_ in value.values()):
            self.fault(field, "is not a list of entries.", "Write each as name: entry-id.")
            return {}
        for name in value.keys() - set(allowed):
            self.fault(field, f'"{name}" is unknown.', f"Use {', '.join(allowed)}.")
        return {name: str(value[name]) for name in allowed if name in value}

    def area(self) -> str:
        value = self.text("area")
        if value and value not in AREAS:
            self.fault("area", f'"{value}" is unknown.', "Write national or local.")
        return value if value in AREAS else "national"

    def check_names(self) -> None:
        for name in self.head.keys() - set(_REQUIRED) - set(_OPTIONAL):
            self.fault(str(name), "is not a field of an entry.", "Take it out, or correct its spelling.")
        for name in _REQUIRED:
            given = self.head.get(name)
            if given in (None, "", []) and not (name == "audience" and name in self.head):
                self.fault(name, "is missing.", f"Add {name} to the head of the file.")


def parse_entry(path: Path, text: str, *, lenient: bool = False) -> tuple[Entry | None, list[Problem]]:
    """Read one file. The entry is None if it cannot be used at all; every problem is named either way.

    The folder is the topic and the file name is the id. Lenient reading is for other people's folders:
    any topic, any number of questions, missing fields filled in; only what makes it unusable is a problem.
    """
    file = f"{path.parent.name}/{path.name}"
    head, body, fault = _split(file, text)
    if fault is not None:
        return None, [fault]
    reader = _Reader(file, head, lenient)
    entry = _entry(reader, path, body)
    if lenient:
        fatal = _unusable(file, entry)
        return (None, fatal) if fatal else (entry, [])
    reader.check_names()
    problems = reader.problems + _name_problems(file, path) + _body_problems(file, entry)
    if 0 < len(entry.questions) < FEWEST_QUESTIONS:
        what = f"has {len(entry.questions)} lines."
        problems.append(Problem(file, "questions", what, f"Write at least {FEWEST_QUESTIONS}."))
    return (None if problems else entry), problems


def _entry(reader: _Reader, path: Path, body: str) -> Entry:
    answer, next_step = _two_parts(body)
    return Entry(
        id=path.stem,
        topic=path.parent.name,
        title=reader.text("title") or (path.stem.replace("-", " ").capitalize() if reader.lenient else ""),
        questions=_once(reader.texts("questions")),
        answer=answer,
        next_step=next_step,
        keywords=_once(reader.texts("keywords")),
        audience=reader.audience(),
        area=reader.area(),
        sources=reader.sources(),
        source_date=reader.vague_date("source_date"),
        checked_on=reader.day("checked_on"),
        review_by=reader.day("review_by"),
        owner=reader.text("owner"),
        contact=reader.text("contact"),
        public=reader.flag("public", reader.head.get("public"), default=reader.lenient),
        related=reader.texts("related"),
        unlike=reader.texts("unlike"),
        by_age=reader.leads("by_age", AGE_BANDS),
        by_status=reader.leads("by_status", STATUSES),
        replaces=reader.text("replaces"),
        valid_from=reader.day("valid_from"),
        valid_to=reader.day("valid_to"),
        file=reader.file,
    )


def _once(texts: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(texts))


def _split(file: str, text: str) -> tuple[dict[str, object], str, Problem | None]:
    """Head and body, whatever the line ends and with or without a byte-order mark."""
    lines = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").lstrip("\n").split("\n")
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == "---"]
    if lines[0].rstrip() != "---" or not ends:
        fix = 'Put the fields between two lines that hold only "---".'
        return {}, "", Problem(file, "", "has no head.", fix)
    try:
        head = read_yaml("\n".join(lines[1 : ends[0]]))
    except yaml.YAMLError as fault:
        fix = "Put quotes around text that has a colon or starts with a sign."
        return {}, "", Problem(file, "head", yaml_fault(fault), fix)
    if not isinstance(head, dict):
        return {}, "", Problem(file, "head", "is not a list of fields.", "Write each field as name: value.")
    return head, "\n".join(lines[ends[0] + 1 :]), None


def _two_parts(body: str) -> tuple[str, str]:
    parts = _HEADING.split(body, maxsplit=1)
    return parts[0].strip(), parts[1].strip() if len(parts) > 1 else ""


def _unusable(file: str, entry: Entry) -> list[Problem]:
    if entry.questions or entry.title:
        return []
    return [Problem(file, "questions", "is missing.", "Write ways of asking, one a line.")]


def _name_problems(file: str, path: Path) -> list[Problem]:
    problems = []
    if not _SLUG.fullmatch(path.stem):
        what = f'"{path.stem}" cannot be an id.'
        problems.append(Problem(file, "file name", what, "Use small letters, digits and hyphens."))
    if not _TOPIC_NAME.fullmatch(path.parent.name) or path.parent.name not in TOPICS:
        what = f'the folder "{path.parent.name}" is not a topic.'
        problems.append(Problem(file, "topic", what, "Use the folder of one of the 33 topics."))
    return problems


def _body_problems(file: str, entry: Entry) -> list[Problem]:
    problems = []
    if not entry.answer:
        problems.append(Problem(file, "answer", "is empty.", "Write the answer under the head."))
    if not entry.next_step:
        fix = f'End the file with a line "{NEXT_STEP_HEADING}" and one next step under it.'
        problems.append(Problem(file, "next step", "is missing.", fix))
    if _HEADING.search(entry.next_step):
        problems.append(Problem(file, "next step", "is there twice.", "Keep one heading and one next step."))
    return problems
