"""Queries of /mydata: what is held about somebody, who looked at it, and deleting it.

A test keeps `PLACED` in step with the tables, so that a new table can't be forgotten in a copy or in a deletion.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, not_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.errors import SealError
from bot.models import (
    Absence,
    BreakGlass,
    Chat,
    Enquiry,
    EnrolmentState,
    Escalation,
    EscalationState,
    Event,
    Group,
    Inbox,
    InboxState,
    Invitation,
    Lane,
    Line,
    Outbox,
    OutboxState,
    Person,
    Review,
    RoleGiven,
    Side,
    Trace,
    Veiled,
    WrongTry,
)
from bot.store import hide, my_plans, reviews
from bot.store.outbox import FILES
from bot.store.people import Actor
from bot.store.vault import Vault, vault_of

Rows = list[dict[str, Any]]

PLACED: Final = {
    "people": "given out, emptied",
    "roles": "given out, deleted",
    "invitations": "given out, emptied",
    "wrong_tries": "given out, deleted",
    "absences": "given out; staff only, who can't delete themselves",
    "break_glass": "given out, emptied",
    "groups": "given out, cut loose",
    "escalations": "given out, emptied",
    "lines": "given out but for notes between staff, deleted",
    "veiled": "given out, deleted",
    "inbox": "given out, deleted",
    "outbox": "given out, deleted",
    "enquiries": "given out, cut loose",
    "events": "given out; they stay, pseudonymous",
    "traces": "numbers of messages only, deleted",
    "chats": "whether the chat can be written to, deleted",
    "occurrences": "a number and a day; the note of /hide is deleted",
    "topics": "a number in the duty team's own group",
    "drafts": "what staff typed without saying whom it is for: nobody knows whose it is",
    "canned": "about nobody",
    "gaps": "words without anybody in them: nobody knows whose they were",
    "phrasings": "words for entries; who approved them, by number",
    "reviews": "given out while the words are kept, deleted",
    "approvals": "between managers, by number",
    "key_checks": "about nobody",
    **my_plans.PLACED,
}
"""What becomes of each table in a copy and in a deletion."""
LOOKS: Final = frozenset({"opened", "shown", "read", "looked in", "exported", "break glass", "broke glass"})
"""Verbs by which somebody saw another person's words."""
NOUNS: Final = ("person", "enrolment", "role", "first week")
"""Nouns of events whose subject is a person's number."""
OWN_WORDS: Final = ("text", "caption", "poll", "venue", "location", "contact", "dice")
"""What somebody's own message holds; what they answer or pass on is other people's."""
NOBODYS: Final = -1
"""No row and no account has this number."""
NEWEST: Final = 5000
"""Updates of one person in a copy: a flood must not make it too large to send."""


@dataclass(frozen=True, slots=True)
class Whose:
    """The person that a copy or a deletion is about: their row, if they joined, and their account."""

    person_id: int | None
    telegram_id: int | None

    @property
    def number(self) -> int:
        """Their row. A missing number must not compare as NULL, or it would find what was cut loose from others."""
        return self.person_id if self.person_id is not None else NOBODYS

    @property
    def account(self) -> int:
        """Their Telegram account, or nobody's."""
        return self.telegram_id or NOBODYS

    @classmethod
    def of(cls, actor: Actor) -> Whose:
        """What is known of somebody who wrote, or was looked up."""
        return cls(actor.id, actor.telegram_id)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many there are, and since when."""

    number: int
    since: datetime | None


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody of staff saw something of theirs."""

    at: datetime
    actor_id: int


@dataclass(frozen=True, slots=True)
class Held:
    """What is held, for the screen: counts and moments, no words."""

    joined_at: datetime | None
    questions: Counted
    lines: Counted
    looks: tuple[Look, ...]


def _matters(whose: Whose) -> ColumnElement[bool]:
    """The escalations of somebody."""
    return or_(Escalation.person_id == whose.number, Escalation.telegram_id == whose.account)


def _reviews(whose: Whose) -> ColumnElement[bool]:
    """The messages of somebody that managers look at, or have looked at."""
    return or_(Review.person_id == whose.number, Review.telegram_id == whose.account)


