"""Carries out what changes a member: a role given or taken, on call or not, leaving by one's own wish or by a manager's."""

from __future__ import annotations

from dataclasses import dataclass

from bot import menus
from bot.message import Message, written
from bot.models import STAFF, EnrolmentState, Lane, Role
from bot.staff import tell
from bot.store import invitations, people
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import enrolment as texts
from content.texts import people as staff_texts


class LastManager(Exception):
    """The only manager can't be lost: nobody could invite, approve or be paged last."""


class Gone(Exception):
    """They have left, or do not hold that; nothing was changed."""


def role_words(role: Role) -> str:
    """A role as staff read it."""
    return staff_texts.ROLE_WORDS[role.name]


async def read(speech: Speech, person_id: int) -> Actor:
    """Somebody as they stand at this moment of the transaction."""
    person = await people.get(speech.connection, person_id)
    if person is None:
        raise Gone
    return person


async def give_role(speech: Speech, person: Actor, role: Role, by: Actor | None) -> Actor:
    """Give somebody who has joined a further role, and tell them. `by` is who asked for it; None: the operator.

    Raises Gone when they have left or hold it already.
    """
    await invitations.one_at_a_time(speech.connection)
    person = await read(speech, person.id or 0)
    if not person.is_enrolled or role in person.roles or person.id is None:
        raise Gone
    giver = by.id if by is not None else None
    await people.give_role(speech.connection, speech.now, person.id, role, giver)
    await speech.event("role", person.id, "given", actor=giver, role=role, operator=by is None)
    tell(speech, [person], written(texts.ROLE_GIVEN, {"role": role_words(role)}), lane=Lane.REPLY)
    person = await read(speech, person.id)
    menus.dress(speech, person)
    return person


@dataclass(frozen=True, slots=True)
class Left:
    """What a member of staff leaves behind: `waiting` young people had them as their adviser."""

    person: Actor
    waiting: int


async def take_role(speech: Speech, person: Actor, role: Role, by: Actor) -> Left:
    """Take a role of staff away, at once: the next update of theirs finds it gone.

    Raises LastManager, and Gone when they do not hold it.
    """
    await invitations.one_at_a_time(speech.connection)
    person = await read(speech, person.id or 0)
    if role not in person.roles or role not in STAFF or person.id is None:
        raise Gone
    if role is Role.MANAGER:
        await _keep_a_manager(speech, person)
    waiting = await _young_people_of(speech, person) if role is Role.ADVISER else 0
    await people.take_role(speech.connection, person.id, role)
    await speech.event("role", person.id, "taken", actor=by.id, role=role)
    person = await read(speech, person.id)
    if person.id is not None and person.on_call and not person.is_staff:
        await people.change(speech.connection, person.id, on_call=False)
    if person.id != by.id:
        tell(speech, [person], written(texts.ROLE_TAKEN, {"role": role_words(role)}), lane=Lane.REPLY)
    menus.dress(speech, person)
    return Left(person, waiting)


async def end_membership(speech: Speech, person: Actor, by: Actor) -> Left:
    """Somebody of staff leaves the council: every role goes at once. Their caseload waits for a hand-over.

    Raises LastManager, and Gone when they have left already.
    """
    await invitations.one_at_a_time(speech.connection)
    person = await read(speech, person.id or 0)
    if not person.is_staff or person.id is None:
        raise Gone
    if Role.MANAGER in person.roles:
        await _keep_a_manager(speech, person)
    waiting = await _young_people_of(speech, person)
    for role in person.roles:
        await people.take_role(speech.connection, person.id, role)
    await people.change(speech.connection, person.id, state=EnrolmentState.WITHDRAWN, left_at=speech.now, on_call=False)
    await speech.event("enrolment", person.id, "ended", actor=by.id)
    tell(speech, [person], written(texts.MEMBERSHIP_ENDED), lane=Lane.REPLY)
    menus.dress(speech, await read(speech, person.id))
    return Left(person, waiting)


async def _keep_a_manager(speech: Speech, person: Actor) -> None:
    managers = await people.with_role(speech.connection, Role.MANAGER)
    if not any(manager.id != person.id for manager in managers):
        raise LastManager


async def _young_people_of(speech: Speech, adviser: Actor) -> int:
    return len(await people.caseload(speech.connection, adviser.id or 0))


def need_adviser(left: Left) -> Message | None:
    """What managers read when somebody leaves young people behind; None when there are none."""
    if not left.waiting:
        return None
    text = staff_texts.NEEDS_ADVISER if left.waiting == 1 else staff_texts.NEED_ADVISER
    return written(text, {"count": left.waiting, "name": left.person.name})


async def set_on_call(speech: Speech, person: Actor, on_call: bool, by: Actor) -> Actor:
    """Put somebody of staff on call, or take them off, and tell them. Raises Gone when they are no staff any more."""
    person = await read(speech, person.id or 0)
    if not person.is_staff or person.id is None:
        raise Gone
    await people.change(speech.connection, person.id, on_call=on_call)
    await speech.event("person", person.id, "on call" if on_call else "off call", actor=by.id)
    if person.id != by.id:
        text = staff_texts.YOU_ARE_ON_CALL if on_call else staff_texts.YOU_ARE_NOT_ON_CALL
        tell(speech, [person], written(text), lane=Lane.REPLY)
    return person


async def withdraw(speech: Speech, young_person: Actor) -> None:
    """A young person leaves by their own wish. What is open with them stays with the team; their adviser is told.

    The account stays in their row, so that /mydata still finds what is held; nothing personal is shown to it any more.
    Raises Gone when they are not enrolled as a young person.
    """
    await invitations.one_at_a_time(speech.connection)
    person = await read(speech, young_person.id or 0)
    if Role.YOUNG_PERSON not in person.roles or person.id is None:
        raise Gone
    adviser = await people.get(speech.connection, person.adviser_id)
    await people.take_role(speech.connection, person.id, Role.YOUNG_PERSON)
    values: dict[str, object] = {"adviser_id": None, "first_week_at": None}
    if not person.is_staff:
        values |= {"state": EnrolmentState.WITHDRAWN, "left_at": speech.now, "stopped_at": None}
    await people.change(speech.connection, person.id, **values)
    await speech.event("enrolment", person.id, "withdrew", actor=person.id, adviser=person.adviser_id)
    menus.dress(speech, await read(speech, person.id))
    told = written(staff_texts.HAS_LEFT, {"initials": person.initials, "number": person.id})
    if adviser is not None and adviser.is_enrolled:
        tell(speech, [adviser], told, lane=Lane.REPLY)
    else:
        tell(speech, await people.with_role(speech.connection, Role.MANAGER), told, lane=Lane.REPLY)
