"""The page of phones, in a real browser against the real stand-in."""

from __future__ import annotations

import re

import pytest
from aiohttp import ClientError
from playwright.async_api import Browser, Page, expect

from practice.cast import JADE, KAI, PRIYA, TOM
from practice.server import Server
from tests.practice.phones import BUTTONS, PHONES, Bot, box, bubble, more, open_page, phone, tab_to, tool

HOSTILE = '<img src=x onerror="window.harmed=1"><b>Zed</b>'

# Every visible text against the nearest solid colours under it, blended where they are see-through (WCAG 2.2, 1.4.3).
CONTRAST = """() => {
  const parse = (text) => {
    const [r, g, b, a = 1] = text.match(/[\\d.]+/g).map(Number);
    return { r, g, b, a };
  };
  const over = (top, under) => Object.fromEntries(['r', 'g', 'b'].map((c) => [c, top[c] * top.a + under[c] * (1 - top.a)]));
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      layers.push(parse(getComputedStyle(at).backgroundColor));
      if (layers.at(-1).a === 1) break;
    }
    return layers.reduceRight((under, top) => over(top, under), { r: 255, g: 255, b: 255 });
  };
  const light = ({ r, g, b }) => [r, g, b].map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode.parentElement;
    if (!walker.currentNode.data.trim() || !node.checkVisibility({ visibilityProperty: true })) continue;
    if (node.closest('.sr-only, .spoiler, .skip, noscript, option')) continue;
    const under = ground(node);
    const [a, b] = [light(over(parse(getComputedStyle(node).color), under)), light(under)].sort((x, y) => y - x);
    found.push({ text: walker.currentNode.data.trim().slice(0, 40), ratio: (a + 0.05) / (b + 0.05) });
  }
  return found;
}"""


# Conversations


async def test_words_typed_in_a_phone_reach_the_conversation_and_the_bot(page: Page, bot: Bot) -> None:
    await box(page, "Jade Marlow").fill("skint til fri")
    await page.keyboard.press("Shift+Enter")
    await page.keyboard.type("no leccy")
    await page.keyboard.press("Enter")

    log = phone(page, "Jade Marlow").get_by_role("log")
    await expect(log.locator(".mine .words")).to_have_text("skint til fri\nno leccy", use_inner_text=True)
    await expect(box(page, "Jade Marlow")).to_have_value("")
    assert (await bot.hears("message"))["text"] == "skint til fri\nno leccy"
    await expect(log).to_have_attribute("aria-live", "polite")


async def test_a_message_of_the_bot_appears_with_its_formatting_and_buttons(page: Page, bot: Bot) -> None:
    text = (
        "<b>Council tax</b> is <i>not</i> <u>due</u>, <s>ever</s>. <code>A1</code> "
        '<a href="https://example.org/tax">More</a> <tg-spoiler>PINE</tg-spoiler>\n<blockquote>Ask first.</blockquote>'
    )
    await bot.says(JADE, text, parse_mode="HTML", reply_markup=BUTTONS)

    words = bubble(page, "Jade Marlow", "Council tax").locator(".words")
    for tag, inside in {
        "strong": "Council tax",
        "em": "not",
        "u": "due",
        "s": "ever",
        "code": "A1",
        "blockquote": "Ask first.",
    }.items():
        await expect(words.locator(tag)).to_have_text(inside)
    link = words.get_by_role("link", name="More")
    assert await link.get_attribute("href") == "https://example.org/tax"
    assert "noopener" in (await link.get_attribute("rel") or "")
    await expect(phone(page, "Jade Marlow").get_by_role("button", name="Ask a person")).to_be_visible()

    spoiler = words.get_by_role("button", name="Hidden words")
    assert await spoiler.evaluate("node => getComputedStyle(node).color") == "rgba(0, 0, 0, 0)"
    await spoiler.click()
    await expect(words.locator(".spoiler.shown")).to_have_text("PINE")


async def test_offsets_after_an_emoji_are_counted_as_telegram_counts_them(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "🙂🙂 bold plain", entities=[{"type": "bold", "offset": 5, "length": 4}])
    await expect(bubble(page, "Jade Marlow", "plain").locator("strong")).to_have_text("bold")


