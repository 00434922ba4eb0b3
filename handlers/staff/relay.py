"""Staff write to a young person, read what was said, and leave notes. Nothing is ever sent to somebody who was not named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update

from bot import escalating, press, relaying, when
from bot.message import Button, Message, plain, written
from bot.models import Side
from bot.permission import Action
from bot.press import Press
from bot.reaching import HeldBack
from bot.relay import Piece
from bot.relaying import Reader
from bot.store import drafts, escalations, lines
from bot.store.drafts import Kept
from bot.store.escalations import Standing
from bot.store.people import Actor
from content.texts import relay as texts
from handlers import enquiry
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff.matter import Matter, matter_of, open_matter

MOST_ASKED: Final = 40
"""Buttons of "Who is this for?"; nobody has more people open than that."""


# --- writing


async def replied(
    message: TelegramMessage,
    piece: Piece | None,
    standing: Standing,
    line_id: int | None,
    update: Update,
    context: Context,
) -> None:
    """A reply to a page, a card or a line: the note that was asked for, or words for the young person."""
    turn = context.turn
    matter = await matter_of(standing.id, update, context)
    if matter is None:
        return
    asked = await _note_asked(line_id, matter.actor, context)
    if not matter.may(Action.WRITE if asked is None else Action.NOTE):
        await _refuse(matter, message, context)
    elif asked is not None:
        await _note(matter, message, piece.words if piece is not None else None, asked, context)
    elif piece is None:
        turn.say(message.chat_id, plain(texts.CANT_PASS_ON), reply_to=message.message_id)
    elif not matter.standing.is_live:
        await _finished(matter, message, piece, context)
    else:
        await _deliver(matter, message, piece, context)


async def _refuse(matter: Matter, message: TelegramMessage, context: Context) -> None:
    turn, number = context.turn, matter.standing.id
    await turn.event(
        "permission", matter.actor.id or 0, "refused", actor=matter.actor.id, action="write", escalation=number
    )
    turn.say(message.chat_id, written(texts.NOT_WITH_YOU, {"number": number}), reply_to=message.message_id)


async def _deliver(matter: Matter, message: TelegramMessage, piece: Piece, context: Context) -> None:
    turn, source = context.turn, (message.chat_id, message.message_id)
    sent = await relaying.send(turn, context.service.council, matter.standing, matter.actor, piece, source)
    if isinstance(sent, HeldBack):
        draft = await _keep(message, piece, matter.actor, context)
        asked = held_back(sent, matter, draft, message.chat_id, context)
        turn.say(message.chat_id, asked, reply_to=message.message_id, escalation=matter.standing.id)
    else:
        await relaying.receipt(turn, matter.standing, message.chat_id, message.message_id)


async def _keep(message: TelegramMessage, piece: Piece, actor: Actor, context: Context) -> int:
    return await drafts.add(
        context.turn.connection, context.turn.now, actor.id or 0, text=piece.words, file=piece.file,
        chat_id=message.chat_id, message_id=message.message_id,
    )  # fmt: skip


def held_back(held: HeldBack, matter: Matter, draft: int, chat_id: int, context: Context) -> Message:
    """They asked for quiet: whether to send it nevertheless is for staff to say, each time."""
    if held.why == "no account":
        return written(texts.NO_ACCOUNT, matter.gaps)
    more = str(matter.standing.id)
    buttons = [
        _button(context, texts.SEND, "insist", draft, chat_id, more),
        _button(context, texts.DONT, "drop", draft, chat_id),
    ]
    return written(texts.QUIET, matter.gaps).with_buttons(buttons)


def _button(context: Context, words: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, thing, chat_id, context.turn.now, more=more)


async def _finished(matter: Matter, message: TelegramMessage, piece: Piece, context: Context) -> None:
    """A reply to something that is resolved: kept, and sent only if they open it again."""
    turn, standing = context.turn, matter.standing
    draft = await _keep(message, piece, matter.actor, context)
    resolved, zone = standing.resolved_at, context.service.council.zone
    since = when.said(resolved, turn.now, zone) if resolved is not None else ""
    again = _button(context, texts.REOPEN, "resend", draft, message.chat_id, str(standing.id))
    said = written(texts.FINISHED, {"number": standing.id, "since": since}).with_buttons([again])
    turn.say(message.chat_id, said, reply_to=message.message_id, escalation=standing.id)


async def unaddressed(
    message: TelegramMessage, piece: Piece | None, owned: Sequence[Standing], context: Context
) -> None:
    """Words that reply to nothing we know, from somebody who has people open: kept, and asked whom they are for."""
    turn = context.turn
    if piece is None:
        turn.say(message.chat_id, plain(texts.CANT_PASS_ON), reply_to=message.message_id)
        return
    draft = await _keep(message, piece, await turn.actor(), context)
    rows = [[await _named(standing, draft, message.chat_id, context)] for standing in owned[-MOST_ASKED:]]
    rows.append([_button(context, texts.NOBODY, "forbot", draft, message.chat_id)])
    turn.say(message.chat_id, plain(texts.WHO_FOR).with_buttons(*rows), reply_to=message.message_id)


async def _named(standing: Standing, draft: int, chat_id: int, context: Context) -> Button:
    initials = await escalating.initials_of(context.turn, standing)
    head = texts.HEAD.format(initials=initials, number=standing.id)
    return _button(context, head, "for", draft, chat_id, str(standing.id))


# --- presses about what was kept


async def _draft(press_: Press, update: Update, context: Context) -> Kept | None:
    """The draft of a press, if it is the presser's own and not settled; says so if not."""
    actor = await context.turn.actor()
    draft = await drafts.get(context.turn.connection, press_.thing, actor.id or 0)
    if draft is None:
        say_no(update, context, texts.DRAFT_GONE)
    return draft


