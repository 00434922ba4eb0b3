"""An escalation as somebody of staff comes to it: with whose it is, and how they stand to it at this moment."""

from __future__ import annotations

from dataclasses import dataclass

from telegram import Update

from bot.permission import Action, Relation, may
from bot.relation import relations, whose
from bot.store import escalations
from bot.store.escalations import Standing
from bot.store.people import Actor
from content.texts import page as texts
from handlers.context import Context
from handlers.permission import refuse, say_no

HIGHEST = 2**62
"""No row has a higher number; a database can't even look for one that is much higher."""


@dataclass(frozen=True, slots=True)
class Matter:
    """What a press or command is about, and what whoever came may do with it."""

    actor: Actor
    standing: Standing
    person: Actor
    relations: frozenset[Relation]

    def may(self, action: Action) -> bool:
        """Whether they may do this, at this moment."""
        return may(self.actor.roles, action, self.relations)

    @property
    def gaps(self) -> dict[str, object]:
        """Who it is about, as pages say it."""
        initials = self.person.initials if self.person.id is not None else "?"
        return {"initials": initials, "number": self.standing.id}


async def matter_of(number: int, update: Update, context: Context) -> Matter | None:
    """The escalation with this number, locked until the turn ends; says so when there is none."""
    turn = context.turn
    standing = await escalations.get(turn.connection, number, lock=True) if 0 < number < HIGHEST else None
    if standing is None:
        say_no(update, context, texts.NO_SUCH.format(number=number))
        return None
    actor = await turn.actor()
    person = await whose(turn.connection, standing)
    return Matter(actor, standing, person, await relations(turn.connection, actor, person, standing, turn.now))


async def open_matter(number: int, update: Update, context: Context, action: Action) -> Matter | None:
    """The same, if they may do this with it; refused with a sentence and an event if not."""
    matter = await matter_of(number, update, context)
    if matter is not None and not matter.may(action):
        await refuse(update, context, action)
        return None
    return matter
