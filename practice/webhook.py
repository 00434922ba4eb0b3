"""Delivery of updates to the bot's own address, with Telegram's header, retries and order."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import urlsplit

import aiohttp

from practice.calls import Call
from practice.errors import bad_request
from practice.receiving import Polling, allow
from practice.updates import Pending
from practice.world import World

Json = dict[str, Any]

LONGEST_PAUSE = 60.0
ANSWER_SECONDS = 60.0
POLL_ENDED = "terminated by setWebhook request"
HEADER = "X-Telegram-Bot-Api-Secret-Token"


class Webhook:
    """Posts each update until the bot answers 2xx; one chat's updates go one after the other.

    Telegram promises no order between updates; keeping it within a chat is the kindest that it can be.
    """

    def __init__(self, world: World, polling: Polling, first_pause: float = 1.0) -> None:
        self.world = world
        self.polling = polling
        self.first_pause = first_pause
        self.url = ""
        self.failing = False
        self.run: Callable[[str, Call], Awaitable[None]] | None = None
        self._secret = ""
        self._most = 40
        self._last_error: Json = {}
        self._lanes: dict[int, asyncio.Task[None]] = {}
        self._room = asyncio.Semaphore(self._most)
        self._session: aiohttp.ClientSession | None = None

    def set(self, call: Call) -> bool:
        """Send updates to this address from now on; an empty one goes back to polling."""
        url, secret = call.text("url"), call.text("secret_token")
        most = call.integer("max_connections") or 40
        if url:
            _check_address(url)
        if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
            raise bad_request("secret token contains unallowed characters")
        if not 1 <= most <= 100:
            raise bad_request("bad webhook: max_connections must be from 1 to 100")
        kinds = call.structure("allowed_updates")
        if kinds is not None:
            allow(self.world, kinds)
        if call.flag("drop_pending_updates"):
            self.world.updates.clear()
        self._stop_lanes()
        self.url, self._secret, self._most = url, secret, most
        self._last_error, self.failing = {}, False
        self._room = asyncio.Semaphore(most)
        if url:
            self.polling.end(POLL_ENDED)
        for lane in {held.lane for held in self.world.updates.pending.values()}:
            self.wake(lane)
        return True

    def delete(self, call: Call) -> bool:
        """Go back to polling."""
        if call.flag("drop_pending_updates"):
            self.world.updates.clear()
        self._stop_lanes()
        self.url, self._secret, self._last_error = "", "", {}
        return True

    def info(self) -> Json:
        """How the delivery goes."""
        updates = self.world.updates
        told: Json = {
            "url": self.url,
            "has_custom_certificate": False,
            "pending_update_count": len(updates.pending),
            **self._last_error,
        }
        if self.url:
            told |= {"max_connections": self._most, "ip_address": "127.0.0.1"}
        return told if updates.is_default else told | {"allowed_updates": sorted(updates.allowed)}

    def wake(self, lane: int) -> None:
        """An update was queued for this chat: see that somebody delivers it."""
        if self.url and lane not in self._lanes:
            self._lanes[lane] = asyncio.create_task(self._drain(lane))

    async def close(self) -> None:
        """Stop delivering."""
        lanes = list(self._lanes.values())
        self._stop_lanes()
        await asyncio.gather(*lanes, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    def _stop_lanes(self) -> None:
        for lane in self._lanes.values():
            lane.cancel()
        self._lanes = {}

    def _next(self, lane: int) -> Pending | None:
        self.world.updates.expire(self.world.clock.now())
        return next((held for held in self.world.updates.pending.values() if held.lane == lane), None)

    async def _drain(self, lane: int) -> None:
        """Deliver one chat's updates in order, pausing longer after each failure."""
        pause = self.first_pause
        while (held := self._next(lane)) is not None:
            async with self._room:
                delivered = await self._post(held.update)
            if delivered:
                self.world.updates.forget(held.update["update_id"])
                pause = self.first_pause
            else:
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
        self._lanes.pop(lane, None)

    async def _post(self, update: Json) -> bool:
        """One try; whether the bot took the update."""
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ANSWER_SECONDS)
            self._session = aiohttp.ClientSession(timeout=timeout, connector=aiohttp.TCPConnector(limit=0))
        headers = {HEADER: self._secret} if self._secret else {}
        try:
            async with self._session.post(self.url, json=update, headers=headers, allow_redirects=False) as response:
                taken, body = 200 <= response.status < 300, await response.read()
                reason = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            taken, body, reason = False, b"", _plain(error)
        self.failing = not taken
        if not taken:
            self._last_error = {"last_error_date": self.world.now(), "last_error_message": reason}
        elif body:
            await self._answered(body)
        return taken

    async def _answered(self, body: bytes) -> None:
        """A bot may put one call into its answer; its outcome is never told."""
        try:
            asked = json.loads(body)
        except ValueError:
            return
        if not isinstance(asked, dict) or not isinstance(asked.get("method"), str) or self.run is None:
            return
        params = {key: value for key, value in asked.items() if key != "method"}
        await self.run(asked["method"], Call.of(params))


def _check_address(url: str) -> None:
    """Telegram wants HTTPS; here plain HTTP will do, and nothing is posted to other machines."""
    parts = urlsplit(url)
    if parts.hostname in ("127.0.0.1", "localhost", "::1") and parts.scheme in ("http", "https"):
        return
    if parts.scheme != "https":
        raise bad_request("bad webhook: HTTPS URL must be provided for webhook")
    raise bad_request("bad webhook: the practice posts to this machine only")


def _plain(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "Read timeout expired"
    return "Connection refused" if isinstance(error, aiohttp.ClientConnectorError) else "Connection reset by peer"
