"""Sends what is due to many: plans whom it reaches, feeds the outbox as fast as it empties, and counts it for staff.

Everything stands in rows, so a kill at any moment costs nothing: planning goes on after the last person written down, a
receipt is queued in the same transaction as its message, and nobody can stand there twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from bot import composing, press, reaching
from bot import notice as rule
from bot.audience import Audience, BrokenAudience, is_for
from bot.composing import Choice, Composed
from bot.message import Message, written
from bot.models import FiringState, Lane, NoticeKind, NoticeState, ReceiptState, Role
from bot.notice import Late, Standing, Tally, TooLate
from bot.service import Service
from bot.staff import tell
from bot.store import groups, notices, occurrences, outbox, people, receipts
from bot.store.notices import Firing, Notice
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from bot.store.receipts import Planned
from bot.turn import Speech
from bot.when import said
from content.texts import choices as choices_texts
from content.texts import notice as texts
from content.texts import timetable as timetable_texts
from scheduler.failing import complain

log = logging.getLogger(__name__)
CHUNK: Final = 5000
"""Young people that are looked at in one transaction while a notice is planned: short enough to hold up nobody."""
WAITING: Final = 150
"""Notices that wait in the outbox at most: six seconds' worth, so that what is stopped really stops."""
PROGRESS_SECONDS: Final = 5
"""So often at most the message to staff counts itself up."""

_GOES_OUT: Final = (NoticeState.PLANNED, NoticeState.DONE)
_NOTHING: Final = {NoticeKind.WHATS_ON: timetable_texts.NOTHING_ON}


async def open_times(service: Service) -> None:
    """Write down the coming times of every notice, so that they can be seen, changed and cancelled one by one."""
    now = service.clock.now()
    try:
        async with service.store.reading() as connection:
            planned = await notices.in_state(connection, NoticeState.PLANNED)
        for one in planned:
            await _open(service, one, rule.day_of(now, service.council.zone))
    except Exception as error:  # noqa: BLE001 - one tick; the next is a minute off
        complain(log, error, "the times of notices can't be written down")


async def _open(service: Service, notice: Notice, today: date) -> None:
    """A time that has gone by is written down too, as long as its late policy may still send it or must report it."""
    zone = service.council.zone
    made = rule.day_of(notice.made_at, zone)
    if notice.at == rule.NOW:
        days = []
    else:
        days = [day for day in rule.days(notice, today) if day >= min(made, notice.first_day)]
    async with service.store.transaction() as connection:
        there = await notices.get(connection, notice.id, lock=True)
        if there is None or there.state is not NoticeState.PLANNED or there.revision != notice.revision:
            return
        known = {firing.day: firing.state for firing in await notices.firings(connection, notice.id)}
        for day in days:
            if day.isoformat() not in known:
                await notices.add_firing(connection, notice.id, day, rule.due_at(notice, day, zone))
                known[day.isoformat()] = FiringState.PLANNED
        if rule.is_over(notice, today) and rule.OPEN.isdisjoint(known.values()):
            await notices.change(connection, notice.id, state=NoticeState.DONE)


async def tick(service: Service) -> None:
    """Take every notice that is due or under way one step further."""
    try:
        async with service.store.reading() as connection:
            due = await notices.due(connection, service.clock.now())
    except Exception as error:  # noqa: BLE001 - one tick; the next is seconds off
        complain(log, error, "what is due to be sent can't be read")
        return
    for firing in due:
        try:
            await _go(service, firing)
        except Exception as error:  # noqa: BLE001 - one notice must not stop the others
            complain(log, error, f"the notice {firing.notice_id} of {firing.day} stumbled")


async def _go(service: Service, firing: Firing) -> None:
    zone, now = service.council.zone, service.clock.now()
    async with service.store.reading() as connection:
        notice = await notices.get(connection, firing.notice_id)
    if notice is None:
        return
    if notice.state not in _GOES_OUT or rule.is_quiet(now, zone):
        if firing.state is FiringState.SENDING:
            await _finish(
                service, notice, firing.id
            )  # what was sent before nine, or before the pause, is still counted
        return
    if firing.state is FiringState.PLANNED:
        begun = await _begin(service, notice, firing)
        if begun is None:
            return
        firing = begun
    while firing.planned_at is None and firing.state is FiringState.SENDING:
        firing = await _plan(service, notice, firing)
    await _feed(service, notice, firing)
    await _finish(service, notice, firing.id)


# --- beginning


