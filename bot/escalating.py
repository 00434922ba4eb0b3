"""Carries out what the rule in `bot.escalation` decides: opens, pages, acknowledges, passes on, resolves, and says where it stands.

Used by both doors. Everything happens in the transaction of the `Speech` that is given, with an event for each verb.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from bot import press, when, working_time
from bot.escalation import (
    Action,
    Facts,
    Nudge,
    Page,
    PassTo,
    RaiseAlarm,
    Step,
    Wait,
    due_at,
    first_rung,
    next_step,
    plan,
)
from bot.message import Button, Message, join, plain, written
from bot.models import EscalationState, Kind, Lane, Outcome, Role, Rung
from bot.reaching import held_back, reach
from bot.staff import tell
from bot.store import escalations, lines, people
from bot.store.escalations import Standing
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.texts import escalation as texts
from content.texts import page as page_texts

log = logging.getLogger(__name__)
NAMELESS = "?"
LATE = frozenset({"no answer", "nothing followed"})
"""Reasons for which the young person is told that there was no answer in time; the others are nobody's delay."""
WHY = {
    "no answer": page_texts.NOBODY, "nobody there": page_texts.NOBODY_THERE, "nothing followed": page_texts.NOTHING_FOLLOWED,
    "by hand": page_texts.BY_HAND, "away": page_texts.AWAY, "left": page_texts.LEFT,
}  # fmt: skip


def facts(standing: Standing) -> Facts:
    """What the rule needs."""
    return Facts(
        urgent=standing.urgent, state=standing.state, rung=standing.rung, clock_from=standing.clock_from,
        pages=standing.reminded, heard_at=standing.heard_at, promised_at=standing.promised_at,
        acknowledged_at=standing.acknowledged_at, answered_at=standing.answered_at,
    )  # fmt: skip


# --- who is there


async def able(speech: Speech, candidates: Sequence[Actor]) -> list[Actor]:
    """Those who are enrolled staff, not away at this moment, and can be written to."""
    away = await people.away(speech.connection, speech.now)
    return [person for person in await _reachable(speech, candidates) if person.id not in away]


async def _reachable(speech: Speech, candidates: Sequence[Actor]) -> list[Actor]:
    staff = {person.id: person for person in candidates if person.is_staff and person.telegram_id is not None}
    ids = [person.telegram_id for person in staff.values() if person.telegram_id is not None]
    can = await people.reachable(speech.connection, ids) if ids else set()
    return [person for person in staff.values() if person.telegram_id in can]


async def holders(speech: Speech, standing: Standing) -> list[Actor]:
    """Who can be paged at this moment on the rung where it is, or has it: nobody who is away or can't be reached."""
    connection = speech.connection
    match standing.rung:
        case _ if standing.state is EscalationState.ACKNOWLEDGED or standing.rung is Rung.ADVISER:
            return await _owner_or_cover(speech, standing.owner_id)
        case Rung.ON_CALL:
            return await able(speech, await people.on_call(connection)) or await _owner_or_cover(
                speech, standing.owner_id
            )
        case Rung.DUTY:
            return await able(speech, await people.with_role(connection, Role.DUTY))
        case Rung.MANAGER:
            return await able(speech, await people.with_role(connection, Role.MANAGER))
        case _:
            everybody = [
                *await people.with_role(connection, Role.MANAGER, Role.DUTY),
                *await people.on_call(connection),
                *await people.get_all(connection, [standing.owner_id] if standing.owner_id else []),
            ]
            return await _reachable(speech, everybody)


async def _owner_or_cover(speech: Speech, owner_id: int | None) -> list[Actor]:
    """The one whose it is; if they are away, the colleague who covers."""
    if owner_id is None:
        return []
    cover = (await people.away(speech.connection, speech.now)).get(owner_id)
    chosen = await people.get_all(speech.connection, [owner_id])
    there = await able(speech, chosen)
    if there or cover is None:
        return there
    return await able(speech, await people.get_all(speech.connection, [cover]))


# --- opening, hearing, reopening


