"""An audience means the same after it was stored, grows by no further condition, and leaves out whom nobody knows."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.audience import EVERY_GROUP, Audience, BrokenAudience, Member, band_of, from_json, is_for
from bot.models import STAFF
from content.entry import AGE_BANDS, STATUSES

TODAY = date(2026, 11, 23)
NUMBERS = st.frozensets(st.integers(1, 9), max_size=3)
AREAS = ("Hillside", "Östervik", "Old Town")
INTERESTS = ("course", "job", "money")
AUDIENCES = st.builds(
    Audience,
    groups=NUMBERS,
    every_group=st.frozensets(st.sampled_from([str(one) for one in EVERY_GROUP])),
    people=st.booleans(),
    ages=st.frozensets(st.sampled_from(list(AGE_BANDS))),
    statuses=st.frozensets(st.sampled_from(STATUSES)),
    areas=st.frozensets(st.sampled_from(AREAS)),
    parents=st.booleans(),
    interests=st.frozensets(st.sampled_from(INTERESTS)),
    advisers=NUMBERS,
    staff=st.frozensets(st.sampled_from(sorted(STAFF))),
    asked_about=st.none() | st.integers(1, 9),
)
MEMBERS = st.builds(
    Member,
    born_on=st.none() | st.dates(date(1998, 1, 1), date(2010, 12, 31)),
    age_band=st.none() | st.sampled_from(list(AGE_BANDS)),
    status=st.none() | st.sampled_from(STATUSES),
    adviser_id=st.none() | st.integers(1, 9),
    area=st.none() | st.sampled_from([*AREAS, *map(str.upper, AREAS)]),
    parent=st.none() | st.booleans(),
    interests=st.frozensets(st.sampled_from(INTERESTS)),
)


@given(AUDIENCES)
def test_an_audience_is_the_same_after_it_was_stored(audience: Audience) -> None:
    assert from_json(audience.as_json()) == audience


@given(AUDIENCES, MEMBERS)
def test_a_further_condition_never_adds_anybody(audience: Audience, member: Member) -> None:
    wider = [
        replace(audience, ages=frozenset()), replace(audience, statuses=frozenset()), replace(audience, areas=frozenset()),
        replace(audience, parents=False), replace(audience, interests=frozenset()), replace(audience, advisers=frozenset()),
    ]  # fmt: skip
    if is_for(audience, member, TODAY):
        assert all(is_for(one, member, TODAY) for one in wider)


@given(AUDIENCES)
def test_somebody_of_whom_nothing_is_known_is_left_out_as_soon_as_it_matters(audience: Audience) -> None:
    asks = audience.ages or audience.statuses or audience.areas or audience.parents or audience.advisers
    assert is_for(audience, Member(), TODAY) is (audience.people and not asks)


@given(AUDIENCES, MEMBERS)
def test_a_notice_without_young_people_is_for_no_young_person(audience: Audience, member: Member) -> None:
    assert not is_for(replace(audience, people=False), member, TODAY)


@given(st.dates(date(1990, 1, 1), TODAY))
def test_everybody_is_in_one_age_band_and_moves_up_on_the_birthday(born_on: date) -> None:
    bands = list(AGE_BANDS)
    band, tomorrow = band_of(born_on, TODAY), band_of(born_on, date(2026, 11, 24))
    assert band in bands
    assert tomorrow in bands
    assert bands.index(tomorrow or "") - bands.index(band or "") in (0, 1)


@pytest.mark.parametrize(
    "stored",
    [
        "", "[]", "{", '{"people":1}', '{"groups":["one"]}', '{"ages":["44"]}', '{"statuses":["tall"]}', '{"shoe_size":[44]}',
        '{"staff":["wizard"]}', '{"every_group":["duty team"]}', '{"groups":[true]}', '{"asked_about":true}', '{"asked_about":"x"}',
    ],
)  # fmt: skip
def test_an_audience_that_nobody_understands_goes_to_nobody(stored: str) -> None:
    with pytest.raises(BrokenAudience):
        from_json(stored)
