"""/announce and /planned: a draft by its buttons, what is wrong said in a sentence, and nobody changes what is another's."""

import json
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.audience import Audience
from bot.message import written
from bot.models import Audience as GroupAudience
from bot.models import FiringState, NoticeKind, NoticeState, Role
from bot.store import groups, notices, people, receipts
from bot.store.notices import Firing, Notice
from bot.store.outbox import Outgoing
from content.texts import announcing as texts
from scheduler import notice as sending
from tests.conftest import NOW
from tests.desk import Desk, open_desk

RUTH, PAT, PRIYA, OMAR, JADE, KAI, LOUNGE = 14, 17, 11, 12, 18, 19, -1001


@dataclass
class Team:
    desk: Desk
    shown: dict[int, list[dict[str, Any]]] = field(default_factory=dict)

    async def says(self, who: int, words: str) -> str:
        return self._read(await self.desk.says(who, words))

    async def replies(self, who: int, question: str, words: str | None, **more: Any) -> str:
        """A reply to a question of the bot's."""
        body = self.desk.message(who, words or "", reply_to=900)
        message = body["message"]
        message["reply_to_message"]["text"] = question
        if words is None:
            del message["text"]
        message.update(more)
        return self._read((await self.desk.handle([body]))[0])

    async def taps(self, who: int, label: str) -> str:
        """Press the newest button with these words on somebody's phone."""
        keys = [key for message in self.shown[who] for row in message["inline_keyboard"] for key in row]
        data = next(key["callback_data"] for key in reversed(keys) if label in key["text"])
        return self._read(await self.desk.presses(who, data))

    async def presses(self, who: int, verb: str, thing: int, more: str = "") -> str:
        return self._read(await self.desk.presses(who, self.desk.signed(verb, thing, who, more)))

    def labels(self, who: int) -> list[str]:
        return [key["text"] for row in self.shown[who][-1]["inline_keyboard"] for key in row]

    def _read(self, sent: list[Outgoing]) -> str:
        for call in sent:
            markup = call.payload.get("reply_markup")
            if call.chat_id is not None and isinstance(markup, dict) and markup.get("inline_keyboard"):
                self.shown.setdefault(call.chat_id, []).append(markup)
        words = (call.payload.get("text") or call.payload.get("caption") for call in sent)
        return "\n".join(filter(None, words))

    async def notice(self, number: int = 1) -> Notice:
        async with self.desk.store.reading() as connection:
            found = await notices.get(connection, number)
        assert found is not None
        return found

    async def firings(self, number: int = 1) -> list[Firing]:
        async with self.desk.store.reading() as connection:
            return await notices.firings(connection, number)

    async def drafted(self, who: int = PRIYA, words: str = "The Hub is open on Tuesday.") -> str:
        return await self.replies(who, texts.WORDS_WANTED, words)

    async def approved(self, by: int = PAT) -> None:
        """Priya's draft is for all young people in private, and a second person says yes."""
        await self.taps(PRIYA, "Who for")
        await self.taps(PRIYA, "Young people, in private")
        await self.taps(PRIYA, "Back")
        await self.taps(PRIYA, "Ask a second person")
        await self.taps(by, "Approve")


@pytest.fixture
async def team(tmp_path: Path) -> AsyncIterator[Team]:
    async with open_desk(tmp_path) as desk:
        made = Team(desk)
        for account, name, role in (
            (RUTH, "Ruth Calder", Role.MANAGER), (PAT, "Pat Lowe", Role.PARTICIPATION), (PRIYA, "Priya Nair", Role.ADVISER),
            (OMAR, "Omar Said", Role.ADVISER),
        ):  # fmt: skip
            await desk.enrol(account, name, role)
        priya = await _id(desk, PRIYA)
        await desk.enrol(JADE, "Jade Marlow", Role.YOUNG_PERSON, adviser_id=priya)
        await desk.enrol(KAI, "Kai Odell", Role.YOUNG_PERSON, adviser_id=await _id(desk, OMAR))
        yield made


async def _id(desk: Desk, account: int) -> int:
    async with desk.store.reading() as connection:
        return (await people.actor(connection, account)).id or 0


# --- the draft


async def test_announce_asks_for_the_words_and_the_reply_becomes_a_draft(team: Team) -> None:
    assert await team.says(PRIYA, "/announce") == written(texts.WORDS_WANTED).text
    card = await team.drafted()
    assert "The Hub is open on Tuesday." in card
    assert "nobody" in card
    assert "Priya Nair" in card
    assert team.labels(PRIYA) == ["Who for", "When", texts.TEST, texts.ASK, texts.DROP]
    assert (await team.notice()).state is NoticeState.DRAFT