async def test_tapping_a_button_tells_the_bot_and_its_alert_covers_that_phone_only(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "Did that help?", reply_markup=BUTTONS)
    await phone(page, "Jade Marlow").get_by_role("button", name="Ask a person").click()
    query = await bot.hears("callback_query")
    assert (query["data"], query["from"]["id"]) == ("ask", JADE)

    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Priya has it.", show_alert=True)
    alert = phone(page, "Jade Marlow").get_by_role("alertdialog")
    await expect(alert).to_contain_text("Priya has it.")
    await expect(alert.get_by_role("button", name="OK")).to_be_focused()
    await expect(page.locator(".alert-cover")).to_have_count(1)

    await page.keyboard.press("Escape")
    await expect(alert).to_have_count(0)
    await expect(phone(page, "Jade Marlow").get_by_role("button", name="Ask a person")).to_be_focused()


async def test_an_alert_does_not_take_the_focus_from_another_phone(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "Did that help?", reply_markup=BUTTONS)
    await phone(page, "Jade Marlow").get_by_role("button", name="Ask a person").click()
    await box(page, "Priya Nair").focus()
    query = await bot.hears("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Noted.", show_alert=True)
    await expect(phone(page, "Jade Marlow").get_by_role("alertdialog")).to_be_visible()
    await page.keyboard.type("still here")
    await expect(box(page, "Priya Nair")).to_have_value("still here")


async def test_a_short_answer_to_a_tap_is_a_toast(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "Did that help?", reply_markup=BUTTONS)
    await phone(page, "Jade Marlow").get_by_role("button", name="That helped").click()
    query = await bot.hears("callback_query")
    await bot.call("answerCallbackQuery", callback_query_id=query["id"], text="Thank you")
    await expect(phone(page, "Jade Marlow").locator(".toast")).to_have_text("Thank you")
    await expect(phone(page, "Jade Marlow").get_by_role("alertdialog")).to_have_count(0)


async def test_an_edit_of_the_bot_is_marked_and_a_deletion_vanishes(page: Page, bot: Bot) -> None:
    message = await bot.says(JADE, "Priya is looking.", reply_markup=BUTTONS)
    await expect(bubble(page, "Jade Marlow", "Priya is looking.")).to_be_visible()
    await bot.call("editMessageText", chat_id=JADE, message_id=message, text="Priya has answered.")
    changed = bubble(page, "Jade Marlow", "Priya has answered.")
    await expect(changed.locator(".edited")).to_be_visible()
    await expect(changed.get_by_role("button", name="That helped")).to_have_count(0)
    await expect(bubble(page, "Jade Marlow", "Priya is looking.")).to_have_count(0)

    await bot.call("deleteMessage", chat_id=JADE, message_id=message)
    await expect(phone(page, "Jade Marlow").locator(".message")).to_have_count(0)


async def test_a_redrawn_message_keeps_the_focus_on_its_button(page: Page, bot: Bot) -> None:
    message = await bot.says(JADE, "Choose", reply_markup=BUTTONS)
    await phone(page, "Jade Marlow").get_by_role("button", name="That helped").focus()
    await bot.call("editMessageText", chat_id=JADE, message_id=message, text="Choose one", reply_markup=BUTTONS)
    await expect(bubble(page, "Jade Marlow", "Choose one")).to_be_visible()
    await expect(phone(page, "Jade Marlow").get_by_role("button", name="That helped")).to_be_focused()


async def test_people_change_delete_answer_and_react(page: Page, bot: Bot) -> None:
    question = await bot.says(JADE, "How are you?")
    await bubble(page, "Jade Marlow", "How are you?").wait_for()
    await more(page, "Jade Marlow", "How are you?", "Reply")
    await page.keyboard.type("ok")
    await page.keyboard.press("Enter")
    assert (await bot.hears("message"))["reply_to_message"]["message_id"] == question
    await expect(phone(page, "Jade Marlow").locator(".mine .quote-words")).to_have_text("How are you?")

    await more(page, "Jade Marlow", "ok", "Change")
    await page.keyboard.press("End")
    await page.keyboard.type(" ish")
    await page.keyboard.press("Enter")
    assert (await bot.hears("edited_message"))["text"] == "ok ish"
    await expect(bubble(page, "Jade Marlow", "ok ish").locator(".edited")).to_be_visible()

    await more(page, "Jade Marlow", "ok ish", "React with heart")
    await expect(bubble(page, "Jade Marlow", "ok ish").locator(".reaction")).to_have_attribute("aria-pressed", "true")
    await more(page, "Jade Marlow", "ok ish", "Delete")
    await expect(phone(page, "Jade Marlow").locator(".mine")).to_have_count(0)


