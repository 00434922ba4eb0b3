"""/newsletter: staff look at the next newsletter for foster carers, print it, change its first lines, and have it approved."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import announcing, approving, press, timetable
from bot import newsletter as rule
from bot import notice as notice_rule
from bot.announcing import NotChangeable
from bot.message import Message, plain, written
from bot.models import NoticeKind, NoticeState
from bot.newsletter import Newsletter
from bot.permission import Action
from bot.press import Press
from bot.service import Service
from bot.store import notices
from bot.store.notices import Notice
from bot.when import said
from content.texts import newsletter as texts
from handlers.asking import Replies, ask, prompt, words_of
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import relay

log = logging.getLogger(__name__)
INTRODUCTION_WANTED: Final = prompt(texts.INTRODUCTION_WANTED)
REPLIES: Final = Replies(INTRODUCTION_WANTED)
BUTTONS: Final = (
    (texts.SEE, "newssee"), (texts.PDF, "newspdf"), (texts.INTRODUCE, "newswords"), (texts.ASK, "newsask"),
)  # fmt: skip
CHANGES: Final = frozenset({"newswords", "newsask"})


@needs(Action.ANNOUNCE)
async def asked(update: Update, context: Context) -> None:
    """/newsletter: how the next one stands; it is drafted now if there is none."""
    message = message_of(update)
    if message is not None:
        notice = await timetable.newsletter(context.turn, context.service.council)
        context.turn.say(message.chat_id, await _card(notice, message.chat_id, context))


async def _card(notice: Notice, chat_id: int, context: Context) -> Message:
    turn, council = context.turn, context.service.council
    found = await _gathered(notice, context)
    size = await announcing.size(turn.connection, notice, notice_rule.day_of(turn.now, council.zone), turn.now)
    counts = {
        "opportunities": len(found.opportunities), "drop_ins": len(found.sessions), "stories": len(found.stories),
    }  # fmt: skip
    gaps = {
        "when": said(timetable.issue_due(notice, council.zone), turn.now, council.zone),
        "size": announcing.in_words(size),
        "introduction": notice.text or texts.NO_INTRODUCTION,
        "state": texts.STATES[notice.state],
        **{name: texts.COUNTS[name][count != 1].format(count=count) for name, count in counts.items()},
    }
    open_ = notice.state in announcing.CHANGEABLE
    rows = [
        [press.button(turn.vault, label, verb, notice.id, chat_id, turn.now)]
        for label, verb in BUTTONS
        if open_ or verb not in CHANGES
    ]
    return written(texts.LOOK, gaps, keep_lines=True).with_buttons(*rows)


async def _gathered(notice: Notice, context: Context) -> Newsletter:
    turn = context.turn
    return await rule.gather(turn.connection, context.service.council, notice.text, notice.first_day, turn.now)


async def _pressed(press_: Press, update: Update, context: Context, *, changing: bool = False) -> Notice | None:
    """The newsletter that a button is about; says so if it is gone, or can't be changed any more."""
    notice = await notices.get(context.turn.connection, press_.thing, lock=changing)
    is_ours = notice is not None and notice.kind is NoticeKind.NEWSLETTER
    if notice is None or not is_ours or (changing and notice.state not in announcing.CHANGEABLE):
        say_no(update, context, texts.NOT_CHANGEABLE)
        return None
    return notice


@needs(Action.ANNOUNCE)
async def seen(press_: Press, update: Update, context: Context) -> None:
    """The message, as the groups would get it."""
    notice, chat, query = await _pressed(press_, update, context), update.effective_chat, update.callback_query
    if notice is None or chat is None or query is None:
        return
    found = await _gathered(notice, context)
    if found.is_empty:
        say_no(update, context, texts.EMPTY)
    else:
        context.turn.answer_press(query.id)
        context.turn.say(chat.id, rule.message(found, context.service.council))


@needs(Action.ANNOUNCE)
async def printed(press_: Press, update: Update, context: Context) -> None:
    """The same on A4."""
    notice, chat, query = await _pressed(press_, update, context), update.effective_chat, update.callback_query
    if notice is None or chat is None or query is None:
        return
    context.turn.answer_press(query.id)
    context.turn.say(chat.id, plain(texts.PRINTING))
    found, file = await _gathered(notice, context), texts.FILE.format(day=notice.first_day.isoformat())
    context.service.later(_print(context.service, chat.id, found, file))


