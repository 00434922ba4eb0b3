"""A group: the bot speaks when it is spoken to, says only what is public, and nothing about anybody.

Everything that comes from a group comes here, commands too, and is answered here: no other handler ever runs in one.
"""

from __future__ import annotations

from collections.abc import Sequence

from telegram import Chat, ChatMember, ChatMemberUpdated, Update, User
from telegram.ext import CallbackQueryHandler

from bot import enquiry as rule
from bot import group as groups_rule
from bot.message import Message, written
from bot.models import Audience, Lane, Role
from bot.notice import LOST
from bot.permission import Action
from bot.staff import tell, tell_role
from bot.store import chats, events, groups, occurrences, people, receipts
from bot.store.groups import Group
from content.texts import enquiry as enquiry_texts
from content.texts import group as texts
from content.texts import notice as notice_texts
from handlers import answers
from handlers.context import Context
from handlers.enquiry import decide, remember
from handlers.permission import needs
from handlers.reading import addressed, is_group, message_of, question_in_group, thread_of
from handlers.staff.group import question

MEMBER = (ChatMember.MEMBER, ChatMember.ADMINISTRATOR, ChatMember.RESTRICTED, ChatMember.OWNER)
ASKING = ("ask", "help", "start", None)
"""The commands that carry a question in a group; every other is somebody's own matter."""


@needs(Action.USE)
async def asked(update: Update, context: Context) -> None:
    """Words in a group, commands too. What is not meant for the bot is left alone."""
    message = message_of(update)
    said = addressed(message, context.service.username) if message is not None else None
    if message is None or said is None:
        return
    if message.from_user is not None:
        await _note_seen(message.chat_id, message.from_user, context)
    reply = answers.private_matter(context.service)
    if await _speaks_here(message.chat, context) and said.command in ASKING:
        reply = await _answer(said.words, context)
    is_private = reply == answers.private_matter(context.service)
    context.turn.say(
        message.chat_id, reply, reply_to=None if is_private or not said.words else message.message_id, thread=thread_of(update)
    )  # fmt: skip


async def _answer(words: str, context: Context) -> Message:
    service = context.service
    if not words:
        return written(texts.HELP).with_buttons(*answers.private_matter(service).buttons)
    match await decide(words, "group", context):
        case rule.Answer(entry=entry):
            await remember(context, "answer", entry.id)
            return answers.group_answer(entry, service, answers.day_of(service, context.turn.now))
        case rule.Suggestions(matches=matches):
            await remember(context, "suggest", None)
            return answers.group_suggestions(matches, service, answers.library_of(service, context.turn.now))
        case rule.SmallTalk(text=text):
            return written(text)
        case rule.Private():
            return answers.private_matter(service)
        case _:
            await remember(context, "none", None)
            private = answers.private_matter(service).buttons
            return written(texts.NO_ANSWER, service.council.gaps).with_buttons(*private)


@needs(Action.USE)
async def unreadable(update: Update, context: Context) -> None:
    """A photo, file or voice note for the bot: nobody can say what is in it, so it is a private matter like any other."""
    message = message_of(update)
    if message is not None and question_in_group(message, context.service.username) is not None:
        await _speaks_here(message.chat, context)
        context.turn.say(message.chat_id, answers.private_matter(context.service), thread=thread_of(update))


async def _speaks_here(chat: Chat, context: Context) -> bool:
    """Whether the group is on the allow-list; if nobody was ever asked about it, the managers are."""
    turn = context.turn
    managers = await people.with_role(turn.connection, Role.MANAGER)
    if not managers:
        return True
    group = await groups.of_chat(turn.connection, chat.id)
    if groups_rule.asks_managers(group, turn.now):
        group = await groups.note(turn.connection, turn.now, chat.id, chat.title or "", None)
        await turn.event("group", group.id, "asked about")
        found = group
        tell(turn, managers, lambda person: question(turn, found, person, texts.NOT_REGISTERED))
    elif group is not None and chat.title and group.title != chat.title:
        await groups.rename(turn.connection, group, chat.title)
    return groups_rule.speaks_in(group, any_managers=True)


