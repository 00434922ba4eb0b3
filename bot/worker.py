"""Handles what the inbox holds: in order for each chat, side by side between chats, each update exactly once."""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from functools import partial
from typing import Any, Protocol

from bot.clock import Clock
from bot.early_card import Watch
from bot.models import InboxState, Lane
from bot.store import events, inbox
from bot.store.engine import Store, is_passing
from bot.store.inbox import Waiting
from bot.store.outbox import Due, Outgoing
from bot.turn import Turn

log = logging.getLogger(__name__)

FETCH = 64
STRETCH = 16
"""Updates of one chat handled in a row before other chats get their turn, so that a flood silences nobody."""
SIDE_BY_SIDE = 8
"""Chats handled at once on PostgreSQL; its pool has no more connections."""
TOGETHER = 16
"""Chats whose next update shares a transaction on SQLite: one wait for the disk instead of sixteen."""
KNOWN_AT_MOST = 1000
"""Updates kept in memory; a flood beyond it waits in the table."""
ENDED = "the bot ended while handling"
STARTS = 5
"""So often may the bot have ended over an update before it is set aside. More than the tries: a kill strikes innocents too."""
TRIES = 3
"""After so many failures an update is set aside, so that it stops nothing."""
IDLE_SECONDS = 0.5
TROUBLE_SECONDS = 1.0
ELSEWHERE_SECONDS = 0.02
"""Pause when another process serves the chat."""


class Unreadable(Exception):
    """An update that can't be parsed: trying again would not help."""


class HandledElsewhereError(Exception):
    """The update was done before this turn could be: everything of it is undone."""


class Sender(Protocol):
    """What the worker needs of the delivery."""

    def takes_at_once(self, message: Outgoing) -> bool:
        """Whether a message may be stored as "sending"."""

    def send(self, rows: Sequence[Due]) -> None:
        """Its transaction was committed."""

    def give_up(self) -> None:
        """Its transaction was undone."""

    def wake(self, messages: int) -> None:
        """So many messages wait in the outbox."""


