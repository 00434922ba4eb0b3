"""Fields proposed from pasted posts: how many are right, and that nothing is made up."""

from __future__ import annotations

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content.closing_date import Fault
from content.opportunity import FIELDS, OpportunityKind, check, clean
from content.opportunity_text import propose

TODAY = date(2026, 11, 24)
POSTS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parent / "opportunity_posts.yaml").read_text(encoding="utf-8")
)
PROPOSED = ("kind", "title", "who", "what", "pay_hours", "where", "needed", "closes_on", "link")
EXACT = ("kind", "closes_on", "link")
NAMES = ("title", "who")
# Measured in November 2026: 96.6 % of the fields in the half that the rules were mended with, 94.4 % in the other, whose misses
# were not looked at. One hand wrote the posts and then the rules, so posts from outside will do less well.
RIGHT_AT_LEAST = {"learned from": 0.96, "held": 0.93}
PIECES = (
    "Salary: ", "Closing date - ", "Location: ", "📍", "💷 ", "£8.20 an hour", "30 hours a week", "\n", "\n\n", "Apprentice chef", " at ",
    "Halo Hair", "NM1 4TR", "is looking for a ", "4 December", "12/24/2026", "https://example.org/a", "www.", "07700 900123", "Wage",
    "You will cook.", "Must be 18.", "*bold*", "apply by ", "hi all, ", "jo@example.org", "volunteer", ": ", ", ", "\u202e", "\x00", "🎉",
)  # fmt: skip
TEXTS = st.one_of(st.text(max_size=300), st.lists(st.sampled_from(PIECES), max_size=14).map("".join))


def words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[^\W_]+", text.casefold()))


def is_right(field: str, wanted: Any, found: Any) -> bool:
    """Exactly, or for free words: four in five (names) or three in five (the rest) of both are shared."""
    if field in EXACT or not wanted or not found:
        return (wanted or None) == (found or None)
    one, other = words(wanted), words(found)
    return 2 * (one & other).total() / (one.total() + other.total()) >= (0.8 if field in NAMES else 0.6)


@pytest.mark.parametrize(("half", "start"), [("learned from", 0), ("held", 1)])
def test_most_fields_of_a_pasted_post_are_right(half: str, start: int) -> None:
    right = [
        is_right(field, post["fields"].get(field), getattr(propose(post["text"], TODAY).opportunity, field))
        for post in POSTS[start::2]
        for field in PROPOSED
    ]
    assert sum(right) / len(right) >= RIGHT_AT_LEAST[half]


def test_the_closing_date_and_the_link_of_every_post_are_right() -> None:
    found = [propose(post["text"], TODAY).opportunity for post in POSTS]
    wanted = [(post["fields"].get("closes_on"), post["fields"].get("link", "")) for post in POSTS]
    assert len(POSTS) >= 60
    assert [(one.closes_on, one.link) for one in found] == wanted


@given(TEXTS)
def test_nothing_is_proposed_that_is_not_in_the_post(text: str) -> None:
    proposal = propose(text, TODAY)
    plain = clean(text.replace("*", ""))
    for field in PROPOSED:
        value = getattr(proposal.opportunity, field)
        assert bool(value) == (field in proposal.found_in)
        if isinstance(value, str) and not isinstance(value, OpportunityKind):
            assert re.sub(r"[ ,]", "", value) == re.sub(r"[ ,]", "", "".join(proposal.found_in.get(field, ())))
    assert all(piece in plain for found in proposal.found_in.values() for piece in found)


@given(TEXTS)
def test_what_is_proposed_is_what_the_form_would_take(text: str) -> None:
    proposal = propose(text, TODAY)
    for field in PROPOSED:
        value = getattr(proposal.opportunity, field)
        if value and field != "closes_on":
            assert not isinstance(check(field, str(value), TODAY), Fault)
            assert len(str(value)) <= FIELDS[field].longest
    assert proposal.opportunity.closes_on is None or proposal.opportunity.closes_on >= TODAY
    assert proposal.opportunity.closes_on is None or not proposal.faults


@given(TEXTS)
def test_reading_a_post_again_gives_the_same(text: str) -> None:
    assert propose(text, TODAY) == propose(text, TODAY)


@pytest.mark.parametrize("text", ["", "   \n", "🎉🎉🎉", "Hi all,\nThanks\nSam", "#jobs #northmoor"])
def test_a_post_without_an_offer_proposes_no_title(text: str) -> None:
    assert propose(text, TODAY).opportunity.title == ""


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("Closing date: 12/24/2026", "looks American"),
        ("Closing date: 20 November 2026", "has gone by"),
        ("Apply by Monday 4 December 2026", "is a Friday, not a Monday"),
        ("Deadline: 4 December 2036", "more than 18 months away"),
    ],
)
def test_a_closing_date_that_can_not_be_meant_is_left_out_and_said(line: str, sentence: str) -> None:
    proposal = propose(f"Apprentice chef\nHalo Hotel\n{line}\n", TODAY)
    assert proposal.opportunity.closes_on is None
    assert sentence in str(proposal.faults["closes_on"])


def test_a_start_date_is_not_taken_for_a_closing_date() -> None:
    text = "Job title: Cook\nStart date: 11 January 2027\nInterviews: 6 January 2027\nPosted: 1 December 2026"
    assert propose(text, TODAY).opportunity.closes_on is None


def test_somebodys_number_and_address_are_kept_only_where_a_label_says_place() -> None:
    text = "Trainee cook\nYou will cook for guests, ring Jo on 07700 900123.\nMust write to jo@example.org\nWhere: Dock Road, ring 07700 900456"
    found = propose(text, TODAY).opportunity
    assert found.where == "Dock Road, ring 07700 900456"
    assert "900123" not in str(found)
    assert "jo@" not in str(found)


def test_each_field_says_where_it_was_found() -> None:
    proposal = propose("*Role:* Cook\n💷 £12 an hour\nHours: 30 a week\nClosing date: Friday 4 December at 5pm", TODAY)
    assert proposal.found_in["title"] == ("Cook",)
    assert proposal.found_in["pay_hours"] == ("£12 an hour", "30 a week")
    assert proposal.opportunity.pay_hours == "£12 an hour, 30 a week"
    assert proposal.found_in["closes_on"] == ("Friday 4 December",)


def test_the_points_of_a_list_are_parted_by_commas() -> None:
    text = "Role: Carer\nWhat you will do\n• Sit with residents\n• Write notes\n• Help with breakfast"
    assert propose(text, TODAY).opportunity.what == "Sit with residents, Write notes, Help with breakfast"


def test_a_very_long_post_is_read_to_its_limit() -> None:
    assert propose("Job title: Cook\n" + "You will cook. " * 20_000, TODAY).opportunity.title == "Cook"


def test_what_is_shouted_above_a_post_is_not_its_title() -> None:
    found = propose("WE ARE HIRING\nWarehouse Assistant - Brightbox Logistics\n£12.21 per hour", TODAY).opportunity
    assert (found.title, found.who) == ("Warehouse Assistant", "Brightbox Logistics")
