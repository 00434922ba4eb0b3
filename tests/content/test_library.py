from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from content.entry import Entry
from content.library import BrokenLibrary, Library, council_gaps, gaps_in, load_library
from tests.content.test_entry import GOOD


def write(folder: Path, name: str, text: str = GOOD) -> None:
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


GAPS = {"council_tax_phone": "01632 960130"}


def test_entries_come_in_the_order_of_the_menu_with_gaps_filled(tmp_path: Path) -> None:
    write(tmp_path, "travel/bus-pass.md")
    write(tmp_path, "council_tax/discount.md")
    library = load_library(tmp_path, gaps=GAPS)
    assert list(library.entries) == ["discount", "bus-pass"]
    assert library.topics() == ["council_tax", "travel"]
    assert [entry.id for entry in library.topic("travel")] == ["bus-pass"]
    assert library.entries["discount"].next_step == "Ring 01632 960130."


def test_a_gap_that_nothing_fills_is_refused_and_named(tmp_path: Path) -> None:
    write(tmp_path, "travel/bus-pass.md")
    with pytest.raises(BrokenLibrary, match=r"travel/bus-pass\.md, next step: .*council_tax_phone"):
        load_library(tmp_path, gaps={})


def test_a_broken_file_is_refused_with_every_mistake_in_every_file(tmp_path: Path) -> None:
    write(tmp_path, "travel/a.md", GOOD.replace("area: local", "area: x"))
    write(tmp_path, "travel/b.md", "nothing")
    with pytest.raises(BrokenLibrary) as fault:
        load_library(tmp_path)
    assert {problem.file for problem in fault.value.problems} == {"travel/a.md", "travel/b.md"}


def test_lenient_loading_leaves_a_broken_file_out_and_says_so(tmp_path: Path) -> None:
    write(tmp_path, "any/good.md")
    write(tmp_path, "any/bad.md", "nothing")
    (tmp_path / "any" / "worse.md").write_bytes(b"\xff\xfe\x00")
    library = load_library(tmp_path, lenient=True)
    assert list(library.entries) == ["good"]
    assert {problem.file for problem in library.problems} == {"any/bad.md", "any/worse.md"}


@pytest.mark.parametrize("lenient", [True, False])
def test_two_files_of_one_id_are_reported(tmp_path: Path, lenient: bool) -> None:
    write(tmp_path, "travel/same.md")
    write(tmp_path, "leisure/same.md")
    if lenient:
        assert "same name as" in str(load_library(tmp_path, lenient=True).problems[0])
    else:
        with pytest.raises(BrokenLibrary, match="same name as"):
            load_library(tmp_path)


def test_an_overlay_replaces_an_entry_and_adds_a_new_one(tmp_path: Path) -> None:
    write(tmp_path / "base", "travel/bus.md")
    write(tmp_path / "base", "travel/train.md")
    write(tmp_path / "own", "travel/bus.md", GOOD.replace("Maybe not.", "Free here."))
    write(tmp_path / "own", "travel/tram.md")
    library = load_library(tmp_path / "base", overlays=[tmp_path / "own"])
    assert list(library.entries) == ["bus", "train", "tram"]
    assert library.entries["bus"].answer.startswith("Free here.")


def test_the_hash_changes_with_the_text_and_with_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, "travel/bus.md")
    before = load_library(tmp_path).content_hash
    assert load_library(tmp_path).content_hash == before
    write(tmp_path, "travel/bus.md", GOOD.replace("Maybe", "Perhaps"))
    assert load_library(tmp_path).content_hash != before


@pytest.mark.parametrize("name", ["missing", "."])
def test_a_folder_without_entries_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BrokenLibrary):
        load_library(tmp_path / name)


def test_a_file_outside_a_topics_folder_is_refused_but_a_readme_is_not_read(tmp_path: Path) -> None:
    write(tmp_path, "travel/bus.md")
    write(tmp_path, "README.md", "how to")
    assert load_library(tmp_path).problems == ()
    write(tmp_path, "stray.md")
    with pytest.raises(BrokenLibrary, match=r"stray\.md"):
        load_library(tmp_path)


def test_a_council_file_fills_names_and_phones() -> None:
    council = {"name": "Northmoor", "team": "Compass", "contacts": {"duty": {"name": "Duty", "phone": "01"}}}
    expected = {"council": "Northmoor", "team": "Compass", "duty_name": "Duty", "duty_phone": "01"}
    assert council_gaps(council) == expected
    assert gaps_in("Ring {duty_phone}, not {Duty} or {}") == ["duty_phone"]


# --- entries that come and go with the day


def dated(entry_id: str, valid_from: date | None = None, replaces: str = "") -> Entry:
    return Entry(
        entry_id, "travel", f"Title of {entry_id}", (), "Answer.", "Ask.", valid_from=valid_from, replaces=replaces
    )


def test_an_entry_whose_day_lies_ahead_is_not_there_yet() -> None:
    library = Library({"old": dated("old"), "new": dated("new", date(2027, 4, 6))})
    assert set(library.on(date(2027, 4, 5)).entries) == {"old"}
    assert set(library.on(date(2027, 4, 6)).entries) == {"old", "new"}


def test_from_its_day_on_a_replacement_stands_in_the_others_place() -> None:
    library = Library({"old": dated("old"), "new": dated("new", date(2027, 4, 6), replaces="old")})
    before, after = library.on(date(2027, 4, 5)), library.on(date(2027, 4, 6))
    assert [one.id for one in before.topic("travel")] == ["old"]
    assert [one.id for one in after.topic("travel")] == ["new"]
    assert after.entries["old"].id == "new"


def test_replacements_follow_one_another() -> None:
    first, second = dated("b", date(2026, 4, 6), replaces="a"), dated("c", date(2027, 4, 6), replaces="b")
    library = Library({"a": dated("a"), "b": first, "c": second})
    assert library.on(date(2026, 12, 1)).entries["a"].id == "b"
    assert library.on(date(2028, 1, 1)).entries["a"].id == "c"


def test_a_library_without_dates_is_the_same_every_day() -> None:
    library = Library({"old": dated("old")})
    assert library.on(date(2026, 1, 1)) is library
