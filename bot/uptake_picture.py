"""Draws /uptake's report as a picture that can be read on a phone. Import it where it is drawn: matplotlib takes a second.

Blue and orange of Okabe and Ito's set, which people tell apart however they see colours; a number that is not told is
hatched, so that colour alone carries nothing.
"""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from typing import Any, Final

from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from bot.small_numbers import SMALLEST
from bot.uptake import Bar, Report
from content.texts import uptake as texts

BLUE, ORANGE, PALE, INK, GREY = "#0072B2", "#D55E00", "#CFE3F1", "#1B1B1B", "#5F6368"
WIDTH: Final = 7.2
DOTS: Final = 150
"""Dots an inch; with WIDTH inches 1080 pixels across, as wide as a phone shows."""
TITLE, TEXT, SMALL = 19, 14.5, 12
SHORTEST_SCALE: Final = 15
"""So many people at least are as long as the picture is wide, so that hidden numbers look as small as they are."""
HIDDEN: Final = 0.55
"""How long a hidden number's bar is, of the range in which the number lies."""


def draw(report: Report) -> bytes:
    """The picture, as PNG. Raises ValueError for a report that has nothing to draw."""
    if report.is_empty:
        raise ValueError("there is nothing to draw")
    return _funnel(report) if report.funnel else _pairs(report)


def _funnel(report: Report) -> bytes:
    rows = (len(report.funnel), len(report.reasons))
    height = 2.1 + 0.62 * rows[0] + (0.9 + 0.5 * rows[1] if rows[1] else 0)
    figure = _figure(report, height)
    top = 1 - 1.45 / height
    first = 0.62 * rows[0] / height
    axes = _axes(figure, (0.335, top - first, 0.445, first))
    _bars(axes, report.funnel, report.lost_at)
    if rows[1]:
        second = 0.5 * rows[1] / height
        head = top - first - 0.55 / height
        figure.text(0.04, head, texts.REASONS_HEAD, fontsize=TEXT + 1.5, weight="bold", color=INK, va="top")
        axes = _axes(figure, (0.335, head - 0.4 / height - second, 0.445, second))
        _bars(axes, report.reasons, None)
    return _png(figure)


def _pairs(report: Report) -> bytes:
    height = 2.2 + 0.95 * len(report.pairs)
    figure = _figure(report, height)
    body = 0.95 * len(report.pairs) / height
    key = 1 - 1.3 / height
    figure.text(0.04, key, f"■ {texts.INTERESTED}", fontsize=TEXT, color=BLUE, weight="bold", va="top")
    figure.text(0.32, key, f"■ {texts.STARTED}", fontsize=TEXT, color=ORANGE, weight="bold", va="top")
    axes = _axes(figure, (0.34, key - 0.5 / height - body, 0.44, body))
    most = max(SHORTEST_SCALE, *(_length(pair.interested) for pair in report.pairs))
    for row, pair in enumerate(report.pairs):
        _bar(axes, row - 0.2, pair.interested, BLUE, 0.36, most)
        _bar(axes, row + 0.2, pair.started, ORANGE, 0.36, most)
    _rows(axes, [textwrap.fill(pair.name, 15) for pair in report.pairs], most)
    return _png(figure)


def _figure(report: Report, height: float) -> Figure:
    figure = Figure(figsize=(WIDTH, height), dpi=DOTS, facecolor="white")
    FigureCanvasAgg(figure)
    title = textwrap.fill(report.finding, 38)
    figure.text(0.04, 1 - 0.22 / height, title, fontsize=TITLE, weight="bold", color=INK, va="top", linespacing=1.15)
    below = 1 - (0.32 + 0.36 * (title.count("\n") + 1)) / height
    figure.text(0.04, below, report.period, fontsize=TEXT, color=GREY, va="top")
    return figure


def _axes(figure: Figure, place: tuple[float, float, float, float]) -> Any:
    axes = figure.add_axes(place)
    axes.set_axis_on()
    for side in axes.spines.values():
        side.set_visible(False)
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0, labelsize=TEXT, colors=INK)
    return axes


def _bars(axes: Any, bars: Sequence[Bar], lost_at: int | None) -> None:
    most = max(SHORTEST_SCALE, *map(_length, bars))
    for row, bar in enumerate(bars):
        _bar(axes, row, bar, BLUE, 0.62, most)
    if lost_at is not None:
        before, after = bars[lost_at], bars[lost_at + 1]
        start, end = _length(after), _length(before)
        axes.barh(lost_at + 1, end - start, left=start, height=0.62, color="white", edgecolor=ORANGE, linewidth=2.2,
                  linestyle=(0, (3, 2)), zorder=1)  # fmt: skip
        axes.text(end + most * 0.03, lost_at + 1, texts.LOST_HERE, va="center", fontsize=TEXT, color=ORANGE,
                  weight="bold")  # fmt: skip
    _rows(axes, [bar.name for bar in bars], most)


def _bar(axes: Any, row: float, bar: Bar, colour: str, height: float, most: float) -> None:
    """One bar with its words; a number that is not told is hatched."""
    told = bar.shown > SMALLEST
    look = {"color": colour} if told else {"facecolor": "white", "edgecolor": colour, "hatch": "////", "linewidth": 1.2}
    axes.barh(row, _length(bar), height=height, zorder=2, **look)
    size = TEXT if height > 0.5 else SMALL + 1
    axes.text(_length(bar) + most * 0.03, row, bar.said, va="center", fontsize=size, color=INK, zorder=3,
              bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5})  # fmt: skip


def _length(bar: Bar) -> float:
    return bar.shown if bar.shown > SMALLEST else (bar.shown + SMALLEST) * HIDDEN


def _rows(axes: Any, names: Sequence[str], most: float) -> None:
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlim(0, most)
    for artist in axes.texts:
        artist.set_clip_on(False)


def _png(figure: Figure) -> bytes:
    into = io.BytesIO()
    figure.savefig(into, format="png", dpi=DOTS)
    return into.getvalue()
