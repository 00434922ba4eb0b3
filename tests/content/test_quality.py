from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from content.calibration import Quality
from content.quality import keep_quality, loss, quality_problems

GOOD = Quality(first=0.8, right=0.6, wrong=0.05, near=0.8, far=0.95)


def test_what_is_as_good_as_before_is_no_loss() -> None:
    assert loss(GOOD, replace(GOOD, first=0.79, near=0.78)) is None


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (replace(GOOD, first=0.7), "70% would find their own entry if they were left out, 80% before"),
        (replace(GOOD, near=0.7), "near and have no answer, 70% get none, 80% before"),
        (replace(GOOD, far=0.8), "far off and have no answer, 80% get none, 95% before"),
    ],
)
def test_a_loss_is_said_with_both_figures(now: Quality, words: str) -> None:
    assert words in (loss(GOOD, now) or "")


def test_a_check_compares_with_what_was_kept(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    assert "is not there" in str(quality_problems(GOOD, encoder=True, file=file)[0])
    keep_quality(GOOD, encoder=True, file=file)
    assert quality_problems(GOOD, encoder=True, file=file) == []
    assert "70%" in str(quality_problems(replace(GOOD, first=0.7), encoder=True, file=file)[0])
    assert "is not there" in str(quality_problems(GOOD, encoder=False, file=file)[0])


def test_a_spoiled_file_counts_as_none(tmp_path: Path) -> None:
    file = tmp_path / "quality.json"
    file.write_text('{"with encoder": {"first": 1, "more": 2}}')
    assert "is not there" in str(quality_problems(GOOD, encoder=True, file=file)[0])
