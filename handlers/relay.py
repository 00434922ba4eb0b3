"""A message in private, before anything else reads it: does it belong to a conversation between a young person and staff?"""

from __future__ import annotations

from typing import Any, Final

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import enquiry as enquiry_rule
from bot import escalating, relay, relaying
from bot.enrolment import looks_like_code
from bot.message import join, plain, written
from bot.models import EscalationState, Role, Side
from bot.opportunity import FORM, POST
from bot.permission import Action
from bot.relay import Aside, HandedOver, Kept, OnItsWay, OpensAgain, Piece, TakenBack, TooLate
from bot.store import drafts, escalations, forms, lines
from bot.store.escalations import Standing
from bot.store.people import Actor
from content.escalation_phrases import escalation_phrases
from content.texts import relay as texts
from handlers import enquiry
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import message_of
from handlers.staff import drop_in as staff_drop_in
from handlers.staff import interest as staff_interest
from handlers.staff import newsletter, notice, opportunity_answers
from handlers.staff import programme as staff_programme
from handlers.staff import relay as staff_relay

FILES: Final = (
    ("photo", "sendPhoto"), ("video", "sendVideo"), ("animation", "sendAnimation"), ("audio", "sendAudio"),
    ("document", "sendDocument"), ("voice", "sendVoice"), ("video_note", "sendVideoNote"), ("sticker", "sendSticker"),
)  # fmt: skip
"""Fields of a message that hold a file, and the calls that show it. An animation is told as a document too, so it is earlier."""

ANSWERS_OF_STAFF: Final = (
    notice.REPLIES, newsletter.REPLIES, staff_drop_in.REPLIES, staff_programme.REPLIES, staff_interest.REPLIES,
)  # fmt: skip
"""Replies to questions that the bot asks staff."""


def piece_of(message: TelegramMessage) -> Piece | None:
    """What somebody wrote or showed; None for what can't be passed on (a poll, a contact, a dice)."""
    words = message.text or message.caption
    for field, method in FILES:
        found: Any = getattr(message, field)
        if found:
            held = found[-1] if field == "photo" else found
            name = getattr(held, "emoji" if field == "sticker" else "file_name", None)
            return Piece(words, {"method": method, "field": field, "file_id": held.file_id, "name": name})
    if message.venue is not None or message.location is not None:
        place = message.venue.location if message.venue is not None else message.location
        assert place is not None
        told = f"{message.venue.title}, {message.venue.address}" if message.venue is not None else None
        file = {"method": "sendLocation", "latitude": place.latitude, "longitude": place.longitude}
        return Piece(told, file)
    return Piece(words) if words else None


@needs(Action.TALK)
async def talked(update: Update, context: Context) -> None:
    """Words, files and changes in private. What belongs to no conversation goes on to the door."""
    message = message_of(update)
    if message is None:
        return
    handled = await (_changed if update.edited_message is not None else _said)(message, update, context)
    if handled:
        raise ApplicationHandlerStop


async def _said(message: TelegramMessage, update: Update, context: Context) -> bool:
    """Whose it is: a reply says it; else staff who have somebody are asked, and a young person has one matter at most."""
    turn = context.turn
    answered = message.reply_to_message
    trace = await escalations.traced(turn.connection, message.chat_id, answered.message_id) if answered else None
    if trace is not None:
        standing = await escalations.get(turn.connection, trace[0])
        if standing is not None and standing.telegram_id != message.chat_id:
            await staff_relay.replied(message, piece_of(message), standing, trace[1], update, context)
            return True
    actor = await turn.actor()
    if trace is None and actor.is_staff and actor.id is not None:
        owned = await escalations.owned_by(turn.connection, actor.id)
        others = [standing for standing in owned if standing.telegram_id != message.chat_id]
        if others and not looks_like_code(message.text or ""):
            await staff_relay.unaddressed(message, piece_of(message), others, context)
            return True
    return await _young_person_said(message, trace, context)


