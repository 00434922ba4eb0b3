"""/dropins and /programme, as staff use them."""

from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import timetabling
from bot.message import written
from bot.models import DropIn, Event, PlaceState, Role
from bot.store import drop_ins, series
from bot.store.drop_ins import DropIn as Session
from bot.store.outbox import FILES, Outgoing
from content.texts import programme as texts
from tests.conftest import NOW
from tests.desk import Desk, open_desk
from tests.desk import texts as read
from tests.scheduler.programme_part import draft

EVA, PRIYA, JADE, KAI, STRANGER = 16, 11, 18, 19, 22
BEGINS = datetime(2026, 11, 24, 14, tzinfo=UTC)


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        await made.enrol(EVA, "Eva", Role.EMPLOYMENT)
        await made.enrol(PRIYA, "Priya", Role.ADVISER)
        await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
        async with made.speech() as speech:
            await timetabling.take_over(speech, made.service.council, [draft(capacity=2)], None)
            for account in (JADE, STRANGER):
                given = {"person_id": 3} if account == JADE else {"name": "Zed"}
                await drop_ins.say(speech.connection, NOW, 1, account, PlaceState.COMING, **given)
        yield made


async def session(desk: Desk, number: int = 1) -> Session:
    async with desk.store.reading() as connection:
        found = await drop_ins.get(connection, number)
    assert found is not None
    return found


def labels(sent: Sequence[Outgoing]) -> dict[str, str]:
    rows: list[Any] = []
    for call in sent:
        rows += (call.payload.get("reply_markup") or {}).get("inline_keyboard", [])
    return {button["text"]: button["callback_data"] for row in rows for button in row}


async def taps(desk: Desk, who: int, sent: Sequence[Outgoing], label: str) -> list[Outgoing]:
    return await desk.presses(who, labels(sent)[label])


async def replies(desk: Desk, who: int, prompt: str, text: str, number: int = 1) -> list[Outgoing]:
    body = desk.message(who, text, reply_to=5)
    body["message"]["reply_to_message"]["text"] = written(prompt, {"number": number}).text
    return (await desk.handle([body]))[0]


def to_young_people(sent: Sequence[Outgoing]) -> list[int]:
    return [call.chat_id or 0 for call in sent if call.chat_id in (JADE, KAI) and call.method == "sendMessage"]


async def test_the_list_tells_how_many_come_and_staff_without_the_programme_only_tick(desk: Desk) -> None:
    listed = await desk.says(EVA, "/dropins")
    assert "Tuesday 24 November at 14:00: DWP, 2 of 2 coming" in read(listed)
    shown = await taps(desk, EVA, listed, "Tue 24, 14:00 DWP")
    assert list(labels(shown)) == ["Another time", "Another place", "Places", "Cancel it", "All drop-ins"]
    shown = await taps(desk, PRIYA, await desk.says(PRIYA, "/dropins"), "Tue 24, 14:00 DWP")
    assert list(labels(shown)) == ["All drop-ins"]
    assert "You can't do that here" in read(await desk.says(PRIYA, "/programme"))


async def test_a_session_is_moved_after_it_was_said_back_and_who_comes_is_told(desk: Desk) -> None:
    asked = await desk.presses(EVA, desk.signed("sesmove", 1, EVA))
    assert "when is it held instead" in read(asked)
    sure = await replies(desk, EVA, texts.WHEN_WANTED, "thursday 10-12")
    assert "Thursday 26 November, 10:00 to 12:00. I tell 2 people." in read(sure)
    assert (await session(desk)).starts_at == BEGINS
    moved = await taps(desk, EVA, sure, "Move it")
    assert to_young_people(moved) == [JADE]
    assert "I told 1 person." in read(moved)
    assert any(label.startswith("Thu 26, 10:00") for label in labels(moved)), "its button shows the new time"
    there = await session(desk)
    assert (there.starts_at, there.moved, there.sequence) == (datetime(2026, 11, 26, 10, tzinfo=UTC), True, 1)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("soon", "I could not read that"), ("yesterday", "I could not read that"), ("today 1am", "has gone by"),
        ("friday 23:00", "end after midnight"), ("friday 16:00-15:00", "not after it opens"), ("friday at tea time", "is not a time"),
        ("friday 3-4", "may be morning or afternoon"), ("", "I could not read that"),
    ],
)  # fmt: skip
async def test_what_is_no_time_is_said_and_changes_nothing(desk: Desk, words: str, sentence: str) -> None:
    assert sentence in read(await replies(desk, EVA, texts.WHEN_WANTED, words))
    assert (await session(desk)).sequence == 0


