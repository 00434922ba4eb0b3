"""The newsletter for foster carers: what it says, in what order, and its A4 pages."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot import newsletter, newsletter_pdf
from bot.models import OpportunityState
from bot.newsletter import Newsletter, Sessions
from bot.settings import ROOT
from bot.store import opportunities
from bot.store.engine import Store
from bot.store.opportunities import Stored
from content.council import load_council
from content.opportunity import Opportunity, OpportunityKind
from tests import hub
from tests.conftest import NOW

COUNCIL = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")
DAY = date(2027, 1, 7)
LINK = "https://t.me/compass_practice_bot?start=jobs"
CHEF = Stored(
    1, Opportunity(OpportunityKind.JOB, "Chef", "The Copper Kettle", where="Mill Lane", closes_on=date(2027, 1, 15)),
    OpportunityState.OPEN, "form",
)  # fmt: skip
CLUB = Sessions("Job club", "DWP", "The Hub", "14:00 to 16:00", ("Tuesday 12 January", "Tuesday 19 January"))
ONE = Newsletter(DAY, "Happy new year.", (CHEF,), (CLUB,), ())


def test_the_message_says_what_is_open_when_and_where() -> None:
    said = newsletter.message(ONE, COUNCIL).text
    assert said.startswith("News for foster carers\nCompass, Northmoor. January 2027\n\nHappy new year.")
    assert "• Chef\nJob, The Copper Kettle\nWhere: Mill Lane. Closes Friday 15 January." in said
    assert "• Job club with DWP. The Hub\n14:00 to 16:00: Tuesday 12 January, Tuesday 19 January" in said
    assert said.endswith("The Compass duty worker: 01632 960110")
    assert "Good news" not in said


async def test_a_series_of_every_week_is_one_line_and_a_cancelled_session_is_none(store: Store) -> None:
    async with store.transaction() as connection:
        for days in (1, 8, 15, 40):
            await hub.drop_in(connection, NOW + timedelta(days=days), name=f"In {days} days")
        await hub.cancel(connection, 2)
        await opportunities.add(connection, NOW, CHEF.facts, source="form", made_by=1, state=OpportunityState.DRAFT)
        found = await newsletter.gather(connection, COUNCIL, "", DAY, NOW)
    assert [one.name for one in found.sessions] == ["In 1 days", "In 15 days"]
    assert found.opportunities == ()
    assert not found.is_empty


def test_a_newsletter_with_nothing_in_it_is_empty() -> None:
    assert Newsletter(DAY, "", (), (), ()).is_empty
    assert not replace(ONE, opportunities=(), sessions=()).is_empty


@pytest.mark.parametrize("count", [0, 1, 40])
def test_the_pdf_has_as_many_pages_as_it_needs(count: int) -> None:
    made = replace(ONE, opportunities=(CHEF,) * count, sessions=(CLUB,) * count)
    document, pages = newsletter_pdf.render(made, COUNCIL, LINK)
    assert document.startswith(b"%PDF-")
    assert document.count(b"/Type /Page\n") == pages
    assert (pages == 1) == (count < 2)


@pytest.mark.parametrize(
    "title", ["🍳🍳🍳", "Zoë and Łukasz", "عمل في المطبخ", "x" * 300, "\u202eevil", "", "料理人", "a\nb\tc"]
)
def test_no_title_breaks_the_pdf(title: str) -> None:
    odd = replace(CHEF, facts=replace(CHEF.facts, title=title, who=title, where=title))
    document, _ = newsletter_pdf.render(replace(ONE, opportunities=(odd,), introduction=title), COUNCIL, LINK)
    assert b"/Title" in document
