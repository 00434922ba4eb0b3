"""/whatson and the buttons under drop-ins, in private and in a group."""

import json
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.models import Audience, PlaceState, Role
from bot.press import button
from bot.store import chats, drop_in_posts, drop_ins, groups, receipts
from bot.store.outbox import FILES, Outgoing
from scheduler import drop_in as by_clock
from tests import hub
from tests.conftest import NOW, VAULT
from tests.desk import Desk, open_desk

JADE, KAI, STRANGER, RUTH = 18, 19, 22, 14
LOUNGE = -1001
TUESDAY = datetime(2026, 11, 24, 14, tzinfo=UTC)
WEEK = timedelta(days=7)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        await made.enrol(RUTH, "Ruth", Role.MANAGER)
        await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
        async with made.speech() as speech:
            group = await groups.note(speech.connection, NOW, LOUNGE, "Lounge", RUTH)
            await groups.register(speech.connection, NOW, group.id, Audience.YOUNG_PEOPLE, None)
            for account in (JADE, KAI):
                await chats.heard_from(speech.connection, account, "private", NOW)
        yield made


async def planned(desk: Desk, starts_at: datetime = TUESDAY, **more: object) -> int:
    async with desk.speech() as speech:
        return await hub.drop_in(speech.connection, starts_at, **more)  # type: ignore[arg-type]


def read(sent: Sequence[Outgoing], *, to: int) -> str:
    """What would be read in one chat, the files aside."""
    shown = [{name: value for name, value in one.payload.items() if name != FILES} for one in sent if one.chat_id == to]
    return "\n".join(json.dumps(one, ensure_ascii=False) for one in shown)


def labels(call: Outgoing) -> list[str]:
    return [one["text"] for row in call.payload["reply_markup"]["inline_keyboard"] for one in row]


def alert(sent: Sequence[Outgoing]) -> str:
    return next(str(one.payload.get("text", "")) for one in sent if one.method == "answerCallbackQuery")


async def press(
    desk: Desk, account: int, verb: str, thing: int, more: str = "", chat: int | None = None
) -> list[Outgoing]:
    data = button(VAULT, "x", verb, thing, chat or account, desk.clock.now(), more=more).press or ""
    return await desk.presses(account, data, chat=chat)


async def state(desk: Desk, number: int, account: int) -> PlaceState | None:
    async with desk.store.reading() as connection:
        return (await drop_ins.said_by(connection, account, [number])).get(number)


async def test_the_week_comes_as_a_picture_whose_words_hold_everything(desk: Desk) -> None:
    await planned(desk, capacity=6)
    await planned(desk, TUESDAY + WEEK, name="Next one")
    (photo,) = await desk.says(STRANGER, "/whatson")
    assert photo.method == "sendPhoto"
    caption = photo.payload["caption"]
    for words in (
        "Tuesday 24 November",
        "Job club, 14:00 to 16:00",
        "With DWP.",
        "The Hub, 12 Mill Lane",
        "your CV",
        "6 places left.",
    ):
        assert words in caption
    assert "Next one" not in caption
    assert labels(photo) == ["Tue 24, 14:00 Job club", "Next week", "Work"]


async def test_a_week_too_long_for_a_caption_comes_below_its_picture(desk: Desk) -> None:
    for hour in range(10):
        await planned(
            desk, TUESDAY + timedelta(hours=hour / 2), place="A place with a long name, and a longer street name"
        )
    photo, words = await desk.says(JADE, "/whatson")
    assert len(photo.payload["caption"]) < 100
    assert words.payload["text"].count("Job club") == 10


async def test_next_week_a_topic_and_a_week_without_anything(desk: Desk) -> None:
    await planned(desk, TUESDAY + WEEK, name="Health hour", topic="health")
    assert "nothing more on this week" in read(await desk.says(JADE, "/whatson"), to=JADE)
    assert "Health hour" in read(await press(desk, JADE, "whatson", 0, "1"), to=JADE)
    assert "Health hour" in read(await press(desk, JADE, "whatson", 0, "t-health"), to=JADE)
    assert "Nothing of this kind" in read(await press(desk, JADE, "whatson", 0, "t-money"), to=JADE)


