"""The newsletter for foster carers: what is in it, and how it reads as a message. No young person is named in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Message, bold, join, plain
from bot.models import DropInState
from bot.store import drop_ins, opportunities
from bot.store.drop_ins import DropIn
from bot.store.opportunities import Stored
from bot.whats_on import clock_said, day_said
from content.closing_date import day_in_words
from content.council import Contact, Council
from content.opportunity import OpportunityKind
from content.texts import newsletter as texts

AHEAD: Final = timedelta(weeks=4)
MOST: Final = 12
"""Opportunities in one newsletter; more are not read."""
MOST_STORIES: Final = 3
LONGEST_INTRODUCTION: Final = 900
"""Characters of the first lines."""


@dataclass(frozen=True, slots=True)
class Newsletter:
    """What is in it, as it stands at one moment. `day` is the local day of the issue."""

    day: date
    introduction: str
    opportunities: tuple[Stored, ...]
    sessions: tuple[Sessions, ...]
    stories: tuple[Stored, ...]

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing at all."""
        return not (self.introduction or self.opportunities or self.sessions or self.stories)


@dataclass(frozen=True, slots=True)
class Sessions:
    """The sessions of one series that are held at the same time of day and place."""

    name: str
    agency: str
    place: str
    times: str
    days: tuple[str, ...]


async def gather(
    connection: AsyncConnection, council: Council, introduction: str, day: date, now: datetime
) -> Newsletter:
    """What is open, planned and worth telling at this moment."""
    open_now = await opportunities.open_on(connection, now.astimezone(council.zone).date())
    stories = [one for one in open_now if one.facts.kind is OpportunityKind.SUCCESS_STORY]
    offers = [one for one in open_now if one.facts.kind is not OpportunityKind.SUCCESS_STORY]
    offers.sort(key=lambda one: (one.facts.closes_on or date.max, -one.id))
    coming = await drop_ins.between(connection, now, now + AHEAD)
    planned = [one for one in coming if one.state is DropInState.PLANNED]
    return Newsletter(
        day, introduction, tuple(offers[:MOST]), tuple(_by_series(planned, council.zone)), tuple(stories[:MOST_STORIES])
    )


def _by_series(planned: Iterable[DropIn], zone: ZoneInfo) -> list[Sessions]:
    """A series that comes every week is one line with its days, not four lines."""
    found: dict[tuple[int, str, str], list[DropIn]] = {}
    for one in planned:
        times = texts.TIMES.format(opens=clock_said(one.starts_at, zone), closes=clock_said(one.ends_at, zone))
        found.setdefault((one.series_id, times, one.place), []).append(one)
    return [
        Sessions(held[0].name, held[0].agency, place, times, tuple(day_said(one.starts_at, zone) for one in held))
        for (_, times, place), held in found.items()
    ]


def session_said(one: Sessions) -> str:
    """ "Job club with DWP. The Hub"."""
    agency = texts.AGENCY.format(agency=one.agency) if one.agency else ""
    return texts.SESSION.format(name=one.name, agency=agency, place=one.place)


def days_said(one: Sessions) -> str:
    """ "14:00 to 16:00: Tuesday 24 November, Tuesday 1 December"."""
    return texts.SESSION_DAYS.format(times=one.times, days=", ".join(one.days))


def offer_said(stored: Stored, day: date) -> list[str]:
    """An opportunity without its title: what it is, where, until when; only what is filled."""
    facts = stored.facts
    what = ", ".join(part for part in (facts.kind.label if facts.kind else "", facts.who) if part)
    closes = texts.CLOSES.format(day=day_in_words(facts.closes_on, day)) if facts.closes_on else ""
    where = texts.PLACE.format(where=" ".join(facts.where.split()).rstrip(".")) if facts.where else ""
    return [line for line in (what, " ".join(part for part in (where, closes) if part), facts.link) if line]


def issue_said(newsletter: Newsletter, council: Council) -> str:
    """ "Compass, Anytown. January 2027"."""
    month = f"{newsletter.day:%B %Y}"
    return texts.ISSUE.format(team=council.team, council=council.name, month=month)


def contact_said(contact: Contact) -> str:
    """ "The Compass duty worker: 01632 960110"."""
    return texts.CONTACT.format(name=f"{contact.name[:1].upper()}{contact.name[1:]}", phone=contact.phone)


def message(newsletter: Newsletter, council: Council) -> Message:
    """The newsletter as a message for a group; a long one is sent in parts."""
    offers = [_item(one.facts.title, offer_said(one, newsletter.day)) for one in newsletter.opportunities]
    sessions = [_item(session_said(one), [days_said(one)]) for one in newsletter.sessions]
    stories = [_item(one.facts.title, [one.facts.what] if one.facts.what else []) for one in newsletter.stories]
    parts = [
        join([bold(texts.TITLE), plain(issue_said(newsletter, council))], "\n"),
        *([plain(newsletter.introduction)] if newsletter.introduction else []),
        *_section(texts.OPPORTUNITIES, texts.OPPORTUNITIES_HINT, offers),
        *_section(texts.DROP_INS, texts.DROP_INS_HINT, sessions),
        *_section(texts.STORIES, "", stories),
    ]
    contact = council.contacts.get("duty")
    return join([*parts, *([plain(contact_said(contact))] if contact else [])])


def _item(title: str, lines: Sequence[str]) -> Message:
    return plain("\n".join([f"• {' '.join(title.split())}", *lines]))


def _section(title: str, hint: str, items: Sequence[Message]) -> list[Message]:
    if not items:
        return []
    return [bold(title), *items, *([plain(hint)] if hint else [])]