async def test_a_session_is_cancelled_with_words_that_everybody_reads_and_held_after_all(desk: Desk) -> None:
    off = await replies(desk, EVA, texts.REASON_WANTED, "The boiler is broken")
    assert to_young_people(off) == [JADE]
    assert "The boiler is broken" in read([call for call in off if call.chat_id == JADE])
    shown = await desk.presses(EVA, desk.signed("ses", 1, EVA))
    assert list(labels(shown)) == ["Hold it after all", "All drop-ins"]
    assert "is cancelled" in read(await replies(desk, EVA, texts.REASON_WANTED, "Again"))
    on = await taps(desk, EVA, shown, "Hold it after all")
    assert to_young_people(on) == [JADE]
    there = await session(desk)
    assert (there.state, there.note) == ("planned", None)


async def test_another_place_and_more_places_are_set_by_a_reply(desk: Desk) -> None:
    assert "the library" in read(await replies(desk, EVA, texts.PLACE_WANTED, "the library"))
    assert "At most 120 fit" in read(await replies(desk, EVA, texts.PLACE_WANTED, "x" * 121))
    async with desk.speech() as speech:
        await drop_ins.say(speech.connection, NOW, 1, KAI, PlaceState.WAITING, name="Kai")
    assert "from 1 to 1000" in read(await replies(desk, EVA, texts.PLACES_WANTED, "0"))
    assert "1 person came off" in read(await replies(desk, EVA, texts.PLACES_WANTED, "3"))
    there = await session(desk)
    assert (there.place, there.capacity, there.coming, there.waiting) == ("the library", 3, 3, 0)


async def test_who_may_not_change_the_programme_cant_answer_its_questions(desk: Desk) -> None:
    await replies(desk, PRIYA, texts.REASON_WANTED, "Because")
    assert (await session(desk)).state == "planned"


async def test_what_is_over_is_not_changed_any_more(desk: Desk) -> None:
    desk.clock.moment = BEGINS + timedelta(minutes=5)
    for sent in (
        await replies(desk, EVA, texts.REASON_WANTED, "Late"),
        await desk.presses(EVA, desk.signed("sesmove", 1, EVA)),
        await desk.presses(EVA, desk.signed("sesmoveyes", 1, EVA, "6b157a00/6b158810")),
    ):
        assert "has begun, or is over" in read(sent)
    assert "not planned any more" in read(await desk.presses(EVA, desk.signed("ses", 99, EVA)))


async def test_who_came_is_ticked_on_one_screen(desk: Desk) -> None:
    who = desk.signed("seswho", 1, PRIYA)
    assert "not begun yet" in read(await desk.presses(PRIYA, who))
    desk.clock.moment = BEGINS + timedelta(hours=1)
    assert "Not ticked yet: who came?" in read(await desk.says(PRIYA, "/dropins"))
    screen = await desk.presses(PRIYA, who)
    assert list(labels(screen)) == ["Jade Marlow", "Zed", "Somebody else came (+1)", "Done"]
    ticked = await taps(desk, PRIYA, screen, "Jade Marlow")
    again = await taps(desk, PRIYA, screen, "Jade Marlow")
    assert "Came: 1 of 2. Others: 0." in read(ticked)
    assert "Came: 1 of 2. Others: 0." in read(again)
    more = await taps(desk, PRIYA, again, "Somebody else came (+1)")
    assert "Others: 1." in read(more)
    assert "Others: 0." in read(await taps(desk, PRIYA, more, "One less (−1)"))
    assert "Came: 0 of 2." in read(await taps(desk, PRIYA, ticked, "✓ Jade Marlow"))
    await taps(desk, PRIYA, screen, "Jade Marlow")
    assert "Done. DWP" in read(await taps(desk, PRIYA, screen, "Done"))
    assert (await session(desk)).ticked_at is not None
    assert "Not ticked yet" not in read(await desk.says(PRIYA, "/dropins"))
    async with desk.store.reading() as connection:
        assert {place.telegram_id: place.came for place in await drop_ins.coming(connection, 1)} == {
            JADE: True,
            STRANGER: None,
        }


