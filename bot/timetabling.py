"""Makes the sessions of the programme and changes them; whoever said they would come is told in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot import attending, programme
from bot.attending import Change
from bot.models import DropInState, SeriesState
from bot.programme import Difference, Slot
from bot.store import drop_ins, series
from bot.store.drop_ins import DropIn
from bot.store.series import Series, Session
from bot.turn import Speech
from content.council import Council
from content.recurrence import BankHolidays
from content.series import SeriesDraft
from content.texts import programme as texts


async def due(speech: Speech, council: Council) -> list[int]:
    """The series of which sessions are missing, or are not as it says. Changes nothing."""
    every = await series.all_(speech.connection)
    there = await _sessions(speech, council, *(one.id for one in every))
    by_series = {one.id: [session for session in there if session.series_id == one.id] for one in every}
    return [one.id for one in every if not programme.plan(one, by_series[one.id], council, speech.now).is_empty]


async def keep_up(speech: Speech, council: Council, series_id: int) -> int:
    """Make, re-time and drop sessions until they are as their series says. Returns how many were new or changed.

    The rows say what is done, so it can be called at any time, and again.
    """
    one = await series.get(speech.connection, series_id, lock=True)
    if one is None:
        return 0
    plan = programme.plan(one, await _sessions(speech, council, series_id), council, speech.now)
    made = await _make(speech, one, plan.make)
    for session, slot in plan.retime:
        values = {"starts_at": slot.starts_at, "ends_at": slot.ends_at, "state": DropInState.PLANNED, "note": None}
        await _change(speech, council, session.id, "re-timed", Change.MOVED, None, **values)
    for session in plan.drop:
        await _drop(speech, council, session, texts.STOPPED if not one.is_active else texts.PLAN_CHANGED)
    if made:
        await speech.event("series", series_id, "made", sessions=made)
    return made + len(plan.retime) + len(plan.drop)


async def _sessions(speech: Speech, council: Council, *series_ids: int) -> list[Session]:
    return await series.sessions(speech.connection, series_ids, programme.seen_from(council, speech.now), speech.now)


async def _make(speech: Speech, one: Series, slots: Iterable[Slot], *, moved: bool = False) -> int:
    times = [(slot.day, slot.starts_at, slot.ends_at) for slot in slots]
    return await series.add_sessions(speech.connection, one.id, times, one.draft.capacity, moved=moved)


async def _drop(speech: Speech, council: Council, session: Session, note: str) -> None:
    """What nobody asked about is simply gone; else it stays as cancelled, and is held again if its day comes back."""
    there = await drop_ins.lock(speech.connection, session.id)
    if session.wanted or (there is not None and there.coming + there.waiting > 0):
        values = {"state": DropInState.CANCELLED, "note": note, "moved": False}
        await _change(speech, council, session.id, "dropped", Change.CANCELLED, None, **values)
    else:
        await series.remove_session(speech.connection, session.id)
        await speech.event("drop-in", session.id, "dropped")


async def _change(
    speech: Speech, council: Council, session_id: int, verb: str, what: Change, by: int | None, **values: object
) -> int:
    """Change a session, leave an event, and tell everybody who comes or waits. Returns how many were told."""
    await drop_ins.lock(speech.connection, session_id)
    await series.change_session(speech.connection, session_id, **values)
    await speech.event("drop-in", session_id, verb, actor=by)
    return await attending.told_of_change(speech, council.zone, session_id, what)


# --- one session, by staff


async def move(
    speech: Speech, council: Council, session_id: int, starts_at: datetime, ends_at: datetime, by: int | None
) -> int:
    """Hold a session at another time; a change of its series leaves it alone from now on. Returns how many were told."""
    values = {"starts_at": starts_at, "ends_at": ends_at, "moved": True}
    return await _change(speech, council, session_id, "moved", Change.MOVED, by, **values)


async def relocate(speech: Speech, council: Council, session_id: int, place: str, by: int | None) -> int:
    """Hold a session at another place. Returns how many were told."""
    return await _change(speech, council, session_id, "relocated", Change.MOVED, by, place=place)


async def cancel(speech: Speech, council: Council, session_id: int, reason: str, by: int | None) -> int:
    """Cancel a session with a reason that everybody reads who said they would come. Returns how many were told."""
    values = {"state": DropInState.CANCELLED, "note": reason, "moved": True}
    return await _change(speech, council, session_id, "cancelled", Change.CANCELLED, by, **values)


async def restore(speech: Speech, council: Council, session_id: int, by: int | None) -> int:
    """Hold a cancelled session after all. Returns how many were told."""
    values = {"state": DropInState.PLANNED, "note": None, "moved": True}
    return await _change(speech, council, session_id, "restored", Change.MOVED, by, **values)


async def set_places(speech: Speech, council: Council, session_id: int, capacity: int | None, by: int | None) -> int:
    """Give one session another number of places. Nobody loses theirs. Returns how many came off the waiting list."""
    await drop_ins.lock(speech.connection, session_id)
    await series.change_session(speech.connection, session_id, capacity=capacity)
    await speech.event("drop-in", session_id, "places", actor=by, capacity=capacity)
    return await attending.fill(speech, council.zone, session_id)


# --- a series, by staff


async def set_state(speech: Speech, council: Council, one: Series, state: SeriesState, by: int | None) -> None:
    """Pause, end or take up a series; what of it lies ahead is dropped, or made again."""
    await series.change(speech.connection, speech.now, one.id, by, state=state)
    await speech.event("series", one.id, state, actor=by)
    await keep_up(speech, council, one.id)


async def set_bank_holidays(speech: Speech, council: Council, one: Series, what: BankHolidays, by: int | None) -> None:
    """Whether a series is left out, moved or held on a bank holiday."""
    recurrence = replace(one.draft.recurrence, bank_holidays=what)
    await change(speech, council, one, replace(one.draft, recurrence=recurrence), by)


async def set_capacity(speech: Speech, council: Council, one: Series, capacity: int | None, by: int | None) -> None:
    """How many places each session of a series has that has yet to begin, and that staff did not set by hand."""
    await change(speech, council, one, replace(one.draft, capacity=capacity), by)


async def change(speech: Speech, council: Council, one: Series, draft: SeriesDraft, by: int | None) -> None:
    """A series says something else from now on, and so do its sessions that have yet to begin."""
    state = SeriesState.ACTIVE if one.state is SeriesState.ENDED else None
    await series.change(speech.connection, speech.now, one.id, by, draft=draft, state=state)
    await speech.event("series", one.id, "changed", actor=by)
    before = {session.id: (session.starts_at, session.ends_at) for session in await _sessions(speech, council, one.id)}
    await keep_up(speech, council, one.id)
    await _follow(speech, council, one, draft, before)
    await _change_single(speech, council, replace(one, draft=draft, state=state or one.state), by)


async def _follow(
    speech: Speech,
    council: Council,
    one: Series,
    draft: SeriesDraft,
    before: Mapping[int, tuple[datetime, datetime]],
) -> None:
    """Sessions take over the series' places; those who come are told of another place to go to, if of no other time."""
    connection, now = speech.connection, speech.now
    if draft.capacity != one.draft.capacity:
        for session_id in await series.change_capacity(connection, one.id, one.draft.capacity, draft.capacity, now):
            await attending.fill(speech, council.zone, session_id)
    for session_id, times in before.items() if draft.place != one.draft.place else ():
        there = await drop_ins.get(connection, session_id)
        if there is not None and _goes_along(there, draft, now) and times == (there.starts_at, there.ends_at):
            await _change(speech, council, session_id, "relocated", Change.MOVED, None)


