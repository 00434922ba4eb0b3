"""The bot's own timetable of notices: the week every Monday, reminders of closing dates, the newsletter for foster carers.

Nobody of staff makes these, so nobody approves them one by one, but for the newsletter; managers pause them in /planned.
Every function here can be called at any time, and again: the rows say what stands already.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot import notice as rule
from bot import opportunity
from bot.audience import Audience
from bot.message import written
from bot.models import Audience as GroupAudience
from bot.models import FiringState, Lane, NoticeKind, NoticeState, Role
from bot.staff import tell
from bot.store import groups, notices, occurrences, opportunities, people
from bot.store.notices import Notice
from bot.store.opportunities import Stored
from bot.turn import Speech
from bot.when import said
from content import recurrence
from content.closing_date import day_in_words
from content.council import Council
from content.opportunity import OpportunityKind
from content.recurrence import Recurrence
from content.texts import newsletter as newsletter_texts

ONCE: Final = "own timetable"
"""Names the occurrences that keep a notice from being made twice, and again after staff cancelled it."""
FOR_GOOD: Final = "once"
"""An occurrence of this day is never forgotten."""

WEEKLY: Final = "FREQ=WEEKLY;BYDAY=MO"
WEEKLY_AT: Final = time(10)
WEEKLY_LATE_HOURS: Final = 24
YOUNG_PEOPLE: Final = Audience(every_group=frozenset({GroupAudience.YOUNG_PEOPLE}), people=True)

DAYS_BEFORE: Final = (7, 2)
"""So many days before its closing date people are reminded of an opportunity."""
REMINDED_AT: Final = time(16)
REMINDER_LATE_HOURS: Final = 24

ISSUES: Final = "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=1TH"
ISSUED_AT: Final = time(10)
ISSUE_LATE_HOURS: Final = 96
"""Thursday until Monday."""
DRAFTED_BEFORE: Final = timedelta(days=7)
FOSTER_CARERS: Final = Audience(every_group=frozenset({GroupAudience.FOSTER_CARERS}))
EDITORS: Final = (Role.PARTICIPATION, Role.MANAGER)
"""Who hears that a newsletter is ready."""


def next_on(by_rule: str, at: time, now: datetime, zone: ZoneInfo) -> date:
    """The next local day of a rule whose time is still to come."""
    today = rule.day_of(now, zone)
    days = recurrence.days(Recurrence(by_rule, today), today, today + timedelta(days=100))
    return next(one.held_on for one in days if recurrence.moment(one.held_on, at, zone) > now)


# --- the week


async def keep_whats_on(speech: Speech, council: Council) -> bool:
    """Plan the weekly notice, once for all time: cancelled by staff, it stays so. Returns whether it was made now."""
    if await notices.own(speech.connection, NoticeKind.WHATS_ON, "") is not None:
        return False
    if not await occurrences.once(speech.connection, ONCE, NoticeKind.WHATS_ON, FOR_GOOD, speech.now):
        return False
    first = next_on(WEEKLY, WEEKLY_AT, speech.now, council.zone)
    number = await notices.add(
        speech.connection, speech.now, NoticeKind.WHATS_ON, YOUNG_PEOPLE, first, WEEKLY_AT.isoformat("minutes"),
        rule=WEEKLY, late_hours=WEEKLY_LATE_HOURS, state=NoticeState.PLANNED,
    )  # fmt: skip
    await speech.event("notice", number, "made", kind=NoticeKind.WHATS_ON)
    return True


# --- closing dates


def reminder_days(
    closes_on: date, opened_at: datetime, now: datetime, zone: ZoneInfo, known: Iterable[date] = ()
) -> tuple[date, ...]:
    """The local days of its reminders, in order. One whose time had gone by when it opened, or when its date was moved
    there, is left out; one that is known stays, so that it is sent late rather than lost."""
    standing = frozenset(known)
    days = sorted(closes_on - timedelta(days=before) for before in DAYS_BEFORE)

    def is_left(day: date) -> bool:
        due = recurrence.moment(day, REMINDED_AT, zone)
        return due > opened_at and (due > now or day in standing)

    return tuple(filter(is_left, days))


def days_of(notice: Notice) -> tuple[date, ...]:
    """The days that stand in a notice which goes out on single days."""
    if not notice.rule:
        return (notice.first_day,)
    series = rule.recurrence_of(notice)
    return tuple(sorted({series.first_day, *series.extra}))


def subject_of(stored: Stored) -> str:
    """What a notice about this opportunity is about."""
    return f"opportunity:{stored.id}"


def wanted_days(stored: Stored | None, own: Notice | None, now: datetime, zone: ZoneInfo) -> tuple[date, ...]:
    """The days on which people are to be reminded of an opportunity; none once it is closed or gone."""
    if stored is None or stored.facts.closes_on is None or not opportunity.is_open(stored, rule.day_of(now, zone)):
        return ()
    if stored.facts.kind is OpportunityKind.SUCCESS_STORY:
        return ()
    known = days_of(own) if own is not None else ()
    return reminder_days(stored.facts.closes_on, stored.opened_at or now, now, zone, known)


def is_kept(own: Notice | None, wanted: tuple[date, ...], now: datetime, zone: ZoneInfo) -> bool:
    """Whether the reminders stand as they should. What staff cancelled is as it should be."""
    if own is None:
        return not wanted
    if own.state is NoticeState.CANCELLED:
        return True
    ahead = any(recurrence.moment(day, REMINDED_AT, zone) > now for day in wanted)
    if own.state is NoticeState.DONE:
        return not ahead
    return bool(wanted) and wanted == days_of(own)


async def unkept(speech: Speech, council: Council) -> list[int]:
    """The opportunities whose reminders have to be made, moved or ended."""
    found = await opportunities.open_on(speech.connection, rule.day_of(speech.now, council.zone))
    dated = {one.id: one for one in found if one.facts.closes_on is not None}
    standing = await notices.in_state(speech.connection, NoticeState.PLANNED, NoticeState.PAUSED)
    own = {one.about[1]: one for one in standing if one.kind is NoticeKind.CLOSING and one.made_by is None}
    numbers = sorted({*dated, *(number for number in own if number is not None)})
    wrong = []
    for number in numbers:
        stored = dated.get(number)
        notice = own.get(number)
        if notice is None and stored is not None:
            notice = await notices.own(speech.connection, NoticeKind.CLOSING, subject_of(stored))
        if not is_kept(notice, wanted_days(stored, notice, speech.now, council.zone), speech.now, council.zone):
            wrong.append(number)
    return wrong


async def keep_reminders(speech: Speech, council: Council, opportunity_id: int) -> bool:
    """Make, move or end the reminders of one opportunity. Returns whether anything changed."""
    stored = await opportunities.get(speech.connection, opportunity_id, lock=True)
    subject = f"opportunity:{opportunity_id}"
    own = await notices.own(speech.connection, NoticeKind.CLOSING, subject)
    wanted = wanted_days(stored, own, speech.now, council.zone)
    if is_kept(own, wanted, speech.now, council.zone):
        return False
    if own is None:
        await _make_reminders(speech, opportunity_id, subject, wanted)
    elif not wanted:
        await notices.cancel_firings(speech.connection, own.id)
        await notices.change(speech.connection, own.id, state=NoticeState.DONE)
        await speech.event("notice", own.id, "ended", opportunity=opportunity_id)
    else:
        await _move_reminders(speech, council, own, wanted)
    return True


def _columns(wanted: tuple[date, ...]) -> dict[str, object]:
    series = Recurrence("", wanted[0], extra=frozenset(wanted[1:]))
    return {
        "rule": rule.as_rule(series),
        "first_day": wanted[0],
        "last_day": wanted[-1] if len(wanted) > 1 else None,
    }


async def _make_reminders(speech: Speech, opportunity_id: int, subject: str, wanted: tuple[date, ...]) -> None:
    if not await occurrences.once(
        speech.connection, ONCE, f"{NoticeKind.CLOSING}:{opportunity_id}", FOR_GOOD, speech.now
    ):
        return
    number = await notices.add(
        speech.connection, speech.now, NoticeKind.CLOSING, Audience(people=True, asked_about=opportunity_id), wanted[0],
        REMINDED_AT.isoformat("minutes"), subject=subject, late_hours=REMINDER_LATE_HOURS, state=NoticeState.PLANNED,
    )  # fmt: skip
    await notices.change(speech.connection, number, **_columns(wanted))
    await speech.event("notice", number, "made", kind=NoticeKind.CLOSING, opportunity=opportunity_id)


async def _move_reminders(speech: Speech, council: Council, own: Notice, wanted: tuple[date, ...]) -> None:
    """To other days. A time that was taken out by this before is put back; one that staff took back stays so."""
    state = NoticeState.PAUSED if own.state is NoticeState.PAUSED else NoticeState.PLANNED
    await notices.change(speech.connection, own.id, state=state, **_columns(wanted))
    for firing in await notices.firings(speech.connection, own.id):
        day = date.fromisoformat(firing.day)
        due = recurrence.moment(day, REMINDED_AT, council.zone)
        if firing.state is FiringState.PLANNED and day not in wanted:
            await notices.change_firing(speech.connection, firing.id, state=FiringState.CANCELLED)
        elif firing.state is FiringState.CANCELLED and firing.ended_at is None and day in wanted and due > speech.now:
            await notices.change_firing(speech.connection, firing.id, state=FiringState.PLANNED, due_at=due)
    await speech.event("notice", own.id, "moved", days=[day.isoformat() for day in wanted])


# --- the newsletter


async def newsletter(speech: Speech, council: Council) -> Notice:
    """The newsletter that staff look at: the one that is not over, or else the next one, drafted now."""
    there = await standing_newsletter(speech)
    if there is not None:
        return there
    day = next_on(ISSUES, ISSUED_AT, speech.now, council.zone)
    subject = f"newsletter:{day:%Y%m%d}"
    made = await notices.own(speech.connection, NoticeKind.NEWSLETTER, subject)
    if made is not None:
        day = next_on(ISSUES, ISSUED_AT, recurrence.moment(day, ISSUED_AT, council.zone), council.zone)
        subject = f"newsletter:{day:%Y%m%d}"
    number = await notices.add(
        speech.connection, speech.now, NoticeKind.NEWSLETTER, FOSTER_CARERS, day, ISSUED_AT.isoformat("minutes"),
        subject=subject, late_hours=ISSUE_LATE_HOURS,
    )  # fmt: skip
    await speech.event("notice", number, "drafted", kind=NoticeKind.NEWSLETTER)
    drafted = await notices.get(speech.connection, number)
    if drafted is None:
        raise RuntimeError("the newsletter that was just written can't be read")
    return drafted


async def standing_newsletter(speech: Speech) -> Notice | None:
    """The newest one that is drafted, asked for or approved; None when there is none."""
    states = (NoticeState.DRAFT, NoticeState.ASKED, NoticeState.PLANNED, NoticeState.PAUSED)
    found = await notices.in_state(speech.connection, *states)
    own = [one for one in found if one.kind is NoticeKind.NEWSLETTER and one.made_by is None]
    return own[-1] if own else None


def issue_due(notice: Notice, zone: ZoneInfo) -> datetime:
    """When a newsletter is to go out."""
    return rule.due_at(notice, notice.first_day, zone)


def sendable_until(notice: Notice, zone: ZoneInfo) -> datetime:
    """So long it can still be asked for."""
    return issue_due(notice, zone) + timedelta(hours=notice.late_hours)


async def keep_newsletter(speech: Speech, council: Council) -> bool:
    """Draft the next newsletter a week before its day, and tell staff of it; end one that nobody approved.

    Returns whether anything was done. Without a group of foster carers nobody is bothered; /newsletter works all the same.
    """
    zone, now = council.zone, speech.now
    if rule.is_quiet(now, zone) or not await groups.with_audience(speech.connection, GroupAudience.FOSTER_CARERS):
        return False
    there = await standing_newsletter(speech)
    if there is None:
        day = next_on(ISSUES, ISSUED_AT, now, zone)
        if rule.day_of(now, zone) < day - DRAFTED_BEFORE or await _was_there(speech, day):
            return False
        there = await newsletter(speech, council)
    if there.state not in (NoticeState.DRAFT, NoticeState.ASKED):
        return False
    return await _tell_editors(speech, council, there)


async def _was_there(speech: Speech, day: date) -> bool:
    """Whether that day's newsletter was made before: sent already, or cancelled by staff."""
    return await notices.own(speech.connection, NoticeKind.NEWSLETTER, f"newsletter:{day:%Y%m%d}") is not None


async def _tell_editors(speech: Speech, council: Council, there: Notice) -> bool:
    """What its editors hear at this moment, each thing once."""
    zone, now = council.zone, speech.now
    due, until = issue_due(there, zone), sendable_until(there, zone)
    today = rule.day_of(now, zone)
    if now > until:
        await notices.change(speech.connection, there.id, state=NoticeState.DONE)
        await speech.event("notice", there.id, "never approved")
        text, step = newsletter_texts.OVER, "over"
    elif now >= due:
        text, step = newsletter_texts.NOT_APPROVED, "not approved"
    elif today >= there.first_day - DRAFTED_BEFORE:
        text, step = newsletter_texts.READY, "ready"
    else:
        return False
    if not await occurrences.once(speech.connection, f"newsletter {step}", there.id, FOR_GOOD, now):
        return False
    gaps = {
        "when": said(due, now, zone),
        "until": said(until, now, zone),
        "day": day_in_words(there.first_day, today),
    }
    editors = await people.with_role(speech.connection, *EDITORS)
    tell(speech, editors, written(text, gaps), lane=Lane.NOTICE)
    return True
