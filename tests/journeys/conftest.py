"""Whole journeys: the bot as it runs, the stand-in as Telegram, HTTP between them."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot import pace
from bot.app import Bot
from bot.settings import Settings, read
from practice.cast import JADE, KAI, NADIA, PRIYA, RUTH, TOM
from practice.client import Control, Stand
from tests.driver import Phone

KEYS = Path(tempfile.mkdtemp(prefix="keys")) / "bot.keys"
"""The same keys for every bot of a run, so that it may end and start again."""


@pytest.fixture(autouse=True)
def no_waiting_between_messages(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pace has its own tests; here a second between two replies would only be waited for."""
    monkeypatch.setattr(pace, "CHAT_SECONDS", 0.0)


@pytest.fixture(autouse=True)
def patience_on_a_busy_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cards past the database have their own tests; here a slow machine is no fault."""
    monkeypatch.setattr("bot.early_card.PATIENCE_SECONDS", 60.0)
    monkeypatch.setattr("bot.inbox.STORE_SECONDS", 60.0)
    monkeypatch.setattr("handlers.safety.GATE_SECONDS", 60.0)


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with Stand(limits=False) as running:
        yield running


@pytest.fixture
def control(stand: Stand) -> Control:
    return stand.control


def settings_for(stand: Stand, database: str, **more: str) -> Settings:
    """Settings of a bot that talks to the stand-in."""
    given = {
        "TELEGRAM_BOT_TOKEN": stand.token, "TELEGRAM_API_BASE": stand.api_base, "DATABASE_URL": database,
        "KEY_FILE": str(KEYS), "TELEGRAM_POLL_SECONDS": "5", "SEND_PER_SECOND": "1000",
    }  # fmt: skip
    return read({**given, **more}, None)


@asynccontextmanager
async def running(settings: Settings) -> AsyncIterator[Bot]:
    """A bot that runs until the block ends; an error of its own fails the test."""
    bot = Bot(settings)
    task = asyncio.create_task(bot.run())
    try:
        yield bot
    finally:
        bot.stop()
        await task


@pytest.fixture
async def bot(stand: Stand, tmp_path: Path) -> AsyncIterator[Bot]:
    """The bot on a SQLite file."""
    async with running(settings_for(stand, f"sqlite:///{tmp_path}/bot.sqlite3")) as made:
        yield made


@pytest.fixture
async def bot_on_each_database(stand: Stand, database: str) -> AsyncIterator[Bot]:
    """The bot once on each database."""
    async with running(settings_for(stand, database)) as made:
        yield made


async def lounge_of(control: Control) -> int:
    """The private group of the cast."""
    return next(int(chat["id"]) for chat in (await control.world())["chats"] if chat["title"] == "Compass lounge")


@pytest.fixture
def jade(control: Control) -> Phone:
    return Phone(control, JADE, JADE)


@pytest.fixture
def kai(control: Control) -> Phone:
    return Phone(control, KAI, KAI)


@pytest.fixture
def tom(control: Control) -> Phone:
    return Phone(control, TOM, TOM)


@pytest.fixture
def priya(control: Control) -> Phone:
    return Phone(control, PRIYA, PRIYA)


@pytest.fixture
def ruth(control: Control) -> Phone:
    return Phone(control, RUTH, RUTH)


@pytest.fixture
def nadia(control: Control) -> Phone:
    return Phone(control, NADIA, NADIA)


@pytest.fixture
async def jade_in_the_group(control: Control) -> Phone:
    return Phone(control, JADE, await lounge_of(control))


@pytest.fixture
async def kai_in_the_group(control: Control) -> Phone:
    return Phone(control, KAI, await lounge_of(control))


@pytest.fixture
async def priya_in_the_group(control: Control) -> Phone:
    return Phone(control, PRIYA, await lounge_of(control))
