"""The hazard log: every hazard is told whole, its controls are in modules that exist, and its tests are there and run."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from bot.settings import ROOT
from content.safety import BrokenSafety
from content.safety.hazards import BrokenHazards, Hazard, load_hazards

LOG = ROOT / "docs" / "safety" / "hazards.yaml"
HAZARDS = load_hazards(LOG, ROOT)
GOOD = """\
- id: H01
  hazard: A message is lost.
  harm: Nobody knows of it.
  controls: ["`bot/inbox.py` commits it first."]
  tests: ["tests/test_hazards.py::test_there_are_enough_hazards_to_have_thought_of_this_bot"]
  remaining: Telegram forgets after a day.
  owner: Whoever runs the bot
  review_by: 2027-05-21
"""
SCORES = re.compile(
    r"\b(?:(?:low|medium|high|severe|tolerable|acceptable)\b.{0,12}\brisk|score|level|likely|[1-5]/5)\b", re.I
)
SKIPPED = re.compile(r"@pytest\.mark\.(?:skip|xfail)\b")


@cache
def written_in(file: str) -> dict[str, str]:
    """The tests of a file as pytest names them, each with its decorators."""
    path = ROOT / file
    if not path.is_file():
        return {}
    found = {}
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        inside = node.body if isinstance(node, ast.ClassDef) else [node]
        before = f"{node.name}::" if isinstance(node, ast.ClassDef) else ""
        for one in inside:
            if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name.startswith("test_"):
                found[before + one.name] = "".join(f"@{ast.unparse(mark)}" for mark in one.decorator_list)
    return found


def marks_of(node_id: str) -> str | None:
    """The decorators of a test; None where there is no such test. What stands in brackets is one of its cases."""
    file, _, name = node_id.partition("::")
    return written_in(file).get(name.partition("[")[0])


def test_there_are_enough_hazards_to_have_thought_of_this_bot() -> None:
    assert len(HAZARDS) >= 25
    assert [hazard.id for hazard in HAZARDS] == [f"H{number:02}" for number in range(1, len(HAZARDS) + 1)]


@pytest.mark.parametrize("hazard", HAZARDS, ids=lambda hazard: hazard.id)
class TestEveryHazard:
    def test_names_only_tests_that_exist_and_run(self, hazard: Hazard) -> None:
        assert [test for test in hazard.tests if marks_of(test) is None] == []
        assert [test for test in hazard.tests if SKIPPED.search(marks_of(test) or "")] == []

    def test_says_what_remains_in_words_and_never_as_a_score(self, hazard: Hazard) -> None:
        assert not SCORES.search(hazard.remaining)
        assert len(hazard.remaining.split()) >= 6

    def test_is_told_in_whole_sentences(self, hazard: Hazard) -> None:
        for sentence in (hazard.hazard, hazard.harm, hazard.remaining, *hazard.controls):
            assert sentence.endswith(".")
            assert "!" not in sentence


def test_a_test_that_does_not_exist_is_noticed() -> None:
    assert marks_of("tests/test_hazards.py::test_that_nobody_wrote") is None
    assert marks_of("tests/test_nowhere.py::test_there_are_enough_hazards_to_have_thought_of_this_bot") is None
    assert marks_of("tests/test_hazards.py::TestEveryHazard::test_is_told_in_whole_sentences[H01]") is not None


def load(folder: Path, text: str) -> tuple[Hazard, ...]:
    log = folder / "hazards.yaml"
    log.write_text(text, encoding="utf-8")
    return load_hazards(log, ROOT)


def test_a_good_hazard_is_read(tmp_path: Path) -> None:
    (hazard,) = load(tmp_path, GOOD)
    assert (hazard.id, hazard.owner) == ("H01", "Whoever runs the bot")


@pytest.mark.parametrize("field", ["id", "hazard", "harm", "controls", "tests", "remaining", "owner", "review_by"])
def test_a_hazard_that_lacks_a_field_is_refused_by_its_name(field: str, tmp_path: Path) -> None:
    lines = [line for line in GOOD.replace("- ", "  ", 1).splitlines() if not line.startswith(f"  {field}:")]
    with pytest.raises(BrokenHazards) as refused:
        load(tmp_path, "\n".join(["-", *lines]))
    assert f", {field}: it is missing" in str(refused.value)


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        ("`bot/inbox.py`", "the inbox", "names no module"),
        ("bot/inbox.py", "bot/mailbox.py", "there is no bot/mailbox.py"),
        ("id: H01", "id: one", "must be like H01"),
        ("2027-05-21", "in spring", "must be a date"),
        ("  owner:", "  score: 9\n  owner:", "score: this field is not known"),
        ("tests/test_hazards.py::", "test_hazards.py::", "can't be read"),
        ('controls: ["`bot/inbox.py` commits it first."]', "controls: everything", "must be a list"),
        ("remaining: Telegram forgets after a day.", "remaining: 3", "must be words"),
        (GOOD, f"{GOOD}{GOOD}", "used twice"),
        (GOOD, "", "a list of hazards"),
        (GOOD, "- [", "not valid YAML"),
        (GOOD, "- nothing", "it needs id"),
    ],
)
def test_a_broken_log_is_refused_with_a_sentence_that_names_the_place(
    old: str, new: str, named: str, tmp_path: Path
) -> None:
    with pytest.raises(BrokenSafety) as refused:
        load(tmp_path, GOOD.replace(old, new))
    assert named in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_log_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(BrokenHazards, match="can't be read"):
        load_hazards(tmp_path / "hazards.yaml", ROOT)
