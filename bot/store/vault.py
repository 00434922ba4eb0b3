"""Seals words, names and notes before they reach the database, and opens them again.

AES-256-GCM from `cryptography`. What is sealed is bound to its table, column and row, so that a value that was copied into
another row does not open there. A sealed value is: id of the key (4 bytes), nonce (12), words and their tag.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import os
from collections.abc import Callable
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import KeyFileError, SealError
from bot.keys import ID_BYTES, Keys

log = logging.getLogger(__name__)
NONCE_BYTES = 12


class Vault:
    """The keys at work. `reload` reads them anew: before each sealing, and when a value was sealed with an unknown key.

    So a key that was added while the bot runs is used from the next sealing on, and no transaction that begins after a
    change of keys seals with the one before: that is what lets an old key be dropped.
    """

    def __init__(self, keys: Keys, reload: Callable[[], Keys] | None = None) -> None:
        self._reload = reload
        self._trouble = ""
        self._take(keys)

    def _take(self, keys: Keys) -> None:
        self._keys = self._read = keys
        self._ciphers = {name: AESGCM(key) for name, key in keys.field.items()}

    @property
    def newest(self) -> bytes:
        """The id of the key that seals; every sealed value begins with the id of its key."""
        return self._keys.newest

    @property
    def keys(self) -> Keys:
        """The keys at work."""
        return self._keys

    def refresh(self) -> bool:
        """Take up keys that were added or dropped while the bot runs; True when there was a change.

        A key that was dropped still opens until the process ends. A key file that can't be read at this moment, or is
        another database's, stops nothing: the keys in memory still hold.
        """
        if self._reload is None:
            return False
        try:
            keys = self._reload()
        except KeyFileError as error:
            return self._troubled(str(error))
        if keys is self._read or keys == self._read:
            return False
        if keys.root != self._keys.root:
            return self._troubled("KEY_FILE was replaced by one that belongs to another database.")
        self._take(Keys(keys.root, {**self._keys.field, **keys.field}, keys.newest))
        self._read = keys
        return True

    def _troubled(self, sentence: str) -> bool:
        """Say what is wrong with the key file, once. Always False."""
        if sentence != self._trouble:
            log.error("%s The bot goes on with the keys that it has.", sentence)
        self._trouble = sentence
        return False

    def seal(self, words: str, table: str, column: str, row: object) -> bytes:
        """Seal words for one place."""
        self.refresh()
        nonce = os.urandom(NONCE_BYTES)
        name = self._keys.newest
        sealed = self._ciphers[name].encrypt(
            nonce, words.encode("utf-8", "surrogatepass"), _place(table, column, row, name)
        )
        return name + nonce + sealed

    def open(self, sealed: bytes, table: str, column: str, row: object) -> str:
        """Open what was sealed for this place.

        Raises SealError when the key is missing, or the value was changed or comes from another place.
        """
        sealed = bytes(sealed)
        name, nonce, rest = (
            sealed[:ID_BYTES],
            sealed[ID_BYTES : ID_BYTES + NONCE_BYTES],
            sealed[ID_BYTES + NONCE_BYTES :],
        )
        if name not in self._ciphers:
            self.refresh()
        cipher = self._ciphers.get(name)
        if cipher is None:
            raise SealError(
                f"{table}.{column} of row {row} is sealed with a key that KEY_FILE does not hold. Restore the right key file."
            )
        try:
            return cipher.decrypt(nonce, rest, _place(table, column, row, name)).decode("utf-8", "surrogatepass")
        except (InvalidTag, ValueError):
            raise SealError(
                f"{table}.{column} of row {row} was changed outside the bot, or belongs to another row."
            ) from None

    def seal_json(self, value: Any, table: str, column: str, row: object) -> bytes:
        """Seal a value that JSON can hold."""
        return self.seal(json.dumps(value), table, column, row)

    def open_json(self, sealed: bytes, table: str, column: str, row: object) -> Any:
        """Open such a value."""
        return json.loads(self.open(sealed, table, column, row))

    def mac(self, purpose: str, words: bytes) -> bytes:
        """A keyed digest (HMAC-SHA256, 32 bytes): one key for each purpose, all from the root key."""
        key = hmac.digest(self._keys.root, purpose.encode(), hashlib.sha256)
        return hmac.digest(key, words, hashlib.sha256)


def _place(table: str, column: str, row: object, key_id: bytes) -> bytes:
    return f"{table}|{column}|{row}|".encode() + key_id


def vault_of(connection: AsyncConnection) -> Vault:
    """The vault of the store that this connection belongs to."""
    vault: Vault = connection.sync_connection.get_execution_options()["vault"]  # type: ignore[union-attr]
    return vault
