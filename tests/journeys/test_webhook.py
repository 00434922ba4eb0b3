"""The first answer by webhook, once on each database."""

import pytest

from practice.client import Stand
from tests.driver import Phone
from tests.journeys.conftest import running, settings_for

WEBHOOK = {
    "TELEGRAM_RECEIVE": "webhook", "WEBHOOK_URL": "http://127.0.0.1:{port}", "WEBHOOK_SECRET": "a-secret-of-enough-length",
    "WEBHOOK_PORT": "0",
}  # fmt: skip


async def test_a_question_by_webhook_gets_its_answer(stand: Stand, database: str, jade: Phone) -> None:
    async with running(settings_for(stand, database, **WEBHOOK)):
        assert (await jade.asks("do i have to pay council tax")).startswith("Do I have to pay council tax?")
        assert (await stand.control.pending())["pending"] == 0


async def test_what_people_wrote_while_the_bot_was_down_is_answered_when_it_is_back(
    stand: Stand, database: str, jade: Phone
) -> None:
    await jade.says("do i have to pay council tax")
    async with running(settings_for(stand, database, **WEBHOOK)):
        assert "council tax" in (await jade.hears())["text"]
    await jade.says("can i get driving lessons")
    async with running(settings_for(stand, database)):
        assert "driving" in (await jade.hears())["text"].lower()


async def test_a_port_that_is_taken_is_one_clear_sentence(stand: Stand, tmp_path: object) -> None:
    from bot.app import Bot
    from bot.errors import SettingsError

    port = stand.api_base.rpartition(":")[2]
    with pytest.raises(SettingsError, match=f"WEBHOOK_PORT {port} on 127"):
        Bot(settings_for(stand, f"sqlite:///{tmp_path}/b.sqlite3", **{**WEBHOOK, "WEBHOOK_PORT": port}))
