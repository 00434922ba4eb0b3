""" "I'm interested", /applications, /interested and /uptake, as people use them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, insert, select, update

from bot.message import written
from bot.models import Chat, EnrolmentState, Event, Interest, Opportunity, OpportunityState, Outbox, Role, Stage, Step
from bot.press import button
from bot.store import interests, my_plans, opportunities, people
from bot.store.outbox import Outgoing
from content.texts import interest as texts
from content.texts import reaching as reaching_texts
from tests.conftest import NOW, VAULT
from tests.desk import Desk, open_desk
from tests.desk import texts as said

PRIYA, OMAR, EVA, TOM, RUTH, JADE, KAI, STRANGER = 11, 12, 13, 14, 15, 18, 19, 22
GROUP = -1001


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    """Priya advises Jade, Omar Kai, Eva is the employment adviser; an apprenticeship is open."""
    async with open_desk(tmp_path) as made:
        priya = await made.enrol(PRIYA, "Priya Nair", Role.ADVISER)
        omar = await made.enrol(OMAR, "Omar", Role.ADVISER)
        await made.enrol(EVA, "Eva", Role.EMPLOYMENT)
        await made.enrol(TOM, "Tom", Role.DUTY)
        await made.enrol(RUTH, "Ruth", Role.MANAGER)
        await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON, adviser_id=priya.id)
        await made.enrol(KAI, "Kai Odell", Role.YOUNG_PERSON, adviser_id=omar.id)
        async with made.speech() as speech:
            values = {
                "kind": "apprenticeship",
                "title": "Apprentice chef",
                "who": "The Copper Kettle",
                "source": "form",
                "help": '["apprentice-pay"]',
            }
            await speech.connection.execute(
                insert(Opportunity).values(id=1, **values, state=OpportunityState.OPEN, made_at=NOW)
            )
        yield made


def to(sent: list[Outgoing], chat: int) -> str:
    """What somebody reads."""
    return "\n".join(str(call.payload.get("text", "")) for call in sent if call.chat_id == chat)


def alert(sent: list[Outgoing]) -> str:
    return next(str(call.payload.get("text", "")) for call in sent if call.method == "answerCallbackQuery")


def labels(sent: list[Outgoing]) -> dict[str, str]:
    rows: list[Any] = []
    for call in sent:
        rows += (call.payload.get("reply_markup") or {}).get("inline_keyboard", [])
    return {one["text"]: one["callback_data"] for row in rows for one in row}


async def says_so(desk: Desk, who: int = JADE) -> list[Outgoing]:
    return await desk.presses(who, desk.signed("interested", 1, who))


async def row(desk: Desk, number: int = 1) -> interests.Interest:
    async with desk.store.reading() as connection:
        found = await interests.get(connection, number)
    assert found is not None
    return found


async def replies(desk: Desk, who: int, prompt: str, text: str) -> list[Outgoing]:
    body = desk.message(who, text, reply_to=5)
    body["message"]["reply_to_message"]["text"] = written(prompt, {"number": 1}).text
    return (await desk.handle([body]))[0]


# --- saying so


async def test_the_adviser_and_every_employment_adviser_are_told_once_and_the_date_is_the_one_promised(
    desk: Desk,
) -> None:
    sent = await says_so(desk)
    assert "Priya Nair will talk to you about it by Wednesday" in to(sent, JADE)
    for staff in (PRIYA, EVA):
        assert "JM is interested in: Apprentice chef, The Copper Kettle" in to(sent, staff)
        assert "from Priya Nair by Wednesday" in to(sent, staff)
        assert "Jade" not in to(sent, staff)
    found = await row(desk)
    assert found.next_at == NOW + timedelta(days=2)
    again = await says_so(desk)
    assert not to(again, PRIYA)
    assert "somebody will talk to you about it" in to(again, JADE).casefold()


async def test_what_helps_now_stands_under_the_answer(desk: Desk) -> None:
    shown = labels([call for call in await says_so(desk) if call.chat_id == JADE])
    assert shown["Clothes and practice"] == "entry:help-with-an-interview"
    assert shown["Getting there"] == "entry:help-with-travel"
    assert shown["Ask for a call"] == "person"
    assert "entry:apprentice-pay" in shown.values()


async def test_only_whoever_may_write_first_gets_the_button_for_it(desk: Desk) -> None:
    sent = await says_so(desk)
    assert "Write to them" in labels([call for call in sent if call.chat_id == PRIYA])
    shown = labels([call for call in sent if call.chat_id == EVA])
    assert "Write to them" not in shown
    assert {"I talked to them", "Change the date", "Not taken"} <= set(shown)


async def test_where_nobody_can_take_it_no_day_is_promised(desk: Desk) -> None:
    async with desk.speech() as speech:
        for chat in (PRIYA, EVA):
            await speech.connection.execute(insert(Chat).values(chat_id=chat, kind="private", reachable=False))
    sent = await says_so(desk)
    assert "nobody can take it just now" in to(sent, JADE)
    assert " by " not in to(sent, JADE)
    assert "Nobody was there to take it" in to(sent, RUTH)


async def test_somebody_who_has_not_joined_is_told_how_and_staff_hear_of_it_without_a_name(desk: Desk) -> None:
    sent = await says_so(desk, STRANGER)
    assert "/join" in to(sent, STRANGER)
    for staff in (EVA, TOM):
        assert "Somebody who has not joined" in to(sent, staff)
    assert not to(sent, PRIYA)
    assert (await row(desk)).person_id is None
    assert not to(await says_so(desk, 23), EVA)


async def test_somebody_whose_joining_nobody_confirmed_is_told_that(desk: Desk) -> None:
    await desk.enrol(30, "Una", Role.YOUNG_PERSON, state=EnrolmentState.UNCONFIRMED)
    assert "Somebody has to say first" in to(await says_so(desk, 30), 30)


async def test_staff_and_closed_or_vanished_ones_change_nothing(desk: Desk) -> None:
    assert alert(await says_so(desk, PRIYA)) == texts.FOR_YOUNG_PEOPLE
    assert alert(await desk.presses(JADE, desk.signed("interested", 99, JADE))) == texts.GONE
    async with desk.speech() as speech:
        await speech.connection.execute(update(Opportunity).values(closes_on="2026-11-22"))
    assert alert(await says_so(desk)) == texts.CLOSED
    async with desk.store.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(Interest)) == 0


async def test_in_a_group_only_the_presser_sees_that_anything_happened(desk: Desk) -> None:
    made = button(VAULT, "x", "interested", 1, GROUP, desk.clock.now())
    assert made.press is not None
    sent = await desk.presses(JADE, made.press, chat=GROUP)
    assert "Priya Nair will talk to you by Wednesday" in alert(sent)
    assert not [call for call in sent if call.chat_id == GROUP]
    assert "Good that you asked" in to(sent, JADE)
    stranger = await desk.presses(STRANGER, made.press, chat=GROUP)
    assert "/join" in alert(stranger)
    assert not [call for call in stranger if call.chat_id in (GROUP, STRANGER)]


async def test_a_hundred_presses_make_one_row_and_one_page(desk: Desk) -> None:
    bodies = [desk.press(JADE, desk.signed("interested", 1, JADE)) for _ in range(100)]
    sent = [call for calls in await desk.handle(bodies) for call in calls]
    assert len([call for call in sent if call.chat_id == PRIYA]) == 1
    async with desk.store.reading() as connection:
        assert await connection.scalar(select(func.count()).select_from(Interest)) == 1
        assert await connection.scalar(select(func.count()).select_from(Step)) == 1


# --- the young person moves it on


async def test_a_young_person_moves_it_on_and_the_adviser_hears_of_it(desk: Desk) -> None:
    await says_so(desk)
    listed = await desk.says(JADE, "/applications")
    assert "Apprentice chef, The Copper Kettle: somebody will talk to you" in to(listed, JADE)
    sent = await desk.presses(JADE, desk.signed("appmove", 1, JADE, "applied"))
    assert "JM says: applied." in to(sent, PRIYA)
    assert (await row(desk)).stage is Stage.APPLIED
    back = await desk.presses(JADE, desk.signed("appmove", 1, JADE, "applied"))
    assert alert(back) == texts.THERE_ALREADY


async def test_the_day_of_an_interview_is_tapped_or_typed(desk: Desk) -> None:
    await says_so(desk)
    sent = await desk.presses(JADE, desk.signed("appmove", 1, JADE, "interview"))
    data = labels(sent)["Thursday"]
    assert "Thursday" in to(await desk.presses(JADE, data), JADE)
    assert str((await row(desk)).plan.interview_on) == "2026-11-26"
    await replies(desk, JADE, texts.INTERVIEW_WANTED, "4 December")
    assert str((await row(desk)).plan.interview_on) == "2026-12-04"
    again = await replies(desk, JADE, texts.INTERVIEW_WANTED, "soon")
    assert "can't read that day" in to(again, JADE)
    assert "Which day is your interview?" in to(again[-1:], JADE), "the next words are an answer, and no question"
    assert again[-1].payload["reply_markup"] == {"force_reply": True}


async def test_not_for_me_takes_a_reason_and_offers_what_helps_with_it(desk: Desk) -> None:
    await says_so(desk)
    asked = await desk.presses(JADE, desk.signed("appno", 1, JADE))
    sent = await desk.presses(JADE, labels(asked)["Getting there"])
    assert "entry:help-with-travel" in said(sent)
    assert "(travel)" in to(sent, PRIYA)
    found = await row(desk)
    assert (found.stage, found.reason, found.next_at) == (Stage.NOT_TAKEN, "travel", None)
    assert alert(await desk.presses(JADE, desk.signed("appmove", 1, JADE, "applied"))) == texts.WAS_CLOSED
    again = await says_so(desk)
    assert "Good that you asked" in to(again, JADE)
    assert (await row(desk)).stage is Stage.INTERESTED


async def test_nobody_moves_on_what_is_somebody_elses(desk: Desk) -> None:
    await says_so(desk)
    for verb, more in (("app", ""), ("appmove", "applied"), ("appwhy", "pay"), ("appstill", "4/yes"), ("appquiet", "")):
        await desk.presses(KAI, desk.signed(verb, 1, KAI, more))
    assert (await row(desk)).stage is Stage.INTERESTED
    assert "Apprentice" not in to(await desk.says(KAI, "/applications"), KAI)


async def test_i_need_a_hand_reaches_the_adviser_with_a_date(desk: Desk) -> None:
    await says_so(desk)
    await desk.presses(JADE, desk.signed("appmove", 1, JADE, "started"))
    desk.clock.pass_(28 * 86_400)
    sent = await desk.presses(JADE, desk.signed("appstill", 1, JADE, "4/hand"))
    assert "needs a hand" in to(sent, PRIYA)
    assert "I've told Priya Nair" in to(sent, JADE)
    assert (await row(desk)).next_at is not None


# --- staff


async def test_advisers_see_their_own_and_employment_advisers_see_all(desk: Desk) -> None:
    await says_so(desk)
    await says_so(desk, KAI)
    await says_so(desk, STRANGER)
    own = to(await desk.says(PRIYA, "/interested"), PRIYA)
    assert "Jade Marlow · Apprentice chef · interested · by Wednesday" in own
    assert "Kai" not in own
    everything = to(await desk.says(EVA, "/interested"), EVA)
    assert "Jade Marlow" in everything
    assert "Kai Odell" in everything
    assert "one person who has not joined" in everything
    assert not to(await desk.says(RUTH, "/interested"), RUTH).startswith("Who is")


async def test_staff_move_it_on_and_take_a_mistake_back(desk: Desk) -> None:
    await says_so(desk)
    card = await desk.presses(PRIYA, desk.signed("intmove", 1, PRIYA, "talked"))
    assert "Stage: talked to" in to(card, PRIYA)
    await desk.presses(EVA, desk.signed("intmove", 1, EVA, "offered"))
    assert (await row(desk)).reached is Stage.OFFERED
    back = await desk.presses(EVA, desk.signed("intone", 1, EVA))
    await desk.presses(EVA, labels(back)["That was a mistake"])
    found = await row(desk)
    assert (found.stage, found.reached) == (Stage.INTERVIEW, Stage.INTERVIEW)


async def test_the_next_step_is_typed_and_sealed_and_its_day_chosen(desk: Desk) -> None:
    await says_so(desk)
    sent = await replies(desk, PRIYA, texts.STEP_WANTED, "help with the form")
    assert "Next: help with the form, by Wednesday" in to(sent, PRIYA)
    async with desk.store.reading() as connection:
        kept = await connection.scalar(select(Interest.next_step))
        details = list(await connection.scalars(select(Event.details)))
    assert kept is not None
    assert b"form" not in kept
    assert "form" not in str(details)
    sent = await replies(desk, PRIYA, texts.STAFF_DAY_WANTED["due"], "friday")
    assert "by Friday" in to(sent, PRIYA)
    assert "Priya Nair will talk to you by Friday now" in to(sent, JADE)
    wrong = await replies(desk, PRIYA, texts.STAFF_DAY_WANTED["due"], "13/13")
    assert "Nothing was changed" in to(wrong, PRIYA)
    assert "most" in to(await replies(desk, PRIYA, texts.STEP_WANTED, "x" * 301), PRIYA)


async def test_another_adviser_and_a_manager_change_nothing(desk: Desk) -> None:
    await says_so(desk)
    for who in (OMAR, RUTH, TOM):
        for verb, more in (("intone", ""), ("intmove", "talked"), ("intwhy", "pay"), ("intday", "due/20261203")):
            sent = await desk.presses(who, desk.signed(verb, 1, who, more))
            assert "Jade" not in said(sent)
        assert "Jade" not in said(await replies(desk, who, texts.STEP_WANTED, "no"))
    assert (await row(desk)).stage is Stage.INTERESTED


async def test_discreet_mode_covers_the_new_day(desk: Desk) -> None:
    await says_so(desk)
    async with desk.speech() as speech:
        jade = await people.actor(speech.connection, JADE)
        await people.change(speech.connection, jade.id or 0, discreet=True)
    sent = await desk.presses(PRIYA, desk.signed("intday", 1, PRIYA, "due/20261127"))
    assert to(sent, JADE) == reaching_texts.NEUTRAL


# --- /uptake


async def heard(desk: Desk) -> list[tuple[str, str]]:
    """What was put into the outbox beside the updates."""
    await desk.service.settled()
    async with desk.store.reading() as connection:
        rows = (await connection.execute(select(Outbox.id, Outbox.method, Outbox.payload).order_by(Outbox.id))).all()
    return [(one.method, desk.store.vault.open(one.payload, "outbox", "payload", one.id)) for one in rows]


async def test_uptake_comes_as_a_picture_and_in_words(desk: Desk) -> None:
    async with desk.speech() as speech:
        for number in range(60):
            await interests.add(speech.connection, NOW, 1, 1000 + number, None)
    await desk.says(RUTH, "/uptake")
    told = (await heard(desk))[-2:]
    assert [method for method, _ in told] == ["sendPhoto", "sendMessage"]
    assert "How far people got" in told[1][1]
    assert "A year" in told[1][1]


async def test_with_nobody_uptake_says_so_without_a_picture(desk: Desk) -> None:
    await desk.says(EVA, "/uptake")
    told = await heard(desk)
    assert told[-1][0] == "sendMessage"
    assert "Too few people yet" in told[-1][1]


async def test_advisers_and_young_people_do_not_see_uptake(desk: Desk) -> None:
    for who in (PRIYA, JADE, STRANGER):
        await desk.says(who, "/uptake")
        await desk.presses(who, desk.signed("upt", 3, who, "kind"))
    assert not [method for method, _ in await heard(desk) if method == "sendPhoto"]


async def test_a_button_that_stood_there_for_weeks_promises_nobody_a_day_that_has_gone_by(desk: Desk) -> None:
    await says_so(desk)
    desk.clock.pass_(14 * 86_400)
    before = (await row(desk)).next_at
    sent = await desk.presses(PRIYA, desk.signed("intday", 1, PRIYA, "due/20261125"))
    assert to(sent, JADE) == ""
    assert texts.WHICH_DAY["due"] in to(sent, PRIYA)
    assert (await row(desk)).next_at == before


async def test_whoever_was_deleted_is_neither_written_to_nor_counted(desk: Desk) -> None:
    await says_so(desk)
    async with desk.speech() as speech:
        jade = await people.actor(speech.connection, JADE)
        await my_plans.erase(speech.connection, jade.id or 0, JADE, NOW)
        assert await opportunities.interested(speech.connection, 1) == []
    assert "not joined" not in to(await desk.says(EVA, "/interested"), EVA)
