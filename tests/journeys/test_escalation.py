"""Asking for a person, over HTTP: who is paged, what is promised, who takes it, how it ends."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from bot import press
from bot.app import Bot
from bot.models import EscalationState, Kind, Outcome, Role
from bot.store import escalations, lines, people
from practice.cast import KAI, PRIYA, RUTH, TOM
from practice.client import Control
from tests.driver import Phone
from tests.journeys.team import Team, buttons, changed, told

CHRISTMAS_NIGHT = datetime(2026, 12, 25, 20, 0, tzinfo=UTC)
FOURTH_OF_JANUARY = datetime(2027, 1, 4, 9, 0, tzinfo=UTC)


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    return await Team.gathered(bot, control)


@pytest.fixture
async def team_on_each_database(bot_on_each_database: Bot, control: Control) -> Team:
    return await Team.gathered(bot_on_each_database, control)


async def test_from_asking_over_absence_and_duty_to_the_end(
    team_on_each_database: Team, jade: Phone, priya: Phone, nadia: Phone, tom: Phone
) -> None:
    team = team_on_each_database
    await jade.asks("how do i fix a carburettor on a tractor")
    await jade.taps("Ask a person")
    said = (await jade.hears())["text"]
    assert said.startswith("I've told Priya. They have not seen it yet.")
    assert "They should answer by tomorrow at 10:00. If they don't, I tell the duty worker." in said
    assert "01632 960110" in said
    assert "I've passed on what you wrote" in said
    page = await priya.hears()
    assert page["text"] == "JM, number 1: the bot had no answer. Please answer by tomorrow at 10:00."
    async with team.bot._store.reading() as connection:
        assert [line.body for line in await lines.page(connection, 1)] == ["how do i fix a carburettor on a tractor"]

    await priya.taps("I've got this")
    assert "You have JM, number 1." in (await priya.hears())["text"]
    promise = "Priya has seen this and will answer by tomorrow at 10:00. If not, the duty worker does."
    assert (await jade.hears())["text"] == promise

    await priya.says("/away until friday")
    assert "You are back on Friday 27 November at 9:00." in (await priya.hears())["text"]
    await priya.taps("Nadia Frost")
    assert "Nadia Frost covers. Passed on now: 1." in (await priya.hears("editMessageText"))["text"]
    assert "JM, number 1" in (await told(nadia, "JM"))["text"]
    page = nadia.last
    assert (await jade.hears())["text"].startswith("I've told Nadia. They have not seen it yet.")

    await nadia.taps("Pass to duty", page)
    assert (await told(nadia, "passed to"))["text"] == "JM, number 1: passed to duty."
    page = await tom.hears()
    assert "JM, number 1" in page["text"]
    assert (await jade.hears())["text"].startswith("I've told the duty worker.")
    await tom.taps("I've got this")
    assert (await jade.hears())["text"].startswith("Tom has seen this and will answer by")
    await told(tom, "You have JM")
    await tom.taps("I rang them")
    await told(tom, "Noted: you rang")
    await tom.taps("Finished")
    await told(tom, "how did it end?")
    await tom.taps("I rang or met them")
    await tom.taps("Yes", await changed(tom, "Local Offer lacks"))
    await changed(tom, "JM, number 1 is finished: I rang or met them.")
    assert (await jade.hears())["text"].startswith("Tom has marked this as done.")
    standing = await team.standing()
    assert (standing.state, standing.outcome, standing.missing_fact) == (EscalationState.RESOLVED, Outcome.MET, True)
    assert await team.verbs("escalation", 1) == [
        "opened", "paged", "acknowledged", "un-acknowledged", "paged", "passed on", "paged", "acknowledged", "answered",
        "resolved",
    ]  # fmt: skip


async def test_at_night_over_the_holidays_the_truth_is_told_and_nobody_is_woken(
    team_on_each_database: Team, jade: Phone, priya: Phone
) -> None:
    team = team_on_each_database
    await team.at(CHRISTMAS_NIGHT)
    said = await jade.asks("I want to talk to my PA")
    assert said.startswith("The team is closed now. I'll tell Priya Monday 4 January at 9:00.")
    assert "They should answer by Tuesday 5 January at 9:00." in said
    assert "01632 960199" in said
    assert said.count("01632 960199") == 1
    assert (await team.verbs("escalation", 1)) == ["opened"]
    await team.at(FOURTH_OF_JANUARY)
    assert (await priya.hears())["text"] == "JM, number 1: asked for a person. Please answer by tomorrow at 9:00."
    assert (await jade.asks("/status")).startswith("I've told Priya. They have not seen it yet.")


async def test_of_two_duty_workers_at_once_one_has_it_and_the_other_is_told(
    team_on_each_database: Team, jade: Phone, tom: Phone, ruth: Phone
) -> None:
    team = team_on_each_database
    await team.role(RUTH, Role.DUTY, given=True)
    await team.role(PRIYA, Role.ADVISER, given=False)
    await jade.asks("/person")
    await asyncio.gather(tom.hears(), ruth.hears())
    await asyncio.gather(tom.taps("I've got this"), ruth.taps("I've got this"))
    async with asyncio.timeout(10):
        while len(calls := await team.control.calls("answerCallbackQuery")) < 2:
            await asyncio.sleep(0.02)
    alerts = {call.params.get("text") for call in calls}
    owner = (await team.standing()).owner_id
    name = "Tom Ashby" if owner == (await team.person(TOM)).id else "Ruth Calder"
    assert alerts == {"It is yours now.", f"{name} has it. Nothing was changed."}
    assert (await team.verbs("escalation", 1)).count("acknowledged") == 1


async def test_a_role_that_was_taken_away_between_page_and_press_grants_nothing(
    team: Team, jade: Phone, priya: Phone, tom: Phone
) -> None:
    await jade.asks("/person")
    await priya.hears()
    await team.role(PRIYA, Role.ADVISER, given=False)
    await priya.taps("I've got this")
    assert await priya.alert() == "That button is not for you. Nothing was changed."
    assert (await team.standing()).state is EscalationState.OPEN
    assert "refused" in await team.verbs("permission", (await team.person(PRIYA)).id)
    await team.change(PRIYA, state="withdrawn", left_at=team.clock.now())
    await team.at(datetime(2026, 11, 24, 10, 0, tzinfo=UTC))
    assert "JM, number 1" in (await tom.hears())["text"]


@pytest.mark.parametrize("label", ["I've got this", "Pass to duty", "Open"])
async def test_somebody_elses_page_is_good_for_nobody_else(
    team: Team, jade: Phone, priya: Phone, nadia: Phone, kai: Phone, label: str
) -> None:
    await jade.asks("/person")
    data = buttons(await priya.hears())[label]
    await kai.asks("/start")
    await kai.forges(data)
    assert await kai.alert() == "That button does not work. Please type your question."
    nadia.last = kai.last
    await nadia.asks("/start")
    await nadia.forges(data)
    assert (await team.standing()).state is EscalationState.OPEN
    assert await team.verbs("escalation", 1) == ["opened", "paged"]


async def test_an_adviser_who_blocked_the_bot_is_passed_over_at_once(
    team: Team, control: Control, jade: Phone, tom: Phone
) -> None:
    await control.block(PRIYA)
    await team.until_lost(PRIYA)
    said = await jade.asks("can i speak to a human pls")
    assert said.startswith("I've told the duty worker.")
    assert (await tom.hears())["text"].startswith("JM, number 1")


async def test_a_call_can_be_asked_for_with_a_time_that_is_still_ahead(team: Team, jade: Phone, priya: Phone) -> None:
    await jade.asks("can someone phone me")
    choice = await jade.hears()
    assert list(buttons(choice)) == [
        "As soon as you can", "Today, 12:00 to 17:00", "Tomorrow, 9:00 to 12:00", "Tomorrow, 12:00 to 17:00",
    ]  # fmt: skip
    await priya.hears()
    await jade.taps("Tomorrow, 9:00 to 12:00", choice)
    assert (
        "I've passed on that you would like a call: Tomorrow, 9:00 to 12:00." in (await changed(jade, "call"))["text"]
    )
    assert (await priya.hears())["text"] == "JM, number 1: they would like a call. Tomorrow, 9:00 to 12:00."
    assert (await team.standing()).kind is Kind.RING
    assert "You asked for a call: Tomorrow, 9:00 to 12:00." in await jade.asks("/status")
    team.clock.moment = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
    await jade.forges(buttons(choice)["Tomorrow, 9:00 to 12:00"].replace("24T09:00/12:00", "23T09:00/12:00"), choice)
    assert await jade.alert() == "That button does not work. Please type your question."
    await jade.forges(buttons(choice)["Today, 12:00 to 17:00"], choice)
    assert await told(jade, "When can they ring you?")
    assert (await team.standing()).ring_at == "2026-11-24T09:00/12:00"


async def test_at_night_the_wish_for_a_call_waits_for_the_page_in_the_morning(
    team: Team, jade: Phone, priya: Phone, kai: Phone
) -> None:
    await team.at(CHRISTMAS_NIGHT)
    await jade.asks("ring me")
    choice = await jade.hears()
    await jade.taps("Monday 4 January, 12:00 to 17:00", choice)
    assert "They will see that you would like a call" in (await changed(jade, "call"))["text"]
    await team.at(FOURTH_OF_JANUARY)
    page = (await priya.hears())["text"]
    assert page.splitlines()[0] == "JM, number 1: asked for a call. Please answer by tomorrow at 9:00."
    assert "They would like a call: Today, 12:00 to 17:00." in page


async def test_what_is_not_needed_any_more_is_closed_and_whoever_was_told_hears_it(
    team: Team, jade: Phone, priya: Phone
) -> None:
    await jade.asks("ring me")
    first = jade.last
    await jade.hears()
    await priya.hears()
    await jade.taps("I don't need this any more", first)
    assert (await jade.hears())["text"] == "Okay. I've told them that you don't need this any more."
    assert "they don't need this any more. It is closed." in (await priya.hears())["text"]
    standing = await team.standing()
    assert (standing.state, standing.outcome) == (EscalationState.RESOLVED, Outcome.MISTAKE)
    await jade.forges(buttons(first)["Ask for a call"], first)
    await jade.asks("/status")
    assert jade.last["text"] == "Nothing of yours waits for a person right now."


async def test_what_is_urgent_stays_open_until_a_person_has_looked(team: Team, jade: Phone, priya: Phone) -> None:
    await jade.asks("/person")
    button = jade.last
    await jade.asks("i want to kill myself")
    await told(priya, "URGENT")
    await jade.taps("I don't need this any more", button)
    assert "A person still looks at it" in (await told(jade, "Thank you for telling me."))["text"]
    assert "stays open" in (await told(priya, "It was urgent"))["text"]
    assert (await team.standing()).is_live


async def test_nobody_presses_a_young_persons_button_for_them(team: Team, jade: Phone, tom: Phone) -> None:
    await jade.asks("/person")
    data = buttons(jade.last)["I don't need this any more"]
    await tom.asks("/start")
    await tom.forges(data)
    assert await tom.alert() == "That button does not work. Please type your question."
    assert (await team.standing()).is_live


async def test_who_has_not_joined_is_passed_to_duty_with_the_name_that_telegram_shows(
    team: Team, kai: Phone, tom: Phone
) -> None:
    await kai.says("/start")
    await kai.hears()
    said = await kai.asks("i need to speak to a human")
    assert said.startswith("I've told the duty worker.")
    assert "Please write your name too" in said
    assert (await tom.hears())["text"].startswith("?, number 1: asked for a person.")
    standing = await team.standing()
    assert (standing.person_id, standing.telegram_id, standing.about["name"]) == (None, KAI, "Kai Odell")


async def test_before_anybody_of_the_team_has_joined_nothing_is_promised(jade: Phone, bot: Bot) -> None:
    said = await jade.asks("i want to talk to a real person")
    assert said.startswith("I can't reach anyone in the team right now. So please ring")
    assert "01632 960110" in said
    assert "999" in said
    async with bot._store.reading() as connection:
        assert await escalations.all_live(connection) == []


@pytest.mark.parametrize("words", ["can i get a phone", "call me a taxi", "how do i contact my pa"])
async def test_an_ordinary_question_stays_one(team: Team, jade: Phone, words: str) -> None:
    assert await jade.asks(words)
    async with team.bot._store.reading() as connection:
        assert await escalations.all_live(connection) == []


async def test_has_anyone_seen_my_message_says_where_it_stands_and_invents_nothing(
    team: Team, jade: Phone, priya: Phone
) -> None:
    assert await jade.asks("has anyone seen my message") == "Nothing of yours waits for a person right now."
    await jade.asks("/person")
    assert (await jade.asks("has anyone seen my message yet??")).startswith(
        "I've told Priya. They have not seen it yet."
    )
    await priya.hears()
    await priya.taps("I've got this")
    await told(jade, "Priya has seen this")
    assert (await jade.asks("/status")).startswith("Priya has seen this and will answer by tomorrow at 10:00.")


async def test_a_button_of_something_finished_offers_to_open_it_again(team: Team, jade: Phone, priya: Phone) -> None:
    await jade.asks("/person")
    page = await priya.hears()
    await priya.taps("I've got this")
    await told(priya, "You have JM")
    await priya.taps("Finished")
    await told(priya, "how did it end?")
    await priya.taps("I answered")
    await priya.taps("No", await changed(priya, "Local Offer lacks"))
    await changed(priya, "is finished")
    await priya.forges(buttons(page)["I've got this"], page)
    assert "Priya Nair finished this today at 10:00" in (await told(priya, "finished this"))["text"]
    await priya.taps("Open it again")
    await changed(priya, "is open again, and yours.")
    standing = await team.standing()
    assert (standing.state, standing.reopened, standing.owner_id) == (
        EscalationState.ACKNOWLEDGED, 1, (await team.person(PRIYA)).id,
    )  # fmt: skip


async def test_a_colleague_is_chosen_among_those_who_are_there(
    team: Team, jade: Phone, priya: Phone, nadia: Phone
) -> None:
    await jade.asks("/person")
    await priya.hears()
    await priya.taps("I've got this")
    await told(jade, "Priya has seen this")
    number = (await team.standing()).id
    async with team.bot._store.transaction() as connection:
        await people.contact(connection, (await team.person(PRIYA)).id or 0, team.clock.now())
    data = press.button(team.bot._store.vault, "x", "pass", number, PRIYA, team.clock.now()).press
    await priya.forges(str(data))
    choice = await told(priya, "who shall have it?")
    assert list(buttons(choice)) == ["Nadia Frost", "Ruth Calder", "Tom Ashby", "Never mind"]
    await priya.taps("Nadia Frost")
    await changed(priya, "JM, number 1: passed to Nadia Frost.")
    assert (await nadia.hears())["text"].startswith("JM, number 1")
    assert (await told(jade, "I've told Nadia"))["text"]


async def test_the_queue_shows_urgent_and_overdue_first_and_only_what_stands_with_one(
    team: Team, jade: Phone, kai: Phone, tom: Phone, priya: Phone, ruth: Phone
) -> None:
    assert await tom.asks("/queue") == "Nothing waits for you."
    await kai.says("/start")
    await kai.hears()
    await kai.asks("/person")
    await tom.hears()
    await jade.asks("/person")
    await priya.hears()
    assert "? · 1 ·" in await tom.asks("/queue")
    assert "JM" not in tom.last["text"]
    assert "JM · 2 · asked for a person · nobody has it yet · by tomorrow at 10:00" in await priya.asks("/queue")
    await jade.asks("i want to kill myself")
    await told(priya, "URGENT")
    assert (await priya.asks("/queue")).splitlines()[2].startswith("URGENT · JM · 2")
    await team.at(datetime(2026, 11, 24, 10, 1, tzinfo=UTC))
    said = await ruth.asks("/queue")
    assert "URGENT · JM · 2" in said or "number" in said


@pytest.mark.parametrize(
    "command", ["/open", "/open twelve", "/open 99999999999999999999999", "/open 77", "/queue", "/open 1"]
)
async def test_commands_of_staff_are_none_for_young_people_and_bad_numbers_are_told(
    team: Team, jade: Phone, tom: Phone, command: str
) -> None:
    assert await jade.asks(command) == "You can't do that here. /help shows what you can do."
    if command.startswith("/open"):
        said = await tom.asks(command)
        assert "Nothing was changed." in said or "Write the number too" in said
