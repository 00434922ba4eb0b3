"""Trains the learned part of the gate: `make train-safety`. The same examples give the same file, byte for byte.

It needs scikit-learn, which is installed for development and never loaded by the bot.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from content.encoder import FOLDER, SentenceEncoder, load_encoder
from content.safety.learned import CLASSES, FILE, Bounds, Learned, grams, valued
from content.safety.reading import Reading

Array = NDArray[np.float32]

EXAMPLES: Final = "examples.jsonl"
LARGEST: Final = 12_000
"""So many runs and pieces are kept, the weightiest; the rest together change hardly any judgement."""
RAREST: Final = 3
"""In fewer examples than that, a gram is chance."""
HIDDEN: Final = 32
SHARE_ORDINARY_NOW, SHARE_HARD_NOW = 0.003, 0.035
SHARE_ORDINARY_CARD, SHARE_HARD_CARD = 0.016, 0.12
"""What share of ordinary and of misleading messages may get a page or a card (the issue's bounds, less a margin)."""


@dataclass(frozen=True, slots=True)
class Example:
    """One message, what it is to be taken for, and how the reader reads it."""

    text: str
    wanted: int
    reading: Reading


def read_examples(lines: Iterable[str], read: Callable[[str], Reading]) -> list[Example]:
    """The examples of a file of JSON lines with text, label (none, worried, immediate) and kind."""
    found = []
    for line in lines:
        row = json.loads(line)
        wanted = {"none": 0, "worried": 1}.get(row["label"])
        found.append(Example(row["text"], CLASSES.index(row["kind"]) if wanted is None else wanted, read(row["text"])))
    return found


def train(examples: Sequence[Example], meanings: Array) -> dict[str, Any]:
    """Fit both models; the bounds are set afterwards, on messages that were not trained on."""
    wanted = np.asarray([example.wanted for example in examples])
    return {
        "made_from": digest(examples),
        "classes": list(CLASSES),
        "bounds": {"meaning": {"now": 1.0, "worried": 1.0}, "words": {"now": 1.0, "worried": 1.0}},
        "meaning": _fit_meaning(meanings, wanted),
        "words": _fit_words(examples, wanted),
    }


def digest(examples: Sequence[Example]) -> str:
    """What a model hangs on: the examples, and how they are read."""
    lines = "\n".join(f"{example.wanted}\t{' '.join(example.reading.words)}" for example in examples)
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


def meanings_of(readings: Sequence[Reading], encoder: SentenceEncoder, told: Callable[[], None]) -> Array:
    """The encoder's reading of each message."""
    found = []
    for reading in readings:
        found.append(encoder.reading(" ".join(reading.words)))
        told()
    return np.stack(found)


def _fit_words(examples: Sequence[Example], wanted: NDArray[np.int64]) -> dict[str, Any]:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [
        {gram: value for block in grams(e.reading.words, laughs=bool(e.reading.jokes)) for gram, value in valued(block)}
        for e in examples
    ]
    holders: dict[str, int] = {}
    for row in rows:
        for gram in row:
            holders[gram] = holders.get(gram, 0) + 1
    chosen = sorted(gram for gram, count in holders.items() if count >= RAREST)
    rarity = {gram: float(np.log((1 + len(rows)) / (1 + holders[gram])) + 1) for gram in chosen}
    for size in (len(chosen), LARGEST):
        place = {gram: number for number, gram in enumerate(chosen)}
        data, columns, ends = [], [], [0]
        for row in rows:
            kept = [(place[gram], value * rarity[gram]) for gram, value in row.items() if gram in place]
            columns += [column for column, _ in kept]
            data += [value for _, value in kept]
            ends.append(len(data))
        matrix = csr_matrix((data, columns, ends), shape=(len(rows), len(chosen)), dtype=np.float64)
        model = LogisticRegression(C=1.0, max_iter=150)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a hundred and fifty rounds are enough; the last digits don't matter
            model.fit(matrix, wanted)
        if size > LARGEST:
            reach = np.abs(model.coef_).max(axis=0) * np.sqrt(np.asarray(matrix.power(2).sum(axis=0))[0])
            best = np.argsort(-reach, kind="stable")[:LARGEST]
            chosen = sorted(chosen[number] for number in best)
    weights = model.coef_ * np.asarray([rarity[gram] for gram in chosen])
    unit = 0.01
    return {
        "unit": unit,
        "offset": [round(float(one), 4) for one in model.intercept_],
        "weights": {gram: _whole(weights[:, number], unit) for number, gram in enumerate(chosen)},
    }


def _fit_meaning(meanings: Array, wanted: NDArray[np.int64]) -> list[dict[str, Any]]:
    from sklearn.neural_network import MLPClassifier

    middle, spread = meanings.mean(axis=0), meanings.std(axis=0) + 1e-6
    model = MLPClassifier((HIDDEN,), alpha=2.0, max_iter=15, random_state=1, batch_size=256)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(((meanings - middle) / spread).astype(np.float64), wanted)
    first = model.coefs_[0] / spread[:, None]
    offsets = [model.intercepts_[0] - middle @ first, model.intercepts_[1]]
    return [
        {
            "unit": 0.001,
            "offset": [round(float(one), 4) for one in offset],
            "weights": [_whole(row, 0.001) for row in weights],
        }
        for weights, offset in zip((first, model.coefs_[1]), offsets, strict=True)
    ]


def _whole(values: Iterable[float], unit: float) -> list[int]:
    return [round(float(value) / unit) for value in values]


def bounds(
    learned: Learned, ordinary: Sequence[tuple[Reading, Array | None]], hard: Sequence[tuple[Reading, Array | None]]
) -> Bounds:
    """The lowest bounds at which these messages, none of them urgent, get no more pages and cards than they may."""
    now, card = [], []
    for messages, pages, cards in (
        (ordinary, SHARE_ORDINARY_NOW, SHARE_ORDINARY_CARD),
        (hard, SHARE_HARD_NOW, SHARE_HARD_CARD),
    ):
        chances = np.stack([learned.chances(r.words, meaning, laughs=bool(r.jokes))[0] for r, meaning in messages])
        now.append(np.quantile(chances[:, 2:].sum(axis=1), 1 - pages))
        card.append(np.quantile(1 - chances[:, 0], 1 - cards))
    return Bounds(round(float(max(now)), 4), round(float(max(card)), 4))


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, set the bounds, write the file; prints what was done."""
    parser = argparse.ArgumentParser(prog="make train-safety", description=__doc__)
    parser.add_argument("--folder", type=Path, default=Path(__file__).parent, help="the safety folder (content/safety)")
    parser.add_argument(
        "--tune",
        type=Path,
        required=True,
        help="messages for setting the bounds: JSON lines with text, label, half and sort",
    )
    given = parser.parse_args(arguments)
    from rich.progress import track

    from content.safety.loading import load_safety
    from content.safety.phrases import reader_of

    reader = reader_of(load_safety(given.folder))
    examples = read_examples((given.folder / EXAMPLES).read_text(encoding="utf-8").splitlines(), reader.read)
    encoder = load_encoder(FOLDER)
    meanings = np.stack(
        [encoder.reading(" ".join(e.reading.words)) for e in track(examples, description="reading the examples")]
    )
    print(f"training on {len(examples)} examples: about two minutes")
    raw = train(examples, meanings)
    learned = Learned(raw)
    rows = [json.loads(line) for line in given.tune.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["half"] == "tune" and row["label"] == "none"]
    for name in ("meaning", "words"):
        parts: dict[bool, list[tuple[Reading, Array | None]]] = {True: [], False: []}
        for row in track(rows, description=f"setting the bounds ({name})"):
            reading = reader.read(row["text"])
            meaning = encoder.reading(" ".join(reading.words)) if name == "meaning" else None
            parts[row["sort"] == "everyday"].append((reading, meaning))
        set_ = bounds(learned, parts[True], parts[False])
        raw["bounds"][name] = {"now": set_.now, "worried": set_.worried}
    (given.folder / FILE).write_text(_written(raw), encoding="utf-8")
    print(f"wrote {FILE}: {len(raw['words']['weights'])} words and pieces, bounds {raw['bounds']}")
    return 0


def _written(raw: dict[str, Any]) -> str:
    """JSON with one line a word or a row, so that two versions can be compared line by line."""
    words, layers = raw["words"], raw["meaning"]
    lines = ",\n".join(
        f"{json.dumps(gram, ensure_ascii=False)}: {json.dumps(row)}" for gram, row in words["weights"].items()
    )
    rows = [
        f'{{"unit": {layer["unit"]}, "offset": {json.dumps(layer["offset"])}, "weights": [\n'
        + ",\n".join(json.dumps(row) for row in layer["weights"])
        + "\n]}"
        for layer in layers
    ]
    head = {key: raw[key] for key in ("made_from", "classes", "bounds")}
    return (
        json.dumps(head, indent=1)[:-2]
        + ',\n "meaning": [\n' + ",\n".join(rows) + '\n],\n "words": {"unit": ' + str(words["unit"])
        + ', "offset": ' + json.dumps(words["offset"]) + ', "weights": {\n' + lines + "\n}}\n}\n"
    )  # fmt: skip


if __name__ == "__main__":
    raise SystemExit(main())
