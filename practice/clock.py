"""The practice clock: real time plus an offset that only grows."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from practice.errors import Mistake


class Clock:
    """Tells the time in the practice world, so that an hour can pass in a moment."""

    def __init__(self, real: Callable[[], float] = time.time) -> None:
        self.real = real
        self.offset = 0.0

    def now(self) -> float:
        """Seconds since 1970 in the practice world."""
        return self.real() + self.offset

    def iso(self) -> str:
        """The practice time as ISO 8601 in UTC."""
        return datetime.fromtimestamp(self.now(), UTC).isoformat(timespec="seconds")

    def advance(self, seconds: float) -> None:
        """Let time pass at once; going back would give messages impossible dates."""
        if not 0 <= seconds < 10 * 366 * 86_400:
            raise Mistake("The clock only goes forward, by ten years at most.")
        self.offset += seconds

    def advance_to(self, moment: str) -> None:
        """Go forward to an ISO 8601 moment; a moment without a zone is read as UTC."""
        try:
            then = datetime.fromisoformat(moment)
        except ValueError:
            raise Mistake(f"{moment!r} is not an ISO 8601 moment.") from None
        if then.tzinfo is None:
            then = then.replace(tzinfo=UTC)
        self.advance(then.timestamp() - self.now())