async def test_forty_people_fit_on_a_screen_and_the_others_on_the_next(desk: Desk) -> None:
    async with desk.speech() as speech:
        for account in range(1000, 1045):
            await drop_ins.say(speech.connection, NOW, 1, account, PlaceState.COMING, name=f"Guest {account}")
    desk.clock.moment = BEGINS
    screen = await desk.presses(PRIYA, desk.signed("seswho", 1, PRIYA))
    assert len(labels(screen)) == 43
    further = await taps(desk, PRIYA, screen, "More people")
    assert "Zed" in labels(further)
    ticked = await taps(desk, PRIYA, further, "Zed")
    assert "✓ Zed" in labels(ticked)


async def test_a_series_is_paused_ended_and_set_by_a_press(desk: Desk) -> None:
    listed = await desk.says(EVA, "/programme")
    assert "DWP: every Tuesday, 14:00 to 16:00" in read(listed)
    shown = await taps(desk, EVA, listed, "DWP")
    assert "Next: Tuesday 24 November, 14:00" in read(shown)
    paused = await taps(desk, EVA, shown, "Pause")
    assert to_young_people(paused) == [JADE]
    assert "It is paused. No session is held." in read(paused)
    started = await taps(desk, EVA, paused, "Start again")
    assert (await session(desk)).state == "planned"
    assert "It is held on bank holidays" in read(await taps(desk, EVA, started, "Hold on holidays"))
    sure = await taps(desk, EVA, started, "End it")
    assert "I tell 2 people." in read(sure)
    assert "It has ended." in read(await taps(desk, EVA, sure, "End it for good"))
    async with desk.store.reading() as connection:
        assert list(await connection.scalars(select(DropIn.state))) == ["cancelled"]
        verbs = list(await connection.scalars(select(Event.verb).where(Event.noun == "series")))
    assert [verb for verb in verbs if verb not in ("made", "added")] == ["paused", "active", "changed", "ended"]


async def test_a_series_gets_another_number_of_places(desk: Desk) -> None:
    await desk.presses(EVA, desk.signed("serplaces", 1, EVA))
    assert "8 places from now on" in read(await replies(desk, EVA, texts.SERIES_PLACES_WANTED, "8"))
    assert (await session(desk)).capacity == 8
    assert "room for as many" in read(await replies(desk, EVA, texts.SERIES_PLACES_WANTED, "none"))
    async with desk.store.reading() as connection:
        assert (await series.all_(connection))[0].draft.capacity is None


@pytest.mark.parametrize("kind", ["ics", "csv", "yaml"])
async def test_the_programme_is_sent_as_a_file(desk: Desk, kind: str) -> None:
    sent = await desk.presses(EVA, desk.signed("progexp", 0, EVA, kind))
    (call,) = [one for one in sent if one.method == "sendDocument"]
    assert call.payload[FILES]["document"][0] == f"programme.{kind}"
    assert "1 series" in call.payload["caption"]


@pytest.mark.parametrize(
    ("wanted", "words"),
    [
        (texts.WHEN_WANTED, "when we can"), (texts.PLACE_WANTED, "x" * 121), (texts.REASON_WANTED, "x" * 2000),
        (texts.PLACES_WANTED, "many"), (texts.SERIES_PLACES_WANTED, "many"),
    ],
)  # fmt: skip
async def test_an_answer_that_cannot_be_taken_is_asked_for_again_so_that_the_next_words_do_not_stray(
    desk: Desk, wanted: str, words: str
) -> None:
    sent = await replies(desk, EVA, wanted, words)
    assert sent[-1].payload["text"] == written(wanted, {"number": 1}).text
    assert sent[-1].payload["reply_markup"] == {"force_reply": True}
