"""What an opportunity is: its kinds, its fields with their questions, what is wrong with an answer, and how it reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from rapidfuzz.distance import OSA

from content.closing_date import Fault, day_in_words, read_date
from content.texts import opportunity as texts

MOST_HELP: Final = 6
"""Entries that one opportunity links to; more are not read on a phone."""

_SHORTEST_STEM: Final = 4  # "admin" and "administration"
_TWO_SLIPS: Final = 8  # letters of a word in which two slips are forgiven, else one
_NO_WORDS: Final = frozenset({
    "a", "an", "and", "the", "of", "at", "in", "for", "to", "on", "with", "job", "role", "vacancy", "post", "wanted", "ltd", "limited",
    "plc", "llp", "co", "uk", "inc",
})  # fmt: skip
_WORD: Final = re.compile(r"[^\W_]+")
_POSTCODE: Final = re.compile(r"\b([a-z]{1,2}[0-9][a-z0-9]?) ?([0-9][a-z]{2})\b", re.IGNORECASE)
_ENTRY: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NO_SCHEME: Final = re.compile(r"www\.|[\w.-]+\.\w{2,}/", re.IGNORECASE)
_LINK_HOST: Final = re.compile(r"(?:[\w-]+\.)+\w{2,}|localhost", re.ASCII)
_NONE_SAID: Final = frozenset(
    {"", "-", "no", "none", "n/a", "na", "open", "ongoing", "rolling", "asap", "open until filled", "any time"}
)
_NO_DATE: Final = re.compile(r"(?:there is )?no (?:closing )?(?:date|deadline)")


class OpportunityKind(StrEnum):
    """What is offered; the value is how it is stored and how staff say it."""

    APPRENTICESHIP = "apprenticeship"
    JOB = "job"
    WORK_PLACEMENT = "work placement"
    RING_FENCED = "ring-fenced post"
    COURSE = "course"
    TRAINEESHIP = "traineeship"
    VOLUNTEERING = "volunteering"
    GRANT = "grant"
    SUCCESS_STORY = "success story"

    @property
    def label(self) -> str:
        """How young people read it: "Job kept for care leavers"."""
        return texts.LABELS[self.value][0]

    @property
    def plural(self) -> str:
        """The heading of a list of them."""
        return texts.LABELS[self.value][1]

    @property
    def button(self) -> str:
        """A word or two that fit on a button of three in a row."""
        return texts.LABELS[self.value][2]


@dataclass(frozen=True, slots=True)
class Opportunity:
    """What is known of one; a field that nobody filled is empty, and `closes_on` is None without a closing date.

    `help` holds the ids of entries of the knowledge base. The photo lives with what Telegram sent.
    """

    kind: OpportunityKind | None = None
    title: str = ""
    who: str = ""
    what: str = ""
    pay_hours: str = ""
    where: str = ""
    help: tuple[str, ...] = ()
    needed: str = ""
    closes_on: date | None = None
    for_whom: str = ""
    link: str = ""


Value = OpportunityKind | str | tuple[str, ...] | date | None
"""What a field holds once it was checked."""

_NO_PAY: Final = frozenset({
    OpportunityKind.SUCCESS_STORY, OpportunityKind.VOLUNTEERING, OpportunityKind.COURSE, OpportunityKind.GRANT
})  # fmt: skip
_NO_PLACE: Final = frozenset({OpportunityKind.SUCCESS_STORY, OpportunityKind.GRANT})


@dataclass(frozen=True, slots=True)
class Field:
    """One step of the guided form; `longest` counts characters. Its question and example are for staff."""

    name: str
    longest: int
    may_be_empty: bool = False
    empty_for: frozenset[OpportunityKind] = frozenset()
    has_lines: bool = False

    @property
    def said(self) -> str:
        """Its name in words: "pay and hours"."""
        return texts.NAMES[self.name]

    @property
    def question(self) -> str:
        """What the form asks."""
        return texts.QUESTIONS[self.name]

    @property
    def example(self) -> str:
        """An answer that `check` takes."""
        return texts.EXAMPLES[self.name]

    def is_needed(self, kind: OpportunityKind | None) -> bool:
        """Whether an opportunity of this kind can't go out without it."""
        return not self.may_be_empty and kind not in self.empty_for


