"""`python -m tests.drill.broadcast`: one notice to thousands in private chats and groups, with faults and kills in mid-send.

What is checked comes from the stand-in's log and plain SQL: everybody it was for has one receipt, what a receipt says
agrees with what arrived, and whoever is in a group got it there alone. A run without kills measures how long people who
ask something meanwhile wait for their answer.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import LiteralString

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bot import keys
from bot.audience import Audience
from bot.models import Audience as GroupAudience
from bot.models import NoticeKind, NoticeState, ReceiptState
from bot.settings import read
from bot.store import groups, notices, receipts
from bot.store.engine import Store
from bot.store.vault import Vault
from practice.client import Control
from tests.drill import ledger
from tests.drill.databases import Database, Databases
from tests.drill.escalate import clock_of, enrol, rows, to_monday
from tests.drill.receive import START_SECONDS, settled
from tests.drill.send import AT_ANY_MOMENT, AT_WORK, BLOCKED, FAULTS, PER_SECOND, TIMEOUT_SECONDS, Calls
from tests.drill.stage import BotProcess, Failed, Json, Tail, key_file, our_bot, stand_in, until
from tests.drill.stage import people as invented

WORDS = "A drill: the Hub is open on Tuesday."
ASKED = "/help"
REPLY_SECONDS = 1.0
EVERY = 0.5
"""Seconds between two questions, on the average."""
IN_EACH_GROUP = 10
SLACK = 300.0
"""Seconds beyond the time that the pace needs, after which the drill gives up: faults, kills and starts."""
A_KILL = 10.0
MANAGER = 3
"""The row of the manager who made the notice: after one adviser and two on duty."""
KINDS = ("sqlite", "postgresql")
OURS: LiteralString = " JOIN notices n ON n.id = f.notice_id WHERE n.kind = 'message'"
"""The bot's own timetable has notices too."""
RECEIPTS: LiteralString = "SELECT r.chat_id, r.state FROM receipts r JOIN firings f ON f.id = r.firing_id" + OURS
FIRINGS: LiteralString = "SELECT f.state FROM firings f" + OURS


@dataclass(frozen=True, slots=True)
class Plan:
    """One run. Without kills there are no faults either, and people ask something meanwhile."""

    database: str
    recipients: int = 10_000
    groups: int = 20
    kills: int = 20
    seed: int = 1

    @property
    def longest(self) -> float:
        """Seconds after which the drill gives up."""
        return 1.5 * self.recipients / PER_SECOND + self.kills * A_KILL + SLACK


@dataclass(slots=True)
class Result:
    """What a run showed. Lists hold chats, or rows of the outbox, for whoever looks for the reason."""

    plan: Plan
    states: dict[str, int]
    """Receipts by state."""
    seconds: float
    """From when it was due until the last was counted."""
    earned_429: int
    injected_429: int
    listed_unknown: int
    """What the message to staff said."""
    latencies: list[float] = field(default_factory=list)
    asked: int = 0
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    wrong: list[int] = field(default_factory=list)
    """Got it in private although they are in a group, or it was not for them."""
    stuck: list[int] = field(default_factory=list)

    def at(self, share: float) -> float:
        """The latency that this share of all answers does not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")

    def broken(self) -> list[str]:
        """Which of the issue's bounds do not hold."""
        at = f"broadcast, {self.plan.database}"
        lists = {
            "lost silently": self.lost, "doubled outside unknown": self.doubled, "not meant for them": self.wrong,
            "stuck": self.stuck,
        }  # fmt: skip
        found = [f"{at}: {what} {len(chats)} (such as {chats[:3]})" for what, chats in lists.items() if chats]
        if self.earned_429:
            found.append(f"{at}: {self.earned_429} self-inflicted 429")
        unknown = self.states.get("unknown", 0)
        if unknown != self.listed_unknown:
            found.append(f"{at}: {unknown} unknown, but staff read of {self.listed_unknown}")
        if self.asked != len(self.latencies):
            found.append(f"{at}: {self.asked - len(self.latencies)} questions found no answer")
        if self.asked and self.at(0.99) > REPLY_SECONDS:
            found.append(f"{at}: an answer took {self.at(0.99):.2f} s at p99, not ≤ {REPLY_SECONDS:.0f}")
        return found

    def row(self) -> dict[str, object]:
        """A line of the table."""
        told = self.states
        return {
            "broadcast": self.plan.database, "recipients": self.plan.recipients, "of them groups": self.plan.groups,
            "kills": self.plan.kills, "delivered": told.get("delivered", 0), "unreachable": told.get("unreachable", 0),
            "unknown, listed": told.get("unknown", 0), "lost silently": len(self.lost) + len(self.stuck),
            "doubled outside unknown": len(self.doubled), "in private and in a group": len(self.wrong),
            "429 injected": self.injected_429, "429 self-inflicted": self.earned_429,
            "answers": len(self.latencies) or "-", "p50 s": f"{self.at(0.5):.2f}" if self.latencies else "-",
            "p99 s": f"{self.at(0.99):.2f}" if self.latencies else "-", "s": f"{self.seconds:.0f}",
        }  # fmt: skip