def _goes_along(there: DropIn, draft: SeriesDraft, now: datetime) -> bool:
    """Whether a session is held where its series is, and has yet to begin."""
    return there.state is DropInState.PLANNED and there.starts_at > now and there.place == draft.place


async def _change_single(speech: Speech, council: Council, one: Series, by: int | None) -> None:
    """What a file says of single sessions, as if staff had done it by hand; what stands there already is left."""
    there = {session.day: session for session in await _sessions(speech, council, one.id)}
    for change_ in one.draft.changes:
        session = there.get(change_.day)
        if not one.is_active or programme.is_done(change_, one.draft, session, council, speech.now):
            continue
        slot = programme.changed_slot(change_, one.draft, council)
        if session is None:
            await _make(speech, one, [slot], moved=True)
            session = {found.day: found for found in await _sessions(speech, council, one.id)}[change_.day]
        elif change_.held_on is not None:
            await move(speech, council, session.id, slot.starts_at, slot.ends_at, by)
        if change_.held_on is None:
            await cancel(speech, council, session.id, texts.PLAN_CHANGED, by)


# --- a file


async def difference(speech: Speech, council: Council, drafts: Sequence[SeriesDraft]) -> Difference:
    """What taking these series over would change at this moment."""
    there = await series.all_(speech.connection)
    uids = {draft.uid for draft in drafts if draft.changes}
    sessions = {one.id: await _sessions(speech, council, one.id) for one in there if one.draft.uid in uids}
    return programme.difference(drafts, there, sessions, council, speech.now)


async def take_over(
    speech: Speech, council: Council, drafts: Sequence[SeriesDraft], by: int | None, *, end_missing: bool = False
) -> Difference:
    """The programme is as the file says. `end_missing` ends what is not in it. Returns what was changed."""
    found = await difference(speech, council, drafts)
    await _add(speech, council, found.new, by)
    for one, draft in found.changed:
        await change(speech, council, one, draft, by)
    for one in found.missing if end_missing else ():
        await set_state(speech, council, one, SeriesState.ENDED, by)
    return found


async def _add(speech: Speech, council: Council, drafts: Iterable[SeriesDraft], by: int | None) -> None:
    for draft in drafts:
        number = await series.add(speech.connection, speech.now, draft, by)
        await speech.event("series", number, "added", actor=by)
        await keep_up(speech, council, number)
        await _change_single(speech, council, Series(number, draft, SeriesState.ACTIVE, 0), by)


async def export(speech: Speech, council: Council) -> list[SeriesDraft]:
    """The programme as files have it: every series that goes on or is paused."""
    there = [one for one in await series.all_(speech.connection) if one.state is not SeriesState.ENDED]
    return [programme.as_files_have_it(one, await _sessions(speech, council, one.id), council) for one in there]
