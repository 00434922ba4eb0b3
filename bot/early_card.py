"""The early card: what somebody in danger reads while the database can't be written.

Nothing else may depend on it: it goes straight to Telegram, not through the outbox, once for each update. It says that nobody
has been told yet. The update stays unconfirmed, or waits in the inbox, so it is handled as always once that works again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot import outcome
from bot.clock import Clock
from bot.errors import NotSent, TelegramError, TooMany
from bot.message import Message, split
from bot.models import Lane, OutboxState
from bot.pace import Pace
from bot.store.inbox import Received, Waiting
from bot.store.outbox import Due, Outcome
from bot.telegram_api import TelegramApi

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 2.0
"""So long may storing take before the words are read without it: the card's own limit (safety-and-reliability S1)."""
KNOWN_TO_FAIL_SECONDS = 0.25
"""The same while it is known to fail."""
LINE_AFTER = timedelta(seconds=60)
"""After so long somebody with an ordinary message is told that nothing can be saved."""
LINE_EVERY = timedelta(hours=1)
OWED = timedelta(seconds=60)
"""So long after an update was handled its card may still be waiting in the outbox."""
TRIES = 6
AT_ONCE = 8
"""Updates that are read side by side."""
REMEMBERED = 10_000
"""Updates, and chats, that are remembered: far more than Telegram hands out before one is confirmed."""

Update = Received | Waiting


@dataclass(frozen=True, slots=True)
class Early:
    """What can be said to whoever sent an update before it is stored."""

    to: int
    """The writer's own chat with the bot, wherever they wrote."""
    card: Message | None = None
    """None: nothing in it that can't wait."""
    line: Message | None = None
    """What an ordinary message gets in the end; None where others read along."""


Read = Callable[[dict[str, Any], bool], Awaitable[Early | None]]
"""Reads an update's JSON as the gate will; the second says whether it is given up for good."""


class Watch:
    """What receiving, handling and sending tell of the database. This one does nothing: for parts that run alone."""

    def late(self, updates: Callable[[], Sequence[Update]]) -> AbstractContextManager[None]:
        """A block that must not take long: if it does, these updates are read without waiting for its end."""
        return nullcontext()

    def failed(self, updates: Sequence[Update], *, for_good: bool = False) -> None:
        """These updates could not be stored or handled; `for_good`: nor will they be."""

    def stored(self) -> None:
        """Something was written: the database works."""

    def handled(self, updates: Sequence[Update], owed: Sequence[tuple[int, Update]] = ()) -> None:
        """These are done, so an early card would say what is no longer true. `owed`: cards in the outbox, by chat."""

    def claimed(self, chat_id: int) -> None:
        """The card that this chat is owed goes out."""


