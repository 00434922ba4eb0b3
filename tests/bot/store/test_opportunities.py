"""Opportunities and forms in both databases: once where it must be once, sealed where words are staff's own."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import date, timedelta

from sqlalchemy import select

from bot.models import Form, OpportunityState
from bot.store import forms, opportunities
from bot.store.engine import Store
from content.opportunity import Opportunity, OpportunityKind
from tests.conftest import NOW

CHEF = Opportunity(
    OpportunityKind.JOB, "Chef", "The Mill", "You cook.", "£12", "Canal Road", ("railcard",), "Boots", date(2026, 12, 4),
    "16 to 24", "https://example.org",
)  # fmt: skip
DRAFT, OPEN, CLOSED, PROPOSED = (
    OpportunityState.DRAFT, OpportunityState.OPEN, OpportunityState.CLOSED, OpportunityState.PROPOSED,
)  # fmt: skip


async def add(store: Store, facts: Opportunity = CHEF, state: OpportunityState = OPEN) -> int:
    async with store.transaction() as connection:
        return await opportunities.add(connection, NOW, facts, source="form", made_by=1, state=state)


async def propose(store: Store, reference: str) -> int | None:
    async with store.transaction() as connection:
        return await opportunities.propose(connection, NOW, CHEF, reference=reference, digest="d", miles=3)


async def move(store: Store, number: int, to: OpportunityState, *since: OpportunityState) -> bool:
    async with store.transaction() as connection:
        return await opportunities.move(connection, number, NOW, to, *since)


async def test_every_field_comes_back_as_it_was_written(store: Store) -> None:
    number, empty = await add(store), await add(store, Opportunity())
    async with store.transaction() as connection:
        await opportunities.change(connection, number, replace(CHEF, title="Head chef"), photo="big", miles=4)
    async with store.reading() as connection:
        found, nothing = await opportunities.get(connection, number), await opportunities.get(connection, empty)
    assert found is not None
    assert nothing is not None
    assert (found.facts, found.photo, found.miles, found.opened_at) == (replace(CHEF, title="Head chef"), "big", 4, NOW)
    assert nothing.facts == Opportunity()


async def test_a_reference_is_proposed_once_whatever_became_of_it(store: Store) -> None:
    number = await propose(store, "1")
    assert number is not None
    assert await propose(store, "1") is None
    assert await move(store, number, CLOSED, PROPOSED)
    assert await propose(store, "1") is None


async def test_of_many_who_use_a_proposal_at_once_one_gets_it(store: Store) -> None:
    number = await propose(store, "1") or 0
    took = await asyncio.gather(*(move(store, number, DRAFT, PROPOSED) for _ in range(8)))
    assert sorted(took) == [False] * 7 + [True]


async def test_looking_through_proposals_goes_round(store: Store) -> None:
    numbers = [await propose(store, str(one)) for one in range(3)]
    seen, after = [], 0
    async with store.reading() as connection:
        for _ in range(4):
            one, count = await opportunities.proposed(connection, after)
            assert one is not None
            assert count == 3
            after = one.id
            seen.append(after)
    assert seen == [*numbers, numbers[0]]


async def test_the_newest_opened_comes_first_and_what_is_over_does_not_come(store: Store) -> None:
    first, second = await add(store), await add(store, replace(CHEF, closes_on=None))
    await add(store, state=DRAFT)
    async with store.reading() as connection:
        on_the_day = await opportunities.open_on(connection, date(2026, 12, 4))
        the_day_after = await opportunities.open_on(connection, date(2026, 12, 5))
        over = await opportunities.over(connection, date(2026, 12, 5))
    assert [one.id for one in on_the_day] == [second, first]
    assert [one.id for one in the_day_after] == [second]
    assert over == [first]


async def test_only_a_draft_is_deleted(store: Store) -> None:
    draft, open_ = await add(store, state=DRAFT), await add(store)
    async with store.transaction() as connection:
        for number in (draft, open_):
            await opportunities.remove_draft(connection, number)
    async with store.reading() as connection:
        assert await opportunities.get(connection, draft) is None
        assert await opportunities.get(connection, open_) is not None


async def test_what_somebody_declined_is_theirs_alone(store: Store) -> None:
    number = await add(store)
    async with store.transaction() as connection:
        for _ in range(2):
            await opportunities.decline(connection, NOW, number, 7)
    async with store.reading() as connection:
        assert await opportunities.declined(connection, 7) == {number}
        assert await opportunities.declined(connection, 8) == frozenset()


async def test_a_form_is_sealed_one_a_person_and_asked_about_once(store: Store) -> None:
    async with store.transaction() as connection:
        await forms.begin(connection, NOW, 7, "opportunity", "title", {"title": "canary"})
        number = await forms.begin(connection, NOW, 7, "opportunity", "title", {"title": "canary"})
    async with store.transaction() as connection:
        assert [row.id for row in await connection.execute(select(Form.id))] == [number]
        assert b"canary" not in bytes(await connection.scalar(select(Form.fields)) or b"")
        assert [form.id for form in await forms.left_since(connection, "opportunity", NOW)] == [number]
        assert await forms.left_since(connection, "opportunity", NOW - timedelta(seconds=1)) == []
        asked = [await forms.mark_asked(connection, NOW, number) for _ in range(2)]
        await forms.keep(connection, NOW, number, "who", {"title": "other"})
        asked.append(await forms.mark_asked(connection, NOW, number))
        found = await forms.of_person(connection, 7, "opportunity")
    assert asked == [True, False, True]
    assert found is not None
    assert (found.step, found.fields) == ("who", {"title": "other"})
