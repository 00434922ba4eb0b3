"""What is done and said for an escalation, on both databases."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from bot import escalating
from bot.models import (
    Absence,
    EnrolmentState,
    EscalationState,
    Kind,
    Lane,
    Outbox,
    OutboxState,
    Outcome,
    Role,
    Rung,
)
from bot.store import chats, escalations, events, people
from bot.store.engine import Store
from bot.store.escalations import Standing
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import escalation as texts
from tests.bot.test_working_time import NORTHMOOR, at
from tests.conftest import NOW

PRIYA, TOM, ROSA, MAREK, KIT, STRANGER = 71, 72, 73, 74, 81, 89
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@dataclass
class Team:
    """A small council: `said` holds what went to whom, oldest first."""

    store: Store
    now: datetime = NOW
    ids: dict[int, int] = field(default_factory=dict)
    said: list[tuple[int, str]] = field(default_factory=list)

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Speech]:
        async with self.store.transaction() as connection:
            speech = Speech(connection, self.now)
            yield speech
            self.said += [
                (m.chat_id or 0, str(m.payload["text"])) for m in speech.outgoing if m.method == "sendMessage"
            ]
            await speech.keep()

    async def joins(
        self, telegram: int, name: str, *roles: Role, adviser: int | None = None, on_call: bool = False
    ) -> None:
        async with self.store.transaction() as connection:
            row = await people.add(
                connection, NOW, EnrolmentState.ENROLLED, telegram_id=telegram, name=name, on_call=on_call,
                adviser_id=self.ids.get(adviser or 0),
            )  # fmt: skip
            for role in roles:
                await people.give_role(connection, NOW, row, role, None)
            self.ids[telegram] = row

    async def actor(self, telegram: int) -> Actor:
        async with self.store.reading() as connection:
            return await people.actor(connection, telegram)

    async def opens(self, telegram: int = KIT, **more: Any) -> Standing:
        person = await self.actor(telegram)
        async with self.speaking() as speech:
            standing = await escalating.open_(speech, NORTHMOOR, person, **{"kind": Kind.ASKED, **more})
            await escalating.promise(speech, NORTHMOOR, standing)
        return standing

    async def ticks(self, **later: float) -> Standing:
        """Time passes and the clock comes by."""
        self.now += timedelta(**later)
        async with self.speaking() as speech:
            for number in await escalations.due(speech.connection, self.now, 9):
                await escalating.take_step(speech, NORTHMOOR, number)
        return await self.standing()

    async def standing(self, telegram: int = KIT) -> Standing:
        async with self.store.reading() as connection:
            found = await escalations.current(connection, telegram)
        assert found is not None
        return found

    async def takes(self, telegram: int) -> Standing:
        actor = await self.actor(telegram)
        standing = await self.standing()
        async with self.speaking() as speech:
            return await escalating.acknowledge(speech, NORTHMOOR, standing, actor)

    async def answers(self, telegram: int) -> Standing:
        actor = await self.actor(telegram)
        standing = await self.standing()
        async with self.speaking() as speech:
            return await escalating.answered(speech, NORTHMOOR, standing, actor)

    async def goes_away(self, telegram: int, cover: int | None = None, hours: int = 48) -> None:
        values = {
            "person_id": self.ids[telegram], "cover_id": self.ids.get(cover or 0), "starts_at": self.now,
            "until": self.now + timedelta(hours=hours), "created_at": self.now,
        }  # fmt: skip
        known = {column.name for column in Absence.__table__.columns}
        async with self.store.transaction() as connection:
            await connection.execute(insert(Absence).values(**{k: v for k, v in values.items() if k in known}))

    async def blocks(self, *telegram: int) -> None:
        async with self.store.transaction() as connection:
            for chat in telegram:
                await chats.lost(connection, chat, "private", "blocked")

    async def verbs(self) -> list[str]:
        async with self.store.reading() as connection:
            return [event.verb for event in await events.of_subject(connection, "escalation", [1])]

    def heard(self, telegram: int) -> list[str]:
        return [text for chat, text in self.said if chat == telegram]


@pytest.fixture
async def team(store: Store) -> Team:
    made = Team(store)
    await made.joins(PRIYA, "Priya Sample", Role.ADVISER)
    await made.joins(TOM, "Tom Example", Role.ADVISER, on_call=True)
    await made.joins(ROSA, "Rosa Trial", Role.DUTY)
    await made.joins(MAREK, "Marek Model", Role.MANAGER)
    await made.joins(KIT, "Kit Invented", Role.YOUNG_PERSON, adviser=PRIYA)
    return made


async def test_the_adviser_is_paged_with_initials_and_number_and_the_young_person_is_promised_a_time(
    team: Team,
) -> None:
    await team.opens()
    assert team.heard(PRIYA) == ["KI, number 1: asked for a person. Please answer by tomorrow at 10:00."]
    assert "I've told Priya" in team.heard(KIT)[0]
    assert "by tomorrow at 10:00. If they don't, I tell the duty worker" in team.heard(KIT)[0]
    assert not team.heard(ROSA)


async def test_an_account_has_one_escalation_to_which_everything_is_added(team: Team) -> None:
    first = await team.opens(about={"because": "one"})
    again = await team.opens(kind=Kind.RING, about={"name": "two"}, ring_at="soon")
    assert again.id == first.id
    now = await team.standing()
    assert (dict(now.about), now.ring_at) == ({"because": "one", "name": "two"}, "soon")
    assert len(team.heard(PRIYA)) == 1
    assert await team.verbs() == ["opened", "paged", "added to"]


async def test_urgent_words_make_an_ordinary_one_urgent_and_its_clocks_begin_anew(team: Team) -> None:
    await team.opens()
    await team.takes(PRIYA)
    standing = await team.opens(kind=Kind.CONCERN, urgent=True)
    assert (standing.urgent, standing.state, standing.rung) == (True, EscalationState.OPEN, Rung.ADVISER)
    assert team.heard(PRIYA)[-1].startswith("URGENT. KI, number 1")
    assert standing.next_at == NOW + 5 * MINUTE


async def test_urgent_words_said_again_page_again_and_say_so(team: Team) -> None:
    await team.opens(kind=Kind.CONCERN, urgent=True)
    await team.opens(kind=Kind.CONCERN, urgent=True)
    assert [text.endswith("(again)") for text in team.heard(PRIYA)] == [False, True]


async def test_nobody_answers_and_it_climbs_to_the_alarm_which_goes_on(team: Team) -> None:
    await team.opens(kind=Kind.CONCERN, urgent=True)
    for _ in range(4):
        await team.ticks(minutes=5)
    standing = await team.standing()
    assert standing.rung is Rung.ALARM
    assert [len(team.heard(who)) for who in (PRIYA, ROSA, MAREK)] == [3, 3, 3]
    assert all(text.startswith("ALARM") for who in (PRIYA, ROSA, MAREK) for text in team.heard(who)[-2:])
    assert team.heard(PRIYA)[-1].endswith("(again)")
    assert "I keep telling the team" in team.heard(KIT)[-1]


async def test_whoever_says_i_have_got_this_is_named_and_the_others_are_told(team: Team) -> None:
    await team.opens(kind=Kind.CONCERN, urgent=True)
    await team.ticks(minutes=5)
    await team.takes(ROSA)
    assert team.heard(KIT)[-1].startswith("Rosa has seen this and is dealing with it now.")
    await team.ticks(minutes=15)
    assert "nothing followed" in team.heard(ROSA)[-1]
    assert "There was no answer in time" not in team.heard(KIT)[-1], "urgent words have their own sentence"
    assert team.heard(MAREK)[-1].startswith("URGENT")


async def test_an_answer_in_time_stops_the_clock(team: Team) -> None:
    await team.opens(kind=Kind.CONCERN, urgent=True)
    await team.takes(PRIYA)
    standing = await team.answers(PRIYA)
    assert standing.next_action == "ask whether it is finished"
    await team.ticks(hours=24)
    assert (await team.standing()).state is EscalationState.ACKNOWLEDGED


async def test_the_promised_time_goes_by_and_the_young_person_is_told_that_once(team: Team) -> None:
    await team.opens()
    await team.ticks(hours=4)
    assert team.heard(PRIYA)[-1].endswith("(again)")
    await team.ticks(hours=20)
    await team.ticks(minutes=1)
    late = [text for text in team.heard(KIT) if "There was no answer in time" in text]
    assert len(late) == 1
    assert "I've told the duty worker now" in late[0]


async def test_an_absent_adviser_was_nobodys_delay(team: Team) -> None:
    await team.goes_away(PRIYA)
    await team.opens()
    assert "no answer in time" not in team.heard(KIT)[0]
    assert "I've told the duty worker" in team.heard(KIT)[0]
    assert "nobody else can be reached" in team.heard(ROSA)[0]


async def test_who_covers_is_paged_and_is_never_said_to_have_seen_what_a_colleague_saw(team: Team) -> None:
    await team.opens()
    await team.takes(PRIYA)
    assert team.heard(KIT)[-1].startswith("Priya has seen this")
    await team.goes_away(PRIYA, TOM)
    async with team.store.transaction() as connection:
        await escalations.hurry(connection, 1, team.now)
    standing = await team.ticks(seconds=2)
    assert (standing.owner_id, standing.state) == (team.ids[TOM], EscalationState.OPEN)
    assert "I've told Tom. They have not seen it yet." in team.heard(KIT)[-1]
    assert "the one who had it is away" in team.heard(TOM)[-1]
    assert "un-acknowledged" in await team.verbs()


async def test_an_adviser_who_went_away_before_the_reminder_leaves_it_to_the_colleague(team: Team) -> None:
    await team.opens()
    await team.goes_away(PRIYA, TOM)
    standing = await team.ticks(hours=4)
    assert standing.owner_id == team.ids[TOM]
    assert len(team.heard(PRIYA)) == 1
    assert team.heard(TOM)[0].startswith("KI, number 1")


async def test_an_adviser_who_blocked_the_bot_is_passed_over_at_once(team: Team) -> None:
    await team.blocks(PRIYA)
    standing = await team.opens(kind=Kind.CONCERN, urgent=True)
    assert standing.rung is Rung.DUTY
    assert not team.heard(PRIYA)


async def test_an_owner_whose_role_was_taken_away_keeps_nothing(team: Team) -> None:
    await team.opens()
    await team.takes(PRIYA)
    async with team.store.transaction() as connection:
        await people.take_role(connection, team.ids[PRIYA], Role.ADVISER)
        await escalations.hurry(connection, 1, team.now)
    standing = await team.ticks(seconds=2)
    assert (standing.state, standing.rung) == (EscalationState.OPEN, Rung.DUTY)


async def test_if_nobody_can_be_reached_that_is_what_is_said(team: Team, caplog: pytest.LogCaptureFixture) -> None:
    await team.blocks(PRIYA, TOM, ROSA, MAREK)
    standing = await team.opens(kind=Kind.CONCERN, urgent=True)
    assert standing.rung is Rung.ALARM
    assert "I can't reach anyone in the team right now" in team.heard(KIT)[0]
    assert "ring each other" in caplog.text
    assert "Kit" not in caplog.text
    async with team.store.transaction() as connection:
        await chats.heard_from(connection, ROSA, "private", team.now)
    await team.ticks(minutes=5)
    assert team.heard(ROSA)[-1].startswith("ALARM")


async def test_what_is_asked_at_night_is_paged_when_the_office_opens_and_nobody_is_told_otherwise(team: Team) -> None:
    team.now = at("2026-11-22T03:00")
    await team.opens()
    assert not team.heard(PRIYA)
    assert "The team is closed now. I'll tell Priya tomorrow at 9:00" in team.heard(KIT)[0]
    assert "by Tuesday at 9:00" in team.heard(KIT)[0]
    team.now = at("2026-11-23T09:00")
    await team.ticks()
    assert len(team.heard(PRIYA)) == 1


async def test_at_night_urgent_words_go_to_who_is_on_call_and_to_the_adviser(team: Team) -> None:
    team.now = at("2026-11-22T03:00")
    standing = await team.opens(kind=Kind.CONCERN, urgent=True)
    assert standing.rung is Rung.ON_CALL
    assert len(team.heard(TOM)) == len(team.heard(PRIYA)) == 1
    assert f"I've told {texts.A_PERSON} now" in team.heard(KIT)[0]


async def test_a_gentle_question_holds_the_page_back_and_says_that_nobody_was_told(team: Team) -> None:
    await team.opens(kind=Kind.WORRIED, page_at=NOW + 10 * MINUTE)
    assert team.heard(KIT) == ["I have not told anyone yet. I'll tell Priya today at 10:10."]
    assert not team.heard(PRIYA)
    await team.ticks(minutes=10)
    assert len(team.heard(PRIYA)) == 1


async def test_the_same_is_not_said_twice_in_summer_either(team: Team) -> None:
    team.now = datetime(2026, 7, 6, 10, 0, tzinfo=UTC)
    await team.opens()
    stored = await team.standing()
    async with team.speaking() as speech:
        await escalating.promise(speech, NORTHMOOR, stored)
    assert len(team.heard(KIT)) == 1


async def test_somebody_who_has_not_joined_reads_what_staff_are_and_not_who(team: Team) -> None:
    await team.opens(STRANGER)
    assert "I've told the duty worker" in team.heard(STRANGER)[0]
    standing, actor = await team.standing(STRANGER), await team.actor(ROSA)
    async with team.speaking() as speech:
        await escalating.acknowledge(speech, NORTHMOOR, standing, actor)
    assert team.heard(STRANGER)[-1].startswith("The duty worker has seen this")
    assert team.heard(ROSA)[0].startswith("?, number 1")
    assert "Rosa" not in "".join(team.heard(STRANGER))


async def test_resolved_and_written_again_it_goes_to_whoever_had_it(team: Team) -> None:
    await team.opens()
    await team.takes(ROSA)
    standing, actor = await team.standing(), await team.actor(ROSA)
    async with team.speaking() as speech:
        await escalating.resolve(speech, NORTHMOOR, standing, actor, Outcome.ANSWERED)
    assert team.heard(KIT)[-1].startswith("Rosa has marked this as done.")
    assert await team.ticks(days=30) == await team.standing(), "nothing follows what is resolved"
    resolved, kit = await team.standing(), await team.actor(KIT)
    async with team.speaking() as speech:
        again = await escalating.reopen(speech, NORTHMOOR, resolved, kit)
    assert (again.id, again.owner_id, again.reopened) == (standing.id, team.ids[ROSA], 1)
    assert (await team.verbs())[-2:] == ["reopened", "paged"]


async def test_passed_on_by_hand_it_is_the_colleagues_and_the_young_person_reads_no_excuse(team: Team) -> None:
    await team.opens()
    standing, tom = await team.standing(), await team.actor(TOM)
    async with team.speaking() as speech:
        after = await escalating.pass_on(speech, NORTHMOOR, standing, to=tom, actor=team.ids[PRIYA])
    assert after.owner_id == team.ids[TOM]
    assert "a colleague passed it on" in team.heard(TOM)[0]
    assert "I've told Tom" in team.heard(KIT)[-1]
    assert "no answer in time" not in team.heard(KIT)[-1]


async def test_what_did_not_reach_the_young_person_is_told_once_and_waits_until_somebody_can_be_told(
    team: Team,
) -> None:
    await team.opens()
    async with team.store.transaction() as connection:
        gone = update(Outbox).where(Outbox.chat_id == KIT).values(state=OutboxState.UNREACHABLE, finished_at=NOW)
        await connection.execute(gone)
    await team.blocks(PRIYA, TOM, ROSA, MAREK)
    async with team.speaking() as speech:
        assert await escalating.report_undelivered(speech, NORTHMOOR) == 0
    async with team.store.transaction() as connection:
        await chats.heard_from(connection, PRIYA, "private", team.now)
    for expected in (1, 0):
        async with team.speaking() as speech:
            assert await escalating.report_undelivered(speech, NORTHMOOR) == expected
    assert "a message did not reach them (they blocked the bot" in team.heard(PRIYA)[-1]
    assert (await team.standing()).unreached


async def test_no_event_and_no_page_holds_a_name(team: Team) -> None:
    await team.opens(kind=Kind.CONCERN, urgent=True, about={"because": "words of danger"})
    await team.ticks(minutes=5)
    await team.takes(ROSA)
    async with team.store.reading() as connection:
        told = str([(e.verb, e.details) for e in await events.of_subject(connection, "escalation", [1])])
        pages = "".join(text for chat, text in team.said if chat in (PRIYA, ROSA) and "number" in text)
    assert "Kit" not in told + pages
    assert "danger" not in told + pages
    assert "Rosa" not in told


async def test_of_two_processes_only_one_takes_the_step(postgresql_store: Store) -> None:
    team = Team(postgresql_store)
    await team.joins(ROSA, "Rosa Trial", Role.DUTY)
    await team.opens(STRANGER, kind=Kind.CONCERN, urgent=True)
    team.now += 5 * MINUTE
    async with team.speaking() as first, team.speaking() as second:
        assert await escalating.take_step(first, NORTHMOOR, 1)
        assert not await escalating.take_step(second, NORTHMOOR, 1)
    async with team.speaking() as third:
        await escalating.take_step(third, NORTHMOOR, 1)
        assert not third.outgoing, "the step was taken already"


async def test_pages_go_in_their_own_lane_and_lead_back_to_the_escalation(team: Team) -> None:
    await team.opens()
    async with team.store.reading() as connection:
        rows = list(await connection.execute(Outbox.__table__.select().where(Outbox.chat_id == PRIYA)))
    assert [(row.lane, row.escalation_id) for row in rows] == [(Lane.PAGE, 1)]
