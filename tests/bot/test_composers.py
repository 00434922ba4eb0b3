"""What a notice about something says is made from it at the moment it goes out; what is gone is not sent."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from bot import composers, composing
from bot.composing import Choice, Composed
from bot.models import NoticeKind, NoticeState, OpportunityState
from bot.settings import ROOT
from bot.store import opportunities
from bot.store.engine import Store
from bot.store.notices import Notice
from content.council import load_council
from content.opportunity import Opportunity, OpportunityKind
from tests import hub
from tests.conftest import NOW

COUNCIL = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
FACTS = Opportunity(OpportunityKind.JOB, "Apprentice chef", "The Copper Kettle", closes_on=date(2026, 11, 27))
THURSDAY = datetime(2026, 11, 26, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def registered() -> None:
    composers.register()


def about(kind: NoticeKind, subject: str = "") -> Notice:
    return Notice(
        id=7, kind=kind, subject=subject, text="", photo=None, audience="{}", rule="", first_day=NOW.date(), last_day=None,
        at="10:00", late_hours=24, state=NoticeState.PLANNED, made_by=None, made_at=NOW, approval_id=None, approved_by=None,
        revision=0,
    )  # fmt: skip


async def composed(store: Store, notice: Notice, now: datetime = NOW) -> Composed | None:
    async with store.reading() as connection:
        return await composing.compose(connection, COUNCIL, notice, None, now)


async def add(store: Store, facts: Opportunity = FACTS, photo: str | None = None) -> int:
    async with store.transaction() as connection:
        return await opportunities.add(
            connection, NOW, facts, source="form", made_by=1, photo=photo, state=OpportunityState.OPEN
        )


def verbs(found: Composed | None, *, private: bool) -> list[str]:
    assert found is not None
    rows = found.private if private else found.choices
    return [one.verb for row in rows for one in row if isinstance(one, Choice)]


async def test_an_opportunity_has_its_photo_and_one_tap_for_everybody(store: Store) -> None:
    number = await add(store, photo="file")
    found = await composed(store, about(NoticeKind.OPPORTUNITY, f"opportunity:{number}"))
    assert found is not None
    assert (found.photo, verbs(found, private=False), verbs(found, private=True)) == (
        "file",
        ["interested"],
        ["jobnot"],
    )
    assert "Apprentice chef" in found.message.text


async def test_a_success_story_asks_nobody_whether_they_are_interested(store: Store) -> None:
    number = await add(store, replace(FACTS, kind=OpportunityKind.SUCCESS_STORY, closes_on=None))
    found = await composed(store, about(NoticeKind.OPPORTUNITY, f"opportunity:{number}"))
    assert (verbs(found, private=False), verbs(found, private=True)) == ([], [])


@pytest.mark.parametrize(
    ("now", "words"), [(NOW, "closes on Friday."), (THURSDAY, "closes tomorrow."), (THURSDAY + timedelta(days=1), "closes today.")]
)  # fmt: skip
async def test_a_reminder_says_the_day_as_people_do(store: Store, now: datetime, words: str) -> None:
    number = await add(store)
    found = await composed(store, about(NoticeKind.CLOSING, f"opportunity:{number}"), now)
    assert found is not None
    assert words in found.message.text


@pytest.mark.parametrize("kind", [NoticeKind.OPPORTUNITY, NoticeKind.CLOSING])
@pytest.mark.parametrize("subject", ["opportunity:1", "opportunity:99", "opportunity:", "", "drop_in:1"])
async def test_what_is_closed_or_gone_says_nothing(store: Store, kind: NoticeKind, subject: str) -> None:
    await add(store)
    assert await composed(store, about(kind, subject), NOW + timedelta(days=9)) is None


async def test_a_drop_in_says_when_and_where_until_it_begins(store: Store) -> None:
    async with store.transaction() as connection:
        number = await hub.drop_in(connection, NOW + timedelta(days=1, hours=4), capacity=6)
    notice = about(NoticeKind.DROP_IN, f"drop_in:{number}")
    found = await composed(store, notice)
    assert found is not None
    assert verbs(found, private=False) == ["coming", "notcoming"]
    assert all(
        part in found.message.text for part in ("Tuesday 24 November", "The Hub, 12 Mill Lane", "6 places left.")
    )
    assert await composed(store, notice, NOW + timedelta(days=1, hours=4)) is None
    async with store.transaction() as connection:
        await hub.cancel(connection, number)
    assert await composed(store, notice) is None


async def test_the_week_has_its_drop_ins_and_what_closes_in_it_and_no_more(store: Store) -> None:
    async with store.transaction() as connection:
        await hub.drop_in(connection, NOW + timedelta(days=1), name="This week")
        await hub.drop_in(connection, NOW + timedelta(days=8), name="The week after")
        await hub.drop_in(connection, NOW - timedelta(hours=5), name="Over already")
    await add(store)
    await add(store, replace(FACTS, title="Later", closes_on=date(2026, 11, 30)))
    found = await composed(store, about(NoticeKind.WHATS_ON))
    assert found is not None
    said = found.message.text
    assert ["This week" in said, "Apprentice chef" in said] == [True, True]
    assert not any(part in said for part in ("The week after", "Over already", "Later"))
    assert (verbs(found, private=False), verbs(found, private=True)) == ([], ["dropin", "job"])


async def test_a_week_with_only_a_cancelled_drop_in_says_nothing(store: Store) -> None:
    async with store.transaction() as connection:
        await hub.cancel(connection, await hub.drop_in(connection, NOW + timedelta(days=1)))
    assert await composed(store, about(NoticeKind.WHATS_ON)) is None


async def test_a_button_of_an_opportunity_ends_at_a_whole_word(store: Store) -> None:
    number = await add(store, replace(FACTS, title="Apprentice chef and kitchen hand at the harbour"))
    found = await composed(store, about(NoticeKind.CLOSING, f"opportunity:{number}"))
    week = await composed(store, about(NoticeKind.WHATS_ON))
    for shown in (found, week):
        assert shown is not None
        labels = [one.label for row in shown.private for one in row if isinstance(one, Choice) and one.verb == "job"]
        assert labels == ["Apprentice chef and kitchen hand at the…"]
