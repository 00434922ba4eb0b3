"""Receives by webhook: 200 only after the commit, and nothing at all for whoever has not got the secret."""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from bot.errors import DatabaseError, SettingsError
from bot.inbox import Inbox, read
from bot.store.engine import is_passing

log = logging.getLogger(__name__)

SIZE_LIMIT = 1_000_000
"""Bytes of one update; Telegram's are a few kilobytes."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret
PATH = "/telegram"


def application(box: Inbox, secret: str) -> Starlette:
    """The web application with its one address."""

    async def receive(request: Request) -> Response:
        return await _receive(request, box, secret)

    return Starlette(routes=[Route(PATH, receive, methods=["POST"])])


async def _receive(request: Request, box: Inbox, secret: str) -> Response:
    """Look at the cheap things first, so that a stranger costs next to nothing."""
    given = request.headers.get(SECRET_HEADER, "")
    if not hmac.compare_digest(given.encode(), secret.encode()):
        return Response(status_code=403)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return Response(status_code=415)
    body = await _body(request)
    if body is None:
        return Response(status_code=413)
    try:
        received = read(json.loads(body))
    except (ValueError, RecursionError):
        # Telegram repeats what is not answered with 200, so refusing a broken update would bring it back for ever.
        log.error("a webhook call with the right secret held no update; it is left out")
        return Response(status_code=200)
    try:
        await box.put([received])
    except Exception as error:
        if not (isinstance(error, DatabaseError) or is_passing(error)):
            log.exception("update %d could not be stored; Telegram will repeat it", received.update_id)
        else:
            log.error(
                "the database can't be written (%s); Telegram will repeat update %d",
                type(error).__name__,
                received.update_id,
            )
        return Response(status_code=503)
    return Response(status_code=200)


async def _body(request: Request) -> bytes | None:
    """Read the body, but never more than the limit; None when it is longer."""
    length = request.headers.get("content-length", "0")
    if not length.isdecimal() or int(length) > SIZE_LIMIT:
        return None
    read_so_far = bytearray()
    try:
        async for chunk in request.stream():
            read_so_far += chunk
            if len(read_so_far) > SIZE_LIMIT:
                return None
    except ClientDisconnect:
        return None
    return bytes(read_so_far)


def _listen(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as error:
        raise SettingsError(
            f"WEBHOOK_PORT {port} on {host} can't be used ({error.strerror}). Choose a free port, or stop what uses it."
        ) from None


class _Server(uvicorn.Server):
    """Leaves signals to the bot, which has more to finish than a web server."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class Webhook:
    """A small web server in the bot's own loop."""

    def __init__(self, box: Inbox, *, secret: str, host: str, port: int) -> None:
        self._socket = _listen(host, port)
        self.port = int(self._socket.getsockname()[1])
        config = uvicorn.Config(
            application(box, secret), log_config=None, access_log=False, server_header=False, timeout_keep_alive=65, lifespan="off"
        )  # fmt: skip
        self._server = _Server(config)

    async def run(self, ready: Callable[[], None]) -> None:
        """Serve until cancelled; calls `ready` once it listens."""
        serving = asyncio.create_task(self._server.serve(sockets=[self._socket]))
        try:
            while not self._server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
                await asyncio.sleep(0.01)
            if self._server.started:
                ready()
            await serving
        except asyncio.CancelledError:
            self._server.should_exit = True
            await serving
            raise
