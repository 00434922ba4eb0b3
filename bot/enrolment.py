"""The rules of joining: codes and links, names and birthdays, what a tried code comes to, the first week, turning 25.

A code or link alone lets nobody in: whoever invited says "yes, that is who I showed it to" (safety-and-reliability P2).
That is why an invitation may last 72 hours, where a code that stood alone should last ten minutes (ASVS 6.5.5).
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.models import EnrolmentState, InvitationState, Role
from bot.store.invitations import Invited
from bot.store.people import Actor

VALID: Final = timedelta(hours=72)
TRIES: Final = 5
"""Wrong tries an account has in 72 hours."""
TRIES_IN: Final = timedelta(hours=72)
FREEZE_AT: Final = 50
"""Wrong tries of all accounts in an hour, from which on no code or link works until an hour is calm."""
FREEZE_IN: Final = timedelta(hours=1)
LINK_BYTES: Final = 16
"""128 bits: nobody guesses a link (ASVS 11.5.1)."""

LINK: Final = "join_"
"""A link's payload begins with it; the rest is its token."""
DIGITS: Final = "23456789"
LETTERS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O or U, which people take for 1, 1, 0 and V."""
GROUPS: Final = 3
GROUP: Final = 4

_MISREAD: Final = str.maketrans("ILO", "110")
_PLAIN: Final = re.compile(rf"(?:[{DIGITS}][{LETTERS}]{{{GROUP - 1}}}){{{GROUPS}}}")
_BETWEEN: Final = re.compile(r"[\s\-‐‑‒–—−_.·]+")
_AROUND: Final = re.compile(r"\b(?:my|the|this|is|here|its|it's|code|invite|invitation|join)\b:?", re.IGNORECASE)
_LONGEST_TEXT: Final = 80


def new_token() -> str:
    """What a link carries: 128 bits in letters that a link may hold."""
    return secrets.token_urlsafe(LINK_BYTES)


def new_code() -> str:
    """A typed code in its plain form: three groups of a digit and three of 32 letters, 54 bits.

    It always holds a letter, so that no telephone number is ever taken for a code.
    """
    while True:
        code = "".join(
            secrets.choice(DIGITS) + "".join(secrets.choice(LETTERS) for _ in range(GROUP - 1)) for _ in range(GROUPS)
        )
        if not code.isdigit():
            return code


def shown(code: str) -> str:
    """A code as people read it: `7KQM-4XPD-9TRV`."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def plain_code(text: str) -> str | None:
    """The code that somebody typed, whatever its case, spaces and hyphens; None when it has not a code's shape.

    A few words around it ("my code is …") do no harm; a telephone number is none.
    """
    if len(text) > _LONGEST_TEXT:
        return None
    bare = _BETWEEN.sub("", _AROUND.sub(" ", unicodedata.normalize("NFKC", text)))
    code = bare.strip(":;,!?\"'()").upper().translate(_MISREAD)
    return code if _PLAIN.fullmatch(code) and not code.isdigit() else None


def looks_like_code(text: str) -> bool:
    """Whether words in a private chat are a code and no question."""
    return plain_code(text) is not None


def token_of(payload: str) -> str | None:
    """The token of a link's payload; None when the link is no invitation."""
    token = payload.removeprefix(LINK)
    return token if payload.startswith(LINK) and token else None


LONGEST_NAME: Final = 100
_UNSEEN: Final = {"Cc", "Cs"}
_TURNING: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Marks that turn the direction of writing: a name with one could make a list read as something else."""


class BadName(Exception):
    """A name that can't be taken; `why` is "empty" or "long"."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def clean_name(text: str) -> str:
    """A name as it is kept: any characters up to 100, on one line.

    Raises BadName when nothing is left, or too much.
    """
    seen = "".join(
        " " if character.isspace() else character
        for character in text
        if character.isspace() or (unicodedata.category(character) not in _UNSEEN and character not in _TURNING)
    )
    name = " ".join(seen.split())
    if not any(unicodedata.category(character) not in ("Cf", "Mn", "Me") for character in name):
        raise BadName("empty")
    if len(name) > LONGEST_NAME:
        raise BadName("long")
    return name


YOUNGEST, OLDEST = 13, 25
"""Ages at which somebody can be invited as a young person: a slip of the pen in a birthday is caught, nothing more."""
_BIRTHDAY: Final = re.compile(r"\s+(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})\s*$")


class BadBirthday(Exception):
    """A birthday that is no day, or of nobody of this age."""


def name_and_birthday(text: str, today: date) -> tuple[str, date | None]:
    """A name, and the birthday after it if one was written: `Jade Marlow 14/03/2008`.

    Raises BadName and BadBirthday.
    """
    found = _BIRTHDAY.search(text)
    if found is None:
        return clean_name(text), None
    day, month, year = map(int, found.groups())
    try:
        born_on = date(year, month, day)
    except ValueError:
        raise BadBirthday from None
    if born_on > today or not YOUNGEST <= age(born_on, today) <= OLDEST:
        raise BadBirthday
    return clean_name(text[: found.start()]), born_on


