"""The first answer, once on each database."""

import pytest

from tests.driver import Phone

pytestmark = pytest.mark.usefixtures("bot_on_each_database")


async def test_a_question_in_text_speak_gets_its_entry_with_source_and_next_step(jade: Phone) -> None:
    answer = await jade.asks("do i av 2 pay council tax")
    assert answer.startswith("Do I have to pay council tax?")
    for part in ("What to do now", "Ask: ", "Source: ", "Checked on "):
        assert part in answer
    labels = jade.labels()
    assert labels[:2] == ["👍 This helped", "👎 Not what I meant"]
    assert labels[-2:] == ["Ask a person", "All topics"]
    assert all(label.startswith("See also: ") for label in labels[2:-2])


async def test_several_people_at_once_each_get_their_own_answer(jade: Phone, tom: Phone, kai: Phone) -> None:
    await kai.says("/start")
    await kai.hears()
    for phone, words in (
        (jade, "can i get driving lessons"),
        (tom, "whats the hub"),
        (kai, "do i have to pay council tax"),
    ):
        await phone.says(words)
    assert "driving" in (await jade.hears())["text"].lower()
    assert "hub" in (await tom.hears())["text"].lower()
    assert "council tax" in (await kai.hears())["text"].lower()
