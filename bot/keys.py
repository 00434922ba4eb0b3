"""The key file: what the database is sealed with. It lies outside the data folder, so that a stolen copy of the data tells nothing.

The file is text, one key a line: `root <key>` never changes (it signs buttons, codes and the audit), `field <id> <key>` seals
words and names; the last field key seals, the earlier ones still open.
"""

from __future__ import annotations

import base64
import binascii
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import KeyFileError

KEY_BYTES = 32
ID_BYTES = 4
HEADING = (
    "# Keys of the bot. Keep this file secret, apart from the data, and keep a copy in a safe place:\n"
    "# without it nobody can read what the database holds.\n"
)


@dataclass(frozen=True, slots=True)
class Keys:
    """The keys in use. `field` maps a key's id to the key; `newest` is the id of the one that seals."""

    root: bytes
    field: Mapping[bytes, bytes]
    newest: bytes


def in_memory() -> Keys:
    """Keys that end with the process: for practice and for tests."""
    key_id = secrets.token_bytes(ID_BYTES)
    return Keys(secrets.token_bytes(KEY_BYTES), {key_id: secrets.token_bytes(KEY_BYTES)}, key_id)


def read(path: Path) -> Keys:
    """Read the key file.

    Raises KeyFileError, in a sentence without any key in it, when it is missing or damaged.
    """
    try:
        lines = path.read_text(encoding="ascii").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise KeyFileError(
            f"The key file {path.name} can't be read ({type(error).__name__}). Check KEY_FILE."
        ) from None
    root, field, newest = b"", dict[bytes, bytes](), b""
    for number, line in enumerate(lines, start=1):
        match line.split():
            case [] | ["#", *_]:
                continue
            case ["root", key] if not root:
                root = _key(path, number, key)
            case ["field", name, key]:
                newest = _name(path, number, name)
                field[newest] = _key(path, number, key)
            case _:
                raise KeyFileError(
                    f"{path.name}, line {number}: is neither `root KEY` nor `field ID KEY`. Restore your copy of it."
                )
    if not root or not field:
        raise KeyFileError(f"{path.name} lacks a root key or a field key. Restore your copy of it.")
    return Keys(root, field, newest)


def read_or_make(path: Path) -> Keys:
    """Read the key file; at the very first start, make it (readable by its owner alone)."""
    if not path.exists():
        _write(path, in_memory(), new=True)
    return read(path)


def add_field_key(path: Path) -> Keys:
    """Add a new field key, with which everything is sealed from now on; the earlier ones stay until they are dropped."""
    keys = read(path)
    made = in_memory()
    grown = Keys(keys.root, {**keys.field, **made.field}, made.newest)
    _write(path, grown)
    return grown


def drop_old_field_keys(path: Path) -> Keys:
    """Keep only the newest field key, once nothing is sealed with an earlier one."""
    keys = read(path)
    left = Keys(keys.root, {keys.newest: keys.field[keys.newest]}, keys.newest)
    _write(path, left)
    return left


def _write(path: Path, keys: Keys, *, new: bool = False) -> None:
    """Write the file in one step, so that nobody ever reads half of it. Of two that make it at once, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ordered = [*(name for name in keys.field if name != keys.newest), keys.newest]
    lines = [f"root {_text(keys.root)}", *(f"field {name.hex()} {_text(keys.field[name])}" for name in ordered)]
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(HEADING + "\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        if new:
            os.link(draft, path)
        else:
            draft.replace(path)
            return
    except FileExistsError:
        pass
    draft.unlink()


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode()


def _key(path: Path, number: int, text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyFileError(f"{path.name}, line {number}: the key is damaged. Restore your copy of it.")
    return key


def _name(path: Path, number: int, text: str) -> bytes:
    try:
        name = bytes.fromhex(text)
    except ValueError:
        name = b""
    if len(name) != ID_BYTES:
        raise KeyFileError(f"{path.name}, line {number}: the key's id is damaged. Restore your copy of it.")
    return name