FIELDS: Final[Mapping[str, Field]] = {
    field.name: field
    for field in (
        Field("kind", longest=30),
        Field("title", longest=100),
        Field("who", longest=80),
        Field("what", longest=400, has_lines=True),
        Field("pay_hours", longest=150, empty_for=_NO_PAY),
        Field("where", longest=200, empty_for=_NO_PLACE),
        Field("help", longest=300, may_be_empty=True),
        Field("needed", longest=250, may_be_empty=True, has_lines=True),
        Field("closes_on", longest=60, may_be_empty=True),
        Field("for_whom", longest=120, may_be_empty=True),
        Field("link", longest=300, may_be_empty=True),
    )
}
"""In the order of the form. The photo, its last step, is no text and is not among them."""


def check(
    field: str, text: str, today: date, *, kind: OpportunityKind | None = None, entries: Container[str] | None = None
) -> Value | Fault:
    """What the field would hold, or a Fault with a sentence that says what is wrong and what to write.

    `kind` is that of the opportunity, if it is known: some kinds need no pay and no place. With `entries`, the help
    must be among them. Raises KeyError for a field that there is not.
    """
    step, words = FIELDS[field], clean(text)
    words = words if step.has_lines else " ".join(words.split())
    if not words and field != "closes_on":
        if step.is_needed(kind):
            return Fault(texts.EMPTY.format(name=step.said, example=step.example))
        return () if field == "help" else ""
    if field not in _READERS and len(words) > step.longest:
        return Fault(texts.TOO_LONG.format(name=step.said, count=len(words), longest=step.longest))
    if field == "help":
        return _help(words, entries)
    return _READERS[field](words, today) if field in _READERS else words


def clean(text: str) -> str:
    """Without control characters, invisible ones and spare space; line breaks stay, empty lines do not."""
    kept = "".join(one if one in "\n\u200d" or unicodedata.category(one)[0] != "C" else " " for one in text)
    return "\n".join(line for part in kept.splitlines() if (line := " ".join(part.split())))


def missing(opportunity: Opportunity) -> list[Field]:
    """The fields that it still needs before it can go out, in the order of the form."""
    return [
        field for field in FIELDS.values() if field.is_needed(opportunity.kind) and not getattr(opportunity, field.name)
    ]


def _kind(words: str, today: date) -> OpportunityKind | Fault:
    said = words.casefold()
    for kind in OpportunityKind:
        if said in {kind.value, kind.label.casefold(), kind.plural.casefold(), kind.button.casefold()}:
            return kind
    return Fault(texts.NO_KIND.format(kinds=", ".join(OpportunityKind)))


def _closes_on(words: str, today: date) -> date | Fault | None:
    said = words.casefold().strip(" .!")
    return None if said in _NONE_SAID or _NO_DATE.fullmatch(said) else read_date(words, today)


def _link(words: str, today: date) -> str | Fault:
    longest = FIELDS["link"].longest
    if len(words) > longest:
        return Fault(texts.TOO_LONG.format(name=FIELDS["link"].said, count=len(words), longest=longest))
    address = f"https://{words}" if _NO_SCHEME.match(words) else words
    if not re.match(r"https?://", address, re.IGNORECASE):
        return Fault(texts.NO_LINK)
    if len(address.split()) > 1:
        return Fault(texts.SPACED_LINK)
    try:
        host = urlsplit(address).hostname or ""
        host = host.encode("idna").decode()
    except ValueError:
        host = ""
    return address if _LINK_HOST.fullmatch(host) and "@" not in urlsplit(address).netloc else Fault(texts.NO_LINK)


def _help(words: str, entries: Container[str] | None) -> tuple[str, ...] | Fault:
    """Entries one after the other; each once."""
    ids = tuple(dict.fromkeys(words.casefold().replace(",", " ").split()))
    for entry in ids:
        if not _ENTRY.fullmatch(entry) or (entries is not None and entry not in entries):
            return Fault(texts.NO_ENTRY.format(entry=entry[:60]))
    return Fault(texts.TOO_MANY_ENTRIES.format(count=len(ids), most=MOST_HELP)) if len(ids) > MOST_HELP else ids


_READERS: Final[Mapping[str, Callable[[str, date], Value | Fault]]] = {
    "kind": _kind,
    "closes_on": _closes_on,
    "link": _link,
}


