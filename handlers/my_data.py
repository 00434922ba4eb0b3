"""/mydata and /name: what is held about me, who looked at it, a copy, putting it right, deleting it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from telegram import Update

from bot import my_data as rule
from bot import press, when
from bot.hide import quiet_until
from bot.message import Button, Message, bold, join, plain, written
from bot.models import Role
from bot.my_data import Erased, HeldBack, day_said, who_said
from bot.permission import Action
from bot.press import Press
from bot.store import my_data, people
from bot.store.my_data import Counted, Held, Whose
from bot.store.people import Actor
from content.texts import my_data as texts
from handlers import answers, privacy
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of

LOOKS_SHOWN: Final = 10
ASKED_TWICE: Final = timedelta(minutes=10)
"""A question whether to delete must not lie around for somebody else's thumb."""
COPY, WRONG, DELETE, SURE, KEEP = "mycopy", "mywrong", "mydelete", "mysure", "mykeep"


@needs(Action.OWN)
async def asked(update: Update, context: Context) -> None:
    """What is held, in plain words, with what can be done about it."""
    turn, chat = context.turn, update.effective_chat
    if chat is None:
        return
    actor = await turn.actor()
    held = await my_data.held(turn.connection, Whose.of(actor))
    staff = [actor.adviser_id] if actor.adviser_id is not None else []
    known = {
        one.id: one
        for one in await people.get_all(turn.connection, [*staff, *(look.actor_id for look in held.looks)])
        if one.id
    }
    parts = [
        bold(texts.TITLE)
        + plain("\n\n" + "\n".join([*_identity(context, actor, held, known), *await _settings(context, actor)])),
        bold(texts.MESSAGES) + plain("\n\n" + "\n".join(_messages(context, held))),
        bold(texts.HOW_LONG) + plain("\n\n") + written(texts.KEPT, privacy.gaps(context.service)),
        bold(texts.LOOKED) + plain("\n\n" + "\n".join(_looks(context, actor, held, known))),
    ]
    rows = [
        [_button(context, chat.id, text, verb)]
        for text, verb in ((texts.GET_COPY, COPY), (texts.WRONG, WRONG), (texts.DELETE, DELETE))
    ]
    turn.say(chat.id, join(parts).with_buttons(*rows))


def _button(
    context: Context, chat_id: int, text: str, verb: str, lasts: timedelta = press.LASTS, more: str = ""
) -> Button:
    return press.button(context.turn.vault, text, verb, 0, chat_id, context.turn.now, lasts=lasts, more=more)


def _identity(context: Context, actor: Actor, held: Held, known: Mapping[int, Actor]) -> list[str]:
    """Nothing personal is shown before somebody confirmed whose account it is."""
    zone = context.service.council.zone
    if not actor.is_enrolled:
        return [texts.NOT_JOINED]
    adviser = known.get(actor.adviser_id or 0)
    born = f"{actor.born_on.day} {actor.born_on:%B %Y}" if actor.born_on else None
    lines = [
        texts.NAME.format(name=actor.name) if actor.name else texts.NO_NAME,
        texts.BIRTHDAY.format(day=born) if born else texts.NO_BIRTHDAY,
    ]
    if Role.YOUNG_PERSON in actor.roles:
        lines.insert(
            1, texts.ADVISER.format(adviser=adviser.name.split()[0]) if adviser and adviser.name else texts.NO_ADVISER
        )
    if actor.is_staff:
        lines.append(texts.ROLES.format(roles=", ".join(sorted(actor.roles))))
    if actor.told_age_band:
        lines.append(texts.TOLD_AGE.format(band=actor.told_age_band))
    if actor.told_status:
        lines.append(texts.TOLD_STATUS.format(status=actor.told_status.replace("_", " ")))
    return [*lines, *([texts.JOINED.format(day=day_said(held.joined_at, zone))] if held.joined_at else [])]


async def _settings(context: Context, actor: Actor) -> list[str]:
    """The code word is left out: it is in the copy only, so that nobody who looks over a shoulder learns of it."""
    now, zone = context.turn.now, context.service.council.zone
    quiet = await quiet_until(context.turn, actor)
    said = [
        texts.DISCREET if actor.discreet else None,
        texts.STOPPED.format(day=day_said(actor.stopped_at, zone)) if actor.stopped_at else None,
        texts.QUIET.format(when=when.said(quiet, now, zone)) if quiet and quiet > now else None,
    ]
    found = "; ".join(part for part in said if part)
    return [texts.SETTINGS.format(settings=found)] if found else []


def _messages(context: Context, held: Held) -> list[str]:
    return [
        _counted(
            context, held.questions, texts.QUESTIONS, texts.NO_QUESTIONS, texts.ONE_QUESTION, texts.MANY_QUESTIONS
        ),
        _counted(context, held.lines, texts.LINES, texts.NO_LINES, texts.ONE_LINE, texts.MANY_LINES),
    ]


def _counted(context: Context, counted: Counted, some: str, none: str, one: str, many: str) -> str:
    if counted.since is None:
        return none
    count = one if counted.number == 1 else many.format(number=counted.number)
    return some.format(count=count, day=day_said(counted.since, context.service.council.zone))


