"""An adviser's own young people, handing them over, and looking in with a reason, over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from bot import press
from bot.app import Bot
from bot.handing_over import left
from bot.message import plain
from bot.models import EnrolmentState, EscalationState, Kind, Role, Rung
from bot.store import break_glass, events, people
from practice.cast import JADE, NADIA, PRIYA, RUTH, TOM
from practice.client import Control
from tests.driver import Phone
from tests.journeys.team import Team, buttons, changed, told

REASON = "her school rang, they can't find her"


@pytest.fixture
async def team(bot: Bot, control: Control) -> Team:
    return await Team.gathered(bot, control)


@pytest.fixture
async def team_on_each_database(bot_on_each_database: Bot, control: Control) -> Team:
    return await Team.gathered(bot_on_each_database, control)


def signed(team: Team, verb: str, thing: int, account: int, more: str = "") -> str:
    made = press.button(team.bot._store.vault, "x", verb, thing, account, team.clock.now(), more=more)
    return str(made.press)


async def id_of(team: Team, account: int) -> int:
    return (await team.person(account)).id or 0


# --- the list


async def test_the_list_shows_last_contact_and_what_is_open_with_a_first_line_that_tells_nothing(
    team_on_each_database: Team, jade: Phone, priya: Phone
) -> None:
    team = team_on_each_database
    assert await priya.asks("/caseload") == "Your list (1)\n\nJade Marlow · no contact yet · nothing open"
    await jade.asks("/person")
    await priya.hears()
    await team.change(JADE, last_contact_at=team.clock.now() - timedelta(days=5))
    said = await priya.asks("/caseload")
    assert said.splitlines()[2] == "Jade Marlow · last contact Wednesday 18 November · open: number 1"
    team.clock.pass_(86_401)
    assert "OVERDUE: number 1" in await priya.asks("/caseload")


async def test_a_long_list_comes_ten_at_a_time(team: Team, priya: Phone) -> None:
    adviser = await id_of(team, PRIYA)
    for number in range(23):
        await team.enrol(f"Person {number:02}", 8_100_000_000 + number, Role.YOUNG_PERSON, adviser_id=adviser)
    said = await priya.asks("/caseload")
    assert said.startswith("Your list (24)\nPage 1 of 3")
    assert [label for label in buttons(priya.last) if label in "◀▶"] == ["▶"]
    assert len(buttons(priya.last)) == 11
    await priya.taps("▶")
    second = await changed(priya, "Page 2 of 3")
    assert [label for label in buttons(second) if label in "◀▶"] == ["◀", "▶"]
    await priya.taps("▶", second)
    assert (await changed(priya, "Page 3 of 3"))["text"].count("Person") == 4


async def test_a_name_of_markup_emoji_or_300_letters_is_only_a_name(team: Team, priya: Phone) -> None:
    adviser = await id_of(team, PRIYA)
    for number, name in enumerate(("<b>*_[x](http://x)</b> {name}", "🦊" * 40, "A" * 300)):
        await team.enrol(name, 8_100_000_000 + number, Role.YOUNG_PERSON, adviser_id=adviser)
    said = await priya.asks("/caseload")
    assert "<b>*_[x](http://x)</b> {name}" in said
    assert "A" * 59 + "…" in said
    assert not [entity for entity in priya.last.get("entities", []) if entity["type"] in ("italic", "text_link")]


async def test_writing_first_begins_a_conversation_that_the_adviser_has(
    team_on_each_database: Team, jade: Phone, priya: Phone
) -> None:
    team = team_on_each_database
    await priya.asks("/caseload")
    await priya.taps("Jade Marlow")
    card = await changed(priya, "From your list")
    assert list(buttons(card)) == ["Write", "Hand over", "New phone", "Back to the list"]
    await priya.taps("Write", card)
    await priya.hears()
    standing = await team.standing()
    assert (standing.kind, standing.state, standing.owner_id) == (
        Kind.WRITTEN_TO, EscalationState.ACKNOWLEDGED, await id_of(team, PRIYA),
    )  # fmt: skip
    await priya.taps("Write", card)
    assert "Number 1 is open with them already." in str(await _alert_after(team, priya))
    assert (await team.verbs("escalation", 2)) == []


async def test_somebody_elses_list_is_nobody_elses(team: Team, nadia: Phone, tom: Phone, jade: Phone) -> None:
    assert await nadia.asks("/caseload") == "There is nobody on your caseload yet. /invite asks somebody to join."
    person = await id_of(team, JADE)
    await nadia.forges(signed(team, "yp", person, NADIA))
    assert await nadia.alert() == "They are not on your caseload any more. Nothing was changed."
    for phone in (tom, jade):
        assert await phone.asks("/caseload") == "You can't do that here. /help shows what you can do."
    await nadia.forges(signed(team, "writefirst", person, NADIA))
    await nadia.asks("/queue")
    assert "refused" in await team.verbs("permission", await id_of(team, NADIA))
    assert (await team.verbs("escalation", 1)) == []


# --- handing over


async def test_an_adviser_hands_one_over_and_what_is_open_goes_along(
    team_on_each_database: Team, jade: Phone, priya: Phone, nadia: Phone
) -> None:
    team = team_on_each_database
    await jade.asks("/person")
    await priya.hears()
    await priya.taps("I've got this")
    await told(jade, "Priya has seen this")
    await told(priya, "You have JM")
    await priya.asks("/handover")
    await priya.taps("Jade Marlow")
    choice = await changed(priya, "who is their adviser from now on?")
    assert list(buttons(choice)) == ["Nadia Frost", "Cancel"]
    await priya.taps("Nadia Frost", choice)
    sure = await changed(priya, "Is that right?")
    assert "Jade Marlow: Nadia Frost is their adviser from now on." in sure["text"]
    await priya.taps("Right", sure)
    await changed(priya, "Done: Nadia Frost is now the adviser of Jade Marlow.")
    assert "Nadia" in (await told(jade, "adviser"))["text"]
    assert (await told(jade, "I've told Nadia"))["text"]
    assert (await told(nadia, "JM, number 1"))["text"]
    assert (await team.person(JADE)).adviser_id == await id_of(team, NADIA)
    standing = await team.standing()
    assert (standing.owner_id, standing.state, standing.rung) == (
        await id_of(team, NADIA), EscalationState.OPEN, Rung.ADVISER,
    )  # fmt: skip
    await priya.asks("/open 1")
    assert priya.last["text"] == "You can't do that here. /help shows what you can do."


async def test_a_manager_finds_advisers_for_all_whose_adviser_has_left(
    team_on_each_database: Team, jade: Phone, priya: Phone, nadia: Phone, ruth: Phone, tom: Phone
) -> None:
    team = team_on_each_database
    await team.enrol("Sam Hill", 8_100_000_001, Role.YOUNG_PERSON, adviser_id=await id_of(team, PRIYA))
    await jade.asks("/person")
    await priya.hears()
    gone = await team.person(PRIYA)
    assert await ruth.asks("/handover")
    assert list(buttons(ruth.last)) == ["Priya Nair (2)", "Cancel"]
    await team.change(PRIYA, state=EnrolmentState.WITHDRAWN, left_at=team.clock.now())
    async with team.bot._service.speaking() as speech:
        await left(speech, team.bot._service.council, gone, await team.person(RUTH), plain("2 need an adviser"))
    assert "Passed to you: the one who had it has left." in (await tom.hears())["text"]
    assert (await told(jade, "I've told the duty worker."))["text"]
    await ruth.taps("Choose advisers", await told(ruth, "2 need an adviser"))
    await ruth.taps("All of them (2)", await changed(ruth, "Who gets a new adviser?"))
    await ruth.taps("Nadia Frost", await changed(ruth, "2 young people: who is their adviser"))
    await ruth.taps("Right", await changed(ruth, "Is that right?"))
    await changed(ruth, "Done: Nadia Frost is now the adviser of 2 young people.")
    async with team.bot._store.reading() as connection:
        assert len(await people.caseload(connection, await id_of(team, NADIA))) == 2
    assert (await team.standing()).rung is Rung.DUTY
    assert await ruth.asks("/handover")
    assert list(buttons(ruth.last)) == ["Nadia Frost (2)", "Cancel"]


async def test_nobody_hands_over_somebody_elses(team: Team, nadia: Phone, tom: Phone) -> None:
    person, adviser = await id_of(team, JADE), await id_of(team, PRIYA)
    own = await id_of(team, NADIA)
    await nadia.asks("/queue")
    for verb, thing, more in (
        ("hoto", person, ""), ("hodo", person, f"/{own}"), ("howho", adviser, ""), ("hodo", 0, f"{adviser}/{own}"),
    ):  # fmt: skip
        await nadia.forges(signed(team, verb, thing, NADIA, more))
    await nadia.asks("/queue")
    await tom.asks("/queue")
    await tom.forges(signed(team, "hodo", person, TOM, f"/{own}"))
    await tom.asks("/queue")
    assert (await team.person(JADE)).adviser_id == adviser
    assert (await team.verbs("permission", own)).count("refused") == 4


async def test_a_new_adviser_who_is_none_any_more_is_refused(team: Team, priya: Phone) -> None:
    person, other = await id_of(team, JADE), await id_of(team, NADIA)
    await team.role(NADIA, Role.ADVISER, given=False)
    await priya.asks("/caseload")
    await priya.forges(signed(team, "hodo", person, PRIYA, f"/{other}"))
    assert await priya.alert() == "They are not an adviser any more. Nothing was changed."
    await priya.asks("/handover")
    await priya.taps("Jade Marlow")
    assert "There is no other adviser" in str(await _alert_after(team, priya))


async def _alert_after(team: Team, phone: Phone) -> Any:
    await phone.asks("/queue")
    return [call.params.get("text") for call in await team.control.calls("answerCallbackQuery")][-1]


# --- looking in


async def test_looking_in_needs_a_reason_lasts_an_hour_and_is_told_to_everybody_concerned(
    team_on_each_database: Team, jade: Phone, priya: Phone, tom: Phone, ruth: Phone
) -> None:
    team = team_on_each_database
    await jade.asks("my rent is late")
    await jade.asks("/person")
    await priya.hears()
    assert await tom.asks("/open 1") == "You can't do that here. /help shows what you can do."
    assert (await tom.asks("/breakglass")).startswith("/breakglass NUMBER reason")
    assert "Please write a reason" in await tom.asks("/breakglass 1")
    assert "Please write a reason" in await tom.asks("/breakglass 1 ...")
    said = await tom.asks(f"/breakglass 1 {REASON}")
    assert said == "You can read JM, number 1, until today at 11:00. Their adviser and the managers have been told."
    for phone in (priya, ruth):
        notice = await phone.hears()
        assert notice["text"] == "Tom Ashby looks into the matters of JM until today at 11:00, and wrote why."
    await ruth.taps("Why")
    assert await ruth.alert() == REASON
    await tom.taps("Open")
    shown = await told(tom, "my rent is late")
    assert "I've got this" not in buttons(shown)
    await tom.forges(signed(team, "got", 1, TOM))
    await tom.asks("/queue")
    assert (await team.standing()).state is EscalationState.OPEN
    team.clock.pass_(3601)
    assert await tom.asks("/open 1") == "You can't do that here. /help shows what you can do."
    async with team.bot._store.reading() as connection:
        (look,) = await break_glass.of_young_person(connection, await id_of(team, JADE))
        reads = [e for e in await events.of_subject(connection, "escalation", [1]) if e.verb == "opened" and e.actor_id]
    assert (look.person_id, look.reason) == (await id_of(team, TOM), REASON)
    assert [event.actor_id for event in reads] == [await id_of(team, TOM)]
    assert "looked in" in await team.verbs("person", await id_of(team, JADE))


async def test_looking_in_is_for_duty_and_managers_and_needs_no_glass_where_it_stands_with_them(
    team: Team, jade: Phone, kai: Phone, nadia: Phone, tom: Phone, priya: Phone
) -> None:
    await kai.says("/start")
    await kai.hears()
    await kai.asks("/person")
    await tom.hears()
    assert await tom.asks(f"/breakglass 1 {REASON}") == "Number 1 stands with you already. /open 1 shows it."
    await tom.taps("I've got this", (await _last_page(team, tom)))
    for phone in (jade, nadia):
        assert await phone.asks("/breakglass 1 to see it") == "You can't do that here. /help shows what you can do."
    await tom.says(f"/breakglass 77 {REASON}")
    assert await told(tom, "There is no number 77.")


async def _last_page(team: Team, phone: Phone) -> dict[str, Any]:
    shown = await team.control.messages(phone.chat)
    return next(message for message in reversed(shown) if "I've got this" in buttons(message))


async def test_the_reason_is_for_the_adviser_and_managers_only(
    team: Team, jade: Phone, nadia: Phone, tom: Phone
) -> None:
    await jade.asks("/person")
    await tom.asks(f"/breakglass 1 {REASON}")
    await nadia.asks("/queue")
    await nadia.forges(signed(team, "why", 1, NADIA))
    assert await nadia.alert() == "That button is not for you. Nothing was changed."
