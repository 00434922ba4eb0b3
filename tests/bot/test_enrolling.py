"""What joining, moving and leaving change, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot import allocating, enrolling, escalating, membership, reaching
from bot import enrolment as rule
from bot.enrolling import SettledBefore, Tried
from bot.enrolment import Begin, Frozen, Locked, Refused, TakeRole, Wrong
from bot.membership import Gone, LastManager
from bot.message import plain
from bot.models import Invitation, Kind, Person, Role, Veiled
from bot.store import escalations, people
from bot.store.engine import Store
from tests.conftest import NOW
from tests.drill import guesses
from tests.joining import JADE, KAI, NADIA, PRIYA, RUTH, Joining

WRONG = "7KQM-4XPD-9TRV"


@pytest.fixture
def joining(store: Store) -> Joining:
    return Joining(store)


def verdicts(tried: list[Tried]) -> list[str]:
    return sorted(type(one.verdict).__name__ for one in tried)


async def test_two_accounts_that_open_one_link_at_once_bring_in_one(joining: Joining) -> None:
    priya, *_ = await joining.team()
    issued = await joining.invites(priya)
    tried = await asyncio.gather(*(joining.opens(account, issued) for account in (JADE, KAI)))
    assert verdicts(list(tried)) == ["Begin", "Refused"]
    inside = [account for account in (JADE, KAI) if (await joining.person(account)).id is not None]
    assert len(inside) == 1
    person = await joining.person(inside[0])
    assert (person.name, person.born_on, person.adviser_id) == ("", None, None)


async def test_two_managers_who_take_each_others_role_at_once_leave_one(joining: Joining) -> None:
    _, ruth, nadia = await joining.team()

    async def take(by: object, whom: object) -> bool:
        try:
            async with joining.speaking() as speech:
                await membership.take_role(speech, whom, Role.MANAGER, by)  # type: ignore[arg-type]
        except LastManager:
            return False
        return True

    assert sorted(await asyncio.gather(take(ruth, nadia), take(nadia, ruth))) == [False, True]
    async with joining.store.reading() as connection:
        assert len(await people.with_role(connection, Role.MANAGER)) == 1


async def test_two_who_answer_at_once_settle_it_once(joining: Joining) -> None:
    priya, ruth, _ = await joining.team()
    await joining.opens(JADE, await joining.invites(priya))
    await joining.agrees(JADE)
    number = (await joining.person(JADE)).id or 0

    async def says_no() -> str:
        async with joining.speaking() as speech:
            try:
                await enrolling.reject(speech, number, ruth)
            except SettledBefore:
                return "late"
            return "no"

    async def says_yes() -> str:
        async with joining.speaking() as speech:
            try:
                await enrolling.confirm(speech, joining.council, number, priya)
            except SettledBefore:
                return "late"
            return "yes"

    said = set(await asyncio.gather(says_no(), says_yes()))
    assert said in ({"no", "late"}, {"yes", "late"})
    assert (await joining.person(JADE)).is_enrolled is ("yes" in said)


async def test_only_keyed_digests_of_codes_and_links_are_kept(joining: Joining) -> None:
    priya, *_ = await joining.team()
    issued = await joining.invites(priya)
    async with joining.store.reading() as connection:
        row = (await connection.execute(select(Invitation))).one()
    kept = b"".join(bytes(value) for value in row if isinstance(value, bytes))
    for secret in (
        issued.code,
        issued.code.replace("-", ""),
        issued.payload,
        issued.payload.removeprefix(rule.LINK),
        "Jade",
    ):
        assert secret.encode() not in kept
    assert len(row.token_digest) == len(row.code_digest) == 32


async def test_the_fiftieth_wrong_try_freezes_links_and_codes_alike_and_pages_the_managers_once(
    joining: Joining,
) -> None:
    priya, *_ = await joining.team()
    issued = await joining.invites(priya)
    for number in range(rule.FREEZE_AT):
        assert isinstance((await joining.types(1000 + number, WRONG)).verdict, Wrong)
    assert isinstance((await joining.opens(JADE, issued)).verdict, Frozen)
    assert isinstance((await joining.types(KAI, issued.code)).verdict, Frozen)
    assert isinstance((await joining.types(2000, WRONG)).verdict, Frozen)
    for manager in (RUTH, NADIA):
        assert ["Codes and links are switched off" in text for text in joining.heard(manager)] == [True]
    assert (await joining.verbs("invitation", "all")) == ["frozen"]


async def test_a_freeze_lasts_until_an_hour_is_calm_and_a_new_one_pages_again(joining: Joining) -> None:
    priya, *_ = await joining.team()
    issued = await joining.invites(priya)
    for number in range(rule.FREEZE_AT):
        await joining.types(1000 + number, WRONG)
    joining.heard(RUTH)
    joining.clock.moment = NOW + timedelta(minutes=30)
    for number in range(rule.FREEZE_AT):
        assert isinstance((await joining.types(3000 + number, WRONG)).verdict, Frozen)
    joining.clock.moment = NOW + timedelta(minutes=61)
    assert isinstance((await joining.opens(JADE, issued)).verdict, Frozen)
    assert joining.heard(RUTH) == []
    joining.clock.moment = NOW + timedelta(minutes=91)
    assert isinstance((await joining.opens(JADE, issued)).verdict, Begin)
    joining.clock.moment = NOW + timedelta(hours=5)
    for number in range(rule.FREEZE_AT):
        await joining.types(5000 + number, WRONG)
    assert len(joining.heard(RUTH)) == 1


async def test_one_account_alone_can_freeze_nobody_out(joining: Joining) -> None:
    priya, *_ = await joining.team()
    tried = [await joining.types(KAI, WRONG) for _ in range(rule.FREEZE_AT + 5)]
    assert [one.verdict for one in tried[:5]] == [Wrong(left, freezes=False) for left in (4, 3, 2, 1, 0)]
    assert {type(one.verdict) for one in tried[5:]} == {Locked}
    assert isinstance((await joining.opens(JADE, await joining.invites(priya))).verdict, Begin)


async def test_guesses_enrol_nobody_and_few_are_even_looked_at(joining: Joining) -> None:
    """`python -m tests.drill guesses` does it with a million of each."""
    await guesses.make_live(joining.store, 100)
    said = await guesses.against_the_rule(joining.store, 400, an_hour=200)
    assert said["Wrong"] <= 3 * rule.FREEZE_AT
    assert set(said) <= {"Wrong", "Frozen", "Locked"}
    assert await guesses.without_the_rule(joining.store, 300) == 0
    assert await guesses.enrolments(joining.store) == 0


async def test_the_operators_invitation_enrols_at_once_and_the_managers_hear_of_it(joining: Joining) -> None:
    await joining.team()
    tried = await joining.opens(KAI, await joining.invites(None, Role.MANAGER, "Kai Odell"))
    assert isinstance(tried.verdict, Begin)
    kai = await joining.person(KAI)
    assert (kai.roles, kai.name) == ({Role.MANAGER}, "Kai Odell")  # type: ignore[comparison-overlap]
    assert any("Kai Odell has joined as manager" in text for text in joining.heard(RUTH))
    assert "confirmed" in await joining.verbs("enrolment", kai.id)


async def test_the_operator_gives_a_further_role_to_the_one_account_it_is_for(joining: Joining) -> None:
    priya, *_ = await joining.team()
    issued = await joining.invites(None, Role.MANAGER, "Priya Nair", for_person=priya.id)
    assert (await joining.opens(KAI, issued)).verdict == Refused("not yours")
    assert (await joining.opens(RUTH, issued)).verdict == Refused("not yours")
    assert isinstance((await joining.opens(PRIYA, issued)).verdict, TakeRole)
    assert (await joining.person(PRIYA)).roles == {Role.ADVISER, Role.MANAGER}
    assert (await joining.opens(PRIYA, issued)).verdict == Refused("joined")


async def test_staff_whom_a_manager_invited_are_nobody_until_confirmed(joining: Joining) -> None:
    _, ruth, _ = await joining.team()
    await joining.opens(KAI, await joining.invites(ruth, Role.DUTY, "Kai Odell"))
    assert (await joining.person(KAI)).roles == frozenset()
    assert any("Is that who you showed it to?" in text for text in joining.heard(RUTH))
    await joining.confirms(ruth, KAI)
    assert (await joining.person(KAI)).roles == {Role.DUTY}


async def test_an_adviser_may_not_confirm_staff_whom_they_invited_as_a_manager(joining: Joining) -> None:
    _, ruth, _ = await joining.team()
    await joining.opens(KAI, await joining.invites(ruth, Role.MANAGER, "Kai Odell"))
    async with joining.speaking() as speech:
        await membership.give_role(speech, ruth, Role.ADVISER, None)
        await membership.take_role(speech, ruth, Role.MANAGER, ruth)
        kai, now_adviser = await people.actor(speech.connection, KAI), await people.actor(speech.connection, RUTH)
        assert not await enrolling.may_confirm(speech, kai, now_adviser)
        assert [person.telegram_id for person in await enrolling.confirmers(speech, kai)] == [NADIA]


async def test_somebody_who_opens_a_second_invitation_leaves_the_first(joining: Joining) -> None:
    priya, *_ = await joining.team()
    await joining.opens(JADE, await joining.invites(priya))
    first = (await joining.person(JADE)).id
    await joining.opens(JADE, await joining.invites(priya, name="Jade M"))
    second = await joining.person(JADE)
    assert second.id != first
    await joining.agrees(JADE)
    await joining.confirms(priya, JADE)
    assert (await joining.person(JADE)).name == "Jade M"
    assert "cut loose" in await joining.verbs("enrolment", first)


async def test_a_new_phone_takes_veiled_messages_along_and_leaves_none_behind(joining: Joining) -> None:
    priya, *_ = await joining.team()
    jade = await joining.comes_in(JADE, priya)
    await joining.change(JADE, discreet=True)
    async with joining.speaking() as speech:
        await reaching.reach(speech, await people.actor(speech.connection, JADE), plain("Priya rang."))
    await joining.opens(KAI, await joining.invites(priya, for_person=jade.id))
    await joining.agrees(KAI)
    joining.heard(KAI)
    assert (await joining.confirms(priya, KAI)).moved
    async with joining.store.reading() as connection:
        assert [row.telegram_id for row in await connection.execute(select(Veiled.telegram_id))] == [KAI]
    assert "You have a new message." in joining.heard(KAI)
    moved = await joining.person(KAI)
    assert (moved.id, moved.discreet, moved.adviser_id) == (jade.id, True, priya.id)


async def test_an_urgent_matter_of_the_new_phone_makes_the_open_one_urgent(joining: Joining) -> None:
    priya, *_ = await joining.team()
    jade = await joining.comes_in(JADE, priya)
    async with joining.speaking() as speech:
        opened = await escalating.open_(
            speech, joining.council, await people.actor(speech.connection, JADE), kind=Kind.ASKED
        )
    await joining.opens(KAI, await joining.invites(priya, for_person=jade.id))
    await joining.agrees(KAI)
    async with joining.speaking() as speech:
        await escalating.open_(
            speech, joining.council, await people.actor(speech.connection, KAI), kind=Kind.CONCERN, urgent=True,
            about={"because": "a word"},
        )  # fmt: skip
    await joining.confirms(priya, KAI)
    async with joining.store.reading() as connection:
        standing = await escalations.get(connection, opened.id)
        live = await escalations.all_live(connection)
    assert standing is not None
    assert (standing.urgent, standing.telegram_id, standing.person_id) == (True, KAI, jade.id)
    assert standing.about == {"because": "a word"}
    assert [one.id for one in live] == [opened.id]


async def test_what_was_asked_before_joining_goes_on_with_the_person(joining: Joining) -> None:
    priya, *_ = await joining.team()
    await joining.opens(JADE, await joining.invites(priya))
    async with joining.speaking() as speech:
        opened = await escalating.open_(
            speech, joining.council, await people.actor(speech.connection, JADE), kind=Kind.ASKED
        )
    await joining.agrees(JADE)
    jade = await joining.confirms(priya, JADE)
    async with joining.store.reading() as connection:
        standing = await escalations.get(connection, opened.id)
    assert standing is not None
    assert standing.person_id == jade.person.id


async def test_a_new_adviser_is_introduced_and_both_advisers_are_told(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    async with joining.speaking() as speech:
        await membership.give_role(speech, nadia, Role.ADVISER, ruth)
    jade = await joining.comes_in(JADE, priya)
    joining.said.clear()
    async with joining.speaking() as speech:
        new = await people.actor(speech.connection, NADIA)
        await allocating.change_adviser(speech, jade, new, ruth)
        await allocating.change_adviser(speech, await people.actor(speech.connection, JADE), new, ruth)
    assert [text for text in joining.heard(JADE) if "new adviser: Nadia Frost" in text]
    assert ["JM" in text and "Jade" not in text for text in joining.heard(NADIA)] == [True]
    assert ["Nadia Frost's caseload" in text for text in joining.heard(PRIYA)] == [True]
    assert (await joining.verbs("person", jade.id)).count("allocated") == 2


async def test_who_asked_for_quiet_hears_nothing_of_a_new_adviser(joining: Joining) -> None:
    priya, ruth, nadia = await joining.team()
    jade = await joining.comes_in(JADE, priya)
    await joining.change(JADE, stopped_at=NOW)
    joining.said.clear()
    async with joining.speaking() as speech:
        await membership.give_role(speech, nadia, Role.ADVISER, ruth)
        await allocating.change_adviser(
            speech, await people.actor(speech.connection, JADE), await people.actor(speech.connection, NADIA), ruth
        )
    assert joining.heard(JADE) == []
    assert (await joining.person(JADE)).adviser_id == nadia.id
    assert jade.adviser_id == priya.id


async def test_leaving_takes_everything_personal_and_the_open_matter_stays_with_the_team(joining: Joining) -> None:
    priya, *_ = await joining.team()
    jade = await joining.comes_in(JADE, priya)
    async with joining.speaking() as speech:
        opened = await escalating.open_(
            speech, joining.council, await people.actor(speech.connection, JADE), kind=Kind.ASKED
        )
        await membership.withdraw(speech, await people.actor(speech.connection, JADE))
    async with joining.store.reading() as connection:
        standing = await escalations.get(connection, opened.id)
    assert standing is not None
    assert standing.is_live
    assert standing.owner_id == priya.id
    left = await joining.person(JADE)
    assert (left.roles, left.adviser_id) == (frozenset(), None)
    with pytest.raises(Gone):
        async with joining.speaking() as speech:
            await membership.withdraw(speech, jade)


async def test_a_leavers_young_people_are_counted_and_stay_findable(joining: Joining) -> None:
    priya, ruth, _ = await joining.team()
    await joining.comes_in(JADE, priya)
    async with joining.speaking() as speech:
        left = await membership.end_membership(speech, priya, ruth)
    assert left.waiting == 1
    assert (await joining.person(PRIYA)).roles == frozenset()
    assert (await joining.person(JADE)).adviser_id == priya.id
    with pytest.raises(Gone):
        async with joining.speaking() as speech:
            await membership.end_membership(speech, priya, ruth)


@pytest.mark.parametrize("end", ["declined", "rejected", "confirmed"])
async def test_no_name_stays_in_an_invitation_that_is_settled(joining: Joining, end: str) -> None:
    priya, *_ = await joining.team()
    await joining.opens(JADE, await joining.invites(priya))
    async with joining.speaking() as speech:
        jade = await people.actor(speech.connection, JADE)
        match end:
            case "declined":
                await enrolling.decline(speech, jade)
            case "rejected":
                await enrolling.agree(speech, jade)
                await enrolling.reject(speech, jade.id or 0, priya)
            case _:
                await enrolling.agree(speech, jade)
                await enrolling.confirm(speech, joining.council, jade.id or 0, priya)
    async with joining.store.reading() as connection:
        row = (await connection.execute(select(Invitation))).one()
    assert (row.name, row.born_on) == (None, None)
    assert (await joining.person(JADE)).name == ("Jade Marlow" if end == "confirmed" else "")
    assert any("JM" in text for text in joining.heard(PRIYA))


async def test_nobody_joins_twice_by_the_same_row(joining: Joining) -> None:
    priya, *_ = await joining.team()
    issued = await joining.invites(priya)
    for _ in range(3):
        await joining.opens(JADE, issued)
    async with joining.store.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(Person)) == 4
