"""Joining: a link or code is tried, three screens are read, and whoever invited says whether that is them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import filters

from bot import allocating, enrolling, first_week, press
from bot import enrolment as rule
from bot.enrolling import Confirmed, SettledBefore, Tried
from bot.message import Button, Message, join, plain, written
from bot.models import EnrolmentState, Lane, Role
from bot.permission import Action, Relation, may
from bot.press import Press
from bot.reaching import reach
from bot.staff import tell
from bot.store import people
from bot.store.people import Actor
from content.texts import enrolment as texts
from content.texts import people as staff_texts
from content.texts import reaching
from handlers import answers
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.privacy import gaps
from handlers.reading import message_of

REFUSED: Final[Mapping[str, str]] = {
    "used": texts.USED, "taken back": texts.TAKEN_BACK, "old": texts.OLD, "not yours": texts.NOT_YOURS,
    "joined": texts.JOINED, "same phone": texts.SAME_PHONE,
}  # fmt: skip
SCREENS: Final = (texts.WHO_READS, texts.WHAT_IS_KEPT, texts.IN_DANGER)
SEEN: Final[Mapping[str, tuple[bool | None, str]]] = {
    "yes": (True, texts.AFTER_YES), "no": (False, texts.AFTER_NO), "unsure": (None, texts.AFTER_UNSURE),
}  # fmt: skip


class LooksLikeCode(filters.MessageFilter):
    """Words that are a code and no question."""

    def filter(self, message: TelegramMessage) -> bool:
        """Whether these are such words."""
        return rule.looks_like_code(message.text or message.caption or "")


# --- a link or a code


async def came_by_link(update: Update, context: Context, payload: str) -> bool:
    """/start with a link's payload; False when the link is no invitation."""
    token = rule.token_of(payload)
    if token is None or update.effective_chat is None:
        return False
    actor, chat_id = await context.turn.actor(), update.effective_chat.id
    await _say(await enrolling.try_token(context.turn, actor, chat_id, token), chat_id, context)
    return True


@needs(Action.JOIN)
async def typed(update: Update, context: Context) -> None:
    """A code was typed just so."""
    message = message_of(update)
    if message is not None:
        await _try_code(message.text or message.caption or "", message.chat_id, context)


@needs(Action.JOIN)
async def asked(update: Update, context: Context) -> None:
    """/join CODE; without a code it says what one looks like."""
    message = message_of(update)
    if message is None:
        return
    code = (message.text or "").partition(" ")[2].strip()
    if code:
        await _try_code(code, message.chat_id, context)
    else:
        actor = await context.turn.actor()
        context.turn.say(message.chat_id, written(texts.JOINED if actor.is_enrolled else texts.HOW_TO_JOIN))


async def _try_code(text: str, chat_id: int, context: Context) -> None:
    code = rule.plain_code(text)
    if code is None:
        context.turn.say(chat_id, written(texts.NOT_A_CODE))
        return
    await _say(await enrolling.try_code(context.turn, await context.turn.actor(), chat_id, code), chat_id, context)


async def _say(tried: Tried, chat_id: int, context: Context) -> None:
    """What somebody reads who tried a code or link."""
    turn = context.turn
    match tried.verdict:
        case rule.Locked() | rule.Wrong(left=0):
            turn.say(chat_id, written(texts.LOCKED, context.service.council.gaps, keep_lines=True))
        case rule.Frozen():
            turn.say(chat_id, written(texts.FROZEN))
        case rule.Wrong(left=left):
            turn.say(chat_id, written(texts.WRONG_ONE_LEFT if left == 1 else texts.WRONG, {"left": left}))
        case rule.Refused(why=why):
            turn.say(chat_id, written(REFUSED[why]))
        case rule.Begin() | rule.GoOn() if tried.person is not None:
            _where_they_stand(tried.person, chat_id, context, begins=isinstance(tried.verdict, rule.Begin))


def _where_they_stand(person: Actor, chat_id: int, context: Context, *, begins: bool) -> None:
    """The first screen, or the number that they wait with; who is in already was told so by what let them in."""
    if person.state is EnrolmentState.INVITED:
        context.turn.say(chat_id, _screen(person, 0, chat_id, context))
    elif person.state is EnrolmentState.UNCONFIRMED:
        number = enrolling.check_number(context.turn, person.id or 0)
        context.turn.say(chat_id, written(texts.STAFF_BEGAN if begins else texts.WAITING, {"number": number}))


