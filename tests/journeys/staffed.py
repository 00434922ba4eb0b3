"""For journeys with groups and staff: people with roles, and waiting until the bot has nothing left to do."""

from __future__ import annotations

import asyncio
from typing import Any

from sqlalchemy import func, select

from bot.app import Bot
from bot.models import EnrolmentState, Inbox, InboxState, Outbox, OutboxState, Role
from bot.store import people
from practice.client import Control

SECONDS = 15


async def started(bot: Bot) -> None:
    """Wait until the bot has its tables and its name."""
    async with asyncio.timeout(SECONDS):
        while not bot._service.username:
            await asyncio.sleep(0.01)


async def enrol(
    bot: Bot, telegram_id: int, name: str, *roles: Role, state: EnrolmentState = EnrolmentState.ENROLLED, **more: Any
) -> int:
    """Somebody whose joining stands there, with these roles."""
    await started(bot)
    async with bot._store.transaction() as connection:
        now = bot._service.clock.now()
        number = await people.add(connection, now, state, telegram_id=telegram_id, name=name, **more)
        for role in roles:
            await people.give_role(connection, now, number, role, None)
    return number


async def settled(bot: Bot, control: Control) -> None:
    """Wait until everything that was written is handled and everything that was said is sent."""
    waiting = (
        select(func.count()).select_from(Inbox).where(Inbox.state == InboxState.WAITING),
        select(func.count())
        .select_from(Outbox)
        .where(Outbox.state.in_([OutboxState.WAITING, OutboxState.SENDING]), Outbox.attempts < 2),
    )
    async with asyncio.timeout(SECONDS):
        while True:
            if not (await control.pending())["pending"]:
                async with bot._store.reading() as connection:
                    if not any([await connection.scalar(query) for query in waiting]):
                        return
            await asyncio.sleep(0.01)


async def said_by_bot(control: Control, chat: int) -> list[dict[str, Any]]:
    """What the bot wrote in a chat, oldest first; that it came or left is no word of its own."""
    return [one for one in await control.messages(chat) if one["from"]["is_bot"] and "text" in one]


async def calls_to(control: Control, method: str, chat: int) -> int:
    """How often the bot made a call for a chat, and Telegram carried it out."""
    made = await control.calls(method)
    return len([call for call in made if call.executed and str(call.params.get("chat_id")) == str(chat)])
