"""An entry past its date: it is still shown, without the amounts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from content.entry import Entry

_AMOUNT: Final = re.compile(
    r"[£€$][\s*_]*\d|\d[\s*_]*%|\d[pk]\b|\b(?:per\s?cents?|pounds?|quid|pence)\b", re.IGNORECASE
)
_ITEM: Final = re.compile(r"(?:[-*]|\d+[.)])\s")
_SENTENCE_END: Final = re.compile(r'(?<=[.?!:])\s+(?=[A-Z"“(*])')


@dataclass(frozen=True, slots=True)
class _Line:
    """A line as it is read: a list item, or a paragraph with the lines that go on with it."""

    text: str
    begins_paragraph: bool

    @property
    def is_item(self) -> bool:
        return bool(_ITEM.match(self.text))

    @property
    def is_heading(self) -> bool:
        return not self.is_item and self.text.rstrip("*").endswith(":")


def withheld(entry: Entry) -> Entry:
    """The entry as it may be shown past its date."""
    return replace(entry, answer=without_amounts(entry.answer), next_step=without_amounts(entry.next_step))


def without_amounts(markdown: str) -> str:
    """The text without the list lines, and of its paragraphs the sentences, that hold an amount in money or per cent.

    A heading (it ends with ":") goes too where nothing is left under it.
    """
    lines = _lines(markdown)
    left = [_left_of(line) for line in lines]
    for place, line in enumerate(lines):
        if line.is_heading and left[place] and not any(left[under] for under in _under(lines, place)):
            left[place] = " ".join(_SENTENCE_END.split(left[place])[:-1])
    text = "".join(
        ("\n\n" if line.begins_paragraph else "\n") + kept for line, kept in zip(lines, left, strict=True) if kept
    )
    return text.strip()


def _lines(markdown: str) -> list[_Line]:
    lines: list[_Line] = []
    begins_paragraph = True
    for raw in markdown.splitlines():
        text = raw.strip()
        goes_on = text and not begins_paragraph and not _ITEM.match(text) and not lines[-1].is_heading
        if goes_on:
            lines[-1] = replace(lines[-1], text=f"{lines[-1].text} {text}")
        elif text:
            lines.append(_Line(text, begins_paragraph))
        begins_paragraph = not text
    return lines


def _left_of(line: _Line) -> str:
    if not _AMOUNT.search(line.text):
        return line.text
    if line.is_item:
        return ""
    return " ".join(sentence for sentence in _SENTENCE_END.split(line.text) if not _AMOUNT.search(sentence))


def _under(lines: Sequence[_Line], place: int) -> range:
    """What a heading stands over: the list that follows it, or the one paragraph."""
    end = place + 1
    while end < len(lines) and lines[end].is_item:
        end += 1
    return range(place + 1, max(end, min(place + 2, len(lines))))
