"""The practice clock: moved on the page, followed by the bot."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path

from practice.client import Stand
from tests.driver import Phone
from tests.journeys.conftest import running, settings_for


async def test_on_a_working_day_at_ten_somebody_is_there_and_at_night_the_truth_is_told(
    stand: Stand, tmp_path: Path, jade: Phone
) -> None:
    url = f"{stand.api_base}/control/clock"
    wednesday = datetime.now(UTC).date() + timedelta(days=7)
    while wednesday.weekday() != 2 or wednesday.month == 12:
        wednesday += timedelta(days=1)
    async with running(settings_for(stand, f"sqlite:///{tmp_path}/b.sqlite3", PRACTICE_CLOCK_URL=url)) as bot:
        for hour, words in (
            (10, "They are open now, until 17:00."),
            (23, "They are closed now. They open again on Thursday"),
        ):
            moment = datetime.combine(wednesday, datetime.min.time(), bot._service.council.zone).replace(hour=hour)
            await stand.control.ask("POST", "clock", {"to": moment.isoformat()})
            while bot._service.clock.now() < moment:
                await asyncio.sleep(0.05)
            assert words in await jade.asks("/person")
