"""Queries on people: who somebody is at this moment, their roles, their caseload, who is away."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import (
    STAFF,
    Absence,
    BreakGlass,
    Chat,
    EnrolmentState,
    Person,
    Role,
    RoleGiven,
)
from bot.store.rows import reserve
from bot.store.vault import Vault, vault_of


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody with the roles they hold at this moment. Without an `id`: somebody who has not joined.

    `roles` is empty unless the enrolment is confirmed, so that nothing is granted to somebody unconfirmed or gone.
    """

    id: int | None = None
    telegram_id: int | None = None
    name: str = ""
    state: EnrolmentState | None = None
    roles: frozenset[Role] = frozenset()
    adviser_id: int | None = None
    invited_by: int | None = None
    replaces_id: int | None = None
    on_call: bool = False
    discreet: bool = False
    stopped_at: datetime | None = None
    quiet_until: datetime | None = None
    phone_is_seen: bool | None = None
    last_contact_at: datetime | None = None
    code_word: str | None = None
    born_on: date | None = None
    told_age_band: str | None = None
    told_status: str | None = None

    @property
    def is_enrolled(self) -> bool:
        """Whether somebody confirmed that this account is theirs."""
        return self.state is EnrolmentState.ENROLLED

    @property
    def is_staff(self) -> bool:
        """Whether they work for the council."""
        return bool(self.roles & STAFF)

    @property
    def initials(self) -> str:
        """At most three letters, for pages and lists: never the name."""
        return initials(self.name)


NOBODY = Actor()
CAN_TAKE = frozenset({Role.ADVISER, Role.DUTY, Role.MANAGER})
"""Who may take an escalation, and so may be on call."""


def initials(name: str) -> str:
    """The first letters of up to three words of a name; "?" where there is none."""
    letters = [next((c for c in word if c.isalnum()), "") for word in name.split()]
    return "".join(letter.upper() for letter in letters if letter)[:3] or "?"


_WITH_ROLES = select(Person, RoleGiven.role).outerjoin(RoleGiven, RoleGiven.person_id == Person.id)
_BY_TELEGRAM = _WITH_ROLES.where(Person.telegram_id == bindparam("telegram"))


async def actor(connection: AsyncConnection, telegram_id: int | None) -> Actor:
    """Who this Telegram account is."""
    if telegram_id is None:
        return NOBODY
    found = _gathered(vault_of(connection), await connection.execute(_BY_TELEGRAM, {"telegram": telegram_id}))
    return found[0] if found else Actor(telegram_id=telegram_id)


async def get(connection: AsyncConnection, person_id: int | None) -> Actor | None:
    """The person with this row; None when there is none."""
    found = await get_all(connection, [person_id] if person_id is not None else [])
    return found[0] if found else None


async def get_all(connection: AsyncConnection, person_ids: Iterable[int]) -> list[Actor]:
    """The people with these rows, by number."""
    wanted = sorted(set(person_ids))
    if not wanted:
        return []
    query = _WITH_ROLES.where(Person.id.in_(wanted)).order_by(Person.id)
    return _gathered(vault_of(connection), await connection.execute(query))


async def with_role(connection: AsyncConnection, *roles: Role) -> list[Actor]:
    """Everybody enrolled who holds one of these roles, by number."""
    holders = select(RoleGiven.person_id).where(RoleGiven.role.in_([str(role) for role in roles]))
    query = _WITH_ROLES.where(Person.id.in_(holders), Person.state == EnrolmentState.ENROLLED).order_by(Person.id)
    return _gathered(vault_of(connection), await connection.execute(query))


async def on_call(connection: AsyncConnection) -> list[Actor]:
    """The people who are paged at night and at weekends; only those with a role that may take what they are paged for."""
    query = _WITH_ROLES.where(Person.on_call.is_(True), Person.state == EnrolmentState.ENROLLED).order_by(Person.id)
    found = _gathered(vault_of(connection), await connection.execute(query))
    return [person for person in found if person.roles & CAN_TAKE]


async def any_staff(connection: AsyncConnection) -> bool:
    """Whether anybody of staff has joined the bot at all: before that, nobody can be told anything."""
    held = select(RoleGiven.person_id).join(Person, Person.id == RoleGiven.person_id)
    query = held.where(RoleGiven.role.in_([str(role) for role in STAFF]), Person.state == EnrolmentState.ENROLLED)
    return await connection.scalar(query.limit(1)) is not None


async def caseload(connection: AsyncConnection, adviser_id: int) -> list[Actor]:
    """The young people allocated to an adviser, the unconfirmed among them, by number."""
    here = (EnrolmentState.ENROLLED, EnrolmentState.UNCONFIRMED)
    query = _WITH_ROLES.where(Person.adviser_id == adviser_id, Person.state.in_(here)).order_by(Person.id)
    return _gathered(vault_of(connection), await connection.execute(query))


async def in_state(connection: AsyncConnection, *states: EnrolmentState) -> list[Actor]:
    """Everybody whose joining stands there, by number."""
    query = _WITH_ROLES.where(Person.state.in_([str(state) for state in states])).order_by(Person.id)
    return _gathered(vault_of(connection), await connection.execute(query))


def _gathered(vault: Vault, rows: Any) -> list[Actor]:
    """One Actor a person, of rows that repeat for each role."""
    by_id: dict[int, tuple[Any, set[Role]]] = {}
    for row in rows:
        _, roles = by_id.setdefault(row.id, (row, set()))
        if row.role is not None:
            roles.add(Role(row.role))
    return [_actor(vault, row, roles) for row, roles in by_id.values()]


