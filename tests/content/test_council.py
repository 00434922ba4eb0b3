from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from bot.working_time import closes_at, is_open, next_opening
from content.council import BrokenCouncil, Council, load_council

NORTHMOOR = ROOT / "content" / "councils" / "northmoor" / "council.yaml"


@pytest.fixture(scope="module")
def northmoor() -> Council:
    return load_council(NORTHMOOR)


def broken(tmp_path: Path, **changes: object) -> str:
    raw = yaml.safe_load(NORTHMOOR.read_text())
    raw.update(changes)
    (tmp_path / "council.yaml").write_text(yaml.safe_dump(raw))
    with pytest.raises(BrokenCouncil) as error:
        load_council(tmp_path / "council.yaml")
    return str(error.value)


def test_every_council_in_the_repository_can_be_loaded() -> None:
    files = sorted(NORTHMOOR.parent.parent.glob("*/council.yaml"))
    assert files
    for file in files:
        assert load_council(file).name


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Mars/Base"}, "council.yaml: time_zone is not a time zone"),
        ({"bank_holidays": "France"}, "bank_holidays must be one of England"),
        ({"office_hours": {"monday": ["9 to 5"]}}, "office_hours.monday must be written like"),
        ({"office_hours": {"monday": ["17:00-09:00"]}}, "office_hours.monday must run forward"),
        ({"office_hours": {"moonday": ["09:00-17:00"]}}, "office_hours.moonday is not a day"),
        ({"closed_days": {"tomorrow": "x"}}, "closed_days.tomorrow must be a date"),
        ({"contacts": {"duty": {"name": "Duty"}}}, "contacts.duty lacks phone, source, checked_on"),
        ({"colour": "red"}, "colour is not a field"),
        ({"name": ""}, "name is missing"),
    ],
)
def test_a_mistake_in_a_councils_file_names_the_field_and_the_fix(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    assert sentence in broken(tmp_path, **changes)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(broken(tmp_path, name="", bank_holidays="France", colour="red").splitlines()) == 3


@pytest.mark.parametrize(
    ("now", "open_now", "opens"),
    [
        ("2026-11-20T16:29", True, "2026-11-23T09:00"),
        ("2026-11-20T16:30", False, "2026-11-23T09:00"),
        ("2026-12-23T16:59", True, "2027-01-04T09:00"),
        ("2026-12-24T12:00", False, "2027-01-04T09:00"),
        ("2026-12-28T10:00", False, "2027-01-04T09:00"),
        ("2027-03-26T10:00", False, "2027-03-30T09:00"),
        ("2027-03-28T00:30", False, "2027-03-30T09:00"),
    ],
)
def test_working_time_leaves_out_weekends_bank_holidays_and_closed_days(
    northmoor: Council, now: str, open_now: bool, opens: str
) -> None:
    moment = datetime.fromisoformat(now).replace(tzinfo=northmoor.zone)
    opening = next_opening(northmoor, moment)
    assert is_open(northmoor, moment) is open_now
    assert opening is not None
    assert opening.replace(tzinfo=None).isoformat(timespec="minutes") == opens
    assert (closes_at(northmoor, moment) is not None) is open_now


def test_hours_are_the_councils_and_not_the_servers(northmoor: Council) -> None:
    assert is_open(northmoor, datetime(2026, 7, 1, 8, 30, tzinfo=UTC))
    assert not is_open(northmoor, datetime(2026, 7, 1, 16, 30, tzinfo=UTC))
    assert date(2026, 12, 24) in northmoor.closed_days


def test_a_council_without_a_number_to_ring_is_not_ready_to_run() -> None:
    blackpool = load_council(NORTHMOOR.parent.parent / "blackpool" / "council.yaml")
    with pytest.raises(BrokenCouncil, match=r"contacts\.duty is missing"):
        blackpool.check_ready()


def test_the_demonstration_council_is_ready_to_run(northmoor: Council) -> None:
    northmoor.check_ready()
