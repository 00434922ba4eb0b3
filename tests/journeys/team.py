"""A council's team around the phones of the cast: who advises whom, who is on duty, and a clock that tests move."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.app import Bot
from bot.models import EnrolmentState, Role
from bot.store import escalations, events, people
from bot.store.escalations import Standing
from bot.store.people import Actor
from practice.cast import JADE, NADIA, PRIYA, RUTH, TOM
from practice.client import Control
from scheduler import escalation
from tests.driver import Phone
from tests.fakes import MovableClock

TEAM = (
    ("Priya Nair", PRIYA, Role.ADVISER),
    ("Nadia Frost", NADIA, Role.ADVISER),
    ("Tom Ashby", TOM, Role.DUTY),
    ("Ruth Calder", RUTH, Role.MANAGER),
    ("Jade Marlow", JADE, Role.YOUNG_PERSON),
)


@dataclass
class Team:
    """Priya advises Jade, Nadia is another adviser, Tom is on duty, Ruth leads."""

    bot: Bot
    clock: MovableClock
    control: Control

    @classmethod
    async def gathered(cls, bot: Bot, control: Control, team: tuple[tuple[str, int, Role], ...] = TEAM) -> Team:
        """Enrol everybody, and let the bot follow a clock that stands at Monday morning."""
        async with asyncio.timeout(15):
            while not bot._service.username:  # the tables are there once the bot has learnt its name
                await asyncio.sleep(0.01)
        clock = MovableClock()
        bot._service.clock = clock
        for part in (bot._worker, bot._delivery, bot._inbox):
            part._clock = clock
        made = cls(bot, clock, control)
        for name, account, role in team:
            adviser = await made.person(PRIYA) if role is Role.YOUNG_PERSON else None
            await made.enrol(name, account, role, adviser_id=adviser.id if adviser else None)
        return made

    async def enrol(self, name: str, account: int, *roles: Role, **more: Any) -> Actor:
        now = self.clock.now()
        async with self.bot._store.transaction() as connection:
            row = await people.add(
                connection, now, EnrolmentState.ENROLLED, telegram_id=account, name=name, confirmed_at=now, **more
            )
            for role in roles:
                await people.give_role(connection, now, row, role, None)
        return await self.person(account)

    async def person(self, account: int) -> Actor:
        async with self.bot._store.reading() as connection:
            return await people.actor(connection, account)

    async def role(self, account: int, role: Role, *, given: bool) -> None:
        person = await self.person(account)
        async with self.bot._store.transaction() as connection:
            if given:
                await people.give_role(connection, self.clock.now(), person.id or 0, role, None)
            else:
                await people.take_role(connection, person.id or 0, role)

    async def change(self, account: int, **values: Any) -> None:
        person = await self.person(account)
        async with self.bot._store.transaction() as connection:
            await people.change(connection, person.id or 0, **values)

    async def standing(self, number: int = 1) -> Standing:
        async with self.bot._store.reading() as connection:
            found = await escalations.get(connection, number)
        assert found is not None
        return found

    async def verbs(self, noun: str, subject: object) -> list[str]:
        async with self.bot._store.reading() as connection:
            return [row.verb for row in await events.of_subject(connection, noun, [subject])]

    async def at(self, moment: datetime) -> None:
        """It is then; the clock takes its steps."""
        self.clock.moment = moment
        await escalation.tick(self.bot._service)

    async def until_lost(self, account: int) -> None:
        """Wait until the bot knows that it can't write to somebody."""
        async with asyncio.timeout(15):
            while True:
                async with self.bot._store.reading() as connection:
                    if not await people.reachable(connection, [account]):
                        return
                await asyncio.sleep(0.02)


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """The words on a message's buttons, and what each sends."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return {button["text"]: button.get("callback_data", "") for row in rows for button in row}


async def told(phone: Phone, beginning: str) -> dict[str, Any]:
    """The next message in this chat that holds these words; what comes before it is passed over."""
    async with asyncio.timeout(15):
        while True:
            message = await phone.hears()
            if beginning in str(message.get("text")):
                return message


async def changed(phone: Phone, words: str) -> dict[str, Any]:
    """The next message of the bot's in this chat that was changed to hold these words."""
    async with asyncio.timeout(15):
        while True:
            message = await phone.hears("editMessageText")
            if words in str(message.get("text")):
                return message
