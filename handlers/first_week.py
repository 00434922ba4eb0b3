""" "Next now", "Later" and "No more" under the small messages of the first week."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import enrolment as rule
from bot import first_week
from bot.message import plain
from bot.models import Role
from bot.permission import Action
from bot.press import Press
from bot.store import first_week as store
from content.texts import enrolment, permission
from content.texts import first_week as texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no


@needs(Action.OWN)
async def pressed(press: Press, update: Update, context: Context) -> None:
    """At their pace: the next one at once, in a few days, or never. Its entries can still be tapped afterwards."""
    query, turn, service = update.callback_query, context.turn, context.service
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    shown, _, wish = press.more.partition("-")
    if actor.id is None or actor.id != press.thing:
        say_no(update, context, permission.NOT_YOURS)
        return
    if Role.YOUNG_PERSON not in actor.roles or await store.step_of(turn.connection, actor.id) != int(shown) + 1:
        say_no(update, context, texts.OLD if Role.YOUNG_PERSON in actor.roles else enrolment.OLD_SCREEN)
        return
    if wish == "next":
        turn.answer_press(query.id)
        await first_week.send_next(turn, service.council, service.library, actor, asked=True)
    else:
        later = wish == "later"
        next_at = rule.next_day(turn.now, service.council.zone, rule.LATER.days) if later else None
        await store.set_next(turn.connection, actor.id, next_at)
        await turn.event("first week", actor.id, "put off" if later else "ended", actor=actor.id)
        turn.answer_press(query.id, texts.LATER_SAID if later else texts.NO_MORE_SAID, alert=True)
    age = first_week.age_of(turn, service.council, actor)
    entries = first_week.message(int(shown), service.library, age).buttons
    turn.take_buttons(query.message.chat.id, query.message.message_id, plain("").with_buttons(*entries))


PRESSES: Final[Mapping[str, Handler]] = {"week": pressed}
