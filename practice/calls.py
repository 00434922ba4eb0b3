"""One call of the bot: its parameters, read as Telegram reads them, and the list of methods."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from practice import entities, html_text, markdown_text
from practice.entities import Entity
from practice.errors import bad_request
from practice.files import Upload

if TYPE_CHECKING:
    from practice.world import World

Method = Callable[["World", "Call"], Any]

METHODS: dict[str, tuple[str, Method]] = {}
"""Lower-case name → the method's own spelling and what it does."""

_NUMBERS = frozenset(
    {
        "chat_id", "from_chat_id", "message_id", "message_thread_id", "user_id", "offset", "limit", "timeout",
        "reply_to_message_id", "max_connections", "icon_color", "expire_date", "member_limit", "until_date",
        "duration", "width", "height", "length", "open_period", "correct_option_id", "close_date",
    }
)  # fmt: skip
_STRUCTURES = frozenset(
    {
        "entities", "caption_entities", "reply_markup", "reply_parameters", "link_preview_options",
        "allowed_updates", "commands", "scope", "menu_button", "options", "media", "message_ids", "reaction",
        "permissions", "question_entities", "correct_option_ids",
    }
)  # fmt: skip


def method(name: str) -> Callable[[Method], Method]:
    """Register what a Bot API method does."""

    def register(function: Method) -> Method:
        METHODS[name.lower()] = (name, function)
        return function

    return register


@dataclass
class Call:
    """The parameters of one call, forms and JSON alike."""

    params: dict[str, Any]
    files: dict[str, Upload] = field(default_factory=dict)

    @classmethod
    def of(cls, params: dict[str, Any], files: dict[str, Upload] | None = None) -> Call:
        """Parameters with numbers and nested JSON read out of form strings."""
        return cls({name: _read(name, value) for name, value in params.items()}, files or {})

    def text(self, name: str) -> str:
        """A text parameter, empty if it is absent."""
        value = self.params.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise bad_request(f'field "{name}" must be of type String')
        if not entities.encodable(value):
            raise bad_request("strings must be encoded in UTF-8")
        return value

    def integer(self, name: str) -> int | None:
        """A whole number, or None if it is absent."""
        value = self.params.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_request(f'field "{name}" must be of type Number')
        return value

    def flag(self, name: str, otherwise: bool = False) -> bool:
        """A yes or no."""
        value = self.params.get(name)
        return otherwise if value is None else value in (True, 1, "true", "True", "1", "yes")

    def structure(self, name: str) -> Any:
        """A nested value, or None if it is absent."""
        value = self.params.get(name)
        if isinstance(value, str):
            if not value:
                return None
            raise bad_request(f"can't parse {name.replace('_', ' ')} JSON object")
        return value

    def chat_id(self, name: str = "chat_id") -> int:
        """The chat that the call names."""
        value = self.params.get(name)
        if value is None or value == "":
            raise bad_request(f"{name} is empty")
        if isinstance(value, bool) or not isinstance(value, int):
            raise bad_request("chat not found")
        return value

    def message_id(self, name: str = "message_id") -> int:
        """The message that the call names."""
        value = self.integer(name)
        if not value:
            raise bad_request("message identifier is not specified")
        return value

    def marked_up(self, name: str, listed: str, mode: str = "parse_mode") -> tuple[str, list[Entity]]:
        """A text with its entities, from a parse mode or a list, trimmed as Telegram trims it."""
        text = self.text(name)
        how = self.text(mode).lower()
        given: list[Entity] = []
        if how == "html":
            text, given = html_text.parse(text)
        elif how == "markdownv2":
            text, given = markdown_text.parse(text)
        elif how:
            raise bad_request("unsupported parse_mode")
        elif self.params.get(listed):
            given = entities.checked(text, self.structure(listed))
        text, given = entities.trimmed(text, given)
        return text, entities.merged(text, given)


def _read(name: str, value: Any) -> Any:
    """One parameter out of a form; values out of JSON pass as they are."""
    if not isinstance(value, str):
        return value
    if name in _NUMBERS:
        try:
            return int(value)
        except ValueError:
            return value
    if name in _STRUCTURES and value:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value
