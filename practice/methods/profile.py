"""What the bot is and says about itself: name, descriptions, commands, menu button."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from practice import objects
from practice.calls import Call, method
from practice.entities import units
from practice.errors import bad_request
from practice.methods.chats import member_of
from practice.world import Chat, World

SCOPES = frozenset(
    {
        "default", "all_private_chats", "all_group_chats", "all_chat_administrators", "chat",
        "chat_administrators", "chat_member",
    }
)  # fmt: skip
IN_ONE_CHAT = frozenset({"chat", "chat_administrators", "chat_member"})


@method("getMe")
def get_me(world: World, call: Call) -> Any:
    """The bot itself."""
    return objects.bot_itself(world.bot)


def _place(world: World, call: Call) -> tuple[str, str]:
    """Scope and language as the key of one command list."""
    scope = call.structure("scope") or {"type": "default"}
    if not isinstance(scope, dict) or not isinstance(kind := scope.get("type"), str) or kind not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    language = call.text("language_code")
    if not re.fullmatch(r"(?:[a-z]{2})?", language):
        raise bad_request("invalid language code specified")
    parts = [kind]
    if kind in IN_ONE_CHAT:
        inner = Call.of(scope)
        chat = _scoped_chat(world, inner, kind)
        parts.append(str(chat.id))
        if kind == "chat_member":
            parts.append(str(member_of(world, chat, inner.integer("user_id"))["user"]["id"]))
    return ":".join(parts), language


def _scoped_chat(world: World, scope: Call, kind: str) -> Chat:
    """The chat of a scope: a person who never started the bot has none, a private one has no members to tell apart."""
    chat = world.known(scope.chat_id())
    if chat.person is None:
        return world.reachable(chat.id)
    if not chat.person.started:
        raise bad_request("chat not found")
    if kind != "chat":
        raise bad_request("can't use specified scope in private chats")
    return chat


@method("setMyCommands")
def set_my_commands(world: World, call: Call) -> Any:
    """Replace the commands that Telegram suggests."""
    commands = call.structure("commands")
    if not isinstance(commands, list):
        raise bad_request("can't parse commands: expected an Array of BotCommand")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    kept = []
    for command in commands:
        name = str(command.get("command", "")).removeprefix("/") if isinstance(command, dict) else ""
        if not re.fullmatch(r"[a-z0-9_]{1,32}", name):
            raise bad_request("BOT_COMMAND_INVALID")
        description = Call(command).text("description")
        if not 1 <= units(description) <= 256:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
        kept.append({"command": name, "description": description})
    place = _place(world, call)
    world.bot.commands.pop(place, None)
    if kept:
        world.bot.commands[place] = kept
    world.events.emit("bot")
    return True


@method("getMyCommands")
def get_my_commands(world: World, call: Call) -> Any:
    """The commands for one scope and language."""
    return world.bot.commands.get(_place(world, call), [])


@method("deleteMyCommands")
def delete_my_commands(world: World, call: Call) -> Any:
    """Forget the commands for one scope and language."""
    world.bot.commands.pop(_place(world, call), None)
    world.events.emit("bot")
    return True


def _text_methods(noun: str, field: str, most: int) -> None:
    """Register a setter and a getter for one of the bot's texts about itself."""

    def set_text(world: World, call: Call) -> Any:
        text = call.text(field).strip()
        if units(text) > most:
            raise bad_request(f"{field.replace('_', ' ')} is too long")
        if field == "name" and text and not call.text("language_code"):
            world.bot.first_name = text
        world.bot.texts[field, call.text("language_code")] = text
        world.events.emit("bot")
        return True

    def get_text(world: World, call: Call) -> Any:
        usual = world.bot.texts.get((field, ""), "") or (world.bot.first_name if field == "name" else "")
        return {field: world.bot.texts.get((field, call.text("language_code")), "") or usual}

    pairs: tuple[tuple[str, Callable[[World, Call], Any]], ...] = (("set", set_text), ("get", get_text))
    for verb, function in pairs:
        method(f"{verb}My{noun}")(function)


_text_methods("Name", "name", 64)
_text_methods("Description", "description", 512)
_text_methods("ShortDescription", "short_description", 120)


@method("setChatMenuButton")
def set_chat_menu_button(world: World, call: Call) -> Any:
    """Choose what the button beside the text field does."""
    button = call.structure("menu_button") or {"type": "default"}
    if not isinstance(button, dict) or button.get("type") not in ("commands", "web_app", "default"):
        raise bad_request("can't parse menu button: unsupported type specified")
    world.bot.menu_buttons[_menu_chat(world, call)] = button
    return True


@method("getChatMenuButton")
def get_chat_menu_button(world: World, call: Call) -> Any:
    """The button beside the text field; bots start with their commands there."""
    buttons = world.bot.menu_buttons
    found = buttons.get(_menu_chat(world, call)) or buttons.get(0) or {"type": "commands"}
    return {"type": "commands"} if found["type"] == "default" else found


def _menu_chat(world: World, call: Call) -> int:
    if call.integer("chat_id") is None:
        return 0
    chat = world.known(call.chat_id())
    if chat.person is None:
        raise bad_request("chat must be private")
    return chat.id
