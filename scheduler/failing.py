"""What a job of the clock does when it fails: say so and come again. One failure stops no other job."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from functools import wraps

from bot.errors import DatabaseError
from bot.service import Service
from bot.store.engine import is_passing

Job = Callable[[Service], Awaitable[None]]


def complain(log: logging.Logger, error: Exception, what: str) -> None:
    """Database trouble passes and is said quietly; anything else with its traceback."""
    if isinstance(error, DatabaseError) or is_passing(error):
        log.warning("%s: the database can't be used right now (%s); it is tried again", what, type(error).__name__)
    else:
        log.error("%s; it is tried again", what, exc_info=error)


def logged(log: logging.Logger) -> Callable[[Job], Job]:
    """A job that fails is logged and comes again at the next tick."""

    def mark(job: Job) -> Job:
        @wraps(job)
        async def careful(service: Service) -> None:
            try:
                await job(service)
            except Exception:
                log.exception("%s failed; it is tried again at the next tick", job.__name__)

        return careful

    return mark
