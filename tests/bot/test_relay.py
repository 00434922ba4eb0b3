"""What follows when somebody writes in a conversation, and how a message is shown; no database, no clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import relay
from bot.message import TEXT_LIMIT, bold, units
from bot.models import EscalationState
from bot.relay import Aside, HandedOver, Heard, Kept, OpensAgain, Piece
from tests.conftest import NOW

OPEN, ACKNOWLEDGED, RESOLVED = EscalationState.OPEN, EscalationState.ACKNOWLEDGED, EscalationState.RESOLVED
HEAD = bold("JM · 12")
PHOTO = {"method": "sendPhoto", "field": "photo", "file_id": "abc", "name": None}


@pytest.mark.parametrize(
    ("state", "hours", "to_staff", "bot_answers", "follows"),
    [
        (None, 0, False, False, Aside()),
        (OPEN, 0, False, False, Kept(answers=False)),
        (OPEN, 0, False, True, Kept(answers=True)),
        (ACKNOWLEDGED, 0, False, False, HandedOver()),
        (ACKNOWLEDGED, 0, False, True, HandedOver()),
        (RESOLVED, 23, False, False, OpensAgain()),
        (RESOLVED, 23, False, True, Aside()),
        (RESOLVED, 25, False, False, Aside()),
        (RESOLVED, 2500, True, True, OpensAgain()),
    ],
)
def test_what_a_young_person_writes_goes_where_its_matter_stands(
    state: EscalationState | None, hours: int, to_staff: bool, bot_answers: bool, follows: Heard
) -> None:
    resolved_at = NOW - timedelta(hours=hours) if state is RESOLVED else None
    said = relay.young_person_wrote(state, resolved_at, NOW, to_staff=to_staff, bot_answers=bot_answers)
    assert said == follows


def test_a_photo_carries_who_it_is_from_and_the_words_below() -> None:
    ((method, parameters),) = relay.calls(HEAD, Piece("the letter", PHOTO))
    assert method == "sendPhoto"
    assert (parameters["photo"], parameters["caption"]) == ("abc", "JM · 12\nthe letter")
    assert parameters["caption_entities"] == [{"type": "bold", "offset": 0, "length": 7}]


def test_words_too_long_for_a_caption_follow_the_photo_and_say_again_whose_they_are() -> None:
    (first, photo), (second, text) = relay.calls(HEAD, Piece("a" * 1020, PHOTO))
    assert (first, photo["caption"], second) == ("sendPhoto", "JM · 12", "sendMessage")
    assert text["text"] == "JM · 12\n" + "a" * 1020


@pytest.mark.parametrize(
    "file",
    [
        {"method": "sendLocation", "latitude": 51.5, "longitude": -0.1},
        {"method": "sendVideoNote", "field": "video_note", "file_id": "abc"},
    ],
)
def test_what_takes_no_caption_comes_after_words_that_say_whose_it_is(file: dict[str, object]) -> None:
    (first, head), (second, shown) = relay.calls(HEAD, Piece(None, file))
    assert (first, second) == ("sendMessage", file["method"])
    assert head["text"].startswith("JM · 12\n")
    assert "caption" not in shown


def test_a_sticker_is_only_told_about() -> None:
    ((method, parameters),) = relay.calls(HEAD, Piece(None, {"method": "sendSticker", "field": "sticker", "file_id": "x", "name": "🙂"}))  # fmt: skip
    assert (method, parameters["text"]) == ("sendMessage", "JM · 12\nsent a sticker 🙂")


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=9000))
def test_no_word_is_lost_changed_or_read_as_markup_however_long_it_is(words: str) -> None:
    parts = [parameters for _, parameters in relay.calls(HEAD, Piece(words))]
    assert all(0 < units(part["text"]) <= TEXT_LIMIT for part in parts)
    said = "".join(part["text"] for part in parts)
    assert [c for c in said if c not in " \n"] == [c for c in f"JM · 12\n{words}" if c not in " \n"]
    spans = [entity for part in parts for entity in part.get("entities", [])]
    assert [span["type"] for span in spans] == ["bold"]
