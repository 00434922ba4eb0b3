"""/hide: clears a private chat as far as Telegram lets a bot do it, and keeps quiet for a day.

What is still under way when somebody asks lands moments later. So the chat is noted, and the clock's door deletes that
too, and at last the answer itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from bot.models import Lane
from bot.store import hide, people
from bot.store.people import Actor
from bot.turn import Speech

QUIET: Final = timedelta(hours=24)
"""So long nothing is sent that they did not ask for, unless a person decides to."""
READ_BY: Final = timedelta(minutes=5)
"""So long the answer to /hide stays, for them to read it."""
MOMENT: Final = timedelta(microseconds=1)
"""The answer is as old as its note; what was written before is older."""


async def hide_chat(speech: Speech, actor: Actor, telegram_id: int, up_to: int | None = None) -> int:
    """Clear a private chat and keep quiet in it from now on. Returns how many messages go."""
    going = await clear(speech, telegram_id, up_to)
    await hide.note(speech.connection, speech.now, telegram_id)
    if actor.id is not None:
        await people.change(speech.connection, actor.id, quiet_until=speech.now + QUIET)
    return going


async def clear(speech: Speech, telegram_id: int, up_to: int | None = None) -> int:
    """Cancel what waits for a private chat and delete what can be deleted. Returns how many messages go.

    `up_to` is the number of the update that asks for it: what came after it is a new conversation.
    """
    connection, now = speech.connection, speech.now
    await hide.cancel_waiting(connection, {telegram_id: now}, now)
    ours = (await hide.ours(connection, {telegram_id: now}, now)).get(telegram_id, [])
    theirs = await hide.theirs(connection, telegram_id, now, up_to)
    going = sorted({*ours, *theirs})
    _delete(speech, telegram_id, going)
    return len(going)


async def quiet_until(speech: Speech, person: Actor) -> datetime | None:
    """Until when somebody asked for quiet. Who has not joined has no row, so the chat's note says it."""
    if person.id is not None or person.telegram_id is None:
        return person.quiet_until
    asked_at = await hide.asked_at(speech.connection, person.telegram_id)
    return asked_at + QUIET if asked_at is not None else None


async def clear_late(speech: Speech) -> int:
    """Delete what has landed in hidden chats since they asked, and the answers that were read. Returns how many go."""
    connection, now = speech.connection, speech.now
    notes = await hide.notes(connection)
    fresh = {note.chat_id: note.at for note in notes if not note.settled}
    earlier = {chat_id: at - MOMENT for chat_id, at in fresh.items()}
    await hide.cancel_waiting(connection, earlier, now)
    busy = await hide.under_way(connection, list(fresh))
    read = {chat_id: at for chat_id, at in fresh.items() if now - at >= READ_BY}
    found = await hide.ours(connection, earlier | read, now)
    for chat_id, message_ids in found.items():
        _delete(speech, chat_id, message_ids)
    await hide.settle(connection, set(read) - busy)
    await hide.forget(connection, [note.chat_id for note in notes if now - note.at >= QUIET])
    return sum(map(len, found.values()))


def _delete(speech: Speech, chat_id: int, message_ids: list[int]) -> None:
    """In the lane of pages, which is repeated until it is known that it arrived: deleting twice harms nobody."""
    for first in range(0, len(message_ids), 100):
        part = {"message_ids": message_ids[first : first + 100]}
        speech.call("deleteMessages", chat_id, part, lane=Lane.PAGE)
