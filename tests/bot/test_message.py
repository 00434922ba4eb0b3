import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.message import TEXT_LIMIT, Button, Message, bold, join, plain, split, units, written

ANY = st.text(st.characters(exclude_categories=["Cs"]), max_size=300)


def spanned(message: Message) -> list[str]:
    raw = message.text.encode("utf-16-le")
    return [raw[2 * s.offset : 2 * (s.offset + s.length)].decode("utf-16-le") for s in message.spans]


def test_bold_words_are_marked_by_offsets_and_not_by_signs_in_the_text() -> None:
    message = written("You **may** get a 🎓 **grant**.")
    assert message.text == "You may get a 🎓 grant."
    assert spanned(message) == ["may", "grant"]


def test_what_fills_a_gap_is_never_read_as_markup() -> None:
    message = written("Hello **{name}**.", {"name": "<b>*Jo*</b> [x](http://y) **z**"})
    assert message.text == "Hello <b>*Jo*</b> [x](http://y) **z**."
    assert spanned(message) == ["<b>*Jo*</b> [x](http://y) **z**"]


def test_a_gap_that_nobody_filled_is_an_error_and_not_a_hole() -> None:
    with pytest.raises(KeyError):
        written("Ring {duty_phone}.", {})


def test_lines_of_a_paragraph_are_joined_and_lists_keep_theirs() -> None:
    assert written("One\ntwo.\n\n- a\n- b").text == "One two.\n\n• a\n• b"


def test_a_button_must_do_one_thing_and_fit_into_64_bytes() -> None:
    with pytest.raises(ValueError, match="either"):
        Button("x")
    with pytest.raises(ValueError, match="64 bytes"):
        Button("x", "é" * 33)


@given(st.lists(ANY, max_size=5))
def test_bold_stretches_survive_joining_whatever_the_words_are(words: list[str]) -> None:
    words = [word for word in words if word]
    assert spanned(join([bold(word) for word in words])) == words


@given(st.lists(ANY, max_size=60), st.integers(20, 400))
def test_splitting_loses_no_word_keeps_the_limit_and_the_bold(words: list[str], limit: int) -> None:
    message = join([bold(w) if i % 2 else plain(w) for i, w in enumerate(words)], " ")
    parts = split(message, limit)
    assert all(units(part.text) <= limit for part in parts)
    assert "".join("".join(part.text.split()) for part in parts) == "".join(message.text.split())
    for part in parts:
        assert all(s.offset >= 0 and s.offset + s.length <= units(part.text) and s.length > 0 for s in part.spans)


def test_a_long_text_is_cut_at_paragraphs_and_the_buttons_stay_under_the_last_part() -> None:
    message = plain("\n\n".join(["word " * 200] * 10)).with_buttons([Button("a", "b")])
    parts = split(message)
    assert len(parts) > 1
    assert all(units(part.text) <= TEXT_LIMIT for part in parts)
    assert [bool(part.buttons) for part in parts] == [False] * (len(parts) - 1) + [True]
    assert all(part.text.startswith("word") for part in parts)
