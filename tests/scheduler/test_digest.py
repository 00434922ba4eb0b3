"""The morning digest goes to each member of staff once a working day, whatever happens to the clock or the bot."""

import asyncio
from collections import defaultdict
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast

import pytest
from sqlalchemy import insert, select

from bot import timetabling, working_time
from bot.models import (
    Absence,
    EnrolmentState,
    EscalationState,
    GateOutcome,
    Kind,
    Lane,
    Outbox,
    OutboxState,
    ReviewOf,
    Role,
    Rung,
)
from bot.service import Service
from bot.settings import ROOT
from bot.store import drop_ins, escalations, events, outbox, people, reviews
from bot.store.engine import Store
from bot.store.outbox import Outgoing
from bot.store.vault import vault_of
from bot.turn import Speech
from content.council import Council, load_council
from scheduler import digest
from tests.conftest import NOW
from tests.fakes import MovableClock
from tests.scheduler.programme_part import draft

NORTHMOOR = ROOT / "content" / "councils" / "northmoor" / "council.yaml"
PRIYA, TOM, RUTH = 11, 12, 13


@dataclass
class Part:
    """As much of the service as the digest needs."""

    store: Store
    clock: MovableClock = field(default_factory=MovableClock)
    council: Council = field(default_factory=lambda: load_council(NORTHMOOR))
    wake: Callable[[int], None] = lambda messages: None

    def speaking(self) -> AbstractAsyncContextManager[Speech]:
        return Service.speaking(cast(Service, self))

    async def ticks(self, moment: datetime) -> None:
        self.clock.moment = moment
        await digest.tick(cast(Service, self))

    async def sent(self) -> dict[int, list[tuple[datetime, str]]]:
        """What went to whom: when, in local time, and the words."""
        found = defaultdict(list)
        async with self.store.reading() as connection:
            rows = await connection.execute(
                select(Outbox.id, Outbox.chat_id, Outbox.created_at, Outbox.payload, Outbox.lane)
                .where(Outbox.state == OutboxState.WAITING)
                .order_by(Outbox.id)
            )
            for row in rows:
                assert row.lane == Lane.NOTICE
                payload = vault_of(connection).open_json(row.payload, "outbox", "payload", row.id)
                found[row.chat_id].append((row.created_at.astimezone(self.council.zone), payload["text"]))
        return dict(found)


async def enrol(store: Store, telegram_id: int, name: str, *roles: Role, **more: Any) -> int:
    async with store.transaction() as connection:
        number = await people.add(connection, NOW, EnrolmentState.ENROLLED, telegram_id=telegram_id, name=name, **more)
        for role in roles:
            await people.give_role(connection, NOW, number, role, None)
        await events.add(connection, NOW, "person", number, "enrolled")
    return number


async def opened(store: Store, young_person: int, **more: Any) -> int:
    """An escalation with an adviser."""
    given = {
        "telegram_id": 1000 + young_person, "person_id": young_person, "kind": Kind.ASKED, "urgent": False,
        "state": EscalationState.OPEN, "opened_at": NOW, "clock_from": NOW, "rung": Rung.ADVISER, "next_action": "remind",
        "next_at": NOW, "heard_at": NOW,
    }  # fmt: skip
    async with store.transaction() as connection:
        return await escalations.add(connection, **{**given, **more})