def _actor(vault: Vault, row: Any, roles: set[Role]) -> Actor:
    def opened(column: str) -> str | None:
        sealed = getattr(row, column)
        return None if sealed is None else vault.open(sealed, "people", column, row.id)

    born_on = opened("born_on")
    state = EnrolmentState(row.state)
    return Actor(
        id=row.id,
        telegram_id=row.telegram_id,
        name=opened("name") or "",
        state=state,
        roles=frozenset(roles) if state is EnrolmentState.ENROLLED else frozenset(),
        adviser_id=row.adviser_id,
        invited_by=row.invited_by,
        replaces_id=row.replaces_id,
        on_call=row.on_call,
        discreet=row.discreet,
        stopped_at=row.stopped_at,
        quiet_until=row.quiet_until,
        phone_is_seen=row.phone_is_seen,
        last_contact_at=row.last_contact_at,
        code_word=opened("code_word"),
        born_on=date.fromisoformat(born_on) if born_on else None,
        told_age_band=opened("told_age_band"),
        told_status=opened("told_status"),
    )


SEALED_FIELDS = ("name", "born_on", "code_word", "told_age_band", "told_status")


async def add(connection: AsyncConnection, now: datetime, state: EnrolmentState, **values: Any) -> int:
    """Add a person; the `SEALED_FIELDS` are given as words and sealed here. Returns the row's number."""
    row_id = (await reserve(connection, Person))[0]
    given = {
        "id": row_id, "state": state, "created_at": now, "on_call": False, "discreet": False, "first_week_step": 0,
        **_sealed(connection, row_id, values),
    }  # fmt: skip
    await connection.execute(insert(Person).values(**given))
    return row_id


async def change(connection: AsyncConnection, person_id: int, **values: Any) -> None:
    """Change columns of a person; words are sealed here."""
    await connection.execute(
        update(Person).where(Person.id == person_id).values(**_sealed(connection, person_id, values))
    )


async def tell_age_band(connection: AsyncConnection, person_id: int, band: str | None) -> None:
    """Remember what somebody said of their age, such as "18-20"; None forgets it."""
    await change(connection, person_id, told_age_band=band)


async def tell_status(connection: AsyncConnection, person_id: int, status: str | None) -> None:
    """Remember what somebody said of their care leaver status; None forgets it."""
    await change(connection, person_id, told_status=status)


def _sealed(connection: AsyncConnection, row_id: int, values: dict[str, Any]) -> dict[str, Any]:
    vault = vault_of(connection)
    return {
        name: vault.seal(str(value), "people", name, row_id) if name in SEALED_FIELDS and value is not None else value
        for name, value in values.items()
    }


async def give_role(
    connection: AsyncConnection, now: datetime, person_id: int, role: Role, given_by: int | None
) -> None:
    """Give a role; one that is held already is left as it is."""
    held = select(RoleGiven.role).where(RoleGiven.person_id == person_id, RoleGiven.role == role)
    if await connection.scalar(held) is None:
        values = {"person_id": person_id, "role": role, "given_at": now, "given_by": given_by}
        await connection.execute(insert(RoleGiven).values(**values))


async def take_role(connection: AsyncConnection, person_id: int, role: Role) -> bool:
    """Take a role away, at once; False when it was not held."""
    result = await connection.execute(delete(RoleGiven).where(RoleGiven.person_id == person_id, RoleGiven.role == role))
    return bool(result.rowcount)


async def away(connection: AsyncConnection, now: datetime) -> dict[int, int | None]:
    """Who is away at this moment, and who covers for each: a colleague, or None for duty."""
    query = select(Absence.person_id, Absence.cover_id).where(
        Absence.starts_at <= now, Absence.until > now, Absence.ended_at.is_(None)
    )
    return {row.person_id: row.cover_id for row in await connection.execute(query.order_by(Absence.id))}


async def covered_by(connection: AsyncConnection, person_id: int, now: datetime) -> list[int]:
    """The absent colleagues for whom this person covers."""
    return [absent for absent, cover in (await away(connection, now)).items() if cover == person_id]


async def has_break_glass(connection: AsyncConnection, person_id: int, young_person_id: int, now: datetime) -> bool:
    """Whether somebody may look into a young person's matters at this moment, having said why."""
    query = select(BreakGlass.id).where(
        BreakGlass.person_id == person_id,
        BreakGlass.young_person_id == young_person_id,
        BreakGlass.starts_at <= now,
        BreakGlass.until > now,
    )
    return await connection.scalar(query.limit(1)) is not None


async def reachable(connection: AsyncConnection, telegram_ids: Sequence[int]) -> set[int]:
    """Which of these accounts can be written to; one that the bot never heard of counts as reachable."""
    lost = select(Chat.chat_id).where(Chat.chat_id.in_(list(telegram_ids)), Chat.reachable.is_(False))
    gone = {row.chat_id for row in await connection.execute(lost)}
    return set(telegram_ids) - gone


async def contact(connection: AsyncConnection, person_id: int, now: datetime) -> None:
    """Note that there was contact with a young person."""
    await connection.execute(
        update(Person)
        .where(Person.id == person_id, or_(Person.last_contact_at.is_(None), Person.last_contact_at < now))
        .values(last_contact_at=now)
    )


async def confirmed_at(connection: AsyncConnection, person_ids: Sequence[int]) -> dict[int, datetime]:
    """When each of these people was confirmed."""
    found: dict[int, datetime] = {}
    for first in range(0, len(person_ids), 500):
        wanted = Person.id.in_(list(person_ids[first : first + 500]))
        rows = await connection.execute(select(Person.id, Person.confirmed_at).where(wanted))
        found |= {row.id: row.confirmed_at for row in rows if row.confirmed_at is not None}
    return found
