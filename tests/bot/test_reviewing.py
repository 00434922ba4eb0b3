"""What gets on the review list, what becomes of a verdict, and how the gate did this month."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import reviewing
from bot.models import EnrolmentState, GateOutcome, ReviewOf, Role, Verdict
from bot.reviewing import Month, UnusableFile, is_late, is_picked, may_be_picked
from bot.store import people, reviews
from bot.store.engine import Store
from bot.store.people import Actor
from bot.store.reviews import Proposal, Seen
from bot.turn import Speech
from tests.bot.test_working_time import NORTHMOOR, at
from tests.conftest import NOW, VAULT

JADE = Actor(telegram_id=18, code_word="thistledownbiscuit")
IMMEDIATE, WORRIED, NONE = GateOutcome.IMMEDIATE, GateOutcome.WORRIED, GateOutcome.NONE


async def listed(store: Store, update: int, words: str = "words", outcome: GateOutcome = IMMEDIATE, **more: Any) -> int:
    given: dict[str, Any] = {"telegram_id": 18, "at": NOW, "what": ReviewOf.CONCERN, **more}
    async with store.transaction() as connection:
        return await reviews.add(connection, {"words": words}, update_id=update, outcome=outcome, **given)


async def judged(store: Store, number: int, verdict: Verdict, **more: Any) -> Proposal | None:
    async with store.transaction() as connection:
        seen = await reviews.get(connection, number)
        assert seen is not None
        speech = Speech(connection, NOW)
        return await reviewing.decide(speech, seen, verdict, 7, knows=lambda word: False, **more)


# --- by chance


def test_about_one_message_in_a_hundred_is_picked_and_the_same_ones_each_time() -> None:
    picked = [number for number in range(20_000) if is_picked(VAULT, number)]
    assert 120 <= len(picked) <= 290
    assert picked == [number for number in range(20_000) if is_picked(VAULT, number)]


@pytest.mark.parametrize("words", ["/hide", "/codeword thistledown biscuit", "7KQM-4XPD-9TRV", "Thistledown biscuit."])
def test_commands_codes_and_the_code_word_are_never_picked(words: str) -> None:
    assert not may_be_picked(words, JADE)


def test_what_staff_write_is_never_picked() -> None:
    assert may_be_picked("where is the hub", JADE)
    assert not may_be_picked("where is the hub", Actor(id=1, roles=frozenset({Role.DUTY})))


# --- the list


async def test_the_gravest_comes_first_and_of_those_the_newest_and_after_the_last_the_first_again(store: Store) -> None:
    for update, outcome in enumerate((NONE, IMMEDIATE, WORRIED, IMMEDIATE), start=1):
        await listed(store, update, outcome=outcome)
    found, after = [], 0
    async with store.reading() as connection:
        for _ in range(5):
            seen = await reviews.following(connection, after)
            assert seen is not None
            after = seen.id
            found.append(after)
    assert found == [4, 2, 3, 1, 4]


async def test_what_was_decided_is_gone_from_the_list_and_the_next_one_follows_it(store: Store) -> None:
    for update in (1, 2, 3):
        await listed(store, update)
    await judged(store, 2, Verdict.RIGHT)
    async with store.transaction() as connection:
        following = await reviews.following(connection, 2)
        assert following is not None
        assert (following.id, await reviews.waiting(connection)) == (1, 2)
        assert await reviews.get(connection, 2) is None
        assert not await reviews.decide(connection, NOW, 2, Verdict.MISSED, 8)


# --- verdicts


async def test_a_confirmed_miss_becomes_a_proposal_without_names_and_numbers(store: Store) -> None:
    number = await listed(store, 1, "i told Zephyrine i can not go on like this", NONE, what=ReviewOf.SAMPLE)
    proposal = await judged(store, number, Verdict.MISSED, expected=IMMEDIATE, kind="suicide or self-harm")
    assert proposal == Proposal("i told … i can not go on like this", IMMEDIATE, "suicide or self-harm")
    async with store.reading() as connection:
        assert await reviews.proposals(connection) == {number: proposal}


@pytest.mark.parametrize("words", ["ring me on 07700 900123 i want to go", "my name is Zephyrine", "long " * 60])
async def test_words_that_may_say_who_somebody_is_become_no_proposal(store: Store, words: str) -> None:
    number = await listed(store, 1, words)
    assert await judged(store, number, Verdict.FALSE_ALARM) is None
    async with store.reading() as connection:
        assert await reviews.proposals(connection) == {}
        assert await reviews.waiting(connection) == 0


async def test_what_was_right_becomes_no_proposal(store: Store) -> None:
    assert await judged(store, await listed(store, 1, "i want to go home now"), Verdict.RIGHT) is None


# --- how it goes


@pytest.mark.parametrize(
    ("written", "late"),
    [("2026-11-23T15:00", "2026-11-24T15:00"), ("2026-11-20T15:00", "2026-11-23T15:00"), ("2026-11-21T02:00", "2026-11-24T09:00")],
)  # fmt: skip
def test_a_manager_has_one_working_day(written: str, late: str) -> None:
    assert is_late(NORTHMOOR, at(written), at(late))
    assert not is_late(NORTHMOOR, at(written), at(late) - timedelta(minutes=1))


async def test_messages_of_one_escalation_are_one_page_and_old_or_gentle_ones_none(store: Store) -> None:
    given: list[dict[str, Any]] = [
        {"escalation_id": 5}, {"escalation_id": 5}, {"escalation_id": 6}, {}, {"at": NOW - timedelta(days=31)}, {"outcome": WORRIED},
    ]  # fmt: skip
    for update, more in enumerate(given, start=1):
        await listed(store, update, **more)
    async with store.transaction() as connection:
        for name, state in (("Priya", EnrolmentState.ENROLLED), ("Omar", EnrolmentState.ENROLLED)):
            row = await people.add(connection, NOW, state, telegram_id=len(name), name=name)
            await people.give_role(connection, NOW, row, Role.ADVISER, None)
    for number, verdict in (
        (1, Verdict.FALSE_ALARM),
        (3, Verdict.FALSE_ALARM),
        (4, Verdict.RIGHT),
        (5, Verdict.FALSE_ALARM),
    ):
        await judged(store, number, verdict)
    async with store.reading() as connection:
        month = await reviewing.month(connection, NORTHMOOR, NOW)
    assert month == Month(pages=3, false_alarms=2, advisers=2)
    assert (month.pages_each, month.false_alarms_each) == (1.5, 1.0)


async def test_a_page_is_no_false_alarm_while_one_of_its_messages_was_right(store: Store) -> None:
    for update in (1, 2):
        await listed(store, update, escalation_id=5)
    await judged(store, 1, Verdict.FALSE_ALARM)
    await judged(store, 2, Verdict.RIGHT)
    async with store.reading() as connection:
        assert (await reviewing.month(connection, NORTHMOOR, NOW)).false_alarms == 0


# --- export


async def confirmed(store: Store) -> None:
    """Two misses with the same words, and a false alarm."""
    for update, verdict in enumerate((Verdict.MISSED, Verdict.MISSED, Verdict.FALSE_ALARM), start=1):
        words = "this bus is killing me" if verdict is Verdict.FALSE_ALARM else "i do not want to be here"
        number = await listed(store, update, words)
        expected, kind = (NONE, None) if verdict is Verdict.FALSE_ALARM else (WORRIED, "suicide or self-harm")
        assert await judged(store, number, verdict, expected=expected, kind=kind) is not None


async def test_the_export_adds_each_case_once_and_marks_it(store: Store, tmp_path: Path) -> None:
    await confirmed(store)
    file = tmp_path / "reviewed.jsonl"
    file.write_text('{"text": "written by hand"}', encoding="utf-8")
    done = await reviewing.export(store, file, NOW, dry_run=False)
    assert (done.misses, done.false_alarms) == (2, 1)
    cases = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    assert cases == [
        {"text": "written by hand"},
        {"text": "i do not want to be here", "expected": "worried", "kind": "suicide or self-harm", "from": "review"},
        {"text": "this bus is killing me", "expected": "none", "kind": None, "from": "review"},
    ]
    again = await reviewing.export(store, file, NOW, dry_run=False)
    assert (again.lines, again.misses, again.false_alarms) == ((), 0, 0)


async def test_a_dry_run_shows_the_lines_and_changes_nothing(store: Store, tmp_path: Path) -> None:
    await confirmed(store)
    file = tmp_path / "reviewed.jsonl"
    done = await reviewing.export(store, file, NOW, dry_run=True)
    assert len(done.lines) == 2
    assert done.sentence(dry_run=True) == "2 confirmed misses and 1 false alarms would be in the file now."
    assert not file.exists()
    async with store.reading() as connection:
        assert len(await reviews.proposals(connection)) == 3


async def test_a_file_that_cant_be_written_is_one_sentence_and_nothing_is_marked(store: Store, tmp_path: Path) -> None:
    await confirmed(store)
    with pytest.raises(UnusableFile, match="can't be written"):
        await reviewing.export(store, tmp_path / "nowhere" / "reviewed.jsonl", NOW, dry_run=False)
    with pytest.raises(UnusableFile, match="can't be read"):
        await reviewing.export(store, tmp_path, NOW, dry_run=False)
    async with store.reading() as connection:
        assert len(await reviews.proposals(connection)) == 3


# --- what is forgotten


async def test_forgotten_words_leave_the_list_and_the_count_but_not_the_proposal(store: Store) -> None:
    await confirmed(store)
    await listed(store, 9)
    later = NOW + timedelta(days=1)
    async with store.transaction() as connection:
        assert await reviews.forget(connection, later) == 4
        assert await reviews.waiting(connection) == 0
        assert len(await reviews.proposals(connection)) == 3
        await reviews.note_exported(connection, NOW, [1, 2, 3])
        await reviews.forget(connection, later)
        assert len(await reviews.pages_since(connection, NOW)) == 4


async def test_an_update_number_that_comes_again_after_its_time_is_another_message(store: Store) -> None:
    await listed(store, 5)
    async with store.transaction() as connection:
        await reviews.forget_updates(connection, NOW + timedelta(days=1))
    assert isinstance(await listed(store, 5), int)


def test_nothing_of_it_is_a_score_or_a_level() -> None:
    assert not [name for name in Seen.__dataclass_fields__ if "score" in name or "level" in name or "risk" in name]
