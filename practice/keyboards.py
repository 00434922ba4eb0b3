"""Keyboards under messages, checked as Telegram checks them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from practice.entities import units
from practice.errors import bad_request

Json = dict[str, Any]

ACTIONS = (
    "url", "callback_data", "web_app", "login_url", "switch_inline_query", "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat", "copy_text", "callback_game", "pay",
)  # fmt: skip
MOST_BUTTONS = 100
MOST_IN_ROW = 8
REQUESTS = ("request_contact", "request_location", "request_poll", "request_users", "request_chat", "web_app")


def checked(markup: Any, *, private: bool) -> Json | None:
    """The reply markup of a send, or None; a 400 if Telegram would refuse it."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if not markup:
        return None
    if "inline_keyboard" in markup:
        return inline(markup)
    if "keyboard" in markup:
        rows = _rows(markup["keyboard"], "keyboard")
        shown = {key: value for key, value in markup.items() if key != "keyboard"}
        return {"keyboard": [[_key(button, private) for button in row] for row in rows], **shown}
    if markup.get("remove_keyboard") is True or markup.get("force_reply") is True:
        return markup
    raise bad_request("can't parse reply markup JSON object")


def inline(markup: Any) -> Json | None:
    """An inline keyboard, the only markup that an edit may carry."""
    if markup is None or markup == {}:
        return None
    if not isinstance(markup, dict) or "inline_keyboard" not in markup:
        raise bad_request("inline keyboard expected")
    rows = [row for row in _rows(markup["inline_keyboard"], "inline keyboard") if row]
    if sum(map(len, rows)) > MOST_BUTTONS:
        raise bad_request("reply markup is too long")
    keyboard = [[_button(button) for button in row] for row in rows]
    return {"inline_keyboard": keyboard} if keyboard else None


def _rows(rows: Any, what: str) -> list[list[Any]]:
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{what.replace(" ", "_")}" of the reply markup must be an Array of Arrays')
    if any(len(row) > MOST_IN_ROW for row in rows) and what == "inline keyboard":
        raise bad_request("too many buttons in a row of the inline keyboard")
    return rows


def _button(button: Any) -> Json:
    """One inline button: a text and exactly one thing that it does."""
    where = "can't parse inline keyboard button"
    if not isinstance(button, dict):
        raise bad_request(f"{where}: expected an Object")
    text = button.get("text")
    if not isinstance(text, str) or not text.strip():
        raise bad_request(f"{where}: text buttons must have a text")
    actions = [action for action in ACTIONS if button.get(action) is not None]
    if not actions:
        raise bad_request(f"{where}: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"{where}: exactly one of the optional fields must be used")
    if actions[0] == "callback_data":
        _data(button["callback_data"])
    elif actions[0] == "url":
        return {**button, "url": link(button["url"])}
    elif actions[0] == "copy_text":
        copied = button["copy_text"].get("text") if isinstance(button["copy_text"], dict) else None
        if not isinstance(copied, str) or not 1 <= units(copied) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return button


def _data(data: Any) -> None:
    """Callback data is 1 to 64 *bytes*, which an accent or an emoji fills sooner than a letter."""
    if not isinstance(data, str) or not 1 <= len(data.encode("utf-8", "surrogatepass")) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")


def link(url: Any) -> str:
    """The link of a button, as Telegram hands it back: with a scheme and a path."""
    wrong = bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    if not isinstance(url, str) or " " in url:
        raise wrong
    whole = url if "://" in url else f"http://{url}"
    try:
        parts = urlsplit(whole)
    except ValueError:
        raise wrong from None
    if parts.scheme in ("tg", "ton") and parts.netloc:
        return whole
    if parts.scheme not in ("http", "https") or not re.fullmatch(r"[^.:]+(\.[^.:]+)+", parts.hostname or ""):
        raise wrong
    return whole if parts.path or parts.query or parts.fragment else f"{whole}/"


def _key(button: Any, private: bool) -> Json:
    """One button of a reply keyboard; a bare text is a button too."""
    if isinstance(button, str):
        button = {"text": button}
    if not isinstance(button, dict) or not isinstance(button.get("text"), str) or not button["text"].strip():
        raise bad_request('can\'t parse keyboard button: field "text" must be a non-empty String')
    asked = [request for request in REQUESTS if button.get(request)]
    if len(asked) > 1:
        raise bad_request("can't parse keyboard button: exactly one of the optional fields must be used")
    if asked and not private:
        raise bad_request("keyboard buttons that ask for something are allowed in private chats only")
    return button
