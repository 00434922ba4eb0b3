"""The gate that every text passes first: words of danger get the fixed card, and nothing else runs.

A fault in the gate is never an ordinary answer: it is the fault card.
"""

from __future__ import annotations

import logging

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot.message import written
from bot.models import Lane
from bot.safety import Immediate, Worried
from bot.service import Service
from bot.store import events
from bot.turn import Turn
from content.safety import Card
from content.texts import safety as texts
from handlers.answers import card_message, private_matter
from handlers.context import Context
from handlers.reading import is_group, message_of, question_in_group, thread_of, words_of_body

log = logging.getLogger(__name__)

AFTER = {"yes": texts.AFTER_SAFE, "no": texts.AFTER_NOT_SAFE, "mistake": texts.AFTER_MISTAKE}


async def gate(update: Update, context: Context) -> None:
    """Read the words of a message; on a concern say the card and stop everything else."""
    words = words_of_body(context.turn.body)
    if not words:
        return
    try:
        card = await _card(words, context)
    except Exception as error:  # noqa: BLE001 - whatever broke, the card goes out
        log.error("the gate failed at update %d (%s); the fault card goes out", update.update_id, type(error).__name__)
        card = fault_card(context.service)
    if card is not None:
        await _say(card, update, context)
        raise ApplicationHandlerStop


async def _card(words: str, context: Context) -> Card | None:
    """The card for these words, if any; read together with what the same person wrote in the last ten minutes."""
    turn, service = context.turn, context.service
    earlier = [text for body in await turn.earlier() if (text := words_of_body(body))]
    match service.gate.assess(words, earlier):
        case Immediate(concerns=concerns):
            kind = str(concerns[0].kind)
        case Worried():
            kind = "worried"
        case _:
            return None
    await events.add(turn.connection, turn.now, "concern", turn.update.update_id, "card", kind=kind)
    return service.safety.card(kind, gaps=service.council.gaps)


async def _say(card: Card, update: Update, context: Context) -> None:
    """Say the card to the person alone. In a group nothing differs from any other private matter."""
    turn, person = context.turn, update.effective_user
    chat = update.effective_chat
    if is_group(update) and chat is not None:
        message = message_of(update)
        if message is not None and question_in_group(message, context.service.username) is not None:
            turn.say(chat.id, private_matter(context.service), thread=thread_of(update))
        if person is not None:
            turn.say(person.id, card_message(card), lane=Lane.CRISIS)
    elif chat is not None:
        turn.say(chat.id, card_message(card), lane=Lane.CRISIS)


def fault_card(service: Service) -> Card:
    """The card for when something broke on our side."""
    return service.safety.card("fault", gaps=service.council.gaps)


def apologise(turn: Turn, service: Service) -> None:
    """An update could not be handled: whoever wrote it in private gets the fault card, for it may have been urgent."""
    for kind in ("message", "edited_message"):
        message = turn.body.get(kind)
        chat = message.get("chat") if isinstance(message, dict) else None
        if isinstance(chat, dict) and chat.get("type") == "private" and type(chat.get("id")) is int:
            turn.say(chat["id"], card_message(fault_card(service)), lane=Lane.CRISIS)


async def answered(update: Update, context: Context) -> None:
    """Somebody pressed a button under a card. Nothing is cancelled by it, and nothing about it is kept as a level."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    context.turn.answer_press(query.id)
    said = str(query.data).partition(":")[2]
    await events.add(
        context.turn.connection, context.turn.now, "concern", context.turn.update.update_id, "answered", said=said
    )
    context.turn.say(chat.id, written(AFTER[said]), lane=Lane.CRISIS)
