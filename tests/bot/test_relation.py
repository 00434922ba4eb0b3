"""How somebody stands to a matter: the least that lets the right person act."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot.models import EnrolmentState, EscalationState, Kind, Role, Rung
from bot.permission import Action, Relation, may
from bot.relation import related, relations, whose
from bot.store import absences, break_glass, escalations, people
from bot.store.engine import Store
from bot.store.escalations import Standing
from bot.store.people import Actor
from tests.conftest import NOW

PRIYA, NADIA, TOM, RUTH, JADE, ERIN = 1, 2, 3, 4, 5, 6
NONE = frozenset({Relation.NONE})


def staff(number: int, *roles: Role, **more: Any) -> Actor:
    return Actor(id=number, telegram_id=1000 + number, state=EnrolmentState.ENROLLED, roles=frozenset(roles), **more)


adviser, colleague = staff(PRIYA, Role.ADVISER), staff(NADIA, Role.ADVISER)
duty, manager = staff(TOM, Role.DUTY), staff(RUTH, Role.MANAGER)
jade = Actor(
    id=JADE, telegram_id=1005, state=EnrolmentState.ENROLLED, roles=frozenset({Role.YOUNG_PERSON}), adviser_id=PRIYA
)


def standing(**more: Any) -> Standing:
    given: dict[str, Any] = {
        "id": 12, "telegram_id": 1005, "person_id": JADE, "group_chat_id": None, "about": {}, "kind": Kind.ASKED,
        "urgent": False, "state": EscalationState.OPEN, "opened_at": NOW, "clock_from": NOW, "rung": Rung.ADVISER,
        "owner_id": PRIYA, "reminded": 1, "next_action": "remind", "next_at": NOW, "promised_at": None, "told": None,
        "acknowledged_at": None, "answered_at": None, "heard_at": NOW, "ring_at": None, "unreached": False, "reopened": 0,
        "resolved_at": None, "resolved_by": None, "outcome": None, "missing_fact": None,
    }  # fmt: skip
    return Standing(**{**given, **more})


HAD = {"state": EscalationState.ACKNOWLEDGED, "owner_id": TOM, "rung": Rung.DUTY}
DONE = {"state": EscalationState.RESOLVED, "owner_id": TOM, "resolved_by": TOM, "resolved_at": NOW}


@pytest.mark.parametrize(
    ("actor", "of", "covered", "relation"),
    [
        (adviser, {"owner_id": None}, (), Relation.CASELOAD),
        (colleague, {}, (), None),
        (colleague, {}, (PRIYA,), Relation.COVER),
        (colleague, {"owner_id": NADIA}, (), Relation.COVER),
        (duty, {}, (), None),
        (duty, {"rung": Rung.DUTY}, (), Relation.COVER),
        (duty, {"rung": Rung.MANAGER}, (), Relation.COVER),
        (duty, {"rung": Rung.ALARM}, (), Relation.COVER),
        (manager, {"rung": Rung.DUTY}, (), None),
        (manager, {"rung": Rung.MANAGER}, (), Relation.COVER),
        (manager, {"rung": Rung.ALARM}, (), Relation.COVER),
        (adviser, HAD, (), Relation.CASELOAD),
        (duty, HAD, (), Relation.COVER),
        (staff(7, Role.DUTY), HAD, (), None),
        (staff(7, Role.DUTY), HAD, (TOM,), Relation.COVER),
        (manager, HAD, (), None),
        (duty, DONE, (), Relation.COVER),
        (duty, {**DONE, "resolved_at": NOW - timedelta(days=8)}, (), None),
        (staff(7, Role.DUTY), {**DONE, "rung": Rung.DUTY}, (), None),
        (staff(8, Role.ADVISER, on_call=True), {"urgent": True, "rung": Rung.ON_CALL}, (), Relation.COVER),
        (staff(8, Role.ADVISER, on_call=True), {"urgent": True, "rung": Rung.ADVISER}, (), None),
        (staff(8, Role.ADVISER, on_call=True), {"urgent": False, "rung": Rung.DUTY}, (), None),
        (staff(8, Role.ADVISER), {"urgent": True, "rung": Rung.ON_CALL}, (), None),
        (staff(ERIN, Role.EMPLOYMENT), {"rung": Rung.ALARM}, (), None),
    ],
)
def test_who_stands_how_to_an_escalation(
    actor: Actor, of: dict[str, Any], covered: tuple[int, ...], relation: Relation | None
) -> None:
    found = related(actor, jade, standing(**of), covered, NOW)
    assert found - NONE == (frozenset({relation}) if relation else frozenset())


def test_nobody_deals_with_their_own_matter() -> None:
    both = staff(JADE, Role.YOUNG_PERSON, Role.DUTY)
    found = related(both, both, standing(rung=Rung.DUTY), (), NOW)
    assert found == {Relation.NONE, Relation.SELF}
    assert not may(both.roles, Action.ACKNOWLEDGE, found)
    assert not may(both.roles, Action.OPEN, found)


@pytest.mark.parametrize("of", [{}, {"rung": Rung.DUTY}, {"rung": Rung.ALARM}, HAD, DONE])
def test_somebody_who_has_not_joined_stands_to_nothing(of: dict[str, Any]) -> None:
    assert related(Actor(telegram_id=1), jade, standing(**of), (), NOW) == NONE


async def test_what_is_stored_is_asked_live(store: Store) -> None:
    async with store.transaction() as connection:
        ids: dict[str, int] = {}
        for name, role in (("P", Role.ADVISER), ("N", Role.ADVISER), ("T", Role.DUTY)):
            ids[name] = await people.add(connection, NOW, EnrolmentState.ENROLLED, name=name, telegram_id=len(ids) + 1)
            await people.give_role(connection, NOW, ids[name], role, None)
        young = await people.add(
            connection, NOW, EnrolmentState.ENROLLED, name="J", telegram_id=9, adviser_id=ids["P"]
        )  # fmt: skip
        number = await escalations.add(
            connection, telegram_id=9, person_id=young, kind=Kind.ASKED, urgent=False, state=EscalationState.OPEN,
            opened_at=NOW, clock_from=NOW, rung=Rung.ADVISER, owner_id=ids["P"], next_action="page", next_at=NOW, heard_at=NOW,
        )  # fmt: skip
        one = await escalations.get(connection, number)
        nadia, tom = await people.get(connection, ids["N"]), await people.get(connection, ids["T"])
        assert one is not None
        assert nadia is not None
        assert tom is not None
        assert (await whose(connection, one)).id == young
        assert await relations(connection, nadia, None, one, NOW) == NONE
        await absences.add(connection, ids["P"], NOW, NOW + timedelta(days=1), ids["N"])
        assert Relation.COVER in await relations(connection, nadia, None, one, NOW)
        assert await relations(connection, nadia, None, one, NOW + timedelta(days=1)) == NONE
        assert await relations(connection, tom, None, one, NOW) == NONE
        await break_glass.add(connection, ids["T"], young, "her school rang", NOW, NOW + timedelta(hours=1))
        seen = await relations(connection, tom, None, one, NOW)
        assert seen == {Relation.NONE, Relation.BREAK_GLASS}
        assert may(tom.roles, Action.OPEN, seen)
        assert not may(tom.roles, Action.WRITE, seen)
        assert not may(tom.roles, Action.ACKNOWLEDGE, seen)
        assert await relations(connection, tom, None, one, NOW + timedelta(hours=1)) == NONE