async def test_pictures_show_and_documents_download(page: Page, bot: Bot) -> None:
    await phone(page, "Jade Marlow").get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Sample photo").click()
    picture = phone(page, "Jade Marlow").get_by_role("img", name="Photo")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("complete", True)
    assert await picture.evaluate("image => image.naturalWidth") > 0

    attached = {"name": "my letter.txt", "mimeType": "text/plain", "buffer": b"Dear council"}
    await phone(page, "Jade Marlow").get_by_role("button", name="Attach").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name="Document from this computer").click()
    await (await chooser.value).set_files(attached)  # type: ignore[arg-type]
    async with page.expect_download() as download:
        await phone(page, "Jade Marlow").get_by_role("link", name="Download my letter.txt").click()
    saved = await download.value
    assert saved.suggested_filename == "my letter.txt"
    assert (await saved.path()).read_bytes() == b"Dear council"


@pytest.mark.parametrize(
    ("item", "kind"),
    [("Voice message", "voice"), ("Location", "location"), ("Sticker", "sticker"), ("Sample document", "document")],
)
async def test_every_attachment_reaches_the_bot_and_is_drawn(page: Page, bot: Bot, item: str, kind: str) -> None:
    await phone(page, "Jade Marlow").get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name=item, exact=True).click()
    assert kind in await bot.hears("message")
    await expect(phone(page, "Jade Marlow").locator(".mine")).to_be_visible()
    await expect(phone(page, "Jade Marlow").locator(".plain-note")).to_have_count(0)


async def test_what_is_typed_can_be_passed_on_as_somebody_elses_words(page: Page, bot: Bot) -> None:
    await box(page, "Jade Marlow").fill("We are looking for a cook")
    await phone(page, "Jade Marlow").get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Pass on what is typed").click()
    heard = await bot.hears("message")
    assert heard["text"] == "We are looking for a cook"
    assert heard["forward_origin"]["sender_user_name"] == "Somebody else"
    await expect(phone(page, "Jade Marlow").locator(".forwarded")).to_have_text("Passed on from Somebody else")


