"""What is forgotten each night, and what is not."""

from dataclasses import dataclass
from datetime import timedelta
from typing import cast

from sqlalchemy import func, select, update

from bot.inbox import read
from bot.models import Enquiry, Inbox, InboxState, Lane, Outbox, OutboxState
from bot.service import Service
from bot.store import enquiries, inbox, outbox
from bot.store.engine import Store
from bot.store.outbox import Outgoing
from scheduler.retention import KEEP_MESSAGES, KEEP_UPDATES, sweep
from tests.bot.test_inbox import said
from tests.conftest import NOW
from tests.fakes import MovableClock


@dataclass
class Part:
    """As much of the service as the sweep needs."""

    store: Store
    clock: MovableClock


async def counted(store: Store, table: type[Inbox | Outbox]) -> int:
    async with store.reading() as connection:
        return int(await connection.scalar(select(func.count()).select_from(table)) or 0)


async def test_words_go_after_three_days_and_replies_after_seven_and_what_is_unknown_stays(store: Store) -> None:
    service = Part(store, MovableClock())
    async with store.transaction() as connection:
        await inbox.add(connection, [read(said(1)), read(said(2))], NOW)
        await inbox.finish(connection, 1, InboxState.DONE, NOW)
        rows = [Outgoing(Lane.REPLY, 7, "sendMessage", {"text": "x"})] * 2
        await outbox.add(connection, rows, NOW)
        await connection.execute(
            update(Outbox).where(Outbox.id == 1).values(state=OutboxState.DELIVERED, finished_at=NOW)
        )
        await connection.execute(
            update(Outbox).where(Outbox.id == 2).values(state=OutboxState.UNKNOWN, finished_at=NOW)
        )
    for days, left in (
        (KEEP_UPDATES - timedelta(1), (2, 2)),
        (KEEP_UPDATES + timedelta(1), (1, 2)),
        (KEEP_MESSAGES + timedelta(1), (1, 1)),
    ):
        service.clock.moment = NOW + days
        await sweep(cast(Service, service))
        assert (await counted(store, Inbox), await counted(store, Outbox)) == left


async def test_an_update_number_that_comes_again_after_its_time_is_a_new_question(store: Store) -> None:
    service = Part(store, MovableClock())
    for moment in (NOW, NOW + KEEP_UPDATES + timedelta(1)):
        service.clock.moment = moment
        await sweep(cast(Service, service))
        async with store.transaction() as connection:
            await enquiries.add(
                connection, update_id=5, chat_id=7, person_id=7, now=moment, outcome="none", entry_id=None
            )
    async with store.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(Enquiry)) == 2
