"""/export and /erase: a manager asks for a young person's copy or deletion; a second manager has to agree."""

from __future__ import annotations

from telegram import Update

from bot import approving
from bot import my_data as rule
from bot.message import Message, written
from bot.models import Role
from bot.permission import Action
from bot.store import my_data, people
from bot.store.my_data import Whose
from content.texts import my_data as texts
from handlers.context import Context
from handlers.permission import needs

MOST_DIGITS = 16
"""Longer numbers are nobody's, and no database would take them."""


@needs(Action.EXPORT_PERSON)
async def export(update: Update, context: Context) -> None:
    """/export NUMBER: a copy of what is held about one young person, for whoever asked."""
    await _propose(update, context, rule.EXPORT, texts.STAFF_EXPORT_HOW)


@needs(Action.ERASE_PERSON)
async def erase(update: Update, context: Context) -> None:
    """/erase NUMBER: delete what is held about one young person."""
    await _propose(update, context, rule.ERASE, texts.STAFF_ERASE_HOW)


async def _propose(update: Update, context: Context, kind: str, how: str) -> None:
    if update.effective_chat is None:
        return
    given = " ".join(context.args or []).strip("# .")
    number = int(given) if given.isascii() and given.isdecimal() and len(given) < MOST_DIGITS else None
    said = written(how) if number is None else await _asked(context, kind, number)
    context.turn.say(update.effective_chat.id, said)


async def _asked(context: Context, kind: str, number: int) -> Message:
    """Ask the other managers; say at once what would not be done anyway."""
    turn = context.turn
    person = await people.get(turn.connection, number)
    if person is None or (person.is_staff and Role.YOUNG_PERSON not in person.roles):
        return written(texts.STAFF_NOT_FOUND, {"number": number})
    if kind == rule.ERASE and await my_data.is_held_back(turn.connection, Whose.of(person)):
        return written(texts.STAFF_HELD_BACK, {"initials": person.initials, "number": number})
    return approving.proposed(*await approving.propose(turn, await turn.actor(), kind, {"person": number}))