# --- one run


async def run(plan: Plan, folder: Path, database: Database, advance: Callable[[], None]) -> Result:
    """Play one run; `advance` is called for each message that is carried out."""
    dice, in_groups = random.Random(plan.seed), IN_EACH_GROUP * plan.groups
    everybody = invented(plan.recipients - plan.groups + in_groups + (0 if plan.kills else _askers(plan)))
    young = everybody[: plan.recipients - plan.groups + in_groups]
    staff = await enrol(database, folder, 1, young)
    told = [
        {"title": f"Drill group {n}", "type": "supergroup", "members": young[IN_EACH_GROUP * n :][:IN_EACH_GROUP], "bot": True}
        for n in range(plan.groups)
    ]  # fmt: skip
    async with stand_in(folder, [*everybody, *staff], limits=True, groups=told) as stand:
        settings = {
            "SEND_PER_SECOND": str(PER_SECOND),
            "SEND_TIMEOUT_SECONDS": str(TIMEOUT_SECONDS),
            "LOG_LEVEL": "ERROR",
        }
        bot = our_bot(stand, folder, database.address, **settings, PRACTICE_CLOCK_URL=clock_of(stand.api_base))
        calls = Calls(Tail(folder / "calls.jsonl"), advance)
        await to_monday(stand.control)
        chats = [int(chat["id"]) for chat in (await stand.control.world())["chats"] if chat["id"] < 0]
        said_at: dict[int, float] = {}
        with bot:
            bot.start()
            await until(lambda: calls.look() >= 0 and calls.ready, START_SECONDS, "the bot's start", bot)
            await asyncio.sleep(1)  # it has asked for the clock by then
            if plan.kills:
                await _trouble(stand.control, young[in_groups:], dice)
            now = datetime.fromisoformat((await stand.control.world())["now"])
            began = time.monotonic()
            await _announce(database, folder, now, chats, young)
            over = asyncio.create_task(_until_over(plan, database, calls, bot, began))
            if plan.kills:
                await _kill(plan, bot, calls, dice)
            else:
                await _ask(stand.control, everybody[len(young) :], said_at, over, dice)
            await over
            took = time.monotonic() - began
            await settled(stand.control, database, bot)
            bot.stop()
    expected = {*young[in_groups:], *chats}
    return _hold_against(plan, database, folder / "calls.jsonl", expected, said_at, took)


def _askers(plan: Plan) -> int:
    return round(plan.recipients / PER_SECOND / EVERY) + 1


