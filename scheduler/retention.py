"""Every night: forget what has been kept long enough, each kind by its own time."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from bot.service import Service
from bot.store import retention, schema
from bot.store.retention import Limits

log = logging.getLogger(__name__)


async def sweep(service: Service) -> None:
    """Forget by kind, each in a transaction of its own, so that trouble with one keeps no other. Only counts are logged."""
    kept, now = service.council.retention, service.clock.now()
    text = timedelta(days=kept.text_days)
    limits = Limits.at(now, text, timedelta(days=kept.delivery_days))
    counts: dict[str, int] = {}
    for kind, forget in retention.SWEEPS.items():
        try:
            async with service.store.transaction() as connection:
                counts[kind] = await forget(connection, limits)
        except Exception:
            log.exception("the nightly sweep of %s failed; it is tried again tomorrow", kind)
    await _backups(service, counts, limits)
    told = [f"{kind}: {count}" for kind, count in counts.items() if count]
    log.info("forgot %s", ", ".join(told) if told else "nothing")


async def _backups(service: Service, counts: dict[str, int], limits: Limits) -> None:
    """A backup holds what was forgotten since, so it is kept no longer than words are."""
    if service.store.file is None:
        return
    try:
        counts["backups"] = await asyncio.to_thread(schema.forget_backups, service.store.file, limits.text)
    except OSError as error:
        log.error("an old backup can't be deleted (%s); it is tried again tomorrow", error.strerror)
