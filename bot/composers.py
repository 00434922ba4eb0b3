"""Who makes the words of notices about something: an opportunity, a drop-in, the week, the newsletter."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import composing, newsletter, whats_on
from bot import notice as rule
from bot import opportunity as opportunity_rule
from bot.composing import Choice, Composed, Entries
from bot.message import Button, bold, join, plain, written
from bot.models import DropInState, NoticeKind
from bot.store import drop_ins, opportunities
from bot.store.drop_ins import DropIn
from bot.store.notices import Notice
from bot.store.opportunities import Stored
from bot.when import day_said
from content.council import Council
from content.opportunity import OpportunityKind, short
from content.texts import timetable as texts

LABEL: Final = 44
"""Characters of a button that a small phone still shows."""
MOST_BUTTONS: Final = 12
"""Drop-ins of the week with a button of their own; the words hold them all."""


def register() -> None:
    """Let `composing.compose` know them."""
    composing.COMPOSERS.update({
        NoticeKind.OPPORTUNITY: opportunity, NoticeKind.CLOSING: closing, NoticeKind.DROP_IN: drop_in,
        NoticeKind.WHATS_ON: this_week, NoticeKind.NEWSLETTER: for_foster_carers,
    })  # fmt: skip


async def opportunity(
    connection: AsyncConnection, council: Council, notice: Notice, now: datetime, entries: Entries
) -> Composed | None:
    """What /jobs shows of it; None when it is not open any more."""
    stored = await _open(connection, council, notice, now)
    if stored is None:
        return None
    message = opportunity_rule.message(
        stored, rule.day_of(now, council.zone), opportunity_rule.titles(stored.facts, entries)
    )
    if stored.facts.kind is OpportunityKind.SUCCESS_STORY:
        return Composed(message, photo=stored.photo)
    help_ = tuple(
        (Button(opportunity_rule.shortened(entries[name].title, LABEL), f"entry:{name}"),)
        for name in stored.facts.help
        if name in entries
    )
    return Composed(message, _wanted(stored), stored.photo, private=(*_unwanted(stored), *help_))


def _wanted(stored: Stored) -> tuple[tuple[Choice, ...], ...]:
    return ((Choice(texts.INTERESTED, "interested", stored.id),),)


def _unwanted(stored: Stored) -> tuple[tuple[Choice, ...], ...]:
    return ((Choice(texts.NOT_FOR_ME, "jobnot", stored.id),),)


async def _open(connection: AsyncConnection, council: Council, notice: Notice, now: datetime) -> Stored | None:
    """The opportunity that a notice is about, while it can be taken up."""
    noun, number = notice.about
    stored = await opportunities.get(connection, number) if noun == "opportunity" and number is not None else None
    return stored if opportunity_rule.is_open(stored, rule.day_of(now, council.zone)) else None


async def closing(
    connection: AsyncConnection, council: Council, notice: Notice, now: datetime, entries: Entries
) -> Composed | None:
    """ "It closes on Friday"; None when it is closed, or has no closing date any more."""
    stored = await _open(connection, council, notice, now)
    if stored is None or stored.facts.closes_on is None:
        return None
    facts, day = stored.facts, day_said(stored.facts.closes_on, rule.day_of(now, council.zone))
    gaps = {
        "title": " ".join(facts.title.split()),
        "day": day if day in ("today", "tomorrow") else f"on {day}",
        "about": texts.CLOSING_BY.format(who=facts.who) if facts.who else "",
        "interested": texts.INTERESTED,
    }
    more = Choice(opportunity_rule.shortened(facts.title, LABEL), "job", stored.id)
    return Composed(written(texts.CLOSING, gaps), _wanted(stored), private=(*_unwanted(stored), (more,)))


async def drop_in(
    connection: AsyncConnection, council: Council, notice: Notice, now: datetime, entries: Entries
) -> Composed | None:
    """One drop-in with "I'm coming"; None when it has begun or was cancelled."""
    noun, number = notice.about
    found = await drop_ins.get(connection, number) if noun == "drop_in" and number is not None else None
    if found is None or found.state is DropInState.CANCELLED or found.starts_at <= now:
        return None
    message = whats_on.details(found, council.zone)
    yes = texts.PUT_ON_LIST if found.is_full else texts.COMING
    answers = (Choice(yes, "coming", found.id), Choice(texts.NOT_COMING, "notcoming", found.id))
    map_ = [[Button(texts.MAP, url=found.map_url)]] if found.map_url else []
    return Composed(message.with_buttons(*map_), (answers,))


async def this_week(
    connection: AsyncConnection, council: Council, notice: Notice, now: datetime, entries: Entries
) -> Composed | None:
    """This week's drop-ins, and what closes this week; None when there is neither.

    In a group it has no buttons: one person's answer would make it another message for everybody.
    """
    today, zone = rule.day_of(now, council.zone), council.zone
    first, last = whats_on.week_of(today, 0, zone)
    coming = whats_on.still_to_come(await drop_ins.between(connection, first, last), now)
    planned = [one for one in coming if one.state is DropInState.PLANNED]
    sunday = (last.astimezone(zone) - rule.WEEK / 7).date()
    ends = [
        one
        for one in await opportunities.open_on(connection, today)
        if one.facts.closes_on is not None and one.facts.closes_on <= sunday
    ]
    if not planned and not ends:
        return None
    sections = [bold(texts.WHATS_ON), whats_on.listed(coming, zone)] if coming else []
    if ends:
        lines = "\n".join(f"• {short(one.facts, today)}" for one in ends)
        sections.append(join([bold(texts.CLOSES_THIS_WEEK), plain(lines)], "\n"))
    return Composed(join([*sections, plain(texts.WAYS_ON)]), private=_ways(planned, ends, council))


def _ways(planned: list[DropIn], ends: list[Stored], council: Council) -> tuple[tuple[Choice, ...], ...]:
    sessions = [Choice(whats_on.label(one, council.zone), "dropin", one.id) for one in planned[:MOST_BUTTONS]]
    offers = [Choice(opportunity_rule.shortened(one.facts.title, LABEL), "job", one.id) for one in ends[:MOST_BUTTONS]]
    return tuple((one,) for one in (*sessions, *offers))


async def for_foster_carers(
    connection: AsyncConnection, council: Council, notice: Notice, now: datetime, entries: Entries
) -> Composed | None:
    """The newsletter as it stands; None when there is nothing in it."""
    found = await newsletter.gather(connection, council, notice.text, notice.first_day, now)
    return None if found.is_empty else Composed(newsletter.message(found, council))
