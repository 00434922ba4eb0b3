"""The demonstration council's Local Offer, whatever the settings of this machine say."""

from __future__ import annotations

from functools import cache
from typing import Final

from bot.settings import ROOT
from content.council import Council, load_council
from content.library import Library, load_library
from content.outside import load_outside

COUNCIL: Final = ROOT / "content" / "councils" / "northmoor" / "council.yaml"


@cache
def the_council() -> Council:
    """Northmoor, which is invented."""
    return load_council(COUNCIL)


@cache
def the_library() -> Library:
    """All entries, read strictly."""
    return load_library(ROOT / "content" / "entries", gaps=the_council().gaps)


def outside() -> tuple[str, ...]:
    """Lines that are out of scope."""
    return load_outside()