async def open_(
    speech: Speech,
    council: Council,
    person: Actor,
    *,
    kind: Kind,
    urgent: bool = False,
    about: Mapping[str, str] | None = None,
    group_chat_id: int | None = None,
    page_at: datetime | None = None,
    ring_at: str | None = None,
    actor: int | None = None,
) -> Standing:
    """Open an escalation for an account, or add to the one that stands open already, which may become urgent by it.

    `page_at` holds the first page back (a gentle question was asked, and may be answered first). Nothing is said to the
    young person here: the door says the card, or `promise`.
    """
    if person.telegram_id is None:
        raise ValueError("an escalation needs an account that can be answered")
    there = await escalations.live(speech.connection, person.telegram_id, lock=True)
    if there is not None:
        return await _add_to(speech, council, there, person, kind, urgent=urgent, about=about, ring_at=ring_at)
    rung = first_rung(council, speech.now, urgent=urgent)
    adviser_id = person.adviser_id
    if rung is Rung.ADVISER and adviser_id is None:
        rung = Rung.DUTY
    begins = page_at or speech.now
    planned = plan(Facts(urgent, EscalationState.OPEN, rung, begins, 0, speech.now), council)
    number = await escalations.add(
        speech.connection,
        about,
        telegram_id=person.telegram_id,
        person_id=person.id,
        group_chat_id=group_chat_id,
        kind=kind,
        urgent=urgent,
        state=EscalationState.OPEN,
        opened_at=speech.now,
        clock_from=begins,
        rung=rung,
        owner_id=adviser_id,
        next_action=planned.action,
        next_at=planned.at,
        promised_at=planned.promised_at,
        heard_at=speech.now,
        ring_at=ring_at,
    )
    await speech.event("escalation", number, "opened", actor=actor, kind=kind, urgent=urgent, rung=rung)
    return await _go(speech, council, number)


async def _add_to(
    speech: Speech,
    council: Council,
    standing: Standing,
    person: Actor,
    kind: Kind,
    *,
    urgent: bool,
    about: Mapping[str, str] | None,
    ring_at: str | None,
) -> Standing:
    """What stands open already takes up the new reason; urgent words make it urgent, and its clocks begin anew."""
    more = {**standing.about, **about, **_because(standing, about)} if about else None
    changes: dict[str, Any] = {"heard_at": speech.now}
    if ring_at is not None:
        changes["ring_at"] = ring_at
    held_back = standing.is_gentle and kind is not Kind.WORRIED
    if urgent and not standing.urgent:
        rung = first_rung(council, speech.now, urgent=True)
        if rung is Rung.ADVISER and person.adviser_id is None:
            rung = Rung.DUTY
        changes |= {
            "urgent": True, "state": EscalationState.OPEN, "rung": rung, "clock_from": speech.now, "reminded": 0, "kind": kind,
            "acknowledged_at": None, "answered_at": None, "promised_at": None, "owner_id": person.adviser_id,
        }  # fmt: skip
        await speech.event("escalation", standing.id, "made urgent", kind=kind, rung=rung)
    else:
        await speech.event("escalation", standing.id, "urgent again" if urgent else "added to", kind=kind)
        if held_back:
            changes |= {"kind": standing.kind if kind is Kind.ASKED else kind, "clock_from": speech.now}
    await escalations.change(speech.connection, standing.id, more, **changes)
    if urgent and standing.urgent:
        await _page(speech, council, await _read(speech, standing.id), again=True)
    return await _go(speech, council, standing.id)


def _because(standing: Standing, about: Mapping[str, str]) -> dict[str, str]:
    """Everything that was noticed, each once: a lesser word later must not hide the graver one before it."""
    reasons = [reason for one in (standing.about, about) for reason in one.get("because", "").split("; ") if reason]
    return {"because": "; ".join(dict.fromkeys(reasons))} if reasons else {}


async def heard(speech: Speech, council: Council, standing: Standing, *, needs_answer: bool = True) -> Standing:
    """The young person wrote in it. A "thanks" (`needs_answer` false) starts no clock."""
    if needs_answer:
        await escalations.change(speech.connection, standing.id, heard_at=speech.now)
    return await _go(speech, council, standing.id)


