from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from bot.settings import ROOT
from bot.working_time import closes_at, is_open, next_opening
from content.council import BrokenCouncil, Clocks, Council, Retention, load_council

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


def test_the_terms_are_read_in_order_and_may_be_left_out(northmoor: Council, tmp_path: Path) -> None:
    assert northmoor.terms[0] == (date(2026, 9, 2), date(2026, 10, 23))
    raw = yaml.safe_load(NORTHMOOR.read_text())
    del raw["terms"]
    (tmp_path / "council.yaml").write_text(yaml.safe_dump(raw))
    assert load_council(tmp_path / "council.yaml").terms == ()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"time_zone": "Mars/Base"}, "council.yaml: time_zone is not a time zone"),
        ({"bank_holidays": "France"}, "bank_holidays must be one of England"),
        ({"office_hours": {"monday": ["9 to 5"]}}, "office_hours.monday must be written like"),
        ({"office_hours": {"monday": ["17:00-09:00"]}}, "office_hours.monday must run forward"),
        ({"office_hours": {"moonday": ["09:00-17:00"]}}, "office_hours.moonday is not a day"),
        ({"closed_days": {"tomorrow": "x"}}, "closed_days.tomorrow must be a date"),
        ({"terms": {"from": "x"}}, "terms must be a list of lines like"),
        ({"terms": ["autumn"]}, "terms, line 1 must be written like {from: 2026-09-02, until: 2026-12-18}"),
        ({"terms": [{"from": date(2026, 9, 2), "until": "x"}]}, "terms, line 1 must be written like"),
        ({"terms": [{"from": date(2026, 9, 2), "until": date(2026, 9, 1)}]}, "terms, line 1 must run forward"),
        (
            {"terms": [{"from": date(2026, 9, day), "until": date(2026, 9, 20)} for day in (2, 20)]},
            "line 2 must run forward",
        ),
        ({"contacts": {"duty": {"name": "Duty"}}}, "contacts.duty lacks phone, source, checked_on"),
        ({"colour": "red"}, "colour is not a field"),
        ({"name": ""}, "name is missing"),
        ({"escalation": "soon"}, "escalation must be a list of"),
        ({"escalation": {"urgent": [0]}}, "escalation.urgent is not a field; allowed are urgent_minutes"),
        ({"escalation": {"urgent_minutes": [0, 5, 10]}}, "escalation.urgent_minutes must be 4 whole numbers"),
        ({"escalation": {"urgent_minutes": [0, 5, 10, 61]}}, "urgent_minutes must be 4 whole numbers from 0 to 60"),
        ({"escalation": {"urgent_minutes": [0, 5, 10, 15.5]}}, "urgent_minutes must be 4 whole numbers"),
        ({"escalation": {"urgent_minutes": [False, 5, 10, 15]}}, "urgent_minutes must be 4 whole numbers"),
        ({"escalation": {"urgent_minutes": None}}, "urgent_minutes must be 4 whole numbers"),
        ({"escalation": {"urgent_minutes": [0, 5, 5, 15]}}, "urgent_minutes must rise from one step to the next"),
        ({"escalation": {"urgent_minutes": [1, 5, 10, 15]}}, "escalation.urgent_minutes must start at 0"),
        ({"escalation": {"urgent_answer_minutes": 0}}, "urgent_answer_minutes must be a whole number from 1 to 60"),
        ({"escalation": {"ordinary_reminder_hours": "4"}}, "ordinary_reminder_hours must be a whole number"),
        ({"escalation": {"ordinary_working_days": [0, 1, 2]}}, "ordinary_working_days must be 3 whole numbers from 1"),
        ({"escalation": {"ordinary_working_days": [1, 2, 11]}}, "must be 3 whole numbers from 1 to 10, like [1, 2, 3]"),
        ({"escalation": {"ordinary_working_days": [3, 2, 1]}}, "escalation.ordinary_working_days must rise"),
        ({"retention": {"text_days": 0}}, "retention.text_days must be a whole number from 1 to 365"),
        ({"retention": {"text_days": 366}}, "retention.text_days must be a whole number from 1 to 365"),
        ({"retention": {"delivery_days": 31}}, "retention.delivery_days must be a whole number from 1 to 30"),
        ({"retention": {"audit_years": True}}, "retention.audit_years must be a whole number"),
        ({"retention": {"photos_days": 3}}, "retention.photos_days is not a field; allowed are text_days"),
    ],
)
def test_a_mistake_in_a_councils_file_names_the_field_and_the_fix(
    tmp_path: Path, changes: dict[str, object], sentence: str
) -> None:
    assert sentence in broken(tmp_path, **changes)


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    assert len(broken(tmp_path, name="", bank_holidays="France", colour="red").splitlines()) == 3
    clocks = {"urgent_minutes": [0], "urgent_answer_minutes": 0, "ordinary_working_days": 3, "bell": True}
    assert len(broken(tmp_path, escalation=clocks, retention={"text_days": -1}).splitlines()) == 5


def changed(tmp_path: Path, **changes: object) -> Council:
    raw = yaml.safe_load(NORTHMOOR.read_text()) | changes
    (tmp_path / "council.yaml").write_text(yaml.safe_dump({key: raw[key] for key in raw if raw[key] != "left out"}))
    return load_council(tmp_path / "council.yaml")


@pytest.mark.parametrize("written", ["left out", None, {}])
def test_a_council_that_writes_no_clocks_has_the_usual_ones(tmp_path: Path, written: object) -> None:
    council = changed(tmp_path, escalation=written, retention=written)
    assert council.clocks == Clocks()
    assert council.retention == Retention() == Retention(text_days=30, delivery_days=7, audit_years=6)
    assert council.clocks.urgent == tuple(timedelta(minutes=minutes) for minutes in (0, 5, 10, 15))


def test_the_demonstration_councils_file_shows_the_usual_clocks(northmoor: Council) -> None:
    assert "escalation:" in NORTHMOOR.read_text()
    assert (northmoor.clocks, northmoor.retention) == (Clocks(), Retention())


def test_a_council_sets_its_own_clocks(tmp_path: Path) -> None:
    council = changed(
        tmp_path,
        escalation={
            "urgent_minutes": [0, 10, 30, 60],
            "urgent_answer_minutes": 20,
            "ordinary_reminder_hours": 6,
            "ordinary_working_days": [2, 3, 10],
        },
        retention={"text_days": 14},
    )
    assert council.clocks == Clocks(
        urgent=tuple(timedelta(minutes=minutes) for minutes in (0, 10, 30, 60)),
        urgent_answer=timedelta(minutes=20),
        ordinary_reminder=timedelta(hours=6),
        ordinary_working_days=(2, 3, 10),
    )
    assert council.retention == Retention(text_days=14)


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
