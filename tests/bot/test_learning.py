"""Learning from people: what is kept, what is refused, what counts from then on."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot import learning
from bot.knowledge import Knowledge
from bot.learning import Learned, Refused
from bot.models import Event, Gap, GapSource, GapState
from bot.store import gaps, phrasings
from bot.store.engine import Store
from content.matching import Quality
from tests.conftest import NOW
from tests.desk import Desk, open_desk
from tests.knowing import on_small, small


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        yield on_small(made)


@pytest.fixture
def known() -> Knowledge:
    return small()


async def remembered(desk: Desk, text: str, source: GapSource = GapSource.NONE) -> int | None:
    async with desk.speech() as speech:
        return await learning.remember_gap(speech, desk.service.known, text, source)


async def test_a_question_is_kept_without_who_asked_and_without_the_hour(desk: Desk) -> None:
    assert await remembered(desk, "who pays for my tattoo") is not None
    async with desk.store.reading() as connection:
        row = (await connection.execute(select(Gap.__table__))).one()
        (question,) = await gaps.open_(connection)
    assert question.words == "who pays for my tattoo"
    assert row.asked_at == NOW.astimezone(UTC).replace(hour=0, minute=0)
    assert (row.decided_by, row.entry_id) == (None, None)


async def test_what_the_gate_flagged_is_not_kept(desk: Desk) -> None:
    assert await remembered(desk, "i want to kill myself today") is None


async def test_the_same_words_wait_only_once(desk: Desk) -> None:
    assert await remembered(desk, "who pays for my tattoo") is not None
    assert await remembered(desk, "Who pays for my tattoo?") is None


async def test_somebody_who_types_all_night_fills_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gaps, "MOST", 2)
    found = [await remembered(desk, f"who pays for my {thing}") for thing in ("tattoo", "wheelchair", "guitar")]
    assert [number is None for number in found] == [False, False, True]


def test_text_speak_and_short_forms_are_known(known: Knowledge) -> None:
    knows = learning.knows(known)
    assert [word for word in ("passport", "u", "im", "wat", "zyzzy", "jade") if knows(word)] == [
        "passport", "u", "im", "wat",
    ]  # fmt: skip


# --- refusing


@pytest.mark.parametrize(
    ("words", "entry", "why"),
    [
        ("take me there", "no-such-entry", "gone"),
        ("can i get a BUS pass?", "bus-pass", "there"),
        ("can i get a bus pass", "gym", "elsewhere"),
        ("zyzzy blorp", "gym", "unknown"),
        ("ring 07700 900123 for a bus", "bus-pass", "personal"),
        ("", "bus-pass", "personal"),
    ],
)
def test_words_that_would_do_no_good_are_refused_with_the_reason(
    known: Knowledge, words: str, entry: str, why: str
) -> None:
    found = learning.refusal(words, entry, known)
    assert found is not None
    assert found.why == why


def test_good_words_are_not_refused(known: Knowledge) -> None:
    assert learning.refusal("nine pound on the bus every day", "bus-pass", known) is None


class Answers:
    """A matcher that finds what the test says."""

    def __init__(self, first: dict[str, str], near: tuple[str, ...] = (), quality: float = 0.9) -> None:
        self.first, self.near, self.quality = first, near, Quality(first=quality)

    def rank(self, question: str, limit: int = 3) -> list[Any]:
        ids = [self.first.get(question, "gym"), *self.near][:limit]
        return [type("Match", (), {"entry_id": id_, "score": 0.9})() for id_ in ids]


def judged(known: Knowledge, before: Answers, after: Answers, words: str = "new words") -> Refused | None:
    entry = known.library.entries["bus-pass"]
    return learning.harm(words, entry, replace(known, matcher=before), replace(known, matcher=after))  # type: ignore[arg-type]


def test_words_that_would_not_lead_to_their_entry_are_refused(known: Knowledge) -> None:
    found = judged(known, Answers({}), Answers({"new words": "gym"}))
    assert found is not None
    assert found.why == "lost"


def test_a_neighbours_question_must_not_be_taken_away(known: Knowledge) -> None:
    taken = "can i go swimming for free"
    after = Answers({"new words": "bus-pass", taken: "bus-pass"}, near=("gym",))
    found = judged(known, Answers({}), after)
    assert found == Refused("displaces", known.library.entries["gym"], taken)


def test_a_question_that_was_lost_before_is_nobodys_fault(known: Knowledge) -> None:
    lost = {"can i go swimming for free": "passport"}
    after = Answers({"new words": "bus-pass", **lost}, near=("gym",))
    assert judged(known, Answers(lost), after) is None


@pytest.mark.parametrize(("quality", "why"), [(0.895, None), (0.7, "worse")])
def test_what_makes_all_others_less_sure_is_refused(known: Knowledge, quality: float, why: str | None) -> None:
    after = Answers({"new words": "bus-pass"}, quality=quality)
    found = judged(known, Answers({}, quality=0.9), after)
    assert (found.why if found else None) == why


# --- learning


async def test_what_was_approved_counts_at_once_and_after_a_start(desk: Desk) -> None:
    words = "i need a permit for the coach"
    number = await remembered(desk, words)
    outcome = await learning.learn(desk.service, "bus-pass", words, 7, gap_id=number)
    assert isinstance(outcome, Learned)
    assert desk.service.matcher.rank(words)[0].entry_id == "bus-pass"
    assert words in desk.service.library.entries["bus-pass"].questions
    desk.service.take_up(small())
    assert words not in desk.service.library.entries["bus-pass"].questions
    assert await learning.recall(desk.service) == 1
    assert desk.service.matcher.rank(words)[0].entry_id == "bus-pass"
    async with desk.store.reading() as connection:
        assert await gaps.open_(connection) == []
        (kept,) = await phrasings.learned(connection)
        events = (await connection.execute(select(Event.verb, Event.actor_id, Event.details))).all()
    assert (kept.words, kept.approved_by, kept.approved_at, kept.gap_id) == (words, 7, NOW, number)
    assert ("approved", 7) in [(row.verb, row.actor_id) for row in events]
    assert "coach" not in str(events)


async def test_an_update_that_is_being_handled_keeps_what_it_knew(desk: Desk) -> None:
    still = desk.service.still()
    before = still.known
    await learning.learn(still, "bus-pass", "i need a permit for the coach", 7)
    assert still.known is before
    assert still.newest is desk.service.known is not before
    assert desk.service.still().known is desk.service.known


async def test_what_is_refused_is_stored_nowhere_and_the_question_stays_open(desk: Desk) -> None:
    number = await remembered(desk, "can i get a bus pass")
    before = desk.service.known
    assert isinstance(await learning.learn(desk.service, "gym", "can i get a bus pass", 7, gap_id=number), Refused)
    async with desk.store.reading() as connection:
        assert await phrasings.learned(connection) == []
        assert [one.id for one in await gaps.open_(connection)] == [number]
    assert desk.service.known is before


async def test_two_who_add_the_same_question_add_it_once(desk: Desk) -> None:
    words = "i need a permit for the coach"
    number = await remembered(desk, words)
    async with desk.speech() as speech:
        await gaps.decide(speech.connection, NOW, number or 0, GapState.NOT_OURS, 8)
    assert await learning.learn(desk.service, "bus-pass", words, 7, gap_id=number) == Refused(
        "decided", desk.service.library.entries["bus-pass"]
    )
    async with desk.store.reading() as connection:
        assert await phrasings.learned(connection) == []


async def test_what_is_taken_back_leads_nowhere_any_more(desk: Desk) -> None:
    words = "i need a permit for the coach"
    outcome = await learning.learn(desk.service, "bus-pass", words, 7)
    assert isinstance(outcome, Learned)
    assert await learning.take_back(desk.service, outcome.phrasing_id, 8)
    assert words not in desk.service.library.entries["bus-pass"].questions
    assert not await learning.take_back(desk.service, outcome.phrasing_id, 8)


async def test_words_of_an_entry_that_is_gone_are_left_out_and_named_by_its_id_only(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    async with desk.speech() as speech:
        await phrasings.learn(speech.connection, NOW, "no-such-entry", "canary words", 7)
    with caplog.at_level("WARNING"):
        await learning.recall(desk.service)
    assert "no-such-entry" in caplog.text
    assert "canary" not in caplog.text


async def test_words_stand_sealed_in_both_databases(store: Store) -> None:
    async with store.transaction() as connection:
        first = await gaps.add(connection, NOW, "who pays for my tattoo", GapSource.NOT_MEANT, "gym")
        second = await phrasings.propose(connection, "gym", "some other words", 7)
        assert await phrasings.approve(connection, NOW, second, 8)
        assert not await phrasings.approve(connection, NOW, second, 8)
    async with store.reading() as connection:
        rows = [bytes(row.words) for row in await connection.execute(select(Gap.words))]
        assert not [row for row in rows if b"tattoo" in row]
        found = await gaps.get(connection, first or 0)
        assert found is not None
        assert (found.words, found.source, found.entry_id) == ("who pays for my tattoo", GapSource.NOT_MEANT, "gym")
        assert [(one.words, one.approved_by) for one in await phrasings.learned(connection)] == [
            ("some other words", 8)
        ]
