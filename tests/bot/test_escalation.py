"""The clocks of an escalation, and a virtual year of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import working_time
from bot.escalation import (
    ALARM_AGAIN,
    Action,
    Facts,
    Nudge,
    Page,
    PassTo,
    Plan,
    RaiseAlarm,
    Wait,
    due_at,
    first_rung,
    is_overdue,
    next_step,
    plan,
)
from bot.models import EscalationState, Rung
from content.council import Council
from tests.bot.test_working_time import BANK_HOLIDAYS, LONDON, NEVER_OPEN, NORTHMOOR, at

OPEN, ACKNOWLEDGED, RESOLVED = EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.RESOLVED
MONDAY = at("2026-11-23T10:00")
NIGHT = at("2026-11-22T03:00")
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
Step = tuple[datetime, str, Rung]


def opened(now: datetime, *, urgent: bool, council: Council = NORTHMOOR) -> Facts:
    return Facts(urgent, OPEN, first_rung(council, now, urgent=urgent), now, 0, now)


def after(facts: Facts, council: Council, now: datetime, *, there: bool = True) -> tuple[Facts, str]:
    """How it stands after the clock's step, as the store keeps it, and what happened."""
    step = next_step(facts, council, now, somebody_there=there)
    match step:
        case Page(again=again, since=since):
            began = facts.clock_from if again else since
            changed = replace(facts, pages=facts.pages + 1, clock_from=began)
            word = "remind" if again else "page"
        case PassTo(rung=rung, since=since, why=why):
            changed = replace(
                facts, state=OPEN, rung=rung, clock_from=since, pages=0, acknowledged_at=None, answered_at=None,
            )  # fmt: skip
            return replace(changed, promised_at=None), why
        case RaiseAlarm(since=since):
            changed, word = replace(facts, pages=facts.pages + 1, clock_from=since), "alarm"
        case Nudge(since=since):
            changed, word = replace(facts, pages=facts.pages + 1, clock_from=since), "nudge"
        case _:
            return facts, ""
    return replace(changed, promised_at=plan(changed, council).promised_at), word


def told(facts: Facts, council: Council, until: datetime, tick: timedelta = timedelta()) -> list[Step]:
    """What the clock does up to then if nobody does anything. Each step is taken `tick` after its time."""
    steps: list[Step] = []
    while (moment := plan(facts, council).at + tick) <= until and plan(facts, council).action is not Action.NOTHING:
        while True:
            before = facts.rung
            facts, word = after(facts, council, moment)
            if not word:
                break
            steps.append((moment, word, before if word in ("page", "remind", "alarm", "nudge") else facts.rung))
        if plan(facts, council).at + tick <= moment:
            raise AssertionError(f"it stands still at {moment}")
    return steps


def said(steps: list[Step]) -> list[tuple[str, str, str]]:
    return [(f"{moment.astimezone(LONDON):%a %d %H:%M}", word, str(rung)) for moment, word, rung in steps]


# --- urgent


