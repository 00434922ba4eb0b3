"""Letting people in and putting them out; the bot's own leaving."""

from __future__ import annotations

from typing import Any

from practice import groups, objects
from practice.calls import Call, method
from practice.errors import bad_request
from practice.objects import IN_CHAT
from practice.world import Chat, Person, World


def _group(world: World, call: Call) -> Chat:
    chat = world.reachable(call.chat_id())
    if chat.person is not None:
        raise bad_request("method is available for group and supergroup chats only")
    return chat


def _person(world: World, call: Call) -> Person:
    person = world.people.get(call.integer("user_id") or 0)
    if person is None:
        raise bad_request("invalid user_id specified")
    return person


@method("leaveChat")
def leave_chat(world: World, call: Call) -> Any:
    """The bot goes by itself."""
    chat = _group(world, call)
    bot = objects.bot_user(world.bot)
    world.post(chat, bot, {"left_chat_member": bot})
    before = objects.chat_member(bot, chat.bot, chat.rights)
    chat.bot, chat.rights = "left", frozenset()
    groups.member_changed(world, chat, "my_chat_member", bot, before, objects.chat_member(bot, "left"))
    world.events.emit("member", chat=chat.id, user=world.bot.id, status="left")
    return True


@method("banChatMember")
def ban_chat_member(world: World, call: Call) -> Any:
    """Put somebody out for good."""
    chat, person = _group(world, call), _person(world, call)
    world.need_right(chat, "can_restrict_members", "restrict/unrestrict chat member")
    if chat.members.get(person.id) == "creator":
        raise bad_request("can't remove chat owner")
    if chat.members.get(person.id) in IN_CHAT:
        groups.put_out(world, chat, person, "kicked", objects.bot_user(world.bot))
    else:
        groups.set_member(world, chat, person, "kicked", objects.bot_user(world.bot))
    return True


@method("unbanChatMember")
def unban_chat_member(world: World, call: Call) -> Any:
    """Let somebody come back; without only_if_banned it puts out whoever is in."""
    chat, person = _group(world, call), _person(world, call)
    world.need_right(chat, "can_restrict_members", "restrict/unrestrict chat member")
    status = chat.members.get(person.id, "left")
    if status == "kicked":
        groups.set_member(world, chat, person, "left", objects.bot_user(world.bot))
    elif status in IN_CHAT and not call.flag("only_if_banned"):
        groups.put_out(world, chat, person, "left", objects.bot_user(world.bot))
    return True


@method("approveChatJoinRequest")
def approve_chat_join_request(world: World, call: Call) -> Any:
    """Let in somebody who asked."""
    chat, person = _asked(world, call)
    groups.admit(world, chat, person, objects.bot_user(world.bot))
    return True


@method("declineChatJoinRequest")
def decline_chat_join_request(world: World, call: Call) -> Any:
    """Turn down somebody who asked."""
    _asked(world, call)
    return True


def _asked(world: World, call: Call) -> tuple[Chat, Person]:
    """A request to join that is open; it is closed by this."""
    chat, person = _group(world, call), _person(world, call)
    world.need_right(chat, "can_invite_users", "manage join requests")
    if person.id not in chat.requests:
        raise bad_request("HIDE_REQUESTER_MISSING")
    chat.requests.discard(person.id)
    person.may_be_written_until = 0.0
    return chat, person
