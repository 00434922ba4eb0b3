"""What both doors are handed: the store, what we know, the rules' data, the clock."""

from __future__ import annotations

from dataclasses import dataclass

from bot.clock import Clock
from bot.safety import Gate
from bot.settings import Settings
from bot.store.engine import Store
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

    def private_link(self, payload: str = "ask") -> str:
        """A link that opens the private chat with the bot; the payload holds nothing personal, links are forwarded."""
        return f"https://t.me/{self.username}?start={payload}"
