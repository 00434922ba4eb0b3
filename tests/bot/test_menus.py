"""Which commands each person sees."""

from itertools import combinations
from typing import Any, cast

import pytest
from telegram.ext import CommandHandler

import handlers
from bot import menus
from bot.models import Role
from bot.permission import Action, may_ever
from bot.store.engine import Store
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import menus as texts
from tests.conftest import NOW

SEVERAL = [frozenset(roles) for count in range(1, 4) for roles in combinations(Role, count)]


def test_somebody_who_has_not_joined_sees_what_everybody_may_use() -> None:
    assert menus.commands([]) == ("menu", "whatson", "jobs", "person", "help", "privacy", "mydata", "hide", "join")


def test_a_young_person_sees_their_own_controls_and_no_word_about_staff() -> None:
    assert set(menus.commands([Role.YOUNG_PERSON])) == {
        "menu", "whatson", "jobs", "person", "help", "privacy", "mydata", "hide", "status", "ask", "discreet", "codeword", "stop", "name",
        "interests", "pause", "applications",
    }  # fmt: skip


@pytest.mark.parametrize("roles", SEVERAL, ids=lambda roles: "+".join(sorted(roles)))
def test_several_roles_are_one_menu_with_each_command_once(roles: frozenset[Role]) -> None:
    shown = menus.commands(roles)
    assert len(shown) == len(set(shown)) <= 100
    assert set(shown) == {name for role in roles for name in menus.commands([role])}


@pytest.mark.parametrize("role", Role)
def test_no_role_sees_a_command_of_another(role: Role) -> None:
    own = set(menus.BY_ROLE[role]) | set(menus.EVERYBODY)
    assert set(menus.commands([role])) == own


def test_every_command_says_what_it_does_in_words_that_telegram_takes() -> None:
    named = {name for roles in [*SEVERAL, frozenset()] for name in menus.commands(roles)} | set(texts.GROUP_COMMANDS)
    assert named == menus.ALL == set(texts.COMMANDS)
    for name, does in {**texts.COMMANDS, **texts.GROUP_COMMANDS}.items():
        assert name.isalpha()
        assert name.islower()
        assert 1 <= len(does) <= 60


@pytest.mark.parametrize(
    ("typed", "roles", "meant"),
    [
        ("casload", [Role.ADVISER], "caseload"),
        ("casload", [], None),
        ("casload", [Role.YOUNG_PERSON], None),
        ("Menue", [], "menu"),
        ("dance", [Role.MANAGER], None),
        ("groop", [Role.MANAGER], "groups"),
        ("x" * 32, [Role.MANAGER], None),
    ],
)
def test_a_mistyped_command_finds_only_one_that_they_may_use(typed: str, roles: list[Role], meant: str | None) -> None:
    assert menus.nearest(typed, roles) == meant


async def test_dressing_sets_the_menu_of_the_roles_held_now_and_undressing_takes_it_away(sqlite_store: Store) -> None:
    async with sqlite_store.transaction() as connection:
        speech = Speech(connection, NOW)
        menus.dress(speech, Actor(id=1, telegram_id=7, roles=frozenset({Role.DUTY})))
        menus.dress(speech, Actor(id=1, telegram_id=7))
        menus.undress(speech, 8)
        menus.dress(speech, Actor(id=2))
    made = [(call.method, call.chat_id, call.payload) for call in speech.outgoing]
    scope = {"type": "chat", "chat_id": 7}
    names = [command["command"] for command in made[0][2].get("commands", [])]
    assert names == list(menus.commands([Role.DUTY]))
    assert [call[:2] for call in made] == [("setMyCommands", 7), ("deleteMyCommands", 7), ("deleteMyCommands", 8)]
    assert made[0][2]["scope"] == made[1][2]["scope"] == scope


def test_the_menus_of_everybody_are_set_for_each_kind_of_chat() -> None:
    scopes = [parameters["scope"]["type"] for _, parameters in menus.for_everybody()]
    assert scopes == ["default", "all_private_chats", "all_group_chats"]


def answering() -> dict[str, Action]:
    """Each command that has a handler, and the action that it is."""
    found: dict[str, Action] = {}

    class Noted:
        def add_handler(self, handler: object, group: int = 0) -> None:
            if isinstance(handler, CommandHandler):
                action: Action = cast(Any, handler.callback).action
                found.update(dict.fromkeys(handler.commands, action))

    handlers.register(Noted())  # type: ignore[arg-type]
    return found


def test_every_command_of_a_menu_is_answered_by_a_handler() -> None:
    assert sorted(menus.ALL - set(answering())) == []


@pytest.mark.parametrize("role", Role)
def test_nobody_is_shown_a_command_that_they_would_be_refused(role: Role) -> None:
    actions = answering()
    shown = [name for name in menus.commands([role]) if name in actions]
    assert not [name for name in shown if not may_ever([role], actions[name])]
