"""The ledger finds what is planted: a loss, a doubled effect, a stuck row. A checker that can't find is worth nothing."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from bot import keys
from bot.store import outbox
from bot.store.engine import Store
from tests.conftest import NOW, VAULT
from tests.drill import crisis, ledger, receive, rotate, send
from tests.drill.databases import Database, Message
from tests.drill.ledger import Remembered, Row, Send, Update, of_receiving, of_sending
from tests.drill.stage import ROOT, environment, setting_names

CHAT = 7_200_000_001


def row(id_: int = 1, **more: Any) -> Row:
    """A delivered message, but for what is said otherwise."""
    plain: dict[str, Any] = {
        "id": id_, "lane": 2, "chat_id": CHAT, "text": f"Message {id_}", "markup": "", "update_id": id_, "part": 1,
        "state": "delivered", "unknowns": 0, "created_at": 100.0, "finished_at": 101.0, "message_id": 10 + id_,
    }  # fmt: skip
    return Row(**{**plain, **more})


def call(id_: int = 1, **more: Any) -> Send:
    """The call that carried that message out, but for what is said otherwise."""
    plain: dict[str, Any] = {
        "at": 100.5, "chat_id": CHAT, "text": f"Message {id_}", "markup": "", "code": 200, "executed": True,
        "injected": False, "message_id": 10 + id_,
    }  # fmt: skip
    return Send(**{**plain, **more})


def update(id_: int = 1, **more: Any) -> Update:
    """A handled update with the words "words 1"."""
    body = json.dumps({"update_id": id_, "message": {"text": f"words {id_}"}})
    plain: dict[str, Any] = {"update_id": id_, "body": body, "state": "done", "received_at": 99.0, "finished_at": 100.0}
    return Update(**{**plain, **more})


def received(
    updates: list[Update], rows: list[Row], sends: list[Send], enquiries: dict[int, int] | None = None, kills: tuple[float, ...] = ()
) -> ledger.Receiving:  # fmt: skip
    """The ledger of two updates that were said."""
    remembered = Remembered({u.update_id: u for u in updates}, rows, enquiries or {})
    return of_receiving({1: "words 1", 2: "words 2"}, remembered, sends, kills)


BOTH = [update(1), update(2)], [row(1), row(2)], [call(1), call(2)]


def test_nothing_is_found_where_all_is_well() -> None:
    found = received(*BOTH, enquiries={1: 1, 2: 1})
    assert (found.attempted, found.stored, found.done, found.answered) == (2, 2, 2, 2)
    assert (found.lost, found.stuck, found.doubled, found.quarantined, found.unexpected) == ([], [], [], [], 0)
    sending = of_sending(BOTH[1], BOTH[2])
    assert (sending.attempted, sending.delivered, sending.calls) == (2, 2, 2)
    assert (sending.lost, sending.stuck, sending.doubled, sending.unknowns) == ([], [], [], 0)


def test_an_update_that_was_never_stored_is_lost() -> None:
    assert received([update(1)], [row(1)], [call(1)]).lost == [2]


def test_an_update_whose_words_were_mangled_is_lost() -> None:
    changed = update(2, body=json.dumps({"update_id": 2, "message": {"text": "word"}}))
    assert received([update(1), changed], *BOTH[1:]).lost == [2]


def test_an_update_that_is_done_without_an_answer_is_lost() -> None:
    assert received(BOTH[0], [row(1)], [call(1)]).lost == [2]


def test_an_answer_that_counts_as_delivered_but_never_left_is_lost() -> None:
    assert received(BOTH[0], BOTH[1], [call(1)]).lost == [2]
    assert of_sending(BOTH[1], [call(1)]).lost == [2]
    assert of_sending(BOTH[1], [call(1), call(2, executed=False, code=502, message_id=None)]).lost == [2]


def test_an_update_that_still_waits_is_stuck_and_not_lost() -> None:
    found = received([update(1), update(2, state="waiting", finished_at=None)], [row(1)], [call(1)])
    assert (found.stuck, found.lost) == ([2], [])


@pytest.mark.parametrize("state", ["waiting", "sending"])
def test_a_message_that_never_ends_is_stuck(state: str) -> None:
    assert of_sending([row(1), row(2, state=state, message_id=None)], [call(1)]).stuck == [2]


def test_two_answers_to_one_update_are_a_doubled_effect() -> None:
    rows = [*BOTH[1], row(3, update_id=2)]
    assert received(BOTH[0], rows, [*BOTH[2], call(3)]).doubled == [2]


def test_two_parts_of_one_answer_are_no_doubled_effect() -> None:
    rows = [*BOTH[1], row(3, update_id=2, part=2)]
    assert received(BOTH[0], rows, [*BOTH[2], call(3)]).doubled == []


def test_two_enquiries_from_one_update_are_a_doubled_effect() -> None:
    assert received(*BOTH, enquiries={1: 1, 2: 2}).doubled == [2]


def test_a_set_aside_update_is_counted_apart() -> None:
    found = received([update(1), update(2, state="quarantined")], *BOTH[1:])
    assert (found.quarantined, found.done) == ([2], 1)


def test_an_update_that_nobody_sent_is_unexpected() -> None:
    assert received([*BOTH[0], update(3)], *BOTH[1:]).unexpected == 1


def test_what_was_under_way_at_a_kill_and_finished_after_it_is_recovered() -> None:
    assert received(*BOTH, kills=(99.5,)).recovered == 2
    assert received(*BOTH, kills=(100.5,)).recovered == 2
    assert received(*BOTH, kills=(50.0, 200.0)).recovered == 0


def test_a_message_carried_out_twice_without_an_unknown_is_doubled() -> None:
    assert of_sending([row(1)], [call(1), call(1, message_id=99)]).doubled == [1]


def test_a_message_carried_out_twice_after_one_unknown_is_repeated_and_not_doubled() -> None:
    again = call(1, text="Message 1\n\n(You may have seen this already.)")
    found = of_sending([row(1, unknowns=1)], [call(1, message_id=7), again])
    assert (found.doubled, found.repeated, found.unknowns) == ([], 1, 1)


def test_one_unknown_explains_one_repeat_only() -> None:
    calls = [call(1), call(1, message_id=98), call(1, message_id=99)]
    assert of_sending([row(1, unknowns=1)], calls).doubled == [1]


def test_another_messages_unknown_explains_nothing() -> None:
    rows = [row(1), row(2, unknowns=1)]
    assert of_sending(rows, [call(1), call(2), call(1, message_id=99)]).doubled == [1]
    rows = [row(1), row(2, unknowns=1, text="Message 1", markup='{"buttons": 2}')]
    sends = [call(1), call(2, text="Message 1", markup='{"buttons": 2}'), call(1, message_id=99)]
    assert of_sending(rows, sends).doubled == [1]


def test_the_same_message_number_in_another_chat_is_another_message() -> None:
    found = of_sending([row(1)], [call(1, chat_id=CHAT + 1)])
    assert (found.lost, found.doubled) == ([1], [0])


def test_a_call_that_belongs_to_no_row_is_doubled() -> None:
    assert of_sending([row(1)], [call(1), call(5)]).doubled == [0]


def test_a_message_that_ended_unknown_is_never_lost_silently_and_it_shows_whether_it_arrived() -> None:
    ends: dict[str, Any] = {"state": "unknown", "unknowns": 1, "message_id": None}
    found = of_sending([row(1, **ends), row(2, **ends)], [call(1, code=None, injected=True)])
    assert (found.unknown, found.unknown_arrived, found.lost, found.doubled) == (2, 1, [], [])
    assert (found.unknowns, found.injected, found.by_kills) == (2, 1, 1)


def test_a_clean_429_leaves_nothing_open_and_counts_for_whoever_earned_it() -> None:
    refused: dict[str, Any] = {"code": 429, "executed": False, "message_id": None}
    found = of_sending([row(1)], [call(1, **refused), call(1, injected=True, **refused), call(1)])
    assert (found.earned_429, found.injected_429, found.injected) == (1, 1, 0)


def test_the_bounds_of_each_scenario_break_when_something_is_found() -> None:
    plan = receive.Plan("polling", "sqlite")
    good, bad = received(*BOTH), received([update(1)], [row(1)], [call(1)])
    sending = of_sending(BOTH[1], BOTH[2])
    assert receive.Result(plan, good, sending, 60, 1.0, 0.1).broken() == []
    assert "lost 1" in receive.Result(plan, bad, sending, 60, 1.0, 0.1).broken()[0]
    unknowns = of_sending([row(1, unknowns=41)], [call(1)])
    assert send.Result(send.Plan("sqlite"), unknowns, 21, 1.0).broken() == []
    assert "unknown 41" in send.Result(send.Plan("sqlite"), unknowns, 20, 1.0).broken()[0]
    assert send.Result(send.Plan("sqlite"), unknowns, 6, 1.0).broken() == []
    assert "unknown 41" in send.Result(send.Plan("sqlite"), unknowns, 5, 1.0).broken()[0]
    slow = crisis.Result(crisis.Plan("sqlite"), 2, [0.1, 2.5], sending, 1.0)
    assert "2.5 s" in slow.broken()[0]
    assert "got no card" in crisis.Result(crisis.Plan("sqlite"), 2, [0.1], sending, 1.0).broken()[0]


def test_a_cards_time_runs_from_the_words_to_the_call_that_was_carried_out() -> None:
    remembered = Remembered({}, [row(1, lane=0), row(2, lane=2), row(3, lane=0, state="waiting", message_id=None)], {})
    assert ledger.cards(remembered, [call(1), call(2)], {1: 100.0, 2: 100.0, 3: 100.0}) == {1: 0.5}


def test_the_log_is_read_line_by_line_and_a_torn_last_line_is_left_out(tmp_path: Path) -> None:
    written = {
        "n": 1,
        "at": 5.0,
        "method": "sendMessage",
        "params": {"chat_id": str(CHAT), "text": "Hello."},
        "code": None,
    }
    lost = {**written, "executed": True, "result": {"message_id": 4}, "fault": 2}
    other = {**written, "method": "getUpdates", "executed": True, "result": [1]}
    file = tmp_path / "calls.jsonl"
    file.write_text(f'{json.dumps(other)}\n{json.dumps(lost)}\n{{"n": 3, "at"', encoding="utf-8")
    assert ledger.read_log(file) == [call(at=5.0, text="Hello.", code=None, injected=True, message_id=4)]
    assert ledger.read_log(file)[0].ambiguous


async def test_the_database_is_read_as_the_bot_wrote_it(store: Store, tmp_path: Path) -> None:
    key_file = tmp_path / "keys" / "bot.keys"
    keys._write(key_file, VAULT._keys)
    address = store.url.set(drivername="sqlite" if store.is_sqlite else "postgresql").render_as_string(
        hide_password=False
    )
    Database(address, key_file).put([Message(4, CHAT, "Hello.")])
    body = json.dumps({"update_id": 5, "message": {"text": "words 5"}})
    async with store.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO inbox (update_id, body, state, attempts, received_at)"
                " VALUES (5, :body, 'waiting', 0, '2026-11-23 10:00:00+00:00')"
            ),
            {"body": VAULT.seal(body, "inbox", "body", 5)},
        )
    assert Database(address, key_file).unfinished() == 2
    remembered = ledger.read_database(address, key_file)
    assert [(r.lane, r.chat_id, r.text, r.state, r.message_id) for r in remembered.rows] == [
        (4, CHAT, "Hello.", "waiting", None)
    ]
    assert remembered.updates == {5: Update(5, body, "waiting", 1_795_428_000.0, None)}
    async with store.reading() as connection:
        (due,) = await outbox.due(connection, NOW + timedelta(days=1000), 9)
    assert due.payload == {"text": "Hello."}


async def test_what_cannot_be_opened_counts_as_lost(store: Store, tmp_path: Path) -> None:
    key_file = tmp_path / "keys" / "bot.keys"
    keys._write(key_file, VAULT._keys)
    address = store.url.set(drivername="sqlite" if store.is_sqlite else "postgresql").render_as_string(
        hide_password=False
    )
    body = json.dumps({"update_id": 1, "message": {"text": "words 1"}})
    async with store.transaction() as connection:
        await connection.execute(
            text(
                "INSERT INTO inbox (update_id, body, state, attempts, received_at)"
                " VALUES (1, :body, 'done', 0, '2026-11-23 10:00:00+00:00')"
            ),
            {"body": VAULT.seal(body, "inbox", "body", 2)},
        )
    assert of_receiving({1: "words 1"}, ledger.read_database(address, key_file), [], ()).lost == [1]
    Database(address, key_file).put([Message(4, CHAT, "Hello.")])
    assert ledger.read_seals(address, key_file) == ledger.Sealing(2, ["inbox 1"], 0, 1)
    keys.add_field_key(key_file)
    assert ledger.read_seals(address, key_file) == ledger.Sealing(2, ["inbox 1"], 2, 2)


def test_the_bounds_of_a_change_of_keys_break_when_something_is_found() -> None:
    plan, receiving = rotate.Plan("sqlite"), received(*BOTH)
    assert rotate.Result(plan, 20, 2, 9, [], 0, 1, receiving, 1.0, 1.0).broken() == []
    bad = rotate.Result(plan, 20, 2, 9, ["inbox 1"], 3, 2, received([update(1)], *BOTH[1:]), 1.0, 1.0).broken()
    assert [sentence.partition(": ")[2].split(" ")[0] for sentence in bad] == ["1", "3", "2", "lost"]


def test_the_ledger_shares_no_code_with_the_bot() -> None:
    program = (
        "import sys, tests.drill.ledger;"
        "ours = {'bot', 'handlers', 'content', 'scheduler', 'practice'};"
        "print(sorted(ours & {name.partition('.')[0] for name in sys.modules}))"
    )
    ran = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "[]"


def test_the_drilled_bot_takes_no_setting_from_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TELEGRAM_BOT_TOKEN", "1:of-this-machine")
    told = environment({"SEND_PER_SECOND": "1000"})
    assert (told["TELEGRAM_BOT_TOKEN"], told["SEND_PER_SECOND"]) == ("", "1000")
    assert {"DATABASE_URL", "WEBHOOK_SECRET", "LOG_LEVEL"} <= setting_names()
