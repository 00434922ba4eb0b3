"""What a young person chooses: each choice is kept sealed, shown truly, theirs alone, and can be taken back."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from bot import composing
from bot.audience import Audience
from bot.composing import Choice, Composed
from bot.message import plain
from bot.models import NoticeKind, Role
from bot.notice import CAN_BE_MUTED
from bot.press import read
from bot.store import notices
from bot.store.notices import Chosen
from bot.store.outbox import Outgoing
from content.texts import choices as texts
from tests.conftest import NOW, VAULT
from tests.desk import Desk, open_desk

JADE, PRIYA, STRANGER, LOUNGE = 21, 22, 23, -1001


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
        await made.enrol(PRIYA, "Priya Nair", Role.ADVISER)
        yield made


async def chosen(desk: Desk) -> Chosen:
    async with desk.store.reading() as connection:
        return (await notices.choices(connection, [1])).get(1, Chosen())


def words(sent: list[Outgoing]) -> str:
    return "\n".join(call.payload.get("text", "") for call in sent)


def data(sent: list[Outgoing], label: str) -> str:
    """What the button with these words sends, under the last message that has it."""
    buttons = [
        button
        for call in sent
        for row in call.payload.get("reply_markup", {}).get("inline_keyboard", [])
        for button in row
    ]
    return str(next(button["callback_data"] for button in reversed(buttons) if label in button["text"]))


async def test_interests_are_chosen_and_taken_back_by_taps(desk: Desk) -> None:
    home = await desk.says(JADE, "/interests")
    assert texts.INTERESTS_NONE in words(home)
    kinds = await desk.presses(JADE, data(home, texts.KINDS_BUTTON))
    kinds = await desk.presses(JADE, data(kinds, "Courses"))
    kinds = await desk.presses(JADE, data(kinds, "Work placements"))
    assert (await chosen(desk)).interests == {"course", "work placement"}
    kinds = await desk.presses(JADE, data(kinds, "✓ Courses"))
    assert (await chosen(desk)).interests == {"work placement"}
    topics = await desk.presses(JADE, data(await desk.presses(JADE, data(kinds, "Back")), texts.TOPICS_BUTTON))
    home = await desk.presses(JADE, data(await desk.presses(JADE, data(topics, "Money")), "Back"))
    assert "Interests: Work placements, Money" in words(home)


async def test_every_kind_of_notice_can_be_muted_and_turned_on_again(desk: Desk) -> None:
    screen = await desk.presses(JADE, data(await desk.says(JADE, "/interests"), texts.GETS_BUTTON))
    for kind in CAN_BE_MUTED:
        screen = await desk.presses(JADE, data(screen, texts.KIND_NAMES[kind]))
    assert (await chosen(desk)).muted == set(CAN_BE_MUTED)
    assert texts.GETS_NOTHING in words(await desk.presses(JADE, data(screen, "Back")))
    screen = await desk.presses(JADE, data(screen, texts.KIND_NAMES[NoticeKind.WHATS_ON]))
    assert (await chosen(desk)).muted == set(CAN_BE_MUTED) - {NoticeKind.WHATS_ON}


async def test_a_part_of_town_is_kept_and_can_be_taken_away(desk: Desk) -> None:
    area = await desk.presses(JADE, data(await desk.says(JADE, "/interests"), texts.AREA_BUTTON))
    asked = await desk.presses(JADE, data(area, texts.AREA_WRITE))
    assert words(asked).strip() == texts.AREA_WANTED
    assert "Noted: St. Mary's." in words(await reply(desk, "St. Mary's"))
    home = await desk.says(JADE, "/interests")
    assert "Part of town: St. Mary's" in words(home)
    area = await desk.presses(JADE, data(home, texts.AREA_BUTTON))
    await desk.presses(JADE, data(area, texts.AREA_REMOVE))
    assert (await chosen(desk)).area is None


async def reply(desk: Desk, text: str) -> list[Outgoing]:
    body = desk.message(JADE, text, reply_to=5)
    body["message"]["reply_to_message"]["text"] = texts.AREA_WANTED
    return (await desk.handle([body]))[0]


@pytest.mark.parametrize("typed", ["12 Mill Lane", "NM1 4QT", "x" * 41, "me@home", "http://x.y", "🙂"])
async def test_what_looks_like_an_address_is_not_kept(desk: Desk, typed: str) -> None:
    assert words(await reply(desk, typed)) == texts.AREA_BAD
    assert await chosen(desk) == Chosen()


async def test_being_a_parent_may_be_left_unsaid_again(desk: Desk) -> None:
    screen = await desk.presses(JADE, data(await desk.says(JADE, "/interests"), texts.PARENT_BUTTON))
    for label, kept in ((texts.PARENT_YES, True), (texts.PARENT_NO, False), (texts.PARENT_RATHER_NOT, None)):
        screen = await desk.presses(JADE, data(screen, label))
        assert (await chosen(desk)).parent is kept
        assert data(screen, f"✓ {label}")


async def test_a_break_lasts_two_weeks_and_says_what_still_comes(desk: Desk) -> None:
    said = await desk.says(JADE, "/pause")
    assert "I start again on Monday 7 December." in words(said)
    assert "people are still told" in words(said)
    assert (await chosen(desk)).paused_until == NOW + timedelta(days=14)
    desk.clock.moment = NOW + timedelta(days=3)
    again = await desk.says(JADE, "/pause")
    assert "on a break until Monday 7 December" in words(again)
    assert (await chosen(desk)).paused_until == NOW + timedelta(days=14)
    await desk.presses(JADE, data(again, texts.GO_ON_BUTTON))
    assert (await chosen(desk)).paused_until is None


async def test_a_break_that_is_over_can_be_taken_again_and_keeps_the_other_choices(desk: Desk) -> None:
    async with desk.store.transaction() as connection:
        await notices.choose(connection, 1, Chosen(frozenset({"job"}), area="Eastside", paused_until=NOW))
    assert "You are on a break" not in words(await desk.says(JADE, "/interests"))
    await desk.says(JADE, "/pause")
    after = await chosen(desk)
    assert after == Chosen(frozenset({"job"}), area="Eastside", paused_until=NOW + timedelta(days=14))


async def noticed(desk: Desk, kind: NoticeKind = NoticeKind.WHATS_ON) -> str:
    """A notice of this kind has arrived; what its small button sends."""
    async with desk.store.transaction() as connection:
        number = await notices.add(connection, NOW, kind, Audience(people=True), NOW.date(), "10:00")
    return desk.signed("fewer", number, JADE)


async def test_fewer_of_these_mutes_a_kind_and_pressed_again_leaves_it_muted(desk: Desk) -> None:
    asked = await desk.presses(JADE, await noticed(desk))
    assert [call.method for call in asked] == ["answerCallbackQuery", "sendMessage"]
    for _ in range(2):
        said = await desk.presses(JADE, data(asked, 'No more "What\'s on each week"'))
        assert "I send you no more" in words(said)
    assert (await chosen(desk)).muted == {NoticeKind.WHATS_ON}


async def test_fewer_of_these_leads_to_a_break_to_all_choices_and_to_nothing(desk: Desk) -> None:
    asked = await desk.presses(JADE, await noticed(desk))
    assert texts.LEFT in words(await desk.presses(JADE, data(asked, texts.LEAVE_BUTTON)))
    assert await chosen(desk) == Chosen()
    assert "What would you like to hear about?" in words(await desk.presses(JADE, data(asked, texts.ALL_BUTTON)))
    await desk.presses(JADE, data(asked, texts.PAUSE_TWO_WEEKS))
    assert (await chosen(desk)).paused_until == NOW + timedelta(days=14)


@pytest.mark.parametrize("who", [PRIYA, STRANGER])
async def test_nobody_else_chooses_anything(desk: Desk, who: int) -> None:
    for command in ("/interests", "/pause"):
        assert words(await desk.says(who, command)) == texts.NOT_JOINED
    for verb, more in (("choose", "gets"), ("chosen", "gets/0"), ("break", "on"), ("mute", "0"), ("fewer", "")):
        (answer,) = await desk.presses(who, desk.signed(verb, 1, who, more))
        assert answer.payload["text"] == texts.OLD_SCREEN
    assert await chosen(desk) == Chosen()


@pytest.mark.parametrize("more", ["gets/99", "kinds/99", "kinds/", "parent/maybe", "nothing/1", ""])
async def test_a_button_of_a_screen_that_has_changed_changes_nothing(desk: Desk, more: str) -> None:
    (answer,) = await desk.presses(JADE, desk.signed("chosen", 1, JADE, more))
    assert answer.payload["text"] == texts.OLD_SCREEN
    assert await chosen(desk) == Chosen()


async def test_in_a_group_nothing_of_it_is_said(desk: Desk) -> None:
    await desk.says(JADE, "/pause")
    for command in ("/interests", "/pause"):
        said = words(await desk.says(JADE, f"{command}@compass_practice_bot", chat=LOUNGE))
        assert "break" not in said
        assert "Interests" not in said


def test_the_small_button_stands_in_private_below_the_others() -> None:
    composed = Composed(plain("x"), ((Choice("Yes", "interested", 3),),), private=((Choice("No", "jobnot", 3),),))
    last = Choice(texts.FEWER, "fewer", 9)
    ((_, private),) = composing.calls(composed, VAULT, JADE, NOW, last)
    ((_, public),) = composing.calls(composed, VAULT, LOUNGE, NOW)
    rows = [row[0] for row in private["reply_markup"]["inline_keyboard"]]
    assert [one["text"] for one in rows] == ["Yes", "No", texts.FEWER]
    assert getattr(read(VAULT, rows[-1]["callback_data"], JADE, NOW), "verb", None) == "fewer"
    assert [row[0]["text"] for row in public["reply_markup"]["inline_keyboard"]] == ["Yes"]
