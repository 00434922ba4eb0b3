"""/breakglass: to read a matter that stands with somebody else, for an hour, with a reason, seen by everybody concerned."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from telegram import Update

from bot import press, when
from bot.message import Message, plain, written
from bot.models import Lane, Role
from bot.permission import Action, Relation, may
from bot.press import Press
from bot.relation import relations
from bot.staff import tell
from bot.store import break_glass, people
from bot.store.people import Actor
from content.texts import page as texts
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.staff.matter import Matter, matter_of

LASTS: Final = timedelta(minutes=60)
SHORTEST_REASON: Final = 8
LONGEST_REASON: Final = 500
ALERT: Final = 200
"""Characters of an alert (Bot API)."""


@needs(Action.BREAK_GLASS)
async def look_in(update: Update, context: Context) -> None:
    """/breakglass 12 why: explained without a number, refused without a reason."""
    chat = update.effective_chat
    number, *words = context.args or [""]
    number, reason = number.lstrip("#"), " ".join(words)[:LONGEST_REASON]
    if chat is None:
        return
    if not (number.isascii() and number.isdecimal()):
        minutes = int(LASTS.total_seconds() // 60)
        context.turn.say(chat.id, written(texts.LOOK_IN_HELP, {"minutes": minutes}, keep_lines=True))
        return
    matter = await matter_of(int(number), update, context)
    if matter is None:
        return
    if Relation.SELF in matter.relations:
        await refuse(update, context, Action.BREAK_GLASS)
    elif may(matter.actor.roles, Action.OPEN, matter.relations - {Relation.BREAK_GLASS}):
        say_no(update, context, texts.LOOK_IN_NO_NEED.format(number=matter.standing.id))
    elif matter.person.id is None:
        say_no(update, context, texts.LOOK_IN_NOBODY.format(number=matter.standing.id))
    elif sum(c.isalpha() for c in reason) < SHORTEST_REASON:
        say_no(update, context, texts.LOOK_IN_WHY)
    else:
        await _begin(matter, matter.person.id, reason, chat.id, context)


async def _begin(matter: Matter, young_person_id: int, reason: str, chat: int, context: Context) -> None:
    turn = context.turn
    until = turn.now + LASTS
    number = await break_glass.add(
        turn.connection, matter.actor.id or 0, young_person_id, reason, turn.now, until
    )  # fmt: skip
    await turn.event(
        "person", young_person_id, "looked in", actor=matter.actor.id, escalation=matter.standing.id, look_in=number,
        until=until.isoformat(timespec="minutes"),
    )  # fmt: skip
    said = when.said(until, turn.now, context.service.council.zone)
    gaps = {**matter.gaps, "until": said, "who": matter.actor.name}
    tell(turn, await _concerned(matter, context), lambda person: _told(person, number, gaps, context), lane=Lane.PAGE)
    look = press.button(turn.vault, texts.OPEN, "open", matter.standing.id, chat, turn.now, lasts=LASTS)
    turn.say(chat, written(texts.LOOK_IN_BEGUN, gaps).with_buttons([look]))


async def _concerned(matter: Matter, context: Context) -> list[Actor]:
    """The adviser and the managers, but for whoever looks in."""
    connection = context.turn.connection
    adviser = await people.get(connection, matter.person.adviser_id)
    managers = await people.with_role(connection, Role.MANAGER)
    told = {p.id: p for p in [*([adviser] if adviser is not None and adviser.is_staff else []), *managers]}
    told.pop(matter.actor.id, None)
    return list(told.values())


def _told(person: Actor, number: int, gaps: Mapping[str, object], context: Context) -> Message:
    chat = person.telegram_id or 0
    why = press.button(context.turn.vault, texts.LOOK_IN_REASON, "why", number, chat, context.turn.now)
    return written(texts.LOOK_IN_TOLD, gaps).with_buttons([why])


@needs(Action.ALLOCATE)
async def why(press_: Press, update: Update, context: Context) -> None:
    """The reason, as a note that only whoever pressed sees: for the adviser of the young person, and for managers."""
    turn = context.turn
    found = await break_glass.get(turn.connection, press_.thing)
    actor = await turn.actor()
    person = await people.get(turn.connection, found.young_person_id) if found is not None else None
    if found is None or not may(
        actor.roles, Action.ALLOCATE, await relations(turn.connection, actor, person, None, turn.now)
    ):
        await refuse(update, context, Action.ALLOCATE)
        return
    reason = plain(found.reason or texts.LOOK_IN_FORGOTTEN).text
    cut = reason if len(reason) <= ALERT else reason[: ALERT - 1] + "…"
    say_no(update, context, cut)


PRESSES: Final[Mapping[str, Handler]] = {"why": why}