class EarlyCards(Watch):
    """Reads what can't be stored and sends the cards."""

    def __init__(self, api: TelegramApi, pace: Pace, clock: Clock, read: Read) -> None:
        self._api = api
        self._pace = pace
        self._clock = clock
        self._read = read
        self._failing_since: datetime | None = None
        self._seen: OrderedDict[tuple[int, bool], Early | None] = OrderedDict()
        self._lines: OrderedDict[int, datetime] = OrderedDict()
        self._owed: OrderedDict[int, tuple[datetime, Update]] = OrderedDict()
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._on_their_way: set[tuple[int, str]] = set()
        self._reading = asyncio.Semaphore(AT_ONCE)

    @contextmanager
    def late(self, updates: Callable[[], Sequence[Update]]) -> Iterator[None]:
        """Start a timer that ends with the block."""
        patience = PATIENCE_SECONDS if self._failing_since is None else KNOWN_TO_FAIL_SECONDS
        timer = asyncio.get_running_loop().call_later(patience, lambda: self.failed(updates()))
        try:
            yield
        finally:
            timer.cancel()

    def failed(self, updates: Sequence[Update], *, for_good: bool = False) -> None:
        """Read each that was not read before; an ordinary one gets the line once this has lasted."""
        if updates and self._failing_since is None:
            self._failing_since = self._clock.now()
        for update in (*updates, *self._still_owed()):
            key = (update.update_id, for_good)
            if key not in self._seen:
                _remember(self._seen, key, None)
                self._begin(update.update_id, self._answer(update, for_good))
            elif (early := self._seen[key]) is not None:
                self._begin(update.update_id, self._say_line(update.update_id, early))

    def stored(self) -> None:
        """It works again."""
        self._failing_since = None

    def handled(self, updates: Sequence[Update], owed: Sequence[tuple[int, Update]] = ()) -> None:
        """Stop what is on its way to them."""
        self.stored()
        for update in updates:
            task = self._tasks.pop(update.update_id, None)
            if task is not None:
                task.cancel()
        for chat_id, update in owed:
            _remember(self._owed, chat_id, (self._clock.now(), update))

    def claimed(self, chat_id: int) -> None:
        """Nothing is owed to this chat any more."""
        self._owed.pop(chat_id, None)

    def _still_owed(self) -> list[Update]:
        """Updates whose card waits in the outbox. Where another process sends, nobody says here that it went out."""
        now = self._clock.now()
        return [update for at, update in self._owed.values() if now - at < OWED]

    async def end(self) -> None:
        """Stop reading and sending."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _begin(self, update_id: int, work: Any) -> None:
        if update_id in self._tasks:
            work.close()
            return
        task = asyncio.get_running_loop().create_task(work)
        self._tasks[update_id] = task
        task.add_done_callback(lambda done: self._ended(update_id, done))

    def _ended(self, update_id: int, task: asyncio.Task[None]) -> None:
        if self._tasks.get(update_id) is task:
            del self._tasks[update_id]
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("the early card for update %d failed (%s)", update_id, type(error).__name__)

    async def _answer(self, update: Update, for_good: bool) -> None:
        async with self._reading:
            early = await self._read(json.loads(update.body), for_good)
        if early is None:
            return
        if early.card is not None:
            await self._send(update.update_id, early.to, early.card)
        else:
            _remember(self._seen, (update.update_id, for_good), early)
            await self._say_line(update.update_id, early)

    async def _say_line(self, update_id: int, early: Early) -> None:
        """One honest line for a chat, once an hour at most."""
        now, since = self._clock.now(), self._failing_since
        if early.line is None or since is None or now - since < LINE_AFTER:
            return
        if early.to in self._lines and now - self._lines[early.to] < LINE_EVERY:
            return
        _remember(self._lines, early.to, now)
        await self._send(update_id, early.to, early.line)

    async def _send(self, update_id: int, to: int, message: Message) -> None:
        """Send it, unless the same is on its way to the same chat already: a flood gets one card at a time."""
        key = (to, message.text)
        if key in self._on_their_way:
            return
        self._on_their_way.add(key)
        try:
            for part in split(message):
                row = Due(update_id, Lane.CRISIS, to, "sendMessage", part.as_parameters(), 1, 0)
                await self._deliver(row)
        finally:
            self._on_their_way.discard(key)

    async def _deliver(self, row: Due) -> None:
        """Call until it is known what became of it, with the outbox's own pauses and policy."""
        for _ in range(TRIES):
            await self._room_for(row)
            result = await self._call(row)
            if result.state is not OutboxState.WAITING or result.due_at is None:
                log.warning("early card for update %d: %s", row.id, result.state)
                return
            await asyncio.sleep((result.due_at - self._clock.now()).total_seconds())
            row = replace(row, attempts=row.attempts + 1, unknowns=result.unknowns)
        log.error("early card for update %d: given up after %d tries", row.id, TRIES)

    async def _room_for(self, row: Due) -> None:
        """Wait for room at Telegram's pace, as a crisis card, which nothing goes before."""
        while (wait := self._pace.free_at(row.lane, row.chat_id, time.monotonic()) - time.monotonic()) > 0:  # noqa: ASYNC110
            await asyncio.sleep(min(0.05, wait))
        self._pace.started(time.monotonic())

    async def _call(self, row: Due) -> Outcome:
        try:
            await self._api.call(row.method, outcome.parameters(row))
        except TelegramError as error:
            match error:
                case TooMany():
                    self._pace.told_to_wait(row.chat_id, error.retry_after, time.monotonic())
                case NotSent():
                    self._pace.hold(row.chat_id, outcome.pause_after_not_sent(row), time.monotonic())
            return outcome.failed(row, error, self._clock.now())
        finally:
            self._pace.ended(row.chat_id, time.monotonic())
        return outcome.delivered(row, self._clock.now(), None)


def _remember(kept: OrderedDict[Any, Any], key: Any, value: Any) -> None:
    """Keep it, and forget the oldest beyond the bound."""
    kept[key] = value
    kept.move_to_end(key)
    if len(kept) > REMEMBERED:
        kept.popitem(last=False)
