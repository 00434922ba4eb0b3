"""Each person's menu and help, by the roles they hold at this moment."""

import asyncio

import pytest

from bot import menus
from bot.app import Bot
from bot.models import EnrolmentState, Role
from bot.store import people
from content.texts import menus as texts
from practice.cast import JADE, KAI, PRIYA, RUTH, TOM
from practice.client import Control
from tests.driver import BOT_NAME, SECONDS, Phone
from tests.journeys.staffed import enrol, settled, started

pytestmark = pytest.mark.usefixtures("bot")


async def shown(control: Control, person: int) -> list[str]:
    return [command["command"] for command in await control.commands_for(person)]


async def dress(bot: Bot, telegram_id: int) -> None:
    """What every change of roles ends with."""
    async with bot._service.speaking() as speech:
        menus.dress(speech, await people.actor(speech.connection, telegram_id))


async def test_at_the_start_everybody_gets_the_menu_of_their_kind_of_chat(
    bot: Bot, control: Control, jade_in_the_group: Phone
) -> None:
    async with asyncio.timeout(SECONDS):
        while not await control.calls("deleteWebhook"):  # the menus are set before the bot asks for updates
            await asyncio.sleep(0.02)
    assert await shown(control, JADE) == list(menus.ANYBODY)
    in_the_group = await control.commands_for(JADE, jade_in_the_group.chat)
    assert [command["command"] for command in in_the_group] == ["ask", "whatson", "jobs", "help"]
    assert (await control.as_bot("getMyCommands")).result == menus.listed(menus.ANYBODY)
    assert "I'm a bot" in (await control.as_bot("getMyDescription")).result["description"]


async def test_a_menu_follows_the_roles_and_nobody_else_sees_it(bot: Bot, control: Control) -> None:
    number = await enrol(bot, PRIYA, "Priya Nair", Role.ADVISER)
    await dress(bot, PRIYA)
    await settled(bot, control)
    assert await shown(control, PRIYA) == list(menus.commands([Role.ADVISER]))
    assert await shown(control, JADE) == list(menus.ANYBODY)
    async with bot._store.transaction() as connection:
        await people.give_role(connection, bot._service.clock.now(), number, Role.DUTY, None)
    await dress(bot, PRIYA)
    await settled(bot, control)
    assert await shown(control, PRIYA) == list(menus.commands([Role.ADVISER, Role.DUTY]))
    async with bot._store.transaction() as connection:
        await people.change(connection, number, state=EnrolmentState.WITHDRAWN)
    await dress(bot, PRIYA)
    await settled(bot, control)
    assert await shown(control, PRIYA) == list(menus.ANYBODY)


async def test_a_menu_that_telegram_refuses_or_slows_down_holds_back_no_answer(
    bot: Bot, control: Control, tom: Phone
) -> None:
    await enrol(bot, TOM, "Tom Ashby", Role.DUTY)
    await control.fault("error", "setMyCommands", code=429, retry_after=3000, description="Too Many Requests")
    await dress(bot, TOM)
    await control.next_call("setMyCommands", scope={"type": "chat", "chat_id": TOM})
    assert "What you can do here" in await tom.asks("/help")


async def test_help_lists_what_each_person_can_do(bot: Bot, control: Control, jade: Phone, tom: Phone) -> None:
    ruth = Phone(control, RUTH, RUTH)
    await started(bot)
    anybody = await jade.asks("/help")
    await enrol(bot, JADE, "Jade Marlow", Role.YOUNG_PERSON)
    await enrol(bot, RUTH, "Ruth Calder", Role.MANAGER, Role.DUTY)
    for said, roles in (
        (anybody, []),
        (await jade.asks("/help"), [Role.YOUNG_PERSON]),
        (await ruth.asks("/help"), [Role.MANAGER, Role.DUTY]),
    ):
        listed = [line.split(":")[0][3:] for line in said.splitlines() if line.startswith("• /")]
        assert listed == list(menus.commands(roles))
    assert "999" in anybody
    assert "/caseload" not in anybody


async def test_how_things_work_is_for_staff_alone(bot: Bot, jade: Phone, tom: Phone) -> None:
    await enrol(bot, TOM, "Tom Ashby", Role.EMPLOYMENT)
    assert "How things work here" in await tom.asks("/staffhelp")
    assert "You can't do that here." in await jade.asks("/staffhelp")


async def test_a_command_that_nobody_knows_is_answered_with_what_this_person_can_do(
    bot: Bot, jade: Phone, tom: Phone
) -> None:
    await enrol(bot, TOM, "Tom Ashby", Role.DUTY)
    said = await tom.asks("/qeue now")
    assert said.startswith("I don't know /qeue. Nothing was changed. Did you mean /queue?")
    assert f"/queue: {texts.COMMANDS['queue']}" in said
    said = await jade.asks("/qeue")
    assert said.startswith("I don't know /qeue. Nothing was changed.\n")
    assert "queue" not in said
    assert "/menu" in said


async def test_a_command_for_another_bot_or_of_nonsense_is_no_trouble(jade: Phone) -> None:
    for typed in ("/" + "x" * 64, "/{command}", f"/dance@{BOT_NAME}", "/_", "/**b**"):
        assert await jade.asks(typed)


async def test_an_unconfirmed_person_sees_what_anybody_sees(bot: Bot, control: Control, jade: Phone) -> None:
    await enrol(bot, JADE, "Jade Marlow", Role.YOUNG_PERSON, state=EnrolmentState.UNCONFIRMED)
    await dress(bot, JADE)
    await settled(bot, control)
    assert await shown(control, JADE) == list(menus.ANYBODY)
    assert "/status" not in await jade.asks("/help")


async def test_who_could_not_be_written_to_can_be_once_they_start_the_bot(
    bot: Bot, control: Control, kai: Phone, kai_in_the_group: Phone
) -> None:
    await kai_in_the_group.asks(f"/ask@{BOT_NAME} i want to kill myself")
    await settled(bot, control)
    async with bot._store.reading() as connection:
        assert await people.reachable(connection, [KAI]) == set()
    await kai.asks("/start")
    async with bot._store.reading() as connection:
        assert await people.reachable(connection, [KAI]) == {KAI}