@pytest.fixture
async def part(store: Store) -> Part:
    await enrol(store, PRIYA, "Priya Nair", Role.ADVISER)
    await enrol(store, TOM, "Tom Ashby", Role.DUTY)
    await enrol(store, RUTH, "Ruth Calder", Role.MANAGER)
    await enrol(store, 14, "Jade Marlow", Role.YOUNG_PERSON, adviser_id=1)
    return Part(store)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 10, 22), date(2026, 10, 28)), (date(2027, 3, 25), date(2027, 4, 1)), (date(2026, 12, 23), date(2027, 1, 5))],
    ids=["clocks go back", "Easter, and clocks go forward", "Christmas"],
)  # fmt: skip
async def test_it_goes_out_once_each_working_day_at_opening_time(part: Part, first: date, last: date) -> None:
    await opened(part.store, 4, owner_id=1)
    moment = datetime.combine(first, datetime.min.time(), UTC)
    while moment.date() <= last:
        await part.ticks(moment)
        moment += timedelta(minutes=30)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    openings = [working_time.opening(part.council, day) for day in days]
    sent = await part.sent()
    assert [when for when, _ in sent[PRIYA]] == [moment for moment in openings if moment is not None]
    assert len(sent[RUTH]) == len(sent[PRIYA])


async def test_everybody_gets_only_what_is_theirs(part: Part) -> None:
    number = await opened(part.store, 4, owner_id=1)
    other = await opened(part.store, 4, telegram_id=9, person_id=None, rung=Rung.DUTY)
    await part.ticks(NOW)
    sent = {chat: text for chat, [(_, text)] in (await part.sent()).items()}
    assert f"JM, number {number}: since today at 10:00." in sent[PRIYA]
    assert f"?, number {other}: since today at 10:00." in sent[TOM]
    assert "Audit: row 4, " in sent[RUTH]
    assert "Audit" not in sent[PRIYA] + sent[TOM]
    assert "Jade" not in "".join(sent.values())


async def test_a_restart_in_the_middle_leaves_nobody_out_and_sends_nothing_twice(part: Part, monkeypatch: Any) -> None:
    await opened(part.store, 4, owner_id=1)
    once = digest._send
    told: list[int | None] = []

    async def dies(service: Any, person: Any, *given: Any) -> None:
        if told:
            raise asyncio.CancelledError
        told.append(person.id)
        await once(service, person, *given)

    monkeypatch.setattr(digest, "_send", dies)
    with pytest.raises(asyncio.CancelledError):
        await part.ticks(NOW)
    assert len(await part.sent()) == 1
    monkeypatch.setattr(digest, "_send", once)
    for minutes in (1, 2, 3):
        await part.ticks(NOW + timedelta(minutes=minutes))
    assert {chat: len(found) for chat, found in (await part.sent()).items()} == {PRIYA: 1, RUTH: 1}


async def test_two_processes_at_once_send_it_once(part: Part) -> None:
    await asyncio.gather(part.ticks(NOW), Part(part.store).ticks(NOW), Part(part.store).ticks(NOW))
    assert {chat: len(found) for chat, found in (await part.sent()).items()} == {RUTH: 1}


async def test_what_comes_up_later_in_the_day_waits_for_the_next_digest(part: Part) -> None:
    await part.ticks(NOW)
    await opened(part.store, 4, owner_id=1)
    await part.ticks(NOW + timedelta(hours=2))
    assert PRIYA not in await part.sent()
    await part.ticks(NOW + timedelta(days=1))
    assert PRIYA in await part.sent()


async def test_a_late_start_sends_it_until_two_hours_before_closing_and_not_after(part: Part) -> None:
    await part.ticks(NOW.replace(hour=15, minute=1))
    assert not await part.sent()
    await part.ticks(NOW.replace(hour=14, minute=59) + timedelta(days=1))
    assert RUTH in await part.sent()


async def test_who_is_away_gets_it_on_coming_back_and_the_others_read_who_covers(part: Part) -> None:
    await opened(part.store, 4, owner_id=1)
    async with part.store.transaction() as connection:
        until = NOW + timedelta(days=1)
        await connection.execute(insert(Absence).values(person_id=1, starts_at=NOW, until=until, cover_id=2))
    await part.ticks(NOW + timedelta(minutes=1))
    sent = await part.sent()
    assert PRIYA not in sent
    assert "(for Priya Nair, who is away)" in sent[TOM][0][1]
    assert "Priya Nair: Tom Ashby covers" in sent[RUTH][0][1]
    await part.ticks(until)
    assert PRIYA in await part.sent()


