"""What is open goes along: to whoever covers for somebody away, to a new adviser, and to duty when somebody leaves."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from bot import escalating, press
from bot.allocating import change_adviser
from bot.message import Message
from bot.models import EscalationState, Lane, Role, Rung
from bot.staff import tell_role
from bot.store import escalations, people
from bot.store.escalations import Standing
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.texts import caseload as texts

MAY_HOLD: Final = frozenset({Role.ADVISER, Role.DUTY, Role.MANAGER})
"""Roles with which an escalation can stand with somebody."""


def is_theirs(standing: Standing) -> bool:
    """Whether its owner has it by name: acknowledged, or asked and nobody after them yet."""
    return standing.state is EscalationState.ACKNOWLEDGED or standing.rung is Rung.ADVISER


async def pass_all_on(
    speech: Speech, council: Council, owner: Actor, to: Actor | None, *, actor: int | None, why: str
) -> list[Standing]:
    """Everything that stands with somebody goes to a colleague, or to duty (None). Each young person is told."""
    passed = []
    for one in await escalations.owned_by(speech.connection, owner.id or 0):
        standing = await escalations.get(speech.connection, one.id, lock=True)
        if standing is None or not standing.is_live or standing.owner_id != owner.id or not is_theirs(standing):
            continue
        whom = to if to is not None and to.id != standing.person_id else Rung.DUTY
        passed.append(await escalating.pass_on(speech, council, standing, to=whom, actor=actor, why=why))
    return passed


async def hand_over(
    speech: Speech, council: Council, young_person: Actor, new_adviser: Actor, actor: Actor
) -> Standing | None:
    """A new adviser: what is open with the old one goes along, unless somebody else has taken it. Returns what went along."""
    before = young_person.adviser_id
    await change_adviser(speech, young_person, new_adviser, actor, introduce=young_person.is_enrolled)
    if young_person.telegram_id is None or before == new_adviser.id:
        return None
    standing = await escalations.live(speech.connection, young_person.telegram_id, lock=True)
    if standing is None or standing.owner_id != before:
        return None
    if is_theirs(standing) and before is not None:
        return await escalating.pass_on(speech, council, standing, to=new_adviser, actor=actor.id, why="by hand")
    await escalations.change(speech.connection, standing.id, owner_id=new_adviser.id)
    return None


async def left(
    speech: Speech, council: Council, gone: Actor, actor: Actor | None, told: Message | None = None
) -> list[Standing]:
    """Somebody of staff has left, or lost a role: what they can't hold any more goes to duty at once.

    `told` goes to the managers, with a button to find their young people a new adviser. Returns what went to duty.
    """
    person = await people.get(speech.connection, gone.id)
    stays = person is not None and bool(person.roles & MAY_HOLD)
    by = actor.id if actor is not None else None
    passed = [] if stays else await pass_all_on(speech, council, gone, None, actor=by, why="left")
    if told is not None:

        def for_one(manager: Actor) -> Message:
            chat = manager.telegram_id or 0
            return told.with_buttons(
                [press.button(speech.vault, texts.ALLOCATE, "howho", gone.id or 0, chat, speech.now)]
            )

        await tell_role(speech, Role.MANAGER, for_one, lane=Lane.REPLY)
    return passed


def without_adviser(young_people: Sequence[Actor], advisers: Sequence[Actor]) -> list[Actor]:
    """Young people whose adviser is nobody, or nobody who is one now."""
    known = {adviser.id for adviser in advisers}
    return [person for person in young_people if person.adviser_id not in known]
