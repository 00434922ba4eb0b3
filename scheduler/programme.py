"""Makes the sessions of the programme, sixty days ahead, and reads a council's first programme."""

from __future__ import annotations

import logging

from bot import programme, timetabling
from bot.service import Service
from bot.store import occurrences, series
from bot.turn import Speech
from scheduler.failing import complain

log = logging.getLogger(__name__)

FILE = "programme.yaml"
"""Beside a council's `council.yaml`; read once, when there is no series yet."""


async def begin(service: Service) -> None:
    """At the start: the council's first programme if there is none, then a look at all of it."""
    try:
        await _seed(service)
    except Exception as error:  # noqa: BLE001 - the bot goes on without a programme; the next start tries again
        complain(log, error, f"{FILE} could not be read")
    await tick(service)


async def _seed(service: Service) -> None:
    """Staff who ended every series, or took them over from a file, don't get the first programme back."""
    path = service.settings.council_file.parent / FILE
    if not path.exists():
        return
    async with service.store.reading() as connection:
        if not await series.is_empty(connection):
            return
    today = service.clock.now().astimezone(service.council.zone).date()
    reading = programme.read(path.name, path.read_bytes(), today)
    for fault in reading.faults:
        log.warning("%s: %s", FILE, fault)
    if not reading.series:
        return
    async with service.speaking() as speech:
        if await occurrences.once(speech.connection, "programme", "first", "once", speech.now):
            await timetabling.take_over(speech, service.council, reading.series, None)


async def tick(service: Service) -> None:
    """One look at every series. A failure of one stops no other and is tried again at the next tick."""
    try:
        async with service.store.reading() as connection:
            speech = Speech(connection, service.clock.now())
            due = await timetabling.due(speech, service.council)
    except Exception as error:  # noqa: BLE001 - one tick; the next is minutes off
        complain(log, error, "the programme can't be looked at")
        return
    for series_id in due:
        try:
            async with service.speaking() as speech:
                await timetabling.keep_up(speech, service.council, series_id)
        except Exception as error:  # noqa: BLE001 - one series must not stop the others
            complain(log, error, f"the sessions of series {series_id} could not be made")
