"""Every day: write the head of the audit's chain down elsewhere, so that it shows when events are cut off."""

from __future__ import annotations

import asyncio
import logging

from bot import audit
from bot.service import Service
from bot.store import events

log = logging.getLogger(__name__)


async def export_head(service: Service) -> None:
    """Add the newest event's number and digest to AUDIT_FILE, once a day. A failure stops nothing: a later head covers it."""
    try:
        async with service.store.reading() as connection:
            head = await events.head(connection)
        if head is not None:
            today = service.clock.now().astimezone(service.council.zone).date()
            await asyncio.to_thread(audit.export, service.settings.audit_file, head, today)
    except OSError as error:
        log.error(
            "AUDIT_FILE can't be written (%s); the audit's head is not kept elsewhere; it is tried again in an hour",
            error.strerror,
        )
    except Exception:
        log.exception("the audit's head could not be written down; it is tried again in an hour")
