"""/privacy, as Telegram's own convention asks: who runs the bot, who reads, what is kept."""

from __future__ import annotations

from telegram import Update

from bot.message import plain, written
from bot.permission import Action
from bot.service import Service
from bot.store.retention import KEEP_UPDATES
from content.texts import privacy as texts
from handlers import answers
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import is_group, thread_of


@needs(Action.USE)
async def asked(update: Update, context: Context) -> None:
    """The truth about privacy; in a group one neutral line with the way into the private chat."""
    turn, chat = context.turn, update.effective_chat
    if chat is None:
        return
    if is_group(update):
        private = answers.private_matter(context.service).buttons
        turn.say(chat.id, plain(texts.IN_A_GROUP).with_buttons(*private), thread=thread_of(update))
    else:
        turn.say(chat.id, written(texts.PRIVACY, gaps(context.service)))


def gaps(service: Service) -> dict[str, object]:
    """The council's names and how long it keeps what."""
    kept = service.council.retention
    return {
        **service.council.gaps,
        "updates_days": KEEP_UPDATES.days,
        "text_days": kept.text_days,
        "delivery_days": kept.delivery_days,
        "audit_years": kept.audit_years,
    }
