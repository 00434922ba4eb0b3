"""Loads what the bot knows: the council, its Local Offer, the matcher, small talk, the safety gate."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from bot.safety import Gate
from bot.settings import ROOT, Settings
from content.council import BrokenCouncil, Council, load_council
from content.declined import BrokenDeclines, Declines, load_declines
from content.encoder import Encoder, UnusableEncoder, load_encoder
from content.language import BrokenLanguages, Languages, load_languages
from content.library import BrokenLibrary, Library, load_library, with_phrasings
from content.matching import Matcher
from content.outside import BrokenOutside, load_outside
from content.safety import BrokenSafety, SafetyContent, load_safety
from content.small_talk import BrokenSmallTalk, SmallTalkPhrases, load_small_talk
from content.vectors import Shelf
from content.vocabulary import BrokenVocabulary, Vocabulary, load_vocabulary

log = logging.getLogger(__name__)

MISTAKES: Final[tuple[type[Exception], ...]] = (
    BrokenCouncil, BrokenDeclines, BrokenLanguages, BrokenLibrary, BrokenOutside, BrokenSafety, BrokenSmallTalk, BrokenVocabulary,
)  # fmt: skip
"""What is raised for files that an editor has to mend; the text of each is sentences."""
Phrasings = Mapping[str, Sequence[str]]
"""Words that were learned for entries, by the entry's id."""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything that is read from files, with the learned phrasings laid over it. It never changes: it is replaced."""

    council: Council
    written: Library
    """The entries as their files have them."""
    library: Library
    vocabulary: Vocabulary
    outside: tuple[str, ...]
    """Lines that are out of scope."""
    encoder_folder: Path
    matcher: Matcher
    small_talk: SmallTalkPhrases
    languages: Languages
    declines: Declines
    safety: SafetyContent
    gate: Gate

    def learning(self, phrasings: Phrasings) -> Knowledge:
        """The same with these learned phrasings, and no others. Takes as long as building a matcher."""
        library = with_phrasings(self.written, phrasings)
        return replace(
            self, library=library, matcher=_matcher(library, self.vocabulary, self.outside, self.encoder_folder)
        )


def load(
    settings: Settings,
    other_folder: Path | None = None,
    phrasings: Phrasings | None = None,
    *,
    told: Callable[[int, int], None] | None = None,
) -> Knowledge:
    """Read everything, strictly: the bot does not start on a broken file.

    `other_folder` takes any folder of entries in our format instead, read leniently, with the vocabulary in it or,
    without one, only the text-speak that is safe everywhere; likewise out_of_scope.yaml. `told` hears how many phrasings of how
    many have been read by the encoder. Raises one of `MISTAKES`, which says in sentences which
    file to mend.
    """
    council = load_council(settings.council_file)
    council.check_ready()
    if other_folder is None:
        own = settings.council_file.parent / "entries"
        written = load_library(settings.content_folder, overlays=[own] if own.is_dir() else [], gaps=council.gaps)
        vocabulary, outside = load_vocabulary(), load_outside()
    else:
        written = load_library(other_folder, gaps=council.gaps, lenient=True)
        words = other_folder / "vocabulary.yaml"
        vocabulary = load_vocabulary(words) if words.exists() else load_vocabulary().text_speak_only()
        lines = other_folder / "out_of_scope.yaml"
        outside = load_outside(lines) if lines.exists() else ()
    library = with_phrasings(written, phrasings or {})
    safety = load_safety(ROOT / "content" / "safety")
    return Knowledge(
        council=council,
        written=written,
        library=library,
        vocabulary=vocabulary,
        outside=outside,
        encoder_folder=settings.encoder_folder,
        matcher=_matcher(library, vocabulary, outside, settings.encoder_folder, told),
        small_talk=load_small_talk(gaps=council.gaps),
        languages=load_languages(),
        declines=load_declines(gaps=council.gaps, vocabulary=vocabulary),
        safety=safety,
        gate=Gate(safety, encoder(settings.encoder_folder)),
    )


def _matcher(
    library: Library,
    vocabulary: Vocabulary,
    outside: Sequence[str],
    folder: Path,
    told: Callable[[int, int], None] | None = None,
) -> Matcher:
    return Matcher(library.entries.values(), vocabulary, encoder(folder), Shelf(folder / "kept", told), outside=outside)


@cache
def encoder(folder: Path) -> Encoder | None:
    """The sentence encoder, loaded once; without it the matcher's lexical core stands alone, and the log says why."""
    try:
        return load_encoder(folder)
    except UnusableEncoder as fault:
        log.warning("%s", fault)
        return None
