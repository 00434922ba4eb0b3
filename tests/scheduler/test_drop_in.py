"""Reminders and "did you get there?", under time travel on both databases: each once, and never too late or too early."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from bot import attending, my_data
from bot.models import Lane, Place, Role
from bot.store import chats, outbox
from bot.store.engine import Store
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from scheduler import drop_in
from tests import hub
from tests.conftest import NOW
from tests.joining import JADE, KAI, PRIYA, Joining

TUESDAY = datetime(2026, 11, 24, 14, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest.fixture
def joining(store: Store) -> Joining:
    return Joining(store)


@pytest.fixture
def on_sqlite(sqlite_store: Store) -> Joining:
    return Joining(sqlite_store)


async def planned(joining: Joining, starts_at: datetime = TUESDAY) -> int:
    async with joining.speaking() as speech:
        return await hub.drop_in(speech.connection, starts_at)


async def comes(joining: Joining, number: int, who: Actor, *, really: bool = True) -> None:
    async with joining.speaking() as speech:
        await attending.answer(speech, joining.council.zone, number, who, who.name, comes=really)


async def passes(joining: Joining, *, hours: int, minutes: int = 30) -> list[tuple[str, str]]:
    """Time passes; what Jade hears meanwhile, with the local hour."""
    heard = []
    for _ in range(hours * 60 // minutes):
        await drop_in.remind(joining.service)
        await drop_in.ask_afterwards(joining.service)
        at = joining.clock.moment.astimezone(joining.council.zone)
        heard += [(f"{at:%a %H:%M}", text.split(":")[0].split("?")[0]) for text in joining.heard(JADE)]
        joining.clock.pass_(minutes * 60)
    return heard


def hours_of(heard: Sequence[tuple[str, str]]) -> list[str]:
    return [at for at, _ in heard]


async def test_the_day_before_in_the_morning_and_afterwards_each_once(joining: Joining) -> None:
    jade = await joining.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
    await comes(joining, await planned(joining), jade)
    assert await passes(joining, hours=72) == [
        ("Mon 17:00", "Tomorrow"),
        ("Tue 09:00", "Today"),
        ("Tue 18:00", "You said you would come to Job club. Did you get there"),
    ]


async def test_whoever_says_yes_after_that_moment_is_not_reminded_of_it(on_sqlite: Joining) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite)
    on_sqlite.clock.moment = datetime(2026, 11, 23, 18, tzinfo=UTC)
    await comes(on_sqlite, number, jade)
    assert hours_of(await passes(on_sqlite, hours=20)) == ["Tue 09:00"]


async def test_whoever_cannot_make_it_hears_nothing_more(on_sqlite: Joining) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    assert hours_of(await passes(on_sqlite, hours=8)) == ["Mon 17:00"]
    await comes(on_sqlite, number, jade, really=False)
    assert await passes(on_sqlite, hours=72) == []


@pytest.mark.parametrize("quiet", ["stopped_at", "quiet_until"])
async def test_somebody_who_asked_for_quiet_hears_nothing(on_sqlite: Joining, quiet: str) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    await on_sqlite.change(JADE, **{quiet: NOW + timedelta(days=9)})
    assert await passes(on_sqlite, hours=72) == []


async def test_a_cancelled_one_reminds_nobody(on_sqlite: Joining) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    async with on_sqlite.speaking() as speech:
        await hub.cancel(speech.connection, number)
    assert await passes(on_sqlite, hours=72) == []


async def test_one_that_moved_to_another_day_reminds_for_that_day(on_sqlite: Joining) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    assert hours_of(await passes(on_sqlite, hours=9)) == ["Mon 17:00"]
    async with on_sqlite.speaking() as speech:
        moved = {"starts_at": TUESDAY + timedelta(days=2), "ends_at": TUESDAY + timedelta(days=2, hours=2)}
        await hub.change(speech.connection, number, **moved)
    assert hours_of(await passes(on_sqlite, hours=96)) == ["Wed 17:00", "Thu 09:00", "Thu 18:00"]


async def test_who_was_ticked_is_not_asked(on_sqlite: Joining) -> None:
    jade, kai = (
        await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON),
        await on_sqlite.enrol(KAI, "Kai", Role.YOUNG_PERSON),
    )
    number = await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    await comes(on_sqlite, number, kai)
    async with on_sqlite.speaking() as speech:
        await speech.connection.execute(update(Place).where(Place.telegram_id == JADE).values(came=True))
    on_sqlite.clock.moment = TUESDAY + 5 * HOUR
    assert await passes(on_sqlite, hours=2) == []
    assert len(on_sqlite.heard(KAI)) == 1


async def test_a_late_end_is_asked_about_the_next_morning(on_sqlite: Joining) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite, TUESDAY + 4 * HOUR)
    await comes(on_sqlite, number, jade)
    on_sqlite.clock.moment = TUESDAY + 6 * HOUR
    assert hours_of(await passes(on_sqlite, hours=24)) == ["Wed 10:00"]


@pytest.mark.parametrize(("back_after", "heard"), [(26, ["Tue 18:00"]), (20, ["Tue 12:00", "Tue 18:00"]), (90, [])])
async def test_after_downtime_nothing_comes_that_is_of_no_use_any_more(
    on_sqlite: Joining, back_after: int, heard: list[str]
) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    on_sqlite.clock.moment = datetime(2026, 11, 23, 16, tzinfo=UTC) + back_after * HOUR
    assert hours_of(await passes(on_sqlite, hours=48)) == heard


async def test_one_message_that_fails_does_not_stop_the_others(
    on_sqlite: Joining, monkeypatch: pytest.MonkeyPatch
) -> None:
    jade, kai = (
        await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON),
        await on_sqlite.enrol(KAI, "Kai", Role.YOUNG_PERSON),
    )
    number = await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    await comes(on_sqlite, number, kai)
    whole = attending.remind

    async def stumbles(speech: object, **given: object) -> None:
        if getattr(given["place"], "telegram_id", None) == JADE:
            raise RuntimeError
        await whole(speech, **given)  # type: ignore[arg-type]

    on_sqlite.clock.moment = TUESDAY - 4 * HOUR
    with monkeypatch.context() as patch:
        patch.setattr(attending, "remind", stumbles)
        await drop_in.remind(on_sqlite.service)
    assert (len(on_sqlite.heard(JADE)), len(on_sqlite.heard(KAI))) == (0, 1)
    await drop_in.remind(on_sqlite.service)
    assert (len(on_sqlite.heard(JADE)), len(on_sqlite.heard(KAI))) == (1, 0)


async def test_somebody_who_has_not_joined_is_reminded_if_they_ever_wrote(on_sqlite: Joining) -> None:
    number = await planned(on_sqlite)
    async with on_sqlite.speaking() as speech:
        await chats.heard_from(speech.connection, JADE, "private", NOW)
    for account in (JADE, PRIYA):
        await comes(on_sqlite, number, Actor(telegram_id=account))
    on_sqlite.clock.moment = TUESDAY - 4 * HOUR
    await drop_in.remind(on_sqlite.service)
    assert (len(on_sqlite.heard(JADE)), len(on_sqlite.heard(PRIYA))) == (1, 0)


async def a_card(joining: Joining, account: int) -> None:
    card = Outgoing(Lane.CRISIS, account, "sendMessage", {"text": "You matter."})
    async with joining.store.transaction() as connection:
        await outbox.add(connection, [card], joining.clock.now())


async def test_within_a_day_of_a_safety_card_nobody_is_reminded_or_asked(on_sqlite: Joining) -> None:
    jade, number = await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON), await planned(on_sqlite)
    await comes(on_sqlite, number, jade)
    on_sqlite.clock.moment = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)
    await a_card(on_sqlite, JADE)
    assert await passes(on_sqlite, hours=24) == []
    await a_card(on_sqlite, JADE)
    assert hours_of(await passes(on_sqlite, hours=48)) == ["Wed 17:00"]


async def test_a_place_that_fell_free_without_a_press_goes_to_the_first_of_the_list(on_sqlite: Joining) -> None:
    jade, kai = (
        await on_sqlite.enrol(JADE, "Jade", Role.YOUNG_PERSON),
        await on_sqlite.enrol(KAI, "Kai", Role.YOUNG_PERSON),
    )
    number = await planned(on_sqlite)
    async with on_sqlite.speaking() as speech:
        await hub.change(speech.connection, number, capacity=1)
    await comes(on_sqlite, number, kai)
    await comes(on_sqlite, number, jade)
    on_sqlite.heard(JADE)
    async with on_sqlite.speaking() as speech:
        await my_data.erase(speech, kai, actor=None)
    await drop_in.remind(on_sqlite.service)
    assert [text for text in on_sqlite.heard(JADE) if "A place is free" in text]
    await drop_in.remind(on_sqlite.service)
    assert on_sqlite.heard(JADE) == []
