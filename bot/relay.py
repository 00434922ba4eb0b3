"""Conversations through the bot: what follows when somebody writes, and how a message is shown to the other side.

Pure; carried out by `bot.relaying`. Which conversation a message belongs to is never guessed: a reply says it, or a button.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from bot.message import Message, plain, split, units
from bot.models import EscalationState
from content.texts import relay as texts

REOPENS_WITHIN: Final = timedelta(hours=24)
"""So long after it was resolved new words belong to it; a reply to a message of staff always does."""
TOLD_EVERY: Final = timedelta(minutes=10)
"""How often somebody who writes while nobody has it yet is told that their words were added."""
DELETABLE: Final = timedelta(hours=48)
"""So long Telegram lets a bot delete a message for everybody (Bot API, deleteMessage)."""
COURTESIES: Final = frozenset({"thanks", "bye", "ok"})
"""Small talk that waits for no answer, so it starts no clock."""
CAPTION_LIMIT: Final = 1024
"""Characters of a caption (Bot API), counted in UTF-16 units: never more than Telegram counts."""
CAPTIONED: Final = frozenset({"sendPhoto", "sendVideo", "sendAnimation", "sendAudio", "sendDocument", "sendVoice"})
_ALONE: Final = {"sendLocation": texts.PLACE, "sendVideoNote": texts.ROUND_VIDEO}
"""Calls that take no caption: words before them say whose they are."""

Call = tuple[str, dict[str, Any]]
"""A method of the Bot API and its parameters, the chat aside."""


@dataclass(frozen=True, slots=True)
class Piece:
    """What somebody wrote or showed: words, a file with or without words.

    The file is `{"method": "sendPhoto", "field": "photo", "file_id": …, "name": …}`; a place has `latitude` and `longitude`.
    """

    words: str | None
    file: Mapping[str, Any] | None = None


# --- the young person wrote


@dataclass(frozen=True, slots=True)
class Aside:
    """It belongs to no conversation: the bot answers as ever."""


@dataclass(frozen=True, slots=True)
class Kept:
    """A line for whoever opens it; nobody has it yet. `answers`: the bot says something to it as well."""

    answers: bool


@dataclass(frozen=True, slots=True)
class HandedOver:
    """It goes to the one who has it, and the bot is silent."""


@dataclass(frozen=True, slots=True)
class OpensAgain:
    """It was resolved, and they have more to say."""


Heard = Aside | Kept | HandedOver | OpensAgain


def young_person_wrote(
    state: EscalationState | None,
    resolved_at: datetime | None,
    now: datetime,
    *,
    to_staff: bool,
    bot_answers: bool,
) -> Heard:
    """What follows. `to_staff`: it replies to a message of staff; `bot_answers`: the bot is sure of what to say itself."""
    match state:
        case EscalationState.OPEN:
            return Kept(answers=bot_answers)
        case EscalationState.ACKNOWLEDGED:
            return HandedOver()
        case EscalationState.RESOLVED:
            recent = resolved_at is not None and now - resolved_at <= REOPENS_WITHIN
            return OpensAgain() if to_staff or (recent and not bot_answers) else Aside()
        case _:
            return Aside()


# --- how it is shown


def calls(head: Message, piece: Piece, *, between: str = "\n") -> list[Call]:
    """The calls that show a piece to the other side, headed by who it is from."""
    method = str(piece.file["method"]) if piece.file is not None else ""
    words = _headed(head, piece.words, between)
    if piece.file is None:
        return _messages(words)
    if method == "sendSticker":
        sign = texts.STICKER.format(sign=piece.file.get("name") or "").rstrip()
        return _messages(_headed(head, sign, between))
    if method in _ALONE:
        return [*_messages(_headed(head, _ALONE[method], between)), (method, _of_file(piece.file))]
    if units(words.text) <= CAPTION_LIMIT:
        return [(method, {**_of_file(piece.file), **caption(words)})]
    return [(method, {**_of_file(piece.file), **caption(head)}), *_messages(words)]


def caption(words: Message) -> dict[str, Any]:
    """Words as the caption of a file."""
    given: dict[str, Any] = {"caption": words.text}
    if words.spans:
        given["caption_entities"] = [span.as_entity() for span in words.spans]
    return given


def _headed(head: Message, words: str | None, between: str) -> Message:
    return head + plain(f"{between}{words}") if words else head


def _messages(words: Message) -> list[Call]:
    return [("sendMessage", part.as_parameters()) for part in split(words)]


def _of_file(file: Mapping[str, Any]) -> dict[str, Any]:
    if file["method"] == "sendLocation":
        return {"latitude": file["latitude"], "longitude": file["longitude"]}
    return {str(file["field"]): file["file_id"]}


def file_said(file: Mapping[str, Any]) -> str:
    """What kind of file it is, in a list of lines."""
    kind = texts.FILE.format(kind=texts.FILE_KINDS.get(str(file["method"]), "file"))
    return f"{kind} {file['name']}" if file["method"] == "sendDocument" and file.get("name") else kind


# --- taking back


@dataclass(frozen=True, slots=True)
class TakenBack:
    """A line that its author deleted: nobody can read it from now on."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """A copy is older than Telegram lets a bot delete; what is kept here is gone all the same."""


@dataclass(frozen=True, slots=True)
class OnItsWay:
    """A copy is being sent at this moment: nothing was deleted, it has to be asked for again."""
