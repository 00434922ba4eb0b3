"""Young people and staff: who they are, what they may do, how they came and who covers for whom."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import BigInteger, Index, Integer, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.models.base import CHAT, ROW_ID, SEALED, TELEGRAM_ID, Base, Moment


class Role(StrEnum):
    """What somebody is in the council's team; one person may be several."""

    YOUNG_PERSON = "young person"
    ADVISER = "personal adviser"
    DUTY = "duty worker"
    EMPLOYMENT = "employment adviser"
    PARTICIPATION = "participation officer"
    MANAGER = "manager"


STAFF = frozenset(Role) - {Role.YOUNG_PERSON}


class EnrolmentState(StrEnum):
    """Where somebody's joining stands; drawn in README.md, keep in step."""

    INVITED = "invited"
    """The link or code was used; the screens that say what the bot is are being read."""
    UNCONFIRMED = "unconfirmed"
    """They agreed; whoever invited them has still to say "yes, that is who I showed it to"."""
    ENROLLED = "enrolled"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """They left, or were removed; nothing personal is shown to that account any more."""


class InvitationState(StrEnum):
    """Whether an invitation can still be used; "expired" follows from the clock."""

    OPEN = "open"
    USED = "used"
    TAKEN_BACK = "taken back"


class ApprovalState(StrEnum):
    """What a second person said to something that needs two."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class Audience(StrEnum):
    """Who sits in a registered group."""

    YOUNG_PEOPLE = "young people"
    FOSTER_CARERS = "foster carers"
    STAFF = "staff"
    DUTY = "duty team"


class Person(Base):
    """A young person or a member of staff. Their Telegram account is theirs only once somebody confirmed it."""

    __tablename__ = "people"
    __table_args__ = (Index("ix_people_adviser", "adviser_id"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    telegram_id: Mapped[int | None] = mapped_column(TELEGRAM_ID, unique=True)
    name: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    born_on: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    state: Mapped[str] = mapped_column(String(16))
    invited_by: Mapped[int | None] = mapped_column(BigInteger)
    adviser_id: Mapped[int | None] = mapped_column(BigInteger)
    replaces_id: Mapped[int | None] = mapped_column(BigInteger)
    """The person whose new phone this is, until somebody confirms it."""
    on_call: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime] = mapped_column(Moment)
    agreed_at: Mapped[datetime | None] = mapped_column(Moment)
    confirmed_at: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    last_contact_at: Mapped[datetime | None] = mapped_column(Moment)
    phone_is_seen: Mapped[bool | None]
    """What they said to "is anyone else able to see this phone?"; None: not answered."""
    discreet: Mapped[bool] = mapped_column(default=False)
    code_word: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    told_age_band: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """What they said of their age when an answer hung on it, such as "18-20"."""
    told_status: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    """What they said of their care leaver status when an answer hung on it."""
    stopped_at: Mapped[datetime | None] = mapped_column(Moment)
    """/stop: nothing is sent that they did not ask for, urgent matters aside."""
    quiet_until: Mapped[datetime | None] = mapped_column(Moment)
    """/hide: until then nothing is sent on the bot's own account."""
    first_week_step: Mapped[int] = mapped_column(Integer, default=0)
    first_week_at: Mapped[datetime | None] = mapped_column(Moment)


class RoleGiven(Base):
    """A role that somebody holds now; taking it away deletes the row, the event stays."""

    __tablename__ = "roles"

    person_id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    role: Mapped[str] = mapped_column(String(32), primary_key=True)
    given_at: Mapped[datetime] = mapped_column(Moment)
    given_by: Mapped[int | None] = mapped_column(BigInteger)


