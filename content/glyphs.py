"""Which font has a letter, and what can be drawn of a text; nobody ever sees an empty box for a letter.

Only pictures import this module, and only when one is drawn: its libraries take a fifth of a second to load.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal

from arabic_reshaper import ArabicReshaper
from bidi.algorithm import get_display  # the package's other one leaves brackets unmirrored (0.6.12)
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from PIL import ImageFont

Weight = Literal["heavy", "medium"]

_OURS: Final[dict[Weight, str]] = {"heavy": "Manrope-ExtraBold.ttf", "medium": "Manrope-SemiBold.ttf"}
# What a machine may have of its own: DejaVu lacks Chinese and two Urdu letters (U+06C1, U+06D2).
_ALSO: Final = ("NotoNaskhArabic-Bold.ttf", "NotoSansArabic-Bold.ttf", "NotoSansCJK-Bold.ttc")
_EMOJI: Final = "NotoColorEmoji.ttf"
_SYSTEM: Final = Path("/usr/share/fonts")
EMOJI_STRIKE: Final = 109  # the one size, in pixels, that Noto Color Emoji holds
_RESHAPER: Final = ArabicReshaper(configuration={"delete_harakat": True, "ARABIC LIGATURE ALLAH": False})
# Urdu letters that few fonts have, and the form of the same letter that Arabic uses.
_STAND_INS: Final = str.maketrans({"\u06c1": "\u0647", "\u06c2": "\u06c0", "\u06c3": "\u0629", "\u06d4": "."})

_PICTOGRAPH = "[\U0001f000-\U0001f1e5\U0001f200-\U0001f3fa\U0001f400-\U0001faff\u2600-\u27bf\u2b00-\u2bff\u231a-\u23ff]"
_DRESSED = f"{_PICTOGRAPH}[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*"
_EMOJI_CLUSTER: Final = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[0-9#*]\ufe0f?\u20e3|{_DRESSED}(?:\u200d{_DRESSED})*[\U000e0020-\U000e007f]*"
)
_PLACEHOLDER: Final = 0xE000  # private use: what people type never holds one after `tidy`


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one font, in the order in which they are drawn; `font` is the font's file."""

    text: str
    font: Path
    is_emoji: bool = False


@cache
def fonts(weight: Weight) -> tuple[Path, ...]:
    """The fonts that are asked for a letter, in turn."""
    ours = folder("font_manrope") / "files" / _OURS[weight]
    theirs = folder("matplotlib") / "mpl-data" / "fonts" / "ttf"
    return (ours, theirs / "DejaVuSans-Bold.ttf", theirs / "DejaVuSans.ttf", *filter(None, map(_system_font, _ALSO)))


def folder(package: str) -> Path:
    """Where a package lies, without importing it: matplotlib takes half a second."""
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"The package {package}, which brings a font, is not installed.")
    return Path(next(iter(spec.submodule_search_locations)))


@cache
def _system_font(name: str) -> Path | None:
    return next(iter(sorted(_SYSTEM.rglob(name))), None)


@cache
def glyphs(font: Path) -> frozenset[int]:
    """The code points that a font can draw."""
    with TTFont(font, lazy=True, fontNumber=0) as opened:
        return frozenset(opened.getBestCmap())


def _font_for(cluster: str, weight: Weight) -> Path | None:
    points = set(map(ord, cluster))
    return next((font for font in fonts(weight) if points <= glyphs(font)), None)


def _emoji_font_for(cluster: str) -> Path | None:
    font = _system_font(_EMOJI)
    return font if font and set(map(ord, cluster)) <= glyphs(font) else None


@lru_cache(maxsize=64)
def face(font: Path, size: int, shaped: bool) -> ImageFont.FreeTypeFont:
    """A font at a size in pixels; `shaped` leaves order and kerning to the shaper, else each letter stands as it comes."""
    engine = None if shaped else ImageFont.Layout.BASIC
    return ImageFont.truetype(str(font), size, layout_engine=engine)


def tidy(text: str) -> str:
    """A text on one line: composed, without control characters, direction overrides and doubled spaces."""
    composed = unicodedata.normalize("NFC", text)
    kept = (
        " " if character.isspace() else character
        for character in composed
        if character.isspace()
        or character in "\u200c\u200d"
        or unicodedata.category(character)[0] != "C"
        or 0xE0020 <= ord(character) <= 0xE007F
    )
    return " ".join("".join(kept).split())


