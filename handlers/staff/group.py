"""Managers and their groups: who is in each, topics for a duty team, leaving."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import group as rule
from bot import press
from bot.message import Button, Message, join, plain, written
from bot.models import Audience
from bot.permission import Action
from bot.press import Press
from bot.store import groups
from bot.store.groups import Group
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import group as texts
from handlers import answers
from handlers.context import Context
from handlers.permission import Handler, needs, say_no

SHORT_TITLE = 40
MOST = 60
"""Groups in the list; a message holds at most a hundred buttons."""


def question(speech: Speech, group: Group, person: Actor, text: str) -> Message:
    """ "Who is in this group?", with a signed button for each audience and one to leave it."""
    return written(text, {"title": _title(group)}).with_buttons(*_choices(speech, group, person.telegram_id or 0))


def _title(group: Group) -> str:
    return group.title or texts.NAMELESS


def _choices(speech: Speech, group: Group, chat_id: int) -> list[list[Button]]:
    def button(text: str, verb: str, more: str = "") -> Button:
        return press.button(speech.vault, text, verb, group.id, chat_id, speech.now, more=more)

    others = [key for key, audience in rule.KEYS.items() if group.audience is not audience]
    rows = [
        [button(texts.AUDIENCES[key], "grpwho", key) for key in others[i : i + 2]] for i in range(0, len(others), 2)
    ]
    if group.audience is Audience.DUTY:
        rows.append(
            [button(texts.TOPICS_OFF, "grptopic", "off") if group.topics else button(texts.TOPICS_ON, "grptopic", "on")]
        )
    return [*rows, [button(texts.LEAVE, "grpleave")]]  # fmt: skip


@needs(Action.REGISTER_GROUP)
async def listed(update: Update, context: Context) -> None:
    """/groups: the groups that the bot is in, each as a button."""
    chat = update.effective_chat
    if chat is not None:
        context.turn.say(chat.id, await _list(context.turn, chat.id))


async def _list(speech: Speech, chat_id: int) -> Message:
    found = sorted(await groups.here(speech.connection), key=lambda group: group.title.casefold())[:MOST]
    if not found:
        return plain(texts.NO_GROUPS)
    return written(texts.GROUPS).with_buttons(
        *([press.button(speech.vault, _in_list(group), "grp", group.id, chat_id, speech.now)] for group in found)
    )


def _in_list(group: Group) -> str:
    title = _title(group)
    short = title if len(title) <= SHORT_TITLE else title[: SHORT_TITLE - 1] + "…"
    audience = texts.AUDIENCES[rule.key_of(group.audience)] if group.audience else texts.NOT_REGISTERED_IN_LIST
    return texts.IN_LIST.format(title=short, audience=audience)


@needs(Action.REGISTER_GROUP)
async def list_pressed(press_: Press, update: Update, context: Context) -> None:
    """Back to all groups: the same message changes."""
    query = update.callback_query
    if query is not None and query.message is not None:
        context.turn.answer_press(query.id)
        chat_id = query.message.chat.id
        context.turn.change(chat_id, query.message.message_id, await _list(context.turn, chat_id))


@needs(Action.REGISTER_GROUP)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """One group: who is in it, and what can be changed."""
    group = await _still_there(press_, update, context)
    if group is not None:
        _show(update, context, group, texts.REGISTERED if group.is_registered else texts.NOT_YET)


@needs(Action.REGISTER_GROUP)
async def registered(press_: Press, update: Update, context: Context) -> None:
    """A manager said who is in the group: from now on the bot answers there."""
    group = await _still_there(press_, update, context)
    audience = rule.KEYS.get(press_.more)
    if group is None or audience is None:
        return
    turn = context.turn
    actor = await turn.actor()
    if group.audience is not audience:
        await groups.register(turn.connection, turn.now, group.id, audience, actor.id)
        await turn.event("group", group.id, "registered", actor=actor.id, audience=str(audience))
    if group.audience is None and audience is not Audience.DUTY:
        private = answers.private_matter(context.service).buttons
        turn.say(group.chat_id, written(texts.WELCOME).with_buttons(*private))
    after = await groups.get(turn.connection, group.id)
    if after is not None:
        _show(update, context, after, texts.CHANGED if group.audience else texts.REGISTERED)


@needs(Action.REGISTER_GROUP)
async def topics_chosen(press_: Press, update: Update, context: Context) -> None:
    """Whether each question gets a topic of its own in the duty team's group."""
    group = await _still_there(press_, update, context)
    if group is None:
        return
    turn = context.turn
    on = press_.more == "on" and group.audience is Audience.DUTY
    if on is not group.topics:
        await groups.set_topics(turn.connection, group.id, on)
        await turn.event("group", group.id, "topics on" if on else "topics off", actor=(await turn.actor()).id)
    after = await groups.get(turn.connection, group.id)
    if after is not None:
        _show(update, context, after, texts.REGISTERED)


@needs(Action.REGISTER_GROUP)
async def leave_pressed(press_: Press, update: Update, context: Context) -> None:
    """Leave a group, without a word in it."""
    group = await _still_there(press_, update, context)
    query, turn = update.callback_query, context.turn
    if group is None or query is None or query.message is None:
        return
    await groups.left(turn.connection, turn.now, group.chat_id)
    await turn.event("group", group.id, "left", actor=(await turn.actor()).id, why="a manager")
    turn.call("leaveChat", group.chat_id, {})
    turn.answer_press(query.id)
    turn.change(query.message.chat.id, query.message.message_id, written(texts.LEFT, {"title": _title(group)}))


async def _still_there(press_: Press, update: Update, context: Context) -> Group | None:
    """The group of a press; None, with a sentence, when the bot is not in it any more."""
    group = await groups.get(context.turn.connection, press_.thing)
    if group is not None and group.left_at is None:
        return group
    say_no(update, context, texts.NOT_THERE)
    return None


def _show(update: Update, context: Context, group: Group, text: str) -> None:
    """The pressed message now tells how the group stands."""
    query, turn = update.callback_query, context.turn
    if query is None or query.message is None:
        return
    chat_id = query.message.chat.id
    audience = texts.AUDIENCES[rule.key_of(group.audience)].lower() if group.audience else ""
    parts = [written(text, {"title": _title(group), "audience": audience})]
    if group.audience is Audience.YOUNG_PEOPLE:
        parts.append(plain(texts.WARNS))
    if group.audience is Audience.DUTY:
        parts.append(written(texts.TOPICS, {"on": texts.ON if group.topics else texts.OFF}))
    back = press.button(turn.vault, texts.BACK, "grps", 0, chat_id, turn.now)
    turn.answer_press(query.id)
    rows = [*_choices(turn, group, chat_id), [back]]
    turn.change(chat_id, query.message.message_id, join(parts).with_buttons(*rows))


PRESSES: Final[Mapping[str, Handler]] = {
    "grp": shown,
    "grps": list_pressed,
    "grpwho": registered,
    "grptopic": topics_chosen,
    "grpleave": leave_pressed,
}
