"""Reading an escalation and writing in it, as staff. The smallest that works: the whole of it is being written."""

from __future__ import annotations

from telegram import Update

from bot import escalating
from bot.message import bold, join, plain
from bot.models import Kind
from bot.permission import Action
from bot.press import Press
from bot.store import lines
from bot.store.people import Actor
from handlers.context import Context
from handlers.staff.matter import open_matter


async def show(press: Press, update: Update, context: Context) -> None:
    """What was said, to whoever may read it; each reading is an event."""
    matter = await open_matter(press.thing, update, context, Action.OPEN)
    chat = update.effective_chat
    if matter is None or chat is None:
        return
    if update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
    said = await lines.page(context.turn.connection, matter.standing.id)
    head = bold(f"{matter.person.name or matter.standing.about.get('name', '?')} · {matter.standing.id}")
    message = join([head, *(plain(line.body or "…") for line in said)], "\n")
    await context.turn.event("escalation", matter.standing.id, "opened", actor=matter.actor.id)
    context.turn.say(chat.id, message, escalation=matter.standing.id, protect_content=True)


async def begin(context: Context, young_person: Actor, adviser: Actor) -> None:
    """A conversation that the adviser begins."""
    turn, council = context.turn, context.service.council
    standing = await escalating.open_(turn, council, young_person, kind=Kind.WRITTEN_TO, actor=adviser.id)
    await escalating.acknowledge(turn, council, standing, adviser)