async def test_a_slash_suggests_the_commands_of_the_bot(page: Page, bot: Bot) -> None:
    commands = [
        {"command": "help", "description": "What I can do"},
        {"command": "urgent", "description": "Get help now"},
    ]
    await bot.call("setMyCommands", commands=commands)
    await page.reload()
    await box(page, "Jade Marlow").press_sequentially("/")
    await expect(phone(page, "Jade Marlow").get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    assert (await bot.hears("message"))["text"] == "/urgent"
    await expect(phone(page, "Jade Marlow").get_by_role("option")).to_have_count(0)


async def test_a_sample_question_is_one_tap_away(page: Page, bot: Bot) -> None:
    await phone(page, "Jade Marlow").get_by_role("button", name="what is the 3k thing").click()
    assert (await bot.hears("message"))["text"] == "what is the 3k thing"
    await expect(phone(page, "Priya Nair").get_by_role("button", name="what is the 3k thing")).to_have_count(0)


async def test_a_link_to_the_bot_opens_on_the_same_persons_phone(page: Page, bot: Bot) -> None:
    group = next(chat for chat in bot.server.world.chats.values() if chat.type != "private")
    username = bot.server.world.bot.username
    key = {"text": "Ask me in private", "url": f"https://t.me/{username}?start=drop_in-7"}
    await bot.says(group.id, "Cooking on Wednesday", reply_markup={"inline_keyboard": [[key]]})
    lounge = phone(page, "Compass lounge")
    await lounge.get_by_label("Write as").select_option("Jade Marlow")
    await lounge.get_by_role("button", name="Ask me in private").click()
    heard = await bot.hears("message")
    assert (heard["text"], heard["chat"]["id"]) == ("/start drop_in-7", JADE)
    await expect(bubble(page, "Jade Marlow", "/start drop_in-7")).to_be_visible()


async def test_a_reply_keyboard_is_offered_and_goes_after_one_use(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "Which day?", reply_markup={"keyboard": [[{"text": "Monday"}]], "one_time_keyboard": True})
    answers = phone(page, "Jade Marlow").get_by_role("group", name="Answers to choose")
    await answers.get_by_role("button", name="Monday").click()
    assert (await bot.hears("message"))["text"] == "Monday"
    await expect(answers).to_be_hidden()


async def test_a_vote_is_counted_on_the_phone_and_reaches_the_bot(page: Page, bot: Bot) -> None:
    await bot.call(
        "sendPoll",
        chat_id=JADE,
        question="Which day?",
        options=[{"text": "Monday"}, {"text": "Friday"}],
        is_anonymous=False,
    )
    await phone(page, "Jade Marlow").get_by_role("button", name="Friday").click()
    assert (await bot.hears("poll_answer"))["option_ids"] == [1]
    await expect(phone(page, "Jade Marlow").locator(".option .votes")).to_have_text(["0", "1"])


@pytest.mark.parametrize(
    "url", ["https://t.me/compass_practice_bot?start=a-1", "tg://resolve?domain=compass_practice_bot&start=a-1"]
)
async def test_both_spellings_of_a_link_to_the_bot_carry_their_payload(page: Page, url: str) -> None:
    payload = "async (url) => (await import('/static/text.js')).startPayload(url, 'Compass_Practice_Bot')"
    assert await page.evaluate(payload, url) == "a-1"
    assert await page.evaluate(payload, url.replace("compass_practice_bot", "another_bot")) is None


# Groups, starting and blocking


async def test_two_phones_update_side_by_side(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "Priya knows now.")
    await bot.says(PRIYA, "Jade asks for you.")
    await expect(bubble(page, "Jade Marlow", "Priya knows now.")).to_be_visible()
    await expect(bubble(page, "Priya Nair", "Jade asks for you.")).to_be_visible()
    await expect(bubble(page, "Tom Ashby", "asks")).to_have_count(0)


async def test_the_group_shows_who_wrote_and_what_the_bot_cannot_see(page: Page, bot: Bot) -> None:
    lounge = phone(page, "Compass lounge")
    await expect(lounge.locator(".hint")).to_contain_text("Privacy mode")
    await lounge.get_by_label("Write as").select_option("Jade Marlow")
    await lounge.get_by_role("textbox").fill("anyone going?")
    await page.keyboard.press("Enter")
    await expect(bubble(page, "Compass lounge", "anyone going?").locator(".unseen")).to_be_visible()
    await lounge.get_by_role("textbox").fill(f"/whatson@{bot.server.world.bot.username}")
    await page.keyboard.press("Enter")
    assert (await bot.hears("message"))["text"].startswith("/whatson")
    await expect(bubble(page, "Compass lounge", "/whatson").locator(".unseen")).to_have_count(0)

    await lounge.get_by_label("Write as").select_option("Priya Nair")
    await expect(bubble(page, "Compass lounge", "anyone going?").locator(".who")).to_have_text("Jade Marlow")


async def test_who_has_not_started_gets_a_start_button_and_who_blocks_can_unblock(page: Page, bot: Bot) -> None:
    kai = phone(page, "Kai Odell")
    await expect(kai.get_by_role("textbox")).to_have_count(0)
    await kai.get_by_role("button", name="Start", exact=True).click()
    assert (await bot.hears("message"))["from"]["id"] == KAI
    await expect(kai.get_by_role("textbox")).to_be_visible()

    await kai.get_by_role("button", name="Menu of Kai Odell").click()
    await page.get_by_role("menuitem", name="Block the bot").click()
    await expect(kai).to_contain_text("This person has blocked the bot.")
    assert (await bot.call("sendMessage", chat_id=KAI, text="hello"))["error_code"] == 403
    await kai.get_by_role("button", name="Unblock").click()
    await expect(kai.get_by_role("textbox")).to_be_visible()


async def test_a_migrated_group_keeps_a_phone_under_its_new_number(page: Page, bot: Bot) -> None:
    await tool(page, "People").click()
    await page.get_by_role("button", name="Move “Compass lounge”").click()
    await expect(page.get_by_role("status").filter(has_text="is a supergroup now")).to_be_visible()
    moved = next(chat for chat in bot.server.world.chats.values() if chat.type == "supergroup")
    await expect(page.locator(f".phone[data-chat='{moved.id}']")).to_be_visible()
    await expect(page.locator(".phone")).to_have_count(PHONES)


# Hostile words


async def test_hostile_names_and_markup_are_shown_as_text(page: Page, bot: Bot) -> None:
    person = (await bot.control("person", first_name=HOSTILE, part=HOSTILE))["user"]
    await bot.control("say", chat=person, user=person, text=HOSTILE)
    await bot.says(person, HOSTILE, reply_markup={"inline_keyboard": [[{"text": HOSTILE, "callback_data": "x"}]]})
    await bot.control("say", chat=person, user=person, document={"name": HOSTILE, "data": "eA=="})
    await expect(phone(page, HOSTILE).locator(".words").first).to_have_text(HOSTILE)
    await expect(phone(page, HOSTILE).get_by_role("heading")).to_have_text(HOSTILE)
    await expect(phone(page, HOSTILE).locator(".key")).to_have_text(HOSTILE)
    await expect(phone(page, HOSTILE).locator(".file-name")).to_have_text(HOSTILE)
    await tool(page, "Calls").click()
    await expect(page.get_by_role("cell", name=HOSTILE).first).to_be_visible()

    assert await page.locator("img[src='x']").count() == 0
    assert await page.evaluate("window.harmed") is None


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc/passwd", "vbscript:x"]
)
async def test_only_web_mail_and_telephone_links_can_be_followed(page: Page, url: str) -> None:
    follow = "async (url) => { const { safeLink } = await import('/static/text.js'); return safeLink(url); }"
    assert await page.evaluate(follow, url) is None
    assert await page.evaluate(follow, "gov.uk/care") == "https://gov.uk/care"


