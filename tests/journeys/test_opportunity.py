"""An opportunity from the first question to the list of a young person, over the real Bot API."""

from __future__ import annotations

from typing import Any

from bot.app import Bot
from content.texts import jobs as young_texts
from content.texts import opportunity_form as texts
from handlers.staff.opportunity_answers import PROMPTS
from practice.client import Control, Stand
from tests.driver import Phone
from tests.journeys.conftest import running, settings_for
from tests.journeys.team import Team, told

POST = """Warehouse assistant needed
Employer: The Mill
Pay: £12.50 an hour
Hours: 20 hours a week
Location: Canal Road, Northmoor
Closing date: 4 December 2026
https://example.org/mill"""


async def asked(phone: Phone, step: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """The next step: the message with its buttons, and the question that is answered by a reply."""
    where = await told(phone, "Step")
    return where, await told(phone, PROMPTS[step].text[:30])


async def answer(phone: Phone, step: str, words: str) -> None:
    _, question = await asked(phone, step)
    await phone.says(words, reply_to=question["message_id"])


async def test_a_form_goes_on_after_a_restart_and_ends_in_the_list_of_a_young_person(
    stand: Stand, control: Control, database: str, priya: Phone, jade: Phone
) -> None:
    settings = settings_for(stand, database)
    async with running(settings) as bot:
        await Team.gathered(bot, control)
        await priya.says("/opportunity")
        await told(priya, "Opportunities")
        await priya.taps(texts.BY_STEPS)
        await priya.taps("Course", await told(priya, "Step 1"))
        await answer(priya, "title", "Baking for beginners")
        await asked(priya, "who")
    async with running(settings) as bot:
        team = await Team.gathered(bot, control, ())
        assert "Baking for beginners" in await priya.asks("/opportunity")
        await priya.taps(texts.RESUME)
        await answer(priya, "who", "The college")
        await answer(priya, "what", "You bake bread and cakes.")
        where, _ = await asked(priya, "pay_hours")
        await priya.taps(texts.SKIP, where)
        await answer(priya, "where", "Canal Road, Northmoor")
        await priya.taps(texts.HELP_DONE, await told(priya, "help there is"))
        for step, label in (
            ("needed", texts.SKIP),
            ("closes_on", texts.NO_DATE),
            ("for_whom", texts.SKIP),
            ("link", texts.SKIP),
        ):
            where, _ = await asked(priya, step)
            await priya.taps(label, where)
        _, question = await asked(priya, "photo")
        await control.send_file(priya.person, "photo", reply_to=question["message_id"])
        await told(priya, texts.PREVIEW_HEAD)
        preview = await priya.hears("sendPhoto")
        assert "Baking for beginners" in preview["caption"]
        await priya.taps(texts.OPEN_IT, await told(priya, texts.IS_DRAFT))
        done = await told(priya, "is open.")

        await jade.says("/jobs")
        await jade.taps("Baking for beginners", await told(jade, "1 is open now"))
        seen = await jade.hears("sendPhoto")
        assert seen["caption"] == preview["caption"]
        await jade.taps(young_texts.NOT_FOR_ME, seen)
        assert young_texts.NONE_OPEN[:20] in await jade.asks("/jobs")
        assert await team.verbs("opportunity", 1) == ["drafted", "opened", "not for me"]

        await priya.taps(texts.MAKE_POSTER, done)
        await priya.taps(texts.TEMPLATES["photo"], await told(priya, texts.WHICH_TEMPLATE))
        poster = await priya.hears("sendPhoto")
        assert poster["photo"][-1]["width"] == 1080
        assert "Baking for beginners" in (await told(priya, texts.POSTER_CAPTION))["text"]
        await told(priya, texts.POSTER_ALT)


async def test_a_forwarded_post_is_confirmed_field_by_field(bot: Bot, control: Control, priya: Phone) -> None:
    await Team.gathered(bot, control)
    await priya.says("/opportunity")
    await told(priya, "Opportunities")
    await priya.taps(texts.PASTE)
    await told(priya, PROMPTS["post"].text[:30])
    await priya.says(POST, forward=True)
    await told(priya, "I read the post.")
    await priya.taps(texts.RIGHT, await told(priya, "Step 1"))
    where, _ = await asked(priya, "title")
    assert "Warehouse assistant" in where["text"]
    await priya.taps(texts.RIGHT, where)
    where, question = await asked(priya, "who")
    assert "The Mill" in where["text"]
    await priya.says("The New Mill", reply_to=question["message_id"])
    where, _ = await asked(priya, "what")
    assert texts.FOUND[:7] not in where["text"]