async def held(connection: AsyncConnection, whose: Whose) -> Held:
    """Count what is held about somebody."""
    joined_at = None
    if whose.person_id is not None:
        joined_at = await connection.scalar(select(Person.confirmed_at).where(Person.id == whose.person_id))
    questions = select(func.count(), func.min(Enquiry.asked_at)).where(Enquiry.person_id == whose.account)
    of_matters = Line.escalation_id.in_(select(Escalation.id).where(_matters(whose)))
    lines = select(func.count(), func.min(Line.at)).where(of_matters, Line.side != Side.NOTE)
    return Held(
        joined_at,
        Counted(*(await connection.execute(questions)).one()),
        Counted(*(await connection.execute(lines)).one()),
        tuple(await looks(connection, whose)),
    )


async def looks(connection: AsyncConnection, whose: Whose) -> list[Look]:
    """Who of staff saw something of theirs, newest first."""
    query = (
        select(Event.at, Event.actor_id, Event.verb, Event.details)
        .where(await _about(connection, whose), Event.verb.in_(LOOKS), Event.actor_id.is_not(None))
        .order_by(Event.id.desc())
    )
    rows = (await connection.execute(query)).all()
    # An escalation that staff begin is "opened" too, and says its kind; that is no look.
    begins = [row.verb == "opened" and "kind" in (row.details or {}) for row in rows]
    seen = zip(rows, begins, strict=True)
    return [Look(row.at, row.actor_id) for row, began in seen if not began and row.actor_id != whose.person_id]


async def _about(connection: AsyncConnection, whose: Whose) -> ColumnElement[bool]:
    """The events about somebody, their escalations and what managers looked at."""
    numbers = [str(row.id) for row in await connection.execute(select(Escalation.id).where(_matters(whose)))]
    looked_at = [str(row.id) for row in await connection.execute(select(Review.id).where(_reviews(whose)))]
    matters = and_(Event.noun == "escalation", Event.subject.in_(numbers))
    judged = and_(Event.noun == "review", Event.subject.in_(looked_at))
    return or_(matters, judged, and_(Event.noun.in_(NOUNS), Event.subject == str(whose.number)))


async def is_held_back(connection: AsyncConnection, whose: Whose) -> bool:
    """Whether something of theirs is still with a person, so that it can't be deleted yet."""
    query = select(Escalation.id).where(_matters(whose), Escalation.state != EscalationState.RESOLVED).limit(1)
    return await connection.scalar(query) is not None


CONFIRMED_ONCE = (EnrolmentState.ENROLLED, EnrolmentState.WITHDRAWN)


async def everything(connection: AsyncConnection, person: Actor) -> dict[str, Rows]:
    """All that is held about somebody, by part. Staff stand in it as `{"person": number}`, for the rule to name them.

    Notes between staff are left out. What a member of staff typed and was sent is about others, so it is left out too.
    """
    copy = _Copy(connection, vault_of(connection), Whose.of(person))
    parts = {
        "you": await copy.you(person),
        "settings": await copy.settings(person),
        "questions": await copy.questions(),
        "escalations": await copy.escalations(),
        "conversation": await copy.conversation(),
        "reviewed": await copy.reviewed(),
        "typed": [] if person.is_staff else await copy.typed(),
        "sent": [] if person.is_staff else await copy.sent(),
        "covered": await copy.covered(),
        # Before somebody said whose account it is, the invitation may be another person's.
        "invitations": await copy.invitations() if person.state in CONFIRMED_ONCE else [],
        "looked_in": await copy.looked_in(),
        "roles": await copy.rows(RoleGiven, RoleGiven.person_id == copy.whose.number, "role", "given_at"),
        "away": await copy.rows(Absence, Absence.person_id == copy.whose.number, "starts_at", "until"),
        "groups": await copy.groups(),
        "wrong_codes": await copy.rows(WrongTry, WrongTry.telegram_id == copy.whose.account, "at"),
        "events": await copy.events(own=not person.is_staff),
        **await my_plans.given_out(connection, copy.rows, copy.whose.number, copy.whose.account),
    }
    return {name: [_readable(row) for row in rows] for name, rows in parts.items()}


def _readable(row: dict[str, Any]) -> dict[str, Any]:
    return {
        key: value.isoformat(timespec="seconds") if isinstance(value, datetime) else value
        for key, value in row.items()
        if value not in (None, "", [], {})
    }