@needs(Action.USE)
async def membership(update: Update, context: Context) -> None:
    """The bot was added, removed, blocked or unblocked."""
    change, turn = update.my_chat_member, context.turn
    if change is None:
        return
    chat, status = change.chat, change.new_chat_member.status
    if not _is_in(change.new_chat_member):
        await chats.lost(turn.connection, chat.id, chat.type, status)
        await events.add(turn.connection, turn.now, "chat", chat.id, "lost", why=status)
        await _tell_of_lost(change, context)
        await groups.left(turn.connection, turn.now, chat.id)
        await receipts.gone_from(turn.connection, chat.id)
        return
    await chats.heard_from(turn.connection, chat.id, chat.type, turn.now)
    if chat.type != Chat.PRIVATE and not _is_in(change.old_chat_member):
        await _added(change, context)


async def _tell_of_lost(change: ChatMemberUpdated, context: Context) -> None:
    """Somebody blocked the bot, or took it out of a registered group: who can do something about it is told at once.

    An old group may be on its way to becoming a supergroup, which looks the same; there the next message that fails tells.
    """
    turn, chat = context.turn, change.chat
    if chat.type == Chat.PRIVATE:
        person = await turn.actor()
        adviser = await people.get(turn.connection, person.adviser_id)
        once = await occurrences.once(turn.connection, LOST, chat.id, turn.now.date(), turn.now)
        if person.is_enrolled and adviser is not None and adviser.is_staff and once:
            gaps = {"initials": person.initials, "number": str(person.id)}
            tell(turn, [adviser], written(notice_texts.PERSON_LOST, gaps), lane=Lane.REPLY)
        return
    group = await groups.of_chat(turn.connection, chat.id)
    if group is not None and group.is_registered and chat.type == Chat.SUPERGROUP:
        gaps = {"title": group.title or chat.title or texts.NAMELESS}
        await tell_role(turn, Role.MANAGER, written(notice_texts.TAKEN_OUT, gaps), lane=Lane.REPLY)


async def _added(change: ChatMemberUpdated, context: Context) -> None:
    """Somebody brought the bot into a group."""
    turn, chat = context.turn, change.chat
    actor = await turn.actor()
    step = groups_rule.added(
        any_managers=bool(await people.with_role(turn.connection, Role.MANAGER)),
        by_manager=Role.MANAGER in actor.roles,
        is_channel=chat.type == Chat.CHANNEL,
        maybe_moving=chat.type == Chat.SUPERGROUP
        and await groups.may_become(turn.connection, chat.title or "", turn.now - groups_rule.ON_THE_WAY_OUT),
    )
    match step:
        case groups_rule.Greet():
            turn.say(chat.id, greeting(context))
        case groups_rule.AskWhoAddedIt():
            group = await groups.note(turn.connection, turn.now, chat.id, chat.title or "", change.from_user.id)
            await turn.event("group", group.id, "added", actor=actor.id)
            tell(turn, [actor], lambda person: question(turn, group, person, texts.WHO_IS_IN_IT), lane=Lane.REPLY)
        case groups_rule.Leave():
            await _leave(change, context)


def greeting(context: Context) -> Message:
    """What the bot says of itself when it may speak in a group."""
    return written(texts.WELCOME).with_buttons(*answers.private_matter(context.service).buttons)


async def _leave(change: ChatMemberUpdated, context: Context) -> None:
    """Leave without a word in the group; whoever added the bot and the managers are told in private."""
    turn, chat = context.turn, change.chat
    group = await groups.note(turn.connection, turn.now, chat.id, chat.title or "", change.from_user.id, left=True)
    await turn.event("group", group.id, "left", actor=(await turn.actor()).id, why="not a manager")
    turn.call("leaveChat", chat.id, {})
    gaps = {**context.service.council.gaps, "title": chat.title or texts.NAMELESS}
    if chat.type == Chat.CHANNEL:
        turn.say(change.from_user.id, written(texts.NO_CHANNELS, gaps))
        return
    if not change.from_user.is_bot:
        turn.say(change.from_user.id, written(texts.NOT_A_MANAGER, gaps))
    await tell_role(turn, Role.MANAGER, written(texts.ADDED_BY_SOMEBODY, gaps))


@needs(Action.USE)
async def joined(update: Update, context: Context) -> None:
    """People came into a group: the message that everybody there sees."""
    message = update.message
    if message is not None and message.new_chat_members:
        for newcomer in message.new_chat_members:
            await _note_seen(message.chat_id, newcomer, context)
        await _warn_of_unknown(message.chat, message.new_chat_members, context)


