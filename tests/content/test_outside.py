"""What lies outside the Local Offer: read without a fault, and nowhere in the entries' own words."""

from __future__ import annotations

from pathlib import Path

import pytest

from content.calibration import FAR_QUESTIONS
from content.entry import parse_entry
from content.normalise import split_words
from content.outside import BrokenOutside, load_outside
from content.small_talk import load_small_talk

CONTENT = Path(__file__).parents[2] / "content"
FEWEST_LINES = 600
FEWEST_WORDS, MOST_WORDS = 2, 14


def words_of(lines: tuple[str, ...]) -> set[tuple[str, ...]]:
    return {tuple(split_words(line)) for line in lines}


def phrasings() -> set[tuple[str, ...]]:
    """Every title, question and keyword of the national entries and of the councils' own."""
    found: set[tuple[str, ...]] = set()
    for path in [*CONTENT.glob("entries/*/*.md"), *CONTENT.glob("councils/*/entries/*/*.md")]:
        entry, problems = parse_entry(path, path.read_text(encoding="utf-8"))
        assert entry is not None, problems
        found |= words_of((entry.title, *entry.questions, *entry.keywords))
    return found


def test_there_are_enough_lines_for_all_that_can_be_asked() -> None:
    assert len(load_outside()) >= FEWEST_LINES


def test_no_line_is_a_phrasing_of_an_entry() -> None:
    known = phrasings()
    assert len(known) > FEWEST_LINES
    assert sorted(words_of(load_outside()) & known) == []


def test_no_line_is_small_talk_which_has_its_own_answer() -> None:
    small_talk = load_small_talk()
    assert [line for line in load_outside() if small_talk.reply(line)] == []


def test_no_line_is_among_the_far_questions_of_the_calibration() -> None:
    assert sorted(words_of(load_outside()) & words_of(FAR_QUESTIONS)) == []


def test_every_line_is_as_short_as_what_people_type() -> None:
    assert [line for line in load_outside() if not FEWEST_WORDS <= len(line.split()) <= MOST_WORDS] == []


def test_the_lines_come_in_the_order_of_the_file_without_spare_spaces(tmp_path: Path) -> None:
    file = tmp_path / "out_of_scope.yaml"
    file.write_text("bins:\n  - when is   bin day\n  - no\nsums: [12 times 12]", encoding="utf-8")
    assert load_outside(file) == ("when is bin day", "no", "12 times 12")


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "holds no kinds"),
        ("{}", "holds no kinds"),
        ("- bin day", "holds no kinds"),
        ("bins: bin day", "bins: is not a list of lines"),
        ("bins: []", "bins: is not a list of lines"),
        ("bins:", "bins: is not a list of lines"),
        ("bins: [bin day, {a: b}]", "bins: is not a list of lines"),
        ("bins: [bin day, '??']", r'bins: "\?\?" holds no words'),
        ("bins: [bin day, Bin day?]", r'bins: "Bin day\?" is in bins already'),
        ("bins: [bin day]\nother: [bin  day]", 'other: "bin day" is in bins already'),
        ("bins: [bin day]\nbins: [bin men]", "the field bins is there twice"),
        ("bins: [", "cannot be read"),
    ],
)
def test_a_fault_is_named_where_it_stands(tmp_path: Path, text: str, fault: str) -> None:
    file = tmp_path / "out_of_scope.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BrokenOutside, match=fault):
        load_outside(file)


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "out_of_scope.yaml"
    file.write_text("bins: bin day\nsums: [one, one]", encoding="utf-8")
    with pytest.raises(BrokenOutside) as broken:
        load_outside(file)
    assert [problem.field for problem in broken.value.problems] == ["bins", "sums"]


@pytest.mark.parametrize("raw", [None, b"bins: [\xff]"])
def test_a_file_that_cannot_be_opened_or_is_no_text_is_said_to_be_so(tmp_path: Path, raw: bytes | None) -> None:
    file = tmp_path / "out_of_scope.yaml"
    if raw is not None:
        file.write_bytes(raw)
    with pytest.raises(BrokenOutside, match="cannot be read"):
        load_outside(file)
