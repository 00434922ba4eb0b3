"""/staff, /role and /oncall: managers see who works with the bot, give and take roles, and end memberships."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import approving, handing_over, membership, press
from bot.membership import Left, role_words
from bot.message import Button, Message, join, plain, written
from bot.models import STAFF, Role
from bot.permission import Action
from bot.press import Press
from bot.store import people
from bot.store.people import Actor
from content.texts import people as texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of

PAGE: Final = 20
"""Members of staff in one message."""
IN_ORDER: Final = tuple(role for role in Role if role in STAFF)


async def _all(context: Context) -> list[Actor]:
    return await people.with_role(context.turn.connection, *IN_ORDER)


def _roles(person: Actor) -> str:
    return ", ".join(role_words(role) for role in IN_ORDER if role in person.roles)


def _button(context: Context, label: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, label[:60] or "?", verb, thing, chat_id, context.turn.now, more=more)


# --- the list


@needs(Action.SEE_STAFF)
async def listed(update: Update, context: Context) -> None:
    """/staff: everybody with their roles, who is away and who is on call."""
    message = message_of(update)
    if message is not None:
        context.turn.say(message.chat_id, await _list(context, message.chat_id, 0, "staffone", texts.STAFF))


@needs(Action.SET_ON_CALL)
async def on_call_asked(update: Update, context: Context) -> None:
    """/oncall: the same list; a name leads to the switch."""
    message = message_of(update)
    if message is not None:
        context.turn.say(message.chat_id, await _list(context, message.chat_id, 0, "staffone", texts.STAFF))


@needs(Action.GIVE_ROLE)
async def role_asked(update: Update, context: Context) -> None:
    """/role: choose somebody, then a further role."""
    message = message_of(update)
    if message is not None:
        said = await _list(context, message.chat_id, 0, "roleof", texts.WHO_GETS_A_ROLE)
        context.turn.say(message.chat_id, said)


async def _list(context: Context, chat_id: int, page: int, verb: str, heading: str) -> Message:
    """One page of staff, a button each."""
    staff = await _all(context)
    away = await people.away(context.turn.connection, context.turn.now)
    shown = staff[page * PAGE : (page + 1) * PAGE]
    lines = [
        texts.STAFF_LINE.format(name=person.name, roles=_roles(person))
        + (texts.STAFF_AWAY if person.id in away else "")
        + (texts.STAFF_ON_CALL if person.on_call else "")
        for person in shown
    ]
    rows = [[_button(context, person.name, verb, person.id or 0, chat_id)] for person in shown]
    if len(staff) > (page + 1) * PAGE:
        rows.append([_button(context, texts.STAFF_NEXT_PAGE, "staffpage", page + 1, chat_id, verb)])
    return join([written(heading), plain("\n".join(lines)), plain(texts.STAFF_MORE)]).with_buttons(*rows)


@needs(Action.SEE_STAFF)
async def page_pressed(press: Press, update: Update, context: Context) -> None:
    """The next page of the list."""
    query = update.callback_query
    if query is not None and query.message is not None:
        chat_id = query.message.chat.id
        heading = texts.WHO_GETS_A_ROLE if press.more == "roleof" else texts.STAFF
        context.turn.answer_press(query.id)
        context.turn.say(chat_id, await _list(context, chat_id, press.thing, press.more, heading))


# --- one member


async def _member(press: Press, update: Update, context: Context) -> tuple[Actor, int, int] | None:
    """The member of staff whom a press is about, the chat and the message; says so when they have left."""
    query = update.callback_query
    if query is None or query.message is None:
        return None
    person = await people.get(context.turn.connection, press.thing)
    if person is None or not person.is_staff:
        say_no(update, context, texts.GONE)
        return None
    return person, query.message.chat.id, query.message.message_id


def _one(person: Actor, chat_id: int, context: Context) -> Message:
    """One member of staff with what a manager can change."""
    number = person.id or 0
    takes = [
        [_button(context, texts.TAKE_ROLE.format(role=role_words(role)), "stafftake", number, chat_id, role.name.lower())]
        for role in IN_ORDER
        if role in person.roles
    ]  # fmt: skip
    label, more = (texts.ON_CALL_NO, "no") if person.on_call else (texts.ON_CALL_YES, "yes")
    return written(texts.STAFF_ONE, {"name": person.name, "roles": _roles(person)}).with_buttons(
        *takes,
        [_button(context, label, "staffcall", number, chat_id, more)],
        [_button(context, texts.END_MEMBERSHIP, "staffend", number, chat_id, "ask")],
    )


@needs(Action.SEE_STAFF)
async def one_pressed(press: Press, update: Update, context: Context) -> None:
    """Somebody was chosen from the list."""
    if (found := await _member(press, update, context)) is None or update.callback_query is None:
        return
    person, chat_id, _ = found
    context.turn.answer_press(update.callback_query.id)
    context.turn.say(chat_id, _one(person, chat_id, context))


@needs(Action.SET_ON_CALL)
async def on_call_pressed(press: Press, update: Update, context: Context) -> None:
    """Put somebody on call, or take them off."""
    if (found := await _member(press, update, context)) is None or update.callback_query is None:
        return
    person, chat_id, message_id = found
    turn, on_call = context.turn, press.more == "yes"
    if on_call and not person.roles & people.CAN_TAKE:
        say_no(update, context, texts.CANT_BE_ON_CALL)
        return
    person = await membership.set_on_call(turn, person, on_call, await turn.actor())
    turn.answer_press(update.callback_query.id)
    text = texts.ON_CALL_IS if on_call else texts.ON_CALL_IS_NOT
    turn.change(chat_id, message_id, written(text, {"name": person.name}))


@needs(Action.GIVE_ROLE)
async def take_pressed(press: Press, update: Update, context: Context) -> None:
    """Take a role away: one manager is enough, for less is less danger."""
    if (found := await _member(press, update, context)) is None or update.callback_query is None:
        return
    person, chat_id, message_id = found
    turn, role = context.turn, Role[press.more.upper()]
    try:
        left = await membership.take_role(turn, person, role, await turn.actor())
    except membership.LastManager:
        say_no(update, context, texts.LAST_MANAGER.format(name=person.name))
    except membership.Gone:
        say_no(update, context, texts.GONE)
    else:
        turn.answer_press(update.callback_query.id)
        turn.change(chat_id, message_id, written(texts.ROLE_TAKEN, {"name": person.name, "role": role_words(role)}))
        await _tell_of_waiting(left, context)


@needs(Action.REMOVE)
async def end_pressed(press: Press, update: Update, context: Context) -> None:
    """End somebody's membership: asked once more, then at once."""
    if (found := await _member(press, update, context)) is None or update.callback_query is None:
        return
    person, chat_id, message_id = found
    turn, query_id = context.turn, update.callback_query.id
    gaps = {"name": person.name}
    if press.more == "ask":
        turn.answer_press(query_id)
        buttons = [
            [_button(context, label, "staffend", person.id or 0, chat_id, more)]
            for label, more in ((texts.END_YES, "yes"), (texts.END_NO, "no"))
        ]
        turn.change(chat_id, message_id, written(texts.ASK_END, gaps).with_buttons(*buttons))
        return
    if press.more == "no":
        turn.answer_press(query_id)
        turn.change(chat_id, message_id, written(texts.KEPT))
        return
    try:
        left = await membership.end_membership(turn, person, await turn.actor())
    except membership.LastManager:
        say_no(update, context, texts.LAST_MANAGER.format(name=person.name))
    except membership.Gone:
        say_no(update, context, texts.GONE)
    else:
        turn.answer_press(query_id)
        turn.change(chat_id, message_id, written(texts.ENDED, gaps))
        await _tell_of_waiting(left, context)


