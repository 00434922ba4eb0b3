"""Telegram's sending limits are kept, so that a bot learns to keep them itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practice.client import Stand
from practice.limits import CHAT_BURST, GROUP_PER_MINUTE, OVERALL_PER_SECOND, Limits
from tests.practice.cast import JADE


def allowed(limits: Limits, chat: int, times: list[float]) -> list[float]:
    return [now for now in times if limits.refuse(chat, now) is None]


def test_one_chat_takes_a_short_burst_and_then_one_a_second() -> None:
    assert len(allowed(Limits(), 7, [100.0] * 10)) == CHAT_BURST
    steady = [100.0 + second for second in range(60)]
    assert allowed(Limits(), 7, steady) == steady


def test_a_group_takes_twenty_a_minute() -> None:
    limits = Limits()
    assert len(allowed(limits, -7, [100.0 + 2 * step for step in range(25)])) == GROUP_PER_MINUTE
    assert limits.refuse(-7, 161.0) is None


def test_all_chats_together_take_thirty_a_second() -> None:
    limits = Limits()
    assert sum(limits.refuse(chat, 100.0) is None for chat in range(1, 50)) == OVERALL_PER_SECOND


def test_who_writes_on_before_the_wait_is_over_is_refused_again() -> None:
    limits = Limits()
    allowed(limits, 7, [100.0] * 3)
    assert limits.refuse(7, 100.5) == 1
    assert limits.refuse(7, 101.2) == 1
    assert limits.refuse(7, 102.2) is None
    assert limits.earned == 2


@given(st.lists(st.floats(0, 20), min_size=1, max_size=80))
def test_waiting_as_told_is_always_enough(steps: list[float]) -> None:
    limits, now = Limits(), 100.0
    for step in steps:
        now += step / 20
        wait = limits.refuse(-7, now)
        if wait is not None:
            now += wait
            assert limits.refuse(-7, now) is None


@pytest.mark.parametrize("on", [True, False])
async def test_a_refusal_that_the_bot_earned_is_counted_and_bears_no_fault(on: bool) -> None:
    async with Stand() as stand:
        await stand.control.limits(on)
        codes = [(await stand.control.as_bot("sendMessage", chat_id=JADE, text="x")).code for _ in range(5)]
        calls = await stand.control.calls("sendMessage")
        assert codes.count(429) == (2 if on else 0)
        assert await stand.control.earned_429() == codes.count(429)
        assert all(call.fault is None for call in calls)
        assert [call.executed for call in calls] == [code == 200 for code in codes]


async def test_a_refusal_tells_the_seconds_to_wait(stand: Stand) -> None:
    await stand.control.limits(True)
    answers = [await stand.control.as_bot("sendMessage", chat_id=JADE, text="x") for _ in range(4)]
    assert answers[-1].description == "Too Many Requests: retry after 1"
    assert answers[-1].body["parameters"] == {"retry_after": 1}
    assert (await stand.control.as_bot("getChat", chat_id=JADE)).code == 200
