"""Scenarios 4 and 5: people need a person while the bot is killed again and again; and how long a page takes amid 2,000 notices.

What is checked comes from the stand-in's log and plain SQL: whoever wrote was paged for, a page read twice says so, and
after the last start nothing is overdue.
"""

from __future__ import annotations

import asyncio
import random
import re
import sqlite3
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, LiteralString

from bot import keys
from bot.models import EnrolmentState, Role
from bot.settings import read
from bot.store import people, schema
from bot.store.engine import Store
from bot.store.vault import Vault
from practice.client import Control
from tests.drill import ledger
from tests.drill.crisis import WORDS
from tests.drill.databases import Database, Message
from tests.drill.ledger import plain_address
from tests.drill.receive import START_SECONDS, settled
from tests.drill.send import Calls
from tests.drill.stage import BotProcess, Json, Tail, key_file, our_bot, stand_in, until
from tests.drill.stage import people as invented

NOTICE = 3
FIRST_STAFF = 7_300_000_001
ASK = "/person"
AGAIN = "(again)"
TICK_SECONDS = 2.0
CATCH_UP_SECONDS = 5.0
"""After the bot is ready: two ticks and the work itself."""
PAGE_SECONDS = 5.0
NUMBER = re.compile(r"number (\d+)")
ESCALATIONS: LiteralString = "SELECT id, telegram_id, state, next_at FROM escalations ORDER BY id"
PAGES: LiteralString = "SELECT escalation_id, chat_id, state, message_id FROM outbox WHERE lane = 1 AND escalation_id IS NOT NULL"  # fmt: skip
TOLD: LiteralString = "SELECT subject, verb, details FROM events WHERE noun = 'escalation'"


@dataclass(frozen=True, slots=True)
class Plan:
    """One run with kills."""

    database: str
    people: int = 60
    kills: int = 40
    events: int = 8
    """What happens in each life of the bot."""
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Paging:
    """One run without kills: urgent words every `every` seconds while notices go out."""

    database: str
    notices: int = 2_000
    every: float = 0.75
    advisers: int = 20
    seed: int = 1


@dataclass(slots=True)
class Result:
    """What a run with kills showed. Lists hold what is wrong."""

    plan: Plan
    happened: dict[str, int]
    escalations: int
    steps: int
    """Events of the escalations."""
    pages: int
    repeated: int
    """Pages that somebody got twice, each marked."""
    catch_up: float
    """Seconds from when the bot was ready after the last kill until nothing was overdue."""
    seconds: float
    lost: list[str] = field(default_factory=list)
    unmarked: list[str] = field(default_factory=list)
    overdue: list[int] = field(default_factory=list)

    def broken(self) -> list[str]:
        """Which of the issue's bounds do not hold."""
        checks: dict[str, Sequence[object]] = {
            "lost": self.lost,
            "repeated without a mark": self.unmarked,
            "overdue after the last start": self.overdue,
        }
        at = f"escalate, {self.plan.database}"
        return [f"{at}: {what} {len(found)} (such as {found[:3]})" for what, found in checks.items() if found]


@dataclass(slots=True)
class Paged:
    """What a run with notices showed; latencies in seconds."""

    plan: Paging
    urgent: int
    latencies: list[float]
    earned_429: int
    seconds: float

    def at(self, share: float) -> float:
        """The latency that this share of all pages does not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")

    def broken(self) -> list[str]:
        """Which of the issue's bounds do not hold."""
        checks = (
            (len(self.latencies) == self.urgent, f"{self.urgent - len(self.latencies)} urgent messages led to no page"),
            (self.at(0.99) <= PAGE_SECONDS, f"a page took {self.at(0.99):.1f} s at p99, not ≤ {PAGE_SECONDS:.0f}"),
            (self.earned_429 == 0, f"{self.earned_429} self-inflicted 429"),
        )
        return [f"paging, {self.plan.database}: {sentence}" for holds, sentence in checks if not holds]


# --- who is there


async def enrol(database: Database, folder: Path, advisers: int, young: Sequence[int]) -> list[int]:
    """A team and its young people, as if all had joined. Returns the staff's accounts: advisers, two on duty, two managers."""
    address = read({"DATABASE_URL": database.address}, None).database_url
    store = Store(address, Vault(keys.read_or_make(key_file(folder))))
    now = datetime.now(UTC)
    roles = [*[Role.ADVISER] * advisers, Role.DUTY, Role.DUTY, Role.MANAGER, Role.MANAGER]
    await schema.prepare(store, now)
    async with store.transaction() as connection:
        rows = []
        for number, role in enumerate(roles):
            row = await people.add(
                connection, now, EnrolmentState.ENROLLED, telegram_id=FIRST_STAFF + number, name=f"Staff {number}",
                on_call=number == advisers,
            )  # fmt: skip
            await people.give_role(connection, now, row, role, None)
            rows.append(row)
        for number, telegram in enumerate(young):
            row = await people.add(
                connection, now, EnrolmentState.ENROLLED, telegram_id=telegram, name=f"Young {number}",
                adviser_id=rows[number % advisers],
            )  # fmt: skip
            await people.give_role(connection, now, row, Role.YOUNG_PERSON, None)
    await store.close()
    return [FIRST_STAFF + number for number in range(len(roles))]


