"""/start, /help, /menu and the way through the topics."""

from __future__ import annotations

from telegram import Update

from bot import menus
from bot.message import Message, join, written
from bot.models import Role
from bot.permission import Action
from bot.store import chats
from content.texts import start
from handlers import answers, enrolment, leaving
from handlers.context import Context
from handlers.enquiry import show_entry
from handlers.permission import needs
from handlers.reading import message_of


@needs(Action.USE)
async def hello(update: Update, context: Context) -> None:
    """/start, also from a link that somebody tapped in a group."""
    chat = update.effective_chat
    if chat is None:
        return
    # Whoever was written to before they started the bot (403) was noted as lost; nothing else tells that they came.
    await chats.heard_from(context.turn.connection, chat.id, chat.type, context.turn.now)
    payload = context.args[0] if context.args else ""
    kind, _, wanted = payload.partition("_")
    entry = answers.library_of(context.service, context.turn.now).entries.get(wanted) if kind == "entry" else None
    if await enrolment.came_by_link(update, context, payload):
        return
    if entry is not None:
        await show_entry(context, chat.id, entry)
    elif payload or not await leaving.turn_on_again(context, chat.id):
        context.turn.say(chat.id, welcome(context))


def welcome(context: Context) -> Message:
    """What the bot is and is not."""
    council = context.service.council
    parts = [written(start.WELCOME, council.gaps)]
    if council.demonstration:
        parts.append(written(start.DEMONSTRATION, council.gaps))
    return join(parts).with_buttons([answers.MENU, answers.PERSON])


@needs(Action.USE)
async def help_(update: Update, context: Context) -> None:
    """/help: what this person can do, by the roles they hold now."""
    if update.effective_chat is not None:
        context.turn.say(update.effective_chat.id, help_message((await context.turn.actor()).roles))


def help_message(roles: frozenset[Role]) -> Message:
    """Every command of somebody with these roles, once; for staff without what a young person has to know."""
    text = start.HELP_JOINED if Role.YOUNG_PERSON in roles else start.HELP_STAFF if roles else start.HELP
    return written(text, {"commands": menus.lines(menus.commands(roles))}).with_buttons([answers.MENU, answers.PERSON])


@needs(Action.STAFF_HELP)
async def staff_help(update: Update, context: Context) -> None:
    """/staffhelp: how things work, in six lines."""
    if update.effective_chat is not None:
        context.turn.say(update.effective_chat.id, written(start.STAFF_HELP))


@needs(Action.USE)
async def unknown(update: Update, context: Context) -> None:
    """A command that nobody knows: the one that was probably meant, and what this person can do."""
    message = message_of(update)
    if message is None:
        return
    typed = (message.text or message.caption or "").removeprefix("/").split(maxsplit=1)[0].partition("@")[0][:32]
    roles = (await context.turn.actor()).roles
    near = menus.nearest(typed, roles)
    parts = [written(start.UNKNOWN, {"typed": typed})]
    parts += [written(start.NEAREST, {"command": near})] if near else []
    listed = help_message(roles)
    context.turn.say(message.chat_id, join([join(parts, " "), listed]))


@needs(Action.USE)
async def menu(update: Update, context: Context) -> None:
    """/menu: every topic."""
    if update.effective_chat is not None:
        context.turn.say(update.effective_chat.id, answers.menu(answers.library_of(context.service, context.turn.now)))


@needs(Action.USE)
async def menu_pressed(update: Update, context: Context) -> None:
    """The menu, a topic, or back: the same message changes, so that the chat stays short."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or query.message is None or chat is None:
        return
    context.turn.answer_press(query.id)
    library = answers.library_of(context.service, context.turn.now)
    kind, _, name = str(query.data).partition(":")
    if kind == "topic":
        context.turn.change(chat.id, query.message.message_id, answers.topic(library, name))
    elif _is_menu(update):
        context.turn.change(chat.id, query.message.message_id, answers.menu(library))
    else:
        context.turn.say(chat.id, answers.menu(library))


def _is_menu(update: Update) -> bool:
    """Whether the pressed message is itself part of the menu, and not an answer that should stay."""
    message = update.callback_query.message if update.callback_query else None
    markup = getattr(message, "reply_markup", None)
    return bool(markup and any(button.text == start.BACK for row in markup.inline_keyboard for button in row))
