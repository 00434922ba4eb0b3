"""Discreet mode: switching it, and revealing what waits behind neutral words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from telegram import Update

from bot import press
from bot.message import Message, join, plain, written
from bot.models import Role
from bot.permission import Action
from bot.press import Press
from bot.store import people, veiled
from bot.store.people import Actor
from content.texts import discreet as texts
from content.texts import reaching
from handlers.context import Context
from handlers.permission import Handler, needs, say_no

SWITCH: Final = "discreet"
GAPS: Final = {"neutral": reaching.NEUTRAL, "show": reaching.SHOW}


@needs(Action.OWN)
async def asked(update: Update, context: Context) -> None:
    """/discreet explains; /discreet on and /discreet off switch."""
    turn, chat = context.turn, update.effective_chat
    if chat is None:
        return
    actor = await turn.actor()
    wanted = " ".join(context.args or []).strip(" .").lower()
    if Role.YOUNG_PERSON not in actor.roles:
        turn.say(chat.id, written(texts.NOT_JOINED))
    elif wanted in ("on", "off"):
        turn.say(chat.id, await switch(context, actor, wanted == "on"))
    elif wanted:
        turn.say(chat.id, written(texts.NOT_A_CHOICE))
    else:
        turn.say(chat.id, _about(context, actor, chat.id))


def _about(context: Context, actor: Actor, chat_id: int) -> Message:
    turn = context.turn
    text = texts.SWITCH_OFF if actor.discreet else texts.SWITCH_ON
    button = press.button(
        turn.vault, text, SWITCH, actor.id or 0, chat_id, turn.now, more="off" if actor.discreet else "on"
    )
    state = texts.IS_ON if actor.discreet else texts.IS_OFF
    return join([written(texts.ABOUT, GAPS), written(state)]).with_buttons([button])


async def switch(context: Context, actor: Actor, on: bool) -> Message:
    """Turn it on or off for somebody who has joined; returns what to say."""
    if actor.id is not None:
        await people.change(context.turn.connection, actor.id, discreet=on)
        await context.turn.event("person", actor.id, "discreet on" if on else "discreet off", actor=actor.id)
    return written(texts.NOW_ON if on else texts.NOW_OFF, GAPS)


@needs(Action.OWN)
async def switched(press: Press, update: Update, context: Context) -> None:
    """The button under the explanation."""
    turn, query = context.turn, update.callback_query
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    if actor.id != press.thing or Role.YOUNG_PERSON not in actor.roles:
        say_no(update, context, texts.NOT_JOINED_ALERT)
        return
    turn.answer_press(query.id)
    turn.change(query.message.chat.id, query.message.message_id, await switch(context, actor, press.more == "on"))


@needs(Action.OWN)
async def shown(press: Press, update: Update, context: Context) -> None:
    """Reveal a message: in its place if it is one text, else below."""
    turn, query = context.turn, update.callback_query
    if query is None or query.message is None:
        return
    found = await veiled.reveal(turn.connection, press.thing, query.from_user.id, turn.now)
    if found is None:
        say_no(update, context, reaching.GONE)
        return
    calls, escalation, line = found
    chat_id, message_id = query.message.chat.id, query.message.message_id
    turn.answer_press(query.id)
    if [method for method, _ in calls] == ["sendMessage"]:
        turn.call("editMessageText", chat_id, {**_editable(calls[0][1]), "message_id": message_id})
        return
    turn.take_buttons(chat_id, message_id, plain(""))
    for method, payload in calls:
        turn.call(method, chat_id, payload, escalation=escalation, line=line)


def _editable(payload: Mapping[str, Any]) -> dict[str, Any]:
    """What editMessageText takes of a sendMessage's parameters."""
    return {
        name: payload[name] for name in ("text", "entities", "link_preview_options", "reply_markup") if name in payload
    }


PRESSES: Final[Mapping[str, Handler]] = {"show": shown, SWITCH: switched}
