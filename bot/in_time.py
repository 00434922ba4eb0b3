"""Runs work that may hang beside the loop, and stops waiting for it after a while."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


async def in_time(seconds: float, work: Callable[..., T], *given: Any) -> T:
    """What the work returns or raises; TimeoutError after so many seconds.

    Work that hangs keeps its own thread and nobody else's: a pool would be used up by a few such messages, and would
    hold up the end of the bot.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def settle(result: T | None, error: BaseException | None) -> None:
        if done.done():
            return
        if error is not None:
            done.set_exception(error)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def run() -> None:
        result, error = None, None
        try:
            result = work(*given)
        except BaseException as raised:  # noqa: BLE001 - raised again where it is waited for
            error = raised
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, result, error)

    threading.Thread(target=run, daemon=True, name="in time").start()
    async with asyncio.timeout(seconds):
        return await done
