"""Which groups the bot speaks in: those that a manager registered, with who is in each. Pure.

While nobody is a manager yet, nobody could register anything: a fresh installation answers everywhere, publicly.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.models import Audience
from bot.store.groups import Group

ON_THE_WAY_OUT: Final = timedelta(hours=1)
"""So long after leaving, what still comes from the group was written before: it is no reason to ask anybody."""
SAME_JOIN: Final = timedelta(minutes=1)
"""Telegram tells of one join twice where the bot is an administrator: as a message and as a change of membership."""
KEYS: Final = {
    "young": Audience.YOUNG_PEOPLE,
    "foster": Audience.FOSTER_CARERS,
    "staff": Audience.STAFF,
    "duty": Audience.DUTY,
}
"""What a button carries for each audience."""


def key_of(audience: Audience) -> str:
    """What a button carries for this audience."""
    return next(key for key, value in KEYS.items() if value is audience)


@dataclass(frozen=True, slots=True)
class Greet:
    """Say hello in the group: there is no allow-list yet."""


@dataclass(frozen=True, slots=True)
class AskWhoAddedIt:
    """Ask the manager who added the bot who is in the group; say nothing in it before."""


@dataclass(frozen=True, slots=True)
class Leave:
    """Leave, and say so to whoever added the bot and to the managers."""


@dataclass(frozen=True, slots=True)
class WaitForTheMove:
    """Probably a registered group that becomes a supergroup: say nothing; the message about the move follows."""


Step = Greet | AskWhoAddedIt | Leave | WaitForTheMove


def added(*, any_managers: bool, by_manager: bool, is_channel: bool, maybe_moving: bool) -> Step:
    """What follows when somebody adds the bot to a group or channel."""
    if not any_managers and not is_channel:
        return Greet()
    if is_channel:
        return Leave()
    if by_manager:
        return AskWhoAddedIt()
    return WaitForTheMove() if maybe_moving else Leave()


def speaks_in(group: Group | None, *, any_managers: bool) -> bool:
    """Whether the bot answers questions there. Elsewhere it gives the neutral way to the private chat, and no more."""
    return not any_managers or (group is not None and group.is_registered)


def asks_managers(group: Group | None, now: datetime) -> bool:
    """Whether the managers have to be asked about a group in which somebody wrote to the bot: once."""
    if group is None:
        return True
    return group.left_at is not None and now - group.left_at > ON_THE_WAY_OUT


def is_same_join(warned_at: datetime | None, now: datetime) -> bool:
    """Whether the managers have been told of this very join."""
    return warned_at is not None and now - warned_at < SAME_JOIN
