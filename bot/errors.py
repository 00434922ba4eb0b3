"""What can go wrong, as one small tree.

BotError
├── SettingsError       a setting is missing, unknown or wrong: the bot does not start (exit code 2)
├── DatabaseError       the database can't be used as it is: newer version, locked by another bot
├── KeyFileError        the key file is missing or damaged: the bot does not start (exit code 2)
├── SealError           a sealed value can't be opened: its key is missing, or it was changed or moved
├── TelegramError
│   ├── WrongToken      401 or 404: Telegram does not know this bot
│   ├── Conflict        409: another program polls with the same token, or a webhook is set
│   ├── TooMany         429: not carried out; wait `retry_after` seconds
│   ├── Moved           400 with a new chat id: the group became a supergroup
│   ├── Gone            403, or a 400 that says that this chat can't be written to
│   ├── Refused         any other 4xx: Telegram will never take this message
│   ├── NotSent         the request never left this machine, so trying again is harmless
│   └── Unclear         it may have been carried out and may not: time-out, 5xx, broken line
"""

from __future__ import annotations


class BotError(Exception):
    """The root: its text is a sentence for the person who runs the bot."""


class SettingsError(BotError):
    """A setting is missing, unknown or wrong."""


class DatabaseError(BotError):
    """The database can't be used as it is."""


class KeyFileError(BotError):
    """The key file is missing or damaged."""


class SealError(BotError):
    """A sealed value can't be opened here; the text names the place, never the words."""


class TelegramError(BotError):
    """Telegram's answer to one call, without the token, the address or anybody's words."""


class WrongToken(TelegramError):
    """Telegram does not know this bot (401 or 404)."""


class Conflict(TelegramError):
    """Another program polls with the same token, or a webhook is set (409)."""


class TooMany(TelegramError):
    """Too many requests (429); nothing was carried out. `retry_after` is in seconds."""

    def __init__(self, retry_after: float) -> None:
        super().__init__(f"Telegram asks to wait {retry_after:g} seconds")
        self.retry_after = retry_after


class Moved(TelegramError):
    """The group became a supergroup; `to` is its new chat id."""

    def __init__(self, to: int) -> None:
        super().__init__("the group became a supergroup with another id")
        self.to = to


class Gone(TelegramError):
    """This chat can't be written to: blocked, deactivated, kicked, deleted, or never started."""


class Refused(TelegramError):
    """Telegram will never take this message as it is."""


class NotSent(TelegramError):
    """The request never reached Telegram, so sending it again doubles nothing."""


class Unclear(TelegramError):
    """Nobody can tell whether Telegram carried it out; Telegram has no idempotency key."""
