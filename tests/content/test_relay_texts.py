"""What a young person reads while they talk with a person through the bot: short, true, and in easy words."""

from __future__ import annotations

import re

import pytest

from content.readability import grade, sentences
from content.texts import canned, relay

FOR_YOUNG_PEOPLE = (
    "ADDED", "ADDED_URGENT", "OPENED_AGAIN", "CANT_PASS_ON", "ASK_WHAT", "DELETE_HOW", "DELETE_NOTHING", "DELETED_ALREADY",
    "DELETED", "DELETED_LATE", "DELETED_ON_ITS_WAY",
)  # fmt: skip
NEVER = ("i promise", "confidential", "secret", "risk", "you are safe", "client", "service user", "forever", "!")


def filled(text: str) -> str:
    return re.sub(r"\{(\w+)\}", "Jo", text).replace("/ask can", "ask. Can")


@pytest.mark.parametrize("name", FOR_YOUNG_PEOPLE)
def test_what_a_young_person_reads_is_easy(name: str) -> None:
    text = filled(getattr(relay, name))
    assert len(text.split()) < 8 or grade(text) <= 5
    assert not [sentence for sentence in sentences(text) if len(sentence.split()) > 20]


@pytest.mark.parametrize("module", [relay, canned])
def test_nothing_is_said_that_must_not_be_said(module: object) -> None:
    texts = [text for name, text in vars(module).items() if name.isupper() and isinstance(text, str)]
    assert texts
    assert not [text for text in texts for word in NEVER if word in text.lower()]


def test_nothing_that_was_not_sent_is_said_to_be_sent() -> None:
    refusals = (
        "NOT_WITH_YOU", "FINISHED", "QUIET", "NO_ACCOUNT", "WHO_FOR", "DRAFT_GONE", "NOT_LIVE_ANY_MORE", "WORDS_ONLY", "NOT_SENT",
        "TOPIC_NOT_YOURS", "TOPIC_WITH_SOMEBODY", "TOPIC_FINISHED", "TOPIC_QUIET",
    )  # fmt: skip
    assert all("Nothing was sent" in getattr(relay, name) for name in refusals)
