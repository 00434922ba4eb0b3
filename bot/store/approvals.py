"""Queries on what needs a second person: who asked for it, and what the second one said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import Approval, ApprovalState
from bot.store.rows import reserve
from bot.store.vault import vault_of

LASTS: Final = timedelta(days=7)
"""What nobody decided in a week has to be asked for anew: whoever asked may have thought better of it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Something that was asked for: `payload` says what is to be done."""

    id: int
    kind: str
    payload: dict[str, Any]
    asked_by: int
    asked_at: datetime
    state: ApprovalState

    def is_waiting(self, now: datetime) -> bool:
        """Whether somebody may still decide it."""
        return self.state is ApprovalState.WAITING and now < self.asked_at + LASTS


async def ask(connection: AsyncConnection, now: datetime, kind: str, payload: dict[str, Any], asked_by: int) -> int:
    """Keep what somebody asks for until a second person decides. Returns its number."""
    row_id = (await reserve(connection, Approval))[0]
    sealed = vault_of(connection).seal_json(payload, "approvals", "asked", row_id)
    values = {"id": row_id, "kind": kind, "asked": sealed, "asked_by": asked_by, "asked_at": now}
    await connection.execute(insert(Approval).values(**values, state=ApprovalState.WAITING))
    return row_id


async def get(connection: AsyncConnection, approval_id: int) -> Asked | None:
    """What was asked for under this number; None when there is no such thing."""
    row = (await connection.execute(select(Approval).where(Approval.id == approval_id))).first()
    return _asked(connection, row) if row is not None else None


async def waiting(connection: AsyncConnection, now: datetime) -> list[Asked]:
    """What waits for a second person, oldest first."""
    query = select(Approval).where(Approval.state == ApprovalState.WAITING, Approval.asked_at > now - LASTS)
    return [_asked(connection, row) for row in await connection.execute(query.order_by(Approval.id))]


async def decide(
    connection: AsyncConnection, now: datetime, approval_id: int, decided_by: int | None, approved: bool
) -> dict[str, Any] | None:
    """Write down what the second person said; returns what was asked for, to be carried out if they approved.

    None, and nothing changes, when it is decided already, too old, or asked for by the same person. `decided_by` is None
    for the operator at the machine.
    """
    row = (
        await connection.execute(
            update(Approval)
            .where(
                Approval.id == approval_id,
                Approval.state == ApprovalState.WAITING,
                Approval.asked_at > now - LASTS,
                Approval.asked_by != (decided_by if decided_by is not None else 0),
            )
            .values(
                state=ApprovalState.APPROVED if approved else ApprovalState.REFUSED,
                decided_by=decided_by,
                decided_at=now,
            )
            .returning(Approval.asked)
        )
    ).first()
    if row is None:
        return None
    payload: dict[str, Any] = vault_of(connection).open_json(row.asked, "approvals", "asked", approval_id)
    return payload


def _asked(connection: AsyncConnection, row: Any) -> Asked:
    payload = vault_of(connection).open_json(row.asked, "approvals", "asked", row.id)
    return Asked(row.id, row.kind, payload, row.asked_by, row.asked_at, ApprovalState(row.state))
