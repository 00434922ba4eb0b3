"""What people do with their phones: write, change, delete, tap, react, vote."""

from __future__ import annotations

from typing import Any

from practice import objects, said, topics, votes
from practice.entities import CAPTION_LIMIT, TEXT_LIMIT
from practice.errors import Mistake
from practice.files import CAPTIONED
from practice.objects import Json
from practice.world import Chat, Person, Query, Stored, World, is_service, quoted


def present(world: World, request: Json) -> tuple[Chat, Person]:
    """The chat and the person of a request; the person has to be in the chat."""
    person = world.person(request.get("user"))
    chat = world.chat(request.get("chat", person.id))
    if chat.person is not None and chat.person is not person:
        raise Mistake("This is somebody else's private chat.")
    if chat.person is None and person.id not in chat.people():
        raise Mistake(f"{person.first_name} is not in this group.")
    if chat.person is not None and person.blocked:
        raise Mistake(f"{person.first_name} has blocked the bot; unblock it first.")
    return chat, person


def say(world: World, request: Json) -> Json:
    """A person writes; a first private message starts the bot, and a reply stays in its topic."""
    chat, person = present(world, request)
    answered: Json = {}
    if request.get("reply_to") is not None:
        answered = quoted(world.stored(chat, request["reply_to"]).message)
    thread = request.get("thread") or answered.get("message_thread_id")
    if thread is not None and not topics.may_write(chat, topics.find(chat, thread), person.id):
        raise Mistake("This topic is closed.")
    content = said.content(world, person, request)
    if answered:
        content["reply_to_message"] = answered
    if request.get("forward"):
        origin = {"type": "hidden_user", "sender_user_name": "Somebody else", "date": world.now() - 60}
        content["forward_origin"] = origin
    if chat.person is not None and not person.started:
        person.started = True
        world.events.emit("person", user=person.id)
    chat.asking.pop(person.id, None)
    stored = world.post(chat, objects.person_user(person), content, thread=thread)
    heard = world.hear("message", stored.message, chat) if stored.bot_sees else []
    return {"message": world.shown(stored), "update_ids": heard}


def edit(world: World, request: Json) -> Json:
    """A person changes their own message."""
    chat, person = present(world, request)
    stored = _own(world, chat, person, request.get("message_id"))
    name, most = ("text", TEXT_LIMIT) if "text" in stored.message else ("caption", CAPTION_LIMIT)
    if name == "caption" and stored.message.keys().isdisjoint(CAPTIONED):
        raise Mistake("This message has no words that could be changed.")
    changed = said.marked(name, request.get("text"), most)
    if not changed and name == "text":
        raise Mistake("An empty text cannot be sent.")
    old = {k: v for k, v in stored.message.items() if k not in (name, "entities", "caption_entities")}
    world.replace(chat, stored, {**old, **changed, "edit_date": world.now()})
    heard = world.hear("edited_message", stored.message, chat) if stored.bot_sees else []
    return {"message": world.shown(stored), "update_ids": heard}


def _own(world: World, chat: Chat, person: Person, message_id: Any) -> Stored:
    stored = world.stored(chat, message_id)
    if stored.message["from"]["id"] != person.id or is_service(stored.message):
        raise Mistake(f"This is not a message of {person.first_name}.")
    return stored


def delete(world: World, request: Json) -> Json:
    """A person deletes a message; the bot hears nothing of it, as in Telegram."""
    chat = world.chat(request.get("chat"))
    world.stored(chat, request.get("message_id"))
    world.delete(chat, request["message_id"])
    return {}


def tap(world: World, request: Json) -> Json:
    """A person taps an inline button that carries callback data."""
    chat, person = present(world, request)
    stored = world.stored(chat, request.get("message_id"))
    rows = stored.message.get("reply_markup", {}).get("inline_keyboard", [])
    if not any(button.get("callback_data") == request.get("data") for row in rows for button in row):
        raise Mistake("The message has no button with this data.")
    query_id = str(world.random.randrange(10**17, 10**18))
    world.queries[query_id] = Query(person.id, world.clock.now())
    query = {
        "id": query_id,
        "from": objects.person_user(person),
        "message": stored.message,
        "chat_instance": str(chat.id * 7919),
        "data": request["data"],
    }
    return {"callback_query_id": query_id, "update_ids": world.hear("callback_query", query, chat)}


def react(world: World, request: Json) -> Json:
    """A person reacts to a message or takes the reaction back."""
    chat, person = present(world, request)
    stored = world.stored(chat, request.get("message_id"))
    emoji = request.get("emoji")
    if not isinstance(emoji, str):
        raise Mistake("A reaction is an emoji, or an empty string to take it back.")
    before = stored.reactions.pop(person.id, "")
    if emoji:
        stored.reactions[person.id] = emoji
    tell_reactions(world, chat, stored)
    if not chat.bot_is_admin or before == emoji:
        return {"update_ids": []}
    changed = {
        "chat": objects.chat_object(chat),
        "message_id": stored.message["message_id"],
        "user": objects.person_user(person),
        "date": world.now(),
        "old_reaction": [{"type": "emoji", "emoji": before}] if before else [],
        "new_reaction": [{"type": "emoji", "emoji": emoji}] if emoji else [],
    }
    return {"update_ids": world.hear("message_reaction", changed, chat)}


def tell_reactions(world: World, chat: Chat, stored: Stored) -> None:
    """Show the page the reactions under a message."""
    reactions = world.shown(stored)["reactions"]
    world.events.emit("reaction", chat=chat.id, message_id=stored.message["message_id"], reactions=reactions)


def vote(world: World, request: Json) -> Json:
    """A person votes in a poll; no options takes the vote back."""
    chat, person = present(world, request)
    stored = world.stored(chat, request.get("message_id"))
    if "poll" not in stored.message:
        raise Mistake("This message is not a poll.")
    options = request.get("options")
    return {"update_ids": votes.cast(world, chat, stored, person, options)}


def block(world: World, request: Json) -> Json:
    """A person blocks the bot."""
    return _block(world, request, True)


def unblock(world: World, request: Json) -> Json:
    """A person lets the bot write again."""
    return _block(world, request, False)


def _block(world: World, request: Json, blocked: bool) -> Json:
    person = world.person(request.get("user"))
    if person.blocked == blocked:
        return {"update_ids": []}
    person.blocked = blocked
    world.events.emit("blocked", user=person.id, blocked=blocked)
    bot = objects.bot_user(world.bot)
    gone, here = objects.chat_member(bot, "kicked"), objects.chat_member(bot, "member")
    chat = world.chats[person.id]
    changed = {
        "chat": objects.chat_object(chat),
        "from": objects.person_user(person),
        "date": world.now(),
        "old_chat_member": here if blocked else gone,
        "new_chat_member": gone if blocked else here,
    }
    return {"update_ids": world.hear("my_chat_member", changed, chat)}
