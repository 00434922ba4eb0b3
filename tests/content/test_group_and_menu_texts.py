"""What the bot says of itself, in menus and in groups: easy to read and true."""

import re

import pytest

from bot.menus import commands, lines
from bot.models import Role
from bot.settings import ROOT
from content.council import load_council
from content.readability import grade, sentences
from content.texts import digest, group, menus, start

GAPS = {**load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml").gaps, "title": "Lounge"}
FOR_STAFF = {
    "HELP_STAFF", "STAFF_HELP", "WHO_IS_IN_IT", "NOT_REGISTERED", "WARNS", "TOPICS", "ADDED_BY_SOMEBODY", "JOINED", "GROUPS",
}  # fmt: skip


def filled(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda gap: str(GAPS.get(gap[1], "Menu.")), text)


SAID = [
    (f"{module.__name__.rpartition('.')[2]}.{name}", name, filled(text))
    for module in (start, group)
    for name, text in vars(module).items()
    if name.isupper() and isinstance(text, str)
]
ALL = [*(text for _, _, text in SAID), *menus.COMMANDS.values(), *menus.GROUP_COMMANDS.values()] + [
    text for name, text in vars(digest).items() if name.isupper() and isinstance(text, str)
]
YOUNG = [pytest.param(text, id=where) for where, name, text in SAID if name not in FOR_STAFF and len(text.split()) >= 8]


@pytest.mark.parametrize("text", YOUNG)
def test_a_nine_year_old_could_read_it(text: str) -> None:
    assert grade(text) <= 5
    assert not [one for one in sentences(text) if len(one.split()) > 20]


@pytest.mark.parametrize("text", [pytest.param(text, id=where) for where, name, text in SAID if name in FOR_STAFF])
def test_staff_read_short_sentences(text: str) -> None:
    assert not [one for one in sentences(text) if len(one.split()) > 25]


@pytest.mark.parametrize(
    "words", ["!", "risk", "secret", "confidential", "you are safe", "is safe", "service user", "client", "vulnerable"]
)
def test_nothing_is_promised_scored_or_shouted(words: str) -> None:
    assert not [text for text in ALL if words in text.lower()]


@pytest.mark.parametrize("text", [start.WELCOME, start.HELP, start.HELP_JOINED, start.DESCRIPTION])
def test_whoever_meets_the_bot_is_told_what_it_is_who_reads_it_and_whom_to_call(text: str) -> None:
    assert "I'm a bot" in text
    assert "Nobody watches this chat live." in text
    assert "999" in text
    assert "person" in text.replace("{commands}", lines(commands([])))


def test_telegram_takes_the_descriptions() -> None:
    assert len(start.DESCRIPTION) <= 512
    assert len(start.SHORT_DESCRIPTION) <= 120


def test_a_menu_that_lies_open_tells_nobody_what_the_chat_is_about() -> None:
    telling = re.compile(r"\b(care|adviser|council|leaving|danger|crisis|safe|hidden|secret)\b", re.IGNORECASE)
    shown = [menus.COMMANDS[name] for name in {*commands([]), *commands([Role.YOUNG_PERSON])}]
    assert not [text for text in shown if telling.search(text)]


def test_the_neutral_line_of_a_group_tells_nothing() -> None:
    assert group.PRIVATE == "I can answer that in private."
