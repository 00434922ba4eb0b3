"""What goes to many: everybody once, at a humane hour, by its late policy, whatever happens to the bot meanwhile."""

import asyncio
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from sqlalchemy import func, insert, select, text, update

from bot import announcing, composing, press
from bot import notice as rule
from bot.audience import Audience
from bot.composing import Choice, Composed
from bot.message import plain
from bot.models import Audience as GroupAudience
from bot.models import (
    Chat,
    EnrolmentState,
    FiringState,
    Lane,
    NoticeKind,
    NoticeState,
    Outbox,
    OutboxState,
    Receipt,
    ReceiptState,
    Role,
)
from bot.press import Press
from bot.service import Service
from bot.settings import ROOT
from bot.store import chats, groups, notices, outbox, people, receipts
from bot.store.engine import Store
from bot.store.notices import Chosen, Firing
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from bot.store.vault import vault_of
from bot.turn import Speech
from content.council import Council, load_council
from scheduler import notice
from tests.conftest import NOW
from tests.fakes import MovableClock

COUNCIL = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
RUTH, PRIYA, LOUNGE = 11, 12, -1001
EVERYBODY = Audience(people=True)


@dataclass
class Part:
    """As much of the service as the sending needs, and a Telegram that answers when the test says so."""

    store: Store
    clock: MovableClock = field(default_factory=MovableClock)
    council: Council = COUNCIL
    settings: Any = field(default_factory=lambda: SimpleNamespace(notices_a_week=3))
    library: Any = field(default_factory=lambda: SimpleNamespace(on=lambda day: SimpleNamespace(entries={})))
    wake: Callable[[int], None] = lambda messages: None

    def speaking(self) -> AbstractAsyncContextManager[Speech]:
        return Service.speaking(cast(Service, self))

    async def ticks(self, moment: datetime | None = None) -> None:
        self.clock.moment = moment or self.clock.moment
        await notice.open_times(cast(Service, self))
        await notice.tick(cast(Service, self))

    @asynccontextmanager
    async def speech(self) -> AsyncIterator[Speech]:
        async with self.speaking() as speech:
            yield speech

    async def person(self, account: int, name: str, *roles: Role, **more: Any) -> Actor:
        async with self.store.transaction() as connection:
            row = await people.add(
                connection, NOW, EnrolmentState.ENROLLED, telegram_id=account, name=name, confirmed_at=NOW
            )
            for role in roles:
                await people.give_role(connection, NOW, row, role, None)
            if more:
                await people.change(connection, row, **more)
            found = await people.get(connection, row)
        assert found is not None
        return found

    async def young(self, *accounts: int, **more: Any) -> list[Actor]:
        return [await self.person(account, f"Young {account}", Role.YOUNG_PERSON, **more) for account in accounts]

    async def group(self, chat: int = LOUNGE, audience: GroupAudience = GroupAudience.YOUNG_PEOPLE) -> int:
        async with self.store.transaction() as connection:
            made = await groups.note(connection, NOW, chat, "Lounge", None)
            await groups.register(connection, NOW, made.id, audience, None)
        return made.id

    async def planned(self, audience: Audience = EVERYBODY, *, at: str = "10:00", **more: Any) -> int:
        """A notice that somebody approved, made the week before."""
        given = {"text": "Come on Tuesday.", "made_by": 1, "state": NoticeState.PLANNED, **more}
        day = given.pop("first_day", NOW.date())
        kind = given.pop("kind", NoticeKind.MESSAGE)
        async with self.store.transaction() as connection:
            return await notices.add(connection, NOW - rule.WEEK, kind, audience, day, at, **given)

    async def answered(self, fates: dict[int, OutboxState] | None = None) -> None:
        """Telegram answers everything that waits: it arrived, where nothing else is said of the chat."""
        async with self.store.transaction() as connection:
            rows = await connection.execute(
                select(Outbox.id, Outbox.chat_id).where(Outbox.state == OutboxState.WAITING)
            )
            for row in rows.all():
                fate = (fates or {}).get(row.chat_id or 0, OutboxState.DELIVERED)
                values = {"state": fate, "finished_at": self.clock.now(), "message_id": row.id, "error": "gone"}
                await connection.execute(update(Outbox).where(Outbox.id == row.id).values(**values))

    async def sent(self, lane: Lane = Lane.BROADCAST) -> list[tuple[int, str]]:
        """Every message of a lane, whatever became of it: to which chat, and the words."""
        async with self.store.reading() as connection:
            query = select(Outbox.id, Outbox.chat_id, Outbox.payload).where(Outbox.lane == lane).order_by(Outbox.id)
            vault = vault_of(connection)
            return [
                (row.chat_id, vault.open_json(row.payload, "outbox", "payload", row.id).get("text", ""))
                for row in await connection.execute(query)
            ]

    async def firings(self, number: int = 1) -> list[Firing]:
        async with self.store.reading() as connection:
            return await notices.firings(connection, number)

    async def tally(self, firing: int = 1) -> dict[str, int]:
        async with self.store.reading() as connection:
            return (await receipts.tally(connection, firing))[0]

    async def held(self, firing: int = 1) -> dict[str, int]:
        async with self.store.reading() as connection:
            return (await receipts.tally(connection, firing))[1]