# --- the screens


def _screen(person: Actor, number: int, chat_id: int, context: Context) -> Message:
    """Screen `number` from 0; for a new phone only the last one, for the rest was read on the old phone."""
    if person.replaces_id is not None:
        return written(texts.NEW_PHONE).with_buttons(_phone_buttons(person, chat_id, context))
    said = written(SCREENS[number], {**gaps(context.service), "neutral": reaching.NEUTRAL})
    if number + 1 == len(SCREENS):
        return said.with_buttons(_phone_buttons(person, chat_id, context))
    return said.with_buttons([_button(person, texts.NEXT, "joinnext", str(number + 1), chat_id, context)])


def _phone_buttons(person: Actor, chat_id: int, context: Context) -> list[Button]:
    labels = {texts.SEEN_YES: "yes", texts.SEEN_NO: "no", texts.SEEN_UNSURE: "unsure"}
    return [_button(person, label, "joinseen", said, chat_id, context) for label, said in labels.items()]


def _button(person: Actor, label: str, verb: str, more: str, chat_id: int, context: Context) -> Button:
    return press.button(context.turn.vault, label, verb, person.id or 0, chat_id, context.turn.now, more=more)


async def _on_the_way(press: Press, update: Update, context: Context) -> tuple[Actor, int, int] | None:
    """Whoever pressed, their chat and the screen, if it is their own screen and not settled yet."""
    query = update.callback_query
    if query is None or query.message is None:
        return None
    actor = await context.turn.actor()
    if actor.id != press.thing or actor.state is not EnrolmentState.INVITED:
        say_no(update, context, texts.OLD_SCREEN)
        return None
    return actor, query.message.chat.id, query.message.message_id


@needs(Action.JOIN)
async def next_pressed(press: Press, update: Update, context: Context) -> None:
    """The next screen takes the place of this one."""
    if (found := await _on_the_way(press, update, context)) is None or update.callback_query is None:
        return
    actor, chat_id, message_id = found
    context.turn.answer_press(update.callback_query.id)
    context.turn.change(chat_id, message_id, _screen(actor, int(press.more), chat_id, context))


@needs(Action.JOIN)
async def seen_pressed(press: Press, update: Update, context: Context) -> None:
    """Whether anyone else is able to see the phone; then the one question that counts."""
    if (found := await _on_the_way(press, update, context)) is None or update.callback_query is None:
        return
    actor, chat_id, message_id = found
    seen, said = SEEN[press.more]
    await enrolling.answer_phone(context.turn, actor, seen)
    context.turn.answer_press(update.callback_query.id)
    question = texts.ASK_TO_MOVE if actor.replaces_id is not None else texts.ASK_TO_JOIN
    buttons = [
        _button(actor, label, "joinyes", more, chat_id, context)
        for label, more in ((texts.AGREE, "yes"), (texts.NO_THANKS, "no"))
    ]
    both = join([written(said, {"neutral": reaching.NEUTRAL}), written(question)])
    context.turn.change(chat_id, message_id, both.with_buttons(buttons))


@needs(Action.JOIN)
async def agreed_pressed(press: Press, update: Update, context: Context) -> None:
    """Agree, or no thanks."""
    if (found := await _on_the_way(press, update, context)) is None or update.callback_query is None:
        return
    actor, chat_id, message_id = found
    turn = context.turn
    turn.answer_press(update.callback_query.id)
    if press.more == "yes" and await enrolling.agree(turn, actor):
        number = enrolling.check_number(turn, actor.id or 0)
        turn.change(chat_id, message_id, written(texts.AGREED, {"number": number}))
    elif press.more == "no" and await enrolling.decline(turn, actor):
        turn.change(chat_id, message_id, written(texts.DECLINED))


# --- whoever invited says yes or no


