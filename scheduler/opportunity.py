"""Opportunities close on their day, forms that were left are asked about, and the public listing is read once a day."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Final

import aiohttp

from bot import opportunity as rule
from bot import press
from bot.message import Message, join, plain, written
from bot.models import Lane, OpportunityState, Role
from bot.opportunity import AskWhetherWanted, Drop, Filling
from bot.service import Service
from bot.staff import tell
from bot.store import forms, occurrences, opportunities, people
from bot.store.forms import Form
from bot.store.opportunities import Stored
from bot.store.people import Actor
from bot.turn import Speech
from bot.vacancies import Reading, VacanciesUnavailable, VacancyClient, changes
from bot.when import day_said
from content.opportunity import short
from content.texts import opportunity_form as texts
from scheduler.failing import complain

log = logging.getLogger(__name__)
READ_AT: Final = time(7, 30)
"""Local time, before the team's day begins."""
READ, FAILED, VANISHED = "listing read", "listing failed", "listing gone"
"""Series of occurrences."""
LISTING: Final = "vacancies"
TOLD: Final = (Role.EMPLOYMENT, Role.PARTICIPATION)
FORMS_FROM, FORMS_UNTIL = time(9), time(18)
"""Staff are asked about a form they left only by day."""


async def close_past(service: Service) -> None:
    """Close what is past its closing date. It is not shown from midnight on anyway; this makes it so in the table."""
    try:
        today = _today(service)
        async with service.store.reading() as connection:
            over = await opportunities.over(connection, today)
        for number in over:
            async with service.speaking() as speech:
                since = OpportunityState.OPEN
                if await opportunities.move(speech.connection, number, speech.now, OpportunityState.CLOSED, since):
                    await speech.event("opportunity", number, "closed", why="closing date")
    except Exception as error:  # noqa: BLE001 - one tick; the next is a minute off
        complain(log, error, "what is past its closing date can't be closed")


def _today(service: Service) -> date:
    return service.clock.now().astimezone(service.council.zone).date()


# --- forms


async def ask_about_forms(service: Service) -> None:
    """Ask once about a form that was left for three days; throw away what was left for a month."""
    now = service.clock.now()
    if not FORMS_FROM <= now.astimezone(service.council.zone).time() < FORMS_UNTIL:
        return
    try:
        async with service.store.reading() as connection:
            left = await forms.left_since(connection, rule.FORM, now - rule.ASKED_AFTER)
    except Exception as error:  # noqa: BLE001 - one tick; the next is minutes off
        complain(log, error, "the forms that were left can't be read")
        return
    for form in left:
        try:
            async with service.speaking() as speech:
                await _settle(speech, service, form)
        except Exception as error:  # noqa: BLE001 - one form must not stop the others
            complain(log, error, f"the form {form.id} could not be settled")


async def _settle(speech: Speech, service: Service, seen: Form) -> None:
    """With the form as it is now: whoever left it may have come back."""
    form = await forms.of_person(speech.connection, seen.person_id, rule.FORM)
    if form is None or form.id != seen.id:
        return
    match rule.what_of_form(form.changed_at, form.asked_at, speech.now):
        case Drop():
            await rule.throw_away(speech.connection, speech.now, form)
            await speech.event("form", form.id, "dropped", why="left for a month")
        case AskWhetherWanted() if await forms.mark_asked(speech.connection, speech.now, form.id):
            person = await people.get(speech.connection, form.person_id)
            if person is not None and person.is_staff:
                tell(speech, [person], lambda to: _still_wanted(speech, service, form, to), lane=Lane.NOTICE)


def _still_wanted(speech: Speech, service: Service, form: Form, to: Actor) -> Message:
    zone, chat_id = service.council.zone, to.telegram_id or 0
    until = (form.changed_at + rule.DROPPED_AFTER).astimezone(zone).date()
    title = Filling.from_fields(form.fields).facts.title or texts.WITHOUT_TITLE
    buttons = [
        press.button(speech.vault, texts.STILL_YES, "opnew", 0, chat_id, speech.now, more="resume"),
        press.button(speech.vault, texts.STILL_NO, "opagain", form.id, chat_id, speech.now, more="drop"),
    ]
    told = {"title": title, "day": day_said(until, speech.now.astimezone(zone).date())}
    return written(texts.STILL_WANTED, told).with_buttons(buttons)


# --- the public listing


async def read_listing(service: Service) -> None:
    """Read Find an Apprenticeship if today's reading is still to come. What was read and its mark are one transaction."""
    if service.settings.vacancies_key is None:
        return
    try:
        if not await _is_due(service):
            return
        reading = await _reading(service)
    except VacanciesUnavailable as why:
        log.warning("%s", why)
        await _failed(service, why.reason)
        return
    except Exception as error:  # noqa: BLE001 - one tick; the next is minutes off
        complain(log, error, "the listing of apprenticeships can't be read")
        return
    try:
        async with service.speaking() as speech:
            await _take(speech, service, reading)
    except Exception as error:  # noqa: BLE001 - one tick; the next is minutes off
        complain(log, error, "what the listing says can't be kept")


async def _is_due(service: Service) -> bool:
    local = service.clock.now().astimezone(service.council.zone)
    if local.time() < READ_AT:
        return False
    async with service.store.reading() as connection:
        for series in (READ, FAILED):
            if await occurrences.happened(connection, series, LISTING, local.date()):
                return False
    return True


