"""Telegram's HTML style, read as strictly as Telegram reads it (Bot API, "HTML style")."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from practice.entities import Entity, units
from practice.errors import ApiError, bad_request

PLAIN = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline", "ins": "underline",
    "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough", "tg-spoiler": "spoiler",
    "span": "spoiler", "code": "code", "pre": "pre", "a": "text_link", "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}  # fmt: skip
NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_CHARACTER = re.compile(r"&(?:#(?P<number>\d{1,7})|#[xX](?P<hexadecimal>[0-9a-fA-F]{1,6})|(?P<name>lt|gt|amp|quot));?")
_ATTRIBUTE = re.compile(
    r"\s*(?P<name>[a-zA-Z-]+)(?:\s*=\s*(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<bare>[^\s>\"']+)))?"
)


@dataclass
class _Open:
    """A start tag that waits for its end."""

    tag: str
    offset: int
    attributes: dict[str, str] = field(default_factory=dict)


def cannot_parse(reason: str) -> ApiError:
    """The refusal that Telegram gives for any broken markup."""
    return bad_request(f"can't parse entities: {reason}")


def _bytes(markup: str, place: int) -> int:
    return len(markup[:place].encode("utf-8", "replace"))


def _character(markup: str, place: int) -> tuple[str, int]:
    """A character reference, or the ampersand itself where there is none."""
    match = _CHARACTER.match(markup, place)
    if match is None:
        return "&", place + 1
    if match["name"]:
        return NAMED[match["name"]], match.end()
    code = int(match["number"]) if match["number"] else int(match["hexadecimal"], 16)
    if not 0 < code < 0x110000 or 0xD800 <= code <= 0xDFFF:
        return "&", place + 1
    return chr(code), match.end()


def _decoded(value: str) -> str:
    out, place = "", 0
    while place < len(value):
        if value[place] == "&":
            character, place = _character(value, place)
            out += character
        else:
            out += value[place]
            place += 1
    return out


def _start_tag(markup: str, place: int, offset: int) -> tuple[_Open, int]:
    """The tag at this place, with its attributes, and where it ends."""
    at = _bytes(markup, place)
    name = re.compile(r"<([^\s>/]*)").match(markup, place)
    assert name is not None
    tag = name.group(1).lower()
    if tag not in PLAIN:
        raise cannot_parse(f'Unsupported start tag "{tag}" at byte offset {at}')
    attributes: dict[str, str] = {}
    place = name.end()
    while place < len(markup) and markup[place] != ">":
        match = _ATTRIBUTE.match(markup, place)
        if match is None:
            if markup[place:].strip() == "" or not markup[place].isspace():
                raise cannot_parse(f"Unclosed start tag at byte offset {at}")
            place += 1
            continue
        value = match["double"] or match["single"] or match["bare"] or ""
        attributes[match["name"].lower()] = _decoded(value)
        place = match.end()
    if place >= len(markup):
        raise cannot_parse(f"Unclosed start tag at byte offset {at}")
    if tag == "span" and attributes.get("class") != "tg-spoiler":
        raise cannot_parse(f'Tag "span" must have class "tg-spoiler" at byte offset {at}')
    return _Open(tag, offset, attributes), place + 1


def _end_tag(markup: str, place: int, stack: list[_Open]) -> tuple[_Open, int]:
    """The start tag that ends here, and where its end tag ends."""
    at = _bytes(markup, place)
    if not stack:
        raise cannot_parse(f"Unexpected end tag at byte offset {at}")
    close = markup.find(">", place)
    if close < 0:
        raise cannot_parse(f"Unclosed end tag at byte offset {at}")
    found, opened = markup[place + 2 : close].strip().lower(), stack[-1]
    if found not in ("", opened.tag):
        raise cannot_parse(f'Unmatched end tag at byte offset {at}, expected "</{opened.tag}>", found "</{found}>"')
    return stack.pop(), close + 1


def _entity(opened: _Open, text: str, end: int) -> Entity | None:
    """The entity that a tag became; none if it marks nothing or links nowhere."""
    kind = PLAIN[opened.tag]
    entity: Entity = {"type": kind, "offset": opened.offset, "length": end - opened.offset}
    if kind == "blockquote" and "expandable" in opened.attributes:
        entity["type"] = "expandable_blockquote"
    elif kind == "text_link":
        url = opened.attributes.get("href") or text
        if not re.match(r"(?:https?|tg)://|[\w-]+(?:\.[\w-]+)+", url):
            return None
        entity["url"] = url if "://" in url else f"http://{url}"
    elif kind == "custom_emoji":
        entity["custom_emoji_id"] = opened.attributes.get("emoji-id", "")
    elif kind == "code" and opened.attributes.get("class", "").startswith("language-"):
        entity["language"] = opened.attributes["class"].removeprefix("language-")
    return entity if entity["length"] else None


def _with_languages(entities: list[Entity]) -> list[Entity]:
    """`<pre><code class="language-x">` is one block with a language; elsewhere code has none."""
    kept: list[Entity] = []
    for entity in entities:
        same = [
            other
            for other in entities
            if other["type"] == "pre" and (other["offset"], other["length"]) == (entity["offset"], entity["length"])
        ]
        if entity["type"] == "code" and same:
            if "language" in entity:
                same[0]["language"] = entity["language"]
            continue
        kept.append(entity)
    return [{k: v for k, v in e.items() if k != "language" or e["type"] == "pre"} for e in kept]


def parse(markup: str) -> tuple[str, list[Entity]]:
    """Text and entities of HTML-style markup; a 400 if anything is unknown or unclosed."""
    out: list[str] = []
    starts: list[int] = []
    offset, place = 0, 0
    stack: list[_Open] = []
    entities: list[Entity] = []
    while place < len(markup):
        character = markup[place]
        if markup.startswith("</", place):
            opened, place = _end_tag(markup, place, stack)
            entity = _entity(opened, "".join(out[starts.pop() :]), offset)
            if entity is not None:
                entities.append(entity)
            continue
        if character == "<":
            opened, place = _start_tag(markup, place, offset)
            stack.append(opened)
            starts.append(len(out))
            continue
        if character == "&":
            character, place = _character(markup, place)
        else:
            place += 1
        out.append(character)
        offset += units(character)
    if stack:
        raise cannot_parse(f'Can\'t find end tag corresponding to start tag "{stack[-1].tag}"')
    return "".join(out), _with_languages(entities)