class Worker:
    """Feeds updates to `handle` until stopped.

    `handle(turn)` does what the update asks for and raises Unreadable when it can't be parsed.
    `apologise(turn)` says, in a transaction of its own, what is said when an update was set aside.
    """

    def __init__(
        self,
        store: Store,
        clock: Clock,
        handle: Callable[[Turn], Awaitable[None]],
        apologise: Callable[[Turn], Awaitable[None]],
        delivery: Sender,
        watch: Watch | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._handle = handle
        self._apologise = apologise
        self._delivery = delivery
        self._watch = watch or Watch()
        self._woken = asyncio.Event()
        self._stopping = False
        self._queues: dict[int, deque[Waiting]] = {}
        self._known: set[int] = set()
        self._serving: dict[int, asyncio.Task[bool]] = {}
        self._behind = True
        self._missed = False
        self._from_before = True
        self._read_at = 0.0

    def offer(self, rows: Sequence[Waiting]) -> None:
        """Updates that were just committed: handled without being read back, if everything before them is known here.

        Otherwise they are read from the table when their turn comes, so that each chat stays in order.
        """
        if self._behind or len(self._known) + len(rows) > KNOWN_AT_MOST:
            self._behind = self._missed = True
        else:
            self._enqueue(rows)
        self._woken.set()

    def stop(self) -> None:
        """Take nothing more; what is being handled is finished."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Handle updates until stopped."""
        while not self._stopping:
            self._woken.clear()
            idle = time.monotonic() - self._read_at >= IDLE_SECONDS
            if idle or (self._behind and len(self._known) < FETCH):
                try:
                    await self._catch_up()
                except Exception as error:  # noqa: BLE001 - told apart and logged there
                    await self._trouble(error)
                    continue
            self._serve()
            await self._sleep(IDLE_SECONDS)
        if self._serving:
            await asyncio.wait(set(self._serving.values()))

    async def _catch_up(self) -> None:
        """Read what waits in the table and is not known here yet."""
        limit = len(self._known) + FETCH
        self._missed = False
        self._read_at = time.monotonic()
        async with self._store.reading() as connection:
            rows = await inbox.waiting(connection, limit)
            self._enqueue(rows)  # before anything else may run: what is finished after this look is still known here
        self._behind = self._missed or len(rows) == limit

    def _enqueue(self, rows: Sequence[Waiting]) -> None:
        for row in rows:
            if row.update_id not in self._known:
                self._known.add(row.update_id)
                self._queues.setdefault(_chat_of(row), deque()).append(row)

    def _serve(self) -> None:
        """Start handling what waits: on PostgreSQL each chat on its own, on SQLite, which has one writer, chats together."""
        ready = [chat for chat in self._queues if chat not in self._serving]
        if self._from_before and ready:
            self._start(ready, self._one_by_one(ready))
        elif ready and self._store.is_sqlite and not self._serving:
            together = ready[:TOGETHER]
            self._start(together, self._together(together))
        elif not self._store.is_sqlite:
            for chat in ready[: max(0, SIDE_BY_SIDE - len(self._serving))]:
                self._start([chat], self._in_order(chat, STRETCH, from_before=False))
        self._from_before = False

    def _start(self, chats: list[int], handling: Coroutine[Any, Any, bool]) -> None:
        task = asyncio.create_task(handling)
        self._serving.update(dict.fromkeys(chats, task))
        task.add_done_callback(partial(self._served, chats))

    def _served(self, chats: list[int], task: asyncio.Task[bool]) -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            log.error("handling a chat stumbled; it is taken up again", exc_info=_without_words(error))
        well = not task.cancelled() and task.exception() is None and task.result()
        for chat in chats:
            del self._serving[chat]
            left = self._queues.pop(chat)
            if left and well:
                self._queues[chat] = left  # at the end of the line, behind every chat that waits
            else:
                self._known.difference_update(row.update_id for row in left)
                self._behind = self._behind or bool(left)
        self._woken.set()

    async def _in_order(self, chat: int, at_most: int, *, from_before: bool) -> bool:
        """Handle a chat's updates one after the other. False when it has to wait for another look at the table."""
        queue = self._queues[chat]
        for _ in range(min(len(queue), at_most)):
            if self._stopping:
                break
            try:
                settled = await self._settle(queue[0], from_before)
            except Exception as error:  # noqa: BLE001 - told apart and logged there
                settled = await self._trouble(error)
            if not settled:
                return False
            self._known.discard(queue.popleft().update_id)
        return True

    async def _trouble(self, error: Exception) -> bool:
        """Say what went wrong besides an update itself, and wait a moment: it is counted against nobody. Always False."""
        self._watch.failed(self._all_known())
        if is_passing(error):
            log.warning("the database failed (%s); handling goes on in %s s", type(error).__name__, TROUBLE_SECONDS)
        else:
            log.error("handling stumbled; it goes on in %s s", TROUBLE_SECONDS, exc_info=_without_words(error))
        await asyncio.sleep(TROUBLE_SECONDS)
        return False

    def _all_known(self) -> list[Waiting]:
        return [row for queue in self._queues.values() for row in queue]

    async def _one_by_one(self, chats: list[int]) -> bool:
        """What was waiting when the bot started, nothing beside it: what ends the bot is then the one that was counted."""
        return all([await self._in_order(chat, FETCH, from_before=True) for chat in chats])

    async def _together(self, chats: list[int]) -> bool:
        """Handle the first update of each chat in one transaction; if anything is wrong with one, each on its own."""
        rows = [self._queues[chat][0] for chat in chats]
        if len(rows) > 1:
            try:
                await self._try(rows)
            except Exception as error:  # noqa: BLE001 - each is tried alone next, where it is told apart
                if is_passing(error):
                    return await self._trouble(error)
                log.info(
                    "%d updates could not be handled together (%s); each is handled alone",
                    len(rows),
                    type(error).__name__,
                )
            else:
                for chat in chats:
                    self._known.discard(self._queues[chat].popleft().update_id)
                return True
        return all([await self._in_order(chat, 1, from_before=False) for chat in chats])

    async def _settle(self, row: Waiting, from_before: bool) -> bool:
        """Handle one update until it is done or set aside. False when the chat has to wait a while.

        What was waiting when the bot started may be what ended it, so there each start is counted before the first try.
        """
        if from_before and row.attempts >= STARTS:
            return await self._set_aside(row, ENDED)
        if from_before and not await self._suspect(row):
            return False
        reason = ENDED
        for attempt in range(1, TRIES + 1):
            try:
                return await self._try([row])
            except HandledElsewhereError:
                return True
            except Unreadable as error:
                return await self._set_aside(row, str(error))
            except Exception as error:
                if is_passing(error):
                    raise
                reason = type(error).__name__
                log.exception(
                    "update %d failed (try %d of %d)", row.update_id, attempt, TRIES, exc_info=_without_words(error)
                )
                await self._count(row, reason)
        return await self._set_aside(row, reason)

    async def _try(self, rows: Sequence[Waiting]) -> bool:
        """One transaction: for each update the handler's changes, what it says, and the done mark."""
        at_once: list[Due] = []
        owed: list[tuple[int, Waiting]] = []
        said = 0
        try:
            with self._watch.late(lambda: rows):
                async with self._store.transaction() as connection:
                    for row in rows:
                        if not await inbox.take(connection, row):
                            await asyncio.sleep(ELSEWHERE_SECONDS)
                            return False
                        turn = Turn(connection, self._clock.now(), update=row, body=json.loads(row.body))
                        await self._handle(turn)
                        if turn.fault is not None:
                            raise turn.fault
                        at_once += await turn.store(self._delivery.takes_at_once)
                        said += len(turn.outgoing)
                        owed += [(m.chat_id, row) for m in turn.outgoing if m.lane == Lane.CRISIS and m.chat_id]
                        if not await inbox.finish(connection, row.update_id, InboxState.DONE, turn.now):
                            raise HandledElsewhereError
        except BaseException:
            self._delivery.give_up()
            raise
        self._watch.handled(rows, owed)
        self._delivery.send(at_once)
        self._delivery.wake(said - len(at_once))
        return True

    async def _suspect(self, row: Waiting) -> bool:
        """Count a start against an update that is about to be handled. False when nobody may handle it yet.

        After a kill PostgreSQL holds the dead process's lock on the chat for a moment; that must not count.
        """
        async with self._store.transaction() as connection:
            mine = await inbox.take(connection, row)
            if mine:
                await inbox.count_attempt(connection, row.update_id, ENDED)
        if not mine:
            await asyncio.sleep(ELSEWHERE_SECONDS)
        return mine

    async def _count(self, row: Waiting, error: str) -> int:
        async with self._store.transaction() as connection:
            return await inbox.count_attempt(connection, row.update_id, error)

    async def _set_aside(self, row: Waiting, error: str) -> bool:
        """Quarantine an update; whoever wrote it is told, because it may have been urgent."""
        log.error("update %d is set aside (%s); nothing else waits for it", row.update_id, error)
        try:
            said = await self._quarantine(row, error, self._apologise)
        except Exception as trouble:
            if is_passing(trouble):
                raise
            log.error("nobody can be told about update %d (%s)", row.update_id, type(trouble).__name__)
            self._watch.failed([row], for_good=True)
            said = await self._set_aside_silently(row, error)
        self._delivery.wake(said)
        return True

    async def _set_aside_silently(self, row: Waiting, error: str) -> int:
        """Without a word, because no word can be stored; a person's task for it stands, if that can be."""
        try:
            return await self._quarantine(row, error, self._apologise, says=False)
        except Exception as trouble:
            if is_passing(trouble):
                raise
            return await self._quarantine(row, error, None)

    async def _quarantine(
        self, row: Waiting, error: str, apologise: Callable[[Turn], Awaitable[None]] | None, *, says: bool = True
    ) -> int:
        """One transaction: the mark, its event, and what is said about it. Returns how many messages that are."""
        async with self._store.transaction() as connection:
            turn = Turn(connection, self._clock.now(), update=row, body={})
            if not await inbox.finish(connection, row.update_id, InboxState.QUARANTINED, turn.now, error[:200]):
                return 0
            await events.add(connection, turn.now, "update", row.update_id, "set aside", error=error[:100])
            if apologise is not None:
                turn.body = json.loads(row.body)
                await apologise(turn)
                if not says:
                    turn.outgoing.clear()
                await turn.store()
        return len(turn.outgoing)

    async def _sleep(self, seconds: float) -> None:
        """Wait to be woken, but not for longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()


def _chat_of(row: Waiting) -> int:
    """Whose order an update belongs to; one without a chat is on its own."""
    return row.chat_id if row.chat_id is not None else -row.update_id


def _without_words(error: BaseException) -> Exception:
    """The same kind of error with its traceback but without its text, which may hold somebody's words."""
    bare = Exception(type(error).__name__)
    return bare.with_traceback(error.__traceback__)
