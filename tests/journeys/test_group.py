"""In a group: only when spoken to, only what is public, short."""

import pytest

from practice.client import Control
from tests.driver import BOT_NAME, Phone

pytestmark = pytest.mark.usefixtures("bot")


async def test_a_question_by_command_is_answered_shortly_with_a_way_to_go_on_in_private(
    jade_in_the_group: Phone,
) -> None:
    answer = await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    assert "Hub" in answer
    assert "Source:" not in answer
    (button,) = [b for row in jade_in_the_group.last["reply_markup"]["inline_keyboard"] for b in row]
    assert button["text"] == "Ask me privately"
    assert button["url"].startswith(f"https://t.me/{BOT_NAME}?start=entry_")


async def test_the_private_link_opens_the_same_entry(jade: Phone, jade_in_the_group: Phone) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    payload = jade_in_the_group.last["reply_markup"]["inline_keyboard"][0][0]["url"].partition("start=")[2]
    assert "Source:" in await jade.asks(f"/start {payload}")


async def test_a_reply_to_the_bot_is_meant_for_it(jade_in_the_group: Phone) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    said = await jade_in_the_group.asks(
        "and do i have to pay council tax", reply_to=jade_in_the_group.last["message_id"]
    )
    assert "council tax" in said.lower()


async def test_talk_among_the_others_is_left_alone_even_if_the_bot_can_read_it(
    control: Control, jade_in_the_group: Phone, priya_in_the_group: Phone, tom: Phone
) -> None:
    await control.privacy(False)
    await priya_in_the_group.says("does anyone know if i have to pay council tax")
    await jade_in_the_group.says("no idea, i want a pizza")
    assert await jade_in_the_group.hears_nothing_before(tom, "whats the hub")


@pytest.mark.parametrize(
    "question", ["when is my review", "what happens to my asylum claim", "i owe my dealer, is debt bad"]
)
async def test_nobodys_own_matters_are_talked_about(jade_in_the_group: Phone, question: str) -> None:
    said = await jade_in_the_group.asks(f"/ask@{BOT_NAME} {question}")
    assert said == "I can answer that in private."


async def test_a_group_that_becomes_a_supergroup_goes_on_under_its_new_id(
    control: Control, jade_in_the_group: Phone
) -> None:
    await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
    jade_in_the_group.chat = await control.migrate(jade_in_the_group.chat)
    assert "Hub" in await jade_in_the_group.asks(f"/ask@{BOT_NAME} what is the hub")
