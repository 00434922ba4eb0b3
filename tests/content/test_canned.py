"""The replies that a new installation starts with: readable, short, and read without a fault."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.canned import BrokenCanned, load_canned
from content.readability import grade


def test_every_reply_is_easy_to_read_and_short() -> None:
    replies = load_canned()
    assert len(replies) >= 5
    for reply in replies:
        assert grade(reply.words) <= 4.5, reply.title
        assert "!" not in reply.words
        assert len(reply.words) <= 200


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: 1", "is not a list"),
        ("- title: A", "reply 1: words is missing"),
        ("- {title: A, words: ' '}", "reply 1: words is missing"),
        ("- {title: A, words: b, extra: c}", '"extra" is not known'),
        ("- {title: A, words: b}\n- {title: a, words: c}", "is there twice"),
        (f"- {{title: {'t' * 61}, words: b}}", "title has 61 letters"),
        ("- {title: [", "canned.yaml"),
    ],
)
def test_a_fault_is_named_where_it_stands(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "canned.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenCanned, match=fault):
        load_canned(file)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(BrokenCanned, match="cannot be read"):
        load_canned(tmp_path / "none.yaml")
