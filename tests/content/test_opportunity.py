"""What an opportunity is: what each field takes, what it says when it does not, and how an opportunity reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.closing_date import Fault
from content.opportunity import FIELDS, Opportunity, OpportunityKind, announcement, check, clean, missing, same, short
from content.readability import sentences
from content.texts import opportunity as texts

TODAY = date(2026, 11, 24)
CHEF = Opportunity(
    kind=OpportunityKind.APPRENTICESHIP,
    title="Apprentice chef",
    who="The Copper Kettle",
    what="You learn to prep, cook and plate up.",
    pay_hours="£8.20 an hour, 30 hours a week",
    where="Canal Road, Northmoor NM1 4TR",
    help=("help-with-travel", "no-such-entry"),
    needed="Happy to start at 7",
    closes_on=date(2026, 11, 29),
    for_whom="16 to 24",
    link="https://example.org/chef",
)
WORDS = st.sampled_from(
    ["chef", "Apprentice", "cook", "Level", "2", "3", "retail", "Sales", "assistant", "Admin", "Ltd", "the"]
)
TITLES = st.lists(WORDS, max_size=4).map(" ".join)
OFFERS = st.builds(Opportunity, title=TITLES, who=TITLES, where=TITLES)


def fault(field: str, text: str, **more: OpportunityKind) -> str:
    found = check(field, text, TODAY, **more)
    assert isinstance(found, Fault)
    return str(found)


def test_every_field_of_an_opportunity_has_its_step_in_the_form() -> None:
    assert tuple(FIELDS) == Opportunity.__slots__
    for table in (texts.NAMES, texts.QUESTIONS, texts.EXAMPLES):
        assert list(table) == list(FIELDS)


@pytest.mark.parametrize("field", FIELDS)
def test_the_example_of_a_field_is_taken(field: str) -> None:
    assert not isinstance(check(field, FIELDS[field].example, TODAY), Fault)


@pytest.mark.parametrize("kind", OpportunityKind)
def test_a_kind_is_known_by_every_word_that_names_it(kind: OpportunityKind) -> None:
    for said in (kind.value, kind.label, kind.plural, kind.button, kind.label.upper()):
        assert check("kind", said, TODAY) is kind
    assert kind.button.replace(" ", "").isalpha()
    assert len(kind.button) <= 16


def test_the_words_on_the_buttons_differ() -> None:
    assert len({kind.button for kind in OpportunityKind}) == len(OpportunityKind)


def test_a_kind_that_there_is_not_gets_the_list() -> None:
    assert fault("kind", "party") == (
        "That is no kind I know. Choose one of these: apprenticeship, job, work placement, ring-fenced post, course, traineeship,"
        " volunteering, grant, success story."
    )


@pytest.mark.parametrize("field", ["kind", "title", "who", "what", "pay_hours", "where"])
def test_a_needed_field_left_empty_gets_an_example(field: str) -> None:
    step = FIELDS[field]
    assert fault(field, " \n ") == f"The {step.said} is missing. For example: {step.example}"


@pytest.mark.parametrize("field", ["help", "needed", "closes_on", "for_whom", "link"])
def test_the_other_fields_may_be_empty(field: str) -> None:
    assert not check(field, "", TODAY)
    assert FIELDS[field].may_be_empty


def test_what_is_too_long_is_counted() -> None:
    assert fault("title", "x" * 101) == "The title is too long: 101 characters, and 100 is the most. Please shorten it."
    assert check("title", "x" * 100, TODAY) == "x" * 100
    assert "500 characters" in fault("link", "https://example.org/".ljust(500, "x"))


def test_pay_without_an_amount_is_fine() -> None:
    assert check("pay_hours", "The minimum wage for your age", TODAY) == "The minimum wage for your age"


@pytest.mark.parametrize(
    "text",
    ["jobs@example.org", "ftp://example.org/a", "javascript:alert(1)", "https://", "https://[", "see our site", "https://a@b.example/", "http://nodots/"],
)  # fmt: skip
def test_what_is_no_web_address_is_no_link(text: str) -> None:
    assert fault("link", text) == (
        "That is not a link. It must start with https:// or www., for example https://example.org/job."
    )


def test_a_link_with_other_words_is_asked_for_again() -> None:
    assert (
        fault("link", "https://example.org/a b")
        == "There is a space in the link. Please copy it again, without other words."
    )


def test_an_address_without_its_scheme_gets_one() -> None:
    assert check("link", "www.example.org/job", TODAY) == "https://www.example.org/job"
    assert check("link", "example.org/job", TODAY) == "https://example.org/job"


@pytest.mark.parametrize("text", ["none", "No closing date", "rolling", "-", "open until filled"])
def test_an_opportunity_may_have_no_closing_date(text: str) -> None:
    assert check("closes_on", text, TODAY) is None


@pytest.mark.parametrize("text", ["12/24/2026", "20/11/2026", "Monday 4 December", "soon"])
def test_a_closing_date_that_can_not_be_meant_is_refused(text: str) -> None:
    assert isinstance(check("closes_on", text, TODAY), Fault)


def test_help_is_a_list_of_entries_each_once() -> None:
    entries = {"help-with-travel", "bursary"}
    assert check("help", "bursary, help-with-travel bursary", TODAY, entries=entries) == ("bursary", "help-with-travel")
    wrong = check("help", "bursary, free-lunch", TODAY, entries=entries)
    assert (
        str(wrong) == "There is no entry called free-lunch. Write the name of its file, for example help-with-travel."
    )
    assert fault("help", "a b c d e f g") == "Those are 7 entries, and 6 is the most. Keep those that help most."


@given(st.sampled_from(sorted(FIELDS)), st.text(max_size=600))
def test_whatever_is_typed_a_field_takes_it_or_says_why_not(field: str, text: str) -> None:
    found = check(field, text, TODAY)
    if isinstance(found, Fault):
        assert str(found)
    elif isinstance(found, str):
        assert len(found) <= FIELDS[field].longest + len("https://")
        assert "\x00" not in found


@given(st.text())
def test_what_was_cleaned_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)


def test_invisible_characters_and_spare_lines_are_left_out() -> None:
    assert clean(" Cook\u202e \x00 and\u200b\n\n serve ") == "Cook and\nserve"


def test_a_filled_opportunity_misses_nothing() -> None:
    assert missing(CHEF) == []
    assert missing(replace(CHEF, closes_on=None, link="", needed="", for_whom="", help=())) == []


def test_an_empty_one_misses_the_needed_fields_in_their_order() -> None:
    assert [field.name for field in missing(Opportunity())] == ["kind", "title", "who", "what", "pay_hours", "where"]


def test_a_success_story_needs_no_pay_no_place_and_no_closing_date() -> None:
    story = Opportunity(
        kind=OpportunityKind.SUCCESS_STORY, title="Kai did it", who="Tapley Heating", what="He fixes boilers."
    )
    assert missing(story) == []
    assert check("pay_hours", "", TODAY, kind=OpportunityKind.SUCCESS_STORY) == ""


def test_young_people_read_the_title_first_and_the_link_last() -> None:
    assert announcement(CHEF, TODAY, {"help-with-travel": "Help with travel"}) == [
        "Apprentice chef",
        "Apprenticeship, The Copper Kettle",
        "You learn to prep, cook and plate up.",
        "Pay and hours: £8.20 an hour, 30 hours a week",
        "Where: Canal Road, Northmoor NM1 4TR",
        "Help: Help with travel",
        "You need: Happy to start at 7",
        "For: 16 to 24",
        "Closes: Sunday 29 November, in 5 days",
        "https://example.org/chef",
    ]


def test_only_what_is_filled_is_announced() -> None:
    assert announcement(Opportunity(kind=OpportunityKind.JOB, title="Barista"), TODAY) == ["Barista", "Job"]


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (date(2026, 11, 24), "Closes: Tuesday 24 November, today"),
        (date(2026, 11, 25), "Closes: Wednesday 25 November, tomorrow"),
        (date(2027, 1, 4), "Closes: Monday 4 January 2027, in 41 days"),
        (date(2026, 11, 23), "Closed: Monday 23 November"),
    ],
)
def test_the_closing_date_says_how_long_there_is(day: date, said: str) -> None:
    assert announcement(replace(CHEF, closes_on=day, link=""), TODAY)[-1] == said


def test_a_list_has_one_line_for_each() -> None:
    assert short(CHEF, TODAY) == "Apprentice chef, The Copper Kettle (closes Sunday 29 November)"
    assert short(replace(CHEF, closes_on=TODAY), TODAY) == "Apprentice chef, The Copper Kettle (closes today)"
    assert short(replace(CHEF, closes_on=date(2026, 11, 1)), TODAY) == "Apprentice chef, The Copper Kettle (closed)"
    assert short(replace(CHEF, closes_on=None, who=""), TODAY) == "Apprentice chef"


@pytest.mark.parametrize(
    "other",
    [
        {"title": "CHEF APPRENTICESHIP"},
        {"title": "Aprentice cheff", "who": "the copper kettel"},
        {"title": "Apprentice Chef - Level 2"},
        {"who": "Copper Kettle Ltd"},
        {"where": "Northmoor"},
        {"where": ""},
        {"where": "12 Canal Rd, NM1 4TR"},
        {"closes_on": date(2026, 12, 24), "link": "", "pay_hours": "£9"},
    ],
)
def test_the_same_offer_in_other_words_is_noticed(other: dict[str, object]) -> None:
    assert same(CHEF, replace(CHEF, **other))  # type: ignore[arg-type]  # fields of Opportunity


@pytest.mark.parametrize(
    "other",
    [
        {"who": "Hotel Marlowe"},
        {"title": "Apprentice gardener"},
        {"title": "Head waiter"},
        {"where": "1 Dock Road, Saltby SB2 1KS"},
        {"where": "Saltby"},
        {"title": ""},
    ],
)
def test_another_offer_is_not_taken_for_the_same(other: dict[str, object]) -> None:
    assert not same(CHEF, replace(CHEF, **other))  # type: ignore[arg-type]  # fields of Opportunity


def test_levels_tell_offers_of_one_employer_apart() -> None:
    assert not same(replace(CHEF, title="Apprentice chef level 2"), replace(CHEF, title="Apprentice chef level 3"))


@given(OFFERS, OFFERS)
def test_being_the_same_goes_both_ways(one: Opportunity, other: Opportunity) -> None:
    assert same(one, other) == same(other, one)


@given(OFFERS)
def test_an_offer_with_title_and_employer_is_the_same_as_itself(one: Opportunity) -> None:
    assert same(one, one) == bool(one.title and (one.who or one.where))


def test_what_is_said_is_short_and_calm() -> None:
    said = [text for text in vars(texts).values() if isinstance(text, str)] + list(texts.QUESTIONS.values())
    assert not [text for text in said if "!" in text]
    assert not [one for text in said for one in sentences(text) if len(one.split()) > 20]
