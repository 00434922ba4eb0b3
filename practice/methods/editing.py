"""Changing, deleting, pinning, reacting and answering: what the bot does to messages that exist."""

from __future__ import annotations

from typing import Any

from practice import keyboards, objects
from practice.calls import Call, method
from practice.errors import bad_request
from practice.files import CAPTIONED
from practice.methods.media import media_item
from practice.methods.sending import CAPTION_KEYS, CONTENT, caption_content, text_content
from practice.objects import Json
from practice.people import tell_reactions
from practice.world import Chat, Stored, World, is_service, quoted

DELETABLE_SECONDS = 48 * 3600
QUERY_SECONDS = 15
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)
TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
REACTIONS = frozenset(
    "👍👎❤🔥🥰👏😁🤔🤯😱🤬😢🎉🤩🤮💩🙏👌🕊🤡🥱🥴😍🐳🌚🌭💯🤣⚡🍌🏆💔🤨😐🍓🍾💋🖕😈😴😭🤓👻👀🎃🙈😇😨🤝✍🤗🫡🎅🎄☃💅🤪🗿🆒💘🙉🦄😘💊🙊😎👾😡"
)


def _editable(world: World, call: Call) -> tuple[Chat, Stored]:
    """A message of the bot's own that it may still change."""
    chat = world.reachable(call.chat_id())
    stored = chat.messages.get(call.message_id())
    if stored is None:
        raise bad_request("message to edit not found")
    if stored.message["from"]["id"] != world.bot.id or is_service(stored.message):
        raise bad_request("message can't be edited")
    return chat, stored


def _changed(
    world: World, chat: Chat, stored: Stored, content: Json, markup: Json | None, drop: tuple[str, ...]
) -> Any:
    """Put new content and markup into a message; the same as before is refused."""
    old = stored.message
    gone = {*drop, "reply_markup", "edit_date"}
    new = {key: value for key, value in old.items() if key not in gone} | content
    if markup is not None:
        new["reply_markup"] = markup
    if new == {key: value for key, value in old.items() if key != "edit_date"}:
        raise bad_request(NOT_MODIFIED)
    only_markup = not drop
    edited = {"edit_date": world.now()} if not only_markup or "edit_date" in old else {}
    world.replace(chat, stored, {**new, **edited})
    return stored.message


@method("editMessageText")
def edit_message_text(world: World, call: Call) -> Any:
    """Change the text of a message; its keyboard goes unless it is given again."""
    chat, stored = _editable(world, call)
    content = text_content(*call.marked_up("text", "entities"))
    if "text" not in stored.message:
        raise bad_request("there is no text in the message to edit")
    preview = call.structure("link_preview_options")
    if isinstance(preview, dict) and preview:
        content["link_preview_options"] = preview
    markup = keyboards.inline(call.structure("reply_markup"))
    return _changed(world, chat, stored, content, markup, ("text", "entities", "link_preview_options"))


@method("editMessageCaption")
def edit_message_caption(world: World, call: Call) -> Any:
    """Change the caption under a file."""
    chat, stored = _editable(world, call)
    content = caption_content(call)
    if stored.message.keys().isdisjoint(CAPTIONED):
        raise bad_request("there is no caption in the message to edit")
    markup = keyboards.inline(call.structure("reply_markup"))
    return _changed(world, chat, stored, content, markup, CAPTION_KEYS)


MEDIA_KINDS = ("photo", "video", "animation", "audio", "document")


def _may_become(message: Json, kind: str) -> bool:
    """A voice message stays one, and an album keeps to its kind (Bot API, editMessageMedia)."""
    if "media_group_id" not in message:
        return "text" in message or not message.keys().isdisjoint(MEDIA_KINDS)
    fixed = next((one for one in ("audio", "document") if one in message), None)
    return kind == fixed if fixed else kind in ("photo", "video")


@method("editMessageMedia")
def edit_message_media(world: World, call: Call) -> Any:
    """Put another file in the place of a file or a text; the caption goes with the old one."""
    chat, stored = _editable(world, call)
    kind, content = media_item(world, call, call.structure("media"), MEDIA_KINDS)
    if not _may_become(stored.message, kind):
        raise bad_request("message can't be edited")
    markup = keyboards.inline(call.structure("reply_markup"))
    return _changed(world, chat, stored, content, markup, CONTENT)


@method("editMessageReplyMarkup")
def edit_message_reply_markup(world: World, call: Call) -> Any:
    """Change or take away the keyboard of a message."""
    chat, stored = _editable(world, call)
    return _changed(world, chat, stored, {}, keyboards.inline(call.structure("reply_markup")), ())


