"""The short form of `make drill-year`: a look every twelve days, the same faults."""

from datetime import timedelta
from pathlib import Path

import pytest

from tests.drill import year
from tests.drill.programme_reference import forty, held


async def test_a_year_of_forty_series_has_every_session_exactly_once(tmp_path: Path) -> None:
    outcome = await year.run(tmp_path, timedelta(days=12))
    assert outcome.expected > 2000
    assert outcome.downtimes
    assert outcome.wrong_clocks
    assert outcome.kills
    assert outcome.holds, outcome.said()


async def test_a_session_at_another_time_than_the_references_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, hour = held, timedelta(hours=1)
    monkeypatch.setattr(year, "forty", lambda: [one for one in forty() if one.uid == "until-july"])
    monkeypatch.setattr("tests.drill.year.held", lambda spec: [(day, starts + hour) for day, starts in real(spec)])
    outcome = await year.run(tmp_path, timedelta(days=30))
    assert not outcome.holds
    assert len(outcome.wrong) == outcome.expected