async def _tell_of_waiting(left: Left, context: Context) -> None:
    """What was open with them goes to duty at once; managers are told who needs an adviser, and can choose one."""
    council, actor = context.service.council, await context.turn.actor()
    await handing_over.left(context.turn, council, left.person, actor, membership.need_adviser(left))


# --- a further role


@needs(Action.GIVE_ROLE)
async def role_pressed(press: Press, update: Update, context: Context) -> None:
    """Somebody was chosen: which role? A role was chosen: ask a second manager."""
    if (found := await _member(press, update, context)) is None or update.callback_query is None:
        return
    person, chat_id, message_id = found
    turn = context.turn
    turn.answer_press(update.callback_query.id)
    if not press.more:
        left = [role for role in IN_ORDER if role not in person.roles]
        rows = [
            [_button(context, texts.GIVE_ROLE.format(role=role_words(role)), "roleof", person.id or 0, chat_id, role.name.lower())]
            for role in left
        ]  # fmt: skip
        text = texts.WHICH_ROLE if rows else texts.ALL_ROLES
        turn.say(chat_id, written(text, {"name": person.name}).with_buttons(*rows))
        return
    payload = {"person": person.id, "role": Role[press.more.upper()]}
    number, managers = await approving.propose(turn, await turn.actor(), approving.GIVE_ROLE, payload)
    turn.change(chat_id, message_id, approving.proposed(number, managers))


PRESSES: Final[Mapping[str, Handler]] = {
    "staffpage": page_pressed, "staffone": one_pressed, "staffcall": on_call_pressed, "stafftake": take_pressed,
    "staffend": end_pressed, "roleof": role_pressed,
}  # fmt: skip
