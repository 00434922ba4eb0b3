"""What staff type about being away."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.absence import NoDay, Span, TooSoon, name_and_span, named, read_span, without_cover
from bot.settings import ROOT
from bot.store.people import Actor
from content.council import load_council
from tests.conftest import NOW

NORTHMOOR = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")


def utc(day: int, hour: int = 9, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, tzinfo=UTC)


@pytest.mark.parametrize(
    ("words", "span"),
    [
        ("until friday", Span(None, utc(27))),
        ("till 27/11", Span(None, utc(27))),
        ("for 3 days", Span(None, utc(26))),
        ("friday", Span(None, utc(27))),
        ("until saturday", Span(None, utc(30))),
        ("until 25 december", Span(None, datetime(2027, 1, 4, 9, tzinfo=UTC))),
        ("from tuesday until friday", Span(utc(24, 0), utc(27))),
        ("tomorrow to friday", Span(utc(24, 0), utc(27))),
        ("from friday until monday", Span(utc(27, 0), utc(30))),
        ("from 1 december until 8 december", Span(utc(1, 0, 12), utc(8, 9, 12))),
        ("from today until wednesday", Span(None, utc(25))),
    ],
)
def test_the_day_that_is_named_is_the_day_back(words: str, span: Span) -> None:
    assert read_span(words, NORTHMOOR, NOW) == span


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("soon", NoDay("soon")),
        ("until the cows come home", NoDay("the cows come home")),
        ("from whenever until friday", NoDay("whenever")),
        ("until today", TooSoon(planned=False)),
        ("from 8 december until 1 december 2026", NoDay("1 december 2026")),
        ("from friday until 27 november 2026", TooSoon(planned=True)),
        ("", NoDay("")),
        ("until", NoDay("")),
    ],
)
def test_what_names_no_day_or_the_wrong_one_is_told_apart(words: str, fault: NoDay | TooSoon) -> None:
    assert read_span(words, NORTHMOOR, NOW) == fault


def test_in_summer_the_office_opens_an_hour_earlier_by_utc() -> None:
    found = read_span("until friday", NORTHMOOR, datetime(2026, 6, 15, 9, tzinfo=UTC))
    assert found == Span(None, datetime(2026, 6, 19, 8, tzinfo=UTC))


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("until friday cover Priya Nair", ("until friday", "Priya Nair")),
        ("until friday, covered by Tom", ("until friday", "Tom")),
        ("until friday cover: Tom", ("until friday", "Tom")),
        ("until friday", ("until friday", "")),
        ("cover Tom", ("", "Tom")),
        ("until friday cover", ("until friday", "")),
    ],
)
def test_the_cover_stands_after_its_word(text: str, parts: tuple[str, str]) -> None:
    assert without_cover(text) == parts


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Priya Nair until friday", ("Priya Nair", "until friday")),
        ("Priya from monday until friday", ("Priya", "from monday until friday")),
        ("until friday", ("", "until friday")),
        ("Priya", ("Priya", "")),
    ],
)
def test_a_manager_names_somebody_first(text: str, parts: tuple[str, str]) -> None:
    assert name_and_span(text) == parts


def test_a_name_may_be_whole_or_a_part_and_several_are_all_told() -> None:
    staff = [Actor(id=n, name=name) for n, name in enumerate(("Priya Nair", "Priya Shah", "Tom Ashby", "Tom"))]

    def found(text: str) -> list[str]:
        return [person.name for person in named(text, staff)]

    assert found("priya nair") == ["Priya Nair"]
    assert found("PRIYA") == ["Priya Nair", "Priya Shah"]
    assert found("tom") == ["Tom"]
    assert found("pri") == []
    assert found("") == []
