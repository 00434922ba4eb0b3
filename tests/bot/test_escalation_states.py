"""Whatever young people, staff, Telegram and the clock do, in whatever order: somebody always has it, and what is promised is true."""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self, TypeVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import delete, insert, select, update

from bot import escalating, when, working_time
from bot.models import (
    Absence,
    Base,
    EnrolmentState,
    EscalationState,
    Kind,
    Lane,
    Outbox,
    OutboxState,
    Outcome,
    Role,
    Rung,
)
from bot.settings import read
from bot.store import chats, escalations, events, people, schema
from bot.store.engine import Store
from bot.store.escalations import Standing
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import escalation as texts
from scheduler import escalation
from scheduler.auditor import Auditor
from tests.bot.test_working_time import NORTHMOOR
from tests.conftest import VAULT, _new_database
from tests.fakes import MovableClock

R = TypeVar("R")
STARTS = [
    datetime(2026, 3, 27, 15, 30, tzinfo=UTC), datetime(2026, 10, 23, 14, 0, tzinfo=UTC),
    datetime(2026, 12, 23, 10, 0, tzinfo=UTC), datetime(2026, 11, 23, 10, 0, tzinfo=UTC),
    datetime(2026, 11, 22, 3, 0, tzinfo=UTC),
]  # fmt: skip
"""The Fridays before both clock changes, the day before Christmas closing, a Monday morning, a night."""
STAFF = {
    "Priya Sample": ({Role.ADVISER}, False), "Tom Example": ({Role.ADVISER, Role.DUTY}, True),
    "Rosa Trial": ({Role.DUTY}, False), "Marek Model": ({Role.MANAGER}, False),
}  # fmt: skip
FIRST_STAFF, FIRST_YOUNG = 7_100_000_001, 7_200_000_001
TICK = timedelta(seconds=2)
COUNTED: Counter[str] = Counter()
"""Runs and steps, for whoever publishes them."""


def claims(template: str) -> str:
    """A sentence of ours as a pattern: what its gaps were filled with can be read off it."""
    words = re.split(r"\{(\w+)\}", template)
    found = [r"\s+".join(map(re.escape, re.split(r"\s+", words[0])))]
    seen = set[str]()
    for gap, following in zip(words[1::2], words[2::2], strict=True):
        found.append(f"(?P<{gap}>.+?)" if gap not in seen else f"(?P={gap})")
        seen.add(gap)
        found.append(r"\s+".join(map(re.escape, re.split(r"\s+", following))))
    return "".join(found)


PROMISES: dict[str, str] = {
    kind: claims(template)
    for kind, template in {
        "seen": texts.SEEN, "dealing": texts.SEEN_URGENT, "talking": texts.TALKING, "not seen": texts.NOT_SEEN,
        "passed": texts.PASSED, "closed": texts.CLOSED, "passed closed": texts.PASSED_CLOSED, "urgent": texts.URGENT,
        "held back": texts.HELD_BACK, "alarm": texts.ALARM, "ordinary alarm": texts.ALARM_ORDINARY,
        "nobody": texts.NOBODY_TOLD, "done": texts.RESOLVED, "quietly done": texts.RESOLVED_QUIET,
    }.items()
}  # fmt: skip
"""Everything that a young person may be told about where it stands, by what it claims."""


@dataclass
class Part:
    """As much of the service as the clock's door needs; it reads every promise as it is made."""

    store: Store
    clock: MovableClock
    check: Callable[[Speech], Awaitable[None]]
    council: Any = NORTHMOOR
    settings: Any = field(default_factory=lambda: read({}, None))

    @asynccontextmanager
    async def speaking(self) -> AsyncIterator[Speech]:
        async with self.store.transaction() as connection:
            speech = Speech(connection, self.clock.now())
            yield speech
            await self.check(speech)
            await speech.keep()


