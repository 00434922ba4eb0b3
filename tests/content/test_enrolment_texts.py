"""What young people read when they join, in their first week and when they leave: easy, honest, and complete."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest

from bot.models import STAFF, Role
from content.library import load_library
from content.readability import grade, sentences
from content.texts import enrolment, first_week, people

ENTRIES = load_library(Path(__file__).parents[2] / "content" / "entries").entries
FORBIDDEN = (
    "confidential", "promise", "watching over", "you are safe", "simply", "risk", "vulnerable", "client", "service user",
    "care leaver", "neet", "placement", "user",
)  # fmt: skip
GAPS = {
    "team": "Compass", "council": "Northmoor", "adviser": "Sam Reed", "number": "47", "neutral": "You have a new message.",
    "duty_name": "the duty worker", "duty_phone": "01632 960110", "role": "duty worker",
}  # fmt: skip


def texts_of(*modules: ModuleType) -> list[tuple[str, str]]:
    found = []
    for module in modules:
        for name, value in vars(module).items():
            if name.isupper() and isinstance(value, str):
                found.append((f"{module.__name__.rpartition('.')[2]}.{name}", value))
            elif name.isupper() and isinstance(value, tuple):
                found += [(f"{name}.{n}", text) for n, text in enumerate(value) if isinstance(text, str)]
    return found


def filled(text: str) -> str:
    words = re.sub(r"\{(\w+)\}", lambda gap: GAPS.get(gap[1], "7"), text)
    return re.sub(r'[":]\n', ".\n", words)


@pytest.mark.parametrize(
    ("name", "text"),
    texts_of(enrolment, first_week),
    ids=lambda part: part if "." in part[:40] and " " not in part else "",
)
class TestEveryText:
    def test_is_easy_to_read(self, name: str, text: str) -> None:
        if len(filled(text).split()) >= 8:
            assert grade(filled(text)) <= 5
        assert not [sentence for sentence in sentences(filled(text)) if len(sentence.split()) > 20]

    def test_never_says_what_must_not_be_said(self, name: str, text: str) -> None:
        assert not [phrase for phrase in FORBIDDEN if re.search(rf"\b{phrase}\b", text.lower())]
        assert "!" not in text


@pytest.mark.parametrize("screen", [enrolment.WHO_READS, enrolment.WHAT_IS_KEPT, enrolment.IN_DANGER])
def test_a_screen_is_short(screen: str) -> None:
    assert len(screen.split()) <= 110


def test_the_screens_say_who_reads_how_long_and_what_happens_in_danger() -> None:
    for word in ("adviser", "{team}", "manager", "Telegram"):
        assert word in enrolment.WHO_READS
    for gap in ("{updates_days}", "{delivery_days}", "{text_days}", "{audit_years}", "/mydata"):
        assert gap in enrolment.WHAT_IS_KEPT
    for word in ("can't keep that secret", "999", "Nobody watches", "able to see this phone"):
        assert word in enrolment.IN_DANGER


def test_stop_says_what_it_does_not_stop() -> None:
    stops, _, goes_on = enrolment.STOPPED.partition("What does not stop")
    assert "reminders" in stops
    assert "danger" in goes_on
    assert "ask for a person" in goes_on


@pytest.mark.parametrize(
    "entry_id", [*enrolment.FAREWELL_ENTRIES, *(entry for entries in first_week.ENTRIES for entry in entries)]
)
def test_every_button_leads_to_an_entry(entry_id: str) -> None:
    assert entry_id in ENTRIES


def test_the_farewell_says_what_the_local_offer_says() -> None:
    assert "until you turn 25" in ENTRIES["what-a-personal-adviser-does"].answer
    assert "75th birthday" in ENTRIES["see-my-care-file"].answer
    assert "being in care has left you at more risk" in ENTRIES["homeless-at-21-or-over"].answer
    assert "until you are 75" in enrolment.FAREWELL
    assert "It can still count" in enrolment.FAREWELL


def test_there_are_five_messages_each_with_its_number_and_something_to_tap() -> None:
    assert [text[2:8] for text in first_week.MESSAGES] == [f"{number} of 5" for number in range(1, 6)]
    assert len(first_week.ENTRIES) == 5
    assert all(first_week.ENTRIES)


def test_every_role_has_its_words_and_its_own_question_for_a_name() -> None:
    assert set(people.ROLE_WORDS) == set(people.NAME_WANTED) == {role.name for role in Role}
    assert len(set(people.NAME_WANTED.values())) == len(Role)
    assert {people.ROLE_TYPED[typed] for typed in people.ROLE_TYPED} == {role.name for role in Role}
    assert {role.name for role in STAFF} <= set(people.ROLE_TYPED.values())


def test_pages_to_staff_hold_initials_and_no_names_of_young_people() -> None:
    for text in (
        people.SOMEBODY_USED,
        people.SOMEBODY_USED_NEW_PHONE,
        people.DECLINED,
        people.HAS_LEFT,
        people.WARNING_25,
    ):
        assert "{initials}" in text
        assert "{name}" not in text
