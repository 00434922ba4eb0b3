"""The safety folder: every card can be read by a frightened person, and nothing broken is ever loaded."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from content.readability import grade, sentences
from content.safety import KINDS, LAST_RESORT, BrokenSafety, Card, Reader, SafetyContent, load_safety

FOLDER = Path(__file__).parents[2] / "content" / "safety"
CONTENT = load_safety(FOLDER)
GAPS = {
    "told": "I am a bot. Nobody reads this chat live.",
    "out_of_hours_phone": "01632 960199",
    "children_phone": "01632 960140",
    "duty_phone": "01632 960110",
    "housing_phone": "01632 960120",
}
CARDS = (*KINDS, "worried", "fault")
AGES = (None, 16, 17, 18, 19, 25, 35)
FORBIDDEN = (
    "commit suicide", "committed suicide", "attempt", "cry for help", "secret", "confidential", "promise", "watching",
    "someone will come", "on their way", "risk level", "high risk", "you are safe", "simply", "calm down", "don't worry",
    "tablets", "pills", "rope", "bridge", "knife", "overdose", "cut ",
)  # fmt: skip
ACTIONS = re.compile(r"\b(999|111|ring|call|text|go to)\b")


def every_card() -> list[Card]:
    return [CONTENT.card(kind, age, GAPS) for kind in CARDS for age in AGES] + [LAST_RESORT]


@pytest.mark.parametrize("card", every_card(), ids=lambda card: card.kind)
class TestEveryCard:
    def test_names_a_first_action_within_twelve_words(self, card: Card) -> None:
        assert ACTIONS.search(" ".join(card.text.split()[:12]))

    def test_is_easy_to_read(self, card: Card) -> None:
        prose = re.sub(r"^\**[\d ]+\**$", ".", card.text, flags=re.MULTILINE)
        assert grade(prose) <= 5
        assert not [sentence for sentence in sentences(prose) if len(sentence.split()) > 15]

    def test_has_each_number_on_a_line_of_its_own(self, card: Card) -> None:
        for line in card.text.split("\n"):
            if re.search(r"\d{3}", line):
                assert re.fullmatch(r"\**[\d ]+\**", line)

    def test_never_says_what_must_not_be_said(self, card: Card) -> None:
        text = card.text.lower()
        assert not [phrase for phrase in FORBIDDEN if phrase in text]
        assert "!" not in text

    def test_ends_with_one_question(self, card: Card) -> None:
        assert card.question.endswith("?")
        assert card.text.endswith(card.question)

    def test_shows_999_first_and_who_is_told_after_the_numbers(self, card: Card) -> None:
        told = card.text.index("Nobody reads this chat live.")
        assert re.findall(r"\d[\d ]+\d", card.text)[0] == "999"
        assert told > card.text.rindex(card.numbers[-1].number)

    def test_fits_one_telegram_message(self, card: Card) -> None:
        assert len(card.text) < 4096

    def test_shows_no_gap_and_no_condition(self, card: Card) -> None:
        assert not re.search(r"[{}\[\]]", card.text)

    def test_lists_only_numbers_that_somebody_checked(self, card: Card) -> None:
        assert card.numbers
        assert {number.grade for number in card.numbers} <= {"A", "B"}


@pytest.mark.parametrize(
    ("age", "childline", "papyrus"),
    [(16, True, True), (18, True, True), (19, False, True), (34, False, True), (35, False, False)],
)
def test_a_card_shows_only_the_lines_that_take_calls_at_this_age(age: int, childline: bool, papyrus: bool) -> None:
    text = CONTENT.card("suicide or self-harm", age, GAPS).text
    assert ("0800 1111" in text) is childline
    assert ("0800 068 4141" in text) is papyrus


def test_an_unknown_age_gets_the_childline_number_with_its_condition() -> None:
    assert "Childline, if you are under 19:\n**0800 1111**" in CONTENT.card("suicide or self-harm", None, GAPS).text


@pytest.mark.parametrize("kind", ["abuse or violence", "exploitation", "missing or running away"])
def test_under_eighteen_the_card_says_what_has_to_be_shared_and_why(kind: str) -> None:
    young, grown = CONTENT.card(kind, 17, GAPS).text, CONTENT.card(kind, 18, GAPS).text
    assert "staff must share this with children's social care. That is to help keep you safe." in young
    assert "01632 960140" in young
    assert "must share this" not in grown


@pytest.mark.parametrize("kind", ["abuse or violence", "exploitation"])
def test_the_first_line_of_a_card_that_somebody_else_may_see_names_nothing(kind: str) -> None:
    first = CONTENT.card(kind, 20, GAPS).text.split("\n")[0].lower()
    assert first.startswith("is it safe to read this?")
    assert not re.search(r"abuse|violence|partner|hurt|drug|gang", first)


def test_a_missing_number_takes_its_line_along_instead_of_showing_a_gap() -> None:
    text = CONTENT.card("homeless tonight", 17, {"told": GAPS["told"]}).text
    assert "At night and at weekends" not in text
    assert "{" not in text
    assert "0808 800 0661" in text


def test_an_unknown_kind_gets_the_fault_card() -> None:
    assert CONTENT.card("something new", None, GAPS).kind == "fault"


def test_the_truth_about_who_was_told_is_there_even_when_nobody_fills_it_in() -> None:
    assert "I am a bot. Nobody reads this chat live." in CONTENT.card("worried").text


def test_every_phrase_idiom_and_card_has_a_source_and_a_review_date() -> None:
    for group in CONTENT.groups:
        assert group.source
        assert group.review_by > date(2026, 11, 21)
    for idiom in CONTENT.idioms:
        assert idiom.source
    for card in CONTENT.card_files.values():
        assert card.owner
        assert card.review_by > card.checked_on


def test_what_an_adviser_reads_is_never_a_score_or_a_level() -> None:
    for group in CONTENT.groups:
        for because in (group.because, group.because_other):
            assert because.startswith(("wrote ", "was told "))
            assert not re.search(r"risk|level|score|high|low|severe|safe\b(?! with)", because.replace("not safe", ""))


def test_no_word_around_a_match_is_lost_to_the_fillers() -> None:
    """ "not well" once became "not", and then no "not" softened anything."""
    words = {word for choices in CONTENT.contexts.values() for choice in choices for word in choice.split()}
    assert sorted(words & CONTENT.words.fillers) == []


# --- a broken folder is refused ---------------------------------------------------------------------------------


def _replace(name: str, old: str, new: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")

    return change


def _write(name: str, text: str) -> Callable[[Path], None]:
    def change(folder: Path) -> None:
        (folder / name).write_text(text, encoding="utf-8")

    return change


def _remove(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


BREAKAGES: dict[str, tuple[Callable[[Path], None], str]] = {
    "no phrases": (_remove("phrases.yaml"), "phrases.yaml"),
    "empty phrases": (_write("phrases.yaml", ""), "phrases.yaml"),
    "phrases that are not YAML": (_write("phrases.yaml", "groups: [\n"), "valid YAML"),
    "no words": (_remove("words.yaml"), "words.yaml"),
    "an unknown kind": (_replace("phrases.yaml", "kind: exploitation", "kind: exploitaton"), "kind"),
    "an unknown outcome": (_replace("phrases.yaml", "outcome: worried", "outcome: amber"), "outcome"),
    "no reason": (_replace("phrases.yaml", "    because: wrote of wanting to die\n", ""), "because"),
    "no source": (_replace("phrases.yaml", "    source: fact base section 17 (crisis_abuse)\n", ""), "source"),
    "no review date": (_replace("phrases.yaml", "    review_by: 2027-05-21\n", ""), "review_by"),
    "an unknown field": (
        _replace("phrases.yaml", "    because: wrote of wanting", "    score: 9\n    because: wrote of wanting"),
        "score",
    ),
    "an unknown slot": (_replace("phrases.yaml", '"{wish} .. {die}"', '"{whish} .. {die}"'), "whish"),
    "a phrase that can't be read": (_replace("phrases.yaml", '"{wish} .. {die}"', '"(want|to)+ die"'), "can't be read"),
    "a card too few": (_remove("cards/fault.md"), "fault"),
    "an empty card": (_write("cards/fault.md", ""), "fault.md"),
    "a grade U number": (_replace("cards/suicide.md", "grade: B", "grade: U"), "grade"),
    "an unlisted number": (_replace("cards/fault.md", "It is not your fault.", "Ring 0800 123 4567."), "0800 123 4567"),
    "an unknown gap": (_replace("cards/fault.md", "{told}", "{who_knows}"), "who_knows"),
    "an unreadable condition": (_replace("cards/suicide.md", "[under 19] Childline", "[young] Childline"), "[young]"),
}


@pytest.mark.parametrize("name", BREAKAGES)
def test_a_broken_safety_folder_is_refused_with_a_sentence_that_names_the_place(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "safety"
    shutil.copytree(FOLDER, folder)
    change, named = BREAKAGES[name]
    change(folder)
    with pytest.raises(BrokenSafety) as refused:
        load_safety(folder)
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BrokenSafety):
        load_safety(tmp_path)


# --- reading ----------------------------------------------------------------------------------------------------

READER = Reader(
    CONTENT.words, ["i want to die", "kill myself", "suicide overdose self harm scared boyfriend mum kicked out"]
)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("I wanna DIE", "i want to die"),
        ("i w4nt t0 d1e", "i want to die"),
        ("i   want​ to d\u200bie", "i want to die"),
        ("k m s", "kill myself"),
        ("k.m.s", "kill myself"),
        ("k i l l  m y s e l f", "kill myself"),
        ("killmyself", "kill myself"),
        ("kill my self", "kill myself"),
        ("kiiiill mysellf", "kill myself"),
        ("k*ll myself", "kill myself"),
        ("su1c1de", "suicide"),
        ("sui cide", "suicide"),
        ("ѕuісіdе", "suicide"),
        ("ＳＵＩＣＩＤＥ", "suicide"),
        ("want 2 die", "want to die"),
        ("i. want. to. die.", "i want to die"),
        ("me mum kicked me out", "my mum kicked me out"),
        ("od'd", "overdosed"),
    ],
)  # fmt: skip
def test_the_reader_undoes_how_it_was_typed(typed: str, read: str) -> None:
    assert " ".join(READER.read(typed).words) == read


@pytest.mark.parametrize("word", ["therapist", "skill", "2 kids", "vaping", "chores", "collapse", "banter", "overcome"])
def test_the_reader_leaves_everyday_words_alone(word: str) -> None:
    assert " ".join(READER.read(word).words) == word


def test_the_reader_marks_where_the_newest_message_begins() -> None:
    reading = READER.read("to die", earlier=["hiya", "i want"])
    assert reading.words[reading.fresh :] == ("to", "die")


def test_the_reader_looks_at_both_ends_of_a_very_long_text() -> None:
    words = READER.read("die " + "word " * 20_000 + "suicide").words
    assert (words[0], words[-1]) == ("die", "suicide")
    assert len(words) < 2_000


@pytest.mark.parametrize("text", ["k " * 5000, "k k k x " * 1200, "a b c d e f g h " * 600, "qzxv" * 2500, "k*" * 5000])
def test_the_search_for_other_spellings_is_bounded_by_the_length_of_the_text(text: str) -> None:
    """A row of single letters once took two seconds, because every piece of it was looked up as a misspelling."""
    reader = Reader(CONTENT.words, ["i want to die", "kill myself"])
    reader.read(text)
    assert reader.searches <= len(text) / 4


def test_the_content_type_is_what_the_gate_takes() -> None:
    assert isinstance(CONTENT, SafetyContent)
