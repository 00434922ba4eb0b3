"""The bench: the bot beside a bare echo bot, in one run, on the same stand-in."""
