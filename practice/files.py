"""Files that people and the bot send each other, kept in memory."""

from __future__ import annotations

import base64
import mimetypes
import struct
import zlib
from dataclasses import dataclass, field
from typing import Any

from practice.errors import Mistake, bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_MOST_PIXELS_AROUND = 10_000  # "The photo's width and height must not exceed 10000 in total" (Bot API, sendPhoto)
_MOST_SIDES_APART = 20  # "Width and height ratio must be at most 20" (Bot API, sendPhoto)
_PREFIX = {
    "photo": "AgACAgQ", "video": "BAACAgQ", "animation": "CgACAgQ", "audio": "CQACAgQ", "document": "BQACAgQ",
    "voice": "AwACAgQ", "video_note": "DQACAgQ", "sticker": "CAACAgQ",
}  # fmt: skip
KINDS = tuple(_PREFIX)
CAPTIONED = tuple(kind for kind in KINDS if kind not in ("video_note", "sticker"))
_MEASURES: dict[str, dict[str, Any]] = {
    "video": {"width": 320, "height": 240, "duration": 0},
    "animation": {"width": 320, "height": 240, "duration": 0},
    "audio": {"duration": 0},
    "voice": {"duration": 0},
    "video_note": {"length": 240, "duration": 0},
    "sticker": {"emoji": "🙂", "width": 512, "height": 512},
}
"""What Telegram finds out about a file by itself, where nobody told it."""
_NAMES = {"voice": "VoiceNote", "video_note": "VideoNote"}


@dataclass(frozen=True)
class Upload:
    """Bytes as they came in, with their name."""

    name: str
    data: bytes


@dataclass(frozen=True)
class StoredFile:
    """A file under the id by which it can be sent again or fetched."""

    file_id: str
    unique_id: str
    kind: str
    name: str
    mime: str
    data: bytes
    path: str
    about: dict[str, Any] = field(default_factory=dict)

    def described(self) -> dict[str, Any]:
        """The keys that every file object of the Bot API has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}

    def content(self) -> dict[str, Any]:
        """The keys of a message that holds the file; an animation is told as a document too (Bot API, Message)."""
        named = {**self.described(), "file_name": self.name, "mime_type": self.mime}
        match self.kind:
            case "photo":
                # One size, since nothing here scales pictures.
                return {"photo": [{**self.described(), **self.about}]}
            case "voice":
                return {"voice": {**self.described(), **self.about, "mime_type": self.mime}}
            case "video_note":
                return {"video_note": {**self.described(), **self.about}}
            case "sticker":
                flags = {"type": "regular", "is_animated": False, "is_video": False}
                return {"sticker": {**self.described(), **flags, **self.about}}
            case "animation":
                return {"animation": {**named, **self.about}, "document": named}
        return {self.kind: {**named, **self.about}}


class Files:
    """All files of one practice world."""

    def __init__(self, bot_id: int) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}
        self._bot = struct.pack(">Q", bot_id)

    def keep(self, kind: str, upload: Upload, about: dict[str, Any] | None = None) -> StoredFile:
        """Store a file and give it ids that are this bot's own; a photo has to be a picture."""
        told = {**_MEASURES.get(kind, {}), **(about or {})}
        if kind == "photo":
            told["width"], told["height"] = picture_size(upload.data)
        number = len(self.by_id) + 1
        mark = zlib.crc32(self._bot + upload.data)
        tail = base64.urlsafe_b64encode(struct.pack(">QQ", number, mark)).decode().rstrip("=")
        suffix = "." + upload.name.rsplit(".", 1)[1] if "." in upload.name else ""
        stored = StoredFile(
            file_id=_PREFIX[kind] + tail,
            unique_id=f"AQAD{tail[:11]}",
            kind=kind,
            name=upload.name,
            mime=mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
            data=upload.data,
            path=f"{kind}s/file_{number}{suffix if suffix.isascii() else ''}",
            about=told,
        )
        self.by_id[stored.file_id] = stored
        self.by_path[stored.path] = stored
        return stored

    def find(self, file_id: str, kind: str) -> StoredFile:
        """The file under this id; another bot's id, or one of another kind, is refused."""
        stored = self.by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if stored.kind != kind:
            raise bad_request(f"can't use file of type {_type(stored.kind)} as {_type(kind)}")
        return stored


def _type(kind: str) -> str:
    return _NAMES.get(kind, kind.title())


def check_photo(data: bytes) -> None:
    """Refuse a picture that Telegram would not show as a photo."""
    if len(data) > PHOTO_LIMIT:
        raise bad_request("file is too big")
    short, long = sorted(picture_size(data))
    if short + long > _MOST_PIXELS_AROUND or long > _MOST_SIDES_APART * short:
        raise bad_request("PHOTO_INVALID_DIMENSIONS")


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return int(width), int(height)
    place = 2
    while data[:2] == b"\xff\xd8" and place + 9 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return int(width), int(height)
        place += 2 + length
    raise bad_request("IMAGE_PROCESS_FAILED")


def from_control(kind: str, given: Any) -> Upload:
    """A file from a control request: `true` for a sample, or a name and base64 data."""
    if given is True:
        return SAMPLES[kind]
    if not isinstance(given, dict) or not isinstance(given.get("name"), str):
        raise Mistake(f'A {kind} is true, or {{"name", "data"}} with the data in base64.')
    try:
        data = base64.b64decode(given.get("data") or "", validate=True)
    except (TypeError, ValueError):
        raise Mistake(f"The data of the {kind} is not base64.") from None
    return Upload(given["name"], data)


def _sample_picture(width: int = 320, height: int = 200) -> bytes:
    """A quiet two-colour gradient as PNG."""
    rows = b"".join(
        b"\0" + b"".join(bytes((70 + 90 * x // width, 110 + 60 * y // height, 150)) for x in range(width))
        for y in range(height)
    )

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(rows, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")


SAMPLES = {
    "photo": Upload("sample.png", _sample_picture()),
    "document": Upload("letter.txt", b"A sample letter. Nobody wrote it to anybody.\n"),
    "voice": Upload("voice.ogg", b"OggS" + bytes(60)),
    "video": Upload("video.mp4", b"\0\0\0\x18ftypmp42" + bytes(52)),
    "video_note": Upload("round.mp4", b"\0\0\0\x18ftypmp42" + bytes(20)),
    "animation": Upload("wave.mp4", b"\0\0\0\x18ftypisom" + bytes(36)),
    "audio": Upload("song.mp3", b"ID3\4" + bytes(60)),
    "sticker": Upload("sticker.webp", b"RIFF\x1a\0\0\0WEBPVP8L" + bytes(14)),
}
