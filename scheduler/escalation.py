"""Every two seconds: take each escalation's step that is due, and tell staff what did not arrive."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable

from bot.errors import DatabaseError
from bot.escalating import report_undelivered, take_step
from bot.service import Service
from bot.store import escalations
from bot.store.engine import is_passing
from bot.turn import Speech

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
        _complain(error, "the escalations can't be looked at")
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
        _complain(error, failed)


def _complain(error: Exception, what: str) -> None:
    """Database trouble passes and is said quietly; anything else with its traceback."""
    if isinstance(error, DatabaseError) or is_passing(error):
        log.warning("%s: the database can't be used right now (%s); it is tried again", what, type(error).__name__)
    else:
        log.error("%s; it is tried again", what, exc_info=error)
