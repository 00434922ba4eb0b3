"""Joining, from an adviser's /invite to the first small message, over HTTP; and all that can go wrong on the way."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta
from typing import Any

import pytest

from bot import my_data
from bot.app import Bot
from bot.models import EnrolmentState, Role
from bot.store import people
from practice.cast import JADE, KAI, NADIA, PRIYA, RUTH
from practice.client import Control
from tests.conftest import NOW
from tests.driver import SECONDS, Phone
from tests.journeys.staffed import settled, started
from tests.journeys.team import Team, buttons, changed, told

CANARIES = ("Jade", "Marlow", "2008", "Priya", "Nair", "JM")
"""What must not be seen by somebody who got hold of Jade's link."""
STAFF = (
    ("Priya Nair", PRIYA, Role.ADVISER),
    ("Ruth Calder", RUTH, Role.MANAGER),
    ("Nadia Frost", NADIA, Role.MANAGER),
)


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    await started(bot)
    return await Team.gathered(bot, control, STAFF)


async def alerted(phone: Phone) -> str:
    """What the next answer to a press says; one that says nothing is passed over. A forged press can't be answered."""
    async with asyncio.timeout(SECONDS):
        while True:
            rows = (await phone.control.ask("GET", f"log?since={phone._read_to}&wait=5"))["calls"]
            for row in rows:
                phone._read_to = row["n"]
                if row["method"] == "answerCallbackQuery" and row["params"].get("text"):
                    return str(row["params"]["text"])


def link_in(message: dict[str, Any]) -> str:
    found = re.search(r"start=(join_[\w-]{22})\b", message["caption"])
    assert found is not None
    return found[1]


def code_in(message: dict[str, Any]) -> str:
    found = re.search(r"Code: (\S+)", message["caption"])
    assert found is not None
    return found[1]


async def invited(by: Phone, command: str = "/invite Jade Marlow 14/03/2008") -> dict[str, Any]:
    await by.says(command)
    return await by.hears("sendPhoto")


async def reads_on(phone: Phone, seen: str = "No") -> None:
    """From the first screen to "Agree"."""
    await phone.taps("Next")
    await phone.hears("editMessageText")
    await phone.taps("Next")
    await phone.hears("editMessageText")
    await phone.taps(seen)
    await phone.hears("editMessageText")
    await phone.taps("Agree")
    await phone.hears("editMessageText")


async def joined(adviser: Phone, phone: Phone, seen: str = "No") -> dict[str, Any]:
    """The whole way in; returns the welcome."""
    await phone.says(f"/start {link_in(await invited(adviser))}")
    await phone.hears()
    await reads_on(phone, seen)
    await told(adviser, "Is that who you showed it to?")
    await adviser.taps("Yes")
    return await phone.hears()


async def test_an_adviser_invites_and_the_young_person_is_in_once_they_are_confirmed(
    team: Team, priya: Phone, jade: Phone
) -> None:
    shown = await invited(priya)
    assert shown["photo"]
    assert "JM" in shown["caption"]
    assert "Jade" not in shown["caption"]
    await jade.says(f"/start {link_in(shown)}")
    first = await jade.hears()
    assert "Who reads what you write" in first["text"]
    assert "Jade" not in first["text"]
    await jade.taps("Next")
    assert "30 days" in (await jade.hears("editMessageText"))["text"]
    await jade.taps("Next")
    last = await jade.hears("editMessageText")
    assert "Is anyone else able to see this phone?" in last["text"]
    assert list(buttons(last)) == ["Yes", "No", "Not sure"]
    await jade.taps("Not sure")
    assert list(buttons(await jade.hears("editMessageText"))) == ["Agree", "No thanks"]
    await jade.taps("Agree")
    waits = (await jade.hears("editMessageText"))["text"]
    number = re.search(r"\d\d", waits)
    question = (await told(priya, "Is that who you showed it to?"))["text"]
    assert number is not None
    assert number[0] in question
    assert (await team.person(JADE)).state is EnrolmentState.UNCONFIRMED
    await priya.taps("Yes")
    welcome = await jade.hears()
    assert "Priya Nair" in welcome["text"]
    assert (await jade.hears())["text"].startswith("1 of 5")
    person = await team.person(JADE)
    adviser = await team.person(PRIYA)
    assert person.roles == {Role.YOUNG_PERSON}
    assert (person.name, person.adviser_id) == ("Jade Marlow", adviser.id)
    assert "JM has joined" in (await priya.hears("editMessageText"))["text"]
    assert {"began", "agreed", "confirmed"} <= set(await team.verbs("enrolment", person.id))