async def write_first(speech: Speech, council: Council, person: Actor, staff: Actor) -> Standing:
    """A member of staff begins a conversation: it is theirs from the start, nobody is paged, and nothing is promised.

    What stands open for the young person already is used as it is.
    """
    if person.telegram_id is None:
        raise ValueError("an escalation needs an account that can be answered")
    there = await escalations.live(speech.connection, person.telegram_id, lock=True)
    if there is not None:
        return there
    number = await escalations.add(
        speech.connection, telegram_id=person.telegram_id, person_id=person.id, kind=Kind.WRITTEN_TO, urgent=False,
        opened_at=speech.now, next_action=Action.NOTHING, next_at=speech.now, **_theirs(speech, staff),
    )  # fmt: skip
    await speech.event("escalation", number, "opened", actor=staff.id, kind=Kind.WRITTEN_TO)
    return await _go(speech, council, number)


def _theirs(speech: Speech, staff: Actor) -> dict[str, Any]:
    """It is with somebody who is about to write: as if they had answered, so that nothing is taken back from them."""
    held = ((Role.ADVISER, Rung.ADVISER), (Role.DUTY, Rung.DUTY))
    rung = next((rung for role, rung in held if role in staff.roles), Rung.MANAGER)
    return {
        "state": EscalationState.ACKNOWLEDGED, "rung": rung, "owner_id": staff.id, "clock_from": speech.now,
        "heard_at": speech.now, "acknowledged_at": speech.now, "answered_at": speech.now,
    }  # fmt: skip


async def reopen_to_write(speech: Speech, council: Council, standing: Standing, staff: Actor) -> Standing:
    """A member of staff has more to say after it was resolved: it is theirs again, and nobody is paged."""
    there = await escalations.live(speech.connection, standing.telegram_id, lock=True)
    if there is not None:
        return there
    await escalations.change(
        speech.connection, standing.id, urgent=False, reminded=0, promised_at=None, resolved_at=None, resolved_by=None,
        outcome=None, told=None, reopened=standing.reopened + 1, **_theirs(speech, staff),
    )  # fmt: skip
    await speech.event("escalation", standing.id, "reopened", actor=staff.id)
    return await _go(speech, council, standing.id)


async def reopen(speech: Speech, council: Council, standing: Standing, person: Actor) -> Standing:
    """A new message after it was resolved: it goes to whoever had it, or the adviser, and the clocks begin anew."""
    there = await escalations.live(speech.connection, standing.telegram_id, lock=True)
    if there is not None:
        return there
    had_it = await able(speech, await people.get_all(speech.connection, [i for i in (standing.resolved_by,) if i]))
    owner_id = had_it[0].id if had_it else person.adviser_id
    rung = Rung.ADVISER if owner_id is not None else Rung.DUTY
    await escalations.change(
        speech.connection,
        standing.id,
        state=EscalationState.OPEN,
        urgent=False,
        rung=rung,
        owner_id=owner_id,
        clock_from=speech.now,
        heard_at=speech.now,
        reminded=0,
        acknowledged_at=None,
        answered_at=None,
        promised_at=None,
        resolved_at=None,
        resolved_by=None,
        outcome=None,
        told=None,
        reopened=standing.reopened + 1,
    )
    await speech.event("escalation", standing.id, "reopened", rung=rung)
    return await _go(speech, council, standing.id)


# --- what staff do with it


async def acknowledge(speech: Speech, council: Council, standing: Standing, actor: Actor) -> Standing:
    """ "I've got this": it is theirs, the others are told, and the young person too."""
    others = [person for person in await holders(speech, standing) if person.id != actor.id]
    await escalations.change(
        speech.connection, standing.id, state=EscalationState.ACKNOWLEDGED, owner_id=actor.id, acknowledged_at=speech.now,
        clock_from=speech.now, answered_at=None, reminded=0,
    )  # fmt: skip
    await speech.event("escalation", standing.id, "acknowledged", actor=actor.id)
    after = await _go(speech, council, standing.id)
    initials = await initials_of(speech, standing)
    gaps = {"who": actor.name, "initials": initials, "number": standing.id}
    tell(speech, others, written(page_texts.TAKEN, gaps), lane=Lane.REPLY, escalation=standing.id)
    await promise(speech, council, after)
    return after


