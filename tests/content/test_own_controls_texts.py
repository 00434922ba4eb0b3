"""What a young person reads about their own controls: easy, true, and without a word too many."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from content.readability import grade, sentences
from content.texts import code_word, discreet, hide, my_data, privacy, reaching

MODULES = (hide, discreet, code_word, my_data, privacy)
FOR_STAFF = re.compile(
    r"^(STAFF_(?!CANT|ERASED_YOU)|PAGE|FOR_STAFF|TO_ADVISER|NAME_TO_ADVISER|NAME_STAFF|COPY_NOT_IN_IT)"
)
"""Staff read these, or they stand in a file."""
FORBIDDEN = (
    "secret", "confidential", "promise", "watching", "you are safe", "simply", "risk", "vulnerable", "client", "service user",
    "delete forever", "completely",
)  # fmt: skip
SENSITIVE = (
    "care", "adviser", "council", "social", "crisis", "999", "danger", "suicide", "abuse", "violence", "police", "leaver",
    "duty", "support", "safe", "help", "worker",
)  # fmt: skip
"""Words that would tell somebody who looks at the screen what the chat is about."""


def texts_of(*modules: ModuleType) -> list[tuple[str, str]]:
    return [
        (f"{module.__name__.rpartition('.')[2]}.{name}", text)
        for module in modules
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str) and not FOR_STAFF.match(name)
    ]


def filled(text: str) -> str:
    """Gaps as they are read, and a phone number or command on its own line as the end of a sentence."""
    gaps = {"neutral": reaching.NEUTRAL, "show": "Show", "used": "OK.", "team": "Compass", "council": "Northmoor"}
    words = re.sub(r"\{(\w+)\}", lambda gap: gaps.get(gap[1], "7"), text)
    return re.sub(r'[":]\n', ".\n", words)


@pytest.mark.parametrize(("name", "text"), texts_of(*MODULES), ids=lambda part: part if "." in part else "")
class TestEveryText:
    def test_is_easy_to_read(self, name: str, text: str) -> None:
        if len(filled(text).split()) >= 8:
            assert grade(filled(text)) <= 5
        assert not [sentence for sentence in sentences(filled(text)) if len(sentence.split()) > 20]

    def test_never_says_what_must_not_be_said(self, name: str, text: str) -> None:
        assert not [phrase for phrase in FORBIDDEN if phrase in text.lower()]
        assert "!" not in text


@pytest.mark.parametrize(
    "text",
    [
        hide.DONE,
        code_word.USED,
        reaching.NEUTRAL,
        reaching.SHOW,
        reaching.GONE,
        discreet.NOW_OFF,
        my_data.STAFF_ERASED_YOU,
    ],
)
def test_what_stays_on_the_screen_tells_nothing(text: str) -> None:
    words = set(re.findall(r"[a-z0-9]+", text.lower()))
    assert not [word for word in SENSITIVE if word in words]


def test_hide_says_what_it_cannot_do() -> None:
    assert "older than two days" in hide.DONE
    assert "off your list" in hide.DONE
    assert "Clear history" in hide.DONE


def test_the_code_word_is_never_sold_as_an_alarm() -> None:
    for text in (code_word.ABOUT, code_word.NOW_SET):
        assert "**not an alarm**" in text
        assert "Nobody comes because of it." in text


def test_privacy_says_that_telegram_can_read_along() -> None:
    assert "Telegram can read chats with bots." in privacy.PRIVACY
    for command in ("/mydata", "/hide", "/stop"):
        assert command in privacy.PRIVACY


def test_it_is_said_that_questions_without_an_answer_are_kept_without_who_asked() -> None:
    for text in (privacy.PRIVACY, my_data.KEPT):
        assert "A question that I can't answer, or get wrong: {text_days} days. I leave out who asked" in text
    for text in (my_data.FIRST, my_data.FIRST_NOT_JOINED, my_data.COPY_NOT_IN_IT):
        assert "kept without who asked" in text


def test_every_part_of_a_copy_has_a_title() -> None:
    assert all(my_data.COPY_PARTS.values())
