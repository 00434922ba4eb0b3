"""Writes to a young person who did not just write themselves: with respect for /stop, /hide and discreet mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot import press
from bot.hide import quiet_until
from bot.message import Message, plain, split
from bot.models import Lane
from bot.store import veiled
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import reaching as texts


@dataclass(frozen=True, slots=True)
class Reached:
    """It is on its way, maybe veiled."""


@dataclass(frozen=True, slots=True)
class HeldBack:
    """They asked for quiet; `why` is "stopped", "hidden" or "no account". A person may decide to send it nevertheless."""

    why: str


async def reach(
    speech: Speech,
    person: Actor,
    message: Message,
    *,
    lane: Lane = Lane.REPLY,
    escalation: int | None = None,
    line: int | None = None,
    insist: bool = False,
) -> Reached | HeldBack:
    """Send a message that the young person did not just ask for.

    `insist` sends in spite of /stop and /hide: for what a member of staff decided to send. In discreet mode only
    neutral words show, and a tap reveals the rest.
    """
    calls = [("sendMessage", part.as_parameters()) for part in split(message)]
    return await reach_with(speech, person, calls, lane=lane, escalation=escalation, line=line, insist=insist)


async def reach_with(
    speech: Speech,
    person: Actor,
    calls: Sequence[tuple[str, dict[str, Any]]],
    *,
    lane: Lane = Lane.REPLY,
    escalation: int | None = None,
    line: int | None = None,
    insist: bool = False,
) -> Reached | HeldBack:
    """The same for photos, files and whatever else: calls of the Bot API, as methods and their parameters."""
    held = await held_back(speech, person, insist=insist)
    if held is not None or person.telegram_id is None:
        return held or HeldBack("no account")
    if person.discreet:
        await veil(speech, person.telegram_id, list(calls), lane, escalation, line)
        return Reached()
    for method, parameters in calls:
        speech.call(method, person.telegram_id, parameters, lane=lane, escalation=escalation, line=line)
    return Reached()


async def held_back(speech: Speech, person: Actor, *, insist: bool = False) -> HeldBack | None:
    """Why nothing is sent to them at this moment; None when it would be."""
    if person.telegram_id is None:
        return HeldBack("no account")
    if not insist and person.stopped_at is not None:
        return HeldBack("stopped")
    quiet = None if insist else await quiet_until(speech, person)
    return HeldBack("hidden") if quiet is not None and quiet > speech.now else None


async def veil(
    speech: Speech,
    chat_id: int,
    calls: list[tuple[str, dict[str, Any]]],
    lane: Lane,
    escalation: int | None,
    line: int | None,
) -> None:
    """Keep the real message sealed, and send neutral words with a button that reveals it."""
    kept = await veiled.add(speech.connection, speech.now, chat_id, calls, escalation, line)
    show = press.button(speech.vault, texts.SHOW, "show", kept, chat_id, speech.now)
    speech.say(chat_id, plain(texts.NEUTRAL).with_buttons([show]), lane=lane, escalation=escalation, line=line)
