"""Carries out joining and leaving: a code is tried, somebody agrees, is confirmed or cut loose, moves to a new phone, leaves.

Nothing personal lies in somebody's row before they are confirmed: name, birthday and adviser stay with the invitation. So an
account that got hold of another one's link holds nothing, whatever asks about it.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot import enrolment as rule
from bot import escalating, menus, press
from bot.allocating import change_adviser
from bot.membership import give_role, read, role_words
from bot.message import Message, plain, written
from bot.models import STAFF, EnrolmentState, Lane, Role
from bot.permission import Action, Relation, may
from bot.reaching import reach
from bot.staff import tell, tell_role
from bot.store import escalations, hide, invitations, new_phone, occurrences, people
from bot.store.invitations import Invited
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.texts import enrolment as texts
from content.texts import people as staff_texts
from content.texts import reaching as reaching_texts

ON_THE_WAY = (EnrolmentState.INVITED, EnrolmentState.UNCONFIRMED)
FREEZE = "freeze"
CHECK_NUMBER = "number on both screens"

Find = Callable[[], Awaitable[Invited | None]]


def check_number(speech: Speech, person_id: int) -> str:
    """The two digits that stand on the new account's screen and in what whoever invited reads."""
    return rule.check_number(speech.vault.mac(CHECK_NUMBER, str(person_id).encode()))


# --- a code or link is tried ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of it, the invitation if there is one, and the person it concerns as they stand now."""

    verdict: rule.Verdict
    invitation: Invited | None = None
    person: Actor | None = None


async def try_token(speech: Speech, actor: Actor, telegram_id: int, token: str) -> Tried:
    """Somebody opened a link."""
    return await _try(speech, actor, telegram_id, lambda: invitations.by_token(speech.connection, token))


async def try_code(speech: Speech, actor: Actor, telegram_id: int, code: str) -> Tried:
    """Somebody typed a code (in its plain form)."""
    return await _try(speech, actor, telegram_id, lambda: invitations.by_code(speech.connection, code))


async def _try(speech: Speech, actor: Actor, telegram_id: int, find: Find) -> Tried:
    connection, now = speech.connection, speech.now
    await invitations.one_at_a_time(connection)
    tries = rule.Tries(
        own=await invitations.count_wrong_tries(connection, now - rule.TRIES_IN, rule.TRIES, telegram_id),
        all=await invitations.count_wrong_tries(connection, now - rule.FREEZE_IN, rule.FREEZE_AT),
    )
    found = None if rule.locked(tries) else await find()
    # Read anew behind the lock: who they are may have changed since the turn began.
    actor = await people.actor(connection, telegram_id) if found is not None else actor
    verdict = rule.judge(found, actor, tries, now)
    match verdict:
        case rule.Wrong(left=left, freezes=freezes):
            await invitations.wrong_try(connection, telegram_id, now)
            await speech.event("invitation", "unknown", "wrong try")
            if left == 0:
                await speech.event("invitation", "account", "locked")
            if freezes:
                await _freeze(speech)
        case rule.Frozen() if found is None:
            await invitations.wrong_try(connection, telegram_id, now)
            await occurrences.again(connection, FREEZE, "codes", FREEZE, now)
        case rule.Refused(why=why) if found is not None:
            await speech.event("invitation", found.id, "refused", actor=actor.id, why=why)
        case rule.Begin() if found is not None:
            return Tried(verdict, found, await _begin(speech, actor, telegram_id, found))
        case rule.TakeRole() if found is not None and actor.id is not None:
            await invitations.use(connection, found.id, actor.id, now)
            await _tell_other_managers(speech, actor.id, staff_texts.ROLE_BY_OPERATOR, actor.name, found.role)
            return Tried(verdict, found, await give_role(speech, actor, found.role, None))
    return Tried(verdict, found, actor)


async def _freeze(speech: Speech) -> None:
    """Say it to the managers, once until an hour was calm."""
    last = await occurrences.happened(speech.connection, FREEZE, "codes", FREEZE)
    await occurrences.once(speech.connection, FREEZE, "codes", FREEZE, speech.now)
    await occurrences.again(speech.connection, FREEZE, "codes", FREEZE, speech.now)
    if last is None or last <= speech.now - rule.FREEZE_IN:
        await speech.event("invitation", "all", "frozen")
        await tell_role(speech, Role.MANAGER, written(staff_texts.FROZEN))


