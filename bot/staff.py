"""Writes to members of staff: managers, everybody with a role."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from bot.message import Message
from bot.models import Lane, Role
from bot.store import people
from bot.store.people import Actor
from bot.turn import Speech


def tell(
    speech: Speech,
    whom: Iterable[Actor],
    message: Message | Callable[[Actor], Message],
    *,
    lane: Lane = Lane.PAGE,
    escalation: int | None = None,
) -> int:
    """Write to each of them in private. Signed buttons differ for each chat: give a function then. Returns how many."""
    told = 0
    for person in whom:
        if person.telegram_id is not None:
            said = message(person) if callable(message) else message
            speech.say(person.telegram_id, said, lane=lane, escalation=escalation)
            told += 1
    return told


async def tell_role(
    speech: Speech, role: Role, message: Message | Callable[[Actor], Message], *, lane: Lane = Lane.PAGE
) -> int:
    """Write to everybody who holds a role. Returns how many, so that nobody believes a message went to no one."""
    return tell(speech, await people.with_role(speech.connection, role), message, lane=lane)