async def answered(speech: Speech, council: Council, standing: Standing, actor: Actor) -> Standing:
    """Staff wrote to the young person, or rang: whoever did has it, and the answer's clock stops."""
    changes: dict[str, Any] = {"answered_at": speech.now, "reminded": 0}
    if standing.state is not EscalationState.ACKNOWLEDGED or standing.owner_id != actor.id:
        changes |= {
            "state": EscalationState.ACKNOWLEDGED, "owner_id": actor.id, "acknowledged_at": speech.now,
            "clock_from": speech.now,
        }  # fmt: skip
        await speech.event("escalation", standing.id, "acknowledged", actor=actor.id, by="answering")
        before = [standing.owner_id] if standing.state is EscalationState.ACKNOWLEDGED and standing.owner_id else []
        gaps = {"who": actor.name, "initials": await initials_of(speech, standing), "number": standing.id}
        tell(speech, await people.get_all(speech.connection, before), written(page_texts.TAKEN, gaps), lane=Lane.REPLY)
    await escalations.change(speech.connection, standing.id, **changes)
    await speech.event("escalation", standing.id, "answered", actor=actor.id)
    if standing.person_id is not None:
        await people.contact(speech.connection, standing.person_id, speech.now)
    return await _go(speech, council, standing.id)


async def pass_on(
    speech: Speech,
    council: Council,
    standing: Standing,
    *,
    to: Rung | Actor,
    actor: int | None = None,
    why: str = "by hand",
    since: datetime | None = None,
) -> Standing:
    """To a colleague, or to a rung: they are paged, and the young person is told if what they were told is not true any more."""
    rung, owner_id = (Rung.ADVISER, to.id) if isinstance(to, Actor) else (to, standing.owner_id)
    await escalations.change(
        speech.connection, standing.id, state=EscalationState.OPEN, rung=rung, owner_id=owner_id, clock_from=since or speech.now,
        reminded=0, acknowledged_at=None, answered_at=None, promised_at=None,
    )  # fmt: skip
    verb = "un-acknowledged" if standing.state is EscalationState.ACKNOWLEDGED else "passed on"
    await speech.event("escalation", standing.id, verb, actor=actor, rung=rung, why=why)
    after = await _go(speech, council, standing.id, why=why)
    await promise(speech, council, after)
    return after


async def resolve(
    speech: Speech,
    council: Council,
    standing: Standing,
    actor: Actor | None,
    outcome: Outcome,
    *,
    missing_fact: bool | None = None,
    quietly: bool = False,
) -> None:
    """It is finished. `quietly`: the young person knows, or must not be written to."""
    await escalations.change(
        speech.connection, standing.id, state=EscalationState.RESOLVED, resolved_at=speech.now, outcome=outcome,
        resolved_by=actor.id if actor else None, missing_fact=missing_fact, next_action="nothing", told=None,
    )  # fmt: skip
    await speech.event(
        "escalation",
        standing.id,
        "resolved",
        actor=actor.id if actor else None,
        outcome=outcome,
        missing_fact=missing_fact,
    )
    person = await _young_person(speech, standing)
    unsaid = standing.kind is Kind.WRITTEN_TO and not await lines.count(speech.connection, standing.id)
    if not (quietly or unsaid):
        who = await named(speech, actor.id if actor else None, person)
        text = written(texts.RESOLVED, {"who": _capital(who)}) if actor else written(texts.RESOLVED_QUIET)
        await reach(speech, person, text, escalation=standing.id)


# --- the clock


async def take_step(speech: Speech, council: Council, escalation_id: int) -> bool:
    """Do what is due for one escalation. False when nothing was due, or another process has it."""
    standing = await escalations.take(speech.connection, escalation_id)
    if standing is None:
        return False
    before = standing
    after, why = await _walk(speech, council, standing.id)
    if _promised(after) != _promised(before):
        await promise(speech, council, after, late=why in LATE)
    return True