@needs(Action.CONFIRM)
async def confirm_pressed(press: Press, update: Update, context: Context) -> None:
    """ "Yes", or "No, that wasn't them": only from whoever invited, or a manager."""
    query, turn = update.callback_query, context.turn
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    person = await people.get(turn.connection, press.thing)
    if person is None or not await enrolling.may_confirm(turn, person, actor):
        await refuse(update, context, Action.CONFIRM)
        return
    chat_id, message_id = query.message.chat.id, query.message.message_id
    try:
        if press.more == "yes":
            confirmed = await enrolling.confirm(turn, context.service.council, press.thing, actor)
            turn.change(chat_id, message_id, _confirmed(confirmed))
            await _welcome(confirmed, actor, person.invited_by, context)
        else:
            new_phone = await enrolling.reject(turn, press.thing, actor)
            turn.change(
                chat_id, message_id, written(staff_texts.REJECTED_NEW_PHONE if new_phone else staff_texts.REJECTED)
            )
        turn.answer_press(query.id)
    except SettledBefore:
        say_no(update, context, staff_texts.SETTLED_BEFORE)
        turn.take_buttons(chat_id, message_id, plain(""))


def _confirmed(confirmed: Confirmed) -> Message:
    text = staff_texts.CONFIRMED_MOVED if confirmed.moved else staff_texts.CONFIRMED
    return written(text, {"initials": confirmed.person.initials})


async def _welcome(confirmed: Confirmed, by: Actor, invited_by: int | None, context: Context) -> None:
    """Tell the newcomer, and whoever has to know or choose."""
    turn, council, person = context.turn, context.service.council, confirmed.person
    inviter = await people.get(turn.connection, invited_by)
    if inviter is not None and inviter.is_staff and inviter.id != by.id:
        told = {"initials": person.initials, "by": by.name}
        tell(turn, [inviter], written(staff_texts.CONFIRMED_BY_OTHER, told), lane=Lane.REPLY)
    if confirmed.role is not Role.YOUNG_PERSON or person.telegram_id is None:
        return
    loud = person.quiet_until is None or person.quiet_until <= turn.now
    if confirmed.moved:
        await reach(turn, person, written(texts.MOVED), insist=loud)
        return
    if confirmed.adviser is not None:
        welcome = written(texts.WELCOME, {"adviser": confirmed.adviser.name})
    else:
        welcome = written(texts.WELCOME_NO_ADVISER, council.gaps)
        await _ask_for_adviser(person, by, context)
    await reach(turn, person, welcome.with_buttons([answers.MENU, answers.PERSON]), insist=loud)
    await first_week.begin(turn, council, context.service.library, person)


async def _ask_for_adviser(person: Actor, by: Actor, context: Context) -> None:
    """A manager chooses the adviser of somebody whom no adviser invited."""
    turn = context.turn
    choosers = [by] if Role.MANAGER in by.roles else await people.with_role(turn.connection, Role.MANAGER)
    advisers = await people.with_role(turn.connection, Role.ADVISER)
    told = {"initials": person.initials, "number": person.id}

    def question(to: Actor) -> Message:
        if not advisers:
            return written(staff_texts.NO_ADVISERS, told)
        buttons = allocating.adviser_buttons(turn, person.id or 0, advisers, to.telegram_id or 0)
        return written(staff_texts.WHO_IS_THEIR_ADVISER, told).with_buttons(*buttons)

    tell(turn, choosers, question, lane=Lane.REPLY)


@needs(Action.ALLOCATE)
async def adviser_pressed(press: Press, update: Update, context: Context) -> None:
    """A manager chose an adviser for a young person."""
    query, turn = update.callback_query, context.turn
    if query is None or query.message is None:
        return
    actor = await turn.actor()
    young_person = await people.get(turn.connection, press.thing)
    adviser = await people.get(turn.connection, int(press.more))
    stands = Relation.CASELOAD if young_person is not None and young_person.adviser_id == actor.id else Relation.NONE
    if not may(actor.roles, Action.ALLOCATE, [stands]):
        await refuse(update, context, Action.ALLOCATE)
    elif adviser is None or Role.ADVISER not in adviser.roles:
        say_no(update, context, staff_texts.ADVISER_GONE)
    elif young_person is None or Role.YOUNG_PERSON not in young_person.roles:
        say_no(update, context, staff_texts.GONE)
    else:
        turn.answer_press(query.id)
        await allocating.change_adviser(turn, young_person, adviser, actor)
        told = {"adviser": adviser.name, "initials": young_person.initials, "number": young_person.id}
        turn.change(query.message.chat.id, query.message.message_id, written(staff_texts.ADVISER_CHOSEN, told))


PRESSES: Final[Mapping[str, Handler]] = {
    "joinnext": next_pressed, "joinseen": seen_pressed, "joinyes": agreed_pressed, "isthem": confirm_pressed,
    "adviseris": adviser_pressed,
}  # fmt: skip
