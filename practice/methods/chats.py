"""What the bot may know of a chat, and the links into it."""

from __future__ import annotations

from typing import Any

from practice import objects
from practice.calls import Call, method
from practice.errors import bad_request
from practice.objects import IN_CHAT, Json
from practice.world import Chat, World


def visible(world: World, call: Call) -> Chat:
    """A chat that the bot may look at; a person whom it never met is not found."""
    chat = world.known(call.chat_id())
    if chat.person is None:
        return world.reachable(chat.id)
    shared = any(
        other.bot in IN_CHAT and chat.id in other.members for other in world.chats.values() if not other.person
    )
    if not (chat.person.started or shared):
        raise bad_request("chat not found")
    return chat


@method("getChat")
def get_chat(world: World, call: Call) -> Any:
    """All that Telegram tells of a chat."""
    chat = visible(world, call)
    pinned = chat.messages.get(chat.pinned[-1]) if chat.pinned else None
    return objects.full_chat(chat, pinned.message if pinned else None)


def member_of(world: World, chat: Chat, user_id: int | None) -> Json:
    """Somebody's standing in a chat."""
    if user_id == world.bot.id:
        return objects.chat_member(objects.bot_user(world.bot), chat.bot, chat.rights)
    person = world.people.get(user_id or 0)
    if person is None:
        raise bad_request("user not found")
    if chat.person is not None:
        if person is not chat.person:
            raise bad_request("member not found")
        return objects.chat_member(objects.person_user(person), "member")
    return objects.chat_member(objects.person_user(person), chat.members.get(person.id, "left"))


@method("getChatMember")
def get_chat_member(world: World, call: Call) -> Any:
    """One person's standing."""
    return member_of(world, visible(world, call), call.integer("user_id"))


@method("getChatAdministrators")
def get_chat_administrators(world: World, call: Call) -> Any:
    """Those who look after a group."""
    chat = visible(world, call)
    if chat.person is not None:
        raise bad_request("there are no administrators in the private chat")
    found = [member_of(world, chat, user) for user in (*chat.members, world.bot.id)]
    return [member for member in found if member["status"] in ("creator", "administrator")]


@method("getChatMemberCount")
def get_chat_member_count(world: World, call: Call) -> Any:
    """How many are in a chat, the bot included."""
    chat = visible(world, call)
    return 2 if chat.person is not None else len(chat.people()) + (chat.bot in IN_CHAT)


def _inviting(world: World, call: Call) -> Chat:
    chat = world.reachable(call.chat_id())
    if chat.person is not None:
        raise bad_request("can't invite members to a private chat")
    world.need_right(chat, "can_invite_users", "manage chat invite link")
    return chat


def _new_link(world: World, chat: Chat, more: Json) -> Json:
    letters = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
    address = "https://t.me/+" + "".join(world.random.choice(letters) for _ in range(16))
    link = {
        "invite_link": address, "creator": objects.bot_user(world.bot), "creates_join_request": False,
        "is_primary": False, "is_revoked": False, **more,
    }  # fmt: skip
    chat.links[address] = link
    return link


@method("createChatInviteLink")
def create_chat_invite_link(world: World, call: Call) -> Any:
    """Make a link into a group, at choice one that only asks."""
    chat = _inviting(world, call)
    asks, most = call.flag("creates_join_request"), call.integer("member_limit")
    if asks and most:
        raise bad_request("member limit can't be specified for links requiring administrator approval")
    more: Json = {"creates_join_request": asks}
    if call.text("name"):
        more["name"] = call.text("name")[:32]
    for name in ("expire_date", "member_limit"):
        if call.integer(name):
            more[name] = call.integer(name)
    return _new_link(world, chat, more)


@method("exportChatInviteLink")
def export_chat_invite_link(world: World, call: Call) -> Any:
    """Make a new main link; the old one no longer works."""
    chat = _inviting(world, call)
    for address, link in chat.links.items():
        if link["is_primary"]:
            chat.links[address] = {**link, "is_revoked": True}
    return _new_link(world, chat, {"is_primary": True})["invite_link"]


@method("revokeChatInviteLink")
def revoke_chat_invite_link(world: World, call: Call) -> Any:
    """Make a link stop working."""
    chat = _inviting(world, call)
    link = chat.links.get(call.text("invite_link"))
    if link is None:
        raise bad_request("INVITE_HASH_EXPIRED")
    chat.links[link["invite_link"]] = {**link, "is_revoked": True}
    return chat.links[link["invite_link"]]