def _deletable(world: World, chat: Chat, stored: Stored) -> None:
    """Refuse what Telegram would not delete for a bot (Bot API, deleteMessage)."""
    own = stored.message["from"]["id"] == world.bot.id
    if chat.person is None and not own:
        if not (chat.bot_is_admin and "can_delete_messages" in chat.rights):
            raise bad_request("message can't be deleted")
        return
    if world.clock.now() - stored.message["date"] > DELETABLE_SECONDS:
        raise bad_request("message can't be deleted for everyone")


@method("deleteMessage")
def delete_message(world: World, call: Call) -> Any:
    """Delete one message, if it is not too old."""
    chat = world.reachable(call.chat_id())
    stored = chat.messages.get(call.message_id())
    if stored is None:
        raise bad_request("message to delete not found")
    _deletable(world, chat, stored)
    world.delete(chat, call.message_id())
    return True


@method("deleteMessages")
def delete_messages(world: World, call: Call) -> Any:
    """Delete up to a hundred messages; those that are gone already are passed over."""
    chat, wanted = world.reachable(call.chat_id()), call.structure("message_ids")
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= 100 or not all(type(n) is int for n in wanted):
        raise bad_request("message identifiers are not specified")
    found = {number: chat.messages[number] for number in wanted if number in chat.messages}
    for stored in found.values():
        _deletable(world, chat, stored)
    for number in found:
        world.delete(chat, number)
    return True


@method("answerCallbackQuery")
def answer_callback_query(world: World, call: Call) -> Any:
    """Answer a tap, once and soon."""
    query_id, text = call.text("callback_query_id"), call.text("text")
    asked = world.queries.pop(query_id, None)
    if asked is None or world.clock.now() - asked.at > QUERY_SECONDS:
        raise bad_request(TOO_OLD)
    if len(text) > 200:
        world.queries[query_id] = asked
        raise bad_request("MESSAGE_TOO_LONG")
    alert = {"user": asked.user, "text": text, "show_alert": call.flag("show_alert"), "at": world.clock.iso()}
    if text:
        world.alerts.append(alert)
        del world.alerts[:-100]
    world.events.emit("alert", **alert)
    return True


@method("setMessageReaction")
def set_message_reaction(world: World, call: Call) -> Any:
    """Put the bot's one reaction under a message, or take it back."""
    chat = world.reachable(call.chat_id())
    stored = chat.messages.get(call.message_id())
    if stored is None or is_service(stored.message):
        raise bad_request("message to react not found")
    wanted = call.structure("reaction") or []
    if not isinstance(wanted, list) or len(wanted) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    emoji = str(wanted[0].get("emoji", "")) if wanted and isinstance(wanted[0], dict) else ""
    if wanted and emoji.rstrip("\ufe0f") not in REACTIONS:
        raise bad_request("REACTION_INVALID")
    stored.reactions.pop(world.bot.id, None)
    if emoji:
        stored.reactions[world.bot.id] = emoji
    tell_reactions(world, chat, stored)
    return True


def _pinnable(world: World, call: Call) -> Chat:
    chat = world.reachable(call.chat_id())
    if chat.person is None:
        world.need_right(chat, "can_pin_messages", "manage pinned messages in the chat")
    return chat


@method("pinChatMessage")
def pin_chat_message(world: World, call: Call) -> Any:
    """Pin a message; Telegram writes a service message about it."""
    chat = _pinnable(world, call)
    stored = chat.messages.get(call.message_id())
    if stored is None or is_service(stored.message):
        raise bad_request("message to pin not found")
    number = call.message_id()
    if number not in chat.pinned:
        chat.pinned.append(number)
        content = {"pinned_message": quoted(stored.message)}
        notice = world.post(chat, objects.bot_user(world.bot), content)
        world.hear("message", notice.message, chat)
    return True


@method("unpinChatMessage")
def unpin_chat_message(world: World, call: Call) -> Any:
    """Unpin one message, the newest pinned one if none is named."""
    chat = _pinnable(world, call)
    number = call.integer("message_id") or (chat.pinned[-1] if chat.pinned else 0)
    if number not in chat.pinned:
        raise bad_request("message to unpin not found")
    chat.pinned.remove(number)
    world.events.emit("chat", chat=chat.id)
    return True


@method("unpinAllChatMessages")
def unpin_all_chat_messages(world: World, call: Call) -> Any:
    """Unpin everything."""
    chat = _pinnable(world, call)
    chat.pinned.clear()
    world.events.emit("chat", chat=chat.id)
    return True
