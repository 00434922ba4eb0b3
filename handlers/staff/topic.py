"""A duty team's forum: a reply to the bot in a topic goes to the young person; all other words are the team's own."""

from __future__ import annotations

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import relaying
from bot.message import Message, plain, written
from bot.models import Role, Rung
from bot.permission import Action, Relation, may
from bot.reaching import HeldBack
from bot.relation import relations
from bot.relay import OnItsWay, Piece
from bot.store import escalations, lines, topics
from bot.store.escalations import Standing
from bot.store.people import Actor
from content.texts import relay as texts
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import message_of
from handlers.relay import piece_of

DELETE = "/delete"


@needs(Action.USE)
async def talked(update: Update, context: Context) -> None:
    """Something in a group. Unless it is a reply in the duty team's forum, it goes on to the door."""
    message = message_of(update)
    if message is None or await topics.forum(context.turn.connection) != message.chat_id:
        return
    handled = await (_changed if update.edited_message is not None else _said)(message, context)
    if handled:
        raise ApplicationHandlerStop


async def _changed(message: TelegramMessage, context: Context) -> bool:
    line = await lines.written_at(context.turn.connection, message.chat_id, message.message_id)
    if line is not None:
        await relaying.change(context.turn, line, message.text or message.caption or "")
    return line is not None


async def _said(message: TelegramMessage, context: Context) -> bool:
    answered, turn = message.reply_to_message, context.turn
    if answered is None:
        return False
    if (message.text or "").partition("@")[0].strip() == DELETE:
        return await _delete(message, answered.message_id, context)
    trace = await escalations.traced(turn.connection, message.chat_id, answered.message_id)
    standing = await escalations.get(turn.connection, trace[0], lock=True) if trace is not None else None
    if standing is None:
        return False
    await _reply(message, standing, context)
    return True


async def _reply(message: TelegramMessage, standing: Standing, context: Context) -> None:
    turn, actor, piece = context.turn, await context.turn.actor(), piece_of(message)
    if Role.DUTY not in actor.roles or not may(actor.roles, Action.WRITE, await _stands(actor, standing, context)):
        await turn.event("permission", actor.id or 0, "refused", actor=actor.id, action="write", escalation=standing.id)
        no = texts.TOPIC_WITH_SOMEBODY if Role.DUTY in actor.roles else texts.TOPIC_NOT_YOURS
        _answer(message, written(no, {"number": standing.id}), context)
    elif not standing.is_live:
        _answer(message, written(texts.TOPIC_FINISHED, {"number": standing.id}), context)
    elif piece is None:
        _answer(message, plain(texts.CANT_PASS_ON), context)
    else:
        await _send(message, standing, actor, piece, context)


async def _stands(actor: Actor, standing: Standing, context: Context) -> frozenset[Relation]:
    """In the forum it stands with the whole duty team, for as long as it is duty's, whoever of them took it."""
    found = await relations(context.turn.connection, actor, None, standing, context.turn.now)
    shared = standing.rung is Rung.DUTY and Relation.SELF not in found
    return found | {Relation.COVER} if shared else found


async def _send(message: TelegramMessage, standing: Standing, actor: Actor, piece: Piece, context: Context) -> None:
    turn, source = context.turn, (message.chat_id, message.message_id)
    sent = await relaying.send(turn, context.service.council, standing, actor, piece, source)
    if isinstance(sent, HeldBack):
        _answer(message, plain(texts.TOPIC_QUIET), context)
    else:
        await relaying.receipt(turn, standing, message.chat_id, message.message_id, message.message_thread_id)


async def _delete(message: TelegramMessage, message_id: int, context: Context) -> bool:
    """/delete as a reply to one's own message."""
    line = await lines.written_at(context.turn.connection, message.chat_id, message_id)
    actor = await context.turn.actor()
    if line is None or line.author_id != actor.id or line.deleted_at is not None:
        return False
    done = await relaying.take_back(context.turn, line)
    said = written(texts.DELETED_ON_ITS_WAY) if isinstance(done, OnItsWay) else plain(texts.DELETED)
    _answer(message, said, context)
    return True


def _answer(message: TelegramMessage, said: Message, context: Context) -> None:
    context.turn.say(message.chat_id, said, reply_to=message.message_id, thread=message.message_thread_id)