async def test_a_typed_code_works_however_it_is_typed(team: Team, priya: Phone, jade: Phone) -> None:
    code = code_in(await invited(priya))
    assert "Who reads what you write" in await jade.asks(f"my code is {code.lower().replace('-', ' ')}")


async def test_nothing_personal_appears_before_somebody_said_yes(
    team: Team, priya: Phone, kai: Phone, control: Control
) -> None:
    """Kai got hold of the link that was meant for Jade."""
    await kai.says(f"/start {link_in(await invited(priya))}")
    await kai.hears()
    await reads_on(kai)
    for words in ("/mydata", "/status", "who is my adviser", "/help", "/person"):
        await kai.asks(words)
    await settled(team.bot, control)
    seen = " ".join(str(message) for message in await control.messages(KAI))
    assert [canary for canary in CANARIES if canary in seen] == []
    person = await team.person(KAI)
    async with team.bot._service.speaking() as speech:
        copy = b"".join(data for _, data in await my_data.copy(speech, person, team.bot._service.council)).decode()
    assert [canary for canary in CANARIES if canary in copy] == []
    assert (person.name, person.born_on, person.adviser_id, person.roles) == ("", None, None, frozenset())


async def test_on_no_the_account_is_cut_loose_and_the_invitation_is_spent(
    team: Team, priya: Phone, kai: Phone, jade: Phone
) -> None:
    link = link_in(await invited(priya))
    await kai.says(f"/start {link}")
    await kai.hears()
    await reads_on(kai)
    number = (await team.person(KAI)).id
    await told(priya, "Is that who you showed it to?")
    await priya.taps("No, that wasn't them")
    assert "cut off" in (await priya.hears("editMessageText"))["text"]
    assert "You have not joined" in (await kai.hears())["text"]
    assert (await team.person(KAI)).id is None
    assert "used before" in await jade.asks(f"/start {link}")
    assert "rejected" in await team.verbs("enrolment", number)


@pytest.mark.parametrize("press", ["Yes", "No, that wasn't them"])
async def test_only_the_first_answer_counts(team: Team, priya: Phone, jade: Phone, press: str) -> None:
    await jade.says(f"/start {link_in(await invited(priya))}")
    await jade.hears()
    await reads_on(jade)
    question = await told(priya, "Is that who you showed it to?")
    await priya.taps(press)
    await priya.hears("editMessageText")
    before = await team.person(JADE)
    for again in ("Yes", "No, that wasn't them"):
        await priya.forges(buttons(question)[again], question)
        assert await alerted(priya) == "That was settled before. Nothing was changed."
    assert await team.person(JADE) == before


async def test_a_link_is_used_once_and_says_nothing_about_who_used_it(
    team: Team, priya: Phone, jade: Phone, kai: Phone
) -> None:
    link = link_in(await invited(priya))
    assert "invited to join" in await jade.asks(f"/start {link}")
    said = await kai.asks(f"/start {link}")
    assert "used before" in said
    assert "Jade" not in said
    assert "invited to join" in await jade.asks(f"/start {link}")


async def test_each_thing_that_can_be_wrong_with_a_code_has_its_own_sentence(
    team: Team, priya: Phone, jade: Phone, kai: Phone
) -> None:
    shown = await invited(priya)
    old = code_in(shown)
    await priya.taps("Take it back", shown)
    await priya.hears("editMessageCaption")
    gone = await jade.asks(old)
    late = code_in(await invited(priya))
    team.clock.moment = NOW + timedelta(hours=72)
    too_old = await jade.asks(late)
    wrong = await jade.asks("7KQM-4XPD-9TRV")
    half = await jade.asks("/join 7KQM-4XPD")
    how = await jade.asks("/join")
    assert "took it back" in gone
    assert "too old" in too_old
    assert "don't know that code" in wrong
    assert "not a whole code" in half
    assert "looks like this" in how
    assert (await team.person(JADE)).id is None


