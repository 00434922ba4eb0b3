"""Reads Telegram's updates: which words are in one, who is speaking, and whether a group's message is meant for the bot."""

from __future__ import annotations

from typing import Any

from telegram import Message, MessageEntity, Update

WORD_FIELDS = ("text", "caption")
GROUP_COMMANDS = ("/ask",)
"""Commands that carry a question in a group without naming the bot."""


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


def question_in_group(message: Message, username: str) -> str | None:
    """The question in a group's message that is meant for the bot; None when it is not meant for it.

    It is meant for the bot when it begins with a command, answers one of the bot's messages, or names the bot.
    An administrator bot sees everything; what is not meant for it, it leaves alone.
    """
    text = message.text or message.caption or ""
    entities = message.parse_entities([MessageEntity.MENTION, MessageEntity.BOT_COMMAND]) if message.text else {}
    own_name = f"@{username}".lower()
    named = any(value.lower() == own_name for value in entities.values())
    command = next((v for e, v in entities.items() if e.type == MessageEntity.BOT_COMMAND and e.offset == 0), None)
    answered = message.reply_to_message
    to_us = answered is not None and answered.from_user is not None and answered.from_user.username == username
    if command is not None:
        name, _, whom = command.lower().partition("@")
        if f"@{whom}" != own_name and (whom or name not in GROUP_COMMANDS):
            return None
        return text[len(command) :].strip()
    if not (named or to_us):
        return None
    for value in entities.values():
        if value.lower() == own_name:
            text = text.replace(value, " ")
    return " ".join(text.split())


def thread_of(update: Update) -> int | None:
    """The topic of a forum in which a message stands, so that the answer stands there too."""
    message = message_of(update)
    return message.message_thread_id if message is not None and message.is_topic_message else None
