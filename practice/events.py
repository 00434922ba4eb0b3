"""The numbered happenings that the page follows."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import takewhile
from typing import Any

HELD = 5_000


class Events:
    """A bounded tape of happenings, each with a version one higher than the last.

    The first version grows from one start of the practice to the next, so that a page that outlived a restart
    is told to start anew.
    """

    def __init__(self, version: int = 0) -> None:
        self.version = version
        self.tape: deque[dict[str, Any]] = deque(maxlen=HELD)
        self.listeners: list[Callable[[], None]] = []

    def emit(self, kind: str, **details: Any) -> None:
        """Record a happening and wake whoever follows the tape."""
        self.version += 1
        self.tape.append({"version": self.version, "kind": kind, **details})
        for listener in self.listeners:
            listener()

    def knows(self, since: int) -> bool:
        """Whether everything after this version is still on the tape."""
        first = self.tape[0]["version"] if self.tape else self.version + 1
        return first - 1 <= since <= self.version

    def after(self, since: int) -> list[dict[str, Any]]:
        """Happenings later than this version, oldest first."""
        newest_first = takewhile(lambda event: event["version"] > since, reversed(self.tape))
        return list(newest_first)[::-1]