async def test_overlapping_or_endless_entities_lose_no_words(page: Page) -> None:
    drawn = await page.evaluate("""async () => {
      const { formatted } = await import('/static/text.js');
      const entities = [{ type: 'bold', offset: 0, length: 6 }, { type: 'italic', offset: 3, length: 99 }, { type: 'new_kind', offset: 20, length: 5 }];
      const holder = document.createElement('div');
      holder.append(formatted('some words', entities, {}));
      return holder.textContent;
    }""")
    assert drawn == "some words"


# Everybody can use it


async def test_a_whole_conversation_needs_no_mouse(page: Page, bot: Bot) -> None:
    start = phone(page, "Kai Odell").get_by_role("button", name="Start", exact=True)
    await tab_to(page, start)
    await page.keyboard.press("Enter")
    await expect(bubble(page, "Kai Odell", "/start")).to_be_visible()
    await bot.says(KAI, "Hello Kai", reply_markup=BUTTONS)
    await bubble(page, "Kai Odell", "Hello Kai").wait_for()

    await tab_to(page, phone(page, "Kai Odell").get_by_role("button", name="That helped"))
    await page.keyboard.press("Space")
    assert (await bot.hears("callback_query"))["data"] == "yes"

    await tab_to(page, box(page, "Kai Odell"))
    await page.keyboard.type("can i get driving lessons")
    await page.keyboard.press("Enter")
    own = bubble(page, "Kai Odell", "can i get driving lessons")
    await expect(own).to_be_visible()

    await page.keyboard.press("Shift+Tab")
    for _ in range(12):
        if await own.get_by_role("button").evaluate("node => node === document.activeElement"):
            break
        await page.keyboard.press("Shift+Tab")
    await page.keyboard.press("ArrowUp")
    await expect(bubble(page, "Kai Odell", "Hello Kai").get_by_role("button", name="More for")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("menuitem").first).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(own.get_by_role("button", name="More for")).to_be_focused()
    await page.keyboard.press("Enter")
    await page.keyboard.press("End")
    await page.keyboard.press("Enter")
    await expect(own).to_have_count(0)


