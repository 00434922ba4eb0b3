"""When a notice goes out, to whom it does not go, and what staff read while it goes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot import when
from bot.models import FiringState, NoticeKind, ReceiptState
from bot.store.notices import Firing, Notice
from content import recurrence, recurrence_words
from content.recurrence import Recurrence
from content.texts import notice as texts

QUIET_FROM: Final = time(21)
QUIET_UNTIL: Final = time(9)
"""Nothing cheerful between these, local time (issue "on time, once": a humane hour)."""
NOW: Final = "now"
"""Stands in the place of a time of day: as soon as a second person approved it."""
UNDO: Final = timedelta(minutes=2)
"""So long a notice that goes out "now" can be taken back before the first message leaves."""
LATE_AFTER: Final = timedelta(minutes=10)
"""Later than this it says that it is late."""
LONG: Final = timedelta(hours=1)
"""Whoever gets it so long after it began reads for when it was meant."""
NIGHT: Final = timedelta(hours=12)
"""From the beginning of the quiet hours to their end."""
AFTER_A_CARD: Final = timedelta(hours=24)
"""Nothing cheerful for so long after a safety card (safety-and-reliability 1.3)."""
WEEK: Final = timedelta(days=7)
AHEAD: Final = timedelta(days=14)
"""So far ahead the times of a notice stand as rows, for /planned to show and staff to change."""
BREAK: Final = timedelta(days=14)
"""How long /pause keeps quiet."""

DATES: Final = "RDATE="
"""Begins the rule of a notice that goes out on dates which staff named one by one."""
MOST_DATES: Final = 20
"""Dates that one notice may name one by one; its rule holds 300 characters."""
FEW: Final = 5
"""A reason for holding back is told only of so many: staff may know whom it went to. A safety card is never told."""
LOST: Final = "notice lost"
"""The series of what is told once a day of a chat that can't be written to."""
SHORT: Final = 40
"""Letters of what it says in what staff call it."""
OPEN: Final = frozenset({FiringState.PLANNED, FiringState.SENDING})

CAN_BE_MUTED: Final = (
    NoticeKind.OPPORTUNITY, NoticeKind.CLOSING, NoticeKind.WHATS_ON, NoticeKind.DROP_IN, NoticeKind.CAMPAIGN, NoticeKind.MESSAGE,
)  # fmt: skip
"""What a young person gets by notice. Changes of a drop-in that they said they would come to are no notice."""


