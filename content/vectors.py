"""Keeps what is costly to make from one start to the next: vectors of phrasings, and calibrations.

What is on the shelf can always be made again: a file that cannot be read or written only costs time.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO, Final
from zipfile import BadZipFile

import numpy as np

from content.encoder import Encoder, Vectors

_SPARE: Final = 5_000
_CALIBRATIONS: Final = 20


class Shelf:
    """Vectors by the digest of model and text, calibrations by the digest of all they hang on; kept if there is a folder."""

    def __init__(self, folder: Path | None = None, told: Callable[[int, int], None] | None = None) -> None:
        """`told` hears how many of how many have been made, for a progress bar."""
        self._file = folder / "vectors.npz" if folder is not None else None
        self._calibrations = folder / "calibrations.json" if folder is not None else None
        self._told = told

    def vectors(self, texts: Sequence[str], encoder: Encoder) -> Vectors:
        """A vector for each text; what is missing is made, and once too many lie unused, they are dropped."""
        wanted = [_key(encoder.name, text) for text in texts]
        keys, kept = self._read(encoder.size)
        place = {key: number for number, key in enumerate(keys)}
        missing = {key: text for key, text in zip(wanted, texts, strict=True) if key not in place}
        if missing:
            made = encoder.encode(list(missing.values()), told=self._count(len(missing)))
            place |= {key: len(keys) + number for number, key in enumerate(missing)}
            kept = np.concatenate([kept, made])
        found = kept[[place[key] for key in wanted]]
        if missing and len(place) <= len(wanted) + _SPARE:
            self._write(list(place), kept)
        elif missing:
            self._write(wanted, found)
        return found

    def calibration(self, key: str) -> Mapping[str, object] | None:
        """What was kept under this key."""
        found = self._all_calibrations().get(key)
        return found if isinstance(found, dict) else None

    def keep_calibration(self, key: str, kept: Mapping[str, object]) -> None:
        """Keep this one, and the latest of the others."""
        if self._calibrations is None:
            return
        others = {name: value for name, value in self._all_calibrations().items() if name != key}
        latest = dict([*others.items(), (key, kept)][-_CALIBRATIONS:])
        _put(self._calibrations, lambda file: file.write(json.dumps(latest).encode()))

    def _all_calibrations(self) -> dict[str, object]:
        if self._calibrations is None:
            return {}
        try:
            found = json.loads(self._calibrations.read_bytes())
        except (OSError, ValueError):
            return {}
        return found if isinstance(found, dict) else {}

    def _count(self, total: int) -> Callable[[int], None] | None:
        told = self._told
        if told is None:
            return None
        done = 0

        def count(more: int) -> None:
            nonlocal done
            done += more
            told(done, total)

        return count

    def _read(self, size: int) -> tuple[list[str], Vectors]:
        nothing: tuple[list[str], Vectors] = [], np.zeros((0, size), dtype=np.float32)
        if self._file is None:
            return nothing
        try:
            with np.load(self._file, allow_pickle=False) as found:
                keys, vectors = found["keys"].tolist(), found["vectors"]
        except (OSError, ValueError, KeyError, EOFError, BadZipFile):
            return nothing
        fits = vectors.shape == (len(keys), size) and vectors.dtype == np.float32 and len(set(keys)) == len(keys)
        return (keys, vectors) if fits else nothing

    def _write(self, keys: Sequence[str], vectors: Vectors) -> None:
        if self._file is not None:
            named = dict(zip(keys, range(len(keys)), strict=True))  # a text may be wanted twice
            chosen = vectors if len(named) == len(keys) else vectors[list(named.values())]
            _put(self._file, lambda file: np.savez(file, keys=np.asarray(list(named)), vectors=chosen))


def _put(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write a file whole or not at all: others may be reading it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            write(file)
        os.replace(file.name, path)
    except OSError:
        return


def _key(model: str, text: str) -> str:
    return hashlib.sha256(f"{model}\0{text}".encode()).hexdigest()[:32]
