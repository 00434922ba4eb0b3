"""/hide: clear this chat as far as Telegram lets a bot do it, and keep quiet for a day."""

from __future__ import annotations

from telegram import Update

from bot import hide as rule
from bot.message import written
from bot.models import Role
from bot.permission import Action
from content.texts import hide as texts
from handlers.context import Context
from handlers.permission import needs


@needs(Action.OWN)
async def asked(update: Update, context: Context) -> None:
    """Clear the chat; say what went and what can't, in words that tell nothing. Works for everybody but staff."""
    turn, chat = context.turn, update.effective_chat
    if chat is None:
        return
    actor = await turn.actor()
    if actor.is_staff and Role.YOUNG_PERSON not in actor.roles:
        turn.say(chat.id, written(texts.FOR_STAFF))
        return
    await clear(context, chat.id)
    gaps = {"minutes": int(rule.READ_BY.total_seconds() / 60), "hours": int(rule.QUIET.total_seconds() / 3600)}
    turn.say(chat.id, written(texts.DONE, gaps))


async def clear(context: Context, chat_id: int) -> None:
    """What /hide and the code word share; the event names nobody who has not joined."""
    turn = context.turn
    actor = await turn.actor()
    messages = await rule.hide_chat(turn, actor, chat_id, turn.update.update_id)
    await turn.event("person", actor.id or 0, "cleared the chat", actor=actor.id, messages=messages)
