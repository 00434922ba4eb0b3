"""The early card: once, at Telegram's pace, with the outbox's policy, and never after it stopped being true."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from bot import outcome
from bot.early_card import LINE_AFTER, LINE_EVERY, OWED, Early, EarlyCards, Watch
from bot.errors import Conflict, Gone, NotSent, TooMany, Unclear
from bot.in_time import in_time
from bot.inbox import Polling, read
from bot.message import plain
from bot.pace import Pace
from bot.store.engine import Store, TelegramTurn
from content.texts.delivery import AGAIN
from tests.bot.test_inbox import box, said
from tests.fakes import MovableClock, ScriptedTelegram

URGENT = "urgent"


@dataclass
class Cards:
    """Early cards before a scripted Telegram; `urgent` words get a card, `nothing` nobody can be written to."""

    telegram: ScriptedTelegram = field(default_factory=ScriptedTelegram)
    clock: MovableClock = field(default_factory=MovableClock)
    pace: Pace = field(default_factory=lambda: Pace(1000))
    reads: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.early = EarlyCards(self.telegram, self.pace, self.clock, self._read)

    async def _read(self, body: dict[str, Any], for_good: bool) -> Early | None:
        self.reads.append(body["update_id"])
        words, to = body["message"]["text"], body["message"]["chat"]["id"]
        if words == "broken":
            raise RuntimeError(words)
        if words == "nothing":
            return None
        card = plain("card for good" if for_good else "card") if words == URGENT else None
        return Early(to, card, plain("line"))

    def fails(self, *updates: dict[str, Any], for_good: bool = False) -> None:
        self.early.failed([read(update) for update in updates], for_good=for_good)

    async def rest(self) -> list[str]:
        """Wait until nothing is on its way; returns what was said."""
        async with asyncio.timeout(10):
            while self.early._tasks:
                await asyncio.sleep(0.001)
        return self.telegram.texts()


@pytest.fixture
async def cards(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Cards]:
    monkeypatch.setattr("bot.pace.CHAT_SECONDS", 0.0)
    monkeypatch.setattr(outcome, "NOT_SENT_SECONDS", (0,))
    monkeypatch.setattr(outcome, "CRISIS_REPEAT_SECONDS", 0)
    made = Cards()
    yield made
    await made.early.end()


async def test_the_same_update_gets_one_card_however_often_it_fails(cards: Cards) -> None:
    for _ in range(5):
        cards.fails(said(1, text=URGENT))
        await cards.rest()
    assert cards.telegram.texts() == ["card"]
    assert cards.reads == [1]


async def test_ordinary_words_and_words_of_nobody_get_nothing_early(cards: Cards) -> None:
    cards.fails(said(1), said(2, text="nothing"))
    assert await cards.rest() == []


async def test_a_reader_that_breaks_over_one_update_keeps_nobody_else_from_the_card(
    cards: Cards, caplog: pytest.LogCaptureFixture
) -> None:
    cards.fails(said(1, text="broken"), said(2, 8, URGENT))
    assert await cards.rest() == ["card"]
    assert "RuntimeError" in caplog.text
    assert "broken" not in caplog.text


async def test_a_flood_from_one_person_has_one_card_on_its_way_at_a_time_and_silences_nobody(cards: Cards) -> None:
    cards.fails(*(said(number, 7, URGENT) for number in range(1000)), said(1000, 8, URGENT))
    await cards.rest()
    assert cards.telegram.texts(8) == ["card"]
    assert 1 <= len(cards.telegram.texts(7)) < 1000


@pytest.mark.parametrize(
    ("error", "texts"),
    [
        (NotSent("no line"), ["card", "card"]),
        (TooMany(0), ["card", "card"]),
        (Unclear("502"), ["card", f"card\n\n{AGAIN}"]),
        (Gone("blocked"), ["card"]),
    ],
)
async def test_a_send_that_fails_once_follows_the_policy_of_the_outbox(
    cards: Cards, error: Exception, texts: list[str]
) -> None:
    answers: list[Any] = [error]
    cards.telegram.script = lambda *_: answers.pop() if answers else {"message_id": 1}
    cards.fails(said(1, text=URGENT))
    assert await cards.rest() == texts


async def test_trying_ends_when_telegram_stays_away(cards: Cards, caplog: pytest.LogCaptureFixture) -> None:
    cards.telegram.script = lambda *_: NotSent("no line")
    cards.fails(said(1, text=URGENT))
    assert len(await cards.rest()) == 6
    assert "given up" in caplog.text


async def test_the_card_waits_for_room_and_counts_against_the_pace(cards: Cards) -> None:
    cards.pace.per_second = 1
    cards.pace.started(0.0)
    cards.fails(said(1, text=URGENT))
    for _ in range(20):
        await asyncio.sleep(0)
    assert cards.telegram.texts() == []
    cards.pace.dropped()
    assert await cards.rest() == ["card"]
    assert len(cards.pace._all) == 1


async def test_once_the_update_is_handled_no_early_card_goes_out_any_more(cards: Cards) -> None:
    cards.pace.per_second = 0
    cards.fails(said(1, text=URGENT), said(2, 8, URGENT))
    await asyncio.sleep(0.01)
    cards.early.handled([read(said(1, text=URGENT))])
    cards.pace.per_second = 1000
    await cards.rest()
    assert (cards.telegram.texts(7), cards.telegram.texts(8)) == ([], ["card"])


async def test_an_ordinary_message_gets_one_line_an_hour_once_the_fault_has_lasted(cards: Cards) -> None:
    cards.fails(said(1))
    assert await cards.rest() == []
    cards.clock.moment += LINE_AFTER
    for number in (1, 1, 2):
        cards.fails(said(number))
        await cards.rest()
    assert cards.telegram.texts() == ["line"]
    cards.clock.moment += LINE_EVERY
    cards.fails(said(2))
    assert await cards.rest() == ["line", "line"]


async def test_what_was_stored_in_between_ends_the_fault(cards: Cards) -> None:
    cards.fails(said(1))
    cards.early.stored()
    cards.clock.moment += LINE_AFTER + timedelta(seconds=1)
    cards.fails(said(2))
    assert await cards.rest() == []


async def test_a_block_that_takes_too_long_is_not_waited_for(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.early_card.PATIENCE_SECONDS", 0.0)
    update = read(said(1, text=URGENT))
    with cards.early.late(lambda: [update]):
        async with asyncio.timeout(10):
            while not cards.telegram.texts():
                await asyncio.sleep(0.001)


async def test_a_block_that_ends_in_time_gives_no_card(cards: Cards) -> None:
    with cards.early.late(lambda: [read(said(1, text=URGENT))]):
        await asyncio.sleep(0)
    assert await cards.rest() == []


async def test_a_card_that_waits_in_an_outbox_nobody_can_read_comes_early_too(cards: Cards) -> None:
    update = read(said(1, 7, URGENT))
    cards.early.handled([update], [(7, update)])
    cards.early.failed(())
    assert await cards.rest() == ["card"]


async def test_a_card_that_went_out_or_is_long_past_is_not_said_again(cards: Cards) -> None:
    first, second = read(said(1, 7, URGENT)), read(said(2, 8, URGENT))
    cards.early.handled([first, second], [(7, first), (8, second)])
    cards.early.claimed(7)
    cards.clock.moment += OWED
    cards.early.failed(())
    assert await cards.rest() == []


async def test_what_will_never_be_handled_says_so(cards: Cards) -> None:
    cards.fails(said(1, text=URGENT), for_good=True)
    assert await cards.rest() == ["card for good"]


async def test_what_is_remembered_has_a_bound(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.early_card.REMEMBERED", 10)
    for number in range(30):
        cards.fails(said(number, number + 1))
    await cards.rest()
    assert len(cards.early._seen) == 10
    assert not cards.early._tasks


def test_every_word_of_the_one_that_does_nothing_is_known_to_the_real_one() -> None:
    words = {name for name in vars(Watch) if not name.startswith("_")}
    assert words <= vars(EarlyCards).keys()


async def test_receiving_goes_on_without_the_turn_until_another_process_is_seen(store: Store) -> None:
    turn = TelegramTurn(store)
    await turn.take()
    turn.held.clear()  # as when the database goes away
    answers: list[Any] = [[], [], Conflict("terminated by other getUpdates request")]
    telegram = ScriptedTelegram(script=lambda *_: answers.pop(0))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.inbox.PAUSES", (0.0,))
        polling = asyncio.create_task(Polling(telegram, box(store, []), turn, wait_seconds=0).run())
        async with asyncio.timeout(10):
            while turn.listening.is_set():
                await asyncio.sleep(0.001)
        for _ in range(20):
            await asyncio.sleep(0)
        assert answers == []
        polling.cancel()
    with suppress(asyncio.CancelledError):
        await polling
    await turn.give_back()


async def test_work_in_time_returns_or_raises_what_it_does() -> None:
    def fails() -> None:
        raise ValueError("no")

    assert await in_time(10, lambda number: number + 1, 1) == 2
    with pytest.raises(ValueError, match="no"):
        await in_time(10, fails)


async def test_work_that_hangs_is_not_waited_for() -> None:
    release = threading.Event()
    with pytest.raises(TimeoutError):
        await in_time(0.01, release.wait)
    release.set()
