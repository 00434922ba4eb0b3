"""Where everything on a poster goes: sizes are chosen by measuring, so that nothing is cut and nothing overlaps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import segno

from content.glyphs import Weight, drawable, is_right_to_left
from content.poster_art import art
from content.poster_parts import (
    LEAST_SIZE,
    MOST_FACTS,
    SIDE,
    TEMPLATES,
    WHITE,
    Box,
    Code,
    Fact,
    Layout,
    PosterFacts,
    PosterFault,
    Shape,
    Template,
    Words,
)
from content.typesetting import Colour, fit

MARGIN: Final = 60
SLIM: Final = 48
CHIP: Final = 68
BAND: Final = 76
QUIET: Final = 4  # modules of white round a code (ISO/IEC 18004)
LEAST_CODE: Final = 220
LEAST_MODULE: Final = 4
CODE_BOX: Final = 312
UNKNOWN_TEMPLATE: Final = "There is no poster template called “{template}”. Please choose one of these: {templates}."
TOO_MANY_FACTS: Final = (
    "A poster has room for {most} facts, and this one has {count}. Please choose the {most} that matter."
)
NO_LINK: Final = "A poster needs a link for its square code. Please add the link."
LONG_LINK: Final = "The link is too long for a code that a phone can read. Please use one of at most 300 characters."


def plan(facts: PosterFacts, template: str) -> Layout:
    """Where everything goes; raises PosterFault like `poster`."""
    chosen = TEMPLATES.get(template)
    if chosen is None:
        raise PosterFault(UNKNOWN_TEMPLATE.format(template=template, templates=", ".join(TEMPLATES)))
    if len(facts.facts) > MOST_FACTS:
        raise PosterFault(TOO_MANY_FACTS.format(most=MOST_FACTS, count=len(facts.facts)))
    return _stacked(facts, chosen) if chosen.composition == "stack" else _beside(facts, chosen)


def _code(link: str, right: int, bottom: int) -> Code:
    """The code in the lower right corner, as large as its box allows in whole pixels a module."""
    if not link.strip():
        raise PosterFault(NO_LINK)
    error = "m" if len(link.encode()) <= 200 else "l"
    try:
        made = segno.make_qr(link.strip(), error=error)
    except segno.DataOverflowError:
        raise PosterFault(LONG_LINK) from None
    if made.version == 1:  # 21 modules: too few to fill the box in whole pixels
        made = segno.make_qr(link.strip(), error=error, version=2)
    rows = tuple(bytes(row) for row in made.matrix)
    module = max(CODE_BOX // (len(rows) + 2 * QUIET), -(-LEAST_CODE // len(rows)))
    if module < LEAST_MODULE or module * (len(rows) + 2 * QUIET) > CODE_BOX:
        raise PosterFault(LONG_LINK)
    return Code(Box(right - CODE_BOX, bottom - CODE_BOX, right, bottom), module, rows)


def _words(
    role: str,
    text: str,
    box: Box,
    colour: Colour,
    *,
    largest: int,
    weight: Weight = "heavy",
    least: int = LEAST_SIZE,
    whole: int = 0,
    most: int = 99,
    shorten: bool = True,
) -> Words | None:
    """A text at the top of its box, as large as that allows; none where there is nothing to draw."""
    setting = fit(
        text,
        box.width,
        box.height,
        largest=largest,
        least=least,
        weight=weight,
        whole_words=whole,
        most=most,
        shorten=shorten,
    )
    if not setting.lines:
        return None
    from_right = is_right_to_left(setting.lines[0].text)
    left = box.right - setting.width if from_right else box.left
    return Words(role, Box(left, box.top, left + setting.width, box.top + setting.height), setting, colour, from_right)


def _moved(words: Words, across: int = 0, down: int = 0) -> Words:
    box = words.box
    moved = Box(box.left + across, box.top + down, box.right + across, box.bottom + down)
    return Words(words.role, moved, words.setting, words.colour, words.from_right)


def _in_middle(words: Words, box: Box) -> Words:
    """The words with the middle of their capitals at the middle of the box: what hangs below does not count."""
    setting = words.setting
    standing = setting.ascent + setting.pitch * (len(setting.lines) - 1)
    down = max(box.top, box.top + (box.height - standing) // 2)
    return _moved(words, down=min(down, box.bottom - setting.height) - words.box.top)


def _line_or_two(
    role: str, text: str, box: Box, colour: Colour, *, largest: int, weight: Weight = "heavy"
) -> Words | None:
    """A text on one line where it fits there, else on two."""
    one = _words(role, text, box, colour, largest=largest, weight=weight, most=1)
    if one is None or not one.setting.shortened:
        return one
    return _words(role, text, box, colour, largest=largest, weight=weight, most=2)


def _chip(
    role: str, text: str, room: Box, fill: Colour, ink: Colour, edge: Colour, *, at_right: bool = False
) -> tuple[tuple[Shape, ...], Words] | None:
    """A short text on a pill of its own colour with an edge, at one end of its room; two lines make it higher."""
    inner = Box(room.left + 30, room.top, room.right - 30, room.bottom)
    words = _line_or_two(role, text, inner, ink, largest=38, weight="medium" if at_right else "heavy")
    if words is None:
        return None
    width, height = words.box.width + 60, max(CHIP, words.box.height + 32)
    left = room.right - width if at_right else room.left
    box = Box(left, room.top, left + width, room.top + height)
    rim = Box(box.left - 8, box.top - 8, box.right + 8, box.bottom + 8)
    shapes = (Shape(rim, edge, radius=CHIP // 2 + 8), Shape(box, fill, radius=CHIP // 2))
    return shapes, _in_middle(_moved(words, across=left + 30 - words.box.left), box)


def _title(facts: PosterFacts) -> str:
    """The title; the kind where fonts have nothing of the title."""
    return next((text for text in (facts.title, facts.kind, facts.council) if drawable(text, "heavy")), "")


def _stacked(facts: PosterFacts, look: Template) -> Layout:
    """Art and chips above, then the title, the closing line as a band, then facts and code on a block."""
    code = _code(facts.link, SIDE - MARGIN, SIDE - 36)
    block_top = code.box.top - 36
    band_room = Box(MARGIN, block_top - 100, SIDE - MARGIN, block_top)
    closing = _line_or_two("closing", facts.closing, band_room, look.accent_ink, largest=42)
    band = Box(0, block_top - max(BAND, closing.box.height + 36) if closing else block_top, SIDE, block_top)
    chips = list(_head_chips(facts, look))
    lowest = max((shapes[0].box.bottom for shapes, _ in chips), default=48)
    title, head = _title_underart(facts, look, band.top, lowest + 12)
    rows = Box(MARGIN, block_top + 42, code.box.left - 36, SIDE - 36)
    shapes = [
        *art(look, Box(0, 0, SIDE, head)),
        *([Shape(band, look.accent)] if closing else []),
        Shape(Box(0, block_top, SIDE, SIDE), look.block),
        *(shape for shapes, _ in chips for shape in shapes),
    ]
    words = [*(text for _, text in chips), title, _in_middle(closing, band) if closing else None]
    words += _fact_rows(facts.facts, rows, look, beside=True)
    return Layout(look.ground, tuple(shapes), tuple(filter(None, words)), code)


def _title_underart(facts: PosterFacts, look: Template, foot: int, lowest: int) -> tuple[Words | None, int]:
    """The title and where the art above it ends: a short title leaves the art more room, a long one takes it."""
    for head, least in ((400, 92), (280, 72)):
        zone = Box(MARGIN, max(head, lowest) + 36, SIDE - MARGIN, foot - 40)
        title = _words("title", _title(facts), zone, look.ink, largest=150, least=least, shorten=False)
        if title:
            title = _moved(title, down=zone.bottom - title.box.bottom)
            return title, title.box.top - 40
    zone = Box(MARGIN, lowest + 20, SIDE - MARGIN, foot - 20)
    title = _words("title", _title(facts), zone, look.ink, largest=72, whole=46)
    return (_moved(title, down=(zone.bottom - title.box.bottom) // 2) if title else None), lowest


def _head_chips(facts: PosterFacts, look: Template) -> Iterator[tuple[tuple[Shape, ...], Words]]:
    room = Box(MARGIN, 44, 560, 200)
    kind = _chip("kind", facts.kind, room, look.accent, look.accent_ink, look.ground)
    taken = kind[0][1].box.right + 28 if kind else MARGIN
    room = Box(taken, 44, SIDE - MARGIN, 200)
    council = _chip("council", facts.council, room, look.block, WHITE, look.ground, at_right=True)
    yield from filter(None, (kind, council))


def _beside(facts: PosterFacts, look: Template) -> Layout:
    """The title large on the left; a column on the right with team, facts and code; the closing line at the foot."""
    edge = SIDE - CODE_BOX - 2 * SLIM
    code = _code(facts.link, SIDE - SLIM, SIDE - SLIM)
    top = Box(edge + SLIM, 64, SIDE - SLIM, 200)
    council = _words("council", facts.council, top, WHITE, largest=38, weight="medium", most=3)
    column = Box(top.left, council.box.bottom + 52 if council else top.top, top.right, code.box.top - 36)
    foot_room = Box(SLIM, SIDE - 142, edge - 40, SIDE - 30)
    closing = _words("closing", facts.closing, foot_room, look.accent_ink, largest=50, most=2)
    foot = Box(0, SIDE - 172 if closing else SIDE, edge, SIDE)
    kind = _chip("kind", facts.kind, Box(SLIM, 52, edge - 40, 200), look.block, look.accent, look.ground)
    lowest = kind[0][0].box.bottom if kind else 52
    zone = Box(SLIM, lowest + 24, edge - 40, foot.top - 44)
    title = _words("title", _title(facts), zone, look.ink, largest=150, whole=46)
    title = _moved(title, down=zone.bottom - title.box.bottom) if title else None
    shapes = [
        *(art(look, Box(0, 0, edge, title.box.top - 40)) if title and title.box.top > 300 else ()),
        Shape(Box(edge, 0, SIDE, SIDE), look.block),
        *([Shape(foot, look.accent)] if closing else []),
        *(kind[0] if kind else ()),
    ]
    words = [kind[1] if kind else None, title, council, _in_middle(closing, foot) if closing else None]
    words += _fact_rows(facts.facts, column, look, beside=False)
    return Layout(look.ground, tuple(shapes), tuple(filter(None, words)), code)


def _fact_rows(facts: tuple[Fact, ...], room: Box, look: Template, *, beside: bool) -> list[Words]:
    """The facts, all of one size: labels beside their texts, or above them in a narrow column.

    Few lines come first, then size; what has no room even at the least size is shortened.
    """
    few = 2 if beside else 3
    for size, most in [*((size, few) for size in range(44, 35, -2)), *((size, 9) for size in range(40, 33, -2))]:
        rows = _rows_at(facts, room, look, size, beside=beside, most=most)
        whole = not any(words.setting.shortened or words.setting.size < size for row in rows for words in row)
        if whole and (placed := _placed(rows, room, size)) is not None:
            return placed
    for most in range(few, 0, -1):
        rows = _rows_at(facts, room, look, LEAST_SIZE, beside=beside, most=most)
        if (placed := _placed(rows, room, LEAST_SIZE)) is not None:
            return placed
    return []


def _rows_at(
    facts: tuple[Fact, ...], room: Box, look: Template, size: int, *, beside: bool, most: int
) -> list[list[Words]]:
    """Each fact set at the top of the room."""
    label_room = Box(room.left, room.top, room.left + 220, room.bottom) if beside else room
    labels = [
        _words(f"label {number}", fact.label, label_room, look.label, largest=size, most=min(most, 2), whole=LEAST_SIZE)
        for number, fact in enumerate(facts, start=1)
    ]
    if beside:
        labels = [_moved(label, across=room.left - label.box.left) if label else None for label in labels]
    indent = max((label.box.width + 28 for label in labels if label), default=0) if beside else 0
    rows = []
    for number, (fact, label) in enumerate(zip(facts, labels, strict=True), start=1):
        text_room = Box(room.left + indent, room.top, room.right, room.bottom)
        text = _words(
            f"fact {number}", fact.text, text_room, WHITE, largest=size, weight="medium", most=most, whole=LEAST_SIZE
        )
        if text and label and not beside:
            standing = label.setting.ascent + label.setting.pitch * (len(label.setting.lines) - 1)
            text = _moved(text, down=max(label.box.height + 4, standing + round(0.44 * size)))
        rows.append([words for words in (label, text) if words])
    return [row for row in rows if row]


def _placed(rows: list[list[Words]], room: Box, size: int) -> list[Words] | None:
    """The rows under one another with even space; None if the room is not high enough."""
    heights = [max(words.box.bottom for words in row) - room.top for row in rows]
    left_over = room.height - sum(heights)
    gaps = max(1, len(rows) - 1)
    if rows and left_over < gaps * round(0.38 * size) * (len(rows) > 1):
        return None
    gap = min(left_over // gaps, round(1.5 * size)) if rows else 0
    top = room.top
    placed: list[Words] = []
    for row, height in zip(rows, heights, strict=True):
        ascent = max(words.setting.ascent for words in row)
        level = all(words.box.top == room.top for words in row)
        placed += [
            _moved(words, down=top - room.top + (ascent - words.setting.ascent if level else 0)) for words in row
        ]
        top += height + gap
    return placed if not placed or max(words.box.bottom for words in placed) <= room.bottom else None