class Invitation(Base):
    """A one-time way in, as a link and as a typed code; only keyed digests of both are kept."""

    __tablename__ = "invitations"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    token_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    code_digest: Mapped[bytes] = mapped_column(LargeBinary, unique=True)
    role: Mapped[str] = mapped_column(String(32))
    name: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    born_on: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    for_person_id: Mapped[int | None] = mapped_column(BigInteger)
    """Somebody who is known already: a new phone, or a further role."""
    invited_by: Mapped[int | None] = mapped_column(BigInteger)
    """None: by the operator, at the machine."""
    state: Mapped[str] = mapped_column(String(16))
    created_at: Mapped[datetime] = mapped_column(Moment)
    expires_at: Mapped[datetime] = mapped_column(Moment)
    used_by: Mapped[int | None] = mapped_column(BigInteger)
    """The row of `people` that it made."""
    used_at: Mapped[datetime | None] = mapped_column(Moment)


class WrongTry(Base):
    """A code or link that does not exist was tried."""

    __tablename__ = "wrong_tries"
    __table_args__ = (Index("ix_wrong_tries_at", "at"), Index("ix_wrong_tries_telegram", "telegram_id", "at"))

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    telegram_id: Mapped[int] = mapped_column(TELEGRAM_ID)
    at: Mapped[datetime] = mapped_column(Moment)


class Approval(Base):
    """Something that needs a second person: a mass send, a bulk export or delete, giving out a role."""

    __tablename__ = "approvals"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    kind: Mapped[str] = mapped_column(String(32))
    asked: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    """What is to be done, as JSON."""
    asked_by: Mapped[int] = mapped_column(BigInteger)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    state: Mapped[str] = mapped_column(String(16))
    decided_by: Mapped[int | None] = mapped_column(BigInteger)
    decided_at: Mapped[datetime | None] = mapped_column(Moment)


class Absence(Base):
    """A time in which somebody of staff is off, and who covers: a colleague, or duty (None)."""

    __tablename__ = "absences"
    __table_args__ = (Index("ix_absences_person", "person_id", "until"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)
    cover_id: Mapped[int | None] = mapped_column(BigInteger)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class BreakGlass(Base):
    """A manager or duty worker looks into somebody's matters for an hour, with a reason; everybody concerned can see it."""

    __tablename__ = "break_glass"
    __table_args__ = (Index("ix_break_glass_person", "person_id", "until"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    person_id: Mapped[int] = mapped_column(BigInteger)
    young_person_id: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[bytes] = mapped_column(LargeBinary, info=SEALED)
    starts_at: Mapped[datetime] = mapped_column(Moment)
    until: Mapped[datetime] = mapped_column(Moment)


class Group(Base):
    """A group on the council's allow-list, or one that waits for a manager's word."""

    __tablename__ = "groups"

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    chat_id: Mapped[int] = mapped_column(TELEGRAM_ID, unique=True, info=CHAT)
    title: Mapped[bytes | None] = mapped_column(LargeBinary, info=SEALED)
    audience: Mapped[str | None] = mapped_column(String(32))
    """None: not registered."""
    added_by: Mapped[int | None] = mapped_column(TELEGRAM_ID)
    asked_at: Mapped[datetime] = mapped_column(Moment)
    registered_by: Mapped[int | None] = mapped_column(BigInteger)
    registered_at: Mapped[datetime | None] = mapped_column(Moment)
    left_at: Mapped[datetime | None] = mapped_column(Moment)
    topics: Mapped[bool] = mapped_column(default=False)
    """A duty team's forum: a topic for each escalation."""


class Occurrence(Base):
    """Something that happens once for each subject and day: a digest, a farewell, a report. The key is what makes it once."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("series", "subject", "day"),)

    id: Mapped[int] = mapped_column(ROW_ID, primary_key=True)
    series: Mapped[str] = mapped_column(String(32))
    subject: Mapped[str] = mapped_column(String(64))
    day: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(Moment)


class KeyCheck(Base):
    """One row for each key that something is sealed with, so that a start with the wrong key file is refused at once."""

    __tablename__ = "key_checks"

    key_id: Mapped[str] = mapped_column(String(8), primary_key=True)
    check: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(Moment)
