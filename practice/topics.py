"""Topics of a forum: what opening, closing and deleting one changes, whoever does it."""

from __future__ import annotations

from typing import Any

from practice import objects
from practice.errors import Mistake
from practice.groups import group, service
from practice.objects import IN_CHAT, Json
from practice.world import Chat, Person, Topic, World

COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
NAME_LIMIT = 128


def create(world: World, chat: Chat, by: Json, name: str, colour: int = COLOURS[0]) -> tuple[Topic, list[int]]:
    """Open a topic; its first message gives it its id."""
    topic = Topic(chat.last_id + 1, name, colour, by_bot=by["is_bot"])
    chat.topics[topic.id] = topic
    heard = service(world, chat, by, {"forum_topic_created": {"name": name, "icon_color": colour}}, topic.id)
    world.events.emit("chat", chat=chat.id)
    return topic, heard


def delete(world: World, chat: Chat, topic: Topic) -> None:
    """Delete a topic with all that was said in it; the bot hears nothing of it, as in Telegram."""
    for number in [n for n, stored in chat.messages.items() if stored.message.get("message_thread_id") == topic.id]:
        world.delete(chat, number)
    del chat.topics[topic.id]
    world.events.emit("chat", chat=chat.id)


def may_write(chat: Chat, topic: Topic, person_id: int) -> bool:
    """Whether a person may write in a topic; a closed one is for those who look after the group."""
    return not topic.closed or chat.members.get(person_id) in ("creator", "administrator")


def control(world: World, request: Json) -> Json:
    """A person opens a topic, closes it, opens it again or deletes it."""
    chat = group(world, request.get("chat"))
    if not chat.forum:
        raise Mistake("Only a supergroup made as a forum has topics.")
    by = objects.person_user(_somebody(world, chat, request.get("user")))
    if request.get("thread") is None:
        topic, heard = create(world, chat, by, _name(request.get("name")))
        return {"thread": topic.id, "update_ids": heard}
    topic = find(chat, request["thread"])
    if request.get("delete") is True:
        delete(world, chat, topic)
        return {"update_ids": []}
    if not isinstance(request.get("closed"), bool):
        raise Mistake('Give "delete": true, or "closed" as true or false.')
    return {"update_ids": set_closed(world, chat, topic, by, request["closed"])}


def set_closed(world: World, chat: Chat, topic: Topic, by: Json, closed: bool) -> list[int]:
    """Close a topic or open it again, with the service message of it."""
    if topic.closed == closed:
        return []
    topic.closed = closed
    kind = "forum_topic_closed" if closed else "forum_topic_reopened"
    heard = service(world, chat, by, {kind: {}}, topic.id)
    world.events.emit("chat", chat=chat.id)
    return heard


def find(chat: Chat, thread: Any) -> Topic:
    """A topic that a control request names."""
    found = chat.topics.get(thread) if isinstance(thread, int) else None
    if found is None:
        raise Mistake(f"There is no topic {thread} in this chat.")
    return found


def _somebody(world: World, chat: Chat, named: Any) -> Person:
    """Who does it: the person named, else whoever has been in the group longest."""
    inside = [world.person(user) for user in chat.people()]
    person = world.person(named) if named is not None else next(iter(inside), None)
    if person is None:
        raise Mistake("Nobody is in this group.")
    if chat.members.get(person.id) not in IN_CHAT:
        raise Mistake(f"{person.first_name} is not in this group.")
    return person


def _name(given: Any) -> str:
    name = given.strip() if isinstance(given, str) else ""
    if not 0 < len(name) <= NAME_LIMIT:
        raise Mistake(f"A topic needs a name of {NAME_LIMIT} letters at most.")
    return name
