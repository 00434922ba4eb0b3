from __future__ import annotations

import io
import json
from collections.abc import Sequence
from dataclasses import replace

import pytest

from bot.safety import Concern, Immediate, Kind, Worried
from bot.trying import run
from content.library import Library
from content.matching import Matcher
from content.small_talk import load_small_talk
from content.vocabulary import Vocabulary
from tests.content.test_matching import SMALL

LIBRARY = Library({one.id: replace(one, public=one.id != "gym") for one in SMALL})
MATCHER = Matcher(LIBRARY.entries.values(), Vocabulary())
SMALL_TALK = load_small_talk(gaps={"team": "Compass", "council": "Northmoor"})
CONCERN = Concern(next(iter(Kind)), "wrote of something")


def assess(text: str, recent: Sequence[str] = ()) -> Immediate | Worried | None:
    if "broken gate" in text:
        raise RuntimeError("broken")
    if "danger" in text or "danger" in recent:
        return Immediate((CONCERN,))
    return Worried((CONCERN,)) if "worry" in text else None


def try_lines(*lines: str, as_json: bool = True) -> str:
    out = io.StringIO()
    run(
        lines,
        library=LIBRARY,
        matcher=MATCHER,
        small_talk=SMALL_TALK,
        assess=assess,
        as_json=as_json,
        out=out,
    )
    return out.getvalue()


def try_json(*lines: object) -> list[dict[str, object]]:
    texts = [line if isinstance(line, str) else json.dumps(line) for line in lines]
    return [json.loads(line) for line in try_lines(*texts).splitlines()]


def test_every_question_gets_one_line_with_every_field() -> None:
    results = try_json("how do i get a bus pass", {"id": "q2", "text": "hiya"}, {"id": 3, "text": "france"})
    assert [result["outcome"] for result in results] == ["answer", "smalltalk", "none"]
    assert [result["id"] for result in results] == [None, "q2", 3]
    for result in results:
        assert list(result) == ["id", "outcome", "entry", "topic", "score", "suggestions", "concerns"]
    assert (results[0]["entry"], results[0]["topic"]) == ("bus", "travel")


def test_suggestions_name_entry_topic_and_score() -> None:
    (result,) = try_json("travel to college")
    assert result["outcome"] == "suggest"
    suggestions = result["suggestions"]
    assert isinstance(suggestions, list)
    assert [sorted(one) for one in suggestions] == [["entry", "score", "topic"]] * len(suggestions)


def test_danger_comes_before_any_answer() -> None:
    (result,) = try_json("danger how do i get a bus pass")
    assert (result["outcome"], result["entry"]) == ("urgent", None)
    assert result["concerns"] == [{"kind": str(CONCERN.kind), "because": "wrote of something"}]


def test_a_worry_is_said_and_the_question_still_answered() -> None:
    (result,) = try_json("worry how do i get a bus pass")
    assert (result["outcome"], result["entry"]) == ("worried", "bus")


def test_earlier_messages_reach_the_gate() -> None:
    (result,) = try_json({"text": "ok", "after": ["danger"]})
    assert result["outcome"] == "urgent"


def test_a_fault_in_the_gate_is_urgent_and_never_an_answer() -> None:
    (result,) = try_json("broken gate how do i get a bus pass")
    assert (result["outcome"], result["entry"]) == ("urgent", None)


def test_a_private_matter_in_a_group_has_no_answer() -> None:
    results = try_json(
        {"text": "is the gym free", "chat": "group"},
        {"text": "how do i get my bus pass", "chat": "group"},
        {"text": "how do i get a bus pass", "chat": "group"},
    )
    assert [result["outcome"] for result in results] == ["none", "none", "answer"]


@pytest.mark.parametrize(
    "line",
    [
        "{",
        '{"id": 1}',
        '{"text": 5}',
        '{"text": "a", "chat": "channel"}',
        '{"text": "a", "after": "b"}',
        '{"text": "a", "after": [1]}',
        '{"text": "a", "id": [1]}',
        '{"text": "a", "extra": 1}',
        "[1]",
        "[" * 100_000,
    ],
)
def test_a_bad_line_is_named_by_its_number_and_the_rest_goes_on(line: str) -> None:
    results = try_json("hiya", line, "hiya")
    assert [result.get("outcome") for result in results] == ["smalltalk", None, "smalltalk"]
    assert results[1]["line"] == 2
    assert "line 2" in str(results[1]["error"])


def test_empty_lines_and_a_byte_order_mark_do_not_matter() -> None:
    assert [result["outcome"] for result in try_json("\ufeffhiya", "", "  ", '"hiya"')] == ["smalltalk"] * 2


def test_half_a_character_from_a_broken_export_stops_nothing() -> None:
    results = try_json('{"id": "\\ud800", "text": "bus pass \\ud83d"}', "hiya")
    assert [result["outcome"] for result in results] == ["answer", "smalltalk"]


def test_in_words_the_entry_is_shown_as_it_would_be_said() -> None:
    said = try_lines("how do i get a bus pass", as_json=False)
    assert said.startswith("[answer] travel/bus")
    assert "Answer of bus." in said
    assert "What to do now" in said
    assert "wrote of something" in try_lines("danger", as_json=False)
    assert "did you mean" in try_lines("travel to college", as_json=False)


def test_a_message_in_another_language_names_it() -> None:
    (result,) = try_json("je veux un logement")
    assert (result["outcome"], result["language"], result["entry"]) == ("none", "fr", None)
    assert "appelez le 999" in try_lines("je veux un logement", as_json=False)


def test_what_the_bot_does_not_do_names_its_kind() -> None:
    (result,) = try_json("how do i get round my tag")
    assert (result["outcome"], result["declined"], result["entry"]) == ("none", "tag_or_curfew", None)
    assert "I can't help" in try_lines("how do i get round my tag", as_json=False)


def test_a_question_after_another_is_read_with_it() -> None:
    (result,) = try_json({"text": "how much is it", "after": ["is the gym free"]})
    assert (result["outcome"], result["entry"]) == ("answer", "gym")