@pytest.mark.parametrize(
    ("words", "more", "expected"),
    [
        ("x" * 3001, {}, "3,001"),
        (None, {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1,
                            "is_animated": False, "is_video": False}}, texts.NOT_WORDS),
        (None, {"video": {"file_id": "v", "file_unique_id": "v", "width": 1, "height": 1, "duration": 1}}, texts.NOT_WORDS),
        (None, {"document": {"file_id": "d", "file_unique_id": "d", "mime_type": "image/png", "file_size": 20_000_000}}, texts.A_FILE),
    ],
    ids=["too long", "a sticker", "a video", "a picture as a file"],
)  # fmt: skip
async def test_what_cant_be_sent_is_refused_in_a_sentence(
    team: Team, words: str | None, more: dict[str, Any], expected: str
) -> None:
    assert expected in await team.replies(PRIYA, texts.WORDS_WANTED, words, **more)
    async with team.desk.store.reading() as connection:
        assert await notices.in_state(connection, *NoticeState) == []


async def test_a_photo_with_words_is_sent_as_it_came(team: Team) -> None:
    photo = [{"file_id": "small", "file_unique_id": "1", "width": 9, "height": 9}, {"file_id": "big", "file_unique_id": "2", "width": 99, "height": 99}]  # fmt: skip
    await team.replies(PRIYA, texts.WORDS_WANTED, None, photo=photo, caption="Cooking night.")
    sent = await team.desk.presses(PRIYA, team.desk.signed("ntest", 1, PRIYA))
    shown = [call for call in sent if call.method == "sendPhoto"]
    assert [(call.chat_id, call.payload["photo"], call.payload["caption"]) for call in shown] == [(PRIYA, "big", "Cooking night.")]  # fmt: skip


async def test_words_of_danger_in_a_notice_are_no_cry_for_help(team: Team) -> None:
    card = await team.drafted(words="If you want to kill yourself, ring 116 123. It is free.")
    assert "116 123" in card
    assert (await team.notice()).state is NoticeState.DRAFT


# --- who for


async def test_every_press_counts_anew_and_a_second_one_takes_it_back(team: Team) -> None:
    await team.drafted()
    await team.taps(PRIYA, "Who for")
    assert "2 young people" in await team.taps(PRIYA, "Young people, in private")
    await team.taps(PRIYA, "Whose young people")
    assert "1 young person" in await team.taps(PRIYA, "Priya Nair (you)")
    assert "✓ Priya Nair (you)" in team.labels(PRIYA)
    assert "2 young people" in await team.taps(PRIYA, "Priya Nair (you)")
    assert (await team.notice()).is_for == Audience(people=True)


async def test_groups_are_offered_by_name_but_never_a_duty_group(team: Team) -> None:
    async with team.desk.store.transaction() as connection:
        for chat, title, audience in (
            (LOUNGE, "Lounge", GroupAudience.YOUNG_PEOPLE),
            (-1002, "Duty", GroupAudience.DUTY),
        ):
            made = await groups.note(connection, NOW, chat, title, None)
            await groups.register(connection, NOW, made.id, audience, None)
        await receipts.note_seen(connection, NOW, LOUNGE, JADE)
    await team.drafted()
    await team.taps(PRIYA, "Who for")
    await team.taps(PRIYA, "Groups")
    assert "Duty" not in " ".join(team.labels(PRIYA))
    assert "1 group" in await team.taps(PRIYA, "Lounge")
    await team.taps(PRIYA, "Back")
    assert "1 young person and 1 group" in await team.taps(PRIYA, "Young people, in private")


async def test_areas_are_those_that_people_typed(team: Team) -> None:
    async with team.desk.store.transaction() as connection:
        jade = (await people.actor(connection, JADE)).id or 0
        await notices.choose(connection, jade, notices.Chosen(area="Hillside"))
    await team.drafted()
    await team.taps(PRIYA, "Who for")
    await team.taps(PRIYA, "Areas")
    assert "fewer than 5 young people" in await team.taps(PRIYA, "Hillside"), "one is not counted out"
    assert (await team.notice()).is_for.areas == {"Hillside"}


async def test_a_choice_that_is_not_there_any_more_changes_nothing(team: Team) -> None:
    await team.drafted()
    assert texts.GONE_CHOICE in await team.presses(PRIYA, "ntog", 1, "g/77")
    assert texts.GONE_CHOICE in await team.presses(PRIYA, "ntog", 1, "x/1")
    assert (await team.notice()).is_for == Audience()


