"""Whatever breaks on the way of an urgent message: its writer has the card within seconds, a person has it once, nothing is lost."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import func, make_url, select, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.ext.asyncio import create_async_engine

from bot import outcome, practice_database
from bot.app import Bot
from bot.models import Escalation, Inbox, InboxState, Line, Side
from bot.store import inbox, outbox
from bot.store.engine import Store
from content.texts import safety as texts
from handlers import safety
from practice.cast import JADE
from practice.client import Control, Stand
from tests.conftest import VAULT
from tests.driver import BOT_NAME, Phone
from tests.fakes import MovableClock
from tests.journeys.conftest import lounge_of, running, settings_for
from tests.journeys.staffed import said_by_bot, settled
from tests.journeys.team import Team, told
from tests.journeys.test_webhook import WEBHOOK

URGENT = "i want to kill myself"
NOBODY_YET = "nobody in the team has been told yet"


@dataclass
class Scene:
    """A running bot with its team, and what a fault needs to strike it."""

    bot: Bot
    control: Control
    database: str
    patch: pytest.MonkeyPatch


Fault = Callable[[Scene], AbstractAsyncContextManager[None]]


def raised(what: str) -> OperationalError:
    return OperationalError("INSERT", {}, Exception(what))


def while_patched(module: Any, name: str, error: Exception) -> Fault:
    """A function of ours raises for as long as the fault lasts."""

    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        async def raises(*_: object, **__: object) -> None:
            raise error

        with scene.patch.context() as patch:
            patch.setattr(module, name, raises)
            yield

    return fault


def commits_fail(part: str, what: str) -> Fault:
    """All goes well until the commit."""

    @asynccontextmanager
    async def fault(scene: Scene) -> AsyncIterator[None]:
        owner = getattr(scene.bot, part)
        real = owner._store

        class Failing:
            is_sqlite, reading = real.is_sqlite, real.reading

            @asynccontextmanager
            async def transaction(self) -> AsyncIterator[Any]:
                async with real.transaction() as connection:
                    yield connection
                    raise raised(what)

        owner._store = Failing()
        yield
        owner._store = real

    return fault


@asynccontextmanager
async def locked(scene: Scene) -> AsyncIterator[None]:
    """Another program holds the file, or the table of updates."""
    other = Store(scene.database, VAULT)
    async with other.transaction() as connection:
        if not other.is_sqlite:
            await connection.execute(text("LOCK TABLE inbox IN ACCESS EXCLUSIVE MODE"))
        yield
    await other.close()


@asynccontextmanager
async def away(scene: Scene) -> AsyncIterator[None]:
    """PostgreSQL ends every session and lets nobody in; a SQLite file can't be opened for writing."""
    url = make_url(scene.database)
    if url.get_backend_name() == "sqlite":
        async with locked(scene):
            yield
        return
    engine = create_async_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")
    async with engine.connect() as server:
        await server.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS false"))
        ended = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"
        await server.execute(text(ended), {"name": url.database})
        await asyncio.wait_for(until(lambda: not scene.bot._turn.held.is_set()), 15)
        yield
        await server.execute(text(f"ALTER DATABASE {url.database} ALLOW_CONNECTIONS true"))
    await engine.dispose()


@asynccontextmanager
async def locked_and_telegram_stumbles(scene: Scene) -> AsyncIterator[None]:
    await scene.control.fault("error", "sendMessage", match={"chat_id": JADE}, code=502)
    async with locked(scene):
        yield


@asynccontextmanager
async def telegram_stumbles(scene: Scene) -> AsyncIterator[None]:
    await scene.control.fault("error", "sendMessage", match={"chat_id": JADE}, code=502)
    yield


@asynccontextmanager
async def gate_raises(scene: Scene) -> AsyncIterator[None]:
    def broken(*_: object) -> None:
        raise RuntimeError("the gate is broken")

    with scene.patch.context() as patch:
        patch.setattr(type(scene.bot._service.gate), "assess", broken)
        yield


@asynccontextmanager
async def gate_hangs(scene: Scene) -> AsyncIterator[None]:
    released = threading.Event()
    with scene.patch.context() as patch:
        patch.setattr(type(scene.bot._service.gate), "assess", lambda *_: released.wait())
        yield
        released.set()


@asynccontextmanager
async def gate_hangs_while_locked(scene: Scene) -> AsyncIterator[None]:
    async with locked(scene), gate_hangs(scene):
        yield