@dataclass(slots=True)
class _Copy:
    """Reads one part after the other."""

    connection: AsyncConnection
    vault: Vault
    whose: Whose

    async def rows(self, table: Any, which: ColumnElement[bool], *columns: str) -> Rows:
        """These columns of the rows, by number; sealed ones are opened."""
        rows = (await self.connection.execute(select(table).where(which).order_by(*table.__table__.primary_key))).all()
        return [{name: self._value(table, name, row) for name in columns} for row in rows]

    def _value(self, table: Any, name: str, row: Any) -> Any:
        value = getattr(row, name)
        if not isinstance(value, bytes):
            return value
        key = row.id if "id" in row._mapping else row.person_id
        return self._opened(table.__tablename__, name, key, value)

    def _opened(self, table: str, column: str, row_id: object, sealed: bytes | None) -> Any:
        """The words, or what JSON holds; None where nothing is kept. One that can't be opened does not stop a copy."""
        if sealed is None:
            return None
        try:
            words = self.vault.open(sealed, table, column, row_id)
        except SealError:
            return "(this can't be read any more)"
        try:
            found = json.loads(words)
        except json.JSONDecodeError:
            return words
        return found if isinstance(found, dict | list) else words

    async def you(self, person: Actor) -> Rows:
        facts: dict[str, Any] = {"number": person.id, "telegram_account": person.telegram_id}
        if person.id is not None:
            columns = (
                "name",
                "born_on",
                "told_age_band",
                "told_status",
                "state",
                "created_at",
                "agreed_at",
                "confirmed_at",
                "left_at",
                "last_contact_at",
            )
            facts |= (await self.rows(Person, Person.id == person.id, *columns))[0]
            facts |= {"adviser": _somebody(person.adviser_id), "invited_by": _somebody(person.invited_by)}
        for row in await self.rows(Chat, Chat.chat_id == self.whose.account, "reachable"):
            facts["can_be_written_to"] = row["reachable"]
        return [facts]

    async def settings(self, person: Actor) -> Rows:
        columns = ("discreet", "code_word", "stopped_at", "quiet_until", "phone_is_seen", "on_call", "first_week_step")
        found = await self.rows(Person, Person.id == self.whose.number, *columns)
        asked = await hide.asked_at(self.connection, person.telegram_id) if person.telegram_id else None
        return [*found, {"cleared_the_chat_at": asked}] if asked else found

    async def questions(self) -> Rows:
        which = Enquiry.person_id == self.whose.account
        return await self.rows(Enquiry, which, "asked_at", "outcome", "entry_id", "helpful")

    async def escalations(self) -> Rows:
        columns = (
            "id", "kind", "urgent", "state", "opened_at", "acknowledged_at", "answered_at", "promised_at", "heard_at",
            "ring_at", "resolved_at", "outcome", "about",
        )  # fmt: skip
        return await self.rows(Escalation, _matters(self.whose), *columns)

    async def conversation(self) -> Rows:
        matters = select(Escalation.id).where(_matters(self.whose))
        which = and_(Line.escalation_id.in_(matters), Line.side != Side.NOTE)
        columns = ("escalation_id", "at", "side", "author_id", "body", "file", "history", "changed_at", "deleted_at")
        rows = await self.rows(Line, which, *columns)
        for row in rows:
            author, mine = row.pop("author_id"), row.pop("side") == Side.YOUNG_PERSON
            row["from"] = _somebody(self.whose.person_id if mine else author) or {"person": None}
            row["from"] |= {"you": True} if mine else {}
            if isinstance(row["file"], dict):
                row["file"] = row["file"].get("name") or row["file"].get("field")
        return rows

    async def reviewed(self) -> Rows:
        columns = ("at", "what", "outcome", "kinds", "because", "words", "verdict", "decided_at")
        return await self.rows(Review, _reviews(self.whose), *columns)

    async def typed(self) -> Rows:
        query = (
            select(Inbox.update_id, Inbox.chat_id, Inbox.body, Inbox.received_at)
            .where(Inbox.person_id == self.whose.account)
            .order_by(Inbox.update_id.desc())
            .limit(NEWEST)
        )
        rows = (await self.connection.execute(query)).all()[::-1]
        return [
            {
                "at": row.received_at,
                "where": "here" if row.chat_id == self.whose.account else "in a group",
                **_own_words(self._opened("inbox", "body", row.update_id, row.body)),
            }
            for row in rows
        ]

    async def sent(self) -> Rows:
        which = Outbox.chat_id == self.whose.account
        rows = await self.rows(Outbox, which, "created_at", "method", "state", "payload")
        return [
            {"at": row["created_at"], "how": row["method"], "state": row["state"], **_said(row["payload"])}
            for row in rows
        ]

    async def covered(self) -> Rows:
        rows = await self.rows(Veiled, Veiled.telegram_id == self.whose.account, "created_at", "shown_at", "calls")
        return [
            {
                "at": row["created_at"],
                "shown_at": row["shown_at"],
                "messages": [_said(payload) for _, payload in row["calls"]],
            }
            for row in rows
            if isinstance(row["calls"], list)
        ]

    async def invitations(self) -> Rows:
        number = self.whose.number
        which = or_(Invitation.used_by == number, Invitation.for_person_id == number)
        columns = ("role", "name", "born_on", "state", "created_at", "expires_at", "used_at", "invited_by")
        rows = await self.rows(Invitation, which, *columns)
        return [row | {"invited_by": _somebody(row["invited_by"])} for row in rows]

    async def looked_in(self) -> Rows:
        which = BreakGlass.young_person_id == self.whose.number
        rows = await self.rows(BreakGlass, which, "person_id", "reason", "starts_at", "until")
        return [{"who": _somebody(row.pop("person_id")), **row} for row in rows]

    async def groups(self) -> Rows:
        which = Group.added_by == self.whose.account
        return await self.rows(Group, which, "title", "asked_at", "left_at")

    async def events(self, *, own: bool) -> Rows:
        which = [await _about(self.connection, self.whose), await self._of_updates()]
        if own:
            which.append(Event.actor_id == self.whose.number)
        rows = await self.rows(Event, or_(*which), "at", "noun", "subject", "verb", "actor_id", "details")
        return [row | {"by": _somebody(row.pop("actor_id"))} for row in rows]

    async def _of_updates(self) -> ColumnElement[bool]:
        """Events of what they sent lately carry the number of the update."""
        query = select(Inbox.update_id).where(Inbox.person_id == self.whose.account)
        numbers = [str(row.update_id) for row in await self.connection.execute(query.limit(NEWEST))]
        return and_(Event.noun.in_(("concern", "press", "update")), Event.subject.in_(numbers))


