"""What may be written into the list of replies that staff send often."""

from __future__ import annotations

import pytest

from bot import canned
from bot.canned import Fits, Wrong
from bot.store.canned import Reply

THERE = [Reply(1, "All done", "That is done now.")]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("Ring = Can I ring you?", Fits("Ring", "Can I ring you?")),
        ("  Two   words=a\n\nb = c ", Fits("Two words", "a\n\nb = c")),
        ("no equals sign", Wrong("shape")),
        ("= words", Wrong("shape")),
        ("Title =  ", Wrong("shape")),
        ("t" * 61 + " = words", Wrong("title")),
        ("Title = " + "w" * 2001, Wrong("words")),
        ("ALL DONE = again", Wrong("taken")),
    ],
)
def test_a_reply_is_read_as_title_and_words(text: str, read: Fits | Wrong) -> None:
    assert canned.check(text, THERE) == read


def test_the_list_has_an_end() -> None:
    full = [Reply(number, f"T{number}", "x") for number in range(canned.MOST)]
    assert canned.check("One more = x", full) == Wrong("full")


def test_the_mark_of_a_preview_changes_with_its_words() -> None:
    assert canned.mark(THERE[0]) != canned.mark(Reply(1, "All done", "That is done."))
    assert canned.mark(THERE[0]).isalnum()
