"""Gives a young person to another adviser: when somebody joins, by hand-over, or by a manager's word."""

from __future__ import annotations

from bot import press
from bot.message import Button, written
from bot.models import Lane
from bot.reaching import reach
from bot.staff import tell
from bot.store import people
from bot.store.people import Actor
from bot.turn import Speech
from content.texts import enquiry as enquiry_texts
from content.texts import enrolment as texts
from content.texts import people as staff_texts


async def change_adviser(
    speech: Speech, young_person: Actor, new_adviser: Actor, actor: Actor | None, *, introduce: bool = True
) -> None:
    """Allocate a young person to an adviser, introduce the new one to them, and tell both advisers.

    `actor` is who decided it; None: the clock or the operator. `introduce=False` leaves the words to the young person to
    the caller, for somebody who is being welcomed at this moment. Nothing happens when it is their adviser already.
    """
    if young_person.id is None or new_adviser.id is None or young_person.adviser_id == new_adviser.id:
        return
    before = await people.get(speech.connection, young_person.adviser_id)
    await people.change(speech.connection, young_person.id, adviser_id=new_adviser.id)
    by = actor.id if actor is not None else None
    await speech.event(
        "person", young_person.id, "allocated", actor=by, adviser=new_adviser.id, before=young_person.adviser_id
    )
    if introduce:
        text = texts.NEW_ADVISER if young_person.adviser_id is not None else texts.FIRST_ADVISER
        introduction = written(text, {"adviser": new_adviser.name})
        await reach(speech, young_person, introduction.with_buttons([Button(enquiry_texts.ASK_A_PERSON, "person")]))
    gaps = {"initials": young_person.initials, "number": young_person.id, "adviser": new_adviser.name}
    told = [(new_adviser, staff_texts.YOURS_NOW)]
    if before is not None and before.is_enrolled:
        told.append((before, staff_texts.NOT_YOURS_NOW))
    for adviser, words in told:
        if actor is None or adviser.id != actor.id:
            tell(speech, [adviser], written(words, gaps), lane=Lane.REPLY)


def adviser_buttons(speech: Speech, young_person_id: int, advisers: list[Actor], chat_id: int) -> list[list[Button]]:
    """A button for each adviser whom somebody may choose."""
    return [
        [press.button(speech.vault, adviser.name[:60] or "?", "adviseris", young_person_id, chat_id, speech.now, more=str(adviser.id))]
        for adviser in advisers
    ]  # fmt: skip