async def test_what_is_over_is_not_listed_and_what_is_cancelled_says_so(desk: Desk) -> None:
    await planned(desk, NOW - timedelta(hours=3), name="Gone by")
    gone = await planned(desk, name="Called off")
    async with desk.speech() as speech:
        await hub.cancel(speech.connection, gone, "The room is wet.")
    (photo,) = await desk.says(JADE, "/whatson")
    assert "Gone by" not in photo.payload["caption"]
    assert "This one is cancelled: The room is wet." in photo.payload["caption"]
    assert "Called off" not in " ".join(labels(photo))


async def test_im_coming_gives_time_place_map_file_and_a_way_out(desk: Desk) -> None:
    number = await planned(desk, capacity=2)
    sent = await press(desk, JADE, "coming", number)
    message, file = [one for one in sent if one.method in ("sendMessage", "sendDocument")]
    for words in (
        "You're down for it.",
        "Tuesday 24 November, 14:00 to 16:00",
        "Where: The Hub",
        "Bring: your CV",
        "the day before",
    ):
        assert words in message.payload["text"]
    assert labels(message) == ["I can't make it", "Show the map", "What else is on"]
    assert file.payload[FILES]["document"][0] == "drop-in.ics"
    assert await state(desk, number, JADE) is PlaceState.COMING


async def test_pressing_again_says_so_and_sends_nothing_more(desk: Desk) -> None:
    number = await planned(desk)
    await press(desk, JADE, "coming", number)
    for _ in range(20):
        sent = await press(desk, JADE, "coming", number)
        assert [one.method for one in sent] == ["answerCallbackQuery"]
    assert "in already" in alert(sent)


async def test_a_full_one_says_the_number_on_the_list_and_a_place_given_back_calls_the_first(desk: Desk) -> None:
    number = await planned(desk, capacity=1)
    await press(desk, JADE, "coming", number)
    assert "You are number 1" in read(await press(desk, KAI, "coming", number), to=KAI)
    screen = await press(desk, STRANGER, "dropin", number)
    assert "It is full." in read(screen, to=STRANGER)
    assert "Put me on the list" in read(screen, to=STRANGER)
    assert "You are number 1 on the list." in read(await press(desk, KAI, "dropin", number), to=KAI)
    sent = await press(desk, JADE, "notcoming", number)
    assert "I took you off" in read(sent, to=JADE)
    assert "A place is free: you're in." in read(sent, to=KAI)


async def test_what_is_cancelled_over_or_gone_says_so_in_a_sentence(desk: Desk) -> None:
    over, gone = await planned(desk, NOW - timedelta(days=1)), await planned(desk)
    async with desk.speech() as speech:
        await hub.cancel(speech.connection, gone)
    assert "is over" in alert(await press(desk, JADE, "coming", over))
    assert "is cancelled" in alert(await press(desk, JADE, "coming", gone))
    assert "not planned any more" in alert(await press(desk, JADE, "coming", 999))
    assert "not planned any more" in alert(await press(desk, JADE, "dropin", 999))


async def test_the_group_sees_a_count_and_only_the_presser_a_word(desk: Desk) -> None:
    number = await planned(desk, capacity=6)
    (listed,) = await desk.says(STRANGER, "/whatson", chat=LOUNGE)
    assert "6 places left." in listed.payload["text"]
    assert labels(listed) == ["Tue 24, 14:00 Job club", "I can't make it", "See more in private"]
    for account in (JADE, KAI, STRANGER, JADE):
        sent = await press(desk, account, "coming", number, "w", chat=LOUNGE)
        assert read(sent, to=LOUNGE) == ""
    assert await drop_in_of(desk, number) == 3
    await by_clock.show_counts(desk.service)
    (edit,) = await waiting_edits(desk)
    assert "3 coming. 3 places left." in edit
    assert "Jade" not in edit
    await by_clock.show_counts(desk.service)
    assert len(await waiting_edits(desk)) == 1


async def drop_in_of(desk: Desk, number: int) -> int:
    async with desk.store.reading() as connection:
        found = await drop_ins.get(connection, number)
    assert found is not None
    return found.coming


