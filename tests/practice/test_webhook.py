"""Webhooks: the secret, the order in a chat, and trying again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from practice.client import Control
from tests.practice.cast import JADE, PRIYA, TOM


class Bot:
    """A bot's own address, which answers as it is told to."""

    def __init__(self) -> None:
        self.answers: list[web.Response | None] = []
        self.tries: list[dict[str, Any]] = []
        self.secrets: list[str | None] = []
        self.taken: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.at_once = self.most_at_once = 0
        self.crowded = asyncio.Event()
        self.gate = asyncio.Event()
        self.gate.set()
        self.url = ""

    async def hook(self, request: web.Request) -> web.Response:
        update = await request.json()
        self.tries.append(update)
        self.secrets.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if self.at_once > 1:
            self.crowded.set()
        await self.gate.wait()
        self.at_once -= 1
        answer = self.answers.pop(0) if self.answers else web.Response()
        if answer is None:
            assert request.transport is not None
            request.transport.abort()
            return web.Response()
        if answer.status < 300:
            await self.taken.put(update)
        return answer

    async def take(self, count: int) -> list[str]:
        async with asyncio.timeout(10):
            return [(await self.taken.get())["message"]["text"] for _ in range(count)]


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    running = Bot()
    application = web.Application()
    application.router.add_post("/hook", running.hook)
    runner = web.AppRunner(application, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    running.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield running
    running.gate.set()
    await runner.cleanup()


async def info(control: Control) -> dict[str, Any]:
    found: dict[str, Any] = (await control.as_bot("getWebhookInfo")).result
    return found


async def test_an_update_is_posted_with_the_secret(control: Control, bot: Bot) -> None:
    await control.as_bot("setWebhook", url=bot.url, secret_token="s3cret")
    await control.say(JADE, "hello")
    assert await bot.take(1) == ["hello"]
    assert bot.secrets == ["s3cret"]
    assert (await control.calls("setWebhook"))[0].params["secret_token"] == "…"


async def test_what_waited_is_posted_too_unless_it_is_dropped(control: Control, bot: Bot) -> None:
    await control.say(JADE, "before")
    await control.as_bot("setWebhook", url=bot.url)
    assert await bot.take(1) == ["before"]
    await control.as_bot("deleteWebhook")
    await control.say(JADE, "dropped")
    await control.as_bot("setWebhook", url=bot.url, drop_pending_updates=True)
    await control.say(JADE, "after")
    assert await bot.take(1) == ["after"]


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (web.Response(status=500), "Wrong response from the webhook: 500 Internal Server Error"),
        (web.Response(status=302), "Wrong response from the webhook: 302 Found"),
        (None, "Connection reset by peer"),
    ],
)
async def test_a_failed_update_is_tried_again_before_the_next(
    control: Control, bot: Bot, failure: web.Response | None, words: str
) -> None:
    bot.answers = [failure]
    await control.as_bot("setWebhook", url=bot.url)
    for text in ("one", "two", "three"):
        await control.say(JADE, text)
    assert await bot.take(3) == ["one", "two", "three"]
    assert [update["message"]["text"] for update in bot.tries] == ["one", "one", "two", "three"]
    assert (await info(control))["last_error_message"] == words


async def test_an_address_that_nobody_answers_keeps_updates_waiting(control: Control, bot: Bot) -> None:
    await control.as_bot("setWebhook", url="http://127.0.0.1:9/hook")
    await control.say(JADE, "hello")
    async with asyncio.timeout(10):
        while "last_error_message" not in (told := await info(control)):
            pass
    assert told["pending_update_count"] == 1
    await control.as_bot("setWebhook", url=bot.url)
    assert await bot.take(1) == ["hello"]


async def test_one_chat_is_served_in_order_and_chats_side_by_side(control: Control, bot: Bot) -> None:
    bot.gate.clear()
    await control.as_bot("setWebhook", url=bot.url, max_connections=2)
    for person in (JADE, PRIYA, TOM):
        for number in range(3):
            await control.say(person, f"{person} {number}")
    await asyncio.wait_for(bot.crowded.wait(), 10)
    bot.gate.set()
    texts = await bot.take(9)
    assert bot.most_at_once == 2
    for person in (JADE, PRIYA, TOM):
        assert [text for text in texts if text.startswith(str(person))] == [f"{person} {n}" for n in range(3)]


async def test_a_call_in_the_answer_is_carried_out(control: Control, bot: Bot) -> None:
    bot.answers = [web.json_response({"method": "sendMessage", "chat_id": JADE, "text": "Hi"})]
    await control.as_bot("setWebhook", url=bot.url)
    await control.say(JADE, "hello")
    assert (await control.next_call("sendMessage")).executed


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"url": "http://example.org/hook"}, "bad webhook: HTTPS URL must be provided for webhook"),
        ({"url": "http://127.0.0.1:9/", "secret_token": "not this one"}, "secret token contains unallowed characters"),
        ({"url": "http://127.0.0.1:9/", "max_connections": 101}, "bad webhook: max_connections must be from 1 to 100"),
    ],
)
async def test_a_webhook_that_would_not_do(control: Control, params: dict[str, Any], words: str) -> None:
    assert (await control.as_bot("setWebhook", **params)).description == f"Bad Request: {words}"
    assert (await info(control))["url"] == ""
