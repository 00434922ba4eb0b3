"""Fields of an opportunity proposed from a post that somebody pasted or forwarded: nothing that is not in its words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from content.closing_date import Fault, find_dates, read_date
from content.opportunity import FIELDS, Opportunity, OpportunityKind, check, clean
from content.opportunity_patterns import (
    AREA,
    AT,
    BARE_LABEL,
    CHUNK,
    CLOSES,
    CONTACT,
    COSTS,
    DOES,
    EDGE,
    GREETING,
    HASHTAGS,
    HEADING,
    HOURS,
    HUSH,
    JOIN,
    KINDS,
    LABEL,
    MANY_LINES,
    MARK,
    MARKS,
    NAME,
    NEEDED,
    NOBODY,
    NOISE_BEFORE,
    OFFER_NAME,
    OFFERS,
    ONLY_CARE,
    PAY,
    PLACES_ON,
    POSTCODE,
    SENTENCE,
    SIGN_OFF,
    STREET,
    URL,
    WANTED,
    WE_WANT,
)

LONGEST_POST: Final = 8_000
"""Characters that are read: two messages of Telegram's longest."""

_LONGEST_LINE: Final = 2_000
_LONGEST_HEADING: Final = 9
_LONGEST_OFFERED: Final = 7
_NEAR: Final = 80


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was found in a post; `found_in` has for each field the pieces of the post that it was taken from.

    `faults` says why something that looks like a closing date was not taken. Whatever is not found is left empty.
    """

    opportunity: Opportunity
    found_in: Mapping[str, tuple[str, ...]]
    faults: Mapping[str, Fault]


def propose(text: str, today: date) -> Proposal:
    """Read a post: labelled lines first, then patterns. Staff confirm each field; never raises, whatever the text."""
    reader = _Reader(_plain(text[:LONGEST_POST]), today)
    reader.read()
    return reader.proposal()


@dataclass(slots=True)
class _Line:
    """A line of the post without what decorates it, its emoji mark, and whether a label has used it."""

    words: str
    mark: str
    used: bool = False
    offers: bool = False


class _Reader:
    """Collects pieces by field; the rules go from the surest to the least sure, and the first that finds one wins."""

    def __init__(self, text: str, today: date) -> None:
        self.text, self.today = text, today
        self.lines = [_line(raw) for raw in text.splitlines()]
        self.pieces = dict[str, list[str]]()
        self.faults = dict[str, Fault]()
        self.closes_on: date | None = None
        self.offered = ""

    def read(self) -> None:
        self._labelled()
        self.kind = self._kind()
        self._link()
        self._closing_date()
        self._offer()
        if self.kind is OpportunityKind.SUCCESS_STORY:
            self._story()
        else:
            self._title()
            self._sentences()
            self._place()
            self._employer()

    def _free(self) -> Iterator[_Line]:
        """Lines that no label has used, without greetings and thanks."""
        return (
            line
            for line in self.lines
            if line.words and not line.used and not (HUSH.match(line.words) and len(SENTENCE.split(line.words)) == 1)
        )

    def _take(self, field: str, words: str, *, labelled: bool = False) -> None:
        """Keep a piece that stands in the post as it is; somebody's number or address only where a label says place."""
        kept = words.strip(" \t,;:|-–—*_•")
        if field == "link" and isinstance(check(field, kept, self.today), Fault):
            return
        if CONTACT.search(kept) and not (field == "link" or (field == "where" and labelled)):
            return
        if kept and kept in self.text and kept not in self.pieces.setdefault(field, []):
            self.pieces[field].append(kept)

    def _labelled(self) -> None:
        for at, line in enumerate(self.lines):
            if line.used or not line.words:
                continue
            if SIGN_OFF.fullmatch(line.words):
                self._sign_off(at)
                continue
            if found := LABEL.match(line.words) or BARE_LABEL.match(line.words):
                self._use(line, _field(found), line.words[found.end() :])
            elif found := HEADING.fullmatch(line.words):
                line.used = True
                self._under(at, _field(found))
            elif field := next((MARKS[mark] for mark in line.mark if mark in MARKS), None):
                self._use(line, field, line.words)

    def _sign_off(self, at: int) -> None:
        """The name under "Kind regards" is nobody's offer."""
        name = next((line for line in self.lines[at + 1 :] if line.words), None)
        if name:
            name.used = True

    def _under(self, at: int, field: str) -> None:
        for line in self.lines[at + 1 : at + 1 + MANY_LINES.get(field, 1)]:
            if not line.words or HEADING.fullmatch(line.words) or LABEL.match(line.words) or URL.match(line.words):
                return
            if CLOSES.match(line.words) or (
                field == "pay_hours" and not (PAY.search(line.words) or HOURS.search(line.words))
            ):
                return
            self._use(line, field, line.words)

    def _use(self, line: _Line, field: str, words: str) -> None:
        if field == "closes_on" and not find_dates(words):
            line.used = True
        elif field == "closes_on":
            self._read_date(words)
            line.used = not URL.search(words)
        elif field == "link":
            if found := URL.search(words):
                self._take("link", _tidy_url(found[0]))
        elif field == "who" and "pay_hours" not in self.pieces and PAY.match(words):
            self._take("pay_hours", words)
        elif field in FIELDS:
            line.used = True
            self._take(field, words, labelled=True)
        else:
            line.used = field != "cost"

    def _read_date(self, words: str) -> None:
        if self.closes_on:
            return
        for start, end in find_dates(words):
            said = words[start:end].strip(" .,")
            found = read_date(said, self.today)
            if isinstance(found, date):
                self.closes_on = found
                self.pieces["closes_on"] = [said]
                self.faults.pop("closes_on", None)
                return
            self.faults.setdefault("closes_on", found)

    def _closing_date(self) -> None:
        for line in self.lines:
            for part in SENTENCE.split(line.words):
                for found in CLOSES.finditer(part):
                    after = part[found.end() : found.end() + _NEAR]
                    if (spans := find_dates(after)) and "start" not in after[: spans[0][0]].casefold():
                        self._read_date(after)

    def _kind(self) -> OpportunityKind | None:
        """From its title if it has one, else from its first lines, else from any."""
        title = "\n".join(self.pieces.get("title", [])[:1])
        head = "\n".join(line.words for line in self.lines if line.words)[:_LONGEST_LINE]
        first = "\n".join([title, *(line.words for line in self.lines if line.words and not line.used)][:3])
        only_care = ONLY_CARE.search(head)
        if only_care and "apprentic" not in head.casefold():
            self.pieces["kind"] = [only_care[0]]
            return OpportunityKind.RING_FENCED
        for part in (title, first, self.text):
            for kind, pattern in KINDS:
                if found := re.search(pattern, part, re.IGNORECASE):
                    self.pieces["kind"] = [found[0]]
                    return kind
        return None

    def _link(self) -> None:
        if not self.pieces.get("link") and (found := URL.search(self.text)):
            self._take("link", _tidy_url(found[0]))

    def _offer(self) -> None:
        """ "Halo Hair is looking for an apprentice", "we are hiring a cook", "join Halo Hair as a stylist"."""
        for line in self.lines:
            for part in SENTENCE.split(line.words):
                patterns = () if HUSH.match(part) else (JOIN, OFFERS, WE_WANT, PLACES_ON)
                if any(self._found(found) for pattern in patterns if (found := pattern.search(part))):
                    line.offers = True

    def _found(self, found: re.Match[str]) -> bool:
        parts = {field: words for field, words in found.groupdict().items() if words}
        if parts.get("who", "").casefold().split(" ")[0] in NOBODY:
            return False
        for field, words in parts.items():
            if field == "title":
                fits = len(words.split()) <= _LONGEST_OFFERED and not re.match(r"to\b|\d|place", words)
                self.offered = self.offered or (words if fits else "")
            else:
                self._if_none("where" if field == "place" else field, words)
        return bool(parts)

    def _if_none(self, field: str, words: str) -> None:
        if not self.pieces.get(field):
            self._take(field, words)

    def _story(self) -> None:
        rest = [line for line in self._free() if not URL.match(line.words)]
        if rest and not self.pieces.get("title"):
            head = re.split(r"(?<=[.!?])\s|\swho\b", rest[0].words)[0]
            self._take("title", head.strip(" !.?"))
            rest = rest[1:]
        for line in rest:
            self._take("what", line.words)
        self.pieces.pop("who", None)
        self._named_after_at()

    def _title(self) -> None:
        """The first line that may be a heading; where it names nobody's role, the next one that does."""
        heads = [line for line in self._free() if self._may_be_title(line)][:3]
        named = [
            line for line in heads if OFFER_NAME.search(line.words) and len(line.words.split()) <= _LONGEST_HEADING
        ]
        if self.pieces.get("title"):
            return
        if self.offered and (not heads or heads[0].offers or len(heads[0].words.split()) > _LONGEST_HEADING):
            self._take("title", self.offered)
        elif named and heads[0] not in named and re.fullmatch(NAME, heads[0].words):
            self._if_none("who", heads[0].words)
            self._split_title(named[0])
        elif heads:
            self._split_title(heads[0])

    def _may_be_title(self, line: _Line) -> bool:
        words = line.words
        address = POSTCODE.search(words) and "," in words and len(words.split()) < 10
        only_care = ONLY_CARE.search(words) and len(words.split()) < 8
        return not (URL.match(words) or CLOSES.match(words) or PAY.match(words) or address or only_care)

    def _split_title(self, line: _Line) -> None:
        """ "Free cook's course at Halo College", "Trainee cook - Halo Foods - Saltby", "Gardener, Halo Parks"."""
        sayings = (part for part in SENTENCE.split(line.words) if not HUSH.match(part) and not part.endswith("?"))
        first = next(sayings, "")
        head, _, rest = first.partition(": ")
        if rest and len(rest.split()) > 5:
            self._if_none("what", rest)
        else:
            head = first
        head, *more = re.split(r"\s[-–—|]\s|,\s", head)
        head = NOISE_BEFORE.sub("", head)
        if found := re.search(rf"\s(?:at|with) (?P<who>(?:the )?{NAME})", head):
            self._found(found)
            head = head[: found.start()]
        names = [part for part in more if re.fullmatch(NAME, part) and not re.match("level", part, re.IGNORECASE)]
        for field, part in zip(("who", "where"), names, strict=False):
            self._if_none(field, part)
        if len(head.split()) <= _LONGEST_HEADING:
            self._take("title", WANTED.sub("", head).strip(" .!?"))
            line.used = first == line.words and not PAY.search(first)

    def _sentences(self) -> None:
        labelled = {field for field in ("what", "pay_hours", "needed") if self.pieces.get(field)}
        for line in self._free():
            for part in filter(None, (part.strip() for part in SENTENCE.split(line.words))):
                if URL.search(part) or CONTACT.search(part) or HUSH.match(part):
                    continue
                self._sentence(part, labelled)

    def _sentence(self, part: str, labelled: set[str]) -> None:
        if "needed" not in labelled and NEEDED.search(part) and not DOES.match(part):
            self._take("needed", part if len(part.split()) <= 16 else _chunk_with(NEEDED, part))
        elif "what" not in labelled and DOES.match(part) and not (CLOSES.search(part) and find_dates(part)):
            self._take("what", part)
        elif not (self._has(PAY) and self._has(HOURS) and "pay_hours" in labelled) and not CLOSES.match(part):
            for chunk in CHUNK.split(part):
                self._pay(chunk.strip(" .!"))

    def _has(self, pattern: re.Pattern[str]) -> bool:
        return any(pattern.search(piece) for piece in self.pieces.get("pay_hours", []))

    def _pay(self, chunk: str) -> None:
        if not (found := PAY.search(chunk) or HOURS.search(chunk) or COSTS.search(chunk)):
            return
        self._take("pay_hours", chunk if len(chunk.split()) <= 10 else found[0])

    def _place(self) -> None:
        if self.pieces.get("where"):
            return
        for line in self._free():
            for part in SENTENCE.split(line.words):
                if (POSTCODE.search(part) or STREET.match(part)) and len(part.split()) <= 16 and not PAY.search(part):
                    self._take("where", self._without_employer(part.rstrip(" .!")))
                    return
        for line in self._free():
            for part in SENTENCE.split(line.words):
                if (found := AREA.search(part)) and not find_dates(found["where"]):
                    self._take("where", found["where"])
                    return

    def _without_employer(self, place: str) -> str:
        parts = place.split(", ")
        known = self.pieces.get("who", [""])[0]
        if len(parts) > 2 and not known and not any(char.isdigit() for char in parts[0]):
            self._take("who", parts[0])
            known = parts[0]
        return place[len(parts[0]) + 2 :] if len(parts) > 1 and parts[0] == known and len(parts) > 2 else place

    def _employer(self) -> None:
        if self.pieces.get("who"):
            return
        kept = {piece for pieces in self.pieces.values() for piece in pieces}
        parts = [part for line in list(self._free())[:3] for part in SENTENCE.split(line.words)]
        for part in parts:
            name, _, place = part.rstrip(" .!").partition(", ")
            if not re.fullmatch(NAME, name) or len(name.split()) > 6 or name in kept or POSTCODE.search(part):
                continue
            self._take("who", name)
            if re.fullmatch(NAME, place):
                self._if_none("where", place)
            return
        self._named_after_at()

    def _named_after_at(self) -> None:
        """ "with Southpaw Gym", "at Hollybush School"."""
        found = next((found for line in self.lines if (found := AT.search(line.words))), None)
        if found and not find_dates(found["who"]):
            self._take("who", found["who"].rstrip("."))

    def proposal(self) -> Proposal:
        """Pieces joined, each whole, as far as the field's length allows."""
        kept = {
            field: tuple(_fitting(pieces, FIELDS[field].longest, field))
            for field, pieces in self.pieces.items()
            if field in FIELDS
        }
        kept = {field: pieces for field, pieces in kept.items() if pieces}
        said = {field: _joined(pieces) for field, pieces in kept.items()}
        faults = {} if self.closes_on else self.faults
        opportunity = Opportunity(
            kind=self.kind,
            title=said.get("title", ""),
            who=said.get("who", ""),
            what=said.get("what", ""),
            pay_hours=said.get("pay_hours", ""),
            where=said.get("where", ""),
            needed=said.get("needed", ""),
            closes_on=self.closes_on,
            link=said.get("link", ""),
        )
        return Proposal(opportunity, kept, faults)


