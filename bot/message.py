"""What the bot says in one message: text with formatted spans and buttons, built so that no word can break or inject markup.

Formatting travels as Bot API *entities* (offsets beside the text), never as markup inside the text, so a name like
`<b>*x*` is only ever a name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

TEXT_LIMIT = 4096
"""Characters of a message (Bot API), counted here in UTF-16 units: never more than Telegram counts."""
ROOM_FOR_A_NOTE = 96
"""Kept free in each part, so that "you may have seen this" fits when a message is sent again."""
CALLBACK_LIMIT = 64
"""Bytes of a button's data (Bot API)."""

_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
_BULLET = re.compile(r"^[-*] ", re.MULTILINE)
_SOFT_BREAK = re.compile(r"(?<=[^\n])\n(?!\n|- |• |\d+\. )")


def units(text: str) -> int:
    """Length in UTF-16 code units, which is how Telegram counts offsets."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True, slots=True)
class Span:
    """A formatted stretch of the text; offset and length in UTF-16 units."""

    kind: str
    offset: int
    length: int

    def as_entity(self) -> dict[str, Any]:
        """The Bot API's MessageEntity."""
        return {"type": self.kind, "offset": self.offset, "length": self.length}


@dataclass(frozen=True, slots=True)
class Button:
    """A button under a message: it sends `press` back to the bot, or opens `url`."""

    text: str
    press: str | None = None
    url: str | None = None

    def __post_init__(self) -> None:
        if (self.press is None) == (self.url is None):
            raise ValueError(f"the button {self.text!r} must either send something or open something")
        if self.press is not None and not 1 <= len(self.press.encode()) <= CALLBACK_LIMIT:
            raise ValueError(f"the button {self.text!r} carries more than {CALLBACK_LIMIT} bytes")

    def as_key(self) -> dict[str, str]:
        """The Bot API's InlineKeyboardButton."""
        return (
            {"text": self.text, "callback_data": self.press}
            if self.press
            else {"text": self.text, "url": str(self.url)}
        )


@dataclass(frozen=True, slots=True)
class Message:
    """Text, spans and rows of buttons. Add messages with `+`; the buttons of both are kept."""

    text: str
    spans: tuple[Span, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()

    def __add__(self, other: Message) -> Message:
        shift = units(self.text)
        moved = (replace(span, offset=span.offset + shift) for span in other.spans)
        return Message(self.text + other.text, (*self.spans, *moved), (*self.buttons, *other.buttons))

    def with_buttons(self, *rows: Iterable[Button]) -> Message:
        """The same message with these rows of buttons under it."""
        return replace(self, buttons=tuple(tuple(row) for row in rows))

    def as_parameters(self) -> dict[str, Any]:
        """The parameters of sendMessage and editMessageText, the chat aside."""
        parameters: dict[str, Any] = {"text": self.text, "link_preview_options": {"is_disabled": True}}
        if self.spans:
            parameters["entities"] = [span.as_entity() for span in self.spans]
        if self.buttons:
            parameters["reply_markup"] = {"inline_keyboard": [[b.as_key() for b in row] for row in self.buttons]}
        return parameters


def plain(text: str) -> Message:
    """Words exactly as they are: for names and for whatever a person wrote."""
    return Message(text)


def bold(text: str) -> Message:
    """Words exactly as they are, in bold."""
    return Message(text, (Span("bold", 0, units(text)),) if text else ())


def written(markdown: str, gaps: Mapping[str, object] | None = None, *, keep_lines: bool = False) -> Message:
    """Our own light Markdown: `**bold**`, `- ` lists, paragraphs; lines inside a paragraph are joined unless `keep_lines`.

    Named gaps are filled after the markup was read, so that what fills them stays plain words.
    Raises KeyError for a gap that nobody filled.
    """
    text = markdown.strip() if keep_lines else _SOFT_BREAK.sub(" ", markdown.strip())
    text = _BULLET.sub("• ", text)
    message = Message("")
    position = 0
    for found in _BOLD.finditer(text):
        message = message + plain(_fill(text[position : found.start()], gaps)) + bold(_fill(found[1], gaps))
        position = found.end()
    return message + plain(_fill(text[position:], gaps))


_GAP = re.compile(r"\{(\w+)\}")


def _fill(text: str, gaps: Mapping[str, object] | None) -> str:
    return text if gaps is None else _GAP.sub(lambda found: str(gaps[found[1]]), text)


def join(messages: Iterable[Message], between: str = "\n\n") -> Message:
    """Several messages as one, with something between them."""
    joined: Message | None = None
    for message in messages:
        joined = message if joined is None else joined + plain(between) + message
    return joined or Message("")


def split(message: Message, limit: int = TEXT_LIMIT - ROOM_FOR_A_NOTE) -> list[Message]:
    """Cut a long message at paragraphs, else lines, else words, else anywhere; buttons stay under the last part."""
    if units(message.text) <= limit:
        return [message]
    parts = list(_cut(message, limit))
    return [*(replace(part, buttons=()) for part in parts[:-1]), replace(parts[-1], buttons=message.buttons)]


def _cut(message: Message, limit: int) -> Iterator[Message]:
    text, start = message.text, 0
    while units(text[start:]) > limit:
        end = start + _fitting(text[start:], limit)
        for separator in ("\n\n", "\n", " "):
            at = text.rfind(separator, start + 1, end)
            if at > start:
                end = at
                break
        yield _slice(message, start, end)
        start = end
        while start < len(text) and text[start] in "\n ":
            start += 1
    if start < len(text):
        yield _slice(message, start, len(text))


def _fitting(text: str, limit: int) -> int:
    """How many characters fit into `limit` UTF-16 units."""
    used = 0
    for index, character in enumerate(text):
        used += 2 if character > "\uffff" else 1
        if used > limit:
            return index
    return len(text)


def _slice(message: Message, start: int, end: int) -> Message:
    first, last = units(message.text[:start]), units(message.text[:end])
    spans = []
    for span in message.spans:
        begin, finish = max(span.offset, first), min(span.offset + span.length, last)
        if begin < finish:
            spans.append(Span(span.kind, begin - first, finish - begin))
    return Message(message.text[start:end], tuple(spans))
