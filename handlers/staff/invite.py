"""/invite and /newphone: managers invite staff, advisers invite young people and move them to a new phone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import filters

from bot import approving, inviting, press
from bot import enrolment as rule
from bot.message import Button, plain, written
from bot.models import Role
from bot.permission import Action, Relation, may
from bot.press import Press
from bot.store import invitations, people
from bot.store.people import Actor
from content.texts import people as texts
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.reading import message_of

PROMPTS: Final[Mapping[str, Role]] = {written(text).text: Role[name] for name, text in texts.NAME_WANTED.items()}
"""The words of our own that ask for a name. Telegram shows them with the reply, so nothing has to be remembered."""


class RepliesWithName(filters.MessageFilter):
    """A reply to the question for a name."""

    def filter(self, message: TelegramMessage) -> bool:
        """Whether it answers one of our prompts."""
        asked = message.reply_to_message
        return (
            asked is not None
            and asked.from_user is not None
            and asked.from_user.is_bot
            and (asked.text or "") in PROMPTS
        )


@needs(Action.INVITE_YOUNG_PERSON)
async def asked(update: Update, context: Context) -> None:
    """/invite NAME, /invite ROLE NAME for managers, or /invite alone, which asks or explains."""
    message = message_of(update)
    if message is None:
        return
    actor = await context.turn.actor()
    given = (message.text or "").partition(" ")[2].strip()
    if not given and Role.MANAGER in actor.roles:
        context.turn.say(message.chat_id, written(texts.WHOM_TO_INVITE).with_buttons(*_role_buttons(actor, context)))
    elif not given:
        context.turn.say(message.chat_id, written(texts.HOW_TO_INVITE, keep_lines=True))
    elif Role.MANAGER in actor.roles and given.casefold() in texts.ROLE_TYPED:
        _ask_for_name(texts.ROLE_TYPED[given.casefold()], message.chat_id, context)
    else:
        role, name = _role_and_name(given) if Role.MANAGER in actor.roles else (Role.YOUNG_PERSON, given)
        await _invite(role, name, message.chat_id, actor, context)


def _role_and_name(given: str) -> tuple[Role, str]:
    """A role that was typed before the name; without one it is a young person."""
    for typed in sorted(texts.ROLE_TYPED, key=len, reverse=True):
        if given.casefold().startswith(f"{typed} "):
            return Role[texts.ROLE_TYPED[typed]], given[len(typed) :]
    return Role.YOUNG_PERSON, given


def _role_buttons(actor: Actor, context: Context) -> list[list[Button]]:
    return [
        [
            press.button(
                context.turn.vault, texts.ROLE_WORDS[role.name].capitalize(), "invrole", actor.id or 0,
                actor.telegram_id or 0, context.turn.now, more=role.name.lower(),
            )
        ]
        for role in Role
    ]  # fmt: skip


@needs(Action.INVITE_STAFF)
async def role_pressed(press: Press, update: Update, context: Context) -> None:
    """A role was chosen: ask for the name, as a reply."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    context.turn.answer_press(query.id)
    _ask_for_name(press.more.upper(), query.message.chat.id, context)


def _ask_for_name(role: str, chat_id: int, context: Context) -> None:
    markup = {"force_reply": True, "input_field_placeholder": texts.NAME_PLACEHOLDER}
    context.turn.say(chat_id, written(texts.NAME_WANTED[role]), reply_markup=markup)


@needs(Action.INVITE_STAFF)
async def named(update: Update, context: Context) -> None:
    """The reply to that question."""
    message = message_of(update)
    if message is None or message.reply_to_message is None:
        return
    role = PROMPTS[message.reply_to_message.text or ""]
    await _invite(role, message.text or message.caption or "", message.chat_id, await context.turn.actor(), context)


