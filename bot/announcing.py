"""What staff do with a notice: draft it, see how many it reaches, have it approved, take it back, stop it, send it again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import composing, press
from bot import notice as rule
from bot.audience import Audience, Size, is_for
from bot.composing import Composed, Entries
from bot.message import Message, written
from bot.models import FiringState, Lane, NoticeKind, NoticeState
from bot.staff import tell
from bot.store import notices, people, receipts
from bot.store.notices import Firing, Notice
from bot.store.people import Actor
from bot.turn import Speech
from bot.when import said
from content.council import Council
from content.texts import notice as texts

CHUNK: Final = 5000
"""Young people that are looked at at once."""
FEW: Final = 5
"""Fewer young people than this are not counted out (safety-and-reliability 2.6)."""
CHANGEABLE: Final = frozenset({NoticeState.DRAFT, NoticeState.ASKED})


class NotChangeable(Exception):
    """The notice is under way, over or cancelled; `state` says which. Nothing was changed."""

    def __init__(self, state: NoticeState) -> None:
        super().__init__(f"a notice that is {state} can't be changed")
        self.state = state


async def draft(
    speech: Speech,
    council: Council,
    maker: Actor,
    kind: NoticeKind,
    *,
    subject: str = "",
    text: str = "",
    photo: str | None = None,
) -> Notice:
    """Begin a notice: for nobody yet, to go out as soon as a second person approved it."""
    today = rule.day_of(speech.now, council.zone)
    number = await notices.add(
        speech.connection, speech.now, kind, Audience(), today, rule.NOW, subject=subject, text=text, photo=photo,
        made_by=maker.id,
    )  # fmt: skip
    await speech.event("notice", number, "drafted", actor=maker.id, kind=kind)
    made = await notices.get(speech.connection, number)
    if made is None:
        raise RuntimeError("the notice that was just written can't be read")
    return made


async def change(speech: Speech, notice: Notice, actor: Actor, **values: Any) -> Notice:
    """Change a notice that nobody has approved yet; one that waits for a second person has to be asked for anew.

    Raises NotChangeable.
    """
    there = await notices.get(speech.connection, notice.id, lock=True)
    if there is None or there.state not in CHANGEABLE:
        raise NotChangeable(there.state if there is not None else NoticeState.CANCELLED)
    await notices.change(speech.connection, notice.id, state=NoticeState.DRAFT, approval_id=None, **values)
    await speech.event("notice", notice.id, "changed", actor=actor.id, what=sorted(values))
    return await notices.get(speech.connection, notice.id) or there


async def size(connection: AsyncConnection, notice: Notice, today: date, now: datetime) -> Size:
    """How many it would reach at this moment, everybody once. Raises BrokenAudience."""
    audience = notice.is_for
    thing = rule.thing(notice, notice.first_day.isoformat())
    chats = await notices.group_chats(connection, audience)
    staff = await notices.staff_with(connection, audience.staff) if audience.staff else []
    had = len(await receipts.had(connection, thing, chats))
    wanted = held = after = 0
    while audience.people:
        found = await notices.young_people(connection, after, CHUNK, opened=audience.asks_about_people)
        accounts = [one.telegram_id for one in found if is_for(audience, one.member, today)]
        out = await receipts.seen_in(connection, chats, accounts)
        if audience.asked_about is not None:
            out |= await receipts.settled(connection, audience.asked_about, accounts)
        already = await receipts.had(connection, thing, accounts) - out
        wanted += len(set(accounts) - out - already)
        held += len(already)
        if len(found) < CHUNK:
            break
        after = found[-1].id
    narrowed = audience.people and audience.asks_what_they_told
    return Size(wanted, len(chats) - had, len(staff), narrowed, 0 if narrowed and held < FEW else held + had)


async def words(speech: Speech, council: Council, notice: Notice, entries: Entries | None = None) -> Composed | None:
    """What it would say if it went out now; `entries` name the help that is linked."""
    return await composing.compose(speech.connection, council, notice, None, speech.now, entries)


async def tally(connection: AsyncConnection, firing_id: int) -> rule.Tally:
    """How one time of it stands at this moment, what has just arrived included."""
    await receipts.collect(connection, firing_id)
    return rule.Tally(*await receipts.tally(connection, firing_id))


async def show(speech: Speech, council: Council, notice: Notice, chat_id: int, entries: Entries | None = None) -> bool:
    """A test send: exactly what others would get, to one chat. False when it has nothing to say."""
    composed = await words(speech, council, notice, entries)
    if composed is None:
        return False
    for method, given in composing.calls(composed, speech.vault, chat_id, speech.now):
        speech.call(method, chat_id, given)
    return True


async def asked(speech: Speech, notice: Notice, approval_id: int) -> None:
    """A second person was asked to approve it as it is now."""
    await notices.change(speech.connection, notice.id, state=NoticeState.ASKED, approval_id=approval_id)


async def approved(speech: Speech, council: Council, notice_id: int, approval_id: int, by: int | None) -> bool:
    """A second person said yes: its times stand. False when it was changed, cancelled or asked for anew meanwhile."""
    notice = await notices.get(speech.connection, notice_id, lock=True)
    if notice is None or notice.state is not NoticeState.ASKED or notice.approval_id != approval_id:
        return False
    await notices.change(speech.connection, notice.id, state=NoticeState.PLANNED, approved_by=by)
    await speech.event("notice", notice.id, "approved", actor=by)
    firing = await _plan_first(speech, council, notice)
    maker = await people.get(speech.connection, notice.made_by)
    if firing is not None and maker is not None:
        tell(speech, [maker], lambda to: _starts_soon(speech, council, notice, firing, to), lane=Lane.REPLY)
    return True


async def refused(speech: Speech, notice_id: int, approval_id: int) -> None:
    """A second person said no: it is a draft again."""
    notice = await notices.get(speech.connection, notice_id, lock=True)
    if notice is not None and notice.state is NoticeState.ASKED and notice.approval_id == approval_id:
        await notices.change(speech.connection, notice.id, state=NoticeState.DRAFT, approval_id=None)


async def _plan_first(speech: Speech, council: Council, notice: Notice) -> Firing | None:
    """The first time it goes out. "Now" means in two minutes, so that it can still be taken back."""
    today = rule.day_of(speech.now, council.zone)
    if notice.at == rule.NOW:
        await notices.add_firing(speech.connection, notice.id, today, speech.now + rule.UNDO)
    else:
        for day in rule.days(notice, today):
            if day >= today or not notice.rule:
                due = _not_before_undo(rule.due_at(notice, day, council.zone), notice, speech.now, council)
                await notices.add_firing(speech.connection, notice.id, day, due)
    open_ = [one for one in await notices.firings(speech.connection, notice.id) if one.state is FiringState.PLANNED]
    return open_[0] if open_ else None


def _not_before_undo(due: datetime, notice: Notice, now: datetime, council: Council) -> datetime:
    """What was approved after its time, and is still wanted, goes out at once: after the time to take it back."""
    too_late = isinstance(rule.timeliness(due, notice.late_hours, now, council.zone), rule.TooLate)
    return due if too_late else max(due, now + rule.UNDO)


def _starts_soon(speech: Speech, council: Council, notice: Notice, firing: Firing, to: Actor) -> Message:
    goes = rule.humane(firing.due_at, council.zone)
    gaps = {"title": rule.title(notice), "when": said(goes, speech.now, council.zone)}
    back = press.button(speech.vault, texts.TAKE_BACK, "nback", firing.id, to.telegram_id or 0, speech.now)
    return written(texts.STARTS_SOON, gaps, keep_lines=True).with_buttons([back])


async def take_back(speech: Speech, firing_id: int, actor: Actor) -> bool:
    """Cancel one time that has not begun. False when it has, or is cancelled already."""
    firing = await notices.firing(speech.connection, firing_id, lock=True)
    if firing is None or firing.state is not FiringState.PLANNED:
        return False
    await notices.change_firing(speech.connection, firing.id, state=FiringState.CANCELLED, ended_at=speech.now)
    await speech.event("firing", firing.id, "taken back", actor=actor.id, notice=firing.notice_id)
    notice = await notices.get(speech.connection, firing.notice_id)
    if notice is not None and not notice.rule:
        await notices.change(speech.connection, notice.id, state=NoticeState.CANCELLED)
    return True


async def stop(speech: Speech, firing_id: int, actor: Actor) -> int | None:
    """Send no more of what is going out. Returns how many were spared; None when it is over already."""
    firing = await notices.firing(speech.connection, firing_id, lock=True)
    if firing is None or firing.state is not FiringState.SENDING:
        return None
    spared = await receipts.drop_planned(speech.connection, speech.now, firing.id)
    await receipts.collect(speech.connection, firing.id)
    await notices.change_firing(
        speech.connection, firing.id, state=FiringState.CANCELLED, ended_at=speech.now, reason="stopped"
    )
    await speech.event("firing", firing.id, "stopped", actor=actor.id, notice=firing.notice_id, spared=spared)
    return spared


async def send_again(speech: Speech, firing_id: int, actor: Actor) -> int:
    """Send it once more to those of whom nobody knows whether it arrived. Returns how many; nobody of a cancelled notice."""
    firing = await notices.firing(speech.connection, firing_id, lock=True)
    if firing is None or firing.state not in (FiringState.SENT, FiringState.SENDING):
        return 0
    notice = await notices.get(speech.connection, firing.notice_id)
    if notice is None or notice.state is NoticeState.CANCELLED:
        return 0
    again = await receipts.again(speech.connection, speech.now, firing.id)
    if again:
        await notices.change_firing(
            speech.connection,
            firing.id,
            state=FiringState.SENDING,
            began_at=speech.now,
            ended_at=None,
            progress_outbox_id=None,
        )
        await speech.event("firing", firing.id, "sent again", actor=actor.id, notice=firing.notice_id, unknown=again)
    return again


# --- what is planned


async def pause(speech: Speech, notice_id: int, actor: Actor, *, on: bool) -> bool:
    """Pause a planned notice, or let it go on. What falls due meanwhile follows its late policy. False: not possible."""
    notice = await notices.get(speech.connection, notice_id, lock=True)
    before, after = (NoticeState.PLANNED, NoticeState.PAUSED) if on else (NoticeState.PAUSED, NoticeState.PLANNED)
    if notice is None or notice.state is not before:
        return False
    await notices.change(speech.connection, notice.id, state=after)
    await speech.event("notice", notice.id, "paused" if on else "resumed", actor=actor.id)
    return True


async def cancel(speech: Speech, notice_id: int, actor: Actor) -> bool:
    """End a notice: what has not begun never goes out. False when it is over already."""
    notice = await notices.get(speech.connection, notice_id, lock=True)
    if notice is None or notice.state in (NoticeState.DONE, NoticeState.CANCELLED):
        return False
    await notices.cancel_firings(speech.connection, notice.id)  # first: what begins meanwhile is seen below
    for firing in await notices.firings(speech.connection, notice.id):
        if firing.state is FiringState.SENDING:
            await stop(speech, firing.id, actor)
    await notices.change(speech.connection, notice.id, state=NoticeState.CANCELLED)
    await speech.event("notice", notice.id, "cancelled", actor=actor.id)
    return True


async def send_now(speech: Speech, firing_id: int, actor: Actor) -> bool:
    """Let one planned time go out in two minutes instead of later. False when it has begun, or its notice is paused."""
    firing = await notices.firing(speech.connection, firing_id, lock=True)
    notice = await notices.get(speech.connection, firing.notice_id) if firing is not None else None
    if firing is None or firing.state is not FiringState.PLANNED or notice is None:
        return False
    if notice.state is not NoticeState.PLANNED:
        return False
    await notices.change_firing(speech.connection, firing.id, due_at=speech.now + rule.UNDO)
    await speech.event("firing", firing.id, "brought forward", actor=actor.id, notice=notice.id)
    return True


async def move(speech: Speech, council: Council, firing_id: int, actor: Actor, to: datetime) -> bool:
    """Let one planned time go out at another moment. False when it has begun."""
    firing = await notices.firing(speech.connection, firing_id, lock=True)
    if firing is None or firing.state is not FiringState.PLANNED or to < speech.now - timedelta(minutes=1):
        return False
    await notices.change_firing(speech.connection, firing.id, due_at=rule.humane(to, council.zone))
    await speech.event("firing", firing.id, "moved", actor=actor.id, notice=firing.notice_id)
    return True


def in_words(reached: Size) -> str:
    """How many it reaches, in words. Of people chosen by age, family or part of town a few are "fewer than 5": staff
    could find out by choosing who somebody is."""
    parts: Iterable[tuple[int, str, str]] = (
        (reached.groups, texts.GROUP, texts.GROUPS), (reached.staff, texts.COLLEAGUE, texts.COLLEAGUES),
    )  # fmt: skip
    few = reached.narrowed and reached.people < FEW
    young = [(reached.people, texts.PERSON, texts.PEOPLE)] if not few else []
    some = [f"{count:,} {one if count == 1 else many}" for count, one, many in (*young, *parts) if count]
    some = [texts.FEW.format(few=FEW), *some] if few else some
    return " and ".join([", ".join(some[:-1]), some[-1]] if len(some) > 2 else some) or texts.NOBODY
