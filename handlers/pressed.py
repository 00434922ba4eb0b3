"""A signed button was pressed: read it, refuse what is forged or old, and hand it to whoever knows its verb."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot.press import Expired, Press, read
from bot.store import receipts
from content.texts import permission as texts
from handlers import (
    applications,
    choices,
    discreet,
    drop_in,
    enrolment,
    escalation,
    first_week,
    interest,
    leaving,
    my_data,
    opportunity,
)
from handlers.context import Context
from handlers.permission import Handler
from handlers.reading import is_group
from handlers.staff import (
    approval,
    audience,
    away,
    break_glass,
    canned,
    caseload,
    gap,
    group,
    invite,
    listing,
    newsletter,
    notice,
    notice_time,
    opportunity_form,
    opportunity_preview,
    planned,
    programme_file,
    review,
)
from handlers.staff import attendance as staff_attendance
from handlers.staff import drop_in as staff_drop_in
from handlers.staff import escalation as staff_escalation
from handlers.staff import interest as staff_interest
from handlers.staff import opportunity as staff_opportunity
from handlers.staff import people as staff_people
from handlers.staff import programme as staff_programme
from handlers.staff import relay as staff_relay
from handlers.staff import uptake as staff_uptake

VERBS: Final[Mapping[str, Handler]] = {
    **escalation.PRESSES,
    **staff_escalation.PRESSES,
    **caseload.PRESSES,
    **away.PRESSES,
    **break_glass.PRESSES,
    **discreet.PRESSES,
    **choices.PRESSES,
    **my_data.PRESSES,
    **group.PRESSES,
    **enrolment.PRESSES,
    **first_week.PRESSES,
    **leaving.PRESSES,
    **interest.PRESSES,
    **applications.PRESSES,
    **staff_interest.PRESSES,
    **staff_uptake.PRESSES,
    **drop_in.PRESSES,
    **staff_drop_in.PRESSES,
    **staff_attendance.PRESSES,
    **staff_programme.PRESSES,
    **programme_file.PRESSES,
    **opportunity.PRESSES,
    **invite.PRESSES,
    **staff_people.PRESSES,
    **approval.PRESSES,
    **staff_relay.PRESSES,
    **canned.PRESSES,
    **newsletter.PRESSES,
    **gap.PRESSES,
    **review.PRESSES,
    **staff_opportunity.PRESSES,
    **opportunity_form.PRESSES,
    **opportunity_preview.PRESSES,
    **listing.PRESSES,
    **notice.PRESSES,
    **audience.PRESSES,
    **notice_time.PRESSES,
    **planned.PRESSES,
}
"""Every verb a signed button may carry. Each handler takes `(press, update, context)` and says its action with `needs`."""


async def pressed(update: Update, context: Context) -> None:
    """Dispatch one press."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    match read(context.turn.vault, query.data or "", chat.id, context.turn.now):
        case Press() as press if press.verb in VERBS:
            if is_group(update):
                await receipts.note_seen(context.turn.connection, context.turn.now, chat.id, query.from_user.id)
            await VERBS[press.verb](press, update, context)
        case Expired():
            context.turn.answer_press(query.id, texts.TOO_OLD, alert=True)
        case _:
            actor = await context.turn.actor()
            await context.turn.event("press", context.turn.update.update_id, "forged", actor=actor.id)
            context.turn.answer_press(query.id, texts.NOT_OURS, alert=True)
