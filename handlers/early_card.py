"""What an update says before it can be stored: the same gate, and cards that say that nobody has been told yet."""

from __future__ import annotations

import logging
from collections import OrderedDict, deque
from datetime import datetime
from typing import Any

from bot.early_card import Early
from bot.in_time import in_time
from bot.message import Message, written
from bot.safety import RECENT, Immediate, Worried
from bot.service import Service
from bot.store.inbox import RECENT as TEN_MINUTES
from content.safety import LAST_RESORT, Card
from content.texts import escalation as escalation_texts
from content.texts import safety as texts
from handlers.answers import card_message
from handlers.reading import words_of_body
from handlers.safety import GATE_SECONDS

log = logging.getLogger(__name__)
REMEMBERED = 1000
"""People whose last messages are read together with the new one while none of them can be stored."""
FAULT = "fault"


class EarlyReader:
    """Reads an update's JSON. Nobody's age or role is known to it, for those stand in the database."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._lately: OrderedDict[tuple[Any, Any], deque[tuple[datetime, str]]] = OrderedDict()

    async def __call__(self, body: dict[str, Any], for_good: bool) -> Early | None:
        """What can be said to the writer, in private wherever they wrote; None where there is nobody to write to."""
        content = _part(body, "message") or _part(body, "edited_message") or _part(body, "callback_query")
        sender = _part(content, "from")
        chat = _part(content, "chat") or _part(_part(content, "message"), "chat")
        to = sender.get("id")
        if type(to) is not int or to <= 0 or sender.get("is_bot") is True:
            return None
        line = written(texts.NOT_SAVED, self._service.council.gaps) if chat.get("type") == "private" else None
        return Early(to, await self._card(body, (to, chat.get("id")), for_good), line)

    async def _card(self, body: dict[str, Any], who: tuple[Any, Any], for_good: bool) -> Message | None:
        if _part(body, "callback_query").get("data") == "safe:no":
            return written(f"{texts.AFTER_NOT_SAFE}\n\n{texts.NOT_TOLD_YET}")
        words = words_of_body(body)
        kind = await self._kind(words, self._earlier(words, who)) if words else None
        if kind is None:
            return None
        if for_good:
            told = escalation_texts.NOBODY_TOLD_ON_CARD
        else:
            told = texts.NOT_SAVED_YET if kind in (FAULT, "worried") else texts.NOT_TOLD_YET
        return card_message(self._read_card(kind, told))

    async def _kind(self, words: str, earlier: list[str]) -> str | None:
        """Which card; None for nothing. A gate that breaks or hangs is never nothing."""
        try:
            match await in_time(GATE_SECONDS, self._service.gate.assess, words, earlier):
                case Immediate(concerns=concerns):
                    return str(concerns[0].kind)
                case Worried():
                    return "worried"
        except Exception as error:  # noqa: BLE001 - whatever broke, the card goes out
            log.error("the gate failed at an update that is not stored (%s)", type(error).__name__)
            return FAULT
        return None

    def _earlier(self, words: str, who: tuple[Any, Any]) -> list[str]:
        """What the same person wrote in the same chat in the last ten minutes, as far as it was read here."""
        now = self._service.clock.now()
        kept = self._lately.setdefault(who, deque(maxlen=RECENT))
        self._lately.move_to_end(who)
        if len(self._lately) > REMEMBERED:
            self._lately.popitem(last=False)
        earlier = [text for at, text in kept if now - at <= TEN_MINUTES]
        kept.append((now, words))
        return earlier

    def _read_card(self, kind: str, told: str) -> Card:
        try:
            return self._service.safety.card(kind, gaps={**self._service.council.gaps, "told": told})
        except Exception as error:  # noqa: BLE001 - whatever broke, a card goes out
            log.error("no card can be read (%s); the last resort goes out", type(error).__name__)
            return LAST_RESORT


def _part(content: dict[str, Any], name: str) -> dict[str, Any]:
    """A part of an update's JSON; nobody has checked it yet."""
    value = content.get(name)
    return value if isinstance(value, dict) else {}