def _somebody(person_id: int | None) -> dict[str, Any] | None:
    return {"person": person_id} if person_id is not None else None


def _own_words(body: Any) -> dict[str, Any]:
    """What somebody wrote or pressed, without what others wrote in the same update."""
    if not isinstance(body, dict):
        return {}
    if isinstance(body.get("callback_query"), dict):
        return {"pressed": body["callback_query"].get("data")}
    message = body.get("message") or body.get("edited_message")
    if not isinstance(message, dict):
        return {"kind": next((kind for kind in body if kind != "update_id"), None)}
    words = {name: message[name] for name in OWN_WORDS if name in message}
    files = [
        value.get("file_name") or kind
        for kind, value in message.items()
        if kind in ("document", "photo", "voice", "audio", "video", "video_note", "animation", "sticker")
        and isinstance(value, dict)
    ]
    return {**words, "files": [*files, *(["photo"] if isinstance(message.get("photo"), list) else [])]}


def _said(payload: Any) -> dict[str, Any]:
    """The words of a call; a file's bytes are left out, or each copy would hold the one before."""
    if not isinstance(payload, dict):
        return {}
    files = payload.get(FILES) or {}
    return {"words": payload.get("text") or payload.get("caption"), "files": [name for name, _ in files.values()]}


async def erase(
    connection: AsyncConnection,
    person_id: int | None,
    telegram_id: int | None,
    now: datetime,
    keep_update: int | None = None,
) -> dict[str, int]:
    """Delete all that is held about somebody; returns how many rows of each table changed.

    The events stay: they hold numbers, and the row of `people` stays without anything in it so that the numbers mean the
    same. `keep_update` is the update being handled: its row must stay until it is done, so it is only emptied.
    """
    whose, vault = Whose(person_id, telegram_id), vault_of(connection)
    matters = [int(row.id) for row in await connection.execute(select(Escalation.id).where(_matters(whose)))]
    theirs = or_(Outbox.escalation_id.in_(matters), Outbox.chat_id == whose.account)
    changed = {
        "lines": await _delete(connection, Line, Line.escalation_id.in_(matters)),
        "traces": await _delete(connection, Trace, Trace.escalation_id.in_(matters)),
        # Pages and relayed words in other people's chats name them too.
        "outbox": await _delete(connection, Outbox, and_(theirs, Outbox.state != OutboxState.SENDING, not_(_goes_on()))),
        "escalations": await _change(
            connection, Escalation, Escalation.id.in_(matters),
            about=None, telegram_id=0, group_chat_id=None, ring_at=None, told=None, forgotten_at=now,
        ),
    }  # fmt: skip
    changed["reviews"] = await reviews.erase(connection, whose.account, whose.number)
    changed |= await my_plans.erase(connection, whose.number, whose.account, now)
    await _empty_under_way(connection, vault, theirs)
    if telegram_id:
        changed |= await _erase_account(connection, vault, telegram_id, keep_update)
    if person_id is not None:
        changed |= await _erase_person(connection, vault, person_id, now)
    return changed


