"""What Telegram keeps for the bot until the bot confirms it."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

KINDS = (
    "message", "edited_message", "channel_post", "edited_channel_post", "business_connection",
    "business_message", "edited_business_message", "deleted_business_messages", "guest_message",
    "message_reaction", "message_reaction_count", "inline_query", "chosen_inline_result", "callback_query",
    "shipping_query", "pre_checkout_query", "purchased_paid_media", "poll", "poll_answer", "my_chat_member",
    "chat_member", "chat_join_request", "chat_boost", "removed_chat_boost", "managed_bot",
)  # fmt: skip
ONLY_WHEN_ASKED = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
DEFAULT = frozenset(KINDS) - ONLY_WHEN_ASKED
KEPT_SECONDS = 24 * 3600  # "Incoming updates are stored ... not longer than 24 hours" (Bot API, getting updates)


@dataclass(frozen=True)
class Pending:
    """One update that the bot has not confirmed."""

    update: dict[str, Any]
    at: float
    lane: int
    """The chat whose order it belongs to; 0 if it has none."""


class Updates:
    """The queue of updates: numbered without gaps, forgotten when confirmed or a day old."""

    def __init__(self, first_id: int) -> None:
        self.next_id = first_id
        self.confirmed_up_to = first_id - 1
        self.expired = 0
        self.allowed = DEFAULT
        self.pending: OrderedDict[int, Pending] = OrderedDict()

    def allow(self, kinds: Iterable[str]) -> None:
        """Remember which kinds the bot asked for; an empty list means the default set."""
        asked = frozenset(kinds)
        self.allowed = asked & frozenset(KINDS) if asked else DEFAULT

    @property
    def is_default(self) -> bool:
        """Whether the bot gets the default set of kinds."""
        return self.allowed == DEFAULT

    def add(self, kind: str, payload: dict[str, Any], at: float, lane: int = 0) -> int | None:
        """Queue one update unless the bot did not ask for its kind; give its id."""
        if kind not in self.allowed:
            return None
        update_id = self.next_id
        self._put({"update_id": update_id, kind: payload}, at, lane)
        return update_id

    def add_raw(self, update: dict[str, Any], at: float) -> int:
        """Queue any object as it is, so that a bot can be shown what it does not expect."""
        update_id = update.get("update_id")
        if not isinstance(update_id, int):
            update_id = self.next_id
            update = {"update_id": update_id, **{k: v for k, v in update.items() if k != "update_id"}}
        self._put(update, at, 0)
        return update_id

    def _put(self, update: dict[str, Any], at: float, lane: int) -> None:
        update_id = update["update_id"]
        self.pending[update_id] = Pending(update, at, lane)
        self.next_id = max(self.next_id, update_id + 1)

    def confirm(self, offset: int) -> None:
        """Forget everything below the offset; a negative one keeps only that many of the newest."""
        if offset < 0:
            offset = sorted(self.pending)[offset:][0] if self.pending else self.confirmed_up_to + 1
        for update_id in [held for held in self.pending if held < offset]:
            self.forget(update_id)

    def forget(self, update_id: int) -> None:
        """Drop one update that the bot has confirmed."""
        if self.pending.pop(update_id, None) is not None:
            self.confirmed_up_to = max(self.confirmed_up_to, update_id)

    def clear(self) -> None:
        """Drop everything that waits (drop_pending_updates)."""
        for update_id in list(self.pending):
            self.forget(update_id)

    def expire(self, now: float) -> None:
        """Lose what is older than a day, as Telegram does when a bot is down for too long."""
        while self.pending:
            update_id, oldest = next(iter(self.pending.items()))
            if now - oldest.at <= KEPT_SECONDS:
                return
            del self.pending[update_id]
            self.expired += 1

    def waiting(self, limit: int, now: float) -> list[dict[str, Any]]:
        """The oldest updates that wait, without confirming them."""
        self.expire(now)
        found: list[dict[str, Any]] = []
        for held in self.pending.values():
            if len(found) == limit:
                break
            found.append(held.update)
        return found
