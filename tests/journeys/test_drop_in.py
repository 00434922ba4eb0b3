"""A drop-in from the list in the group to "did you get there?", over the real Bot API."""

from datetime import UTC, datetime, timedelta

from bot.app import Bot
from bot.models import Audience
from bot.store import groups
from practice.client import Control
from scheduler import drop_in as by_clock
from tests import hub
from tests.conftest import NOW
from tests.driver import BOT_NAME, Phone
from tests.journeys.conftest import lounge_of
from tests.journeys.team import Team, told

TUESDAY = datetime(2026, 11, 24, 14, tzinfo=UTC)


async def gathered(bot: Bot, control: Control, *, capacity: int) -> tuple[Team, int]:
    """The team, its registered group, and one drop-in on Tuesday beside those of the council's programme."""
    team = await Team.gathered(bot, control)
    async with bot._store.transaction() as connection:
        group = await groups.note(connection, NOW, await lounge_of(control), "Compass lounge", None)
        await groups.register(connection, NOW, group.id, Audience.YOUNG_PEOPLE, None)
        number = await hub.drop_in(connection, TUESDAY, capacity=capacity, name="Quiz night")
    return team, number


async def test_from_the_list_in_the_group_to_the_answer_afterwards(
    bot_on_each_database: Bot,
    control: Control,
    jade: Phone,
    kai: Phone,
    jade_in_the_group: Phone,
    kai_in_the_group: Phone,
) -> None:
    bot = bot_on_each_database
    team, _ = await gathered(bot, control, capacity=1)
    await kai.asks("/start")
    await jade_in_the_group.says(f"/whatson@{BOT_NAME}")
    listed = await jade_in_the_group.hears()
    assert "Quiz night, 14:00 to 16:00" in listed["text"]
    assert "1 place left." in listed["text"]

    await jade_in_the_group.taps("Quiz night", listed)
    assert "You're down for Quiz night" in str(await jade.alert())
    mine = await told(jade, "You're down for it.")
    file = await jade.hears("sendDocument")
    assert file["document"]["file_name"] == "drop-in.ics"
    await kai_in_the_group.taps("Quiz night", listed)
    await by_clock.show_counts(bot._service)
    assert "1 coming. Full." in (await jade_in_the_group.hears("editMessageText"))["text"]

    await jade.taps("I can't make it", mine)
    assert "I took you off" in (await jade.hears("editMessageText"))["text"]
    await told(kai, "A place is free: you're in.")

    team.clock.moment = TUESDAY - timedelta(hours=4)
    await by_clock.remind(bot._service)
    await told(kai, "Today: you said you're coming.")
    team.clock.moment = TUESDAY + timedelta(hours=4)
    await by_clock.ask_afterwards(bot._service)
    asked = await told(kai, "Did you get there?")
    await kai.taps("Yes", asked)
    assert "Good to hear" in (await kai.hears("editMessageText"))["text"]


async def test_the_week_comes_as_a_picture_with_buttons_that_work(bot: Bot, control: Control, jade: Phone) -> None:
    await gathered(bot, control, capacity=6)
    await jade.says("/whatson")
    photo = await jade.hears("sendPhoto")
    assert photo["photo"][-1]["width"] > 0
    listed = photo if "reply_markup" in photo else await jade.hears()
    assert "Quiz night, 14:00 to 16:00" in str(listed.get("caption") or listed.get("text"))
    await jade.taps("Quiz night", listed)
    one = await told(jade, "Bring: your CV")
    await jade.taps("I'm coming", one)
    await told(jade, "You're down for it.")
    await jade.taps("Next week", listed)
    await told(jade, "Monday 30 November")
