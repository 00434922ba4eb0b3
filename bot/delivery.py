"""Sends: the only sender, from the durable outbox, in lanes, at Telegram's pace.

"sending" is committed before the call, and what became of it after; what each failure means is `bot.outcome`.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import outcome
from bot.clock import Clock
from bot.early_card import Watch
from bot.errors import DatabaseError, Moved, NotSent, TelegramError, TooMany, WrongToken
from bot.models import Lane, OutboxState
from bot.pace import GROUP_MINUTE, Pace
from bot.store import chats, escalations, events, outbox
from bot.store.engine import TelegramTurn, is_passing
from bot.store.outbox import Due, Outcome, Outgoing
from bot.telegram_api import TelegramApi

log = logging.getLogger(__name__)

SPARE = 4
"""Rows looked at beyond those that may go out now, because some chats have to wait. Reading a row costs more than asking again."""
IDLE_SECONDS = 0.5
"""How long to sleep when nothing is due and nobody wakes us: another process may have written."""
TROUBLE_SECONDS = 1.0
"""Pause after the database or the line failed."""
REMEMBERED = 2000
"""Messages of the last minute that count against the limits after a restart: more than were allowed in it."""
OPENS_TOPIC = "createForumTopic"
"""It needs a right of its own: without it the group can be written to as ever."""
FREE_OF_LIMITS = frozenset(
    {
        "answerCallbackQuery",
        "sendChatAction",
        "setMyCommands",
        "deleteMyCommands",
        "deleteMessage",
        "deleteMessages",
        "leaveChat",
    }
)
"""Calls that write nothing into a chat, so Telegram's limits on messages don't count them."""


class Delivery:
    """Runs until `stop`; wake it with `wake` when something was put into the outbox."""

    def __init__(self, turn: TelegramTurn, api: TelegramApi, clock: Clock, *, per_second: int, in_flight: int) -> None:
        self._api = api
        self._clock = clock
        self._turn = turn
        self._pace = Pace(per_second)
        self.watch = Watch()
        """Told when the database can't be used: a card that waits in the outbox must not hang on it."""
        self._in_flight_limit = in_flight
        self._woken = asyncio.Event()
        self._stopping = False
        self._expected = 1
        """Messages that may be in the outbox and have not been claimed; without any, the table is looked at when idle."""
        self._recovered = False
        self._looked_at = 0.0
        self._chance = 0.0
        """When something that is left in the outbox may go out, by the steady clock."""
        self._in_flight: set[asyncio.Task[Outcome | None]] = set()
        self._chats_in_flight: set[int] = set()
        self._owed: dict[int, int] = {}
        """Messages that are tried again later, and their chats: nothing may be sent at once that would overtake them."""
        self._promised: list[Outgoing] = []
        self._finished: list[tuple[Due, Outcome]] = []
        self._moved: list[tuple[Due, int]] = []

    @property
    def pace(self) -> Pace:
        """What was sent when; whatever else is sent counts there too."""
        return self._pace

    def wake(self, messages: int) -> None:
        """So many messages were put into the outbox."""
        if messages:
            self._expected += messages
            self._chance = 0.0
            self._woken.set()

    def takes_at_once(self, message: Outgoing) -> bool:
        """Whether this message may be stored as "sending" and sent right after its transaction, with nothing before it.

        It saves an ordinary reply a transaction of its own. The place is taken here and now; `send` or `give_up` follows.
        Only on SQLite: on PostgreSQL a claim must run in the session that holds the turn.
        """
        steady = time.monotonic()
        if (
            not (self._turn.claims_anywhere and self._turn.held.is_set())
            or self._stopping
            or self._expected > 0
            or len(self._in_flight) + len(self._promised) >= self._in_flight_limit
            or message.due_at is not None
            or message.chat_id in self._chats_in_flight
            or message.chat_id in self._owed.values()
        ):
            return False
        if message.method not in FREE_OF_LIMITS:
            if not self._pace.allows(message.lane, steady, self._pace.room(steady)):
                return False
            if message.chat_id is not None and self._pace.chat_free_at(message.chat_id, steady) > steady:
                return False
            self._pace.started(steady)
        self._promised.append(message)
        if message.chat_id is not None:
            self._chats_in_flight.add(message.chat_id)
        return True

    def send(self, rows: Sequence[Due]) -> None:
        """The transaction with these rows was committed: make the calls."""
        self._promised.clear()
        for row in rows:
            self._start(row)
        if self._stopping:
            self._woken.set()

    def give_up(self) -> None:
        """The transaction was undone: nothing of it is sent."""
        for message in self._promised:
            if message.method not in FREE_OF_LIMITS:
                self._pace.dropped()
            if message.chat_id is not None:
                self._chats_in_flight.discard(message.chat_id)
        self._promised.clear()
        if self._stopping:
            self._woken.set()

    def stop(self) -> None:
        """Claim nothing more; what is under way is finished and written down."""
        self._stopping = True
        self._woken.set()

    async def run(self) -> None:
        """Send until stopped. Database trouble pauses sending and loses nothing."""
        while not self._stopping:
            try:
                self._recovered = self._recovered and self._turn.held.is_set()
                if self._recovered:
                    await self._step()
                elif await self._turn.take():
                    await self._recover()
                else:
                    await self._sleep(IDLE_SECONDS)
            except Exception as error:
                if isinstance(error, DatabaseError) or is_passing(error):
                    log.warning("the database can't be used right now (%s); sending waits", type(error).__name__)
                    self.watch.failed(())
                else:
                    log.exception("sending stumbled; it goes on in %s s", TROUBLE_SECONDS)
                await asyncio.sleep(TROUBLE_SECONDS)
        await self._drain()

    async def _recover(self) -> None:
        """Whatever stands at "sending" when a process takes the turn was cut off: nobody knows whether it arrived."""
        async with self._turn.transaction() as connection:
            now = self._clock.now()
            mine = {int(task.get_name()) for task in self._in_flight}
            mine.update(row.id for row, _ in (*self._finished, *self._moved))
            cut_off = [row for row in await outbox.interrupted(connection) if row.id not in mine]
            if cut_off:
                await outbox.record(
                    connection, [outcome.unclear(row, now, "the bot ended while sending") for row in cut_off]
                )
                log.warning("%d messages were cut off in the middle of sending", len(cut_off))
            sent = await outbox.sent_since(connection, now - timedelta(seconds=GROUP_MINUTE), REMEMBERED)
        steady = time.monotonic()
        for chat_id, at in sent:
            self._pace.remember(chat_id, min(steady, steady - (now - at).total_seconds()))
        for row in cut_off:
            self._pace.remember(row.chat_id, steady)
        self._recovered = True

    async def _step(self) -> None:
        """Write down what is finished, claim what may go out now, start it, and wait for the next reason to look."""
        self._woken.clear()
        steady = time.monotonic()
        finished, self._finished = self._finished, []
        moved, self._moved = self._moved, []
        looks = steady - self._looked_at >= IDLE_SECONDS or (
            self._expected > 0 and self._chance <= steady and not self._is_full()
        )
        claimed: list[Due] = []
        left: list[Due] = []
        try:
            if looks or finished or moved:
                with self.watch.late(lambda: ()):
                    async with self._turn.transaction() as connection:
                        await self._write_down(connection, finished, moved, self._clock.now())
                        if looks:
                            claimed, left = await self._claim(connection)
        except BaseException:
            self._finished[:0] = finished
            self._moved[:0] = moved
            self._expected += 1
            self._chance = 0.0
            raise
        for row in claimed:
            self._owed.pop(row.id, None)
            if row.method not in FREE_OF_LIMITS:
                self._pace.started(time.monotonic())
            self._start(row)
        if looks:
            self._chance = self._next_chance(left)
        pause = max(0.001, self._chance - steady) if self._expected and not self._is_full() else IDLE_SECONDS
        await self._sleep(min(pause, IDLE_SECONDS))

    def _is_full(self) -> bool:
        return len(self._in_flight) >= self._in_flight_limit

    def _next_chance(self, left: list[Due]) -> float:
        """When one of these may go out. What waits for an answer under way is looked at when that has landed."""
        if not left:
            return 0.0
        steady = time.monotonic()
        return min(
            (
                self._pace.free_at(row.lane, row.chat_id, steady)
                for row in left
                if row.chat_id not in self._chats_in_flight
            ),
            default=math.inf,
        )

    async def _claim(self, connection: AsyncConnection) -> tuple[list[Due], list[Due]]:
        """Mark what may go out now as "sending". Returns it, and what has to wait; nothing when another look finds more.

        The time and the free places are read here: waiting for the database may have taken long.
        """
        expected, now, steady = self._expected, self._clock.now(), time.monotonic()
        free = max(0, self._in_flight_limit - len(self._in_flight))
        self._looked_at, self._chance = steady, 0.0
        busy = {*self._pace.busy_chats(steady), *self._chats_in_flight}
        limit = free + SPARE
        rows = await outbox.due(connection, now, limit)
        full = len(rows) == limit
        if full and busy.issuperset(row.chat_id for row in rows):
            rows += await outbox.due(connection, now, limit, list(busy))
        chosen = self._choose([row for row in rows if row.chat_id not in busy], free, steady)
        if chosen:
            await outbox.mark_sending(connection, [row.id for row in chosen])
        left = [row for row in rows if row not in chosen]
        claimed = [replace(row, attempts=row.attempts + 1) for row in chosen]
        self._expected = max(self._expected - expected, 0) + bool(left or full)
        unseen = full and bool(claimed) and busy.issuperset(row.chat_id for row in left)
        return claimed, [] if unseen else left

    async def _write_down(
        self,
        connection: AsyncConnection,
        finished: list[tuple[Due, Outcome]],
        moved: list[tuple[Due, int]],
        now: datetime,
    ) -> None:
        if finished:
            await outbox.record(connection, [result for _, result in finished])
        for row, result in finished:
            if result.state is OutboxState.UNREACHABLE and row.chat_id is not None and row.method != OPENS_TOPIC:
                kind = "private" if row.chat_id > 0 else "group"
                await chats.lost(connection, row.chat_id, kind, result.error or "")
                await events.add(connection, now, "chat", row.chat_id, "lost", message=row.id)
            if row.escalation_id is not None and row.chat_id is not None:
                await self._follow(connection, row, row.chat_id, row.escalation_id, result, now)
        for row, new in moved:
            if row.chat_id is not None:
                await chats.move(connection, row.chat_id, new)
                await events.add(connection, now, "chat", new, "moved")
            await outbox.record(
                connection, [Outcome(row.id, row.attempts, OutboxState.WAITING, due_at=now, unknowns=row.unknowns)]
            )
            self._expected += 1

    async def _follow(
        self, connection: AsyncConnection, row: Due, chat_id: int, escalation_id: int, result: Outcome, now: datetime
    ) -> None:
        """What an escalation has to know of its messages: where they stand in Telegram, and that one did not arrive."""
        if result.state is OutboxState.DELIVERED and result.message_id is not None:
            if row.method == OPENS_TOPIC:
                await escalations.set_thread(connection, chat_id, escalation_id, result.message_id)
            else:
                await escalations.trace(connection, chat_id, result.message_id, escalation_id, row.line_id, now)
        elif result.state is OutboxState.UNREACHABLE:
            await escalations.hurry(connection, escalation_id, now)

    def _choose(self, rows: list[Due], free: int, steady: float) -> list[Due]:
        """The rows that may go out now: lanes in order, one a chat at a time."""
        chosen: list[Due] = []
        chosen_chats: set[int] = set()
        room = self._pace.room(steady)
        evenly = False
        for row in rows:
            limited = row.method not in FREE_OF_LIMITS
            if len(chosen) == free:
                break
            if row.chat_id in chosen_chats or (limited and not self._pace.allows(row.lane, steady, room)):
                continue
            if limited and row.lane >= Lane.NOTICE and evenly:
                continue
            if row.chat_id is not None:
                chosen_chats.add(row.chat_id)
            chosen.append(row)
            room -= limited
            evenly |= limited and row.lane >= Lane.NOTICE
        return chosen

    def _start(self, row: Due) -> None:
        if row.chat_id is not None:
            self._chats_in_flight.add(row.chat_id)
            if row.lane == Lane.CRISIS:
                self.watch.claimed(row.chat_id)
        task = asyncio.create_task(self._send(row), name=str(row.id))
        self._in_flight.add(task)
        task.add_done_callback(lambda done: self._landed(row, done))

    def _landed(self, row: Due, task: asyncio.Task[Outcome | None]) -> None:
        self._in_flight.discard(task)
        self._chance = 0.0
        if row.method not in FREE_OF_LIMITS:
            self._pace.ended(row.chat_id, time.monotonic())
        if row.chat_id is not None:
            self._chats_in_flight.discard(row.chat_id)
        if task.cancelled() or task.exception() is not None:
            if not task.cancelled():
                log.error("sending message %d stumbled (%s)", row.id, type(task.exception()).__name__)
            self._finished.append((row, outcome.unclear(row, self._clock.now(), "sending stumbled")))
        elif (result := task.result()) is not None:
            self._finished.append((row, result))
            if result.state is OutboxState.WAITING and row.chat_id is not None:
                self._owed[row.id] = row.chat_id
        self._woken.set()

    async def _send(self, row: Due) -> Outcome | None:
        """Make one call. Returns what became of it; None when the row moves to another chat first."""
        try:
            result = await self._api.call(row.method, outcome.parameters(row), files=outcome.files(row))
        except Moved as error:
            self._moved.append((row, error.to))
            return None
        except TelegramError as error:
            return self._failed(row, error)
        name = "message_thread_id" if row.method == OPENS_TOPIC else "message_id"
        message_id = result.get(name) if isinstance(result, dict) else None
        return outcome.delivered(row, self._clock.now(), message_id)

    def _failed(self, row: Due, error: TelegramError) -> Outcome:
        """Slow down or speak up where the failure asks for it."""
        match error:
            case TooMany() if row.method not in FREE_OF_LIMITS:  # a menu that was set too often holds back no message
                self._pace.told_to_wait(row.chat_id, error.retry_after, time.monotonic())
            case NotSent():
                self._pace.hold(row.chat_id, outcome.pause_after_not_sent(row), time.monotonic())
            case WrongToken():
                log.error("%s. Sending waits; check TELEGRAM_BOT_TOKEN.", error)
        result = outcome.failed(row, error, self._clock.now())
        if result.state is OutboxState.REFUSED:
            log.error("Telegram refused message %d (%s): %s", row.id, row.method, error)
        return result

    async def _sleep(self, seconds: float) -> None:
        """Wait to be woken, but not for longer than this."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._woken.wait()

    async def _drain(self) -> None:
        """Let what is under way end, and write it down."""
        while self._in_flight or self._promised:
            self._woken.clear()
            await self._sleep(IDLE_SECONDS)
        while self._finished or self._moved:
            try:
                async with self._turn.transaction() as connection:
                    await self._write_down(connection, self._finished, self._moved, self._clock.now())
                self._finished, self._moved = [], []
            except Exception as error:
                if not is_passing(error):
                    raise
                log.warning("the database failed (%s); what was sent is not written down yet", type(error).__name__)
                await asyncio.sleep(TROUBLE_SECONDS)
        await self._turn.give_back()