async def _begin(service: Service, notice: Notice, firing: Firing) -> Firing | None:
    """Mark it as going out, or drop it where its late policy says so."""
    zone = service.council.zone
    async with service.store.transaction() as connection:
        speech = Speech(connection, service.clock.now())
        there = await notices.firing(connection, firing.id, lock=True)
        if there is None or there.state is not FiringState.PLANNED or not await _goes_out(speech, there):
            return None
        timely = rule.timeliness(there.due_at, notice.late_hours, speech.now, zone)
        gaps = {"title": rule.title(notice), "when": said(there.due_at, speech.now, zone)}
        if isinstance(timely, TooLate):
            await _drop(speech, notice, there, "too late", written(texts.DROPPED, gaps))
        else:
            await notices.change_firing(
                connection, there.id, state=FiringState.SENDING, began_at=speech.now, late=isinstance(timely, Late)
            )
            await speech.event("firing", there.id, "began", notice=notice.id, late=isinstance(timely, Late))
        waiting = await speech.keep()
        begun = await notices.firing(connection, firing.id)
    service.wake(waiting)
    return begun if begun is not None and begun.state is FiringState.SENDING else None


async def _goes_out(speech: Speech, firing: Firing) -> bool:
    """Whether nobody paused or cancelled it since this tick began."""
    notice = await notices.get(speech.connection, firing.notice_id)
    return notice is not None and notice.state in _GOES_OUT


async def _drop(speech: Speech, notice: Notice, firing: Firing, why: str, message: Message) -> None:
    """Nobody gets it; whoever made it is told, or the managers where the bot's own timetable did."""
    await notices.change_firing(
        speech.connection, firing.id, state=FiringState.DROPPED, ended_at=speech.now, reason=why
    )
    await speech.event("firing", firing.id, "dropped", notice=notice.id, why=why)
    tell(speech, await _keepers(speech, notice), message, lane=Lane.REPLY)


async def _keepers(speech: Speech, notice: Notice) -> list[Actor]:
    """Who hears of a notice: whoever made it, as long as they are of staff; else the managers."""
    maker = await people.get(speech.connection, notice.made_by)
    if maker is not None and maker.is_staff:
        return [maker]
    return await people.with_role(speech.connection, Role.MANAGER)


# --- planning


async def _plan(service: Service, notice: Notice, firing: Firing) -> Firing:
    """Write down the next few thousand it reaches: groups and staff first, then young people by number."""
    zone = service.council.zone
    async with service.store.transaction() as connection:
        speech = Speech(connection, service.clock.now())
        there = await notices.firing(connection, firing.id, lock=True)
        if there is None or there.state is not FiringState.SENDING or there.planned_at is not None:
            return there or firing
        try:
            audience = notice.is_for
        except BrokenAudience as error:
            gaps = {"title": rule.title(notice), "why": str(error)}
            await _drop(speech, notice, there, "broken audience", written(texts.BROKEN, gaps))
            audience = Audience()
        thing = rule.thing(notice, there.day)
        chats = await notices.group_chats(connection, audience)
        if there.planned_to is None:
            staff = await notices.staff_with(connection, audience.staff) if audience.staff else []
            given = [*((chat, None) for chat in chats), *((account, number) for number, account in staff)]
            await receipts.plan(connection, speech.now, there.id, thing, given)
        last, over = await _plan_people(speech, audience, chats, there, thing, rule.day_of(speech.now, zone))
        await notices.change_firing(
            connection, there.id, planned_to=last, **({"planned_at": speech.now} if over else {})
        )
        waiting = await speech.keep()
        planned = await notices.firing(connection, firing.id)
    service.wake(waiting)
    return planned or firing


async def _plan_people(
    speech: Speech, audience: Audience, chats: Sequence[int], firing: Firing, thing: str, today: date
) -> tuple[int, bool]:
    """One chunk of young people. Returns the last that was looked at, and whether it was the last of all."""
    after = firing.planned_to or 0
    if not audience.people:
        return after, True
    connection = speech.connection
    found = await notices.young_people(connection, after, CHUNK, opened=audience.asks_about_people)
    wanted = [one for one in found if is_for(audience, one.member, today)]
    accounts = [one.telegram_id for one in wanted]
    leave_out = await receipts.seen_in(connection, chats, accounts)
    if audience.asked_about is not None:
        leave_out |= await receipts.settled(connection, audience.asked_about, accounts)
    given = [(one.telegram_id, one.id) for one in wanted if one.telegram_id not in leave_out]
    await receipts.plan(connection, speech.now, firing.id, thing, given)
    return (found[-1].id if found else after), len(found) < CHUNK


# --- feeding the outbox


