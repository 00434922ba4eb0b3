"""Who may do what to whose matters. One table; it is asked live on every message, command, press and export.

Roles are read anew for each update (`Turn.actor`), so a role that was taken away a second ago grants nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Final

from bot.models import Role


class Relation(StrEnum):
    """How somebody stands to the young person, or the colleague, whose matter it is."""

    NONE = "none"
    """Nobody's matter in particular, or somebody else's: enough only where the table says so."""
    SELF = "self"
    CASELOAD = "own caseload"
    COVER = "cover"
    """The escalation stands with them: they have it, cover for who has it, or hold the rung it is on."""
    BREAK_GLASS = "break-glass"


class Action(StrEnum):
    """Everything that a message, command, press or export can do."""

    USE = "use what is public"
    JOIN = "use an invitation"
    OWN = "see and change one's own matters"
    TALK = "talk with a person"

    INVITE_YOUNG_PERSON = "invite a young person"
    INVITE_STAFF = "invite staff"
    CONFIRM = "confirm who joined"
    GIVE_ROLE = "give or take a role"
    APPROVE = "be the second person"
    REMOVE = "end somebody's membership"
    SEE_STAFF = "see the list of staff"
    SET_ON_CALL = "choose who is on call"

    SEE_CASELOAD = "see one's caseload"
    OPEN = "read an escalation"
    ACKNOWLEDGE = "say I've got this"
    PASS_ON = "pass an escalation on"
    WRITE = "write to the young person"
    WRITE_FIRST = "begin a conversation"
    NOTE = "write a note"
    RESOLVE = "resolve"
    ALLOCATE = "allocate to another adviser"
    BREAK_GLASS = "look in for a reason"
    AWAY = "say when one is away"
    AWAY_FOR = "say when a colleague is away"
    CANNED = "use and change canned replies"
    STAFF_HELP = "see what staff can do"
    PROPOSE_PHRASING = "propose words for an entry"
    KEEP_KNOWLEDGE = "approve words for entries, read the files anew"
    REVIEW = "look at what the gate found, and at what it passed by"

    KEEP_PROGRAMME = "change the programme of drop-ins"
    TICK = "tick who came to a drop-in"
    ANNOUNCE = "write an opportunity or a notice, and ask for it to be sent"
    APPROVE_SEND = "be the second person for a notice"
    FOLLOW = "see who is interested, and move them on"
    SEE_UPTAKE = "see how many got how far"

    REGISTER_GROUP = "register a group"
    EXPORT_PERSON = "export somebody's data"
    ERASE_PERSON = "delete somebody's data"


Y, A, D, E, P, M = Role.YOUNG_PERSON, Role.ADVISER, Role.DUTY, Role.EMPLOYMENT, Role.PARTICIPATION, Role.MANAGER
ANY: Final = frozenset(Relation)
OWN: Final = frozenset({Relation.SELF})
MINE: Final = frozenset({Relation.CASELOAD, Relation.COVER})
STANDS_WITH_ME: Final = frozenset({Relation.COVER})
LOOK: Final = frozenset({Relation.COVER, Relation.BREAK_GLASS})

PUBLIC: Final = frozenset({Action.USE, Action.JOIN, Action.OWN, Action.TALK})
"""What everybody may do, joined or not, and only ever for themselves."""

TABLE: Final[Mapping[Action, Mapping[Role, frozenset[Relation]]]] = {
    Action.INVITE_YOUNG_PERSON: {A: ANY, M: ANY},
    Action.INVITE_STAFF: {M: ANY},
    Action.CONFIRM: {A: frozenset({Relation.CASELOAD}), M: ANY},
    Action.GIVE_ROLE: {M: ANY},
    Action.APPROVE: {M: ANY},
    Action.REMOVE: {M: ANY},
    Action.SEE_STAFF: {M: ANY},
    Action.SET_ON_CALL: {M: ANY},
    Action.SEE_CASELOAD: {A: OWN},
    Action.OPEN: {A: MINE, D: LOOK, M: LOOK},
    Action.ACKNOWLEDGE: {A: MINE, D: STANDS_WITH_ME, M: STANDS_WITH_ME},
    Action.PASS_ON: {A: MINE, D: STANDS_WITH_ME, M: STANDS_WITH_ME},
    Action.WRITE: {A: MINE, D: STANDS_WITH_ME, M: STANDS_WITH_ME},
    Action.WRITE_FIRST: {A: MINE},
    Action.NOTE: {A: MINE, D: STANDS_WITH_ME, M: STANDS_WITH_ME},
    Action.RESOLVE: {A: MINE, D: STANDS_WITH_ME, M: STANDS_WITH_ME},
    Action.ALLOCATE: {A: frozenset({Relation.CASELOAD}), M: ANY},
    Action.BREAK_GLASS: {D: ANY, M: ANY},
    Action.AWAY: {A: OWN, D: OWN, E: OWN, P: OWN, M: OWN},
    Action.AWAY_FOR: {M: ANY},
    Action.CANNED: {A: ANY, D: ANY, P: ANY, M: ANY},
    Action.STAFF_HELP: {A: ANY, D: ANY, E: ANY, P: ANY, M: ANY},
    Action.PROPOSE_PHRASING: {A: ANY, D: ANY, E: ANY, P: ANY, M: ANY},
    Action.KEEP_KNOWLEDGE: {P: ANY, M: ANY},
    Action.REVIEW: {M: ANY},
    Action.KEEP_PROGRAMME: {E: ANY, P: ANY, M: ANY},
    Action.TICK: {A: ANY, D: ANY, E: ANY, P: ANY, M: ANY},
    Action.ANNOUNCE: {A: ANY, E: ANY, P: ANY, M: ANY},
    Action.APPROVE_SEND: {E: ANY, P: ANY, M: ANY},
    Action.FOLLOW: {A: frozenset({Relation.CASELOAD}), E: ANY},
    Action.SEE_UPTAKE: {E: ANY, P: ANY, M: ANY},
    Action.REGISTER_GROUP: {M: ANY},
    Action.EXPORT_PERSON: {M: ANY},
    Action.ERASE_PERSON: {M: ANY},
}
"""Row by row what each role may do, and how it has to stand to the matter. What is not in it is refused."""


def may(roles: Iterable[Role], action: Action, relations: Iterable[Relation] = (Relation.NONE,)) -> bool:
    """Whether somebody with these roles, who stands so to the matter, may do this."""
    if action in PUBLIC:
        return True
    row = TABLE.get(action, {})
    stands = frozenset(relations)
    return any(row.get(role, frozenset()) & stands for role in roles)


def may_ever(roles: Iterable[Role], action: Action) -> bool:
    """Whether the action is open to one of these roles at all; whose matter it is has still to be asked."""
    return action in PUBLIC or any(role in TABLE.get(action, {}) for role in roles)
