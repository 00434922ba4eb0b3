"""A notice from a manager's first word to its end, over the real Bot API: approved by a second person, once for everybody."""

from __future__ import annotations

from bot.app import Bot
from bot.models import Audience, Role
from bot.store import groups
from practice.cast import JADE, KAI, PRIYA, RUTH, TOM
from practice.client import Control
from scheduler import notice as by_clock
from tests.driver import BOT_NAME, Json, Phone
from tests.journeys.staffed import said_by_bot, settled
from tests.journeys.team import Team, buttons, changed, told

WORDS = "Cooking night on Thursday at six."
TEAM = (
    ("Priya Nair", PRIYA, Role.ADVISER),
    ("Ruth Calder", RUTH, Role.MANAGER),
    ("Tom Ashby", TOM, Role.PARTICIPATION),
    ("Jade Marlow", JADE, Role.YOUNG_PERSON),
    ("Kai Odell", KAI, Role.YOUNG_PERSON),
)


async def gathered(bot: Bot, control: Control, kai: Phone, jade_in_the_group: Phone) -> Team:
    """The team; Kai has started the bot, and Jade was heard in the registered group."""
    team = await Team.gathered(bot, control, TEAM)
    async with bot._store.transaction() as connection:
        group = await groups.note(connection, team.clock.now(), jade_in_the_group.chat, "Compass lounge", None)
        await groups.register(connection, team.clock.now(), group.id, Audience.YOUNG_PEOPLE, None)
    await kai.asks("/start")
    await jade_in_the_group.says(f"/ask@{BOT_NAME} what is the Hub")
    await jade_in_the_group.hears()
    await settled(bot, control)
    return team


async def announced(team: Team, ruth: Phone, tom: Phone, *groups_too: str) -> Json:
    """Ruth writes a notice to everybody in private, and to these groups; Tom looks at it and says yes."""
    await ruth.says("/announce")
    question = await told(ruth, "Reply to this message with what you want to send")
    await ruth.says(WORDS, reply_to=question["message_id"])
    card = await told(ruth, WORDS)
    await ruth.taps("Who for", card)
    screen = await changed(ruth, "Who is it for?")
    await ruth.taps("Young people, in private", screen)
    screen = await changed(ruth, "2 young people")
    for title in groups_too:
        await ruth.taps("Groups", screen)
        screen = await changed(ruth, "Choose groups")
        await ruth.taps(title, screen)
        screen = await changed(ruth, "1 young person and 1 group")
        await ruth.taps("Back", screen)
        screen = await changed(ruth, "1 young person and 1 group")
    await ruth.taps("Back", screen)
    card = await changed(ruth, WORDS)
    await ruth.taps("Ask a second person", card)
    asked = await told(tom, "Ruth Calder would like to send a notice")
    await tom.taps("See it", asked)
    assert (await told(tom, WORDS))["text"] == WORDS
    await tom.taps("Approve", asked)
    return await told(ruth, "It goes out")


async def goes_on(team: Team, seconds: float = 130) -> None:
    """Time passes, and everything that is due goes out and is counted."""
    team.clock.pass_(seconds)
    for _ in range(3):
        await by_clock.tick(team.bot._service)
        await settled(team.bot, team.control)
        team.clock.pass_(6)


async def heard(control: Control, chat: int) -> int:
    return sum(WORDS in str(message["text"]) for message in await said_by_bot(control, chat))


async def test_a_notice_is_approved_by_a_second_person_and_reaches_everybody_once(
    bot_on_each_database: Bot, control: Control, ruth: Phone, tom: Phone, kai: Phone, jade_in_the_group: Phone
) -> None:
    team = await gathered(bot_on_each_database, control, kai, jade_in_the_group)
    await announced(team, ruth, tom, "Compass lounge")
    await goes_on(team, 60)
    assert await heard(control, KAI) == 0
    await goes_on(team)
    assert [await heard(control, chat) for chat in (KAI, jade_in_the_group.chat, JADE)] == [1, 1, 0]
    assert "Delivered: 2" in (await told(ruth, "has gone out"))["text"]


async def test_taken_back_within_two_minutes_nobody_gets_it(
    bot: Bot, control: Control, ruth: Phone, tom: Phone, kai: Phone, jade_in_the_group: Phone
) -> None:
    team = await gathered(bot, control, kai, jade_in_the_group)
    soon = await announced(team, ruth, tom)
    await ruth.taps("Take it back", soon)
    await changed(ruth, "Nobody got it")
    await goes_on(team)
    assert [await heard(control, chat) for chat in (KAI, JADE)] == [0, 0]


async def test_somebody_who_blocked_the_bot_is_counted_and_their_adviser_told(
    bot: Bot, control: Control, ruth: Phone, tom: Phone, priya: Phone, kai: Phone, jade_in_the_group: Phone
) -> None:
    team = await gathered(bot, control, kai, jade_in_the_group)
    await announced(team, ruth, tom)
    await control.fault("error", "sendMessage", match={"chat_id": KAI}, times=1, code=403)
    await goes_on(team)
    assert "Could not be reached: 1" in (await told(ruth, "has gone out"))["text"]
    assert "KO (number 5)" in (await told(priya, "can't write to"))["text"]
    assert await heard(control, JADE) == 1


async def test_what_nobody_knows_about_is_listed_and_sent_again_by_one_press(
    bot: Bot, control: Control, ruth: Phone, tom: Phone, kai: Phone, jade_in_the_group: Phone
) -> None:
    team = await gathered(bot, control, kai, jade_in_the_group)
    await announced(team, ruth, tom)
    await control.fault("lost", "sendMessage", match={"chat_id": KAI}, times=1)
    await goes_on(team)
    over = await told(ruth, "has gone out")
    assert "Not known whether it arrived: 1" in over["text"]
    await ruth.taps("Send to the 1 unknown again", over)
    await ruth.forges(buttons(over)["Send to the 1 unknown again"], over)
    await settled(bot, control)
    await goes_on(team)
    assert "Delivered: 2" in (await told(ruth, "has gone out"))["text"]
    assert [await heard(control, chat) for chat in (KAI, JADE)] == [2, 1]


async def test_one_that_is_planned_stands_in_the_list_until_it_has_gone_out(
    bot: Bot, control: Control, ruth: Phone, tom: Phone, kai: Phone, jade_in_the_group: Phone
) -> None:
    team = await gathered(bot, control, kai, jade_in_the_group)
    await announced(team, ruth, tom)
    await ruth.says("/planned")
    assert WORDS[:20] in (await told(ruth, "Planned for the next two weeks"))["text"]
    await goes_on(team)
    await ruth.says("/planned")
    assert "Delivered: 2" in (await told(ruth, "The last that went out"))["text"]
