"""What is said and changed in one transaction: by the clock (`Speech`), or because an update came (`Turn`)."""

from __future__ import annotations

import base64
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message, split
from bot.models import Lane
from bot.store import events, inbox, outbox, people
from bot.store.inbox import Waiting
from bot.store.outbox import FILES, Due, Outgoing
from bot.store.people import Actor
from bot.store.vault import Vault, vault_of


@dataclass(slots=True)
class Speech:
    """Collects what is to be sent; it is stored, and sent, only with everything else that the transaction changes."""

    connection: AsyncConnection
    now: datetime
    outgoing: list[Outgoing] = field(default_factory=list)

    @property
    def vault(self) -> Vault:
        """What signs buttons and seals words."""
        return vault_of(self.connection)

    def say(
        self,
        chat_id: int,
        message: Message,
        *,
        lane: Lane = Lane.REPLY,
        reply_to: int | None = None,
        thread: int | None = None,
        escalation: int | None = None,
        line: int | None = None,
        **more: Any,
    ) -> None:
        """Send a message to a chat; a long one goes in parts. `more` are further parameters of sendMessage."""
        parts = split(message)
        for number, part in enumerate(parts, start=1):
            parameters = {**part.as_parameters(), **more}
            if reply_to is not None and number == 1:
                parameters["reply_parameters"] = {"message_id": reply_to, "allow_sending_without_reply": True}
            if thread is not None:
                parameters["message_thread_id"] = thread
            self.outgoing.append(
                Outgoing(
                    lane, chat_id, "sendMessage", parameters, number, len(parts), escalation_id=escalation, line_id=line
                )
            )

    def call(
        self,
        method: str,
        chat_id: int | None,
        parameters: Mapping[str, Any],
        *,
        lane: Lane = Lane.REPLY,
        files: Mapping[str, tuple[str, bytes]] | None = None,
        escalation: int | None = None,
        line: int | None = None,
    ) -> None:
        """Make any other call: a photo, a menu, leaving a group. `files` maps a field to a file's name and bytes."""
        payload = dict(parameters)
        if files:
            payload[FILES] = {name: [title, base64.b64encode(data).decode()] for name, (title, data) in files.items()}
        self.outgoing.append(Outgoing(lane, chat_id, method, payload, escalation_id=escalation, line_id=line))

    def change(self, chat_id: int, message_id: int, message: Message) -> None:
        """Replace a message of ours by another."""
        self.call("editMessageText", chat_id, {**message.as_parameters(), "message_id": message_id})

    def take_buttons(self, chat_id: int, message_id: int, message: Message) -> None:
        """Change only the buttons under a message of ours."""
        markup = message.as_parameters().get("reply_markup", {"inline_keyboard": []})
        self.call("editMessageReplyMarkup", chat_id, {"message_id": message_id, "reply_markup": markup})

    def delete(self, chat_id: int, message_ids: Sequence[int]) -> None:
        """Delete messages of a chat, at most 100 a call; Telegram allows it for 48 hours."""
        for first in range(0, len(message_ids), 100):
            self.call("deleteMessages", chat_id, {"message_ids": list(message_ids[first : first + 100])})

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail without undoing the rest: if it raises, neither its changes nor its messages remain."""
        said = len(self.outgoing)
        noted = events.mark(self.connection)
        savepoint = await self.connection.begin_nested()
        try:
            yield
        except BaseException:
            await savepoint.rollback()
            del self.outgoing[said:]
            events.back_to(self.connection, noted)
            raise
        await savepoint.commit()

    async def keep(self) -> int:
        """Put what was said into the outbox; returns how many messages that are, for `Service.wake`."""
        await outbox.add(self.connection, self.outgoing, self.now)
        return len(self.outgoing)

    async def event(self, noun: str, subject: object, verb: str, *, actor: int | None = None, **details: Any) -> None:
        """Write down a verb; details hold ids and reasons, never anybody's words or names."""
        await events.add(self.connection, self.now, noun, subject, verb, actor=actor, **details)


@dataclass(slots=True)
class Turn(Speech):
    """One update's turn, given to the handlers: what it changes, what it says and its done mark are one transaction."""

    update: Waiting = field(kw_only=True)
    body: dict[str, Any] = field(kw_only=True)
    fault: Exception | None = None
    _earlier: list[dict[str, Any]] | None = None
    _actor: Actor | None = None

    async def actor(self) -> Actor:
        """Who sent the update, with the roles they hold at this moment; read once a turn, never kept between turns."""
        if self._actor is None:
            self._actor = await people.actor(self.connection, self.update.person_id)
        return self._actor

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

    def answer_press(self, query_id: str, text: str | None = None, *, alert: bool = False) -> None:
        """Tell Telegram that a button press was heard; `text` is seen only by whoever pressed (at most 200 characters)."""
        parameters: dict[str, Any] = {"callback_query_id": query_id}
        if text:
            parameters |= {"text": text[:200], "show_alert": alert}
        self.call("answerCallbackQuery", None, parameters)

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