def _promised(standing: Standing) -> tuple[object, ...]:
    """What the young person is told again when it changes; after a gentle question, that a person knows now."""
    return standing.state, standing.rung, standing.owner_id, standing.promised_at, standing.is_gentle


async def _go(speech: Speech, council: Council, escalation_id: int, why: str = "") -> Standing:
    """Take every step that is due, then write down what is next."""
    return (await _walk(speech, council, escalation_id, why))[0]


async def _walk(speech: Speech, council: Council, escalation_id: int, why: str = "") -> tuple[Standing, str]:
    """Take every step that is due, then write down what is next; also says why it was passed on last.

    Each rung is passed at most once, so it ends.
    """
    standing = await _read(speech, escalation_id)
    for _ in range(len(Rung) + 3):
        if (cover := await _cover(speech, standing)) is not None:
            why = "away"
            await _hand_to(speech, standing, cover)
            standing = await _read(speech, escalation_id)
        there = await holders(speech, standing)
        step = next_step(facts(standing), council, speech.now, somebody_there=bool(there))
        if isinstance(step, Wait):
            break
        if isinstance(step, PassTo):
            why = step.why
        await _carry_out(speech, council, standing, step, why)
        standing = await _read(speech, escalation_id)
    found = facts(standing)
    planned = plan(found, council)
    promised = planned.promised_at if standing.is_live else standing.promised_at
    changes: dict[str, Any] = {
        "next_action": planned.action, "next_at": due_at(found, planned, council, speech.now), "promised_at": promised,
    }  # fmt: skip
    await escalations.change(speech.connection, standing.id, **changes)
    return replace(standing, **changes), why


async def _carry_out(speech: Speech, council: Council, standing: Standing, step: Step, why: str) -> None:
    """One step of the clock."""
    changes: dict[str, Any] = {"reminded": standing.reminded + 1}
    match step:
        case Page(again=again, since=since):
            await _page(speech, council, standing, again=again, why=why)
            if not again:
                changes["clock_from"] = since
        case PassTo(rung=rung, since=since, why=reason):
            verb = "un-acknowledged" if standing.state is EscalationState.ACKNOWLEDGED else "passed on"
            await speech.event("escalation", standing.id, verb, rung=rung, why=reason)
            await _tell_taken_back(speech, standing, rung, reason)
            changes = {**_ANEW, "rung": rung, "clock_from": since}
        case RaiseAlarm(since=since):
            await _page(speech, council, standing, again=True)
            changes["clock_from"] = since
        case Nudge(since=since):
            await _nudge(speech, standing)
            changes["clock_from"] = since
    await escalations.change(speech.connection, standing.id, **changes)


_ANEW: Mapping[str, Any] = {
    "state": EscalationState.OPEN, "reminded": 0, "acknowledged_at": None, "answered_at": None, "promised_at": None,
}  # fmt: skip
"""What is so when somebody else has it from now on, and has not seen it yet."""


async def _cover(speech: Speech, standing: Standing) -> int | None:
    """The colleague who has to take it up from an owner who is away; None when it can stay as it is."""
    by_name = standing.rung is Rung.ADVISER or standing.state is EscalationState.ACKNOWLEDGED
    if not by_name or not standing.is_live or standing.owner_id is None:
        return None
    there = await _owner_or_cover(speech, standing.owner_id)
    return there[0].id if there and there[0].id != standing.owner_id else None


async def _hand_to(speech: Speech, standing: Standing, cover_id: int) -> None:
    """It is the colleague's now, who is paged like anybody who has not seen it: an absence acknowledges nothing."""
    verb = "un-acknowledged" if standing.state is EscalationState.ACKNOWLEDGED else "passed on"
    await speech.event("escalation", standing.id, verb, rung=Rung.ADVISER, why="away", to=cover_id)
    paged = standing.reminded > 0 or standing.state is EscalationState.ACKNOWLEDGED
    began = speech.now if paged else standing.clock_from
    await escalations.change(
        speech.connection, standing.id, **_ANEW, rung=Rung.ADVISER, owner_id=cover_id, clock_from=began
    )


