"""`python -m bot new-council NAME` makes a folder that can be read, and that the bot refuses until it is filled in."""

from datetime import date
from pathlib import Path

import pytest
import yaml

from bot import new_council
from bot.errors import SettingsError
from content.council import FIELDS, NEEDED_CONTACTS, BrokenCouncil, load_council
from content.library import load_library
from content.programme_files import read
from tests.knowing import write


def test_it_loads_and_is_not_ready(tmp_path: Path) -> None:
    folder = new_council.make("St Mary's on Sea", tmp_path)
    council = load_council(folder / "council.yaml")
    assert folder.name == "st-marys-on-sea"
    assert council.name == "St Mary's on Sea"
    assert council.contacts == {}
    with pytest.raises(BrokenCouncil, match=r"contacts\.duty is missing"):
        council.check_ready()
    reading = read("programme.yaml", (folder / "programme.yaml").read_bytes(), date(2026, 11, 24))
    assert reading.series == []
    assert [fault.what for fault in reading.faults] == ["There is no drop-in in the file."]


def test_it_explains_every_field(tmp_path: Path) -> None:
    text = (new_council.make("Northmoor", tmp_path) / "council.yaml").read_text(encoding="utf-8")
    assert set(yaml.safe_load(text)) == FIELDS
    lines = text.splitlines()
    for field in FIELDS - {"bank_holidays"}:
        at = next(number for number, line in enumerate(lines) if line.startswith(f"{field}:"))
        assert lines[at - 1].startswith("#") or lines[at - 1].startswith("name"), field
    assert all(f"#  {key}:" in text for key in NEEDED_CONTACTS)


def test_with_its_contacts_filled_in_it_is_ready(tmp_path: Path) -> None:
    file = new_council.make("Northmoor", tmp_path) / "council.yaml"
    head, contacts = file.read_text(encoding="utf-8").split("contacts:\n")
    filled = contacts.replace("\n#", "\n").removeprefix("#")
    filled = filled.replace("checked_on: to be found", "checked_on: 2026-11-21")
    file.write_text(f"{head}contacts:\n{filled}", encoding="utf-8")
    load_council(file).check_ready()


def test_its_folder_of_entries_can_be_laid_over_the_national_ones(tmp_path: Path) -> None:
    folder = new_council.make("Northmoor", tmp_path / "councils")
    library = load_library(write(tmp_path), overlays=[folder / "entries"])
    assert len(library.entries) == 3


def test_a_folder_that_is_there_is_left_alone(tmp_path: Path) -> None:
    folder = new_council.make("Northmoor", tmp_path)
    (folder / "council.yaml").write_text("mine", encoding="utf-8")
    with pytest.raises(SettingsError, match="is there already"):
        new_council.make("northmoor", tmp_path)
    assert (folder / "council.yaml").read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("name", ["", "  ", "..", "../x", "/", "7", "日本", "x" * 50])
def test_a_name_that_is_no_name_makes_nothing(tmp_path: Path, name: str) -> None:
    with pytest.raises(SettingsError, match="can't be the name"):
        new_council.make(name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_name_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    assert new_council.make('../Up: {a} "b" # Down', tmp_path) == tmp_path / "up-a-b-down"
    assert load_council(tmp_path / "up-a-b-down" / "council.yaml").name == "../Up: {a} b # Down"


def test_the_next_three_steps_are_told(tmp_path: Path) -> None:
    told = new_council.next_steps(tmp_path / "content" / "councils" / "x", tmp_path)
    assert [line[:2] for line in told.splitlines()[1:]] == ["1.", "2.", "3."]
    assert "COUNCIL_FILE=content/councils/x/council.yaml" in told
