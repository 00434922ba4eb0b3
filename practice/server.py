"""Wiring: one world, the Bot API and the control side on one loopback port."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from aiohttp import web

from practice import cast
from practice.bot_api import BotApi
from practice.control import Control
from practice.errors import Mistake
from practice.faults import Faults
from practice.files import UPLOAD_LIMIT
from practice.journal import Journal
from practice.receiving import Polling
from practice.webhook import Webhook

TOKEN = "1234567:practice"  # noqa: S105 - opens nothing but this practice
LOCAL = "127.0.0.1"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """A running practice; `start` binds the port, `stop` lets go of everything."""

    def __init__(
        self,
        *,
        token: str = TOKEN,
        cast_told: dict[str, Any] | None = None,
        log_file: Path | None = None,
        first_update: int | None = None,
        webhook_pause: float = 1.0,
    ) -> None:
        if not re.fullmatch(r"\d+:[\w-]+", token):
            raise Mistake("A token looks like 1234567:practice: digits, a colon, then letters and digits.")
        self.token = token
        self.world = cast.build(cast_told or cast.DEFAULT, int(token.split(":")[0]), first_update)
        events = self.world.events
        self.faults = Faults(changed=lambda: events.emit("fault", faults=[f.shown() for f in self.faults.rules]))
        self.journal = Journal(log_file, told=lambda row: events.emit("call", **row))
        self.polling = Polling(self.world)
        self.webhook = Webhook(self.world, self.polling, webhook_pause)
        self.api = BotApi(self.world, token, self.faults, self.journal, self.polling, self.webhook)
        self.webhook.run = self.api.answered
        self.closing = asyncio.Event()
        self.port = 0
        self._runner: web.AppRunner | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def api_base(self) -> str:
        """What stands before /bot<token>/<method>."""
        return f"http://{LOCAL}:{self.port}"

    @property
    def page(self) -> str:
        """The address of the phones."""
        return f"{self.api_base}/"

    async def start(self, port: int = 0, host: str = LOCAL) -> None:
        """Listen; OSError if the port is taken, Mistake if others could reach it."""
        if host != "localhost" and not _is_loopback(host):
            raise Mistake(f"The practice listens on this machine only, so not on {host}.")
        self._runner = web.AppRunner(
            self._application(), access_log=None, handler_cancellation=True, shutdown_timeout=1.0
        )
        await self._runner.setup()
        site = web.TCPSite(self._runner, LOCAL, port)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self.port = self._runner.addresses[0][1]
        self.world.on_update = self._updated
        self._watch = asyncio.create_task(self._watch_awake())

    def _updated(self, lane: int) -> None:
        self.polling.wake()
        self.webhook.wake(lane)

    async def stop(self) -> None:
        """Answer what waits and let go of the port, the tasks and the log."""
        self.closing.set()
        self.world.events.emit("closing")
        self.polling.close()
        if self._watch is not None:
            self._watch.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._watch
        await self.webhook.close()
        if self._runner is not None:
            await self._runner.cleanup()
        self.journal.close()

    def _application(self) -> web.Application:
        application = web.Application(middlewares=[plain_errors, only_here], client_max_size=UPLOAD_LIMIT + 2**20)
        application.add_routes(
            [
                web.get("/file/bot{token}/{path:.+}", self.api.file),
                web.route("GET", "/bot{token}/{method}", self.api.method),
                web.route("POST", "/bot{token}/{method}", self.api.method),
                *Control(self).routes(),
            ]
        )
        return application

    async def _watch_awake(self) -> None:
        """Tell the page when the bot falls asleep or wakes up."""
        while True:
            awake = self.polling.awake or (bool(self.webhook.url) and not self.webhook.failing)
            if awake != self.world.bot.awake:
                self.world.bot.awake = awake
                self.world.events.emit("awake", awake=awake)
            await asyncio.sleep(0.5)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@web.middleware
async def plain_errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """A mistake on the control side is a 400 with one plain sentence."""
    try:
        return await handler(request)
    except Mistake as mistake:
        return web.json_response({"error": str(mistake)}, status=400)


@web.middleware
async def only_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse other sites' pages: a browser sends their name as Host or Origin."""
    host = request.host.rsplit(":", 1)[0]
    origin = request.headers.get("Origin")
    if host not in (LOCAL, "localhost") or (origin is not None and origin != f"{request.scheme}://{request.host}"):
        return web.json_response({"error": "The practice answers its own page only."}, status=403)
    return await handler(request)
