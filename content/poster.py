"""The poster of an opportunity or a drop-in: a square picture that staff pass on by hand, its caption and alt text."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Final

from content.glyphs import drawable, tidy
from content.poster_layout import plan
from content.poster_painting import least_contrast, paint
from content.poster_parts import TEMPLATES, Fact, PosterFacts, PosterFault

__all__ = [
    "TEMPLATES",
    "Fact",
    "Poster",
    "PosterFacts",
    "PosterFault",
    "alt",
    "caption",
    "least_contrast",
    "plan",
    "poster",
]

_ALT: Final = "A poster. {told} A square code opens {link}"


@dataclass(frozen=True, slots=True)
class Poster:
    """The picture, 1080 pixels square, its alt text, and what is only in the caption because no font has it."""

    png: bytes
    alt: str
    left_out: tuple[str, ...] = ()


def poster(facts: PosterFacts, template: str) -> Poster:
    """Draws a poster; the same facts give the same bytes.

    Raises PosterFault, with a sentence for staff, for an unknown template, too many facts, a link that no code can
    hold, and a photo that can't be opened.
    """
    picture = paint(plan(facts, template), facts.photo)
    png = io.BytesIO()
    picture.save(png, "PNG", compress_level=6)
    told = (facts.kind, facts.title, *(part for fact in facts.facts for part in (fact.label, fact.text)), facts.closing)
    lost = tuple(tidy(text) for text in (*told, facts.council) if _loses_words(text))
    return Poster(png.getvalue(), alt(facts), lost)


def _loses_words(text: str) -> bool:
    letters = sum(map(str.isalnum, tidy(text)))
    return sum(map(str.isalnum, drawable(text, "heavy"))) < letters


def alt(facts: PosterFacts) -> str:
    """The poster in words, for people who don't see it."""
    lines = (line.rstrip(".") for line in _told(facts))
    return _ALT.format(told=" ".join(f"{line}." for line in lines if line), link=tidy(facts.link))


def caption(facts: PosterFacts) -> str:
    """What the poster says as plain text, to be pasted under it: every fact whole, and the link."""
    kind_and_title, *rest, council = _told(facts)
    blocks = ([kind_and_title], rest, [tidy(facts.link), council])
    return "\n\n".join("\n".join(filter(None, block)) for block in blocks if any(block))


def _told(facts: PosterFacts) -> list[str]:
    title = [": ".join(filter(None, map(tidy, (facts.kind, facts.title))))]
    pairs = [": ".join(filter(None, map(tidy, (fact.label, fact.text)))) for fact in facts.facts]
    return [*title, *pairs, tidy(facts.closing), tidy(facts.council)]
