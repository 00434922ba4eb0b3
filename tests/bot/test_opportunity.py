"""The rules of opportunities: the form's way, filters, posters, adverts of the listing."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import opportunity as rule
from bot.models import OpportunityState
from bot.opportunity import PREVIEW, STEPS, AskWhetherWanted, Distance, Drop, Filling
from bot.store.opportunities import Stored
from bot.vacancies import NO_WAGE, Place, Vacancy
from content import opportunity as content
from content.opportunity import FIELDS, Opportunity, OpportunityKind
from tests.conftest import NOW

TODAY = date(2026, 11, 23)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))
FACTS = st.builds(
    Opportunity, kind=st.none() | st.sampled_from(OpportunityKind), title=st.text(max_size=100), who=st.text(max_size=80),
    pay_hours=st.text(max_size=50), where=st.text(max_size=50), closes_on=st.none() | DAYS,
    help=st.lists(st.sampled_from(rule.HELP_ENTRIES), unique=True).map(tuple),
)  # fmt: skip
FILLINGS = st.builds(
    Filling, facts=FACTS, photo=st.none() | st.text(min_size=1, max_size=9), answered=st.frozensets(st.sampled_from(STEPS)),
    opportunity_id=st.none() | st.integers(1, 9), another=st.booleans(), fault=st.text(max_size=9),
)  # fmt: skip


def open_(
    closes_on: date | None = None, miles: int | None = None, kind: OpportunityKind = OpportunityKind.JOB
) -> Stored:
    return Stored(1, Opportunity(kind, "Chef", closes_on=closes_on), OpportunityState.OPEN, "form", miles=miles)


@given(FILLINGS)
def test_what_is_kept_of_a_form_comes_back_as_it_was(filling: Filling) -> None:
    assert Filling.from_fields(json.loads(json.dumps(filling.as_fields()))) == filling


@given(st.sampled_from(OpportunityKind), st.randoms(use_true_random=False))
def test_every_form_ends_at_the_preview_and_asks_each_question_once(kind: OpportunityKind, chance: object) -> None:
    filling, asked = Filling(), []
    while (step := rule.next_step(filling)) != PREVIEW:
        asked.append(step)
        value = kind if step == "kind" else None if step == "closes_on" else () if step == "help" else "x"
        filling = filling.with_answer(step, value)
    assert asked == rule.steps(kind)
    assert content.missing(filling.facts) == []


@given(FILLINGS, st.sampled_from(STEPS))
def test_back_leads_to_the_question_before_and_in_the_end_to_the_first(filling: Filling, step: str) -> None:
    seen = [step]
    while (before := rule.step_before(filling, seen[-1])) is not None:
        seen.append(before)
    assert seen[-1] == "kind"
    assert len(seen) == len(set(seen))


def test_a_success_story_is_not_asked_for_pay_or_a_closing_date() -> None:
    assert {"pay_hours", "closes_on"}.isdisjoint(rule.steps(OpportunityKind.SUCCESS_STORY))


@pytest.mark.parametrize(
    ("left", "asked", "becomes"),
    [
        (timedelta(days=2, hours=23), False, None), (timedelta(days=3), False, AskWhetherWanted()),
        (timedelta(days=4), True, None), (timedelta(days=29, hours=23), True, None), (timedelta(days=30), True, Drop()),
        (timedelta(days=300), False, Drop()),
    ],
)  # fmt: skip
def test_a_form_that_was_left_is_asked_about_once_and_dropped_after_a_month(
    left: timedelta, asked: bool, becomes: object
) -> None:
    assert rule.what_of_form(NOW - left, NOW if asked else None, NOW) == becomes


@given(DAYS, DAYS)
def test_it_is_open_up_to_and_with_its_closing_date(closes_on: date, today: date) -> None:
    assert rule.is_open(open_(closes_on), today) == (today <= closes_on)
    assert not rule.is_open(None, today)


@pytest.mark.parametrize("state", sorted(set(OpportunityState) - {OpportunityState.OPEN}))
def test_what_is_not_open_is_never_shown(state: OpportunityState) -> None:
    assert not rule.is_open(Stored(1, Opportunity(), state, "form"), TODAY)


@pytest.mark.parametrize(
    ("miles", "words"),
    [(None, None), (0, Distance.NEAR), (2, Distance.NEAR), (3, Distance.BUS), (8, Distance.BUS), (9, Distance.FAR)],
)
def test_distance_in_words(miles: int | None, words: Distance | None) -> None:
    assert rule.distance(miles) == words


@given(
    st.lists(st.builds(open_, st.none() | DAYS, st.none() | st.integers(0, 99), st.sampled_from(OpportunityKind))), DAYS
)
def test_no_filter_leads_nowhere_and_none_keeps_everything(shown: list[Stored], today: date) -> None:
    for wanted in rule.filters(shown, today):
        assert 0 < len([one for one in shown if rule.fits(one, wanted, today)]) < len(shown)


def test_closing_soon_means_within_a_week() -> None:
    assert rule.fits(open_(TODAY + timedelta(days=7)), rule.SOON, TODAY)
    assert not rule.fits(open_(TODAY + timedelta(days=8)), rule.SOON, TODAY)
    assert not rule.fits(open_(None), rule.SOON, TODAY)


@given(FACTS, st.none() | st.integers(0, 99))
def test_everybody_reads_the_same_words_and_they_hold_the_title(facts: Opportunity, miles: int | None) -> None:
    message = rule.message(Stored(1, facts, OpportunityState.OPEN, "form", miles=miles), TODAY, {})
    assert message.text.startswith(facts.title)
    assert ("How far" in message.text.replace(facts.title, "")) >= (miles is not None)


def test_the_poster_tells_at_most_three_facts_and_falls_back_to_our_own_link() -> None:
    facts = Opportunity(
        OpportunityKind.JOB, "Chef", "The Mill", pay_hours="£12\nan hour", where="Canal Road", needed="Boots",
        closes_on=date(2026, 12, 4),
    )  # fmt: skip
    told = rule.poster_facts(Stored(1, facts, OpportunityState.OPEN, "form"), "Compass", "https://t.me/x", None)
    assert [(fact.label, fact.text) for fact in told.facts] == [
        ("With", "The Mill"), ("Pay", "£12 an hour"), ("Where", "Canal Road"),
    ]  # fmt: skip
    assert (told.closing, told.link, told.kind) == ("Closes Friday 4 December 2026", "https://t.me/x", "Job")


def vacancy(**changed: object) -> Vacancy:
    given_ = {
        "reference": "1", "title": "Baker", "employer": "Crumb and Sons", "description": "Bake.", "wage": "£8 an hour",
        "hours": "30 hours a week", "duration": "", "where": (Place(("3 Mill Lane", "Harrowfield"), "ZZ1 1AA"),),
        "national_details": "", "miles": 2.3, "closes_on": date(2026, 12, 4), "starts_on": None, "course": "", "route": "",
        "level": 2, "is_foundation": False, "positions": 1, "link": "https://www.gov.uk/x", "is_national": False,
        "disability_confident": False,
    }  # fmt: skip
    return Vacancy(**{**given_, **changed})  # type: ignore[arg-type]


def test_an_advert_becomes_a_draft_in_our_fields() -> None:
    assert rule.from_vacancy(vacancy()) == Opportunity(
        OpportunityKind.APPRENTICESHIP, "Baker", "Crumb and Sons", "Bake.", "£8 an hour. 30 hours a week",
        "3 Mill Lane, Harrowfield, ZZ1 1AA", closes_on=date(2026, 12, 4), link="https://www.gov.uk/x",
    )  # fmt: skip


def test_where_the_advert_is_silent_the_draft_is_too() -> None:
    silent = rule.from_vacancy(vacancy(wage=NO_WAGE, hours="", where=(), link=None, description=""))
    assert (silent.pay_hours, silent.where, silent.link, silent.what) == ("", "", "", "")


@given(st.text(max_size=900), st.text(max_size=300))
def test_no_field_of_an_advert_is_longer_than_the_form_allows(words: str, wage: str) -> None:
    facts = rule.from_vacancy(
        vacancy(title=words, employer=words, description=words, wage=wage, national_details=words)
    )
    for name in ("title", "who", "what", "pay_hours", "where", "link"):
        assert len(getattr(facts, name)) <= FIELDS[name].longest


@given(st.text(max_size=200), st.integers(2, 60))
def test_shortened_is_never_longer_and_says_that_it_was_cut(text: str, longest: int) -> None:
    short = rule.shortened(text, longest)
    assert len(short) <= longest
    assert short == text or short.endswith("…")


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_staff_hear_of_each_run_of_failures_once_on_its_third_day(fails: list[bool]) -> None:
    failed = {TODAY + timedelta(days=number) for number, one in enumerate(fails) if one}
    told = [number for number in range(len(fails)) if rule.failed_long_enough(failed, TODAY + timedelta(days=number))]
    runs = [
        number
        for number in range(2, len(fails))
        if all(fails[number - 2 : number + 1]) and (number == 2 or not fails[number - 3])
    ]
    assert told == runs
