"""Keeps the bot's own timetable: the weekly notice, the reminders of closing dates, the newsletter's draft."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final

from bot import timetable
from bot.service import Service
from bot.turn import Speech
from scheduler.failing import complain

log = logging.getLogger(__name__)
Step = Callable[[Speech], Awaitable[bool]]
OFTEN: Final = 50
"""Opportunities whose reminders are set in one tick; the rest waits for the next."""


async def tick(service: Service) -> None:
    """Make what is missing and mend what has moved; each in a transaction of its own, so that one failure stops no other."""
    council = service.council
    await _step(service, "the weekly notice", partial(timetable.keep_whats_on, council=council))
    await _step(service, "the newsletter", partial(timetable.keep_newsletter, council=council))
    for number in await _unkept(service):
        keep = partial(timetable.keep_reminders, council=council, opportunity_id=number)
        await _step(service, f"the reminders of opportunity {number}", keep)


async def _unkept(service: Service) -> list[int]:
    try:
        async with service.store.reading() as connection:
            found = await timetable.unkept(Speech(connection, service.clock.now()), service.council)
    except Exception as error:  # noqa: BLE001 - one tick; the next is a minute off
        complain(log, error, "reminders of closing dates could not be kept up")
        return []
    return found[:OFTEN]


async def _step(service: Service, what: str, keep: Step) -> None:
    try:
        async with service.speaking() as speech:
            await keep(speech)
    except Exception as error:  # noqa: BLE001 - one step must not stop the others
        complain(log, error, f"{what} could not be kept up")
