"""What both doors are handed: the store, what we know, the rules' data, the clock."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.clock import Clock
from bot.safety import Gate
from bot.settings import Settings
from bot.store.engine import Store
from bot.turn import Speech
from content.council import Council
from content.library import Library
from content.matching import Matcher
from content.safety import SafetyContent
from content.small_talk import SmallTalkPhrases


@dataclass(slots=True)
class Service:
    """The bot's standing parts. `username` is Telegram's name for the bot, known once it has answered."""

    settings: Settings
    council: Council
    library: Library
    matcher: Matcher
    small_talk: SmallTalkPhrases
    gate: Gate
    safety: SafetyContent
    store: Store
    clock: Clock
    username: str = ""
    wake: Callable[[int], None] = lambda messages: None
    """Tell the delivery how many messages wait in the outbox; called once the transaction is committed."""

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Speech]:
        """One transaction of the clock's door: what it changes and what it says, sent as soon as it is committed."""
        async with self.store.transaction() as connection:
            speech = Speech(connection, self.clock.now())
            yield speech
            said = await speech.keep()
        self.wake(said)

    def private_link(self, payload: str = "ask") -> str:
        """A link that opens the private chat with the bot; the payload holds nothing personal, links are forwarded."""
        return f"https://t.me/{self.username}?start={payload}"
