from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.entry import TOPICS, Audience, Problem, Source, parse_entry

GOOD = """---
title: Do I pay council tax?
questions:
  - do i pay council tax
  - do i av 2 pay ctax
  - no
  - is it 12:30 or later
  - council tax help
keywords: [council tax, ctax]
audience: {min_age: 18, max_age: 24, status: [former_relevant], parent: true}
area: local
source:
  title: A scheme
  url: https://example.org/scheme
source_date: 2023-10
checked_on: 2026-11-21
review_by: 2027-05-21
owner: Compass content lead
contact: your personal adviser
public: true
---
Maybe not. **Ask** first.

## What to do now
Ring {council_tax_phone}.
"""
PATH = Path("content/entries/council_tax/council-tax-discount.md")


def problems_of(text: str, path: Path = PATH) -> list[Problem]:
    return parse_entry(path, text)[1]


def test_a_good_file_becomes_an_entry_with_everything_in_its_place() -> None:
    entry, problems = parse_entry(PATH, GOOD)
    assert problems == []
    assert entry is not None
    assert (entry.id, entry.topic, entry.area, entry.public) == (
        "council-tax-discount",
        "council_tax",
        "local",
        True,
    )
    assert entry.questions[2:4] == ("no", "is it 12:30 or later")
    assert entry.audience == Audience(18, 24, ("former_relevant",), True)
    assert entry.sources == (Source("A scheme", "https://example.org/scheme"),)
    assert entry.source_date == "2023-10"
    assert entry.review_by == date(2027, 5, 21)
    assert entry.answer == "Maybe not. **Ask** first."
    assert entry.next_step == "Ring {council_tax_phone}."


def test_there_are_33_topics_and_each_has_words_for_a_button() -> None:
    assert len(TOPICS) == 33
    assert all(label and len(label) <= 28 for label in TOPICS.values())
    assert len(set(TOPICS.values())) == 33


@pytest.mark.parametrize(
    ("before", "after", "field"),
    [
        ("title: Do I pay council tax?\n", "", "title"),
        ("title: Do I pay council tax?", "title: Council tax: what to pay", "head"),
        ("area: local", "area: St Helens", "area"),
        ("checked_on: 2026-11-21", "checked_on: 21/11/2026", "checked_on"),
        ("review_by: 2027-05-21", "review_by: 2027-02-30", "review_by"),
        ("source_date: 2023-10", "source_date: 2023-13", "source_date"),
        ("public: true", "public: perhaps", "public"),
        ("public: true", "pubic: true", "pubic"),
        ("min_age: 18", "min_age: old", "audience"),
        ("min_age: 18", "min_age: 30", "audience"),
        ("former_relevant", "famous", "audience"),
        ("  title: A scheme\n", "  name: A scheme\n", "source"),
        ("https://example.org/scheme", "javascript:alert(1)", "source"),
        ("  - council tax help\n", "", "questions"),
        ("  - council tax help", "  - council: tax", "questions"),
        ("keywords: [council tax, ctax]", "keywords: council tax", "keywords"),
        ("## What to do now\n", "", "next step"),
        ("Maybe not. **Ask** first.", "", "answer"),
        ("owner: Compass content lead", "title: Again", "head"),
        ("---\nMaybe", "Maybe", ""),
        ("contact: your personal adviser\n", "", "contact"),
    ],
)
def test_a_mistake_is_named_with_file_field_and_fix(before: str, after: str, field: str) -> None:
    assert before in GOOD
    problems = problems_of(GOOD.replace(before, after))
    assert field in [problem.field for problem in problems]
    for problem in problems:
        assert problem.file == "council_tax/council-tax-discount.md"
        assert problem.what.endswith(".")
        assert problem.fix.endswith(".")


def test_all_mistakes_are_named_at_once() -> None:
    text = GOOD.replace("area: local", "area: x").replace("public: true", "public: x")
    assert {problem.field for problem in problems_of(text)} == {"area", "public"}


@pytest.mark.parametrize("path", [Path("cars/council-tax.md"), Path("council_tax/Council Tax.md")])
def test_a_wrong_folder_or_file_name_is_a_mistake(path: Path) -> None:
    assert problems_of(GOOD, path)


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("\n", "\r\n"),
        "\ufeff" + GOOD,
        GOOD.replace("  - ", "\t- "),
        GOOD.replace("## What to do now", "## What To Do Now  "),
    ],
)
def test_line_ends_byte_order_marks_and_tabs_do_not_matter(text: str) -> None:
    entry, problems = parse_entry(PATH, text)
    assert problems == []
    assert entry == parse_entry(PATH, GOOD)[0]


def test_a_source_may_be_a_list_and_may_have_no_address() -> None:
    text = GOOD.replace("source:\n  title: A scheme\n  url: https://example.org/scheme", "source:\n  - title: A report")
    entry, problems = parse_entry(PATH, text)
    assert problems == []
    assert entry is not None
    assert entry.source == Source("A report")


def test_lenient_reading_takes_any_topic_and_few_fields() -> None:
    text = "---\nquestions:\n- open a door\n---\nPush it.\n"
    entry, problems = parse_entry(Path("doors/Open Door.md"), text, lenient=True)
    assert problems == []
    assert entry is not None
    assert (entry.topic, entry.questions, entry.answer, entry.public) == (
        "doors",
        ("open a door",),
        "Push it.",
        True,
    )


@pytest.mark.parametrize("text", ["", "no head", "---\n- a\n---\n", "---\ntitle: [\n---\n", "---\na: b\n"])
def test_lenient_reading_says_what_it_cannot_use(text: str) -> None:
    entry, problems = parse_entry(Path("doors/open.md"), text, lenient=True)
    assert entry is None
    assert problems


@given(st.text(max_size=400), st.booleans())
def test_no_text_at_all_breaks_the_reading(text: str, lenient: bool) -> None:
    parse_entry(PATH, f"---\n{text}\n---\nAnswer", lenient=lenient)
    parse_entry(PATH, text, lenient=lenient)


def test_an_unknown_age_fits_every_audience_and_a_known_one_only_its_own() -> None:
    audience = Audience(min_age=18, max_age=20)
    assert audience.fits_age(None)
    assert [age for age in range(15, 25) if audience.fits_age(age)] == [18, 19, 20]
