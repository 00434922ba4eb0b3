"""How long a question takes and how much memory the matcher needs, at today's size and at 10,000 entries."""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Sequence

import numpy as np
from rich.console import Console
from rich.progress import Progress

from content.encoder import FOLDER, load_encoder
from content.entry import Entry
from content.matching import Matcher
from content.vectors import Shelf
from content.vocabulary import load_vocabulary
from tests.evaluation import asked as sets
from tests.evaluation.library import outside, the_library

LARGE = 10_000


def main() -> None:
    """Print p50, p95 and p99 in milliseconds, one thread, and the memory of the whole process."""
    console = Console()
    console.print(f"start: {_megabytes()} MB")
    encoder = load_encoder()
    entries = list(the_library().entries.values())
    texts = [one.text for one in sets.own("tune", "text-speak")]
    shelf = Shelf(FOLDER / "bench")
    plain = Matcher(entries, load_vocabulary(), None, shelf, outside=outside())
    console.print(f"{len(entries)} entries, without encoder: {_times(plain, texts)}, {_megabytes()} MB")
    full = Matcher(entries, load_vocabulary(), encoder, shelf, outside=outside())
    console.print(f"{len(entries)} entries, with encoder: {_times(full, texts)}, {_megabytes()} MB")
    del plain, full
    gc.collect()
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("making vectors of 10,000 entries", total=None)
        large = many(entries, LARGE)
        kept = Shelf(FOLDER / "bench-large", told=lambda done, of: bar.update(task, completed=done, total=of))
        started = time.perf_counter()
        matcher = Matcher(large, load_vocabulary(), encoder, kept)
    console.print(f"built in {time.perf_counter() - started:.0f} s")
    console.print(f"{len(large)} entries, with encoder: {_times(matcher, texts[:300])}, {_megabytes()} MB")


def many(entries: Sequence[Entry], count: int) -> list[Entry]:
    """As many entries as wanted, with phrasings in which one or two words are taken from others'."""
    chance = random.Random(sets.SEED)
    words = sorted({word for entry in entries for text in entry.questions for word in text.split()})
    made: list[Entry] = []
    while len(made) < count:
        pattern = entries[len(made) % len(entries)]
        questions = [
            _varied(text, words, chance) for text in chance.sample(pattern.questions, min(5, len(pattern.questions)))
        ]
        made.append(Entry(f"made-{len(made)}", pattern.topic, "", tuple(questions), "", ""))
    return made


def _varied(text: str, words: Sequence[str], chance: random.Random) -> str:
    parts = text.split()
    parts[chance.randrange(len(parts))] = chance.choice(words)
    return " ".join([*parts, chance.choice(words)])


def _times(matcher: Matcher, texts: Sequence[str]) -> str:
    for text in texts[:20]:
        matcher.rank(text, 6)
    taken = []
    for text in texts:
        started = time.perf_counter()
        matcher.rank(text, 6)
        taken.append(1_000 * (time.perf_counter() - started))
    half, most, nearly_all = np.percentile(taken, [50, 95, 99])
    return f"p50 {half:.1f} ms, p95 {most:.1f} ms, p99 {nearly_all:.1f} ms"


def _megabytes() -> int:
    with open("/proc/self/status", encoding="ascii") as status:
        return next(int(line.split()[1]) // 1024 for line in status if line.startswith("VmRSS"))
