"""Asking in private, from the first word to the thumb under the answer."""

import pytest

from bot.app import Bot
from practice.client import Control
from tests.driver import Phone

pytestmark = pytest.mark.usefixtures("bot")


async def test_skint_without_electric_gets_help_now(jade: Phone) -> None:
    answer = await jade.asks("skint til fri no leccy")
    assert "gas" in answer.lower() or "electric" in answer.lower()


async def test_what_nobody_wrote_an_entry_for_gets_an_honest_no(jade: Phone) -> None:
    assert (await jade.asks("how do i fix a carburettor on a tractor")).startswith("I don't know that one.")
    assert jade.labels() == ["Ask a person", "All topics"]


async def test_a_vague_question_gets_suggestions_that_open_and_can_be_declined(jade: Phone) -> None:
    assert (await jade.asks("bursary")).startswith("I'm not sure what you mean.")
    said = jade.last
    assert 2 <= len(jade.labels()) <= 4
    assert jade.labels()[-1] == "None of these"
    await jade.taps("None of these")
    assert (await jade.hears())["text"].startswith("I don't know that one.")
    await jade.taps(said["reply_markup"]["inline_keyboard"][0][0]["text"], said)
    assert "Source: " in (await jade.hears())["text"]


async def test_small_talk_gets_a_kind_answer_and_no_entry(jade: Phone) -> None:
    assert "You are welcome" in await jade.asks("thanks x")
    assert "I am a bot" in await jade.asks("are you a real person")


async def test_start_says_what_the_bot_is_and_that_the_council_is_invented(jade: Phone) -> None:
    said = await jade.asks("/start")
    assert "I'm a bot. Nobody watches this chat live." in said
    assert "call 999" in said
    assert "not a real council" in said


async def test_every_entry_is_two_taps_from_the_menu(jade: Phone, bot: Bot) -> None:
    await jade.says("/menu")
    menu = await jade.hears()
    topics = [button for row in menu["reply_markup"]["inline_keyboard"] for button in row]
    library = bot._service.library
    assert [button["callback_data"] for button in topics] == [f"topic:{topic}" for topic in library.topics()]
    await jade.taps("Council tax")
    changed = await jade.hears("editMessageText")
    entries = [b["callback_data"] for row in changed["reply_markup"]["inline_keyboard"] for b in row][:-1]
    assert entries == [f"entry:{entry.id}" for entry in library.topic("council_tax")]
    await jade.forges(entries[0])
    assert "Source: " in (await jade.hears())["text"]
    await jade.taps("All topics", changed)
    assert (await jade.hears("editMessageText"))["text"].startswith("What is it about?")


async def test_a_thumb_counts_once_and_only_from_the_person_who_asked(jade: Phone, tom: Phone, bot: Bot) -> None:
    await jade.asks("can i get driving lessons")
    answer = jade.last
    data = answer["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await tom.asks("whats the hub")
    await tom.forges(data)
    assert await tom.alert() == "Only the person who asked can say."
    await jade.taps("👍", answer)
    await jade.hears("editMessageReplyMarkup")
    assert "👍 This helped" not in jade.labels()


async def test_not_what_i_meant_gets_a_sorry_and_other_ways(jade: Phone) -> None:
    await jade.asks("can i get driving lessons")
    await jade.taps("👎")
    assert (await jade.hears())["text"].startswith("Sorry, that was not it.")


async def test_an_edited_question_is_read_again(jade: Phone) -> None:
    message = await jade.says("can i get driving lessons")
    await jade.hears()
    await jade.edits(message, "do i have to pay council tax")
    assert (await jade.hears())["text"].startswith("Do I have to pay council tax?")


@pytest.mark.parametrize("kind", ["voice", "photo", "sticker", "location", "document"])
async def test_what_holds_no_words_is_not_guessed_at(jade: Phone, kind: str) -> None:
    await jade.says(None, **{kind: True})
    assert (await jade.hears())["text"].startswith("I can't read this.")


async def test_a_caption_is_read_and_the_picture_is_not(jade: Phone) -> None:
    await jade.says(photo=True, caption="do i have to pay council tax")
    assert (await jade.hears())["text"].startswith("I can't see the picture")
    assert (await jade.hears())["text"].startswith("Do I have to pay council tax?")


@pytest.mark.parametrize("data", ["entry:no-such-entry", "helped:99999", "x" * 60, "safe:perhaps"])
async def test_a_made_up_button_is_told_off_kindly_and_changes_nothing(jade: Phone, data: str) -> None:
    await jade.asks("/start")
    await jade.forges(data)
    assert await jade.alert()
    assert "Hub" in await jade.asks("whats the hub")


async def test_an_unknown_command_gets_help(jade: Phone) -> None:
    assert "What you can do here" in await jade.asks("/opensesame")


async def test_ask_a_person_says_whom_to_ring_and_when_somebody_is_there(jade: Phone) -> None:
    said = await jade.asks("/person")
    assert "01632 960110" in said
    assert ("They are open now, until" in said) != ("They are closed now. They open again on" in said)


async def test_markup_in_a_message_or_a_name_stays_plain_words(control: Control, jade: Phone) -> None:
    assert await jade.asks("<b>*_[x](http://x)</b> `';--")
    person = await control.person("<i>Bob</i> *_` \u202e", last_name="A" * 60)
    phone = Phone(control, person, person)
    assert "Hello" in await phone.asks("/start")


async def test_twenty_thousand_letters_are_answered_like_any_message(jade: Phone) -> None:
    assert await jade.asks("council tax " * 340)
