"""Phones that a test reads aloud: `await jade.says("…")`, `await jade.hears()`; everything goes over the real Bot API."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import Any

from practice.client import CallMade, Control

Json = dict[str, Any]
BOT_NAME = "compass_practice_bot"
SECONDS = 15
"""Longest wait for an answer; a test that needs it has failed."""


@dataclass
class Phone:
    """One person in one chat: their private chat with the bot, or a group."""

    control: Control
    person: int
    chat: int
    _read_to: int = 0
    last: Json = field(default_factory=dict)

    async def says(self, text: str | None = None, **more: Any) -> Json:
        """Write something; returns the message."""
        said = await self.control.say(self.person, text, chat=self.chat, **more)
        return dict(said["message"])

    async def edits(self, message: Json, text: str) -> None:
        """Change a message of one's own."""
        await self.control.edit(self.person, message["message_id"], text, chat=self.chat)

    async def hears(self, method: str = "sendMessage") -> Json:
        """The bot's next message in this chat."""
        call = await self._next(method)
        self.last = dict(call.result) if isinstance(call.result, dict) else {}
        return self.last

    async def asks(self, text: str, **more: Any) -> str:
        """Write something and give the text of what comes back."""
        await self.says(text, **more)
        return str((await self.hears())["text"])

    async def taps(self, label: str, message: Json | None = None) -> None:
        """Press the button with these words under the last message."""
        on = message or self.last
        buttons = [button for row in on["reply_markup"]["inline_keyboard"] for button in row]
        data = next(button["callback_data"] for button in buttons if label in button["text"])
        await self.control.tap(self.person, on["message_id"], data, chat=self.chat)

    async def forges(self, data: str, message: Json | None = None) -> None:
        """Send a press that no button offered."""
        person = {"id": self.person, "is_bot": False, "first_name": "F"}
        press = {"id": "77", "from": person, "chat_instance": "1", "message": message or self.last, "data": data}
        await self.control.update({"callback_query": press})

    def labels(self) -> list[str]:
        """The words on the buttons under the last message."""
        return [button["text"] for row in self.last["reply_markup"]["inline_keyboard"] for button in row]

    async def alert(self) -> str | None:
        """What the bot says to the last press, if anything."""
        async with asyncio.timeout(SECONDS):
            while True:
                for call in await self.control.calls("answerCallbackQuery", since=self._read_to):
                    return call.params.get("text")
                await asyncio.sleep(0.02)

    async def hears_nothing_before(self, other: Phone, words: str) -> bool:
        """Whether this chat stays silent until the other phone got an answer to these words, written now."""
        await other.asks(words)
        calls = [c for c in await self.control.calls(since=self._read_to) if self._is_mine(c)]
        return not calls

    def _is_mine(self, call: CallMade) -> bool:
        return str(call.params.get("chat_id")) == str(self.chat) and call.executed

    async def _next(self, method: str, *, any_chat: bool = False) -> CallMade:
        async with asyncio.timeout(SECONDS):
            while True:
                rows = (await self.control.ask("GET", f"log?since={self._read_to}&wait=5"))["calls"]
                for row in rows:
                    call = CallMade(**row)
                    self._read_to = call.n
                    if call.method == method and call.executed and (any_chat or self._is_mine(call)):
                        return call
