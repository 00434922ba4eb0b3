"""The commands that each person's app suggests, by scope."""

from __future__ import annotations

from typing import Any

import pytest

from practice.client import Control
from tests.practice import oracles
from tests.practice.cast import JADE, KAI, PRIYA, TOM
from tests.practice.test_refusals import refused

NOT_FOUND = "Bad Request: chat not found"


def listed(name: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"about {name}"}]


async def set_for(control: Control, name: str, language: str = "", **scope: Any) -> None:
    answer = await control.as_bot("setMyCommands", commands=listed(name), scope=scope, language_code=language)
    assert answer.body["ok"], answer.body
    got = (await control.as_bot("getMyCommands", scope=scope, language_code=language)).result
    oracles.aiogram_accepts_result("getMyCommands", got)
    assert got == listed(name)


async def shown(control: Control, user: int, chat: int | None = None) -> str:
    return ",".join(command["command"] for command in await control.commands_for(user, chat))


async def test_in_private_the_narrowest_list_wins_and_deleting_it_brings_back_the_next(control: Control) -> None:
    assert await shown(control, JADE) == ""
    await set_for(control, "everywhere", type="default")
    assert await shown(control, JADE) == "everywhere"
    await set_for(control, "private", type="all_private_chats")
    assert await shown(control, JADE) == "private"
    await set_for(control, "adviser", type="chat", chat_id=PRIYA)
    await set_for(control, "english", "en", type="chat", chat_id=PRIYA)
    assert (await shown(control, JADE), await shown(control, PRIYA)) == ("private", "english")
    scope = {"type": "chat", "chat_id": PRIYA}
    await control.as_bot("deleteMyCommands", scope=scope, language_code="en")
    assert await shown(control, PRIYA) == "adviser"
    await control.as_bot("deleteMyCommands", scope=scope)
    assert await shown(control, PRIYA) == "private"
    await control.as_bot("setMyCommands", scope={"type": "all_private_chats"}, commands=[])
    assert await shown(control, PRIYA) == "everywhere"


async def test_in_a_group_those_who_look_after_it_may_have_more(control: Control, lounge: int) -> None:
    """Priya made the lounge, so she is one who looks after it."""
    order: list[tuple[str, dict[str, Any], str, str]] = [
        ("default", {}, "everywhere", "everywhere"),
        ("all_group_chats", {}, "groups", "groups"),
        ("all_chat_administrators", {}, "admins", "groups"),
        ("chat", {"chat_id": lounge}, "lounge", "lounge"),
        ("chat_administrators", {"chat_id": lounge}, "owner", "lounge"),
        ("chat_member", {"chat_id": lounge, "user_id": JADE}, "owner", "jade"),
    ]
    for kind, more, for_priya, for_jade in order:
        await set_for(control, for_jade if kind == "chat_member" else for_priya, type=kind, **more)
        assert (await shown(control, PRIYA, lounge), await shown(control, JADE, lounge)) == (for_priya, for_jade)
    assert await shown(control, JADE) == "everywhere"


@pytest.mark.parametrize("method", ["setMyCommands", "getMyCommands", "deleteMyCommands"])
@pytest.mark.parametrize(
    ("scope", "words"),
    [
        ({"type": "chat", "chat_id": KAI}, NOT_FOUND),
        ({"type": "chat", "chat_id": 5}, NOT_FOUND),
        ({"type": "chat"}, "Bad Request: chat_id is empty"),
        ({"type": "chat_administrators", "chat_id": JADE}, "Bad Request: can't use specified scope in private chats"),
        ({"type": "somewhere"}, "Bad Request: can't parse BotCommandScope: unsupported type specified"),
    ],
)
async def test_a_scope_that_telegram_would_not_take(
    control: Control, method: str, scope: dict[str, Any], words: str
) -> None:
    assert refused(await control.as_bot(method, commands=listed("x"), scope=scope), 400, words)


async def test_who_starts_the_bot_can_have_commands_of_their_own(control: Control) -> None:
    await control.say(KAI, "/start")
    await set_for(control, "mine", type="chat", chat_id=KAI)
    assert await shown(control, KAI) == "mine"


async def test_a_group_without_the_bot_and_a_member_whom_nobody_knows_are_refused(
    control: Control, lounge: int
) -> None:
    scope: dict[str, Any] = {"type": "chat_member", "chat_id": lounge, "user_id": 5}
    assert refused(await control.as_bot("setMyCommands", commands=[], scope=scope), 400, "Bad Request: user not found")
    away = await control.group("Elsewhere", [TOM])
    scope = {"type": "chat", "chat_id": away}
    assert (await control.as_bot("setMyCommands", commands=listed("x"), scope=scope)).code == 403


async def test_a_language_is_two_small_letters(control: Control) -> None:
    answer = await control.as_bot("setMyCommands", commands=listed("x"), language_code="English")
    assert refused(answer, 400, "Bad Request: invalid language code specified")
