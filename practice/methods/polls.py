"""Polls that the bot sends and stops."""

from __future__ import annotations

from typing import Any

from practice import keyboards
from practice.calls import Call, method
from practice.entities import units
from practice.errors import bad_request
from practice.methods.sending import deliver
from practice.objects import Json
from practice.world import World

QUESTION_LIMIT = 300
OPTION_LIMIT = 100
MOST_OPTIONS = 12


def _options(given: Any) -> list[str]:
    if not isinstance(given, list):
        raise bad_request("can't parse options JSON object")
    if not 1 <= len(given) <= MOST_OPTIONS:
        raise bad_request(f"poll must have from 1 to {MOST_OPTIONS} answer options")
    texts = [option.get("text") if isinstance(option, dict) else option for option in given]
    if not all(isinstance(text, str) and text.strip() for text in texts):
        raise bad_request("poll options must be non-empty")
    if any(units(str(text)) > OPTION_LIMIT for text in texts):
        raise bad_request(f"poll options length must not exceed {OPTION_LIMIT}")
    return [str(text) for text in texts]


def _right_answers(call: Call, kind: str, options: int) -> list[int]:
    single = call.integer("correct_option_id")
    given = call.structure("correct_option_ids") or ([] if single is None else [single])
    valid = isinstance(given, list) and all(isinstance(place, int) and 0 <= place < options for place in given)
    if kind == "quiz" and not (valid and given):
        raise bad_request("wrong correct option ID specified")
    return given if kind == "quiz" else []


def _poll(world: World, call: Call) -> Json:
    question = call.text("question").strip()
    if not question:
        raise bad_request("poll question must be non-empty")
    if units(question) > QUESTION_LIMIT:
        raise bad_request(f"poll question length must not exceed {QUESTION_LIMIT}")
    kind = call.text("type") or "regular"
    if kind not in ("regular", "quiz"):
        raise bad_request("unsupported poll type specified")
    options = _options(call.structure("options"))
    answers = _right_answers(call, kind, len(options))
    poll: Json = {
        "id": str(world.random.randrange(10**18, 9 * 10**18)),
        "question": question,
        "options": [
            {"persistent_id": f"{index:04x}", "text": text, "voter_count": 0} for index, text in enumerate(options)
        ],
        "total_voter_count": 0,
        "is_closed": call.flag("is_closed"),
        "is_anonymous": call.flag("is_anonymous", True),
        "type": kind,
        "allows_multiple_answers": call.flag("allows_multiple_answers"),
        "allows_revoting": call.flag("allows_revoting", kind == "regular"),
        "members_only": False,
    }
    return poll | ({"correct_option_ids": answers} if answers else {})


@method("sendPoll")
def send_poll(world: World, call: Call) -> Any:
    """Send a poll."""
    return deliver(world, call, {"poll": _poll(world, call)}).message


@method("stopPoll")
def stop_poll(world: World, call: Call) -> Any:
    """Close a poll of the bot's own and give the result."""
    chat = world.reachable(call.chat_id())
    stored = chat.messages.get(call.message_id())
    if stored is None:
        raise bad_request("message with poll to stop not found")
    if stored.message["from"]["id"] != world.bot.id or "poll" not in stored.message:
        raise bad_request("poll can't be stopped")
    if stored.message["poll"]["is_closed"]:
        raise bad_request("poll has already been closed")
    markup = keyboards.inline(call.structure("reply_markup"))
    closed = {**stored.message["poll"], "is_closed": True}
    kept = {key: value for key, value in stored.message.items() if key != "reply_markup"}
    world.replace(chat, stored, {**kept, "poll": closed, **({"reply_markup": markup} if markup else {})})
    world.hear("poll", closed, chat)
    return closed