def birthday(born_on: date, years: int) -> date:
    """The day on which somebody is so many years old; who was born on 29 February waits for 1 March."""
    try:
        return born_on.replace(year=born_on.year + years)
    except ValueError:
        return date(born_on.year + years, 3, 1)


def age(born_on: date, today: date) -> int:
    """How old somebody is today."""
    years = today.year - born_on.year
    return years if birthday(born_on, years) <= today else years - 1


# --- what a tried code or link comes to ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Tries:
    """The wrong tries so far: this account's in 72 hours, everybody's in an hour."""

    own: int
    all: int


@dataclass(frozen=True, slots=True)
class Locked:
    """This account has tried too often; nothing is looked at."""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Too many wrong tries everywhere: no code or link works for now, a right one neither."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """No such code or link. `left` tries remain; `freezes` when this is the one too many for all."""

    left: int
    freezes: bool


@dataclass(frozen=True, slots=True)
class Refused:
    """The invitation exists, and nothing comes of it. `why`: "used", "taken back", "old", "not yours", "joined", "same phone"."""

    why: str


@dataclass(frozen=True, slots=True)
class GoOn:
    """They used it themselves and are on the way in."""


@dataclass(frozen=True, slots=True)
class Begin:
    """Somebody new comes in by it, or a new phone of somebody known."""


@dataclass(frozen=True, slots=True)
class TakeRole:
    """Somebody who has joined takes a further role that was meant for them."""


Verdict = Locked | Frozen | Wrong | Refused | GoOn | Begin | TakeRole


def locked(tries: Tries) -> bool:
    """Whether an account has used up its tries."""
    return tries.own >= TRIES


def frozen(tries: Tries) -> bool:
    """Whether nobody's code works for now."""
    return tries.all >= FREEZE_AT


def judge(invitation: Invited | None, actor: Actor, tries: Tries, now: datetime) -> Verdict:
    """What comes of a code or link. Who is locked out, or comes in a freeze, learns nothing about it."""
    if locked(tries):
        return Locked()
    if invitation is None:
        if frozen(tries):
            return Frozen()
        return Wrong(TRIES - tries.own - 1, freezes=tries.all + 1 >= FREEZE_AT)
    if frozen(tries):
        return Frozen()
    if invitation.state is InvitationState.TAKEN_BACK:
        return Refused("taken back")
    if invitation.state is InvitationState.USED:
        mine = actor.id is not None and invitation.used_by == actor.id
        on_the_way = actor.state in (EnrolmentState.INVITED, EnrolmentState.UNCONFIRMED)
        return GoOn() if mine and on_the_way else Refused("joined" if mine and actor.is_enrolled else "used")
    if invitation.expires_at <= now:
        return Refused("old")
    return _judge_open(invitation, actor)


def _judge_open(invitation: Invited, actor: Actor) -> Verdict:
    new_phone = invitation.for_person_id is not None and invitation.role is Role.YOUNG_PERSON
    if not actor.is_enrolled:
        return Refused("not yours") if invitation.for_person_id is not None and not new_phone else Begin()
    if invitation.for_person_id != actor.id:
        return Refused("not yours" if invitation.for_person_id is not None else "joined")
    if new_phone:
        return Refused("same phone")
    return Refused("joined") if invitation.role in actor.roles else TakeRole()


# --- the first week and the farewell --------------------------------------------------------------------------------------

FIRST_WEEK: Final = 5
"""Messages that introduce the offer."""
FROM, UNTIL = time(10), time(18)
"""Nothing cheerful comes before ten or after six."""
LATER: Final = timedelta(days=3)
QUIET_AFTER_A_CARD: Final = timedelta(hours=24)
"""Nothing cheerful for a day after a safety card (safety-and-reliability 1.3)."""
FAREWELL_AGE: Final = 25
WARNING_DAYS: Final = 31
LATEST_FAREWELL: Final = timedelta(days=14)
"""A farewell that the bot could not say for so long is not said any more."""


def is_daytime(now: datetime, zone: ZoneInfo) -> bool:
    """Whether small messages may come at this hour."""
    return FROM <= now.astimezone(zone).time() < UNTIL


def next_day(now: datetime, zone: ZoneInfo, days: int = 1) -> datetime:
    """Ten o'clock, local time, so many days later; in UTC."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, FROM, zone).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class Warn:
    """Their adviser is told that they turn 25 on `day`."""

    day: date


@dataclass(frozen=True, slots=True)
class Farewell:
    """They have turned 25 on `day`."""

    day: date


def turning_25(person: Actor, today: date, joined: date) -> Warn | Farewell | None:
    """What is due about somebody's 25th birthday, if anything. Who joined after it hears no farewell."""
    if person.born_on is None:
        return None
    day = birthday(person.born_on, FAREWELL_AGE)
    if today < day <= today + timedelta(days=WARNING_DAYS):
        return Warn(day)
    if day <= today <= day + LATEST_FAREWELL and joined <= day:
        return Farewell(day)
    return None


# --- who may settle a joining -------------------------------------------------------------------------------------------


def check_number(digest: bytes) -> str:
    """Two digits that both the new account and whoever invited see, so that "yes" is said about the right phone."""
    return f"{10 + int.from_bytes(digest[:4], 'big') % 90}"
