"""The running bot against the worst that can arrive: mutated updates, lost numbers, refused sends, words that must not be logged."""

import asyncio
import io
import json
import logging
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import logs
from bot.app import Bot, open_vault
from bot.inbox import read
from bot.models import Inbox, InboxState, Outbox, OutboxState
from bot.store.engine import Store
from practice.cast import JADE
from practice.client import Control, Stand
from tests.driver import BOT_NAME, Phone
from tests.journeys.conftest import lounge_of, running, settings_for

Json = dict[str, Any]
WORDS, NAME = "xylophone-canary", "Canaryname"
PIECES: list[Any] = [
    None, True, -1, 0, 2**31, 2**53, 2**63, 10**30, 1.5, float("inf"), "", "x", "\x00", "\ud800", "é" * 5000, [], {}, [[]], {"id": 1},
    "private", "/start", "/ask@compass_practice_bot", "a" * 100_000,
]  # fmt: skip


def person(number: int) -> Json:
    return {"id": number, "is_bot": False, "first_name": NAME}


def seeds() -> list[Json]:
    """One update of each kind that the bot asks for, and some that it doesn't."""
    private, topic = (
        {"id": JADE, "type": "private"},
        {"id": -1001, "type": "supergroup", "title": "T", "is_forum": True},
    )
    plain = {
        "message_id": 5,
        "date": 1_700_000_000,
        "chat": private,
        "from": person(JADE),
        "text": f"council tax {WORDS}",
    }
    asked = {
        **plain, "chat": topic, "message_thread_id": 3, "is_topic_message": True, "text": "/ask council tax",
        "entities": [{"type": "bot_command", "offset": 0, "length": 4}], "reply_to_message": plain,
    }  # fmt: skip
    member = {"user": person(1), "status": "member"}
    change = {
        "chat": topic, "from": person(JADE), "date": 1, "old_chat_member": {"user": person(1), "status": "left"},
        "new_chat_member": member,
    }  # fmt: skip
    poll = {
        "id": "1", "question": WORDS, "options": [{"text": WORDS, "voter_count": 0}], "total_voter_count": 0, "is_closed": False,
        "is_anonymous": True, "type": "regular", "allows_multiple_answers": False,
    }  # fmt: skip
    press = {"id": "9", "from": person(JADE), "chat_instance": "1", "message": plain, "data": "menu"}
    return [
        {"message": plain}, {"edited_message": plain}, {"message": asked}, {"callback_query": press},
        {"callback_query": {**press, "data": "safe:yes\n"}}, {"my_chat_member": change}, {"chat_member": change}, {"poll": poll},
        {"poll_answer": {"poll_id": "1", "user": person(JADE), "option_ids": [0]}}, {"message": {**plain, "text": None, "poll": poll}},
        {"message": {**plain, "migrate_to_chat_id": -1009, "text": None}}, {"message_reaction": {"chat": private}}, {"new_kind": plain},
        {"message": {**plain, "text": "i want to kill myself"}}, {"chat_join_request": {"chat": topic, "from": person(JADE), "date": 1}},
    ]  # fmt: skip


def mutated(value: Any, chance: random.Random, depth: int = 0) -> Any:
    """The same thing with something missing, doubled, swapped or replaced."""
    if chance.random() < 0.08:
        return chance.choice(PIECES)
    if isinstance(value, dict):
        kept = {key: mutated(inner, chance, depth + 1) for key, inner in value.items() if chance.random() > 0.04}
        return (
            {**kept, chance.choice(["chat", "from", "text", "date"]): chance.choice(PIECES)}
            if chance.random() < 0.05
            else kept
        )
    if isinstance(value, list):
        return [mutated(inner, chance, depth + 1) for inner in value]
    return value


async def undone(store: Store) -> int:
    async with store.reading() as connection:
        return len(list(await connection.execute(select(Inbox.update_id).where(Inbox.state == InboxState.WAITING))))


