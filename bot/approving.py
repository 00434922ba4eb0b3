"""What needs a second person: asks the other managers, and carries out what one of them, or the operator, approved.

The two-person rule (safety-and-reliability P14): nobody approves what they asked for themselves, and whoever asked must
still be allowed to ask at the moment when it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bot import announcing, inviting, membership, my_data, press
from bot import notice as rule
from bot.membership import role_words
from bot.message import Message, written
from bot.models import Lane, Role
from bot.permission import Action, may
from bot.staff import tell
from bot.store import approvals, notices, people
from bot.store.approvals import Asked
from bot.store.people import Actor
from bot.turn import Speech
from content.council import Council
from content.texts import my_data as data_texts
from content.texts import notice as notice_texts
from content.texts import people as texts

INVITE: Final = "invite staff"
GIVE_ROLE: Final = "give role"
SEND: Final = "send notice"
ASKS: Final[Mapping[str, Action]] = {
    INVITE: Action.INVITE_STAFF,
    GIVE_ROLE: Action.GIVE_ROLE,
    my_data.EXPORT: Action.EXPORT_PERSON,
    my_data.ERASE: Action.ERASE_PERSON,
    SEND: Action.ANNOUNCE,
}
"""Every kind of thing that needs two, and what whoever asks for it must be allowed to do."""
APPROVES: Final[Mapping[str, Action]] = {SEND: Action.APPROVE_SEND}
"""What the second person must be allowed to do, where it is not `Action.APPROVE`."""
SECOND: Final[Mapping[str, tuple[Role, ...]]] = {SEND: (Role.MANAGER, Role.PARTICIPATION, Role.EMPLOYMENT)}
"""Who is asked, where it is not the managers alone."""


class NotYours(Exception):
    """Somebody wanted to approve what they asked for themselves."""


class DecidedBefore(Exception):
    """It is decided already, or too old; nothing was changed."""


class MayNotApprove(Exception):
    """Whoever pressed may not be the second person for this; nothing was changed."""


class MayNotAsk(Exception):
    """Whoever asked may not ask for it any more; nothing was done. `name` is theirs."""

    def __init__(self, name: str) -> None:
        super().__init__("the asker may not ask for this any more")
        self.name = name


async def propose(speech: Speech, asker: Actor, kind: str, payload: Mapping[str, Any]) -> tuple[int, int]:
    """Ask for something that needs two. Returns its number, and how many managers were asked: 0, if there is no other."""
    if asker.id is None:
        raise ValueError("somebody who has not joined can't ask for anything")
    number = await approvals.ask(speech.connection, speech.now, kind, dict(payload), asker.id)
    await speech.event("approval", number, "asked", actor=asker.id, kind=kind)
    asked = await approvals.get(speech.connection, number)
    roles = SECOND.get(kind, (Role.MANAGER,))
    managers = [m for m in await people.with_role(speech.connection, *roles) if m.id != asker.id]
    question = await _question(speech, asker, asked) if asked is not None else written(texts.WHAT_GONE)

    def with_buttons(to: Actor) -> Message:
        buttons = [
            press.button(speech.vault, label, "approve", number, to.telegram_id or 0, speech.now, more=more, lasts=approvals.LASTS)
            for label, more in ((texts.APPROVE, "yes"), (texts.REFUSE, "no"))
        ]  # fmt: skip
        rows = [buttons]
        if kind == SEND:
            see = press.button(
                speech.vault, notice_texts.SEE_IT, "nsee", int(payload["notice"]), to.telegram_id or 0, speech.now
            )
            rows.insert(0, [see])
        return question.with_buttons(*rows)

    return number, tell(speech, managers, with_buttons, lane=Lane.REPLY)


def proposed(number: int, managers: int) -> Message:
    """What whoever asked reads: that others were asked, or what to do if there is nobody to ask."""
    return written(texts.PROPOSED) if managers else written(texts.PROPOSED_ALONE, {"number": number})


async def _question(speech: Speech, asker: Actor, asked: Asked) -> Message:
    return written(
        {
            INVITE: texts.ASKED_INVITE, GIVE_ROLE: texts.ASKED_ROLE, my_data.EXPORT: data_texts.STAFF_APPROVE_EXPORT,
            my_data.ERASE: data_texts.STAFF_APPROVE_ERASE, SEND: notice_texts.ASKED,
        }[asked.kind],
        {"asker": asker.name, **await _gaps(speech, asked)},
    )  # fmt: skip


async def _gaps(speech: Speech, asked: Asked) -> dict[str, object]:
    person = await people.get(speech.connection, asked.payload.get("person"))
    role = asked.payload.get("role")
    return {
        "name": asked.payload.get("name") or (person.name if person is not None else "?"),
        "role": role_words(Role(role)) if role else "",
        "initials": person.initials if person is not None else "?",
        "number": person.id if person is not None else "?",
        "what": await _notice(speech, asked),
        "size": asked.payload.get("size", "?"),
    }


async def _notice(speech: Speech, asked: Asked) -> str:
    """What a notice is called; empty where it is about something else."""
    notice = await notices.get(speech.connection, asked.payload.get("notice"))
    return rule.title(notice) if notice is not None else ""


async def what(speech: Speech, asked: Asked) -> str:
    """What was asked for, in a sentence."""
    sentence = {
        INVITE: texts.WHAT_INVITE, GIVE_ROLE: texts.WHAT_ROLE, my_data.EXPORT: texts.WHAT_EXPORT,
        my_data.ERASE: texts.WHAT_ERASE, SEND: notice_texts.WHAT_SEND,
    }.get(asked.kind, texts.WHAT_GONE)  # fmt: skip
    return written(sentence, await _gaps(speech, asked)).text


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided, in a sentence."""

    what: str
    approved: bool


