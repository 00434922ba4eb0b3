"""The ledger: what became of everything, from the stand-in's log and the database, by plain reading and counting.

It shares no code with the bot, so that it can't share the bot's mistakes: plain SQL, plain JSON, its own way to open what
is sealed, its own rules.
The words are Jepsen's total-queue checker's: attempted, lost, unexpected, doubled, unknown, recovered.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, LiteralString

from tests.drill import seals
from tests.drill.seals import Seals

Json = dict[str, Any]

INBOX: LiteralString = "SELECT update_id, body, state, received_at, finished_at FROM inbox"
OUTBOX: LiteralString = (
    "SELECT id, lane, chat_id, payload, update_id, part, state, unknowns, created_at, finished_at, message_id"
    " FROM outbox WHERE method = 'sendMessage' ORDER BY id"
)
BODIES: LiteralString = "SELECT update_id, body FROM inbox"
PAYLOADS: LiteralString = "SELECT id, payload FROM outbox"
ENQUIRIES: LiteralString = "SELECT update_id, count(*) FROM enquiries WHERE update_id IS NOT NULL GROUP BY update_id"
ENDED = frozenset({"delivered", "unreachable", "unknown", "refused"})


@dataclass(frozen=True, slots=True)
class Update:
    """One row of the inbox; moments in seconds since 1970."""

    update_id: int
    body: str
    state: str
    received_at: float
    finished_at: float | None


@dataclass(frozen=True, slots=True)
class Row:
    """One message of the outbox."""

    id: int
    lane: int
    chat_id: int | None
    text: str
    markup: str
    update_id: int | None
    part: int
    state: str
    unknowns: int
    created_at: float
    finished_at: float | None
    message_id: int | None


@dataclass(frozen=True, slots=True)
class Send:
    """One sendMessage as the stand-in saw it; `code` is None when nothing was answered."""

    at: float
    chat_id: int
    text: str
    markup: str
    code: int | None
    executed: bool
    injected: bool
    message_id: int | None

    @property
    def ambiguous(self) -> bool:
        """Whether a fault was injected that leaves open whether the call was carried out: all but a clean 429."""
        return self.injected and self.code != 429


@dataclass(frozen=True, slots=True)
class Remembered:
    """The database after everything."""

    updates: dict[int, Update]
    rows: list[Row]
    enquiries: dict[int, int]


@dataclass(slots=True)
class Sending:
    """What became of messages. `lost`, `doubled` and `stuck` hold the rows' ids, for whoever looks for the reason."""

    attempted: int = 0
    delivered: int = 0
    unreachable: int = 0
    refused: int = 0
    unknown: int = 0
    unknown_arrived: int = 0
    """Of those that ended as unknown: how many did arrive."""
    unknowns: int = 0
    """How often nobody knew whether a message arrived, whatever came of it."""
    injected: int = 0
    """Calls struck by an injected fault that leaves it open."""
    repeated: int = 0
    """Messages that somebody got twice because nobody knew."""
    calls: int = 0
    earned_429: int = 0
    injected_429: int = 0
    stuck: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)
    """Rows carried out more often than unknowns explain; 0 stands for a call that belongs to no row at all."""

    @property
    def by_kills(self) -> int:
        """Unknowns that no injected fault explains."""
        return max(0, self.unknowns - self.injected)


@dataclass(slots=True)
class Receiving:
    """What became of updates; lists hold update ids."""

    attempted: int = 0
    stored: int = 0
    done: int = 0
    answered: int = 0
    unexpected: int = 0
    recovered: int = 0
    """Under way, in the inbox or in the outbox, when a kill came, and finished after it."""
    quarantined: list[int] = field(default_factory=list)
    stuck: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    doubled: list[int] = field(default_factory=list)


def read_log(file: Path) -> list[Send]:
    """Every sendMessage in the stand-in's log, in order. A last line that was cut off in the middle is left out."""
    found = []
    for line in file.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        if row["method"] == "sendMessage":
            found.append(_send(row))
    return found


def _send(row: Json) -> Send:
    params, result = row["params"], row.get("result")
    return Send(
        at=row["at"],
        chat_id=int(params["chat_id"]),
        text=str(params.get("text", "")),
        markup=_canonical(params.get("reply_markup")),
        code=row["code"],
        executed=bool(row["executed"]),
        injected="fault" in row,
        message_id=int(result["message_id"]) if row["executed"] and isinstance(result, dict) else None,
    )


