"""The week's drop-ins as a calendar: a picture that a phone shows whole. Imported only when one is drawn."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final

from PIL import Image, ImageDraw

from content.texts import drop_in as texts
from content.typesetting import Colour, Setting, draw_line, fit

WIDTH: Final = 1080
MOST_A_DAY: Final = 7
"""More than these would make the picture longer than a phone; the words below it hold them all."""

_MARGIN: Final = 48
_HEAD: Final = 150
_BADGE: Final = 168
_CARD: Final = 144
_BARE: Final = 84
_GAP: Final = 14
_STRIP: Final = 18
_PAD: Final = 22
_TIMES: Final = 168
_GROUND: Final[Colour] = (255, 244, 226)
_INK: Final[Colour] = (27, 18, 64)
_PAPER: Final[Colour] = (255, 255, 255)
_SOFT: Final[Colour] = (92, 82, 112)  # 6.9 : 1 on paper, 6.3 : 1 on the ground
_QUIET: Final[Colour] = (247, 231, 204)
_TODAY: Final[Colour] = (255, 197, 46)
TOPIC_COLOURS: Final[dict[str, Colour]] = {
    "work": (45, 75, 255),
    "money": (0, 168, 132),
    "health": (255, 106, 77),
    "housing": (146, 84, 222),
    "education": (0, 150, 199),
    "social": (255, 122, 178),
    "other": (120, 113, 140),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One session: times and words as they are shown. `detail` may be empty."""

    opens: str
    closes: str
    name: str
    detail: str
    topic: str
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the week with its sessions, in order."""

    day: date
    cards: tuple[Card, ...] = ()
    is_today: bool = False

    @property
    def shown(self) -> tuple[Card, ...]:
        """Those that the picture has room for."""
        return self.cards[:MOST_A_DAY]

    @property
    def height(self) -> int:
        """Pixels of its row, the gap below left out."""
        return len(self.shown) * (_CARD + _GAP) - _GAP if self.cards else _BARE


@lru_cache(maxsize=8)
def draw(title: str, days: tuple[Day, ...]) -> bytes:
    """The picture as PNG, 1080 pixels wide. What no font has is left out; the words below the picture hold it."""
    height = _HEAD + sum(day.height + 2 * _GAP for day in days) + _MARGIN
    picture = Image.new("RGB", (WIDTH, height), _GROUND)
    heading = fit(title, WIDTH - 2 * _MARGIN, _HEAD - 64, largest=64, least=30, weight="heavy", most=1)
    _put(picture, heading, _MARGIN, (_HEAD - heading.height) // 2 + 8, _INK)
    top = _HEAD
    for day in days:
        _draw_day(picture, day, top)
        top += day.height + 2 * _GAP
    written = io.BytesIO()
    picture.quantize(64, Image.Quantize.FASTOCTREE).save(written, "PNG")
    return written.getvalue()


def _draw_day(picture: Image.Image, day: Day, top: int) -> None:
    pen = ImageDraw.Draw(picture)
    badge = (_MARGIN, top, _MARGIN + _BADGE, top + min(day.height, _CARD))
    ground, ink = (_TODAY, _INK) if day.is_today else (_INK, _PAPER) if day.cards else (_QUIET, _SOFT)
    pen.rounded_rectangle(badge, 20, fill=ground)
    words = [f"{day.day:%a}", str(day.day.day)] if day.cards else [f"{day.day:%a} {day.day.day}"]
    room = (badge[3] - badge[1]) // len(words)
    for number, word in enumerate(words):
        laid = fit(word, _BADGE - 20, room - 12, largest=54 if number else 40, least=24, weight="heavy", most=1)
        left = badge[0] + (_BADGE - laid.width) // 2
        _put(picture, laid, left, badge[1] + room * number + (room - laid.height) // 2, ink)
    right = badge[2] + _GAP
    if not day.cards:
        pen.rounded_rectangle((right, top, WIDTH - _MARGIN, top + _BARE), 20, fill=_QUIET)
        laid = fit(texts.PICTURE_EMPTY, 600, _BARE, largest=30, least=24, weight="medium", most=1)
        _put(picture, laid, right + _PAD + _STRIP, top + (_BARE - laid.height) // 2, _SOFT)
    for number, card in enumerate(day.shown):
        _draw_card(picture, card, right, top + number * (_CARD + _GAP))


def _draw_card(picture: Image.Image, card: Card, left: int, top: int) -> None:
    pen = ImageDraw.Draw(picture)
    right, bottom = WIDTH - _MARGIN, top + _CARD
    pen.rounded_rectangle((left, top, right, bottom), 20, fill=TOPIC_COLOURS.get(card.topic, TOPIC_COLOURS["other"]))
    pen.rounded_rectangle((left + _STRIP, top, right, bottom), 20, fill=_PAPER)
    pen.rectangle((left + _STRIP, top, left + _STRIP + 20, bottom), fill=_PAPER)
    at = left + _STRIP + _PAD
    opens = fit(card.opens, _TIMES - _PAD, 44, largest=40, least=24, weight="heavy", most=1)
    closes = fit(f"– {card.closes}", _TIMES - _PAD, 36, largest=30, least=22, weight="medium", most=1)
    ink = _SOFT if card.cancelled else _INK
    _stacked(picture, (opens, closes), at, top, (ink, _SOFT))
    words = right - _PAD - at - _TIMES
    name = fit(card.name, words, 80, largest=40, least=26, weight="heavy", whole_words=28, most=2)
    below = texts.PICTURE_CANCELLED if card.cancelled else card.detail
    detail = fit(below, words, 34, largest=28, least=22, weight="medium", whole_words=22, most=1)
    _stacked(picture, (name, detail), at + _TIMES, top, (ink, _SOFT))


def _stacked(picture: Image.Image, settings: Sequence[Setting], left: int, top: int, inks: Sequence[Colour]) -> None:
    """Texts below each other, in the middle of a card's height."""
    laid = [(one, ink) for one, ink in zip(settings, inks, strict=True) if one.lines]
    height = sum(one.height for one, _ in laid) + 12 * (len(laid) - 1)
    top += (_CARD - height) // 2
    for one, ink in laid:
        _put(picture, one, left, top, ink)
        top += one.height + 12


def _put(picture: Image.Image, setting: Setting, left: int, top: int, ink: Colour) -> None:
    for number, line in enumerate(setting.lines):
        draw_line(picture, line, left, top + setting.ascent + number * setting.pitch, setting.size, ink)
