"""What is said about who has a matter: easy for young people, short for staff, and never more than is true."""

from __future__ import annotations

import re
from types import ModuleType

import pytest

from bot.models import Kind, Outcome
from content.readability import grade, sentences
from content.texts import away, caseload, escalation, page, person

FOR_YOUNG_PEOPLE = (escalation, person)
FOR_STAFF = (page, caseload, away)
GAPS = {
    "who": "Priya", "then": "the duty worker", "by": "Tuesday at 10:00", "opens": "Tuesday at 9:00", "at": "today at 15:00",
    "closes": "17:00", "when": "Today, 9:00 to 12:00", "duty_name": "the duty worker", "out_of_hours_name": "the night team",
    "duty_phone": "01632 960110", "out_of_hours_phone": "01632 960199",
}  # fmt: skip
NEVER = (
    "secret", "confidential", "guarantee", "definitely", "watching", "you are safe", "is safe", "risk", "vulnerable", "client",
    "service user", "someone is coming", "we promise",
)  # fmt: skip


def texts_of(*modules: ModuleType) -> list[tuple[str, str]]:
    return [
        (f"{module.__name__.rpartition('.')[2]}.{name}", text)
        for module in modules
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str)
    ]


def filled(text: str) -> str:
    """Gaps as they are read; a line that ends with a colon or a number ends a sentence."""
    words = re.sub(r"\{(\w+)\}", lambda gap: GAPS.get(gap[1], "7"), text).replace("**", "")
    return re.sub(r"[:]?\n+(?=\S)", ".\n", words)


@pytest.mark.parametrize(
    ("name", "text"), texts_of(*FOR_YOUNG_PEOPLE), ids=lambda part: part if "." in part[:24] else ""
)
def test_young_people_read_it_easily(name: str, text: str) -> None:
    said = filled(text)
    assert not [sentence for sentence in sentences(said) if len(sentence.split()) > 20]
    assert len(said.split()) < 8 or grade(said) <= 5.5, grade(said)
    assert "!" not in text


@pytest.mark.parametrize(("name", "text"), texts_of(*FOR_STAFF), ids=lambda part: part if "." in part[:24] else "")
def test_staff_read_it_in_a_moment(name: str, text: str) -> None:
    assert not [sentence for sentence in sentences(filled(text)) if len(sentence.split()) > 26]
    assert "!" not in text


@pytest.mark.parametrize(("name", "text"), texts_of(*FOR_YOUNG_PEOPLE, *FOR_STAFF), ids=lambda part: part[:24])
def test_nothing_is_promised_scored_or_called_safe(name: str, text: str) -> None:
    assert not [word for word in NEVER if word in text.lower()]


def test_every_outcome_has_its_words() -> None:
    assert set(page.OUTCOMES) == {outcome.name for outcome in Outcome}


@pytest.mark.parametrize("kind", Kind)
def test_the_first_line_of_a_page_tells_no_story(kind: Kind) -> None:
    for text in (page.URGENT, page.ORDINARY, page.ALARM, page.NOW_YOURS, page.NOT_NEEDED, page.RING_ASKED):
        gaps = set(re.findall(r"\{(\w+)\}", text))
        assert gaps <= {"initials", "number", "kind", "by", "since", "when"}
    assert len(kind) < 30


def test_the_first_line_of_a_list_names_nobody() -> None:
    for text in (
        caseload.LIST,
        caseload.CARD,
        caseload.WHOSE,
        caseload.WHOM,
        caseload.TO_WHOM,
        caseload.SURE,
        away.ASK_FOR,
    ):
        assert not set(re.findall(r"\{(\w+)\}", text.splitlines()[0])) & {"name", "whom", "adviser"}
