"""The one live role check that every command, message and press passes."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from functools import wraps
from typing import Any

from telegram import Update

from bot.message import plain, written
from bot.permission import Action, may_ever
from content.texts import permission as texts
from handlers.context import Context

Handler = Callable[..., Coroutine[Any, Any, None]]


def needs(action: Action) -> Callable[[Handler], Handler]:
    """Say which action a handler is. Whoever may never do it is refused before it runs; whose matter it is, the handler asks.

    Works for `(update, context)` and for presses, `(press, update, context)`. A test refuses handlers without it.
    """

    def mark(handler: Handler) -> Handler:
        @wraps(handler)
        async def checked(*given: Any) -> None:
            update, context = given[-2], given[-1]
            actor = await context.turn.actor()
            if may_ever(actor.roles, action):
                await handler(*given)
            else:
                await refuse(update, context, action)

        checked.action = action  # type: ignore[attr-defined]
        return checked

    return mark


async def refuse(update: Update, context: Context, action: Action) -> None:
    """Say no in a sentence, change nothing, and leave an event."""
    turn = context.turn
    actor = await turn.actor()
    await turn.event("permission", actor.id or 0, "refused", actor=actor.id, action=str(action.name).lower())
    if update.callback_query is not None:
        turn.answer_press(update.callback_query.id, texts.NOT_YOURS, alert=True)
    elif update.effective_chat is not None and update.effective_chat.type == "private":
        turn.say(update.effective_chat.id, written(texts.NOT_FOR_YOU))


def say_no(update: Update, context: Context, text: str) -> None:
    """Say why nothing happened: as an alert after a press, as a message after words."""
    if update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id, text, alert=True)
    elif update.effective_chat is not None:
        context.turn.say(update.effective_chat.id, plain(text))
