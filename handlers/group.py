"""A group: the bot speaks when it is spoken to, says only what is public, and nothing about anybody."""

from __future__ import annotations

from telegram import Chat, ChatMember, Update

from bot import enquiry as rule
from bot.message import Message, written
from bot.store import chats, events
from content.texts import group as texts
from handlers import answers
from handlers.context import Context
from handlers.enquiry import decide, remember
from handlers.reading import message_of, question_in_group, thread_of

MEMBER = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED)


async def asked(update: Update, context: Context) -> None:
    """Words in a group. What is not meant for the bot is left alone."""
    message = message_of(update)
    if message is None:
        return
    question = question_in_group(message, context.service.username)
    if question is None:
        return
    if not question:
        private = answers.private_matter(context.service).buttons
        context.turn.say(message.chat_id, written(texts.HELP).with_buttons(*private), thread=thread_of(update))
        return
    reply = await _reply(await decide(question, "group", context), context)
    private_matter = reply == answers.private_matter(context.service)
    context.turn.say(
        message.chat_id,
        reply,
        reply_to=None if private_matter else message.message_id,
        thread=thread_of(update),
    )


async def _reply(outcome: rule.Outcome, context: Context) -> Message:
    service = context.service
    match outcome:
        case rule.Answer(entry=entry):
            await remember(context, "answer", entry.id)
            return answers.group_answer(entry, service)
        case rule.Suggestions(matches=matches):
            await remember(context, "suggest", None)
            return answers.group_suggestions(matches, service)
        case rule.SmallTalk(text=text):
            return written(text)
        case rule.Private():
            return answers.private_matter(service)
        case _:
            await remember(context, "none", None)
            private = answers.private_matter(service).buttons
            return written(texts.NO_ANSWER, service.council.gaps).with_buttons(*private)


async def unreadable(update: Update, context: Context) -> None:
    """A photo or voice note that answers the bot; any other is none of its business."""
    message = message_of(update)
    if message is not None and question_in_group(message, context.service.username) is not None:
        context.turn.say(message.chat_id, written(texts.CANT_READ), thread=thread_of(update))


async def membership(update: Update, context: Context) -> None:
    """The bot was added, removed, blocked or unblocked."""
    change = update.my_chat_member
    if change is None:
        return
    turn, chat = context.turn, change.chat
    if change.new_chat_member.status not in MEMBER:
        await chats.lost(turn.connection, chat.id, chat.type, change.new_chat_member.status)
        await events.add(turn.connection, turn.now, "chat", chat.id, "lost", why=change.new_chat_member.status)
        return
    await chats.heard_from(turn.connection, chat.id, chat.type, turn.now)
    if chat.type != Chat.PRIVATE and change.old_chat_member.status not in MEMBER:
        private = answers.private_matter(context.service).buttons
        turn.say(chat.id, written(texts.WELCOME).with_buttons(*private))


async def moved(update: Update, context: Context) -> None:
    """The group became a supergroup: its id changes everywhere."""
    message = message_of(update)
    if message is None:
        return
    old, new = message.chat_id, message.migrate_to_chat_id
    if message.migrate_from_chat_id is not None:
        old, new = message.migrate_from_chat_id, message.chat_id
    if new is not None and await chats.move(context.turn.connection, old, new):
        await events.add(context.turn.connection, context.turn.now, "chat", new, "moved")
