"""A council in which people join, without a network: what was said is kept, and each step is one transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import cast

from bot import enrolling, inviting
from bot import enrolment as rule
from bot.enrolling import Tried
from bot.inviting import Issued
from bot.models import EnrolmentState, Role
from bot.service import Service
from bot.settings import ROOT
from bot.store import events, people
from bot.store.engine import Store
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council, load_council
from content.library import Library, load_library
from tests.fakes import MovableClock

NORTHMOOR = ROOT / "content" / "councils" / "northmoor" / "council.yaml"
PRIYA, RUTH, NADIA, JADE, KAI = 11, 12, 13, 14, 15


@lru_cache(maxsize=1)
def whole_library() -> Library:
    return load_library(ROOT / "content" / "entries", gaps=load_council(NORTHMOOR).gaps)


@dataclass
class Joining:
    """As much of the service as joining needs; `said` holds what went to whom, oldest first."""

    store: Store
    clock: MovableClock = field(default_factory=MovableClock)
    council: Council = field(default_factory=lambda: load_council(NORTHMOOR))
    library: Library = field(default_factory=lambda: whole_library())
    wake: Callable[[int], None] = lambda messages: None
    said: list[tuple[int, str]] = field(default_factory=list)

    @property
    def service(self) -> Service:
        return cast(Service, self)

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Speech]:
        async with self.store.transaction() as connection:
            speech = Speech(connection, self.clock.now())
            yield speech
            self.said += [
                (m.chat_id or 0, str(m.payload["text"])) for m in speech.outgoing if m.method == "sendMessage"
            ]
            await speech.keep()

    def heard(self, account: int) -> list[str]:
        """What an account was told so far; it is told once."""
        mine = [text for chat, text in self.said if chat == account]
        self.said = [(chat, text) for chat, text in self.said if chat != account]
        return mine

    async def enrol(
        self, account: int, name: str, *roles: Role, adviser: Actor | None = None, born_on: date | None = None
    ) -> Actor:
        now = self.clock.now()
        async with self.store.transaction() as connection:
            row = await people.add(
                connection, now, EnrolmentState.ENROLLED, telegram_id=account, name=name, confirmed_at=now,
                adviser_id=adviser.id if adviser else None, born_on=born_on.isoformat() if born_on else None,
            )  # fmt: skip
            for role in roles:
                await people.give_role(connection, now, row, role, None)
        return await self.person(account)

    async def team(self) -> tuple[Actor, Actor, Actor]:
        """Priya, an adviser; Ruth and Nadia, managers."""
        return (
            await self.enrol(PRIYA, "Priya Nair", Role.ADVISER),
            await self.enrol(RUTH, "Ruth Calder", Role.MANAGER),
            await self.enrol(NADIA, "Nadia Frost", Role.MANAGER),
        )

    async def person(self, account: int) -> Actor:
        async with self.store.reading() as connection:
            return await people.actor(connection, account)

    async def change(self, account: int, **values: object) -> None:
        person = await self.person(account)
        async with self.store.transaction() as connection:
            await people.change(connection, person.id or 0, **values)

    async def invites(
        self, by: Actor | None, role: Role = Role.YOUNG_PERSON, name: str = "Jade Marlow", for_person: int | None = None
    ) -> Issued:
        async with self.speaking() as speech:
            return await inviting.issue(
                speech, role, name, by, born_on=date(2008, 3, 14) if role is Role.YOUNG_PERSON else None,
                for_person_id=for_person,
            )  # fmt: skip

    async def opens(self, account: int, issued: Issued) -> Tried:
        async with self.speaking() as speech:
            token = rule.token_of(issued.payload) or ""
            return await enrolling.try_token(speech, await people.actor(speech.connection, account), account, token)

    async def types(self, account: int, code: str) -> Tried:
        async with self.speaking() as speech:
            actor = await people.actor(speech.connection, account)
            return await enrolling.try_code(speech, actor, account, rule.plain_code(code) or code)

    async def agrees(self, account: int) -> bool:
        async with self.speaking() as speech:
            return await enrolling.agree(speech, await people.actor(speech.connection, account))

    async def confirms(self, by: Actor, account: int) -> enrolling.Confirmed:
        person = await self.person(account)
        async with self.speaking() as speech:
            return await enrolling.confirm(speech, self.council, person.id or 0, by)

    async def comes_in(self, account: int, by: Actor, name: str = "Jade Marlow") -> Actor:
        """The whole way in."""
        await self.opens(account, await self.invites(by, name=name))
        await self.agrees(account)
        await self.confirms(by, account)
        return await self.person(account)

    async def verbs(self, noun: str, subject: object) -> list[str]:
        async with self.store.reading() as connection:
            return [row.verb for row in await events.of_subject(connection, noun, [subject])]