async def _begin(speech: Speech, actor: Actor, telegram_id: int, invitation: Invited) -> Actor:
    """A row for somebody on the way in. Staff have no screens to read, and whom the operator invited needs no confirmer."""
    connection, now = speech.connection, speech.now
    if actor.id is not None:
        await _cut_loose(speech, actor, "came anew")
    staff = invitation.role in STAFF
    person_id = await people.add(
        connection, now, EnrolmentState.UNCONFIRMED if staff else EnrolmentState.INVITED, telegram_id=telegram_id,
        invited_by=invitation.invited_by, replaces_id=invitation.for_person_id, agreed_at=now if staff else None,
    )  # fmt: skip
    await invitations.use(connection, invitation.id, person_id, now)
    await speech.event("enrolment", person_id, "began", invitation=invitation.id)
    if staff and invitation.invited_by is None:
        await _enrol(speech, person_id, invitation, None)
        await _tell_staff_welcome(speech, await read(speech, person_id), invitation.role)
        await _tell_other_managers(speech, person_id, staff_texts.JOINED_BY_OPERATOR, invitation.name, invitation.role)
    elif staff:
        await ask_who_it_is(speech, await read(speech, person_id))
    return await read(speech, person_id)


async def _cut_loose(speech: Speech, person: Actor, why: str) -> None:
    """The account is nobody's any more; what the row holds is forgotten, if it ever held something."""
    if person.id is None:
        return
    values: dict[str, object] = {"telegram_id": None}
    if person.state in ON_THE_WAY:
        never_agreed = person.state is EnrolmentState.INVITED
        state = EnrolmentState.DECLINED if never_agreed else EnrolmentState.WITHDRAWN
        values |= {"state": state, "left_at": speech.now}
    await people.change(speech.connection, person.id, **values)
    await invitations.forget_name(speech.connection, person.id)
    await speech.event("enrolment", person.id, "cut loose", why=why)


async def _enrol(speech: Speech, person_id: int, invitation: Invited, by: Actor | None) -> None:
    await people.change(
        speech.connection, person_id, state=EnrolmentState.ENROLLED, name=invitation.name,
        born_on=invitation.born_on, confirmed_at=speech.now,
    )  # fmt: skip
    await invitations.forget_name(speech.connection, person_id)
    confirmer = by.id if by is not None else None
    await people.give_role(speech.connection, speech.now, person_id, invitation.role, confirmer)
    enrolled = await read(speech, person_id)
    if enrolled.telegram_id is not None:
        await new_phone.adopt(speech.connection, person_id, enrolled.telegram_id)
    await speech.event("enrolment", person_id, "confirmed", actor=confirmer, role=invitation.role, operator=by is None)
    menus.dress(speech, enrolled)


async def _tell_other_managers(speech: Speech, person_id: int, text: str, name: str, role: Role) -> None:
    managers = [m for m in await people.with_role(speech.connection, Role.MANAGER) if m.id != person_id]
    tell(speech, managers, written(text, {"name": name, "role": role_words(role)}), lane=Lane.REPLY)


# --- the screens are read --------------------------------------------------------------------------------------------------


async def answer_phone(speech: Speech, person: Actor, seen: bool | None) -> None:
    """What they said to "is anyone else able to see this phone?"; yes switches discreet mode on."""
    if person.id is not None:
        values = {"phone_is_seen": seen} | ({"discreet": True} if seen else {})
        await people.change(speech.connection, person.id, **values)
        await speech.event("enrolment", person.id, "answered", actor=person.id)


async def agree(speech: Speech, person: Actor) -> bool:
    """They agreed; whoever invited is asked. False, and nothing changes, when that was settled before."""
    await invitations.one_at_a_time(speech.connection)
    if person.id is None or (await read(speech, person.id)).state is not EnrolmentState.INVITED:
        return False
    await people.change(speech.connection, person.id, state=EnrolmentState.UNCONFIRMED, agreed_at=speech.now)
    await speech.event("enrolment", person.id, "agreed", actor=person.id)
    await ask_who_it_is(speech, await read(speech, person.id))
    return True