def _canonical(markup: Any) -> str:
    if isinstance(markup, str):
        markup = json.loads(markup)
    return json.dumps(markup, sort_keys=True, ensure_ascii=False) if markup else ""


def read_database(address: str, key_file: Path) -> Remembered:
    """Everything that the bot remembers, from `sqlite:///file` or `postgresql://…`, read with the plain driver.

    What can't be opened with the key file is as good as lost: it counts as empty.
    """
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.partition(":///")[2])) as database:
            tables = [database.execute(query).fetchall() for query in (INBOX, OUTBOX, ENQUIRIES)]
    else:
        import psycopg

        with psycopg.connect(plain_address(address)) as server:
            tables = [server.execute(query).fetchall() for query in (INBOX, OUTBOX, ENQUIRIES)]
    inbox, outbox, enquiries = tables
    opener = seals.read(key_file)
    updates = [
        Update(i, opener.open(body, "inbox", "body", i) or "{}", state, _required(received), _moment(finished))
        for i, body, state, received, finished in inbox
    ]
    return Remembered({u.update_id: u for u in updates}, [_row(opener, *row) for row in outbox], dict(enquiries))


@dataclass(frozen=True, slots=True)
class Sealing:
    """What the sealed values of inbox and outbox are like."""

    values: int
    unreadable: list[str]
    old: int
    """Values whose key is not the file's last one."""
    keys: int
    """Field keys in the key file."""


def read_seals(address: str, key_file: Path) -> Sealing:
    """Open every value of inbox and outbox with nothing but the key file."""
    if address.startswith("sqlite"):
        with closing(sqlite3.connect(address.partition(":///")[2], timeout=30)) as database:
            tables = [database.execute(query).fetchall() for query in (BODIES, PAYLOADS)]
    else:
        import psycopg

        with psycopg.connect(plain_address(address)) as server:
            tables = [server.execute(query).fetchall() for query in (BODIES, PAYLOADS)]
    opener = seals.read(key_file)  # after the values: a key that was added meanwhile must not be missing
    newest = list(opener.keys)[-1]
    places = (("inbox", "body"), ("outbox", "payload"))
    values = [(*place, row, bytes(sealed)) for place, rows in zip(places, tables, strict=True) for row, sealed in rows]
    return Sealing(
        len(values),
        [f"{table} {row}" for table, column, row, sealed in values if opener.open(sealed, table, column, row) is None],
        sum(not sealed.startswith(newest) for *_, sealed in values),
        len(opener.keys),
    )


def plain_address(address: str) -> str:
    """A PostgreSQL address as the server's own library reads it, without the driver's name."""
    return address.replace("postgresql+psycopg://", "postgresql://", 1)


def _row(
    opener: Seals, id_: int, lane: int, chat_id: int | None, payload: bytes, update_id: int | None, part: int, state: str, unknowns: int,
    created_at: Any, finished_at: Any, message_id: int | None,
) -> Row:  # fmt: skip
    told = json.loads(opener.open(payload, "outbox", "payload", id_) or "{}")
    return Row(
        id_, lane, chat_id, str(told.get("text", "")), _canonical(told.get("reply_markup")), update_id, part, state,
        unknowns, _required(created_at), _moment(finished_at), message_id,
    )  # fmt: skip


