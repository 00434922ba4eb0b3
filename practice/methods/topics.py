"""Topics of a forum: opening, naming, closing."""

from __future__ import annotations

from typing import Any

from practice import objects
from practice.calls import Call, method
from practice.errors import bad_request
from practice.objects import Json
from practice.world import Chat, Topic, World

COLOURS = (7322096, 16766590, 13338331, 9367192, 16749490, 16478047)
NAME_LIMIT = 128


def _forum(world: World, call: Call, purpose: str) -> Chat:
    chat = world.reachable(call.chat_id())
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    world.need_right(chat, "can_manage_topics", purpose)
    return chat


def _topic(chat: Chat, call: Call) -> Topic:
    topic = chat.topics.get(call.integer("message_thread_id") or 0)
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def _tell(world: World, chat: Chat, content: Json, thread: int | None = None) -> Json:
    """A service message of the bot's doing, which the bot hears of too."""
    stored = world.post(chat, objects.bot_user(world.bot), content, thread=thread)
    world.events.emit("chat", chat=chat.id)
    return stored.message


def _name(call: Call) -> str:
    name = call.text("name").strip()
    if not name or len(name) > NAME_LIMIT:
        raise bad_request("TOPIC_NAME_INVALID")
    return name


@method("createForumTopic")
def create_forum_topic(world: World, call: Call) -> Any:
    """Open a topic; its first message gives it its id."""
    chat, name = _forum(world, call, "create a topic"), _name(call)
    colour = call.integer("icon_color") or COLOURS[0]
    if colour not in COLOURS:
        raise bad_request("wrong topic icon color specified")
    thread = chat.last_id + 1
    chat.topics[thread] = Topic(thread, name, colour)
    opening = {"forum_topic_created": {"name": name, "icon_color": colour}}
    world.hear("message", _tell(world, chat, opening, thread), chat)
    return {"message_thread_id": thread, "name": name, "icon_color": colour}


@method("editForumTopic")
def edit_forum_topic(world: World, call: Call) -> Any:
    """Give a topic another name."""
    chat = _forum(world, call, "edit the topic")
    topic = _topic(chat, call)
    if topic.name == _name(call):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = _name(call)
    _tell(world, chat, {"forum_topic_edited": {"name": topic.name}}, topic.id)
    return True


@method("closeForumTopic")
def close_forum_topic(world: World, call: Call) -> Any:
    """Close a topic to everybody but those who manage topics."""
    return _set_closed(world, call, True)


@method("reopenForumTopic")
def reopen_forum_topic(world: World, call: Call) -> Any:
    """Open a closed topic again."""
    return _set_closed(world, call, False)


def _set_closed(world: World, call: Call, closed: bool) -> bool:
    chat = _forum(world, call, "close or open the topic")
    topic = _topic(chat, call)
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.closed = closed
    _tell(world, chat, {"forum_topic_closed" if closed else "forum_topic_reopened": {}}, topic.id)
    return True


@method("deleteForumTopic")
def delete_forum_topic(world: World, call: Call) -> Any:
    """Delete a topic with all that was said in it."""
    chat = _forum(world, call, "delete the topic")
    topic = _topic(chat, call)
    for number in [n for n, s in chat.messages.items() if s.message.get("message_thread_id") == topic.id]:
        world.delete(chat, number)
    del chat.topics[topic.id]
    world.events.emit("chat", chat=chat.id)
    return True
