"""Every two seconds: take each escalation's step that is due, and tell staff what did not arrive."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.escalating import report_undelivered, take_step
from bot.service import Service
from bot.store import escalations
from bot.turn import Speech
from scheduler.failing import complain

log = logging.getLogger(__name__)
AT_MOST = 500
"""Steps a tick; whatever is left is first in the next one."""


async def tick(service: Service) -> None:
    """Take what is due. Each step is a transaction of its own, so one that fails stops no other and is tried again."""
    try:
        async with service.store.reading() as connection:
            due = await escalations.due(connection, service.clock.now(), AT_MOST)
            lost = bool(await escalations.undelivered(connection, 1))
    except Exception as error:  # noqa: BLE001 - one tick; the next is two seconds off
        complain(log, error, "the escalations can't be looked at")
        return
    for number in due:
        await _alone(service, lambda speech, number=number: take_step(speech, service.council, number), f"the step of escalation {number} failed")  # type: ignore[misc]  # fmt: skip
    if lost:
        await _alone(
            service,
            lambda speech: report_undelivered(speech, service.council),
            "nobody could be told what did not arrive",
        )


async def _alone(service: Service, work: Callable[[Speech], Awaitable[object]], failed: str) -> None:
    try:
        async with service.speaking() as speech:
            await work(speech)
    except Exception as error:  # noqa: BLE001 - it must not stop the others
        complain(log, error, failed)