async def decline(speech: Speech, person: Actor) -> bool:
    """They said no: their account is cut loose, the invitation stays used, and whoever invited hears of it."""
    await invitations.one_at_a_time(speech.connection)
    if person.id is None or (await read(speech, person.id)).state not in ON_THE_WAY:
        return False
    await speech.event("enrolment", person.id, "declined", actor=person.id)
    letters = await initials(speech, person)
    await _cut_loose(speech, person, "declined")
    inviter = await people.get(speech.connection, person.invited_by)
    if inviter is not None and inviter.is_staff:
        text = written(staff_texts.DECLINED, {"initials": letters})
        tell(speech, [inviter], text, lane=Lane.REPLY)
    return True


async def initials(speech: Speech, person: Actor) -> str:
    """The initials of somebody on the way in: their name stays with the invitation until they are confirmed."""
    invitation = await invitations.that_made(speech.connection, person.id or 0)
    if person.replaces_id is not None:
        known = await people.get(speech.connection, person.replaces_id)
        return known.initials if known is not None else "?"
    return people.initials(invitation.name) if invitation is not None else "?"


async def confirmers(speech: Speech, person: Actor) -> list[Actor]:
    """Who is asked whether that is them: whoever invited, or the managers when that one is away, gone or out of reach."""
    inviter = await people.get(speech.connection, person.invited_by)
    away = await people.away(speech.connection, speech.now)
    if inviter is not None and inviter.telegram_id is not None and await may_confirm(speech, person, inviter):
        there = await people.reachable(speech.connection, [inviter.telegram_id])
        if there and inviter.id not in away:
            return [inviter]
    return await people.with_role(speech.connection, Role.MANAGER)


async def may_confirm(speech: Speech, person: Actor, actor: Actor) -> bool:
    """Whether somebody may say who it is: a manager always, an adviser only of a young person whom they invited."""
    invitation = await invitations.that_made(speech.connection, person.id or 0)
    invited = invitation is not None and invitation.role is Role.YOUNG_PERSON and person.invited_by == actor.id
    return may(actor.roles, Action.CONFIRM, [Relation.CASELOAD if invited else Relation.NONE])


async def ask_who_it_is(speech: Speech, person: Actor, whom: list[Actor] | None = None) -> int:
    """Ask "is that who you showed it to?". Returns how many were asked."""
    inviter = await people.get(speech.connection, person.invited_by)
    gaps = {
        "initials": await initials(speech, person),
        "number": check_number(speech, person.id or 0),
        "inviter": inviter.name if inviter is not None and inviter.is_enrolled else staff_texts.INVITER_GONE,
    }

    def question(to: Actor) -> Message:
        if to.id != person.invited_by:
            text = staff_texts.SOMEBODY_USED_OTHERS
        elif person.replaces_id is not None:
            text = staff_texts.SOMEBODY_USED_NEW_PHONE
        else:
            text = staff_texts.SOMEBODY_USED
        chat = to.telegram_id or 0
        buttons = [
            press.button(speech.vault, label, "isthem", person.id or 0, chat, speech.now, more=more)
            for label, more in ((staff_texts.IT_IS, "yes"), (staff_texts.IT_IS_NOT, "no"))
        ]
        return written(text, gaps).with_buttons(buttons)

    return tell(speech, await confirmers(speech, person) if whom is None else whom, question)


# --- whoever invited says yes or no ------------------------------------------------------------------------------------------


