"""What young people read at /jobs is easy; what staff read is short; nothing shouts."""

import re

import pytest

from content.readability import grade, sentences
from content.texts import jobs, opportunity_form


def said(module: object) -> list[tuple[str, str]]:
    return [
        (name, re.sub(r"\{\w+\}", "Three", text))
        for name, text in vars(module).items()
        if name.isupper() and isinstance(text, str)
    ]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in said(jobs) if len(text.split()) >= 8])
def test_a_nine_year_old_could_read_it(text: str) -> None:
    assert grade(text) <= 5
    assert not [one for one in sentences(text) if len(one.split()) > 20]


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in said(opportunity_form)])
def test_staff_read_short_sentences(text: str) -> None:
    assert not [one for one in sentences(text) if len(one.split()) > 25]


def test_nothing_is_shouted() -> None:
    assert not [name for module in (jobs, opportunity_form) for name, text in said(module) if "!" in text]
