"""The young person's own controls over HTTP: /hide, the code word, discreet mode, /mydata, /privacy."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.app import Bot
from bot.hide import QUIET
from bot.message import plain
from bot.models import EnrolmentState, EscalationState, Kind, Role, Rung, Side
from bot.press import button
from bot.reaching import reach
from bot.settings import ROOT
from bot.store import escalations, lines, people
from bot.store.people import Actor
from content.council import load_council
from practice.cast import JADE, KAI, NADIA, PRIYA, RUTH, TOM
from practice.client import Control
from scheduler import hide
from tests.content.test_own_controls_texts import SENSITIVE
from tests.driver import BOT_NAME, Phone
from tests.fakes import MovableClock

COUNCIL = load_council(ROOT / "content" / "councils" / "northmoor" / "council.yaml")

pytestmark = pytest.mark.usefixtures("bot")


@pytest.fixture
def clock(bot: Bot, monkeypatch: pytest.MonkeyPatch) -> MovableClock:
    """The bot's clock stands still unless a test moves it; the stand-in keeps the machine's time."""
    moved = MovableClock(datetime.now(UTC))
    for part in (bot._service, bot._worker, bot._delivery, bot._inbox):
        monkeypatch.setattr(part, "clock" if part is bot._service else "_clock", moved)
    return moved


@pytest.fixture
async def team(bot: Bot) -> dict[str, int]:
    """Priya advises Jade, Tom is on duty, Ruth leads."""
    async with asyncio.timeout(15):
        while not bot._service.username:  # the tables are there once the bot has learnt its name
            await asyncio.sleep(0.01)
    now = datetime.now(UTC)
    numbers: dict[str, int] = {}
    async with bot._store.transaction() as connection:
        for name, account, role in (("Priya Nair", PRIYA, Role.ADVISER), ("Tom Ashby", TOM, Role.DUTY), ("Ruth Calder", RUTH, Role.MANAGER), ("Jade Marlow", JADE, Role.YOUNG_PERSON)):  # fmt: skip
            adviser = numbers["Priya"] if role is Role.YOUNG_PERSON else None
            number = await people.add(
                connection,
                now,
                EnrolmentState.ENROLLED,
                telegram_id=account,
                name=name,
                adviser_id=adviser,
                confirmed_at=now,
            )
            await people.give_role(connection, now, number, role, None)
            numbers[name.split()[0]] = number
    return numbers


async def on_screen(control: Control, chat: int) -> list[str]:
    return [str(message.get("text", "?")) for message in await control.messages(chat)]


async def settled(bot: Bot, control: Control, chat: int, wanted: int) -> list[str]:
    """What a chat shows once so many messages are left in it; what was under way goes at the clock's next tick."""
    async with asyncio.timeout(10):
        while len(texts := await on_screen(control, chat)) != wanted:
            await hide.clear(bot._service)
            await asyncio.sleep(0.02)
    return texts


async def is_now(bot: Bot, account: int, **wanted: Any) -> Actor:
    """The person's row once it says so."""
    async with asyncio.timeout(10):
        while True:
            async with bot._store.reading() as connection:
                person = await people.actor(connection, account)
            if all(getattr(person, name) == value for name, value in wanted.items()):
                return person
            await asyncio.sleep(0.02)


async def has_open_matter(bot: Bot, numbers: dict[str, int], state: EscalationState) -> int:
    async with bot._store.transaction() as connection:
        now = datetime.now(UTC)
        number = await escalations.add(
            connection, telegram_id=JADE, person_id=numbers["Jade"], kind=Kind.ASKED, urgent=False, state=state, opened_at=now,
            clock_from=now, rung=Rung.ADVISER, owner_id=numbers["Priya"], next_action="nothing", next_at=datetime(2100, 1, 1, tzinfo=UTC), heard_at=now,
            acknowledged_at=now,
        )  # fmt: skip
        await lines.add(connection, number, Side.YOUNG_PERSON, numbers["Jade"], now, body="QQ my landlord wrote")
    return number


# --- /hide


