"""/person and "Ask a person": whom to ring and when somebody is there."""

from __future__ import annotations

from telegram import Update

from handlers import answers
from handlers.context import Context
from handlers.reading import is_group, thread_of


async def asked(update: Update, context: Context) -> None:
    """Say how to reach a person. In a group the answer waits in private."""
    chat, turn = update.effective_chat, context.turn
    if update.callback_query is not None:
        turn.answer_press(update.callback_query.id)
    if chat is not None:
        private = answers.private_matter(context.service) if is_group(update) else None
        turn.say(chat.id, private or answers.reach_a_person(context.service, turn.now), thread=thread_of(update))
