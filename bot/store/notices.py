"""Queries on notices and on the times they go out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import audience as audiences
from bot.audience import Audience, Member
from bot.errors import SealError
from bot.models import Audience as GroupAudience
from bot.models import (
    Choices,
    DropIn,
    EnrolmentState,
    FiringState,
    Group,
    NoticeKind,
    NoticeState,
    Opportunity,
    Person,
    Role,
    RoleGiven,
    Series,
)
from bot.models import Firing as FiringRow
from bot.models import Notice as Row
from bot.store.rows import reserve
from bot.store.vault import Vault, vault_of


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that goes to many, once or again and again."""

    id: int
    kind: NoticeKind
    subject: str
    text: str
    photo: str | None
    audience: str
    rule: str
    first_day: date
    last_day: date | None
    at: str
    late_hours: int
    state: NoticeState
    made_by: int | None
    made_at: datetime
    approval_id: int | None
    approved_by: int | None
    revision: int
    name: str = ""
    """What it is about is called; empty where staff wrote it themselves."""

    @property
    def is_for(self) -> Audience:
        """Its audience. Raises BrokenAudience."""
        return audiences.from_json(self.audience)

    @property
    def about(self) -> tuple[str, int | None]:
        """What it is about: the noun, and the number of its row if it has one."""
        noun, _, number = self.subject.partition(":")
        return noun, int(number) if number.isdecimal() else None


@dataclass(frozen=True, slots=True)
class Firing:
    """One time of a notice."""

    id: int
    notice_id: int
    day: str
    due_at: datetime
    state: FiringState
    planned_to: int | None
    planned_at: datetime | None
    late: bool
    began_at: datetime | None
    ended_at: datetime | None
    reason: str | None
    progress_chat_id: int | None
    progress_outbox_id: int | None
    progress: str | None
    shown_at: datetime | None


def _notice(connection: AsyncConnection, row: Any, name: str = "") -> Notice:
    body: dict[str, Any] = {}
    if row.body is not None:
        body = vault_of(connection).open_json(row.body, "notices", "body", row.id)
    return Notice(
        id=row.id,
        kind=NoticeKind(row.kind),
        subject=row.subject,
        text=body.get("text", ""),
        photo=body.get("photo"),
        audience=row.audience,
        rule=row.rule,
        first_day=date.fromisoformat(row.first_day),
        last_day=date.fromisoformat(row.last_day) if row.last_day else None,
        at=row.at,
        late_hours=row.late_hours,
        state=NoticeState(row.state),
        made_by=row.made_by,
        made_at=row.made_at,
        approval_id=row.approval_id,
        approved_by=row.approved_by,
        revision=row.revision,
        name=name,
    )


async def _named(connection: AsyncConnection, rows: Sequence[Any]) -> list[Notice]:
    """The notices of these rows, with the names of what they are about."""
    wanted: dict[str, set[int]] = {}
    for row in rows:
        noun, _, number = row.subject.partition(":")
        if number.isdecimal():
            wanted.setdefault(noun, set()).add(int(number))
    titles = select(Opportunity.id, Opportunity.title).where(Opportunity.id.in_(wanted.get("opportunity", ())))
    sessions = (
        select(DropIn.id, Series.name)
        .join(Series, Series.id == DropIn.series_id)
        .where(DropIn.id.in_(wanted.get("drop_in", ())))
    )
    names = {f"opportunity:{row.id}": row.title for row in await connection.execute(titles)}
    names |= {f"drop_in:{row.id}": row.name for row in await connection.execute(sessions)}
    return [_notice(connection, row, names.get(row.subject, "")) for row in rows]


_FIRING = (
    FiringRow.id, FiringRow.notice_id, FiringRow.day, FiringRow.due_at, FiringRow.state, FiringRow.planned_to,
    FiringRow.planned_at, FiringRow.late, FiringRow.began_at, FiringRow.ended_at, FiringRow.reason,
    FiringRow.progress_chat_id, FiringRow.progress_outbox_id, FiringRow.progress, FiringRow.shown_at,
)  # fmt: skip