async def test_after_hide_only_its_limits_are_left_and_soon_not_even_those(
    jade: Phone, bot: Bot, control: Control, clock: MovableClock, team: dict[str, int]
) -> None:
    await jade.asks("do i have to pay council tax")
    await jade.taps("This helped")
    await jade.asks("hello")
    clock.pass_(1)
    assert (await jade.asks("/hide")).startswith("Done. I deleted what I could.")
    left = await settled(bot, control, JADE, 1)
    assert "older than two days" in left[0]
    clock.pass_(299)
    await hide.clear(bot._service)
    assert len(await on_screen(control, JADE)) == 1
    clock.pass_(2)
    await hide.clear(bot._service)
    await settled(bot, control, JADE, 0)


async def test_hide_clears_the_chat_of_somebody_who_has_not_joined_and_touches_no_other(
    kai: Phone, jade: Phone, bot: Bot, control: Control
) -> None:
    await jade.asks("hello")
    await kai.asks("i want to die")
    await kai.asks("/hide")
    await settled(bot, control, KAI, 1)
    assert len(await on_screen(control, JADE)) == 2


async def test_for_a_day_only_a_person_can_decide_to_write(
    jade: Phone, bot: Bot, control: Control, clock: MovableClock, team: dict[str, int]
) -> None:
    await jade.asks("/hide")
    for hours in (1, 22):
        clock.pass_(hours * 3600)
        async with bot._service.speaking() as speech:
            await reach(speech, await people.actor(speech.connection, JADE), plain("A notice"))
    async with bot._service.speaking() as speech:
        await reach(speech, await people.actor(speech.connection, JADE), plain("From a person"), insist=True)
    assert (await jade.hears())["text"] == "From a person"
    assert "A notice" not in await on_screen(control, JADE)


async def test_staff_keep_the_pages_that_others_wait_for(priya: Phone, control: Control, team: dict[str, int]) -> None:
    assert (await priya.asks("/hide")).startswith("This is not for staff.")
    assert len(await on_screen(control, PRIYA)) == 2


# --- the code word


async def test_the_code_word_ends_the_conversation_quietly_and_tells_the_adviser(
    jade: Phone, priya: Phone, bot: Bot, control: Control, clock: MovableClock, team: dict[str, int]
) -> None:
    about = await jade.asks("/codeword")
    assert "not an alarm" in about
    assert (await jade.asks("/codeword Banana")).startswith("Your code word is set.")
    await settled(bot, control, JADE, 3)
    assert "Banana" not in " ".join(await on_screen(control, JADE))
    await jade.asks("do i have to pay council tax")
    clock.pass_(1)
    assert await jade.asks(" banana!") == "OK."
    page = (await priya.hears())["text"]
    assert page.startswith(f"JM (number {team['Jade']}) used their code word. They had to stop.")
    assert "Do not write to them through the bot until they write again." in page
    assert await settled(bot, control, JADE, 1) == ["OK."]
    person = await is_now(bot, JADE)
    assert person.quiet_until == clock.moment + QUIET
    clock.pass_(301)
    await hide.clear(bot._service)
    await settled(bot, control, JADE, 0)


async def test_the_code_word_works_right_after_words_of_danger(
    jade: Phone, priya: Phone, team: dict[str, int], bot: Bot, control: Control
) -> None:
    await jade.asks("/codeword banana")
    assert "999" in await jade.asks("my boyfriend hits me")
    assert await jade.asks("banana") == "OK."
    await settled(bot, control, JADE, 1)


async def test_duty_is_told_when_the_adviser_cannot_be_written_to(
    jade: Phone, tom: Phone, control: Control, bot: Bot, team: dict[str, int]
) -> None:
    async with bot._store.transaction() as connection:
        await people.change(connection, team["Priya"], state=EnrolmentState.WITHDRAWN)
    await jade.asks("/codeword banana")
    await jade.asks("banana")
    page = (await tom.hears())["text"]
    assert "used their code word" in page
    assert "Their adviser, Priya Nair, is away or can't be reached." in page


@pytest.mark.parametrize("word", ["stop", "council tax", "hello", "i want to die", "x", "pin1234", "pip"])
async def test_a_word_that_means_something_here_is_refused_and_does_not_stay(
    jade: Phone, bot: Bot, control: Control, team: dict[str, int], word: str
) -> None:
    answer = await jade.asks(f"/codeword {word}")
    assert "999" in answer or "Please choose another." in answer
    assert (await is_now(bot, JADE)).code_word is None
    assert not [
        text
        for text in await settled(bot, control, JADE, 2 if "999" in answer else 1)
        if "another" not in text and "999" not in text and "die" not in text
    ]