async def settled(store: Store, seconds: float = 60) -> None:
    """Wait until every update was handled or set aside."""
    async with asyncio.timeout(seconds):
        while await undone(store):
            await asyncio.sleep(0.05)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Everything that the bot logs at DEBUG, as it would be written."""
    root, written = logging.getLogger(), io.StringIO()
    before, level = root.handlers[:], root.level
    logs.set_up("DEBUG")
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    yield written
    root.handlers[:] = before
    root.setLevel(level)


@pytest.mark.parametrize("seed", range(2))
async def test_thousands_of_mutated_updates_stop_nothing_and_none_is_tried_for_ever(
    stand: Stand, database: str, jade: Phone, written: io.StringIO, seed: int
) -> None:
    chance, kinds = random.Random(seed), seeds()
    async with running(settings_for(stand, database)) as bot:
        await jade.asks("/start")
        store = bot._service.store
        updates = []
        for number in range(700):
            content = mutated(chance.choice(kinds), chance)
            updates.append(
                {**(content if isinstance(content, dict) else {"odd": content}), "update_id": 10_000 + number}
            )
        for start in range(0, len(updates), 50):
            await bot._inbox.put([read(update) for update in updates[start : start + 50]])
        await settled(store)
        async with store.reading() as connection:
            rows = list(await connection.execute(select(Inbox.update_id, Inbox.state, Inbox.error)))
    assert len(rows) >= len(updates)
    assert {row.state for row in rows} <= {InboxState.DONE, InboxState.QUARANTINED}
    assert sum(row.state == InboxState.DONE for row in rows) > 100
    log = written.getvalue()
    assert WORDS not in log
    assert NAME not in log
    assert stand.token not in log
    assert stand.token.partition(":")[2] not in log


async def test_what_the_log_holds_is_never_anybodys_words_or_name_or_the_token(
    stand: Stand, tmp_path: Path, jade: Phone, written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with running(settings_for(stand, f"sqlite:///{tmp_path}/b.sqlite3", LOG_LEVEL="DEBUG")) as bot:
        await stand.control.fault("error", "sendMessage", code=400, description=f'Bad Request: can\'t parse "{WORDS}"')
        await jade.says(f"{WORDS} council tax")
        await bot._inbox.put([read({"update_id": 7, "message": {"text": WORDS, "from": person(5)}})])
        await settled(bot._service.store)

        def breaks(*_: object, **__: object) -> None:
            raise RuntimeError(f"{WORDS} {NAME} {stand.token}")

        monkeypatch.setattr("bot.enquiry.answer", breaks)
        await jade.says(f"{WORDS} once more")
        await settled(bot._service.store)
        async with asyncio.timeout(10):
            while "is set aside (RuntimeError)" not in written.getvalue():
                await asyncio.sleep(0.02)
    log = written.getvalue()
    assert "RuntimeError" in log
    for secret in (WORDS, NAME, stand.token, stand.token.partition(":")[2]):
        assert secret not in log


async def test_numbers_that_start_anew_lower_lose_nothing(stand: Stand, tmp_path: Path, jade: Phone) -> None:
    async with running(settings_for(stand, f"sqlite:///{tmp_path}/b.sqlite3")) as bot:
        await jade.asks("/start")
        await bot._inbox.put([read({**seeds()[0], "update_id": 2**40})])
        await jade.hears()
        assert "council tax" in (await jade.asks("do i have to pay council tax")).lower()


async def test_a_group_that_moves_while_an_answer_is_on_its_way_gets_it_in_its_new_place(
    stand: Stand, control: Control, tmp_path: Path
) -> None:
    group = await lounge_of(control)
    jade = Phone(control, JADE, JADE)
    async with running(settings_for(stand, f"sqlite:///{tmp_path}/b.sqlite3")) as bot:
        await jade.asks("/start")
        await control.fault(
            "error", "sendMessage", code=502
        )  # nobody knows whether it arrived: it is said again, later
        await control.say(JADE, f"/ask@{BOT_NAME} what is the hub", chat=group)
        await control.next_call("sendMessage", chat_id=group)
        new = await control.migrate(group)
        async with asyncio.timeout(15):
            while True:
                async with bot._service.store.reading() as connection:
                    rows = list(await connection.execute(select(Outbox.chat_id, Outbox.state, Outbox.method)))
                if all(row.state == OutboxState.DELIVERED for row in rows) and len(rows) >= 2:
                    break
                await asyncio.sleep(0.05)
    assert {row.chat_id for row in rows} == {JADE, new}


async def test_a_limit_on_menus_and_descriptions_keeps_nobody_from_an_answer(
    stand: Stand, control: Control, tmp_path: Path, jade: Phone
) -> None:
    await control.fault("error", "setMyDescription", times=None, retry_after=3600)
    async with running(settings_for(stand, f"sqlite:///{tmp_path}/b.sqlite3")):
        assert await jade.asks("/start")


async def test_the_bot_ends_in_time_while_another_program_holds_the_database(
    stand: Stand, tmp_path: Path, jade: Phone
) -> None:
    address = f"sqlite+inloop:///{tmp_path}/b.sqlite3"
    settings = settings_for(stand, address)
    other = Store(address, open_vault(settings))
    bot = Bot(settings)
    task = asyncio.create_task(bot.run())
    await jade.asks("/start")
    async with other.transaction():
        await jade.says("council tax")
        async with asyncio.timeout(10):
            bot.stop()
            await task
    await other.close()
    async with running(settings_for(stand, address)):
        assert json.dumps(await jade.hears())
