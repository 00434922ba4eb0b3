"""Text messages, chat actions and the way that every new message of the bot takes."""

from __future__ import annotations

from typing import Any

from practice import keyboards, objects
from practice.calls import Call, method
from practice.entities import CAPTION_LIMIT, TEXT_LIMIT, Entity, units
from practice.errors import bad_request, too_many
from practice.files import CAPTIONED, KINDS
from practice.objects import DICE, Json
from practice.world import Chat, Stored, World, quoted

ACTIONS = frozenset(
    {
        "typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice",
        "upload_document", "choose_sticker", "find_location", "record_video_note", "upload_video_note",
    }
)  # fmt: skip


def text_content(text: str, entities: list[Entity]) -> Json:
    """The keys of a text message; refused if empty or too long."""
    if not text:
        raise bad_request("message text is empty")
    if units(text) > TEXT_LIMIT:
        raise bad_request("message is too long")
    return {"text": text, "entities": entities} if entities else {"text": text}


def caption_content(call: Call) -> Json:
    """The keys of a caption; none if there is none."""
    caption, entities = call.marked_up("caption", "caption_entities")
    if units(caption) > CAPTION_LIMIT:
        raise bad_request("message caption is too long")
    content: Json = {}
    if caption:
        content["caption"] = caption
    if entities:
        content["caption_entities"] = entities
    if caption and call.flag("show_caption_above_media"):
        content["show_caption_above_media"] = True
    return content


def thread_of(world: World, chat: Chat, call: Call) -> int | None:
    """The topic that a send names; a closed one is for those who manage topics."""
    thread = call.integer("message_thread_id")
    if not thread:
        return None
    topic = chat.topics.get(thread)
    if topic is None:
        raise bad_request("message thread not found")
    if topic.closed and not (chat.bot_is_admin and "can_manage_topics" in chat.rights):
        raise bad_request("TOPIC_CLOSED")
    return thread


def reply_of(chat: Chat, call: Call) -> Json:
    """What a send replies to, as the keys of the new message."""
    asked = call.structure("reply_parameters")
    message_id = call.integer("reply_to_message_id")
    lenient = call.flag("allow_sending_without_reply")
    if asked is not None:
        if not isinstance(asked, dict):
            raise bad_request("can't parse reply parameters JSON object")
        message_id = Call(asked).integer("message_id")
        lenient = asked.get("allow_sending_without_reply") is True
        if asked.get("chat_id") not in (None, chat.id, str(chat.id)):
            raise bad_request("message to be replied not found")
    if not message_id:
        return {}
    original = chat.messages.get(message_id)
    if original is None:
        if lenient:
            return {}
        raise bad_request("message to be replied not found")
    return {"reply_to_message": quoted(original.message)}


def count_send(world: World, chat: Chat, messages: int = 1) -> None:
    """Keep Telegram's limits: a send too many is a 429."""
    for _ in range(messages):
        seconds = world.limits.refuse(chat.id, world.clock.real())
        if seconds is not None:
            raise too_many(seconds)


def deliver(world: World, call: Call, content: Json) -> Stored:
    """Send new content of the bot to the chat that the call names."""
    chat = world.reachable(call.chat_id())
    thread = thread_of(world, chat, call)
    reply = reply_of(chat, call)
    markup = keyboards.checked(call.structure("reply_markup"), private=chat.person is not None)
    count_send(world, chat)
    extra: Json = {"has_protected_content": True} if call.flag("protect_content") else {}
    offered = None if markup is None or "inline_keyboard" in markup else markup
    if markup is not None and offered is None:
        extra["reply_markup"] = markup
    sender = objects.bot_user(world.bot)
    stored = world.post(chat, sender, {**content, **reply, **extra}, thread=thread, offered=offered)
    if offered is not None:
        world.offer_keyboard(chat, stored, offered)
    return stored