async def waiting_edits(desk: Desk) -> list[str]:
    from bot.store import outbox

    async with desk.store.reading() as connection:
        due = await outbox.due(connection, desk.clock.now(), 100)
    return [one.payload["text"] for one in due if one.method == "editMessageText" and one.chat_id == LOUNGE]


async def test_after_a_press_in_a_group_the_details_come_in_private_to_who_has_such_a_chat(desk: Desk) -> None:
    number = await planned(desk)
    assert "You're down for it." in read(await press(desk, JADE, "coming", number, chat=LOUNGE), to=JADE)
    assert read(await press(desk, STRANGER, "coming", number, chat=LOUNGE), to=STRANGER) == ""


async def test_in_discreet_mode_they_are_covered(desk: Desk) -> None:
    await desk.enrol(31, "Ada", Role.YOUNG_PERSON, discreet=True)
    number = await planned(desk)
    assert "Job club" not in read(await press(desk, 31, "coming", number, chat=LOUNGE), to=31)


async def test_the_same_person_in_private_and_in_the_group_counts_once(desk: Desk) -> None:
    number = await planned(desk)
    await press(desk, JADE, "coming", number)
    assert "in already" in alert(await press(desk, JADE, "coming", number, chat=LOUNGE))
    assert await drop_in_of(desk, number) == 1


async def test_a_group_that_nobody_registered_gets_the_neutral_line(desk: Desk) -> None:
    await planned(desk)
    (said, *_) = await desk.says(STRANGER, "/whatson", chat=-1002)
    assert "Job club" not in read([said], to=-1002)


async def test_a_week_that_is_long_over_is_let_alone(desk: Desk) -> None:
    number = await planned(desk)
    await press(desk, JADE, "coming", number, "w", chat=LOUNGE)
    desk.clock.moment = TUESDAY + timedelta(days=30)
    await by_clock.show_counts(desk.service)
    async with desk.store.reading() as connection:
        assert await drop_in_posts.all_(connection) == []


@pytest.mark.parametrize(
    ("more", "words"), [("yes", "Good to hear"), ("no", "tell your adviser"), ("not", "That's fine")]
)
async def test_the_answer_to_did_you_get_there(desk: Desk, more: str, words: str) -> None:
    number = await planned(desk)
    await press(desk, JADE, "coming", number)
    assert words in read(await press(desk, JADE, "gotthere", number, more), to=JADE)
    async with desk.store.reading() as connection:
        place = await drop_ins.place_of(connection, number, JADE)
    assert place is not None
    assert place.says_came is (more == "yes")
    assert "nothing to answer" in alert(await press(desk, KAI, "gotthere", number, more))


async def test_the_link_under_a_groups_list_opens_this_week(desk: Desk) -> None:
    await planned(desk)
    (listed,) = await desk.says(JADE, "/whatson", chat=LOUNGE)
    links = [one["url"] for row in listed.payload["reply_markup"]["inline_keyboard"] for one in row if "url" in one]
    assert [link.partition("?start=")[2] for link in links] == ["whatson"]
    (photo,) = await desk.says(STRANGER, "/start whatson")
    assert "Job club" in photo.payload["caption"]


async def test_somebody_whom_the_bot_cannot_write_to_is_told_so_when_they_press_in_a_group(desk: Desk) -> None:
    number = await planned(desk, capacity=1)
    assert "write to me in private" in alert(await press(desk, STRANGER, "coming", number, chat=LOUNGE))
    assert "To hear of a free place" in alert(await press(desk, STRANGER + 1, "coming", number, chat=LOUNGE))
    assert "in private" not in alert(await press(desk, KAI, "coming", number, chat=LOUNGE))


async def test_whoever_presses_in_a_group_is_known_to_be_in_it(desk: Desk) -> None:
    number = await planned(desk)
    await press(desk, KAI, "coming", number, chat=LOUNGE)
    await press(desk, JADE, "coming", number)
    async with desk.store.reading() as connection:
        assert await receipts.seen_in(connection, [LOUNGE], [JADE, KAI]) == {KAI}


async def test_a_place_that_begins_small_begins_a_sentence_in_the_list(desk: Desk) -> None:
    await planned(desk, place="the Hub, kitchen")
    (photo,) = await desk.says(STRANGER, "/whatson")
    assert "With DWP. The Hub, kitchen." in photo.payload["caption"]
