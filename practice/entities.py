"""Marked-up stretches of a message: measured in UTF-16 units, checked, and found by themselves."""

from __future__ import annotations

import re
from typing import Any

from practice.errors import bad_request

Entity = dict[str, Any]

TYPES = frozenset(
    {
        "mention", "hashtag", "cashtag", "bot_command", "url", "email", "phone_number", "bold", "italic",
        "underline", "strikethrough", "spoiler", "blockquote", "expandable_blockquote", "code", "pre",
        "text_link", "text_mention", "custom_emoji", "date_time",
    }
)  # fmt: skip
TEXT_LIMIT = 4096
CAPTION_LIMIT = 1024
OPAQUE = frozenset({"code", "pre", "text_link", "text_mention", "custom_emoji"})
"""Inside these Telegram looks for no links or commands."""

_URL = re.compile(
    r"\bhttps?://[^\s<>\"]+"
    r"|\b(?:[a-z0-9-]+\.)+(?:com|org|net|uk|me|info|eu)\b(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
_FOUND = (
    ("url", _URL),
    ("email", re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    ("bot_command", re.compile(r"(?<![\w/])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])")),
    ("mention", re.compile(r"(?<![\w@])@[A-Za-z][A-Za-z0-9_]{3,31}\b")),
    ("hashtag", re.compile(r"(?<!\w)#\w*[^\W\d]\w*")),
)  # fmt: skip


def units(text: str) -> int:
    """Length in UTF-16 code units, the measure of every offset and limit in the Bot API."""
    return len(text) + sum(character > "\uffff" for character in text)


def encodable(text: str) -> bool:
    """Whether the text is real Unicode; half a surrogate pair is not."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _boundaries(text: str) -> dict[int, int]:
    """UTF-16 offset of every character boundary → index in the string."""
    places, offset = {0: 0}, 0
    for index, character in enumerate(text, start=1):
        offset += 2 if character > "\uffff" else 1
        places[offset] = index
    return places


def find(text: str, taken: list[Entity]) -> list[Entity]:
    """The links, commands and mentions that Telegram marks in any text by itself."""
    held: list[tuple[int, int]] = [
        (entity["offset"], entity["offset"] + entity["length"]) for entity in taken if entity["type"] in OPAQUE
    ]
    found: list[Entity] = []
    for kind, pattern in sorted(_FOUND, key=lambda pair: pair[0] != "email"):
        for match in pattern.finditer(text):
            stretch = match.group().rstrip(".,;:!?)'\"") if kind == "url" else match.group()
            start = units(text[: match.start()])
            end = start + units(stretch)
            if any(start < other_end and other_start < end for other_start, other_end in held):
                continue
            held.append((start, end))
            found.append({"type": kind, "offset": start, "length": end - start})
    return found


def merged(text: str, given: list[Entity]) -> list[Entity]:
    """Given entities and found ones together, in Telegram's order."""
    both = [*given, *find(text, given)]
    return sorted(both, key=lambda entity: (entity["offset"], -entity["length"]))


def checked(text: str, given: Any) -> list[Entity]:
    """Entities that a bot listed, refused if they do not fit the text."""
    if not isinstance(given, list):
        raise bad_request("can't parse entities: expected an Array of MessageEntity")
    places = _boundaries(text)
    total = max(places)
    for entity in given:
        if not isinstance(entity, dict) or entity.get("type") not in TYPES:
            raise bad_request("can't parse MessageEntity: type of the entity is unknown")
        offset, length = entity.get("offset"), entity.get("length")
        if not isinstance(offset, int) or offset < 0:
            raise bad_request(f"receive an entity with incorrect offset {offset}")
        if not isinstance(length, int) or length < 0:
            raise bad_request(f"receive an entity with incorrect length {length}")
        if offset + length > total:
            raise bad_request(f"entity ends after the end of the text at UTF-16 offset {offset + length}")
        if offset not in places or offset + length not in places:
            raise bad_request(f"entity splits a UTF-16 symbol at UTF-16 offset {offset}")
        if entity["type"] == "text_link" and not entity.get("url"):
            raise bad_request("can't parse MessageEntity: text_link has no url")
    return [entity for entity in given if entity["length"] > 0]


def trimmed(text: str, given: list[Entity]) -> tuple[str, list[Entity]]:
    """The text without white space around it, with its entities moved and cut to fit."""
    cut = units(text) - units(text.lstrip())
    text = text.strip()
    total = units(text)
    kept: list[Entity] = []
    for entity in given:
        start = max(0, entity["offset"] - cut)
        end = min(total, entity["offset"] + entity["length"] - cut)
        if end > start:
            kept.append({**entity, "offset": start, "length": end - start})
    return text, kept
