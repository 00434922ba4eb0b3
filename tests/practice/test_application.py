"""python-telegram-bot's own Application runs unmodified against the practice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, ReplyParameters, Update
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter
from telegram.ext import Application, ApplicationBuilder, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from practice.client import Stand
from tests.practice.cast import JADE, KAI

App = Application[Any, Any, Any, Any, Any, Any]
MENU = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes")]])


async def start(update: Update, context: Any) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_html(f"Hello <b>{context.args[0]}</b>", reply_markup=MENU)


async def echo(update: Update, context: Any) -> None:
    assert update.effective_message is not None
    await update.effective_message.reply_text(update.effective_message.text or "no text", do_quote=True)


async def pressed(update: Update, context: Any) -> None:
    assert update.callback_query is not None
    await update.callback_query.answer("Noted")
    await update.callback_query.edit_message_text("You said yes")


@pytest.fixture
async def app(stand: Stand) -> AsyncIterator[App]:
    built = ApplicationBuilder().token(stand.token).base_url(f"{stand.api_base}/bot")
    application: App = built.base_file_url(f"{stand.api_base}/file/bot").build()
    application.add_handler(CommandHandler("start", start))
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.add_handler(CallbackQueryHandler(pressed))
    async with application:
        yield application


async def test_it_polls_answers_and_follows_a_button(stand: Stand, app: App) -> None:
    assert app.updater is not None
    await app.start()
    await app.updater.start_polling(timeout=5)
    await stand.control.say(JADE, "/start there")
    sent = (await stand.control.next_call("sendMessage")).result
    assert (sent["text"], sent["entities"]) == ("Hello there", [{"type": "bold", "offset": 6, "length": 5}])
    await stand.control.tap(JADE, sent["message_id"], "yes")
    edited = (await stand.control.next_call("editMessageText")).result
    assert edited["text"] == "You said yes"
    await stand.control.say(JADE, "I am Jade")
    reply = (await stand.control.next_call("sendMessage")).result
    assert reply["reply_to_message"]["text"] == "I am Jade"
    await app.updater.stop()
    await app.stop()
    assert (await stand.control.pending())["pending"] == 0


async def test_it_sends_files_polls_and_reads_them_back(stand: Stand, app: App) -> None:
    message = await app.bot.send_document(JADE, InputFile(b"a letter", filename="letter.txt"), caption="for you")
    assert message.document is not None
    file = await message.document.get_file()
    assert bytes(await file.download_as_bytearray()) == b"a letter"
    poll = await app.bot.send_poll(JADE, "When?", ["Monday", "Tuesday"], is_anonymous=False)
    await stand.control.vote(JADE, poll.message_id, [0])
    assert (await app.bot.stop_poll(JADE, poll.message_id)).total_voter_count == 1
    assert (await app.bot.get_chat(JADE)).first_name == "Jade"
    assert (await app.bot.get_webhook_info()).pending_update_count == 3


@pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")
async def test_refusals_become_its_own_errors(stand: Stand, app: App) -> None:
    lounge = next(chat["id"] for chat in (await stand.control.world())["chats"] if chat["type"] == "group")
    new = await stand.control.migrate(lounge)
    with pytest.raises(ChatMigrated) as migrated:
        await app.bot.send_message(lounge, "hi")
    assert migrated.value.new_chat_id == new
    with pytest.raises(Forbidden):
        await app.bot.send_message(KAI, "hi")
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await app.bot.send_message(JADE, "hi", reply_parameters=ReplyParameters(99))
    await stand.control.fault("error", "sendMessage", retry_after=3)
    with pytest.raises(RetryAfter):
        await app.bot.send_message(JADE, "hi")
    await stand.control.fault("lost", "sendMessage")
    with pytest.raises(NetworkError):
        await app.bot.send_message(JADE, "hi")
    assert [message["text"] for message in await stand.control.messages(JADE)] == ["hi"]


async def test_a_wrong_token_is_told_apart(stand: Stand) -> None:
    wrong = ApplicationBuilder().token("1234567:wrong").base_url(f"{stand.api_base}/bot").build()
    with pytest.raises(InvalidToken):
        await wrong.initialize()
    await wrong.shutdown()