FULL, BROKEN, LOST = "database or disk is full", "disk I/O error", "the connection is lost"
EARLY: dict[str, Fault] = {
    "receiving: locked": locked,
    "receiving: away": away,
    "receiving: full": while_patched(inbox, "add", raised(FULL)),
    "receiving: the commit meets an I/O error": commits_fail("_inbox", BROKEN),
    "receiving: connection lost": commits_fail("_inbox", LOST),
    "receiving: something nobody thought of": while_patched(inbox, "add", RuntimeError("?")),
    "receiving: locked, and Telegram stumbles": locked_and_telegram_stumbles,
    "receiving: locked, and the gate hangs": gate_hangs_while_locked,
    "handling: the update can't be taken": while_patched(inbox, "take", raised(LOST)),
    "handling: the done mark can't be written": while_patched(inbox, "finish", raised(FULL)),
    "handling: the commit meets an I/O error": commits_fail("_worker", BROKEN),
    "handling: the outbox can't be written": while_patched(outbox, "add", raised(FULL)),
}
"""The card can't come out of the database: an early one, then the real one."""
IN_ITS_PLACE: dict[str, Fault] = {
    "gate raises": gate_raises,
    "gate hangs": gate_hangs,
    "handler raises": while_patched(safety, "_tell", RuntimeError("broken")),
    "sending fails once": telegram_stumbles,
}
"""The one card is the one in the outbox."""


async def until(true: Callable[[], bool]) -> None:
    while not true():
        await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """The pauses, short."""
    for name, seconds in (
        ("bot.early_card.PATIENCE_SECONDS", 0.4), ("bot.early_card.KNOWN_TO_FAIL_SECONDS", 0.1), ("bot.inbox.STORE_SECONDS", 0.8),
        ("bot.inbox.STORE_PAUSE", 0.05), ("bot.worker.TROUBLE_SECONDS", 0.05), ("bot.delivery.TROUBLE_SECONDS", 0.05),
        ("bot.store.sqlite.LOCKED_SECONDS", 0.5), ("handlers.safety.GATE_SECONDS", 0.2), ("handlers.early_card.GATE_SECONDS", 0.2),
    ):  # fmt: skip
        monkeypatch.setattr(name, seconds)
    monkeypatch.setattr(outcome, "CRISIS_REPEAT_SECONDS", 0)


async def cards_of(control: Control, chat: int = JADE) -> list[str]:
    return [one["text"] for one in await said_by_bot(control, chat) if "safe right now?" in one["text"]]


async def remembered(bot: Bot) -> dict[str, int]:
    """What came of the urgent message in the database."""
    queries = {
        "tasks": select(func.count()).select_from(Escalation),
        "words": select(func.count()).select_from(Line).where(Line.side == Side.YOUNG_PERSON),
        "waiting": select(func.count()).select_from(Inbox).where(Inbox.state == InboxState.WAITING),
    }
    async with bot._store.reading() as connection:
        return {name: int(await connection.scalar(query) or 0) for name, query in queries.items()}


@pytest.mark.parametrize(
    ("stage", "receive"),
    [*((stage, "polling") for stage in EARLY), ("receiving: locked", "webhook"), ("receiving: full", "webhook")],
)
async def test_when_nothing_can_be_stored_the_card_comes_early_and_a_person_is_told_once_it_can(
    stand: Stand, database: str, jade: Phone, priya: Phone, monkeypatch: pytest.MonkeyPatch, stage: str, receive: str
) -> None:
    async with running(settings_for(stand, database, **(WEBHOOK if receive == "webhook" else {}))) as bot:
        await Team.gathered(bot, stand.control)
        await jade.asks("/start")
        await settled(bot, stand.control)
        async with EARLY[stage](Scene(bot, stand.control, database, monkeypatch)):
            await jade.says(URGENT)
            card = (await jade.hears())["text"]
            assert "999" in " ".join(card.split()[:20])
            assert NOBODY_YET in card or "nobody in the team has been told." in card
        page = await told(priya, "JM, number ")
        assert "urgent" in page["text"].lower() or "now" in page["text"].lower()
        await settled(bot, stand.control)
        assert await remembered(bot) == {"tasks": 1, "words": 1, "waiting": 0}
    early, real = await cards_of(stand.control)
    assert "Priya" in real
    assert "Priya" not in early