async def _page(speech: Speech, council: Council, standing: Standing, *, again: bool, why: str = "") -> None:
    """Page everybody who holds the rung. Who was told is an event; that nobody could be told is one too, and an error."""
    there = await holders(speech, standing)
    if standing.urgent and standing.rung is Rung.ON_CALL:
        there += [p for p in await _owner_or_cover(speech, standing.owner_id) if p.id not in {q.id for q in there}]
    initials = await initials_of(speech, standing)
    told = tell(
        speech, there, _page_for(speech, council, standing, initials, again=again, why=why), escalation=standing.id
    )
    verb = "reminded" if again else "paged"
    verb = "raised alarm" if standing.rung is Rung.ALARM else verb
    await speech.event("escalation", standing.id, verb, rung=standing.rung, told=told)
    if not told:
        log.critical("escalation %d: nobody of the team can be paged; ring each other", standing.id)


def _page_for(
    speech: Speech, council: Council, standing: Standing, initials: str, *, again: bool, why: str
) -> Callable[[Actor], Message]:
    planned = plan(replace(facts(standing), pages=standing.reminded + 1), council)
    by = when.said(planned.promised_at, speech.now, council.zone) if planned.promised_at else page_texts.AT_ONCE
    since = when.said(standing.opened_at, speech.now, council.zone)
    gaps = {"initials": initials, "number": standing.id, "kind": standing.kind, "by": by, "since": since}
    text = (
        page_texts.ALARM
        if standing.rung is Rung.ALARM
        else page_texts.URGENT
        if standing.urgent
        else page_texts.ORDINARY
    )
    parts = [written(text, gaps)]
    if why in WHY:
        parts.append(written(page_texts.PASSED, {"why": WHY[why]}))
    if standing.ring_at and (wanted := when.call_time_said(standing.ring_at, speech.now, council.zone)) is not None:
        parts.append(written(page_texts.RING, {"when": wanted}))
    if again:
        parts.append(plain(page_texts.AGAIN))

    def for_one(person: Actor) -> Message:
        return join(parts, "\n").with_buttons(*page_buttons(speech, standing, person))

    return for_one


def page_buttons(speech: Speech, standing: Standing, person: Actor) -> list[list[Button]]:
    """What can be pressed under a page: take it, pass it to duty, read it."""
    chat = person.telegram_id or 0
    vault, now, number = speech.vault, speech.now, standing.id
    first = [press.button(vault, page_texts.GOT, "got", number, chat, now)]
    if standing.rung in (Rung.ADVISER, Rung.ON_CALL):
        first.append(press.button(vault, page_texts.DUTY, "duty", number, chat, now))
    return [first, [press.button(vault, page_texts.OPEN, "open", number, chat, now)]]


async def _nudge(speech: Speech, standing: Standing) -> None:
    owner = await people.get_all(speech.connection, [i for i in (standing.owner_id,) if i])
    initials = await initials_of(speech, standing)
    since = f"{standing.answered_at:%A}" if standing.answered_at else ""
    gaps = {"initials": initials, "number": standing.id, "since": f"on {since}"}

    def for_one(person: Actor) -> Message:
        chat = person.telegram_id or 0
        done = press.button(speech.vault, page_texts.FINISHED, "finish", standing.id, chat, speech.now)
        look = press.button(speech.vault, page_texts.OPEN, "open", standing.id, chat, speech.now)
        return written(page_texts.NUDGE, gaps).with_buttons([done, look])

    tell(speech, owner, for_one, lane=Lane.REPLY, escalation=standing.id)
    await speech.event("escalation", standing.id, "nudged")


async def _tell_taken_back(speech: Speech, standing: Standing, rung: Rung, why: str) -> None:
    """Whoever had it, and did nothing, is told that it is theirs no more."""
    if standing.state is not EscalationState.ACKNOWLEDGED or why != "nothing followed":
        return
    owner = await people.get_all(speech.connection, [i for i in (standing.owner_id,) if i])
    gaps = {"initials": await initials_of(speech, standing), "number": standing.id, "who": _rung_words(rung)}
    tell(speech, owner, written(page_texts.TAKEN_BACK, gaps), lane=Lane.REPLY, escalation=standing.id)