class SettledBefore(Exception):
    """Somebody said it before, or the account was cut loose; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Confirmed:
    """Somebody is in. `adviser` is None for staff, and for a young person whose adviser a manager has to choose."""

    person: Actor
    role: Role
    adviser: Actor | None
    moved: bool


async def confirm(speech: Speech, council: Council, person_id: int, by: Actor) -> Confirmed:
    """Yes, that is them: only now the row takes up name, birthday, role and adviser, or the known row the new phone.

    Raises SettledBefore.
    """
    await invitations.one_at_a_time(speech.connection)
    person = await people.get(speech.connection, person_id)
    invitation = await invitations.that_made(speech.connection, person_id)
    if person is None or invitation is None or person.state is not EnrolmentState.UNCONFIRMED:
        raise SettledBefore
    if person.replaces_id is not None:
        moved = await _move(speech, council, person, by)
        return Confirmed(moved, invitation.role, await people.get(speech.connection, moved.adviser_id), moved=True)
    inviter = await people.get(speech.connection, person.invited_by)
    is_young = invitation.role is Role.YOUNG_PERSON
    adviser = inviter if is_young and inviter is not None and Role.ADVISER in inviter.roles else None
    await _enrol(speech, person_id, invitation, by)
    if adviser is not None:
        await change_adviser(speech, await read(speech, person_id), adviser, by, introduce=False)
    enrolled = await read(speech, person_id)
    if not is_young:
        await _tell_staff_welcome(speech, enrolled, invitation.role)
    return Confirmed(enrolled, invitation.role, adviser, moved=False)


async def _tell_staff_welcome(speech: Speech, person: Actor, role: Role) -> None:
    tell(speech, [person], written(texts.STAFF_WELCOME, {"role": role_words(role)}), lane=Lane.REPLY)


async def _move(speech: Speech, council: Council, newcomer: Actor, by: Actor) -> Actor:
    """The known person's account becomes the new one; the old one is nobody's from this moment."""
    connection, now = speech.connection, speech.now
    known = await people.get(connection, newcomer.replaces_id)
    if known is None or known.id is None or newcomer.id is None or not known.is_enrolled:
        raise SettledBefore
    new = newcomer.telegram_id
    if new is None:
        raise SettledBefore
    await people.change(connection, newcomer.id, telegram_id=None, state=EnrolmentState.WITHDRAWN, left_at=now)
    if known.telegram_id is not None:
        await _join_escalations(speech, council, known, new)
        menus.undress(speech, known.telegram_id)
        await hide.cancel_waiting(connection, {known.telegram_id: now}, now)
    await people.change(
        connection, known.id, telegram_id=new, phone_is_seen=newcomer.phone_is_seen,
        discreet=known.discreet or newcomer.discreet, quiet_until=None,
    )  # fmt: skip
    await new_phone.move_escalations(connection, known.id, new)
    if known.telegram_id is not None:
        await new_phone.move_plans(connection, known.telegram_id, new)
        for veiled in await new_phone.move_veiled(connection, known.telegram_id, new):
            show = press.button(speech.vault, reaching_texts.SHOW, "show", veiled, new, now)
            speech.say(new, plain(reaching_texts.NEUTRAL).with_buttons([show]))
    await speech.event("enrolment", known.id, "moved", actor=by.id, joiner=newcomer.id)
    moved = await read(speech, known.id)
    menus.dress(speech, moved)
    return moved


async def _join_escalations(speech: Speech, council: Council, known: Actor, new: int) -> None:
    """Both accounts may have something open; an account has at most one, so the later goes on inside the earlier."""
    theirs = await escalations.live(speech.connection, known.telegram_id or 0, lock=True)
    fresh = await escalations.live(speech.connection, new, lock=True)
    if theirs is None or fresh is None:
        return
    await new_phone.close_into(speech.connection, fresh.id, theirs.id, known.id or 0, speech.now)
    await speech.event("escalation", fresh.id, "joined to another", other=theirs.id)
    await escalating.open_(
        speech, council, known, kind=fresh.kind, urgent=fresh.urgent, about=fresh.about, ring_at=fresh.ring_at
    )


async def reject(speech: Speech, person_id: int, by: Actor) -> bool:
    """No, that wasn't them: the account is cut loose and told so; the invitation has to be made anew.

    Returns whether it was a new phone. Raises SettledBefore.
    """
    await invitations.one_at_a_time(speech.connection)
    person = await people.get(speech.connection, person_id)
    if person is None or person.state is not EnrolmentState.UNCONFIRMED:
        raise SettledBefore
    await speech.event("enrolment", person_id, "rejected", actor=by.id)
    await _let_go(speech, person, "rejected", texts.NOT_CONFIRMED)
    return person.replaces_id is not None


async def _let_go(speech: Speech, person: Actor, why: str, said: str) -> None:
    await _cut_loose(speech, person, why)
    await reach(speech, person, written(said), insist=True)


async def lapse(speech: Speech, person_id: int, state: EnrolmentState) -> bool:
    """Somebody stayed on the way in too long: their account is cut loose. False when they moved on meanwhile."""
    await invitations.one_at_a_time(speech.connection)
    person = await people.get(speech.connection, person_id)
    if person is None or person.state is not state:
        return False
    if state is EnrolmentState.INVITED:
        await _cut_loose(speech, person, "never answered")
        return True
    gaps = {"initials": await initials(speech, person)}
    inviter = await people.get(speech.connection, person.invited_by)
    if inviter is not None and inviter.is_staff:
        tell(speech, [inviter], written(staff_texts.NOBODY_SAID, gaps), lane=Lane.REPLY)
    await _let_go(speech, person, "nobody said", texts.NOBODY_ANSWERED)
    return True
