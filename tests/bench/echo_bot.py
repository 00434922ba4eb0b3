"""The plainest bot that python-telegram-bot makes: it says back what it is told, over httpx, by polling."""

from __future__ import annotations

import logging
import os

from telegram import Update
from telegram.ext import ApplicationBuilder, ContextTypes, MessageHandler, filters

ALLOWED = ("message", "edited_message", "callback_query")


async def echo(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    """Say it back."""
    message = update.effective_message
    if message is not None and message.text is not None:
        await message.reply_text(message.text)


def main() -> None:
    """Run until told to stop."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    base = os.environ["TELEGRAM_API_BASE"]
    application = (
        ApplicationBuilder()
        .token(os.environ["TELEGRAM_BOT_TOKEN"])
        .base_url(f"{base}/bot")
        .base_file_url(f"{base}/file/bot")
        .build()
    )
    application.add_handler(MessageHandler(filters.TEXT, echo))
    application.run_polling(allowed_updates=ALLOWED)


if __name__ == "__main__":
    main()
