"""Every few seconds: delete what landed in a chat after it was cleared, and the answer to /hide once it was read."""

from __future__ import annotations

import logging

from bot import hide
from bot.service import Service
from bot.store import hide as store

log = logging.getLogger(__name__)


async def clear(service: Service) -> None:
    """Look only when somebody asked for it in the last day."""
    try:
        async with service.store.reading() as connection:
            asked = await store.notes(connection)
        if not asked:
            return
        async with service.speaking() as speech:
            messages = await hide.clear_late(speech)
        if messages:
            log.info("deleted %d messages that had landed in cleared chats", messages)
    except Exception:
        log.exception("clearing chats failed; it is tried again in a moment")
