"""Keeps the duty team's forum up to date, if there is one."""

from __future__ import annotations

import logging

from bot import topic
from bot.service import Service
from bot.store import topics
from bot.store.engine import is_passing

log = logging.getLogger(__name__)


async def tick(service: Service) -> None:
    """One look. Without a forum it is one cheap query; a failure stops nothing and is tried again at the next tick."""
    try:
        async with service.store.reading() as connection:
            if await topics.forum(connection) is None and not await topics.broken(connection):
                return
        async with service.speaking() as speech:
            await topic.keep_up(speech, service.council)
    except Exception as error:
        if is_passing(error):
            log.warning("the database can't be used right now (%s); the forum waits", type(error).__name__)
        else:
            log.exception("the forum could not be brought up to date; it is tried again")