async def report_undelivered(speech: Speech, council: Council) -> int:
    """Tell whoever has it, once, that a message to the young person did not arrive; while nobody can be told, it waits.

    Returns how many are settled by it.
    """
    rows = await escalations.undelivered(speech.connection)
    settled: list[int] = []
    for row in rows:
        standing = await escalations.get(speech.connection, row.escalation_id)
        if standing is None or row.chat_id != standing.telegram_id:
            settled.append(row.outbox_id)
            continue
        there = await holders(speech, standing)
        if not there and standing.is_live:
            continue
        settled.append(row.outbox_id)
        why = {"unknown": page_texts.NOT_ARRIVED_UNKNOWN, "refused": page_texts.NOT_ARRIVED_REFUSED}.get(
            row.state, page_texts.NOT_ARRIVED_BLOCKED
        )
        if standing.is_live:
            unreached = standing.unreached or row.state == "unreachable"
            await escalations.change(speech.connection, standing.id, unreached=unreached)
        gaps = {"initials": await initials_of(speech, standing), "number": standing.id, "why": why}
        lane = Lane.PAGE if standing.urgent else Lane.REPLY
        tell(speech, there, written(page_texts.NOT_ARRIVED, gaps), lane=lane)
        await speech.event("escalation", standing.id, "not delivered", message=row.outbox_id, state=row.state)
    if settled:
        await escalations.mark_reported(speech.connection, settled)
    return len(settled)


# --- the promise


async def promise(speech: Speech, council: Council, standing: Standing, *, late: bool = False) -> None:
    """Tell the young person where it stands, if that is not what they were told last. `late`: somebody did not answer in time.

    After /stop too, because they asked for it; not after /hide, for somebody else may hold the phone: /status tells them.
    """
    person = await _young_person(speech, standing)
    key = _told_key(standing)
    if key == standing.told or not standing.is_live:
        return
    await escalations.change(speech.connection, standing.id, told=key)
    text = await where_it_stands(speech, council, standing, person, late=late)
    held = await held_back(speech, person)
    insist = held is not None and held.why == "stopped"
    lane = Lane.CRISIS if standing.urgent else Lane.REPLY
    await reach(speech, person, text, lane=lane, escalation=standing.id, insist=insist)


async def note_told(speech: Speech, standing: Standing) -> None:
    """The young person reads where it stands in what the door says; the same is not said again."""
    await escalations.change(speech.connection, standing.id, told=_told_key(standing))


def _told_key(standing: Standing) -> str:
    """What a promise said, in short; a moment reads the same whatever zone it came in."""
    by = f"{standing.promised_at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if standing.promised_at else ""
    return f"{standing.state}|{standing.rung}|{standing.owner_id}|{by}|{standing.reminded > 0}"


async def where_it_stands(
    speech: Speech, council: Council, standing: Standing, person: Actor, *, late: bool = False
) -> Message:
    """The truth at this moment: who has it, whether they have seen it, by when, and who is next."""
    if standing.state is EscalationState.ACKNOWLEDGED:
        return await _with_whom(speech, council, standing, person)
    if not await holders(speech, standing) and standing.rung is Rung.ALARM:
        return written(texts.NOBODY_TOLD, council.gaps, keep_lines=True)
    gaps = await _gaps(speech, council, standing, person)
    waits = standing.reminded == 0
    if waits and working_time.is_open(council, speech.now):
        return written(texts.HELD_BACK, gaps)
    if standing.rung is Rung.ALARM:
        return written(texts.ALARM if standing.urgent else texts.ALARM_ORDINARY, gaps, keep_lines=True)
    if standing.urgent:
        return written(texts.HELD_BACK if waits else texts.URGENT, gaps)
    if waits:
        return written(texts.PASSED_CLOSED if late else texts.CLOSED, gaps, keep_lines=True)
    return written(texts.PASSED if late else texts.NOT_SEEN, gaps)


