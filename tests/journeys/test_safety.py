"""Words of danger: the card comes first, alone, and a group learns nothing."""

import pytest

from bot.app import Bot
from tests.driver import BOT_NAME, Phone

pytestmark = pytest.mark.usefixtures("bot")


@pytest.mark.parametrize("words", ["i want to die", "i wanna kill myself also whats my bursary", "my bf hits me"])
async def test_words_of_danger_get_the_card_first_and_nothing_else(jade: Phone, tom: Phone, words: str) -> None:
    card = await jade.asks(words)
    assert "999" in " ".join(card.split()[:20])
    assert jade.labels() == ["I'm safe right now", "I'm not safe", "That was a mistake"]
    assert await jade.hears_nothing_before(tom, "whats the hub")


async def test_danger_in_an_edit_or_a_caption_is_read_too(jade: Phone) -> None:
    message = await jade.says("can i get driving lessons")
    await jade.hears()
    await jade.edits(message, "i want to die")
    assert "999" in (await jade.hears())["text"]
    await jade.says(photo=True, caption="i want to kill myself")
    assert "999" in (await jade.hears())["text"]


async def test_a_mistake_is_forgiven_and_the_numbers_stay(jade: Phone) -> None:
    await jade.asks("i want to die")
    await jade.taps("That was a mistake")
    assert (await jade.hears())["text"].startswith("Okay. No harm done.")


async def test_someone_who_is_not_safe_is_told_to_call_999(jade: Phone) -> None:
    await jade.asks("i want to die")
    await jade.taps("I'm not safe")
    assert (await jade.hears())["text"].startswith("Call 999 now.")


async def test_in_a_group_danger_looks_like_any_private_matter(jade: Phone, jade_in_the_group: Phone) -> None:
    await jade_in_the_group.says(f"/ask@{BOT_NAME} is my adviser back")
    private = await jade_in_the_group.hears()
    await jade_in_the_group.says(f"/ask@{BOT_NAME} i want to die")
    urgent = await jade_in_the_group.hears()
    differs = {"message_id", "date"}
    assert {k: v for k, v in private.items() if k not in differs} == {
        k: v for k, v in urgent.items() if k not in differs
    }
    assert "999" in (await jade.hears())["text"]


async def test_a_broken_gate_yields_the_card_and_never_an_answer(
    jade: Phone, bot: Bot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the gate is broken")

    monkeypatch.setattr(type(bot._service.gate), "assess", broken)
    assert "999" in await jade.asks("do i have to pay council tax")


async def test_a_broken_answer_yields_the_card_too(jade: Phone, bot: Bot, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the matcher is broken")

    monkeypatch.setattr(type(bot._service.matcher), "rank", broken)
    assert "999" in await jade.asks("do i have to pay council tax")
