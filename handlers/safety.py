"""The gate that every text passes first: words of danger get the fixed card, a person is told, and nothing else runs.

A fault in the gate is never an ordinary answer: it is the fault card, and a person is told of that too.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import date, timedelta

from telegram import Update, User
from telegram.ext import ApplicationHandlerStop

from bot import escalating
from bot.message import Message, written
from bot.models import Kind, Lane, Outcome, Side
from bot.permission import Action
from bot.safety import Immediate, Worried
from bot.service import Service
from bot.store import escalations, lines, people
from bot.store.escalations import Standing
from bot.store.people import Actor
from bot.turn import Turn
from content.safety import Card
from content.texts import escalation as escalation_texts
from content.texts import safety as texts
from handlers.answers import card_message, private_matter, worried_message
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import is_group, message_of, question_in_group, thread_of, words_of_body

log = logging.getLogger(__name__)

AFTER = {"yes": texts.AFTER_SAFE, "no": texts.AFTER_NOT_SAFE, "mistake": texts.AFTER_MISTAKE}
NOTED = {"yes": texts.NOTE_SAFE, "no": texts.NOTE_NOT_SAFE, "mistake": texts.NOTE_MISTAKE}
GENTLE = timedelta(minutes=10)
"""So long somebody may say whether to tell a person, before a person is told anyway (safety-and-reliability 1.2)."""


@needs(Action.USE)
async def gate(update: Update, context: Context) -> None:
    """Read the words of a message; on a concern say the card, tell a person and stop everything else."""
    words = words_of_body(context.turn.body)
    if not words:
        return
    try:
        found = await _found(words, context)
    except Exception as error:  # noqa: BLE001 - whatever broke, the card goes out
        log.error("the gate failed at update %d (%s); the fault card goes out", update.update_id, type(error).__name__)
        found = ("fault", Kind.FAULT, "")
    if found is not None:
        await _tell(found, words, update, context)
        raise ApplicationHandlerStop


_Found = tuple[str, Kind, str]
"""Which card, the kind of escalation, and what the gate found in words that an adviser can read."""


async def _found(words: str, context: Context) -> _Found | None:
    """What these words show, read together with what the same person wrote in the last ten minutes."""
    turn, service = context.turn, context.service
    earlier = [text for body in await turn.earlier() if (text := words_of_body(body))]
    match service.gate.assess(words, earlier):
        case Immediate(concerns=concerns):
            return str(concerns[0].kind), Kind.CONCERN, "; ".join(concern.because for concern in concerns)
        case Worried(concerns=concerns):
            return "worried", Kind.WORRIED, "; ".join(concern.because for concern in concerns)
    return None


async def _tell(found: _Found, words: str, update: Update, context: Context) -> None:
    """Open the escalation, so that the card can say truly who has been told; the card goes out first all the same."""
    card_kind, kind, because = found
    turn, chat, user = context.turn, update.effective_chat, update.effective_user
    group = chat.id if chat is not None and is_group(update) else None
    to = user.id if user is not None else chat.id if chat is not None else None
    if group is not None:
        _answer_group(update, context)
    if to is None or to < 0:
        return  # somebody without an account of their own, such as a channel: there is nobody to write to
    before, turn.outgoing = turn.outgoing, []
    person, standing, told = Actor(telegram_id=to), None, escalation_texts.NOBODY_TOLD_ON_CARD
    try:
        async with turn.attempt():
            person = await turn.actor()
            about = _about(because, person, user)
            standing = await open_concern(turn, context.service, person, kind, about, group)
            if standing is not None:
                await _keep_words(turn, standing, words, update)
                told = await _told(context, standing, person, kind)
    except Exception as error:  # noqa: BLE001 - the card goes out, and says that nobody was told
        log.critical("nobody was told of update %d (%s)", update.update_id, type(error).__name__)
        standing = None
    await turn.event("concern", turn.update.update_id, "card", kind=card_kind)
    pages, turn.outgoing = turn.outgoing, before
    card = _card(context.service, card_kind, person, told, turn.now.astimezone(context.service.council.zone).date())
    asks = kind is Kind.WORRIED and standing is not None and standing.reminded == 0 and standing.kind is Kind.WORRIED
    message = worried_message(card) if asks else card_message(card)
    turn.say(to, message, lane=Lane.CRISIS, escalation=standing.id if standing else None)
    turn.outgoing += pages


async def open_concern(
    turn: Turn, service: Service, person: Actor, kind: Kind, about: Mapping[str, str], group: int | None
) -> Standing | None:
    """Open it, or add to what stands open; None when the council has no staff yet whom anybody could tell."""
    if not await people.any_staff(turn.connection):
        log.critical("nobody of the team has joined the bot: nobody can be told of update %d", turn.update.update_id)
        return None
    standing = await escalating.open_(
        turn, service.council, person, kind=kind, urgent=kind is not Kind.WORRIED, about=about, group_chat_id=group,
        page_at=turn.now + GENTLE if kind is Kind.WORRIED else None,
    )  # fmt: skip
    await escalating.note_told(turn, standing)
    return standing


def _about(because: str, person: Actor, user: User | None) -> dict[str, str]:
    """For whoever opens it: why, and, of somebody who has not joined, how Telegram names them."""
    about = {"because": because} if because else {}
    if not person.is_enrolled and user is not None:
        about |= {"name": user.full_name, "username": user.username or ""}
    return about


async def _keep_words(turn: Turn, standing: Standing, words: str, update: Update) -> None:
    message = message_of(update)
    await lines.add(
        turn.connection, standing.id, Side.YOUNG_PERSON, standing.person_id, turn.now, body=words,
        chat_id=message.chat_id if message else None, message_id=message.message_id if message else None,
    )  # fmt: skip


async def _told(context: Context, standing: Standing, person: Actor, kind: Kind) -> str:
    if kind is Kind.WORRIED and standing.kind is Kind.WORRIED and standing.reminded == 0:
        return texts.SHALL_I_TELL
    return await escalating.told_on_card(context.turn, context.service.council, standing, person)


def _card(service: Service, kind: str, person: Actor, told: str, today: date) -> Card:
    return service.safety.card(kind, age=_age(person.born_on, today), gaps={**service.council.gaps, "told": told})


def _age(born_on: date | None, today: date) -> int | None:
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _answer_group(update: Update, context: Context) -> None:
    """In the group nothing differs from any other private matter."""
    chat, message = update.effective_chat, message_of(update)
    if chat is not None and message is not None and question_in_group(message, context.service.username) is not None:
        context.turn.say(chat.id, private_matter(context.service), thread=thread_of(update))


async def apologise(turn: Turn, service: Service) -> None:
    """An update could not be handled: whoever wrote it in private gets the fault card, for it may have been urgent."""
    for kind in ("message", "edited_message"):
        message = turn.body.get(kind)
        chat = message.get("chat") if isinstance(message, dict) else None
        if not (isinstance(chat, dict) and chat.get("type") == "private" and type(chat.get("id")) is int):
            continue
        told, standing, before = escalation_texts.NOBODY_TOLD_ON_CARD, None, turn.outgoing
        turn.outgoing = []
        try:
            async with turn.attempt():
                person = await people.actor(turn.connection, chat["id"])
                standing = await open_concern(turn, service, person, Kind.FAULT, {}, None)
                if standing is not None:
                    told = await escalating.told_on_card(turn, service.council, standing, person)
        except Exception as error:  # noqa: BLE001 - the card goes out, and says that nobody was told
            log.critical("nobody was told of update %d (%s)", turn.update.update_id, type(error).__name__)
            standing = None
        pages, turn.outgoing = turn.outgoing, before
        card = _card(service, "fault", Actor(), told, turn.now.date())
        turn.say(chat["id"], card_message(card), lane=Lane.CRISIS, escalation=standing.id if standing else None)
        turn.outgoing += pages


@needs(Action.OWN)
async def answered(update: Update, context: Context) -> None:
    """Somebody pressed a button under a card. No page is cancelled by it, and nothing about it is kept as a level."""
    query, chat, turn = update.callback_query, update.effective_chat, context.turn
    if query is None or chat is None:
        return
    turn.answer_press(query.id)
    said = str(query.data).partition(":")[2]
    await turn.event("concern", turn.update.update_id, "answered", said=said)
    turn.say(chat.id, written(AFTER[said]), lane=Lane.CRISIS)
    standing = await escalations.live(turn.connection, chat.id, lock=True)
    if standing is None:
        return
    await lines.add(turn.connection, standing.id, Side.NOTE, None, turn.now, body=NOTED[said])
    if said == "no":
        person = await turn.actor()
        standing = await escalating.open_(turn, context.service.council, person, kind=Kind.CONCERN, urgent=True)
        await escalating.promise(turn, context.service.council, standing)


@needs(Action.OWN)
async def gentle_answer(update: Update, context: Context) -> None:
    """ "Shall I tell somebody?" was answered: at once, or not at all."""
    query, chat, turn = update.callback_query, update.effective_chat, context.turn
    if query is None or chat is None:
        return
    turn.answer_press(query.id)
    council = context.service.council
    standing = await escalations.live(turn.connection, chat.id, lock=True)
    waits = standing is not None and standing.kind is Kind.WORRIED and standing.reminded == 0
    if query.data == "tell:yes":
        turn.say(chat.id, await _told_now(context, standing), lane=Lane.CRISIS)
    elif standing is not None and waits:
        await escalating.resolve(turn, council, standing, None, Outcome.MISTAKE, quietly=True)
        turn.say(chat.id, written(texts.NOT_TOLD))
    else:
        turn.say(chat.id, written(texts.TOLD_ALREADY if standing else texts.NOT_TOLD))


async def _told_now(context: Context, standing: Standing | None) -> Message:
    turn, council = context.turn, context.service.council
    person = await turn.actor()
    if not await people.any_staff(turn.connection):
        return written(escalation_texts.NOBODY_TOLD, council.gaps, keep_lines=True)
    opened = await escalating.open_(turn, council, person, kind=Kind.ASKED)
    await escalating.note_told(turn, opened)
    return await escalating.where_it_stands(turn, council, opened, person)
