""" "I'm interested": the button under an opportunity, in private and in groups."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import following
from bot.following import Promise
from bot.message import Button, written
from bot.models import EnrolmentState, Role
from bot.permission import Action
from bot.press import Press
from bot.reaching import reach
from bot.store import interests
from bot.store.interests import Interest, Offer
from bot.store.people import Actor
from content.texts import interest as texts
from handlers import answers, applications
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import is_group


@needs(Action.USE)
async def interested(press_: Press, update: Update, context: Context) -> None:
    """The button under an opportunity. In a group only whoever pressed sees that anything happened."""
    turn, council = context.turn, context.service.council
    actor = await turn.actor()
    offer = (await interests.offers(turn.connection, [press_.thing])).get(press_.thing)
    user = update.effective_user
    if user is None or update.callback_query is None:
        return
    if offer is None or not following.is_open(offer, turn.now.astimezone(council.zone).date()):
        say_no(update, context, texts.GONE if offer is None else texts.CLOSED)
    elif actor.is_staff and Role.YOUNG_PERSON not in actor.roles:
        say_no(update, context, texts.FOR_YOUNG_PEOPLE)
    else:
        found = await following.begin(turn, council, offer, actor)
        if found is None:
            await _said_before(offer, actor, update, context)
        else:
            await _say_noted(found, offer, actor, update, context)


async def _said_before(offer: Offer, actor: Actor, update: Update, context: Context) -> None:
    if is_group(update) or not actor.is_enrolled:
        say_no(update, context, texts.NOTED_BEFORE)
    elif update.effective_chat is not None and update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        found = (await interests.of_account(context.turn.connection, actor.telegram_id or 0, offer.id))[0]
        context.turn.say(update.effective_chat.id, await applications.card(found, actor, context))


async def _say_noted(found: Interest, offer: Offer, actor: Actor, update: Update, context: Context) -> None:
    turn, council, query = context.turn, context.service.council, update.callback_query
    promised = await following.promise(turn, council, found, actor) if actor.is_enrolled else Promise(None, None)
    gaps = following.gaps_of(turn, council, promised, offer, actor)
    said = written(_noted_text(actor, promised), gaps, keep_lines=True)
    said = said.with_buttons(*_noted_buttons(offer, actor, context))
    if query is not None and is_group(update):
        turn.answer_press(query.id, _alert(actor, promised).format(**gaps), alert=True)
        if actor.is_enrolled:
            await reach(turn, actor, said)
    elif query is not None and update.effective_chat is not None:
        turn.answer_press(query.id)
        turn.say(update.effective_chat.id, said)


def _noted_text(actor: Actor, promised: Promise) -> str:
    if not actor.is_enrolled:
        return texts.NOT_CONFIRMED if actor.state is EnrolmentState.UNCONFIRMED else texts.NOT_JOINED
    return texts.NOTED if promised.holder is not None else texts.NOTED_TEAM


def _alert(actor: Actor, promised: Promise) -> str:
    if not actor.is_enrolled:
        unconfirmed = actor.state is EnrolmentState.UNCONFIRMED
        return texts.NOT_CONFIRMED_IN_GROUP if unconfirmed else texts.NOT_JOINED_IN_GROUP
    return texts.NOTED_IN_GROUP if promised.holder is not None else texts.NOTED_IN_GROUP_TEAM


def _noted_buttons(offer: Offer, actor: Actor, context: Context) -> list[list[Button]]:
    return following.help_buttons(context.service.library, also=offer.help) if actor.is_enrolled else [[answers.PERSON]]


PRESSES: Final[Mapping[str, Handler]] = {"interested": interested}
