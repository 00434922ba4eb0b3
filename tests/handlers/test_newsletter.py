"""/newsletter: staff see it, change its first lines, print it, and a second person says yes."""

from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.models import Audience, NoticeKind, NoticeState, OpportunityState, Outbox, Role
from bot.store import groups, notices, opportunities
from bot.store.notices import Notice
from bot.store.outbox import Outgoing
from content.opportunity import Opportunity, OpportunityKind
from content.texts import newsletter as texts
from tests import hub
from tests.conftest import NOW
from tests.desk import Desk, open_desk
from tests.handlers.test_choices import data, words

PAT, RUTH, JADE = 31, 32, 33


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        await made.enrol(PAT, "Pat Lowe", Role.PARTICIPATION)
        await made.enrol(RUTH, "Ruth Calder", Role.MANAGER)
        await made.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
        async with made.store.transaction() as connection:
            group = await groups.note(connection, NOW, -1002, "Carers", None)
            await groups.register(connection, NOW, group.id, Audience.FOSTER_CARERS, None)
            await hub.drop_in(connection, NOW + timedelta(days=1), name="Job club")
            await hub.drop_in(connection, NOW + timedelta(days=30), name="Much later")
            for kind, title, closes_on in (
                (OpportunityKind.JOB, "Baker's hand", None),
                (OpportunityKind.COURSE, "Welding", date(2026, 12, 4)),
                (OpportunityKind.SUCCESS_STORY, "Three new starts", None),
                (OpportunityKind.JOB, "Long closed", date(2026, 11, 1)),
            ):
                facts = Opportunity(kind, title, closes_on=closes_on)
                await opportunities.add(connection, NOW, facts, source="form", made_by=1, state=OpportunityState.OPEN)
        yield made


async def draft(desk: Desk) -> Notice:
    async with desk.store.reading() as connection:
        found = await notices.in_state(connection, *NoticeState)
    return next(one for one in found if one.kind is NoticeKind.NEWSLETTER)


async def introduced(desk: Desk, text: str, who: int = PAT) -> list[Outgoing]:
    body = desk.message(who, text, reply_to=5)
    asked = texts.INTRODUCTION_WANTED.format(number=(await draft(desk)).id)
    body["message"]["reply_to_message"]["text"] = asked
    return (await desk.handle([body]))[0]


async def test_asked_twice_it_is_the_same_draft_with_its_contents_counted(desk: Desk) -> None:
    said = words(await desk.says(PAT, "/newsletter"))
    assert "**" not in said
    assert "Thursday 7 January at 10:00, to 1 group" in said
    assert "2 opportunities, 1 drop-in, 1 success story" in said
    await desk.says(RUTH, "/newsletter")
    async with desk.store.reading() as connection:
        assert len(await notices.in_state(connection, NoticeState.DRAFT)) == 1


async def test_the_message_has_what_closes_first_at_the_top_and_nothing_that_is_over(desk: Desk) -> None:
    card = await desk.says(PAT, "/newsletter")
    seen = words(await desk.presses(PAT, data(card, texts.SEE)))
    order = [seen.index(part) for part in ("Welding", "Baker's hand", "Job club", "Three new starts")]
    assert order == sorted(order)
    assert "Long closed" not in seen
    assert "Much later" not in seen
    assert "01632 960110" in seen


async def test_the_first_lines_are_changed_by_a_reply_and_stand_in_the_message(desk: Desk) -> None:
    card = await desk.says(PAT, "/newsletter")
    asked = await desk.presses(PAT, data(card, texts.INTRODUCE))
    assert "first lines of newsletter" in words(asked)
    card = await introduced(desk, "Thank you for a good year.")
    assert "Thank you for a good year." in words(await desk.presses(PAT, data(card, texts.SEE)))


async def test_first_lines_that_are_too_long_change_nothing(desk: Desk) -> None:
    await desk.says(PAT, "/newsletter")
    assert "may have 900" in words(await introduced(desk, "x" * 901))
    assert (await draft(desk)).text == ""


async def test_a_second_person_approves_it_and_then_it_cannot_be_changed(desk: Desk) -> None:
    card = await desk.says(PAT, "/newsletter")
    asked = await desk.presses(PAT, data(card, texts.ASK))
    assert (await draft(desk)).state is NoticeState.ASKED
    question = [call for call in asked if call.chat_id == RUTH]
    assert "Newsletter" in words(question)
    await desk.presses(RUTH, desk.signed("approve", 1, RUTH, "yes"))
    assert (await draft(desk)).state is NoticeState.PLANNED
    assert words(await introduced(desk, "Too late")) == texts.NOT_CHANGEABLE
    (answer,) = await desk.presses(PAT, desk.signed("newsask", (await draft(desk)).id, PAT))
    assert answer.payload["text"] == texts.NOT_CHANGEABLE


async def test_changed_first_lines_have_to_be_approved_anew(desk: Desk) -> None:
    await desk.presses(PAT, data(await desk.says(PAT, "/newsletter"), texts.ASK))
    await introduced(desk, "One more thing.")
    assert (await draft(desk)).state is NoticeState.DRAFT
    await desk.presses(RUTH, desk.signed("approve", 1, RUTH, "yes"))
    assert (await draft(desk)).state is NoticeState.DRAFT


async def test_the_pdf_comes_as_a_file(desk: Desk) -> None:
    card = await desk.says(PAT, "/newsletter")
    said = await desk.presses(PAT, data(card, texts.PDF))
    assert texts.PRINTING in words(said)
    await desk.service.settled()
    async with desk.store.reading() as connection:
        assert await connection.scalar(select(Outbox.id).where(Outbox.method == "sendDocument")) is not None


async def test_no_young_person_gets_at_it(desk: Desk) -> None:
    await desk.says(PAT, "/newsletter")
    assert "Newsletter" not in words(await desk.says(JADE, "/newsletter"))
    for verb in ("newssee", "newspdf", "newswords", "newsask"):
        (answer,) = await desk.presses(JADE, desk.signed(verb, 1, JADE))
        assert answer.method == "answerCallbackQuery"


async def test_after_its_day_the_next_one_is_drafted(desk: Desk) -> None:
    await desk.says(PAT, "/newsletter")
    async with desk.store.transaction() as connection:
        await notices.change(
            connection, (await notices.in_state(connection, NoticeState.DRAFT))[0].id, state=NoticeState.CANCELLED
        )
    desk.clock.moment = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert "Thursday 4 March at 10:00" in words(await desk.says(PAT, "/newsletter"))