async def _feed(service: Service, notice: Notice, firing: Firing) -> None:
    """Put the next messages into the outbox: as many as fit, each in one transaction with its receipt."""
    async with service.store.transaction() as connection:
        speech = Speech(connection, service.clock.now())
        there = await notices.firing(connection, firing.id, lock=True)
        if there is None or there.state is not FiringState.SENDING or not await _goes_out(speech, there):
            return
        room = WAITING - await receipts.waiting(connection)
        batch = await receipts.next_planned(connection, there.id, room) if room > 0 else []
        if not batch:
            return
        timely = rule.of_the_rest(there, notice.late_hours, speech.now)
        if isinstance(timely, Late) and not there.late:
            await notices.change_firing(connection, there.id, late=True)
            there = replace(there, late=True)
        entries = service.library.on(rule.day_of(speech.now, service.council.zone)).entries
        composed = await composing.compose(connection, service.council, notice, there, speech.now, entries)
        if composed is None or isinstance(timely, TooLate):
            await _end(service, speech, notice, there, "too late" if composed is not None else "nothing to say")
            waiting = await speech.keep()
        else:
            waiting = await _queue(speech, notice, composed, batch, service.settings.notices_a_week)
    service.wake(waiting)


async def _end(service: Service, speech: Speech, notice: Notice, firing: Firing, why: str) -> None:
    """The rest gets none of it. Where nobody got it, it was dropped; else staff are told how far it came."""
    connection, now = speech.connection, speech.now
    await receipts.drop_planned(connection, now, firing.id)
    await receipts.collect(connection, firing.id)
    tally = Tally(*await receipts.tally(connection, firing.id))
    gaps = {"title": rule.title(notice), "when": said(firing.due_at, now, service.council.zone)}
    if not tally.total:
        nothing = _NOTHING.get(notice.kind, texts.NOTHING_TO_SAY)
        await _drop(speech, notice, firing, why, written(texts.DROPPED if why == "too late" else nothing, gaps))
        return
    await notices.change_firing(connection, firing.id, state=FiringState.CANCELLED, ended_at=now, reason=why)
    await speech.event("firing", firing.id, "stopped", notice=notice.id, why=why)
    text = texts.REST_TOO_LATE if why == "too late" else texts.REST_GONE
    message = written(text, {**gaps, "details": "\n".join(rule.tally_said(tally))}, keep_lines=True)
    tell(speech, await _keepers(speech, notice), message, lane=Lane.REPLY)


async def _queue(speech: Speech, notice: Notice, composed: Composed, batch: Sequence[Planned], most: int) -> int:
    """Queue a batch, without those who want quiet at this moment. Returns how many messages that are."""
    connection, now = speech.connection, speech.now
    standings = await _standings(speech, batch)
    held: list[tuple[int, str]] = []
    placed: list[tuple[int, int]] = []
    for one in batch:
        person, standing = standings.get(one.chat_id, (None, Standing()))
        why = rule.why_held(standing, notice.kind, most)
        if why is not None:
            held.append((one.id, why))
            continue
        calls = composing.calls(composed, speech.vault, one.chat_id, now, _fewer(notice, person))
        if person is not None and person.discreet:
            await reaching.veil(speech, one.chat_id, calls, Lane.BROADCAST, None, None)
        else:
            speech.outgoing += [Outgoing(Lane.BROADCAST, one.chat_id, method, given) for method, given in calls]
        placed.append((one.id, len(speech.outgoing) - 1))
    rows = await outbox.add(connection, speech.outgoing, now)
    await receipts.queued(connection, now, [(receipt, rows[place]) for receipt, place in placed])
    await receipts.hold(connection, now, held)
    return len(speech.outgoing)


def _fewer(notice: Notice, person: Actor | None) -> Choice | None:
    """ "Fewer of these", for a young person in private, under what they can mute."""
    wanted = person is not None and Role.YOUNG_PERSON in person.roles and notice.kind in rule.CAN_BE_MUTED
    return Choice(choices_texts.FEWER, "fewer", notice.id) if wanted else None


async def _standings(speech: Speech, batch: Sequence[Planned]) -> dict[int, tuple[Actor | None, Standing]]:
    """How each chat of a batch stands at this moment; staff and groups can't be held back, a blocked chat can."""
    connection, now = speech.connection, speech.now
    chats = [one.chat_id for one in batch]
    reachable = await people.reachable(connection, chats)
    numbers = [one.person_id for one in batch if one.person_id is not None]
    actors = {one.id: one for one in await people.get_all(connection, numbers)}
    chosen = await notices.choices(connection, numbers)
    cards = await receipts.had_a_card(connection, chats, now - rule.AFTER_A_CARD)
    week = await receipts.this_week(connection, chats, now - rule.WEEK)
    found: dict[int, tuple[Actor | None, Standing]] = {}
    for one in batch:
        person = actors.get(one.person_id or 0)
        standing = Standing(blocked=one.chat_id not in reachable)
        if person is not None and Role.YOUNG_PERSON in person.roles:
            wishes = chosen.get(person.id or 0, notices.Chosen())
            standing = Standing(
                blocked=one.chat_id not in reachable,
                stopped=person.stopped_at is not None,
                hidden=person.quiet_until is not None and person.quiet_until > now,
                paused=wishes.paused_until is not None and wishes.paused_until > now,
                muted=wishes.muted,
                had_a_card=one.chat_id in cards,
                this_week=week.get(one.chat_id, 0),
            )
        elif one.person_id is not None and (person is None or not person.is_staff):
            standing = Standing(enrolled=False)
        found[one.chat_id] = (person, standing)
    return found


