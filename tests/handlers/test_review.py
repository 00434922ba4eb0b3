"""/review, as a manager uses it, and what puts a message on the list."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.message import written
from bot.models import Event, GateOutcome, Lane, Review, ReviewOf, Role, Verdict
from bot.reviewing import is_picked
from bot.safety import Kind
from bot.store import my_data, reviews
from bot.store.my_data import Whose
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from content.readability import sentences
from content.texts import review as texts
from tests.conftest import NOW, VAULT
from tests.desk import Desk, open_desk
from tests.desk import texts as said
from tests.handlers.test_gap import buttons

RUTH, PRIYA, JADE, STRANGER, GROUP = 14, 11, 18, 22, -1001
DANGER, WORRY = "i want to die", "i cant do this anymore"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        await made.enrol(RUTH, "Ruth Calder", Role.MANAGER)
        priya = await made.enrol(PRIYA, "Priya Nair", Role.ADVISER)
        await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON, adviser_id=priya.id)
        yield made


async def rows(desk: Desk) -> list[Any]:
    async with desk.store.reading() as connection:
        return list((await connection.execute(select(Review.__table__).order_by(Review.id))).all())


def picked(count: int = 1) -> list[int]:
    """Numbers of updates that are picked by chance."""
    return [number for number in range(1000, 9000) if is_picked(VAULT, number)][:count]


async def sample(desk: Desk, who: int, text: str, **more: Any) -> list[Outgoing]:
    """Somebody writes a message that is picked, if it may be."""
    body = desk.message(who, text, **more)
    return (await desk.handle([{**body, "update_id": picked()[0]}]))[0]


# --- what gets on the list


async def test_every_concern_is_on_the_list_with_its_words_and_why(desk: Desk) -> None:
    await desk.says(JADE, DANGER)
    async with desk.store.reading() as connection:
        seen = await reviews.following(connection)
    (row,) = await rows(desk)
    assert seen is not None
    assert (seen.words, seen.kinds, seen.outcome) == (DANGER, Kind.SUICIDE, GateOutcome.IMMEDIATE)
    assert seen.because
    assert (row.what, row.telegram_id, row.escalation_id) == (ReviewOf.CONCERN, JADE, 1)
    assert DANGER.encode() not in row.words


async def test_a_worry_and_somebody_who_has_not_joined_and_a_group_are_on_it_too(desk: Desk) -> None:
    await desk.says(STRANGER, WORRY)
    await desk.says(JADE, f"@compass_practice_bot {DANGER}", chat=GROUP)
    assert [(row.outcome, row.telegram_id) for row in await rows(desk)] == [("worried", STRANGER), ("immediate", JADE)]


async def test_a_message_without_a_concern_is_on_it_only_if_it_is_picked(desk: Desk) -> None:
    other = next(number for number in range(1000, 9000) if not is_picked(VAULT, number))
    for number in (other, *picked()):
        await desk.handle([{**desk.message(JADE, "where is the hub"), "update_id": number}])
    (row,) = await rows(desk)
    assert (row.what, row.outcome, row.update_id) == (ReviewOf.SAMPLE, "none", picked()[0])


@pytest.mark.parametrize(("who", "text"), [(PRIYA, "where is the hub"), (JADE, "/status"), (JADE, "7KQM-4XPD-9TRV")])
async def test_words_of_staff_commands_and_codes_are_never_picked(desk: Desk, who: int, text: str) -> None:
    await sample(desk, who, text)
    assert await rows(desk) == []


async def test_nothing_of_a_group_is_picked(desk: Desk) -> None:
    await sample(desk, JADE, "@compass_practice_bot where is the hub", chat=GROUP)
    assert await rows(desk) == []


@pytest.mark.parametrize(("text", "lanes"), [(DANGER, {Lane.CRISIS, Lane.PAGE}), (WORRY, {Lane.CRISIS})])
async def test_a_list_that_cant_be_written_to_stops_no_card_and_no_page(
    desk: Desk, text: str, lanes: set[Lane], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object, **__: object) -> int:
        raise RuntimeError(text)

    monkeypatch.setattr(reviews, "add", broken)
    sent = await desk.says(JADE, text)
    assert {call.lane for call in sent} == lanes
    assert "999" in said(sent)
    assert await rows(desk) == []


async def test_a_list_that_cant_be_written_to_stops_no_answer(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object, **__: object) -> int:
        raise RuntimeError

    monkeypatch.setattr(reviews, "add", broken)
    assert "999" not in said(await sample(desk, JADE, "do i have to pay council tax"))


# --- /review


async def test_a_manager_sees_who_why_and_the_words_and_the_reading_is_noted(desk: Desk) -> None:
    await desk.says(JADE, DANGER)
    (call,) = await desk.says(RUTH, "/review")
    shown = call.payload["text"]
    assert shown.startswith("To look at: 1\n\nJM (3), today at 10:00")
    assert "told a person at once" in shown
    assert "What it found: Suicide or self-harm." in shown
    assert f"“{DANGER}”" in shown
    assert "Jade" not in shown
    assert call.payload["protect_content"]
    assert list(buttons([call])) == ["Right", "False alarm", "It missed something", "Skip"]
    async with desk.store.reading() as connection:
        looks = await my_data.looks(connection, Whose(3, JADE))
    assert [look.actor_id for look in looks] == [1]


async def test_somebody_who_has_not_joined_finds_the_reading_too(desk: Desk) -> None:
    await desk.says(STRANGER, DANGER)
    assert "?, today" in said(await desk.says(RUTH, "/review"))
    async with desk.store.reading() as connection:
        assert len(await my_data.looks(connection, Whose.of(Actor(telegram_id=STRANGER)))) == 1


@pytest.mark.parametrize("who", [PRIYA, JADE, STRANGER])
async def test_nobody_but_a_manager_sees_it(desk: Desk, who: int) -> None:
    await desk.says(STRANGER, "nobody helps me i want to die")
    assert "nobody helps me" not in said(await desk.says(who, "/review"))


async def test_a_sample_can_be_no_false_alarm(desk: Desk) -> None:
    await sample(desk, JADE, "where is the hub")
    shown = await desk.says(RUTH, "/review")
    assert "picked by chance" in said(shown)
    assert list(buttons(shown)) == ["Right", "It missed something", "Skip"]


async def test_skipping_walks_the_list_and_a_verdict_takes_one_off(desk: Desk) -> None:
    for text in (DANGER, WORRY):
        await desk.says(STRANGER, text)
    first = await desk.says(RUTH, "/review")
    second = await desk.presses(RUTH, buttons(first)["Skip"])
    assert WORRY in said(second)
    assert DANGER in said(await desk.presses(RUTH, buttons(second)["Skip"]))
    shown = await desk.presses(RUTH, buttons(first)["Right"])
    assert "To look at: 1" in said(shown)
    assert texts.NONE_LEFT in said(await desk.presses(RUTH, buttons(shown)["False alarm"]))
    assert [(row.verdict, row.decided_by, row.decided_at) for row in await rows(desk)] == [
        (Verdict.RIGHT, 1, NOW), (Verdict.FALSE_ALARM, 1, NOW)
    ]  # fmt: skip
    async with desk.store.reading() as connection:
        verbs = list(await connection.scalars(select(Event.verb).where(Event.noun == "review", Event.actor_id == 1)))
    assert [verb for verb in verbs if verb != "opened"] == ["right", "false alarm"]


async def test_a_miss_asks_which_kind_and_how_soon_and_keeps_the_case(desk: Desk) -> None:
    await sample(desk, JADE, "where is the hub")
    kinds = await desk.presses(RUTH, buttons(await desk.says(RUTH, "/review"))["It missed something"])
    assert set(buttons(kinds)) == {str(kind).capitalize() for kind in Kind} | {"Back"}
    how = await desk.presses(RUTH, buttons(kinds)["Homeless tonight"])
    assert set(buttons(how)) == {"Told a person at once", "Asked first, gently", "Back"}
    kept = await desk.presses(RUTH, buttons(how)["Told a person at once"])
    assert "It missed: homeless tonight" in said(kept)
    assert "where is the hub" in said(kept)
    async with desk.store.reading() as connection:
        (proposal,) = (await reviews.proposals(connection)).values()
    assert (proposal.expected, proposal.kind) == (GateOutcome.IMMEDIATE, Kind.HOMELESS)
    assert texts.NONE_LEFT in said(await desk.presses(RUTH, buttons(kept)["Next"]))


async def test_a_miss_whose_words_may_say_who_somebody_is_is_noted_without_them(desk: Desk) -> None:
    await sample(desk, JADE, "ring 07700 900123 about the hub")
    await desk.says(RUTH, "/review")
    kept = await desk.presses(RUTH, desk.signed("revas", 1, RUTH, "MISSING/worried"))
    assert "07700" not in said(kept)
    assert "in your own words" in said(kept)
    assert [row.verdict for row in await rows(desk)] == [Verdict.MISSED]


async def test_back_shows_the_same_one_again(desk: Desk) -> None:
    await desk.says(JADE, DANGER)
    kinds = await desk.presses(RUTH, buttons(await desk.says(RUTH, "/review"))["It missed something"])
    assert DANGER in said(await desk.presses(RUTH, buttons(kinds)["Back"]))


async def test_what_a_colleague_decided_is_not_decided_again(desk: Desk) -> None:
    await desk.says(JADE, DANGER)
    first = buttons(await desk.says(RUTH, "/review"))
    await desk.presses(RUTH, first["Right"])
    for button in ("Right", "False alarm", "It missed something"):
        assert texts.DECIDED in said(await desk.presses(RUTH, first[button]))
    assert [row.verdict for row in await rows(desk)] == [Verdict.RIGHT]


async def test_very_long_words_are_cut_so_that_the_message_can_be_shown(desk: Desk) -> None:
    await desk.says(JADE, DANGER + " 😀" * 1900)
    (call,) = await desk.says(RUTH, "/review")
    assert len(call.payload["text"].encode("utf-16-le")) // 2 <= 4096
    assert "…”" in call.payload["text"]


async def test_an_empty_list_tells_how_the_month_went_and_hides_small_numbers(desk: Desk) -> None:
    assert "This month. Pages: fewer than 5. False alarms: fewer than 5." in said(await desk.says(RUTH, "/review"))
    async with desk.store.transaction() as connection:
        for number in range(1, 7):
            await reviews.add(
                connection, {"words": "x"}, update_id=number, at=NOW - timedelta(days=1), what=ReviewOf.CONCERN,
                outcome=GateOutcome.IMMEDIATE,
            )  # fmt: skip
            await reviews.decide(connection, NOW, number, Verdict.RIGHT if number > 4 else Verdict.FALSE_ALARM, 1)
    told = said(await desk.says(RUTH, "/review"))
    assert "This month. Pages: 6, that is 6.0 for each adviser. False alarms: fewer than 5." in told


# --- the texts


@pytest.mark.parametrize(
    "text",
    [t for name, v in vars(texts).items() if name.isupper() for t in (v.values() if isinstance(v, dict) else [v])],
)
def test_staff_read_short_sentences_and_no_shouting(text: str) -> None:
    assert "!" not in text
    assert not [one for one in sentences(re.sub(r"\{\w+\}", "x", text)) if len(one.split()) > 25]


def test_every_outcome_of_the_gate_has_its_sentence() -> None:
    assert set(texts.FOUND) == set(GateOutcome)
    assert written(texts.HOW_SOON, {"kind": Kind.CHILD}).text.startswith("It missed: a child at risk")