async def _announce(
    database: Database, folder: Path, now: datetime, chats: Sequence[int], young: Sequence[int]
) -> None:
    """An approved notice that is due now, for all groups and for everybody in private."""
    address = read({"DATABASE_URL": database.address}, None).database_url
    store = Store(address, Vault(keys.read_or_make(key_file(folder))))
    async with store.transaction() as connection:
        registered = []
        for place, chat in enumerate(chats):
            group = await groups.note(connection, now, chat, f"Drill group {place}", None)
            await groups.register(connection, now, group.id, GroupAudience.YOUNG_PEOPLE, None)
            registered.append(group.id)
            for member in young[IN_EACH_GROUP * place :][:IN_EACH_GROUP]:
                await receipts.note_seen(connection, now, chat, member)
        audience, day = Audience(groups=frozenset(registered), people=True), now.date()
        number = await notices.add(
            connection, now, NoticeKind.MESSAGE, audience, day, "10:00", text=WORDS, state=NoticeState.PLANNED, made_by=MANAGER + 1,
        )  # fmt: skip
        await notices.add_firing(connection, number, day, now.astimezone(UTC))
    await store.close()


async def _trouble(control: Control, young: Sequence[int], dice: random.Random) -> None:
    """Some people have blocked the bot, and one call in twenty fails."""
    for person in dice.sample(list(young), round(len(young) * BLOCKED / 10)):
        await control.block(person)
    for more, probability in FAULTS:
        told: Json = dict(more)
        await control.fault(str(told.pop("kind")), "sendMessage", times=None, probability=probability, **told)


async def _kill(plan: Plan, bot: BotProcess, calls: Calls, dice: random.Random) -> None:
    """Kill when so many have got it: most at any moment of the next second, some right after a message went out."""
    last = max(plan.kills + 1, plan.recipients * 9 // 10)
    for threshold in sorted(dice.sample(range(1, last), plan.kills)):
        await until(calls.reach(max(threshold, calls.look() + 1)), plan.longest, "the next message", bot)
        await asyncio.sleep(dice.uniform(0.0, 1.0 if dice.random() < AT_ANY_MOMENT else AT_WORK))
        bot.kill()
        bot.start()


async def _ask(
    control: Control, people: Sequence[int], said_at: dict[int, float], over: asyncio.Task[None], dice: random.Random
) -> None:
    """One person after another asks something while it goes out."""
    await asyncio.sleep(2 * EVERY)
    for person in people:
        if over.done():
            return
        said_at[person] = time.time()
        await control.say(person, ASKED)
        await asyncio.sleep(EVERY * dice.uniform(0.5, 1.5))


async def _until_over(plan: Plan, database: Database, calls: Calls, bot: BotProcess, began: float) -> None:
    """Wait until it has gone out, or give up."""
    while rows(database, FIRINGS) != [("sent",)]:
        if time.monotonic() - began > plan.longest:
            raise Failed(f"the notice had not gone out after {plan.longest:.0f} s; {bot.last_words()}")
        calls.look()
        await asyncio.sleep(1)


def _hold_against(
    plan: Plan, database: Database, log: Path, expected: set[int], said_at: dict[int, float], took: float
) -> Result:
    """Hold what the receipts say against what really arrived."""
    sends, remembered = ledger.read_log(log), ledger.read_database(database.address, database.key_file)
    sending = ledger.of_sending(
        [row for row in remembered.rows if row.text == WORDS], [s for s in sends if s.text == WORDS]
    )
    state_of = {int(chat): str(state) for chat, state in rows(database, RECEIPTS)}
    arrived = Counter(send.chat_id for send in sends if send.text == WORDS and send.executed)
    said = [send.text for send in sends if send.executed and "has gone out" in send.text]
    listed = next(
        (
            int(line.rpartition(": ")[2].replace(",", ""))
            for text in said[-1:]
            for line in text.split("\n")
            if "Not known" in line
        ),
        0,
    )
    first: dict[int, float] = {}
    for send in sends:
        if send.executed and send.chat_id in said_at:
            first.setdefault(send.chat_id, send.at - said_at[send.chat_id])
    under_way = (ReceiptState.PLANNED, ReceiptState.QUEUED)
    unknown = {chat for chat, state in state_of.items() if state == ReceiptState.UNKNOWN}
    return Result(
        plan, dict(Counter(state_of.values())), took, listed_unknown=listed, latencies=list(first.values()), asked=len(said_at),
        earned_429=sum(send.code == 429 and not send.injected for send in sends), injected_429=sending.injected_429,
        lost=[
            *sorted(expected - state_of.keys()), *sending.lost,
            *(chat for chat, state in state_of.items() if state == ReceiptState.DELIVERED and not arrived[chat]),
        ],
        doubled=[*sending.doubled, *(chat for chat, count in arrived.items() if count > 1 and chat not in unknown and not _open(remembered, chat))],
        wrong=sorted(arrived.keys() - expected),
        stuck=[*sending.stuck, *(chat for chat, state in state_of.items() if state in under_way)],
    )  # fmt: skip


def _open(remembered: ledger.Remembered, chat: int) -> bool:
    """Whether it was ever unknown if a chat had got it, so that it was sent there once more."""
    return any(row.unknowns for row in remembered.rows if row.chat_id == chat and row.text == WORDS)


# --- the command


def arguments(given: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.drill.broadcast",
        description="Sends one notice to thousands, with faults and kills, and counts what was lost, doubled or left "
        "unknown; then again without either, while people ask something. Everything stays on this machine.",
        epilog="10,000 recipients take about seven minutes a run. Exit code 1 when a bound does not hold.",
    )
    parser.add_argument("--recipients", type=int, default=10_000, metavar="N")
    parser.add_argument("--groups", type=int, default=20, metavar="N", help="so many of them are groups")
    parser.add_argument("--kills", type=int, default=20, metavar="K", help="0: only the run that measures answers")
    parser.add_argument("--database", choices=KINDS, help="one database instead of both")
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="another series of random moments")
    parser.add_argument("--no-answers", action="store_true", help="leave out the run that measures answers")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="keep each run's logs and SQLite file there")
    return parser.parse_args(given)


