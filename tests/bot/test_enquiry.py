from __future__ import annotations

from dataclasses import replace

import pytest

from bot import knowledge, settings
from bot.enquiry import Answer, Chat, NoAnswer, Outcome, Private, SmallTalk, Suggestions, answer, asker
from content.entry import Audience, Entry
from content.library import Library
from content.matching import Matcher
from content.small_talk import load_small_talk
from content.vocabulary import Vocabulary
from tests.content.test_matching import SMALL, entry

SMALL_TALK = load_small_talk()


def ask(
    question: str,
    chat: Chat = "private",
    entries: list[Entry] | None = None,
    age: int | None = None,
    earlier: tuple[str, ...] = (),
) -> Outcome:
    library = Library({one.id: one for one in entries or SMALL})
    matcher = Matcher(library.entries.values(), Vocabulary())
    return answer(
        question,
        chat=chat,
        library=library,
        matcher=matcher,
        small_talk=SMALL_TALK,
        who=asker(age),
        earlier=earlier,
    )


def test_a_question_that_fits_is_answered() -> None:
    outcome = ask("how do i get a bus pass")
    assert isinstance(outcome, Answer)
    assert outcome.entry.id == "bus"


def test_a_question_that_may_fit_several_gets_suggestions_best_first() -> None:
    outcome = ask("travel to college")
    assert isinstance(outcome, Suggestions)
    assert {match.entry_id for match in outcome.matches[:2]} == {"bus", "train"}
    assert len(outcome.matches) <= 3


@pytest.mark.parametrize("question", ["who is the president of france", "😂😂", ".", "x" * 20_000])
@pytest.mark.parametrize("chat", ["private", "group"])
def test_what_is_not_known_is_not_answered(question: str, chat: Chat) -> None:
    outcome = ask(question, chat)
    assert isinstance(outcome, NoAnswer | SmallTalk)


def test_small_talk_gets_small_talk_and_a_question_after_a_greeting_gets_its_answer() -> None:
    assert isinstance(ask("hiya"), SmallTalk)
    assert isinstance(ask("hiya how do i get a bus pass"), Answer)


def test_an_entry_that_was_written_for_small_talk_comes_before_it() -> None:
    own = entry("greeting", "hello", "hi", "hiya", "good morning")
    outcome = ask("hello", entries=[*SMALL, own])
    assert isinstance(outcome, Answer)
    assert outcome.entry.id == "greeting"


def test_a_group_gets_public_entries_only() -> None:
    assert isinstance(ask("is the gym free", "group"), Answer)
    hidden = [replace(one, public=one.id != "gym") for one in SMALL]
    assert ask("is the gym free", "group", hidden) == Private()
    assert isinstance(ask("is the gym free", "private", hidden), Answer)


def test_suggestions_in_a_group_are_public_too() -> None:
    hidden = [replace(one, public=one.id != "train") for one in SMALL]
    outcome = ask("travel to college", "group", hidden)
    if isinstance(outcome, Suggestions):
        assert "train" not in {match.entry_id for match in outcome.matches}
    else:
        assert outcome == Private()


@pytest.mark.parametrize("question", ["how do i get my bus pass", "my mum died", "is that file mine"])
def test_anybodys_own_matters_never_stay_in_the_group(question: str) -> None:
    assert ask(question, "group") == Private()


def test_a_group_cannot_tell_one_private_matter_from_another() -> None:
    hidden = [replace(one, public=False) for one in SMALL]
    outcomes = {repr(ask(text, "group", hidden)) for text in ("is the gym free", "my pa", "cheap train tickets")}
    assert outcomes == {repr(Private())}


def test_of_two_that_fit_the_one_for_the_persons_age_comes_first() -> None:
    adult = replace(
        entry("adult", "how do i get a flat", "flat please", "i want a flat"), audience=Audience(min_age=18)
    )
    young = replace(
        entry("young", "how do i get a flat", "flat for me", "i need a flat"), audience=Audience(max_age=17)
    )
    for age, expected in ((17, "young"), (19, "adult")):
        outcome = ask("how do i get a flat", entries=[adult, young, *SMALL], age=age)
        assert isinstance(outcome, Answer)
        assert outcome.entry.id == expected


def test_a_follow_up_is_read_with_the_message_before_it() -> None:
    assert isinstance(ask("how much is it"), NoAnswer)
    outcome = ask("how much is it", earlier=("is the gym free",))
    assert isinstance(outcome, Answer | Suggestions)
    found = outcome.entry.id if isinstance(outcome, Answer) else outcome.matches[0].entry_id
    assert found == "gym"


def test_a_new_question_is_not_mixed_with_the_one_before_it() -> None:
    outcome = ask("how do i get a bus pass", earlier=("is the gym free",))
    assert isinstance(outcome, Answer)
    assert outcome.entry.id == "bus"


@pytest.mark.parametrize("subject", ["bursary", "ctax", "uc", "my pa"])
def test_a_subject_alone_is_asked_back_and_not_guessed_at(subject: str) -> None:
    known = knowledge.load(settings.read({}, None))
    outcome = answer(subject, chat="private", library=known.library, matcher=known.matcher, small_talk=known.small_talk)
    assert isinstance(outcome, Suggestions)


def test_two_entries_that_fit_equally_well_are_both_offered_however_long_the_question() -> None:
    twins = [entry(name, "how do i get a flat of my own", "i want a flat", "flat please") for name in ("one", "two")]
    outcome = ask("how do i get a flat of my own", entries=[*twins, *SMALL])
    assert isinstance(outcome, Suggestions)
    assert {match.entry_id for match in outcome.matches[:2]} == {"one", "two"}