# --- counting


async def _finish(service: Service, notice: Notice, firing_id: int) -> None:
    """Count what has arrived, tell staff, and end it when nothing of it is under way any more."""
    async with service.store.transaction() as connection:
        speech = Speech(connection, service.clock.now())
        firing = await notices.firing(connection, firing_id, lock=True)
        if firing is None or firing.state is not FiringState.SENDING:
            return
        for chat_id, why in await receipts.collect(connection, firing.id):
            await _tell_of_lost(speech, notice, chat_id, why)
        tally = Tally(*await receipts.tally(connection, firing.id))
        is_over = firing.planned_at is not None and tally.is_over
        if is_over:
            await notices.change_firing(connection, firing.id, state=FiringState.SENT, ended_at=speech.now)
            counts = {str(state).split()[0]: count for state, count in tally.counts.items()}
            await speech.event("firing", firing.id, "ended", notice=notice.id, **counts)
        await _show_progress(speech, notice, firing, tally, is_over)
        waiting = await speech.keep()
    service.wake(waiting)


async def _tell_of_lost(speech: Speech, notice: Notice, chat_id: int, why: str) -> None:
    """Somebody who can help is told once a day of a chat that can't be written to any more."""
    connection, now = speech.connection, speech.now
    if not await occurrences.once(connection, rule.LOST, chat_id, now.date(), now):
        return
    if chat_id < 0:
        group = await groups.of_chat(connection, chat_id)
        gaps = {"title": group.title if group is not None and group.title else "?", "why": why}
        managers = await people.with_role(connection, Role.MANAGER)
        keepers = {one.id: one for one in [*managers, *await _keepers(speech, notice)]}
        tell(speech, keepers.values(), written(texts.GROUP_LOST, gaps), lane=Lane.REPLY)
        return
    person = await people.actor(connection, chat_id)
    adviser = await people.get(connection, person.adviser_id)
    if person.id is not None and adviser is not None and adviser.is_staff:
        gaps = {"initials": person.initials, "number": str(person.id)}
        tell(speech, [adviser], written(texts.PERSON_LOST, gaps), lane=Lane.REPLY)


async def _show_progress(speech: Speech, notice: Notice, firing: Firing, tally: Tally, is_over: bool) -> None:
    """One message that counts itself up for whoever made the notice, and a last one when it is over."""
    connection, now = speech.connection, speech.now
    maker = await people.get(connection, notice.made_by)
    if maker is None or not maker.is_staff or maker.telegram_id is None:
        return
    chat = maker.telegram_id
    text = progress_said(notice, tally, texts.SENT if is_over else texts.SENDING)
    stop = press.button(speech.vault, texts.STOP_THE_REST, "nstop", firing.id, chat, now)
    unknown = tally.of(ReceiptState.UNKNOWN)
    again = press.button(speech.vault, texts.SEND_AGAIN.format(count=unknown), "nagain", firing.id, chat, now)
    buttons = ([[again]] if unknown else []) if is_over else [[stop]]
    if firing.progress_outbox_id is None:
        row = (await outbox.add(connection, [_to_staff(chat, text.with_buttons(*buttons))], now))[0]
        await notices.change_firing(
            connection, firing.id, progress_chat_id=chat, progress_outbox_id=row, progress=text.text[:120], shown_at=now
        )
        return
    fresh = firing.shown_at is not None and now - firing.shown_at < timedelta(seconds=PROGRESS_SECONDS)
    if text.text[:120] == firing.progress or (fresh and not is_over):
        return
    message_id = await outbox.message_id(connection, firing.progress_outbox_id)
    if message_id is not None and firing.progress_chat_id is not None:
        speech.change(firing.progress_chat_id, message_id, text.with_buttons(*([] if is_over else buttons)))
        await notices.change_firing(connection, firing.id, progress=text.text[:120], shown_at=now)
    if is_over:
        speech.say(chat, text.with_buttons(*buttons))


def _to_staff(chat_id: int, message: Message) -> Outgoing:
    return Outgoing(Lane.REPLY, chat_id, "sendMessage", message.as_parameters())


def progress_said(notice: Notice, tally: Tally, text: str) -> Message:
    """How far a notice is, in words."""
    gaps = {
        "title": rule.title(notice),
        "done": f"{tally.done:,}",
        "total": f"{tally.total:,}",
        "details": "\n".join(rule.tally_said(tally)),
    }
    return written(text, gaps, keep_lines=True)
