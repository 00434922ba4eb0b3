"""What time brings to those who come to a drop-in: two reminders, one question, and the numbers under a group's message."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from bot import attending, whats_on
from bot import drop_in as rule
from bot.message import Message
from bot.models import Lane
from bot.notice import is_quiet
from bot.service import Service
from bot.store import drop_in_posts, drop_ins
from bot.store.drop_in_posts import Post
from bot.store.drop_ins import DropIn, Place
from bot.turn import Speech
from bot.whats_on import Screen
from scheduler.failing import logged

log = logging.getLogger(__name__)
LOOK_AHEAD: Final = timedelta(hours=32)
"""The reminder of the day before comes at most so long before a session: from 17:00 until the next midnight, clock change and all."""
LOOK_BACK: Final = timedelta(days=3)
KEPT: Final = timedelta(days=8)
"""So long after its drop-in a group's message is brought up to date; then it stays as it is."""


@logged(log)
async def remind(service: Service) -> None:
    """The day before and in the morning, each once, and not to those who said yes after that moment."""
    now, zone = service.clock.now(), service.council.zone
    if is_quiet(now, zone):
        return
    await _fill(service)
    async with service.store.reading() as connection:
        soon = await drop_ins.between(connection, now, now + LOOK_AHEAD)
    for drop_in in soon:
        if (kind := rule.reminder_due(drop_in, now, zone)) is not None:
            at = rule.reminder_at(kind, drop_in, zone)
            for place in await _not_asked(service, drop_in, kind, at):
                said = partial(attending.remind, zone=zone, drop_in=drop_in, place=place, reminder=kind)
                await _each(service, place, said)


async def _fill(service: Service) -> None:
    """Places that fell free without a press: somebody deleted their data, or has a new phone."""
    async with service.store.reading() as connection:
        free = await drop_ins.with_free_places(connection, service.clock.now())
    for number in free:
        try:
            async with service.speaking() as speech:
                await attending.fill(speech, service.council.zone, number)
        except Exception:
            log.exception("the free places of drop-in %d could not be given out; it is tried again", number)


@logged(log)
async def ask_afterwards(service: Service) -> None:
    """ "Did you get there?", once, to those who said they would come and were not ticked."""
    now, zone = service.clock.now(), service.council.zone
    if is_quiet(now, zone):
        return
    async with service.store.reading() as connection:
        over = await drop_ins.ended(connection, now - LOOK_BACK, now)
    for drop_in in over:
        if rule.is_asked(drop_in, now, zone):
            for place in await _not_asked(service, drop_in, rule.FOLLOW_UP, now):
                if not place.came:
                    await _each(service, place, partial(attending.ask, zone=zone, drop_in=drop_in, place=place))


async def _not_asked(service: Service, drop_in: DropIn, series: str, before: datetime) -> list[Place]:
    day = drop_in.starts_at.astimezone(service.council.zone).date()
    async with service.store.reading() as connection:
        return await drop_ins.not_asked(connection, drop_in, series, day.isoformat(), before)


async def _each(service: Service, place: Place, write: Callable[[Speech], Awaitable[None]]) -> None:
    """One person's message and its note are one transaction; one that fails must not stop the others."""
    try:
        async with service.speaking() as speech:
            await write(speech)
    except Exception:
        log.exception("writing about place %d failed; it is tried again at the next tick", place.id)


@logged(log)
async def show_counts(service: Service) -> None:
    """Bring the messages in groups up to date: one change at a time a group, never one a press."""
    async with service.store.reading() as connection:
        posts = await drop_in_posts.all_(connection)
        busy = await drop_in_posts.being_changed(connection, {post.chat_id for post in posts}) if posts else set()
        speech = Speech(connection, service.clock.now())
        now_said = [(post, await _message(speech, service, post)) for post in posts if post.chat_id not in busy]
    for post, said in now_said:
        if post.chat_id not in busy and (said is None or whats_on.checksum(said) != post.shown):
            busy.add(post.chat_id)
            try:
                await _show(service, post, said)
            except Exception:
                log.exception("a group's list of drop-ins can't be brought up to date; it is tried again")


async def _show(service: Service, post: Post, said: Message | None) -> None:
    async with service.speaking() as speech:
        if said is None:
            await drop_in_posts.forget(speech.connection, post)
        elif await drop_in_posts.shows(speech.connection, post, whats_on.checksum(said)):
            parameters = {**said.as_parameters(), "message_id": post.message_id}
            speech.call("editMessageText", post.chat_id, parameters, lane=Lane.NOTICE)


async def _message(speech: Speech, service: Service, post: Post) -> Message | None:
    """What stands in the group from now on; None: it is long over, and the message stays as it is."""
    zone = service.council.zone
    drop_in = await drop_ins.get(speech.connection, post.drop_in_id)
    if drop_in is None or drop_in.ends_at + KEPT < speech.now:
        return None
    screen = Screen(speech.vault, post.chat_id, speech.now, zone)
    shown: Sequence[DropIn] = [drop_in]
    if post.whole_week:
        first, last = whats_on.week_of(drop_in.starts_at.astimezone(zone).date(), 0, zone)
        shown = whats_on.still_to_come(await drop_ins.between(speech.connection, first, last), speech.now)
    return whats_on.in_group(screen, shown, service.private_link(whats_on.LINK), whole_week=post.whole_week)
