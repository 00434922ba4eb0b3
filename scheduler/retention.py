"""Every night: forget what has been kept long enough."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot.service import Service
from bot.store import inbox

log = logging.getLogger(__name__)
KEEP_UPDATES = timedelta(days=3)
"""Longer than Telegram repeats an update (24 hours), shorter than its numbers may start anew (a week)."""


async def sweep(service: Service) -> None:
    """Delete updates that were handled; what was set aside stays for a person to look at."""
    try:
        async with service.store.transaction() as connection:
            gone = await inbox.forget_done(connection, service.clock.now() - KEEP_UPDATES)
        log.info("forgot %d updates", gone)
    except Exception:
        log.exception("the nightly sweep failed; it is tried again tomorrow")