async def _print(service: Service, chat_id: int, found: Newsletter, file: str) -> None:
    """Make the PDF beside the updates: it takes a second or two."""
    try:
        from bot import newsletter_pdf

        link = service.private_link("jobs")
        document, pages = await asyncio.to_thread(newsletter_pdf.render, found, service.council, link)
    except Exception as error:  # noqa: BLE001 - whoever waits for it has to hear that there is none
        log.error("the newsletter's PDF could not be made (%s)", type(error).__name__)
        async with service.speaking() as speech:
            speech.say(chat_id, plain(texts.NOT_PRINTED))
        return
    count = texts.ONE_PAGE if pages == 1 else texts.SOME_PAGES.format(count=pages)
    caption = {"caption": texts.FILE_CAPTION.format(pages=count)}
    async with service.speaking() as speech:
        speech.call("sendDocument", chat_id, caption, files={"document": (file, document)})


# --- the first lines


@needs(Action.ANNOUNCE)
async def introduction_wanted(press_: Press, update: Update, context: Context) -> None:
    """ "Change the first lines": asks for them as a reply."""
    notice, chat, query = (
        await _pressed(press_, update, context, changing=True),
        update.effective_chat,
        update.callback_query,
    )
    if notice is not None and chat is not None and query is not None:
        context.turn.answer_press(query.id)
        ask(texts.INTRODUCTION_WANTED, notice.id, chat.id, context)


@needs(Action.ANNOUNCE)
async def introduced(update: Update, context: Context) -> None:
    """The reply. A newsletter that waits for a second person has to be asked for anew."""
    message, turn = message_of(update), context.turn
    answered = message.reply_to_message if message is not None else None
    found = INTRODUCTION_WANTED.fullmatch(answered.text or "") if answered is not None else None
    if message is None or found is None:
        return
    words = words_of(message) if message.text else ""
    notice = await notices.get(turn.connection, int(found[1]))
    if not words:
        turn.say(message.chat_id, plain(texts.NO_WORDS))
    elif len(words) > rule.LONGEST_INTRODUCTION:
        turn.say(message.chat_id, plain(texts.TOO_LONG.format(count=len(words), most=rule.LONGEST_INTRODUCTION)))
    elif notice is None or notice.kind is not NoticeKind.NEWSLETTER:
        turn.say(message.chat_id, plain(texts.NOT_CHANGEABLE))
    else:
        await _introduce(notice, words, message.chat_id, context)


async def _introduce(notice: Notice, words: str, chat_id: int, context: Context) -> None:
    turn = context.turn
    try:
        changed = await announcing.change(turn, notice, await turn.actor(), text=words)
    except NotChangeable:
        turn.say(chat_id, plain(texts.NOT_CHANGEABLE))
        return
    turn.say(chat_id, plain(texts.INTRODUCED))
    turn.say(chat_id, await _card(changed, chat_id, context))


# --- a second person


@needs(Action.ANNOUNCE)
async def second_asked(press_: Press, update: Update, context: Context) -> None:
    """ "Ask a second person"."""
    turn, council, chat = context.turn, context.service.council, update.effective_chat
    notice = await _pressed(press_, update, context, changing=True)
    if notice is None or chat is None:
        return
    size = await announcing.size(turn.connection, notice, notice_rule.day_of(turn.now, council.zone), turn.now)
    wrong = await _what_lacks(notice, size.chats, context)
    if wrong is not None:
        say_no(update, context, wrong)
        return
    asked_for = {"notice": notice.id, "size": announcing.in_words(size)}
    number, others = await approving.propose(turn, await turn.actor(), approving.SEND, asked_for)
    await announcing.asked(turn, notice, number)
    waiting = await notices.get(turn.connection, notice.id) or notice
    relay.change(update, context, await _card(waiting, chat.id, context))
    turn.say(chat.id, approving.proposed(number, others))


async def _what_lacks(notice: Notice, chats: int, context: Context) -> str | None:
    """Why nobody can be asked to approve it, if so."""
    if notice.state is not NoticeState.DRAFT:
        return texts.ASKED_BEFORE
    if not chats:
        return texts.NO_GROUPS
    return texts.EMPTY if (await _gathered(notice, context)).is_empty else None


PRESSES: Final[Mapping[str, Handler]] = {
    "newssee": seen,
    "newspdf": printed,
    "newswords": introduction_wanted,
    "newsask": second_asked,
}
