"""The audit's chain: each event's digest covers the event and the digest before it, so nothing can be changed or left out unseen."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from bot.store.vault import Vault

PURPOSE = "audit"


def link(
    vault: Vault,
    before: bytes,
    row: int,
    at: datetime,
    noun: str,
    subject: str,
    verb: str,
    actor_id: int | None,
    details: Any,
) -> bytes:
    """The digest of one event (32 bytes); `before` is the digest of the event before it, empty for the first."""
    moment = (at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)).isoformat(timespec="microseconds")
    words = json.dumps([row, moment, noun, subject, verb, actor_id, details], sort_keys=True)
    return vault.mac(PURPOSE, before + words.encode())
