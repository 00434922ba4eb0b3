"""Photos, films, sounds, documents and stickers; files going out and coming back."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from practice import objects
from practice.calls import Call, method
from practice.errors import bad_request
from practice.files import CAPTIONED, DOWNLOAD_LIMIT, StoredFile, Upload, check_photo
from practice.methods.sending import caption_content, count_send, deliver, reply_of, thread_of
from practice.objects import Json
from practice.world import World

_MEASURED = {
    "video": ("duration", "width", "height"), "animation": ("duration", "width", "height"),
    "audio": ("duration",), "voice": ("duration",), "video_note": ("duration", "length"),
}  # fmt: skip
_TITLED = {"audio": ("performer", "title"), "sticker": ("emoji",)}
_ALBUMS = {"photo": "pictures", "video": "pictures", "document": "documents", "audio": "sounds"}
"""What may stand in one album together (Bot API, sendMediaGroup)."""
_COVERED = ("photo", "video", "animation")


def _uploaded(call: Call, kind: str, given: Any) -> Upload | None:
    """The bytes that came with the call: under the name that `attach://` gives, or as the field itself."""
    if isinstance(given, str) and given.startswith("attach://"):
        name = given.removeprefix("attach://")
        if name not in call.files:
            raise bad_request(f'attached file "{name}" not found')
        return call.files[name]
    return call.files.get(kind) if given is None else None


def file_of(world: World, call: Call, kind: str, given: Any = None) -> StoredFile:
    """The file of a send: uploaded with the call, attached by name, or known by its id."""
    given = call.params.get(kind) if given is None else given
    upload = _uploaded(call, kind, given)
    if upload is None:
        if not isinstance(given, str) or not given:
            raise bad_request(f"there is no {kind.replace('_', ' ')} in the request")
        return world.files.find(given, kind)
    if not upload.data:
        raise bad_request("file must be non-empty")
    if kind == "photo":
        check_photo(upload.data)
    about: Json = {name: call.integer(name) for name in _MEASURED.get(kind, ())}
    about |= {name: call.text(name) for name in _TITLED.get(kind, ())}
    return world.files.keep(kind, upload, {name: value for name, value in about.items() if value})


def media_content(kind: str, stored: StoredFile, call: Call) -> Json:
    """The keys that show a file in a message."""
    covered: Json = {"has_media_spoiler": True} if kind in _COVERED and call.flag("has_spoiler") else {}
    return {**stored.content(), **covered}


def _send(world: World, call: Call, kind: str) -> Any:
    caption = caption_content(call) if kind in CAPTIONED else {}
    world.reachable(call.chat_id())
    content = media_content(kind, file_of(world, call, kind), call)
    return deliver(world, call, {**content, **caption}).message


@method("sendPhoto")
def send_photo(world: World, call: Call) -> Any:
    """Send a picture."""
    return _send(world, call, "photo")


@method("sendVideo")
def send_video(world: World, call: Call) -> Any:
    """Send a film."""
    return _send(world, call, "video")


@method("sendAnimation")
def send_animation(world: World, call: Call) -> Any:
    """Send a film without sound."""
    return _send(world, call, "animation")


@method("sendAudio")
def send_audio(world: World, call: Call) -> Any:
    """Send music."""
    return _send(world, call, "audio")


@method("sendDocument")
def send_document(world: World, call: Call) -> Any:
    """Send a file."""
    return _send(world, call, "document")


@method("sendVoice")
def send_voice(world: World, call: Call) -> Any:
    """Send a voice message."""
    return _send(world, call, "voice")


@method("sendVideoNote")
def send_video_note(world: World, call: Call) -> Any:
    """Send a round film."""
    return _send(world, call, "video_note")


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
    kinds, contents = zip(*(media_item(world, call, item, _ALBUMS) for item in items), strict=True)
    if len({_ALBUMS[kind] for kind in kinds}) > 1:
        raise bad_request("can't mix documents with other media types in an album")
    thread, reply = thread_of(world, chat, call), reply_of(chat, call)
    count_send(world, chat, len(contents))
    album = {"media_group_id": str(world.random.randrange(10**16, 10**17))}
    sender = objects.bot_user(world.bot)
    return [world.post(chat, sender, {**content, **album, **reply}, thread=thread).message for content in contents]


def media_item(world: World, call: Call, item: Any, kinds: Container[str]) -> tuple[str, Json]:
    """The kind of an InputMedia and the keys of a message that shows it."""
    kind = item.get("type") if isinstance(item, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        raise bad_request("can't parse InputMedia: the type is unknown or cannot be sent so")
    inner = Call.of({key: value for key, value in item.items() if key != "type"}, call.files)
    caption = caption_content(inner)
    return kind, {**media_content(kind, file_of(world, inner, kind, item.get("media")), inner), **caption}


@method("getFile")
def get_file(world: World, call: Call) -> Any:
    """Where a file can be fetched; over 20 MB it cannot."""
    stored = world.files.by_id.get(call.text("file_id"))
    if stored is None:
        raise bad_request("invalid file_id")
    if len(stored.data) > DOWNLOAD_LIMIT:
        raise bad_request("file is too big")
    return {**stored.described(), "file_path": stored.path}
