import io
import logging

import pytest

from bot import logs

TOKEN = "7654321:" + "AAF-canary" * 4


def written(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_a_token_is_taken_out_of_messages_and_tracebacks(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("DEBUG")
    logging.getLogger("any").info("POST https://api.telegram.org/bot%s/getMe", TOKEN)
    try:
        raise RuntimeError(f"could not reach /bot{TOKEN}/getMe")
    except RuntimeError:
        logging.getLogger("any").exception("trouble with %s", TOKEN)
    said = written(capsys)
    assert "[token]" in said
    assert "canary" not in said


@pytest.mark.parametrize("name", ["httpx", "telegram.ext", "aiohttp.client", "sqlalchemy.engine"])
def test_libraries_that_would_log_words_or_addresses_are_quiet(capsys: pytest.CaptureFixture[str], name: str) -> None:
    logs.set_up("DEBUG")
    logging.getLogger(name).info("words")
    assert written(capsys) == ""


def test_the_log_goes_to_standard_error_only() -> None:
    logs.set_up("INFO")
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    assert not isinstance(handler.stream, io.StringIO)
