"""What needs a second person: who may decide, what is carried out, and what happens when two decide at once."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from bot import approving, membership
from bot.approving import DecidedBefore, MayNotAsk, NotYours
from bot.models import Role
from bot.store import approvals
from bot.store.engine import Store
from bot.store.people import Actor
from tests.conftest import NOW
from tests.joining import KAI, NADIA, PRIYA, RUTH, Joining

ROLE = {"role": Role.DUTY}


@pytest.fixture
def joining(store: Store) -> Joining:
    return Joining(store)


async def proposes(joining: Joining, by: Actor, whom: Actor) -> int:
    async with joining.speaking() as speech:
        number, _ = await approving.propose(speech, by, approving.GIVE_ROLE, {**ROLE, "person": whom.id})
    return number


async def decides(joining: Joining, by: Actor | None, number: int, approved: bool = True) -> approving.Decided:
    async with joining.speaking() as speech:
        return await approving.decide(speech, joining.council, "bot", number, by, approved)


async def test_the_other_managers_are_asked_and_a_yes_is_carried_out_at_once(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    number = await proposes(joining, ruth, priya)
    assert [text.split(".")[0] for text in joining.heard(NADIA)] == [
        "Ruth Calder wants to give Priya Nair a further role: duty worker"
    ]
    assert joining.heard(RUTH) == []
    await decides(joining, nadia, number)
    assert (await joining.person(PRIYA)).roles == {Role.ADVISER, Role.DUTY}
    assert any("Nadia Frost approved it" in text for text in joining.heard(RUTH))
    assert await joining.verbs("approval", number) == ["asked", "approved"]
    assert await joining.verbs("role", priya.id) == ["given"]


async def test_whoever_asked_cant_say_yes_themselves(joining: Joining) -> None:
    priya, ruth, _ = await joining.team()
    number = await proposes(joining, ruth, priya)
    with pytest.raises(NotYours):
        await decides(joining, ruth, number)
    async with joining.store.transaction() as connection:
        assert await approvals.decide(connection, NOW, number, ruth.id, True) is None
    assert (await joining.person(PRIYA)).roles == {Role.ADVISER}


async def test_two_who_decide_at_once_settle_it_once(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    kai = await joining.enrol(KAI, "Kai Odell", Role.MANAGER)
    number = await proposes(joining, ruth, priya)

    async def says(by: Actor, approved: bool) -> str:
        try:
            await decides(joining, by, number, approved)
        except DecidedBefore:
            return "late"
        return "yes" if approved else "no"

    said = await asyncio.gather(says(nadia, True), says(kai, False))
    assert sorted(said) in (["late", "yes"], ["late", "no"])
    assert (Role.DUTY in (await joining.person(PRIYA)).roles) is ("yes" in said)


async def test_a_no_changes_nothing_and_is_told(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    number = await proposes(joining, ruth, priya)
    await decides(joining, nadia, number, approved=False)
    assert (await joining.person(PRIYA)).roles == {Role.ADVISER}
    assert any("refused it" in text for text in joining.heard(RUTH))
    with pytest.raises(DecidedBefore):
        await decides(joining, nadia, number)


async def test_what_lies_a_week_is_not_done_any_more(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    number = await proposes(joining, ruth, priya)
    joining.clock.moment = NOW + timedelta(days=7)
    with pytest.raises(DecidedBefore):
        await decides(joining, nadia, number)
    async with joining.store.reading() as connection:
        assert await approvals.waiting(connection, joining.clock.moment) == []


async def test_an_asker_who_lost_the_role_meanwhile_gets_nothing(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    number = await proposes(joining, ruth, priya)
    async with joining.speaking() as speech:
        await membership.take_role(speech, ruth, Role.MANAGER, nadia)
    async with joining.speaking() as speech:
        with pytest.raises(MayNotAsk):
            await approving.decide(speech, joining.council, "bot", number, nadia, True)
    assert (await joining.person(PRIYA)).roles == {Role.ADVISER}
    with pytest.raises(DecidedBefore):
        await decides(joining, nadia, number)


async def test_somebody_who_left_meanwhile_gets_no_role_and_the_asker_hears_why(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    number = await proposes(joining, ruth, priya)
    async with joining.speaking() as speech:
        await membership.end_membership(speech, priya, nadia)
    await decides(joining, nadia, number)
    assert (await joining.person(PRIYA)).roles == frozenset()
    assert any("has left, or has that role already" in text for text in joining.heard(RUTH))


async def test_an_invitation_is_only_made_once_it_is_approved(joining: Joining) -> None:
    _, ruth, nadia = await joining.team()
    async with joining.speaking() as speech:
        number, asked = await approving.propose(
            speech, ruth, approving.INVITE, {"role": Role.DUTY, "name": "Kai Odell"}
        )
    assert asked == 1
    assert await joining.verbs("invitation", 1) == []
    await decides(joining, nadia, number)
    assert await joining.verbs("invitation", 1) == ["made"]


async def test_the_only_manager_is_told_who_can_be_the_second_person(joining: Joining) -> None:
    ruth = await joining.enrol(RUTH, "Ruth Calder", Role.MANAGER)
    priya = await joining.enrol(PRIYA, "Priya Nair", Role.ADVISER)
    async with joining.speaking() as speech:
        number, asked = await approving.propose(speech, ruth, approving.GIVE_ROLE, {**ROLE, "person": priya.id})
        assert asked == 0
        assert f"python -m bot approve {number}" in approving.proposed(number, asked).text
    await decides(joining, None, number)
    assert (await joining.person(PRIYA)).roles == {Role.ADVISER, Role.DUTY}
