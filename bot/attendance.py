"""Who was at a drop-in: what staff tick, and what they read while they do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from bot.message import Button, Message, join, plain, written
from bot.models import DropInState
from bot.store import drop_ins, events, people, series
from bot.store.drop_ins import DropIn, Place
from bot.turn import Speech
from bot.whats_on import Screen, when_said
from content.texts import programme as texts

OPENS: Final = timedelta(minutes=30)
"""So long before it begins people can be ticked: some come early."""
PAGE: Final = 40
"""People on one screen; Telegram shows at most 100 buttons."""
PLUS, MINUS = "somebody else came", "one less came"
"""Events: how many came without having said so is counted from them."""


@dataclass(frozen=True, slots=True)
class Attendance:
    """One session with everybody who has a place, by name, and how many others came."""

    drop_in: DropIn
    people: Sequence[tuple[str, Place]]
    others: int

    @property
    def counts(self) -> dict[str, int]:
        """What fills the gaps of sentences."""
        came = sum(place.came is True for _, place in self.people)
        return {"came": came, "coming": len(self.people), "others": self.others}


async def attendance(speech: Speech, drop_in_id: int, just: int = 0) -> Attendance | None:
    """What is ticked by now; None for a session that is not there. `just`: others who were counted in this turn."""
    drop_in = await drop_ins.get(speech.connection, drop_in_id)
    if drop_in is None:
        return None
    places = await drop_ins.coming(speech.connection, drop_in_id)
    joined = await people.get_all(speech.connection, [one.person_id for one in places if one.person_id is not None])
    names = {one.id: one.name for one in joined if one.is_enrolled}
    named = [(names.get(one.person_id) or one.name or texts.SOMEBODY, one) for one in places]
    named.sort(key=lambda each: (each[0].casefold(), each[1].id))
    return Attendance(drop_in, named, await _others(speech, drop_in_id) + just)


async def _others(speech: Speech, drop_in_id: int) -> int:
    verbs = [row.verb for row in await events.of_subject(speech.connection, "drop-in", [drop_in_id])]
    return verbs.count(PLUS) - verbs.count(MINUS)


def can_be_ticked(drop_in: DropIn, speech: Speech) -> bool:
    """Whether it is held, and has begun or is about to."""
    return drop_in.state is DropInState.PLANNED and drop_in.starts_at - OPENS <= speech.now


async def tick(speech: Speech, place_id: int, *, came: bool, by: int | None) -> int | None:
    """Tick somebody, or take it back: then nobody knows. Returns the session; None when they have no place any more."""
    drop_in_id = await series.session_of(speech.connection, place_id)
    if drop_in_id is None or not await series.tick(speech.connection, place_id, True if came else None):
        return None
    await speech.event("drop-in", drop_in_id, "ticked" if came else "unticked", actor=by, place=place_id)
    return drop_in_id


async def count_other(speech: Speech, drop_in_id: int, *, more: bool, by: int | None) -> int:
    """Somebody came who had not said so, or that was a mistake. Returns by how many the number changed."""
    if not more and await _others(speech, drop_in_id) <= 0:
        return 0
    await speech.event("drop-in", drop_in_id, PLUS if more else MINUS, actor=by)
    return 1 if more else -1


async def done(speech: Speech, drop_in_id: int, by: int | None) -> None:
    """Staff have ticked everybody who came."""
    await series.ticked(speech.connection, drop_in_id, by, speech.now)
    await speech.event("drop-in", drop_in_id, "ticking done", actor=by)


# --- words


def screen_of(shown: Attendance, screen: Screen, page: int = 0) -> Message:
    """The one screen: a button for each person, those who came with a ✓."""
    gaps = {"name": shown.drop_in.name, "when": when_said(shown.drop_in, screen.zone), **shown.counts}
    first = page * PAGE if page * PAGE < len(shown.people) else 0
    rows = [[_person(name, place, page, screen)] for name, place in shown.people[first : first + PAGE]]
    if len(shown.people) > PAGE:
        further = first + PAGE < len(shown.people)
        label = texts.MORE_PEOPLE if further else texts.FIRST_PEOPLE
        rows.append([screen.button(label, "seswho", shown.drop_in.id, str(page + 1 if further else 0))])
    rows.append([screen.button(texts.PLUS, "sesplus", shown.drop_in.id, str(page))])
    if shown.others:
        rows.append([screen.button(texts.MINUS, "sesminus", shown.drop_in.id, str(page))])
    rows.append([screen.button(texts.DONE, "sesdone", shown.drop_in.id)])
    told = [written(texts.ATTENDANCE, gaps)]
    told.append(written(texts.ATTENDANCE_COUNT, gaps) if shown.people else plain(texts.ATTENDANCE_NOBODY))
    told += [plain(texts.TAP_WHO)] if shown.people else []
    return join(told).with_buttons(*rows)


def _person(name: str, place: Place, page: int, screen: Screen) -> Button:
    label = (texts.CAME if place.came else texts.NOT_TICKED).format(name=name)
    return screen.button(label, "sescame", place.id, f"{0 if place.came else 1}/{page}")


def done_said(shown: Attendance, screen: Screen) -> Message:
    """That is done, with the figures and a way back."""
    gaps = {"name": shown.drop_in.name, "when": when_said(shown.drop_in, screen.zone), **shown.counts}
    again = screen.button(texts.TICK_AGAIN, "seswho", shown.drop_in.id)
    return written(texts.DONE_SAID, gaps).with_buttons([again], [screen.button(texts.BACK, "sess", 0)])