def is_quiet(now: datetime, zone: ZoneInfo) -> bool:
    """Whether it is too late in the evening, or too early, for anything cheerful."""
    local = now.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def humane(moment: datetime, zone: ZoneInfo) -> datetime:
    """The moment itself, or when the quiet hours around it end."""
    if not is_quiet(moment, zone):
        return moment
    local = moment.astimezone(zone)
    day = local.date() + timedelta(days=local.time() >= QUIET_FROM)
    return datetime.combine(day, QUIET_UNTIL, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class OnTime:
    """It goes out."""


@dataclass(frozen=True, slots=True)
class Late:
    """It goes out with a note that says for when it was meant."""


@dataclass(frozen=True, slots=True)
class TooLate:
    """It is dropped by its own policy, and staff are told."""


def timeliness(due_at: datetime, late_hours: int, now: datetime, zone: ZoneInfo) -> OnTime | Late | TooLate:
    """What its late policy says at this moment. Lateness counts from when it might have gone out at the earliest."""
    lateness = now - humane(due_at, zone)
    if lateness <= LATE_AFTER:
        return OnTime()
    return Late() if lateness <= timedelta(hours=late_hours) else TooLate()


def of_the_rest(firing: Firing, late_hours: int, now: datetime) -> OnTime | Late | TooLate:
    """The same for the rest of one that has begun: it may have stood still, or been sent once more to the unknown.

    A large one takes its time, and what began in the evening goes on in the morning: neither counts against it.
    """
    began = max(firing.due_at, firing.began_at or firing.due_at)
    if now - began > timedelta(hours=late_hours) + NIGHT:
        return TooLate()
    return Late() if now - began > LONG else OnTime()


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides at the moment of sending whether somebody gets a notice."""

    enrolled: bool = True
    stopped: bool = False
    hidden: bool = False
    blocked: bool = False
    paused: bool = False
    muted: frozenset[str] = frozenset()
    had_a_card: bool = False
    this_week: int = 0


def why_held(standing: Standing, kind: NoticeKind, most_a_week: int) -> str | None:
    """Why a notice of this kind is kept back from somebody; None: it is sent."""
    reasons = {
        "left": not standing.enrolled,
        "blocked": standing.blocked,
        "stopped": standing.stopped,
        "hidden": standing.hidden,
        "card": standing.had_a_card,
        "paused": standing.paused,
        "muted": kind in standing.muted,
        "enough": standing.this_week >= most_a_week,
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def days(notice: Notice, today: date) -> list[date]:
    """The local dates on which it goes out: from those that may still be late, to those that are shown ahead."""
    if not notice.rule:
        return [notice.first_day]
    series = recurrence_of(notice)
    first = max(notice.first_day, today - timedelta(hours=notice.late_hours) - timedelta(days=2))
    return [day.held_on for day in recurrence.days(series, first, today + AHEAD)] if first <= today + AHEAD else []


def recurrence_of(notice: Notice) -> Recurrence:
    """When it comes round: by a rule, or on dates that staff named one by one."""
    if not notice.rule.startswith(DATES):
        return Recurrence(notice.rule, notice.first_day, notice.last_day, bank_holidays="keep")
    named = frozenset(map(date.fromisoformat, notice.rule.removeprefix(DATES).split(",")))
    return Recurrence("", min(named), extra=named - {min(named)})


def as_rule(series: Recurrence) -> str:
    """How the rule of a notice is stored: empty for a single day."""
    if series.rule or not series.extra:
        return series.rule
    return DATES + ",".join(day.isoformat() for day in sorted({series.first_day, *series.extra}))


def due_at(notice: Notice, day: date, zone: ZoneInfo) -> datetime:
    """The moment at which it goes out on a local date, also where the clock change skips or repeats the time."""
    at = QUIET_UNTIL if notice.at == NOW else time.fromisoformat(notice.at)
    return recurrence.moment(day, at, zone)


def is_over(notice: Notice, today: date) -> bool:
    """Whether no further time of it can come."""
    return not notice.rule or (notice.last_day is not None and notice.last_day < today)


def thing(notice: Notice, day: str) -> str:
    """What somebody gets only once: an opportunity however often it is announced; anything else once each time."""
    return notice.subject if notice.kind is NoticeKind.OPPORTUNITY else f"notice:{notice.id}:{day}"


def title(notice: Notice) -> str:
    """What staff call a notice: its kind and its first words."""
    words = " ".join((notice.text or notice.name).split())
    short = words if len(words) <= SHORT else words[: SHORT - 1] + "…"
    return f"{texts.KINDS[notice.kind]}: {short}" if short else texts.KINDS[notice.kind]


def day_of(moment: datetime, zone: ZoneInfo) -> date:
    """The local day of a moment."""
    return moment.astimezone(zone).date()


@dataclass(frozen=True, slots=True)
class Tally:
    """How a firing stands: how many receipts there are in each state."""

    counts: Mapping[str, int]
    held: Mapping[str, int]
    """Of those held back: how many for which reason."""

    @property
    def total(self) -> int:
        """Everybody it goes to, those held back aside."""
        return sum(self.counts.values()) - self.of(ReceiptState.HELD)

    @property
    def done(self) -> int:
        """Those whose fate is known, or will never be."""
        open_ = self.of(ReceiptState.PLANNED) + self.of(ReceiptState.QUEUED)
        return self.total - open_

    @property
    def is_over(self) -> bool:
        """Whether nothing of it is under way any more."""
        return self.done == self.total

    def of(self, state: ReceiptState) -> int:
        """How many are in one state."""
        return self.counts.get(state, 0)


def tally_said(tally: Tally) -> list[str]:
    """A line for each fate that a firing has met: delivered, not reached, not known, refused, held back and why."""
    lines = [
        line.format(count=f"{tally.of(state):,}")
        for state, line in (
            (ReceiptState.DELIVERED, texts.DELIVERED), (ReceiptState.UNREACHABLE, texts.UNREACHABLE),
            (ReceiptState.UNKNOWN, texts.UNKNOWN), (ReceiptState.REFUSED, texts.REFUSED),
        )
        if tally.of(state)
    ]  # fmt: skip
    if tally.held:
        told = {why: count for why, count in sorted(tally.held.items()) if why in texts.HELD_WHY and count >= FEW}
        reasons = ", ".join(f"{count:,} {texts.HELD_WHY[why]}" for why, count in told.items())
        text = texts.HELD_WITH_REASONS if told else texts.HELD
        lines.append(text.format(count=f"{tally.of(ReceiptState.HELD):,}", reasons=reasons))
    return lines


# --- the times that staff type


LONGEST_TYPED: Final = 200
"""Characters of dates that can be read."""


class BadTime(Exception):
    """What was typed names no time that can be: `why` is "unreadable", "past", "never" or "many"."""

    def __init__(self, why: str) -> None:
        super().__init__(f"no time that a notice can have: {why}")
        self.why = why


@dataclass(frozen=True, slots=True)
class Times:
    """When a notice goes out: the columns of its row."""

    rule: str
    first_day: date
    last_day: date | None
    at: str


def read_times(text: str, now: datetime, zone: ZoneInfo) -> Times:
    """The times in "tomorrow at 10", "every Monday at 10 until 18 December" or "1 Dec, 3 Dec and 8 Dec at 4pm".

    Raises BadTime.
    """
    today = now.astimezone(zone).date()
    once = when.read_moment(text, now, zone)
    if once is not None:
        day, at = once
        if recurrence.moment(day, at, zone) <= now:
            raise BadTime("past")
        return Times("", day, None, at.isoformat("minutes"))
    found = when.split_time(text)
    dates = re.split(r",\s*(?=[0-9])| and ", found[0]) if found is not None else []
    series = recurrence_words.from_words(" and ".join(dates), today)
    if len(dates) > MOST_DATES or (len(dates) > 1 and series is None and len(text) > LONGEST_TYPED):
        raise BadTime("many")
    if found is None or series is None:
        raise BadTime("never" if found is not None and " until " in found[0] else "unreadable")
    at = found[1]
    if not series.rule and recurrence.moment(min({series.first_day, *series.extra}), at, zone) <= now:
        raise BadTime("past")
    first = series.first_day
    if recurrence.moment(first, at, zone) <= now:
        coming = recurrence.days(series, today + timedelta(days=1), today + recurrence.LONGEST_WINDOW)
        if not coming:
            raise BadTime("never")
        first = coming[0].held_on
    rule = as_rule(series)
    last = series.last_day or max(series.extra, default=None) if rule else None
    return Times(rule, first, last, at.isoformat("minutes"))


def moment_of(times: Times, zone: ZoneInfo) -> datetime:
    """The first moment of times that were typed."""
    return recurrence.moment(times.first_day, time.fromisoformat(times.at), zone)
