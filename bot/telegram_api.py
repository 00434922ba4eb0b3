"""One HTTP client for every call of the Bot API, which tells apart what surely failed from what may have happened.

python-telegram-bot is told to use it too (`Request`): its own transport costs two to ten times as much per call
(see docs/decisions/0004-transport.md), and the difference between "never left" and "maybe arrived" is lost in it.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
from telegram import error as telegram_error
from telegram.request import BaseRequest, RequestData

from bot.errors import Conflict, Gone, Moved, NotSent, Refused, TooMany, Unclear, WrongToken

log = logging.getLogger(__name__)

GONE = (
    "chat not found", "user is deactivated", "user not found", "peer_id_invalid", "group chat was deactivated", "bot was kicked",
    "chat_write_forbidden", "not enough rights", "have no rights to send", "need administrator rights",
    "group is deactivated", "chat was deleted", "channel_private",
)  # fmt: skip
"""Telegram's 400s that mean "this chat can't be written to", seen in its answers and in other bots' trackers.

A closed or deleted topic ("TOPIC_CLOSED", "message thread not found") is not among them: the rest of the group is open.
"""


LONGEST_WAIT_SECONDS = 86_400.0
"""What Telegram may ask for at most before it is asked again."""


class TelegramApi:
    """Calls methods by name, with JSON. The token is in every address, so addresses are never logged or raised."""

    def __init__(self, base: str, token: str, timeout_seconds: float = 10.0) -> None:
        self._base = base
        self._token = token
        self._timeout = timeout_seconds
        self._session: aiohttp.ClientSession | None = None

    @property
    def base(self) -> str:
        """The server's address, without the token."""
        return self._base

    def address(self, method: str) -> str:
        """Where a method is called."""
        return f"{self._base}/bot{self._token}/{method}"

    def session(self) -> aiohttp.ClientSession:
        """The connections, opened at the first call."""
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=64, keepalive_timeout=30),
                cookie_jar=aiohttp.DummyCookieJar(),
                json_serialize=json.dumps,
            )
        return self._session

    async def close(self) -> None:
        """Close every connection."""
        if self._session is not None:
            await self._session.close()

    async def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        wait: float | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> Any:
        """Call a method and return its result. `files` maps a field to a file's name and bytes, which are uploaded.

        `wait` is how long to wait for the answer, in seconds, where it may take longer than usual (long polling).
        Raises the TelegramError that says what is known about the call; see bot.errors.
        """
        timeout = aiohttp.ClientTimeout(total=wait or self._timeout, connect=self._timeout)
        given: dict[str, Any] = {"data": _form(parameters or {}, files)} if files else {"json": parameters or {}}
        try:
            async with self.session().post(self.address(method), **given, timeout=timeout) as answer:
                status, body = answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NotSent(f"Telegram can't be reached ({type(error).__name__})") from None
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unclear(f"the line broke before Telegram answered ({type(error).__name__})") from None
        return _result(status, body)


def _form(parameters: Mapping[str, Any], files: Mapping[str, tuple[str, bytes]]) -> aiohttp.FormData:
    form = aiohttp.FormData()
    for name, value in parameters.items():
        form.add_field(name, value if isinstance(value, str) else json.dumps(value))
    for name, (title, data) in files.items():
        form.add_field(name, data, filename=title)
    return form


def _result(status: int, body: bytes) -> Any:
    try:
        answer = json.loads(body)
        if answer["ok"] is True:
            return answer["result"]
        code = int(answer.get("error_code", status))
        description = str(answer.get("description", ""))
        more = answer.get("parameters") or {}
        wait, to = float(more.get("retry_after", 1)), int(more.get("migrate_to_chat_id", 0))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
        code, description, wait, to = status, "no JSON", 1.0, 0
    if code == 429:
        raise TooMany(min(max(wait, 0.0), LONGEST_WAIT_SECONDS))
    if to:
        raise Moved(to)
    if code in (401, 404):
        raise WrongToken("Telegram does not know this bot: the token is wrong, or was revoked")
    if code == 409:
        raise Conflict(_own_words(description))
    if code == 403 or (code == 400 and any(sign in description.lower() for sign in GONE)):
        raise Gone(_own_words(description))
    if 400 <= code < 500:
        raise Refused(_own_words(description))
    raise Unclear(f"Telegram answered {code}")


def _own_words(description: str) -> str:
    """Telegram's description, short; it never repeats what was sent except in entity errors, which are cut."""
    return description.split(' "', 1)[0].split(": can't find", 1)[0][:150]


class Request(BaseRequest):
    """The same connections for python-telegram-bot's own calls (getMe at the start, files later)."""

    __slots__ = ("_api",)

    def __init__(self, api: TelegramApi) -> None:
        self._api = api

    async def initialize(self) -> None:
        """Nothing to do: connections open at the first call."""

    async def shutdown(self) -> None:
        """Nothing to do: whoever made the client closes it."""

    @property
    def read_timeout(self) -> float | None:
        """Seconds that python-telegram-bot may add to for long polling."""
        return self._api._timeout

    async def do_request(  # noqa: D102 - the base class documents it
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        data: aiohttp.FormData | dict[str, str] | None = None
        if request_data and request_data.multipart_data:
            data = aiohttp.FormData(request_data.json_parameters)
            for name, (filename, content, kind) in request_data.multipart_data.items():
                data.add_field(name, content, filename=filename, content_type=kind)
        elif request_data:
            data = request_data.json_parameters
        total = read_timeout if isinstance(read_timeout, int | float) else self._api._timeout
        try:
            async with self._api.session().request(
                method, url, data=data, timeout=aiohttp.ClientTimeout(total=total)
            ) as answer:
                return answer.status, await answer.read()
        except TimeoutError:
            raise telegram_error.TimedOut from None
        except aiohttp.ClientError as error:
            raise telegram_error.NetworkError(type(error).__name__) from None
