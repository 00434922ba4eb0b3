"""The bot's own timetable as the clock keeps it: made once, moved with what it is about, and sent to whom it is for."""

from datetime import UTC, date, datetime, timedelta
from typing import cast

import pytest

from bot import announcing, composers, timetable
from bot import notice as rule
from bot.models import Audience as GroupAudience
from bot.models import FiringState, Lane, NoticeKind, NoticeState, OpportunityState, Role
from bot.service import Service
from bot.store import notices, opportunities, receipts
from bot.store.engine import Store
from bot.store.notices import Chosen, Notice
from content.opportunity import Opportunity, OpportunityKind
from scheduler import timetable as by_clock
from tests import hub
from tests.conftest import NOW
from tests.scheduler.test_notice import COUNCIL, LOUNGE, RUTH, Part

MONDAY = datetime(2026, 11, 30, 10, tzinfo=UTC)
"""The next Monday at ten: what the week brings goes out."""


class Kept(Part):
    """The part of the service that sends, with the timetable kept as well."""

    async def keeps(self, moment: datetime | None = None) -> None:
        self.clock.moment = moment or self.clock.moment
        await by_clock.tick(cast(Service, self))

    async def own(self, *kinds: NoticeKind) -> list[Notice]:
        async with self.store.reading() as connection:
            found = await notices.in_state(connection, *NoticeState)
        return [one for one in found if one.made_by is None and (not kinds or one.kind in kinds)]

    async def closing(self) -> Notice:
        (one,) = await self.own(NoticeKind.CLOSING)
        return one

    async def job(self, closes_on: date | None = date(2026, 12, 18)) -> int:
        facts = Opportunity(OpportunityKind.JOB, "Apprentice chef", "The Copper Kettle", closes_on=closes_on)
        async with self.store.transaction() as connection:
            return await opportunities.add(
                connection, self.clock.now(), facts, source="form", made_by=1, state=OpportunityState.OPEN
            )

    async def closes(self, number: int, closes_on: date | None) -> None:
        async with self.store.transaction() as connection:
            stored = await opportunities.get(connection, number)
            assert stored is not None
            facts = Opportunity(OpportunityKind.JOB, stored.facts.title, stored.facts.who, closes_on=closes_on)
            await opportunities.change(connection, number, facts)

    async def chooses(self, person: int | None, **chosen: object) -> None:
        async with self.store.transaction() as connection:
            await notices.choose(connection, person or 0, Chosen(**chosen))  # type: ignore[arg-type]

    async def got(self) -> list[int]:
        return sorted(chat for chat, _ in await self.sent())


@pytest.fixture
async def part(store: Store) -> Kept:
    composers.register()
    made = Kept(store)
    await made.person(RUTH, "Ruth Calder", Role.MANAGER)
    return made


# --- the week


async def test_the_weekly_notice_is_made_once_and_stays_cancelled(part: Kept) -> None:
    await part.keeps()
    await part.keeps(NOW + timedelta(hours=1))
    (week,) = await part.own()
    assert (week.kind, week.first_day, week.at, week.rule) == (
        NoticeKind.WHATS_ON, date(2026, 11, 30), "10:00", "FREQ=WEEKLY;BYDAY=MO",
    )  # fmt: skip
    manager = await part.person(77, "Nadia Frost", Role.MANAGER)
    async with part.speech() as speech:
        assert await announcing.cancel(speech, week.id, manager)
    await part.keeps(NOW + timedelta(days=9))
    assert [one.state for one in await part.own()] == [NoticeState.CANCELLED]


async def test_on_monday_it_goes_to_the_groups_and_to_those_who_are_in_none_of_them(part: Kept) -> None:
    await part.group()
    await part.young(21, 22, 23)
    async with part.store.transaction() as connection:
        await hub.drop_in(connection, MONDAY + timedelta(days=1, hours=4))
        await receipts.note_seen(connection, NOW, LOUNGE, 22)
    await part.keeps()
    await part.ticks(MONDAY - timedelta(minutes=1))
    assert await part.got() == []
    await part.ticks(MONDAY)
    assert await part.got() == [LOUNGE, 21, 23]
    await part.ticks(MONDAY + timedelta(minutes=5))
    assert await part.got() == [LOUNGE, 21, 23]


async def test_a_group_that_was_registered_since_gets_it_too_and_no_other(part: Kept) -> None:
    await part.keeps()
    await part.group()
    await part.group(-1002, GroupAudience.FOSTER_CARERS)
    await part.group(-1003, GroupAudience.DUTY)
    async with part.store.transaction() as connection:
        await hub.drop_in(connection, MONDAY + timedelta(days=1, hours=4))
    await part.ticks(MONDAY)
    assert await part.got() == [LOUNGE]


