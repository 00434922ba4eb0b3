"""Staff look through what the public listing has: use it, or not this one; and say what becomes of what vanished there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import opportunity as rule
from bot.message import Message, join, plain, written
from bot.models import OpportunityState
from bot.permission import Action
from bot.press import Press
from bot.store import forms, opportunities
from content.texts import opportunity_form as texts
from handlers.answers import day_of
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.staff import relay
from handlers.staff.opportunity import in_the_way
from handlers.staff.opportunity_form import begin
from handlers.staff.opportunity_preview import button, heard


@needs(Action.ANNOUNCE)
async def looked(press_: Press, update: Update, context: Context) -> None:
    """The next proposal, in the same message."""
    if update.effective_chat is not None:
        relay.change(update, context, await _next(press_.thing, update.effective_chat.id, context))


async def _next(after: int, chat_id: int, context: Context) -> Message:
    """The proposal after this number, with what can be done."""
    stored, count = await opportunities.proposed(context.turn.connection, after)
    if stored is None:
        return plain(texts.NONE_PROPOSED)
    miles = texts.PROPOSAL_MILES.format(miles=stored.miles) if stored.miles is not None else ""
    parts = [
        written(texts.PROPOSAL, {"count": count, "miles": miles}),
        rule.message(stored, day_of(context.service, context.turn.now), {}),
    ]
    row = [(texts.USE_IT, "opuse"), (texts.NOT_THIS_ONE, "opnot"), *([(texts.NEXT, "oppick")] if count > 1 else [])]
    return join(parts).with_buttons([button(context, words, verb, stored.id, chat_id) for words, verb in row])


@needs(Action.ANNOUNCE)
async def used(press_: Press, update: Update, context: Context) -> None:
    """ "Use it": it becomes a draft in the form of whoever pressed; each field is confirmed or corrected."""
    turn, chat = context.turn, update.effective_chat
    stored = await opportunities.get(turn.connection, press_.thing, lock=True)
    if stored is None or chat is None or stored.state is not OpportunityState.PROPOSED:
        say_no(update, context, texts.PROPOSAL_GONE)
        return
    actor = await turn.actor()
    form = await forms.of_person(turn.connection, actor.id, rule.FORM)
    heard(update, context)
    if await in_the_way(form, "opuse", stored.id, "over", press_, chat.id, context):
        return
    await opportunities.move(turn.connection, stored.id, turn.now, OpportunityState.DRAFT, OpportunityState.PROPOSED)
    await turn.event("opportunity", stored.id, "taken from the listing", actor=actor.id)
    filling = rule.of_stored(stored, answered=False)
    await begin(filling, rule.next_step(filling), chat.id, context)


@needs(Action.ANNOUNCE)
async def passed_over(press_: Press, update: Update, context: Context) -> None:
    """ "Not this one": it is never proposed again; the next one is shown."""
    turn, chat = context.turn, update.effective_chat
    if chat is None:
        return
    since = OpportunityState.PROPOSED
    if await opportunities.move(turn.connection, press_.thing, turn.now, OpportunityState.CLOSED, since):
        await turn.event("opportunity", press_.thing, "passed over", actor=(await turn.actor()).id)
    relay.change(update, context, await _next(press_.thing, chat.id, context))


@needs(Action.ANNOUNCE)
async def vanished(press_: Press, update: Update, context: Context) -> None:
    """An open one is gone from the listing: withdraw it, or keep it open."""
    turn = context.turn
    stored = await opportunities.get(turn.connection, press_.thing, lock=True)
    if stored is None or stored.state is not OpportunityState.OPEN:
        say_no(update, context, texts.NOT_OPEN)
        return
    if press_.more == "keep":
        relay.change(update, context, written(texts.KEPT_OPEN, {"title": stored.facts.title}))
        return
    told = await rule.withdraw(turn, stored, (await turn.actor()).id)
    relay.change(update, context, written(texts.WITHDRAWN, {"title": stored.facts.title, "count": told or 0}))


PRESSES: Final[Mapping[str, Handler]] = {
    "oppick": looked, "opuse": used, "opnot": passed_over, "opgone": vanished,
}  # fmt: skip
