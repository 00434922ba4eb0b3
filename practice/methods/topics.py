"""Topics of a forum, as the bot opens, names, closes and deletes them."""

from __future__ import annotations

from typing import Any

from practice import objects, topics
from practice.calls import Call, method
from practice.errors import bad_request
from practice.groups import service
from practice.world import Chat, Topic, World


def _forum(world: World, call: Call) -> Chat:
    chat = world.reachable(call.chat_id())
    if not chat.forum:
        raise bad_request("the chat is not a forum")
    return chat


def _topic(world: World, call: Call, purpose: str) -> tuple[Chat, Topic]:
    """A topic that the bot may change: one of its own making, or any with the right (Bot API, closeForumTopic)."""
    chat = _forum(world, call)
    topic = _there(chat, call)
    if not (topic.by_bot and chat.bot_is_admin):
        world.need_right(chat, "can_manage_topics", purpose)
    return chat, topic


def _there(chat: Chat, call: Call) -> Topic:
    topic = chat.topics.get(call.integer("message_thread_id") or 0)
    if topic is None:
        raise bad_request("message thread not found")
    return topic


def _name(call: Call) -> str:
    name = call.text("name").strip()
    if not name or len(name) > topics.NAME_LIMIT:
        raise bad_request("TOPIC_NAME_INVALID")
    return name


@method("createForumTopic")
def create_forum_topic(world: World, call: Call) -> Any:
    """Open a topic."""
    chat = _forum(world, call)
    world.need_right(chat, "can_manage_topics", "create a topic")
    name, colour = _name(call), call.integer("icon_color") or topics.COLOURS[0]
    if colour not in topics.COLOURS:
        raise bad_request("wrong topic icon color specified")
    topic, _ = topics.create(world, chat, objects.bot_user(world.bot), name, colour)
    return {"message_thread_id": topic.id, "name": name, "icon_color": colour}


@method("editForumTopic")
def edit_forum_topic(world: World, call: Call) -> Any:
    """Give a topic another name."""
    chat, topic = _topic(world, call, "edit the topic")
    if topic.name == _name(call):
        raise bad_request("TOPIC_NOT_MODIFIED")
    topic.name = _name(call)
    content = {"forum_topic_edited": {"name": topic.name}}
    service(world, chat, objects.bot_user(world.bot), content, topic.id)
    world.events.emit("chat", chat=chat.id)
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
    chat, topic = _topic(world, call, "close or open the topic")
    if topic.closed == closed:
        raise bad_request("TOPIC_NOT_MODIFIED")
    topics.set_closed(world, chat, topic, objects.bot_user(world.bot), closed)
    return True


@method("deleteForumTopic")
def delete_forum_topic(world: World, call: Call) -> Any:
    """Delete a topic with all that was said in it; the right is another one than for closing."""
    chat = _forum(world, call)
    world.need_right(chat, "can_delete_messages", "delete the topic")
    topics.delete(world, chat, _there(chat, call))
    return True