@method("sendMessage")
def send_message(world: World, call: Call) -> Any:
    """Send a text."""
    content = text_content(*call.marked_up("text", "entities"))
    preview = call.structure("link_preview_options")
    if isinstance(preview, dict) and preview:
        content["link_preview_options"] = preview
    return deliver(world, call, content).message


@method("sendLocation")
def send_location(world: World, call: Call) -> Any:
    """Send a point on the map."""
    try:
        place = {name: float(call.params[name]) for name in ("latitude", "longitude")}
    except (KeyError, TypeError, ValueError):
        raise bad_request("wrong latitude or longitude specified") from None
    if abs(place["latitude"]) > 90 or abs(place["longitude"]) > 180:
        raise bad_request("wrong latitude or longitude specified")
    return deliver(world, call, {"location": place}).message


@method("sendContact")
def send_contact(world: World, call: Call) -> Any:
    """Send a telephone number with a name."""
    told = {name: call.text(name).strip() for name in ("phone_number", "first_name", "last_name", "vcard")}
    if not told["phone_number"]:
        raise bad_request('field "phone_number" of contact must be non-empty')
    if not told["first_name"]:
        raise bad_request('field "first_name" of contact must be non-empty')
    return deliver(world, call, {"contact": {name: text for name, text in told.items() if text}}).message


@method("sendDice")
def send_dice(world: World, call: Call) -> Any:
    """Send an emoji that shows a random value."""
    emoji = call.text("emoji") or "🎲"
    if emoji not in DICE:
        raise bad_request("wrong dice emoji specified")
    return deliver(world, call, {"dice": {"emoji": emoji, "value": world.random.randint(1, DICE[emoji])}}).message


@method("sendChatAction")
def send_chat_action(world: World, call: Call) -> Any:
    """Show for five seconds that the bot is busy."""
    chat = world.reachable(call.chat_id())
    if call.text("action") not in ACTIONS:
        raise bad_request("wrong parameter action in request")
    thread_of(world, chat, call)
    world.events.emit("typing", chat=chat.id, on=True, action=call.text("action"))
    return True


def _original(world: World, call: Call, purpose: str) -> Stored:
    """The message that a copy or a forward starts from."""
    source = world.known(call.chat_id("from_chat_id"))
    original = source.messages.get(call.message_id())
    if original is None or not original.bot_sees:
        raise bad_request(f"message to {purpose} not found")
    if original.message.get("has_protected_content"):
        raise bad_request(f"message can't be {'copied' if purpose == 'copy' else 'forwarded'}")
    return original


CONTENT = (
    *KINDS, "text", "entities", "caption", "caption_entities", "show_caption_above_media", "has_media_spoiler",
    "location", "contact", "dice", "poll", "link_preview_options",
)  # fmt: skip


CAPTION_KEYS = ("caption", "caption_entities", "show_caption_above_media")


def content_of(message: Json) -> Json:
    """What a message says, without who said it where and when."""
    found = {key: message[key] for key in CONTENT if key in message}
    if not found:
        raise bad_request("message can't be copied")
    return found


@method("copyMessage")
def copy_message(world: World, call: Call) -> Any:
    """Send the same content again, without a link to the original."""
    content = content_of(_original(world, call, "copy").message)
    if "caption" in call.params and not content.keys().isdisjoint(CAPTIONED):
        content = {k: v for k, v in content.items() if k not in CAPTION_KEYS} | caption_content(call)
    return {"message_id": deliver(world, call, content).message["message_id"]}


@method("forwardMessage")
def forward_message(world: World, call: Call) -> Any:
    """Send a message on, saying whose it was."""
    original = _original(world, call, "forward").message
    return deliver(world, call, {**forwarded(original), **content_of(original)}).message


def forwarded(original: Json) -> Json:
    """The key that says where a forwarded message came from."""
    return {
        "forward_origin": {"type": "user", "sender_user": original["from"], "date": original["date"]},
    }
