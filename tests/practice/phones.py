"""The page of phones in a browser: how a test opens it, finds things on it and plays the bot."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from aiohttp import ClientSession
from playwright.async_api import Browser, Locator, Page, expect

from practice.server import Server

ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BUTTONS = {
    "inline_keyboard": [
        [{"text": "That helped", "callback_data": "yes"}, {"text": "Ask a person", "callback_data": "ask"}]
    ]
}
PHONES = 7
"""Six people and the group."""


@dataclass(frozen=True)
class Bot:
    """A bot of three lines: it speaks HTTP to the stand-in, as any bot does."""

    server: Server
    session: ClientSession

    async def call(self, method: str, **params: Any) -> Any:
        url = f"{self.server.api_base}/bot{self.server.token}/{method}"
        async with self.session.post(url, json=params) as response:
            return await response.json()

    async def says(self, chat: int, text: str, **params: Any) -> int:
        answer = await self.call("sendMessage", chat_id=chat, text=text, **params)
        assert answer["ok"], answer
        return int(answer["result"]["message_id"])

    async def hears(self, kind: str) -> dict[str, Any]:
        """The next update of this kind; waits for it at the server, not by the clock."""
        offset = 0
        while True:
            answer = await self.call("getUpdates", offset=offset, timeout=20)
            assert answer["result"], f"no {kind} came"
            for update in answer["result"]:
                offset = update["update_id"] + 1
                if kind in update:
                    return dict(update[kind])

    async def control(self, action: str, **body: Any) -> Any:
        async with self.session.post(f"{self.server.api_base}/control/{action}", json=body) as response:
            assert response.status == 200, await response.text()
            return await response.json()


async def open_page(
    browser: Browser, bot: Bot, width: int, height: int, *, phones: int = PHONES, **how: Any
) -> AsyncIterator[Page]:
    """The page with its phones drawn; whatever it throws fails the test."""
    context = await browser.new_context(viewport={"width": width, "height": height}, reduced_motion="reduce", **how)
    opened = await context.new_page()
    opened.set_default_timeout(10_000)
    thrown: list[str] = []
    opened.on("pageerror", lambda error: thrown.append(str(error)))
    await opened.goto(bot.server.page)
    await expect(opened.locator(".phone")).to_have_count(phones)
    yield opened
    await context.close()
    assert thrown == []


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name, exact=True)


def box(page: Page, name: str) -> Locator:
    return phone(page, name).get_by_role("textbox")


def tool(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Tools").get_by_role("button", name=name)


def bubble(page: Page, name: str, words: str) -> Locator:
    return phone(page, name).locator(".message").filter(has_text=words)


async def more(page: Page, name: str, words: str, choice: str) -> None:
    message = bubble(page, name, words)
    await message.hover()
    await message.get_by_role("button", name="More for").click()
    await page.get_by_role("menuitem", name=choice).click()


async def tab_to(page: Page, target: Locator, most: int = 60) -> None:
    """Press Tab until the target has the focus, as somebody without a mouse does."""
    for _ in range(most):
        if await target.evaluate("node => node === document.activeElement"):
            return
        await page.keyboard.press("Tab")
    pytest.fail(f"Tab does not reach {target}")