async def is_staff_talk(update: Update, context: Context) -> bool:
    """Whether these are words of staff about or to a young person: "if you feel like dying, ring …" is no cry for help.

    The gate asks it. It is so only for what names a young person's matter, or is asked about before it goes anywhere.
    """
    message, turn = message_of(update), context.turn
    actor = await turn.actor() if message is not None else None
    if message is None or actor is None or actor.id is None or not actor.is_staff:
        return False
    in_private = message.chat_id == actor.telegram_id
    if in_private and Role.YOUNG_PERSON not in actor.roles and _is_staff_command(message.text or ""):
        return True
    if Role.YOUNG_PERSON not in actor.roles and await _fills_in(message, actor.id, context):
        return True
    answered = message.reply_to_message
    trace = await escalations.traced(turn.connection, message.chat_id, answered.message_id) if answered else None
    if trace is not None:
        standing = await escalations.get(turn.connection, trace[0])
        return standing is not None and standing.telegram_id != actor.telegram_id
    line = await lines.written_at(turn.connection, message.chat_id, message.message_id)
    if line is not None:
        return line.side is not Side.YOUNG_PERSON
    if Role.YOUNG_PERSON in actor.roles or message.chat_id != actor.telegram_id:
        return False
    return bool(await escalations.owned_by(turn.connection, actor.id))


async def _fills_in(message: TelegramMessage, person_id: int, context: Context) -> bool:
    """Whether it answers a question of ours to staff: a job "with adults who self-harm" is no cry for help."""
    if any(replies.filter(message) for replies in ANSWERS_OF_STAFF) or opportunity_answers.step_asked(message):
        return True
    if message.forward_origin is None:
        return False
    form = await forms.of_person(context.turn.connection, person_id, FORM)
    return form is not None and form.step == POST


def _is_staff_command(words: str) -> bool:
    """A command, such as /breakglass with its reason, but none that asks the bot a question."""
    return words.startswith("/") and not words.startswith(("/ask", "/help", "/start"))


# --- the young person


async def _young_person_said(message: TelegramMessage, trace: tuple[int, int | None] | None, context: Context) -> bool:
    turn = context.turn
    newest = await escalations.current(turn.connection, message.chat_id)
    standing = await escalations.get(turn.connection, newest.id, lock=True) if newest and newest.is_live else None
    to_staff = trace is not None and await _is_from_staff(trace[1], context)
    if standing is None and to_staff and trace is not None:
        standing = await escalations.get(turn.connection, trace[0], lock=True)
    standing = standing or newest
    if standing is None:
        return False
    piece, person = piece_of(message), await _who(context, message.chat_id)
    if piece is None:
        return _cant_pass_on(message, standing, context)
    if _is_question_to_us(piece, standing, person):
        return False
    said = relay.young_person_wrote(
        standing.state, standing.resolved_at, turn.now, to_staff=to_staff,
        bot_answers=not to_staff and await _bot_answers(piece, standing, context),
    )  # fmt: skip
    return await _carry_out(said, standing, person, piece, message, context)


async def _carry_out(
    said: relay.Heard, standing: Standing, person: Actor, piece: Piece, message: TelegramMessage, context: Context
) -> bool:
    turn, council = context.turn, context.service.council
    source = (message.chat_id, message.message_id)
    match said:
        case Kept(answers=answers):
            told = await _told_lately(standing, context)
            line = await relaying.keep_waiting(
                turn, council, standing, person, piece, source, needs_answer=_needs_answer(piece, context)
            )
            if answers or standing.is_gentle:
                return False
            if not told:
                text = texts.ADDED_URGENT if standing.urgent else texts.ADDED
                turn.say(message.chat_id, written(text), escalation=standing.id, line=line)
        case HandedOver():
            await relaying.hand_over(
                turn, council, standing, person, piece, source, needs_answer=_needs_answer(piece, context)
            )
        case OpensAgain():
            after = await escalating.reopen(turn, council, standing, person)
            await relaying.keep(turn, after, person, piece, source)
            where = await escalating.where_it_stands(turn, council, after, person)
            await escalating.note_told(turn, after)
            turn.say(message.chat_id, join([written(texts.OPENED_AGAIN), where]), escalation=after.id)
        case Aside():
            return False
    return True


async def _is_from_staff(line_id: int | None, context: Context) -> bool:
    line = await lines.get(context.turn.connection, line_id) if line_id is not None else None
    return line is not None and line.side is Side.STAFF


async def _who(context: Context, chat_id: int) -> Actor:
    actor = await context.turn.actor()
    return actor if actor.is_enrolled else Actor(telegram_id=chat_id)


