"""What the bot says of itself at a start."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update

from bot.app import open_vault
from bot.inbox import read
from bot.models import InboxState, Lane, Outbox, OutboxState
from bot.store import inbox, outbox, schema
from bot.store.engine import Store
from bot.store.outbox import Outgoing
from practice.client import Stand
from tests.bot.test_inbox import said
from tests.conftest import NOW
from tests.journeys.conftest import running, settings_for


async def test_what_only_a_person_can_settle_is_told_at_each_start(
    stand: Stand, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = settings_for(stand, f"sqlite:///{tmp_path}/b.sqlite3")
    store = Store(settings.database_url, open_vault(settings))
    await schema.prepare(store, NOW)
    async with store.transaction() as connection:
        await inbox.add(connection, [read(said(1)), read(said(2))], NOW)
        for number in (1, 2):
            await inbox.finish(connection, number, InboxState.QUARANTINED, NOW, "RuntimeError")
        await outbox.add(connection, [Outgoing(Lane.BROADCAST, 7, "sendMessage", {"text": "x"})], NOW)
        await connection.execute(update(Outbox).values(state=OutboxState.UNKNOWN))
    await store.close()
    async with running(settings) as bot:
        async with asyncio.timeout(10):
            while not bot._service.username:
                await asyncio.sleep(0.01)
    assert "2 updates are set aside and wait for a person" in caplog.text
    assert "1 messages stand at unknown" in caplog.text
