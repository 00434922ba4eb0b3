""" "I'm coming", through the store: exactly as many as there are places, the rest in order, each told once."""

import asyncio
import base64
import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import attending
from bot.attending import Answered, Change
from bot.drop_in import Cancelled, InIt, OnTheList, Out, Over
from bot.models import EnrolmentState, PlaceState, Role
from bot.store import chats, drop_ins, events, people, schema
from bot.store.engine import Store
from bot.store.outbox import FILES, Outgoing
from bot.store.people import Actor
from bot.turn import Speech
from tests import hub
from tests.conftest import NOW, VAULT

LONDON = ZoneInfo("Europe/London")
TUESDAY = datetime(2026, 11, 24, 14, tzinfo=UTC)


async def planned(store: Store, capacity: int | None = None, starts_at: datetime = TUESDAY) -> int:
    async with store.transaction() as connection:
        return await hub.drop_in(connection, starts_at, capacity=capacity)


async def says(
    store: Store, account: int, drop_in_id: int, *, comes: bool = True, now: datetime = NOW, actor: Actor | None = None
) -> tuple[Answered | None, list[Outgoing]]:
    """One press in a transaction of its own; returns what came of it and what was said to others."""
    async with store.transaction() as connection:
        speech = Speech(connection, now)
        who = actor or Actor(telegram_id=account)
        found = await attending.answer(speech, LONDON, drop_in_id, who, f"Person {account}", comes=comes)
        await speech.keep()
    return found, speech.outgoing


async def heard_of(store: Store, *accounts: int) -> None:
    """They have a private chat with the bot."""
    async with store.transaction() as connection:
        for account in accounts:
            await chats.heard_from(connection, account, "private", NOW)


async def who(store: Store, drop_in_id: int) -> tuple[list[int], list[int]]:
    """Who comes and who waits, in order."""
    async with store.reading() as connection:
        coming, waiting = await drop_ins.coming(connection, drop_in_id), await drop_ins.waiting(connection, drop_in_id)
    return [one.telegram_id for one in coming], [one.telegram_id for one in waiting]


def texts_to(sent: Sequence[Outgoing], account: int) -> str:
    return "\n".join(json.dumps(one.payload, ensure_ascii=False) for one in sent if one.chat_id == account)


async def test_a_thousand_people_press_at_once_for_thirty_places(store: Store) -> None:
    number = await planned(store, capacity=30)
    order: list[int] = []
    at_once = asyncio.Semaphore(5 if store.is_sqlite else 12)

    async def press(account: int) -> None:
        async with at_once:
            found, _ = await says(store, account, number)
        assert found is not None
        if isinstance(found.answer, OnTheList):
            order.append(found.position)

    await asyncio.gather(*(press(account) for account in range(1, 1001)))
    coming, waiting = await who(store, number)
    assert len(coming) == 30
    assert len(waiting) == 970
    assert len({*coming, *waiting}) == 1000
    assert sorted(order) == list(range(1, 971))
    async with store.reading() as connection:
        turns = [one.turn for one in await drop_ins.standing(connection, number)]
        there = await drop_ins.get(connection, number)
    assert sorted(turns) == list(range(1, 1001))
    assert max(one.turn for one in await _coming(store, number)) == 30
    assert there is not None
    assert (there.coming, there.waiting, there.left) == (30, 970, 0)


async def _coming(store: Store, number: int) -> list[drop_ins.Place]:
    async with store.reading() as connection:
        return await drop_ins.coming(connection, number)


async def test_one_person_who_presses_from_everywhere_at_once_counts_once(store: Store) -> None:
    number = await planned(store, capacity=2)
    found = await asyncio.gather(*(says(store, 7, number) for _ in range(12)))
    assert [answered.answer for answered, _ in found if answered and answered.answer == InIt()] == [InIt()]
    assert await who(store, number) == ([7], [])


async def test_whoever_gives_a_place_back_moves_the_first_of_the_list_up_who_is_told(store: Store) -> None:
    number = await planned(store, capacity=1)
    await heard_of(store, 2)
    for account in (1, 2, 3):
        await says(store, account, number)
    assert await who(store, number) == ([1], [2, 3])
    found, sent = await says(store, 1, number, comes=False)
    assert found is not None
    assert found.answer == Out(freed=True)
    assert await who(store, number) == ([2], [3])
    assert "A place is free: you're in." in texts_to(sent, 2)
    assert any(FILES in one.payload for one in sent)
    assert texts_to(sent, 3) == ""
    async with store.reading() as connection:
        assert "moved up" in [row.verb for row in await events.of_subject(connection, "drop-in", [number])]


async def test_a_place_that_falls_free_at_night_comes_without_a_sound(store: Store) -> None:
    number = await planned(store, capacity=1)
    await heard_of(store, 2)
    for account in (1, 2):
        await says(store, account, number)
    _, sent = await says(store, 1, number, comes=False, now=NOW + timedelta(hours=14))
    assert [one.payload.get("disable_notification") for one in sent] == [True, True]


async def test_whoever_changes_their_mind_goes_to_the_end_of_the_list(store: Store) -> None:
    number = await planned(store, capacity=1)
    for account in (1, 2, 3):
        await says(store, account, number)
    await says(store, 2, number, comes=False)
    found, _ = await says(store, 2, number)
    assert found is not None
    assert found.position == 2
    assert await who(store, number) == ([1], [3, 2])


async def test_what_is_cancelled_over_or_gone_takes_nobody(store: Store) -> None:
    over, gone = await planned(store, starts_at=NOW - timedelta(days=1)), await planned(store)
    async with store.transaction() as connection:
        await hub.cancel(connection, gone)
    answers = [(await says(store, 1, number))[0] for number in (over, gone)]
    assert [one.answer for one in answers if one is not None] == [Over(), Cancelled()]
    assert (await says(store, 1, 999))[0] is None
    assert await who(store, over) == await who(store, gone) == ([], [])


