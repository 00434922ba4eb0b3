"""One adviser, three young people open, everything in any order: each word goes to the one it was meant for, or to nobody."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import escalating
from bot.models import EscalationState, Kind, Role
from bot.store import escalations
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from tests.desk import Desk, open_desk

STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["writes", "writes", "replies", "replies", "types", "chooses", "chooses again", "changes", "finishes"]
        ),
        st.integers(0, 2),
        st.integers(0, 50),
    ),
    min_size=8,
    max_size=30,
)
ACCOUNTS = itertools.count(5_000_000_000)
RUNS = 12


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    async with open_desk(tmp_path) as made:
        yield made


@dataclass
class World:
    """What was typed, for whom it was meant, and where it arrived."""

    desk: Desk
    adviser: Actor
    young: list[Actor]
    numbers: list[int] = field(default_factory=list)
    shown: list[tuple[int, int]] = field(default_factory=list)
    """Messages on the adviser's screen that belong to a young person: message id and whose, as an index."""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Words that were asked about, and the buttons under the question."""
    typed: list[tuple[int, int]] = field(default_factory=list)
    """Messages of the adviser that were sent, and to whom."""
    meant: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    arrived: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    words: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    _message: Iterator[int] = field(default_factory=lambda: itertools.count(900_000))

    def word(self) -> str:
        return f"zork{next(self.words)}z"

    async def deliver(self, sent: list[Outgoing]) -> None:
        """What Telegram and the delivery would do: each message gets its number, and its trace."""
        async with self.desk.store.transaction() as connection:
            for call in sent:
                if call.chat_id is None or not call.method.startswith(("send", "edit")):
                    continue
                message_id = next(self._message)
                said = str(call.payload.get("text", ""))
                self._note(call.chat_id, said, message_id, call)
                if call.escalation_id is not None and call.method.startswith("send"):
                    now = self.desk.clock.now()
                    await escalations.trace(connection, call.chat_id, message_id, call.escalation_id, call.line_id, now)

    def _note(self, chat_id: int, said: str, message_id: int, call: Outgoing) -> None:
        words = {word for word in said.replace("(", " ").split() if word.startswith("zork")}
        for index, person in enumerate(self.young):
            if chat_id == person.telegram_id:
                self.arrived[index] |= words
        if chat_id == self.adviser.telegram_id and call.escalation_id in self.numbers:
            self.shown.append((message_id, self.numbers.index(call.escalation_id)))
        rows = (
            call.payload.get("reply_markup", {}).get("inline_keyboard", [])
            if chat_id == self.adviser.telegram_id
            else []
        )
        if said.startswith("Who is this for?"):
            self.asked[-1][1].update({key["text"]: key["callback_data"] for row in rows for key in row})

    async def step(self, verb: str, who: int, which: int) -> None:
        match verb:
            case "writes":
                await self._young_person_writes(who)
            case "replies" if self.shown:
                await self._replies(*self.shown[which % len(self.shown)])
            case "types":
                word = self.word()
                self.asked.append((word, {}))
                await self.deliver(await self.desk.says(self.adviser.telegram_id or 0, word))
            case "chooses" | "chooses again" if self.asked:
                await self._chooses(who, which, again=verb == "chooses again")
            case "changes" if self.typed:
                await self._changes(*self.typed[which % len(self.typed)])
            case "finishes":
                await self._finishes(who)

    async def _young_person_writes(self, who: int) -> None:
        word = self.word()
        sent = await self.desk.says(self.young[who].telegram_id or 0, f"its {word} about the flat")
        for call in sent:
            if call.chat_id == self.adviser.telegram_id and word in str(call.payload.get("text")):
                assert f"· {self.numbers[who]}" in call.payload["text"], "the line names somebody else"
        await self.deliver(sent)

    async def _replies(self, message_id: int, whose: int) -> None:
        word = self.word()
        body = self.desk.message(self.adviser.telegram_id or 0, word, reply_to=message_id)
        sent = (await self.desk.handle([body]))[0]
        if await self._is_live(whose):
            self.meant[whose].add(word)
            self.typed.append((body["message"]["message_id"], whose))
            receipts = [str(call.payload.get("text")) for call in sent if call.chat_id == self.adviser.telegram_id]
            assert any(text == f"→ {self.young[whose].initials} · {self.numbers[whose]}" for text in receipts)
        await self.deliver(sent)

    async def _chooses(self, who: int, which: int, *, again: bool) -> None:
        word, buttons = self.asked[which % len(self.asked)]
        label = f"{self.young[who].initials} · {self.numbers[who]}"
        if label not in buttons:
            return
        first = not any(word in words for words in self.meant.values())
        if first and await self._is_live(who):
            self.meant[who].add(word)
        for _ in range(2 if again else 1):
            await self.deliver(await self.desk.presses(self.adviser.telegram_id or 0, buttons[label]))

    async def _changes(self, message_id: int, whose: int) -> None:
        word = self.word()
        self.meant[whose].add(word)
        body = self.desk.message(self.adviser.telegram_id or 0, word)
        message = {**body["message"], "message_id": message_id, "edit_date": body["message"]["date"]}
        edited = {"update_id": body["update_id"], "edited_message": message}
        await self.deliver((await self.desk.handle([edited]))[0])

    async def _finishes(self, who: int) -> None:
        if await self._is_live(who):
            async with self.desk.speech() as speech:
                standing = await escalations.get(speech.connection, self.numbers[who])
                assert standing is not None
                await escalations.change(
                    speech.connection, standing.id, state=EscalationState.RESOLVED, resolved_at=speech.now,
                    resolved_by=self.adviser.id,
                )  # fmt: skip

    async def _is_live(self, who: int) -> bool:
        async with self.desk.store.reading() as connection:
            standing = await escalations.get(connection, self.numbers[who])
        return standing is not None and standing.is_live


async def world_of(desk: Desk) -> World:
    adviser = await desk.enrol(next(ACCOUNTS), "Priya Nair", Role.ADVISER)
    names = ("Jade Marlow", "Jo Moss", "Jade Marlow")  # two have the same initials, two the same name
    young = [await desk.enrol(next(ACCOUNTS), name, Role.YOUNG_PERSON, adviser_id=adviser.id) for name in names]
    made = World(desk, adviser, young)
    sent: list[Outgoing] = []
    async with desk.speech() as speech:
        council: Any = desk.service.council
        for person in young:
            standing = await escalating.open_(speech, council, person, kind=Kind.ASKED)
            made.numbers.append(standing.id)
            await escalating.acknowledge(speech, council, standing, adviser)
        sent += speech.outgoing
    await made.deliver(sent)
    return made


@settings(
    max_examples=RUNS, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS)
async def test_every_word_goes_to_the_one_it_was_meant_for_or_to_nobody(
    desk: Desk, steps: list[tuple[str, int, int]]
) -> None:
    world = await world_of(desk)
    for step in steps:
        desk.clock.pass_(30)
        await world.step(*step)
    assert {who: words for who, words in world.arrived.items() if words} == {
        who: words for who, words in world.meant.items() if words
    }