async def to_monday(control: Control) -> None:
    """The practice's clock goes to the next Monday at ten, so that a run at night is like one by day."""
    now = datetime.fromisoformat((await control.world())["now"])
    monday = (now + timedelta(days=7 - now.weekday())).replace(hour=10, minute=0, second=0)
    await control.advance((monday - now).total_seconds())


def clock_of(api_base: str) -> str:
    """Where the bot asks how far the clock was moved."""
    return f"{api_base}/control/clock"


# --- kills


@dataclass
class Town:
    """Young people who write, staff who press, time that passes."""

    control: Control
    young: list[int]
    calls: Tail
    dice: random.Random
    happened: Counter[str] = field(default_factory=Counter)
    wrote: set[int] = field(default_factory=set)
    buttons: list[tuple[int, int, str]] = field(default_factory=list)
    ready: bool = False

    def look(self) -> None:
        """Read what the bot sent since the last look: its pages' buttons, and whether it is ready."""
        for row in self.calls.new():
            self.ready = self.ready or row["method"] == "deleteWebhook"
            if row["method"] == "sendMessage" and row["executed"]:
                self.buttons += [(int(row["params"]["chat_id"]), row["result"]["message_id"], data) for data in _presses(row, "got")]  # fmt: skip

    def is_ready(self) -> bool:
        """Whether the bot receives since `ready` was last taken back."""
        self.look()
        return self.ready

    async def something_happens(self) -> None:
        """One event of the day."""
        self.look()
        (what,) = self.dice.choices(("urgent", "asks", "got", "time", "again"), (4, 3, 4, 3, 1))
        fresh = [person for person in self.young if person not in self.wrote]
        if what == "again" and self.wrote:
            await self._writes(self.dice.choice(sorted(self.wrote)), WORDS)
        elif what == "got" and self.buttons:
            chat, message, data = self.buttons.pop(self.dice.randrange(len(self.buttons)))
            await self.control.tap(chat, message, data)
        elif what in ("urgent", "asks") and fresh:
            await self._writes(self.dice.choice(fresh), WORDS if what == "urgent" else ASK)
        else:
            what = "time"
            await self.control.advance(self.dice.uniform(5, 240))
        self.happened[what] += 1

    async def _writes(self, person: int, words: str) -> None:
        await self.control.say(person, words)
        self.wrote.add(person)


def _presses(row: Json, verb: str) -> list[str]:
    markup = row["params"].get("reply_markup")
    found = re.findall(rf'"callback_data": ?"(!{verb}\.[^"]+)"', markup if isinstance(markup, str) else "")
    if isinstance(markup, dict):
        keys_of = [key for line in markup.get("inline_keyboard", []) for key in line]
        found += [key["callback_data"] for key in keys_of if str(key.get("callback_data", "")).startswith(f"!{verb}.")]
    return found