async def test_the_focus_can_be_seen(page: Page) -> None:
    await tab_to(page, tool(page, "Clock"))
    outline = await page.evaluate("getComputedStyle(document.activeElement).outlineWidth")
    assert float(outline.removesuffix("px")) >= 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_every_text_has_enough_contrast(browser: Browser, bot: Bot, scheme: str) -> None:
    group = next(chat for chat in bot.server.world.chats.values() if chat.type != "private")
    await bot.call("setMyCommands", commands=[{"command": "help", "description": "What I can do"}])
    await bot.control("say", chat=JADE, user=JADE, text="/help see gov.uk")
    await bot.says(JADE, "<b>Hi</b> <code>A1</code> /help", parse_mode="HTML", reply_markup=BUTTONS)
    for kind in ("photo", "document", "voice", "sticker", "location"):
        await bot.control("say", chat=PRIYA, user=PRIYA, **{kind: True})
    await bot.control("say", chat=group.id, user=JADE, text="/whatson hello")
    await bot.control("block", user=TOM)
    await bot.call("sendMessage", chat_id=999, text="to nobody")
    await bot.control("fault", method="*", kind="lost", times=None)
    async for page in open_page(browser, bot, 1900, 1000, color_scheme=scheme):
        seen: set[str] = set()
        for panel in ("Clock", "Faults", "Calls", "People"):
            await tool(page, panel).click()
            seen |= await readable(page)
        await box(page, "Priya Nair").fill("x" * 4097)
        await page.keyboard.press("Enter")
        await phone(page, "Priya Nair").locator(".toast").wait_for()
        await box(page, "Ruth Calder").press_sequentially("/")
        await phone(page, "Jade Marlow").get_by_role("button", name="Menu of").click()
        seen |= await readable(page)
        for words in (
            "What I can do",
            "Block the bot",
            "This person has blocked the bot.",
            "bot can't see this",
            "That helped",
        ):
            assert words in seen
        await bot.server.stop()
        await page.locator("#lost").wait_for()
        await readable(page)


async def readable(page: Page) -> set[str]:
    """The texts on show; fails on one below 4.5:1."""
    found = await page.evaluate(CONTRAST)
    assert [one for one in found if one["ratio"] < 4.5] == []
    return {str(one["text"]) for one in found}


@pytest.mark.parametrize("width", [360, 390])
async def test_a_narrow_screen_shows_one_phone_at_a_time_without_sideways_scrolling(
    browser: Browser, bot: Bot, width: int
) -> None:
    long = "a" * 300
    await bot.says(
        JADE,
        f"{long} https://example.org/{long}",
        reply_markup={"inline_keyboard": [[{"text": "w" * 60, "callback_data": "x"}] * 3]},
    )
    await bot.control("say", chat=JADE, user=JADE, document={"name": f"{long}.txt", "data": "eA=="})
    async for page in open_page(browser, bot, width, 740):
        for panel in ("Clock", "Faults", "Calls", "People"):
            await tool(page, panel).click()
            assert await page.evaluate("document.documentElement.scrollWidth") <= width
            wide = "[...document.querySelectorAll('.panel, .panel-body, .inside, .log, .top, .toolbar')].filter((n) => n.scrollWidth > n.clientWidth + 1).map((n) => n.className)"
            assert await page.evaluate(wide) == []
        await tool(page, "People").click()
        await expect(phone(page, "Jade Marlow")).to_be_in_viewport()
        await expect(page.get_by_role("tab")).to_have_count(PHONES)

        await bot.says(PRIYA, "Jade asks for you.")
        tab = page.get_by_role("tab", name="Priya")
        await expect(tab.locator(".badge")).to_contain_text("1")
        await tab.click()
        await expect(tab).to_have_attribute("aria-selected", "true")
        await expect(bubble(page, "Priya Nair", "Jade asks for you.")).to_be_in_viewport()
        await expect(tab.locator(".badge")).to_have_count(0)
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="Tom")).to_be_focused()
        await expect(phone(page, "Tom Ashby")).to_be_in_viewport()


async def test_a_low_window_scrolls_instead_of_squeezing_the_conversation(browser: Browser, bot: Bot) -> None:
    async for page in open_page(browser, bot, 320, 260):
        assert await phone(page, "Jade Marlow").get_by_role("log").evaluate("log => log.clientHeight") > 150
        assert await page.evaluate("document.documentElement.scrollWidth") <= 320


