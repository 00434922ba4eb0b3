"""The bot's own sentences, with named gaps."""
