"""Queries of the nightly sweep: what of each kind is forgotten, and when. Erasing one person is in `my_data`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Integer, cast, delete, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.models import (
    Approval,
    BreakGlass,
    Choices,
    Draft,
    DropIn,
    EnrolmentState,
    Escalation,
    EscalationState,
    Event,
    Form,
    Gap,
    Group,
    Inbox,
    InboxState,
    Interest,
    Invitation,
    Line,
    Notice,
    NoticeState,
    Occurrence,
    Outbox,
    OutboxState,
    Person,
    Phrasing,
    Place,
    Post,
    Side,
    Trace,
    Veiled,
    WrongTry,
)
from bot.store import enquiries, inbox, outbox, people, receipts, reviews, veiled
from bot.store.vault import vault_of

KEEP_UPDATES: Final = timedelta(days=3)
"""Longer than Telegram repeats an update (24 hours), shorter than its numbers may start anew (a week)."""
KEEP_TRIES: Final = timedelta(days=3)
KEEP_INVITATIONS: Final = timedelta(days=30)
KEEP_OCCURRENCES: Final = timedelta(days=400)
"""Longer than anything that comes once a year."""
KEEP_RECEIPTS: Final = timedelta(days=180)
"""Longer than an opportunity stays open, so that nobody gets it twice."""
FOR_GOOD: Final = "once"
"""Stands in the place of an occurrence's day when it must never happen again."""
NOTHING_SEALED: Final = 32
"""Bytes of a sealed value without words: id of the key, nonce and tag."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What happened before these moments is forgotten."""

    now: datetime
    text: datetime
    """Words, counted from when what they belong to was settled."""
    delivery: datetime
    """What was sent and arrived, or surely never will."""

    @classmethod
    def at(cls, now: datetime, text: timedelta, delivery: timedelta) -> Limits:
        """The limits at this moment, of how long a council keeps things."""
        return cls(now, now - text, now - delivery)


async def _updates(connection: AsyncConnection, limits: Limits) -> int:
    """Updates that were handled, and the links of enquiries and reviews to them."""
    before = limits.now - KEEP_UPDATES
    await enquiries.forget_updates(connection, before)
    await reviews.forget_updates(connection, before)
    return await inbox.forget_done(connection, before)


async def _set_aside(connection: AsyncConnection, limits: Limits) -> int:
    """Updates that nobody looked at."""
    moment = func.coalesce(Inbox.finished_at, Inbox.received_at)
    return await _delete(connection, Inbox, Inbox.state == InboxState.QUARANTINED, moment < limits.text)


async def _messages(connection: AsyncConnection, limits: Limits) -> int:
    """Messages whose fate is known."""
    return await outbox.forget_sent(connection, limits.delivery)


async def _unknown(connection: AsyncConnection, limits: Limits) -> int:
    """Messages that nobody decided about."""
    moment = func.coalesce(Outbox.finished_at, Outbox.created_at)
    return await _delete(connection, Outbox, Outbox.state == OutboxState.UNKNOWN, moment < limits.text)


async def _conversations(connection: AsyncConnection, limits: Limits) -> int:
    """The words of escalations that were resolved long enough ago. What happened, and when, stays."""
    query = select(Escalation.id).where(
        Escalation.state == EscalationState.RESOLVED,
        Escalation.resolved_at < limits.text,
        Escalation.forgotten_at.is_(None),
    )
    ids = [int(row.id) for row in await connection.execute(query)]
    for first in range(0, len(ids), 500):
        which = ids[first : first + 500]
        await connection.execute(
            update(Line)
            .where(Line.escalation_id.in_(which))
            .values(body=None, file=None, history=None, chat_id=None, message_id=None)
        )
        # A note without words would be one that was asked for and is still to be written.
        await connection.execute(
            update(Line)
            .where(Line.escalation_id.in_(which), Line.side == Side.NOTE, Line.deleted_at.is_(None))
            .values(deleted_at=limits.now)
        )
        await connection.execute(delete(Trace).where(Trace.escalation_id.in_(which)))
        await connection.execute(
            update(Escalation)
            .where(Escalation.id.in_(which))
            .values(about=None, told=None, ring_at=None, forgotten_at=limits.now)
        )
    return len(ids)


