"""How the bot receives: long polling or a webhook, never both."""

from __future__ import annotations

import asyncio
from typing import Any

from practice.calls import Call
from practice.errors import bad_request, conflict
from practice.world import World

LONGEST_POLL = 50
STILL_AWAKE_SECONDS = 5.0
OTHER_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_SET = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


class Polling:
    """One long poll at a time: a second one ends the first, as at Telegram."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.last_poll = float("-inf")
        self._turn: asyncio.Future[str] | None = None
        self._alarm = asyncio.Event()
        self._closed = False

    def wake(self) -> None:
        """An update was queued."""
        self._alarm.set()

    def end(self, reason: str) -> None:
        """End the poll that waits, with this conflict; an empty reason ends it with an empty answer."""
        if self._turn is not None and not self._turn.done():
            self._turn.set_result(reason)

    def close(self) -> None:
        """Answer the poll that waits and let no other one wait."""
        self._closed = True
        self.end("")

    @property
    def awake(self) -> bool:
        """Whether a bot polls now or did a moment ago."""
        waiting = self._turn is not None and not self._turn.done()
        return waiting or self.world.clock.real() - self.last_poll < STILL_AWAKE_SECONDS

    async def get_updates(self, call: Call) -> list[Any]:
        """Confirm what came before, then give what waits or wait for it."""
        limit, timeout = call.integer("limit"), call.integer("timeout") or 0
        updates = self.world.updates
        kinds = call.structure("allowed_updates")
        if kinds is not None:
            allow(self.world, kinds)
        offset = call.integer("offset")
        if offset:
            updates.confirm(offset)
        self.end(OTHER_POLL)
        mine: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._turn = mine
        try:
            return await self._wait(mine, min(100, max(1, limit or 100)), min(timeout, LONGEST_POLL))
        finally:
            self.last_poll = self.world.clock.real()
            if self._turn is mine:
                self._turn = None

    async def _wait(self, mine: asyncio.Future[str], limit: int, timeout: int) -> list[Any]:
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while True:
            self._alarm.clear()
            found = self.world.updates.waiting(limit, self.world.clock.now())
            left = end - loop.time()
            if found or left <= 0 or self._closed:
                return found
            alarm = asyncio.create_task(self._alarm.wait())
            waiting: set[asyncio.Future[Any]] = {mine, alarm}
            try:
                await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
            finally:
                alarm.cancel()
            if mine.done():
                if mine.result():
                    raise conflict(mine.result())
                return []


def allow(world: World, kinds: Any) -> None:
    """Remember the kinds of updates that the bot asked for."""
    if not isinstance(kinds, list) or not all(isinstance(kind, str) for kind in kinds):
        raise bad_request("can't parse allowed_updates: expected an Array of String")
    world.updates.allow(kinds)
