"""Telegram's sending limits, kept strictly so that a bot learns to keep them by itself.

The figures are the official ones (core.telegram.org/bots/faq, "My bot is hitting limits"): one message a second in
one chat with short bursts, twenty a minute in a group, about thirty a second over all. Telegram's real tolerance is
not published; the burst of three here is on the strict side. Real time counts, not practice time.
"""

from __future__ import annotations

import math
from collections import deque

CHAT_INTERVAL = 1.0
CHAT_BURST = 3
GROUP_PER_MINUTE = 20
OVERALL_PER_SECOND = 30


class Limits:
    """Counts sends and says how long a bot that sends too much has to wait."""

    def __init__(self) -> None:
        self.on = True
        self.earned = 0
        self._due: dict[int, float] = {}
        self._group: dict[int, deque[float]] = {}
        self._overall: deque[float] = deque()
        self._punished: dict[int, float] = {}

    def refuse(self, chat_id: int, now: float) -> int | None:
        """Count one send at this real time; whole seconds to wait if it is one too many."""
        if not self.on:
            return None
        wait = self._wait(chat_id, now)
        if wait <= 0:
            self._count(chat_id, now)
            return None
        seconds = max(1, math.ceil(wait))
        self._punished[chat_id] = now + seconds
        self.earned += 1
        return seconds

    def _wait(self, chat_id: int, now: float) -> float:
        """Seconds until this send would keep every limit; nothing or less if it does now."""
        waits = [self._punished.get(chat_id, 0.0) - now]
        waits.append(self._due.get(chat_id, 0.0) - now - CHAT_INTERVAL * (CHAT_BURST - 1))
        waits.append(_window(self._overall, 1.0, OVERALL_PER_SECOND, now))
        if chat_id < 0:
            waits.append(_window(self._group.setdefault(chat_id, deque()), 60.0, GROUP_PER_MINUTE, now))
        return max(waits)

    def _count(self, chat_id: int, now: float) -> None:
        self._due[chat_id] = max(self._due.get(chat_id, 0.0), now) + CHAT_INTERVAL
        self._overall.append(now)
        if chat_id < 0:
            self._group.setdefault(chat_id, deque()).append(now)
        if len(self._due) > 5_000:
            self._due = {chat: due for chat, due in self._due.items() if due > now}
            self._punished = {chat: until for chat, until in self._punished.items() if until > now}


def _window(times: deque[float], seconds: float, most: int, now: float) -> float:
    """Seconds until a sliding window has room again."""
    while times and times[0] <= now - seconds:
        times.popleft()
    return times[0] + seconds - now if len(times) >= most else 0.0
