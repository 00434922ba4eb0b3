"""What goes wrong, in Telegram's own words for the bot and in plain words for whoever drives the practice.

Exception
├── ApiError   a refusal that the bot receives, as Telegram would send it
└── Mistake    the practice was asked for something that cannot be; one plain sentence
"""

from __future__ import annotations

from typing import Any


class Mistake(Exception):
    """A control request that makes no sense; its text is one plain sentence."""


class ApiError(Exception):
    """A refusal in Telegram's envelope: a code, a description and perhaps parameters."""

    def __init__(self, code: int, description: str, parameters: dict[str, Any] | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def envelope(self) -> dict[str, Any]:
        """The body that Telegram sends with this refusal."""
        body: dict[str, Any] = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return body


def bad_request(reason: str) -> ApiError:
    """A 400: the call itself is wrong."""
    return ApiError(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> ApiError:
    """A 403: the bot may not do this to this person or chat."""
    return ApiError(403, f"Forbidden: {reason}")


def conflict(reason: str) -> ApiError:
    """A 409: two ways of receiving updates at once."""
    return ApiError(409, f"Conflict: {reason}")


def too_many(seconds: int) -> ApiError:
    """A 429: wait this many whole seconds."""
    return ApiError(429, f"Too Many Requests: retry after {seconds}", {"retry_after": seconds})


def upgraded(new_chat: int) -> ApiError:
    """A 400 that carries the supergroup which an old group became."""
    reason = "Bad Request: group chat was upgraded to a supergroup chat"
    return ApiError(400, reason, {"migrate_to_chat_id": new_chat})