@pytest.mark.parametrize(
    "more",
    [{"muted": frozenset({"what's on"})}, {"paused_until": MONDAY + timedelta(days=1)}],
    ids=["muted", "on a break"],
)
async def test_it_comes_to_nobody_who_does_not_want_it(part: Kept, more: dict[str, object]) -> None:
    mute, friend = await part.young(21, 22)
    await part.chooses(mute.id, **more)
    await part.chooses(friend.id, muted=frozenset({"opportunity"}), paused_until=MONDAY - timedelta(days=1))
    async with part.store.transaction() as connection:
        await hub.drop_in(connection, MONDAY + timedelta(days=1, hours=4))
    await part.keeps()
    await part.ticks(MONDAY)
    assert await part.got() == [22]


@pytest.mark.parametrize(("hours", "words"), [(23, "Sorry, it is late."), (25, None)])
async def test_a_late_one_goes_out_with_a_note_until_tuesday_at_ten_and_then_never(
    part: Kept, hours: int, words: str | None
) -> None:
    await part.young(21)
    async with part.store.transaction() as connection:
        await hub.drop_in(connection, MONDAY + timedelta(days=2, hours=4))
    await part.keeps()
    await part.ticks(MONDAY + timedelta(hours=hours))
    sent = [text for _, text in await part.sent()]
    assert [words in text for text in sent if words] == ([True] if words else [])
    assert (len(sent), len(await part.sent(Lane.REPLY))) == ((1, 0) if words else (0, 1))


async def test_a_week_with_nothing_in_it_is_not_sent_and_managers_hear_why(part: Kept) -> None:
    await part.young(21)
    await part.keeps()
    await part.ticks(MONDAY)
    assert await part.got() == []
    ((to, words),) = await part.sent(Lane.REPLY)
    assert to == RUTH
    assert "No drop-in is planned for this week, and nothing closes." in words


# --- closing dates


async def test_reminders_are_made_when_it_opens_and_only_once(part: Kept) -> None:
    number = await part.job()
    await part.job(None)
    for _ in range(3):
        await part.keeps()
    closing = await part.closing()
    assert closing.subject == f"opportunity:{number}"
    assert timetable.days_of(closing) == (date(2026, 12, 11), date(2026, 12, 16))
    assert closing.is_for.asked_about == number


async def test_they_go_out_at_four_to_those_who_have_not_said_no(part: Kept) -> None:
    number = await part.job()
    said_no, undecided = await part.young(21, 22)
    async with part.store.transaction() as connection:
        await opportunities.decline(connection, NOW, number, said_no.id or 0)
    await part.keeps()
    await part.ticks(datetime(2026, 12, 11, 15, 59, tzinfo=UTC))
    assert await part.got() == []
    await part.ticks(datetime(2026, 12, 11, 16, tzinfo=UTC))
    ((to, words),) = await part.sent()
    assert to == undecided.telegram_id
    assert words.startswith("Apprentice chef closes on Friday 18 December.")
    await part.answered()
    await part.ticks(datetime(2026, 12, 16, 16, tzinfo=UTC))
    assert [("closes on Friday." in words) for _, words in await part.sent()] == [False, True]


async def test_they_move_with_the_closing_date_and_back(part: Kept) -> None:
    number = await part.job()
    await part.keeps()
    await part.ticks(datetime(2026, 12, 4, 12, tzinfo=UTC))
    await part.closes(number, date(2026, 12, 20))
    await part.keeps()
    closing = await part.closing()
    assert timetable.days_of(closing) == (date(2026, 12, 13), date(2026, 12, 18))
    await part.closes(number, date(2026, 12, 18))
    await part.keeps()
    await part.ticks()
    planned = [one.day for one in await part.firings(closing.id) if one.state is FiringState.PLANNED]
    assert planned == ["2026-12-11", "2026-12-16"]


async def test_a_time_that_staff_took_out_is_not_put_back(part: Kept) -> None:
    number = await part.job()
    await part.keeps()
    await part.ticks(datetime(2026, 12, 4, 12, tzinfo=UTC))
    closing = await part.closing()
    first = (await part.firings(closing.id))[0]
    manager = await part.person(77, "Nadia Frost", Role.MANAGER)
    async with part.speech() as speech:
        assert await announcing.take_back(speech, first.id, manager)
    for day in (20, 18):
        await part.closes(number, date(2026, 12, day))
        await part.keeps()
    await part.ticks()
    planned = [one.day for one in await part.firings(closing.id) if one.state is FiringState.PLANNED]
    assert planned == ["2026-12-16"]


