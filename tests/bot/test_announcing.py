"""A second person says yes to a notice: one yes counts, however many say it at the same moment, on both databases."""

from __future__ import annotations

import asyncio

from bot import announcing, approving
from bot.audience import Audience
from bot.models import EnrolmentState, NoticeKind, NoticeState, Role
from bot.store import notices, people
from bot.store.engine import Store
from bot.store.people import Actor
from bot.turn import Speech
from tests.bot.test_working_time import NORTHMOOR
from tests.conftest import NOW


async def joined(store: Store, account: int, name: str, role: Role) -> Actor:
    async with store.transaction() as connection:
        row = await people.add(connection, NOW, EnrolmentState.ENROLLED, telegram_id=account, name=name)
        await people.give_role(connection, NOW, row, role, None)
        found = await people.get(connection, row)
    assert found is not None
    return found


async def test_of_two_who_approve_at_the_same_moment_one_counts_and_it_goes_out_once(store: Store) -> None:
    priya = await joined(store, 11, "Priya Nair", Role.ADVISER)
    seconds = [
        await joined(store, 14, "Ruth Calder", Role.MANAGER),
        await joined(store, 17, "Pat Lowe", Role.PARTICIPATION),
    ]
    async with store.transaction() as connection:
        speech = Speech(connection, NOW)
        notice = await announcing.draft(speech, NORTHMOOR, priya, NoticeKind.MESSAGE, text="The Hub is open on Friday.")
        notice = await announcing.change(speech, notice, priya, audience=Audience(people=True))
        number, told = await approving.propose(speech, priya, approving.SEND, {"notice": notice.id, "size": "nobody"})
        await announcing.asked(speech, notice, number)
    assert told == 2

    async def says_yes(by: Actor) -> bool:
        try:
            async with store.transaction() as connection:
                await approving.decide(Speech(connection, NOW), NORTHMOOR, "bot", number, by, True)
        except approving.DecidedBefore:
            return False
        return True

    assert sorted(await asyncio.gather(*map(says_yes, seconds))) == [False, True]
    async with store.reading() as connection:
        there = await notices.get(connection, notice.id)
        assert there is not None
        assert there.state is NoticeState.PLANNED
        assert len(await notices.firings(connection, notice.id)) == 1