@needs(Action.USE)
async def member_changed(update: Update, context: Context) -> None:
    """Somebody's standing in a group changed: told only to administrator bots, but in groups of every size."""
    change = update.chat_member
    if change is not None and _is_in(change.new_chat_member):
        await _note_seen(change.chat.id, change.new_chat_member.user, context)
    elif change is not None:
        await receipts.gone_from(context.turn.connection, change.chat.id, change.new_chat_member.user.id)
    if change is not None and _is_in(change.new_chat_member) and not _is_in(change.old_chat_member):
        await _warn_of_unknown(change.chat, [change.new_chat_member.user], context)


async def _warn_of_unknown(chat: Chat, newcomers: Sequence[User], context: Context) -> None:
    """Tell the managers, in private, of each person or bot in a young people's group whom nobody confirmed."""
    turn = context.turn
    group = await groups.of_chat(turn.connection, chat.id)
    if group is None or not group.is_registered or group.audience is not Audience.YOUNG_PEOPLE:
        return
    unknown = [user for user in newcomers if user.id != context.bot.id and await _is_unknown(user, group, context)]
    if not unknown:
        return
    await turn.event("group", group.id, "unknown joined", people=len(unknown))
    names = "\n".join(_named(user) for user in unknown)
    gaps = {"title": chat.title or group.title or texts.NAMELESS, "names": names}
    await tell_role(turn, Role.MANAGER, written(texts.JOINED, gaps, keep_lines=True))


async def _is_unknown(user: User, group: Group, context: Context) -> bool:
    """Whether nobody confirmed this account as somebody's, and the managers have not been told of this very join."""
    turn = context.turn
    if (await people.actor(turn.connection, user.id)).is_enrolled:
        return False
    join = ("joined", f"{group.id}:{user.id}", "-")
    warned_at = await occurrences.happened(turn.connection, *join)
    if groups_rule.is_same_join(warned_at, turn.now):
        return False
    if not await occurrences.once(turn.connection, *join, turn.now):
        await occurrences.again(turn.connection, *join, turn.now)
    return True


async def _note_seen(chat_id: int, user: User, context: Context) -> None:
    """Somebody is in the group: what it gets, they need not get in private as well."""
    if not user.is_bot:
        await receipts.note_seen(context.turn.connection, context.turn.now, chat_id, user.id)


@needs(Action.USE)
async def left(update: Update, context: Context) -> None:
    """Somebody left a group: what it gets, they get in private again."""
    message = update.message
    if message is not None and message.left_chat_member is not None:
        await receipts.gone_from(context.turn.connection, message.chat_id, message.left_chat_member.id)


def _named(user: User) -> str:
    """How Telegram names somebody; their own words, so they may say anything."""
    name = f"{user.full_name} @{user.username}" if user.username else user.full_name
    return texts.A_BOT.format(name=name) if user.is_bot else name


def _is_in(member: ChatMember) -> bool:
    """Whether somebody sits in the group; a restricted one may have gone."""
    return member.status in MEMBER and getattr(member, "is_member", True)


class PressInGroup(CallbackQueryHandler[Context, None]):
    """A press in a group. Our buttons there only open links, so whatever is sent without a signature was made up."""

    def check_update(self, update: object) -> bool | None:
        """Whether somebody pressed, or pretended to, where others can read along."""
        return isinstance(update, Update) and update.callback_query is not None and is_group(update)


@needs(Action.USE)
async def pressed(update: Update, context: Context) -> None:
    """A press that no button of ours in a group can send: nothing happens, and nobody else sees it."""
    if update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id, enquiry_texts.OLD_BUTTON, alert=True)


@needs(Action.USE)
async def moved(update: Update, context: Context) -> None:
    """The group became a supergroup: its id changes everywhere."""
    message = message_of(update)
    if message is None:
        return
    old, new = message.chat_id, message.migrate_to_chat_id
    if message.migrate_from_chat_id is not None:
        old, new = message.migrate_from_chat_id, message.chat_id
    if new is None:
        return
    if await chats.move(context.turn.connection, old, new):
        await events.add(context.turn.connection, context.turn.now, "chat", new, "moved")
    await groups.came_over(context.turn.connection, new)
