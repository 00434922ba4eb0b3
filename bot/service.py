"""What both doors are handed: the store, what we know, the rules' data, the clock."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from bot.clock import Clock
from bot.knowledge import Knowledge
from bot.safety import Gate
from bot.settings import Settings
from bot.store.engine import Store
from bot.turn import Speech
from content.council import Council
from content.declined import Declines
from content.language import Languages
from content.library import Library
from content.matching import Matcher
from content.safety import SafetyContent
from content.small_talk import SmallTalkPhrases

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Service:
    """The bot's standing parts. `username` is Telegram's name for the bot, known once it has answered."""

    settings: Settings
    known: Knowledge
    """All that is known, behind one name, so that it changes in one step."""
    store: Store
    clock: Clock
    username: str = ""
    wake: Callable[[int], None] = lambda messages: None
    """Tell the delivery how many messages wait in the outbox; called once the transaction is committed."""
    changing: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Whoever builds new knowledge holds it, so that nobody's change is lost under another's."""
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)
    _standing: Service | None = None

    @property
    def council(self) -> Council:
        """The council, with its hours and contacts."""
        return self.known.council

    @property
    def library(self) -> Library:
        """The entries, with the phrasings that were learned."""
        return self.known.library

    @property
    def matcher(self) -> Matcher:
        """What finds entries for a question."""
        return self.known.matcher

    @property
    def small_talk(self) -> SmallTalkPhrases:
        """Greetings and the like."""
        return self.known.small_talk

    @property
    def languages(self) -> Languages:
        """The languages that are recognised and not answered in."""
        return self.known.languages

    @property
    def declines(self) -> Declines:
        """What the bot does not do."""
        return self.known.declines

    @property
    def gate(self) -> Gate:
        """What reads every message for concerns."""
        return self.known.gate

    @property
    def safety(self) -> SafetyContent:
        """The cards and their words."""
        return self.known.safety

    def still(self) -> Service:
        """The same for one update: what it knows stays as it is now, whatever is taken up meanwhile."""
        return replace(self, _standing=self._standing or self)

    def take_up(self, known: Knowledge) -> None:
        """From the next update on this is what is known, all of it at once."""
        (self._standing or self).known = known

    @property
    def newest(self) -> Knowledge:
        """What is known at this moment, also for an update that still works with what was known before."""
        return (self._standing or self).known

    def later(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that takes seconds beside the updates. It ends with the bot, so it must be able to begin anew."""
        task = asyncio.get_running_loop().create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._under_way.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("something done beside the updates failed (%s)", type(error).__name__)

    async def settled(self) -> None:
        """Wait until nothing is done beside the updates any more."""
        while self._under_way:
            await asyncio.wait(set(self._under_way))

    async def end(self) -> None:
        """Stop what is done beside the updates."""
        for task in self._under_way:
            task.cancel()
        await self.settled()

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