async def test_a_phone_can_be_hidden_and_brought_back(page: Page) -> None:
    chip = page.get_by_role("group", name="Phones on show").get_by_role("button", name="Ruth")
    await chip.click()
    await expect(phone(page, "Ruth Calder")).to_have_count(0)
    await expect(chip).to_have_attribute("aria-pressed", "false")
    await chip.click()
    await expect(phone(page, "Ruth Calder")).to_be_visible()


async def test_moving_decoration_is_still_for_those_who_ask(page: Page, bot: Bot) -> None:
    await bot.call("sendChatAction", chat_id=JADE, action="typing")
    await expect(phone(page, "Jade Marlow").locator(".typing")).to_contain_text("is typing")
    assert await page.locator(".dots i").first.evaluate("dot => getComputedStyle(dot).animationName") == "none"
    await bot.says(JADE, "Here it is.")
    await expect(phone(page, "Jade Marlow").locator(".typing")).to_be_hidden()


# Panels


async def test_the_page_says_that_this_is_practice_and_whether_the_bot_is_awake(page: Page, bot: Bot) -> None:
    await expect(page.get_by_text("Practice: nobody outside sees this. Invented people.")).to_be_visible()
    await expect(page.get_by_role("heading", level=1)).to_have_text("Compass")
    await expect(page.locator("#bot-state")).to_have_text("asleep")
    await bot.call("getUpdates")
    await expect(page.locator("#bot-state")).to_have_text("awake")


async def test_the_clock_goes_forward_and_only_forward(page: Page, bot: Bot) -> None:
    clock = bot.server.world.clock
    await tool(page, "Clock").click()
    await page.get_by_role("button", name="+1 h").click()
    await expect(page.locator("#clock-offset")).to_have_text("1 h ahead")
    assert clock.offset == pytest.approx(3600)
    await page.get_by_role("button", name="to Monday 9:00").click()
    await expect(page.locator("#clock-time")).to_have_text("09:00")
    await expect(page.locator("#clock-date")).to_contain_text("Mon")

    before = clock.offset
    await page.get_by_label("Day and time, London").evaluate(
        "field => { field.min = ''; field.value = '2001-02-03T04:05'; }"
    )
    await page.get_by_role("button", name="Go there").click()
    await expect(page.get_by_text("The practice clock only goes forward.")).to_be_visible()
    assert clock.offset == before


async def test_the_bots_database_is_switched_off_and_on(page: Page, bot: Bot) -> None:
    await tool(page, "Faults").click()
    await page.get_by_label("What goes wrong").select_option("The bot's database is off")
    await page.get_by_role("button", name="Switch on").click()
    row = page.locator(".faults li").filter(has_text="The bot's database is off, until switched off")
    await expect(row).to_be_visible()
    assert bot.server.faults.database_off
    await row.get_by_role("button").click()
    await expect(page.get_by_text("No fault is switched on.")).to_be_visible()
    assert not bot.server.faults.database_off


@pytest.mark.parametrize(
    ("now", "tomorrow", "monday"),
    [
        ("2026-10-24T12:00:00Z", "2026-10-25T09:00:00.000Z", "2026-10-26T09:00:00.000Z"),
        ("2027-03-27T12:00:00Z", "2027-03-28T08:00:00.000Z", "2027-03-29T08:00:00.000Z"),
        ("2026-11-23T08:59:00Z", "2026-11-24T09:00:00.000Z", "2026-11-23T09:00:00.000Z"),
        ("2026-11-23T09:00:00Z", "2026-11-24T09:00:00.000Z", "2026-11-30T09:00:00.000Z"),
        ("2026-12-31T23:30:00Z", "2027-01-01T09:00:00.000Z", "2027-01-04T09:00:00.000Z"),
    ],
)
async def test_nine_in_the_morning_is_nine_in_london_also_when_the_clocks_change(
    page: Page, now: str, tomorrow: str, monday: str
) -> None:
    found = await page.evaluate(
        """async (now) => {
          const { mondayAtNine, tomorrowAtNine } = await import('/static/clock.js');
          return [tomorrowAtNine(new Date(now)).toISOString(), mondayAtNine(new Date(now)).toISOString()];
        }""",
        now,
    )
    assert found == [tomorrow, monday]


