"""The gate that every text passes first: words of danger get the fixed card, a person is told, and nothing else runs.

A fault in the gate is never an ordinary answer: it is the fault card, and a person is told of that too.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from telegram import Update, User
from telegram.ext import ApplicationHandlerStop

from bot import escalating, relaying, reviewing
from bot.in_time import in_time
from bot.message import Message, written
from bot.models import EscalationState, GateOutcome, Kind, Lane, Outcome, Side
from bot.permission import Action
from bot.relay import Piece
from bot.safety import Concern, Immediate, Worried
from bot.service import Service
from bot.store import escalations, lines, people
from bot.store.engine import is_passing
from bot.store.escalations import Standing
from bot.store.outbox import Outgoing
from bot.store.people import Actor
from bot.turn import Turn
from content.safety import Card
from content.texts import escalation as escalation_texts
from content.texts import safety as texts
from handlers import leaving
from handlers.answers import card_message, private_matter, worried_message
from handlers.context import Context
from handlers.permission import needs
from handlers.reading import is_group, message_of, question_in_group, thread_of, words_of_body
from handlers.relay import is_staff_talk, piece_of

log = logging.getLogger(__name__)

AFTER = {"yes": texts.AFTER_SAFE, "no": texts.AFTER_NOT_SAFE, "mistake": texts.AFTER_MISTAKE}
NOTED = {"yes": texts.NOTE_SAFE, "no": texts.NOTE_NOT_SAFE, "mistake": texts.NOTE_MISTAKE}
GATE_SECONDS = 1.5
"""So long may the gate take; it needs milliseconds, and one that hangs must not hold up the card."""
GENTLE = timedelta(minutes=10)
"""So long somebody may say whether to tell a person, before a person is told anyway (safety-and-reliability 1.2)."""


@needs(Action.USE)
async def gate(update: Update, context: Context) -> None:
    """Read the words of a message; on a concern say the card, tell a person and stop everything else."""
    words = words_of_body(context.turn.body)
    if not words:
        return
    try:
        found = None if await is_staff_talk(update, context) else await _found(words, context)
    except Exception as error:  # noqa: BLE001 - whatever broke, the card goes out
        log.error("the gate failed at update %d (%s); the fault card goes out", update.update_id, type(error).__name__)
        found = _Found("fault", Kind.FAULT)
    if found is not None:
        await _tell(found, words, update, context)
        raise ApplicationHandlerStop
    if update.effective_chat is not None and update.effective_chat.type == "private":
        await reviewing.keep_sample(context.turn, update.effective_chat.id, words)


@dataclass(frozen=True, slots=True)
class _Found:
    """Which card, the kind of escalation, and what the gate found; nothing where it broke."""

    card: str
    kind: Kind
    concerns: tuple[Concern, ...] = ()

    @property
    def because(self) -> str:
        """What it found in words that an adviser can read."""
        return "; ".join(concern.because for concern in self.concerns)

    @property
    def outcome(self) -> GateOutcome:
        return GateOutcome.WORRIED if self.kind is Kind.WORRIED else GateOutcome.IMMEDIATE


async def _found(words: str, context: Context) -> _Found | None:
    """What these words show, read together with what the same person wrote in the last ten minutes."""
    turn, service = context.turn, context.service
    earlier = [text for body in await turn.earlier() if (text := words_of_body(body))]
    match await in_time(GATE_SECONDS, service.gate.assess, words, earlier):
        case Immediate(concerns=concerns):
            return _Found(str(concerns[0].kind), Kind.CONCERN, concerns)
        case Worried(concerns=concerns):
            return _Found("worried", Kind.WORRIED, concerns)
    return None


async def _tell(found: _Found, words: str, update: Update, context: Context) -> None:
    """Open the escalation, so that the card can say truly who has been told; the card goes out first all the same."""
    turn, chat, user = context.turn, update.effective_chat, update.effective_user
    group = chat.id if chat is not None and is_group(update) else None
    to = user.id if user is not None else chat.id if chat is not None else None
    if group is not None:
        _answer_group(update, context)
    if to is None or to < 0:
        return  # somebody without an account of their own, such as a channel: there is nobody to write to
    message = message_of(update)
    where = (message.chat_id, message.message_id) if message is not None else None
    piece = (piece_of(message) if message is not None else None) or (Piece(words) if words else None)
    report = await _report(
        turn, context.service, to, found.kind, because=found.because, user=user, piece=piece, group=group, where=where
    )
    await turn.event("concern", turn.update.update_id, "card", kind=found.card)
    if group is None:
        await leaving.stop_besides(words, context)
    if found.concerns:
        await reviewing.keep_concern(turn, to, words, found.outcome, found.concerns, escalation=report.number)
    card = _card(context.service, found.card, report)
    message_to = worried_message(card) if report.asks else card_message(card)
    turn.say(to, message_to, lane=Lane.CRISIS, escalation=report.number)
    turn.outgoing += report.pages


@dataclass(frozen=True, slots=True)
class _Report:
    """What came of telling somebody: the line for the card, the pages that follow it, and whether they are asked first."""

    told: str
    pages: list[Outgoing]
    number: int | None = None
    age: int | None = None
    asks: bool = False


async def _report(
    turn: Turn,
    service: Service,
    to: int,
    kind: Kind,
    *,
    because: str = "",
    user: User | None = None,
    piece: Piece | None = None,
    group: int | None = None,
    where: tuple[int, int] | None = None,
) -> _Report:
    """Tell somebody, whatever happens: a failure undoes only this, and the card then says that nobody was told.

    Tried twice: the same person's words in a group, handled beside these, may have opened it a moment before.
    """
    before = turn.outgoing
    for last in (False, True):
        turn.outgoing = []
        try:
            async with turn.attempt():
                person = await people.actor(turn.connection, to)
                standing = await open_concern(turn, service, person, kind, _about(because, person, user), group)
                if standing is None:
                    return _Report(escalation_texts.NOBODY_TOLD_ON_CARD, [], age=_age(person, turn, service))
                if piece is not None:
                    line = await lines.add(
                        turn.connection, standing.id, Side.YOUNG_PERSON, standing.person_id, turn.now, body=piece.words,
                        file=piece.file, chat_id=where[0] if where else None, message_id=where[1] if where else None,
                    )  # fmt: skip
                    if standing.state is EscalationState.ACKNOWLEDGED:
                        await relaying.show_holders(turn, standing, line, piece)
                asks = standing.is_gentle
                told = (
                    texts.SHALL_I_TELL
                    if asks
                    else await escalating.told_on_card(turn, service.council, standing, person)
                )
                return _Report(told, turn.outgoing, standing.id, _age(person, turn, service), asks)
        except Exception as error:
            if is_passing(error):
                raise
            log.log(
                logging.CRITICAL if last else logging.WARNING,
                "telling somebody of update %d failed (%s)", turn.update.update_id, type(error).__name__,
            )  # fmt: skip
        finally:
            turn.outgoing = before
    return _Report(escalation_texts.NOBODY_TOLD_ON_CARD, [])


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


def _card(service: Service, kind: str, report: _Report) -> Card:
    return service.safety.card(kind, age=report.age, gaps={**service.council.gaps, "told": report.told})


def _age(person: Actor, turn: Turn, service: Service) -> int | None:
    """Years, where the birthday is known, as it counts in the council's place."""
    born_on, today = person.born_on, turn.now.astimezone(service.council.zone).date()
    if born_on is None:
        return None
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))


def _answer_group(update: Update, context: Context) -> None:
    """In the group nothing differs from any other private matter."""
    chat, message = update.effective_chat, message_of(update)
    if chat is not None and message is not None and question_in_group(message, context.service.username) is not None:
        context.turn.say(chat.id, private_matter(context.service), thread=thread_of(update))


async def apologise(turn: Turn, service: Service) -> None:
    """An update could not be handled: whoever wrote it in private gets the fault card, and a person is told."""
    for kind in ("message", "edited_message"):
        message = turn.body.get(kind)
        chat = message.get("chat") if isinstance(message, dict) else None
        if isinstance(chat, dict) and chat.get("type") == "private" and type(chat.get("id")) is int:
            report = await _report(turn, service, chat["id"], Kind.FAULT)
            turn.say(
                chat["id"], card_message(_card(service, "fault", report)), lane=Lane.CRISIS, escalation=report.number
            )
            turn.outgoing += report.pages


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
    if query.data == "tell:yes":
        turn.say(chat.id, await _told_now(context, standing), lane=Lane.CRISIS)
    elif standing is not None and standing.is_gentle:
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
