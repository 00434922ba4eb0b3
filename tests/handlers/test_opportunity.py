"""/opportunity and /jobs, without a network: every answer and press, and what would be sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert, select
from telegram.error import TelegramError

from bot import opportunity as rule
from bot.models import Audience, Interest, OpportunityState, Outbox, Role, Stage
from bot.opportunity import PHOTO, POST, Filling
from bot.store import forms, groups, opportunities, people
from bot.store.opportunities import Stored
from bot.store.outbox import FILES, Outgoing
from content.opportunity import Opportunity, OpportunityKind
from content.texts import jobs as young_texts
from content.texts import opportunity_form as texts
from handlers.staff.opportunity_answers import PROMPTS
from tests.desk import Desk, open_desk
from tests.desk import texts as shown

EVA, JADE, STRANGER, RUTH, GROUP = 16, 18, 22, 14, -1001
CHEF = Opportunity(
    kind=OpportunityKind.APPRENTICESHIP, title="Apprentice chef", who="The Copper Kettle",
    what="You learn to cook.", pay_hours="£8.20 an hour, 30 hours a week", where="Canal Road, Northmoor",
    help=("apprenticeship-bursary-3000",), closes_on=date(2026, 12, 4), link="https://example.org/chef",
)  # fmt: skip
POSTED = """Apprentice chef wanted
Employer: The Copper Kettle
Pay: £8.20 an hour
Location: Canal Road, Northmoor
Closing date: 4 December 2026"""


@dataclass
class Eva:
    """An employment adviser at her phone."""

    desk: Desk
    account: int = EVA
    sent: list[Outgoing] = field(default_factory=list)

    async def says(self, text: str) -> str:
        self.sent = await self.desk.says(self.account, text)
        return shown(self.sent)

    async def answers(self, step: str, text: str | None = None, **more: Any) -> str:
        body = self.desk.message(self.account, text or "", reply_to=3)
        message = body["message"]
        if text is None:
            del message["text"]
        message["reply_to_message"]["text"] = PROMPTS[step].text
        self.sent = (await self.desk.handle([{**body, "message": {**message, **more}}]))[0]
        return shown(self.sent)

    async def forwards(self, text: str) -> str:
        body = self.desk.message(self.account, text)
        origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
        self.sent = (await self.desk.handle([{**body, "message": {**body["message"], "forward_origin": origin}}]))[0]
        return shown(self.sent)

    async def taps(self, label: str) -> str:
        data = next(data for words, data in self.buttons().items() if label in words)
        self.sent = await self.desk.presses(self.account, data)
        return shown(self.sent)

    async def presses(self, verb: str, thing: int, more: str = "") -> str:
        self.sent = await self.desk.presses(self.account, self.desk.signed(verb, thing, self.account, more))
        return shown(self.sent)

    def buttons(self) -> dict[str, str]:
        rows = [row for call in self.sent for row in call.payload.get("reply_markup", {}).get("inline_keyboard", [])]
        return {button["text"]: button.get("callback_data", "") for row in rows for button in row}

    async def filling(self) -> Filling | None:
        async with self.desk.store.reading() as connection:
            person = await people.actor(connection, self.account)
            form = await forms.of_person(connection, person.id, rule.FORM)
        return Filling.from_fields(form.fields) if form is not None else None


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as opened:
        await opened.enrol(EVA, "Eva", Role.EMPLOYMENT)
        await opened.enrol(RUTH, "Ruth", Role.MANAGER)
        await opened.enrol(JADE, "Jade", Role.YOUNG_PERSON)
        yield opened


@pytest.fixture
def eva(desk: Desk) -> Eva:
    return Eva(desk)


@pytest.fixture
def jade(desk: Desk) -> Eva:
    return Eva(desk, JADE)


async def stored(desk: Desk, number: int = 1) -> Stored:
    async with desk.store.reading() as connection:
        found = await opportunities.get(connection, number)
    assert found is not None
    return found


async def opened(desk: Desk, facts: Opportunity = CHEF, **more: Any) -> int:
    async with desk.store.transaction() as connection:
        number = await opportunities.add(
            connection, desk.clock.now(), facts, source="form", made_by=1, state=OpportunityState.OPEN
        )
        await opportunities.change(connection, number, facts, **more)
    return number


async def fill(eva: Eva, *, but: Sequence[str] = ()) -> None:
    """Write the apprentice chef step by step, up to the preview."""
    await eva.says("/opportunity")
    await eva.taps(texts.BY_STEPS)
    await eva.taps("Apprenticeship")
    for step, words in (
        ("title", CHEF.title), ("who", CHEF.who), ("what", CHEF.what), ("pay_hours", CHEF.pay_hours), ("where", CHEF.where),
    ):  # fmt: skip
        await eva.answers(step, words)
    await eva.taps("bursary")
    await eva.taps(texts.HELP_DONE)
    await eva.taps(texts.SKIP)
    await eva.answers("closes_on", "4/12")
    await eva.taps(texts.SKIP)
    await eva.answers("link", CHEF.link)
    if PHOTO not in but:
        await eva.taps(texts.NO_PHOTO)


async def test_step_by_step_an_opportunity_is_written_looked_at_and_opened(desk: Desk, eva: Eva) -> None:
    await fill(eva, but=[PHOTO])
    said = await eva.taps(texts.NO_PHOTO)
    assert texts.PREVIEW_HEAD in said
    assert "Help: The £3,000" in said or "bursary" in said.lower()
    assert (await stored(desk)).state is OpportunityState.DRAFT
    assert (await stored(desk)).facts == CHEF
    assert "Apprentice chef" in await eva.taps(texts.OPEN_IT)
    assert (await stored(desk)).state is OpportunityState.OPEN
    assert await eva.filling() is None


async def test_the_preview_looks_as_it_will_and_its_buttons_do_nothing(desk: Desk, eva: Eva, jade: Eva) -> None:
    await fill(eva)
    preview = next(call.payload for call in eva.sent if "Apprentice chef" in call.payload.get("text", ""))
    assert texts.ONLY_PREVIEW in await eva.taps(young_texts.INTERESTED)
    await eva.presses("opopen", 1)
    await jade.presses("job", 1)
    real = next(call.payload for call in jade.sent if "Apprentice chef" in call.payload.get("text", ""))
    assert (preview["text"], preview["entities"]) == (real["text"], real["entities"])


@pytest.mark.parametrize(
    ("step", "words", "sentence"),
    [
        ("title", "x" * 101, "too long: 101 characters"), ("closes_on", "12/24/2026", "looks American"),
        ("closes_on", "1 November 2026", "has gone by"), ("closes_on", "soonish", "I can't read that date"),
        ("link", "our website", "That is not a link"), ("what", "y" * 4096, "too long: 4096"),
    ],
)  # fmt: skip
async def test_a_wrong_answer_gets_a_sentence_and_the_question_again(
    eva: Eva, step: str, words: str, sentence: str
) -> None:
    await eva.presses("opnew", 0, "form")
    said = await eva.answers(step, words)
    assert sentence in said
    assert PROMPTS[step].text in [call.payload.get("text") for call in eva.sent]
    filling = await eva.filling()
    assert filling is not None
    assert not filling.value(step)


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"video": {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1}}, texts.NO_VIDEO),
        ({"document": {"file_id": "d", "file_unique_id": "d", "file_size": 20_000_001, "mime_type": "image/png"}}, texts.PHOTO_TOO_BIG),
        ({"document": {"file_id": "d", "file_unique_id": "d", "file_size": 2_000, "mime_type": "image/png"}}, texts.AS_PHOTO),
        ({"sticker": None}, texts.NEEDS_PHOTO),
    ],
)  # fmt: skip
async def test_what_is_no_photo_gets_a_sentence(eva: Eva, sent: dict[str, Any], sentence: str) -> None:
    await eva.presses("opnew", 0, "form")
    text = "here it is" if "sticker" in sent else None
    assert sentence in await eva.answers(PHOTO, text, **{name: one for name, one in sent.items() if one})


async def test_a_photo_is_kept_and_goes_with_the_preview_and_the_list(desk: Desk, eva: Eva, jade: Eva) -> None:
    await fill(eva, but=[PHOTO])
    photo = [{"file_id": "small", "file_unique_id": "s", "width": 9, "height": 9}, {"file_id": "big", "file_unique_id": "b", "width": 90, "height": 90}]  # fmt: skip
    await eva.answers(PHOTO, None, photo=photo)
    assert [call.payload["photo"] for call in eva.sent if call.method == "sendPhoto"] == ["big"]
    await eva.taps(texts.OPEN_IT)
    await jade.presses("job", 1)
    assert [call.payload["photo"] for call in jade.sent if call.method == "sendPhoto"] == ["big"]


async def test_a_form_is_picked_up_where_it_was_left(eva: Eva) -> None:
    await eva.presses("opnew", 0, "form")
    await eva.taps("Course")
    await eva.answers("title", "Baking for beginners")
    assert texts.LEFT in await eva.taps(texts.LEAVE)
    assert "Baking for beginners" in await eva.says("/opportunity")
    await eva.taps(texts.RESUME)
    assert PROMPTS["who"].text in [call.payload.get("text") for call in eva.sent]


async def test_back_shows_what_stands_there_and_an_older_question_may_be_answered_again(eva: Eva) -> None:
    await eva.presses("opnew", 0, "form")
    await eva.taps("Course")
    await eva.answers("title", "Baking")
    assert "Baking" in await eva.taps(texts.BACK)
    await eva.taps(texts.KEEP)
    await eva.answers("title", "Baking for beginners")
    filling = await eva.filling()
    assert filling is not None
    assert filling.facts.title == "Baking for beginners"


async def test_a_command_is_a_command_also_where_telegram_makes_a_reply_of_it(eva: Eva) -> None:
    await eva.presses("opnew", 0, "form")
    command = {"entities": [{"type": "bot_command", "offset": 0, "length": 12}]}
    assert "What would you like to do?" in await eva.answers("title", "/opportunity", **command)
    assert await eva.filling() == Filling()


async def test_start_again_asks_first_and_then_begins_anew(eva: Eva) -> None:
    await eva.presses("opnew", 0, "form")
    await eva.taps("Course")
    await eva.answers("title", "Baking")
    assert texts.SURE_AGAIN in await eva.taps(texts.AGAIN)
    await eva.taps(texts.SURE_AGAIN_YES)
    assert await eva.filling() == Filling()


async def test_what_is_half_written_is_not_thrown_away_without_asking(eva: Eva) -> None:
    await eva.presses("opnew", 0, "form")
    await eva.taps("Course")
    await eva.answers("title", "Baking")
    assert "Shall I throw it away" in await eva.presses("opnew", 0, "post")
    filling = await eva.filling()
    assert filling is not None
    assert filling.facts.title == "Baking"
    await eva.taps(texts.THROW_IT_AWAY)
    assert await eva.filling() == Filling()


async def test_from_a_pasted_post_each_field_is_shown_to_be_confirmed_and_the_rest_is_asked(eva: Eva) -> None:
    await eva.presses("opnew", 0, "post")
    said = await eva.answers(POST, POSTED)
    assert "I read the post" in said
    filling = await eva.filling()
    assert filling is not None
    assert filling.facts.who == "The Copper Kettle"
    assert filling.answered == frozenset()
    assert texts.RIGHT in said
    await eva.taps(texts.RIGHT)
    filling = await eva.filling()
    assert filling is not None
    assert filling.answered == {"kind"}


async def test_a_forwarded_post_is_taken_while_the_form_waits_for_one_and_only_then(eva: Eva) -> None:
    await eva.forwards(POSTED)
    assert await eva.filling() is None
    await eva.presses("opnew", 0, "post")
    assert "I read the post" in await eva.forwards(POSTED)
    assert "I read the post" not in await eva.forwards(POSTED)


async def test_a_post_without_words_is_asked_for_again(eva: Eva) -> None:
    await eva.presses("opnew", 0, "post")
    photo = [{"file_id": "big", "file_unique_id": "b", "width": 90, "height": 90}]
    assert texts.POST_WITHOUT_WORDS in await eva.answers(POST, None, photo=photo)


async def test_a_young_person_who_answers_such_a_question_is_not_in_a_form(desk: Desk, jade: Eva) -> None:
    await jade.answers("title", "can I get driving lessons")
    assert await jade.filling() is None
    assert texts.FORM_GONE not in shown(jade.sent)


async def test_the_same_again_is_warned_of(desk: Desk, eva: Eva) -> None:
    await opened(desk)
    await fill(eva)
    assert "looks like one that is open already" in shown(eva.sent)
    assert texts.SAME_DROPPED in await eva.taps(texts.IT_IS_THE_SAME)
    assert await eva.filling() is None


async def test_another_one_that_looks_the_same_goes_on(desk: Desk, eva: Eva) -> None:
    await opened(desk)
    await fill(eva)
    assert texts.PREVIEW_HEAD in await eva.taps(texts.ANOTHER_ONE)


async def test_a_change_of_an_open_one_shows_only_once_it_is_saved(desk: Desk, eva: Eva) -> None:
    number = await opened(desk)
    await eva.presses("opchange", number)
    await eva.taps("Title")
    assert "Chef apprentice" in await eva.answers("title", "Chef apprentice")
    assert (await stored(desk, number)).facts.title == "Apprentice chef"
    await eva.taps(texts.SAVE)
    assert (await stored(desk, number)).facts.title == "Chef apprentice"
    assert (await stored(desk, number)).state is OpportunityState.OPEN


async def test_what_closed_meanwhile_is_not_opened_with_a_date_that_has_gone(desk: Desk, eva: Eva) -> None:
    await fill(eva)
    desk.clock.moment += timedelta(days=20)
    assert texts.PAST_CLOSING in await eva.taps(texts.OPEN_IT)
    assert (await stored(desk)).state is OpportunityState.DRAFT


async def test_withdrawing_tells_whoever_is_interested_once(desk: Desk, eva: Eva) -> None:
    number = await opened(desk)
    async with desk.store.transaction() as connection:
        for account, stage in ((JADE, Stage.APPLIED), (STRANGER, Stage.NOT_TAKEN)):
            now = desk.clock.now()
            await connection.execute(
                insert(Interest).values(
                    opportunity_id=number, telegram_id=account, stage=stage, reached=stage, began_at=now, changed_at=now
                )
            )
    assert "1 said that they are interested" in await eva.presses("opend", number, "withdraw")
    await eva.taps(texts.YES_WITHDRAW)
    told = [call.chat_id for call in eva.sent if "not on offer any more" in call.payload.get("text", "")]
    assert told == [JADE]
    again = await eva.presses("opend", number, "withdraw/yes")
    assert "not on offer" not in again
    assert (await stored(desk, number)).state is OpportunityState.WITHDRAWN


async def test_closing_tells_nobody(desk: Desk, eva: Eva) -> None:
    number = await opened(desk)
    await eva.presses("opend", number, "close/yes")
    assert {call.chat_id for call in eva.sent} <= {EVA, None}
    assert (await stored(desk, number)).state is OpportunityState.CLOSED


async def later(desk: Desk) -> list[tuple[str, str]]:
    """What the bot sends once it has done what takes a moment: methods and payloads."""
    await asyncio.wait_for(desk.service.settled(), 30)
    async with desk.store.reading() as connection:
        rows = (await connection.execute(select(Outbox.id, Outbox.method, Outbox.payload).order_by(Outbox.id))).all()
    return [(row.method, desk.store.vault.open(row.payload, "outbox", "payload", row.id)) for row in rows]


async def test_the_poster_comes_with_its_caption_and_alt_text(desk: Desk, eva: Eva) -> None:
    number = await opened(desk)
    assert "photo" not in await eva.presses("opposter", number)
    assert texts.DRAWING in await eva.taps("Night")
    *_, picture, caption, alt = await later(desk)
    assert (picture[0], FILES in picture[1]) == ("sendPhoto", True)
    assert texts.POSTER_CAPTION in caption[1]
    assert CHEF.link in caption[1]
    assert texts.POSTER_ALT in alt[1]


async def test_a_poster_whose_photo_cannot_be_fetched_says_so(
    desk: Desk, eva: Eva, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def gone(*given: object) -> bytes:
        raise TelegramError("gone")

    monkeypatch.setattr("handlers.staff.opportunity._fetch", gone)
    number = await opened(desk, photo="big")
    await eva.presses("opposter", number, "photo")
    assert texts.NO_PHOTO_NOW in (await later(desk))[-1][1]


async def test_jobs_lists_what_is_open_newest_first_and_filters_it(desk: Desk, jade: Eva) -> None:
    await opened(desk, miles=1)
    desk.clock.moment += timedelta(minutes=1)
    await opened(desk, Opportunity(OpportunityKind.COURSE, "Baking for beginners", "The college"), miles=12)
    await jade.says("/jobs")
    names = list(jade.buttons())
    assert names[:2] == ["Baking for beginners", "Apprentice chef"]
    assert "Apprentice chef, The Copper Kettle (closes Friday 4 December)" in shown(jade.sent)
    assert {"Apprenticeships", "Courses", "Very near", "Further away"} <= set(names)
    await jade.taps("Courses")
    assert [name for name in jade.buttons() if "chef" in name] == []
    await jade.taps("All of them")
    await jade.taps("Very near")
    assert [name for name in jade.buttons() if "Baking" in name] == []


async def test_on_its_last_day_it_is_shown_and_from_midnight_on_not(desk: Desk, jade: Eva) -> None:
    number = await opened(desk)
    desk.clock.moment = desk.clock.moment.replace(month=12, day=4, hour=23, minute=59)
    assert "Apprentice chef" in await jade.says("/jobs")
    desk.clock.moment += timedelta(minutes=1)
    assert "Apprentice chef" not in await jade.says("/jobs")
    assert young_texts.GONE in await jade.presses("job", number)


async def test_what_is_not_for_somebody_is_not_shown_to_them_again(desk: Desk, jade: Eva, eva: Eva) -> None:
    number = await opened(desk)
    assert young_texts.DECLINED in await jade.presses("jobnot", number)
    assert "Apprentice chef" not in await jade.says("/jobs")
    assert "Apprentice chef" in await eva.says("/jobs")


async def test_nothing_is_kept_of_a_stranger_for_whom_it_is_not(desk: Desk) -> None:
    number, stranger = await opened(desk), Eva(desk, STRANGER)
    before = await desk.state()
    assert young_texts.DECLINED_STRANGER in await stranger.presses("jobnot", number)
    assert await desk.state() == before


async def test_in_a_group_there_is_a_short_list_and_a_link(desk: Desk) -> None:
    for number in range(7):
        await opened(desk, Opportunity(OpportunityKind.JOB, f"Job {number}", "The Mill"))
    assert "Job" not in shown(await desk.says(JADE, "/jobs@compass_practice_bot", chat=GROUP))
    async with desk.store.transaction() as connection:
        group = await groups.note(connection, desk.clock.now(), GROUP, "Lounge", None)
        await groups.register(connection, desk.clock.now(), group.id, Audience.YOUNG_PEOPLE, 1)
    sent = await desk.says(JADE, "/jobs@compass_practice_bot", chat=GROUP)
    assert [call.chat_id for call in sent] == [GROUP]
    assert "and 2 more" in shown(sent)
    assert "start=jobs" in shown(sent)
    assert json.dumps(sent[0].payload).count("callback_data") == 0


async def test_the_link_from_the_group_opens_the_list(desk: Desk, jade: Eva) -> None:
    await opened(desk)
    assert "Apprentice chef" in await jade.says("/start jobs")


# --- the listing


async def proposed(desk: Desk, reference: str = "1", **more: Any) -> int:
    async with desk.store.transaction() as connection:
        number = await opportunities.propose(
            connection, desk.clock.now(), CHEF, reference=reference, digest="d", miles=3, **more
        )
    assert number is not None
    return number


async def test_a_proposal_becomes_a_draft_whose_fields_are_confirmed(desk: Desk, eva: Eva) -> None:
    number = await proposed(desk)
    await eva.says("/opportunity")
    assert "3 miles from the Hub" in await eva.taps(texts.SEE_LISTING)
    await eva.taps(texts.USE_IT)
    assert (await stored(desk, number)).state is OpportunityState.DRAFT
    filling = await eva.filling()
    assert filling is not None
    assert (filling.opportunity_id, filling.facts, filling.answered) == (number, CHEF, frozenset())


async def test_two_who_use_the_same_proposal_at_once_make_one_draft(desk: Desk, eva: Eva) -> None:
    number, ruth = await proposed(desk), Eva(desk, RUTH)
    await eva.presses("opuse", number)
    assert texts.PROPOSAL_GONE in await ruth.presses("opuse", number)
    assert await ruth.filling() is None


async def test_one_that_was_passed_over_is_never_proposed_again(desk: Desk, eva: Eva) -> None:
    number = await proposed(desk)
    assert texts.NONE_PROPOSED in await eva.presses("opnot", number)
    async with desk.store.transaction() as connection:
        again = await opportunities.propose(connection, desk.clock.now(), CHEF, reference="1", digest="e", miles=3)
    assert again is None


async def test_a_thrown_away_proposal_waits_for_somebody_else(desk: Desk, eva: Eva) -> None:
    number = await proposed(desk)
    await eva.presses("opuse", number)
    await eva.taps(texts.AGAIN)
    await eva.taps(texts.SURE_AGAIN_YES)
    assert (await stored(desk, number)).state is OpportunityState.PROPOSED
