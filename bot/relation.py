"""How somebody stands to a young person and to an escalation at this moment: what `bot.permission` is asked with."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import EscalationState, Role, Rung
from bot.permission import Relation
from bot.store import people
from bot.store.escalations import Standing
from bot.store.people import Actor

HAD_IT: Final = timedelta(days=7)
"""So long whoever finished an escalation may look at it and open it anew."""
_ASKED_ON: Final = {
    Rung.ADVISER: frozenset[Role](),
    Rung.ON_CALL: frozenset[Role](),
    Rung.DUTY: frozenset({Role.DUTY}),
    Rung.MANAGER: frozenset({Role.DUTY, Role.MANAGER}),
    Rung.ALARM: frozenset({Role.DUTY, Role.MANAGER}),
}
"""Who was asked to take it, by the rung it has reached: a late "I've got this" still counts."""


async def whose(connection: AsyncConnection, standing: Standing) -> Actor:
    """The young person of an escalation; somebody who has not joined is only an account."""
    person = await people.get(connection, standing.person_id)
    return person if person is not None else Actor(telegram_id=standing.telegram_id)


async def relations(
    connection: AsyncConnection, actor: Actor, young_person: Actor | None, standing: Standing | None, now: datetime
) -> frozenset[Relation]:
    """How `actor` stands to a young person, to an escalation, or to both; of an escalation alone its person is looked up."""
    if actor.id is None:
        return frozenset({Relation.NONE})
    if young_person is None and standing is not None:
        young_person = await whose(connection, standing)
    covered = await people.covered_by(connection, actor.id, now) if actor.is_staff else []
    found = related(actor, young_person, standing, covered, now)
    may_look_in = bool(actor.roles & {Role.DUTY, Role.MANAGER}) and Relation.SELF not in found
    if not may_look_in or young_person is None or young_person.id is None:
        return found
    looks_in = await people.has_break_glass(connection, actor.id, young_person.id, now)
    return found | {Relation.BREAK_GLASS} if looks_in else found


def related(
    actor: Actor, young_person: Actor | None, standing: Standing | None, covered: Collection[int], now: datetime
) -> frozenset[Relation]:
    """The same, of facts that are known already; break-glass aside. `covered`: the absent colleagues `actor` covers for."""
    if actor.id is None:
        return frozenset({Relation.NONE})
    if young_person is not None and young_person.id == actor.id:
        return frozenset({Relation.NONE, Relation.SELF})
    found = {Relation.NONE}
    adviser_id = young_person.adviser_id if young_person is not None else None
    if adviser_id == actor.id:
        found.add(Relation.CASELOAD)
    if adviser_id in covered or (standing is not None and _stands_with(actor, standing, covered, now)):
        found.add(Relation.COVER)
    return frozenset(found)


def _stands_with(actor: Actor, standing: Standing, covered: Collection[int], now: datetime) -> bool:
    """Whether they have it, cover for who has it, were asked to take it, or finished it a short while ago."""
    if not standing.is_live:
        recent = standing.resolved_at is not None and now - standing.resolved_at < HAD_IT
        return recent and actor.id in (standing.owner_id, standing.resolved_by)
    if standing.owner_id is not None and (standing.owner_id == actor.id or standing.owner_id in covered):
        return True
    if standing.state is not EscalationState.OPEN:
        return False
    on_call = actor.on_call and standing.urgent and standing.rung is not Rung.ADVISER
    return on_call or bool(actor.roles & _ASKED_ON[standing.rung])
