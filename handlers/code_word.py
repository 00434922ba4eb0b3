"""The code word: setting it, and what happens when it is typed."""

from __future__ import annotations

from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import code_word as rule
from bot import enquiry, escalating, staff
from bot.hide import QUIET
from bot.message import Message, join, plain, written
from bot.models import EscalationState, Role
from bot.permission import Action
from bot.store import escalations, people
from bot.store.people import Actor
from content.texts import code_word as texts
from handlers import hide
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import message_of, words_of_body

GAPS = {"used": texts.USED, "hours": int(QUIET.total_seconds() / 3600)}
OFF = "off"


@needs(Action.OWN)
async def typed(update: Update, context: Context) -> None:
    """Words in private: if they are exactly the person's code word, everything ends here, quietly.

    It stands between the gate and the door: words of danger still get their card, nothing else sees the word.
    """
    turn, chat = context.turn, update.effective_chat
    actor = await turn.actor()
    if chat is None or not actor.is_enrolled or not rule.is_typed(actor.code_word, words_of_body(turn.body)):
        return
    await hide.clear(context, chat.id)
    told = await _told(context, actor)
    await turn.event("person", actor.id, "had to stop", actor=actor.id, told=[one.id for one in told])
    turn.say(chat.id, plain(texts.USED))
    staff.tell(turn, told, await _page(context, actor, told))
    raise ApplicationHandlerStop


async def _told(context: Context, actor: Actor) -> list[Actor]:
    """The adviser, else whoever covers, else duty, else the managers; and whoever is in conversation with them."""
    turn = context.turn
    adviser = [one for one in [await people.get(turn.connection, actor.adviser_id)] if one is not None]
    cover = (await people.away(turn.connection, turn.now)).get(actor.adviser_id or 0)
    told = (
        await escalating.able(turn, adviser)
        or await escalating.able(turn, await people.get_all(turn.connection, [cover] if cover else []))
        or await escalating.able(turn, await people.with_role(turn.connection, Role.DUTY))
        or await escalating.able(turn, await people.with_role(turn.connection, Role.MANAGER))
    )
    live = await escalations.live(turn.connection, actor.telegram_id or 0)
    if live is not None and live.state is EscalationState.ACKNOWLEDGED:
        told += await escalating.holders(turn, live)
    return list({one.id: one for one in told}.values())


async def _page(context: Context, actor: Actor, told: list[Actor]) -> Message:
    message = written(texts.PAGE, {"initials": actor.initials, "number": actor.id})
    if actor.adviser_id is None or actor.adviser_id in {one.id for one in told}:
        return message
    adviser = await people.get(context.turn.connection, actor.adviser_id)
    away = texts.PAGE_FOR_ADVISER.format(adviser=adviser.name if adviser is not None else actor.adviser_id)
    return message + plain(away)


@needs(Action.OWN)
async def asked(update: Update, context: Context) -> None:
    """/codeword: what it is; /codeword banana sets it; /codeword off takes it away."""
    turn, message = context.turn, message_of(update)
    if message is None:
        return
    actor = await turn.actor()
    words = " ".join(context.args or [])
    if actor.id is None or Role.YOUNG_PERSON not in actor.roles:
        turn.say(message.chat_id, written(texts.NOT_JOINED))
    elif not words:
        turn.say(message.chat_id, _about(actor))
    elif rule.bare(words) == OFF:
        await people.change(turn.connection, actor.id, code_word=None)
        await turn.event("person", actor.id, "took the code word away", actor=actor.id)
        turn.delete(message.chat_id, [message.message_id])
        turn.say(message.chat_id, written(texts.NOW_OFF))
    else:
        # Taken or not, the word must not stay on the screen.
        turn.delete(message.chat_id, [message.message_id])
        turn.say(message.chat_id, await _set(context, actor.id, words))


def _about(actor: Actor) -> Message:
    is_set = texts.IS_SET if actor.code_word is not None else texts.IS_NOT_SET
    return join([written(texts.ABOUT, GAPS), written(is_set)])


async def _set(context: Context, person_id: int, words: str) -> Message:
    turn = context.turn
    match rule.check(words):
        case rule.WrongLength():
            return written(texts.TOO_SHORT_OR_LONG, {"least": rule.LEAST, "most": rule.MOST})
        case rule.NotLetters():
            return written(texts.ONLY_LETTERS)
        case rule.Fits(word=word) if not _is_everyday(words, context):
            await people.change(turn.connection, person_id, code_word=word)
            await turn.event("person", person_id, "chose a code word", actor=person_id)
            return written(texts.NOW_SET, GAPS)
        case _:
            return written(texts.EVERYDAY)


def _is_everyday(words: str, context: Context) -> bool:
    """Whether the bot has something of its own to say to these words: an answer, small talk, or a card."""
    service = context.service
    outcome = enquiry.answer(
        words,
        chat="private",
        library=service.library,
        matcher=service.matcher,
        small_talk=service.small_talk,
        earlier=[],
    )
    return service.gate.assess(words, []) is not None or not isinstance(outcome, enquiry.NoAnswer)