async def test_after_five_wrong_tries_even_the_right_code_is_not_looked_at(
    team: Team, priya: Phone, jade: Phone
) -> None:
    right = code_in(await invited(priya))
    said = [await jade.asks(f"2AAA-2AAA-{number}AAA") for number in range(2, 7)]
    assert "4 more tries" in said[0]
    assert "one more try" in said[3]
    assert "01632 960110" in said[4]
    assert "too many codes" in await jade.asks(right)
    team.clock.moment = NOW + timedelta(hours=72, minutes=1)
    right = code_in(await invited(priya))
    assert "invited to join" in await jade.asks(right)


async def test_somebody_who_has_joined_is_told_so_kindly(team: Team, priya: Phone, jade: Phone) -> None:
    await joined(priya, jade)
    other = await invited(priya, "/invite Sam Reed")
    await jade.hears()
    assert "joined already" in await jade.asks(f"/start {link_in(other)}")
    assert "joined already" in await jade.asks(code_in(other))
    assert "joined already" in await jade.asks("/join")


async def test_no_thanks_keeps_no_name_and_the_inviter_hears_of_it(team: Team, priya: Phone, jade: Phone) -> None:
    await jade.says(f"/start {link_in(await invited(priya))}")
    await jade.hears()
    for label in ("Next", "Next", "No"):
        await jade.taps(label)
        await jade.hears("editMessageText")
    await jade.taps("No thanks")
    assert "keep no name" in (await jade.hears("editMessageText"))["text"]
    assert "declined" in (await told(priya, "JM"))["text"]
    assert (await team.person(JADE)).id is None


async def test_a_phone_that_others_see_gets_a_welcome_that_tells_nothing(team: Team, priya: Phone, jade: Phone) -> None:
    welcome = await joined(priya, jade, seen="Yes")
    assert welcome["text"] == "You have a new message."
    await jade.taps("Show", welcome)
    assert "Priya Nair" in (await changed(jade, "You're in"))["text"]
    person = await team.person(JADE)
    assert (person.discreet, person.phone_is_seen) == (True, True)


async def test_a_screen_that_is_settled_or_somebody_elses_changes_nothing(
    team: Team, priya: Phone, jade: Phone, kai: Phone
) -> None:
    await jade.says(f"/start {link_in(await invited(priya))}")
    screen = await jade.hears()
    data = buttons(screen)["Next"]
    await kai.asks("hello")
    await kai.forges(data)
    assert await alerted(kai) == "That button does not work. Please type your question."
    await reads_on(jade)
    await jade.forges(data, screen)
    assert "settled before" in await alerted(jade)
    assert (await team.person(KAI)).id is None


async def test_the_new_phone_takes_over_and_the_old_one_loses_everything(
    team: Team, priya: Phone, jade: Phone, kai: Phone
) -> None:
    """Jade's new phone has another account: Kai's stands in for it."""
    await joined(priya, jade)
    number = (await team.person(JADE)).id
    await priya.says("/newphone")
    await priya.hears()
    await priya.taps("JM")
    link = link_in(await priya.hears("sendPhoto"))
    await jade.hears()
    assert "phone that I know already" in await jade.asks(f"/start {link}")
    assert "moves you to this phone" in await kai.asks(f"/start {link}")
    await kai.taps("No")
    await kai.hears("editMessageText")
    await kai.taps("Agree")
    await kai.hears("editMessageText")
    assert (await team.person(KAI)).name == ""
    assert (await team.person(JADE)).id == number
    await told(priya, "new-phone invitation for JM")
    await priya.taps("Yes")
    assert "This phone is yours now" in (await kai.hears())["text"]
    moved = await team.person(KAI)
    assert (moved.id, moved.name) == (number, "Jade Marlow")
    assert moved.roles == {Role.YOUNG_PERSON}
    assert (await team.person(JADE)).id is None
    assert "Jade" not in await jade.asks("/mydata")


