"""Trains the learned part of the gate: `make train-safety`. The same examples give the same file, byte for byte.

It needs scikit-learn, which is installed for development and never loaded by the bot.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import warnings
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from content.encoder import FOLDER, load_encoder
from content.safety.learned import CLASSES, FILE, Bounds, Learned, concern, danger, grams, valued
from content.safety.misspelling import misspelt
from content.safety.reading import Reading

Array = NDArray[np.float32]

EXAMPLES: Final = "examples.jsonl"
LARGEST: Final = 40_000
"""So many runs and pieces are kept, the weightiest; the rest together change hardly any judgement."""
RAREST: Final = 3
"""In fewer examples than that, a gram is chance."""
HIDDEN: Final = 64
SEED: Final = 20261122
SHARE_NOW: Final = (0.003, 0.045)
SHARE_CARD: Final = {"meaning": (0.017, 0.135), "words": (0.016, 0.13)}
"""What share of everyday and of misleading messages may get a page, and any card: the bounds asked for, less a margin."""


@dataclass(frozen=True, slots=True)
class Example:
    """What one message is to be taken for, and how the reader reads it."""

    wanted: int
    reading: Reading


def read_examples(lines: Iterable[str], read: Callable[[str], Reading]) -> list[Example]:
    """The examples of a file of JSON lines with text, label (none, worried, immediate) and kind; each misspelt once as well."""
    chance = random.Random(SEED)  # noqa: S311 - slips of the thumb, not secrets
    rows = [json.loads(line) for line in lines]
    found = [Example(_wanted(row), read(row["text"])) for row in rows]
    return found + [Example(_wanted(row), read(misspelt(row["text"], chance))) for row in rows]


def _wanted(row: dict[str, Any]) -> int:
    first = {"none": 0, "worried": 1}.get(row["label"])
    return CLASSES.index(row["kind"]) if first is None else first


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
    model = MLPClassifier((HIDDEN,), alpha=3.0, max_iter=10, random_state=1, batch_size=256)
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


@dataclass(frozen=True, slots=True)
class Ordinary:
    """A message that is none: what the models make of it, and what the phrases already took it for."""

    chances: Array
    by_phrase: str
    hard: bool


def bounds(messages: Sequence[Ordinary], name: str) -> Bounds:
    """The lowest bounds at which these messages get no more pages and cards, by phrase or by likeness, than they may."""
    now = _bound([(danger(m.chances), m.by_phrase == "immediate", m.hard) for m in messages], SHARE_NOW)
    card = _bound(
        [(concern(m.chances), m.by_phrase != "none" or danger(m.chances) > now, m.hard) for m in messages],
        SHARE_CARD[name],
    )
    return Bounds(now, card)


def _bound(messages: Sequence[tuple[float, bool, bool]], shares: tuple[float, float]) -> float:
    found = []
    for hard, share in zip((False, True), shares, strict=True):
        some = [(score, already) for score, already, is_hard in messages if is_hard == hard]
        left = int(share * len(some)) - sum(already for _, already in some)
        scores = sorted((score for score, already in some if not already), reverse=True)
        found.append(scores[min(max(left, 0), len(scores) - 1)])
    return round(max(found) + 5e-5, 4)


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
    from content.safety.phrases import Phrases

    phrases = Phrases(load_safety(given.folder, learned=False))
    examples = read_examples((given.folder / EXAMPLES).read_text(encoding="utf-8").splitlines(), phrases.reader.read)
    encoder = load_encoder(FOLDER)
    meanings = np.stack(
        [encoder.reading(" ".join(e.reading.words)) for e in track(examples, description="reading the examples")]
    )
    print(f"training on {len(examples)} examples: about five minutes")
    raw = train(examples, meanings)
    learned = Learned(raw)
    rows = [json.loads(line) for line in given.tune.read_text(encoding="utf-8").splitlines()]
    rows = [row for row in rows if row["half"] == "tune" and row["label"] == "none"]
    for name in ("meaning", "words"):
        found = []
        for row in track(rows, description=f"setting the bounds ({name})"):
            reading = phrases.reader.read(row["text"])
            meaning = encoder.reading(" ".join(reading.words)) if name == "meaning" else None
            chances, _ = learned.chances(reading.words, meaning, laughs=bool(reading.jokes))
            outcomes = {one.outcome for one in phrases.find(reading)}
            first = "immediate" if "immediate" in outcomes else "worried" if outcomes else "none"
            found.append(Ordinary(chances, first, row["sort"] != "everyday"))
        set_ = bounds(found, name)
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