class Stage:
    """One database for all runs: a new one for each would take longer than the run."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._runner = asyncio.Runner()
        self.store = Store(address, VAULT)
        self.does(schema.prepare(self.store, STARTS[0]))

    def does(self, work: Awaitable[R]) -> R:
        async def done() -> R:
            return await work

        return self._runner.run(done())

    def restarted(self) -> Store:
        """The database as the next process finds it."""
        self.does(self.store.close())
        self.store = Store(self._address, VAULT)
        return self.store

    def empty(self) -> None:
        async def emptied() -> None:
            async with self.store.transaction() as connection:
                for table in Base.metadata.sorted_tables:
                    await connection.execute(delete(table))

        self.does(emptied())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *given: object) -> None:
        self.does(self.store.close())
        self._runner.close()


class Team(RuleBasedStateMachine):
    """A small team, four accounts that write, and everything that may happen to them."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        COUNTED["runs"] += 1
        self.stage = stage
        self.staff: list[int] = []
        self.young: list[Actor] = []
        self.blocked: set[int] = set()
        self.hurry_up = 0

    def does(self, work: Awaitable[R]) -> R:
        return self.stage.does(work)

    # --- what happens

    @initialize(start=st.sampled_from(STARTS), urgent=st.booleans())
    def begin(self, start: datetime, urgent: bool) -> None:
        self.stage.empty()
        self.service = Part(self.stage.store, MovableClock(start), self.every_promise_is_true)
        self.auditor = Auditor(self.service)  # type: ignore[arg-type]
        self.does(self._enrol())
        self.does(self._open(0, urgent=urgent, kind=Kind.ASKED))

    async def _enrol(self) -> None:
        now = self.service.clock.now()
        async with self.service.store.transaction() as connection:
            for number, (name, (roles, on_call)) in enumerate(STAFF.items()):
                person = await people.add(
                    connection,
                    now,
                    EnrolmentState.ENROLLED,
                    name=name,
                    telegram_id=FIRST_STAFF + number,
                    on_call=on_call,
                )
                self.staff.append(person)
                for role in roles:
                    await people.give_role(connection, now, person, role, None)
            for number, adviser in enumerate((self.staff[0], self.staff[1], None)):
                telegram = FIRST_YOUNG + number
                person = await people.add(
                    connection,
                    now,
                    EnrolmentState.ENROLLED,
                    name=f"Kit {number}",
                    telegram_id=telegram,
                    adviser_id=adviser,
                )
                await people.give_role(connection, now, person, Role.YOUNG_PERSON, None)
                self.young += [a for a in [await people.get(connection, person)] if a]
            self.young.append(Actor(telegram_id=FIRST_YOUNG + 9))

    whom = st.integers(0, 3)
    which_staff = st.integers(0, len(STAFF) - 1)

    @rule(whom=whom, urgent=st.booleans(), kind=st.sampled_from([Kind.ASKED, Kind.RING, Kind.NO_ANSWER]))
    def opens(self, whom: int, urgent: bool, kind: Kind) -> None:
        self.does(self._open(whom, urgent=urgent, kind=Kind.CONCERN if urgent else kind))

    @rule(whom=whom)
    def is_worried(self, whom: int) -> None:
        page_at = self.service.clock.now() + timedelta(minutes=10)
        self.does(self._open(whom, kind=Kind.WORRIED, page_at=page_at))

    async def _open(self, whom: int, **more: Any) -> None:
        async with self.service.speaking() as speech:
            standing = await escalating.open_(speech, NORTHMOOR, self.young[whom], **more)
            await escalating.promise(speech, NORTHMOOR, standing)

    @rule(whom=whom, needs_answer=st.booleans())
    def writes_again(self, whom: int, needs_answer: bool) -> None:
        async def heard(speech: Speech, standing: Standing) -> None:
            after = await escalating.heard(speech, NORTHMOOR, standing, needs_answer=needs_answer)
            await escalating.promise(speech, NORTHMOOR, after)

        self.does(self._on_live(whom, heard))

    @rule(whom=whom, who=which_staff)
    def acknowledges(self, whom: int, who: int) -> None:
        async def taken(speech: Speech, standing: Standing) -> None:
            actor = await self._actor(speech, who)
            if actor is not None and standing.state is EscalationState.OPEN:
                await escalating.acknowledge(speech, NORTHMOOR, standing, actor)

        self.does(self._on_live(whom, taken))

    @rule(whom=whom, who=which_staff)
    def answers(self, whom: int, who: int) -> None:
        async def answer(speech: Speech, standing: Standing) -> None:
            if (actor := await self._actor(speech, who)) is not None:
                after = await escalating.answered(speech, NORTHMOOR, standing, actor)
                await escalating.promise(speech, NORTHMOOR, after)

        self.does(self._on_live(whom, answer))

    @rule(whom=whom, to=st.one_of(which_staff, st.sampled_from([Rung.DUTY, Rung.MANAGER])))
    def is_passed_on(self, whom: int, to: int | Rung) -> None:
        async def passed(speech: Speech, standing: Standing) -> None:
            target = to if isinstance(to, Rung) else await self._actor(speech, to)
            if target is not None:
                await escalating.pass_on(speech, NORTHMOOR, standing, to=target)

        self.does(self._on_live(whom, passed))

    @rule(whom=whom, who=which_staff, outcome=st.sampled_from(list(Outcome)))
    def is_resolved(self, whom: int, who: int, outcome: Outcome) -> None:
        async def done(speech: Speech, standing: Standing) -> None:
            actor = await self._actor(speech, who)
            await escalating.resolve(speech, NORTHMOOR, standing, actor, outcome)

        self.does(self._on_live(whom, done))

    @rule(whom=whom)
    def is_reopened(self, whom: int) -> None:
        async def again() -> None:
            async with self.service.speaking() as speech:
                young = self.young[whom]
                if (last := await escalations.current(speech.connection, young.telegram_id or 0)) is not None:
                    after = await escalating.reopen(speech, NORTHMOOR, last, young)
                    await escalating.promise(speech, NORTHMOOR, after)

        self.does(again())

    @rule(
        who=which_staff,
        cover=st.one_of(st.none(), which_staff),
        hours=st.integers(1, 120),
        in_hours=st.sampled_from([0, 0, 5]),
    )
    def goes_away(self, who: int, cover: int | None, hours: int, in_hours: int) -> None:
        async def away() -> None:
            now = self.service.clock.now()
            begins = now + timedelta(hours=in_hours)
            values = {
                "person_id": self.staff[who], "cover_id": None if cover is None else self.staff[cover], "starts_at": begins,
                "until": begins + timedelta(hours=hours), "said_by": self.staff[who], "created_at": now,
            }  # fmt: skip
            known = {column.name for column in Absence.__table__.columns}
            async with self.service.store.transaction() as connection:
                await connection.execute(insert(Absence).values(**{k: v for k, v in values.items() if k in known}))

        self.does(away())

    @rule(who=which_staff)
    def comes_back(self, who: int) -> None:
        async def back() -> None:
            async with self.service.store.transaction() as connection:
                ends = update(Absence).where(Absence.person_id == self.staff[who], Absence.ended_at.is_(None))
                await connection.execute(ends.values(ended_at=self.service.clock.now()))

        self.does(back())

    @rule(chat=st.one_of(which_staff.map(lambda n: FIRST_STAFF + n), st.just(FIRST_YOUNG)))
    def blocks_the_bot(self, chat: int) -> None:
        self.blocked.add(chat)

    @rule(chat=st.one_of(which_staff.map(lambda n: FIRST_STAFF + n), st.just(FIRST_YOUNG)))
    def writes_to_the_bot(self, chat: int) -> None:
        async def heard() -> None:
            async with self.service.store.transaction() as connection:
                await chats.heard_from(connection, chat, "private", self.service.clock.now())

        self.blocked.discard(chat)
        self.does(heard())

    @rule(who=which_staff, role=st.sampled_from([Role.ADVISER, Role.DUTY, Role.MANAGER]), given=st.booleans())
    def role_changes(self, who: int, role: Role, given: bool) -> None:
        async def changed() -> None:
            async with self.service.store.transaction() as connection:
                if given:
                    await people.give_role(connection, self.service.clock.now(), self.staff[who], role, None)
                else:
                    await people.take_role(connection, self.staff[who], role)

        self.does(changed())

    @rule(who=which_staff, on_call=st.booleans())
    def on_call_changes(self, who: int, on_call: bool) -> None:
        self.does(self._change(self.staff[who], on_call=on_call))

    @precondition(lambda self: len(self.staff) > 0)
    @rule(who=which_staff, stays=st.booleans())
    def leaves_or_returns(self, who: int, stays: bool) -> None:
        state = EnrolmentState.ENROLLED if stays else EnrolmentState.WITHDRAWN
        self.does(self._change(self.staff[who], state=state))

    async def _change(self, person: int, **values: Any) -> None:
        async with self.service.store.transaction() as connection:
            await people.change(connection, person, **values)

    @rule()
    def messages_go_out(self) -> None:
        self.does(self._deliver())

    async def _deliver(self) -> None:
        """As the delivery writes it down."""
        now = self.service.clock.now()
        async with self.service.store.transaction() as connection:
            waiting = select(Outbox.id, Outbox.chat_id, Outbox.escalation_id).where(Outbox.state == OutboxState.WAITING)
            for row in (await connection.execute(waiting)).all():
                lost = row.chat_id in self.blocked
                state = OutboxState.UNREACHABLE if lost else OutboxState.DELIVERED
                await connection.execute(update(Outbox).where(Outbox.id == row.id).values(state=state, finished_at=now))
                if lost:
                    await chats.lost(connection, row.chat_id, "private", "blocked")
                    if row.escalation_id is not None:
                        await escalations.hurry(connection, row.escalation_id, now)

    @rule(
        jump=st.one_of(
            st.sampled_from([2, 60, 300, 600, 901, 4 * 3600, 24 * 3600]),
            st.integers(1, 7200),
            st.integers(1, 10 * 24 * 3600),
        )
    )
    def time_passes(self, jump: int) -> None:
        self.service.clock.pass_(jump)

    @rule()
    def until_the_next_step(self) -> None:
        async def soonest() -> list[Standing]:
            async with self.service.store.reading() as connection:
                return await escalations.all_live(connection)

        if live := self.does(soonest()):
            self.service.clock.moment = max(self.service.clock.moment, min(s.next_at for s in live)) + TICK / 2

    @rule(steps=st.integers(1, 4))
    def much_happens_between_two_ticks(self, steps: int) -> None:
        self.hurry_up = steps

    @rule()
    def the_bot_starts_again(self) -> None:
        self.service.store = self.stage.restarted()
        self.auditor = Auditor(self.service)  # type: ignore[arg-type]

    # --- what holds

    @invariant()
    def after_a_tick_everybody_who_waits_has_somebody(self) -> None:
        COUNTED["steps"] += 1
        if not self.staff or self.hurry_up > 0:
            self.hurry_up -= 1
            return
        self.does(self._settled())

    async def _settled(self) -> None:
        await self.auditor._look()
        await escalation.tick(self.service)  # type: ignore[arg-type]
        now = self.service.clock.now()
        async with self.service.store.reading() as connection:
            speech = Speech(connection, now)
            live = await escalations.all_live(connection)
            accounts = [standing.telegram_id for standing in live]
            assert len(accounts) == len(set(accounts))
            unreported = {row.escalation_id for row in await escalations.undelivered(connection)}
            told: dict[str, list[Any]] = {str(standing.id): [] for standing in live}
            for event in await events.of_subject(connection, "escalation", list(told)):
                told[event.subject].append(event)
            for standing in live:
                holders = await escalating.holders(speech, standing)
                assert holders or standing.rung is Rung.ALARM, f"nobody has {standing}"
                assert standing.next_action != "nothing"
                assert standing.next_at > now, f"overdue by {now - standing.next_at}: {standing}"
                by_name = standing.rung is Rung.ADVISER or standing.state is EscalationState.ACKNOWLEDGED
                assert not by_name or [p.id for p in holders] == [standing.owner_id]
                self._events_tell_it(told[str(standing.id)], standing)
                assert standing.id not in unreported or not holders

    def _events_tell_it(self, told: list[Any], standing: Standing) -> None:
        """State, owner and rung follow from the events alone: nothing changed without one."""
        owner, rung = None, ""
        for event in told:
            details = event.details or {}
            match event.verb:
                case "acknowledged":
                    assert owner is None or details.get("by") == "answering", "two took it at once"
                    owner = event.actor_id
                case "opened" | "made urgent" | "reopened" | "passed on" | "un-acknowledged":
                    owner, rung = None, details["rung"]
        assert (owner is not None) == (standing.state is EscalationState.ACKNOWLEDGED)
        assert owner is None or owner == standing.owner_id
        assert rung == standing.rung

    async def every_promise_is_true(self, speech: Speech) -> None:
        """Each sentence to a young person claims no more than the row says, and than was really sent."""
        for message in speech.outgoing:
            if message.chat_id is None or message.chat_id < FIRST_YOUNG:
                continue
            told = str(message.payload["text"])
            found = [(kind, m) for kind, p in PROMISES.items() if (m := re.fullmatch(p, told, re.DOTALL))]
            assert found, f"an unknown sentence: {told!r}"
            kind, said = found[0]
            standing = await escalations.get(speech.connection, message.escalation_id or 0)
            assert standing is not None
            assert standing.telegram_id == message.chat_id
            await self._is_true(speech, standing, kind, said.groupdict())

    async def _is_true(self, speech: Speech, standing: Standing, kind: str, said: dict[str, str | None]) -> None:
        COUNTED["promises"] += 1
        if kind in ("done", "quietly done"):
            assert standing.state is EscalationState.RESOLVED
            return
        taken = kind in ("seen", "dealing", "talking")
        assert taken == (standing.state is EscalationState.ACKNOWLEDGED), f"{kind}: {standing}"
        if by := said.get("by"):
            assert standing.promised_at is not None
            assert by == when.said(standing.promised_at, speech.now, NORTHMOOR.zone)
            assert standing.promised_at > speech.now
        if taken:
            assert said["who"] in await self._known_as(speech, standing)
            answered = standing.answered_at is not None and standing.answered_at >= standing.heard_at
            assert (kind == "talking") == answered
        elif kind in ("not seen", "passed", "urgent", "alarm", "ordinary alarm"):
            holders = await escalating.holders(speech, standing)
            assert holders
            assert "alarm" in kind or standing.reminded > 0
            if standing.reminded:
                assert await self._was_paged(speech, standing, holders), f"{kind}, but nobody was paged"
        elif kind in ("closed", "passed closed"):
            assert not working_time.is_open(NORTHMOOR, speech.now)
            assert standing.reminded == 0
        elif kind == "held back":
            assert standing.reminded == 0
            assert standing.next_at > speech.now
        else:
            assert not await escalating.holders(speech, standing)

    async def _known_as(self, speech: Speech, standing: Standing) -> set[str]:
        owner = await people.get(speech.connection, standing.owner_id)
        assert owner is not None
        if standing.person_id is not None:
            return {owner.name.split()[0]}
        roles = (texts.A_PERSON, texts.THE_DUTY_WORKER, texts.A_MANAGER)
        return {*roles, *(words[:1].upper() + words[1:] for words in roles)}

    async def _was_paged(self, speech: Speech, standing: Standing, holders: list[Actor]) -> bool:
        chats_of = {person.telegram_id for person in holders}
        if any(
            m.lane is Lane.PAGE and m.chat_id in chats_of and m.escalation_id == standing.id for m in speech.outgoing
        ):
            return True
        pages = select(Outbox.chat_id).where(Outbox.escalation_id == standing.id, Outbox.lane == Lane.PAGE)
        return any(row.chat_id in chats_of for row in await speech.connection.execute(pages))

    async def _actor(self, speech: Speech, who: int) -> Actor | None:
        """As the door reads them: a member of staff with some role, else nobody."""
        actor = await people.get(speech.connection, self.staff[who])
        return actor if actor is not None and actor.is_staff else None

    async def _on_live(self, whom: int, work: Callable[[Speech, Standing], Awaitable[None]]) -> None:
        async with self.service.speaking() as speech:
            standing = await escalations.live(speech.connection, self.young[whom].telegram_id or 0, lock=True)
            if standing is not None:
                await work(speech, standing)