async def _send_draft(draft: Kept, matter: Matter, update: Update, context: Context, *, insist: bool = False) -> None:
    """Send what was kept to the one that the button named."""
    turn = context.turn
    source = (draft.chat_id, draft.message_id) if draft.message_id else (None, None)
    piece = Piece(draft.text, draft.file)
    sent = await relaying.send(
        turn, context.service.council, matter.standing, matter.actor, piece, source, insist=insist
    )
    if isinstance(sent, HeldBack):
        change(update, context, held_back(sent, matter, draft.id, draft.chat_id, context))
        return
    await drafts.remove(turn.connection, draft.id)
    change(update, context, written(texts.SENT, matter.gaps))


def change(update: Update, context: Context, message: Message) -> None:
    """The press was heard, and the message with the pressed button becomes another."""
    query, chat = update.callback_query, update.effective_chat
    if query is not None:
        context.turn.answer_press(query.id)
        if query.message is not None and chat is not None:
            context.turn.change(chat.id, query.message.message_id, message)


async def _matter_to_write(press_: Press, update: Update, context: Context, action: Action) -> Matter | None:
    number = int(press_.more) if press_.more.isdecimal() else 0
    return await open_matter(number, update, context, action)


@needs(Action.WRITE)
async def chosen(press_: Press, update: Update, context: Context) -> None:
    """ "Who is this for?" was answered with a person."""
    draft = await _draft(press_, update, context)
    matter = await _matter_to_write(press_, update, context, Action.WRITE) if draft is not None else None
    if draft is None or matter is None:
        return
    if matter.standing.is_live:
        await _send_draft(draft, matter, update, context)
    else:
        say_no(update, context, texts.NOT_LIVE_ANY_MORE.format(number=matter.standing.id))


@needs(Action.USE)
async def meant_for_us(press_: Press, update: Update, context: Context) -> None:
    """ "Nobody, it is a question for you"."""
    draft = await _draft(press_, update, context)
    if draft is None:
        return
    await drafts.remove(context.turn.connection, draft.id)
    change(update, context, plain(texts.TO_YOU))
    answer = await enquiry.answer_words(draft.text, context) if draft.text else plain(texts.WORDS_ONLY)
    context.turn.say(draft.chat_id, answer, reply_to=draft.message_id or None)


@needs(Action.WRITE)
async def insisted(press_: Press, update: Update, context: Context) -> None:
    """ "Send", although they asked for quiet: a person decided it, and that is an event."""
    draft = await _draft(press_, update, context)
    matter = await _matter_to_write(press_, update, context, Action.WRITE) if draft is not None else None
    if draft is None or matter is None:
        return
    if not matter.standing.is_live:
        say_no(update, context, texts.NOT_LIVE_ANY_MORE.format(number=matter.standing.id))
        return
    await context.turn.event("escalation", matter.standing.id, "sent in spite of quiet", actor=matter.actor.id)
    await _send_draft(draft, matter, update, context, insist=True)


