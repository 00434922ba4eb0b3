"""A duty team's forum as a second window: a topic for each escalation that stands with duty, and every line in it.

The tables say what is missing there, so a restart repeats nothing, and a topic that is lost loses nobody: pages, cards and
answers in private never depend on it.
"""

from __future__ import annotations

from datetime import timedelta

from bot import escalating, relaying
from bot.message import written
from bot.models import Lane, Role
from bot.relay import Piece
from bot.staff import tell_role
from bot.store import escalations, lines, occurrences, topics
from bot.store.topics import Window
from bot.turn import Speech
from content.council import Council
from content.texts import relay as texts

SHOWN_AFTER = timedelta(days=1)
"""So long after it was resolved a topic still shows what is said."""
AT_ONCE = 20
"""Lines shown in one go; the rest follows at the next tick."""
LOST = "topic lost"


async def keep_up(speech: Speech, council: Council) -> None:
    """Do what is missing: note what was lost, open topics, show what was said since."""
    for window in await topics.broken(speech.connection):
        await _lose(speech, council, window)
    forum = await topics.forum(speech.connection)
    if forum is None:
        return
    for number in await topics.wanting(speech.connection):
        await _open(speech, forum, number)
    for window in await topics.open_(speech.connection, speech.now - SHOWN_AFTER):
        if window.chat_id == forum:
            await _show(speech, window)


async def _open(speech: Speech, forum: int, number: int) -> None:
    standing = await escalations.get(speech.connection, number, lock=True)
    if standing is None:
        return
    await topics.add(speech.connection, speech.now, forum, number)
    name = texts.TOPIC_NAME.format(initials=await escalating.initials_of(speech, standing), number=number)
    speech.call("createForumTopic", forum, {"name": name}, escalation=number)
    await speech.event("escalation", number, "topic opened")


async def _show(speech: Speech, window: Window) -> None:
    """The head first, then each line once, those aside that were written in the topic itself."""
    standing = await escalations.get(speech.connection, window.escalation_id)
    if standing is None:
        return
    if not await topics.has_head(speech.connection, window):
        gaps = {
            "initials": await escalating.initials_of(speech, standing), "number": standing.id, "kind": standing.kind,
        }  # fmt: skip
        head = written(texts.TOPIC_HEAD, gaps)
        speech.say(window.chat_id, head, thread=window.thread_id, escalation=standing.id, protect_content=True)
    last = await topics.last_line(speech.connection, window)
    for line in await lines.after(speech.connection, standing.id, last, AT_ONCE):
        if line.chat_id == window.chat_id or (line.body is None and line.file is None):
            continue
        calls = await relaying.for_staff(speech, standing, line, Piece(line.body, line.file))
        relaying.say(
            speech, window.chat_id, calls, lane=Lane.REPLY, escalation=standing.id, line=line.id,
            thread=window.thread_id,
        )  # fmt: skip


async def _lose(speech: Speech, council: Council, window: Window) -> None:
    """It can't be used any more: managers are told once a day for each group, and nothing else changes."""
    await topics.lose(speech.connection, window, speech.now)
    await speech.event("escalation", window.escalation_id, "topic lost")
    standing = await escalations.get(speech.connection, window.escalation_id)
    day = speech.now.astimezone(council.zone).date()
    if standing is not None and await occurrences.once(speech.connection, LOST, window.chat_id, day, speech.now):
        gaps = {"initials": await escalating.initials_of(speech, standing), "number": standing.id}
        await tell_role(speech, Role.MANAGER, written(texts.TOPIC_LOST, gaps), lane=Lane.REPLY)
