"""Words of danger while somebody has the matter already: they reach that person, and no "no" takes it from them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot import escalating
from bot.models import EscalationState, Kind, Lane, Role
from bot.store import escalations
from bot.store.escalations import Standing
from bot.store.outbox import Outgoing
from content.texts import escalation as escalation_texts
from content.texts import safety as texts
from tests.desk import USERNAME, Desk, open_desk

PRIYA, JADE = 11, 18
WORRY = "whats the point of anything"
DANGER = "i want to die"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as desk:
        priya = await desk.enrol(PRIYA, "Priya Nair", Role.ADVISER)
        await desk.enrol(JADE, "Jade Moss", Role.YOUNG_PERSON, adviser_id=priya.id)
        yield desk


async def standing_of(desk: Desk) -> Standing:
    async with desk.store.reading() as connection:
        standing = await escalations.live(connection, JADE)
    assert standing is not None
    return standing


async def ten_minutes_later(desk: Desk) -> list[Outgoing]:
    desk.clock.pass_(601)
    number = (await standing_of(desk)).id
    async with desk.speech() as speech:
        assert await escalating.take_step(speech, desk.service.council, number)
        return list(speech.outgoing)


async def priya_has_it(desk: Desk) -> None:
    await desk.presses(PRIYA, desk.signed("got", (await standing_of(desk)).id, PRIYA))
    assert (await standing_of(desk)).state is EscalationState.ACKNOWLEDGED


def read_by(account: int, sent: list[Outgoing]) -> str:
    return "\n".join(str(one.payload.get("text", "")) for one in sent if one.chat_id == account)


async def test_a_no_to_a_second_gentle_question_leaves_the_matter_with_the_adviser_who_has_it(desk: Desk) -> None:
    await desk.says(JADE, WORRY)
    await ten_minutes_later(desk)
    await priya_has_it(desk)
    card = read_by(JADE, await desk.says(JADE, "i feel so hopeless"))
    assert texts.SHALL_I_TELL not in card
    await desk.presses(JADE, "tell:no")
    assert (await standing_of(desk)).state is EscalationState.ACKNOWLEDGED


@pytest.mark.parametrize("words", [WORRY, DANGER])
async def test_words_of_danger_reach_the_one_who_has_the_matter(desk: Desk, words: str) -> None:
    await desk.says(JADE, "i am going to kill myself")
    await priya_has_it(desk)
    assert words in read_by(PRIYA, await desk.says(JADE, words))


async def test_a_lesser_worry_does_not_hide_what_was_noticed_before(desk: Desk) -> None:
    await desk.says(JADE, DANGER)
    graver = (await standing_of(desk)).about["because"]
    await desk.says(JADE, WORRY)
    assert graver in (await standing_of(desk)).about["because"]


async def test_somebody_who_did_not_answer_is_told_that_a_person_knows_now(desk: Desk) -> None:
    await desk.says(JADE, WORRY)
    assert "Priya" in read_by(JADE, await ten_minutes_later(desk))


async def test_yes_tell_somebody_stays_a_worry_for_whoever_reads_the_page(desk: Desk) -> None:
    await desk.says(JADE, WORRY)
    await desk.presses(JADE, "tell:yes")
    standing = await standing_of(desk)
    assert standing.kind is Kind.WORRIED
    assert not standing.is_gentle


async def test_a_card_while_the_whole_team_is_being_called_says_so(desk: Desk) -> None:
    await desk.says(JADE, DANGER)
    number = (await standing_of(desk)).id
    for _ in range(4):
        desk.clock.pass_(301)
        async with desk.speech() as speech:
            await escalating.take_step(speech, desk.service.council, number)
    assert escalation_texts.ALARM_ON_CARD in read_by(JADE, await desk.says(JADE, "im going to end it"))


async def test_in_a_group_words_of_danger_after_a_command_of_staff_are_read_too(desk: Desk) -> None:
    words = f"/help@{USERNAME} ive taken 20 paracetamol"
    sent = await desk.says(PRIYA, words, chat=-1000000000123)
    assert any(one.chat_id == PRIYA and one.lane is Lane.CRISIS for one in sent)