async def test_a_code_word_can_be_taken_away(jade: Phone, bot: Bot, team: dict[str, int]) -> None:
    await jade.asks("/codeword banana")
    assert (await jade.asks("/codeword off")).startswith("Your code word is gone.")
    assert await jade.asks("banana") != "OK."


async def test_the_code_word_of_one_is_an_ordinary_word_for_another(
    jade: Phone, kai: Phone, team: dict[str, int]
) -> None:
    await jade.asks("/codeword banana")
    assert (await kai.asks("banana")).startswith("I don't know that one.")
    assert "for people who have joined" in await kai.asks("/codeword banana")


# --- discreet mode


async def test_in_discreet_mode_only_neutral_words_show_until_a_tap(
    jade: Phone, bot: Bot, control: Control, team: dict[str, int]
) -> None:
    await jade.asks("/discreet")
    await jade.taps("Turn it on")
    assert (await jade.hears("editMessageText"))["text"].startswith("Discreet mode is on.")
    before = len(await on_screen(control, JADE))
    async with bot._service.speaking() as speech:
        person = await people.actor(speech.connection, JADE)
        await reach(speech, person, plain("Your adviser from the council: in danger call 999"))
    covered = await jade.hears()
    shown = " ".join((await on_screen(control, JADE))[before:] + jade.labels()).lower()
    assert not [word for word in SENSITIVE if word in re.findall(r"[a-z0-9]+", shown)]
    await jade.taps("Show", covered)
    assert (await jade.hears("editMessageText"))["text"] == "Your adviser from the council: in danger call 999"
    assert (await jade.asks("/discreet off")).startswith("Discreet mode is off.")


async def test_a_covered_message_of_several_parts_is_sent_when_it_is_tapped(
    jade: Phone, bot: Bot, team: dict[str, int]
) -> None:
    await jade.asks("/discreet on")
    async with bot._service.speaking() as speech:
        await reach(speech, await people.actor(speech.connection, JADE), plain("word " * 1200))
    await jade.hears()
    await jade.taps("Show")
    assert len((await jade.hears())["text"]) + len((await jade.hears())["text"]) > 5900


