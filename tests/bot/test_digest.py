"""Whose the digest's lines are, and when it is made."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from bot.digest import MOST_LINES, Known, due_day, message, stands_with
from bot.models import DropInState, EnrolmentState, EscalationState, Role, Rung
from bot.store.digest import Happened, Open
from bot.store.drop_ins import DropIn
from bot.store.events import Head
from bot.store.people import Actor
from content.council import Council, Period
from tests.bot.test_working_time import NORTHMOOR, at

OPEN, ACKNOWLEDGED = EscalationState.OPEN, EscalationState.ACKNOWLEDGED
NOW = at("2026-11-24T09:00")
FRIDAY = at("2026-11-20T15:00")


def person(number: int, name: str, *roles: Role, **more: object) -> Actor:
    made = Actor(id=number, telegram_id=number + 100, name=name, state=EnrolmentState.ENROLLED, roles=frozenset(roles))
    return replace(made, **more)  # type: ignore[arg-type]


PRIYA = person(1, "Priya Nair", Role.ADVISER)
TOM = person(2, "Tom Ashby", Role.DUTY)
RUTH = person(3, "Ruth Calder", Role.MANAGER)
JADE = person(11, "Jade Marlow", Role.YOUNG_PERSON, adviser_id=1)
LEE = person(12, "Lee Park", Role.YOUNG_PERSON)
QUESTION = Open(7, 11, OPEN, False, Rung.ADVISER, 1, FRIDAY, None)
NOTHING = Known(
    open=(), missed=(), lost=(), away={}, unconfirmed=(), without_adviser=(), head=None, drop_ins=(),
    people={one.id: one for one in (PRIYA, TOM, RUTH, JADE, LEE) if one.id is not None},
)  # fmt: skip
SINCE = NOW - timedelta(days=1)


def text(whose: Actor, known: Known) -> str:
    made = message(whose, known, SINCE, NOW, NORTHMOOR)
    return made.text if made is not None else ""


def test_with_nothing_to_say_nothing_is_sent() -> None:
    assert not [one for one in (PRIYA, TOM, RUTH) if message(one, NOTHING, SINCE, NOW, NORTHMOOR) is not None]


@pytest.mark.parametrize(
    ("one", "whose"),
    [
        (QUESTION, {"Priya Nair"}),
        (replace(QUESTION, rung=Rung.DUTY), {"Tom Ashby"}),
        (replace(QUESTION, rung=Rung.DUTY, state=ACKNOWLEDGED), {"Priya Nair"}),
        (replace(QUESTION, rung=Rung.MANAGER), {"Ruth Calder"}),
        (replace(QUESTION, rung=Rung.ALARM), {"Tom Ashby", "Ruth Calder"}),
        (replace(QUESTION, rung=Rung.ON_CALL), set()),
        (replace(QUESTION, owner_id=None), set()),
    ],
)
def test_an_escalation_is_told_to_whoever_has_it_or_whose_turn_it_is(one: Open, whose: set[str]) -> None:
    known = replace(NOTHING, open=(one,))
    assert {actor.name for actor in (PRIYA, TOM, RUTH) if "JM, number 7" in text(actor, known)} == whose


def test_who_is_on_call_is_told_what_waits_for_them() -> None:
    assert stands_with(replace(TOM, on_call=True), replace(QUESTION, rung=Rung.ON_CALL), ())


def test_who_covers_is_told_what_is_open_of_the_colleague() -> None:
    known = replace(NOTHING, open=(QUESTION,), away={1: 2})
    assert "JM, number 7: since Friday 20 November at 15:00 (for Priya Nair, who is away)." in text(TOM, known)
    assert "Priya Nair: Tom Ashby covers" in text(RUTH, known)


def test_what_is_overdue_says_until_when_it_was_promised_and_managers_see_that_of_others() -> None:
    known = replace(NOTHING, open=(replace(QUESTION, promised_at=at("2026-11-23T15:00")),))
    assert "Overdue: the answer was promised for" in text(PRIYA, known)
    assert "Overdue with others" in text(RUTH, known)
    assert text(TOM, known) == ""


def test_what_was_missed_or_lost_is_told_from_the_last_digest_on() -> None:
    old, new = NOW - timedelta(days=3), NOW - timedelta(hours=3)
    known = replace(NOTHING, missed=(Happened(new, 7, 11, 1),), lost=(Happened(new, 8, 12, 1), Happened(new, None)))
    assert "Not answered in time since your last digest\n• JM, number 7" in text(PRIYA, known)
    assert "A message did not arrive\n• LP, number 8" in text(PRIYA, known)
    assert "could not be delivered since your last digest: 2." in text(RUTH, known)
    assert "LP, number 8" not in text(RUTH, known)
    assert text(TOM, known) == ""
    assert text(PRIYA, replace(known, missed=(Happened(old, 7, 11, 1),), lost=(Happened(old, 8, 12, 1),))) == ""


def test_managers_alone_see_who_has_no_adviser_and_the_head_of_the_audit() -> None:
    known = replace(NOTHING, without_adviser=(LEE,), head=Head(4711, "0123456789abcdef"))
    assert "Young people without an adviser\n• LP, number 12" in text(RUTH, known)
    assert "Audit: row 4711, 0123456789ab." in text(RUTH, known)
    assert text(PRIYA, known) == text(TOM, known) == ""


def test_managers_alone_are_told_of_reviews_that_nobody_looked_at_in_time() -> None:
    known = replace(NOTHING, late_reviews=3)
    assert "nobody has looked at for a working day: 3. /review shows them." in text(RUTH, known)
    assert text(PRIYA, known) == text(TOM, known) == ""


def test_whoever_invited_somebody_is_asked_to_confirm_and_the_managers_see_it() -> None:
    known = replace(NOTHING, unconfirmed=(replace(LEE, state=EnrolmentState.UNCONFIRMED, invited_by=1),))
    assert [whose.name for whose in (PRIYA, TOM, RUTH) if "LP, number 12" in text(whose, known)] == [
        "Priya Nair",
        "Ruth Calder",
    ]


JOB_CLUB = DropIn(
    1, 1, "2026-11-24", "Job Club", "", "work", "the Hub", "", "", at("2026-11-24T13:00"), at("2026-11-24T15:00"),
    DropInState.PLANNED,
)  # fmt: skip


def test_the_days_drop_ins_are_told_with_their_times() -> None:
    known = replace(NOTHING, drop_ins=(JOB_CLUB,))
    assert "13:00 to 15:00: Job Club, the Hub" in text(TOM, known)
    assert "Today, Tuesday 24 November" in text(TOM, known)


def test_no_young_persons_name_is_in_it() -> None:
    known = replace(
        NOTHING, open=(QUESTION,), missed=(Happened(NOW, 7, 11, 1),), without_adviser=(LEE,), unconfirmed=(LEE,)
    )
    for whose in (PRIYA, TOM, RUTH):
        assert not [word for word in ("Jade", "Marlow", "Lee", "Park") if word in text(whose, known)]


def test_a_long_list_is_cut_and_says_so() -> None:
    known = replace(NOTHING, open=tuple(replace(QUESTION, number=number) for number in range(1, MOST_LINES + 6)))
    assert "and 5 more" in text(PRIYA, known)
    assert text(PRIYA, known).count("JM, number") == MOST_LINES


def test_a_name_of_markup_is_only_a_name() -> None:
    known = replace(NOTHING, away={1: None}, people={**NOTHING.people, 1: replace(PRIYA, name="**P** {day}\n/away")})
    made = message(RUTH, known, SINCE, NOW, NORTHMOOR)
    assert made is not None
    assert "**P** {day}\n/away: the duty worker covers" in made.text


@pytest.mark.parametrize(
    ("moment", "due"),
    [
        ("2026-11-24T08:59", False),
        ("2026-11-24T09:00", True),
        ("2026-11-24T14:59", True),
        ("2026-11-24T15:00", False),
        ("2026-11-27T14:29", True),
        ("2026-11-27T14:30", False),
        ("2026-11-28T10:00", False),
        ("2026-12-25T10:00", False),
        ("2026-12-24T10:00", False),
        ("2026-10-26T09:00", True),
        ("2026-10-26T08:59", False),
        ("2027-03-29T10:00", False),
        ("2027-03-30T09:00", True),
    ],
)
def test_it_is_made_from_opening_time_until_two_hours_before_closing_on_working_days(moment: str, due: bool) -> None:
    day = due_day(NORTHMOOR, at(moment))
    assert day == (at(moment).date() if due else None)


def short_days(council: Council) -> Council:
    return replace(council, office_hours=((Period(time(9), time(10, 30)),),) * 7)


def test_on_a_day_that_is_open_for_ninety_minutes_it_is_made_too() -> None:
    council = short_days(NORTHMOOR)
    made = [minute for minute in range(24 * 60) if due_day(council, at("2026-11-24T00:00") + timedelta(minutes=minute))]
    assert made == list(range(9 * 60, 10 * 60))


def test_the_moment_may_come_in_any_zone() -> None:
    assert due_day(NORTHMOOR, datetime(2026, 7, 1, 8, 0, tzinfo=UTC)) == at("2026-07-01T00:00").date()
    assert due_day(NORTHMOOR, datetime(2026, 7, 1, 7, 59, tzinfo=UTC)) is None
