"""Receives: every update is committed, once, before Telegram is told that we have it.

python-telegram-bot's own updater confirms first and loses what is queued when the process dies (docs/decisions/0002-inbox.md),
so it is not used: `Polling` and `bot.webhook` both end in `Inbox.put`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

from bot.clock import Clock
from bot.early_card import Watch
from bot.errors import Conflict, DatabaseError, NotSent, TelegramError, TooMany, Unclear, WrongToken
from bot.store import inbox
from bot.store.engine import Store, TelegramTurn, is_passing
from bot.store.inbox import Received, Waiting
from bot.telegram_api import TelegramApi

log = logging.getLogger(__name__)

KINDS = (
    "message", "edited_message", "callback_query", "my_chat_member", "chat_member", "message_reaction", "poll", "poll_answer",
    "chat_join_request",
)  # fmt: skip
"""The kinds of update that are asked for, so that Telegram holds back the rest."""
BATCH = 100
PAUSES = (0.5, 1, 2, 5, 10)
"""Seconds between tries while Telegram can't be reached; the last one repeats."""
STORE_PAUSE = 1.0
"""Seconds between tries while the database can't be written: what people write meanwhile has to be read for the early card."""
STORE_SECONDS = 3.0
"""So long may a commit take before it is tried again: while it hangs nobody asks Telegram what else was written."""


def read(update: Any) -> Received:
    """Find out what is needed to store an update: its id, its chat (for the order) and its person.

    Whatever else is in it, or missing, is the worker's business. Raises ValueError only without a usable `update_id`.
    """
    if not isinstance(update, dict) or not _fits(update.get("update_id")):
        raise ValueError("an update without a whole number as update_id")
    chat_id = person_id = None
    for kind, content in update.items():
        if kind == "update_id" or not isinstance(content, dict):
            continue
        chat_id = _id(content.get("chat")) or _id(_under(content, "message", "chat"))
        person_id = _id(content.get("from")) or _id(content.get("user"))
    # Only ASCII, because half a surrogate pair can be escaped but not encoded, and would come back for ever.
    return Received(update["update_id"], chat_id or person_id, person_id, json.dumps(update))


def _under(content: dict[str, Any], *names: str) -> Any:
    value: Any = content
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _id(thing: Any) -> int | None:
    value = thing.get("id") if isinstance(thing, dict) else None
    return value if _fits(value) else None


def _fits(value: Any) -> bool:
    """Whether a value is a number that a database can hold."""
    return type(value) is int and abs(value) < 2**63


class Inbox:
    """Commits received updates and hands the new ones to the worker."""

    def __init__(
        self, store: Store, clock: Clock, new: Callable[[list[Waiting]], None], watch: Watch | None = None
    ) -> None:
        self._store = store
        self._clock = clock
        self._new = new
        self._watch = watch or Watch()

    async def put(self, updates: Sequence[Received]) -> int:
        """Commit updates; returns how many were new. Only after this returns may Telegram be told.

        Raises whatever the database raises, and DatabaseError when it takes too long.
        """
        try:
            with self._watch.late(lambda: updates):
                new = await self._commit(updates)
        except Exception:
            self._watch.failed(updates)
            raise
        self._watch.stored()
        self._new(new)
        return len(new)

    async def _commit(self, updates: Sequence[Received]) -> list[Waiting]:
        try:
            async with asyncio.timeout(STORE_SECONDS), self._store.transaction() as connection:
                return await inbox.add(connection, updates, self._clock.now())
        except TimeoutError:
            raise DatabaseError("The database took too long.") from None


class Polling:
    """Asks Telegram for updates. The confirmation is the `offset` of the next question, asked after the commit.

    Only the question after a commit has an offset: Telegram may start its numbers anew after a quiet week, and then an old
    offset would throw away what people wrote. What comes twice is stored once.
    """

    def __init__(self, api: TelegramApi, box: Inbox, turn: TelegramTurn, *, wait_seconds: int) -> None:
        self._api = api
        self._box = box
        self._turn = turn
        self._wait = wait_seconds
        self._offset: int | None = None

    async def run(self) -> None:
        """Poll for as long as this process has the turn to talk to Telegram; ends by being cancelled.

        Raises WrongToken when Telegram does not know the bot.
        """
        failures = 0
        while True:
            await self._turn.listening.wait()
            try:
                await self._poll()
                failures = 0
            except WrongToken:
                raise
            except Exception as error:
                if isinstance(error, (TelegramError, DatabaseError)) or is_passing(error):
                    _explain(error)
                else:
                    log.exception("receiving stumbled; nothing is lost, it goes on")
                if isinstance(error, Conflict):
                    self._turn.stand_back()
                await asyncio.sleep(_pause(error, failures))
                failures += 1

    async def _poll(self) -> None:
        parameters: dict[str, Any] = {"timeout": self._wait, "limit": BATCH, "allowed_updates": KINDS}
        if self._offset is not None:
            parameters["offset"] = self._offset
        updates = await self._api.call("getUpdates", parameters, wait=self._wait + 10.0)
        self._offset = None
        good = []
        for update in updates if isinstance(updates, list) else []:
            try:
                good.append(read(update))
            except (ValueError, RecursionError) as error:
                log.error("Telegram sent what is no update (%s); it is left out", type(error).__name__)
        if good:
            await self._box.put(good)
            self._offset = max(received.update_id for received in good) + 1
        elif updates:
            raise Unclear("Telegram sent nothing that is an update")


def _pause(error: Exception, failures: int) -> float:
    if isinstance(error, TooMany):
        return error.retry_after
    return PAUSES[min(failures, len(PAUSES) - 1)] if isinstance(error, TelegramError) else STORE_PAUSE


def _explain(error: Exception) -> None:
    match error:
        case Conflict():
            log.error(
                "Another program receives with this bot's token (409: %s). Stop it, or make a new token with BotFather. "
                "This bot keeps trying.",
                error,
            )
        case NotSent():
            log.warning("%s; it is tried again", error)
        case TelegramError():
            log.warning("receiving: %s; it is tried again", error)
        case _:
            log.error(
                "the database can't be written (%s); nothing is confirmed to Telegram until it can",
                type(error).__name__,
            )
