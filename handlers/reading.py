"""Reads Telegram's updates: which words are in one, who is speaking, and whether a group's message is meant for the bot."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from telegram import Message, MessageEntity, Update

from bot import menus

WORD_FIELDS = ("text", "caption")
GROUP_COMMANDS = menus.ALL | {"start"}
"""Commands that are meant for us in a group even where they don't name the bot."""


def message_of(update: Update) -> Message | None:
    """The message that somebody wrote or changed; None for anything else."""
    return update.message or update.edited_message


def words_in(message: dict[str, Any]) -> str:
    """All words that a person wrote in a message: text, caption, a poll's or place's or file's name.

    It reads the message's JSON, which is there even when nobody can parse the update.
    """
    found = [message.get(field) for field in WORD_FIELDS]
    poll, venue, document = message.get("poll"), message.get("venue"), message.get("document")
    if isinstance(poll, dict):
        options = poll.get("options")
        found += [poll.get("question")]
        found += (
            [option.get("text") for option in options if isinstance(option, dict)] if isinstance(options, list) else []
        )
    if isinstance(venue, dict):
        found += [venue.get("title"), venue.get("address")]
    if isinstance(document, dict):
        found += [document.get("file_name")]
    return "\n".join(part for part in found if isinstance(part, str) and part)


def words_of_body(body: dict[str, Any]) -> str:
    """The words in a stored update."""
    message = body.get("message") or body.get("edited_message")
    return words_in(message) if isinstance(message, dict) else ""


def is_group(update: Update) -> bool:
    """Whether others can read along."""
    chat = update.effective_chat
    return chat is not None and chat.type in ("group", "supergroup")


@dataclass(frozen=True, slots=True)
class Addressed:
    """A group's message that is meant for the bot: the command it begins with, if any, and the other words."""

    command: str | None
    words: str


def addressed(message: Message, username: str) -> Addressed | None:
    """What a group's message says to the bot; None when it is not meant for it.

    It is meant for the bot when it begins with a command of ours, answers one of the bot's messages, or names the bot.
    An administrator bot sees everything; what is not meant for it, it leaves alone.
    """
    text = message.text or message.caption or ""
    kinds: list[str | None] = [MessageEntity.MENTION, MessageEntity.BOT_COMMAND]
    entities = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    own_name = f"@{username}".lower()
    named = any(value.lower() == own_name for value in entities.values())
    command = next((v for e, v in entities.items() if e.type == MessageEntity.BOT_COMMAND and e.offset == 0), None)
    answered = message.reply_to_message
    to_us = answered is not None and answered.from_user is not None and answered.from_user.username == username
    if command is not None:
        name, _, whom = command.lower().removeprefix("/").partition("@")
        if f"@{whom}" != own_name and (whom or name not in GROUP_COMMANDS):
            return None
        return Addressed(name, text[len(command) :].strip())
    if not (named or to_us):
        return None
    for value in entities.values():
        if value.lower() == own_name:
            text = text.replace(value, " ")
    return Addressed(None, " ".join(text.split()))


def question_in_group(message: Message, username: str) -> str | None:
    """The words of a group's message that is meant for the bot; None when it is not meant for it."""
    said = addressed(message, username)
    return said.words if said is not None else None


def thread_of(update: Update) -> int | None:
    """The topic of a forum in which a message or a pressed button stands, so that the answer stands there too."""
    pressed = update.callback_query.message if update.callback_query is not None else None
    message = message_of(update) or pressed
    return message.message_thread_id if isinstance(message, Message) and message.is_topic_message else None
