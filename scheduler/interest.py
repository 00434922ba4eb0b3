"""Nudges from the dates of interests: the next step that is due, the gentle question, and whoever joined meanwhile."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Final

from bot import following, press
from bot import interest as rule
from bot.interest import Ask, Asked
from bot.message import Button, written
from bot.models import Lane, Role, Stage
from bot.notice import AFTER_A_CARD, is_quiet
from bot.reaching import held_back, reach
from bot.service import Service
from bot.store import interests, notices, occurrences, people, receipts
from bot.store.interests import Interest
from bot.store.people import Actor
from bot.turn import Speech
from bot.when import day_said
from bot.working_time import is_open
from content.texts import interest as texts
from scheduler.failing import complain

log = logging.getLogger(__name__)
ASKED_SERIES: Final = "interest asked"
DUE_TEXTS: Final = (texts.DUE, texts.DUE_AGAIN, texts.DUE_MANAGER)
Job = Callable[[Speech], Awaitable[None]]


async def tick(service: Service) -> None:
    """Do what is due. Rows say what was done, so a restart does nothing twice; one failure stops no other."""
    now = service.clock.now()
    try:
        jobs = await _due(service, now)
    except Exception as error:  # noqa: BLE001 - one tick; the next comes soon
        complain(log, error, "the interests can't be read")
        return
    for number, job in jobs:
        try:
            async with service.speaking() as speech:
                await job(speech)
        except Exception as error:  # noqa: BLE001 - one interest must not stop the others
            complain(log, error, f"interest {number} could not be followed up")


async def _due(service: Service, now: datetime) -> list[tuple[int, Job]]:
    """What there may be to do; each job looks again in its own transaction."""
    async with service.store.reading() as connection:
        joined = await interests.joined_since(connection)
        live = [one for one in await interests.live(connection) if one.person_id is not None]
        came = await interests.steps(connection, [one.id for one in live])
    jobs: list[tuple[int, Job]] = [(number, partial(_adopt, service, number, who)) for number, who in joined]
    if is_open(service.council, now):
        jobs += [
            (one.id, partial(_remind, service, one.id))
            for one in live
            if one.next_at is not None and one.next_at <= now
        ]
    if not is_quiet(now, service.council.zone):
        asked = [one for one in live if _question(one, came.get(one.id, {}), now, service) is not None]
        jobs += [(one.id, partial(_ask, service, one.id)) for one in asked]
    return jobs


def _question(one: Interest, came: Mapping[Stage, datetime], now: datetime, service: Service) -> Ask | None:
    return rule.ask(one.stage, came, one.plan, one.nudged_at, now, service.council.zone)


async def _adopt(service: Service, interest_id: int, person_id: int, speech: Speech) -> None:
    person = await people.get(speech.connection, person_id)
    if person is not None and person.is_enrolled and not is_quiet(speech.now, service.council.zone):
        await following.adopt(speech, service.council, interest_id, person)


# --- staff


async def _remind(service: Service, interest_id: int, speech: Speech) -> None:
    """The next step is due: whoever has it is reminded, again after two working days, then the managers once."""
    found = await interests.get(speech.connection, interest_id, lock=True)
    person = await people.get(speech.connection, found.person_id) if found is not None else None
    if found is None or person is None or found.next_at is None or not person.is_enrolled:
        return
    day = found.next_at.astimezone(service.council.zone).date()
    reminded = [
        moment
        for name in rule.RUNGS
        if (moment := await occurrences.happened(speech.connection, f"interest {name}", interest_id, day)) is not None
    ]
    rung = rule.rung(found.next_at, reminded, service.council, speech.now)
    if rung is None or not await occurrences.once(
        speech.connection, f"interest {rule.RUNGS[rung]}", interest_id, day, speech.now
    ):
        return
    await speech.event("interest", interest_id, rule.RUNGS[rung])
    await _tell(service, speech, found, person, rung)


async def _tell(service: Service, speech: Speech, found: Interest, person: Actor, rung: int) -> None:
    whom = await following.followers(speech, person)
    advises = [one for one in whom if one.id == person.adviser_id]
    holder = whom[0].name if whom else texts.THE_TEAM
    if rung == len(rule.RUNGS) - 1:
        whom = await people.with_role(speech.connection, Role.MANAGER)
    offers = await interests.offers(speech.connection, [found.opportunity_id])
    zone, due = service.council.zone, found.next_at or speech.now
    more = {
        "step": following.step_said(found),
        "day": day_said(due.astimezone(zone).date(), speech.now.astimezone(zone).date()),
        "holder": holder,
    }
    last = rung == len(rule.RUNGS) - 1
    given = whom if last else advises or whom
    offer = offers.get(found.opportunity_id)
    await following.tell_followers(speech, service.council, found, offer, person, DUE_TEXTS[rung], whom=given, **more)


# --- young people


async def _ask(service: Service, interest_id: int, speech: Speech) -> None:
    """Ask them, once, if nothing speaks against it; what is held back now is asked later, while it still fits."""
    connection, now = speech.connection, speech.now
    found = await interests.get(connection, interest_id, lock=True)
    person = await people.get(connection, found.person_id) if found is not None else None
    if found is None or person is None or Role.YOUNG_PERSON not in person.roles:
        return
    came = (await interests.steps(connection, [found.id])).get(found.id, {})
    ask = _question(found, came, now, service)
    if ask is None or await _is_held(speech, found, person):
        return
    if not await occurrences.once(connection, ASKED_SERIES, f"{found.id} {ask.what}", ask.day, now):
        return
    if ask.what is not Asked.EVE:
        await interests.change(connection, found.id, nudged_at=now)
    await speech.event("interest", found.id, f"asked: {ask.what}")
    offer = (await interests.offers(connection, [found.opportunity_id])).get(found.opportunity_id)
    said = written(texts.QUESTIONS[ask.what], {"offer": following.offer_said(offer)})
    await reach(speech, person, said.with_buttons(*_buttons(service, speech, found, ask)), lane=Lane.NOTICE)


async def _is_held(speech: Speech, found: Interest, person: Actor) -> bool:
    """They asked for quiet, for a break or not to be asked, or saw a safety card in the last day."""
    if await held_back(speech, person) is not None or await following.asks_no_more(speech, found):
        return True
    chosen = (await notices.choices(speech.connection, [person.id or 0])).get(person.id or 0)
    if chosen is not None and chosen.paused_until is not None and chosen.paused_until > speech.now:
        return True
    return bool(await receipts.had_a_card(speech.connection, [found.telegram_id], speech.now - AFTER_A_CARD))


def _buttons(service: Service, speech: Speech, found: Interest, ask: Ask) -> list[list[Button]]:
    def button(words: str, verb: str, more: str = "") -> Button:
        return press.button(speech.vault, words, verb, found.id, found.telegram_id, speech.now, more=more)

    def move(stage: Stage) -> Button:
        return button(texts.MOVES[stage], "appmove", stage.name.lower())

    not_yet, not_for_me = button(texts.NOT_YET, "appstill", "0/wait"), button(texts.NOT_FOR_ME, "appno")
    rows = {
        Asked.HEARD_BACK: [[move(Stage.INTERVIEW), move(Stage.OFFERED)], [not_yet, not_for_me]],
        Asked.EVE: [],
        Asked.AFTER_INTERVIEW: [[move(Stage.OFFERED), not_yet], [not_for_me]],
        Asked.START: [[move(Stage.STARTED), not_yet], [not_for_me]],
        Asked.STILL_4: _still("4", button),
        Asked.STILL_13: _still("13", button),
    }[ask.what]
    if found.stage is Stage.INTERVIEW and ask.what is Asked.HEARD_BACK:
        rows = [[move(Stage.OFFERED), not_yet], [not_for_me]]
    quiet = [button(texts.STOP_ASKING, "appquiet")]
    return [*rows, *following.help_buttons(service.library), quiet]


def _still(weeks: str, button: Callable[[str, str, str], Button]) -> list[list[Button]]:
    return [
        [button(texts.YES, "appstill", f"{weeks}/yes"), button(texts.NO, "appstill", f"{weeks}/no")],
        [button(texts.HAND, "appstill", f"{weeks}/hand")],
    ]