# --- when


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("tomorrow at 10", "tomorrow at 10:00"),
        ("every Monday at 10 until 18 December", "every Monday"),
        ("22:30", "tomorrow at 9:00 (not at 22:30"),
        ("soon", texts.BAD_TIMES["unreadable"]),
        ("today at 9", texts.BAD_TIMES["past"]),
    ],
)
async def test_a_time_that_is_typed_is_shown_as_it_was_understood(team: Team, typed: str, expected: str) -> None:
    await team.drafted()
    question = await team.presses(PRIYA, "nat", 1, "other")
    assert expected in await team.replies(PRIYA, question, typed)


async def test_tomorrow_at_ten_and_the_late_policy_are_one_press_each(team: Team) -> None:
    await team.drafted()
    await team.taps(PRIYA, "When")
    assert "tomorrow at 10:00" in await team.taps(PRIYA, "Tomorrow at 10:00")
    await team.taps(PRIYA, "When")
    assert "drop it after an hour" in await team.taps(PRIYA, "If late: drop it")
    assert ((await team.notice()).late_hours, (await team.notice()).at) == (1, "10:00")


# --- a second person


async def test_nobody_is_asked_to_approve_what_is_for_nobody(team: Team) -> None:
    await team.drafted()
    assert texts.FOR_NOBODY in await team.taps(PRIYA, "Ask a second person")
    await team.presses(PRIYA, "ntog", 1, "y")
    await team.presses(PRIYA, "ntog", 1, "a/3")
    assert texts.REACHES_NOBODY in await team.presses(PRIYA, "nask", 1)


async def test_the_second_person_sees_it_first_and_says_yes(team: Team) -> None:
    await team.drafted()
    await team.approved()
    assert "The Hub is open on Tuesday." in await team.taps(PAT, "See it")
    assert (await team.notice()).state is NoticeState.PLANNED
    assert [firing.due_at - NOW for firing in await team.firings()] == [timedelta(minutes=2)]
    assert "Nobody got it" in await team.taps(PRIYA, "Take it back")
    assert (await team.firings())[0].state is FiringState.CANCELLED


async def test_of_two_who_approve_at_once_one_counts_and_the_maker_never_does(team: Team) -> None:
    await team.drafted()
    await team.presses(PRIYA, "ntog", 1, "y")
    await team.presses(PRIYA, "nask", 1)
    approval = (await team.notice()).approval_id or 0
    await team.presses(PRIYA, "approve", approval, "yes")
    assert (await team.notice()).state is NoticeState.ASKED
    await team.taps(PAT, "Approve")
    await team.taps(RUTH, "Approve")
    assert len(await team.firings()) == 1


async def test_what_was_changed_after_asking_has_to_be_asked_for_anew(team: Team) -> None:
    await team.drafted()
    await team.presses(PRIYA, "ntog", 1, "y")
    await team.presses(PRIYA, "nask", 1)
    assert texts.ASKED_BEFORE in await team.presses(PRIYA, "nask", 1)
    await team.presses(PRIYA, "ntog", 1, "a/1")
    await team.taps(PAT, "Approve")
    assert (await team.notice()).state is NoticeState.DRAFT
    assert await team.firings() == []


async def test_nobody_but_the_maker_and_managers_changes_a_draft(team: Team) -> None:
    await team.drafted()
    for verb in ("ncard", "ntest", "naud", "nwhen", "nask", "nend"):
        assert texts.NOT_YOUR_NOTICE in await team.presses(OMAR, verb, 1)
    assert texts.NOT_YOUR_NOTICE in await team.presses(OMAR, "ntog", 1, "y")
    assert (await team.notice()).is_for == Audience()
    assert "1. " not in await team.presses(RUTH, "ntog", 1, "y")
    assert (await team.notice()).is_for == Audience(people=True)


async def test_the_buttons_of_one_that_was_dropped_change_nothing(team: Team) -> None:
    await team.drafted()
    assert "was dropped" in await team.taps(PRIYA, "Drop it")
    for verb in ("naud", "nwhen", "nask", "nend"):
        assert texts.NOT_CHANGEABLE["cancelled"] in await team.presses(PRIYA, verb, 1)


# --- what is planned


