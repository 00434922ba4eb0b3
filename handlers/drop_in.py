"""/whatson, one drop-in, "I'm coming" and "I can't make it" in private and under a message in a group."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from telegram import MaybeInaccessibleMessage, Update
from telegram import Message as TelegramMessage

from bot import attending, whats_on
from bot import drop_in as rule
from bot import group as groups_rule
from bot.attending import Answered
from bot.message import Message, join, plain, units, written
from bot.models import DropInState, PlaceState, Role
from bot.permission import Action
from bot.press import Press
from bot.reaching import reach_with
from bot.store import chats, drop_in_posts, drop_ins, groups, people
from bot.store.drop_ins import DropIn
from bot.store.people import Actor
from bot.whats_on import Screen
from content.texts import drop_in as texts
from handlers import group
from handlers.context import Context
from handlers.permission import Handler, needs
from handlers.reading import is_group, message_of, thread_of

CAPTION: Final = 1024
"""Characters under a picture (Bot API)."""


@needs(Action.USE)
async def asked(update: Update, context: Context) -> None:
    """/whatson in private: this week as a picture and in words."""
    if update.effective_chat is not None:
        await _show_week(update.effective_chat.id, 0, context)


@needs(Action.USE)
async def came_by_link(update: Update, context: Context) -> None:
    """/start, from the link under a group's list."""
    chat, turn = update.effective_chat, context.turn
    if chat is not None:
        await chats.heard_from(turn.connection, chat.id, chat.type, turn.now)
        await _show_week(chat.id, 0, context)


@needs(Action.USE)
async def asked_in_group(update: Update, context: Context) -> None:
    """/whatson in a group: this week's list, public. Elsewhere than in a registered group it is any private matter."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    managers = await people.with_role(turn.connection, Role.MANAGER)
    registered = await groups.of_chat(turn.connection, message.chat_id)
    if not groups_rule.speaks_in(registered, any_managers=bool(managers)):
        await group.asked(update, context)
        return
    screen = _screen(message.chat_id, context)
    coming = await _week(screen, 0, context)
    said = whats_on.in_group(screen, coming, context.service.private_link(whats_on.LINK), whole_week=True)
    turn.say(message.chat_id, said, thread=thread_of(update))


@needs(Action.USE)
async def listed(press: Press, update: Update, context: Context) -> None:
    """A week or a topic was chosen."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    context.turn.answer_press(query.id)
    if press.more.startswith("t-"):
        await _show_topic(chat.id, press.more.removeprefix("t-"), context)
    else:
        await _show_week(chat.id, 1 if press.more == "1" else 0, context)


async def _show_week(chat_id: int, weeks_ahead: int, context: Context) -> None:
    screen = _screen(chat_id, context)
    coming = await _week(screen, weeks_ahead, context)
    said = whats_on.week(screen, coming, weeks_ahead, await _topics(screen, context))
    if not coming:
        context.turn.say(chat_id, said)
        return
    fits = units(said.text) <= CAPTION
    title = texts.NEXT_WEEK if weeks_ahead else texts.THIS_WEEK
    under = said if fits else plain(texts.PICTURE_CAPTION.format(title=title))
    png = await asyncio.to_thread(_picture, screen, coming, weeks_ahead)  # the first takes a second
    context.turn.call("sendPhoto", chat_id, _captioned(under), files={"photo": ("week.png", png)})
    if not fits:
        context.turn.say(chat_id, said)


def _picture(screen: Screen, coming: Sequence[DropIn], weeks_ahead: int) -> bytes:
    monday = screen.today - timedelta(days=screen.today.weekday()) + timedelta(weeks=weeks_ahead)
    first, last = max(monday, screen.today), monday + timedelta(days=6)
    span = texts.WEEK_OF.format(first=f"{first.day} {first:%B}", last=f"{last.day} {last:%B}")
    title = f"{texts.NEXT_WEEK if weeks_ahead else texts.THIS_WEEK}: {span}" if first != last else texts.THIS_WEEK
    return whats_on.picture(coming, first, last, screen.today, title, screen.zone)


def _captioned(said: Message) -> dict[str, Any]:
    """A message's parameters as a picture takes them."""
    given = said.as_parameters()
    names = {"text": "caption", "entities": "caption_entities", "reply_markup": "reply_markup"}
    return {names[name]: value for name, value in given.items() if name in names}


async def _show_topic(chat_id: int, topic: str, context: Context) -> None:
    if topic not in texts.TOPICS:
        await _show_week(chat_id, 0, context)
        return
    screen = _screen(chat_id, context)
    until = screen.now + timedelta(days=whats_on.TOPIC_DAYS)
    coming = await _between(screen.now - timedelta(days=1), until, context, topic)
    context.turn.say(chat_id, whats_on.by_topic(screen, coming, topic, await _topics(screen, context)))


async def _week(screen: Screen, weeks_ahead: int, context: Context) -> list[DropIn]:
    first, last = whats_on.week_of(screen.today, weeks_ahead, screen.zone)
    return await _between(first, last, context)


async def _between(first: datetime, last: datetime, context: Context, topic: str | None = None) -> list[DropIn]:
    found = await drop_ins.between(context.turn.connection, first, last, topic)
    return whats_on.still_to_come(found, context.turn.now)


