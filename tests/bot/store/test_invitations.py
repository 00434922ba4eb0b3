"""What is noted once, and how wrong tries are counted, on both databases."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from bot.store import invitations, occurrences
from bot.store.engine import Store
from tests.conftest import NOW


async def test_wrong_tries_are_counted_of_one_account_and_of_all_and_no_further_than_asked(store: Store) -> None:
    async with store.transaction() as connection:
        for account in (1, 1, 1, 2):
            await invitations.wrong_try(connection, account, NOW)
        await invitations.wrong_try(connection, 1, NOW - timedelta(hours=2))
    async with store.reading() as connection:
        hour = NOW - timedelta(hours=1)
        assert await invitations.count_wrong_tries(connection, hour, 50) == 4
        assert await invitations.count_wrong_tries(connection, hour, 50, 1) == 3
        assert await invitations.count_wrong_tries(connection, NOW - timedelta(hours=3), 50, 1) == 4
        assert await invitations.count_wrong_tries(connection, hour, 2) == 2


async def test_what_happens_once_a_day_happens_once_even_when_two_begin_at_once(store: Store) -> None:
    async def begin() -> bool:
        async with store.transaction() as connection:
            return await occurrences.once(connection, "farewell", 7, NOW.date(), NOW)

    assert sorted(await asyncio.gather(*(begin() for _ in range(4)))) == [False, False, False, True]
    async with store.transaction() as connection:
        assert await occurrences.once(connection, "farewell", 7, NOW.date() + timedelta(1), NOW)
        assert await occurrences.once(connection, "farewell", 8, NOW.date(), NOW)


async def test_what_was_undone_can_happen_again(store: Store) -> None:
    try:
        async with store.transaction() as connection:
            assert await occurrences.once(connection, "farewell", 7, NOW.date(), NOW)
            raise RuntimeError
    except RuntimeError:
        pass
    async with store.transaction() as connection:
        assert await occurrences.once(connection, "farewell", 7, NOW.date(), NOW)
