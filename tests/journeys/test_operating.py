"""What the operator does at the machine while the bot runs, on both databases: the first manager, and the second person."""

from __future__ import annotations

import asyncio
import re

import pytest

from bot import operating
from bot.app import Bot
from bot.models import Role
from bot.store import invitations, people
from practice.cast import PRIYA, RUTH
from practice.client import Control, Stand
from tests.driver import Phone
from tests.journeys.conftest import KEYS
from tests.journeys.staffed import enrol, started
from tests.test_cli import run


@pytest.fixture
async def machine(bot_on_each_database: Bot, stand: Stand) -> Machine:
    await started(bot_on_each_database)
    return Machine(bot_on_each_database, stand)


class Machine:
    """The command line beside a running bot."""

    def __init__(self, bot: Bot, stand: Stand) -> None:
        self.bot = bot
        self.environment = {
            "TELEGRAM_BOT_TOKEN": stand.token, "TELEGRAM_API_BASE": stand.api_base, "KEY_FILE": str(KEYS),
            "DATABASE_URL": bot._settings.database_url,
        }  # fmt: skip

    async def says(self, *arguments: str, **environment: str) -> tuple[int, str]:
        done = await asyncio.to_thread(run, *arguments, **{**self.environment, **environment})
        assert "Traceback" not in done.stderr
        return done.returncode, done.stdout + done.stderr

    async def roles(self, account: int) -> frozenset[Role]:
        async with self.bot._store.reading() as connection:
            return (await people.actor(connection, account)).roles


def phone(control: Control, account: int) -> Phone:
    return Phone(control, account, account)


async def test_the_first_manager_comes_in_by_a_link_from_the_machine(machine: Machine, control: Control) -> None:
    code, said = await machine.says("invite", "--role", "manager", "--name", "Ruth Calder")
    assert code == 0
    assert "Ruth Calder (manager)" in said
    assert "▄" in said or "█" in said
    link = re.search(r"https://t\.me/(\w+)\?start=(join_[\w-]{22})", said)
    assert link is not None
    assert link[1] == machine.bot._service.username
    ruth = phone(control, RUTH)
    assert "You're in" in await ruth.asks(f"/start {link[2]}")
    assert await machine.roles(RUTH) == {Role.MANAGER}
    assert "used before" in await phone(control, PRIYA).asks(f"/start {link[2]}")


async def test_the_printed_code_works_too(machine: Machine, control: Control) -> None:
    _, said = await machine.says("invite", "--role", "duty", "--name", "Ruth Calder")
    code = re.search(r"Code:\s+(\S+)", said)
    assert code is not None
    assert "duty worker" in await phone(control, RUTH).asks(code[1].lower())


async def test_the_operator_is_the_second_person_for_the_only_manager(machine: Machine, control: Control) -> None:
    await enrol(machine.bot, RUTH, "Ruth Calder", Role.MANAGER)
    ruth = phone(control, RUTH)
    assert "python -m bot approve 1" in await ruth.asks("/invite adviser Priya Nair")
    assert "Invite Priya Nair as personal adviser" in (await machine.says("approve"))[1]
    code, said = await machine.says("approve", "1")
    assert (code, said) == (0, "Done: Invite Priya Nair as personal adviser.\n")
    assert "Priya" not in (await ruth.hears("sendPhoto"))["caption"]
    assert (await machine.says("approve"))[1] == "Nothing waits for a second person.\n"
    assert (await machine.says("approve", "1"))[0] == 2


async def test_with_two_managers_the_machine_leaves_it_to_them(machine: Machine, control: Control) -> None:
    await enrol(machine.bot, RUTH, "Ruth Calder", Role.MANAGER)
    await enrol(machine.bot, PRIYA, "Priya Nair", Role.MANAGER)
    await phone(control, RUTH).asks("/invite adviser Kai Odell")
    code, said = await machine.says("approve", "1")
    assert code == 2
    assert "There are 2 managers" in said
    assert "Kai Odell" in (await machine.says("approve"))[1]


@pytest.mark.parametrize(
    ("role", "name", "person", "sentence"),
    [
        ("boss", "Kai", None, "boss is no role of staff"),
        ("young person", "Kai", None, "no role of staff"),
        ("duty", None, None, "--name NAME is missing"),
        ("duty", "x" * 101, None, "longer than 100"),
        ("duty", None, 99, "nobody of staff with the number 99"),
    ],
)
async def test_what_cant_be_done_is_one_sentence_and_nothing_is_made(
    bot: Bot, role: str, name: str | None, person: int | None, sentence: str
) -> None:
    await started(bot)
    with pytest.raises(operating.NotDone, match=sentence) as error:
        await operating.invite(bot._settings, role, name, person)
    assert len(str(error.value).splitlines()) == 1
    async with bot._store.reading() as connection:
        assert await invitations.get(connection, 1) is None


async def test_a_number_that_nothing_waits_under_is_exit_code_2(stand: Stand, bot: Bot) -> None:
    await started(bot)
    code, said = await Machine(bot, stand).says("approve", "99")
    assert (code, len(said.splitlines())) == (2, 1)
    assert "Nothing waits under the number 99" in said


async def test_when_telegram_does_not_answer_the_code_is_printed_alone(stand: Stand, bot: Bot) -> None:
    await started(bot)
    code, said = await Machine(bot, stand).says(
        "invite", "--role", "duty", "--name", "Kai", TELEGRAM_API_BASE="http://127.0.0.1:9"
    )
    assert code == 0
    assert "There is no link: Telegram did not answer" in said
    assert re.search(r"Code:\s+\S{4}-\S{4}-\S{4}", said)