async def test_on_no_to_a_new_phone_the_old_one_stays(team: Team, priya: Phone, jade: Phone, kai: Phone) -> None:
    await joined(priya, jade)
    before = await team.person(JADE)
    await priya.says(f"/newphone {before.id}")
    link = link_in(await priya.hears("sendPhoto"))
    await kai.says(f"/start {link}")
    await kai.hears()
    await kai.taps("No")
    await kai.hears("editMessageText")
    await kai.taps("Agree")
    await told(priya, "new-phone invitation for JM")
    await priya.taps("No, that wasn't them")
    assert "You have not joined" in (await told(kai, "not joined"))["text"]
    assert await team.person(JADE) == before
    assert (await team.person(KAI)).id is None


async def test_what_is_open_goes_on_with_the_new_phone(team: Team, priya: Phone, jade: Phone, kai: Phone) -> None:
    await joined(priya, jade)
    await told(jade, "1 of 5")
    await jade.says("/person")
    await jade.hears()
    await kai.says("/person")
    await kai.hears()
    number = (await team.person(JADE)).id
    await priya.says(f"/newphone {number}")
    await kai.says(f"/start {link_in(await priya.hears('sendPhoto'))}")
    await told(kai, "moves you")
    await kai.taps("No")
    await kai.hears("editMessageText")
    await kai.taps("Agree")
    await told(priya, "new-phone invitation")
    await priya.taps("Yes")
    await told(kai, "This phone is yours now")
    first, second = await team.standing(1), await team.standing(2)
    assert (first.telegram_id, first.person_id, first.is_live) == (KAI, number, True)
    assert (second.person_id, second.is_live) == (number, False)


async def test_a_name_of_markup_and_emoji_is_only_a_name_and_a_long_one_is_refused(
    team: Team, priya: Phone, jade: Phone
) -> None:
    name = "<b>*Zoë*</b> 🦊 {team} [x](tg://user?id=1)"
    await jade.says(f"/start {link_in(await invited(priya, f'/invite {name}'))}")
    await jade.hears()
    await reads_on(jade)
    await told(priya, "Is that who you showed it to?")
    await priya.taps("Yes")
    await told(jade, "You're in")
    assert (await team.person(JADE)).name == name
    assert "longer than 100" in await priya.asks(f"/invite {'é' * 101}")
    assert "no name in that" in await priya.asks("/invite \u200b")
    assert "birthday can't be right" in await priya.asks("/invite Ann Ba 31/02/2008")
    assert "Invite a young person" in await priya.asks("/invite")


async def test_staff_are_invited_by_two_managers(team: Team, ruth: Phone, nadia: Phone, kai: Phone) -> None:
    await ruth.says("/invite")
    await ruth.hears()
    await ruth.taps("Duty worker")
    prompt = await ruth.hears()
    assert "second person" in await ruth.asks("Kai Odell", reply_to=prompt["message_id"])
    question = await told(nadia, "Ruth Calder wants to invite Kai Odell as duty worker")
    await nadia.taps("Approve", question)
    assert "Nadia Frost approved it" in (await ruth.hears())["text"]
    link = link_in(await ruth.hears("sendPhoto"))
    assert "invited to work" in await kai.asks(f"/start {link}")
    assert (await team.person(KAI)).roles == frozenset()
    await told(ruth, "Is that who you showed it to?")
    await ruth.taps("Yes")
    assert "duty worker" in (await told(kai, "You're in"))["text"]
    assert (await team.person(KAI)).roles == {Role.DUTY}


async def test_nobody_approves_their_own_wish_and_a_refusal_makes_no_invitation(
    team: Team, ruth: Phone, nadia: Phone
) -> None:
    assert "name of the manager" in await ruth.asks("/invite manager")
    await ruth.says("/invite manager Kai Odell")
    await ruth.hears()
    question = await told(nadia, "wants to invite Kai Odell as manager")
    await nadia.taps("Refuse", question)
    assert "refused it" in (await told(ruth, "Nadia Frost"))["text"]
    await nadia.hears("editMessageText")
    await nadia.forges(buttons(question)["Approve"], question)
    assert "decided before" in await alerted(nadia)
    assert not await team.control.calls("sendPhoto")


