"""The bot without a network: updates go straight into its handlers, and what it would send comes back as calls.

For tests that send thousands of updates; whole journeys go over HTTP (tests/driver.py).
"""

from __future__ import annotations

import itertools
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from telegram import User

from bot import press
from bot.app import Bot
from bot.models import Base, EnrolmentState, Role
from bot.settings import read
from bot.store import people, schema
from bot.store.inbox import Waiting
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from bot.turn import Speech, Turn
from tests.conftest import NOW, VAULT
from tests.fakes import MovableClock

USERNAME = "compass_practice_bot"
UNTOUCHED = frozenset(
    {"inbox", "outbox", "events", "chats", "enquiries", "alembic_version", "wrong_tries", "veiled", "drafts"}
)
"""Tables that any message may write to, whoever sends it."""


@dataclass
class Desk:
    """One bot on a database of its own."""

    bot: Bot
    clock: MovableClock
    _update: Any = field(default_factory=lambda: itertools.count(1))
    _message: Any = field(default_factory=lambda: itertools.count(1000))

    @property
    def service(self) -> Any:
        return self.bot._service

    @property
    def store(self) -> Any:
        return self.bot._store

    async def enrol(
        self, telegram_id: int, name: str, *roles: Role, state: EnrolmentState = EnrolmentState.ENROLLED, **more: Any
    ) -> Actor:
        """Somebody with these roles."""
        async with self.store.transaction() as connection:
            row = await people.add(
                connection,
                self.clock.now(),
                state,
                telegram_id=telegram_id,
                name=name,
                confirmed_at=self.clock.now(),
                **more,
            )
            for role in roles:
                await people.give_role(connection, self.clock.now(), row, role, None)
            found = await people.get(connection, row)
        assert found is not None
        return found

    @asynccontextmanager
    async def speech(self) -> AsyncIterator[Speech]:
        """A transaction of the service, to set something up."""
        async with self.store.transaction() as connection:
            yield Speech(connection, self.clock.now())

    async def says(
        self, telegram_id: int, text: str, *, reply_to: int | None = None, chat: int | None = None
    ) -> list[Outgoing]:
        """Somebody writes; returns what the bot would send."""
        return (await self.handle([self.message(telegram_id, text, reply_to=reply_to, chat=chat)]))[0]

    async def presses(self, telegram_id: int, data: str, *, chat: int | None = None) -> list[Outgoing]:
        """Somebody presses a button with this data."""
        return (await self.handle([self.press(telegram_id, data, chat=chat)]))[0]

    def signed(self, verb: str, thing: int, telegram_id: int, more: str = "") -> str:
        """The data of a real button in somebody's private chat."""
        made = press.button(VAULT, "x", verb, thing, telegram_id, self.clock.now(), more=more)
        assert made.press is not None
        return made.press

    async def handle(self, bodies: Sequence[dict[str, Any]]) -> list[list[Outgoing]]:
        """Handle updates in one transaction, each as a turn of its own."""
        sent = []
        async with self.store.transaction() as connection:
            for body in bodies:
                content = next(value for key, value in body.items() if key != "update_id")
                chat = (content.get("chat") or content.get("message", {}).get("chat"))["id"]
                row = Waiting(body["update_id"], chat, content["from"]["id"], json.dumps(body), 0, self.clock.now())
                turn = Turn(connection, self.clock.now(), update=row, body=body)
                await self.bot._handle(turn)
                if turn.fault is not None:
                    raise turn.fault
                await turn.store()
                sent.append(turn.outgoing)
        return sent

    def message(
        self, telegram_id: int, text: str, *, reply_to: int | None = None, chat: int | None = None
    ) -> dict[str, Any]:
        """The update of a message."""
        message: dict[str, Any] = {
            "message_id": next(self._message), "date": int(self.clock.now().timestamp()), "chat": self._chat(telegram_id, chat),
            "from": _user(telegram_id), "text": text,
        }  # fmt: skip
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text.split()[0])}]
        if reply_to is not None:
            message["reply_to_message"] = {
                "message_id": reply_to, "date": 1, "chat": self._chat(telegram_id, chat), "from": _bot(), "text": "x",
            }  # fmt: skip
        return {"update_id": next(self._update), "message": message}

    def press(self, telegram_id: int, data: str, *, chat: int | None = None) -> dict[str, Any]:
        """The update of a press."""
        under = {"message_id": 5, "date": 1, "chat": self._chat(telegram_id, chat), "from": _bot(), "text": "x"}
        query = {"id": "1", "from": _user(telegram_id), "chat_instance": "1", "message": under, "data": data}
        return {"update_id": next(self._update), "callback_query": query}

    def _chat(self, telegram_id: int, chat: int | None) -> dict[str, Any]:
        if chat is None or chat > 0:
            return {"id": chat or telegram_id, "type": "private", "first_name": "F"}
        return {"id": chat, "type": "supergroup", "title": "Lounge"}

    async def state(self) -> dict[str, list[Any]]:
        """Everything that is remembered, apart from what any message may write."""
        found = {}
        async with self.store.reading() as connection:
            for table in Base.metadata.sorted_tables:
                if table.name not in UNTOUCHED:
                    rows = await connection.execute(select(table).order_by(*table.primary_key.columns))
                    found[table.name] = [tuple(row) for row in rows]
        return found


def texts(sent: Sequence[Outgoing]) -> str:
    """Everything that would be read on somebody's screen."""
    return "\n".join(json.dumps(call.payload, ensure_ascii=False) for call in sent)


def _user(telegram_id: int) -> dict[str, Any]:
    return {"id": telegram_id, "is_bot": False, "first_name": "F"}


def _bot() -> dict[str, Any]:
    return {"id": 99, "is_bot": True, "first_name": "Compass", "username": USERNAME}


@asynccontextmanager
async def open_desk(folder: Path, now: datetime = NOW) -> AsyncIterator[Desk]:
    """A bot on a new SQLite file, with a clock that the test moves."""
    settings = read(
        {
            "TELEGRAM_BOT_TOKEN": "99:test",
            "DATABASE_URL": f"sqlite:///{folder}/desk/b.sqlite3",
            "KEY_FILE": f"{folder}/keys/k",
        },
        None,
    )
    bot = Bot(settings, VAULT)
    clock = MovableClock(now)
    bot._service.clock = clock
    bot._service.username = USERNAME
    bot._application._initialized = True
    bot._application.bot._bot_user = User(99, "Compass", True, username=USERNAME)
    bot._application.bot._bot_initialized = True
    await schema.prepare(bot._store, now)
    try:
        yield Desk(bot, clock)
    finally:
        await bot._store.close()
