"""Loads what the bot knows: the council, its Local Offer, the matcher, small talk, the safety gate."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bot.safety import Gate
from bot.settings import ROOT, Settings
from content.council import Council, load_council
from content.library import Library, load_library
from content.matching import Matcher
from content.safety import SafetyContent, load_safety
from content.small_talk import SmallTalkPhrases, load_small_talk
from content.vocabulary import Vocabulary, load_vocabulary


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that is read from files at the start."""

    council: Council
    library: Library
    vocabulary: Vocabulary
    matcher: Matcher
    small_talk: SmallTalkPhrases
    safety: SafetyContent
    gate: Gate


def load(settings: Settings, other_folder: Path | None = None) -> Knowledge:
    """Read everything, strictly: the bot does not start on a broken file.

    `other_folder` takes any folder of entries in our format instead, read leniently, with the vocabulary in it or,
    without one, only the text-speak that is safe everywhere. Raises what says in sentences which file to mend.
    """
    council = load_council(settings.council_file)
    council.check_ready()
    if other_folder is None:
        own = settings.council_file.parent / "entries"
        library = load_library(settings.content_folder, overlays=[own] if own.is_dir() else [], gaps=council.gaps)
        vocabulary = load_vocabulary()
    else:
        library = load_library(other_folder, gaps=council.gaps, lenient=True)
        words = other_folder / "vocabulary.yaml"
        vocabulary = load_vocabulary(words) if words.exists() else load_vocabulary().text_speak_only()
    safety = load_safety(ROOT / "content" / "safety")
    return Knowledge(
        council=council,
        library=library,
        vocabulary=vocabulary,
        matcher=Matcher(library.entries.values(), vocabulary),
        small_talk=load_small_talk(gaps=council.gaps),
        safety=safety,
        gate=Gate(safety),
    )
