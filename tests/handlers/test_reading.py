from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from telegram import Message, Update

from handlers.reading import question_in_group, words_in, words_of_body

NAME = "compass_bot"


def message(text: str, entities: Sequence[tuple[str, int, int]] = (), **more: Any) -> Message:
    body = {
        "update_id": 1,
        "message": {
            "message_id": 1, "date": 1, "chat": {"id": -5, "type": "group", "title": "G"},
            "from": {"id": 7, "is_bot": False, "first_name": "J"}, "text": text,
            "entities": [{"type": kind, "offset": offset, "length": length} for kind, offset, length in entities], **more,
        },
    }  # fmt: skip
    made = Update.de_json(body).message
    assert made is not None
    return made


OF_THE_BOT: dict[str, Any] = {
    "reply_to_message": {
        "message_id": 9, "date": 1, "chat": {"id": -5, "type": "group", "title": "G"}, "text": "x",
        "from": {"id": 1, "is_bot": True, "first_name": "C", "username": NAME},
    }
}  # fmt: skip


@pytest.mark.parametrize(
    ("said", "question"),
    [
        (message("/ask what is the hub", [("bot_command", 0, 4)]), "what is the hub"),
        (message("/ask@compass_bot what is the hub", [("bot_command", 0, 16)]), "what is the hub"),
        (message("/ask@other_bot what is the hub", [("bot_command", 0, 14)]), None),
        (message("/dance", [("bot_command", 0, 6)]), None),
        (message("what is the hub @compass_bot", [("mention", 16, 12)]), "what is the hub"),
        (message("what is the hub @someone", [("mention", 16, 8)]), None),
        (message("what is the hub"), None),
        (message("and how old must i be", **OF_THE_BOT), "and how old must i be"),
        (message("/ask", [("bot_command", 0, 4)]), ""),
    ],
)
def test_only_what_is_meant_for_the_bot_is_its_business(said: Message, question: str | None) -> None:
    assert question_in_group(said, NAME) == question


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"text": "a"}, "a"),
        ({"caption": "b"}, "b"),
        ({"poll": {"question": "q", "options": [{"text": "x"}, {"text": "y"}]}}, "q\nx\ny"),
        ({"venue": {"title": "t", "address": "r"}}, "t\nr"),
        ({"document": {"file_name": "goodbye.txt"}}, "goodbye.txt"),
        ({"sticker": {}}, ""),
    ],
)
def test_words_are_found_wherever_a_person_can_write_them(said: dict[str, object], words: str) -> None:
    assert words_in(said) == words


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["text", "caption", "poll", "venue", "message", "options", "edited_message"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["message", "edited_message", "x"]), JSON))
def test_no_shape_of_an_update_breaks_the_reading_of_words(body: dict[str, object]) -> None:
    assert isinstance(words_of_body(body), str)
