"""The safety case: one page that holds everything, word for word, and that a signature can be bound to."""

from __future__ import annotations

import re
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from bot import safety_case
from bot.cli import main
from bot.message import written
from bot.models import Lane, Role
from bot.safety_case import Case, Situation, gather, kinds
from bot.safety_page import page
from bot.settings import ROOT
from bot.store import absences
from bot.store.outbox import Outgoing
from content.council import Contact, load_council
from content.safety import BrokenSafety
from content.texts import safety_case as texts
from handlers.early_card import EarlyReader
from tests.conftest import NOW
from tests.desk import Desk, open_desk

COUNCIL_FILE = ROOT / "content" / "councils" / "northmoor" / "council.yaml"
COUNCIL = load_council(COUNCIL_FILE)
CASE = gather(COUNCIL, ROOT, COUNCIL_FILE, NOW)
PAGE = page(CASE)
JADE, PRIYA, DUTY, ON_CALL = 1, 2, 3, 4


class Reading(HTMLParser):
    """Reads the page as a browser would, and notes what is not closed, and every heading, attribute and link."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.headings: list[int] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "br"):
            self.open.append(tag)
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


READ = Reading(PAGE)


def words(html: str) -> str:
    """What is read on the page, without its tags; each line on its own."""
    return unescape(re.sub(r"<[^>]+>", "", html.replace("<br>", "\n").replace("</p><p>", "\n\n")))


WORDS = words(PAGE)


# --- the cards, word for word


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        yield made


async def everybody(desk: Desk, situation: Situation) -> None:
    """The team and Jade, who is seventeen, as they stand in this situation."""
    desk.clock.moment = situation.at
    adviser = None
    if situation.name != texts.NOBODY_JOINED:
        adviser = await desk.enrol(PRIYA, "Priya Nair", Role.ADVISER)
        await desk.enrol(DUTY, "Dan Webb", Role.DUTY)
    if situation.name == texts.NIGHT:
        await desk.enrol(ON_CALL, "Ruth Calder", Role.MANAGER, on_call=True)
    if situation.name == texts.ADVISER_AWAY and adviser is not None and adviser.id is not None:
        async with desk.speech() as speech:
            until = situation.at + timedelta(days=3)
            await absences.add(speech.connection, adviser.id, situation.at - timedelta(hours=1), until, None)
    born = date(situation.at.year - 17, 1, 1)
    await desk.enrol(JADE, "Jade", adviser_id=adviser.id if adviser else None, born_on=born)


def crisis(sent: list[Outgoing]) -> dict[str, Any]:
    return next(call.payload for call in sent if call.lane is Lane.CRISIS)


@pytest.mark.parametrize("situation", CASE.situations[:-1], ids=lambda situation: situation.name)
@pytest.mark.parametrize(
    ("typed", "kind"), [("i want to die", "suicide or self-harm"), ("whats the point of anything", "worried")]
)
async def test_each_card_is_word_for_word_what_the_bot_sends(
    desk: Desk, situation: Situation, typed: str, kind: str
) -> None:
    await everybody(desk, situation)
    sent = crisis(await desk.says(JADE, typed))
    shown = next(one for one in CASE.cards(kind) if one.age == 17 and one.situation == situation)
    assert sent["text"] == written(shown.card.text, keep_lines=True).text
    buttons = [button["text"] for row in sent["reply_markup"]["inline_keyboard"] for button in row]
    assert buttons == list(shown.buttons)


@pytest.mark.parametrize(
    ("typed", "kind"), [("i want to die", "suicide or self-harm"), ("whats the point of anything", "worried")]
)
async def test_each_card_is_word_for_word_what_the_bot_sends_while_nothing_can_be_stored(
    desk: Desk, typed: str, kind: str
) -> None:
    early = await EarlyReader(desk.service)(desk.message(JADE, typed), False)
    shown = next(one for one in CASE.cards(kind) if one.age == 17 and one.situation.name == texts.NOT_STORED)
    assert early is not None
    assert early.card is not None
    assert early.card.text == written(shown.card.text, keep_lines=True).text
    assert [button.text for row in early.card.buttons for button in row] == list(shown.buttons)


@pytest.mark.parametrize("kind", kinds())
def test_every_card_stands_on_the_page_for_every_age_in_every_situation(kind: str) -> None:
    cards = list(CASE.cards(kind))
    assert len(cards) == 4 * 7
    for one in cards:
        assert one.card.text.replace("**", "") in WORDS


def test_the_moments_are_what_they_are_called() -> None:
    at = {one.name: one for one in CASE.situations}
    assert at[texts.IN_HOURS].told.startswith("I've told Priya now.")
    assert at[texts.NIGHT].told.startswith("The team is closed until tomorrow at 9:00.")
    assert at[texts.BANK_HOLIDAY].at.date() == date(2026, 12, 25)


def test_a_council_that_closes_on_every_bank_holiday_by_itself_has_one_too() -> None:
    every = {date(2026, 11, 24) + timedelta(days=ahead): "closed" for ahead in range(2, 800)}
    council = replace(COUNCIL, closed_days=every)
    at = {one.name: one.at.date() for one in safety_case.situations(council, NOW)}
    assert at[texts.BANK_HOLIDAY] == date(2026, 11, 26)


# --- the page


def test_the_page_is_whole_and_can_be_read_aloud() -> None:
    assert READ.wrong == []
    assert READ.open == []
    assert READ.headings[0] == 1
    assert READ.headings.count(1) == 1
    steps = zip(READ.headings, READ.headings[1:], strict=False)
    assert all(after <= before + 1 for before, after in steps)
    assert ("html", {"lang": "en-GB"}) in READ.tags
    names = {attributes.get("id") for _, attributes in READ.tags}
    assert all(a["href"].removeprefix("#") in names for tag, a in READ.tags if tag == "a" and a["href"])
    assert sum(tag == "table" for tag, _ in READ.tags) == sum(tag == "caption" for tag, _ in READ.tags)


def test_the_page_needs_nothing_from_anywhere_and_runs_nothing() -> None:
    assert not {tag for tag, _ in READ.tags} & {"script", "link", "img", "iframe", "form"}
    assert not re.search(r"url\(|@import|https?://", PAGE.partition("</style>")[0])


def test_nothing_that_a_file_holds_can_become_a_tag() -> None:
    hostile = '<script>alert("x")</script>'
    contact = Contact(hostile, "01632 960110", hostile, date(2026, 11, 21))
    council = replace(COUNCIL, name=hostile, contacts={**COUNCIL.contacts, "out_of_hours": contact})
    hazard = replace(CASE.hazards[0], harm=hostile, controls=(f"`bot/inbox.py` {hostile}",))
    group = replace(CASE.safety.groups[0], because=hostile, phrases=(hostile,))
    idiom = replace(CASE.safety.idioms[0], source=hostile)
    safety = replace(CASE.safety, groups=(group,), idioms=(idiom,))
    case = replace(
        CASE, council=council, hazards=(hazard,), safety=safety, model_card=f"# {hostile}\n\n- {hostile}",
        situations=safety_case.situations(council, NOW),
    )  # fmt: skip
    made = page(case)
    assert "<script" not in made
    assert made.count("&lt;script&gt;") >= 10


def test_every_group_idiom_and_hazard_is_on_the_page() -> None:
    for group in CASE.safety.groups:
        assert group.because in WORDS
        assert group.source in WORDS
        assert all(phrase in WORDS for phrase in group.phrases)
    for idiom in CASE.safety.idioms:
        assert all(phrase in WORDS for phrase in idiom.phrases)
    for hazard in CASE.hazards:
        assert hazard.harm in WORDS
        assert hazard.remaining in WORDS


def test_who_is_told_when_is_the_councils_own() -> None:
    clocks = replace(COUNCIL.clocks, urgent=tuple(timedelta(minutes=minutes) for minutes in (0, 7, 13, 21)))
    made = words(page(replace(CASE, council=replace(COUNCIL, clocks=clocks))))
    for when in ("After 7 minutes", "After 13 minutes", "After 21 minutes"):
        assert when in made
        assert when not in WORDS
    for contact in COUNCIL.contacts.values():
        assert contact.phone in WORDS


def test_there_are_places_to_sign() -> None:
    for signer in texts.SIGNERS:
        assert signer in WORDS
    for column in ("Name", "Date", "Signature"):
        assert f'<th scope="col">{column}</th>' in PAGE


def test_the_invented_council_is_said_not_to_be_signed() -> None:
    assert texts.DEMONSTRATION in WORDS
    assert texts.DEMONSTRATION not in words(page(replace(CASE, council=replace(COUNCIL, demonstration=False))))


def test_what_is_past_its_review_shows() -> None:
    assert "passed" not in "".join(re.findall(r'<span class="passed">.*?</span>', PAGE))
    late: Case = replace(CASE, today=date(2031, 1, 1))
    assert '<span class="passed">21 May 2027: passed</span>' in page(late)


def test_a_model_card_is_shown_with_its_tables_and_lists() -> None:
    card = "# Model card\n\nIt **adds** only.\n\n| part | figure |\n|---|---|\n| held | 9 of 10 |\n\n- one\n- two\n"
    made = page(replace(CASE, model_card=card))
    assert "<h3>Model card</h3><p>It <strong>adds</strong> only.</p>" in made
    assert '<th scope="row">held</th><td>9 of 10</td>' in made
    assert "<li>one</li><li>two</li>" in made
    assert texts.NO_MODEL in words(page(replace(CASE, model_card="")))


# --- the version, the command


def test_a_signature_counts_for_one_state_of_the_safety_folder(tmp_path: Path) -> None:
    folder = tmp_path / "safety"
    shutil.copytree(ROOT / "content" / "safety", folder)
    before = safety_case.version(folder)
    assert before == safety_case.version(ROOT / "content" / "safety")
    assert before in WORDS
    card = folder / "cards" / "suicide.md"
    body = card.read_bytes()
    card.write_bytes(body.replace(b"\n", b"\r\n"))
    assert safety_case.version(folder) == before
    card.write_bytes(body.replace(b"You matter.", b"You matter!"))
    assert safety_case.version(folder) != before
    card.write_bytes(body)
    card.rename(card.with_name("other.md"))
    assert safety_case.version(folder) != before


def test_a_broken_hazard_log_makes_no_page(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "content" / "safety", tmp_path / "content" / "safety")
    with pytest.raises(BrokenSafety, match=re.escape("hazards.yaml")):
        gather(COUNCIL, tmp_path, COUNCIL_FILE, NOW)


def test_the_command_writes_the_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "signed.html"
    assert main(["safety-case", "--out", str(file)]) == 0
    assert file.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert "signed.html" in capsys.readouterr().out


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["safety-case", "--out", str(tmp_path / "nowhere" / "page.html")]) == 2
    assert "Name another file with --out." in capsys.readouterr().err