async def told_on_card(speech: Speech, council: Council, standing: Standing, person: Actor) -> str:
    """The line on a safety card that says who has been told, and the truth about when they see it."""
    if not await holders(speech, standing):
        return texts.NOBODY_TOLD_ON_CARD
    gaps = await _gaps(speech, council, standing, person)
    if standing.state is EscalationState.ACKNOWLEDGED:
        return _fill(texts.SEEN_URGENT_QUIET, {"who": _capital(str(gaps["who"]))})
    closed = not working_time.is_open(council, speech.now)
    if standing.rung is Rung.ALARM:
        return _fill(texts.ALARM_ON_CARD, gaps)
    return _fill(texts.URGENT_CLOSED_ON_CARD if closed else texts.URGENT_ON_CARD, gaps)


def _fill(text: str, gaps: Mapping[str, object]) -> str:
    return written(text, gaps).text


async def _with_whom(speech: Speech, council: Council, standing: Standing, person: Actor) -> Message:
    who = await named(speech, standing.owner_id, person)
    if standing.kind is Kind.WRITTEN_TO and standing.heard_at == standing.opened_at:
        return written(texts.WRITTEN_TO, {"who": who})
    if standing.answered_at is not None and standing.answered_at >= standing.heard_at:
        return written(texts.TALKING, {"who": who})
    if standing.urgent or standing.promised_at is None:
        return written(texts.SEEN_URGENT, {"who": _capital(who)})
    by = when.said(standing.promised_at, speech.now, council.zone)
    return written(texts.SEEN, {"who": _capital(who), "by": by, "then": _next_words(standing.rung)})


async def _gaps(speech: Speech, council: Council, standing: Standing, person: Actor) -> dict[str, object]:
    there = await holders(speech, standing)
    by_name = standing.state is EscalationState.ACKNOWLEDGED or standing.rung is Rung.ADVISER
    by_whom = there[0].id if there and by_name else None
    who = await named(speech, by_whom, person) if by_whom is not None else _rung_words(standing.rung)
    opens = working_time.next_opening(council, speech.now)
    return {
        **council.gaps,
        "who": who,
        "then": _next_words(standing.rung),
        "at": when.said(standing.next_at, speech.now, council.zone),
        "by": when.said(standing.promised_at, speech.now, council.zone) if standing.promised_at else page_texts.AT_ONCE,
        "opens": when.said(opens, speech.now, council.zone) if opens else page_texts.AT_ONCE,
    }


async def named(speech: Speech, staff_id: int | None, person: Actor) -> str:
    """A member of staff as this young person may know them: by first name once they have joined, else by what they are."""
    staff = await people.get(speech.connection, staff_id)
    if staff is None:
        return texts.A_PERSON
    if not person.is_enrolled or not staff.name:
        if Role.DUTY in staff.roles:
            return texts.THE_DUTY_WORKER
        return texts.A_MANAGER if Role.MANAGER in staff.roles else texts.A_PERSON
    return staff.name.split()[0]


def _rung_words(rung: Rung) -> str:
    return {
        Rung.ADVISER: texts.YOUR_ADVISER, Rung.ON_CALL: texts.A_PERSON, Rung.DUTY: texts.THE_DUTY_WORKER,
        Rung.MANAGER: texts.A_MANAGER, Rung.ALARM: texts.A_PERSON,
    }[rung]  # fmt: skip


def _next_words(rung: Rung) -> str:
    if rung in (Rung.ADVISER, Rung.ON_CALL):
        return texts.THE_DUTY_WORKER
    return texts.A_MANAGER if rung is Rung.DUTY else texts.THE_WHOLE_TEAM


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


async def initials_of(speech: Speech, standing: Standing) -> str:
    """The young person's initials; "?" for somebody who has not joined."""
    person = await people.get(speech.connection, standing.person_id)
    return person.initials if person is not None else NAMELESS


async def _young_person(speech: Speech, standing: Standing) -> Actor:
    """Whom to answer: always the account that wrote; as themselves only while it is theirs."""
    person = await people.get(speech.connection, standing.person_id)
    if person is not None and person.telegram_id == standing.telegram_id:
        return person
    return Actor(telegram_id=standing.telegram_id)


async def _read(speech: Speech, escalation_id: int) -> Standing:
    standing = await escalations.get(speech.connection, escalation_id, lock=True)
    if standing is None:
        raise LookupError(f"escalation {escalation_id} is gone")
    return standing
