from datetime import date, time
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from content.programme import BrokenProgramme, DropIn, load_programme, on

COUNCILS = ROOT / "content" / "councils"
BREAKFAST = {
    "name": "Breakfast",
    "weekday": "tuesday",
    "opens": "09:30",
    "closes": "11:00",
    "place": "the kitchen",
    "from": "2026-09-01",
    "until": "2026-12-15",
}


def programme(folder: Path, text: str) -> tuple[DropIn, ...]:
    (folder / "programme.yaml").write_text(text, encoding="utf-8")
    return load_programme(folder)


def broken(folder: Path, text: str) -> str:
    with pytest.raises(BrokenProgramme) as error:
        programme(folder, text)
    return str(error.value)


def test_every_councils_programme_can_be_loaded() -> None:
    loaded = {folder.name: load_programme(folder) for folder in COUNCILS.iterdir()}
    assert len(loaded["northmoor"]) == 4
    assert not loaded["st-helens"]


def test_a_council_without_the_file_has_no_standing_drop_ins(tmp_path: Path) -> None:
    assert load_programme(tmp_path) == ()


def test_a_drop_in_is_read_with_its_day_its_times_and_its_place(tmp_path: Path) -> None:
    assert programme(tmp_path, yaml.safe_dump({"drop_ins": [BREAKFAST]})) == (
        DropIn("Breakfast", 1, time(9, 30), time(11), "the kitchen", date(2026, 9, 1), date(2026, 12, 15)),
    )


def test_times_and_dates_need_no_quotes(tmp_path: Path) -> None:
    text = """
drop_ins:
  - {name: Job Club, weekday: Wednesday, opens: 13:00, closes: 15:30, place: the Hub, from: 2026-09-02}
"""
    (job_club,) = programme(tmp_path, text)
    assert (job_club.opens, job_club.closes) == (time(13), time(15, 30))
    assert (job_club.first_day, job_club.last_day) == (date(2026, 9, 2), None)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "programme.yaml: drop-in 1: name is missing; write it as words."),
        ({"place": None}, "programme.yaml: Breakfast: place is missing"),
        ({"weekday": "someday"}, "Breakfast: weekday must be one of monday, tuesday"),
        ({"opens": "half nine"}, "Breakfast: opens must be a time, like 09:30."),
        ({"opens": "09:30+01:00"}, "Breakfast: opens must be a time"),
        ({"closes": None}, "Breakfast: closes must be a time"),
        ({"closes": "09:30"}, "Breakfast: closes must be later than opens."),
        ({"closes": "00:00"}, "Breakfast: closes must be later than opens."),
        ({"from": "September"}, "Breakfast: from must be a date like 2026-11-24, or be left out."),
        ({"until": "2026-02-30"}, "Breakfast: until must be a date"),
        ({"until": "2026-08-31"}, "Breakfast: until must not be before from."),
        ({"colour": "red"}, "Breakfast: colour is not a field; allowed are name, weekday"),
    ],
)
def test_a_mistake_names_the_drop_in_the_field_and_the_fix(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    told = broken(tmp_path, yaml.safe_dump({"drop_ins": [BREAKFAST | changes]}))
    assert sentence in told
    assert len(told.splitlines()) == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must hold one list"),
        ("drop_ins: tuesdays", "must hold one list"),
        ("- name: Breakfast", "must hold one list"),
        ("drop_ins: []\nevents: []", "must hold one list"),
        ("drop_ins: [", "cannot be read ("),
        ("drop_ins: []\ndrop_ins: []", "the field drop_ins is there twice"),
    ],
)
def test_a_file_of_another_shape_is_refused_in_a_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    told = broken(tmp_path, text)
    assert sentence in told
    assert told.startswith("programme.yaml: ")
    assert len(told.splitlines()) == 1


def test_a_file_that_is_not_text_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "programme.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(BrokenProgramme, match=r"programme\.yaml: cannot be read"):
        load_programme(tmp_path)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    drop_ins = [BREAKFAST | {"weekday": "x"}, "Job Club", BREAKFAST | {"opens": "x", "from": "x"}]
    told = broken(tmp_path, yaml.safe_dump({"drop_ins": drop_ins})).splitlines()
    assert len(told) == 1 + 5 + 2


def test_the_same_drop_in_is_not_written_twice(tmp_path: Path) -> None:
    told = broken(tmp_path, yaml.safe_dump({"drop_ins": [BREAKFAST, BREAKFAST | {"name": "breakfast"}]}))
    assert "is on tuesday twice at the same time" in told


def test_a_drop_in_is_on_its_weekday_from_its_first_day_to_its_last(tmp_path: Path) -> None:
    breakfasts = programme(tmp_path, yaml.safe_dump({"drop_ins": [BREAKFAST]}))
    tuesdays = [date(2026, 8, 25), date(2026, 9, 1), date(2026, 12, 15), date(2026, 12, 22)]
    assert [bool(on(breakfasts, day)) for day in tuesdays] == [False, True, True, False]
    assert not on(breakfasts, date(2026, 9, 2))


def test_the_drop_ins_of_a_day_are_told_in_the_order_of_the_day() -> None:
    thursday = on(reversed(load_programme(COUNCILS / "northmoor")), date(2026, 11, 26))
    assert [drop_in.name for drop_in in thursday] == ["Housing and money help", "Cook and Eat"]