@pytest.mark.parametrize("stage", IN_ITS_PLACE)
async def test_when_something_else_breaks_there_is_one_card_and_one_task(
    stand: Stand, database: str, jade: Phone, priya: Phone, monkeypatch: pytest.MonkeyPatch, stage: str
) -> None:
    async with running(settings_for(stand, database)) as bot:
        await Team.gathered(bot, stand.control)
        await jade.asks("/start")
        async with IN_ITS_PLACE[stage](Scene(bot, stand.control, database, monkeypatch)):
            await jade.says(URGENT)
            assert "999" in " ".join((await jade.hears())["text"].split()[:20])
            await told(priya, "JM, number ")
        await settled(bot, stand.control)
        assert (await remembered(bot))["tasks"] == 1
        assert (await remembered(bot))["waiting"] == 0
    assert len(await cards_of(stand.control)) == 1


async def test_an_outbox_that_is_broken_for_good_still_yields_a_card_and_a_task(
    bot: Bot, stand: Stand, jade: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Team.gathered(bot, stand.control)
    await jade.asks("/start")
    real = outbox.add

    async def nothing_to_add(connection: Any, outgoing: Any, *more: Any) -> None:
        if outgoing:
            raise RuntimeError("broken")
        await real(connection, outgoing, *more)

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "add", nothing_to_add)
        patch.setattr(outbox, "add_sending", nothing_to_add)
        await jade.says(URGENT)
        assert "I could not tell anyone in the team" in (await jade.hears())["text"]
        async with asyncio.timeout(15):
            while (await remembered(bot))["waiting"]:
                await asyncio.sleep(0.02)
    assert (await remembered(bot))["tasks"] == 1


async def test_in_a_group_nothing_is_said_and_the_card_comes_in_private(
    bot: Bot, stand: Stand, jade: Phone, jade_in_the_group: Phone, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Team.gathered(bot, stand.control)
    await jade.asks("/start")
    await settled(bot, stand.control)
    lounge = await lounge_of(stand.control)
    before = await said_by_bot(stand.control, lounge)
    scene = Scene(bot, stand.control, f"sqlite+inloop:///{tmp_path}/bot.sqlite3", monkeypatch)
    async with locked(scene):
        await jade_in_the_group.says(f"/ask@{BOT_NAME} {URGENT}")
        assert NOBODY_YET in (await jade.hears())["text"]
        assert await said_by_bot(stand.control, lounge) == before


async def test_someone_who_is_not_safe_is_told_to_call_999_though_nothing_can_be_stored(
    bot: Bot, stand: Stand, jade: Phone, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Team.gathered(bot, stand.control)
    await jade.asks(URGENT)
    await settled(bot, stand.control)
    async with locked(Scene(bot, stand.control, f"sqlite+inloop:///{tmp_path}/bot.sqlite3", monkeypatch)):
        await jade.taps(texts.NOT_SAFE)
        said = (await jade.hears())["text"]
    assert said.startswith("Call 999 now.")
    assert NOBODY_YET in said


async def test_an_ordinary_message_gets_one_line_when_the_fault_lasts(
    bot: Bot, stand: Stand, jade: Phone, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    await Team.gathered(bot, stand.control)
    await jade.asks("/start")
    await settled(bot, stand.control)
    clock = bot._early._clock = MovableClock()
    async with locked(Scene(bot, stand.control, f"sqlite+inloop:///{tmp_path}/bot.sqlite3", monkeypatch)):
        await jade.says("do i have to pay council tax")
        await asyncio.wait_for(until(lambda: bot._early._failing_since is not None), 15)
        clock.pass_(61)
        assert (await jade.hears())["text"].startswith("Sorry. I can't save what you write right now")
        await jade.says("hello?")
    assert (await jade.hears())["text"].startswith("Do I have to pay council tax?")


async def test_the_switch_of_the_practice_page_shows_it_all(
    bot: Bot, stand: Stand, jade: Phone, priya: Phone, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice_database, "ASK_EVERY", 0.05)
    await Team.gathered(bot, stand.control)
    await jade.asks("/start")
    await settled(bot, stand.control)
    assert bot.database_file is not None
    lock = practice_database.Lock(bot.database_file)
    switch = asyncio.create_task(practice_database.follow(f"{stand.api_base}/control/clock", lock))
    await stand.control.fault("drop", "database", times=None)
    await asyncio.wait_for(until(lambda: lock._connection is not None), 15)
    await jade.says(URGENT)
    assert NOBODY_YET in (await jade.hears())["text"]
    await stand.control.clear_faults()
    assert "Priya" in (await jade.hears())["text"]
    assert await told(priya, "JM, number ")
    switch.cancel()
    await asyncio.gather(switch, return_exceptions=True)