async def _reading(service: Service) -> Reading:
    """Raises VacanciesUnavailable. One client a day asks for thirty pages at most, far below what is allowed."""
    settings = service.settings
    key, latitude, longitude = settings.vacancies_key, settings.vacancies_latitude, settings.vacancies_longitude
    if key is None or latitude is None or longitude is None:
        raise VacanciesUnavailable("its settings are not complete")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:
        client = VacancyClient(settings.vacancies_url, key.get_secret_value(), session)
        return await client.near(latitude, longitude, settings.vacancies_miles)


async def _failed(service: Service, why: str) -> None:
    """Staff hear of it on the third day in a row, once; until then it may pass by itself."""
    try:
        async with service.speaking() as speech:
            connection, today = speech.connection, speech.now.astimezone(service.council.zone).date()
            if not await occurrences.once(connection, FAILED, LISTING, today, speech.now):
                return
            days = [today - timedelta(days=ago) for ago in range(rule.FAILED_DAYS + 1)]
            failed = {day for day in days if await occurrences.happened(connection, FAILED, LISTING, day)}
            if rule.failed_long_enough(failed, today):
                tell(speech, await _whom(speech), plain(texts.LISTING_FAILS.format(why=why)), lane=Lane.NOTICE)
    except Exception as error:  # noqa: BLE001 - one tick; the next is minutes off
        complain(log, error, "a failure of the listing can't be noted")


async def _whom(speech: Speech) -> list[Actor]:
    return await people.with_role(speech.connection, *TOLD)


async def _take(speech: Speech, service: Service, reading: Reading) -> None:
    """Propose what is new, note what changed, and see to what is gone; once a day, whatever restarts."""
    connection, today = speech.connection, speech.now.astimezone(service.council.zone).date()
    if not await occurrences.once(connection, READ, LISTING, today, speech.now):
        return
    if reading.faults or reading.doubt:
        log.warning("the listing: %d adverts left out; %s", len(reading.faults), reading.doubt or "it is complete")
    known = await opportunities.listed(connection)
    found = changes({reference: one.digest or "" for reference, one in known.items()}, reading)
    new = 0
    for vacancy in found.new:
        if vacancy.closes_on >= today:
            facts, miles = rule.from_vacancy(vacancy), None if vacancy.miles is None else round(vacancy.miles)
            number = await opportunities.propose(
                connection, speech.now, facts, reference=vacancy.reference, digest=vacancy.digest, miles=miles
            )
            new += number is not None
    changed_open = []
    for vacancy in found.changed:
        one = known[vacancy.reference]
        await opportunities.note_digest(connection, {one.id: vacancy.digest})
        if one.state is OpportunityState.PROPOSED:
            await opportunities.change(connection, one.id, rule.from_vacancy(vacancy))
        elif rule.is_open(one, today):
            changed_open.append(one)
    await _see_to_gone(speech, (known[reference] for reference in found.gone), today)
    await speech.event("listing", today, "read", new=new, changed=len(found.changed), gone=len(found.gone))
    if new or changed_open:
        tell(speech, await _whom(speech), lambda to: _news(speech, new, changed_open, today, to), lane=Lane.NOTICE)


async def _see_to_gone(speech: Speech, gone: Iterable[Stored], today: date) -> None:
    """A proposal that vanished goes; staff are asked, once, about one that is open."""
    asked = await _whom(speech)
    for one in gone:
        if one.state is OpportunityState.PROPOSED:
            since = OpportunityState.PROPOSED
            await opportunities.move(speech.connection, one.id, speech.now, OpportunityState.WITHDRAWN, since)
        elif rule.is_open(one, today) and await occurrences.once(
            speech.connection, VANISHED, one.id, "once", speech.now
        ):
            tell(speech, asked, lambda to, one=one: _gone(speech, one, to), lane=Lane.NOTICE)  # type: ignore[misc]


def _gone(speech: Speech, one: Stored, to: Actor) -> Message:
    buttons = [
        press.button(speech.vault, words, "opgone", one.id, to.telegram_id or 0, speech.now, more=more)
        for words, more in ((texts.WITHDRAW, "withdraw"), (texts.KEEP_OPEN, "keep"))
    ]
    return written(texts.GONE_LISTED, {"title": one.facts.title}).with_buttons(buttons)


def _news(speech: Speech, new: int, changed: list[Stored], today: date, to: Actor) -> Message:
    chat_id, now = to.telegram_id or 0, speech.now
    parts, rows = [], []
    if new:
        parts.append(written(texts.NEW_LISTED if new > 1 else texts.NEW_LISTED_ONE, {"count": new}))
        rows.append([press.button(speech.vault, texts.LOOK_THROUGH, "oppick", 0, chat_id, now)])
    if changed:
        lines = "\n".join(f"• {short(one.facts, today)}" for one in changed)
        parts.append(plain(texts.CHANGED_LISTED.format(lines=lines)))
        rows += [
            [press.button(speech.vault, rule.shortened(one.facts.title, 60), "opone", one.id, chat_id, now)]
            for one in changed[:10]
        ]
    return join(parts).with_buttons(*rows)
