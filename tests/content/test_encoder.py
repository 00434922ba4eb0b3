from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from content.encoder import (
    FOLDER,
    MODEL,
    PIECES,
    SentenceEncoder,
    UnusableEncoder,
    Vectors,
    _WordPieces,
    load_encoder,
    status,
)
from content.entry import Entry
from content.matching import Matcher
from content.vectors import Shelf
from content.vocabulary import Vocabulary
from tests.evaluation.asked import in_ci

needs_encoder = pytest.mark.skipif(
    not status().ok and not in_ci(), reason="the sentence encoder is not installed: `make encoder`"
)
SENTENCES = ["how do i get a bus pass", "free travel on the bus", "my boiler is broken"]


@cache
def the_encoder() -> SentenceEncoder:
    return load_encoder()


@needs_encoder
def test_sentences_of_one_meaning_lie_close_together() -> None:
    one, other, third = the_encoder().encode(SENTENCES)
    assert one @ other > one @ third
    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-5)


@needs_encoder
def test_a_sentence_has_the_same_vector_alone_and_among_others() -> None:
    alone = np.stack([the_encoder().encode([text])[0] for text in SENTENCES])
    assert (alone == the_encoder().encode(SENTENCES)).all()


@needs_encoder
@pytest.mark.parametrize("text", ["", "😭😭", "x" * 20_000, "\u202eabc\ufeff", "<script>alert(1)</script>", "مرحبا"])
def test_any_text_has_a_vector(text: str) -> None:
    vector = the_encoder().encode([text])[0]
    assert np.isfinite(vector).all()


def test_a_missing_file_is_said_with_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(UnusableEncoder, match=r"model\.onnx is missing .* `make encoder`"):
        load_encoder(tmp_path)
    assert not status(tmp_path).ok


@needs_encoder
@pytest.mark.parametrize("name", [MODEL, PIECES])
def test_an_altered_file_is_refused(tmp_path: Path, name: str) -> None:
    for each in (MODEL, PIECES):
        shutil.copy(FOLDER / each, tmp_path / each)
    with (tmp_path / name).open("r+b") as file:
        file.seek(100)
        file.write(b"!")
    with pytest.raises(UnusableEncoder, match=f"{name} is not the one that was measured"):
        load_encoder(tmp_path)
    assert "is not the one that was measured" in status(tmp_path).sentence


@needs_encoder
def test_loading_it_writes_nothing_and_reports_to_nobody(tmp_path: Path) -> None:
    """From 1.29 on onnxruntime holds telemetry, which leaves a session file in the temporary folder."""
    environment = {name: value for name, value in os.environ.items() if name != "ORT_DISABLE_TELEMETRY"}
    code = "import onnxruntime, pathlib; print(pathlib.Path(onnxruntime.__file__).parent)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**environment, "TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert list(tmp_path.iterdir()) == []
    libraries = list(Path(done.stdout.strip()).glob("capi/*.so*"))
    assert libraries
    assert not [file.name for file in libraries if b"OneCollector" in file.read_bytes()]


def test_words_are_cut_into_the_longest_known_pieces() -> None:
    pieces = _WordPieces(["[PAD]", "[CLS]", "[SEP]", "[UNK]", "bus", "##es", "cafe", "?", "council"])
    assert pieces.of("Buses") == [1, 4, 5, 2]
    assert pieces.of("café?") == [1, 6, 7, 2]
    assert pieces.of("council zzz") == [1, 8, 3, 2]


class _Counting:
    """An encoder that counts what it is asked for; a text's vector tells its length."""

    name, size = "counting", 2

    def __init__(self) -> None:
        self.asked: list[str] = []

    def encode(self, texts: object, *, told: object = None) -> Vectors:
        assert isinstance(texts, list | tuple)
        self.asked += list(texts)
        found = np.array([[len(text), 1.0] for text in texts], dtype=np.float32)
        return np.asarray(found / np.linalg.norm(found, axis=1, keepdims=True))

    def reading(self, text: str) -> Vectors:
        return self.encode([text])[:1].reshape(-1)


