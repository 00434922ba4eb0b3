from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from practice.client import Control, Stand
from tests.practice.cast import JADE, PRIYA


@pytest.fixture
async def stand() -> AsyncIterator[Stand]:
    async with Stand(limits=False, first_update=1000) as running:
        yield running


@pytest.fixture
def control(stand: Stand) -> Control:
    return stand.control


@pytest.fixture
async def lounge(control: Control) -> int:
    """The default cast's private group."""
    return next(int(chat["id"]) for chat in (await control.world())["chats"] if chat["title"] == "Compass lounge")


@pytest.fixture
async def forum(control: Control) -> int:
    """A supergroup with topics where the bot is an administrator with every right it may need."""
    chat = await control.group("Compass forum", [PRIYA, JADE], "supergroup", forum=True)
    await control.bot(
        chat,
        PRIYA,
        "administrator",
        can_manage_topics=True,
        can_pin_messages=True,
        can_delete_messages=True,
        can_invite_users=True,
        can_restrict_members=True,
    )
    return chat