async def _drafts(connection: AsyncConnection, limits: Limits) -> int:
    """What staff typed and never said whom it is for."""
    return await _delete(connection, Draft, Draft.created_at < limits.delivery)


async def _veiled(connection: AsyncConnection, limits: Limits) -> int:
    """Messages that waited for a tap."""
    return await veiled.forget(connection, limits.text)


async def _veiled_of_the_forgotten(connection: AsyncConnection, limits: Limits) -> int:
    """Messages behind neutral words that belong to a conversation that was forgotten."""
    forgotten = select(Escalation.id).where(Escalation.forgotten_at.is_not(None))
    return await _delete(connection, Veiled, Veiled.escalation_id.in_(forgotten))


async def _wrong_tries(connection: AsyncConnection, limits: Limits) -> int:
    """Wrong codes: they count for an hour."""
    return await _delete(connection, WrongTry, WrongTry.at < limits.now - KEEP_TRIES)


async def _invitations(connection: AsyncConnection, limits: Limits) -> int:
    """Invitations, with the name on them."""
    return await _delete(connection, Invitation, Invitation.expires_at < limits.now - KEEP_INVITATIONS)


async def _occurrences(connection: AsyncConnection, limits: Limits) -> int:
    """Notes of what happened once for a day that is long past."""
    old = Occurrence.at < limits.now - KEEP_OCCURRENCES
    return await _delete(connection, Occurrence, old, Occurrence.day != FOR_GOOD)


async def _receipts(connection: AsyncConnection, limits: Limits) -> int:
    """Who got which notice. How many there were stays in the events."""
    return await receipts.forget(connection, limits.now - KEEP_RECEIPTS)


async def _notices(connection: AsyncConnection, limits: Limits) -> int:
    """What staff wrote in notices that are over, or were never sent."""
    over = (NoticeState.DONE, NoticeState.CANCELLED, NoticeState.DRAFT, NoticeState.ASKED)
    result = await connection.execute(
        update(Notice)
        .where(Notice.state.in_(over), Notice.made_at < limits.text, Notice.body.is_not(None))
        .values(body=None)
    )
    return int(result.rowcount)


async def _choices_of_who_left(connection: AsyncConnection, limits: Limits) -> int:
    """What people chose who left."""
    left = select(Person.id).where(Person.state == EnrolmentState.WITHDRAWN, Person.left_at < limits.text)
    return await _delete(connection, Choices, Choices.person_id.in_(left))


async def _forms(connection: AsyncConnection, limits: Limits) -> int:
    """Forms and files that staff left unfinished."""
    return await _delete(connection, Form, Form.changed_at < limits.text)


async def _posts(connection: AsyncConnection, limits: Limits) -> int:
    """Where messages stand in groups that show how many come, once the session is long over."""
    over = select(DropIn.id).where(DropIn.ends_at < limits.delivery)
    return await _delete(connection, Post, Post.drop_in_id.in_(over))


async def _names_of_places(connection: AsyncConnection, limits: Limits) -> int:
    """What Telegram calls people who came to a drop-in and have not joined."""
    over = select(DropIn.id).where(DropIn.ends_at < limits.text)
    result = await connection.execute(
        update(Place).where(Place.drop_in_id.in_(over), Place.name.is_not(None)).values(name=None)
    )
    return int(result.rowcount)


async def _next_steps(connection: AsyncConnection, limits: Limits) -> int:
    """The words about what is to be done next, once an opportunity was not taken or is long behind somebody."""
    result = await connection.execute(
        update(Interest)
        .where(Interest.changed_at < limits.text, Interest.next_at.is_(None), Interest.next_step.is_not(None))
        .values(next_step=None)
    )
    return int(result.rowcount)