@needs(Action.WRITE)
async def dropped(press_: Press, update: Update, context: Context) -> None:
    """ "Don't send"."""
    draft = await _draft(press_, update, context)
    if draft is not None:
        await drafts.remove(context.turn.connection, draft.id)
        change(update, context, plain(texts.NOT_SENT))


@needs(Action.WRITE)
async def sent_after_all(press_: Press, update: Update, context: Context) -> None:
    """ "Open it again and send"."""
    draft = await _draft(press_, update, context)
    matter = await _matter_to_write(press_, update, context, Action.WRITE) if draft is not None else None
    if draft is None or matter is None:
        return
    turn = context.turn
    after = await escalating.reopen_to_write(turn, context.service.council, matter.standing, matter.actor)
    again = await matter_of(after.id, update, context)
    if again is not None:
        await _send_draft(draft, again, update, context)


# --- beginning


async def begin(context: Context, young_person: Actor, adviser: Actor) -> None:
    """A conversation that staff begin: asks for the message. Whether they may is asked by whoever calls."""
    await relaying.begin(context.turn, context.service.council, young_person, adviser)


# --- reading


@needs(Action.OPEN)
async def show(press_: Press, update: Update, context: Context) -> None:
    """What was said and where it stands, to whoever may read it. Each reading is an event."""
    turn, chat, query = context.turn, update.effective_chat, update.callback_query
    matter = await open_matter(press_.thing, update, context, Action.OPEN)
    if matter is None or chat is None or chat.id != matter.actor.telegram_id:
        return
    if query is not None:
        turn.answer_press(query.id)
    before = int(press_.more) if press_.verb == "older" and press_.more.isdecimal() else None
    reader = Reader(matter.actor, matter.relations)
    said, shown = await relaying.view(turn, context.service.council, matter.standing, reader, before)
    await turn.event("escalation", matter.standing.id, "opened", actor=matter.actor.id)
    turn.say(chat.id, said, escalation=matter.standing.id, protect_content=True, disable_notification=True)
    await relaying.show_files(turn, matter.standing, chat.id, shown)


# --- notes


async def _note_asked(line_id: int | None, actor: Actor, context: Context) -> int | None:
    """The note that waits for these words, if what they reply to asked this person for one."""
    line = await lines.get(context.turn.connection, line_id) if line_id is not None else None
    waits = line is not None and line.side is Side.NOTE and line.author_id == actor.id and line.body is None
    return line_id if waits and line is not None and line.deleted_at is None else None


async def _note(
    matter: Matter, message: TelegramMessage, words: str | None, asked: int | None, context: Context
) -> None:
    turn = context.turn
    if not words or not words.strip():
        turn.say(message.chat_id, plain(texts.NOTE_EMPTY), reply_to=message.message_id)
        return
    source = (message.chat_id, message.message_id)
    await relaying.note(turn, matter.standing, matter.actor, words.strip(), source, asked)


@needs(Action.NOTE)
async def note_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Note": ask for it."""
    matter = await open_matter(press_.thing, update, context, Action.NOTE)
    if matter is not None and update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        await relaying.ask_for_note(context.turn, matter.standing, matter.actor)


@needs(Action.NOTE)
async def note(update: Update, context: Context) -> None:
    """/note words, as a reply to a page or to a message of theirs."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    answered, words = message.reply_to_message, (message.text or "").partition(" ")[2]
    if update.edited_message is not None:
        line = await lines.written_at(turn.connection, message.chat_id, message.message_id)
        if line is not None and line.side is Side.NOTE and words.strip():
            await relaying.change(turn, line, words.strip())
        return
    if answered is None:
        turn.say(message.chat_id, plain(texts.NOTE_HOW))
        return
    trace = await escalations.traced(turn.connection, message.chat_id, answered.message_id)
    standing = await escalations.get(turn.connection, trace[0]) if trace is not None else None
    if trace is None or standing is None or standing.telegram_id == message.chat_id:
        turn.say(message.chat_id, plain(texts.NOTE_WHICH), reply_to=message.message_id)
        return
    matter = await open_matter(standing.id, update, context, Action.NOTE)
    if matter is not None:
        await _note(matter, message, words, await _note_asked(trace[1], matter.actor, context), context)


PRESSES: Final[Mapping[str, Handler]] = {
    "for": chosen, "forbot": meant_for_us, "insist": insisted, "drop": dropped, "resend": sent_after_all,
    "older": show, "note": note_pressed,
}  # fmt: skip