async def test_places_that_staff_add_go_to_the_list(store: Store) -> None:
    number = await planned(store, capacity=1)
    for account in (1, 2, 3, 4):
        await says(store, account, number)
    async with store.transaction() as connection:
        await hub.change(connection, number, capacity=3)
        assert await attending.fill(Speech(connection, NOW), LONDON, number) == 2
    assert await who(store, number) == ([1, 2, 3], [4])


async def test_everybody_who_comes_or_waits_hears_of_a_change_once(store: Store) -> None:
    number = await planned(store, capacity=1)
    await heard_of(store, 1, 2, 3)
    for account in (1, 2, 3):
        await says(store, account, number)
    await says(store, 3, number, comes=False)
    async with store.transaction() as connection:
        await hub.change(connection, number, starts_at=TUESDAY + timedelta(hours=1), place="The library")
        speech = Speech(connection, NOW)
        assert await attending.told_of_change(speech, LONDON, number, Change.MOVED) == 2
        assert await attending.told_of_change(speech, LONDON, number, Change.MOVED) == 0
    assert "15:00" in texts_to(speech.outgoing, 1)
    assert "The library" in texts_to(speech.outgoing, 2)
    assert texts_to(speech.outgoing, 3) == ""
    assert [one.chat_id for one in speech.outgoing if FILES in one.payload] == [1]


async def test_a_cancellation_says_why_and_takes_it_out_of_the_calendar(store: Store) -> None:
    number = await planned(store)
    await heard_of(store, 1)
    await says(store, 1, number)
    async with store.transaction() as connection:
        await hub.cancel(connection, number, "The heating is broken.")
        speech = Speech(connection, NOW)
        await attending.told_of_change(speech, LONDON, number, Change.CANCELLED)
    assert "Why: The heating is broken." in texts_to(speech.outgoing, 1)
    _, data = attending.calendar_file(await _get(store, number), cancelled=True)
    written = base64.b64decode(data[FILES]["document"][1])
    assert b"STATUS:CANCELLED" in written
    assert b"SEQUENCE:1" in written


async def _get(store: Store, number: int) -> drop_ins.DropIn:
    async with store.reading() as connection:
        found = await drop_ins.get(connection, number)
    assert found is not None
    return found


async def test_who_asked_for_quiet_or_has_no_private_chat_hears_nothing(sqlite_store: Store) -> None:
    store = sqlite_store
    number = await planned(store)
    async with store.transaction() as connection:
        row = await people.add(
            connection, NOW, EnrolmentState.ENROLLED, telegram_id=5, name="Jade", stopped_at=NOW, confirmed_at=NOW
        )
        await people.give_role(connection, NOW, row, Role.YOUNG_PERSON, None)
        jade = await people.actor(connection, 5)
    await says(store, 5, number, actor=jade)
    await says(store, 6, number)
    async with store.transaction() as connection:
        speech = Speech(connection, NOW)
        await hub.change(connection, number)
        assert await attending.told_of_change(speech, LONDON, number, Change.MOVED) == 0
    assert speech.outgoing == []


async def test_only_who_has_not_joined_leaves_a_name_and_it_is_sealed(sqlite_store: Store, tmp_path: Path) -> None:
    store = sqlite_store
    number = await planned(store)
    async with store.transaction() as connection:
        row = await people.add(connection, NOW, EnrolmentState.ENROLLED, telegram_id=5, name="Jade", confirmed_at=NOW)
        jade = await people.actor(connection, 5)
    await says(store, 5, number, actor=jade)
    await says(store, 6, number)
    there = await _coming(store, number)
    assert [(one.person_id, one.name) for one in there] == [(row, ""), (None, "Person 6")]
    assert b"Person 6" not in (tmp_path / "bot.sqlite3").read_bytes()


PRESSES = st.lists(st.tuples(st.integers(1, 6), st.booleans()), max_size=40)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(presses=PRESSES, capacity=st.integers(0, 4))
def test_however_people_press_the_places_are_kept_and_the_list_stays_in_order(
    tmp_path_factory: pytest.TempPathFactory, presses: list[tuple[int, bool]], capacity: int
) -> None:
    asyncio.run(_pressed(tmp_path_factory.mktemp("presses"), presses, capacity))


async def _pressed(folder: Path, presses: list[tuple[int, bool]], capacity: int) -> None:
    """The same presses against a list of our own."""
    store = Store(f"sqlite+inloop:///{folder}/b.sqlite3", VAULT)
    await schema.prepare(store, NOW)
    number = await planned(store, capacity=capacity)
    coming: list[int] = []
    waiting: list[int] = []
    for account, comes in presses:
        await says(store, account, number, comes=comes)
        if comes and account not in (*coming, *waiting):
            (coming if len(coming) < capacity else waiting).append(account)
        elif not comes:
            coming = [one for one in coming if one != account]
            waiting = [one for one in waiting if one != account]
            while waiting and len(coming) < capacity:
                coming.append(waiting.pop(0))
        there, on_list = await who(store, number)
        assert (sorted(there), on_list) == (sorted(coming), waiting)
    async with store.reading() as connection:
        said = await drop_ins.said_by(connection, 1, [number])
    assert said.get(number) is (
        PlaceState.COMING
        if 1 in coming
        else PlaceState.WAITING
        if 1 in waiting
        else PlaceState.NOT_COMING
        if any(account == 1 for account, _ in presses)
        else None
    )
    await store.close()
