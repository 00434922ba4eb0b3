"""Questions of the bot that are answered by a reply: Telegram shows what is answered, so nothing has to be remembered."""

from __future__ import annotations

import re

from telegram import Message as TelegramMessage
from telegram.ext import filters

from bot.message import written
from handlers.context import Context


def prompt(text: str) -> re.Pattern[str]:
    """Recognises one of our questions; its `{number}` is the first group."""
    return re.compile(re.escape(written(text, {"number": "#"}).text).replace(r"\#", r"(\d{1,17})"))


def asked(message: TelegramMessage) -> str:
    """The words of ours that a message answers; empty where it answers nobody, or somebody else."""
    answered = message.reply_to_message
    by_us = answered is not None and answered.from_user is not None and answered.from_user.is_bot
    return (answered.text or "") if by_us and answered is not None else ""


def ask(text: str, number: int, chat_id: int, context: Context) -> None:
    """Ask a question about the thing with this number."""
    context.turn.say(chat_id, written(text, {"number": number}), reply_markup={"force_reply": True})


def words_of(message: TelegramMessage) -> str:
    """What somebody answered, on one line."""
    return " ".join((message.text or message.caption or "").split())


class Replies(filters.MessageFilter):
    """A reply to one of these questions."""

    def __init__(self, *prompts: re.Pattern[str]) -> None:
        super().__init__()
        self._prompts = prompts

    def filter(self, message: TelegramMessage) -> bool:
        """Whether it answers one of them."""
        return any(one.fullmatch(asked(message)) for one in self._prompts)
