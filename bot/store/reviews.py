"""Queries on the review list: messages by which a manager judges the safety gate."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import FoundBy, GateOutcome, Review, ReviewOf, Verdict
from bot.store.rows import reserve
from bot.store.vault import vault_of

SEALED_FIELDS = ("kinds", "because", "words")
IS_OPEN = Review.verdict.is_(None) & Review.words.is_not(None)
_rank = case((Review.outcome == GateOutcome.IMMEDIATE, 0), (Review.outcome == GateOutcome.WORRIED, 1), else_=2)


@dataclass(frozen=True, slots=True)
class Seen:
    """One review, opened."""

    id: int
    telegram_id: int | None
    person_id: int | None
    at: datetime
    what: ReviewOf
    outcome: GateOutcome
    found_by: FoundBy | None
    kinds: str
    because: str
    words: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a confirmed miss or a false alarm becomes: words with nobody in them, and what the gate should say to them."""

    text: str
    expected: GateOutcome
    kind: str | None = None


async def add(
    connection: AsyncConnection, sealed: dict[str, str], *, found_by: FoundBy | None = None, **values: Any
) -> int:
    """Put a message on the list; `sealed` are `kinds`, `because` and `words`. Returns the row's number.

    Raises IntegrityError when this update is on the list.
    """
    row_id = (await reserve(connection, Review))[0]
    vault = vault_of(connection)
    words = {name: vault.seal(sealed.get(name, ""), "reviews", name, row_id) for name in SEALED_FIELDS}
    await connection.execute(insert(Review).values(id=row_id, found_by=found_by, **words, **values))
    return row_id


async def waiting(connection: AsyncConnection) -> int:
    """How many nobody has looked at."""
    return int(await connection.scalar(select(func.count()).select_from(Review).where(IS_OPEN)) or 0)


async def waiting_since(connection: AsyncConnection) -> list[datetime]:
    """When those were written that nobody has looked at."""
    return list(await connection.scalars(select(Review.at).where(IS_OPEN).order_by(Review.at)))


async def following(connection: AsyncConnection, after: int = 0) -> Seen | None:
    """The next one after this, the gravest first and of those the newest; after the last, or for 0, the first again."""
    rank = await connection.scalar(select(_rank).where(Review.id == after))
    if rank is not None:
        later = or_(_rank > rank, and_(_rank == rank, Review.id < after))
        if found := await _first(connection, later):
            return found
    return await _first(connection)


async def get(connection: AsyncConnection, review_id: int) -> Seen | None:
    """One that is still open; None when somebody decided about it, or its words are forgotten."""
    return await _first(connection, Review.id == review_id)


async def _first(connection: AsyncConnection, *which: Any) -> Seen | None:
    query = select(Review).where(IS_OPEN, *which).order_by(_rank, Review.id.desc()).limit(1)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    vault = vault_of(connection)
    opened = {name: vault.open(getattr(row, name), "reviews", name, row.id) for name in SEALED_FIELDS}
    found_by = FoundBy(row.found_by) if row.found_by else None
    return Seen(
        row.id, row.telegram_id, row.person_id, row.at, ReviewOf(row.what), GateOutcome(row.outcome), found_by, **opened
    )


async def decide(
    connection: AsyncConnection,
    now: datetime,
    review_id: int,
    verdict: Verdict,
    by: int | None,
    proposal: Proposal | None = None,
) -> bool:
    """Note what a manager said of one; False when somebody said so before."""
    values: dict[str, Any] = {"verdict": verdict, "decided_by": by, "decided_at": now}
    if proposal is not None:
        said = {"text": proposal.text, "expected": proposal.expected, "kind": proposal.kind}
        values["proposal"] = vault_of(connection).seal_json(said, "reviews", "proposal", review_id)
    result = await connection.execute(update(Review).where(IS_OPEN, Review.id == review_id).values(**values))
    return bool(result.rowcount)


async def proposals(connection: AsyncConnection) -> dict[int, Proposal]:
    """What no file has yet, by the review's number, oldest first."""
    which = Review.proposal.is_not(None) & Review.exported_at.is_(None)
    rows = (await connection.execute(select(Review.id, Review.proposal).where(which).order_by(Review.id))).all()
    vault = vault_of(connection)
    found = {row.id: json.loads(vault.open(row.proposal, "reviews", "proposal", row.id)) for row in rows}
    return {
        number: Proposal(said["text"], GateOutcome(said["expected"]), said["kind"]) for number, said in found.items()
    }


async def note_exported(connection: AsyncConnection, now: datetime, numbers: Sequence[int]) -> None:
    """Note that these stand in a file."""
    for number in numbers:
        await connection.execute(update(Review).where(Review.id == number).values(exported_at=now))


async def pages_since(connection: AsyncConnection, since: datetime) -> dict[str, set[Verdict | None]]:
    """The pages that the gate caused, each with what was said of its messages. Messages of one escalation are one page."""
    columns = (Review.id, Review.escalation_id, Review.verdict)
    query = select(*columns).where(Review.at >= since, Review.outcome == GateOutcome.IMMEDIATE)
    found: dict[str, set[Verdict | None]] = {}
    for row in await connection.execute(query):
        page = f"escalation {row.escalation_id}" if row.escalation_id is not None else f"review {row.id}"
        found.setdefault(page, set()).add(Verdict(row.verdict) if row.verdict else None)
    return found


async def forget_updates(connection: AsyncConnection, before: datetime) -> None:
    """Cut old reviews loose from their updates, whose numbers Telegram may use again."""
    old = Review.update_id.is_not(None) & (Review.at < before)
    await connection.execute(update(Review).where(old).values(update_id=None))


async def forget(connection: AsyncConnection, before: datetime) -> int:
    """Forget the words from before this moment and whose they were, and what was written into a file before it.

    What the gate found and what a manager said of it stays, for the counts. Returns how many lost their words.
    """
    nothing = dict.fromkeys((*SEALED_FIELDS, "telegram_id", "person_id"))
    old = (Review.at < before) & Review.words.is_not(None)
    result = await connection.execute(update(Review).where(old).values(**nothing))
    await connection.execute(update(Review).where(Review.exported_at < before).values(proposal=None))
    return int(result.rowcount)


async def erase(connection: AsyncConnection, telegram_id: int, person_id: int) -> int:
    """Delete whatever somebody wrote; returns how many rows that were."""
    which = or_(Review.telegram_id == telegram_id, Review.person_id == person_id)
    return int((await connection.execute(delete(Review).where(which))).rowcount)
