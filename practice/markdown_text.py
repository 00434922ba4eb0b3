"""Telegram's MarkdownV2 style, read as strictly as Telegram reads it (Bot API, "MarkdownV2 style")."""

from __future__ import annotations

from practice.entities import Entity, units
from practice.html_text import cannot_parse

RESERVED = frozenset("_*[]()~`>#+-=|{}.!")
MARKS = (("||", "spoiler"), ("__", "underline"), ("*", "bold"), ("_", "italic"), ("~", "strikethrough"))
_NAMES = {
    "spoiler": "Spoiler", "underline": "Underline", "bold": "Bold", "italic": "Italic",
    "strikethrough": "Strikethrough", "code": "Code", "pre": "PreCode", "text_link": "TextUrl",
    "custom_emoji": "CustomEmoji",
}  # fmt: skip


class _Reader:
    """Walks once over the markup, writing text and closing marks."""

    def __init__(self, markup: str) -> None:
        self.markup = markup
        self.place = 0
        self.out: list[str] = []
        self.offset = 0
        self.open: list[tuple[str, str, int, int]] = []
        self.quote: int | None = None
        self.entities: list[Entity] = []

    def bytes(self, place: int | None = None) -> int:
        return len(self.markup[: self.place if place is None else place].encode("utf-8", "replace"))

    def write(self, text: str) -> None:
        self.out.append(text)
        self.offset += units(text)

    def mark(self, kind: str, start: int, **more: str) -> None:
        if self.offset > start:
            self.entities.append({"type": kind, "offset": start, "length": self.offset - start, **more})

    def read(self) -> tuple[str, list[Entity]]:
        while self.place < len(self.markup):
            if not self._line_start():
                self._step()
        self._end_quote()
        if self.open:
            _, kind, _, at = self.open[-1]
            raise cannot_parse(f"Can't find end of {_NAMES[kind]} entity at byte offset {at}")
        return "".join(self.out), self.entities

    def _line_start(self) -> bool:
        """At the start of a line, open or close a block quotation."""
        if self.place and self.markup[self.place - 1] != "\n":
            return False
        quoted = self.markup.startswith((">", "**>"), self.place)
        if not quoted:
            self._end_quote()
            return False
        if self.markup.startswith("**>", self.place):
            self._end_quote()
            self.place += 2
        if self.quote is None:
            self.quote = self.offset
        self.place += 1
        return self.place >= len(self.markup) or self.markup[self.place] == "\n"

    def _end_quote(self) -> None:
        if self.quote is None:
            return
        hidden = bool(self.open) and self.open[-1][0] == "||" and self.open[-1][2] == self.offset
        if hidden:
            self.open.pop()
        self.mark("expandable_blockquote" if hidden else "blockquote", self.quote)
        self.quote = None

    def _step(self) -> None:
        character = self.markup[self.place]
        if character == "\\" and self.place + 1 < len(self.markup) and ord(self.markup[self.place + 1]) <= 126:
            self.write(self.markup[self.place + 1])
            self.place += 2
        elif character == "`":
            self._code()
        elif character == "[" or self.markup.startswith("![", self.place):
            self.place += 1 if character == "[" else 2
            kind = "text_link" if character == "[" else "custom_emoji"
            self.open.append(("]", kind, self.offset, self.bytes()))
        elif character == "]" and any(mark == "]" for mark, *_ in self.open):
            self._link()
        elif not self._toggle():
            if character in RESERVED:
                raise cannot_parse(f"Character '{character}' is reserved and must be escaped with the preceding '\\'")
            self.write(character)
            self.place += 1

    def _toggle(self) -> bool:
        """Open or close bold, italic and the like."""
        for mark, kind in MARKS:
            if not self.markup.startswith(mark, self.place):
                continue
            if self.open and self.open[-1][0] == mark:
                self.mark(kind, self.open.pop()[2])
            elif mark == "__" and self.open and self.open[-1][0] == "_":
                continue
            else:
                self.open.append((mark, kind, self.offset, self.bytes()))
            self.place += len(mark)
            return True
        return False

    def _code(self) -> None:
        fence = "```" if self.markup.startswith("```", self.place) else "`"
        kind, at, start = ("pre" if fence == "```" else "code"), self.bytes(), self.offset
        self.place += len(fence)
        language = ""
        if kind == "pre":
            first, newline, _ = self.markup[self.place :].partition("\n")
            if newline and first and not set(first) & set(" `"):
                language = first
                self.place += len(first) + 1
        while not self.markup.startswith(fence, self.place):
            if self.place >= len(self.markup):
                raise cannot_parse(f"Can't find end of {_NAMES[kind]} entity at byte offset {at}")
            if self.markup[self.place] == "\\" and self.markup[self.place + 1 : self.place + 2] in ("`", "\\"):
                self.place += 1
            self.write(self.markup[self.place])
            self.place += 1
        self.place += len(fence)
        if language:
            self.mark(kind, start, language=language)
        else:
            self.mark(kind, start)

    def _link(self) -> None:
        mark, kind, start, at = self.open.pop()
        if mark != "]" or not self.markup.startswith("](", self.place):
            raise cannot_parse(f"Can't find end of {_NAMES.get(kind, 'TextUrl')} entity at byte offset {at}")
        self.place += 2
        url = ""
        while self.place < len(self.markup) and self.markup[self.place] != ")":
            if self.markup[self.place] == "\\" and self.place + 1 < len(self.markup):
                self.place += 1
            url += self.markup[self.place]
            self.place += 1
        if self.place >= len(self.markup):
            raise cannot_parse(f"Can't find end of a URL at byte offset {self.bytes()}")
        self.place += 1
        if kind == "custom_emoji":
            self.mark(kind, start, custom_emoji_id=url.rpartition("id=")[2])
        else:
            self.mark(kind, start, url=url)


def parse(markup: str) -> tuple[str, list[Entity]]:
    """Text and entities of MarkdownV2; a 400 for a reserved character or an open mark."""
    return _Reader(markup).read()
