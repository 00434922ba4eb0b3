"""/start, /help, /menu and the way through the topics."""

from __future__ import annotations

from telegram import Update

from bot.message import Message, join, written
from content.texts import group, start
from handlers import answers
from handlers.context import Context
from handlers.enquiry import show_entry
from handlers.reading import is_group, thread_of


async def hello(update: Update, context: Context) -> None:
    """/start, also from a link that somebody tapped in a group."""
    chat = update.effective_chat
    if chat is None:
        return
    payload = context.args[0] if context.args else ""
    kind, _, wanted = payload.partition("_")
    entry = context.service.library.entries.get(wanted) if kind == "entry" else None
    if entry is not None:
        await show_entry(context, chat.id, entry)
    else:
        context.turn.say(chat.id, welcome(context))


def welcome(context: Context) -> Message:
    """What the bot is and is not."""
    council = context.service.council
    parts = [written(start.WELCOME, council.gaps)]
    if council.demonstration:
        parts.append(written(start.DEMONSTRATION, council.gaps))
    return join(parts).with_buttons([answers.MENU, answers.PERSON])


async def help_(update: Update, context: Context) -> None:
    """/help, and any command that nobody knows."""
    chat = update.effective_chat
    if chat is None:
        return
    if is_group(update):
        link = answers.private_matter(context.service).buttons
        context.turn.say(chat.id, written(group.HELP).with_buttons(*link), thread=thread_of(update))
    else:
        context.turn.say(chat.id, written(start.HELP).with_buttons([answers.MENU, answers.PERSON]))


async def menu(update: Update, context: Context) -> None:
    """/menu; in a group the menu opens in private."""
    chat = update.effective_chat
    if chat is not None:
        said = answers.private_matter(context.service) if is_group(update) else answers.menu(context.service)
        context.turn.say(chat.id, said, thread=thread_of(update))


async def menu_pressed(update: Update, context: Context) -> None:
    """The menu, a topic, or back: the same message changes, so that the chat stays short."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or query.message is None or chat is None:
        return
    context.turn.answer_press(query.id)
    kind, _, name = str(query.data).partition(":")
    if kind == "topic":
        context.turn.change(chat.id, query.message.message_id, answers.topic(context.service, name))
    elif _is_menu(update):
        context.turn.change(chat.id, query.message.message_id, answers.menu(context.service))
    else:
        context.turn.say(chat.id, answers.menu(context.service))


def _is_menu(update: Update) -> bool:
    """Whether the pressed message is itself part of the menu, and not an answer that should stay."""
    message = update.callback_query.message if update.callback_query else None
    markup = getattr(message, "reply_markup", None)
    return bool(markup and any(button.text == start.BACK for row in markup.inline_keyboard for button in row))
