"""The rules of joining: codes, names, birthdays, what a tried code comes to, turning 25."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import enrolment as rule
from bot.enrolment import (
    BadBirthday,
    BadName,
    Begin,
    Farewell,
    Frozen,
    GoOn,
    Locked,
    Refused,
    TakeRole,
    Tries,
    Warn,
    Wrong,
)
from bot.models import EnrolmentState, InvitationState, Role
from bot.store.invitations import Invited
from bot.store.people import NOBODY, Actor
from tests.conftest import NOW

LONDON = ZoneInfo("Europe/London")
TODAY = NOW.date()
NONE = Tries(own=0, all=0)
OPEN = Invited(
    id=1, role=Role.YOUNG_PERSON, name="Jade Marlow", born_on=None, for_person_id=None, invited_by=2,
    state=InvitationState.OPEN, expires_at=NOW + timedelta(hours=1), used_by=None,
)  # fmt: skip
JADE = Actor(id=7, telegram_id=70, state=EnrolmentState.ENROLLED, roles=frozenset({Role.YOUNG_PERSON}))


def test_a_code_has_three_groups_that_begin_with_a_digit_and_54_bits() -> None:
    assert (len(rule.DIGITS) * len(rule.LETTERS) ** 3) ** 3 == 2**54
    for _ in range(200):
        code = rule.new_code()
        assert rule.plain_code(rule.shown(code)) == code
        assert not set(code) & set("ILOU")


def test_a_links_payload_is_what_telegram_lets_a_link_carry_and_128_bits() -> None:
    payload = rule.LINK + rule.new_token()
    assert len(payload) <= 64
    assert set(payload) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    assert len(rule.token_of(payload) or "") == 22
    assert rule.LINK_BYTES * 8 == 128


@pytest.mark.parametrize(
    "typed",
    [
        "7KQM-4XPD-9TRV", "7kqm4xpd9trv", " 7kqm 4xpd 9trv ", "7KQM–4XPD—9TRV", "my code is 7kqm-4xpd-9trv",
        "Code: 7KQM-4XPD-9TRV.", "7 K Q M - 4 X P D - 9 T R V", "７KQM-4XPD-9TRV",
    ],
)  # fmt: skip
def test_case_spaces_and_hyphens_are_forgiven(typed: str) -> None:
    assert rule.plain_code(typed) == "7KQM4XPD9TRV"


def test_letters_that_are_taken_for_digits_are_forgiven() -> None:
    assert rule.plain_code("7KIL-4OPD-9TRV") == "7K114" + "0PD9TRV"


@pytest.mark.parametrize(
    "words",
    [
        "do i av 2 pay council tax", "07700 900123", "447725 312345", "2345 6789 2345", "7KQM-4XPD", "1KQM-4XPD-9TRV",
        "7KQM-4XPD-9TRV-2AAA", "hello", "", "7KUM-4XPD-9TRV", "can i get 7KQM-4XPD-9TRV for free", "x" * 5000,
    ],
)  # fmt: skip
def test_what_is_no_code_is_a_question(words: str) -> None:
    assert not rule.looks_like_code(words)


@given(st.text(max_size=200))
def test_any_text_is_a_code_or_none_and_a_name_or_none(text: str) -> None:
    code = rule.plain_code(text)
    assert code is None or len(code) == 12
    try:
        name = rule.clean_name(text)
    except BadName:
        return
    assert 1 <= len(name) <= rule.LONGEST_NAME
    assert name == " ".join(name.split())
    assert rule.clean_name(name) == name


@pytest.mark.parametrize(
    "name", ["<b>*Zoë*</b>", "🦊", "{council} **x**", "محمد", "Ann-Marie O'Neil", "a" * 100, "👩‍🚀"]
)
def test_markup_and_emoji_are_only_characters(name: str) -> None:
    assert rule.clean_name(f"  {name}\n") == name


@pytest.mark.parametrize(
    ("text", "why"), [("", "empty"), ("\u200b \n", "empty"), ("a" * 101, "long"), ("\u202e", "empty")]
)
def test_a_name_needs_something_to_see_and_an_end(text: str, why: str) -> None:
    with pytest.raises(BadName) as error:
        rule.clean_name(text)
    assert error.value.why == why


def test_nothing_in_a_name_turns_the_direction_of_a_list_or_breaks_its_line() -> None:
    assert rule.clean_name("Sam\u202e\nReed\x07") == "Sam Reed"


def test_a_birthday_may_follow_the_name() -> None:
    assert rule.name_and_birthday("Jade Marlow 14/03/2008", TODAY) == ("Jade Marlow", date(2008, 3, 14))
    assert rule.name_and_birthday("Jade Marlow 14.3.2008", TODAY)[1] == date(2008, 3, 14)
    assert rule.name_and_birthday("Jade Marlow", TODAY) == ("Jade Marlow", None)


@pytest.mark.parametrize("day", ["31/02/2008", "14/03/1980", "14/03/2020", "01/01/2030", "00/00/2008"])
def test_a_birthday_that_cant_be_right_is_caught(day: str) -> None:
    with pytest.raises(BadBirthday):
        rule.name_and_birthday(f"Jade Marlow {day}", TODAY)


@pytest.mark.parametrize(
    ("invitation", "actor", "tries", "verdict"),
    [
        (OPEN, NOBODY, NONE, Begin()),
        (None, NOBODY, NONE, Wrong(4, freezes=False)),
        (None, NOBODY, Tries(4, 4), Wrong(0, freezes=False)),
        (None, NOBODY, Tries(0, 49), Wrong(4, freezes=True)),
        (None, NOBODY, Tries(5, 5), Locked()),
        (OPEN, NOBODY, Tries(5, 5), Locked()),
        (OPEN, NOBODY, Tries(0, 50), Frozen()),
        (None, NOBODY, Tries(0, 50), Frozen()),
        (OPEN, NOBODY, Tries(5, 50), Locked()),
        (replace(OPEN, expires_at=NOW), NOBODY, NONE, Refused("old")),
        (replace(OPEN, state=InvitationState.TAKEN_BACK), NOBODY, NONE, Refused("taken back")),
        (replace(OPEN, state=InvitationState.USED, used_by=9), NOBODY, NONE, Refused("used")),
        (replace(OPEN, state=InvitationState.USED, used_by=7), JADE, NONE, Refused("joined")),
        (replace(OPEN, state=InvitationState.USED, used_by=7), replace(JADE, state=EnrolmentState.UNCONFIRMED), NONE, GoOn()),
        (replace(OPEN, state=InvitationState.USED, used_by=9), JADE, NONE, Refused("used")),
        (OPEN, JADE, NONE, Refused("joined")),
        (replace(OPEN, for_person_id=7), NOBODY, NONE, Begin()),
        (replace(OPEN, for_person_id=7), JADE, NONE, Refused("same phone")),
        (replace(OPEN, for_person_id=8), JADE, NONE, Refused("not yours")),
        (replace(OPEN, for_person_id=7, role=Role.DUTY), JADE, NONE, TakeRole()),
        (replace(OPEN, for_person_id=7, role=Role.DUTY), NOBODY, NONE, Refused("not yours")),
        (replace(OPEN, for_person_id=7, role=Role.DUTY), replace(JADE, roles=frozenset({Role.DUTY})), NONE, Refused("joined")),
    ],
)  # fmt: skip
def test_what_a_code_comes_to(invitation: Invited | None, actor: Actor, tries: Tries, verdict: rule.Verdict) -> None:
    assert rule.judge(invitation, actor, tries, NOW) == verdict


def test_somebody_born_on_the_29th_of_february_waits_for_the_1st_of_march() -> None:
    assert rule.birthday(date(2004, 2, 29), 25) == date(2029, 3, 1)
    assert rule.age(date(2004, 2, 29), date(2029, 2, 28)) == 24
    assert rule.age(date(2004, 2, 29), date(2029, 3, 1)) == 25


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 10, 1), None),
        (date(2026, 10, 24), Warn(date(2026, 11, 24))),
        (date(2026, 11, 23), Warn(date(2026, 11, 24))),
        (date(2026, 11, 24), Farewell(date(2026, 11, 24))),
        (date(2026, 12, 8), Farewell(date(2026, 11, 24))),
        (date(2026, 12, 9), None),
    ],
)
def test_the_adviser_hears_a_month_before_and_the_farewell_comes_on_the_day(
    today: date, due: Warn | Farewell | None
) -> None:
    born = replace(JADE, born_on=date(2001, 11, 24))
    assert rule.turning_25(born, today, joined=date(2024, 1, 1)) == due


def test_who_joined_after_turning_25_hears_no_farewell() -> None:
    assert rule.turning_25(replace(JADE, born_on=date(2001, 11, 1)), date(2026, 11, 5), date(2026, 11, 4)) is None


def test_ten_oclock_stays_ten_oclock_through_both_clock_changes() -> None:
    for year, month, day, utc in ((2026, 10, 24, 10), (2026, 3, 28, 9), (2026, 10, 23, 9)):
        now = datetime(year, month, day, 12, tzinfo=UTC)
        assert rule.next_day(now, LONDON).hour == utc
        assert rule.next_day(now, LONDON).astimezone(LONDON).hour == 10


def test_the_day_is_from_ten_to_six_on_the_clock_on_the_wall() -> None:
    hours = [h for h in range(24) if rule.is_daytime(datetime(2026, 7, 1, h, tzinfo=UTC), LONDON)]
    assert hours == list(range(9, 17))


def test_the_check_number_has_two_digits() -> None:
    assert {len(rule.check_number(bytes([n, n, n, n]))) for n in range(256)} == {2}
