"""Draws the layout of a poster, and measures the contrast of its words on the pixels."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Final

from PIL import Image, ImageDraw, ImageOps, UnidentifiedImageError

from content.poster_art import tiles
from content.poster_parts import SIDE, TEMPLATES, WHITE, Code, Layout, PosterFault, Shape
from content.typesetting import Colour, draw_line

MOST_PHOTO_BYTES: Final = 20_000_000
MOST_PHOTO_PIXELS: Final = 60_000_000
SMOOTH: Final = 2  # shapes are drawn this much larger, then made smaller, so that their edges are smooth
BAD_PHOTO: Final = "The photo cannot be opened. Please send it again as a JPEG, PNG or WebP picture."
BIG_PHOTO: Final = "The photo is too big. Please send one of less than 20 MB and 60 megapixels."


def paint(layout: Layout, photo: bytes | None = None, *, with_words: bool = True) -> Image.Image:
    """Draws a layout, or only what lies behind its words; raises PosterFault if the photo can't be opened."""
    large = Image.new("RGB", (SIDE * SMOOTH, SIDE * SMOOTH), layout.ground)
    for shape in layout.shapes:
        _draw_shape(large, shape, photo)
    picture = large.reduce(SMOOTH)
    _draw_code(picture, layout.code)
    for words in layout.words if with_words else ():
        setting, box = words.setting, words.box
        for number, line in enumerate(setting.lines):
            x = box.right - line.width if words.from_right else box.left
            draw_line(picture, line, x, box.top + setting.ascent + number * setting.pitch, setting.size, words.colour)
    return picture


def _draw_shape(picture: Image.Image, shape: Shape, photo: bytes | None) -> None:
    pen = ImageDraw.Draw(picture)
    box = shape.box
    left, top, right, bottom = (SMOOTH * edge for edge in (box.left, box.top, box.right, box.bottom))
    match shape.form:
        case "block":
            pen.rounded_rectangle((left, top, right - 1, bottom - 1), SMOOTH * shape.radius, fill=shape.fill)
        case "disc":
            pen.pieslice((left, top, right - 1, bottom - 1), shape.start, shape.end, fill=shape.fill)
        case "photo" if photo is not None:
            picture.paste(_cropped(photo, right - left, bottom - top), (left, top))
        case "photo":
            for one in tiles(box, TEMPLATES["photo"]):
                _draw_shape(picture, one, None)


def _cropped(photo: bytes, width: int, height: int) -> Image.Image:
    """The photo upright, cropped to its place, a little darker so that the chips on it stand out."""
    if len(photo) > MOST_PHOTO_BYTES:
        raise PosterFault(BIG_PHOTO)
    try:
        with Image.open(io.BytesIO(photo), formats=("JPEG", "PNG", "WEBP")) as opened:
            if opened.width * opened.height > MOST_PHOTO_PIXELS:
                raise PosterFault(BIG_PHOTO)
            opened.draft("RGB", (width, height))
            upright = ImageOps.exif_transpose(opened).convert("RGB")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as fault:
        raise fault if isinstance(fault, PosterFault) else PosterFault(BAD_PHOTO) from None
    fitted = ImageOps.fit(upright, (width, height), Image.Resampling.BICUBIC, centering=(0.5, 0.4))
    return fitted.point(lambda value: round(value * 0.88))


def _draw_code(picture: Image.Image, code: Code) -> None:
    pen = ImageDraw.Draw(picture)
    box = code.box
    pen.rectangle((box.left, box.top, box.right - 1, box.bottom - 1), fill=WHITE)
    for y, row in enumerate(code.rows):
        for x, dark in enumerate(row):
            if dark:
                left, top = code.symbol.left + x * code.module, code.symbol.top + y * code.module
                pen.rectangle((left, top, left + code.module - 1, top + code.module - 1), fill=(0, 0, 0))


def contrast(one: Colour, other: Colour) -> float:
    """The contrast of two colours as WCAG counts it, from 1 to 21."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Colour) -> float:
    parts = [part / 255 for part in colour]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def least_contrast(layout: Layout, photo: bytes | None = None) -> float:
    """The smallest contrast of any text with any pixel that lies behind it, measured on the picture without words."""
    bare = paint(layout, photo, with_words=False)
    measured = [
        contrast(words.colour, colour)
        for words in layout.words
        for colour in _colours(bare.crop((words.box.left, words.box.top, words.box.right, words.box.bottom)))
    ]
    return min(measured, default=21.0)


def _colours(part: Image.Image) -> Iterator[Colour]:
    for _, colour in part.getcolors(part.width * part.height) or ():
        if isinstance(colour, tuple):
            yield colour[0], colour[1], colour[2]
