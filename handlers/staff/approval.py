"""A second person says yes or no to what another one asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import approving
from bot.message import plain, written
from bot.permission import Action
from bot.press import Press
from content.texts import people as texts
from content.texts import permission as permission_texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no


@needs(Action.APPROVE_SEND)
async def pressed(press: Press, update: Update, context: Context) -> None:
    """Approve or refuse; whoever asked can't, and only the first answer counts. What only managers may approve, the rule checks."""
    query, turn, service = update.callback_query, context.turn, context.service
    if query is None or query.message is None:
        return
    chat_id, message_id = query.message.chat.id, query.message.message_id
    try:
        decided = await approving.decide(
            turn, service.council, service.username, press.thing, await turn.actor(), press.more == "yes"
        )
        turn.answer_press(query.id)
        text = texts.APPROVED if decided.approved else texts.REFUSED
        turn.change(chat_id, message_id, written(text, {"what": decided.what}))
    except approving.NotYours:
        say_no(update, context, texts.NOT_YOUR_OWN)
    except approving.MayNotApprove:
        say_no(update, context, permission_texts.NOT_YOURS)
    except approving.DecidedBefore:
        say_no(update, context, texts.DECIDED_BEFORE)
        turn.take_buttons(chat_id, message_id, plain(""))
    except approving.MayNotAsk as gone:
        say_no(update, context, texts.ASKER_MAY_NOT.format(asker=gone.name))
        turn.take_buttons(chat_id, message_id, plain(""))


PRESSES: Final[Mapping[str, Handler]] = {"approve": pressed}
