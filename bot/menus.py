"""Which commands each person sees: Telegram's menu in their private chat, and /help.

A menu grants nothing: every command is checked live when it comes (`bot.permission`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, Final

from bot.models import Role
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import menus as texts

ANYBODY: Final = ("menu", "whatson", "jobs", "person", "help", "privacy", "mydata", "hide", "join")
"""What somebody sees who has not joined, or whose joining nobody has confirmed."""
EVERYBODY: Final = tuple(name for name in ANYBODY if name != "join")
BY_ROLE: Final[Mapping[Role, tuple[str, ...]]] = {
    Role.ADVISER: ("caseload", "invite", "newphone", "away", "back", "handover", "canned", "phrasing", "opportunity", "announce", "planned", "newsletter", "dropins", "interested", "staffhelp"),
    Role.DUTY: ("queue", "open", "breakglass", "away", "back", "canned", "phrasing", "dropins", "staffhelp"),
    Role.MANAGER: (
        "queue", "staff", "role", "invite", "groups", "away", "back", "awayfor", "handover", "oncall", "breakglass", "export",
        "erase", "canned", "review", "gaps", "phrasing", "phrasings", "reload", "opportunity", "announce", "planned", "newsletter", "dropins", "programme", "uptake", "staffhelp",
    ),
    Role.EMPLOYMENT: ("away", "back", "phrasing", "opportunity", "announce", "planned", "newsletter", "dropins", "programme", "interested", "uptake", "staffhelp"),
    Role.PARTICIPATION: ("gaps", "phrasing", "phrasings", "reload", "away", "back", "canned", "opportunity", "announce", "planned", "newsletter", "dropins", "programme", "uptake", "staffhelp"),
    Role.YOUNG_PERSON: ("person", "status", "applications", "ask", "menu", "interests", "pause", "discreet", "codeword", "name", "stop"),
}  # fmt: skip
"""What each role adds; the order is that of the menu, the roles' order that of somebody who holds several."""
ALL: Final = frozenset({*ANYBODY, *texts.GROUP_COMMANDS, *(name for names in BY_ROLE.values() for name in names)})
"""Every command of ours but /start, which Telegram's own button sends."""
LIKE_ENOUGH: Final = 0.7
"""How alike a mistyped command must be to one of theirs: "/casload" is, "/dance" is not."""


def commands(roles: Iterable[Role]) -> tuple[str, ...]:
    """The commands of somebody who holds these roles at this moment, each once."""
    held = frozenset(roles)
    if not held:
        return ANYBODY
    theirs = [name for role, names in BY_ROLE.items() if role in held for name in names]
    return tuple(dict.fromkeys([*theirs, *EVERYBODY]))


def listed(names: Iterable[str]) -> list[dict[str, str]]:
    """Commands as the Bot API's BotCommands."""
    return [{"command": name, "description": texts.COMMANDS[name]} for name in names]


def lines(names: Iterable[str]) -> str:
    """Commands as lines of a message."""
    return "\n".join(texts.LINE.format(command=name, does=texts.COMMANDS[name]) for name in names)


def nearest(typed: str, roles: Iterable[Role]) -> str | None:
    """The command of theirs that was probably meant; never one that they could not use."""
    found = get_close_matches(typed.lower(), commands(roles), n=1, cutoff=LIKE_ENOUGH)
    return found[0] if found else None


def dress(speech: Speech, actor: Actor) -> None:
    """Show somebody the menu of the roles they hold now. Call it after every change of roles, joining and leaving.

    Read the actor anew after the change. Somebody without roles gets back the menu that everybody sees.
    """
    if actor.telegram_id is None:
        return
    parameters: dict[str, Any] = {"scope": {"type": "chat", "chat_id": actor.telegram_id}}
    if actor.roles:
        parameters["commands"] = listed(commands(actor.roles))
    speech.call("setMyCommands" if actor.roles else "deleteMyCommands", actor.telegram_id, parameters)


def undress(speech: Speech, telegram_id: int) -> None:
    """Take the menu from an account that is nobody's any more: a lost phone."""
    dress(speech, Actor(telegram_id=telegram_id))


def for_everybody() -> list[tuple[str, dict[str, Any]]]:
    """The calls that set the menus of everybody who has none of their own; made once at each start."""
    groups = [{"command": name, "description": does} for name, does in texts.GROUP_COMMANDS.items()]
    scopes = (("default", listed(ANYBODY)), ("all_private_chats", listed(ANYBODY)), ("all_group_chats", groups))
    return [("setMyCommands", {"commands": shown, "scope": {"type": scope}}) for scope, shown in scopes]