def _firing(row: Any) -> Firing:
    return Firing(**{**row._mapping, "state": FiringState(row.state)})


async def add(
    connection: AsyncConnection,
    now: datetime,
    kind: NoticeKind,
    audience: Audience,
    first_day: date,
    at: str,
    *,
    subject: str = "",
    text: str = "",
    photo: str | None = None,
    rule: str = "",
    last_day: date | None = None,
    late_hours: int = 24,
    state: NoticeState = NoticeState.DRAFT,
    made_by: int | None = None,
) -> int:
    """Write a notice down. Returns its number."""
    row_id = (await reserve(connection, Row))[0]
    body = {"text": text, **({"photo": photo} if photo else {})}
    await connection.execute(
        insert(Row).values(
            id=row_id, kind=kind, subject=subject, audience=audience.as_json(), rule=rule, first_day=first_day.isoformat(),
            last_day=last_day.isoformat() if last_day else None, at=at, late_hours=late_hours, state=state, made_by=made_by,
            made_at=now, revision=0,
            body=vault_of(connection).seal_json(body, "notices", "body", row_id) if text or photo else None,
        )
    )  # fmt: skip
    return row_id


async def change(connection: AsyncConnection, notice_id: int, **values: Any) -> None:
    """Change columns of a notice; `text` and `photo` are given as words and sealed here. Counts its revision up."""
    if "text" in values or "photo" in values:
        there = await get(connection, notice_id)
        body = {
            "text": values.pop("text", there.text if there else ""),
            "photo": values.pop("photo", there.photo if there else None),
        }
        values["body"] = vault_of(connection).seal_json(body, "notices", "body", notice_id)
    for name in ("first_day", "last_day"):
        if isinstance(values.get(name), date):
            values[name] = values[name].isoformat()
    if isinstance(values.get("audience"), Audience):
        values["audience"] = values["audience"].as_json()
    await connection.execute(update(Row).where(Row.id == notice_id).values(**values, revision=Row.revision + 1))


async def get(connection: AsyncConnection, notice_id: int | None, *, lock: bool = False) -> Notice | None:
    """The notice with this number. `lock` lets nobody else change it until the transaction ends."""
    query = select(Row).where(Row.id == notice_id)
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    return (await _named(connection, [row]))[0] if row is not None else None


async def in_state(connection: AsyncConnection, *states: NoticeState) -> list[Notice]:
    """The notices that stand there, oldest first."""
    query = select(Row).where(Row.state.in_([str(state) for state in states])).order_by(Row.id)
    return await _named(connection, (await connection.execute(query)).all())


async def own(connection: AsyncConnection, kind: NoticeKind, subject: str) -> Notice | None:
    """The one notice of the bot's own timetable about something; None when there is none."""
    query = select(Row).where(Row.kind == kind, Row.subject == subject, Row.made_by.is_(None)).order_by(Row.id)
    row = (await connection.execute(query.limit(1))).first()
    return (await _named(connection, [row]))[0] if row is not None else None


# --- the times it goes out


async def add_firing(connection: AsyncConnection, notice_id: int, day: date, due_at: datetime) -> int | None:
    """Write down one time of a notice. None: its day stands there already."""
    insert_ = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    values = {
        "notice_id": notice_id,
        "day": day.isoformat(),
        "due_at": due_at,
        "state": FiringState.PLANNED,
        "late": False,
    }
    statement = insert_(FiringRow).values(**values).on_conflict_do_nothing().returning(FiringRow.id)
    return await connection.scalar(statement)


async def firing(connection: AsyncConnection, firing_id: int | None, *, lock: bool = False) -> Firing | None:
    """One time of a notice."""
    query = select(*_FIRING).where(FiringRow.id == firing_id)
    if lock and connection.dialect.name != "sqlite":
        query = query.with_for_update()
    row = (await connection.execute(query)).first()
    return _firing(row) if row is not None else None


