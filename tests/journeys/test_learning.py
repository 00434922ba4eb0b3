"""A question that found no answer becomes an answer, over HTTP: kept, approved by a person, and still known after a restart."""

from __future__ import annotations

from pathlib import Path

from bot.models import GapSource
from bot.store import gaps
from practice.client import Control, Stand
from tests.driver import Phone
from tests.journeys.conftest import running, settings_for
from tests.journeys.team import Team, changed, told
from tests.knowing import settings_of, write

WORDS = "i need a permit for the coach"
TITLE = "Can I get a bus pass?"


async def test_words_that_a_person_approved_lead_to_their_entry_at_once_and_after_a_restart(
    stand: Stand, control: Control, tmp_path: Path, ruth: Phone, jade: Phone
) -> None:
    write(tmp_path)
    small = settings_of(tmp_path)
    settings = settings_for(
        stand, f"sqlite:///{tmp_path}/bot.sqlite3",
        CONTENT_FOLDER=str(small.content_folder), COUNCIL_FILE=str(small.council_file),
    )  # fmt: skip
    async with running(settings) as bot:
        team = await Team.gathered(bot, control)
        assert TITLE not in await jade.asks(WORDS)
        async with bot._store.transaction() as connection:
            await gaps.add(connection, team.clock.now(), WORDS, GapSource.NONE)
        await ruth.says("/gaps")
        await told(ruth, "Question 1 of 1")
        await ruth.taps("Another entry")
        prompt = await told(ruth, "which words shall I search for?")
        await ruth.says("bus pass", reply_to=prompt["message_id"])
        await told(ruth, "Entries for “bus pass”")
        await ruth.taps(TITLE)
        await ruth.taps("Add", await changed(ruth, "Shall these words lead to this entry?"))
        await told(ruth, "Added.")
        assert TITLE in await jade.asks(WORDS)
        assert await team.verbs("phrasing", 1) == ["approved"]
    async with running(settings) as bot:
        await Team.gathered(bot, control, ())
        assert TITLE in await jade.asks(f"{WORDS} please")
        await ruth.says("/reload")
        await told(ruth, "3 entries, nothing changed.")
        assert TITLE in await jade.asks(WORDS)
