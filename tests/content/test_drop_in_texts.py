"""What young people read about drop-ins: plain, short, and honest."""

import re

import pytest

from content.readability import grade, sentences
from content.series import TOPICS
from content.texts import drop_in as texts

FILLS = {"name": "Job club", "when": "Tuesday 24 November at 14:00", "place": "the Hub", "topic": "Work", "count": "3"}


def filled(text: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda gap: FILLS.get(gap[1], ""), text).replace("*", "")


SAID = {name: filled(text) for name, text in vars(texts).items() if name.isupper() and isinstance(text, str)}
LONG = [pytest.param(text, id=name) for name, text in SAID.items() if len(text.split()) >= 8]


@pytest.mark.parametrize("text", LONG)
def test_a_nine_year_old_could_read_it(text: str) -> None:
    assert grade(text) <= 5
    assert not [one for one in sentences(text) if len(one.split()) > 20]


def test_nobody_is_shouted_at_or_blamed() -> None:
    assert not [text for text in SAID.values() if re.search("!|late|missed|failed|must", text.lower())]


def test_every_topic_of_a_programme_has_its_button() -> None:
    assert tuple(texts.TOPICS) == TOPICS


def test_what_only_the_presser_sees_fits_where_telegram_shows_it() -> None:
    assert max(len(text) for name, text in SAID.items() if name.startswith("ALERT")) <= 120
