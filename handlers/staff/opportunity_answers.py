"""Answers to the form of an opportunity: which question a reply answers, and what it says.

Telegram shows the question with the reply, so nothing has to be remembered, and an older answer can be corrected.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from telegram import Message as TelegramMessage
from telegram.ext import filters

from bot import opportunity as rule
from bot.message import Message, written
from bot.opportunity import PHOTO, POST, Filling
from content import opportunity as content
from content.closing_date import Fault
from content.opportunity import FIELDS
from content.texts import opportunity_form as texts
from handlers.answers import day_of
from handlers.context import Context

QUESTIONS: Final = {
    **{field.name: (field.question, field.example) for field in FIELDS.values()},
    PHOTO: (texts.PHOTO_QUESTION, texts.PHOTO_EXAMPLE),
    POST: (texts.POST_QUESTION, texts.POST_EXAMPLE),
}
"""The question of each step and an answer to it."""
PROMPTS: Final[Mapping[str, Message]] = {
    step: written(texts.QUESTION, {"name": rule.said(step), "question": question, "example": example})
    for step, (question, example) in QUESTIONS.items()
}
_ASKED_BY: Final = {re.sub(r"\s+", " ", prompt.text): step for step, prompt in PROMPTS.items()}


def step_asked(message: TelegramMessage) -> str | None:
    """The step whose question this message replies to; None for any other message."""
    asked = message.reply_to_message
    by_us = asked is not None and asked.from_user is not None and asked.from_user.is_bot
    return _ASKED_BY.get(re.sub(r"\s+", " ", asked.text or "")) if by_us and asked is not None else None


class MayAnswer(filters.MessageFilter):
    """A reply to a question of the form, or a forwarded message, which may be the post that was asked for."""

    def filter(self, message: TelegramMessage) -> bool:
        """Whether the form has to look at it."""
        return step_asked(message) is not None or message.forward_origin is not None


def words_in(step: str, message: TelegramMessage, filling: Filling, context: Context) -> content.Value | Fault:
    """What the step would hold, or a sentence for whoever wrote it."""
    words = message.text or message.caption
    if not words:
        return Fault(texts.NO_WORDS)
    today, entries = day_of(context.service, context.turn.now), context.service.library.entries
    return content.check(step, words, today, kind=filling.facts.kind, entries=entries)


def photo_in(message: TelegramMessage) -> str | Fault:
    """Telegram's id of the photo, or what was sent instead and what to do."""
    if message.photo:
        return message.photo[-1].file_id
    if message.video or message.animation or message.video_note:
        return Fault(texts.NO_VIDEO)
    document = message.document
    if document is None:
        return Fault(texts.NEEDS_PHOTO)
    if (document.file_size or 0) > rule.MOST_PHOTO_BYTES:
        return Fault(texts.PHOTO_TOO_BIG)
    kind = document.mime_type or ""
    return Fault(
        texts.NO_VIDEO
        if kind.startswith("video/")
        else texts.AS_PHOTO
        if kind.startswith("image/")
        else texts.NEEDS_PHOTO
    )
