"""Forks, follow-ups, two questions, other languages and what is declined: the rule, on scores that a test gives it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot.enquiry import (
    ANYBODY,
    Answer,
    Asker,
    Chat,
    Declined,
    Earlier,
    NoAnswer,
    OtherLanguage,
    Outcome,
    Private,
    Suggestions,
    answer,
    asker,
    opened,
    others,
)
from content.calibration import Thresholds
from content.declined import load_declines
from content.entry import Audience, Entry
from content.language import load_languages
from content.library import Library
from content.matching import Match, Matcher
from content.normalise import Normaliser
from content.small_talk import load_small_talk
from content.vocabulary import Vocabulary

TODAY = date(2026, 11, 23)
SMALL_TALK, LANGUAGES, DECLINES = load_small_talk(), load_languages(), load_declines(vocabulary=Vocabulary())
NORMALISER = Normaliser(Vocabulary(text_speak={"wat": "what", "n": "and", "ur": "your"}))


class Scripted(Matcher):
    """A matcher that finds what a test says: for each question the entries and their scores."""

    def __init__(self, scores: Mapping[str, Mapping[str, float]]) -> None:
        self.scores = scores

    @property
    def thresholds(self) -> Thresholds:
        return Thresholds(answer=0.7, suggest=0.3)

    def rank(self, question: str, limit: int = 3) -> list[Match]:
        found = self.scores.get(question.strip(" ?"), {})
        return sorted((Match(*item) for item in found.items()), key=lambda match: -match.score)[:limit]

    def words(self, question: str) -> list[str]:
        return NORMALISER.plain(question)


def one(entry_id: str, low: int | None = None, high: int | None = None, **more: object) -> Entry:
    made = Entry(entry_id, "homelessness", f"Title of {entry_id}", (), "Answer.", "Ask.", audience=Audience(low, high))
    return replace(made, **more)  # type: ignore[arg-type]


HOUSING = one("house", by_age={"16-17": "young", "18-20": "middle", "21-24": "older"})
STATUS = one("help", by_status={"eligible": "in-care", "qualifying": "short"})
ENTRIES = (
    HOUSING, one("young", high=17), one("middle", 18, 20), one("older", 21), STATUS, one("in-care"), one("short"),
    one("pass", topic="travel", related=("card",)), one("card", topic="travel"), one("gym", topic="leisure", public=False),
)  # fmt: skip
SCORES = {
    "a home please": {"house": 0.9},
    "a home please im 19": {"house": 0.9},
    "where do people of 18 live": {"middle": 0.9},
    "a home at 17": {"young": 0.9},
    "what do i get": {"help": 0.9},
    "somewhere to live": {"young": 0.9, "older": 0.85},
    "bus pass": {"pass": 0.95},
    "is there a gym": {"gym": 0.95},
    "nothing to wear": {"gym": 0.6},
}


def ask(
    question: str,
    *,
    chat: Chat = "private",
    who: Asker = ANYBODY,
    earlier: Sequence[Earlier] = (),
    scores: Mapping[str, Mapping[str, float]] | None = None,
    entries: Sequence[Entry] = ENTRIES,
) -> Outcome:
    return answer(
        question,
        chat=chat,
        library=Library({entry.id: entry for entry in entries}),
        matcher=Scripted({**SCORES, **(scores or {})}),
        small_talk=SMALL_TALK,
        languages=LANGUAGES,
        declines=DECLINES,
        who=who,
        earlier=earlier,
        today=TODAY,
    )


def found(outcome: Outcome) -> str:
    assert isinstance(outcome, Answer)
    return outcome.entry.id


# --- forks


def test_a_fork_without_an_age_gives_the_general_answer_and_asks() -> None:
    outcome = ask("a home please")
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, outcome.asks) == ("house", "age")


@pytest.mark.parametrize(
    ("age", "entry_id"), [(16, "young"), (17, "young"), (18, "middle"), (20, "middle"), (21, "older")]
)
def test_a_known_age_leads_on_from_a_fork(age: int, entry_id: str) -> None:
    outcome = ask("a home please", who=asker(age))
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, outcome.asks) == (entry_id, None)


@pytest.mark.parametrize(("band", "entry_id"), [("16-17", "young"), ("18-20", "middle"), ("21-24", "older")])
def test_a_band_that_somebody_told_leads_on_too(band: str, entry_id: str) -> None:
    assert found(ask("a home please", who=asker(band=band))) == entry_id


def test_an_age_without_an_entry_of_its_own_gets_the_general_answer_and_no_question() -> None:
    outcome = ask("a home please", who=asker(25))
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, outcome.asks) == ("house", None)


def test_an_age_in_the_message_comes_before_the_persons_own() -> None:
    assert found(ask("a home please im 19", who=asker(16))) == "middle"


def test_a_status_leads_on_or_is_asked_for() -> None:
    outcome = ask("what do i get")
    assert isinstance(outcome, Answer)
    assert outcome.asks == "status"
    assert found(ask("what do i get", who=asker(status="eligible"))) == "in-care"


def test_an_entry_for_another_age_leads_to_the_sibling_for_this_one() -> None:
    assert found(ask("where do people of 18 live", who=asker())) == "middle"
    scores = {"somewhere": {"middle": 0.9}}
    assert found(ask("somewhere", who=asker(22), scores=scores)) == "older"


def test_an_age_that_the_message_names_is_not_turned_into_the_persons_own() -> None:
    assert found(ask("a home at 17", who=asker(22))) == "young"


def test_an_entry_for_another_age_or_status_is_not_preferred() -> None:
    assert found(ask("somewhere to live", who=asker(22))) == "older"
    entries = [one("a", audience=Audience(status=("eligible",))), one("b", audience=Audience(status=("qualifying",)))]
    scores = {"help": {"a": 0.9, "b": 0.8}}
    assert found(ask("help", who=asker(status="qualifying"), scores=scores, entries=entries)) == "b"


def test_a_group_gets_the_general_answer_and_is_asked_nothing() -> None:
    outcome = ask("a home please im 19", chat="group", who=asker(19))
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, outcome.asks) == ("house", None)


def test_a_fork_that_is_opened_by_a_button_asks_as_well() -> None:
    given = {"library": Library({entry.id: entry for entry in ENTRIES}), "matcher": Scripted({})}
    assert opened(HOUSING, **given).asks == "age"  # type: ignore[arg-type]
    assert opened(HOUSING, who=asker(17), **given).entry.id == "young"  # type: ignore[arg-type]
    assert opened(ENTRIES[1], who=asker(22), **given).entry.id == "young"  # type: ignore[arg-type]


# --- the day


def test_what_is_not_valid_yet_is_neither_answered_nor_suggested() -> None:
    entries = [one("later", valid_from=date(2027, 4, 6)), one("now")]
    assert ask("x y z", scores={"x y z": {"later": 0.95}}, entries=entries) == NoAnswer()
    outcome = ask("x y z", scores={"x y z": {"later": 0.5, "now": 0.4}}, entries=entries)
    assert isinstance(outcome, Suggestions)
    assert [match.entry_id for match in outcome.matches] == ["now"]


def test_a_replacement_is_answered_in_the_others_place() -> None:
    entries = [one("old"), one("new", replaces="old", valid_from=date(2026, 4, 6))]
    assert found(ask("x y z", scores={"x y z": {"old": 0.95}}, entries=entries)) == "new"


# --- two questions


TWO = {
    "can i get a pass": {"pass": 0.95}, "do i need a home": {"older": 0.9}, "can i get food": {"gym": 0.9},
    "can i get a pass and do i need a home": {"pass": 0.6}, "can i get a pass? do i need a home": {"pass": 0.6},
    "can i get a pass\ndo i need a home": {"pass": 0.6},
}  # fmt: skip


@pytest.mark.parametrize("between", [" and ", "? ", "\n"])
def test_two_sure_questions_in_one_message_get_two_answers(between: str) -> None:
    outcome = ask(f"can i get a pass{between}do i need a home", scores=TWO)
    assert isinstance(outcome, Answer)
    assert outcome.second is not None
    assert (outcome.entry.id, outcome.second.entry.id) == ("pass", "older")


@pytest.mark.parametrize(
    ("whole", "scores"),
    [
        ("can i get food and gas", {"can i get food": {"gym": 0.95}, "gas": {"pass": 0.95}}),
        ("child trust fund and junior isa", {"child trust fund": {"gym": 0.95}, "junior isa": {"pass": 0.95}}),
        ("bed and breakfast", {"bed": {"gym": 0.95}, "breakfast": {"pass": 0.95}}),
        ("wait and see", {"wait": {"gym": 0.95}, "see": {"pass": 0.95}}),
        ("drop in n chat", {"drop in": {"gym": 0.95}, "chat": {"pass": 0.95}}),
        ("can i get a pass and is it free", {"can i get a pass": {"pass": 0.95}, "is it free": {"gym": 0.95}}),
    ],
)
def test_one_subject_with_an_and_in_it_stays_one_question(whole: str, scores: dict[str, dict[str, float]]) -> None:
    outcome = ask(whole, scores={**scores, whole: {"older": 0.8}})
    assert isinstance(outcome, Answer)
    assert outcome.second is None


def test_parts_about_the_same_entry_or_less_sure_than_the_whole_stay_together() -> None:
    whole = "can i get a pass and do i need a home"
    same = {**TWO, "do i need a home": {"pass": 0.9}, whole: {"pass": 0.8}}
    surer = {**TWO, whole: {"pass": 0.99}}
    for scores in (same, surer):
        outcome = ask(whole, scores=scores)
        assert isinstance(outcome, Answer)
        assert outcome.second is None


def test_a_group_never_gets_two_answers() -> None:
    outcome = ask(
        "can i get a pass? do i need a home",
        chat="group",
        scores={**TWO, "can i get a pass? do i need a home": {"pass": 0.8}},
    )
    assert isinstance(outcome, Answer)
    assert outcome.second is None


# --- follow-ups


AFTER = {"Title of pass how much is it": {"pass": 0.9}, "Title of pass and the other one": {"card": 0.9, "pass": 0.8}}


def test_words_that_only_point_come_back_to_the_last_answer_without_repeating_it() -> None:
    outcome = ask("how much is it", earlier=["bus pass"], scores={**AFTER, "how much is it": {"older": 0.99}})
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, outcome.again) == ("pass", True)


def test_a_follow_up_may_lead_to_an_entry_beside_the_last_one() -> None:
    outcome = ask("and the other one", earlier=["bus pass"], scores=AFTER)
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, outcome.again) == ("card", False)


def test_an_entry_that_was_opened_counts_as_the_last_answer() -> None:
    opened_entry = next(entry for entry in ENTRIES if entry.id == "pass")
    assert found(ask("how much is it", earlier=["hello", opened_entry, "thanks"], scores=AFTER)) == "pass"


def test_words_that_stand_alone_are_read_alone() -> None:
    assert found(ask("is there a gym", earlier=["bus pass"])) == "gym"


def test_a_new_subject_that_is_not_known_is_not_read_into_the_last_one() -> None:
    scores = {"Title of pass how do i fix a carburettor": {"pass": 0.9}}
    assert ask("how do i fix a carburettor", earlier=["bus pass"], scores=scores) == NoAnswer()
    scores = {"Title of pass what about a carburettor": {"pass": 0.9}}
    assert ask("what about a carburettor", earlier=["bus pass"], scores=scores) == NoAnswer()


def test_words_that_only_point_are_never_a_sure_question_by_themselves() -> None:
    assert isinstance(ask("how much is it", scores={"how much is it": {"older": 0.99}}), Suggestions)


@pytest.mark.parametrize("words", ["im 17", "17", "wat about if im 17", "n if im 17"])
def test_an_age_after_a_fork_is_its_answer(words: str) -> None:
    outcome = ask(words, earlier=["a home please"], who=asker(22), scores={words: {"gym": 0.99}})
    assert isinstance(outcome, Answer)
    assert (outcome.entry.id, outcome.again) == ("young", False)


def test_in_a_group_nothing_leans_on_what_was_said_before() -> None:
    assert ask("how much is it", chat="group", earlier=["bus pass"], scores=AFTER) == NoAnswer()


# --- other languages, and what is declined


def test_another_language_is_told_so_with_the_entries_of_the_words_that_can_be_read() -> None:
    home = one("nowhere-to-stay")
    outcome = ask("محتاج بيت", entries=[*ENTRIES, home])
    assert outcome == OtherLanguage("ar", (home,))
    assert ask("محتاج بيت") == OtherLanguage("ar")
    assert ask("محتاج بيت", chat="group") == Private()


def test_a_mixed_message_with_a_sure_english_question_gets_its_answer() -> None:
    outcome = ask(
        "سلام عليكم كيف حالك how do i get a pass",
        scores={"how do i get a pass": {"pass": 0.95}, "سلام عليكم كيف حالك how do i get a pass": {"pass": 0.9}},
    )
    assert found(outcome) == "pass"


def test_what_the_bot_does_not_do_is_declined_unless_an_entry_is_surer() -> None:
    question = "how do i get round my tag"
    outcome = ask(question)
    assert isinstance(outcome, Declined)
    assert (outcome.kind, outcome.entry_id) == ("tag_or_curfew", None)
    court = one("court-police-probation")
    outcome = ask(question, entries=[*ENTRIES, court])
    assert isinstance(outcome, Declined)
    assert outcome.entry_id == court.id
    assert found(ask("do my homework now", scores={"do my homework now": {"gym": 0.9999}})) == "gym"
    assert ask(question, chat="group") == Private()


# --- not what I meant


def test_what_else_was_meant_never_holds_what_was_rejected() -> None:
    scores = {"x y z": {"pass": 0.9, "card": 0.5, "gym": 0.4, "young": 0.3, "older": 0.1}}
    library = Library({entry.id: entry for entry in ENTRIES})
    matches = others("x y z", library=library, matcher=Scripted(scores), rejected=["pass"])
    assert [match.entry_id for match in matches] == ["card", "gym", "young"]