@pytest.mark.parametrize(
    ("fault", "code", "executed"),
    [
        ("Telegram is down (502)", 502, False),
        ("Telegram says: too many requests", 429, False),
        ("A person has blocked the bot", 403, False),
    ],
)
async def test_a_fault_is_switched_on_seen_in_the_calls_and_switched_off(
    page: Page, bot: Bot, fault: str, code: int, executed: bool
) -> None:
    await tool(page, "Faults").click()
    await page.get_by_label("What goes wrong").select_option(fault)
    await page.get_by_label("To whom").select_option("Jade Marlow")
    await page.get_by_label("How often").fill("")
    await page.get_by_role("button", name="Switch on").click()
    row = page.locator(".faults li").filter(has_text=fault)
    await expect(row).to_contain_text("to Jade Marlow, until switched off")
    await expect(page.locator(".count:visible")).to_have_text("1")
    assert (await bot.call("sendMessage", chat_id=JADE, text="hello"))["error_code"] == code
    assert (await bot.call("sendMessage", chat_id=PRIYA, text="hello"))["ok"]

    await row.get_by_role("button", name="Switch off").click()
    await expect(page.get_by_text("No fault is switched on.")).to_be_visible()
    assert (await bot.call("sendMessage", chat_id=JADE, text="hello again"))["ok"]
    await tool(page, "Calls").click()
    cells = page.get_by_role("row").filter(has_text=str(code)).get_by_role("cell")
    assert (await cells.all_inner_texts())[1:5] == [
        "sendMessage",
        "Jade Marlow",
        str(code),
        "yes" if executed else "no",
    ]


async def test_an_answer_that_gets_lost_counts_down_and_still_delivers(page: Page, bot: Bot) -> None:
    await tool(page, "Faults").click()
    await page.get_by_label("What goes wrong").select_option("Carried out, but the answer gets lost")
    await page.get_by_label("How often").fill("2")
    await page.get_by_role("button", name="Switch on").click()
    await expect(page.locator(".faults")).to_contain_text("2 more")
    with pytest.raises(ClientError):
        await bot.call("sendMessage", chat_id=JADE, text="Are you there?")
    await expect(page.locator(".faults")).to_contain_text("1 more")
    await expect(bubble(page, "Jade Marlow", "Are you there?")).to_be_visible()


async def test_a_new_person_gets_a_phone(page: Page) -> None:
    await tool(page, "People").click()
    await page.get_by_label("First name").fill("Ines")
    await page.get_by_label("Last name").fill("Farrow")
    await page.get_by_role("button", name="Add person").click()
    await expect(phone(page, "Ines Farrow").get_by_role("button", name="Start", exact=True)).to_be_visible()


async def test_restarting_the_view_forgets_typed_words_but_not_the_world(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "Hello Jade")
    await bubble(page, "Jade Marlow", "Hello Jade").wait_for()
    await box(page, "Jade Marlow").fill("half a thou")
    await tool(page, "People").click()
    await page.get_by_role("button", name="Restart this view").click()
    await expect(box(page, "Jade Marlow")).to_have_value("")
    await expect(bubble(page, "Jade Marlow", "Hello Jade")).to_be_visible()


async def test_a_refusal_is_told_on_the_phone_in_plain_words(page: Page) -> None:
    await box(page, "Jade Marlow").fill("x" * 4097)
    await page.keyboard.press("Enter")
    await expect(phone(page, "Jade Marlow").locator(".toast")).to_have_text(re.compile("4096"))
    await expect(box(page, "Jade Marlow")).to_have_value("x" * 4097)


async def test_a_lost_connection_is_said_plainly_and_a_restarted_server_is_found_again(page: Page, bot: Bot) -> None:
    await bot.says(JADE, "before the restart")
    await bubble(page, "Jade Marlow", "before the restart").wait_for()
    port = bot.server.port
    await bot.server.stop()
    await expect(page.get_by_role("alert").filter(has_text="The connection to practice is lost.")).to_be_visible()

    again = Server()
    await again.start(port)
    try:
        await expect(page.locator("#lost")).to_be_hidden(timeout=15_000)
        await expect(bubble(page, "Jade Marlow", "before the restart")).to_have_count(0)
        await box(page, "Jade Marlow").fill("back again")
        await page.keyboard.press("Enter")
        await expect(bubble(page, "Jade Marlow", "back again")).to_be_visible()
    finally:
        await again.stop()
