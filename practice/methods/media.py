"""Photos, documents, voice messages and stickers; files going out and coming back."""

from __future__ import annotations

from typing import Any

from practice import objects
from practice.calls import Call, method
from practice.errors import bad_request
from practice.files import DOWNLOAD_LIMIT, PHOTO_LIMIT, StoredFile
from practice.methods.sending import caption_content, count_send, deliver, reply_of, thread_of
from practice.objects import Json
from practice.world import World


def file_of(world: World, call: Call, kind: str, given: Any = None) -> StoredFile:
    """The file of a send: uploaded with the call, attached by name, or known by its id."""
    given = call.params.get(kind) if given is None else given
    upload = call.files.get(kind)
    if isinstance(given, str) and given.startswith("attach://"):
        upload = call.files.get(given.removeprefix("attach://"))
        if upload is None:
            raise bad_request(f'attached file "{given.removeprefix("attach://")}" not found')
    if upload is not None:
        if not upload.data:
            raise bad_request("file must be non-empty")
        if kind == "photo" and len(upload.data) > PHOTO_LIMIT:
            raise bad_request("file is too big")
        return world.files.keep(kind, upload)
    if not isinstance(given, str) or not given:
        raise bad_request(f"there is no {kind} in the request")
    return world.files.find(given, kind)


def media_content(kind: str, stored: StoredFile, call: Call) -> Json:
    """The key that shows a file in a message."""
    match kind:
        case "photo":
            spoiler: Json = {"has_media_spoiler": True} if call.flag("has_spoiler") else {}
            return {"photo": stored.as_photo(), **spoiler}
        case "voice":
            return {"voice": stored.as_voice(call.integer("duration") or 0)}
        case "sticker":
            return {"sticker": stored.as_sticker(call.text("emoji") or "🙂")}
    return {"document": stored.as_document()}


def _send(world: World, call: Call, kind: str) -> Any:
    caption = {} if kind == "sticker" else caption_content(call)
    world.reachable(call.chat_id())
    content = media_content(kind, file_of(world, call, kind), call)
    return deliver(world, call, {**content, **caption}).message


@method("sendPhoto")
def send_photo(world: World, call: Call) -> Any:
    """Send a picture."""
    return _send(world, call, "photo")


@method("sendDocument")
def send_document(world: World, call: Call) -> Any:
    """Send a file."""
    return _send(world, call, "document")


@method("sendVoice")
def send_voice(world: World, call: Call) -> Any:
    """Send a voice message."""
    return _send(world, call, "voice")


@method("sendSticker")
def send_sticker(world: World, call: Call) -> Any:
    """Send a sticker."""
    return _send(world, call, "sticker")


@method("sendMediaGroup")
def send_media_group(world: World, call: Call) -> Any:
    """Send two to ten pictures or files as one album."""
    items = call.structure("media")
    chat = world.reachable(call.chat_id())
    if not isinstance(items, list) or not 2 <= len(items) <= 10:
        raise bad_request("wrong number of items in the media group: it must be from 2 to 10")
    contents = [_item(world, call, item) for item in items]
    if len({next(iter(content)) for content in contents}) > 1:
        raise bad_request("can't mix documents with other media types in an album")
    thread, reply = thread_of(world, chat, call), reply_of(chat, call)
    count_send(world, chat, len(contents))
    album = {"media_group_id": str(world.random.randrange(10**16, 10**17))}
    sender = objects.bot_user(world.bot)
    return [world.post(chat, sender, {**content, **album, **reply}, thread=thread).message for content in contents]


def _item(world: World, call: Call, item: Any) -> Json:
    kind = item.get("type") if isinstance(item, dict) else None
    if kind not in ("photo", "document"):
        raise bad_request("can't parse InputMedia: only photos and documents are known here")
    inner = Call.of({key: value for key, value in item.items() if key != "type"}, call.files)
    caption = caption_content(inner)
    return {**media_content(kind, file_of(world, inner, kind, item.get("media")), inner), **caption}


@method("getFile")
def get_file(world: World, call: Call) -> Any:
    """Where a file can be fetched; over 20 MB it cannot."""
    stored = world.files.by_id.get(call.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {**stored.described(), "file_path": stored.path}
