"""Groups: who is in them, what the bot may do there, and how an old one becomes a supergroup."""

from __future__ import annotations

from typing import Any

from practice import objects
from practice.errors import Mistake
from practice.objects import GROUP_RIGHTS, IN_CHAT, RIGHTS, Json
from practice.world import JOIN_REQUEST_SECONDS, Chat, Person, World

BOT_STATUSES = ("member", "administrator", "left", "kicked")


def create(world: World, request: Json, *, quietly: bool = False) -> Json:
    """Open a group; its first member owns it."""
    title, kind = request.get("title"), request.get("type", "group")
    if not isinstance(title, str) or not title.strip():
        raise Mistake("A group needs a title.")
    if kind not in ("group", "supergroup"):
        raise Mistake('The type of a group is "group" or "supergroup".')
    forum = request.get("forum") is True
    if forum and kind != "supergroup":
        raise Mistake("Only a supergroup can have topics.")
    members = request.get("members")
    if not isinstance(members, list) or not members:
        raise Mistake("A group needs members: a list of people's ids.")
    people = list({person.id: person for person in map(world.person, members)}.values())
    chat = Chat(world.free_group_id(kind), kind, title.strip(), forum=forum)
    chat.members = {person.id: "member" for person in people}
    chat.members[people[0].id] = "creator"
    world.chats[chat.id] = chat
    if request.get("bot") is True:
        if quietly:
            chat.bot = "member"
        else:
            bot_standing(world, {"chat": chat.id, "by": people[0].id, "status": "member"})
    world.events.emit("chat", chat=chat.id)
    return {"chat": chat.id}


def service(world: World, chat: Chat, by: Json, content: Json, thread: int | None = None) -> list[int]:
    """A message that Telegram writes about the chat; every bot in it hears those."""
    stored = world.post(chat, by, content, thread=thread)
    return world.hear("message", stored.message, chat) if chat.bot in IN_CHAT else []


def group(world: World, chat_id: Any) -> Chat:
    """A group that a control request names."""
    chat = world.chat(chat_id)
    if chat.person is not None:
        raise Mistake("This is a private chat.")
    return chat


def bot_standing(world: World, request: Json) -> Json:
    """Somebody adds, promotes, demotes or removes the bot."""
    chat, by = group(world, request.get("chat")), world.person(request.get("by"))
    status = request.get("status")
    if status not in BOT_STATUSES:
        raise Mistake(f"The bot's status is one of {', '.join(BOT_STATUSES)}.")
    asked = request.get("rights") or {}
    if not isinstance(asked, dict) or not set(asked) <= {*RIGHTS, *GROUP_RIGHTS}:
        raise Mistake(f"The rights are some of {', '.join((*RIGHTS, *GROUP_RIGHTS))}.")
    rights = frozenset(right for right, given in asked.items() if given) if status == "administrator" else frozenset()
    return {"update_ids": change_bot(world, chat, by, status, rights)}


def change_bot(world: World, chat: Chat, by: Person, status: str, rights: frozenset[str]) -> list[int]:
    """Give the bot another standing in a group, with the updates and the service message of it."""
    bot, user = objects.bot_user(world.bot), objects.person_user(by)
    before, was_in = objects.chat_member(bot, chat.bot, chat.rights), chat.bot in IN_CHAT
    heard: list[int] = []
    if was_in and status not in IN_CHAT:
        heard += service(world, chat, user, {"left_chat_member": bot})
    chat.bot, chat.rights = status, rights
    after = objects.chat_member(bot, chat.bot, chat.rights)
    heard += member_changed(world, chat, "my_chat_member", user, before, after)
    if not was_in and status in IN_CHAT:
        heard += service(world, chat, user, {"new_chat_members": [bot]})
    world.events.emit("member", chat=chat.id, user=world.bot.id, status=status)
    return heard


def member_changed(world: World, chat: Chat, kind: str, by: Json, old: Json, new: Json) -> list[int]:
    """Tell the bot that somebody's standing changed, if it may know."""
    if kind == "chat_member" and not chat.bot_is_admin:
        return []
    changed = {
        "chat": objects.chat_object(chat), "from": by, "date": world.now(),
        "old_chat_member": old, "new_chat_member": new,
    }  # fmt: skip
    return world.hear(kind, changed, chat)


