import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.errors import DatabaseError
from bot.store.engine import Store, TelegramTurn


async def test_one_process_at_a_time_has_the_turn_to_talk_to_telegram(postgresql_store: Store) -> None:
    first, second = TelegramTurn(postgresql_store), TelegramTurn(postgresql_store)
    assert await first.take()
    assert await first.take()
    assert not await second.take()
    await first.give_back()
    assert await second.take()
    await second.give_back()


async def test_whoever_lost_its_session_can_claim_nothing_more(postgresql_store: Store) -> None:
    first, second = TelegramTurn(postgresql_store), TelegramTurn(postgresql_store)
    await first.take()
    async with first.transaction() as connection:
        backend = await connection.scalar(text("SELECT pg_backend_pid()"))
    async with postgresql_store.transaction() as connection:
        await connection.execute(text("SELECT pg_terminate_backend(:pid, 5000)"), {"pid": backend})
    assert await second.take()
    with pytest.raises((DBAPIError, DatabaseError)):
        async with first.transaction() as connection:
            await connection.execute(text("SELECT 1"))
    assert not first.held.is_set()
    with pytest.raises(DatabaseError):
        async with first.transaction():
            pass
    await second.give_back()
