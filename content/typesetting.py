"""Sets words in pictures: how large a text may be in its box, where its lines break, and drawing them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from content.glyphs import EMOJI_STRIKE, Run, Weight, clusters_of, drawable, face, is_right_to_left, runs_of

Colour = tuple[int, int, int]

_CAP_HEIGHT: Final = 0.72  # Manrope: 1440 of 2000 units
_PITCH: Final = 1.1
_BREAK_AFTER: Final = re.compile(r"(?<=[-/_@&])(?=\w)")


@dataclass(frozen=True, slots=True)
class Line:
    """One line and where its ink lies, in pixels from the start of its baseline (up is negative)."""

    text: str
    runs: tuple[Run, ...]
    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from the first ink to the last."""
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class Setting:
    """A text as it stands in its box: lines, size and pitch in pixels; whether it had to be shortened."""

    lines: tuple[Line, ...]
    size: int
    pitch: int
    shortened: bool = False

    @property
    def ascent(self) -> int:
        """Pixels from the top to the first baseline: a capital's height, or more where the ink goes higher."""
        ink = -self.lines[0].top if self.lines else 0
        return max(round(_CAP_HEIGHT * self.size), ink)

    @property
    def height(self) -> int:
        """Pixels from the top of the first line to the lowest ink of the last."""
        if not self.lines:
            return 0
        return self.ascent + self.pitch * (len(self.lines) - 1) + max(0, self.lines[-1].bottom)

    @property
    def width(self) -> int:
        """Pixels of the widest line."""
        return max((line.width for line in self.lines), default=0)


@lru_cache(maxsize=1024)
def _line(text: str, size: int, weight: Weight, rtl: bool) -> Line:
    runs = runs_of(text, weight, rtl)
    left = top = right = bottom = 0
    x = 0.0
    for number, run in enumerate(runs):
        ink = _ink(run, size)
        left = round(x + ink[0]) if number == 0 else min(left, round(x + ink[0]))
        top, right, bottom = min(top, round(ink[1])), max(right, round(x + ink[2] + 0.5)), max(bottom, round(ink[3]))
        x += _advance(run, size)
    return Line(text, runs, left, top, right, bottom)


def _advance(run: Run, size: int) -> float:
    return 1.06 * size if run.is_emoji else _shaping_face(run, size).getlength(run.text)


def _ink(run: Run, size: int) -> tuple[float, float, float, float]:
    if run.is_emoji:
        return (0.03 * size, -0.84 * size, 1.03 * size, 0.16 * size)
    return _shaping_face(run, size).getbbox(run.text, anchor="ls")


def _shaping_face(run: Run, size: int) -> ImageFont.FreeTypeFont:
    """Letters that read from the right are already shaped and in order: nothing may turn them round again."""
    ordered = any(unicodedata.bidirectional(character) in ("R", "AL") for character in run.text)
    return face(run.font, size, not ordered)


def _pieces(text: str) -> list[tuple[str, str]]:
    """What may stand on a line of its own, each with what joins it to the one before."""
    return [
        (" " if number == 0 else "", piece)
        for word in text.split()
        for number, piece in enumerate(_BREAK_AFTER.split(word))
    ]