@needs_encoder
def test_the_reading_of_a_text_begins_with_its_vector_and_is_made_once() -> None:
    encoder = the_encoder()
    reading = encoder.reading("i need a bus pass")
    assert reading.shape == (3 * encoder.size,)
    first = reading[: encoder.size] / np.linalg.norm(reading[: encoder.size])
    assert np.allclose(first, encoder.encode(["i need a bus pass"])[0])
    assert encoder.reading("i need a bus pass") is reading


def test_each_vector_is_made_once_and_kept(tmp_path: Path) -> None:
    encoder = _Counting()
    first = Shelf(tmp_path).vectors(["one", "three"], encoder)
    again = Shelf(tmp_path).vectors(["three", "one", "seventeen"], encoder)
    assert encoder.asked == ["one", "three", "seventeen"]
    assert (again[:2] == first[::-1]).all()


@pytest.mark.parametrize("spoiled", [b"", b"not a file of vectors", b"PK\x03\x04 half"])
def test_a_spoiled_shelf_only_costs_time(tmp_path: Path, spoiled: bytes) -> None:
    (tmp_path / "vectors.npz").write_bytes(spoiled)
    (tmp_path / "calibrations.json").write_bytes(spoiled)
    shelf = Shelf(tmp_path)
    assert shelf.vectors(["one"], _Counting()).shape == (1, 2)
    assert shelf.calibration("key") is None


def test_a_shelf_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    shelf = Shelf(tmp_path / "file")
    assert shelf.vectors(["one"], _Counting()).shape == (1, 2)
    shelf.keep_calibration("key", {"weights": []})


def _entries(count: int) -> list[Entry]:
    things = [
        "bus pass",
        "passport",
        "dentist",
        "council tax",
        "driving lessons",
        "bank account",
        "food bank",
        "college laptop",
    ]
    ways = [
        "how do i get a {}",
        "{} please",
        "who can help me with a {}",
        "i need a {}",
        "do care leavers get a {}",
        "where is the {}",
    ]
    return [
        Entry(
            id=f"e{n}",
            topic="t",
            title=things[n],
            questions=tuple(way.format(things[n]) for way in ways),
            answer="a",
            next_step="b",
        )
        for n in range(count)
    ]


@needs_encoder
def test_a_calibration_is_kept_and_made_anew_when_an_entry_changes(tmp_path: Path) -> None:
    entries = _entries(8)
    first = Matcher(entries, Vocabulary(), the_encoder(), Shelf(tmp_path))
    kept = (tmp_path / "calibrations.json").read_bytes()
    again = Matcher(entries, Vocabulary(), the_encoder(), Shelf(tmp_path))
    assert (tmp_path / "calibrations.json").read_bytes() == kept
    assert again.rank("bus pass", 3) == first.rank("bus pass", 3)
    Matcher(entries[:7], Vocabulary(), the_encoder(), Shelf(tmp_path))
    assert (tmp_path / "calibrations.json").read_bytes() != kept


@needs_encoder
def test_meaning_finds_what_letters_do_not() -> None:
    entries = _entries(8)
    assert Matcher(entries, Vocabulary(), the_encoder()).rank("my tooth hurts", 1)[0].entry_id == "e2"


@needs_encoder
def test_a_question_nearer_to_what_is_out_of_scope_is_less_sure() -> None:
    entries = _entries(8)
    lines = ["how do i become a dentist", "what does a dentist earn", "who is the prime minister", "tell me a joke"]
    question = "how to become dentist"
    without = Matcher(entries, Vocabulary(), the_encoder()).rank(question, 1)[0].score
    assert Matcher(entries, Vocabulary(), the_encoder(), outside=lines).rank(question, 1)[0].score < without


def test_a_question_that_is_a_keyword_leads_to_its_entry() -> None:
    entries = _entries(8)
    marked = [*entries[:3], replace(entries[3], keywords=("zebra crossing",)), *entries[4:]]
    assert Matcher(marked, Vocabulary()).rank("zebra crossing", 1)[0].entry_id == "e3"
