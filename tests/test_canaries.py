"""Canaries: names, words, codes and the token of whole journeys are nowhere to be found but where they belong, and sealed there.

The bot runs as its own process with LOG_LEVEL=DEBUG; what it logs, its files, its temporary files and its tables are searched.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import func, or_, select

from bot import keys
from bot.inbox import Inbox as Receiving
from bot.models import Base, EnrolmentState, Inbox, InboxState, Outbox, OutboxState, Role
from bot.store import events, people, schema
from bot.store.engine import Store
from bot.store.vault import Vault
from bot.webhook import PATH, SECRET_HEADER, SIZE_LIMIT, application
from practice.client import Stand
from tests.bot.test_inbox import box, said
from tests.conftest import CORE_ALONE, NOW
from tests.drill.stage import BotProcess, Tail, environment, until
from tests.driver import Phone
from tests.residue import in_files, places_of

FIRST, LAST, USERNAME = "Zephyrine", "Quillfeather", "zq_quillfeather"
ADVISER, MANAGER = "Barnaby Thistlewood", "Octavia Marchbanks"
GROUP_TITLE, FILE_NAME = "Wintergreen Porcupine Club", "letter-from-hollyhock.pdf"
QUESTION, WISH, DANGER = "blue teapot seven nasturtium", "marmalade orchestra tuesday", "saxifrage lighthouse"
REPLY, NOTE, CAPTION = "velvet parsnip accordion", "copper bramble lantern", "hollyhock payslip tambourine"
BROKEN, PRESS, WRONG_CODE = "persimmon clavichord", "gooseberry.harpsichord", "WXYZ-QRST-2345"
CODE_WORD = "thistledown biscuit"
TOKEN = "7712345678:canary-token-canary-token-canary"
WORDS = [
    FIRST, LAST, USERNAME, *ADVISER.split(), *MANAGER.split(), GROUP_TITLE, FILE_NAME, QUESTION, WISH, DANGER, REPLY, NOTE,
    CAPTION, BROKEN, PRESS, WRONG_CODE, CODE_WORD,
]  # fmt: skip
YOUNG, ADVISING, MANAGING, INVITED = range(7_300_000_001, 7_300_000_005)


def cast(file: Path) -> Path:
    """People whose Telegram names are canaries too."""
    people_ = [
        {
            "id": YOUNG,
            "first_name": FIRST,
            "last_name": LAST,
            "username": USERNAME,
            "part": "young person",
            "started": True,
        },
        {
            "id": ADVISING,
            "first_name": ADVISER.split()[0],
            "last_name": ADVISER.split()[1],
            "part": "adviser",
            "started": True,
        },
        {
            "id": MANAGING,
            "first_name": MANAGER.split()[0],
            "last_name": MANAGER.split()[1],
            "part": "manager",
            "started": True,
        },
        {"id": INVITED, "first_name": FIRST, "part": "young person", "started": True},
    ]
    groups = [{"title": GROUP_TITLE, "type": "supergroup", "members": [YOUNG, ADVISING], "bot": True}]
    file.write_text(json.dumps({"people": people_, "groups": groups}), encoding="utf-8")
    return file


@dataclass
class Watched:
    """The running bot, and everything that it leaves behind."""

    bot: BotProcess
    stand: Stand
    store: Store
    folder: Path
    codes: list[str] = field(default_factory=list)

    @property
    def secrets(self) -> list[str]:
        return [*WORDS, *self.codes, TOKEN, TOKEN.partition(":")[2]]

    def phone(self, person: int) -> Phone:
        return Phone(self.stand.control, person, person)

    async def settled(self) -> None:
        """Wait until everything that was written is handled and everything that was said was sent, or tried at least."""
        async with asyncio.timeout(60):
            while (await self.stand.control.pending())["pending"] or await self._under_way():
                self.bot.check()
                await asyncio.sleep(0.02)

    async def _under_way(self) -> int:
        waiting = select(func.count()).select_from(Inbox).where(Inbox.state == InboxState.WAITING)
        unsent = or_(
            Outbox.state == OutboxState.SENDING, (Outbox.state == OutboxState.WAITING) & (Outbox.attempts == 0)
        )
        async with self.store.reading() as connection:
            handled = int(await connection.scalar(waiting) or 0)
            return handled + int(await connection.scalar(select(func.count()).select_from(Outbox).where(unsent)) or 0)

    def logged(self) -> str:
        return self.bot.log.read_text(encoding="utf-8")


@asynccontextmanager
async def watched(folder: Path, address: str, keys_folder: Path) -> AsyncIterator[Watched]:
    """A bot at DEBUG with a team, on this database; its temporary files go to a folder of their own."""
    key_file, temporary = keys_folder / "bot.keys", folder / "tmp"
    temporary.mkdir()
    async with Stand(
        token=TOKEN, limits=False, log_file=keys_folder / "calls.jsonl", cast_file=cast(keys_folder / "cast.json")
    ) as stand:
        told = {
            "TELEGRAM_BOT_TOKEN": stand.token, "TELEGRAM_API_BASE": stand.api_base, "DATABASE_URL": address,
            "KEY_FILE": str(key_file), "AUDIT_FILE": str(folder / "audit" / "heads.txt"), "LOG_LEVEL": "DEBUG",
            "TELEGRAM_POLL_SECONDS": "5", "SEND_PER_SECOND": "1000", "SEND_TIMEOUT_SECONDS": "2", "ENCODER_FOLDER": str(CORE_ALONE),
        }  # fmt: skip
        plain = {"TMPDIR": str(temporary)}
        store = Store(address, Vault(keys.read_or_make(key_file), lambda: keys.read(key_file)))
        await schema.prepare(store, datetime.now(UTC))
        await team(store)
        bot = BotProcess(("-m", "bot", "run"), told, folder / "bot.log", plain_environment=plain)
        with bot:
            bot.start()
            tail = Tail(keys_folder / "calls.jsonl")
            await until(lambda: any(row["method"] == "deleteWebhook" for row in tail.new()), 60, "the bot's start", bot)
            yield Watched(bot, stand, store, folder)
        await store.close()


async def team(store: Store) -> None:
    """An adviser, a manager and a young person with a code word."""
    now = datetime.now(UTC)
    async with store.transaction() as connection:
        adviser = await people.add(
            connection, now, EnrolmentState.ENROLLED, telegram_id=ADVISING, name=ADVISER, confirmed_at=now, on_call=True
        )
        manager = await people.add(
            connection, now, EnrolmentState.ENROLLED, telegram_id=MANAGING, name=MANAGER, confirmed_at=now
        )
        young = await people.add(
            connection, now, EnrolmentState.ENROLLED, telegram_id=YOUNG, name=f"{FIRST} {LAST}", confirmed_at=now,
            adviser_id=adviser, code_word=CODE_WORD, born_on="2008-03-14",
        )  # fmt: skip
        for person, role in (
            (adviser, Role.ADVISER),
            (manager, Role.MANAGER),
            (manager, Role.DUTY),
            (young, Role.YOUNG_PERSON),
        ):
            await people.give_role(connection, now, person, role, None)
        await events.add(connection, now, "person", young, "enrolled")


async def live(all_: Watched) -> None:
    """A day in which everything happens: asking, danger, relay, files, groups, wrong codes, forged presses, trouble."""
    control, young, adviser = all_.stand.control, all_.phone(YOUNG), all_.phone(ADVISING)
    await young.asks(QUESTION)
    await young.says(f"i want to end my life {DANGER}")  # pages whoever is on call, at whatever hour the test runs
    page = await adviser.hears()
    await adviser.taps("I've got this", page)
    await all_.settled()
    said_ = await young.says(f"{WISH} again")
    await young.edits(said_, f"{WISH} {QUESTION}")
    await all_.settled()
    shown = (await control.messages(ADVISING))[-1]
    await control.say(ADVISING, REPLY, reply_to=shown["message_id"])
    await control.say(ADVISING, f"/note {NOTE}")
    await control.say(ADVISING, f"{REPLY} to nobody in particular")
    await control.send_file(YOUNG, "document", (FILE_NAME, b"%PDF-1.4 " + CAPTION.encode()), caption=CAPTION)
    await all_.settled()
    for words in (
        "/mydata",
        "/status",
        "/discreet",
        "/privacy",
        f"/start join_{WRONG_CODE}",
        f"/join {WRONG_CODE}",
    ):
        await young.says(words)
    await all_.settled()
    await young.says(f"I want to talk to my PA about {WISH}")
    await young.says(CODE_WORD)
    await all_.settled()
    await adviser.says(f"/invite {FIRST} {LAST} 14/03/2008")
    await all_.settled()
    all_.codes += codes_in(await control.calls("sendPhoto"))
    for code in all_.codes:
        await all_.phone(INVITED).says(f"/join {code}")
    await young.forges(PRESS, page)
    group = next(int(chat["id"]) for chat in (await control.world())["chats"] if chat.get("title") == GROUP_TITLE)
    await control.say(YOUNG, f"@compass_practice_bot {QUESTION}", chat=group)
    await all_.settled()


def codes_in(calls: list[Any]) -> list[str]:
    """The code and the link of every invitation that was shown."""
    captions = " ".join(str(call.params.get("caption", "")) for call in calls)
    return [*re.findall(r"start=(join_[\w-]{22})\b", captions), *re.findall(r"Code: (\S+)", captions)]


async def trouble(all_: Watched) -> None:
    """What can't be parsed, and a Telegram that quotes our words in its refusals, hangs and breaks off."""
    control, young = all_.stand.control, all_.phone(YOUNG)
    person = {"id": YOUNG, "is_bot": False, "first_name": FIRST}
    for broken in (
        {"message": BROKEN},
        {"message": {"text": BROKEN, "from": person}},
        {"edited_message": {"chat": BROKEN}},
    ):
        await control.update(broken)
    quoted = f'Bad Request: can\'t parse entities: Unsupported start tag "{BROKEN}" at byte offset 7'
    for kind, more in (
        ("error", {"code": 400, "description": quoted}),
        ("error", {"code": 403, "description": "Forbidden: bot was blocked by the user"}),
        ("error", {"code": 502, "description": BROKEN}),
        ("drop", {}),
        ("lost", {}),
        ("hang", {"seconds": 3}),
    ):
        await control.fault(kind, "sendMessage", times=1, **more)
        await young.says(f"{QUESTION} once more")
        await all_.settled()
    await control.clear_faults()