def _goes_on() -> ColumnElement[bool]:
    """What is still sent: safety cards, and calls that put nothing into a chat."""
    harmless = or_(Outbox.lane == Lane.CRISIS, Outbox.method.in_(hide.KEEPS_GOING))
    return and_(Outbox.state == OutboxState.WAITING, harmless)


async def _empty_under_way(connection: AsyncConnection, vault: Vault, which: ColumnElement[bool]) -> None:
    """Empty what is being sent at this moment: its row is still written to, so its number must not go to another."""
    query = select(Outbox.id).where(which, Outbox.state == OutboxState.SENDING)
    for (row_id,) in (await connection.execute(query)).all():
        await _change(connection, Outbox, Outbox.id == row_id, payload=vault.seal_json({}, "outbox", "payload", row_id))


async def _erase_account(
    connection: AsyncConnection, vault: Vault, telegram_id: int, keep_update: int | None
) -> dict[str, int]:
    # What they wrote a moment ago and nobody has read yet may be urgent: it is still handled.
    mine = and_(Inbox.person_id == telegram_id, Inbox.state != InboxState.WAITING)
    if keep_update is not None:
        empty = vault.seal("{}", "inbox", "body", keep_update)
        await _change(connection, Inbox, Inbox.update_id == keep_update, body=empty, person_id=None, chat_id=None)
    await hide.forget(connection, [telegram_id])
    return {
        "inbox": await _delete(connection, Inbox, mine),
        "enquiries": await _change(connection, Enquiry, Enquiry.person_id == telegram_id, person_id=None, chat_id=0, update_id=None),
        "veiled": await _delete(connection, Veiled, Veiled.telegram_id == telegram_id),
        "wrong_tries": await _delete(connection, WrongTry, WrongTry.telegram_id == telegram_id),
        "groups": await _change(connection, Group, Group.added_by == telegram_id, added_by=None),
        "chats": await _delete(connection, Chat, Chat.chat_id == telegram_id),
    }  # fmt: skip


async def _erase_person(connection: AsyncConnection, vault: Vault, person_id: int, now: datetime) -> dict[str, int]:
    looked = await connection.execute(select(BreakGlass.id).where(BreakGlass.young_person_id == person_id))
    for (row_id,) in looked.all():
        nothing = vault.seal("", "break_glass", "reason", row_id)
        await _change(connection, BreakGlass, BreakGlass.id == row_id, reason=nothing)
    invited = or_(Invitation.used_by == person_id, Invitation.for_person_id == person_id)
    return {
        "invitations": await _change(connection, Invitation, invited, name=None, born_on=None),
        "roles": await _delete(connection, RoleGiven, RoleGiven.person_id == person_id),
        "people": await _change(
            connection, Person, Person.id == person_id,
            telegram_id=None, name=None, born_on=None, code_word=None, told_age_band=None, told_status=None,
            state=EnrolmentState.WITHDRAWN, adviser_id=None, invited_by=None, replaces_id=None, left_at=now, last_contact_at=None, phone_is_seen=None, discreet=False,
            on_call=False, stopped_at=None, quiet_until=None, first_week_at=None,
        ),
    }  # fmt: skip


async def _delete(connection: AsyncConnection, table: Any, which: ColumnElement[bool]) -> int:
    return int((await connection.execute(delete(table).where(which))).rowcount)


async def _change(connection: AsyncConnection, table: Any, which: ColumnElement[bool], **values: Any) -> int:
    return int((await connection.execute(update(table).where(which).values(**values))).rowcount)


def numbers_in(parts: dict[str, Rows]) -> set[int]:
    """The people who are named in a copy by number."""
    return {number for rows in parts.values() for row in rows for number in _numbers(row.values())}


def _numbers(values: Iterable[Any]) -> Sequence[int]:
    return [value["person"] for value in values if isinstance(value, dict) and isinstance(value.get("person"), int)]
