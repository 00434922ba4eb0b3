"""What time brings to people: the first week's messages, turning 25, and those who stay on the way in too long."""

from __future__ import annotations

import logging
from datetime import timedelta

from bot import enrolling, first_week
from bot import enrolment as rule
from bot.message import Message, written
from bot.models import EnrolmentState, Lane, Role
from bot.reaching import HeldBack, reach
from bot.service import Service
from bot.staff import tell
from bot.store import invitations, occurrences, people
from bot.store.people import Actor
from bot.turn import Speech
from bot.when import day_said
from content.texts import enrolment as texts
from content.texts import people as staff_texts
from scheduler.failing import logged

log = logging.getLogger(__name__)
ASK_OTHERS_AFTER = timedelta(days=1)
"""So long whoever invited has to say who it is; then the managers are asked too."""
NOBODY_SAID_AFTER = timedelta(days=14)


@logged(log)
async def send_first_week(service: Service) -> None:
    """Send what is due of the first week, by day. Each message and its mark are one transaction."""
    if not rule.is_daytime(service.clock.now(), service.council.zone):
        return
    async with service.speaking() as speech:
        for person in await people.get_all(speech.connection, await first_week.due(speech)):
            await first_week.send_next(speech, service.council, service.library, person)


@logged(log)
async def mark_birthdays(service: Service) -> None:
    """Tell advisers a month before somebody turns 25, and say goodbye on the day."""
    now, zone = service.clock.now(), service.council.zone
    if not rule.is_daytime(now, zone):
        return
    today = now.astimezone(zone).date()
    async with service.store.reading() as connection:
        young = await people.with_role(connection, Role.YOUNG_PERSON)
        joined = await people.confirmed_at(connection, [person.id for person in young if person.id is not None])
    for person in young:
        since = joined.get(person.id or 0, now).astimezone(zone).date()
        if (due := rule.turning_25(person, today, since)) is not None:
            async with service.speaking() as speech:
                await _mark(speech, service, await people.get(speech.connection, person.id), due)


async def _mark(speech: Speech, service: Service, person: Actor | None, due: rule.Warn | rule.Farewell) -> None:
    """Do it once, whatever restarts: the note and the words are one transaction."""
    if person is None or person.id is None or Role.YOUNG_PERSON not in person.roles:
        return
    today = speech.now.astimezone(service.council.zone).date()
    busy = isinstance(due, rule.Farewell) and await _is_no_time_for_it(speech, person)
    if busy and isinstance(due, rule.Farewell) and today < due.day + rule.LATEST_FAREWELL:
        return
    series = "warning 25" if isinstance(due, rule.Warn) else "farewell"
    if not await occurrences.once(speech.connection, series, person.id, due.day, speech.now):
        return
    gaps = {"initials": person.initials, "number": person.id, "day": day_said(due.day, today)}
    match due:
        case rule.Warn():
            text = staff_texts.WARNING_25
        case rule.Farewell():
            said = None if busy else await reach(speech, person, _farewell(service), lane=Lane.NOTICE)
            held = said is None or isinstance(said, HeldBack)
            text = staff_texts.HELD_FAREWELL if held else staff_texts.SAID_FAREWELL
    await speech.event("person", person.id, series)
    adviser = await people.get(speech.connection, person.adviser_id)
    there = adviser is not None and adviser.is_staff
    whom = [adviser] if adviser is not None and there else await people.with_role(speech.connection, Role.MANAGER)
    tell(speech, whom, written(text, gaps), lane=Lane.REPLY)


async def _is_no_time_for_it(speech: Speech, person: Actor) -> bool:
    """They asked for quiet, have something open with a person, or saw a safety card: it waits."""
    hidden = person.quiet_until is not None and person.quiet_until > speech.now
    return hidden or await first_week.is_busy(speech, person)


def _farewell(service: Service) -> Message:
    return first_week.with_entries(
        written(texts.FAREWELL, service.council.gaps), texts.FAREWELL_ENTRIES, service.library
    )


@logged(log)
async def settle_joiners(service: Service) -> None:
    """Nobody stays half in: who never answered, and who was never confirmed, is cut loose in the end."""
    now = service.clock.now()
    async with service.speaking() as speech:
        connection = speech.connection
        for joiner in await invitations.joiners(connection, EnrolmentState.INVITED, now - rule.VALID):
            await enrolling.lapse(speech, joiner.person_id, EnrolmentState.INVITED)
        waiting = await invitations.joiners(connection, EnrolmentState.UNCONFIRMED, now - ASK_OTHERS_AFTER)
        for joiner in waiting:
            if joiner.agreed_at is not None and joiner.agreed_at < now - NOBODY_SAID_AFTER:
                await enrolling.lapse(speech, joiner.person_id, EnrolmentState.UNCONFIRMED)
            elif await occurrences.once(connection, "asked others", joiner.person_id, "once", now):
                await _ask_others(speech, joiner.person_id)


async def _ask_others(speech: Speech, person_id: int) -> None:
    person = await people.get(speech.connection, person_id)
    if person is not None:
        managers = await people.with_role(speech.connection, Role.MANAGER)
        others = [manager for manager in managers if manager.id != person.invited_by]
        await enrolling.ask_who_it_is(speech, person, others)
