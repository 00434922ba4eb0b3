"""A young person asks for a person, for a call, or where it stands; or does not need it any more."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from telegram import Update

from bot import escalating, press, when
from bot.message import Button, Message, join, plain, written
from bot.models import EscalationState, Kind, Lane, Outcome, Role, Side
from bot.permission import Action
from bot.press import Press
from bot.staff import tell
from bot.store import escalations, lines, people
from bot.store.escalations import Standing
from bot.store.people import Actor
from content.escalation_phrases import Wish, escalation_phrases
from content.texts import escalation as texts
from content.texts import page as page_texts
from content.texts import person as person_texts
from handlers import answers
from handlers.context import Context
from handlers.permission import Handler, needs, refuse, say_no
from handlers.reading import message_of, words_of_body

NO_ANSWER: Final = "person:none"
"""What "Ask a person" sends where the bot had no answer."""
_STAYS: Final = (Kind.CONCERN, Kind.WORRIED, Kind.FAULT)
"""What nobody calls off by a press: a person looks at it."""


# --- asking


@needs(Action.TALK)
async def asked(update: Update, context: Context) -> None:
    """/person and "Ask a person"."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None:
        context.turn.answer_press(query.id)
    if chat is None:
        return
    kind = Kind.NO_ANSWER if query is not None and query.data == NO_ANSWER else Kind.ASKED
    await _ask(update, context, chat.id, kind)


async def wished(update: Update, context: Context) -> bool:
    """Words that ask for a person, a call, or where it stands. False when they are an ordinary question."""
    message = message_of(update)
    wish = escalation_phrases().wish(message.text) if message is not None and message.text else None
    if message is None or wish is None:
        return False
    if wish is Wish.STATUS:
        await _say_status(context, message.chat_id)
    else:
        kind = Kind.RING if wish is Wish.RING else Kind.ASKED
        await _ask(update, context, message.chat_id, kind, message.text)
    return True


async def _ask(update: Update, context: Context, chat_id: int, kind: Kind, words: str | None = None) -> None:
    """Open it, keep what they wrote just now as its first lines, and say where it stands."""
    turn, service = context.turn, context.service
    actor = await turn.actor()
    if actor.is_staff and Role.YOUNG_PERSON not in actor.roles:
        turn.say(chat_id, _beside(plain(person_texts.FOR_STAFF), context))
        return
    if not await people.any_staff(turn.connection):
        turn.say(chat_id, _beside(written(person_texts.NOBODY_YET), context))
        return
    person = actor if actor.is_enrolled else Actor(telegram_id=chat_id)
    standing = await escalating.open_(turn, service.council, person, kind=kind, about=_about(update, person))
    kept = await _keep_words(update, context, standing, words)
    parts = [await escalating.where_it_stands(turn, service.council, standing, person)]
    parts.append(written(texts.PASSED_ON_WORDS if kept else texts.WRITE_MORE))
    if not person.is_enrolled:
        parts.append(written(texts.WHO_ARE_YOU))
    await escalating.note_told(turn, standing)
    turn.say(chat_id, _beside(join(parts), context).with_buttons(*_buttons(context, standing, chat_id)))
    if kind is Kind.RING:
        turn.say(chat_id, _times(context, standing, chat_id))


def _about(update: Update, person: Actor) -> Mapping[str, str] | None:
    """How Telegram names somebody who has not joined: the team has to find out who it is."""
    user = update.effective_user
    if person.is_enrolled or user is None:
        return None
    return {"name": user.full_name, "username": user.username or ""}


async def _keep_words(update: Update, context: Context, standing: Standing, words: str | None) -> bool:
    """What they wrote in the last ten minutes, commands aside, and what they write now. False when that is nothing."""
    turn, now = context.turn, message_of(update)
    said = {_message_id(body): words_of_body(body) for body in await turn.earlier()}  # of a changed one the last words
    if words and now is not None:
        said[now.message_id] = words
    kept = False
    for message_id, text in said.items():
        if not text or text.startswith("/") or message_id is None:
            continue
        if await lines.written_at(turn.connection, standing.telegram_id, message_id) is None:
            await lines.add(
                turn.connection, standing.id, Side.YOUNG_PERSON, standing.person_id, turn.now, body=text,
                chat_id=standing.telegram_id, message_id=message_id,
            )  # fmt: skip
        kept = True
    return kept


def _message_id(body: Mapping[str, object]) -> int | None:
    message = body.get("message") or body.get("edited_message")
    found = message.get("message_id") if isinstance(message, dict) else None
    return found if isinstance(found, int) else None


def _beside(said: Message, context: Context) -> Message:
    """What is said, and the numbers that can be rung in the meantime."""
    return join([said, answers.numbers(context.service, context.turn.now, beside=said.text)])


def _buttons(context: Context, standing: Standing, chat_id: int) -> list[list[Button]]:
    vault, now = context.turn.vault, context.turn.now
    return [
        [press.button(vault, texts.BUTTON_RING_ME, "callme", standing.id, chat_id, now)],
        [press.button(vault, texts.BUTTON_MISTAKE, "noneed", standing.id, chat_id, now)],
    ]


# --- where it stands


@needs(Action.OWN)
async def status(update: Update, context: Context) -> None:
    """/status: where it stands now."""
    if update.effective_chat is not None:
        await _say_status(context, update.effective_chat.id)