async def _topics(screen: Screen, context: Context) -> list[str]:
    until = screen.now + timedelta(days=whats_on.TOPIC_DAYS)
    return [one.topic for one in await _between(screen.now, until, context) if one.state is DropInState.PLANNED]


def _screen(chat_id: int, context: Context) -> Screen:
    return Screen(context.turn.vault, chat_id, context.turn.now, context.service.council.zone)


@needs(Action.USE)
async def opened(press: Press, update: Update, context: Context) -> None:
    """One drop-in, with what this person said about it."""
    query, chat, turn = update.callback_query, update.effective_chat, context.turn
    if query is None or chat is None:
        return
    found = await drop_ins.get(turn.connection, press.thing)
    if found is None:
        turn.answer_press(query.id, texts.GONE, alert=True)
        return
    turn.answer_press(query.id)
    said = (await drop_ins.said_by(turn.connection, query.from_user.id, [found.id])).get(found.id)
    number = await drop_ins.position(turn.connection, found.id, query.from_user.id) if said is PlaceState.WAITING else 0
    turn.say(chat.id, whats_on.one(_screen(chat.id, context), found, said, number))


@needs(Action.USE)
async def said_yes(press: Press, update: Update, context: Context) -> None:
    """ "I'm coming"."""
    await _said(press, update, context, comes=True)


@needs(Action.USE)
async def said_no(press: Press, update: Update, context: Context) -> None:
    """ "I can't make it"."""
    await _said(press, update, context, comes=False)


async def _said(press: Press, update: Update, context: Context, *, comes: bool) -> None:
    query, turn, zone = update.callback_query, context.turn, context.service.council.zone
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    found = await attending.answer(turn, zone, press.thing, actor, query.from_user.full_name, comes=comes)
    if found is None:
        turn.answer_press(query.id, texts.GONE, alert=True)
        return
    changed = rule.state_of(found.answer) is not None
    in_group = is_group(update)
    hears = await attending.can_write(turn, actor)
    turn.answer_press(
        query.id, attending.alert(found, zone, hears=hears or not in_group), alert=in_group or not changed
    )
    if in_group:
        await drop_in_posts.note(
            turn.connection, query.message.chat.id, query.message.message_id, press.thing, whole_week=press.more == "w"
        )
    if changed and in_group:
        await _confirm_to(actor, found, context)
    elif changed:
        await chats.heard_from(turn.connection, query.message.chat.id, query.message.chat.type, turn.now)
        _confirm(query.message, found, context)


def _confirm(under: MaybeInaccessibleMessage, found: Answered, context: Context) -> None:
    """In private: whoever has a place gets the details with a file; else the message says how it stands now."""
    turn, zone, chat_id = context.turn, context.service.council.zone, under.chat.id
    if isinstance(found.answer, rule.InIt):
        turn.take_buttons(chat_id, under.message_id, plain(""))
        for method, parameters in attending.invitation(turn, zone, found.drop_in, chat_id, texts.YOU_COME):
            turn.call(method, chat_id, parameters)
        return
    said = _standing(found, chat_id, context)
    if isinstance(under, TelegramMessage) and under.text:
        turn.change(chat_id, under.message_id, said)
    else:
        turn.say(chat_id, said)


def _standing(found: Answered, chat_id: int, context: Context) -> Message:
    """On the list, or off it."""
    waits = isinstance(found.answer, rule.OnTheList)
    begins = written(texts.YOU_WAIT, {"position": found.position}) if waits else written(texts.YOU_DONT)
    screen = _screen(chat_id, context)
    said = join([begins, whats_on.details(found.drop_in, screen.zone, places=False)])
    state = PlaceState.WAITING if waits else PlaceState.NOT_COMING
    return said.with_buttons(*whats_on.choices(screen, found.drop_in, state))


async def _confirm_to(actor: Actor, found: Answered, context: Context) -> None:
    """After a press in a group the details come in private, covered in discreet mode; without such a chat the alert does."""
    turn, zone = context.turn, context.service.council.zone
    if isinstance(found.answer, rule.InIt) and actor.telegram_id and await attending.can_write(turn, actor):
        calls = attending.invitation(turn, zone, found.drop_in, actor.telegram_id, texts.YOU_COME)
        await reach_with(turn, actor, calls)


@needs(Action.USE)
async def got_there(press: Press, update: Update, context: Context) -> None:
    """The answer to "did you get there?"; it may be given again until the message is gone."""
    query, turn = update.callback_query, context.turn
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    came = press.more == "yes"
    if not await drop_ins.says_came(turn.connection, press.thing, query.from_user.id, came):
        turn.answer_press(query.id, texts.NOT_YOURS, alert=True)
        return
    await turn.event("drop-in", press.thing, "says came" if came else "says did not come", actor=actor.id)
    turn.answer_press(query.id)
    said = texts.GLAD if came else texts.NOT_THIS_TIME_SAID if press.more == "not" else texts.NO_MATTER
    screen = _screen(query.message.chat.id, context)
    shown = plain(said).with_buttons([screen.button(texts.WHATS_ON, "whatson", 0)])
    turn.change(query.message.chat.id, query.message.message_id, shown)


PRESSES: Final[Mapping[str, Handler]] = {
    "whatson": listed,
    "dropin": opened,
    "coming": said_yes,
    "notcoming": said_no,
    "gotthere": got_there,
}