def _plain(text: str) -> str:
    """Without marks of bold, invisible characters and spare space; empty lines stay, as they part one thing from the next."""
    return "\n".join(clean(line) for line in text.replace("*", "").splitlines())


def _line(raw: str) -> _Line:
    mark = MARK.match(raw)
    words = GREETING.sub("", _shortened(raw[mark.end() :] if mark else raw), count=1)
    words = "" if HASHTAGS.match(raw) else words
    while (bare := EDGE.sub("", words)) != words:
        words = bare
    return _Line(words, mark[0] if mark else "")


def _shortened(line: str) -> str:
    return line if len(line) <= _LONGEST_LINE else line[:_LONGEST_LINE].rpartition(" ")[0]


def _field(found: re.Match[str]) -> str:
    return next(field for field, words in found.groupdict().items() if words)


def _tidy_url(url: str) -> str:
    return url.rstrip(".,;:!?)]}'’*_")


def _chunk_with(pattern: re.Pattern[str], part: str) -> str:
    return next((chunk for chunk in CHUNK.split(part) if pattern.search(chunk)), "")


def _joined(pieces: Iterable[str]) -> str:
    """Sentences one after the other, the points of a list with commas."""
    said = ""
    for piece in pieces:
        said += f"{'' if not said else ' ' if said[-1] in '.!?' else ', '}{piece}"
    return said


def _fitting(pieces: list[str], longest: int, field: str) -> Iterator[str]:
    if field in ("title", "who", "where", "link", "closes_on"):
        pieces = pieces[:1]
    room = longest
    for piece in pieces:
        room -= len(piece) + 2
        if room >= -2:
            yield piece
