"""Writes HTML in which every word is escaped unless a tag of ours made it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Final

VOID: Final = frozenset({"meta", "br"})


class Html(str):
    """Text that is HTML already. Anything else is words, and is escaped."""

    __slots__ = ()


def tag(name: str, /, *parts: str, **attributes: str) -> Html:
    """An element. An attribute that is a word of Python ends with an underscore (`class_`); others stand for hyphens."""
    written = "".join(f' {key.rstrip("_").replace("_", "-")}="{escape(value)}"' for key, value in attributes.items())
    if name in VOID:
        return Html(f"<{name}{written}>")
    return Html(f"<{name}{written}>{join(parts)}</{name}>")


def join(parts: Iterable[str], between: str = "") -> Html:
    """Pieces after each other."""
    return Html(between.join(part if isinstance(part, Html) else escape(part) for part in parts))


def items(parts: Iterable[str], name: str = "ul", **attributes: str) -> Html:
    """A list."""
    return tag(name, *(tag("li", part) for part in parts), **attributes)


def table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]], **attributes: str) -> Html:
    """A table whose first cell of each row is its heading, so that it can be read aloud."""
    body = [tag("tr", tag("th", row[0], scope="row"), *(tag("td", cell) for cell in row[1:])) for row in rows]
    titles = tag("tr", *(tag("th", title, scope="col") for title in head))
    return tag("table", tag("caption", caption), tag("thead", titles), tag("tbody", *body), **attributes)


def pairs(named: Iterable[tuple[str, str]]) -> Html:
    """Names and what stands under each."""
    return tag("dl", *(join((tag("dt", name), tag("dd", what))) for name, what in named))
