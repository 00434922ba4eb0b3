"""Receiving what nobody expects: no update may come back for ever, and no number may hide what people wrote."""

import json
from typing import Any

import pytest

from bot.errors import Moved, TelegramError, TooMany
from bot.inbox import read
from bot.store.engine import Store
from bot.telegram_api import LONGEST_WAIT_SECONDS, _result
from tests.bot.test_inbox import box, polled, said, stored, words


@pytest.mark.parametrize("text", ["\ud800", "half \udfff a pair", "\x00", "👍" * 4096])
async def test_words_that_cannot_be_encoded_are_stored_and_come_back_as_they_were(store: Store, text: str) -> None:
    assert await box(store, []).put([read(said(1, text=text))]) == 1
    (row,) = await stored(store)
    assert words(row) == text


@pytest.mark.parametrize("number", [2**63, -(2**63), 10**30])
def test_a_number_that_no_database_can_hold_is_no_update(number: int) -> None:
    with pytest.raises(ValueError, match="update_id"):
        read(said(number))


async def test_numbers_that_start_anew_are_confirmed_and_never_thrown_away(store: Store) -> None:
    answers: list[Any] = [[said(900)], [], [said(5), said(6)], [said(7)], []]
    offsets: list[int | None] = []

    def script(method: str, parameters: Any) -> Any:
        offsets.append(parameters.get("offset"))
        return answers.pop(0) if answers else []

    async def asked_enough(_: object) -> bool:
        return len(offsets) > 5

    await polled(store, script, asked_enough)
    assert offsets[:6] == [None, 901, None, 7, 8, None]
    assert [row.update_id for row in await stored(store)] == [5, 6, 7, 900]


async def test_an_answer_that_holds_no_update_at_all_is_not_asked_for_without_a_pause(store: Store) -> None:
    asked: list[int] = []

    def script(method: str, parameters: Any) -> Any:
        asked.append(1)
        return [{"no": "number"}, "garbage"] if len(asked) < 3 else [said(1)]

    pauses: list[float] = []

    async def arrived(_: object) -> bool:
        return bool(await stored(store))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.inbox.PAUSES", _Noting(pauses))
        await polled(store, script, arrived)
    assert len(pauses) == 2


class _Noting(tuple[float, ...]):
    """Pauses of no length that remember each use."""

    noted: list[float]

    def __new__(cls, noted: list[float]) -> "_Noting":
        made = super().__new__(cls, (0.0, 0.0))
        made.noted = noted
        return made

    def __getitem__(self, index: Any) -> Any:
        self.noted.append(0.0)
        return super().__getitem__(index)


@pytest.mark.parametrize(
    "parameters", [None, [], "x", {"retry_after": "soon"}, {"retry_after": None}, {"migrate_to_chat_id": "far"}, 7]
)
@pytest.mark.parametrize("code", [400, 429, 500])
def test_whatever_telegram_adds_to_a_refusal_it_stays_one_of_ours(code: int, parameters: Any) -> None:
    body = json.dumps({"ok": False, "error_code": code, "description": "No", "parameters": parameters})
    with pytest.raises(TelegramError):
        _result(code, body.encode())


def test_a_wait_without_measure_is_cut_and_a_move_is_recognised() -> None:
    with pytest.raises(TooMany) as wait:
        _result(429, b'{"ok": false, "error_code": 429, "parameters": {"retry_after": 1e300}}')
    assert wait.value.retry_after == LONGEST_WAIT_SECONDS
    with pytest.raises(Moved):
        _result(400, b'{"ok": false, "error_code": 400, "parameters": {"migrate_to_chat_id": -1005}}')
