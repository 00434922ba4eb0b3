"""What a poster is made of: the facts it tells, its templates, and the boxes, shapes and words of a layout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from content.typesetting import Colour, Setting

SIDE: Final = 1080  # pixels; the square that WhatsApp and Instagram show uncut
LEAST_SIZE: Final = 34
LEAST_CONTRAST: Final = 4.5  # WCAG 2.2, success criterion 1.4.3
MOST_FACTS: Final = 3


class PosterFault(ValueError):
    """The poster can't be made; the text says what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the poster, such as `Fact("Pay", "£8.20 an hour")`."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class PosterFacts:
    """What a poster tells. `closing` is a whole line ("Closes Friday 4 December 2026") and may be empty, like `facts`.

    `photo` holds the bytes of a JPEG, PNG or WebP picture; only the template "photo" shows it.
    """

    kind: str
    title: str
    facts: tuple[Fact, ...]
    closing: str
    link: str
    council: str
    photo: bytes | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """Colours and composition: `stack` reads from top to bottom, `beside` has a column for facts and code."""

    composition: Literal["stack", "beside"]
    art: Literal["rings", "tiles", "sun", "photo"]
    ground: Colour
    ink: Colour
    block: Colour
    label: Colour
    accent: Colour
    accent_ink: Colour
    shades: tuple[Colour, ...]


WHITE: Final[Colour] = (255, 255, 255)
TEMPLATES: Final[dict[str, Template]] = {
    "night": Template(
        "stack",
        "rings",
        (21, 16, 74),
        (255, 255, 255),
        (9, 6, 38),
        (212, 255, 74),
        (212, 255, 74),
        (21, 16, 74),
        ((28, 21, 92), (38, 28, 118), (50, 36, 148), (66, 46, 182)),
    ),
    "tiles": Template(
        "stack",
        "tiles",
        (255, 244, 226),
        (27, 18, 64),
        (27, 18, 64),
        (255, 197, 46),
        (255, 106, 77),
        (27, 18, 64),
        ((255, 106, 77), (45, 75, 255), (0, 168, 132), (255, 197, 46), (255, 158, 196), (27, 18, 64)),
    ),
    "sunrise": Template(
        "stack",
        "sun",
        (255, 208, 43),
        (26, 20, 16),
        (26, 20, 16),
        (255, 208, 43),
        (255, 116, 66),
        (26, 20, 16),
        ((255, 184, 38), (255, 150, 52), (255, 106, 61)),
    ),
    "pop": Template(
        "beside",
        "sun",
        (255, 122, 178),
        (45, 8, 62),
        (45, 8, 62),
        (255, 216, 77),
        (255, 216, 77),
        (45, 8, 62),
        ((255, 96, 160), (255, 138, 92), (255, 216, 77)),
    ),
    "photo": Template(
        "stack",
        "photo",
        (7, 40, 45),
        (255, 255, 255),
        (4, 24, 28),
        (124, 245, 196),
        (124, 245, 196),
        (7, 40, 45),
        ((124, 245, 196), (16, 110, 110), (255, 122, 89), (11, 66, 72), (255, 216, 77), (230, 250, 240)),
    ),
}


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels; right and bottom are the first pixels outside."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels across."""
        return self.right - self.left

    @property
    def height(self) -> int:
        """Pixels down."""
        return self.bottom - self.top

    def overlaps(self, other: Box) -> bool:
        """Whether the two share a pixel."""
        across = self.left < other.right and other.left < self.right
        return across and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Shape:
    """A block of colour, a piece of a disc (degrees, clockwise from three o'clock), or where the photo goes."""

    box: Box
    fill: Colour
    form: Literal["block", "disc", "photo"] = "block"
    radius: int = 0
    start: int = 0
    end: int = 360


@dataclass(frozen=True, slots=True)
class Words:
    """A text in its place: `box` holds all of its ink."""

    role: str
    box: Box
    setting: Setting
    colour: Colour
    from_right: bool = False


@dataclass(frozen=True, slots=True)
class Code:
    """The QR code: its white box with the quiet modules, the pixels of a module, and the rows of modules."""

    box: Box
    module: int
    rows: tuple[bytes, ...]

    @property
    def symbol(self) -> Box:
        """The modules alone, in the middle of the white."""
        side = self.module * len(self.rows)
        left, top = self.box.left + (self.box.width - side) // 2, self.box.top + (self.box.height - side) // 2
        return Box(left, top, left + side, top + side)


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything on a poster, in the order in which it is drawn."""

    ground: Colour
    shapes: tuple[Shape, ...]
    words: tuple[Words, ...]
    code: Code
