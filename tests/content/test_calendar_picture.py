"""The week's picture: every size that Telegram takes, and nothing cut or unreadable."""

import io
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from content import calendar_picture as picture
from content.calendar_picture import Card, Day, draw
from content.typesetting import Colour

MONDAY = date(2026, 11, 23)
NAMES = (
    "Job club", "Donaudampfschifffahrtsgesellschaftskapitän und noch viel mehr", "نادي الشاي", "🍳 Breakfast 👩‍🍳", "", "日本語", "a" * 80,
)  # fmt: skip


def week(*cards: Card) -> tuple[Day, ...]:
    return tuple(Day(MONDAY + timedelta(days=n), cards if n == 1 else (), is_today=n == 1) for n in range(7))


def opened(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png))


def light(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        (picture._INK, picture._PAPER), (picture._SOFT, picture._PAPER), (picture._INK, picture._GROUND),
        (picture._SOFT, picture._QUIET), (picture._PAPER, picture._INK), (picture._INK, picture._TODAY),
    ],
)  # fmt: skip
def test_words_stand_out_from_their_ground(ink: Colour, ground: Colour) -> None:
    brighter, darker = sorted((light(ink), light(ground)), reverse=True)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5


def test_the_fullest_week_is_a_picture_that_telegram_takes() -> None:
    cards = tuple(Card("14:00", "16:00", "Job club", "DWP", "work") for _ in range(30))
    image = opened(draw("This week", tuple(Day(MONDAY + timedelta(days=n), cards) for n in range(7))))
    assert image.width == picture.WIDTH
    assert image.width + image.height <= 10_000
    assert image.height / image.width <= 20


def test_an_empty_day_says_so_and_a_full_one_takes_more_room() -> None:
    none, one = opened(draw("This week", week())), opened(draw("This week", week(Card("9:00", "10:00", "A", "", "x"))))
    assert one.height > none.height


@settings(max_examples=12, deadline=None)
@given(name=st.sampled_from(NAMES), detail=st.sampled_from(NAMES), cancelled=st.booleans())
def test_no_name_runs_over_the_edge(name: str, detail: str, cancelled: bool) -> None:
    image = opened(draw(name, week(Card("14:00", "16:00", name, detail, "work", cancelled)))).convert("RGB")
    edge = image.crop((picture.WIDTH - picture._MARGIN + 2, 0, picture.WIDTH, image.height))
    assert len(edge.getcolors(9) or []) == 1
