"""Asking, without a network: forks and what is remembered of them, buttons under an answer, other languages, odd messages."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.models import EnrolmentState, Role
from bot.store import inbox, people
from bot.store.inbox import Received
from bot.store.outbox import Outgoing
from content.texts import enquiry as words
from tests.desk import Desk, open_desk, texts

JADE, KAI, PRIYA, STRANGER = 18, 19, 11, 22
FORK, YOUNG, MIDDLE = "must-the-council-house-me", "homeless-at-16-or-17", "homeless-at-18-to-20"
QUESTION = "does the council have to house me"


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        yield made


def keys(call: Outgoing) -> list[dict[str, Any]]:
    return [key for row in call.payload.get("reply_markup", {}).get("inline_keyboard", []) for key in row]


def labels(call: Outgoing) -> list[str]:
    return [key["text"] for key in keys(call)]


def presses(call: Outgoing) -> list[str]:
    return [key["callback_data"] for key in keys(call)]


def said(calls: list[Outgoing]) -> list[Outgoing]:
    return [call for call in calls if call.method == "sendMessage"]


def title_of(desk: Desk, entry_id: str) -> str:
    return str(desk.service.library.entries[entry_id].title)


async def person(desk: Desk, telegram_id: int) -> people.Actor:
    async with desk.store.reading() as connection:
        return await people.actor(connection, telegram_id)


# --- how old are you


async def test_a_fork_asks_how_old_somebody_is_with_one_button_for_each_answer(desk: Desk) -> None:
    (reply,) = await desk.says(STRANGER, QUESTION)
    assert reply.payload["text"].startswith(title_of(desk, FORK))
    assert "How old are you?" in reply.payload["text"]
    assert set(words.BANDS.values()) & set(labels(reply))
    assert "I'd rather not say" in labels(reply)


async def test_a_band_that_a_stranger_presses_is_answered_and_not_remembered(desk: Desk) -> None:
    (reply,) = said(await desk.presses(STRANGER, f"age:1:{FORK}"))
    assert reply.payload["text"].startswith(title_of(desk, MIDDLE))
    assert words.REMEMBERED not in reply.payload["text"]


async def test_a_band_that_a_young_person_presses_is_remembered_and_used_from_then_on(desk: Desk) -> None:
    await desk.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
    (reply,) = said(await desk.presses(JADE, f"age:0:{FORK}"))
    assert reply.payload["text"].startswith(title_of(desk, YOUNG))
    assert words.REMEMBERED in reply.payload["text"]
    assert (await person(desk, JADE)).told_age_band == "16-17"
    (reply,) = await desk.says(JADE, QUESTION)
    assert reply.payload["text"].startswith(title_of(desk, YOUNG))


async def test_a_status_is_remembered_too(desk: Desk) -> None:
    await desk.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
    (reply,) = said(await desk.presses(JADE, "fit:0:what-help-do-i-get"))
    assert reply.payload["text"].startswith(title_of(desk, "help-if-eligible"))
    assert (await person(desk, JADE)).told_status == "eligible"


@pytest.mark.parametrize("state", [EnrolmentState.UNCONFIRMED, EnrolmentState.WITHDRAWN])
async def test_of_somebody_who_has_not_joined_nothing_is_remembered_or_known(desk: Desk, state: EnrolmentState) -> None:
    await desk.enrol(KAI, "Kai", Role.YOUNG_PERSON, state=state, born_on=date(2009, 1, 1))
    await desk.presses(KAI, f"age:0:{FORK}")
    assert (await person(desk, KAI)).told_age_band is None
    (reply,) = await desk.says(KAI, QUESTION)
    assert reply.payload["text"].startswith(title_of(desk, FORK))


async def test_staff_who_try_a_button_do_not_get_an_age(desk: Desk) -> None:
    await desk.enrol(PRIYA, "Priya Nair", Role.ADVISER)
    await desk.presses(PRIYA, f"age:0:{FORK}")
    assert (await person(desk, PRIYA)).told_age_band is None


async def test_a_known_birthday_answers_the_fork_and_is_not_overwritten(desk: Desk) -> None:
    await desk.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON, born_on=date(2007, 11, 24))
    (reply,) = await desk.says(JADE, QUESTION)
    assert reply.payload["text"].startswith(title_of(desk, MIDDLE))
    await desk.presses(JADE, f"age:0:{FORK}")
    assert (await person(desk, JADE)).told_age_band is None


async def test_rather_not_say_takes_only_the_question_away(desk: Desk) -> None:
    (reply,) = await desk.says(STRANGER, QUESTION)
    update = desk.press(STRANGER, "unsaid")
    update["callback_query"]["message"]["reply_markup"] = reply.payload["reply_markup"]
    (calls,) = await desk.handle([update])
    edit = next(call for call in calls if call.method == "editMessageReplyMarkup")
    assert not any(data.startswith(("age:", "fit:", "unsaid")) for data in presses(edit))
    assert any(data.startswith("helped:") for data in presses(edit))


@pytest.mark.parametrize(
    "data", ["age:9:must-the-council-house-me", "fit:0:must-the-council-house-me", "age:1:no-such-entry"]
)
async def test_a_made_up_age_is_told_off_and_changes_nothing(desk: Desk, data: str) -> None:
    await desk.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON)
    before = await desk.state()
    (call,) = await desk.presses(JADE, data)
    assert call.payload["text"] == words.GONE
    assert await desk.state() == before


# --- follow-ups


async def test_a_follow_up_is_read_for_ten_minutes_and_no_longer(desk: Desk) -> None:
    await asks_and_keeps(desk, STRANGER, "can i get driving lessons")
    (reply,) = await desk.says(STRANGER, "how much is it")
    assert reply.payload["text"].startswith(
        f"That is all I have about {title_of(desk, 'driving-lessons').rstrip('?')}."
    )
    assert "Ask a person" in labels(reply)
    desk.clock.pass_(11 * 60)
    (reply,) = await desk.says(STRANGER, "how much is it")
    assert not reply.payload["text"].startswith("That is all I have")


async def asks_and_keeps(desk: Desk, telegram_id: int, text: str) -> list[Outgoing]:
    """Somebody asks, and the update is in the inbox as it is in life."""
    body = desk.message(telegram_id, text)
    received = Received(body["update_id"], telegram_id, telegram_id, json.dumps(body))
    async with desk.store.transaction() as connection:
        await inbox.add(connection, [received], desk.clock.now())
    return (await desk.handle([body]))[0]


# --- under an answer


async def test_under_an_answer_stand_the_thumbs_up_to_two_others_a_person_and_the_menu(desk: Desk) -> None:
    (reply,) = await desk.says(STRANGER, "how do i get the £1,200 bursary")
    rows = reply.payload["reply_markup"]["inline_keyboard"]
    assert [key["text"] for key in rows[0]] == [words.HELPED, words.NOT_MEANT]
    others = [row[0]["text"] for row in rows[1:-1]]
    assert 1 <= len(others) <= 2
    assert all(text.startswith("See also: ") for text in others)
    assert [key["text"] for key in rows[-1]] == ["Ask a person", "All topics"]


async def test_not_what_i_meant_offers_others_for_the_same_words_and_never_the_one_rejected(desk: Desk) -> None:
    (answer,) = await asks_and_keeps(desk, STRANGER, "can i get driving lessons")
    data = next(data for data in presses(answer) if data.startswith("not_meant:"))
    calls = said(await desk.presses(STRANGER, data))
    offered = [data for data in presses(calls[0]) if data.startswith("entry:")]
    assert calls[0].payload["text"].startswith("Sorry, that was not it.")
    assert "entry:driving-lessons" not in offered
    assert 1 <= len(offered) <= 3
    assert labels(calls[0])[-2:] == [words.NONE_OF_THESE, words.ASK_A_PERSON]


async def test_two_questions_get_two_messages_each_with_its_buttons(desk: Desk) -> None:
    first, second = await desk.says(STRANGER, "can i get driving lessons and how do i get a passport")
    assert first.payload["text"].startswith(title_of(desk, "driving-lessons"))
    assert second.payload["text"].startswith(title_of(desk, "passport"))
    assert any(data.endswith(":driving-lessons") for data in presses(first))
    assert any(data.endswith(":passport") for data in presses(second))


# --- out of date


async def test_an_answer_past_its_date_says_so_first_and_holds_no_amount(desk: Desk) -> None:
    desk.clock.pass_(500 * 24 * 3600)
    (reply,) = await desk.says(STRANGER, "how much universal credit will i get")
    text = reply.payload["text"]
    assert text.startswith("This may be out of date. I have left out the amounts. Ask ")
    assert "£" not in text.partition("Source:")[0]


# --- other languages, and what is declined


async def test_another_language_gets_its_own_line_a_person_and_the_interpreter(desk: Desk) -> None:
    (reply,) = await desk.says(STRANGER, "محتاج بيت")
    own, english = reply.payload["text"].split("\n\n")
    assert "999" in own
    assert not any("a" <= letter <= "z" for letter in own.lower())
    assert english.startswith("In English (Arabic): I answer in English only.")
    assert presses(reply) == ["person", "entry:interpreter", "entry:nowhere-to-stay"]


async def test_a_kind_no_says_where_help_is(desk: Desk) -> None:
    (reply,) = await desk.says(STRANGER, "how do i get round my tag")
    assert reply.payload["text"].startswith("I can't help with getting round a tag")
    assert presses(reply) == ["entry:court-police-probation", "person", "menu"]


@pytest.mark.parametrize("text", ["محتاج بيت", "how do i get round my tag"])
async def test_in_a_group_both_look_like_any_private_matter(desk: Desk, text: str) -> None:
    (reply,) = await desk.says(STRANGER, f"/ask {text}", chat=-100)
    (other,) = await desk.says(STRANGER, "/ask is this about my own pa", chat=-100)
    assert reply.payload == other.payload


# --- odd messages


@pytest.mark.parametrize(
    "text",
    [
        "x" * 20_000, "council tax " * 1_700, "😂😂😂😂", "https://example.org/a?b=c", "Jo Bloggs 12 Hope Street L1 1AA", "<script>alert(1)</script>",
        "**bold** _and_ [x](y) `z`", "\u202eevil\u202c \u200f\u200e", "\u200b\u200b", "??", "and and and & ; ? \n", "17" * 500, "n" * 300, "{gap} %s {}",
    ],
)  # fmt: skip
async def test_an_odd_message_gets_one_sane_reply(desk: Desk, text: str) -> None:
    replies = said(await desk.says(STRANGER, text))
    assert len(replies) == 1
    assert replies[0].payload["text"].strip()
    assert "<script>" not in texts(replies)
