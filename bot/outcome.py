"""What becomes of a call: which failures last, which pass, and what follows when nobody can tell.

Telegram has no idempotency key. A blind repeat would say a safeguarding message twice, and no repeat would lose it, so what
follows an unclear call is a policy of its lane (safety-and-reliability 3.3).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.errors import Gone, NotSent, Refused, TelegramError, TooMany, WrongToken
from bot.message import TEXT_LIMIT, units
from bot.models import Lane, OutboxState
from bot.store.outbox import FILES, Due, Outcome
from content.texts.delivery import AGAIN, PAGE_AGAIN

NOT_SENT_SECONDS = (1, 2, 5, 15, 30)
"""Growing pauses while Telegram can't be reached; the last one repeats for as long as it takes."""
CRISIS_REPEAT_SECONDS = 3
PAGE_REPEAT_SECONDS = 15
WITHOUT_WORDS = frozenset(
    {
        "answerCallbackQuery",
        "sendChatAction",
        "editMessageReplyMarkup",
        "editMessageText",
        "setMessageReaction",
        "setMyCommands",
        "deleteMyCommands",
        "leaveChat",
    }
)
"""Calls that may be made twice, or not at all, without anybody reading something twice."""
HARMLESS_REFUSALS = (
    "message is not modified", "query is too old", "message to edit not found", "message to delete not found",
)  # fmt: skip
"""Refusals after which nothing is missing: what was asked for is there already, or nobody waits for it any more."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """Send it once more after so many seconds."""

    after_seconds: int


@dataclass(frozen=True, slots=True)
class Hold:
    """Leave it as *unknown* for a member of staff to decide."""


def after_unknown(lane: int, method: str, unknowns: int) -> Repeat | Hold:
    """What follows when nobody knows whether a message arrived, and it is the `unknowns`-th time (1 = the first).

    A crisis card, a reply and a notice are repeated once: losing them is worse than reading them twice. A page is repeated
    until it is delivered. A broadcast is held.
    """
    if method in WITHOUT_WORDS:
        return Repeat(1) if unknowns == 1 else Hold()
    match lane:
        case Lane.PAGE:
            return Repeat(PAGE_REPEAT_SECONDS)
        case Lane.CRISIS | Lane.REPLY | Lane.NOTICE if unknowns == 1:
            return Repeat(CRISIS_REPEAT_SECONDS)
        case _:
            return Hold()


def delivered(row: Due, now: datetime, message_id: int | None) -> Outcome:
    """Telegram said yes."""
    return replace(_settled(row, OutboxState.DELIVERED, now), message_id=message_id)


def failed(row: Due, error: TelegramError, now: datetime) -> Outcome:
    """What a failed call comes to; a group's move to another id is not a failure and is handled before this."""
    match error:
        case TooMany():
            return _later(row, error.retry_after, now, str(error))
        case NotSent():
            return _later(row, pause_after_not_sent(row), now, str(error))
        case WrongToken():
            return _later(row, NOT_SENT_SECONDS[-1], now, str(error))
        case Gone():
            return replace(_settled(row, OutboxState.UNREACHABLE, now), error=str(error))
        case Refused():
            harmless = any(sign in str(error).lower() for sign in HARMLESS_REFUSALS)
            state = OutboxState.DELIVERED if harmless else OutboxState.REFUSED
            return replace(_settled(row, state, now), error=str(error))
        case _:
            return unclear(row, now, str(error))


def unclear(row: Due, now: datetime, error: str) -> Outcome:
    """Nobody knows whether it arrived: once more, or held, as its lane says."""
    unknowns = row.unknowns + 1
    match after_unknown(row.lane, row.method, unknowns):
        case Repeat(after_seconds=seconds):
            return replace(_later(row, seconds, now, error), unknowns=unknowns)
        case Hold():
            return replace(_settled(row, OutboxState.UNKNOWN, now), error=error, unknowns=unknowns)


def pause_after_not_sent(row: Due) -> int:
    """Seconds until a message that never left is tried again."""
    return NOT_SENT_SECONDS[min(row.attempts, len(NOT_SENT_SECONDS)) - 1]


def parameters(row: Due) -> dict[str, Any]:
    """What to call the method with. A repeated message says under it that it is one; each part has room for that."""
    given = dict(row.payload)
    text = given.get("text")
    if row.unknowns and row.method == "sendMessage" and isinstance(text, str):
        noted = f"{text}\n\n{PAGE_AGAIN if row.lane == Lane.PAGE else AGAIN}"
        given["text"] = noted if units(noted) <= TEXT_LIMIT else text
    given.pop(FILES, None)
    if row.chat_id is not None:
        given["chat_id"] = row.chat_id
    return given


def files(row: Due) -> dict[str, tuple[str, bytes]]:
    """The files to upload with the call, by field: name and bytes."""
    kept = row.payload.get(FILES) or {}
    return {field: (name, base64.b64decode(data)) for field, (name, data) in kept.items()}


def _settled(row: Due, state: OutboxState, now: datetime) -> Outcome:
    return Outcome(row.id, row.attempts, state, finished_at=now, unknowns=row.unknowns)


def _later(row: Due, seconds: float, now: datetime, error: str) -> Outcome:
    due_at = now + timedelta(seconds=seconds)
    return Outcome(row.id, row.attempts, OutboxState.WAITING, due_at=due_at, error=error, unknowns=row.unknowns)