def drawable(text: str, weight: Weight) -> str:
    """What the fonts can draw of a text; words with a letter that no font has are left out whole.

    Nothing, if that is more than a fifth of its letters: the rest would not make sense.
    """
    kept: list[str] = []
    lost = whole = 0
    for word in tidy(text).split():
        shown, missing = _drawable_word(word.translate(_STAND_INS), weight)
        whole += sum(map(str.isalpha, word))
        lost += sum(map(str.isalpha, word)) if missing else 0
        if shown and not missing:
            kept.append(shown)
    return " ".join(kept) if lost * 5 <= whole else ""


def _drawable_word(word: str, weight: Weight) -> tuple[str, bool]:
    """The word as it can be drawn, and whether a letter of it is missing."""
    shown: list[str] = []
    missing = False
    for cluster in clusters_of(word):
        found = cluster if _EMOJI_CLUSTER.fullmatch(cluster) else _drawable_letter(cluster, weight)
        if _EMOJI_CLUSTER.fullmatch(cluster) and not _emoji(cluster, weight):
            continue
        missing = missing or (not found and cluster[0].isalnum())
        shown.append(found)
    joined = "".join(shown)
    return joined, missing or not all(
        _font_for(letter, weight) for letter in _shaped(_EMOJI_CLUSTER.sub("", joined)) if letter.isalpha()
    )


def _drawable_letter(cluster: str, weight: Weight) -> str:
    """A letter with its marks; its plain form where only that is there; else nothing."""
    if cluster in "\u200c\u200d":
        return cluster if cluster == "\u200c" else ""
    base = cluster[0]
    if unicodedata.bidirectional(base) in ("R", "AL"):
        return base
    if unicodedata.category(base)[0] == "M":
        return ""
    plain = unicodedata.normalize("NFKC", base)
    if ord(base) not in glyphs(fonts(weight)[0]) and plain != base and _font_for(plain, weight):
        base = plain
    with_mark = base + cluster[1:2]
    return with_mark if _font_for(with_mark, weight) else base if _font_for(base, weight) else ""


def _emoji(cluster: str, weight: Weight) -> Run | None:
    """How an emoji is drawn: in colour, plainer without its sequence, in one colour, or not at all."""
    for form in (cluster, cluster.replace("\ufe0f", ""), cluster[0]):
        if (font := _emoji_font_for(form)) and _is_one_glyph(form, font):
            return Run(form, font, is_emoji=True)
    plain = _font_for(cluster[0], weight)
    return Run(cluster[0], plain) if plain else None


@lru_cache(maxsize=512)
def _is_one_glyph(cluster: str, font: Path) -> bool:
    return face(font, EMOJI_STRIKE, True).getlength(cluster) < 1.5 * EMOJI_STRIKE


def clusters_of(text: str) -> Iterator[str]:
    """What belongs together: an emoji sequence, or a character with the marks on it."""
    at = 0
    while at < len(text):
        emoji = _EMOJI_CLUSTER.match(text, at)
        end = emoji.end() if emoji else at + 1
        while end < len(text) and unicodedata.category(text[end])[0] == "M":
            end += 1
        yield text[at : emoji.end()] if emoji else text[at:end]
        at = end


def is_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction reads from the right."""
    directions = (unicodedata.bidirectional(character) for character in text)
    return next((one for one in directions if one in ("L", "R", "AL")), "L") != "L"


def _shaped(text: str) -> str:
    return str(_RESHAPER.reshape(text)).replace("\u200c", "")


@lru_cache(maxsize=512)
def runs_of(text: str, weight: Weight, rtl: bool) -> tuple[Run, ...]:
    """A drawable text in drawing order, cut where the font changes."""
    emoji: list[Run] = []

    def put_aside(found: re.Match[str]) -> str:
        run = _emoji(found[0], weight)
        emoji.extend([run] if run else [])
        return chr(_PLACEHOLDER + len(emoji) - 1) if run else ""

    held = _EMOJI_CLUSTER.sub(put_aside, text)
    runs: list[Run] = []
    for cluster in clusters_of(get_display(_shaped(held), base_dir="R" if rtl else "L")):
        index = ord(cluster[0]) - _PLACEHOLDER
        if 0 <= index < len(emoji):
            runs.append(emoji[index])
            continue
        font = _font_for(cluster, weight)
        if font is None:
            continue
        if runs and runs[-1].font == font and not runs[-1].is_emoji:
            runs[-1] = Run(runs[-1].text + cluster, font)
        else:
            runs.append(Run(cluster, font))
    return tuple(runs)