async def decide(
    speech: Speech, council: Council, username: str, number: int, by: Actor | None, approved: bool
) -> Decided:
    """A second person said yes or no; a yes is carried out at once. `by` is None for the operator at the machine.

    Raises NotYours, DecidedBefore, MayNotApprove and MayNotAsk.
    """
    asked = await approvals.get(speech.connection, number)
    if asked is None or not asked.is_waiting(speech.now):
        raise DecidedBefore
    if by is not None and not may(by.roles, APPROVES.get(asked.kind, Action.APPROVE)):
        raise MayNotApprove
    if by is not None and by.id == asked.asked_by:
        raise NotYours
    sentence = await what(speech, asked)
    asker = await people.get(speech.connection, asked.asked_by)
    decider = by.id if by is not None else None
    allowed = asker is not None and may(asker.roles, ASKS.get(asked.kind, Action.APPROVE))
    if await approvals.decide(speech.connection, speech.now, number, decider, approved and allowed) is None:
        raise DecidedBefore
    verb = "approved" if approved and allowed else "refused"
    await speech.event("approval", number, verb, actor=decider, operator=by is None, kind=asked.kind, allowed=allowed)
    if asker is None or not allowed:
        raise MayNotAsk(asker.name if asker is not None else "?")
    text = texts.APPROVED_TOLD if approved else texts.REFUSED_TOLD
    who = by.name if by is not None else texts.OPERATOR
    tell(speech, [asker], written(text, {"by": who, "what": sentence}), lane=Lane.REPLY)
    if approved:
        await _carry_out(speech, council, username, asked, asker, decider)
    elif asked.kind == SEND:
        await announcing.refused(speech, int(asked.payload["notice"]), asked.id)
    return Decided(sentence, approved)


async def _carry_out(
    speech: Speech, council: Council, username: str, asked: Asked, asker: Actor, decider: int | None
) -> None:
    payload = asked.payload
    if asked.kind == INVITE:
        role, name = Role(payload["role"]), str(payload["name"])
        issued = await inviting.issue(speech, role, name, asker)
        inviting.show(speech, council, username, asker, issued, role, name)
    elif asked.kind == SEND:
        if not await announcing.approved(speech, council, int(payload["notice"]), asked.id, decider):
            tell(speech, [asker], written(notice_texts.CHANGED_SINCE), lane=Lane.REPLY)
    elif asked.kind == GIVE_ROLE:
        await _give_role(speech, int(payload["person"]), Role(payload["role"]), asker)
    else:
        await my_data.carry_out(speech, council, asked.kind, {**payload, "asked_by": asker.id}, decider)


async def _give_role(speech: Speech, person_id: int, role: Role, asker: Actor) -> None:
    person = await people.get(speech.connection, person_id)
    gaps = {"name": person.name if person is not None else "?", "role": role_words(role)}
    try:
        if person is None:
            raise membership.Gone
        await membership.give_role(speech, person, role, asker)
        said = texts.ROLE_DONE
    except membership.Gone:
        said = texts.ROLE_NOT_DONE
    tell(speech, [asker], written(said, gaps), lane=Lane.REPLY)