@pytest.fixture
async def part(store: Store) -> Part:
    made = Part(store)
    await made.person(RUTH, "Ruth Calder", Role.MANAGER)
    await made.person(PRIYA, "Priya Nair", Role.ADVISER)
    return made


def at(hour: int, minute: int = 0, day: int = 23) -> datetime:
    """So late in the week of the test, London time (in November that is UTC)."""
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def whom(sent: Iterable[tuple[int, str]]) -> list[int]:
    return sorted(chat for chat, _ in sent)


# --- everybody once


async def test_it_goes_to_everybody_once_however_often_the_clock_ticks(part: Part) -> None:
    await part.young(21, 22, 23)
    await part.planned()
    for second in range(0, 60, 2):
        await part.ticks(at(10) + timedelta(seconds=second))
        await part.answered()
    assert whom(await part.sent()) == [21, 22, 23]
    assert (await part.firings())[0].state is FiringState.SENT
    assert await part.tally() == {"delivered": 3}


async def test_who_is_in_a_chosen_group_gets_it_there_and_not_in_private(part: Part) -> None:
    await part.young(21, 22)
    lounge = await part.group()
    async with part.store.transaction() as connection:
        await receipts.note_seen(connection, NOW, LOUNGE, 21)
    await part.planned(Audience(groups=frozenset({lounge}), people=True))
    await part.ticks(at(10))
    assert whom(await part.sent()) == [LOUNGE, 22]


async def test_a_duty_group_never_gets_a_notice(part: Part) -> None:
    duty = await part.group(-1009, GroupAudience.DUTY)
    lounge = await part.group()
    await part.planned(Audience(groups=frozenset({duty, lounge})))
    await part.ticks(at(10))
    assert whom(await part.sent()) == [LOUNGE]