async def raw(store: Store) -> list[str]:
    """Every value as the database holds it, bytes as their characters."""
    found: list[str] = []
    async with store.reading() as connection:
        for table in Base.metadata.sorted_tables:
            for row in await connection.execute(select(table)):
                found += [bytes(v).decode("latin-1") if isinstance(v, (bytes, memoryview)) else repr(v) for v in row]
    return found


async def test_no_name_word_code_or_token_is_anywhere_in_the_clear(
    database: str, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    async with watched(tmp_path, database, tmp_path_factory.mktemp("apart")) as all_:
        await live(all_)
        await trouble(all_)
        assert len(all_.codes) == 2
        assert in_files(tmp_path, all_.secrets) == []
        if (file := all_.store.file) is not None:
            assert (tmp_path / f"{file.name}-wal").exists()
            schema.back_up(file, NOW)
        held = {place.split(" ")[0] for place in await places_of(all_.store, WORDS)}
        assert held >= {
            "inbox.body",
            "outbox.payload",
            "lines.body",
            "people.name",
            "invitations.name",
        }
        values = [value.casefold() for value in await raw(all_.store)]
        assert [secret for secret in all_.secrets if any(secret.casefold() in value for value in values)] == []
        all_.bot.stop()
        assert in_files(tmp_path, all_.secrets) == []
        logged = all_.logged()
    assert "DEBUG" in logged
    assert "can't be parsed" in logged
    assert [secret for secret in all_.secrets if secret.casefold() in logged.casefold()] == []
    assert list((tmp_path / "tmp").iterdir()) == []


async def test_a_bot_that_is_killed_leaves_nothing_in_the_clear(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    address = f"sqlite+inloop:///{tmp_path}/bot.sqlite3"
    async with watched(tmp_path, address, tmp_path_factory.mktemp("apart")) as all_:
        await all_.phone(YOUNG).asks(QUESTION)
        await all_.phone(YOUNG).says(f"i want to end my life {DANGER}")
        all_.bot.kill()
        assert in_files(tmp_path, all_.secrets) == []


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"{" + BROKEN.encode(), {}),
        (json.dumps([BROKEN]).encode(), {}),
        (json.dumps({"update_id": BROKEN}).encode(), {}),
        (BROKEN.encode() * SIZE_LIMIT, {}),
        (json.dumps(said(1, text=BROKEN)).encode(), {"content-type": f"text/{BROKEN.split()[0]}"}),
        (json.dumps(said(1, text=BROKEN)).encode(), {SECRET_HEADER: BROKEN}),
        (json.dumps(said(1, text=BROKEN)).encode(), {}),
    ],
)
@pytest.mark.parametrize("path", [PATH, f"/{BROKEN.split()[0]}", f"{PATH}?{BROKEN.split()[0]}"])
async def test_no_error_page_repeats_what_it_was_given(
    sqlite_store: Store, path: str, body: bytes, headers: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    class Breaking(Receiving):
        async def put(self, updates: Any) -> int:
            raise RuntimeError(updates[0].body)

    caplog.set_level("DEBUG")
    made = box(sqlite_store, [])
    breaking = Breaking(made._store, made._clock, made._new)
    secret = "a-secret-of-enough-length"
    transport = httpx.ASGITransport(application(breaking, secret), raise_app_exceptions=False)
    given = {"content-type": "application/json", SECRET_HEADER: secret, **headers}
    async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
        answer = await client.post(path, content=body, headers=given)
        other = await client.get(path)
    ours = "\n".join(
        record.getMessage() for record in caplog.records if not record.name.startswith(("httpx", "httpcore"))
    )
    for word in (*BROKEN.split(), secret):
        assert word not in answer.text + other.text + str(answer.headers) + ours


async def test_nothing_of_these_is_in_what_a_command_says_wrong(tmp_path: Path) -> None:
    told = environment({"TELEGRAM_BOT_TOKEN": TOKEN, "DATABASE_URL": f"sqlite:///{tmp_path}/none/b.sqlite3", "KEY_FILE": str(tmp_path / "k"), "LOG_LEVEL": "DEBUG"})  # fmt: skip
    for command in (("rotate-key",), ("check-audit",), ("check-audit", "--head", BROKEN), ("approve", "7")):
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", *command, env=told, cwd=schema.MIGRATIONS.parents[2],
            stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        _, errors = await process.communicate()
        assert process.returncode == 2
        assert b"Traceback" not in errors
        assert TOKEN.encode() not in errors
        assert BROKEN.encode() not in errors
