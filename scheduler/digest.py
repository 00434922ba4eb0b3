"""At the start of each working day: tell everybody of staff what waits, once."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

from bot import digest as rule
from bot import reviewing
from bot.digest import FIRST, Known
from bot.models import STAFF, DropInState, EnrolmentState, Lane
from bot.service import Service
from bot.store import digest, drop_ins, events, occurrences, people
from bot.store.drop_ins import DropIn
from bot.store.people import Actor
from bot.turn import Speech
from scheduler.failing import complain

log = logging.getLogger(__name__)


async def tick(service: Service) -> None:
    """Send what is due today. The table says whose is made, so a restart sends nothing twice and leaves nobody out."""
    now = service.clock.now()
    try:
        day = rule.due_day(service.council, now)
        if day is None:
            return
        async with service.store.reading() as connection:
            speech = Speech(connection, now)
            waiting = await _waiting(speech, day)
            if not waiting:
                return
            last = await digest.last_sent(connection)
            sinces = {person.id: last.get(person.id or 0, now - FIRST) for person in waiting}
            known = await _known(speech, service, day, min(sinces.values()))
    except Exception as error:  # noqa: BLE001 - one tick; the next is a minute off
        complain(log, error, "the digests can't be made")
        return
    for person in waiting:
        try:
            await _send(service, person, known, sinces[person.id], day)
        except Exception as error:  # noqa: BLE001 - one digest must not stop the others
            complain(log, error, f"the digest of person {person.id} failed")


async def _waiting(speech: Speech, day: date) -> list[Actor]:
    """Staff at work whose digest of today is not made yet; who comes back during the day gets it then."""
    connection = speech.connection
    sent, away = await digest.sent(connection, day), await people.away(connection, speech.now)
    staff = await people.with_role(connection, *STAFF)
    return [one for one in staff if one.telegram_id is not None and one.id not in sent and one.id not in away]


async def _known(speech: Speech, service: Service, day: date, since: datetime) -> Known:
    """Read everything once, for all of them."""
    connection, now = speech.connection, speech.now
    open_now = await digest.open_now(connection)
    missed, lost = await digest.missed(connection, since), await digest.lost(connection, since)
    midnight = datetime.combine(day + timedelta(days=1), datetime.min.time(), service.council.zone).astimezone(UTC)
    away = await digest.away_today(connection, now, midnight)
    without = await people.get_all(connection, await digest.without_adviser(connection))
    wanted = {
        *(number for one in open_now for number in (one.person_id, one.owner_id)),
        *(one.person_id for one in (*missed, *lost)), *away, *away.values(),
    }  # fmt: skip
    named = await people.get_all(connection, [number for number in wanted if number is not None])
    return Known(
        open=open_now,
        missed=missed,
        lost=lost,
        away=away,
        unconfirmed=await people.in_state(connection, EnrolmentState.UNCONFIRMED),
        without_adviser=without,
        people={one.id: one for one in named if one.id is not None},
        head=await events.head(connection),
        drop_ins=await _drop_ins(speech, service, day),
        late_reviews=await reviewing.late(connection, service.council, now),
    )


async def _drop_ins(speech: Speech, service: Service, day: date) -> Sequence[DropIn]:
    """Today's drop-ins, as far as they are held."""
    midnights = (
        datetime.combine(one, datetime.min.time(), service.council.zone) for one in (day, day + timedelta(days=1))
    )
    first, last = (moment.astimezone(UTC) for moment in midnights)
    found = await drop_ins.between(speech.connection, first, last)
    return [one for one in found if one.state is DropInState.PLANNED]


async def _send(service: Service, person: Actor, known: Known, since: datetime, day: date) -> None:
    """Mark and send in one transaction, with the roles that the person holds at this moment."""
    async with service.speaking() as speech:
        there = await people.get(speech.connection, person.id)
        if there is None or not there.is_staff or there.telegram_id is None:
            return
        if not await occurrences.once(speech.connection, digest.SERIES, person.id, day, speech.now):
            return
        message = rule.message(there, known, since, speech.now, service.council)
        if message is not None:
            speech.say(there.telegram_id, message, lane=Lane.NOTICE)