async def test_an_opportunity_that_is_announced_twice_reaches_nobody_twice(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def words(*given: Any) -> Composed:
        return Composed(plain("A job."))

    monkeypatch.setitem(composing.COMPOSERS, NoticeKind.OPPORTUNITY, words)
    await part.young(21)
    await part.planned(kind=NoticeKind.OPPORTUNITY, subject="opportunity:5", text="")
    await part.ticks(at(10))
    await part.young(22)
    await part.planned(kind=NoticeKind.OPPORTUNITY, subject="opportunity:5", text="", at="11:00")
    await part.ticks(at(11))
    assert whom(await part.sent()) == [21, 22]


async def test_staff_of_a_role_get_it_in_private(part: Part) -> None:
    await part.young(21)
    await part.planned(Audience(staff=frozenset({Role.ADVISER})))
    await part.ticks(at(10))
    assert whom(await part.sent()) == [PRIYA]


# --- who gets none


async def test_nobody_who_wants_quiet_gets_one_and_a_few_are_not_told_apart(part: Part) -> None:
    wishes = {
        "stopped": {"stopped_at": NOW}, "hidden": {"quiet_until": NOW + timedelta(hours=5)}, "paused": {}, "muted": {},
        "card": {}, "blocked": {}, "enough": {}, "": {},
    }  # fmt: skip
    who = {why: (await part.young(21 + place, **more))[0] for place, (why, more) in enumerate(wishes.items())}
    async with part.store.transaction() as connection:
        await notices.choose(connection, who["paused"].id or 0, Chosen(paused_until=NOW + rule.BREAK))
        await notices.choose(connection, who["muted"].id or 0, Chosen(muted=frozenset({NoticeKind.MESSAGE})))
        card = Outgoing(Lane.CRISIS, who["card"].telegram_id, "sendMessage", {"text": "You matter."})
        await outbox.add(connection, [card], NOW - timedelta(hours=20))
        lost = {"chat_id": who["blocked"].telegram_id, "kind": "private", "reachable": False}
        await connection.execute(insert(Chat).values(**lost))
        for number in range(3):
            given = {"thing": f"old:{number}", "firing_id": 90 + number, "chat_id": who["enough"].telegram_id}
            row = {**given, "state": ReceiptState.DELIVERED, "at": NOW - timedelta(days=2)}
            await connection.execute(insert(Receipt).values(**row))
    await part.planned()
    await part.ticks(at(10))
    assert whom(await part.sent()) == [who[""].telegram_id]
    assert await part.held() == {why: 1 for why in wishes if why}
    await part.answered()
    await part.ticks()
    said = (await part.sent(Lane.REPLY))[-1][1]
    assert f"Held back: {len(wishes) - 1}." in said
    assert not any(words in said for words in ("sent /stop", "card", "on a break", "had enough this week")), (
        "it tells who"
    )


async def test_somebody_who_leaves_between_planning_and_sending_gets_none(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "WAITING", 1)
    first, second = await part.young(21, 22)
    await part.planned()
    await part.ticks(at(10))
    async with part.store.transaction() as connection:
        await people.change(connection, second.id or 0, state=EnrolmentState.WITHDRAWN)
    await part.answered()
    await part.ticks()
    assert whom(await part.sent()) == [first.telegram_id]
    assert await part.held() == {"left": 1}


# --- when


async def test_nothing_goes_out_in_quiet_hours_and_it_is_not_late_in_the_morning(part: Part) -> None:
    await part.young(21)
    await part.planned(at="22:30")
    for moment in (at(22, 30), at(23, 59), at(8, 59, day=24)):
        await part.ticks(moment)
        assert not await part.sent()
    await part.ticks(at(9, 1, day=24))
    assert await part.sent() == [(21, "Come on Tuesday.")]


async def test_what_is_under_way_at_nine_in_the_evening_goes_on_in_the_morning(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "WAITING", 1)
    await part.young(21, 22)
    await part.planned(at="20:59")
    await part.ticks(at(20, 59))
    await part.answered()
    await part.ticks(at(21, 1))
    assert whom(await part.sent()) == [21]
    await part.ticks(at(9, 0, day=24))
    assert whom(await part.sent()) == [21, 22]


async def test_a_late_one_says_that_it_is_late(part: Part) -> None:
    await part.young(21)
    await part.planned(late_hours=24)
    await part.ticks(at(15))
    assert "meant for today at 10:00" in (await part.sent())[0][1]


async def test_one_that_is_too_late_by_its_policy_is_dropped_and_its_maker_is_told(part: Part) -> None:
    await part.young(21)
    await part.planned(late_hours=1)
    await part.ticks(at(12))
    await part.ticks(at(13))
    assert not await part.sent()
    assert (await part.firings())[0].state is FiringState.DROPPED
    told = await part.sent(Lane.REPLY)
    assert whom(told) == [RUTH]
    assert "too late" in told[0][1]


async def test_a_weekly_one_keeps_ten_in_the_morning_through_both_clock_changes(part: Part) -> None:
    await part.young(21)
    part.settings.notices_a_week = 50
    await part.planned(
        rule="FREQ=WEEKLY;BYDAY=MO", first_day=date(2027, 3, 15), last_day=date(2027, 4, 12), late_hours=1
    )
    await part.planned(
        rule="FREQ=WEEKLY;BYDAY=MO", first_day=date(2027, 10, 18), last_day=date(2027, 11, 8), late_hours=1
    )
    local = []
    for first, days in ((date(2027, 3, 14), 32), (date(2027, 10, 17), 25)):
        for ahead in range(days):
            for hour in (8, 9, 10, 11):
                moment = datetime.combine(first + timedelta(days=ahead), time(hour), UTC)
                before = len(await part.sent())
                await part.ticks(moment)
                await part.answered()
                if len(await part.sent()) > before:
                    local.append(moment.astimezone(COUNCIL.zone))
    assert [one.hour for one in local] == [10] * 9
    assert [one.date() for one in local] == [
        date(2027, 3, 15), date(2027, 3, 22), date(2027, 3, 29), date(2027, 4, 5), date(2027, 4, 12),
        date(2027, 10, 18), date(2027, 10, 25), date(2027, 11, 1), date(2027, 11, 8),
    ]  # fmt: skip


async def test_after_a_day_off_each_time_was_sent_late_or_reported_never_lost(part: Part) -> None:
    await part.young(21)
    part.settings.notices_a_week = 50
    await part.planned(rule="FREQ=DAILY", last_day=date(2026, 12, 2), late_hours=24)
    moment, off = at(9), (at(9, 30, day=25), at(11, 30, day=26))
    while moment < datetime(2026, 12, 4, tzinfo=UTC):
        if not off[0] <= moment < off[1]:
            await part.ticks(moment + timedelta(hours=2) * (moment.day % 3 - 1) * (moment.hour == 15))
            await part.answered()
        moment += timedelta(minutes=30)
    ended = Counter(firing.state for firing in await part.firings())
    assert ended == {FiringState.SENT: 9, FiringState.DROPPED: 1}
    assert len(await part.sent()) == 9
    assert sum("too late" in words for _, words in await part.sent(Lane.REPLY)) == 1


async def test_dates_that_were_named_one_by_one_are_all_kept(part: Part) -> None:
    await part.young(21)
    await part.planned(rule="RDATE=2026-11-24,2026-11-26", first_day=date(2026, 11, 24), last_day=date(2026, 11, 26))
    for day in range(23, 29):
        await part.ticks(at(10, day=day))
        await part.answered()
        await part.ticks()
    assert [firing.day for firing in await part.firings()] == ["2026-11-24", "2026-11-26"]
    assert len(await part.sent()) == 2
    async with part.store.reading() as connection:
        over = await notices.get(connection, 1)
    assert over is not None
    assert over.state is NoticeState.DONE


async def test_a_paused_one_sends_nothing_and_then_follows_its_late_policy(part: Part) -> None:
    await part.young(21)
    await part.planned(first_day=date(2026, 11, 24))
    await part.ticks(at(10))
    ruth = await _actor(part, RUTH)
    async with part.speech() as speech:
        assert await announcing.pause(speech, 1, ruth, on=True)
        assert not await announcing.pause(speech, 1, ruth, on=True)
    await part.ticks(at(10, 5, day=24))
    assert not await part.sent()
    async with part.speech() as speech:
        assert await announcing.pause(speech, 1, ruth, on=False)
    await part.ticks(at(12, day=24))
    assert "Sorry, it is late" in (await part.sent())[0][1]


async def _actor(part: Part, account: int) -> Actor:
    async with part.store.reading() as connection:
        return await people.actor(connection, account)


# --- stopping, taking back, once more


async def test_taken_back_within_two_minutes_nobody_gets_it(part: Part) -> None:
    await part.young(21)
    await part.planned(at=rule.NOW, state=NoticeState.ASKED)
    ruth = await _actor(part, RUTH)
    part.clock.moment = at(10)
    async with part.speech() as speech:
        await notices.change(speech.connection, 1, approval_id=7)
        assert await announcing.approved(speech, COUNCIL, 1, 7, None)
    await part.ticks(at(10, 1))
    assert not await part.sent()
    async with part.speech() as speech:
        assert await announcing.take_back(speech, 1, ruth)
        assert not await announcing.take_back(speech, 1, ruth)
    await part.ticks(at(10, 3))
    assert not await part.sent()


async def test_what_was_approved_after_its_time_can_still_be_taken_back(part: Part) -> None:
    await part.young(21)
    await part.planned(state=NoticeState.ASKED)
    part.clock.moment = at(11)
    async with part.speech() as speech:
        await notices.change(speech.connection, 1, approval_id=7)
        assert await announcing.approved(speech, COUNCIL, 1, 7, None)
    await part.ticks(at(11, 1))
    assert not await part.sent()
    await part.ticks(at(11, 2))
    assert await part.sent() == [(21, "Come on Tuesday.")]


async def test_stopped_in_the_middle_the_rest_get_none_and_may_get_it_another_time(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "WAITING", 2)
    await part.young(21, 22, 23, 24, 25)
    await part.planned()
    await part.ticks(at(10))
    await part.answered()
    await part.ticks()
    ruth = await _actor(part, RUTH)
    async with part.speech() as speech:
        assert await announcing.stop(speech, 1, ruth) == 3
        assert await announcing.stop(speech, 1, ruth) is None
    await part.ticks()
    assert await part.tally() == {"delivered": 2}
    async with part.store.reading() as connection:
        waits = await connection.scalar(
            select(func.count()).where(Outbox.state == OutboxState.WAITING, Outbox.lane == Lane.BROADCAST)
        )
    assert waits == 0


async def test_a_cancelled_notice_stops_what_is_going_out(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice, "WAITING", 1)
    await part.young(21, 22, 23)
    await part.planned(rule="FREQ=DAILY")
    await part.ticks(at(10))
    await part.answered()
    ruth = await _actor(part, RUTH)
    async with part.speech() as speech:
        assert await announcing.cancel(speech, 1, ruth)
    await part.ticks(at(11))
    assert whom(await part.sent()) == [21]
    assert {firing.state for firing in await part.firings()} == {FiringState.CANCELLED}


async def test_the_unknown_get_it_again_by_one_press_and_nobody_else(part: Part) -> None:
    await part.young(21, 22, 23)
    await part.planned()
    await part.ticks(at(10))
    await part.answered({22: OutboxState.UNKNOWN})
    await part.ticks()
    assert await part.tally() == {"delivered": 2, "unknown": 1}
    assert "Not known whether it arrived: 1" in (await part.sent(Lane.REPLY))[-1][1]
    ruth = await _actor(part, RUTH)
    async with part.speech() as speech:
        assert await announcing.send_again(speech, 1, ruth) == 1
        assert await announcing.send_again(speech, 1, ruth) == 0
    await part.ticks()
    await part.answered()
    await part.ticks()
    assert whom(await part.sent()) == [21, 22, 22, 23]
    assert await part.tally() == {"delivered": 3}


# --- what staff read


async def test_one_message_counts_itself_up_and_a_last_one_says_how_it_ended(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "WAITING", 2)
    await part.young(21, 22, 23, 24)
    await part.planned()
    for second in range(0, 60, 6):
        await part.ticks(at(10) + timedelta(seconds=second))
        await part.answered()
    told = [words for chat, words in await part.sent(Lane.REPLY) if chat == RUTH]
    assert "0 of 4" in told[0]
    assert any("2 of 4" in words for words in told)
    assert "has gone out" in told[-1]
    assert "Delivered: 4" in told[-1]
    async with part.store.reading() as connection:
        methods = Counter(await connection.scalars(select(Outbox.method).where(Outbox.chat_id == RUTH)))
    assert methods["sendMessage"] == 2


async def test_an_adviser_is_told_once_of_somebody_who_blocked_the_bot(part: Part) -> None:
    priya = await _actor(part, PRIYA)
    await part.young(21, adviser_id=priya.id)
    await part.planned()
    await part.ticks(at(10))
    await part.answered({21: OutboxState.UNREACHABLE})
    await part.ticks()
    await part.ticks()
    told = [words for chat, words in await part.sent(Lane.REPLY) if chat == PRIYA]
    assert len(told) == 1
    assert "Young" not in told[0]
    assert await part.tally() == {"unreachable": 1}


async def test_managers_are_told_at_once_of_a_group_where_the_bot_may_not_write(part: Part) -> None:
    lounge = await part.group()
    await part.planned(Audience(groups=frozenset({lounge})))
    await part.ticks(at(10))
    await part.answered({LOUNGE: OutboxState.UNREACHABLE})
    await part.ticks(at(10) + timedelta(seconds=2))
    assert any(chat == RUTH and "Lounge" in words for chat, words in await part.sent(Lane.REPLY))


async def test_a_notice_whose_audience_nobody_can_read_goes_to_nobody_and_is_reported(part: Part) -> None:
    await part.young(21)
    await part.planned()
    async with part.store.transaction() as connection:
        await notices.change(connection, 1, audience='{"people":true,"shoe_size":[44]}')
    await part.ticks(at(10))
    assert not await part.sent()
    assert (await part.firings())[0].state is FiringState.DROPPED
    assert "shoe_size" in (await part.sent(Lane.REPLY))[0][1]


# --- whatever happens to the bot


async def test_a_crash_at_any_step_loses_nobody_and_doubles_nobody(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice, "WAITING", 3)
    monkeypatch.setattr(notice, "CHUNK", 4)
    accounts = list(range(21, 42))
    await part.young(*accounts)
    await part.planned()
    really, calls = Store.transaction, 0

    @asynccontextmanager
    async def breaks(self: Store) -> AsyncIterator[Any]:
        nonlocal calls
        calls += 1
        async with really(self) as connection:
            yield connection
            if calls % 3 == 0:
                raise RuntimeError("the power went")

    for second in range(0, 200, 2):
        with monkeypatch.context() as patch:
            patch.setattr(Store, "transaction", breaks)
            await part.ticks(at(10) + timedelta(seconds=second))
        await part.answered()
    await part.ticks(at(10, 5))
    assert whom(await part.sent()) == accounts
    assert await part.tally() == {"delivered": len(accounts)}


async def test_two_processes_at_once_send_it_once(postgresql_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notice, "WAITING", 5)
    monkeypatch.setattr(notice, "CHUNK", 4)
    part = Part(postgresql_store)
    await part.person(RUTH, "Ruth Calder", Role.MANAGER)
    accounts = list(range(21, 41))
    await part.young(*accounts)
    await part.planned()
    for second in range(0, 40, 2):
        part.clock.moment = at(10) + timedelta(seconds=second)
        await asyncio.gather(part.ticks(), part.ticks(), part.ticks())
        await part.answered()
    assert whom(await part.sent()) == accounts
    assert [chat for chat, words in await part.sent(Lane.REPLY) if "has gone out" in words].count(RUTH) <= 2


async def test_one_notice_that_stumbles_does_not_stop_the_others(part: Part, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*given: Any) -> Composed:
        raise RuntimeError("no words")

    monkeypatch.setitem(composing.COMPOSERS, NoticeKind.CAMPAIGN, broken)
    await part.young(21)
    await part.planned(kind=NoticeKind.CAMPAIGN)
    await part.planned()
    await part.ticks(at(10))
    assert await part.sent() == [(21, "Come on Tuesday.")]


async def test_words_and_names_stay_out_of_the_events(part: Part) -> None:
    from bot.models import Event

    await part.young(21)
    await part.planned()
    await part.ticks(at(10))
    await part.answered()
    await part.ticks()
    async with part.store.reading() as connection:
        details = [json.dumps(one) for one in await connection.scalars(select(Event.details))]
    assert details
    assert not any("Tuesday" in one or "Young" in one for one in details)


# --- what a stranger found


async def test_stopped_while_it_is_still_planned_it_ends_and_the_next_one_goes_out(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "CHUNK", 2)
    await part.young(21, 22, 23, 24, 25)
    await part.planned()
    ruth, really = await _actor(part, RUTH), notice._plan

    async def stopped_meanwhile(*given: Any) -> Firing:
        planned = await really(*given)
        async with part.speech() as speech:
            await announcing.stop(speech, 1, ruth)
        return planned

    monkeypatch.setattr(notice, "_plan", stopped_meanwhile)
    async with asyncio.timeout(5):
        await part.ticks(at(10))
    assert not await part.sent()


@pytest.mark.parametrize("how", ["pause", "cancel"])
async def test_paused_or_cancelled_after_the_tick_looked_nothing_goes_out(
    part: Part, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    await part.young(21)
    await part.planned()
    ruth, really = await _actor(part, RUTH), notice._begin

    async def meanwhile(*given: Any) -> Firing | None:
        async with part.speech() as speech:
            if how == "pause":
                await announcing.pause(speech, 1, ruth, on=True)
            else:
                await announcing.cancel(speech, 1, ruth)
        return await really(*given)

    monkeypatch.setattr(notice, "_begin", meanwhile)
    await part.ticks(at(10))
    assert not await part.sent()
    assert (await part.firings())[0].state is not FiringState.SENDING


async def test_cancelled_at_the_moment_it_begins_it_does_not_stay_under_way(
    postgresql_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    part = Part(postgresql_store)
    ruth = await part.person(RUTH, "Ruth Calder", Role.MANAGER)
    await part.young(21)
    await part.planned()
    async with part.store.transaction() as connection:
        await notices.add_firing(connection, 1, NOW.date(), at(10))
    begun = asyncio.Event()

    async def begins() -> None:
        async with part.store.transaction() as connection:
            await notices.firing(connection, 1, lock=True)
            begun.set()
            async with asyncio.timeout(5), part.store.reading() as other:
                while not await other.scalar(text("SELECT count(*) FROM pg_locks WHERE NOT granted")):
                    pass
            await notices.change_firing(connection, 1, state=FiringState.SENDING)

    async def cancels() -> None:
        await begun.wait()
        async with part.speech() as speech:
            await announcing.cancel(speech, 1, ruth)

    await asyncio.gather(begins(), cancels())
    assert (await part.firings())[0].state is FiringState.CANCELLED


async def test_of_a_cancelled_one_nobody_is_promised_it_again(part: Part) -> None:
    await part.young(21)
    await part.planned(rule="FREQ=DAILY")
    await part.ticks(at(10))
    await part.answered({21: OutboxState.UNKNOWN})
    await part.ticks()
    ruth = await _actor(part, RUTH)
    async with part.speech() as speech:
        assert await announcing.cancel(speech, 1, ruth)
        assert await announcing.send_again(speech, 1, ruth) == 0
    assert (await part.firings())[0].state is FiringState.SENT


async def test_what_stood_still_for_hours_says_to_the_rest_that_it_is_late(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "WAITING", 1)
    await part.young(21, 22)
    await part.planned(late_hours=24)
    await part.ticks(at(10))
    await part.answered()
    await part.ticks(at(15))
    assert [("late" in words) for _, words in await part.sent()] == [False, True]


async def test_what_stood_still_for_days_drops_the_rest_and_says_how_far_it_came(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "WAITING", 1)
    await part.young(21, 22)
    await part.planned(late_hours=4)
    await part.ticks(at(10))
    await part.answered()
    await part.ticks(at(10, day=25))
    assert whom(await part.sent()) == [21]
    assert (await part.firings())[0].state is FiringState.CANCELLED
    said = (await part.sent(Lane.REPLY))[-1][1]
    assert "too late for the rest" in said
    assert "Delivered: 1" in said


async def test_what_is_gone_in_the_middle_is_not_said_to_have_reached_nobody(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notice, "WAITING", 1)
    said: list[Composed | None] = [Composed(plain("A job.")), None]

    async def words(*given: Any) -> Composed | None:
        return said.pop(0)

    monkeypatch.setitem(composing.COMPOSERS, NoticeKind.OPPORTUNITY, words)
    await part.young(21, 22)
    await part.planned(kind=NoticeKind.OPPORTUNITY, subject="opportunity:5", text="")
    await part.ticks(at(10))
    await part.answered()
    await part.ticks()
    told = (await part.sent(Lane.REPLY))[-1][1]
    assert "nobody got it" not in told
    assert "Delivered: 1" in told


async def test_stopped_nobody_gets_half_of_it(part: Part) -> None:
    await part.young(21)
    await part.planned(text="x" * 2000, photo="file")
    await part.ticks(at(10))
    ruth = await _actor(part, RUTH)
    async with part.speech() as speech:
        assert await announcing.stop(speech, 1, ruth) == 1
    async with part.store.reading() as connection:
        query = select(Outbox.method).where(Outbox.state == OutboxState.WAITING, Outbox.lane == Lane.BROADCAST)
        assert list(await connection.scalars(query)) == []


async def test_who_was_held_back_gets_the_opportunity_when_it_is_announced_again(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def words(*given: Any) -> Composed:
        return Composed(plain("A job."))

    monkeypatch.setitem(composing.COMPOSERS, NoticeKind.OPPORTUNITY, words)
    await part.young(21, quiet_until=NOW + timedelta(hours=3))
    await part.young(22)
    await part.planned(kind=NoticeKind.OPPORTUNITY, subject="opportunity:5", text="")
    await part.ticks(at(10))
    await part.answered()
    await part.ticks()
    assert whom(await part.sent()) == [22]
    await part.planned(kind=NoticeKind.OPPORTUNITY, subject="opportunity:5", text="", first_day=date(2026, 11, 24))
    async with part.store.reading() as connection:
        assert await receipts.had(connection, "opportunity:5", [21, 22]) == {22}
    await part.ticks(at(10, day=24))
    assert whom(await part.sent()) == [21, 22]


async def test_in_a_group_that_moved_in_the_middle_the_buttons_count_under_its_new_number(
    part: Part, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def words(*given: Any) -> Composed:
        return Composed(plain("A job."), ((Choice("I'm interested", "interested", 5),),))

    monkeypatch.setitem(composing.COMPOSERS, NoticeKind.OPPORTUNITY, words)
    lounge, moved = await part.group(), -1009
    audience = Audience(groups=frozenset({lounge}))
    await part.planned(audience, kind=NoticeKind.OPPORTUNITY, subject="opportunity:5", text="")
    await part.ticks(at(10))
    async with part.store.transaction() as connection:
        await chats.move(connection, LOUNGE, moved)
        row = next(one for one in await outbox.due(connection, at(10), 5) if one.lane == Lane.BROADCAST)
        (button,) = row.payload["reply_markup"]["inline_keyboard"][0]
        assert row.chat_id == moved
        assert press.read(vault_of(connection), button["callback_data"], moved, at(10)) == Press("interested", 5)
        assert press.read(vault_of(connection), button["callback_data"], LOUNGE, at(10)) is None


async def test_paused_in_the_middle_what_was_sent_is_still_counted_and_staff_hear_of_a_lost_group(part: Part) -> None:
    lounge = await part.group()
    await part.planned(Audience(groups=frozenset({lounge})))
    await part.ticks(at(10))
    ruth = await _actor(part, RUTH)
    async with part.speech() as speech:
        assert await announcing.pause(speech, 1, ruth, on=True)
    await part.answered({LOUNGE: OutboxState.UNREACHABLE})
    await part.ticks()
    assert await part.tally() == {"unreachable": 1}
    assert any(chat == RUTH and "Lounge" in words for chat, words in await part.sent(Lane.REPLY))
