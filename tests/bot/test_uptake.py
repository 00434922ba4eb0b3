"""The reports of /uptake: what they find, what they say in words, and the picture."""

from __future__ import annotations

import io
import random
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from bot import uptake, uptake_picture
from bot.interest import ORDER
from bot.models import Reason, Stage
from bot.uptake import Counted, Report
from content.council import load_council
from content.opportunity import OpportunityKind
from content.texts import uptake as texts
from tests.joining import NORTHMOOR

TODAY = date(2026, 11, 22)
ZONE = load_council(NORTHMOOR).zone
ROWS = st.lists(
    st.builds(
        Counted, st.sampled_from(["2026-08", "2026-10", "2026-11"]), st.sampled_from(sorted(texts.KINDS)), st.sampled_from(ORDER),
        st.none() | st.sampled_from(Reason),
    ),
    max_size=80,
)  # fmt: skip


def report(rows: list[Counted], view: str = "funnel", months: int = 12) -> Report:
    return uptake.report(uptake.protect(rows, TODAY, lambda key: len(key) % 5), view, months)


def people(count: int, reached: Stage, kind: str = "job", month: str = "2026-11") -> list[Counted]:
    return [Counted(month, kind, reached, Reason.TRAVEL if reached is Stage.INTERESTED else None)] * count


def test_the_title_says_where_most_are_lost() -> None:
    found = report([*people(60, Stage.INTERESTED), *people(10, Stage.TALKED), *people(30, Stage.STARTED)])
    assert found.finding == "Most are lost between interested and talked to"
    assert found.lost_at == 0


def test_with_few_people_it_says_so_and_claims_nothing() -> None:
    assert report(people(3, Stage.STARTED)).finding == texts.TOO_FEW
    assert report([]).finding == texts.TOO_FEW
    assert report([]).is_empty


def test_where_everybody_gets_through_nobody_is_said_to_be_lost() -> None:
    assert report(people(40, Stage.STILL_13_WEEKS)).finding == texts.HARDLY_LOST


def test_the_words_hold_every_number_of_the_picture_for_whoever_cannot_see_it() -> None:
    rows = [*people(60, Stage.INTERESTED), *people(30, Stage.STARTED, "course")]
    for view in uptake.VIEWS:
        found = report(rows, view)
        words = "\n".join(uptake.words(found))
        bars = [
            *found.funnel,
            *found.reasons,
            *(bar for pair in found.pairs for bar in (pair.interested, pair.started)),
        ]
        assert bars
        assert all(bar.said in words for bar in bars)
        assert found.finding in words


@given(ROWS, st.sampled_from(uptake.VIEWS), st.sampled_from(uptake.PERIODS))
def test_no_report_tells_a_number_that_is_not_rounded(rows: list[Counted], view: str, months: int) -> None:
    found = report(rows, view, months)
    bars = [*found.funnel, *found.reasons, *(bar for pair in found.pairs for bar in (pair.interested, pair.started))]
    assert all(bar.shown % 5 == 0 for bar in bars)
    shown = [bar.shown for bar in found.funnel]
    assert shown == sorted(shown, reverse=True)


@given(ROWS)
def test_three_months_are_the_sum_of_their_months_so_that_subtracting_reports_tells_nothing(
    rows: list[Counted],
) -> None:
    tables = uptake.protect(rows, TODAY, lambda key: len(key) % 5)
    for table in (*tables.stages.values(), tables.reasons):
        last = tables.months[-3:]
        each = [table.of([month]) for month in last]
        assert table.of(last) == {name: sum(month[name] for month in each) for name in table.parts}


def test_months_are_local_and_none_is_left_out() -> None:
    late = datetime(2026, 10, 31, 23, 59, tzinfo=UTC)
    assert uptake.counted([(late, "job", Stage.TALKED, None)], ZONE)[0].month == "2026-10"
    summer = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert uptake.counted([(summer, "job", Stage.TALKED, None)], ZONE)[0].month == "2026-07"
    assert uptake.months_to(date(2027, 2, 1), "2026-11") == ["2026-11", "2026-12", "2027-01", "2027-02"]


def test_every_kind_stage_and_reason_has_its_words() -> None:
    assert set(texts.KINDS) == {str(kind) for kind in OpportunityKind}
    assert set(texts.STAGES) == set(ORDER)
    assert set(texts.REASONS) == set(Reason)


@pytest.mark.parametrize("view", uptake.VIEWS)
def test_the_picture_is_as_wide_as_a_phone_and_light_enough_to_send(view: str) -> None:
    chance = random.Random(4)
    kinds = sorted(texts.KINDS)
    rows = [
        Counted(
            f"2026-{chance.randint(1, 11):02}",
            chance.choice(kinds),
            chance.choice(ORDER),
            chance.choice([None, *Reason]),
        )
        for _ in range(300)
    ]
    drawn = uptake_picture.draw(report(rows, view))
    with Image.open(io.BytesIO(drawn)) as picture:
        assert picture.width == 1080
        assert picture.height < 2400
    assert len(drawn) < 400_000


def test_nothing_is_drawn_of_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to draw"):
        uptake_picture.draw(report([]))