async def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Play one run; `advance` is called for each kill."""
    dice, young, began = random.Random(plan.seed), invented(plan.people), time.monotonic()
    staff = await enrol(database, folder, 8, young)
    async with stand_in(folder, [*young, *staff], limits=False) as stand:
        settings = {"SEND_PER_SECOND": "1000", "LOG_LEVEL": "WARNING", "PRACTICE_CLOCK_URL": clock_of(stand.api_base)}
        bot = our_bot(stand, folder, database.address, **settings)
        town = Town(stand.control, young, Tail(folder / "calls.jsonl"), dice)
        await to_monday(stand.control)
        with bot:
            for _ in range(plan.kills):
                await _one_life(plan, bot, town)
                advance()
            await stand.control.advance(dice.uniform(300, 900))
            catch_up, overdue = await _catches_up(bot, town, database)
            await settled(stand.control, database, bot)
            bot.stop()
    sends = ledger.read_log(folder / "calls.jsonl")
    remembered = ledger.read_database(database.address, database.key_file)
    found = Result(plan, dict(town.happened), 0, 0, 0, 0, catch_up, time.monotonic() - began, overdue=overdue)
    _hold_against(found, town.wrote, database, sends)
    sending = ledger.of_sending(remembered.rows, sends)
    found.lost += [f"outbox row {row}" for row in (*sending.lost, *sending.stuck)]
    found.unmarked += [f"outbox row {row}" for row in sending.doubled]
    return found


async def _one_life(plan: Plan, bot: BotProcess, town: Town) -> None:
    """Some of it happens while the bot starts, most while it runs, some while it is dead."""
    dice, town.ready = town.dice, False
    town.look()
    bot.start()
    while_it_runs = dice.randint(1, plan.events)
    if dice.random() < 0.8:
        await until(town.is_ready, START_SECONDS, "the bot's start", bot)
    for _ in range(while_it_runs):
        await town.something_happens()
        await asyncio.sleep(dice.choice((0.0, dice.uniform(0, 0.1), dice.uniform(0, TICK_SECONDS / 2))))
    bot.kill()
    for _ in range(plan.events - while_it_runs):
        await town.something_happens()


async def _catches_up(bot: BotProcess, town: Town, database: Database) -> tuple[float, list[int]]:
    """Start for the last time; how long until nothing is overdue, and what still is after the time for that."""
    town.look()
    town.ready = False
    bot.start()
    await until(town.is_ready, START_SECONDS, "the bot's start", bot)
    ready = time.monotonic()
    while True:
        bot.check()
        now = datetime.fromisoformat((await town.control.world())["now"]) - timedelta(seconds=TICK_SECONDS)
        live = [row for row in rows(database, ESCALATIONS) if row[2] != "resolved"]
        overdue = [int(row[0]) for row in live if (_moment(row[3]) < now)]
        seconds = time.monotonic() - ready
        if not overdue or seconds > CATCH_UP_SECONDS:
            return seconds, overdue
        await asyncio.sleep(0.1)


def _moment(value: Any) -> datetime:
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _hold_against(found: Result, wrote: set[int], database: Database, sends: Sequence[ledger.Send]) -> None:
    """Hold what people wrote, and what the events say, against what staff really got."""
    numbers = {telegram: number for number, telegram, _, _ in rows(database, ESCALATIONS)}
    got = [
        s for s in sends if s.executed and s.chat_id >= FIRST_STAFF and NUMBER.search(s.text) and "!open." in s.markup
    ]
    paged_for = Counter(int(match[1]) for s in got if (match := NUMBER.search(s.text)))
    found.escalations, found.pages = len(numbers), len(got)
    found.lost += [f"{person} wrote and has no escalation" for person in sorted(wrote - numbers.keys())]
    found.lost += [f"escalation {n} led to no page" for n in sorted(numbers.values()) if not paged_for[n]]
    said, put = Counter[int](), Counter(int(row[0]) for row in rows(database, PAGES) if row[2] == "delivered")
    for subject, verb, details in rows(database, TOLD):
        found.steps += 1
        if verb in ("paged", "reminded", "raised alarm"):
            said[int(subject)] += int(_json(details).get("told", 0))
    found.lost += [f"escalation {n}: {said[n]} pages said, {put[n]} delivered" for n in said if put[n] < said[n]]
    same: dict[tuple[int, str, str], list[str]] = defaultdict(list)
    for send in got:
        same[send.chat_id, send.text.replace(AGAIN, "").strip(), send.markup].append(send.text)
    for texts in same.values():
        found.repeated += len(texts) - 1
        found.unmarked += [text for text in texts[1:] if AGAIN not in text]


def _json(details: Any) -> Json:
    import json

    return dict(json.loads(details) if isinstance(details, str) else details or {})


def rows(database: Database, query: LiteralString) -> list[tuple[Any, ...]]:
    """What a query gives, with the plain driver."""
    if database.kind == "sqlite":
        with closing(sqlite3.connect(database.address.partition(":///")[2], timeout=30)) as connection:
            return list(connection.execute(query).fetchall())
    import psycopg

    with psycopg.connect(plain_address(database.address)) as server:
        return list(server.execute(query).fetchall())


# --- notices


async def run_paging(plan: Paging, folder: Path, database: Database, advance: Callable[[], None]) -> Paged:
    """Play one run; `advance` is called for each message that goes out."""
    dice, young, began = random.Random(plan.seed), invented(plan.notices), time.monotonic()
    staff = await enrol(database, folder, plan.advisers, young)
    said_at: dict[int, float] = {}
    async with stand_in(folder, [*young, *staff], limits=True) as stand:
        bot = our_bot(stand, folder, database.address, LOG_LEVEL="WARNING", PRACTICE_CLOCK_URL=clock_of(stand.api_base))
        calls = Calls(Tail(folder / "calls.jsonl"), advance)
        await to_monday(stand.control)
        with bot:
            bot.start()
            await until(lambda: calls.look() >= 0 and calls.ready, START_SECONDS, "the bot's start", bot)
            await asyncio.sleep(1)  # it has asked for the clock by then
            database.put([Message(NOTICE, chat, f"Drill notice {n:06d}.") for n, chat in enumerate(young)])
            writers = iter(dice.sample(young, len(young)))
            while calls.look() - 2 * len(said_at) < plan.notices * 0.97:
                await asyncio.sleep(plan.every * dice.uniform(0.5, 1.5))
                bot.check()
                person = next(writers)
                said_at[person] = time.time()
                await stand.control.say(person, WORDS)
            await settled(stand.control, database, bot)
            bot.stop()
    sends = ledger.read_log(folder / "calls.jsonl")
    numbers = {number: telegram for number, telegram, _, _ in rows(database, ESCALATIONS)}
    first: dict[int, float] = {}
    for send in sends:
        match = NUMBER.search(send.text) if send.executed and send.chat_id >= FIRST_STAFF else None
        paged_for = numbers.get(int(match[1])) if match else None
        if paged_for is not None:
            first.setdefault(paged_for, send.at - said_at[paged_for])
    earned = sum(send.code == 429 and not send.injected for send in sends)
    return Paged(plan, len(said_at), list(first.values()), earned, time.monotonic() - began)
