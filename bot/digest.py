"""The morning digest: when it is made, what is somebody's, and its words. Pure; `scheduler.digest` sends it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from bot import when, working_time
from bot.escalation import is_overdue
from bot.message import Message, bold, join, plain
from bot.models import EscalationState, Role, Rung
from bot.store.digest import Happened, Open
from bot.store.drop_ins import DropIn
from bot.store.events import Head
from bot.store.people import Actor, initials
from content.council import Council
from content.texts import digest as texts

LATE: Final = timedelta(hours=2)
"""A bot that starts late in the day still sends it until so long before closing; later it would only be noise."""
SHORTEST: Final = timedelta(hours=1)
"""On a day that is open for less than that, it is sent all the same."""
FIRST: Final = timedelta(days=1)
"""Somebody's first digest looks back so far."""
MOST_LINES: Final = 15
MAC_SHOWN: Final = 12
WAITS_FOR: Final = {
    Rung.DUTY: frozenset({Role.DUTY}),
    Rung.MANAGER: frozenset({Role.MANAGER}),
    Rung.ALARM: frozenset({Role.DUTY, Role.MANAGER}),
}
"""Whose turn it is on each rung that no single person holds."""


def due_day(council: Council, now: datetime) -> date | None:
    """The day whose digest is due at this moment: from opening time on, until two hours before closing."""
    day = now.astimezone(council.zone).date()
    periods = [(opens.astimezone(UTC), closes.astimezone(UTC)) for opens, closes in working_time.periods(council, day)]
    if not periods:
        return None
    opens, closes = periods[0][0], periods[-1][1]
    latest = max(closes - LATE, min(closes, opens + SHORTEST))
    return day if opens <= now.astimezone(UTC) < latest else None


@dataclass(frozen=True, slots=True)
class Known:
    """What the bot knows this morning, for everybody's digest."""

    open: Sequence[Open]
    missed: Sequence[Happened]
    lost: Sequence[Happened]
    away: Mapping[int, int | None]
    unconfirmed: Sequence[Actor]
    without_adviser: Sequence[Actor]
    people: Mapping[int, Actor]
    head: Head | None
    drop_ins: Sequence[DropIn]
    late_reviews: int = 0


def stands_with(person: Actor, one: Open, covered: Collection[int]) -> bool:
    """Whether an escalation is theirs to deal with: they have it, cover for who has it, or hold the rung it waits on."""
    if one.state is EscalationState.ACKNOWLEDGED or one.rung is Rung.ADVISER:
        return one.owner_id is not None and (one.owner_id == person.id or one.owner_id in covered)
    if one.rung is Rung.ON_CALL:
        return person.on_call
    return bool(person.roles & WAITS_FOR[one.rung]) or (one.rung is Rung.ALARM and person.on_call)


def message(person: Actor, known: Known, since: datetime, now: datetime, council: Council) -> Message | None:
    """Somebody's digest; None when there is nothing to say."""
    manages = Role.MANAGER in person.roles
    covered = {absent for absent, cover in known.away.items() if cover == person.id}
    mine = [one for one in known.open if stands_with(person, one, covered)]
    cases = _Cases(known, now, council)
    others = [one for one in known.open if manages and one not in mine and is_overdue(one.promised_at, now)]
    theirs = covered | {person.id}
    missed = [one for one in known.missed if one.at > since and (manages or one.owner_id in theirs)]
    lost = [one for one in known.lost if one.at > since]
    arrived_not = {one.number: one for one in lost if one.number is not None and one.owner_id in theirs}
    unconfirmed = [one for one in known.unconfirmed if manages or one.invited_by == person.id]
    sections = [
        _section(texts.WITH_YOU, [cases.line(one, one.owner_id in covered) for one in mine]),
        _section(texts.OVERDUE_ELSEWHERE, [cases.line(one) for one in others]),
        _section(texts.MISSED, [cases.numbered(one) for one in missed]),
        _section(texts.LOST, [cases.numbered(one) for one in arrived_not.values()]),
        plain(texts.LOST_IN_ALL.format(count=len(lost))) if manages and lost else None,
        plain(texts.LATE_REVIEWS.format(count=known.late_reviews)) if manages and known.late_reviews else None,
        _section(texts.UNCONFIRMED, [_named(one) for one in unconfirmed]),
        _section(texts.WITHOUT_ADVISER, [_named(one) for one in known.without_adviser if manages]),
        _section(texts.AWAY, [_absent(one, known) for one in known.away if one != person.id]),
        _section(texts.DROP_INS, [_drop_in(one, council) for one in known.drop_ins]),
        plain(texts.HEAD.format(row=known.head.row, mac=known.head.mac[:MAC_SHOWN]))
        if manages and known.head
        else None,
    ]
    said = [section for section in sections if section is not None]
    day = now.astimezone(council.zone).date()
    title = bold(texts.TITLE.format(day=f"{day:%A} {day.day} {day:%B}"))
    return join([title, *said]) if said else None


def _section(title: str, lines: Iterable[str]) -> Message | None:
    """A heading and its lines, words as they are; None without lines."""
    found = list(lines)
    if not found:
        return None
    shown = found[:MOST_LINES]
    if len(found) > MOST_LINES:
        shown.append(texts.MORE.format(count=len(found) - MOST_LINES))
    return bold(title) + plain("".join(f"\n{texts.LINE.format(line=line)}" for line in shown))


@dataclass(frozen=True, slots=True)
class _Cases:
    """Puts escalations into lines."""

    known: Known
    now: datetime
    council: Council

    def line(self, one: Open, covers: bool = False) -> str:
        said = texts.CASE.format(
            initials=self._initials(one.person_id), number=one.number, since=self._when(one.opened_at)
        )
        owner = self.known.people.get(one.owner_id or 0)
        if covers and owner is not None:
            said += texts.FOR.format(owner=owner.name)
        if one.urgent:
            said += texts.URGENT
        if one.promised_at is not None and is_overdue(one.promised_at, self.now):
            said += texts.OVERDUE.format(promised=self._when(one.promised_at))
        return f"{said}."

    def numbered(self, one: Happened) -> str:
        return texts.NUMBERED.format(initials=self._initials(one.person_id), number=one.number)

    def _initials(self, person_id: int | None) -> str:
        person = self.known.people.get(person_id) if person_id is not None else None
        return person.initials if person is not None else initials("")

    def _when(self, moment: datetime) -> str:
        return when.said(moment, self.now, self.council.zone)


def _named(person: Actor) -> str:
    return texts.NUMBERED.format(initials=person.initials, number=person.id)


def _absent(person_id: int, known: Known) -> str:
    name = known.people[person_id].name if person_id in known.people else "?"
    cover = known.people.get(known.away[person_id] or 0)
    if cover is None:
        return texts.COVERED_BY_DUTY.format(name=name)
    return texts.COVERED_BY.format(name=name, cover=cover.name)


def _drop_in(one: DropIn, council: Council) -> str:
    opens, closes = (moment.astimezone(council.zone) for moment in (one.starts_at, one.ends_at))
    times = {"opens": f"{opens.hour}:{opens:%M}", "closes": f"{closes.hour}:{closes:%M}"}
    return texts.DROP_IN.format(**times, name=one.name, place=one.place)
