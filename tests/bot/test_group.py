"""In which groups the bot speaks."""

from datetime import timedelta

import pytest

from bot.group import KEYS, AskWhoAddedIt, Greet, Leave, WaitForTheMove, added, asks_managers, is_same_join, speaks_in
from bot.models import Audience
from bot.store.groups import Group
from content.texts import group as texts
from tests.conftest import NOW


def group(audience: Audience | None = None, *, left_ago: timedelta | None = None) -> Group:
    left_at = NOW - left_ago if left_ago is not None else None
    return Group(1, -5, "Lounge", audience, None, None, left_at, False)


@pytest.mark.parametrize(
    ("any_managers", "by_manager", "is_channel", "maybe_moving", "step"),
    [
        (False, False, False, False, Greet()),
        (False, False, True, False, Leave()),
        (True, True, False, False, AskWhoAddedIt()),
        (True, True, True, False, Leave()),
        (True, False, False, False, Leave()),
        (True, False, False, True, WaitForTheMove()),
        (True, True, False, True, AskWhoAddedIt()),
    ],
)
def test_only_a_manager_brings_the_bot_into_a_group(
    any_managers: bool, by_manager: bool, is_channel: bool, maybe_moving: bool, step: object
) -> None:
    found = added(any_managers=any_managers, by_manager=by_manager, is_channel=is_channel, maybe_moving=maybe_moving)
    assert found == step


@pytest.mark.parametrize(
    ("known", "any_managers", "speaks"),
    [
        (None, False, True),
        (None, True, False),
        (group(), True, False),
        (group(Audience.FOSTER_CARERS), True, True),
        (group(Audience.YOUNG_PEOPLE, left_ago=timedelta(1)), True, False),
    ],
)
def test_with_a_manager_the_bot_answers_only_in_registered_groups(
    known: Group | None, any_managers: bool, speaks: bool
) -> None:
    assert speaks_in(known, any_managers=any_managers) is speaks


def test_managers_are_asked_once_about_a_group_and_not_while_the_bot_is_on_its_way_out() -> None:
    assert asks_managers(None, NOW)
    assert not asks_managers(group(), NOW)
    assert not asks_managers(group(left_ago=timedelta(minutes=5)), NOW)
    assert asks_managers(group(left_ago=timedelta(hours=2)), NOW)


def test_one_join_is_told_once_and_the_next_one_again() -> None:
    assert not is_same_join(None, NOW)
    assert is_same_join(NOW - timedelta(seconds=2), NOW)
    assert not is_same_join(NOW - timedelta(minutes=2), NOW)


def test_every_audience_has_a_button() -> None:
    assert set(KEYS.values()) == set(Audience)
    assert set(KEYS) == set(texts.AUDIENCES)
