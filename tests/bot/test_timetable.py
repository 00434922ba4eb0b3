"""The bot's own timetable: rules that hold for every date, every opening and every change of the clocks."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import notice as notice_rule
from bot import timetable as rule
from bot.models import NoticeKind, NoticeState, OpportunityState
from bot.settings import ROOT
from bot.store.notices import Notice
from bot.store.opportunities import Stored
from content import recurrence
from content.council import load_council
from content.opportunity import Opportunity, OpportunityKind
from tests.conftest import NOW

ZONE = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml").zone
MOMENTS = st.integers(0, 3 * 366 * 24 * 60).map(
    lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
DATES = st.dates(date(2026, 1, 1), date(2028, 12, 31))
CHEF = Stored(
    12, Opportunity(OpportunityKind.JOB, "Chef", closes_on=date(2026, 12, 18)), OpportunityState.OPEN, "form", opened_at=NOW
)  # fmt: skip


def own(days: tuple[date, ...], **more: object) -> Notice:
    given_ = Notice(
        id=7, kind=NoticeKind.CLOSING, subject="opportunity:12", text="", photo=None, audience="{}",
        rule="RDATE=" + ",".join(map(str, days)) if len(days) > 1 else "", first_day=days[0],
        last_day=days[-1] if len(days) > 1 else None, at="16:00", late_hours=24, state=NoticeState.PLANNED, made_by=None,
        made_at=NOW, approval_id=None, approved_by=None, revision=0,
    )  # fmt: skip
    return replace(given_, **more)  # type: ignore[arg-type]


@given(MOMENTS, st.sampled_from([(rule.WEEKLY, rule.WEEKLY_AT), (rule.ISSUES, rule.ISSUED_AT)]))
def test_the_next_time_is_still_to_come_and_never_in_quiet_hours(moment: datetime, series: tuple[str, object]) -> None:
    by_rule, at = series
    due = recurrence.moment(rule.next_on(by_rule, at, moment, ZONE), at, ZONE)  # type: ignore[arg-type]
    assert due > moment
    assert not notice_rule.is_quiet(due, ZONE)


@given(MOMENTS)
def test_a_newsletter_comes_out_on_the_first_thursday_of_every_second_month(moment: datetime) -> None:
    day = rule.next_on(rule.ISSUES, rule.ISSUED_AT, moment, ZONE)
    assert (day.weekday(), day.month % 2) == (3, 1)
    assert day.day <= 7


@given(DATES, MOMENTS, MOMENTS)
def test_a_reminder_is_seven_or_two_days_before_at_four_and_never_in_the_past(
    closes_on: date, opened_at: datetime, now: datetime
) -> None:
    days = rule.reminder_days(closes_on, opened_at, now, ZONE)
    assert set(days) <= {closes_on - timedelta(days=7), closes_on - timedelta(days=2)}
    assert list(days) == sorted(days)
    for day in days:
        due = recurrence.moment(day, rule.REMINDED_AT, ZONE)
        assert due > max(opened_at, now)
        assert not notice_rule.is_quiet(due, ZONE)


@given(DATES, MOMENTS, MOMENTS, MOMENTS)
def test_a_reminder_that_stands_is_never_lost_by_time_going_by(
    closes_on: date, opened_at: datetime, first: datetime, second: datetime
) -> None:
    now, later = sorted((first, second))
    known = rule.reminder_days(closes_on, opened_at, now, ZONE)
    assert rule.reminder_days(closes_on, opened_at, later, ZONE, known) == known


def test_both_reminders_of_a_job_that_opened_early_stand() -> None:
    assert rule.wanted_days(CHEF, None, NOW, ZONE) == (date(2026, 12, 11), date(2026, 12, 16))


@pytest.mark.parametrize(
    ("change", "facts"),
    [
        ({"state": OpportunityState.WITHDRAWN}, {}),
        ({"state": OpportunityState.CLOSED}, {}),
        ({}, {"closes_on": None}),
        ({}, {"closes_on": date(2026, 11, 22)}),
        ({}, {"kind": OpportunityKind.SUCCESS_STORY}),
    ],
)
def test_nobody_is_reminded_of_what_is_gone_or_has_no_end(change: dict[str, object], facts: dict[str, object]) -> None:
    stored = replace(CHEF, facts=replace(CHEF.facts, **facts), **change)  # type: ignore[arg-type]
    assert rule.wanted_days(stored, None, NOW, ZONE) == ()
    assert rule.wanted_days(None, None, NOW, ZONE) == ()


def test_what_staff_cancelled_is_not_made_again() -> None:
    days = (date(2026, 12, 11), date(2026, 12, 16))
    assert not rule.is_kept(None, days, NOW, ZONE)
    assert rule.is_kept(own(days), days, NOW, ZONE)
    assert not rule.is_kept(own(days), days[1:], NOW, ZONE)
    assert not rule.is_kept(own(days), (), NOW, ZONE)
    assert rule.is_kept(own(days, state=NoticeState.CANCELLED), days[1:], NOW, ZONE)
    assert not rule.is_kept(own(days, state=NoticeState.DONE), days, NOW, ZONE)
    assert rule.is_kept(own(days, state=NoticeState.DONE), days, NOW + timedelta(days=30), ZONE)
