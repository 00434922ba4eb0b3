"""Every night: forget what has been kept long enough."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.service import Service
from bot.store import enquiries, inbox, outbox

log = logging.getLogger(__name__)
KEEP_UPDATES = timedelta(days=3)
"""Longer than Telegram repeats an update (24 hours), shorter than its numbers may start anew (a week)."""
KEEP_MESSAGES = timedelta(days=7)
"""Delivery details are kept a week, as GOV.UK Notify does (safety-and-reliability 2.7)."""


async def sweep(service: Service) -> None:
    """Delete updates that were handled and messages that were sent; what a person must look at stays."""
    now = service.clock.now()
    try:
        async with service.store.transaction() as connection:
            updates = await inbox.forget_done(connection, now - KEEP_UPDATES)
            await enquiries.forget_updates(connection, now - KEEP_UPDATES)
            messages = await outbox.forget_sent(connection, now - KEEP_MESSAGES)
        log.info("forgot %d updates and %d messages", updates, messages)
    except Exception:
        log.exception("the nightly sweep failed; it is tried again tomorrow")
