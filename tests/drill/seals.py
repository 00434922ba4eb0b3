"""Opens and seals what the database holds, from the key file alone: the ledger shares no code with the bot.

The format, told once more on purpose: `field ID KEY` lines in the key file; a sealed value is ID (4 bytes), nonce (12), then
AES-256-GCM's words and tag, bound to `table|column|row|` and the ID.
"""

from __future__ import annotations

import base64
import os
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

ID, NONCE = 4, 12


@dataclass(frozen=True, slots=True)
class Seals:
    """The field keys by their id, in the file's order: the last one seals."""

    keys: dict[bytes, bytes]

    def open(self, sealed: bytes, table: str, column: str, row: int) -> str | None:
        """The words; None when no key opens them here."""
        sealed = bytes(sealed)
        name = sealed[:ID]
        if name not in self.keys:
            return None
        try:
            words = AESGCM(self.keys[name]).decrypt(
                sealed[ID : ID + NONCE], sealed[ID + NONCE :], _place(table, column, row, name)
            )
        except (InvalidTag, ValueError):
            return None
        return words.decode("utf-8", "surrogatepass")

    def seal(self, words: str, table: str, column: str, row: int) -> bytes:
        """Words as the bot would have sealed them."""
        name, nonce = list(self.keys)[-1], os.urandom(NONCE)
        return name + nonce + AESGCM(self.keys[name]).encrypt(nonce, words.encode(), _place(table, column, row, name))


def read(key_file: Path) -> Seals:
    """The keys of a key file."""
    lines = [line.split() for line in key_file.read_text(encoding="ascii").splitlines()]
    return Seals({bytes.fromhex(line[1]): base64.b64decode(line[2]) for line in lines if line[:1] == ["field"]})


def _place(table: str, column: str, row: int, name: bytes) -> bytes:
    return f"{table}|{column}|{row}|".encode() + name