async def test_a_further_role_needs_two_and_is_taken_by_one_at_once(
    team: Team, ruth: Phone, nadia: Phone, priya: Phone
) -> None:
    await ruth.says("/role")
    await ruth.hears()
    await ruth.taps("Priya Nair")
    await ruth.hears()
    await ruth.taps("Give: duty worker")
    question = await told(nadia, "wants to give Priya Nair a further role: duty worker")
    await nadia.taps("Approve", question)
    await told(priya, "further role: duty worker")
    assert (await team.person(PRIYA)).roles == {Role.ADVISER, Role.DUTY}
    await ruth.says("/staff")
    assert "Priya Nair: personal adviser, duty worker" in (await told(ruth, "Staff"))["text"]
    await ruth.taps("Priya Nair")
    await told(ruth, "Priya Nair")
    await ruth.taps("Take away: duty worker")
    await told(priya, "no longer have this role: duty worker")
    assert (await team.person(PRIYA)).roles == {Role.ADVISER}


async def test_the_last_manager_stays_one(team: Team, ruth: Phone, nadia: Phone) -> None:
    for phone, name in ((ruth, "Nadia Frost"), (ruth, "Ruth Calder")):
        await phone.says("/staff")
        await told(phone, "Staff")
        await phone.taps(name)
        await told(phone, name)
        await phone.taps("Take away: manager")
        if name == "Ruth Calder":
            assert "only manager" in await alerted(phone)
    assert (await team.person(RUTH)).roles == {Role.MANAGER}
    assert (await team.person(NADIA)).roles == frozenset()


async def test_a_leaver_loses_every_role_at_once_and_managers_hear_who_needs_an_adviser(
    team: Team, ruth: Phone, nadia: Phone, priya: Phone, jade: Phone
) -> None:
    await joined(priya, jade)
    await ruth.says("/staff")
    await ruth.hears()
    await ruth.taps("Priya Nair")
    await ruth.hears()
    await ruth.taps("End membership")
    await ruth.hears("editMessageText")
    await ruth.taps("Yes, end it")
    assert "1 young person needs another adviser" in (await told(nadia, "needs another"))["text"]
    assert (await team.person(PRIYA)).roles == frozenset()
    await told(priya, "no longer work with this bot")
    assert "can't do that here" in await priya.asks("/invite Sam Reed")


async def test_a_button_from_before_the_role_was_taken_does_nothing(
    team: Team, ruth: Phone, priya: Phone, jade: Phone
) -> None:
    await jade.says(f"/start {link_in(await invited(priya))}")
    await jade.hears()
    await reads_on(jade)
    await told(priya, "Is that who you showed it to?")
    await team.role(PRIYA, Role.ADVISER, given=False)
    await priya.taps("Yes")
    assert await alerted(priya) == "That button is not for you. Nothing was changed."
    assert (await team.person(JADE)).state is EnrolmentState.UNCONFIRMED


async def test_a_manager_who_invites_a_young_person_chooses_the_adviser(
    team: Team, ruth: Phone, priya: Phone, jade: Phone
) -> None:
    await jade.says(f"/start {link_in(await invited(ruth, '/invite Jade Marlow'))}")
    await jade.hears()
    await reads_on(jade)
    await told(ruth, "Is that who you showed it to?")
    await ruth.taps("Yes")
    assert "choosing your adviser" in (await jade.hears())["text"]
    await told(ruth, "Who is their adviser?")
    await ruth.taps("Priya Nair")
    assert "Your adviser is Priya Nair" in (await told(jade, "Priya"))["text"]
    await told(priya, "on your caseload now")
    assert (await team.person(JADE)).adviser_id == (await team.person(PRIYA)).id


async def test_when_whoever_invited_is_away_the_managers_are_asked(
    team: Team, ruth: Phone, priya: Phone, jade: Phone
) -> None:
    await jade.says(f"/start {link_in(await invited(priya))}")
    await jade.hears()
    await priya.says("/away until friday")
    await priya.hears()
    await priya.taps(priya.labels()[0])
    await settled(team.bot, team.control)
    await reads_on(jade)
    await told(ruth, "made by Priya Nair")
    await ruth.taps("Yes")
    assert "Priya Nair" in (await told(jade, "You're in"))["text"]


