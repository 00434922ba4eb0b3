"""A stand-in for Telegram on loopback, with a page of phones to try the bot on."""
