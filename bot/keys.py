"""The key file: what the database is sealed with. It lies outside the data folder, so that a stolen copy of the data tells nothing.

The file is text, one key a line: `root <key>` never changes (it signs buttons, codes and the audit), `field <id> <key>` seals
words and names; the last field key seals, the earlier ones still open.
"""

from __future__ import annotations

import base64
import binascii
import fcntl
import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as column
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

    root: bytes = column(repr=False)
    field: Mapping[bytes, bytes] = column(repr=False)
    newest: bytes
    made: Path | None = column(default=None, compare=False)
    """The file, if this process has just made it: a database that is sealed already needs another one."""


def in_memory() -> Keys:
    """Keys that end with the process: for practice and for tests."""
    key_id = secrets.token_bytes(ID_BYTES)
    return Keys(secrets.token_bytes(KEY_BYTES), {key_id: secrets.token_bytes(KEY_BYTES)}, key_id)


_seen: dict[Path, tuple[tuple[int, int, int], Keys]] = {}
"""What each file held when it was last read, and by which mark it is known: sealing asks for it every time."""


def read(path: Path) -> Keys:
    """Read the key file; costs next to nothing while it is unchanged.

    Raises KeyFileError, in a sentence without any key in it, when it is missing or damaged.
    """
    try:
        found = path.stat()
        mark = (found.st_mtime_ns, found.st_ino, found.st_size)
        if path in _seen and _seen[path][0] == mark:
            return _seen[path][1]
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise KeyFileError(
            f"The key file {path.name} is missing. Restore your copy of it, or correct KEY_FILE."
        ) from None
    except UnicodeDecodeError:
        raise KeyFileError(f"{path.name} is no key file. Restore your copy of it, or correct KEY_FILE.") from None
    except OSError as error:
        raise KeyFileError(f"The key file {path.name} can't be read ({error.strerror}). Check KEY_FILE.") from None
    keys = _parse(path, text)
    _seen[path] = (mark, keys)
    return keys


def _parse(path: Path, text: str) -> Keys:
    lines = text.splitlines()
    root, field, newest = b"", dict[bytes, bytes](), b""
    for number, line in enumerate(lines, start=1):
        match line.split():
            case [] | ["#", *_]:
                continue
            case ["root", key] if not root:
                root = _key(path, number, key)
            case ["field", name, key]:
                newest = _name(path, number, name)
                if newest in field:
                    raise KeyFileError(
                        f"{path.name}, line {number}: this key's id is there twice. Restore your copy of it."
                    )
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
    if path.exists():
        return read(path)
    try:
        mine = _write(path, in_memory(), new=True)
    except OSError as error:
        raise KeyFileError(f"The key file {path.name} can't be made ({error.strerror}). Check KEY_FILE.") from None
    return replace(read(path), made=path) if mine else read(path)


def unmake(keys: Keys) -> bool:
    """Take away a key file that this process has just made and nothing was sealed with; True when there was one."""
    if keys.made is None:
        return False
    keys.made.unlink(missing_ok=True)
    return True


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """One process at a time changes the key file; the lock dies with the process.

    Raises KeyFileError when another one is at it.
    """
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise KeyFileError(f"Another process is changing {path.name}. Let it finish.") from None
        yield
    finally:
        os.close(folder)


def add_field_key(path: Path) -> Keys:
    """Add a new field key, with which everything is sealed from now on; the earlier ones stay until they are dropped."""
    keys = read(path)
    made = in_memory()
    grown = Keys(keys.root, {**keys.field, **made.field}, made.newest)
    _write(path, grown)
    return grown


def drop_old_field_keys(path: Path, in_use: Collection[bytes] = ()) -> Keys:
    """Keep only the newest field key and those that something is still sealed with."""
    keys = read(path)
    left = {name: key for name, key in keys.field.items() if name == keys.newest or name in in_use}
    if len(left) < len(keys.field):
        _write(path, Keys(keys.root, left, keys.newest))
    return read(path)


def _write(path: Path, keys: Keys, *, new: bool = False) -> bool:
    """Write the file in one step, so that nobody ever reads half of it. Of two that make it at once, the first wins.

    Returns whether it was written. It is on the disk before anything is sealed with it: after a power cut the database
    must not hold what no key opens.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    ordered = [*(name for name in keys.field if name != keys.newest), keys.newest]
    lines = [f"root {_text(keys.root)}", *(f"field {name.hex()} {_text(keys.field[name])}" for name in ordered)]
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as file:
        file.write(HEADING + "\n".join(lines) + "\n")
        file.flush()
        os.fsync(file.fileno())
    written = True
    if new:
        try:
            os.link(draft, path)
        except FileExistsError:
            written = False
        draft.unlink()
    else:
        draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return written


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
