"""Replies that staff send often: /canned lists and changes them; "Quick reply" sends one, after a look at it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import canned as rule
from bot import press, relaying
from bot.canned import Fits, Wrong
from bot.message import Button, Message, bold, join, plain, written
from bot.permission import Action
from bot.press import Press
from bot.reaching import HeldBack
from bot.relay import Piece
from bot.store import canned, drafts
from bot.store.canned import Reply
from content.canned import LONGEST_TITLE, LONGEST_WORDS
from content.texts import canned as texts
from content.texts import relay as relay_texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import relay
from handlers.staff.matter import HIGHEST, Matter, open_matter

LONGEST_BUTTON: Final = 40
"""Letters of a title on a button; Telegram shows fewer on a small phone."""


# --- the list


@needs(Action.CANNED)
async def asked(update: Update, context: Context) -> None:
    """/canned, /canned add Title = words, /canned change 3 Title = words, /canned delete 3."""
    message = message_of(update)
    if message is None or message.text is None:
        return
    given = message.text.split(maxsplit=2)
    verb, rest = (given[1].lower() if len(given) > 1 else ""), given[2] if len(given) > 2 else ""
    match verb:
        case "":
            said = await _list(context, message.chat_id)
        case "add":
            said = await _add(rest, context)
        case "change" | "edit":
            said = await _change(rest, context)
        case "delete":
            said = await _ask_to_delete(rest, message.chat_id, context)
        case _:
            said = plain(texts.HOW_TO_ADD)
    context.turn.say(message.chat_id, said)


async def _list(context: Context, chat_id: int) -> Message:
    replies = await canned.all_(context.turn.connection)
    if not replies:
        return plain(texts.EMPTY)
    rows = [[_button(context, _short(reply.title), "can", reply.id, chat_id)] for reply in replies]
    return written(texts.LIST).with_buttons(*rows)


def _short(title: str) -> str:
    return title if len(title) <= LONGEST_BUTTON else title[: LONGEST_BUTTON - 1] + "…"


def _button(context: Context, words: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, thing, chat_id, context.turn.now, more=more)


async def _add(text: str, context: Context) -> Message:
    turn = context.turn
    match rule.check(text, await canned.all_(turn.connection)):
        case Fits(title=title, words=words):
            by = (await turn.actor()).id
            number = await canned.add(turn.connection, turn.now, title, words, by)
            await turn.event("canned reply", number, "added", actor=by)
            return written(texts.ADDED, {"title": title})
        case Wrong(why=why):
            return _wrong(why, text, texts.HOW_TO_ADD)


async def _change(text: str, context: Context) -> Message:
    turn = context.turn
    number, _, rest = text.partition(" ")
    reply = await _numbered(number, context)
    if reply is None:
        return written(texts.UNKNOWN, {"number": number})
    others = [other for other in await canned.all_(turn.connection) if other.id != reply.id]
    match rule.check(rest, others):
        case Fits(title=title, words=words):
            by = (await turn.actor()).id or 0
            await canned.change(turn.connection, turn.now, reply.id, title, words, by)
            await turn.event("canned reply", reply.id, "changed", actor=by)
            return written(texts.CHANGED, {"title": title})
        case Wrong(why=why):
            return _wrong(why, rest, texts.HOW_TO_CHANGE.replace("{number}", str(reply.id)))


def _wrong(why: str, text: str, how: str) -> Message:
    title = " ".join(text.partition("=")[0].split())
    return {
        "title": written(texts.TITLE_TOO_LONG, {"most": LONGEST_TITLE}),
        "words": written(texts.WORDS_TOO_LONG, {"most": LONGEST_WORDS}),
        "taken": written(texts.TITLE_TAKEN, {"title": title[:LONGEST_TITLE]}),
        "full": written(texts.FULL, {"most": rule.MOST}),
    }.get(why, plain(how))


async def _numbered(number: str, context: Context) -> Reply | None:
    found = int(number) if number.isascii() and number.isdecimal() and len(number) < 18 else 0
    return await canned.get(context.turn.connection, found) if 0 < found < HIGHEST else None


async def _ask_to_delete(number: str, chat_id: int, context: Context) -> Message:
    reply = await _numbered(number.strip(), context)
    if reply is None:
        return written(texts.UNKNOWN, {"number": number.strip()})
    return _sure(reply, chat_id, context)


def _sure(reply: Reply, chat_id: int, context: Context) -> Message:
    buttons = [
        _button(context, texts.YES, "candelyes", reply.id, chat_id),
        _button(context, texts.KEEP, "cankeep", reply.id, chat_id),
    ]
    return written(texts.SURE, {"title": reply.title}).with_buttons(buttons)


async def _pressed(press_: Press, update: Update, context: Context) -> tuple[Reply, int] | None:
    """The reply of a press and the chat; says so when somebody deleted it."""
    reply = await canned.get(context.turn.connection, press_.thing)
    if reply is None or update.effective_chat is None:
        say_no(update, context, texts.GONE)
        return None
    return reply, update.effective_chat.id


@needs(Action.CANNED)
async def one(press_: Press, update: Update, context: Context) -> None:
    """One reply, and what can be done with it."""
    found = await _pressed(press_, update, context)
    if found is not None:
        reply, chat_id = found
        buttons = [
            _button(context, texts.CHANGE, "canchange", reply.id, chat_id),
            _button(context, texts.DELETE, "candel", reply.id, chat_id),
        ]
        relay.change(update, context, join([bold(reply.title), plain(reply.words)]).with_buttons(buttons))


@needs(Action.CANNED)
async def how_to_change(press_: Press, update: Update, context: Context) -> None:
    """ "Change": what to type."""
    found = await _pressed(press_, update, context)
    if found is not None:
        relay.change(update, context, written(texts.HOW_TO_CHANGE, {"number": found[0].id}))


@needs(Action.CANNED)
async def ask_to_delete(press_: Press, update: Update, context: Context) -> None:
    """ "Delete": sure?"""
    found = await _pressed(press_, update, context)
    if found is not None:
        relay.change(update, context, _sure(*found, context))


@needs(Action.CANNED)
async def delete(press_: Press, update: Update, context: Context) -> None:
    """It goes, for everybody."""
    found = await _pressed(press_, update, context)
    if found is not None:
        turn = context.turn
        await canned.remove(turn.connection, found[0].id)
        await turn.event("canned reply", found[0].id, "deleted", actor=(await turn.actor()).id)
        relay.change(update, context, written(texts.DELETED, {"title": found[0].title}))


@needs(Action.CANNED)
async def keep(press_: Press, update: Update, context: Context) -> None:
    """It stays."""
    relay.change(update, context, plain(texts.KEPT))


# --- sending one


@needs(Action.WRITE)
async def quick(press_: Press, update: Update, context: Context) -> None:
    """ "Quick reply": which one? The question names whom it goes to."""
    matter = await _open_to_write(press_.thing, update, context)
    if matter is None or update.effective_chat is None:
        return
    chat_id = update.effective_chat.id
    replies = await canned.all_(context.turn.connection)
    if not replies:
        say_no(update, context, texts.EMPTY)
        return
    rows = [[_button(context, _short(r.title), "canpick", matter.standing.id, chat_id, str(r.id))] for r in replies]
    said = written(texts.CHOOSE, matter.gaps).with_buttons(*rows)
    if press_.verb == "canmore":
        relay.change(update, context, said)
    elif update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        context.turn.say(chat_id, said, escalation=matter.standing.id)


async def _open_to_write(number: int, update: Update, context: Context) -> Matter | None:
    matter = await open_matter(number, update, context, Action.WRITE)
    if matter is not None and not matter.standing.is_live:
        say_no(update, context, relay_texts.NOT_LIVE_ANY_MORE.format(number=matter.standing.id))
        return None
    return matter


@needs(Action.WRITE)
async def preview(press_: Press, update: Update, context: Context) -> None:
    """The words as they will be read, and whom they go to."""
    matter = await _open_to_write(press_.thing, update, context)
    reply = await _numbered(press_.more, context)
    if matter is None or update.effective_chat is None:
        return
    if reply is None:
        say_no(update, context, texts.GONE)
        return
    relay.change(update, context, _preview(matter, reply, update.effective_chat.id, context))


def _preview(matter: Matter, reply: Reply, chat_id: int, context: Context) -> Message:
    number = matter.standing.id
    buttons = [
        _button(context, texts.SEND, "cansend", number, chat_id, f"{reply.id}-{rule.mark(reply)}"),
        _button(context, texts.OTHERS, "canmore", number, chat_id),
    ]
    return join([written(texts.PREVIEW, matter.gaps), plain(reply.words)]).with_buttons(buttons)


@needs(Action.WRITE)
async def send(press_: Press, update: Update, context: Context) -> None:
    """ "Send": exactly the words that were shown."""
    matter = await _open_to_write(press_.thing, update, context)
    number, _, mark = press_.more.partition("-")
    reply = await _numbered(number, context)
    if matter is None or update.effective_chat is None:
        return
    if reply is None:
        say_no(update, context, texts.GONE)
    elif mark != rule.mark(reply):
        say_no(update, context, texts.CHANGED_MEANWHILE)
    else:
        await _send(matter, reply, update.effective_chat.id, update, context)


async def _send(matter: Matter, reply: Reply, chat_id: int, update: Update, context: Context) -> None:
    turn = context.turn
    sent = await relaying.send(
        turn, context.service.council, matter.standing, matter.actor, Piece(reply.words), (None, None)
    )
    if isinstance(sent, HeldBack):
        draft = await drafts.add(
            turn.connection, turn.now, matter.actor.id or 0, text=reply.words, file=None, chat_id=chat_id, message_id=0
        )
        relay.change(update, context, relay.held_back(sent, matter, draft, chat_id, context))
        return
    await turn.event("canned reply", reply.id, "sent", actor=matter.actor.id, escalation=matter.standing.id)
    relay.change(update, context, join([written(relay_texts.SENT, matter.gaps), plain(reply.words)]))


PRESSES: Final[Mapping[str, Handler]] = {
    "can": one, "canchange": how_to_change, "candel": ask_to_delete, "candelyes": delete, "cankeep": keep,
    "quick": quick, "canmore": quick, "canpick": preview, "cansend": send,
}  # fmt: skip
