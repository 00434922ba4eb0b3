"""Who a notice is for. Nobody who gets one is told who else does."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final

from bot.models import STAFF, Role
from bot.models import Audience as GroupAudience
from content.entry import AGE_BANDS, STATUSES

EVERY_GROUP: Final = (GroupAudience.YOUNG_PEOPLE, GroupAudience.FOSTER_CARERS, GroupAudience.STAFF)
"""Whose groups can be written to without naming each."""
LONGEST: Final = 2000
"""Characters of an audience as it is stored."""


class BrokenAudience(Exception):
    """What was stored or chosen is no audience; the text says which field is wrong."""


@dataclass(frozen=True, slots=True)
class Member:
    """What decides whether a notice is for one young person. What they never told is None."""

    born_on: date | None = None
    age_band: str | None = None
    status: str | None = None
    adviser_id: int | None = None
    area: str | None = None
    parent: bool | None = None
    interests: frozenset[str] = frozenset()
    muted: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Audience:
    """Groups, young people in private, staff. An empty choice within means that it doesn't matter.

    Somebody whose age, status, area or family nobody knows is left out as soon as one of these is asked for: a notice
    for parents must not go to everybody who never said.
    """

    groups: frozenset[int] = frozenset()
    """Rows of `groups`."""
    every_group: frozenset[str] = frozenset()
    """All groups in which these sit (`bot.models.Audience`), read anew each time; never the duty team's."""
    people: bool = False
    """Young people in their private chats."""
    ages: frozenset[str] = frozenset()
    statuses: frozenset[str] = frozenset()
    areas: frozenset[str] = frozenset()
    parents: bool = False
    interests: frozenset[str] = frozenset()
    """Any one of these is enough; somebody who chose no interests at all gets everything."""
    advisers: frozenset[int] = frozenset()
    """Only young people allocated to one of these."""
    staff: frozenset[Role] = frozenset()
    asked_about: int | None = None
    """An opportunity: only people who were interested in it or have not been asked yet, not those who said no."""

    @property
    def is_empty(self) -> bool:
        """Whether it can reach nobody."""
        return not (self.groups or self.every_group or self.people or self.staff)

    @property
    def asks_about_people(self) -> bool:
        """Whether the young people have to be looked at one by one."""
        return bool(self.asks_what_they_told or self.advisers)

    @property
    def asks_what_they_told(self) -> bool:
        """Whether it goes by what is known of young people themselves, and not only by whose they are."""
        return bool(self.ages or self.statuses or self.areas or self.parents or self.interests)

    def as_json(self) -> str:
        """How it is stored."""
        given: dict[str, Any] = {}
        for name, value in asdict(self).items():
            if value:
                given[name] = sorted(value) if isinstance(value, frozenset) else value
        return json.dumps(given, ensure_ascii=False, separators=(",", ":"))


_FIELDS: Final[Mapping[str, type]] = {
    "groups": int, "ages": str, "statuses": str, "areas": str, "interests": str, "advisers": int, "staff": str,
    "every_group": str,
}  # fmt: skip


def from_json(text: str) -> Audience:
    """The audience as it was stored. Raises BrokenAudience: a notice with an audience nobody understands goes to nobody."""
    try:
        raw = json.loads(text)
    except ValueError:
        raise BrokenAudience("the audience can't be read") from None
    if not isinstance(raw, dict):
        raise BrokenAudience("the audience can't be read")
    given: dict[str, Any] = {}
    for name, value in raw.items():
        if name in _FIELDS:
            if not isinstance(value, list) or not all(type(one) is _FIELDS[name] for one in value):
                raise BrokenAudience(f"the audience's {name} can't be read")
            given[name] = frozenset(value)
        elif (name in ("people", "parents") and isinstance(value, bool)) or (
            name == "asked_about" and type(value) is int
        ):
            given[name] = value
        else:
            raise BrokenAudience(f"the audience's {name} can't be read")
    unknown = given.get("every_group", frozenset()) - set(EVERY_GROUP)
    if unknown:
        raise BrokenAudience(f"the audience names groups of {min(unknown)}, which do not exist")
    known = {"ages": set(AGE_BANDS), "statuses": set(STATUSES), "staff": set(map(str, STAFF))}
    wrong = [one for name, values in known.items() for one in given.get(name, frozenset()) - values]
    if wrong:
        raise BrokenAudience(f"the audience names {wrong[0]}, which does not exist")
    given["staff"] = frozenset(map(Role, given.get("staff", ())))
    return Audience(**given)


def is_for(audience: Audience, member: Member, today: date) -> bool:
    """Whether a notice with this audience is for this young person."""
    band = band_of(member.born_on, today) if member.born_on is not None else member.age_band
    return (
        audience.people
        and (not audience.ages or band in audience.ages)
        and (not audience.statuses or member.status in audience.statuses)
        and (not audience.areas or (member.area or "").casefold() in {area.casefold() for area in audience.areas})
        and (not audience.parents or member.parent is True)
        and (not audience.advisers or member.adviser_id in audience.advisers)
        and (not audience.interests or not member.interests or bool(audience.interests & member.interests))
    )


def band_of(born_on: date, today: date) -> str | None:
    """The band of AGE_BANDS of somebody born on this day."""
    years = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return next((band for band, ages in AGE_BANDS.items() if years in ages), None)


@dataclass(frozen=True, slots=True)
class Size:
    """How many it reaches; shown before anything is sent."""

    people: int = 0
    groups: int = 0
    staff: int = 0
    narrowed: bool = False
    """Whether the young people were chosen by what is known of them: then a small number tells who they are."""
    had_it: int = 0
    """How many more it would reach, had they not got it before."""

    @property
    def chats(self) -> int:
        """Messages that it makes."""
        return self.people + self.groups + self.staff
