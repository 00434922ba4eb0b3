"""What the safety gate knows and says: phrases, idioms and fixed cards, each with a source and a review date."""

from content.safety.loading import (
    KINDS,
    LAST_RESORT,
    BrokenSafety,
    Card,
    Group,
    Idiom,
    Number,
    SafetyContent,
    Softening,
    Words,
    load_safety,
)
from content.safety.reading import Reader, Reading

__all__ = [
    "KINDS",
    "LAST_RESORT",
    "BrokenSafety",
    "Card",
    "Group",
    "Idiom",
    "Number",
    "Reader",
    "Reading",
    "SafetyContent",
    "Softening",
    "Words",
    "load_safety",
]