def test_an_urgent_one_reaches_duty_after_5_minutes_a_manager_after_10_and_everybody_after_15() -> None:
    steps = told(opened(MONDAY, urgent=True), NORTHMOOR, MONDAY + 26 * MINUTE)
    pages = [((moment - MONDAY) // MINUTE, word, rung) for moment, word, rung in steps if word in ("page", "alarm")]
    assert pages == [
        (0, "page", Rung.ADVISER), (5, "page", Rung.DUTY), (10, "page", Rung.MANAGER), (15, "page", Rung.ALARM),
        (20, "alarm", Rung.ALARM), (25, "alarm", Rung.ALARM),
    ]  # fmt: skip


@pytest.mark.parametrize("moment", [NIGHT, at("2026-11-21T12:00"), at("2026-12-25T12:00"), at("2026-12-29T10:00")])
def test_at_night_at_weekends_and_on_closed_days_who_is_on_call_is_asked_first(moment: datetime) -> None:
    steps = told(opened(moment, urgent=True), NORTHMOOR, moment + 15 * MINUTE)
    assert [rung for _, word, rung in steps if word == "page"] == [Rung.ON_CALL, Rung.DUTY, Rung.MANAGER, Rung.ALARM]
    assert steps[0][0] == moment


def test_in_office_hours_an_urgent_one_is_the_advisers() -> None:
    assert first_rung(NORTHMOOR, MONDAY, urgent=True) is Rung.ADVISER
    assert first_rung(NORTHMOOR, NIGHT, urgent=False) is Rung.ADVISER


def test_the_councils_own_minutes_count() -> None:
    clocks = replace(NORTHMOOR.clocks, urgent=tuple(timedelta(minutes=m) for m in (0, 2, 4, 7)))
    council = replace(NORTHMOOR, clocks=clocks)
    steps = told(opened(MONDAY, urgent=True), council, MONDAY + 7 * MINUTE)
    assert [(moment - MONDAY) // MINUTE for moment, word, _ in steps if word == "page"] == [0, 2, 4, 7]


def test_ticks_that_come_late_by_seconds_do_not_add_up() -> None:
    steps = told(opened(MONDAY, urgent=True), NORTHMOOR, MONDAY + timedelta(hours=2), timedelta(seconds=2))
    pages = [moment - MONDAY for moment, word, _ in steps if word in ("page", "alarm")]
    assert pages[1:] == [5 * MINUTE * n + timedelta(seconds=2) for n in range(1, 24)]


def test_after_an_outage_each_rung_gets_its_own_time_again() -> None:
    facts, _ = after(opened(MONDAY, urgent=True), NORTHMOOR, MONDAY)
    back = MONDAY + timedelta(hours=26)
    assert next_step(facts, NORTHMOOR, back, somebody_there=True) == PassTo(Rung.DUTY, back, "no answer")


def test_a_first_page_that_an_outage_delayed_leaves_the_adviser_the_whole_time() -> None:
    sunday = opened(NIGHT, urgent=False)
    wednesday = at("2026-11-25T11:00")
    facts, word = after(sunday, NORTHMOOR, wednesday)
    assert (word, plan(facts, NORTHMOOR).action) == ("page", Action.REMIND)
    assert facts.promised_at == at("2026-11-26T11:00")


def test_urgent_words_that_somebody_has_seen_are_taken_back_if_nothing_follows_within_15_minutes() -> None:
    facts = Facts(True, ACKNOWLEDGED, Rung.DUTY, MONDAY, 0, MONDAY - MINUTE, acknowledged_at=MONDAY)
    assert next_step(facts, NORTHMOOR, MONDAY + 14 * MINUTE, somebody_there=True) == Wait()
    by = MONDAY + 15 * MINUTE
    assert next_step(facts, NORTHMOOR, by, somebody_there=True) == PassTo(Rung.MANAGER, by, "nothing followed")


# --- ordinary


def test_an_ordinary_one_is_reminded_after_4_working_hours_and_goes_to_duty_at_the_promised_time() -> None:
    first, _ = after(opened(MONDAY, urgent=False), NORTHMOOR, MONDAY)
    assert first.promised_at == at("2026-11-24T10:00")
    assert said(told(opened(MONDAY, urgent=False), NORTHMOOR, at("2026-11-27T12:00"))) == [
        ("Mon 23 10:00", "page", "adviser"), ("Mon 23 14:00", "remind", "adviser"),
        ("Tue 24 10:00", "no answer", "duty"), ("Tue 24 10:00", "page", "duty"),
        ("Wed 25 10:00", "no answer", "manager"), ("Wed 25 10:00", "page", "manager"),
        ("Thu 26 10:00", "no answer", "alarm"), ("Thu 26 10:00", "page", "alarm"),
        ("Fri 27 10:00", "alarm", "alarm"),
    ]  # fmt: skip


def test_what_is_asked_at_the_weekend_is_paged_on_monday_and_promised_for_tuesday() -> None:
    facts = opened(at("2026-11-21T15:00"), urgent=False)
    assert plan(facts, NORTHMOOR) == Plan(Action.PAGE, at("2026-11-23T09:00"), at("2026-11-24T09:00"))


def test_christmas_counts_as_closed_bank_holidays_and_the_councils_days_together() -> None:
    steps = told(opened(at("2026-12-23T15:00"), urgent=False), NORTHMOOR, at("2027-01-05T00:00"))
    assert said(steps) == [
        ("Wed 23 15:00", "page", "adviser"), ("Mon 04 11:00", "remind", "adviser"),
        ("Mon 04 15:00", "no answer", "duty"), ("Mon 04 15:00", "page", "duty"),
    ]  # fmt: skip


def test_no_reminder_comes_when_it_would_fall_at_or_after_the_promised_time() -> None:
    clocks = replace(NORTHMOOR.clocks, ordinary_reminder=timedelta(hours=8))
    steps = told(opened(MONDAY, urgent=False), replace(NORTHMOOR, clocks=clocks), at("2026-11-24T10:00"))
    assert "remind" not in {word for _, word, _ in steps}


def test_a_step_that_was_missed_wakes_nobody_at_night() -> None:
    facts, _ = after(opened(MONDAY, urgent=False), NORTHMOOR, MONDAY)
    night = at("2026-11-24T03:00")
    assert next_step(facts, NORTHMOOR, night, somebody_there=True) == Wait()
    assert due_at(facts, plan(facts, NORTHMOOR), NORTHMOOR, night) == at("2026-11-24T09:00")
    assert isinstance(next_step(facts, NORTHMOOR, at("2026-11-24T09:00"), somebody_there=True), Page)


def test_an_ordinary_acknowledgement_holds_until_the_promised_time_and_is_taken_back_then() -> None:
    promised = at("2026-11-24T10:00")
    facts = Facts(
        False, ACKNOWLEDGED, Rung.ADVISER, MONDAY + HOUR, 0, MONDAY, promised_at=promised, acknowledged_at=MONDAY + HOUR
    )
    assert plan(facts, NORTHMOOR) == Plan(Action.TAKE_BACK, promised, promised)
    assert next_step(facts, NORTHMOOR, promised, somebody_there=True) == PassTo(Rung.DUTY, promised, "nothing followed")


def test_who_takes_it_after_the_promised_time_gets_four_working_hours() -> None:
    late = at("2026-11-24T15:00")
    facts = Facts(
        False, ACKNOWLEDGED, Rung.DUTY, late, 0, MONDAY, promised_at=at("2026-11-24T10:00"), acknowledged_at=late
    )
    assert plan(facts, NORTHMOOR).promised_at == at("2026-11-25T11:00")


def test_a_new_message_after_an_answer_has_to_be_answered_within_a_working_day() -> None:
    facts = Facts(
        False, ACKNOWLEDGED, Rung.ADVISER, MONDAY, 0, at("2026-11-27T16:00"), acknowledged_at=MONDAY, answered_at=MONDAY
    )
    by = at("2026-11-30T16:00")
    assert plan(facts, NORTHMOOR) == Plan(Action.TAKE_BACK, by, by)


def test_after_an_answer_its_owner_is_asked_every_two_working_days_whether_it_is_finished() -> None:
    facts = Facts(False, ACKNOWLEDGED, Rung.ADVISER, MONDAY, 0, MONDAY, acknowledged_at=MONDAY, answered_at=MONDAY)
    assert said(told(facts, NORTHMOOR, at("2026-12-02T12:00"))) == [
        ("Wed 25 10:00", "nudge", "adviser"), ("Fri 27 10:00", "nudge", "adviser"), ("Tue 01 10:00", "nudge", "adviser"),
    ]  # fmt: skip


def test_a_long_outage_asks_only_once_whether_it_is_finished() -> None:
    facts = Facts(False, ACKNOWLEDGED, Rung.ADVISER, MONDAY, 0, MONDAY, acknowledged_at=MONDAY, answered_at=MONDAY)
    back = at("2026-12-21T10:00")
    facts, word = after(facts, NORTHMOOR, back)
    assert (word, next_step(facts, NORTHMOOR, back, somebody_there=True)) == ("nudge", Wait())


# --- nobody there


@pytest.mark.parametrize("urgent", [True, False])
def test_rungs_without_anybody_are_passed_over_at_once_until_the_alarm(urgent: bool) -> None:
    facts, passed = opened(MONDAY, urgent=urgent), []
    while isinstance(step := next_step(facts, NORTHMOOR, MONDAY, somebody_there=False), PassTo):
        facts, why = after(facts, NORTHMOOR, MONDAY, there=False)
        passed.append((step.rung, why))
    assert passed == [(rung, "nobody there") for rung in (Rung.DUTY, Rung.MANAGER, Rung.ALARM)]
    assert isinstance(step, Page)


def test_a_first_page_that_is_held_back_stays_held_back_where_nobody_is_there() -> None:
    held = replace(opened(MONDAY, urgent=False), clock_from=MONDAY + 10 * MINUTE)
    passed, _ = after(held, NORTHMOOR, MONDAY, there=False)
    assert passed.rung is not held.rung
    assert next_step(passed, NORTHMOOR, MONDAY + 9 * MINUTE, somebody_there=True) == Wait()
    assert isinstance(next_step(passed, NORTHMOOR, MONDAY + 10 * MINUTE, somebody_there=True), Page)


def test_the_alarm_goes_on_even_if_nobody_can_be_told() -> None:
    facts = Facts(True, OPEN, Rung.ALARM, MONDAY, 1, MONDAY)
    again = next_step(facts, NORTHMOOR, MONDAY + ALARM_AGAIN, somebody_there=False)
    assert again == RaiseAlarm(MONDAY + ALARM_AGAIN)


@pytest.mark.parametrize("rung", list(Rung))
def test_what_somebody_has_who_is_gone_goes_on_from_every_rung(rung: Rung) -> None:
    facts = Facts(False, ACKNOWLEDGED, rung, MONDAY, 0, MONDAY, acknowledged_at=MONDAY, answered_at=MONDAY)
    step = next_step(facts, NORTHMOOR, MONDAY + MINUTE, somebody_there=False)
    assert isinstance(step, PassTo)
    assert step.why == "nobody there"


def test_nothing_follows_what_is_resolved() -> None:
    facts = Facts(True, RESOLVED, Rung.ADVISER, MONDAY, 1, MONDAY)
    assert next_step(facts, NORTHMOOR, MONDAY + timedelta(days=99), somebody_there=False) == Wait()


def test_a_calendar_that_never_opens_leaves_nobody_waiting() -> None:
    steps = told(opened(NIGHT, urgent=False, council=NEVER_OPEN), NEVER_OPEN, NIGHT + timedelta(days=5))
    pages = [(moment - NIGHT, word, rung) for moment, word, rung in steps if word in ("page", "remind", "alarm")]
    assert pages == [
        (0 * HOUR, "page", Rung.ADVISER), (4 * HOUR, "remind", Rung.ADVISER), (24 * HOUR, "page", Rung.DUTY),
        (48 * HOUR, "page", Rung.MANAGER), (72 * HOUR, "page", Rung.ALARM), (96 * HOUR, "alarm", Rung.ALARM),
        (120 * HOUR, "alarm", Rung.ALARM),
    ]  # fmt: skip


def test_overdue_is_when_the_promised_time_has_come() -> None:
    assert is_overdue(MONDAY, MONDAY)
    assert not is_overdue(MONDAY, MONDAY - MINUTE)
    assert not is_overdue(None, MONDAY)


# --- a virtual year


YEAR = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2027, 4, 1, tzinfo=UTC))
EVERY = timedelta(minutes=197)
"""Prime, so that every minute of the day comes up: 2,894 moments in the thirteen months."""
HOLIDAYS = BANK_HOLIDAYS | set(NORTHMOOR.closed_days)


def moments() -> list[datetime]:
    first, last = YEAR
    return [first + EVERY * n for n in range((last - first) // EVERY)]


def is_at_work(moment: datetime) -> bool:
    """Whether Northmoor is at work, worked out by hand and not by the bot."""
    local = moment.astimezone(LONDON)
    minutes = local.hour * 60 + local.minute + local.second / 60
    closes = 16 * 60 + 30 if local.weekday() == 4 else 17 * 60
    return local.weekday() < 5 and local.date() not in HOLIDAYS and 9 * 60 <= minutes < closes


def counted_by_hand(start: datetime) -> tuple[datetime, datetime]:
    """The first moment at work from `start` on, and the same time on the wall one working day later."""
    begins = start.astimezone(LONDON).replace(tzinfo=None)
    while not is_at_work(begins.replace(tzinfo=LONDON)):
        begins = _next_start(begins)
    day = begins.date() + timedelta(days=1)
    while day.weekday() > 4 or day in HOLIDAYS:
        day += timedelta(days=1)
    by = datetime.combine(day, begins.time())
    if not is_at_work(by.replace(tzinfo=LONDON)):
        by = _next_start(by)
        while not is_at_work(by.replace(tzinfo=LONDON)):
            by = _next_start(by)
    return begins.replace(tzinfo=LONDON), by.replace(tzinfo=LONDON)


def _next_start(local: datetime) -> datetime:
    morning = local.replace(hour=9, minute=0, second=0, microsecond=0)
    return morning if local < morning else morning + timedelta(days=1)


def test_in_a_virtual_year_each_ordinary_step_comes_once_at_the_promised_working_time(
    record_property: Callable[[str, object], None],
) -> None:
    days: set[date] = set()
    for moment in moments():
        steps = told(opened(moment, urgent=False), NORTHMOOR, moment + timedelta(days=17))
        assert all(is_at_work(when) for when, word, _ in steps), moment
        words = Counter((word, rung) for _, word, rung in steps if word in ("page", "remind"))
        assert words == {("page", rung): 1 for rung in (Rung.ADVISER, Rung.DUTY, Rung.MANAGER, Rung.ALARM)} | {("remind", Rung.ADVISER): 1}, moment  # fmt: skip
        begins, by = counted_by_hand(moment)
        assert steps[0] == (begins, "page", Rung.ADVISER), moment
        assert next(when for when, word, _ in steps if word == "no answer") == by, moment
        days.update(when.astimezone(LONDON).date() for when, _, _ in steps)
    assert not days & HOLIDAYS
    assert {date(2026, 3, 30), date(2026, 10, 26), date(2027, 3, 30)} <= days, "the days after both clock changes"
    record_property("escalations", len(moments()))
    assert len(moments()) == 2_894


def test_in_a_virtual_year_urgent_steps_keep_their_minutes_over_both_clock_changes() -> None:
    for moment in moments():
        steps = told(opened(moment, urgent=True), NORTHMOOR, moment + 20 * MINUTE)
        pages = [(when.astimezone(UTC) - moment) // MINUTE for when, word, _ in steps if word in ("page", "alarm")]
        assert pages == [0, 5, 10, 15, 20], moment
        first = Rung.ADVISER if is_at_work(moment) else Rung.ON_CALL
        assert steps[0][2] is first, moment


@given(
    st.integers(0, int((YEAR[1] - YEAR[0]).total_seconds())),
    st.lists(st.integers(1, 4 * 24 * 3600), min_size=1, max_size=25),
    st.booleans(),
)
def test_whenever_the_clock_comes_by_nothing_ordinary_is_done_outside_working_time_and_every_plan_is_ahead(
    second: int, pauses: list[int], urgent: bool
) -> None:
    now = YEAR[0] + timedelta(seconds=second)
    facts = opened(now, urgent=urgent)
    for pause in [0, *pauses]:
        now += timedelta(seconds=pause)
        for _ in range(8):
            facts, word = after(facts, NORTHMOOR, now)
            if not word:
                break
            late = now - timedelta(minutes=1)
            assert urgent or working_time.is_open(NORTHMOOR, now) or is_at_work(late)
        assert due_at(facts, plan(facts, NORTHMOOR), NORTHMOOR, now) > now