def announcement(opportunity: Opportunity, today: date, titles: Mapping[str, str] | None = None) -> list[str]:
    """What young people read, a list of lines, the title first; only what is filled stands in it.

    `titles` has the titles of entries by id; a help whose entry has none is left out.
    """
    one, named = opportunity, titles or {}
    kind = one.kind.label if one.kind else ""
    pay = texts.AMOUNT if one.kind is OpportunityKind.GRANT else texts.PAY_HOURS
    helps = "; ".join(named[entry] for entry in one.help if entry in named)
    lines = [
        one.title,
        ", ".join(part for part in (kind, one.who) if part),
        one.what,
        _line(pay, one.pay_hours),
        _line(texts.WHERE, one.where),
        _line(texts.HELP, helps),
        _line(texts.NEEDED, one.needed),
        _line(texts.FOR_WHOM, one.for_whom),
        _closes(one.closes_on, today),
        one.link,
    ]
    return [line for line in lines if line]


def short(opportunity: Opportunity, today: date) -> str:
    """One line for a list: "Apprentice chef, The Copper Kettle (closes Friday 4 December)"."""
    one = opportunity
    title, who = (" ".join(part.split()) for part in (one.title, one.who))
    head = texts.SHORT.format(title=title, who=who) if title and who else title or who
    if one.closes_on is None:
        return head
    if one.closes_on < today:
        return texts.SHORT_CLOSED.format(head=head)
    ahead = (one.closes_on - today).days
    day = (texts.TODAY, texts.TOMORROW)[ahead] if ahead < 2 else day_in_words(one.closes_on, today)
    return texts.SHORT_CLOSES.format(head=head, day=day)


def _line(text: str, filled: str) -> str:
    return text.format(text=filled) if filled else ""


def _closes(day: date | None, today: date) -> str:
    if day is None:
        return ""
    said, ahead = day_in_words(day, today), (day - today).days
    if ahead < 0:
        return texts.CLOSED.format(day=said)
    when = (texts.TODAY, texts.TOMORROW)[ahead] if ahead < 2 else texts.IN_DAYS.format(count=ahead)
    return texts.CLOSES_SOON.format(day=said, when=when)


def same(one: Opportunity, other: Opportunity) -> bool:
    """Whether two are probably the same offer, so that staff are warned before they send it twice.

    Title and employer must agree but for order, case, slips and words that say nothing; two places that are both
    known must not contradict each other. The same title at another employer is another offer.
    """
    return (
        _agree(one.title, other.title)
        and (_agree(one.who, other.who) or not (one.who and other.who))
        and bool(one.who or other.who or (one.where and other.where))
        and _places_agree(one.where, other.where)
    )


def _agree(one: str, other: str) -> bool:
    """Every word of the shorter has its like in the longer, and makes up at least half of it."""
    few, many = sorted((_words(one), _words(other)), key=lambda words: (len(words), sorted(words)))
    if not few or any(not any(_alike(word, like) for like in many) for word in few):
        return False
    return len(few) == len(many) or (len(few) >= 2 and 2 * len(few) >= len(many))


def _places_agree(one: str, other: str) -> bool:
    codes = [{"".join(code).casefold() for code in _POSTCODE.findall(place)} for place in (one, other)]
    if all(codes):
        return bool(codes[0] & codes[1])
    few, many = sorted((_words(one), _words(other)), key=lambda words: (len(words), sorted(words)))
    shared = sum(any(_alike(word, like) for like in many) for word in few)
    return not few or 2 * shared >= len(few)


def _words(text: str) -> set[str]:
    folded = "".join(one for one in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(one))
    plain = set(_WORD.findall(re.sub(r"['’]", "", folded.replace("&", " and "))))
    return plain - _NO_WORDS or plain


def _alike(one: str, other: str) -> bool:
    if one == other or one.isdecimal() or other.isdecimal():
        return one == other
    short, long = sorted((one, other), key=lambda word: (len(word), word))
    stems = len(short) >= _SHORTEST_STEM and long.startswith(short)
    slips = 2 if len(short) >= _TWO_SLIPS else 1
    close = one[0] == other[0] and OSA.distance(short, long, score_cutoff=slips) <= slips
    return stems or (len(short) >= _SHORTEST_STEM and close)
