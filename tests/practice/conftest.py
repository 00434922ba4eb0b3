from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Page, async_playwright

from practice.client import Control, Stand
from practice.server import Server
from tests.practice.cast import JADE, PRIYA
from tests.practice.phones import ARGUMENTS, BROWSERS, Bot, open_page


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with Stand(limits=False, first_update=1000) as running:
        yield running


@pytest.fixture
def control(stand: Stand) -> Control:
    return stand.control


@pytest.fixture
async def lounge(control: Control) -> int:
    """The default cast's private group."""
    return next(int(chat["id"]) for chat in (await control.world())["chats"] if chat["title"] == "Compass lounge")


@pytest.fixture
async def forum(control: Control) -> int:
    """A supergroup with topics where the bot is an administrator with every right it may need."""
    chat = await control.group("Compass forum", [PRIYA, JADE], "supergroup", forum=True)
    await control.bot(
        chat,
        PRIYA,
        "administrator",
        can_manage_topics=True,
        can_pin_messages=True,
        can_delete_messages=True,
        can_invite_users=True,
        can_restrict_members=True,
    )
    return chat


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        reason = f"none of {', '.join(BROWSERS)} is installed, so the page cannot be tried"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    server = Server()
    server.world.limits.on = False
    await server.start()
    async with ClientSession() as session:
        yield Bot(server, session)
    await server.stop()


@pytest.fixture
async def page(browser: Browser, bot: Bot) -> AsyncIterator[Page]:
    async for opened in open_page(browser, bot, 1600, 1000):
        yield opened
