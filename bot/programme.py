"""What the programme's series ask for: which sessions there must be, and what a file would change. Pure."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from bot import when, working_time
from bot.models import DropInState, SeriesState
from bot.store.series import LONGEST_RULE, Series, Session
from content import programme_files
from content.council import Council
from content.programme_files import Reading
from content.recurrence import LONGEST_MOVE, LONGEST_WINDOW, NEVER, days, moment, rule_days
from content.series import Change, Fault, Fields, SeriesDraft, derived_uid
from content.texts import programme as texts

MADE_AHEAD: Final = timedelta(days=60)
"""Sessions are rows so long before they are held: a machine that stands still for a day misses none."""
LONGEST_REASON: Final = 300
"""Letters of a note that the table holds."""

_TWO_HOURS: Final = re.compile("[0-9]{1,2}[-–][0-9]{1,2}")
_RANGE: Final = re.compile(r"-|–|—|\bto\b|\buntil\b")
_AT: Final = re.compile("^(?:at|from) ")


@dataclass(frozen=True, slots=True)
class Slot:
    """When the series holds the session of one of its days; moments in UTC."""

    day: date
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What has to change so that the sessions are as their series says."""

    make: tuple[Slot, ...] = ()
    retime: tuple[tuple[Session, Slot], ...] = ()
    drop: tuple[Session, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether all is as it should be."""
        return not (self.make or self.retime or self.drop)


class _Holidays(Container[date]):
    """The council's bank holidays and closed days."""

    def __init__(self, council: Council) -> None:
        self._council = council

    def __contains__(self, day: object) -> bool:
        return isinstance(day, date) and working_time.is_holiday(self._council, day)


def seen_from(council: Council, now: datetime) -> date:
    """The first day whose session may still lie ahead: bank holidays move one by so much at most."""
    return now.astimezone(council.zone).date() - LONGEST_MOVE


def slot(day: date, held_on: date, opens: time, closes: time, council: Council) -> Slot:
    """The moments of a session. One whose end the spring change leaps behind its start lasts as long as planned."""
    starts_at = moment(held_on, opens, council.zone).astimezone(UTC)
    ends_at = moment(held_on, closes, council.zone).astimezone(UTC)
    if ends_at <= starts_at:
        ends_at = starts_at + (datetime.combine(held_on, closes) - datetime.combine(held_on, opens))
    return Slot(day, starts_at, ends_at)


def slots(draft: SeriesDraft, from_day: date, to_day: date, council: Council) -> dict[date, Slot]:
    """The sessions whose own day lies between two days, by that day."""
    found = days(draft.recurrence, from_day, to_day, _Holidays(council), council.terms)
    return {one.day: slot(one.day, one.held_on, draft.opens, draft.closes, council) for one in found}


def plan(series: Series, sessions: Sequence[Session], council: Council, now: datetime) -> Plan:
    """What has to change. What was held stays as it was; what staff moved by hand stays as long as the series goes on.

    `sessions` are those of `bot.store.series.sessions` from `seen_from` on.
    """
    ahead = [one for one in sessions if one.starts_at > now]
    if not series.is_active:
        return Plan(drop=tuple(one for one in ahead if one.state is DropInState.PLANNED))
    from_day = seen_from(council, now)
    last = now.astimezone(council.zone).date() + MADE_AHEAD
    horizon = min(max([last, *(one.day for one in ahead)]), from_day + LONGEST_WINDOW)
    wanted = slots(series.draft, from_day, horizon, council)
    there = {one.day for one in sessions}
    make = tuple(one for day, one in wanted.items() if day <= last and day not in there and one.ends_at > now)
    theirs = [one for one in ahead if not one.moved and from_day <= one.day <= horizon]
    retime = tuple((one, wanted[one.day]) for one in theirs if one.day in wanted and _differs(one, wanted[one.day]))
    drop = tuple(one for one in theirs if one.day not in wanted and one.state is DropInState.PLANNED)
    return Plan(make, retime, drop)


def _differs(session: Session, wanted: Slot) -> bool:
    held = (session.starts_at, session.ends_at, session.state)
    return held != (wanted.starts_at, wanted.ends_at, DropInState.PLANNED)


# --- a file


@dataclass(frozen=True, slots=True)
class Difference:
    """What taking a file over would change. `missing` go on in the programme and are not in the file."""

    new: tuple[SeriesDraft, ...]
    changed: tuple[tuple[Series, SeriesDraft], ...]
    same: tuple[Series, ...]
    over: tuple[SeriesDraft, ...]
    missing: tuple[Series, ...]


def read(name: str, data: bytes, today: date) -> Reading:
    """The programme in a file; what the table can't hold is a fault too."""
    reading = programme_files.read(name, data, today)
    too_long = [one for one in reading.series if len(one.recurrence.rule) > LONGEST_RULE]
    faults = [Fault(None, one.name, texts.RULE_TOO_LONG.format(most=LONGEST_RULE)) for one in too_long]
    return Reading([one for one in reading.series if one not in too_long], [*reading.faults, *faults])


def difference(
    drafts: Iterable[SeriesDraft],
    there: Iterable[Series],
    sessions: Mapping[int, Sequence[Session]],
    council: Council,
    now: datetime,
) -> Difference:
    """Compare a file with the programme; `sessions` of the series that the file names, by their number."""
    today = now.astimezone(council.zone).date()
    known = {one.draft.uid: one for one in there}
    new, changed, same, over = (
        list[SeriesDraft](),
        list[tuple[Series, SeriesDraft]](),
        list[Series](),
        list[SeriesDraft](),
    )
    named = set[str]()
    for written in drafts:
        named.add(written.uid)
        series = known.get(written.uid)
        draft = _as_begun(written, series, today) if series is not None else written
        if is_over(draft, today) and (series is None or series.state is SeriesState.ENDED):
            over.append(draft)
        elif series is None:
            new.append(draft)
        elif _is_same(series, draft, sessions.get(series.id, ()), council, now):
            same.append(series)
        else:
            changed.append((series, draft))
    left = [one for uid, one in known.items() if uid not in named and one.state is not SeriesState.ENDED]
    missing = tuple(one for one in left if not is_over(one.draft, today))
    return Difference(tuple(new), tuple(changed), tuple(same), tuple(over), missing)


def _is_same(series: Series, draft: SeriesDraft, sessions: Sequence[Session], council: Council, now: datetime) -> bool:
    held = {one.day: one for one in sessions}
    return (
        series.state is not SeriesState.ENDED
        and replace(draft, changes=()) == series.draft
        and all(is_done(one, draft, held.get(one.day), council, now) for one in draft.changes)
    )


def is_done(change: Change, draft: SeriesDraft, session: Session | None, council: Council, now: datetime) -> bool:
    """Whether a change of one session is past, or stands there already."""
    if change.held_on is None:
        cancelled = session is not None and session.state is DropInState.CANCELLED
        return cancelled or slot(change.day, change.day, draft.opens, draft.closes, council).starts_at <= now
    wanted = changed_slot(change, draft, council)
    there = session is not None and not _differs(session, wanted)
    return there or wanted.starts_at <= now


def changed_slot(change: Change, draft: SeriesDraft, council: Council) -> Slot:
    """When a session that was moved is held; its own times where the change names none."""
    opens, closes = change.opens or draft.opens, change.closes or draft.closes
    return slot(change.day, change.held_on or change.day, opens, closes, council)


def _as_begun(draft: SeriesDraft, series: Series, today: date) -> SeriesDraft:
    """A file that names no first day begins "today", whenever it is read: then the series goes on as it began."""
    said, known = draft.recurrence, series.draft.recurrence
    unsaid = said.first_day == today or draft.uid == derived_uid(draft.name, draft.place, said.rule)
    if unsaid and said.rule and said.rule == known.rule and known.first_day <= said.first_day:
        return replace(draft, recurrence=replace(said, first_day=known.first_day))
    return draft


def is_over(draft: SeriesDraft, today: date) -> bool:
    """Whether no day of a series lies ahead any more."""
    said, from_day = draft.recurrence, today - LONGEST_MOVE
    by_hand = {*said.extra, *([] if said.rule else [said.first_day])} - said.without
    if any(day >= from_day for day in by_hand):
        return False
    return not any(day not in said.without for day in rule_days(said, from_day, today + NEVER))


def as_files_have_it(series: Series, sessions: Iterable[Session], council: Council) -> SeriesDraft:
    """A series with what staff changed about single sessions, for export."""
    changes = [_change(series, one, council) for one in sessions if one.moved]
    return replace(series.draft, changes=tuple(changes))


def _change(series: Series, session: Session, council: Council) -> Change:
    if session.state is DropInState.CANCELLED:
        return Change(session.day, None)
    starts, ends = session.starts_at.astimezone(council.zone), session.ends_at.astimezone(council.zone)
    times = (starts.time().replace(tzinfo=None), ends.time().replace(tzinfo=None))
    if times == (series.draft.opens, series.draft.closes):
        return Change(session.day, starts.date())
    return Change(session.day, starts.date(), *times)


# --- what staff type


def moved_to(
    text: str, starts_at: datetime, ends_at: datetime, council: Council, now: datetime
) -> tuple[datetime, datetime] | str:
    """When a session is held instead: "friday", "24 nov 3pm-5pm", "15:00"; or the sentence that says what is wrong.

    Without a day it stays on its day; with one time it lasts as long as before. Moments in UTC.
    """
    words = " ".join(text.casefold().replace(",", " ").split()).strip(" .")
    local = starts_at.astimezone(council.zone)
    day, rest = _day_first(words, now, council)
    if day is None and not re.match("[0-9]", rest):
        return texts.NO_DAY
    held_on = day or local.date()
    clock = _times(rest, local.time().replace(tzinfo=None), ends_at - starts_at, held_on)
    if isinstance(clock, str):
        return clock
    made = slot(held_on, held_on, *clock, council)
    return texts.PAST if made.starts_at <= now else (made.starts_at, made.ends_at)


def _day_first(words: str, now: datetime, council: Council) -> tuple[date | None, str]:
    """The day that the first words name, and the words after it. "10-12" is two times, not the tenth of December."""
    given = words.split()
    most = len(given) - bool(given and _TWO_HOURS.fullmatch(given[-1]))
    for count in range(most, 0, -1):
        day = when.read_day(" ".join(given[:count]), now, council.zone)
        if day is not None:
            return day, _AT.sub("", " ".join(given[count:]))
    return None, _AT.sub("", words)


def _times(written: str, opens: time, lasts: timedelta, day: date) -> tuple[time, time] | str:
    if not written:
        return _lasting(opens, lasts, day)
    fields, both = Fields(None, {}), bool(_RANGE.search(written))
    read_ = fields.times(written if both else f"{written}-23:59", "")
    if read_ is None:
        return fields.faults[0].what
    return read_ if both else _lasting(read_[0], lasts, day)


def _lasting(opens: time, lasts: timedelta, day: date) -> tuple[time, time] | str:
    closes = datetime.combine(day, opens) + lasts
    return (opens, closes.time()) if closes.date() == day else texts.OVER_MIDNIGHT