async def _say_status(context: Context, chat_id: int) -> None:
    turn, council = context.turn, context.service.council
    standing = await escalations.live(turn.connection, chat_id, lock=True)
    if standing is None:
        turn.say(chat_id, written(texts.NOTHING_OPEN).with_buttons([answers.PERSON, answers.MENU]))
        return
    actor = await turn.actor()
    person = actor if actor.is_enrolled else Actor(telegram_id=chat_id)
    parts = [await escalating.where_it_stands(turn, council, standing, person)]
    if (ring := _ring_words(standing, context)) is not None:
        parts.append(written(texts.RING_WANTED, {"when": ring}))
    await escalating.note_told(turn, standing)
    turn.say(chat_id, join(parts).with_buttons(*_buttons(context, standing, chat_id)))


# --- a call


def _times(context: Context, standing: Standing, chat_id: int) -> Message:
    """The times that can be chosen."""
    turn, council = context.turn, context.service.council
    choices = when.call_times(council, turn.now)
    rows = [
        [press.button(turn.vault, words, "callat", standing.id, chat_id, turn.now, more=key)] for key, words in choices
    ]
    return written(texts.WHEN_TO_RING).with_buttons(*rows)


def _ring_words(standing: Standing, context: Context) -> str | None:
    if standing.ring_at is None:
        return None
    return when.call_time_said(standing.ring_at, context.turn.now, context.service.council.zone)


@needs(Action.TALK)
async def call_me(press_: Press, update: Update, context: Context) -> None:
    """ "Ask for a call": when?"""
    query = update.callback_query
    standing = await _own(press_, update, context)
    if query is not None and standing is not None:
        context.turn.answer_press(query.id)
        context.turn.say(standing.telegram_id, _times(context, standing, standing.telegram_id))


@needs(Action.TALK)
async def call_at(press_: Press, update: Update, context: Context) -> None:
    """A time was chosen: whoever has it is told, unless that would wake somebody."""
    query, turn, council = update.callback_query, context.turn, context.service.council
    standing = await _own(press_, update, context)
    if query is None or standing is None:
        return
    words = when.call_time_said(press_.more, turn.now, council.zone)
    if words is None or not _is_ahead(press_.more, context):
        turn.answer_press(query.id, texts.RING_GONE, alert=True)
        turn.say(standing.telegram_id, _times(context, standing, standing.telegram_id))
        return
    turn.answer_press(query.id)
    await escalations.change(turn.connection, standing.id, ring_at=press_.more)
    await turn.event("escalation", standing.id, "call asked for", at=press_.more)
    paged = standing.reminded > 0 or standing.state is EscalationState.ACKNOWLEDGED
    if paged:
        gaps = {"initials": await escalating.initials_of(turn, standing), "number": standing.id, "when": words}
        whom = await escalating.holders(turn, standing)
        tell(turn, whom, written(page_texts.RING_ASKED, gaps), lane=Lane.REPLY, escalation=standing.id)
    parts = [
        written(texts.RING_NOTED if paged else texts.RING_NOTED_CLOSED, {"when": words}),
        written(texts.RING_LATER),
    ]
    if standing.person_id is None:
        parts.append(written(texts.WHICH_NUMBER))
    if query.message is not None:
        turn.change(standing.telegram_id, query.message.message_id, join(parts))


def _is_ahead(key: str, context: Context) -> bool:
    """Whether a chosen time has not ended yet."""
    if key == when.SOON:
        return True
    day, _, hours = key.partition("T")
    closes = datetime.fromisoformat(f"{day}T{hours.partition('/')[2]}").replace(tzinfo=context.service.council.zone)
    return closes > context.turn.now


# --- no need any more


@needs(Action.TALK)
async def no_need(press_: Press, update: Update, context: Context) -> None:
    """It is closed, and whoever was told of it hears that; what was urgent stays open until a person has looked."""
    query, turn = update.callback_query, context.turn
    standing = await _own(press_, update, context)
    if query is None or standing is None:
        return
    turn.answer_press(query.id)
    whom = await escalating.holders(turn, standing)
    paged = standing.reminded > 0 or standing.state is EscalationState.ACKNOWLEDGED
    stays = standing.urgent or standing.kind in _STAYS
    gaps = {"initials": await escalating.initials_of(turn, standing), "number": standing.id}
    if stays:
        await lines.add(turn.connection, standing.id, Side.NOTE, None, turn.now, body=page_texts.NOT_NEEDED_NOTE)
        await turn.event("escalation", standing.id, "not needed any more")
    else:
        await escalating.resolve(turn, context.service.council, standing, None, Outcome.MISTAKE, quietly=True)
    if paged:
        words = page_texts.NOT_NEEDED_URGENT if stays else page_texts.NOT_NEEDED
        tell(turn, whom, written(words, gaps), lane=Lane.REPLY, escalation=standing.id)
    if query.message is not None:
        turn.take_buttons(standing.telegram_id, query.message.message_id, plain(""))
    said = texts.NOT_NEEDED if paged else texts.NOT_NEEDED_QUIET
    turn.say(standing.telegram_id, written(texts.NOT_NEEDED_URGENT if stays else said))


async def _own(press_: Press, update: Update, context: Context) -> Standing | None:
    """What the button is about, if it is theirs and still open; says so if not."""
    user = update.effective_user
    standing = await escalations.get(context.turn.connection, press_.thing, lock=True)
    if standing is None or user is None or standing.telegram_id != user.id:
        await refuse(update, context, Action.TALK)
        return None
    if not standing.is_live:
        say_no(update, context, texts.DONE_ALREADY)
        return None
    return standing


PRESSES: Final[Mapping[str, Handler]] = {"callme": call_me, "callat": call_at, "noneed": no_need}