async def test_nobody_else_can_reveal_a_covered_message(
    jade: Phone, kai: Phone, bot: Bot, control: Control, team: dict[str, int]
) -> None:
    await jade.asks("/discreet on")
    async with bot._service.speaking() as speech:
        await reach(speech, await people.actor(speech.connection, JADE), plain("QQ for Jade"))
    covered = await jade.hears()
    data = covered["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    await kai.asks("hello")
    await kai.forges(data)
    assert await kai.alert() == "That button does not work. Please type your question."
    async with bot._store.reading():
        signed = button(bot._store.vault, "Show", "show", 1, KAI, datetime.now(UTC))
    other = Phone(control, KAI, KAI, _read_to=kai._read_to, last=kai.last)
    await other.asks("hello again")
    await other.forges(signed.press or "")
    assert await other.alert() == "That message is not here any more."
    assert not [text for text in await on_screen(control, KAI) if "QQ" in text]


async def test_discreet_mode_is_for_those_who_have_joined(kai: Phone, jade: Phone, team: dict[str, int]) -> None:
    assert "for people who have joined" in await kai.asks("/discreet on")
    assert await jade.asks("/discreet maybe") == "Send /discreet on, or /discreet off. Nothing was changed."


# --- /mydata


async def test_my_data_shows_what_is_held_and_who_looked(jade: Phone, bot: Bot, team: dict[str, int]) -> None:
    number = await has_open_matter(bot, team, EscalationState.RESOLVED)
    await jade.asks("do i have to pay council tax")
    async with bot._service.speaking() as speech:
        await speech.event("escalation", number, "read", actor=team["Priya"])
        await speech.event("person", team["Jade"], "looked in", actor=team["Tom"])
    shown = await jade.asks("/mydata")
    for words in ("Your name: Jade Marlow", "Your adviser: Priya", "You joined on ", "1 question, since", "1 message between you and people", "Priya (your adviser), ", "a duty worker, ", "30 days after it is finished"):  # fmt: skip
        assert words in shown
    assert jade.labels() == ["Get a copy", "Something is wrong", "Delete it all"]


async def test_somebody_who_has_not_joined_can_see_copy_and_delete_too(kai: Phone, bot: Bot, control: Control) -> None:
    await kai.asks("do i have to pay council tax")
    shown = await kai.asks("/mydata")
    assert "You have not joined" in shown
    assert "1 question" in shown
    question = kai.last
    await kai.taps("Get a copy")
    await kai.hears()
    names = [(await kai.hears("sendDocument"))["document"]["file_name"] for _ in range(2)]
    assert [name.rpartition(".")[2] for name in names] == ["txt", "json"]
    await kai.taps("Delete it all", question)
    await kai.hears()
    await kai.taps("Yes, go on")
    await kai.hears("editMessageText")
    await kai.taps("Yes, delete it all")
    assert (await kai.hears())["text"].startswith("It is deleted.")
    await settled(bot, control, KAI, 1)


async def test_deleting_asks_twice_and_no_means_no(jade: Phone, bot: Bot, team: dict[str, int]) -> None:
    await jade.asks("/mydata")
    await jade.taps("Delete it all")
    assert (await jade.hears())["text"].startswith("Do you want to delete it all?")
    await jade.taps("Yes, go on")
    assert (await jade.hears("editMessageText"))["text"].startswith("Are you sure?")
    await jade.taps("No, keep it")
    assert (await jade.hears("editMessageText"))["text"] == "Nothing was deleted."
    assert (await is_now(bot, JADE)).name == "Jade Marlow"


async def test_deleting_it_all_leaves_nothing_and_the_adviser_is_told(
    jade: Phone, priya: Phone, bot: Bot, control: Control, team: dict[str, int]
) -> None:
    await has_open_matter(bot, team, EscalationState.RESOLVED)
    await jade.asks("/mydata")
    await jade.taps("Delete it all")
    await jade.hears()
    await jade.taps("Yes, go on")
    await jade.hears("editMessageText")
    await jade.taps("Yes, delete it all")
    assert (await jade.hears())["text"].startswith("It is deleted.")
    assert (await priya.hears())["text"].startswith(f"JM (number {team['Jade']}) deleted what the bot held")
    await is_now(bot, JADE, id=None)
    assert len(await settled(bot, control, JADE, 1)) == 1
    assert "You have not joined" in await jade.asks("/mydata")


async def test_deleting_is_held_back_while_a_person_helps_with_the_reason_and_what_to_do(
    jade: Phone, bot: Bot, team: dict[str, int]
) -> None:
    await has_open_matter(bot, team, EscalationState.ACKNOWLEDGED)
    await jade.asks("/mydata")
    await jade.taps("Delete it all")
    said = await jade.hears()
    assert said["text"].startswith("I can't delete it yet. A person is still dealing with what you asked.")
    assert jade.labels() == ["Ask a person"]
    assert (await is_now(bot, JADE)).name == "Jade Marlow"


async def test_staff_cannot_delete_themselves_away(priya: Phone, bot: Bot, team: dict[str, int]) -> None:
    await priya.asks("/mydata")
    await priya.taps("Delete it all")
    assert (await priya.alert() or "").startswith("You work for the team")


async def test_a_new_name_is_shown_to_the_adviser(jade: Phone, priya: Phone, bot: Bot, team: dict[str, int]) -> None:
    assert await jade.asks("/name <b>Sam</b> *Reed* 🦊") == "Thank you. Your name here is now: <b>Sam</b> *Reed* 🦊"
    assert (await priya.hears())[
        "text"
    ] == f"JM (number {team['Jade']}) changed their name here. It is now: <b>Sam</b> *Reed* 🦊"
    assert (await is_now(bot, JADE)).name == "<b>Sam</b> *Reed* 🦊"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/name", "Send /name and your right name"),
        ("/name " + "x" * 101, "That name is too long."),
        ("/name Jade Marlow", "That is the name that I have."),
    ],
)
async def test_a_name_that_will_not_do_changes_nothing(
    jade: Phone, bot: Bot, team: dict[str, int], typed: str, said: str
) -> None:
    assert (await jade.asks(typed)).startswith(said)
    assert (await is_now(bot, JADE)).name == "Jade Marlow"


async def test_a_press_from_somebody_elses_chat_does_nothing(
    jade: Phone, kai: Phone, bot: Bot, team: dict[str, int]
) -> None:
    await jade.asks("/mydata")
    data = jade.last["reply_markup"]["inline_keyboard"][2][0]["callback_data"]
    await kai.asks("hello")
    await kai.forges(data)
    assert await kai.alert() == "That button does not work. Please type your question."


