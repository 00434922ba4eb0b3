"""How fast the bot may send: Telegram's limits, kept by counting, with room left for whoever can't wait.

Telegram's FAQ: about 30 messages a second over all, one a second to a chat, 20 a minute to a group.
"""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field

from bot.models import Lane

CHAT_SECONDS = 1.05
"""Seconds between two messages to one chat: a second, and what two packets may differ on their way."""
GROUP_MINUTE = 62.0
GROUP_AT_MOST = 20
"""Messages to one group in a minute; a little more than 60 seconds for the same reason."""
OVERALL_SECOND = 1.05
RESERVED = 0.2
"""Share of the overall rate that notices and broadcasts may never use."""
CHATS_TO_STOP_ALL = 3
"""When so many chats are told to wait at once, Telegram means the bot and not the chat."""


@dataclass(slots=True)
class Pace:
    """Remembers what was sent when; `now` is a steady clock in seconds."""

    per_second: int
    _all: deque[float] = field(default_factory=deque)
    _last: dict[int, float] = field(default_factory=dict)
    _group: defaultdict[int, deque[float]] = field(default_factory=lambda: defaultdict(deque))
    _told_to_wait: dict[int, float] = field(default_factory=dict)
    _held: dict[int, float] = field(default_factory=dict)
    _all_wait_until: float = 0.0

    def room(self, now: float) -> int:
        """How many messages may go out now over all."""
        while self._all and self._all[0] <= now - OVERALL_SECOND:
            self._all.popleft()
        return max(0, self.per_second - len(self._all))

    def allows(self, lane: int, now: float, room: int) -> bool:
        """Whether a message of this lane may go out now, whatever its chat, when there is room for so many."""
        if lane < Lane.NOTICE:
            return room > 0
        return room > self.per_second * RESERVED and now >= self._all_wait_until

    def chat_free_at(self, chat_id: int, now: float) -> float:
        """When this chat may get its next message; not after `now` means at once."""
        free = max(
            self._told_to_wait.get(chat_id, 0.0),
            self._held.get(chat_id, 0.0),
            self._last.get(chat_id, -CHAT_SECONDS) + CHAT_SECONDS,
        )
        if chat_id < 0:
            sent = self._group[chat_id]
            while sent and sent[0] <= now - GROUP_MINUTE:
                sent.popleft()
            if len(sent) >= GROUP_AT_MOST:
                free = max(free, sent[0] + GROUP_MINUTE)
        return free

    def busy_chats(self, now: float) -> list[int]:
        """Chats that can't get a message now. Forgets chats that have been quiet."""
        for chat_id in [c for c, last in self._last.items() if last + GROUP_MINUTE < now]:
            del self._last[chat_id]
            self._group.pop(chat_id, None)
        for waits in (self._told_to_wait, self._held):
            for chat_id in [c for c, until in waits.items() if until <= now]:
                del waits[chat_id]
        known = {*self._last, *self._told_to_wait, *self._held}
        return [chat_id for chat_id in known if self.chat_free_at(chat_id, now) > now]

    def next_change(self, now: float) -> float | None:
        """The soonest moment at which something that waits now may go out; None when nothing is held back."""
        moments = [self.chat_free_at(chat_id, now) for chat_id in self.busy_chats(now)]
        if self._all:
            moments.append(self._all[0] + OVERALL_SECOND)
        moments.append(self._all_wait_until)
        return min((moment for moment in moments if moment > now), default=None)

    def sent(self, chat_id: int | None, now: float) -> None:
        """Count a message that goes out now."""
        self._all.append(now)
        if chat_id is not None:
            self._last[chat_id] = now
            if chat_id < 0:
                self._group[chat_id].append(now)

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