def _looks(context: Context, actor: Actor, held: Held, known: Mapping[int, Actor]) -> list[str]:
    zone = context.service.council.zone
    said = [
        texts.LOOK.format(who=who_said(look.actor_id, actor, known), day=day_said(look.at, zone)) for look in held.looks
    ]
    once = list(dict.fromkeys(said))
    more = [texts.AND_EARLIER.format(number=len(once) - LOOKS_SHOWN)] if len(once) > LOOKS_SHOWN else []
    return [*once[:LOOKS_SHOWN], *more] or [texts.NOBODY_LOOKED]


@needs(Action.OWN)
async def copy_pressed(press: Press, update: Update, context: Context) -> None:
    """Two files with everything, at once."""
    turn, query, chat = context.turn, update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    actor = await turn.actor()
    turn.answer_press(query.id)
    turn.say(chat.id, written(texts.COPY, context.service.council.gaps))
    rule.send_copy(turn, chat.id, await rule.copy(turn, actor, context.service.council))
    await turn.event("person", actor.id or 0, "took a copy", actor=actor.id)


@needs(Action.OWN)
async def wrong_pressed(press: Press, update: Update, context: Context) -> None:
    """How to put something right."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None and chat is not None:
        context.turn.answer_press(query.id)
        context.turn.say(chat.id, written(texts.HOW_TO_CORRECT).with_buttons([answers.PERSON]))


@needs(Action.OWN)
async def delete_pressed(press: Press, update: Update, context: Context) -> None:
    """Say what goes and what stays, and ask."""
    turn, query, chat = context.turn, update.callback_query, update.effective_chat
    if query is None or chat is None:
        return
    actor = await turn.actor()
    if actor.is_staff:
        say_no(update, context, texts.STAFF_CANT)
        return
    turn.answer_press(query.id)
    if await my_data.is_held_back(turn.connection, Whose.of(actor)):
        turn.say(chat.id, _held_back())
        return
    text = written(texts.FIRST) if actor.id is not None else written(texts.FIRST_NOT_JOINED)
    yes, no = (
        _button(context, chat.id, texts.YES_FIRST, SURE, ASKED_TWICE, "1"),
        _button(context, chat.id, texts.NO, KEEP),
    )
    turn.say(chat.id, text.with_buttons([yes], [no]))


def _held_back() -> Message:
    return written(texts.HELD_BACK).with_buttons([answers.PERSON])


@needs(Action.OWN)
async def sure_pressed(press: Press, update: Update, context: Context) -> None:
    """Yes, the first time: ask once more. Yes, the second time: delete."""
    turn, query = context.turn, update.callback_query
    if query is None or query.message is None:
        return
    chat_id, actor = query.message.chat.id, await turn.actor()
    if actor.is_staff:
        say_no(update, context, texts.STAFF_CANT)
    elif press.more == "1":
        turn.answer_press(query.id)
        yes, no = (
            _button(context, chat_id, texts.YES_SECOND, SURE, ASKED_TWICE, "2"),
            _button(context, chat_id, texts.NO, KEEP),
        )
        turn.change(chat_id, query.message.message_id, written(texts.SECOND).with_buttons([yes], [no]))
    else:
        turn.answer_press(query.id)
        match await rule.erase(turn, actor, actor=actor.id, up_to=turn.update.update_id):
            case HeldBack():
                turn.say(chat_id, _held_back())
            case Erased():
                turn.say(chat_id, written(texts.DELETED, privacy.gaps(context.service)))


@needs(Action.OWN)
async def keep_pressed(press: Press, update: Update, context: Context) -> None:
    """No: nothing happens, and the question goes."""
    query = update.callback_query
    if query is not None and query.message is not None:
        context.turn.answer_press(query.id)
        context.turn.change(query.message.chat.id, query.message.message_id, plain(texts.KEPT_ALL))


@needs(Action.OWN)
async def renamed(update: Update, context: Context) -> None:
    """/name New Name: their own name, which their adviser sees."""
    turn, message = context.turn, message_of(update)
    if message is None:
        return
    actor = await turn.actor()
    wanted = rule.clean_name((message.text or "").partition(" ")[2])
    refused = _refused(actor, wanted)
    if refused is not None or actor.id is None:
        turn.say(message.chat_id, plain(refused or texts.NAME_NOT_JOINED))
        return
    await people.change(turn.connection, actor.id, name=wanted)
    await turn.event("person", actor.id, "renamed", actor=actor.id)
    turn.say(message.chat_id, plain(texts.NAME_CHANGED.format(name=wanted)))
    adviser = await people.get(turn.connection, actor.adviser_id)
    if adviser is not None and adviser.is_enrolled and adviser.telegram_id is not None:
        told = texts.NAME_TO_ADVISER.format(initials=actor.initials, number=actor.id, name=wanted)
        turn.say(adviser.telegram_id, plain(told))


def _refused(actor: Actor, wanted: str) -> str | None:
    """Why a name is not taken; None when it is."""
    if actor.is_staff:
        return texts.NAME_STAFF
    if not actor.is_enrolled:
        return texts.NAME_NOT_JOINED
    if not wanted:
        return texts.NAME_HOW
    if len(wanted) > rule.NAME_AT_MOST:
        return texts.NAME_TOO_LONG.format(most=rule.NAME_AT_MOST)
    return texts.NAME_SAME if wanted == actor.name else None


PRESSES: Final[Mapping[str, Handler]] = {
    COPY: copy_pressed, WRONG: wrong_pressed, DELETE: delete_pressed, SURE: sure_pressed, KEEP: keep_pressed,
}  # fmt: skip
