"""Files that people and the bot send each other, kept in memory."""

from __future__ import annotations

import base64
import mimetypes
import struct
import zlib
from dataclasses import dataclass
from typing import Any

from practice.errors import Mistake, bad_request

DOWNLOAD_LIMIT = 20 * 1024 * 1024
UPLOAD_LIMIT = 50 * 1024 * 1024
PHOTO_LIMIT = 10 * 1024 * 1024
_PREFIX = {"photo": "AgACAgQ", "document": "BQACAgQ", "voice": "AwACAgQ", "sticker": "CAACAgQ"}


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
    width: int = 0
    height: int = 0

    def described(self) -> dict[str, Any]:
        """The keys that every file object of the Bot API has."""
        return {"file_id": self.file_id, "file_unique_id": self.unique_id, "file_size": len(self.data)}

    def as_photo(self) -> list[dict[str, Any]]:
        """A photo: one size, since nothing here scales pictures."""
        return [{**self.described(), "width": self.width, "height": self.height}]

    def as_document(self) -> dict[str, Any]:
        """A document with its name and type."""
        return {**self.described(), "file_name": self.name, "mime_type": self.mime}

    def as_voice(self, duration: int = 3) -> dict[str, Any]:
        """A voice message of so many seconds."""
        return {**self.described(), "duration": duration, "mime_type": self.mime}

    def as_sticker(self, emoji: str) -> dict[str, Any]:
        """A plain sticker."""
        flags = {"type": "regular", "is_animated": False, "is_video": False}
        return {**self.described(), **flags, "width": 512, "height": 512, "emoji": emoji}


class Files:
    """All files of one practice world."""

    def __init__(self) -> None:
        self.by_id: dict[str, StoredFile] = {}
        self.by_path: dict[str, StoredFile] = {}

    def keep(self, kind: str, upload: Upload) -> StoredFile:
        """Store a file and give it its ids; a photo has to be a picture."""
        width, height = picture_size(upload.data) if kind == "photo" else (0, 0)
        number = len(self.by_id) + 1
        tail = base64.urlsafe_b64encode(struct.pack(">QQ", number, zlib.crc32(upload.data))).decode().rstrip("=")
        suffix = "." + upload.name.rsplit(".", 1)[1] if "." in upload.name else ""
        stored = StoredFile(
            file_id=_PREFIX[kind] + tail,
            unique_id=f"AQAD{tail[:11]}",
            kind=kind,
            name=upload.name,
            mime=mimetypes.guess_type(upload.name)[0] or "application/octet-stream",
            data=upload.data,
            path=f"{kind}s/file_{number}{suffix if suffix.isascii() else ''}",
            width=width,
            height=height,
        )
        self.by_id[stored.file_id] = stored
        self.by_path[stored.path] = stored
        return stored

    def find(self, file_id: str, kind: str | None = None) -> StoredFile:
        """The file under this id, of this kind if one is named."""
        stored = self.by_id.get(file_id)
        if stored is None:
            raise bad_request("wrong file identifier/HTTP URL specified")
        if kind is not None and stored.kind != kind:
            raise bad_request(f"can't use file of type {stored.kind.title()} as {kind.title()}")
        return stored


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
    "sticker": Upload("sticker.webp", b"RIFF\x1a\0\0\0WEBPVP8L" + bytes(14)),
}
