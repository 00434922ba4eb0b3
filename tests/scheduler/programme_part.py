"""As much of the service as the programme needs, with people who come to its drop-ins."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any, cast

from sqlalchemy import select

from bot.models import DropIn, EnrolmentState, Outbox, PlaceState, Role
from bot.service import Service
from bot.settings import ROOT
from bot.store import drop_ins, people, series
from bot.store.engine import Store
from bot.store.series import Series
from bot.store.vault import vault_of
from bot.turn import Speech
from content.council import Council, load_council
from content.recurrence import Recurrence
from content.series import SeriesDraft
from scheduler import programme
from tests.conftest import NOW
from tests.fakes import MovableClock

NORTHMOOR = ROOT / "content" / "councils" / "northmoor" / "council.yaml"
MONDAY = date(2026, 11, 23)


def draft(rule: str = "FREQ=WEEKLY;BYDAY=TU", first: date = MONDAY, **more: Any) -> SeriesDraft:
    """A drop-in with the DWP; `more` are fields of the draft, or of its recurrence."""
    said = {name: more.pop(name) for name in [*more] if name in Recurrence.__dataclass_fields__}
    given = {
        "uid": "dwp", "name": "DWP", "place": "the Hub", "opens": time(14), "closes": time(16), "agency": "DWP", **more,
    }  # fmt: skip
    return SeriesDraft(recurrence=Recurrence(rule, first, **said), **given)


@dataclass
class Settings:
    council_file: Path = NORTHMOOR


@dataclass
class Part:
    """The clock's door and a council; the clock stands until a test moves it."""

    store: Store
    clock: MovableClock = field(default_factory=MovableClock)
    council: Council = field(default_factory=lambda: load_council(NORTHMOOR))
    settings: Settings = field(default_factory=Settings)
    wake: Callable[[int], None] = lambda messages: None

    @property
    def service(self) -> Service:
        return cast(Service, self)

    def speaking(self) -> AbstractAsyncContextManager[Speech]:
        return Service.speaking(self.service)

    async def add(self, given: SeriesDraft) -> int:
        """A series that was written down and whose sessions nobody made yet."""
        async with self.speaking() as speech:
            return await series.add(speech.connection, speech.now, given, None)

    async def get(self, series_id: int) -> Series:
        async with self.store.reading() as connection:
            found = await series.get(connection, series_id)
        assert found is not None
        return found

    async def ticks(self, moment: datetime | None = None) -> None:
        if moment is not None:
            self.clock.moment = moment
        await programme.tick(self.service)

    async def rows(self) -> list[Any]:
        """The sessions, in order of their own days."""
        async with self.store.reading() as connection:
            return list((await connection.execute(select(DropIn).order_by(DropIn.series_id, DropIn.day))).all())

    async def held(self, *, cancelled: bool = False) -> list[str]:
        """When they are held, local time."""
        return [
            f"{row.starts_at.astimezone(self.council.zone):%a %d %b %H:%M}"
            for row in await self.rows()
            if (row.state == "cancelled") is cancelled
        ]

    async def enrol(self, account: int, name: str, *roles: Role) -> int:
        async with self.store.transaction() as connection:
            row = await people.add(
                connection, NOW, EnrolmentState.ENROLLED, telegram_id=account, name=name, confirmed_at=NOW
            )
            for role in roles:
                await people.give_role(connection, NOW, row, role, None)
        return row

    async def comes(self, account: int, drop_in_id: int, state: PlaceState = PlaceState.COMING) -> None:
        async with self.store.transaction() as connection:
            person = await people.actor(connection, account)
            await drop_ins.say(connection, self.clock.now(), drop_in_id, account, state, person_id=person.id)

    async def said(self) -> list[tuple[int, str]]:
        """What was said to whom in words, oldest first."""
        async with self.store.reading() as connection:
            rows = await connection.execute(select(Outbox).where(Outbox.method == "sendMessage").order_by(Outbox.id))
            vault = vault_of(connection)
            return [(row.chat_id, vault.open_json(row.payload, "outbox", "payload", row.id)["text"]) for row in rows]
