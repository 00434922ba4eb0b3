from __future__ import annotations

from datetime import date

import pytest

from bot.settings import ROOT
from content.checks import check_entries
from content.council import load_council
from content.library import load_library
from content.matching import Matcher
from content.vocabulary import load_vocabulary

COUNCILS = ROOT / "content" / "councils"


@pytest.mark.parametrize("council", sorted(path.parent.name for path in COUNCILS.glob("*/entries")))
def test_a_councils_own_entries_and_the_common_ones_do_not_take_each_others_questions(council: str) -> None:
    """Numbers that a council has still to find are borrowed from the invented one, so that its entries can be read."""
    invented = load_council(COUNCILS / "northmoor" / "council.yaml")
    own = load_council(COUNCILS / council / "council.yaml")
    library = load_library(
        ROOT / "content" / "entries",
        overlays=[COUNCILS / council / "entries"],
        gaps={**invented.gaps, **own.gaps},
    )
    vocabulary = load_vocabulary()
    mistakes = check_entries(library, Matcher(library.entries.values(), vocabulary), vocabulary, date(2026, 11, 22))
    assert [str(mistake) for mistake in mistakes] == []