async def _invite(role: Role, given: str, chat_id: int, actor: Actor, context: Context) -> None:
    """A young person is invited at once, staff once a second manager approved."""
    turn, service = context.turn, context.service
    today = turn.now.astimezone(service.council.zone).date()
    try:
        young = role is Role.YOUNG_PERSON
        name, born_on = rule.name_and_birthday(given, today) if young else (rule.clean_name(given), None)
    except rule.BadName as error:
        turn.say(chat_id, plain(texts.NAME_LONG if error.why == "long" else texts.NAME_EMPTY))
        return
    except rule.BadBirthday:
        turn.say(chat_id, plain(texts.BAD_BIRTHDAY))
        return
    if young:
        issued = await inviting.issue(turn, role, name, actor, born_on=born_on)
        inviting.show(turn, service.council, service.username, actor, issued, role, name)
    else:
        number, managers = await approving.propose(turn, actor, approving.INVITE, {"role": role, "name": name})
        turn.say(chat_id, approving.proposed(number, managers))


@needs(Action.INVITE_YOUNG_PERSON)
async def back_pressed(press: Press, update: Update, context: Context) -> None:
    """Take an invitation back: one's own; a manager any."""
    query, turn = update.callback_query, context.turn
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    invitation = await invitations.get(turn.connection, press.thing)
    if invitation is None or (invitation.invited_by != actor.id and Role.MANAGER not in actor.roles):
        await refuse(update, context, Action.INVITE_YOUNG_PERSON)
    elif not await invitations.take_back(turn.connection, press.thing):
        say_no(update, context, texts.TOO_LATE_TO_TAKE_BACK)
    else:
        await turn.event("invitation", press.thing, "taken back", actor=actor.id)
        turn.answer_press(query.id)
        chat_id, message_id = query.message.chat.id, query.message.message_id
        turn.call("editMessageCaption", chat_id, {"message_id": message_id, "caption": texts.TAKEN_BACK})


# --- a new phone


@needs(Action.INVITE_YOUNG_PERSON)
async def new_phone_asked(update: Update, context: Context) -> None:
    """/newphone NUMBER, or /newphone alone, which lists the caseload."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    actor = await turn.actor()
    given = (message.text or "").partition(" ")[2].strip()
    if given:
        number = int(given) if given.isdecimal() and len(given) <= 18 else 0
        await _new_phone(number, message.chat_id, update, context)
        return
    mine = [person for person in await people.caseload(turn.connection, actor.id or 0) if person.is_enrolled]
    rows = [
        [press.button(turn.vault, _label(person), "newphone", person.id or 0, message.chat_id, turn.now)]
        for person in mine
    ]
    text = texts.WHOSE_NEW_PHONE if rows else texts.NOBODY_ON_CASELOAD
    turn.say(message.chat_id, written(text).with_buttons(*rows))


def _label(person: Actor) -> str:
    return texts.LABEL.format(initials=person.initials, number=person.id)


@needs(Action.INVITE_YOUNG_PERSON)
async def new_phone_pressed(press: Press, update: Update, context: Context) -> None:
    """The same from the list."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    if await _new_phone(press.thing, query.message.chat.id, update, context):
        context.turn.answer_press(query.id)


async def _new_phone(number: int, chat_id: int, update: Update, context: Context) -> bool:
    turn, service = context.turn, context.service
    actor, person = await turn.actor(), await people.get(turn.connection, number)
    own = person is not None and person.adviser_id == actor.id
    allowed = may(actor.roles, Action.CONFIRM, [Relation.CASELOAD if own else Relation.NONE])
    if person is None or Role.YOUNG_PERSON not in person.roles or not allowed:
        say_no(update, context, texts.NOT_ON_CASELOAD)
        return False
    issued = await inviting.issue(turn, Role.YOUNG_PERSON, "", actor, for_person_id=number)
    inviting.show_new_phone(turn, service.council, service.username, actor, issued, person.initials)
    return True


PRESSES: Final[Mapping[str, Handler]] = {
    "invrole": role_pressed, "invback": back_pressed, "newphone": new_phone_pressed,
}  # fmt: skip
