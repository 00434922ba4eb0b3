"""The sentence encoder: from words to vectors in which sentences of one meaning lie close together.

It runs on this machine alone, without network. The set-up puts its files into a folder; where they come from and why
they were chosen stands in docs/decisions/0012-encoder.md. Without them, or with others, the bot goes on without.
"""

from __future__ import annotations

import hashlib
import os
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]

FOLDER: Final = Path(__file__).resolve().parents[1] / ".encoder"
MODEL: Final = "model.onnx"
PIECES: Final = "vocab.txt"
SHA256: Final = {
    MODEL: "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743",
    PIECES: "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
}
"""The files that were measured: bge-small-en-v1.5 with 8-bit weights, and its word pieces."""

_LONGEST: Final = 64
"""Word pieces that are read; a question has a dozen."""
_LONGEST_WORD: Final = 100
"""Letters; what is longer is no word, and cutting it up takes time that grows with its square."""
_MAKE: Final = "Answers come from the lexical core alone. Run `make encoder`."


class Encoder(Protocol):
    """What the matcher needs of one; `name` changes with everything that changes its vectors."""

    name: str
    size: int

    def encode(self, texts: Sequence[str], *, told: Callable[[int], None] | None = None) -> Vectors:
        """A vector of length one for each text; `told` hears how many are done."""
        ...

    def reading(self, text: str) -> Vectors:
        """All that is known of one text: its first piece's vector, and the mean and the largest of its other pieces'."""
        ...


class UnusableEncoder(Exception):
    """The encoder's files are missing or are not the ones that were measured; the text says what to do."""


@dataclass(frozen=True, slots=True)
class Status:
    """Whether the encoder can be used, in a sentence for the operator."""

    ok: bool
    sentence: str


def status(folder: Path = FOLDER) -> Status:
    """Look at the encoder's files without loading them."""
    try:
        _check(folder)
    except UnusableEncoder as fault:
        return Status(False, str(fault))
    return Status(True, f"the encoder is there and is the one that was measured ({SHA256[MODEL][:12]})")


def load_encoder(folder: Path = FOLDER) -> SentenceEncoder:
    """Load the encoder; raises UnusableEncoder if a file is missing or altered, or cannot be run."""
    _check(folder)
    return SentenceEncoder(folder / MODEL, (folder / PIECES).read_text(encoding="utf-8"))


def _check(folder: Path) -> None:
    for name, digest in SHA256.items():
        try:
            with (folder / name).open("rb") as file:
                found = hashlib.file_digest(file, "sha256").hexdigest()
        except OSError:
            raise UnusableEncoder(f"The encoder's file {name} is missing in {folder.name}. {_MAKE}") from None
        if found != digest:
            raise UnusableEncoder(f"The encoder's file {name} is not the one that was measured. {_MAKE}")


class SentenceEncoder:
    """A BERT-like model run by onnxruntime on one thread; the vector of a text is that of its first piece."""

    def __init__(self, model: Path, pieces: str) -> None:
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")  # the pinned version has none; a later one would heed this
        try:
            import onnxruntime
        except ImportError as fault:
            raise UnusableEncoder(f"onnxruntime cannot be loaded ({fault}). {_MAKE}") from fault
        options: Any = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False  # 20 MB less, and no slower on texts of this length
        try:
            self._session: Any = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
        except Exception as fault:
            raise UnusableEncoder(f"The encoder's model cannot be run ({type(fault).__name__}). {_MAKE}") from fault
        self._pieces = _WordPieces(pieces.split("\n"))
        self._recent = lru_cache(maxsize=8)(self._run)  # the gate and the matcher often ask for the same words
        self.name = SHA256[MODEL]
        self.size = int(self._session.get_outputs()[0].shape[-1])

    def encode(self, texts: Sequence[str], *, told: Callable[[int], None] | None = None) -> Vectors:
        """A vector of length one for each text, one after the other.

        Together they would share one scale of 8-bit numbers, and a vector would hang on its neighbours.
        """
        vectors = np.zeros((len(texts), self.size), dtype=np.float32)
        for place, text in enumerate(texts):
            first = self._recent(text)[: self.size]
            vectors[place] = first / max(float(np.linalg.norm(first)), 1e-9)
            if told is not None:
                told(1)
        return vectors

    def reading(self, text: str) -> Vectors:
        """The first piece's vector, then the mean and the largest of the others', end to end."""
        return self._recent(text)

    def _run(self, text: str) -> Vectors:
        ids = np.asarray([self._pieces.of(text)], dtype=np.int64)
        given = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        pieces = self._session.run(None, given)[0][0]
        others = pieces[1:-1] if len(pieces) > 2 else pieces[:1]
        return np.concatenate([pieces[0], others.mean(axis=0), others.max(axis=0)]).astype(np.float32)


class _WordPieces:
    """Cuts words into the pieces that the model knows, the longest first, as it was done in its training."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._number = {piece: number for number, piece in enumerate(pieces) if piece}
        self._start, self._end, self._unknown = (self._number[name] for name in ("[CLS]", "[SEP]", "[UNK]"))
        self._cut = lru_cache(maxsize=20_000)(self._cut_up)

    def of(self, text: str) -> list[int]:
        """The numbers of a text's pieces between the marks of its start and end."""
        numbers = [number for word in _bare(text).split() for number in self._cut(word)]
        return [self._start, *numbers[: _LONGEST - 2], self._end]

    def _cut_up(self, word: str) -> tuple[int, ...]:
        if len(word) > _LONGEST_WORD:
            return (self._unknown,)
        numbers: list[int] = []
        start = 0
        while start < len(word):
            for end in range(len(word), start, -1):
                number = self._number.get(("##" if start else "") + word[start:end])
                if number is not None:
                    numbers.append(number)
                    start = end
                    break
            else:
                return (self._unknown,)
        return tuple(numbers)


def _bare(text: str) -> str:
    """Lower case without accents, signs standing alone."""
    plain = (sign for sign in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(sign) != "Mn")
    return "".join(f" {sign} " if unicodedata.category(sign)[0] == "P" else sign for sign in plain)
