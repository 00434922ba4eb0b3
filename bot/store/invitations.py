"""Queries on invitations and on wrong tries of their codes and links. Codes themselves are never kept, only keyed digests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import EnrolmentState, Invitation, InvitationState, Person, Role, WrongTry
from bot.store.rows import reserve
from bot.store.vault import Vault, vault_of

ENROLMENT_KEY = 2**62 + 2
"""The PostgreSQL advisory lock of whoever uses a code or takes a role away."""


async def one_at_a_time(connection: AsyncConnection) -> None:
    """From here to the end of the transaction nobody else uses a code or takes a role away.

    So a link is used once, wrong tries are counted truly, and two managers can't take each other's last role at once.
    """
    if connection.dialect.name != "sqlite":
        await connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ENROLMENT_KEY})


@dataclass(frozen=True, slots=True)
class Invited:
    """An invitation, without its code."""

    id: int
    role: Role
    name: str
    born_on: date | None
    for_person_id: int | None
    invited_by: int | None
    state: InvitationState
    expires_at: datetime
    used_by: int | None


def _digest(vault: Vault, kind: str, secret: str) -> bytes:
    return vault.mac(f"invitation {kind}", secret.encode())


async def add(
    connection: AsyncConnection,
    now: datetime,
    *,
    token: str,
    code: str,
    role: Role,
    expires_at: datetime,
    name: str = "",
    born_on: date | None = None,
    for_person_id: int | None = None,
    invited_by: int | None = None,
) -> int:
    """Keep an invitation; returns its number. `code` is in its plain form, without hyphens."""
    vault = vault_of(connection)
    row_id = (await reserve(connection, Invitation))[0]

    def sealed(column: str, words: str | None) -> bytes | None:
        return vault.seal(words, "invitations", column, row_id) if words else None

    await connection.execute(
        insert(Invitation).values(
            id=row_id,
            token_digest=_digest(vault, "link", token),
            code_digest=_digest(vault, "code", code),
            role=role,
            name=sealed("name", name),
            born_on=sealed("born_on", born_on.isoformat() if born_on else None),
            for_person_id=for_person_id,
            invited_by=invited_by,
            state=InvitationState.OPEN,
            created_at=now,
            expires_at=expires_at,
        )
    )
    return row_id


async def by_token(connection: AsyncConnection, token: str) -> Invited | None:
    """The invitation of a link; None when there is none."""
    return await _one(connection, Invitation.token_digest == _digest(vault_of(connection), "link", token))


async def by_code(connection: AsyncConnection, code: str) -> Invited | None:
    """The invitation of a typed code in its plain form; None when there is none."""
    return await _one(connection, Invitation.code_digest == _digest(vault_of(connection), "code", code))


async def get(connection: AsyncConnection, invitation_id: int) -> Invited | None:
    """The invitation with this number."""
    return await _one(connection, Invitation.id == invitation_id)


async def that_made(connection: AsyncConnection, person_id: int) -> Invited | None:
    """The invitation by which somebody came; the newest, if there were several."""
    return await _one(connection, Invitation.used_by == person_id)


async def _one(connection: AsyncConnection, condition: Any) -> Invited | None:
    query = select(Invitation).where(condition).order_by(Invitation.id.desc()).limit(1)
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    vault = vault_of(connection)

    def opened(column: str) -> str:
        sealed = getattr(row, column)
        return vault.open(sealed, "invitations", column, row.id) if sealed else ""

    born_on = opened("born_on")
    return Invited(
        id=row.id,
        role=Role(row.role),
        name=opened("name"),
        born_on=date.fromisoformat(born_on) if born_on else None,
        for_person_id=row.for_person_id,
        invited_by=row.invited_by,
        state=InvitationState(row.state),
        expires_at=row.expires_at,
        used_by=row.used_by,
    )


async def use(connection: AsyncConnection, invitation_id: int, person_id: int, now: datetime) -> bool:
    """Mark an invitation as used by a person's row; False when somebody was quicker."""
    return await _leave_open(connection, invitation_id, state=InvitationState.USED, used_by=person_id, used_at=now)


async def take_back(connection: AsyncConnection, invitation_id: int) -> bool:
    """Take an invitation back; False when it was used already."""
    return await _leave_open(connection, invitation_id, state=InvitationState.TAKEN_BACK)


async def _leave_open(connection: AsyncConnection, invitation_id: int, **values: Any) -> bool:
    result = await connection.execute(
        update(Invitation)
        .where(Invitation.id == invitation_id, Invitation.state == InvitationState.OPEN)
        .values(**values)
    )
    return bool(result.rowcount)


async def forget_name(connection: AsyncConnection, person_id: int) -> None:
    """The name and birthday in the invitation by which somebody came are not needed any more."""
    await connection.execute(update(Invitation).where(Invitation.used_by == person_id).values(name=None, born_on=None))


async def wrong_try(connection: AsyncConnection, telegram_id: int, now: datetime) -> None:
    """Note that an account tried a code or link that does not exist."""
    await connection.execute(insert(WrongTry).values(telegram_id=telegram_id, at=now))


async def count_wrong_tries(
    connection: AsyncConnection, since: datetime, at_most: int, telegram_id: int | None = None
) -> int:
    """How many wrong tries there were since then, of one account or of all; counts no further than `at_most`."""
    query = select(WrongTry.id).where(WrongTry.at > since)
    if telegram_id is not None:
        query = query.where(WrongTry.telegram_id == telegram_id)
    counted = select(func.count()).select_from(query.limit(at_most).subquery())
    return int(await connection.scalar(counted) or 0)


@dataclass(frozen=True, slots=True)
class Joiner:
    """Somebody who is on the way in."""

    person_id: int
    invited_by: int | None
    created_at: datetime
    agreed_at: datetime | None


async def joiners(connection: AsyncConnection, state: EnrolmentState, before: datetime) -> list[Joiner]:
    """Those who have been in this state of joining since before a moment, by number."""
    since = Person.agreed_at if state is EnrolmentState.UNCONFIRMED else Person.created_at
    query = select(Person.id, Person.invited_by, Person.created_at, Person.agreed_at).where(
        Person.state == state, since < before
    )
    return [
        Joiner(row.id, row.invited_by, row.created_at, row.agreed_at)
        for row in await connection.execute(query.order_by(Person.id))
    ]