async def test_planned_lists_what_is_to_come_and_each_can_be_moved_and_cancelled(team: Team) -> None:
    await team.drafted()
    question = await team.presses(PRIYA, "nat", 1, "other")
    await team.replies(PRIYA, question, "every Tuesday at 10 until 15 December")
    await team.approved()
    listed = await team.says(PRIYA, "/planned")
    assert "tomorrow at 10:00, Tuesday 1 December at 10:00" in listed
    assert "By Priya Nair." in listed
    opened = await team.taps(PRIYA, "Message: The Hub")
    assert "Pat Lowe" in opened
    assert "is paused" in await team.taps(PRIYA, "Pause it")
    assert "(paused)" in await team.says(PRIYA, "/planned")
    await team.presses(PRIYA, "npone", 1)
    await team.taps(PRIYA, "Let it go on")
    question = await team.taps(PRIYA, "Another time: tomorrow")
    assert "goes out Wednesday at 16:00" in await team.replies(PRIYA, question, "Wednesday at 4pm")
    await team.presses(PRIYA, "npone", 1)
    assert "Are you sure" in await team.taps(PRIYA, "Cancel it")
    assert "was cancelled" in await team.taps(PRIYA, "Yes, cancel it")
    assert {firing.state for firing in await team.firings()} == {FiringState.CANCELLED}
    assert texts.OVER in await team.presses(PRIYA, "npcan", 1, "yes")


async def test_another_adviser_sees_what_is_planned_without_a_way_to_change_it(team: Team) -> None:
    await team.drafted()
    await team.approved()
    listed = await team.says(OMAR, "/planned")
    assert "The Hub is open" in listed
    assert OMAR not in team.shown


async def test_managers_pause_the_bots_own_timetable(team: Team) -> None:
    async with team.desk.store.transaction() as connection:
        number = await notices.add(
            connection, NOW, NoticeKind.MESSAGE, Audience(people=True), date(2026, 11, 24), "10:00", text="What's on.",
            state=NoticeState.PLANNED,
        )  # fmt: skip
        await notices.add_firing(connection, number, date(2026, 11, 24), NOW + timedelta(days=1))
    assert "the bot's own timetable" in (await team.says(RUTH, "/planned")).lower()
    await team.presses(RUTH, "npause", number, "on")
    assert (await team.notice(number)).state is NoticeState.PAUSED
    await team.presses(PRIYA, "npause", number, "off")
    assert (await team.notice(number)).state is NoticeState.PAUSED


async def test_send_now_waits_two_minutes_and_the_last_that_went_out_stand_in_the_list(team: Team) -> None:
    await team.drafted()
    await team.presses(PRIYA, "nat", 1, "tomorrow")
    await team.approved()
    firing = (await team.firings())[0]
    await team.presses(PRIYA, "npnow", firing.id)
    assert (await team.firings())[0].due_at == NOW + timedelta(minutes=2)
    team.desk.clock.pass_(121)
    await sending.tick(team.desk.service)
    assert "going out now" in await team.says(PRIYA, "/planned")
    assert "was stopped" in await team.presses(PRIYA, "nstop", firing.id)
    assert "It was stopped." in await team.says(PRIYA, "/planned")
    assert texts.BEGUN in await team.presses(PRIYA, "npnow", firing.id)


async def test_nothing_of_a_notice_stands_in_the_events_but_ids(team: Team) -> None:
    from sqlalchemy import select

    from bot.models import Event

    await team.drafted()
    await team.approved()
    async with team.desk.store.reading() as connection:
        told = [json.dumps(one) for one in await connection.scalars(select(Event.details))]
    assert not [one for one in told if re.search("Hub|Priya|Jade", one)]


@pytest.mark.parametrize("kind", ["private", "supergroup", "group"])
async def test_whoever_can_do_something_is_told_at_once_when_the_bot_is_shut_out(team: Team, kind: str) -> None:
    desk = team.desk
    chat = {"private": JADE, "supergroup": -1000000000777, "group": -777}[kind]
    async with desk.store.transaction() as connection:
        made = await groups.note(connection, NOW, -1000000000777 if kind == "private" else chat, "Lounge", None)
        await groups.register(connection, NOW, made.id, GroupAudience.YOUNG_PEOPLE, None)
    member = {"user": {"id": 99, "is_bot": True, "first_name": "Compass"}, "until_date": 0}
    change = {
        "chat": {"id": chat, "type": kind, "title": "Lounge"}, "date": 1, "from": {"id": JADE, "is_bot": False, "first_name": "F"},
        "old_chat_member": {**member, "status": "member"}, "new_chat_member": {**member, "status": "kicked"},
    }  # fmt: skip
    sent = [*(await desk.handle([{"update_id": 900, "my_chat_member": change}]))[0]]
    told = {one.chat_id for one in sent if one.method == "sendMessage"}
    assert told == {"private": {PRIYA}, "supergroup": {RUTH}, "group": set()}[kind], "an old group may only be moving"
