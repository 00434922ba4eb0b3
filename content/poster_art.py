"""The shapes of colour at the top of a poster."""

from __future__ import annotations

from collections.abc import Iterator

from content.poster_parts import SIDE, Box, Shape, Template
from content.typesetting import Colour


def art(look: Template, room: Box) -> Iterator[Shape]:
    """The shapes at the top of a poster; only "rings" go on below the room, in shades that every text stands out from."""
    match look.art:
        case "rings":
            yield from _discs_round(SIDE - 250, 264, (720, 540, 370, 220), look.shades)
            if room.height >= 400:
                yield from _discs_round(SIDE - 250, 264, (110,), (look.accent,))
        case "sun":
            radii = tuple(min(room.height, 470) * part // 100 for part in (118, 86, 56))
            yield from _discs_round(room.right - 300, room.bottom, radii, look.shades)
            yield Shape(Box(room.left, room.bottom, room.right, SIDE), look.ground)
        case "photo":
            yield Shape(room, look.shades[0], "photo")
        case "tiles":
            yield from tiles(room, look)


def _discs_round(x: int, y: int, radii: tuple[int, ...], fills: tuple[Colour, ...]) -> Iterator[Shape]:
    for radius, fill in zip(radii, fills, strict=True):
        yield Shape(Box(x - radius, y - radius, x + radius, y + radius), fill, "disc")


def tiles(room: Box, look: Template) -> Iterator[Shape]:
    """A band of quarter and half discs on squares of colour."""
    count = max(1, round(room.height / 170))
    edges = [room.top + room.height * row // count for row in range(count + 1)]
    columns = round(SIDE / (room.height / count))
    sides = [SIDE * column // columns for column in range(columns + 1)]
    for row in range(count):
        for column in range(columns):
            box = Box(sides[column], edges[row], sides[column + 1], edges[row + 1])
            yield from _tile(box, (5 * row + 7 * column + row * column) % 12, look.shades, look.ground)


def _tile(box: Box, kind: int, shades: tuple[Colour, ...], ground: Colour) -> Iterator[Shape]:
    under, over = shades[kind % len(shades)], shades[(kind * 5 + 2) % len(shades)]
    yield Shape(box, under)
    width, height = box.width, box.height
    over = ground if over == under else over
    corner = kind % 4
    left = box.left if corner in (0, 3) else box.left - width
    top = box.top if corner in (0, 1) else box.top - height
    if kind % 3 == 2:
        inset_x, inset_y = width // 5, height // 5
        inner = Box(box.left + inset_x, box.top + inset_y, box.right - inset_x, box.bottom - inset_y)
        yield Shape(inner, over, "disc")
    else:
        start = {0: 180, 1: 270, 2: 0, 3: 90}[corner]
        yield Shape(Box(left, top, left + 2 * width, top + 2 * height), over, "disc", start=start, end=start + 90)