async def firings(connection: AsyncConnection, notice_id: int) -> list[Firing]:
    """Every time of a notice, oldest first."""
    query = select(*_FIRING).where(FiringRow.notice_id == notice_id).order_by(FiringRow.due_at, FiringRow.id)
    return [_firing(row) for row in await connection.execute(query)]


async def due(connection: AsyncConnection, now: datetime) -> list[Firing]:
    """What is due or going out, oldest first."""
    query = (
        select(*_FIRING)
        .where(FiringRow.state.in_([FiringState.PLANNED, FiringState.SENDING]), FiringRow.due_at <= now)
        .order_by(FiringRow.due_at, FiringRow.id)
    )
    return [_firing(row) for row in await connection.execute(query)]


async def coming(connection: AsyncConnection, until: datetime) -> list[Firing]:
    """What is going out, or planned until then, soonest first."""
    query = (
        select(*_FIRING)
        .where(FiringRow.state.in_([FiringState.PLANNED, FiringState.SENDING]), FiringRow.due_at <= until)
        .order_by(FiringRow.due_at, FiringRow.id)
    )
    return [_firing(row) for row in await connection.execute(query)]


async def ended(connection: AsyncConnection, most: int) -> list[Firing]:
    """The last times that went out, were stopped or were dropped, newest first; one taken back before it began is none."""
    query = (
        select(*_FIRING)
        .where(
            FiringRow.state.in_([FiringState.SENT, FiringState.DROPPED, FiringState.CANCELLED]),
            FiringRow.ended_at.is_not(None),
            or_(FiringRow.began_at.is_not(None), FiringRow.state == FiringState.DROPPED),
        )
        .order_by(FiringRow.ended_at.desc(), FiringRow.id.desc())
        .limit(most)
    )
    return [_firing(row) for row in await connection.execute(query)]


async def change_firing(connection: AsyncConnection, firing_id: int, **values: Any) -> None:
    """Change columns of one time of a notice."""
    await connection.execute(update(FiringRow).where(FiringRow.id == firing_id).values(**values))


async def cancel_firings(connection: AsyncConnection, notice_id: int) -> int:
    """Cancel what is planned of a notice and has not begun. Returns how many times that were."""
    result = await connection.execute(
        update(FiringRow)
        .where(FiringRow.notice_id == notice_id, FiringRow.state == FiringState.PLANNED)
        .values(state=FiringState.CANCELLED)
    )
    return int(result.rowcount)


# --- whom it reaches


@dataclass(frozen=True, slots=True)
class Someone:
    """A young person who has joined, with what decides whether a notice is for them."""

    id: int
    telegram_id: int
    member: Member


async def young_people(connection: AsyncConnection, after: int, most: int, *, opened: bool = True) -> list[Someone]:
    """Young people who have joined, by number, after one of them; `opened`: with what is sealed about them."""
    query = (
        select(
            Person.id, Person.telegram_id, Person.adviser_id,
            *((Person.born_on, Person.told_age_band, Person.told_status, Choices.chosen) if opened else ()),
        )
        .join(RoleGiven, (RoleGiven.person_id == Person.id) & (RoleGiven.role == Role.YOUNG_PERSON))
        .where(Person.id > after, Person.state == EnrolmentState.ENROLLED, Person.telegram_id.is_not(None))
        .order_by(Person.id)
        .limit(most)
    )  # fmt: skip
    if opened:
        query = query.outerjoin(Choices, Choices.person_id == Person.id)
    vault = vault_of(connection)
    rows = (await connection.execute(query)).all()
    return [Someone(row.id, row.telegram_id, _member(vault, row) if opened else Member()) for row in rows]


