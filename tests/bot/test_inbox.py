import asyncio
import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from bot.errors import Conflict, NotSent, WrongToken
from bot.inbox import Inbox, Polling, read
from bot.models import Inbox as Row
from bot.models import InboxState
from bot.store import inbox
from bot.store.engine import Store, TelegramTurn
from tests.conftest import NOW, VAULT
from tests.fakes import MovableClock, ScriptedTelegram

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["id", "chat", "from", "message", "text"]), inner, max_size=4),
    max_leaves=12,
)  # fmt: skip


def said(update_id: int, chat_id: int = 7, text: str = "hello") -> dict[str, Any]:
    chat, person = {"id": chat_id, "type": "private"}, {"id": chat_id, "is_bot": False, "first_name": "J"}
    return {"update_id": update_id, "message": {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text}}


def box(store: Store, woken: list[int]) -> Inbox:
    return Inbox(store, MovableClock(), lambda new: woken.append(len(new)))


async def stored(store: Store) -> list[Any]:
    async with store.reading() as connection:
        return list(await connection.execute(select(Row.__table__).order_by(Row.update_id)))


def words(row: Any) -> str:
    """What a stored message says."""
    return str(VAULT.open_json(row.body, "inbox", "body", row.update_id)["message"]["text"])


def test_an_update_is_filed_under_its_chat_and_its_person() -> None:
    assert (read(said(5, 9)).chat_id, read(said(5, 9)).person_id) == (9, 9)
    pressed = {"update_id": 1, "callback_query": {"id": "1", "from": {"id": 4}, "message": {"chat": {"id": -8}}}}
    assert (read(pressed).chat_id, read(pressed).person_id) == (-8, 4)
    voted = {"update_id": 1, "poll_answer": {"poll_id": "1", "user": {"id": 4}, "option_ids": []}}
    assert (read(voted).chat_id, read(voted).person_id) == (4, 4)


@given(
    st.dictionaries(st.sampled_from(["message", "edited_message", "callback_query", "new_thing"]), JSON),
    st.integers(0, 2**40),
)
def test_whatever_telegram_sends_can_be_stored_as_long_as_it_has_a_number(content: dict[str, Any], number: int) -> None:
    received = read({**content, "update_id": number})
    assert json.loads(received.body) == {**content, "update_id": number}
    assert received.chat_id is None or abs(received.chat_id) < 2**63


@pytest.mark.parametrize("broken", [None, [], "x", {}, {"update_id": "7"}, {"update_id": True}, {"update_id": None}])
def test_what_has_no_number_is_no_update(broken: Any) -> None:
    with pytest.raises(ValueError, match="update_id"):
        read(broken)


async def test_an_update_that_comes_again_is_kept_once_and_as_it_was(store: Store) -> None:
    woken: list[int] = []
    assert await box(store, woken).put([read(said(5)), read(said(6))]) == 2
    assert await box(store, woken).put([read(said(5, text="changed"))]) == 0
    assert [words(row) for row in await stored(store)] == ["hello", "hello"]
    assert woken == [2, 0]


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(batches=st.lists(st.lists(st.integers(1, 30), max_size=6), max_size=6))
async def test_however_updates_are_repeated_each_is_stored_once(store: Store, batches: list[list[int]]) -> None:
    async with store.transaction() as connection:
        await connection.execute(delete(Row))
    receiving = box(store, [])
    new = [await receiving.put([read(said(number)) for number in dict.fromkeys(batch)]) for batch in batches if batch]
    expected = {number for batch in batches for number in batch}
    assert [row.update_id for row in await stored(store)] == sorted(expected)
    assert sum(new) == len(expected)


async def polled(store: Store, script: Any, until: Any) -> ScriptedTelegram:
    turn, telegram = TelegramTurn(store), ScriptedTelegram(script=script)
    await turn.take()
    polling = asyncio.create_task(Polling(telegram, box(store, []), turn, wait_seconds=0).run())
    async with asyncio.timeout(10):
        while not await until(telegram):
            await asyncio.sleep(0.01)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)
    await turn.give_back()
    return telegram


async def test_polling_confirms_only_what_is_committed_and_asks_first_without_an_offset(store: Store) -> None:
    at_confirmation: list[int] = []

    def script(method: str, parameters: Any) -> Any:
        offsets.append(parameters.get("offset"))
        return [said(41), said(42)] if len(offsets) == 1 else []

    offsets: list[int | None] = []

    async def asked_again(telegram: ScriptedTelegram) -> bool:
        if len(offsets) > 1 and not at_confirmation:
            at_confirmation.extend(row.update_id for row in await stored(store))
        return len(offsets) > 2

    await polled(store, script, asked_again)
    assert offsets[:2] == [None, 43]
    assert at_confirmation == [41, 42]


async def test_a_broken_update_among_good_ones_stops_none_of_them(store: Store) -> None:
    rounds: list[int] = []

    def script(method: str, parameters: Any) -> Any:
        rounds.append(1)
        return [{"no": "number"}, said(50), "garbage", said(51)] if len(rounds) == 1 else []

    async def both(telegram: ScriptedTelegram) -> bool:
        return len(rounds) > 1

    await polled(store, script, both)
    assert [row.update_id for row in await stored(store)] == [50, 51]


async def test_a_second_poller_is_told_plainly_and_tried_again(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    answers: list[Any] = [Conflict("terminated by other getUpdates request"), NotSent("no line"), [said(9)], []]

    async def arrived(telegram: ScriptedTelegram) -> bool:
        return bool(await stored(store))

    await polled(store, lambda m, p: answers.pop(0) if len(answers) > 1 else [], arrived)
    assert "Another program receives with this bot's token (409" in caplog.text


async def test_a_wrong_token_ends_polling(store: Store) -> None:
    turn = TelegramTurn(store)
    await turn.take()
    telegram = ScriptedTelegram(script=lambda m, p: WrongToken("the token is wrong"))
    with pytest.raises(WrongToken):
        await Polling(telegram, box(store, []), turn, wait_seconds=0).run()
    await turn.give_back()


async def test_done_updates_are_forgotten_after_their_time_and_waiting_ones_never(store: Store) -> None:
    await box(store, []).put([read(said(1)), read(said(2)), read(said(3))])
    async with store.transaction() as connection:
        await inbox.finish(connection, 1, InboxState.DONE, NOW)
        await inbox.finish(connection, 2, InboxState.QUARANTINED, NOW)
        assert await inbox.forget_done(connection, NOW) == 0
        assert await inbox.forget_done(connection, NOW.replace(year=2027)) == 1
    assert [row.update_id for row in await stored(store)] == [2, 3]
