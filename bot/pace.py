"""How fast the bot may send: Telegram's limits, kept by counting, with room left for whoever can't wait.

Telegram's FAQ: about 30 messages a second over all, one a second to a chat, 20 a minute to a group. A message counts from its start
until a second (a minute) after its answer: it arrived somewhere in between, so the limits hold however slow the line is.
"""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass, field

from bot.models import Lane

CHAT_SECONDS = 1.01
"""Seconds from one answer to the next message to the same chat; the hundredth is for two clocks."""
GROUP_MINUTE = 60.1
GROUP_AT_MOST = 20
"""Messages to one group in a minute."""
OVERALL_SECOND = 1.01
RESERVED = 3
"""Places in each second that notices and broadcasts may never use; one in eight where the pace is slower."""
EVENLY = 0.9
"""Notices and broadcasts are spread over the second: a burst would make a reply wait, and a crash doubt many at once.
This share of the even distance leaves room to catch up."""
CHATS_TO_STOP_ALL = 3
"""When so many chats are told to wait at once, Telegram means the bot and not the chat."""


@dataclass(slots=True)
class Pace:
    """Remembers what was sent when; `now` is a steady clock in seconds."""

    per_second: int
    _under_way: int = 0
    _last_start: float = -1.0
    _all: deque[float] = field(default_factory=deque)
    _recent: deque[tuple[float, int]] = field(default_factory=deque)
    _last: dict[int, float] = field(default_factory=dict)
    _groups: dict[int, deque[float]] = field(default_factory=dict)
    _told_to_wait: dict[int, float] = field(default_factory=dict)
    _held: dict[int, float] = field(default_factory=dict)
    _all_wait_until: float = 0.0

    @property
    def reserved(self) -> int:
        """Places of a second that are kept for whoever can't wait."""
        return min(RESERVED, self.per_second // 8)

    def room(self, now: float) -> int:
        """How many messages may go out now over all."""
        while self._all and self._all[0] <= now - OVERALL_SECOND:
            self._all.popleft()
        return max(0, self.per_second - len(self._all) - self._under_way)

    def allows(self, lane: int, now: float, room: int) -> bool:
        """Whether a message of this lane may go out now, whatever its chat, when there is room for so many."""
        if lane < Lane.NOTICE:
            return room > 0
        return room > self.reserved and now >= self._all_wait_until and now >= self._next_even()

    def free_at(self, lane: int, chat_id: int | None, now: float) -> float:
        """When a message of this lane to this chat may go out; in the past means now, never means after the next answer."""
        free = self.chat_free_at(chat_id, now) if chat_id is not None else 0.0
        needed = self.reserved if lane >= Lane.NOTICE else 0
        if self.room(now) <= needed:
            free = max(free, self._all[0] + OVERALL_SECOND if self._all else math.inf)
        return max(free, self._all_wait_until, self._next_even()) if lane >= Lane.NOTICE else free

    def _next_even(self) -> float:
        return self._last_start + EVENLY / self.per_second

    def chat_free_at(self, chat_id: int, now: float) -> float:
        """When this chat may get its next message; not after `now` means at once."""
        self._forget(now)
        free = max(self._told_to_wait.get(chat_id, 0.0), self._held.get(chat_id, 0.0))
        if chat_id in self._last:
            free = max(free, self._last[chat_id] + CHAT_SECONDS)
        sent = self._groups.get(chat_id, deque())
        return max(free, sent[0] + GROUP_MINUTE) if len(sent) >= GROUP_AT_MOST else free

    def busy_chats(self, now: float) -> list[int]:
        """Chats that can't get a message now."""
        self._forget(now)
        full_groups = [chat_id for chat_id, sent in self._groups.items() if len(sent) >= GROUP_AT_MOST]
        return list({*self._last, *self._told_to_wait, *self._held, *full_groups})

    def started(self, now: float) -> None:
        """A message goes out now."""
        self._under_way += 1
        self._last_start = now

    def ended(self, chat_id: int | None, now: float) -> None:
        """Its answer is there, or will never come."""
        self._under_way -= 1
        self.remember(chat_id, now)

    def dropped(self) -> None:
        """It did not go out after all."""
        self._under_way -= 1

    def remember(self, chat_id: int | None, now: float) -> None:
        """Count a message that was answered at this moment; call in order of time."""
        self._all.append(now)
        if chat_id is not None:
            self._last[chat_id] = now
            self._recent.append((now, chat_id))
            if chat_id < 0:
                self._groups.setdefault(chat_id, deque()).append(now)

    def _forget(self, now: float) -> None:
        """Drop what holds nothing back any more, so that memory and time stay flat."""
        while self._recent and self._recent[0][0] + CHAT_SECONDS <= now:
            at, chat_id = self._recent.popleft()
            if self._last.get(chat_id) == at:
                del self._last[chat_id]
        for chat_id, sent in list(self._groups.items()):
            while sent and sent[0] + GROUP_MINUTE <= now:
                sent.popleft()
            if not sent:
                del self._groups[chat_id]
        for waits in (self._told_to_wait, self._held):
            for chat_id in [chat for chat, until in waits.items() if until <= now]:
                del waits[chat_id]

    def told_to_wait(self, chat_id: int | None, seconds: float, now: float) -> None:
        """Obey a `retry_after`: this chat waits, and the lower lanes too once Telegram says it of several chats."""
        if chat_id is not None:
            self._told_to_wait[chat_id] = now + seconds
        waiting = sum(until > now for until in self._told_to_wait.values())
        if chat_id is None or waiting >= CHATS_TO_STOP_ALL:
            self._all_wait_until = max(self._all_wait_until, now + seconds)

    def hold(self, chat_id: int | None, seconds: float, now: float) -> None:
        """Let a chat's messages wait together after one could not be sent, so that they stay in order."""
        if chat_id is not None:
            self._held[chat_id] = now + seconds
