"""What the safety gate knows and says: phrases, idioms and fixed cards, each with a source and a review date."""

from content.safety.loading import (
    KINDS,
    LAST_RESORT,
    BrokenSafety,
    Card,
    Group,
    Idiom,
    Learned,
    Number,
    SafetyContent,
    Softening,
    Words,
    load_safety,
)
from content.safety.phrases import Phrases
from content.safety.reading import Reader, Reading

__all__ = [
    "KINDS",
    "LAST_RESORT",
    "BrokenSafety",
    "Card",
    "Group",
    "Idiom",
    "Learned",
    "Number",
    "Phrases",
    "Reader",
    "Reading",
    "SafetyContent",
    "Softening",
    "Words",
    "load_safety",
]