@pytest.mark.parametrize("gone", [OpportunityState.WITHDRAWN, OpportunityState.CLOSED])
async def test_they_end_with_the_opportunity_and_come_back_with_it(part: Kept, gone: OpportunityState) -> None:
    number = await part.job()
    await part.young(21)
    await part.keeps()
    await part.ticks(datetime(2026, 12, 4, 12, tzinfo=UTC))
    async with part.store.transaction() as connection:
        await opportunities.move(connection, number, NOW, gone, OpportunityState.OPEN)
    await part.keeps()
    assert (await part.closing()).state is NoticeState.DONE
    await part.ticks(datetime(2026, 12, 11, 16, tzinfo=UTC))
    assert await part.got() == []
    async with part.store.transaction() as connection:
        await opportunities.move(connection, number, NOW, OpportunityState.OPEN, gone)
    await part.keeps()
    await part.ticks(datetime(2026, 12, 16, 16, tzinfo=UTC))
    assert await part.got() == [21]


# --- the newsletter

THURSDAY = datetime(2027, 1, 7, 10, tzinfo=UTC)


async def editors_heard(part: Kept) -> list[str]:
    return [words for chat, words in await part.sent(Lane.NOTICE) if chat == RUTH]


async def test_a_newsletter_is_drafted_a_week_before_and_staff_hear_of_it_once(part: Kept) -> None:
    await part.group(-1002, GroupAudience.FOSTER_CARERS)
    await part.keeps(THURSDAY - timedelta(days=8))
    assert await part.own(NoticeKind.NEWSLETTER) == []
    for hours in (0, 1, 30):
        await part.keeps(THURSDAY - timedelta(days=7) + timedelta(hours=hours))
    (draft,) = await part.own(NoticeKind.NEWSLETTER)
    assert (draft.state, draft.first_day, draft.late_hours) == (NoticeState.DRAFT, THURSDAY.date(), 96)
    (heard,) = await editors_heard(part)
    assert "is ready to be looked at" in heard


async def test_one_that_nobody_approved_goes_to_nobody_and_staff_hear_of_it(part: Kept) -> None:
    await part.group(-1002, GroupAudience.FOSTER_CARERS)
    await part.job(date(2027, 2, 1))
    for moment in (THURSDAY - timedelta(days=7), THURSDAY, THURSDAY + timedelta(days=5), THURSDAY + timedelta(days=6)):
        await part.keeps(moment)
        await part.ticks(moment)
    assert [chat for chat, _ in await part.sent() if chat < 0] == []
    ready, not_approved, over = await editors_heard(part)
    assert "ready to be looked at" in ready
    assert not_approved.endswith("until Monday at 10:00.")
    assert "was never approved" in over
    assert [one.state for one in await part.own(NoticeKind.NEWSLETTER)] == [NoticeState.DONE]


async def test_without_a_group_of_foster_carers_nobody_is_bothered(part: Kept) -> None:
    await part.keeps(THURSDAY - timedelta(days=7))
    assert await part.own(NoticeKind.NEWSLETTER) == []


async def test_an_approved_one_goes_to_the_foster_carers_groups_alone(part: Kept) -> None:
    await part.group()
    await part.group(-1002, GroupAudience.FOSTER_CARERS)
    await part.young(21)
    await part.job(date(2027, 2, 1))
    await part.keeps(THURSDAY - timedelta(days=7))
    (draft,) = await part.own(NoticeKind.NEWSLETTER)
    async with part.speech() as speech:
        await announcing.asked(speech, draft, 5)
        assert await announcing.approved(speech, COUNCIL, draft.id, 5, 1)
    await part.ticks(THURSDAY)
    sent = [(chat, words) for chat, words in await part.sent() if "News for foster carers" in words]
    assert [chat for chat, _ in sent] == [-1002]
    assert "Apprentice chef" in sent[0][1]


async def test_nothing_of_the_timetable_ever_goes_out_in_quiet_hours(part: Kept) -> None:
    await part.young(21)
    await part.job()
    async with part.store.transaction() as connection:
        await hub.drop_in(connection, MONDAY + timedelta(days=1, hours=4))
    await part.keeps()
    for hour in (0, 5, 8, 21, 23):
        await part.ticks(MONDAY.replace(hour=hour))
        assert rule.is_quiet(part.clock.now(), COUNCIL.zone)
        assert await part.got() == []
        await part.answered()
