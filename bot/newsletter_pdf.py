"""The newsletter for foster carers on A4, to be printed. Imported only when one is made: its library loads slowly."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

import segno
from fpdf import FPDF
from fpdf.enums import WrapMode, XPos, YPos

from bot.newsletter import Newsletter, contact_said, days_said, issue_said, offer_said, session_said
from content.council import Council
from content.glyphs import folder, glyphs
from content.texts import newsletter as texts

MARGIN: Final = 18
"""Millimetres on every side."""
WIDTH: Final = 210 - 2 * MARGIN
CODE: Final = 30
"""Millimetres of the code's side: a phone reads it at arm's length."""
INK: Final = (27, 18, 64)
SOFT: Final = (92, 82, 112)
BAND: Final = (45, 75, 255)
_FACES: Final = {
    "": ("font_manrope", "files/Manrope-Medium.ttf", "matplotlib", "mpl-data/fonts/ttf/DejaVuSans.ttf"),
    "B": ("font_manrope", "files/Manrope-ExtraBold.ttf", "matplotlib", "mpl-data/fonts/ttf/DejaVuSans-Bold.ttf"),
}
_OURS, _OTHER = "Manrope", "DejaVu"
_LINK: Final = re.compile(r"https?://\S+")


def render(newsletter: Newsletter, council: Council, link: str) -> tuple[bytes, int]:
    """The PDF and how many pages it has. `link` opens the bot; it stands there as words and as a code."""
    sheet = _Sheet(council)
    sheet.head(newsletter)
    if newsletter.introduction:
        sheet.words(newsletter.introduction)
    offers = [(one.facts.title, offer_said(one, newsletter.day)) for one in newsletter.opportunities]
    sheet.section(texts.OPPORTUNITIES, offers, texts.OPPORTUNITIES_HINT, texts.NOTHING_OPEN)
    sessions = [(session_said(one), [days_said(one)]) for one in newsletter.sessions]
    sheet.section(texts.DROP_INS, sessions, texts.DROP_INS_HINT, texts.NO_DROP_INS)
    if newsletter.stories:
        sheet.section(texts.STORIES, [(one.facts.title, one.facts.what.splitlines()) for one in newsletter.stories])
    sheet.end(link)
    return bytes(sheet.output()), sheet.pages_count


class _Sheet(FPDF):
    """A4 pages with the team's contact and the page's number at their foot."""

    def __init__(self, council: Council) -> None:
        super().__init__(format="A4")
        self._council = council
        for style, (package, ours, other_package, other) in _FACES.items():
            self.add_font(_OURS, style, folder(package) / ours)
            self.add_font(_OTHER, style, folder(other_package) / other)
        self._known = {
            style: glyphs(folder(one) / ours) | glyphs(folder(two) / other)
            for style, (one, ours, two, other) in _FACES.items()
        }
        self.set_fallback_fonts([_OTHER], exact_match=True)
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, margin=MARGIN + 8)
        self.set_title(texts.TITLE)
        self.set_lang("en-GB")
        self.set_creator(f"{council.team}, {council.name}")
        self.alias_nb_pages()
        self.add_page()

    def footer(self) -> None:
        """The contact on the left, the page on the right."""
        self.set_y(-MARGIN - 2)
        self._as("", 9, SOFT)
        contact = self._council.contacts.get("duty")
        left = contact_said(contact) if contact else self._council.team
        page = texts.PAGE.format(page=self.page_no(), pages="{nb}")
        self.cell(WIDTH - 30, 5, self._shown(left, ""), new_x=XPos.RIGHT, new_y=YPos.TOP)
        self.cell(30, 5, page, align="R")

    def head(self, newsletter: Newsletter) -> None:
        """The band with the title."""
        self.set_fill_color(*BAND)
        self.rect(0, 0, 210, 40, style="F")
        self.set_xy(MARGIN, 11)
        self._as("B", 26, (255, 255, 255))
        self.cell(WIDTH, 11, texts.TITLE, new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self._as("", 12, (255, 255, 255))
        self.cell(WIDTH, 8, self._shown(issue_said(newsletter, self._council), ""), new_x=XPos.LMARGIN, new_y=YPos.NEXT)
        self.set_y(48)
        if self._council.demonstration:
            self.words(texts.DEMONSTRATION.format(council=self._council.name), SOFT)

    def section(
        self, title: str, items: Sequence[tuple[str, Sequence[str]]], hint: str = "", nothing: str = ""
    ) -> None:
        """A heading and its items, none of them torn apart by the end of a page as long as it fits on one."""
        self._room(40)
        self.ln(3)
        self._line(title, "B", 16, BAND, 8)
        if hint and items:
            self.words(hint, SOFT)
        if not items and nothing:
            self.words(nothing, SOFT)
        for head, lines in items:
            self._item(head, lines)

    def _item(self, head: str, lines: Sequence[str]) -> None:
        with self.unbreakable() as part:
            part._line(" ".join(head.split()), "B", 12, INK, 6)
            for line in lines:
                part._line(line, "", 11, INK, 5.5, link=line if _LINK.fullmatch(line) else "")
            part.ln(2.5)

    def words(self, text: str, colour: tuple[int, int, int] = INK) -> None:
        """A paragraph."""
        self._line(text, "", 11, colour, 5.5)
        self.ln(2)

    def end(self, link: str) -> None:
        """The code that opens the bot, with the same in words."""
        self._room(CODE + 8)
        self.ln(4)
        top = self.get_y()
        matrix = segno.make(link, error="m").matrix
        side = CODE / len(matrix)
        self.set_fill_color(*INK)
        for x, y in _dark(matrix):
            self.rect(MARGIN + x * side, top + y * side, side, side, style="F")
        self.set_xy(MARGIN + CODE + 8, top + 8)
        self._as("", 11, INK)
        self.multi_cell(WIDTH - CODE - 8, 6, self._shown(texts.SCAN.format(team=self._council.team, link=link), ""))

    def _room(self, millimetres: float) -> None:
        if self.will_page_break(millimetres):
            self.add_page()

    def _as(self, style: str, size: float, colour: tuple[int, int, int]) -> None:
        self.set_font(_OURS, style, size)
        self.set_text_color(*colour)

    def _line(
        self, text: str, style: str, size: float, colour: tuple[int, int, int], height: float, link: str = ""
    ) -> None:
        self._as(style, size, colour)
        shown = self._shown(text, style)
        if shown:
            self.multi_cell(
                WIDTH, height, shown, align="L", new_x=XPos.LMARGIN, new_y=YPos.NEXT, link=link, wrapmode=WrapMode.WORD
            )

    def _shown(self, text: str, style: str) -> str:
        """What the fonts can draw, so that no empty box is printed for an emoji."""
        kept = "".join(one for one in text if one == "\n" or ord(one) in self._known[style])
        return re.sub(r" {2,}", " ", kept).strip()


def _dark(matrix: Sequence[Sequence[int]]) -> Iterator[tuple[int, int]]:
    return ((x, y) for y, row in enumerate(matrix) for x, one in enumerate(row) if one)