def _cant_pass_on(message: TelegramMessage, standing: Standing, context: Context) -> bool:
    if standing.is_live:
        context.turn.say(message.chat_id, plain(texts.CANT_PASS_ON))
    return standing.is_live


def _is_question_to_us(piece: Piece, standing: Standing, person: Actor) -> bool:
    """A code of somebody who has not joined, and a wish for a person or a call while nobody has it: the door knows these."""
    if piece.words is None or piece.file is not None:
        return False
    if not person.is_enrolled and looks_like_code(piece.words):
        return True
    return standing.state is not EscalationState.ACKNOWLEDGED and escalation_phrases().wish(piece.words) is not None


async def _bot_answers(piece: Piece, standing: Standing, context: Context) -> bool:
    """Whether the bot is sure of what to say. It is not asked while a person has it: it would not speak anyway."""
    if piece.words is None or piece.file is not None or standing.state is EscalationState.ACKNOWLEDGED:
        return False
    outcome = await enquiry.decide(piece.words, "private", context)
    return isinstance(outcome, enquiry_rule.Answer | enquiry_rule.SmallTalk)


def _needs_answer(piece: Piece, context: Context) -> bool:
    """Not a "thanks" or "bye"."""
    if piece.words is None or piece.file is not None:
        return True
    reply = context.service.small_talk.reply(piece.words)
    return reply is None or reply.kind not in relay.COURTESIES


async def _told_lately(standing: Standing, context: Context) -> bool:
    since = context.turn.now - relay.TOLD_EVERY
    return await lines.told_lately(context.turn.connection, standing.id, standing.telegram_id, since)


# --- changing and taking back, on either side


async def _changed(message: TelegramMessage, update: Update, context: Context) -> bool:
    """A message was changed: the other side's copy changes, or the draft. False when it was neither."""
    turn = context.turn
    words = message.text or message.caption or ""
    line = await lines.written_at(turn.connection, message.chat_id, message.message_id)
    if line is not None:
        await relaying.change(turn, line, words)
        return True
    actor = await turn.actor()
    if not actor.is_staff or actor.id is None:
        return False
    draft = await drafts.written_at(turn.connection, actor.id, message.chat_id, message.message_id)
    if draft is not None:
        await drafts.change(turn.connection, draft, words)
    return draft is not None


@needs(Action.TALK)
async def delete(update: Update, context: Context) -> None:
    """/delete, as a reply to a message of one's own."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    answered = message.reply_to_message
    if answered is None:
        turn.say(message.chat_id, plain(texts.DELETE_HOW))
        return
    line = await lines.written_at(turn.connection, message.chat_id, answered.message_id)
    if line is None:
        await _forget_draft(message, answered.message_id, context)
    elif line.deleted_at is not None:
        turn.say(message.chat_id, plain(texts.DELETED_ALREADY))
    else:
        await _take_back(line, message, context)


async def _take_back(line: lines.Said, message: TelegramMessage, context: Context) -> None:
    turn = context.turn
    match await relaying.take_back(turn, line):
        case OnItsWay():
            turn.say(message.chat_id, written(texts.DELETED_ON_ITS_WAY))
            return
        case TooLate():
            turn.say(message.chat_id, written(texts.DELETED_LATE))
        case TakenBack():
            turn.say(message.chat_id, plain(texts.DELETED))
    if line.message_id is not None and line.at > turn.now - relay.DELETABLE:
        turn.delete(message.chat_id, [line.message_id, message.message_id])


async def _forget_draft(message: TelegramMessage, message_id: int, context: Context) -> None:
    turn, actor = context.turn, await context.turn.actor()
    draft = await drafts.written_at(turn.connection, actor.id or 0, message.chat_id, message_id)
    if draft is not None:
        await drafts.remove(turn.connection, draft.id)
    turn.say(message.chat_id, plain(texts.DELETE_NOTHING))


# --- the bot itself, while somebody talks with a person


@needs(Action.USE)
async def ask(update: Update, context: Context) -> None:
    """/ask QUESTION: for the bot, whoever else is in the conversation."""
    message = message_of(update)
    if message is None or message.text is None:
        return
    question = message.text.partition(" ")[2].strip()
    if question:
        context.turn.say(message.chat_id, await enquiry.answer_words(question, context))
    else:
        context.turn.say(message.chat_id, plain(texts.ASK_WHAT))
