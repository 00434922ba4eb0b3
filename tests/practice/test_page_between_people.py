"""Conversations between people on the page: invitations, replies that the bot asks for, files, topics, what is new."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from practice.cast import JADE, KAI, PRIYA, RUTH, TOM
from practice.client import Control
from practice.files import SAMPLES
from tests.practice.phones import Bot, box, bubble, more, open_page, phone
from tests.practice.test_page import readable

INVITATION = "https://t.me/compass_practice_bot?start=j-8f3kQ2"


@pytest.fixture
def control(bot: Bot) -> Control:
    return Control(bot.server.api_base, bot.server.token, bot.session)


@pytest.fixture
def lounge(bot: Bot) -> int:
    return next(chat.id for chat in bot.server.world.chats.values() if chat.type == "group")


@pytest.fixture
async def duty(browser: Browser, bot: Bot, control: Control) -> AsyncIterator[tuple[Page, int, int]]:
    """The page with a forum of the duty team's on it; the forum and a topic of the bot's."""
    team = await control.group("Duty team", [TOM, PRIYA, RUTH], "supergroup", forum=True, bot=True)
    await control.bot(team, TOM, "administrator", can_manage_topics=True, can_delete_messages=True)
    made = (await bot.call("createForumTopic", chat_id=team, name="Jade M"))["result"]
    async for page in open_page(browser, bot, 2300, 1000, phones=8):
        yield page, team, made["message_thread_id"]


# Invitations


async def test_a_code_that_the_bot_sends_is_shown_whole_and_can_be_made_large(page: Page, control: Control) -> None:
    await control.upload("sendPhoto", {"photo": ("code.png", SAMPLES["photo"].data)}, chat_id=PRIYA, caption=INVITATION)
    picture = bubble(page, "Priya Nair", "t.me").locator("img")
    await expect(picture).to_have_js_property("complete", True)
    shape = "image => [image.clientWidth / image.clientHeight, image.naturalWidth / image.naturalHeight]"
    drawn, real = await picture.evaluate(shape)
    assert drawn == pytest.approx(real, abs=0.02)

    await phone(page, "Priya Nair").get_by_role("button", name="Show the photo large").click()
    large = page.get_by_role("dialog", name="Photo")
    assert await large.locator("img").evaluate("image => image.clientWidth") >= 320
    await page.keyboard.press("Escape")
    await expect(large).to_have_count(0)
    await expect(phone(page, "Priya Nair").get_by_role("button", name="Show the photo large")).to_be_focused()


@pytest.mark.parametrize("words", [INVITATION, INVITATION.removeprefix("https://"), f"open {INVITATION}."])
async def test_a_link_that_somebody_pasted_starts_the_bot_on_the_phone_of_who_taps_it(
    page: Page, bot: Bot, control: Control, lounge: int, words: str
) -> None:
    await control.say(PRIYA, words, chat=lounge)
    group = phone(page, "Compass lounge")
    await group.get_by_label("Write as").select_option("Kai Odell")
    await group.get_by_role("link", name="t.me/compass_practice_bot").click()
    heard = await bot.hears("message")
    assert (heard["text"], heard["chat"]["id"], heard["from"]["id"]) == ("/start j-8f3kQ2", KAI, KAI)
    await expect(bubble(page, "Kai Odell", "/start j-8f3kQ2")).to_be_visible()
    assert len(page.context.pages) == 1


async def test_who_has_not_joined_can_open_an_invitation_that_was_sent_some_other_way(page: Page, bot: Bot) -> None:
    kai = phone(page, "Kai Odell")
    await kai.get_by_role("button", name="Open an invitation link").click()
    asked = page.get_by_role("dialog", name="on the phone of Kai Odell")
    await asked.get_by_role("textbox").fill("https://example.org/elsewhere")
    await page.keyboard.press("Enter")
    await expect(kai.locator(".toast")).to_have_text("This is not a link to this bot.")

    await kai.get_by_role("button", name="Open an invitation link").click()
    await page.keyboard.type(INVITATION)
    await asked.get_by_role("button", name="Open", exact=True).click()
    assert (await bot.hears("message"))["text"] == "/start j-8f3kQ2"
    await expect(box(page, "Kai Odell")).to_be_visible()


# Replies that the bot asks for


async def test_a_question_of_the_bot_opens_the_reply_without_taking_the_focus(page: Page, bot: Bot) -> None:
    await box(page, "Jade Marlow").focus()
    markup = {"force_reply": True, "input_field_placeholder": "Write to Jade"}
    question = await bot.says(TOM, "Jade asks about lessons", reply_markup=markup)
    context = phone(page, "Tom Ashby").locator(".context")
    await expect(context).to_contain_text("Your answer to")
    await expect(box(page, "Tom Ashby")).to_have_attribute("placeholder", "Write to Jade")
    await expect(bubble(page, "Tom Ashby", "Jade asks").locator(".asks")).to_have_text("asks for a reply")
    await expect(box(page, "Jade Marlow")).to_be_focused()

    await page.reload()
    await expect(context).to_contain_text("Jade asks about lessons")
    await box(page, "Tom Ashby").fill("The Hub can help.")
    await page.keyboard.press("Enter")
    assert (await bot.hears("message"))["reply_to_message"]["message_id"] == question
    await expect(context).to_be_hidden()
    await expect(box(page, "Tom Ashby")).to_have_attribute("placeholder", "Message")


async def test_a_reply_that_was_cancelled_or_whose_question_is_gone_stays_closed(page: Page, bot: Bot) -> None:
    context = phone(page, "Tom Ashby").locator(".context")
    await bot.says(TOM, "First?", reply_markup={"force_reply": True})
    await phone(page, "Tom Ashby").get_by_role("button", name="Cancel").click()
    await bot.says(TOM, "By the way")
    await bubble(page, "Tom Ashby", "By the way").wait_for()
    await expect(context).to_be_hidden()

    second = await bot.says(TOM, "Second?", reply_markup={"force_reply": True})
    await expect(context).to_contain_text("Second?")
    await bot.call("deleteMessage", chat_id=TOM, message_id=second)
    await expect(context).to_be_hidden()


async def test_in_a_group_a_question_to_one_opens_the_reply_for_that_one(page: Page, bot: Bot, lounge: int) -> None:
    markup = {"force_reply": True, "selective": True}
    await bot.says(lounge, "@jade_marlow, which day?", reply_markup=markup)
    group = phone(page, "Compass lounge")
    await bubble(page, "Compass lounge", "which day?").wait_for()
    await expect(group.locator(".context")).to_be_hidden()
    await group.get_by_label("Write as").select_option("Jade Marlow")
    await expect(group.locator(".context")).to_contain_text("which day?")
    await group.get_by_label("Write as").select_option("Kai Odell")
    await expect(group.locator(".context")).to_be_hidden()


# Files and other kinds


async def test_files_of_every_kind_are_drawn(page: Page, control: Control) -> None:
    shown = {"video": "Video", "video_note": "Round video", "animation": "Animation", "audio": "song.mp3",
             "voice": "Voice message", "contact": "+447700900123", "dice": "Dice shows"}  # fmt: skip
    for kind in shown:
        await control.ask("POST", "say", {"user": JADE, kind: True})
    for words in shown.values():
        await expect(bubble(page, "Jade Marlow", words).first).to_be_visible()
    await expect(phone(page, "Jade Marlow").locator(".message")).to_have_count(len(shown))
    await expect(phone(page, "Jade Marlow").locator(".plain-note")).to_have_count(0)


async def test_a_document_of_the_bot_can_be_kept(page: Page, control: Control) -> None:
    await control.upload("sendDocument", {"document": ("my-data.json", b'{"a": 1}')}, chat_id=JADE)
    async with page.expect_download() as download:
        await phone(page, "Jade Marlow").get_by_role("link", name="Download my-data.json").click()
    assert (await (await download.value).path()).read_bytes() == b'{"a": 1}'


@pytest.mark.parametrize(("item", "kind"), [("Video", "video"), ("Contact card", "contact")])
async def test_a_film_and_a_card_are_sent_as_answers(page: Page, bot: Bot, item: str, kind: str) -> None:
    question = await bot.says(JADE, "Who helps you?")
    await bubble(page, "Jade Marlow", "Who helps you?").wait_for()
    await more(page, "Jade Marlow", "Who helps you?", "Reply")
    await phone(page, "Jade Marlow").get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name=item, exact=True).click()
    heard = await bot.hears("message")
    assert kind in heard
    assert heard["reply_to_message"]["message_id"] == question


async def test_the_words_under_ones_own_picture_can_be_changed(page: Page, bot: Bot, control: Control) -> None:
    await control.send_file(JADE, "photo", caption="my letter")
    await bubble(page, "Jade Marlow", "my letter").wait_for()
    await more(page, "Jade Marlow", "my letter", "Change")
    await page.keyboard.press("End")
    await page.keyboard.type(" of May")
    await page.keyboard.press("Enter")
    assert (await bot.hears("edited_message"))["caption"] == "my letter of May"


async def test_a_button_that_asks_for_the_number_sends_the_persons_own_card(page: Page, bot: Bot) -> None:
    key = {"text": "Share my number", "request_contact": True}
    await bot.says(JADE, "May we ring you?", reply_markup={"keyboard": [[key]]})
    await phone(page, "Jade Marlow").get_by_role("button", name="Share my number").click()
    assert (await bot.hears("message"))["contact"]["user_id"] == JADE


# Commands


async def test_each_person_sees_the_commands_that_are_meant_for_them(page: Page, bot: Bot, lounge: int) -> None:
    def command(name: str) -> dict[str, Any]:
        return {"command": name, "description": f"About {name}"}

    await bot.call("setMyCommands", commands=[command("help")])
    await bot.call("setMyCommands", commands=[command("invite")], scope={"type": "chat", "chat_id": PRIYA})
    await bot.call("setMyCommands", commands=[command("whatson")], scope={"type": "all_group_chats"})
    for name, expected in (("Jade Marlow", "/help"), ("Priya Nair", "/invite"), ("Compass lounge", "/whatson")):
        await phone(page, name).get_by_role("button", name="Commands").click()
        await expect(phone(page, name).locator(".suggestion")).to_have_text(re.compile(expected))
        await page.keyboard.press("Enter")
    await expect(bubble(page, "Compass lounge", "/whatson@compass_practice_bot")).to_be_visible()

    await bot.call("deleteMyCommands", scope={"type": "chat", "chat_id": PRIYA})
    await phone(page, "Priya Nair").get_by_role("button", name="Commands").click()
    await expect(phone(page, "Priya Nair").get_by_role("option")).to_have_text(re.compile("/help"))


# What is new


async def test_a_phone_tells_what_its_owner_has_not_seen_and_opens_it(page: Page, bot: Bot, lounge: int) -> None:
    link = phone(page, "Kai Odell").get_by_role("navigation").get_by_role("button", name="Compass lounge")
    await expect(link.locator(".badge")).to_have_count(0)
    await bot.says(lounge, "Cooking tonight")
    await bot.says(lounge, "At six")
    await expect(link.locator(".badge")).to_contain_text("2")
    priya = phone(page, "Priya Nair").get_by_role("navigation")
    await expect(priya.locator(".badge")).to_have_count(0)

    await link.click()
    group = phone(page, "Compass lounge")
    await expect(group.get_by_label("Write as").locator("option:checked")).to_have_text("Kai Odell")
    await expect(group.get_by_role("textbox")).to_be_focused()
    await expect(link.locator(".badge")).to_have_count(0)
    await expect(phone(page, "Tom Ashby").get_by_role("navigation")).to_have_count(0)


async def test_ones_own_words_and_deleted_ones_are_not_new(page: Page, control: Control, lounge: int) -> None:
    badge = phone(page, "Kai Odell").get_by_role("navigation").locator(".badge")
    said = (await control.say(JADE, "hello", chat=lounge))["message"]["message_id"]
    await expect(badge).to_contain_text("1")
    await control.say(KAI, "good morning", chat=lounge)
    await bubble(page, "Compass lounge", "good morning").wait_for()
    await expect(badge).to_contain_text("1")
    await control.delete(lounge, said)
    await expect(badge).to_have_count(0)


# Topics


async def test_a_group_with_topics_is_opened_on_the_page_and_the_bot_may_look_after_it(page: Page, bot: Bot) -> None:
    await page.get_by_role("navigation", name="Tools").get_by_role("button", name="People").click()
    await page.get_by_label("Name of a new group").fill("Duty team")
    await page.get_by_label("Kind").select_option("group with topics")
    for name in ("Tom Ashby", "Nadia Frost"):
        await page.get_by_role("checkbox", name=name).check()
    await page.get_by_role("button", name="Open the group").click()
    group = phone(page, "Duty team")
    await expect(group.get_by_label("Write as").locator("option")).to_have_text(["Tom Ashby", "Nadia Frost"])

    await group.get_by_role("button", name="Menu of Duty team").click()
    await page.get_by_role("menuitem", name="The bot becomes an administrator").click()
    await expect(group.locator(".hint")).to_contain_text("it sees every message")
    team = next(chat.id for chat in bot.server.world.chats.values() if chat.forum)
    assert (await bot.call("createForumTopic", chat_id=team, name="Rota"))["ok"]


async def test_each_topic_is_a_conversation_of_its_own(duty: tuple[Page, int, int], bot: Bot, control: Control) -> None:
    page, team, topic = duty
    await bot.says(team, "A new question", message_thread_id=topic)
    await control.say(RUTH, "who is on today", chat=team)
    group = phone(page, "Duty team")
    await expect(bubble(page, "Duty team", "A new question")).to_contain_text("in Jade M")
    await expect(bubble(page, "Duty team", "who is on today")).to_be_visible()

    await group.get_by_label("Topic").select_option("Jade M")
    await expect(bubble(page, "Duty team", "who is on today")).to_have_count(0)
    await group.get_by_role("textbox").fill("I have it")
    await page.keyboard.press("Enter")
    await expect(bubble(page, "Duty team", "I have it")).to_be_visible()
    said = [message for message in await control.messages(team) if message.get("text") == "I have it"]
    assert said[0]["message_thread_id"] == topic
    await group.get_by_label("Topic").select_option("General")
    await expect(bubble(page, "Duty team", "A new question")).to_have_count(0)
    await expect(bubble(page, "Duty team", "who is on today")).to_be_visible()


async def test_people_open_close_and_delete_topics(duty: tuple[Page, int, int], bot: Bot) -> None:
    page, team, topic = duty
    group = phone(page, "Duty team")

    async def choose(item: str) -> None:
        await group.get_by_role("button", name="Menu of Duty team").click()
        await page.get_by_role("menuitem", name=item).click()

    await choose("Open a new topic")
    await page.keyboard.type("Rota")
    await page.keyboard.press("Enter")
    await expect(group.get_by_label("Topic").locator("option")).to_have_text(
        ["All topics", "General", "Jade M", "Rota"]
    )

    await group.get_by_label("Topic").select_option("Jade M")
    await choose("Close “Jade M”")
    await expect(group.get_by_label("Topic").locator("option:checked")).to_have_text("Jade M (closed)")
    await choose("Delete “Jade M”")
    await page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    await expect(group.get_by_label("Topic").locator("option")).to_have_text(["All topics", "General", "Rota"])
    gone = await bot.call("sendMessage", chat_id=team, message_thread_id=topic, text="x")
    assert gone["description"] == "Bad Request: message thread not found"


# Everybody can use it


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_new_text_has_enough_contrast(browser: Browser, bot: Bot, control: Control, scheme: str) -> None:
    team = await control.group("Duty team", [TOM, JADE], "supergroup", forum=True, bot=True)
    for kind in ("video", "audio", "contact", "dice"):
        await control.ask("POST", "say", {"user": JADE, kind: True})
    await bot.says(TOM, "Which day?", reply_markup={"force_reply": True})
    async for page in open_page(browser, bot, 2300, 1000, phones=8, color_scheme=scheme):
        await bot.says(team, "A new question")
        await phone(page, "Jade Marlow").get_by_role("navigation").locator(".badge").wait_for()
        seen = await readable(page)
        await phone(page, "Kai Odell").get_by_role("button", name="Open an invitation link").click()
        seen |= await readable(page)
        for words in ("asks for a reply", "Your answer to", "Dice shows 1", "Open", "Duty team"):
            assert any(one.startswith(words[:11]) for one in seen), words


async def test_a_narrow_screen_has_room_for_dialogs_and_conversations(
    browser: Browser, bot: Bot, control: Control
) -> None:
    for number in range(3):
        await control.group(f"Group {number} {'w' * 60}", [JADE], bot=True)
    await control.send_file(JADE, "photo")
    async for page in open_page(browser, bot, 360, 740, phones=10):
        await phone(page, "Jade Marlow").get_by_role("button", name="Show the photo large").click()
        assert await page.evaluate("document.documentElement.scrollWidth") <= 360
        wide = "[...document.querySelectorAll('.inside, .chat-list, dialog, dialog form')].filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.className)"
        assert await page.evaluate(wide) == []
