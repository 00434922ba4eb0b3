"""What is read in an update that can't be stored, and what its writer is told: only what is true then."""

from __future__ import annotations

import threading
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import knowledge, reloading
from bot.safety import Gate
from bot.store import inbox
from content.readability import grade, sentences
from content.safety import KINDS, BrokenSafety, SafetyContent
from content.texts import escalation as escalation_texts
from content.texts import safety as texts
from handlers.early_card import EarlyReader
from tests.bot.test_inbox import said
from tests.content.test_escalation_texts import NEVER, filled
from tests.desk import Desk, open_desk

URGENT = "i want to kill myself"
GROUP = {"id": -100, "type": "supergroup"}


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        yield made


@pytest.fixture
def reader(desk: Desk) -> EarlyReader:
    return EarlyReader(desk.service)


async def card_of(reader: EarlyReader, body: dict[str, Any], *, for_good: bool = False) -> str:
    early = await reader(body, for_good)
    return early.card.text if early is not None and early.card is not None else ""


async def test_words_of_danger_get_their_card_and_the_truth_that_nobody_knows_yet(reader: EarlyReader) -> None:
    card = await card_of(reader, said(1, text=URGENT))
    assert "999" in " ".join(card.split()[:20])
    assert "nobody in the team has been told yet" in card
    assert escalation_texts.NOBODY_TOLD_ON_CARD not in card


async def test_an_edit_and_a_caption_are_read_too(reader: EarlyReader) -> None:
    message = said(1, text=URGENT)["message"]
    assert await card_of(reader, {"update_id": 1, "edited_message": message})
    photo = {**{key: value for key, value in message.items() if key != "text"}, "caption": URGENT}
    assert await card_of(reader, {"update_id": 2, "message": photo})


async def test_in_a_group_the_card_goes_to_the_writer_alone_and_the_line_to_nobody(reader: EarlyReader) -> None:
    update = said(1, text=URGENT)
    update["message"]["chat"] = GROUP
    early = await reader(update, False)
    assert early is not None
    assert (early.to, early.line) == (7, None)
    assert early.card is not None


@pytest.mark.parametrize("sender", [None, {}, {"id": "7"}, {"id": -5}, {"id": 7, "is_bot": True}, "x"])
async def test_where_there_is_nobody_to_write_to_nothing_is_said(reader: EarlyReader, sender: Any) -> None:
    update = said(1, text=URGENT)
    update["message"]["from"] = sender
    assert await reader(update, False) is None
    assert await reader({"update_id": 1, "message": sender}, False) is None


async def test_an_ordinary_message_has_no_card_and_a_line_for_later(reader: EarlyReader) -> None:
    early = await reader(said(1, text="do i have to pay council tax"), False)
    assert early is not None
    assert early.card is None
    assert early.line is not None
    assert early.line.text.startswith("Sorry. I can't save what you write right now")


async def test_messages_of_the_last_ten_minutes_are_read_together(
    reader: EarlyReader, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[list[str]] = []
    monkeypatch.setattr(Gate, "assess", lambda self, words, earlier: heard.append(earlier))
    await reader(said(1, text="one"), False)
    await reader(said(2, chat_id=8, text="somebody else"), False)
    await reader(said(3, text="two"), False)
    desk.clock.moment += inbox.RECENT + timedelta(seconds=1)
    await reader(said(4, text="three"), False)
    assert heard == [[], [], ["one"], []]


@pytest.mark.parametrize("hangs", [False, True])
async def test_a_gate_that_breaks_or_hangs_is_never_nothing(
    reader: EarlyReader, hangs: bool, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    release = threading.Event()

    def assess(*_: object) -> None:
        if not hangs:
            raise RuntimeError(URGENT)
        release.wait()

    monkeypatch.setattr(Gate, "assess", assess)
    monkeypatch.setattr("handlers.early_card.GATE_SECONDS", 0.01)
    assert "Something went wrong on my side" in await card_of(reader, said(1, text="hello"))
    assert URGENT not in caplog.text
    release.set()


async def test_without_any_card_that_can_be_read_the_last_resort_stands(
    reader: EarlyReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        raise KeyError("fault")

    monkeypatch.setattr(SafetyContent, "card", broken)
    assert "116 123" in await card_of(reader, said(1, text=URGENT))


async def test_what_is_given_up_for_good_promises_nothing(reader: EarlyReader) -> None:
    card = await card_of(reader, said(1, text=URGENT), for_good=True)
    assert escalation_texts.NOBODY_TOLD_ON_CARD in card
    assert "I keep trying" not in card


async def test_not_safe_is_answered_and_other_presses_are_not(reader: EarlyReader) -> None:
    press = {"id": "1", "from": {"id": 7}, "message": said(1)["message"], "data": "safe:no"}
    assert (await card_of(reader, {"update_id": 1, "callback_query": press})).startswith("Call 999 now.")
    assert not await card_of(reader, {"update_id": 2, "callback_query": {**press, "data": "safe:yes"}})


@pytest.mark.parametrize("kind", [*KINDS, "worried", "fault"])
@pytest.mark.parametrize("told", [texts.NOT_TOLD_YET, texts.NOT_SAVED_YET])
async def test_every_card_can_say_it(desk: Desk, kind: str, told: str) -> None:
    card = desk.service.safety.card(kind, gaps={**desk.service.council.gaps, "told": told})
    assert told in card.text
    assert card.text.endswith("safe right now?")
    assert len(card.text) < 4000


@pytest.mark.parametrize("text", [texts.NOT_TOLD_YET, texts.NOT_SAVED_YET, texts.NOT_SAVED])
def test_it_is_easy_to_read_and_promises_nothing_else(text: str) -> None:
    shown = filled(text)
    assert not [sentence for sentence in sentences(shown) if len(sentence.split()) > 20]
    assert grade(shown) <= 5.5
    assert not [word for word in NEVER if word in text.lower()]
    assert "!" not in text


async def test_neither_a_start_nor_a_reload_takes_a_safety_folder_without_its_cards(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "content" / "safety").mkdir(parents=True)
    monkeypatch.setattr(knowledge, "ROOT", tmp_path)
    with pytest.raises(BrokenSafety):
        knowledge.load(desk.service.settings)
    before = desk.service.known
    assert isinstance(await reloading.reload(desk.service), reloading.Kept)
    assert desk.service.known is before
