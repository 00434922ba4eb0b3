"""/stop, turning messages on again, and leaving the bot."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Message, Update
from telegram.ext import filters

from bot import enrolling, membership, press
from bot.message import Button, written
from bot.models import EnrolmentState, Role
from bot.permission import Action
from bot.press import Press
from bot.store import people
from bot.store.people import Actor
from content.stopping import also_asks_to_stop, asks_to_stop
from content.texts import enrolment as texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no


def _may_stop(actor: Actor) -> bool:
    """Whether anything is ever sent to them on the bot's own account."""
    return Role.YOUNG_PERSON in actor.roles or actor.state in enrolling.ON_THE_WAY


@needs(Action.OWN)
async def stop(update: Update, context: Context) -> None:
    """/stop: nothing comes any more that they did not ask for. What that does not stop is said with it."""
    turn, chat = context.turn, update.effective_chat
    if chat is None:
        return
    actor = await turn.actor()
    if not _may_stop(actor) or actor.id is None:
        turn.say(chat.id, written(texts.STOP_STAFF if actor.is_staff else texts.STOP_NOT_JOINED))
        return
    await _stopped(context, actor)
    if actor.is_staff:
        turn.say(chat.id, written(texts.STOP_STAFF))
    buttons = (
        [_button(actor, texts.BACK_ON_BUTTON, "stopback", "", chat.id, context)],
        [_button(actor, texts.LEAVE, "stopleave", "ask", chat.id, context)],
    )
    turn.say(chat.id, written(texts.STOPPED).with_buttons(*buttons))


class AsksToStop(filters.MessageFilter):
    """Somebody who asks in plain words that nothing more is sent, and says nothing else."""

    def filter(self, message: Message) -> bool:
        """Whether this message does."""
        return asks_to_stop(message.text or "")


async def stop_besides(words: str, context: Context) -> None:
    """Who asks to be left alone in words of danger is: no more sends, while a person is told of the danger all the same."""
    actor = await context.turn.actor()
    if also_asks_to_stop(words) and _may_stop(actor):
        await _stopped(context, actor)


async def _stopped(context: Context, actor: Actor) -> None:
    if actor.stopped_at is None and actor.id is not None:
        await people.change(context.turn.connection, actor.id, stopped_at=context.turn.now)
        await context.turn.event("enrolment", actor.id, "stopped", actor=actor.id)


def _button(actor: Actor, label: str, verb: str, more: str, chat_id: int, context: Context) -> Button:
    return press.button(context.turn.vault, label, verb, actor.id or 0, chat_id, context.turn.now, more=more)


async def turn_on_again(context: Context, chat_id: int) -> bool:
    """/start after /stop: messages are on again. False when they never were off."""
    turn = context.turn
    actor = await turn.actor()
    if actor.stopped_at is None or actor.id is None or not _may_stop(actor):
        return False
    await people.change(turn.connection, actor.id, stopped_at=None)
    await turn.event("enrolment", actor.id, "started again", actor=actor.id)
    turn.say(chat_id, written(texts.BACK_ON))
    return True


@needs(Action.OWN)
async def back_pressed(press: Press, update: Update, context: Context) -> None:
    """Turn them on again."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    if (await context.turn.actor()).id == press.thing and await turn_on_again(context, chat.id):
        context.turn.answer_press(query.id)
    else:
        say_no(update, context, texts.OLD_SCREEN)


@needs(Action.OWN)
async def leave_pressed(press: Press, update: Update, context: Context) -> None:
    """Leave the bot: asked once more, then done."""
    query, turn = update.callback_query, context.turn
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    chat_id, message_id = query.message.chat.id, query.message.message_id
    if actor.id != press.thing or not _may_stop(actor):
        say_no(update, context, texts.OLD_SCREEN)
        return
    turn.answer_press(query.id)
    match press.more:
        case "ask":
            buttons = [
                [_button(actor, label, "stopleave", more, chat_id, context)]
                for label, more in ((texts.LEAVE_YES, "yes"), (texts.LEAVE_NO, "no"))
            ]
            turn.say(chat_id, written(texts.ASK_LEAVE).with_buttons(*buttons))
        case "yes":
            await _leave(actor, context)
            turn.change(chat_id, message_id, written(texts.LEFT))
        case _:
            turn.change(chat_id, message_id, written(texts.STAYED))


async def _leave(actor: Actor, context: Context) -> None:
    if actor.state is EnrolmentState.ENROLLED:
        await membership.withdraw(context.turn, actor)
    else:
        await enrolling.decline(context.turn, actor)


PRESSES: Final[Mapping[str, Handler]] = {"stopback": back_pressed, "stopleave": leave_pressed}