async def _reasons(connection: AsyncConnection, limits: Limits) -> int:
    """Why somebody looked in. That they did, and when, stays."""
    query = select(BreakGlass.id).where(BreakGlass.until < limits.text, func.length(BreakGlass.reason) > NOTHING_SEALED)
    ids = [int(row.id) for row in await connection.execute(query)]
    vault = vault_of(connection)
    for row_id in ids:
        nothing = vault.seal("", "break_glass", "reason", row_id)
        await connection.execute(update(BreakGlass).where(BreakGlass.id == row_id).values(reason=nothing))
    return len(ids)


async def _approvals(connection: AsyncConnection, limits: Limits) -> int:
    """What was asked for and needed a second person."""
    return await _delete(connection, Approval, func.coalesce(Approval.decided_at, Approval.asked_at) < limits.text)


async def _gaps(connection: AsyncConnection, limits: Limits) -> int:
    """The words of questions without an answer. That there was one, and what was decided about it, stays."""
    result = await connection.execute(
        update(Gap).where(Gap.asked_at < limits.text, Gap.words.is_not(None)).values(words=None)
    )
    return int(result.rowcount)


async def _reviews(connection: AsyncConnection, limits: Limits) -> int:
    """The words of messages for managers to look at, whether anybody did or not."""
    return await reviews.forget(connection, limits.text)


async def _phrasings(connection: AsyncConnection, limits: Limits) -> int:
    """Words that were taken back, or refused when they were proposed."""
    return await _delete(connection, Phrasing, Phrasing.withdrawn_at < limits.text)


async def _titles(connection: AsyncConnection, limits: Limits) -> int:
    """The titles of groups that the bot has left."""
    gone = (Group.left_at < limits.text, Group.title.is_not(None))
    result = await connection.execute(update(Group).where(*gone).values(title=None))
    return int(result.rowcount)


async def _people_who_left(connection: AsyncConnection, limits: Limits) -> int:
    """Name, birthday, code word and what they told of young people who withdrew, unless something of theirs is still with a person.

    Staff who left keep their name: young people may ask for years who opened what is held about them.
    """
    withdrew = select(cast(Event.subject, Integer)).where(Event.noun == "enrolment", Event.verb == "withdrew")
    open_ = select(Escalation.person_id).where(
        Escalation.state != EscalationState.RESOLVED, Escalation.person_id.is_not(None)
    )
    result = await connection.execute(
        update(Person)
        .where(
            Person.state == EnrolmentState.WITHDRAWN,
            Person.left_at < limits.text,
            or_(*(getattr(Person, name).is_not(None) for name in people.SEALED_FIELDS)),
            Person.id.in_(withdrew),
            Person.id.not_in(open_),
        )
        .values(dict.fromkeys(people.SEALED_FIELDS))
    )
    return int(result.rowcount)


SWEEPS: Final[Mapping[str, Callable[[AsyncConnection, Limits], Awaitable[int]]]] = {
    "handled updates": _updates,
    "updates that were set aside": _set_aside,
    "sent messages": _messages,
    "messages of unknown fate": _unknown,
    "conversations": _conversations,
    "unsent drafts": _drafts,
    "covered messages": _veiled,
    "covered messages of forgotten conversations": _veiled_of_the_forgotten,
    "wrong codes": _wrong_tries,
    "invitations": _invitations,
    "occurrences": _occurrences,
    "notices received": _receipts,
    "forms left": _forms,
    "words of notices": _notices,
    "choices of people who left": _choices_of_who_left,
    "messages that count who comes": _posts,
    "names of guests": _names_of_places,
    "next steps": _next_steps,
    "reasons for looking in": _reasons,
    "approvals": _approvals,
    "questions without an answer": _gaps,
    "reviews": _reviews,
    "withdrawn phrasings": _phrasings,
    "titles of groups that were left": _titles,
    "people who left": _people_who_left,
}
"""Each kind with its sweep, which forgets what is old enough and returns how many rows that were."""


async def _delete(connection: AsyncConnection, table: Any, *which: ColumnElement[bool]) -> int:
    return int((await connection.execute(delete(table).where(*which))).rowcount)