def _member(vault: Vault, row: Any) -> Member:
    """What cannot be opened counts as never told."""

    def opened(column: str) -> str | None:
        sealed = getattr(row, column)
        try:
            return vault.open(sealed, "people", column, row.id) if sealed is not None else None
        except SealError:
            return None

    chosen = chosen_of(vault, row.id, row.chosen)
    born_on = opened("born_on")
    return Member(
        born_on=date.fromisoformat(born_on) if born_on else None,
        age_band=opened("told_age_band"),
        status=opened("told_status"),
        adviser_id=row.adviser_id,
        area=chosen.area,
        parent=chosen.parent,
        interests=chosen.interests,
        muted=chosen.muted,
    )


async def staff_with(connection: AsyncConnection, roles: Iterable[Role]) -> list[tuple[int, int]]:
    """Row and account of everybody of staff who holds one of these roles."""
    query = (
        select(Person.id, Person.telegram_id)
        .join(RoleGiven, RoleGiven.person_id == Person.id)
        .where(
            RoleGiven.role.in_([str(role) for role in roles]),
            Person.state == EnrolmentState.ENROLLED,
            Person.telegram_id.is_not(None),
        )
        .distinct()
        .order_by(Person.id)
    )
    return [(row.id, row.telegram_id) for row in await connection.execute(query)]


async def group_chats(connection: AsyncConnection, audience: Audience) -> list[int]:
    """The chats of an audience's groups, as far as they are registered and the bot is in them; never the duty team's."""
    query = select(Group.chat_id).where(
        or_(Group.id.in_(sorted(audience.groups)), Group.audience.in_(sorted(audience.every_group))),
        Group.audience != GroupAudience.DUTY,
        Group.left_at.is_(None),
    )
    return [row.chat_id for row in await connection.execute(query.order_by(Group.id))]


# --- what somebody chose


@dataclass(frozen=True, slots=True)
class Chosen:
    """What a young person chose to be told of."""

    interests: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()
    area: str | None = None
    parent: bool | None = None
    paused_until: datetime | None = None


def chosen_of(vault: Vault, person_id: int, sealed: bytes | None, paused_until: datetime | None = None) -> Chosen:
    """A row of `choices` as it is read; what can't be opened counts as nothing chosen."""
    raw: dict[str, Any] = {}
    if sealed is not None:
        try:
            raw = vault.open_json(sealed, "choices", "chosen", person_id)
        except SealError:
            raw = {}
    return Chosen(
        frozenset(raw.get("interests", ())),
        frozenset(raw.get("muted", ())),
        raw.get("area"),
        raw.get("parent"),
        paused_until,
    )


async def choices(connection: AsyncConnection, person_ids: Sequence[int]) -> dict[int, Chosen]:
    """What each of these people chose; who chose nothing is left out."""
    vault = vault_of(connection)
    rows = await connection.execute(select(Choices).where(Choices.person_id.in_(person_ids)))
    return {row.person_id: chosen_of(vault, row.person_id, row.chosen, row.paused_until) for row in rows}


async def areas(connection: AsyncConnection) -> list[str]:
    """The areas that people typed, each once however it was written, in order of the alphabet."""
    vault = vault_of(connection)
    rows = await connection.execute(select(Choices.person_id, Choices.chosen).where(Choices.chosen.is_not(None)))
    typed = {chosen_of(vault, row.person_id, row.chosen).area or "" for row in rows}
    return sorted({area.casefold(): area for area in sorted(typed) if area}.values(), key=str.casefold)


async def choose(connection: AsyncConnection, person_id: int, chosen: Chosen) -> None:
    """Keep what somebody chose."""
    kept = {
        "interests": sorted(chosen.interests), "muted": sorted(chosen.muted), "area": chosen.area, "parent": chosen.parent,
    }  # fmt: skip
    values = {
        "chosen": vault_of(connection).seal_json(kept, "choices", "chosen", person_id),
        "paused_until": chosen.paused_until,
    }
    insert_ = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    statement = insert_(Choices).values(person_id=person_id, **values)
    await connection.execute(statement.on_conflict_do_update(index_elements=["person_id"], set_=values))