def _moment(value: Any) -> float | None:
    """Seconds since 1970 from a column: SQLite holds text in UTC, PostgreSQL aware moments."""
    if value is None:
        return None
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return float((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp())


def _required(value: Any) -> float:
    moment = _moment(value)
    if moment is None:
        raise ValueError("a row without the moment at which it was made")
    return moment


def of_sending(rows: Sequence[Row], sends: Sequence[Send]) -> Sending:
    """Hold the outbox against what was really carried out."""
    states = Counter(row.state for row in rows)
    found = Sending(
        attempted=len(rows),
        delivered=states["delivered"],
        unreachable=states["unreachable"],
        refused=states["refused"],
        unknown=states["unknown"],
        unknowns=sum(row.unknowns for row in rows),
        injected=sum(send.ambiguous for send in sends),
        calls=len(sends),
        earned_429=sum(send.code == 429 and not send.injected for send in sends),
        injected_429=sum(send.code == 429 and send.injected for send in sends),
        stuck=[row.id for row in rows if row.state not in ENDED],
    )
    carried_out = _attribute(rows, sends, found)
    for row in rows:
        times = carried_out[row.id]
        found.repeated += times > 1
        found.unknown_arrived += row.state == "unknown" and times > 0
    return found


def _attribute(rows: Sequence[Row], sends: Sequence[Send], found: Sending) -> Counter[int]:
    """Give each executed call to one row: first by Telegram's number for the message, then by its words.

    A call that no delivered row names has to be explained by one time at which nobody knew what became of a row with
    these words in this chat (a repeat may add a line below them); what is left over was doubled.
    """
    executed = {(send.chat_id, send.message_id): send for send in sends if send.executed}
    times: Counter[int] = Counter()
    for row in rows:
        if row.state == "delivered":
            if row.chat_id is not None and executed.pop((row.chat_id, row.message_id), None) is not None:
                times[row.id] += 1
            else:
                found.lost.append(row.id)
    unexplained: dict[int, list[Row]] = defaultdict(list)
    for row in rows:
        if row.chat_id is not None:
            unexplained[row.chat_id].append(row)
    left = Counter({row.id: row.unknowns for row in rows})
    for send in executed.values():
        same = [row for row in unexplained[send.chat_id] if _same_words(row, send)]
        explained = next((row for row in same if left[row.id] > 0), None)
        if explained is None:
            found.doubled.append(same[0].id if same else 0)
        else:
            left[explained.id] -= 1
            times[explained.id] += 1
    return times


def _same_words(row: Row, send: Send) -> bool:
    return row.markup == send.markup and (send.text == row.text or send.text.startswith(f"{row.text}\n"))


def of_receiving(
    said: Mapping[int, str], remembered: Remembered, sends: Sequence[Send], kills: Sequence[float]
) -> Receiving:
    """Hold what was said (update id → words) against the inbox, its effects and their answers.

    Each update is a message in a private chat, so it has to lead to exactly one answer, which may have parts.
    """
    answers: dict[int, list[Row]] = defaultdict(list)
    for row in remembered.rows:
        if row.update_id is not None:
            answers[row.update_id].append(row)
    phantom = set(of_sending(remembered.rows, sends).lost)
    found = Receiving(attempted=len(said), unexpected=len(remembered.updates.keys() - said.keys()))
    for update_id, words in said.items():
        update = remembered.updates.get(update_id)
        if update is None or words not in _words(update.body):
            found.lost.append(update_id)
            continue
        found.stored += 1
        mine = answers[update_id]
        _settle(found, update, mine, phantom)
        firsts = sum(row.part == 1 for row in mine)
        if firsts > 1 or remembered.enquiries.get(update_id, 0) > 1:
            found.doubled.append(update_id)
        found.recovered += any(_spans(begin, end, kills) for begin, end in _stretches(update, mine))
    return found


def _settle(found: Receiving, update: Update, answers: Sequence[Row], phantom: set[int]) -> None:
    if update.state not in ("done", "quarantined"):
        found.stuck.append(update.update_id)
        return
    if update.state == "quarantined":
        found.quarantined.append(update.update_id)
    else:
        found.done += 1
    if not answers or any(row.id in phantom for row in answers):
        found.lost.append(update.update_id)
    elif all(row.state == "delivered" for row in answers):
        found.answered += 1


def _words(body: str) -> str:
    message = json.loads(body).get("message")
    return str(message.get("text", "")) if isinstance(message, dict) else ""


def _stretches(update: Update, answers: Iterable[Row]) -> list[tuple[float, float | None]]:
    """From when to when something about an update was under way."""
    return [(update.received_at, update.finished_at), *((row.created_at, row.finished_at) for row in answers)]


def _spans(begin: float, end: float | None, kills: Iterable[float]) -> bool:
    return end is not None and any(begin < kill < end for kill in kills)


def cards(remembered: Remembered, sends: Sequence[Send], said_at: Mapping[int, float]) -> dict[int, float]:
    """For each urgent update: the seconds from when it was said until its card was carried out. Without a card: absent."""
    moments = {(send.chat_id, send.message_id): send.at for send in sends if send.executed}
    found: dict[int, float] = {}
    for row in remembered.rows:
        at = moments.get((row.chat_id or 0, row.message_id)) if row.lane == 0 else None
        if at is not None and row.update_id is not None and row.update_id in said_at:
            seconds = at - said_at[row.update_id]
            found[row.update_id] = min(seconds, found.get(row.update_id, seconds))
    return found