async def test_a_broken_promise_is_told_once_and_a_handing_over_is_none(part: Part) -> None:
    number = await opened(part.store, 4, owner_id=1, rung=Rung.DUTY)
    async with part.store.transaction() as connection:
        before = NOW - timedelta(hours=2)
        await events.add(connection, before, "escalation", number, "passed on", why="no answer", rung="duty")
        await events.add(connection, before, "escalation", 99, "passed on", why="by hand", rung="duty")
    await part.ticks(NOW)
    await part.ticks(NOW + timedelta(days=1))
    first, second = (text for _, text in (await part.sent())[RUTH])
    assert f"Not answered in time since your last digest\n• JM, number {number}" in first
    assert "number 99" not in first
    assert "Not answered in time" not in second


async def test_messages_that_did_not_arrive_are_told_to_whose_they_were(part: Part) -> None:
    number = await opened(part.store, 4, owner_id=1)
    async with part.store.transaction() as connection:
        row = Outgoing(Lane.REPLY, 14, "sendMessage", {"text": "x"}, escalation_id=number)
        await outbox.add(connection, [row, Outgoing(Lane.REPLY, 14, "setMyCommands", {})], NOW)
        for written in await outbox.due(connection, NOW, 9):
            await outbox.mark_sending(connection, [written.id])
            lost = outbox.Outcome(written.id, 1, OutboxState.UNREACHABLE, finished_at=NOW, error="blocked")
            await outbox.record(connection, [lost])
    await part.ticks(NOW + timedelta(hours=1))
    sent = {chat: text for chat, [(_, text)] in (await part.sent()).items()}
    assert f"A message did not arrive\n• JM, number {number}" in sent[PRIYA]
    assert "could not be delivered since your last digest: 1." in sent[RUTH]


async def test_young_people_whose_adviser_left_are_told_to_managers(part: Part) -> None:
    async with part.store.transaction() as connection:
        await people.take_role(connection, 1, Role.ADVISER)
    await part.ticks(NOW)
    assert "Young people without an adviser\n• JM, number 4" in (await part.sent())[RUTH][0][1]


async def test_who_has_lost_every_role_gets_none(part: Part) -> None:
    await opened(part.store, 4, owner_id=1)
    async with part.store.transaction() as connection:
        await people.take_role(connection, 1, Role.ADVISER)
    await part.ticks(NOW)
    assert PRIYA not in await part.sent()


async def test_a_drop_in_of_the_day_is_told_to_everybody_unless_it_is_cancelled(part: Part) -> None:
    async with part.speaking() as speech:
        for uid, name in (("a", "Breakfast at the Hub"), ("b", "Nurse")):
            given = draft(uid=uid, name=name, opens=time(9, 30), closes=time(11))
            await timetabling.take_over(speech, part.council, [given], None)
        nurse = next(
            one
            for one in await drop_ins.between(speech.connection, NOW, NOW + timedelta(days=3))
            if one.name == "Nurse"
        )
        await timetabling.cancel(speech, part.council, nurse.id, "ill", None)
    await part.ticks(NOW + timedelta(days=1))
    sent = await part.sent()
    assert set(sent) == {PRIYA, TOM, RUTH}
    assert "9:30 to 11:00: Breakfast at the Hub, the Hub" in sent[TOM][0][1]
    assert "Nurse" not in sent[TOM][0][1]


async def test_reviews_older_than_a_working_day_are_told_to_managers_in_the_morning(part: Part) -> None:
    async with part.store.transaction() as connection:
        for number, age in ((1, 1), (2, 20)):
            await reviews.add(
                connection, {"words": "x"}, update_id=number, at=NOW + timedelta(days=1) - timedelta(hours=age),
                what=ReviewOf.SAMPLE, outcome=GateOutcome.NONE,
            )  # fmt: skip
    await part.ticks(NOW + timedelta(days=2))
    ((_, words),) = (await part.sent())[RUTH]
    assert "looked at for a working day: 2." in words