async def test_stop_says_what_it_stops_and_start_turns_it_on_again(team: Team, priya: Phone, jade: Phone) -> None:
    await joined(priya, jade)
    await told(jade, "1 of 5")
    said = await jade.asks("/stop")
    assert "What does not stop" in said
    assert (await team.person(JADE)).stopped_at is not None
    assert "on again" in await jade.asks("/start")
    assert (await team.person(JADE)).stopped_at is None
    assert "Hello" in await jade.asks("/start")


async def test_being_left_alone_needs_no_command(team: Team, priya: Phone, jade: Phone) -> None:
    await joined(priya, jade)
    await told(jade, "1 of 5")
    assert "What does not stop" in await jade.asks("leave me alone pls")
    assert (await team.person(JADE)).stopped_at is not None


async def test_who_wants_to_be_left_alone_in_words_of_danger_is_and_a_person_is_told(
    team: Team, priya: Phone, jade: Phone
) -> None:
    await joined(priya, jade)
    await told(jade, "1 of 5")
    assert "999" in await jade.asks("stop messaging me. i want to kill myself")
    await told(priya, "JM")
    assert (await team.person(JADE)).stopped_at is not None


async def test_stop_in_other_states(team: Team, priya: Phone, jade: Phone, kai: Phone) -> None:
    assert "nothing to stop" in await kai.asks("/stop")
    assert "pages don't stop" in await priya.asks("/stop")
    await jade.says(f"/start {link_in(await invited(priya))}")
    await jade.hears()
    assert "What does not stop" in await jade.asks("/stop")


async def test_leaving_is_asked_once_and_then_done(team: Team, priya: Phone, jade: Phone) -> None:
    await joined(priya, jade)
    await told(jade, "1 of 5")
    await jade.asks("/stop")
    await jade.taps("Leave the bot")
    await jade.hears()
    await jade.taps("Yes, leave")
    assert "You have left" in (await jade.hears("editMessageText"))["text"]
    assert "has left the bot" in (await told(priya, "JM"))["text"]
    person = await team.person(JADE)
    assert (person.state, person.roles, person.adviser_id) == (EnrolmentState.WITHDRAWN, frozenset(), None)
    assert "Priya" not in await jade.asks("/mydata")


async def test_who_left_can_come_back_with_a_new_invitation(team: Team, priya: Phone, jade: Phone) -> None:
    await joined(priya, jade)
    await told(jade, "1 of 5")
    await jade.asks("/stop")
    await jade.taps("Leave the bot")
    await jade.hears()
    await jade.taps("Yes, leave")
    await jade.hears("editMessageText")
    first = (await team.person(JADE)).id
    await told(priya, "has left the bot")
    assert "Priya Nair" in (await joined(priya, jade))["text"]
    assert (await team.person(JADE)).id != first


async def test_the_first_week_goes_at_their_pace(team: Team, priya: Phone, jade: Phone) -> None:
    await joined(priya, jade)
    await told(jade, "1 of 5")
    await jade.taps("Next now")
    second = await told(jade, "2 of 5")
    assert any(data.startswith("entry:") for data in buttons(second).values())
    await jade.taps("Later")
    assert "few days" in await alerted(jade)
    await jade.forges(buttons(second)["Next now"], second)
    third = await told(jade, "3 of 5")
    await jade.forges(buttons(second)["Next now"], second)
    assert "seen the next one" in await alerted(jade)
    await jade.taps("No more", third)
    assert "No more of these" in await alerted(jade)
    async with team.bot._store.reading() as connection:
        person = await people.actor(connection, JADE)
    assert person.is_enrolled


async def test_a_code_typed_by_somebody_with_an_open_matter_is_a_code(team: Team, priya: Phone, kai: Phone) -> None:
    await kai.asks("/person")
    assert "invited to join" in await kai.asks(code_in(await invited(priya)))
