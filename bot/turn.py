"""One update's turn: what it changes, what it says and the mark that it is done are one transaction."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message, split
from bot.models import Lane
from bot.store import inbox, outbox
from bot.store.inbox import Waiting
from bot.store.outbox import Due, Outgoing


@dataclass(slots=True)
class Turn:
    """Given to the handlers with every update. What they say is collected here and stored when the turn is committed."""

    connection: AsyncConnection
    now: datetime
    update: Waiting
    body: dict[str, Any]
    outgoing: list[Outgoing] = field(default_factory=list)
    fault: Exception | None = None
    _earlier: list[dict[str, Any]] | None = None

    async def earlier(self) -> list[dict[str, Any]]:
        """What the same person sent in the same chat in the last ten minutes, oldest first."""
        row = self.update
        if self._earlier is None:
            self._earlier = []
            if row.person_id is not None and row.chat_id is not None:
                self._earlier = await inbox.recent_bodies(
                    self.connection, row.person_id, row.chat_id, row.update_id, row.received_at
                )
        return self._earlier

    def say(
        self,
        chat_id: int,
        message: Message,
        *,
        lane: Lane = Lane.REPLY,
        reply_to: int | None = None,
        thread: int | None = None,
    ) -> None:
        """Send a message to a chat; a long one goes in parts."""
        parts = split(message)
        for number, part in enumerate(parts, start=1):
            parameters = part.as_parameters()
            if reply_to is not None and number == 1:
                parameters["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
            if thread is not None:
                parameters["message_thread_id"] = thread
            self.outgoing.append(Outgoing(lane, chat_id, "sendMessage", parameters, number, len(parts)))

    def change(self, chat_id: int, message_id: int, message: Message) -> None:
        """Replace a message of ours by another."""
        self.outgoing.append(
            Outgoing(Lane.REPLY, chat_id, "editMessageText", {**message.as_parameters(), "message_id": message_id})
        )

    def take_buttons(self, chat_id: int, message_id: int, message: Message) -> None:
        """Change only the buttons under a message of ours."""
        markup = message.as_parameters().get("reply_markup", {"inline_keyboard": []})
        self.outgoing.append(
            Outgoing(Lane.REPLY, chat_id, "editMessageReplyMarkup", {"message_id": message_id, "reply_markup": markup})
        )

    def answer_press(self, query_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """Tell Telegram that a button press was heard; `text` is seen only by whoever pressed (at most 200 characters)."""
        parameters: dict[str, Any] = {"callback_query_id": query_id}
        if text:
            parameters |= {"text": text[:200], "show_alert": alert}
        self.outgoing.append(Outgoing(Lane.REPLY, None, "answerCallbackQuery", parameters))

    async def store(self, goes_at_once: Callable[[Outgoing], bool] = lambda message: False) -> list[Due]:
        """Put what was said into the outbox; returns what is to be sent as soon as the turn is committed."""
        at_once: list[Due] = []
        later: list[Outgoing] = []
        for message in self.outgoing:
            overtakes = any(earlier.chat_id == message.chat_id for earlier in later)
            if not overtakes and goes_at_once(message):
                at_once.append(await outbox.add_sending(self.connection, message, self.now, self.update.update_id))
            else:
                later.append(message)
        await outbox.add(self.connection, later, self.now, self.update.update_id)
        return at_once
