"""What is written to the log: ids and verbs. Never a token, an address with a token, a name or anybody's words."""

from __future__ import annotations

import logging
import re
import sys

TOKEN = re.compile(r"(?<!\d)\d{5,}:[\w-]{10,}")
TALKATIVE = ("httpx", "httpcore", "telegram", "aiohttp", "apscheduler", "sqlalchemy", "uvicorn", "alembic")
"""Libraries that log addresses (with the token), whole updates or SQL with its values below WARNING."""


class _Scrub(logging.Filter):
    """The last net: takes out whatever looks like a token, in messages and in tracebacks."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record's text if a token is in it."""
        text = record.getMessage()
        if TOKEN.search(text):
            record.msg, record.args = TOKEN.sub("[token]", text), None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = TOKEN.sub("[token]", record.exc_text)
        return True


def set_up(level: str) -> None:
    """Log to standard error, one line an event."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    handler.addFilter(_Scrub())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
