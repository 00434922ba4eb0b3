"""Buttons that nobody can make up, hand on or use late.

What a button sends is signed for its verb, its thing, the chat it stands in and an expiry. Whoever presses is checked
besides, live: a signature shows that the button is ours, never that somebody may use it (safety-and-reliability 2.3).
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from bot.message import Button

LASTS = timedelta(days=30)
MAC_BYTES = 9
"""72 bits: a guess a second for the age of the universe would not find one."""
PURPOSE = "buttons"
MARK = "!"
"""Signed data begins with it, so that it can't be taken for an open button's."""


class Signer(Protocol):
    """What signing needs: the vault's keyed digest."""

    def mac(self, purpose: str, words: bytes) -> bytes:
        """A keyed digest."""


@dataclass(frozen=True, slots=True)
class Press:
    """A signed button was pressed: do `verb` to `thing`, with `more` if the button said so."""

    verb: str
    thing: int
    more: str = ""


@dataclass(frozen=True, slots=True)
class Expired:
    """The button is ours, but too old."""


def button(
    signer: Signer,
    text: str,
    verb: str,
    thing: int,
    chat_id: int,
    now: datetime,
    *,
    more: str = "",
    lasts: timedelta = LASTS,
) -> Button:
    """A button for one chat. `verb` and `more` hold letters, digits, `_`, `-`, `/` and at most 24 characters each."""
    expires = int((now + lasts).timestamp()) // 60
    data = f"{verb}.{thing}.{more}.{expires:x}"
    return Button(text, f"{MARK}{data}.{_mac(signer, data, chat_id)}")


def read(signer: Signer, data: str, chat_id: int, now: datetime) -> Press | Expired | None:
    """What a press says; None when it was never ours, or comes from another chat."""
    signed, _, mac = data.removeprefix(MARK).rpartition(".")
    if not data.startswith(MARK) or not hmac.compare_digest(mac.encode(), _mac(signer, signed, chat_id).encode()):
        return None
    verb, thing, more, expires = signed.split(".")
    if datetime.fromtimestamp(int(expires, 16) * 60, UTC) <= now:
        return Expired()
    return Press(verb, int(thing), more)


def signed_anew(signer: Signer, payload: Mapping[str, Any], old: int, new: int) -> dict[str, Any] | None:
    """A call of the Bot API whose buttons were signed for a chat that has another number now; None if it has none."""
    markup: dict[str, Any] = payload.get("reply_markup") or {}
    rows = markup.get("inline_keyboard", [])
    made = [[_moved(signer, one, old, new) for one in row] for row in rows]
    return {**payload, "reply_markup": {**markup, "inline_keyboard": made}} if made != rows else None


def _moved(signer: Signer, button_: dict[str, Any], old: int, new: int) -> dict[str, Any]:
    data = button_.get("callback_data", "")
    signed, _, mac = data.removeprefix(MARK).rpartition(".")
    if not data.startswith(MARK) or not hmac.compare_digest(mac.encode(), _mac(signer, signed, old).encode()):
        return button_
    return {**button_, "callback_data": f"{MARK}{signed}.{_mac(signer, signed, new)}"}


def _mac(signer: Signer, data: str, chat_id: int) -> str:
    return base64.urlsafe_b64encode(signer.mac(PURPOSE, f"{data}@{chat_id}".encode())[:MAC_BYTES]).decode()