# --- a manager asks, a second one agrees


@pytest.fixture
async def nadia(control: Control, bot: Bot, team: dict[str, int]) -> Phone:
    """A second manager."""
    async with bot._store.transaction() as connection:
        now = datetime.now(UTC)
        number = await people.add(connection, now, EnrolmentState.ENROLLED, telegram_id=NADIA, name="Nadia Frost")
        await people.give_role(connection, now, number, Role.MANAGER, None)
    return Phone(control, NADIA, NADIA)


async def test_a_manager_gets_a_copy_once_a_second_one_agrees_and_the_young_person_can_see_it(
    jade: Phone, ruth: Phone, nadia: Phone, bot: Bot, team: dict[str, int]
) -> None:
    await has_open_matter(bot, team, EscalationState.RESOLVED)
    await ruth.says(f"/export {team['Jade']}")
    await ruth.hears()
    question = (await nadia.hears())["text"]
    assert question.startswith(f"Ruth Calder asks for a copy of what the bot holds about JM (number {team['Jade']}).")
    assert "Nobody has opened" in await jade.asks("/mydata")
    await nadia.taps("Approve")
    assert {(await ruth.hears("sendDocument"))["document"]["file_name"].rpartition(".")[2] for _ in range(2)} == {
        "txt",
        "json",
    }
    assert "a manager, " in await jade.asks("/mydata")


async def test_a_manager_deletes_only_with_a_second_one_and_not_while_something_is_open(
    jade: Phone, ruth: Phone, nadia: Phone, bot: Bot, team: dict[str, int]
) -> None:
    number = await has_open_matter(bot, team, EscalationState.OPEN)
    assert "has an open escalation, so nothing can be deleted" in await ruth.asks(f"/erase {team['Jade']}")
    async with bot._store.transaction() as connection:
        await escalations.change(connection, number, state=EscalationState.RESOLVED)
    await ruth.asks(f"/erase {team['Jade']}")
    await nadia.hears()
    await nadia.taps("Refuse")
    assert "Nothing was done." in (await ruth.hears())["text"]
    assert (await is_now(bot, JADE)).name == "Jade Marlow"
    await ruth.asks(f"/erase {team['Jade']}")
    await nadia.hears()
    await nadia.taps("Approve")
    await is_now(bot, JADE, id=None)
    assert (await jade.hears())["text"].startswith("What I held about you is deleted.")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("/export", "Send /export and the young person's number"), ("/erase Jade", "Send /erase and the young person's number"),
        ("/erase 999999", "There is no young person with the number 999999."), ("/export " + "9" * 40, "Send /export and"),
        ("/erase ١٢", "Send /erase and"), ("/erase 1", "There is no young person with the number 1."),
    ],
)  # fmt: skip
async def test_a_number_that_is_nobodys_changes_nothing(
    ruth: Phone, nadia: Phone, team: dict[str, int], typed: str, said: str
) -> None:
    assert (await ruth.asks(typed)).startswith(said)


async def test_nobody_but_a_manager_may_ask_for_it(jade: Phone, priya: Phone, kai: Phone, team: dict[str, int]) -> None:
    for phone in (jade, priya, kai):
        for command in ("export", "erase"):
            assert (await phone.asks(f"/{command} {team['Jade']}")).startswith("You can't do that here.")


# --- /privacy and groups


async def test_privacy_says_who_reads_and_for_how_long(jade: Phone) -> None:
    said = await jade.asks("/privacy")
    for words in (
        "The Compass team runs this bot.",
        "Telegram can read chats with bots.",
        "30 days",
        "7 days",
        "01632 960110",
    ):
        assert words in said


async def test_in_a_group_privacy_is_one_line_and_nobodys_data_is_told(jade_in_the_group: Phone) -> None:
    said = await jade_in_the_group.asks(f"/privacy@{BOT_NAME}")
    assert said.startswith("I only answer what is meant for me.")
    assert "\n" not in said
    assert jade_in_the_group.labels() == ["Talk to me privately"]
    for command in ("mydata", "hide", "discreet on", "codeword banana", "name Sam"):
        name, _, rest = command.partition(" ")
        said = await jade_in_the_group.asks(f"/{name}@{BOT_NAME} {rest}")
        assert said == "I can answer that in private."