# --- the runs


def run(stage: Stage, runs: int, steps: int = 50, advance: Callable[[], None] = lambda: None) -> None:
    """So many runs of so many steps; `advance` is called for each run."""

    def team() -> Team:
        advance()
        return Team(stage)

    checks = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
    told = settings(
        max_examples=runs, stateful_step_count=steps, deadline=None, suppress_health_check=checks, database=None,
    )  # fmt: skip
    run_state_machine_as_test(team, settings=told)  # type: ignore[arg-type]


@pytest.fixture
def folder() -> Iterator[Path]:
    """In memory where there is such a place: these runs are about order, not about power cuts."""
    shm = Path("/dev/shm")
    made = Path(tempfile.mkdtemp(prefix="states", dir=shm if shm.is_dir() else None))
    yield made
    shutil.rmtree(made, ignore_errors=True)


def test_whatever_happens_every_open_escalation_has_an_owner_and_a_next_action(folder: Path) -> None:
    with Stage(f"sqlite+inloop:///{folder}/bot.sqlite3") as stage:
        run(stage, 12)


def test_whatever_happens_it_holds_on_postgresql_too(postgresql_address: str) -> None:
    with asyncio.Runner() as runner:
        database = _new_database(postgresql_address)
        address = runner.run(database.__aenter__())
        try:
            with Stage(address) as stage:
                run(stage, 3, 25)
        finally:
            runner.run(database.__aexit__(None, None, None))