@dataclass(frozen=True, slots=True)
class _Setter:
    """Sets one text of one weight at any size."""

    text: str
    weight: Weight
    rtl: bool

    def line(self, text: str, size: int) -> Line:
        return _line(text, size, self.weight, self.rtl)

    def broken(self, size: int, width: int, may_split: bool) -> list[str] | None:
        """The lines at this size; None if a word is too wide and may not be split."""
        lines: list[str] = []
        current = ""
        for joint, piece in _pieces(self.text):
            longer = f"{current}{joint}{piece}" if current else piece
            if self.line(longer, size).width <= width:
                current = longer
                continue
            lines += [current] if current else []
            current = piece
            if self.line(piece, size).width > width:
                if not may_split:
                    return None
                *full, current = self._split(piece, size, width)
                lines += full
        return [*lines, current] if current else lines

    def _split(self, word: str, size: int, width: int) -> list[str]:
        parts: list[str] = []
        rest = list(clusters_of(word))
        while rest:
            low, high = 1, len(rest)
            while low < high:
                middle = (low + high + 1) // 2
                fits = self.line(_hyphened(rest, middle), size).width <= width
                low, high = (middle, high) if fits else (low, middle - 1)
            parts.append(_hyphened(rest, low))
            rest = rest[low:]
        return parts

    def set(self, size: int, lines: list[str], shortened: bool = False) -> Setting:
        laid = tuple(self.line(text, size) for text in lines)
        clearance = max((above.bottom - below.top for above, below in pairwise(laid)), default=0)
        return Setting(laid, size, max(round(_PITCH * size), clearance + round(0.06 * size)), shortened)

    def largest(self, sizes: range, width: int, height: int, most: int, may_split: bool) -> Setting | None:
        """The setting of the largest of these sizes that fits, its lines balanced."""
        best: Setting | None = None
        low, high = sizes.start, sizes.stop - 1
        while low <= high:
            size = (low + high) // 2
            lines = self.broken(size, width, may_split)
            tried = self.set(size, lines) if lines is not None and len(lines) <= most else None
            if tried and tried.height <= height and tried.width <= width:
                best, low = tried, size + 1
            else:
                high = size - 1
        return self._balanced(best, width, height) if best else None

    def _balanced(self, setting: Setting, width: int, height: int) -> Setting:
        """The same number of lines, as even as they can be, so that no word is left alone at the end."""
        low, high, best = setting.width // 2, width, setting
        while low < high and len(setting.lines) > 1:
            middle = (low + high) // 2
            lines = self.broken(setting.size, middle, may_split=False)
            tried = self.set(setting.size, lines) if lines and len(lines) == len(setting.lines) else None
            if tried and tried.height <= height and tried.width <= width:
                best, high = tried, middle
            else:
                low = middle + 1
        return best

    def shortened(self, size: int, width: int, height: int, most: int) -> Setting:
        """As much as fits at the least size, ended at a word with an ellipsis."""
        words = self.text.split()
        units = [" ".join(words[:count]) for count in range(1, len(words))]
        units = ["".join(part) for part in _prefixes(words[0])] + units if words else []
        low, high, best = 0, len(units) - 1, Setting((), size, size, True)
        while low <= high:
            middle = (low + high) // 2
            setter = _Setter(f"{units[middle].rstrip(' ,;:.-')}…", self.weight, self.rtl)
            tried = setter.set(size, setter.broken(size, width, may_split=True) or [], shortened=True)
            if tried.height <= height and len(tried.lines) <= most and tried.width <= width:
                best, low = tried, middle + 1
            else:
                high = middle - 1
        return best


def _prefixes(word: str) -> Iterator[list[str]]:
    clusters = list(clusters_of(word))
    return (clusters[:count] for count in range(1, len(clusters)))


def _hyphened(clusters: list[str], count: int) -> str:
    """The first clusters of a word, with a hyphen where it goes on in letters that read from the left."""
    part = "".join(clusters[:count])
    goes_on = count < len(clusters) and all(one[0].isalpha() for one in clusters[count - 1 : count + 1])
    return f"{part}-" if goes_on and unicodedata.bidirectional(clusters[count - 1][0]) == "L" else part


def fit(
    text: str,
    width: int,
    height: int,
    *,
    largest: int,
    least: int,
    weight: Weight,
    whole_words: int = 0,
    most: int = 99,
    shorten: bool = True,
) -> Setting:
    """Sets a text as large as its box allows, sizes in pixels, on at most so many lines.

    Words stay whole as long as the size is at least `whole_words`; below that they are split. What does not fit even
    at the least size is shortened, or not set at all.
    """
    shown = drawable(text, weight)
    setter = _Setter(shown, weight, is_right_to_left(shown))
    if not shown:
        return Setting((), largest, largest, shortened=False)
    whole = setter.largest(range(max(least, whole_words), largest + 1), width, height, most, may_split=False)
    return (
        whole
        or setter.largest(range(least, max(least, min(largest, 72)) + 1), width, height, most, may_split=True)
        or (setter.shortened(least, width, height, most) if shorten else Setting((), least, least))
    )


def draw_line(picture: Image.Image, line: Line, x: int, baseline: int, size: int, colour: Colour) -> None:
    """Draws a line with its first ink at `x`."""
    pen = ImageDraw.Draw(picture)
    at = float(x - line.left)
    for run in line.runs:
        if run.is_emoji:
            glyph = _emoji_picture(run, size)
            picture.paste(glyph, (round(at + 0.03 * size), round(baseline - 0.84 * size)), glyph)
        else:
            pen.text((round(at), baseline), run.text, font=_shaping_face(run, size), fill=colour, anchor="ls")
        at += _advance(run, size)


def _emoji_picture(run: Run, size: int) -> Image.Image:
    strike = Image.new("RGBA", (136, 128))
    font = face(run.font, EMOJI_STRIKE, True)
    ImageDraw.Draw(strike).text((0, 0), run.text, font=font, embedded_color=True)
    ink = strike.getbbox() or (0, 0, 136, 128)
    return strike.crop(ink).resize((size, size), Image.Resampling.LANCZOS)