def set_member(world: World, chat: Chat, person: Person, status: str, by: Json) -> list[int]:
    """Change a person's standing in a group."""
    user = objects.person_user(person)
    old = objects.chat_member(user, chat.members.get(person.id, "left"))
    chat.members[person.id] = status
    world.events.emit("member", chat=chat.id, user=person.id, status=status)
    return member_changed(world, chat, "chat_member", by, old, objects.chat_member(user, status))


def join(world: World, request: Json) -> Json:
    """A person comes into a group or is brought there, or asks to, where the link they used says so."""
    chat, person = group(world, request.get("chat")), world.person(request.get("user"))
    status = chat.members.get(person.id)
    if status in IN_CHAT:
        raise Mistake(f"{person.first_name} is in the group already.")
    if status == "kicked":
        raise Mistake(f"{person.first_name} was banned from the group.")
    link = chat.links.get(str(request.get("link")))
    if request.get("link") and (link is None or link["is_revoked"]):
        raise Mistake("The group has no such link, or it was revoked.")
    if link is not None and link["creates_join_request"]:
        return {"update_ids": _ask(world, chat, person, link)}
    by = person
    if request.get("by") is not None:
        by = world.person(request["by"])
        if chat.members.get(by.id) not in IN_CHAT:
            raise Mistake(f"{by.first_name} is not in the group, so cannot bring anybody.")
    return {"update_ids": admit(world, chat, person, objects.person_user(by))}


def admit(world: World, chat: Chat, person: Person, by: Json) -> list[int]:
    """Let a person in; the service message is of whoever brought them, or their own if the bot agreed."""
    heard = set_member(world, chat, person, "member", by)
    user = objects.person_user(person)
    return heard + service(world, chat, user if by["is_bot"] else by, {"new_chat_members": [user]})


def _ask(world: World, chat: Chat, person: Person, link: Json) -> list[int]:
    chat.requests.add(person.id)
    person.may_be_written_until = world.clock.now() + JOIN_REQUEST_SECONDS
    if not (chat.bot_is_admin and "can_invite_users" in chat.rights):
        return []
    asked = {
        "chat": objects.chat_object(chat), "from": objects.person_user(person), "user_chat_id": person.id,
        "date": world.now(), "invite_link": link,
    }  # fmt: skip
    return world.hear("chat_join_request", asked, chat)


def leave(world: World, request: Json) -> Json:
    """A person leaves, or is put out by somebody."""
    chat, person = group(world, request.get("chat")), world.person(request.get("user"))
    if person.id not in chat.people():
        raise Mistake(f"{person.first_name} is not in the group.")
    by = world.person(request["by"]) if request.get("by") is not None else person
    return {"update_ids": put_out(world, chat, person, "left", objects.person_user(by))}


def put_out(world: World, chat: Chat, person: Person, status: str, by: Json) -> list[int]:
    """Take a person out of a group, with the service message of it."""
    heard = service(world, chat, by, {"left_chat_member": objects.person_user(person)})
    return heard + set_member(world, chat, person, status, by)


def migrate(world: World, request: Json) -> Json:
    """Turn an old group into a supergroup: a new id, and a message on each side that names the other."""
    old = group(world, request.get("chat"))
    if old.type != "group":
        raise Mistake("Only an old group can become a supergroup; this one is a supergroup already.")
    standing = {status: person for person, status in old.members.items()}
    owner = objects.person_user(world.person(standing.get("creator", next(iter(old.members)))))
    new = Chat(
        world.free_group_id("supergroup"), "supergroup", old.title, members=dict(old.members),
        bot=old.bot, rights=old.rights,
    )  # fmt: skip
    world.chats[new.id] = new
    world.events.emit("chat", chat=new.id)
    service(world, old, owner, {"migrate_to_chat_id": new.id})
    service(world, new, owner, {"migrate_from_chat_id": old.id})
    old.migrated_to = new.id
    world.events.emit("migrated", **{"from": old.id, "to": new.id})
    return {"chat": new.id}
