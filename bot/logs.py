"""What is written to the log: ids and verbs. Never a token, an address with a token, a name or anybody's words."""

from __future__ import annotations

import logging
import re
import sys
import traceback

from bot.errors import BotError

TOKEN = re.compile(r"(?<!\d)\d{5,}:[\w-]{10,}")
TALKATIVE = ("httpx", "httpcore", "telegram", "aiohttp", "apscheduler", "sqlalchemy", "uvicorn", "alembic")
"""Libraries that log addresses (with the token), whole updates or SQL with its values below WARNING."""


class _Scrub(logging.Filter):
    """The last net: takes out whatever looks like a token, and the text of every error that is not our own."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's text if a token is in it."""
        text = record.getMessage()
        if TOKEN.search(text):
            record.msg, record.args = TOKEN.sub("[token]", text), None
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = TOKEN.sub("[token]", _traceback(record.exc_info[1]))
        return True


def _traceback(error: BaseException) -> str:
    """Where an error came from and what kind it and its causes are; an error's text may quote what somebody wrote."""
    lines: list[str] = []
    seen: list[BaseException] = []
    cause: BaseException | None = error
    while cause is not None and cause not in seen:
        seen.append(cause)
        lines += traceback.format_tb(cause.__traceback__)
        lines.append(
            f"{type(cause).__name__}: {cause}\n" if isinstance(cause, BotError) else f"{type(cause).__name__}\n"
        )
        cause = cause.__cause__ or cause.__context__
    return "".join(lines).rstrip()


def set_up(level: str) -> None:
    """Log to standard error, one line an event."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_Scrub())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
