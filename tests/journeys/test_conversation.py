"""One evening with the bot: an age, a follow-up, two questions at once, another language, and an answer that missed."""

import pytest

from bot.app import Bot
from bot.models import Role
from practice.cast import JADE
from tests.driver import Phone
from tests.journeys.staffed import enrol


async def test_a_conversation_goes_on_from_what_was_said(jade: Phone, bot: Bot) -> None:
    await enrol(bot, JADE, "Jade Marlow", Role.YOUNG_PERSON)
    titles = {entry.id: entry.title for entry in bot._service.library.entries.values()}

    # The answer hangs on an age: it is asked for once, answered, and remembered.
    general = await jade.asks("does the council have to house me")
    assert general.startswith(titles["must-the-council-house-me"])
    assert "How old are you?" in general
    await jade.taps("18 to 20")
    at_their_age = (await jade.hears())["text"]
    assert at_their_age.startswith(titles["homeless-at-18-to-20"])
    assert "I'll remember that. /mydata shows it." in at_their_age
    assert (await jade.asks("does the council have to house me")).startswith(titles["homeless-at-18-to-20"])

    # A mate's age leads to the mate's answer, once.
    assert (await jade.asks("wat about if my mate is 17")).startswith(titles["homeless-at-16-or-17"])

    # A follow-up leans on the last answer and does not repeat it.
    assert (await jade.asks("can i get driving lessons")).startswith(titles["driving-lessons"])
    assert (await jade.asks("how much is it")).startswith("That is all I have about")

    # Two questions, two answers.
    assert (await jade.asks("how do i get a passport? can i get a railcard?")).startswith(titles["passport"])
    second = await jade.hears()
    assert second["text"].startswith(titles["railcard"])

    # Another one was meant.
    await jade.taps("👎", second)
    assert (await jade.hears())["text"].startswith("Sorry, that was not it.")
    assert titles["railcard"] not in jade.labels()
    assert jade.labels()[-2:] == ["None of these", "Ask a person"]


@pytest.mark.usefixtures("bot")
async def test_who_writes_in_another_language_finds_a_person_and_an_interpreter(jade: Phone) -> None:
    assert "999" in await jade.asks("وکیل میخواهم")
    label = jade.labels()[0]
    await jade.taps("interpreter")
    assert "interpreter" in (await jade.hears())["text"]
    assert label not in jade.labels()