def plans(asked: argparse.Namespace) -> list[Plan]:
    """The runs that were asked for, in order."""
    found = []
    for kind in (asked.database,) if asked.database else KINDS:
        for kills in ((asked.kills,) if asked.kills else ()) + (() if asked.no_answers and asked.kills else (0,)):
            found.append(Plan(kind, asked.recipients, asked.groups, kills, asked.seed))
    return found


def play(plan: Plan, databases: Databases, keep: Path | None, advance: Callable[[], None]) -> Result:
    """Play one run from an empty folder and an empty database."""
    if keep is not None:
        keep.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="run-", dir=keep))
        with databases.empty(plan.database, folder) as database:
            return asyncio.run(run(plan, folder, database, advance))
    with tempfile.TemporaryDirectory(prefix="drill") as made, databases.empty(plan.database, Path(made)) as database:
        return asyncio.run(run(plan, Path(made), database, advance))


def main() -> int:
    """Exit code 1 when a bound does not hold, or when the drill itself could not go on."""
    asked = arguments()
    databases, results = Databases(), list[Result]()
    bar = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    try:
        with Progress(*bar, console=Console(stderr=True)) as progress:
            for plan in plans(asked):
                what = f"{plan.kills} kills" if plan.kills else "answers"
                task = progress.add_task(f"broadcast, {plan.database}, {what}", total=plan.recipients)
                results.append(play(plan, databases, asked.keep, lambda task=task: progress.advance(task)))  # type: ignore[misc]
    except Failed as failed:
        print(f"The drill could not go on: {failed}", file=sys.stderr)
        return 1
    finally:
        databases.close()
        if results:
            lines = [results[0].row().keys(), ["---"] * len(results[0].row()), *(one.row().values() for one in results)]
            print("\n".join(f"| {' | '.join(map(str, line))} |" for line in lines))
    broken = [sentence for result in results for sentence in result.broken()]
    print("\n".join(broken) or "Every bound holds.", file=sys.stderr)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
