"""Faults strike as they are told, and the log says truly what took effect."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest

from practice.client import Control, Stand
from practice.errors import Mistake
from practice.faults import Faults
from tests.practice.cast import JADE, PRIYA


async def send(control: Control, chat: int = JADE) -> Any:
    return await control.as_bot("sendMessage", chat_id=chat, text="hello")


async def arrived(control: Control) -> bool:
    return bool(await control.messages(JADE))


@pytest.mark.parametrize(
    ("fault", "code", "body"),
    [
        ({"code": 502}, 502, {"description": "Bad Gateway"}),
        ({"retry_after": 7}, 429, {"description": "Too Many Requests: retry after 7", "parameters": {"retry_after": 7}}),
        ({"code": 403}, 403, {"description": "Forbidden: bot was blocked by the user"}),
        ({"code": 400, "description": "Bad Request: made up"}, 400, {"description": "Bad Request: made up"}),
        ({"migrate_to_chat_id": -100123}, 400, {"description": "Bad Request: group chat was upgraded to a supergroup chat",
                                               "parameters": {"migrate_to_chat_id": -100123}}),
    ],
)  # fmt: skip
async def test_an_error_is_answered_and_nothing_is_done(
    control: Control, fault: dict[str, Any], code: int, body: dict[str, Any]
) -> None:
    number = await control.fault("error", "sendMessage", **fault)
    answer = await send(control)
    assert answer.body == {"ok": False, "error_code": code, **body}
    assert answer.code == code
    assert not await arrived(control)
    call = (await control.calls("sendMessage"))[0]
    assert (call.code, call.executed, call.fault) == (code, False, number)


@pytest.mark.parametrize(("kind", "executed"), [("lost", True), ("drop", False)])
async def test_a_lost_call_took_effect_and_a_dropped_one_did_not(control: Control, kind: str, executed: bool) -> None:
    await control.fault(kind, "sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await send(control)
    assert await arrived(control) is executed
    call = (await control.calls("sendMessage"))[0]
    assert (call.code, call.executed) == (None, executed)
    assert (call.result is not None) is executed
    assert (await send(control)).code == 200


async def test_a_lost_call_that_telegram_would_refuse_took_no_effect(control: Control) -> None:
    await control.block(JADE)
    await control.fault("lost", "sendMessage")
    with pytest.raises(aiohttp.ClientError):
        await send(control)
    call = (await control.calls("sendMessage"))[0]
    assert (call.executed, call.error) == (False, "Forbidden: bot was blocked by the user")


@pytest.mark.parametrize("executed", [True, False])
async def test_a_raw_answer_is_given_as_it_is(stand: Stand, executed: bool) -> None:
    await stand.control.fault("raw", "sendMessage", body="<html>Bad gateway</html>", code=502, executed=executed)
    url = f"{stand.api_base}/bot{stand.token}/sendMessage"
    async with stand.control.session.post(url, json={"chat_id": JADE, "text": "hello"}) as response:
        assert (response.status, await response.text()) == (502, "<html>Bad gateway</html>")
    assert await arrived(stand.control) is executed


async def test_a_slow_call_is_carried_out_first_and_answered_later(control: Control) -> None:
    await control.fault("hang", "sendMessage", seconds=0.05, executed=True)
    slow = asyncio.create_task(send(control))
    assert (await control.next_call("sendMessage")).executed
    assert await arrived(control)
    assert (await slow).code == 200


async def test_a_hanging_call_that_is_not_carried_out_is_never_answered(control: Control) -> None:
    await control.fault("hang", "sendMessage", seconds=0.05)
    with pytest.raises(aiohttp.ClientError):
        await send(control)
    assert not await arrived(control)


async def test_a_bot_that_gives_up_waiting_leaves_a_true_log(control: Control) -> None:
    await control.fault("hang", "sendMessage", seconds=600, executed=True)
    slow = asyncio.create_task(send(control))
    await control.next_call("sendMessage")
    slow.cancel()
    assert (await control.calls("sendMessage"))[0].executed


async def test_a_fault_strikes_only_what_it_matches_and_so_often(control: Control) -> None:
    await control.fault("error", "send*", match={"chat_id": PRIYA}, times=2)
    assert [(await send(control, chat)).code for chat in (JADE, PRIYA, PRIYA, PRIYA)] == [200, 500, 500, 200]
    assert (await control.world())["faults"] == []


async def test_a_fault_without_end_lasts_until_it_is_switched_off(control: Control) -> None:
    await control.fault("error", times=None)
    assert [(await send(control)).code for _ in range(3)] == [500] * 3
    assert (await control.as_bot("getMe")).code == 500
    await control.clear_faults()
    assert (await send(control)).code == 200


async def test_one_of_several_faults_can_be_switched_off(control: Control) -> None:
    first = await control.fault("error", code=501, times=None)
    await control.fault("error", code=502, times=None)
    await control.ask("DELETE", f"fault?id={first}")
    assert (await send(control)).code == 502
    with pytest.raises(Mistake, match="no fault"):
        await control.ask("DELETE", f"fault?id={first}")


def test_a_chance_is_a_share_of_the_calls() -> None:
    faults = Faults(seed=7)
    faults.add({"kind": "drop", "probability": 0.3, "times": None})
    struck = sum(faults.strike("sendMessage", {}) is not None for _ in range(2_000))
    assert 500 < struck < 700


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"kind": "explode"},
        {"kind": "error", "code": 200},
        {"kind": "error", "code": "x"},
        {"kind": "drop", "times": 0},
        {"kind": "drop", "probability": 2},
        {"kind": "drop", "match": [1]},
        {"kind": "hang", "seconds": True},
        {"kind": "hang", "executed": 1},
    ],
)
def test_a_fault_that_makes_no_sense_is_a_mistake(request_: dict[str, Any]) -> None:
    with pytest.raises(Mistake):
        Faults().add(request_)
