"""What is remembered of interests, on both databases."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import insert

from bot.models import Opportunity, OpportunityState, Reason, Stage
from bot.store import interests
from bot.store.engine import Store
from bot.store.interests import Plan
from tests.conftest import NOW


async def opened(store: Store) -> None:
    values = {"kind": "job", "title": "Chef", "who": "Us", "source": "form", "made_at": NOW, "help": '["railcard"]'}
    async with store.transaction() as connection:
        await connection.execute(insert(Opportunity).values(id=1, **values, state=OpportunityState.OPEN))


async def test_one_person_has_one_row_for_one_opportunity(store: Store) -> None:
    await opened(store)
    async with store.transaction() as connection:
        first = await interests.add(connection, NOW, 1, 18, 5)
        assert first is not None
        assert await interests.add(connection, NOW, 1, 18, 5) is None
        assert await interests.add(connection, NOW, 1, 19, None) not in (None, first)
        assert [one.telegram_id for one in await interests.going_on(connection)] == [18, 19]
        assert [one.id for one in await interests.of_account(connection, 18)] == [first]
        assert await interests.get(connection, 0) is None
        assert await interests.get(connection, 2**70) is None


async def test_the_plan_is_sealed_and_read_back(store: Store) -> None:
    await opened(store)
    plan = Plan("see the form through", date(2026, 12, 3), date(2027, 1, 4))
    async with store.transaction() as connection:
        number = await interests.add(connection, NOW, 1, 18, 5) or 0
        await interests.change(connection, number, plan=plan, next_at=NOW)
        found = await interests.get(connection, number, lock=True)
        assert found is not None
        assert (found.plan, found.next_at) == (plan, NOW)
        await interests.change(connection, number, plan=Plan())
        emptied = await interests.get(connection, number)
        assert emptied is not None
        assert emptied.plan == Plan()


async def test_steps_and_counts_are_what_reports_read(store: Store) -> None:
    await opened(store)
    async with store.transaction() as connection:
        number = await interests.add(connection, NOW, 1, 18, 5) or 0
        later = NOW + timedelta(days=3)
        await interests.add_step(connection, later, number, Stage.APPLIED, 5)
        await interests.change(
            connection, number, stage=Stage.NOT_TAKEN, reached=Stage.APPLIED, reason=Reason.PAY, changed_at=later
        )
        assert await interests.steps(connection, [number]) == {number: {Stage.INTERESTED: NOW, Stage.APPLIED: later}}
        assert await interests.counted(connection) == [(NOW, "job", Stage.APPLIED, Reason.PAY)]
        assert await interests.going_on(connection) == []


async def test_an_offer_is_read_with_what_helps(store: Store) -> None:
    await opened(store)
    async with store.reading() as connection:
        found = await interests.offers(connection, [1, 7, -3])
    assert list(found) == [1]
    assert (found[1].title, found[1].help, found[1].closes_on) == ("Chef", ("railcard",), None)
