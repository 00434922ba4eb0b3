"""Being away, over HTTP: nothing waits for somebody who is off, and every young person is told the truth about it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.app import Bot
from bot.models import EscalationState, Rung
from bot.store import people
from practice.cast import NADIA, PRIYA
from practice.client import Control
from tests.driver import Phone
from tests.journeys.team import Team, buttons, changed, told


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    return await Team.gathered(bot, control)


@pytest.fixture
async def team_on_each_database(bot_on_each_database: Bot, control: Control) -> Team:
    return await Team.gathered(bot_on_each_database, control)


async def away(team: Team) -> dict[int, int | None]:
    async with team.bot._store.reading() as connection:
        return await people.away(connection, team.clock.now())


async def number_of(team: Team, account: int) -> int:
    return (await team.person(account)).id or 0


async def test_the_day_is_said_back_in_full_words_before_anything_changes(team: Team, priya: Phone) -> None:
    said = await priya.asks("/away until friday")
    assert said == "Away\n\nYou are away from now. You are back on Friday 27 November at 9:00.\n\nWho covers?"
    assert list(buttons(priya.last)) == ["Duty", "Nadia Frost", "Cancel"]
    assert await away(team) == {}
    await priya.taps("Cancel")
    await changed(priya, "Nothing was changed.")
    assert await away(team) == {}


async def test_a_named_colleague_covers_and_is_told(team: Team, priya: Phone, nadia: Phone) -> None:
    said = await priya.asks("/away until 1/12 cover nadia")
    assert said.endswith("Nadia Frost covers.")
    assert list(buttons(priya.last)) == ["Right", "Cancel"]
    await priya.taps("Right")
    await changed(priya, "Noted: away from now, back on Tuesday 1 December at 9:00. Nadia Frost covers. /back ends it.")
    assert (await nadia.hears())["text"] == "You cover for Priya Nair from now, until Tuesday 1 December at 9:00."
    assert await away(team) == {await number_of(team, PRIYA): await number_of(team, NADIA)}
    assert (
        await priya.asks("/back") == "Welcome back. What was passed on while you were away stays with whoever has it."
    )
    assert (await nadia.hears())["text"] == "Priya Nair is back. You don't cover for them any more."
    assert await away(team) == {}
    assert await priya.asks("/back") == "You are not away. Nothing was changed."


async def test_while_the_adviser_is_away_new_questions_go_to_the_cover_and_then_to_the_adviser_again(
    team_on_each_database: Team, jade: Phone, priya: Phone, nadia: Phone
) -> None:
    team = team_on_each_database
    await priya.asks("/away until friday cover Nadia Frost")
    await priya.taps("Right")
    await nadia.hears()
    assert (await jade.asks("/person")).startswith("I've told Nadia. They have not seen it yet.")
    assert "JM, number 1" in (await nadia.hears())["text"]
    await priya.asks("/queue")
    assert (await team.standing()).owner_id == await number_of(team, NADIA)
    await nadia.taps("I've got this")
    await told(nadia, "You have JM")
    await nadia.taps("Finished")
    await told(nadia, "how did it end?")
    await nadia.taps("I answered")
    await nadia.taps("No", await changed(nadia, "lacks"))
    await told(jade, "Nadia has marked this as done.")
    team.clock.moment = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
    assert (await jade.asks("/person")).startswith("I've told Priya.")


async def test_with_duty_as_cover_what_is_open_goes_to_duty_at_once(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await jade.asks("/person")
    await priya.hears()
    await priya.taps("I've got this")
    await told(jade, "Priya has seen this")
    await told(priya, "You have JM")
    await priya.asks("/away for 3 days")
    await priya.taps("Duty")
    await changed(priya, "Duty covers. Passed on now: 1. /back ends it.")
    page = await tom.hears()
    assert page["text"].startswith("JM, number 1")
    assert "Passed to you: the one who had it is away." in page["text"]
    assert (await jade.hears())["text"].startswith("I've told the duty worker.")
    assert (await team.standing()).rung is Rung.DUTY


async def test_a_planned_absence_hands_on_when_it_begins(team: Team, jade: Phone, priya: Phone, nadia: Phone) -> None:
    await jade.asks("/person")
    await priya.hears()
    await priya.taps("I've got this")
    await told(jade, "Priya has seen this")
    await told(priya, "You have JM")
    said = await priya.asks("/away from tuesday until friday cover nadia")
    assert "You are away from Tuesday 24 November. You are back on Friday 27 November at 9:00." in said
    await priya.taps("Right")
    await changed(priya, "Noted: away from Tuesday 24 November")
    await nadia.hears()
    assert (await team.standing()).owner_id == await number_of(team, PRIYA)
    from scheduler.auditor import Auditor

    team.clock.moment = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
    await Auditor(team.bot._service).tick()
    await team.at(datetime(2026, 11, 24, 9, 0, 1, tzinfo=UTC))
    standing = await team.standing()
    assert (standing.owner_id, standing.state) == (await number_of(team, NADIA), EscalationState.OPEN)
    assert (await told(nadia, "JM, number 1"))["text"]
    assert (await told(jade, "Nadia"))["text"]


async def test_back_cancels_what_was_only_planned(team: Team, priya: Phone) -> None:
    await priya.asks("/away from 1 december until 8 december")
    await priya.taps("Duty")
    await changed(priya, "Noted: away from Tuesday 1 December, back on Tuesday 8 December at 9:00.")
    assert await priya.asks("/back") == "Your absence from Tuesday 1 December is cancelled."
    team.clock.moment = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
    assert await away(team) == {}


async def test_a_second_absence_takes_the_place_of_one_that_it_overlaps(team: Team, priya: Phone) -> None:
    for until in ("friday", "thursday"):
        await priya.asks(f"/away until {until}")
        await priya.taps("Duty")
        await changed(priya, "Noted")
    team.clock.moment = datetime(2026, 11, 26, 9, 0, tzinfo=UTC)
    assert await away(team) == {}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("/away", "/away until Friday"),
        ("/away soon", 'I can\'t read the day in "soon".'),
        ("/away until today", "The day when you are back has to come after today."),
        ("/away from friday until friday 27 november 2026", "The day back has to come after the first day away."),
        ("/away until friday cover Zelda", "I know nobody of staff called Zelda."),
        ("/away until friday cover Priya Nair", "Priya Nair is no adviser, or is you."),
        ("/away until friday cover tom", "Tom Ashby is no adviser, or is you."),
        ("/away until " + "x" * 300, "I can't read the day in"),
    ],
)
async def test_what_can_not_be_read_is_said_in_a_sentence_and_changes_nothing(
    team: Team, priya: Phone, words: str, said: str
) -> None:
    assert said in await priya.asks(words)
    assert await away(team) == {}


async def test_a_manager_says_it_for_somebody_who_is_off_sick(
    team: Team, jade: Phone, priya: Phone, ruth: Phone, tom: Phone
) -> None:
    await jade.asks("/person")
    await priya.hears()
    assert (await ruth.asks("/awayfor")).startswith("/awayfor NAME until Friday")
    said = await ruth.asks("/awayfor Priya until friday")
    assert said.startswith("Away\n\nPriya Nair is away from now. They are back on Friday 27 November at 9:00.")
    await ruth.taps("Duty")
    await changed(
        ruth, "Noted: Priya Nair is away from now, back on Friday 27 November at 9:00. Duty covers. Passed on now: 1."
    )
    assert (await told(priya, "Ruth Calder wrote down that you are away"))["text"]
    assert "JM, number 1" in (await tom.hears())["text"]


async def test_nobody_but_a_manager_says_it_for_somebody_else(team: Team, priya: Phone, nadia: Phone) -> None:
    assert await nadia.asks("/awayfor Priya until friday") == "You can't do that here. /help shows what you can do."
    await nadia.asks("/away until friday")
    data = buttons(nadia.last)["Duty"]
    await priya.asks("/queue")
    await priya.forges(data)
    assert await priya.alert() == "That button does not work. Please type your question."
    assert await away(team) == {}


async def test_whoever_is_away_and_presses_an_old_page_is_told_to_come_back_first(
    team: Team, jade: Phone, priya: Phone
) -> None:
    await jade.asks("/person")
    page = await priya.hears()
    await priya.asks("/away until friday cover nadia")
    await priya.taps("Right")
    await changed(priya, "Noted")
    await priya.taps("I've got this", page)
    said = await priya.alert()
    assert said == "You are marked as away. Send /back first, then press again. Nothing was changed."


async def test_young_people_are_never_away(team: Team, jade: Phone) -> None:
    for words in ("/away until friday", "/back", "/awayfor Priya until friday"):
        assert await jade.asks(words) == "You can't do that here. /help shows what you can do."


async def test_a_cover_who_is_away_too_is_passed_over(
    team: Team, jade: Phone, priya: Phone, nadia: Phone, tom: Phone
) -> None:
    await priya.asks("/away until friday cover nadia")
    await priya.taps("Right")
    await changed(priya, "Noted")
    await nadia.says("/away until thursday")
    assert list(buttons(await told(nadia, "Who covers?"))) == ["Duty", "Cancel"]
    await nadia.taps("Duty")
    await changed(nadia, "Noted")
    assert (await jade.asks("/person")).startswith("I've told the duty worker.")
    assert "JM, number 1" in (await tom.hears())["text"]
