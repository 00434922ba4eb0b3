"""/announce: staff write a notice, see it, have it approved by a second person, and stop it if they must."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update

from bot import announcing, approving
from bot import notice as rule
from bot.audience import BrokenAudience
from bot.message import plain, units, written
from bot.models import NoticeKind, NoticeState
from bot.notice import NOW
from bot.permission import Action, may
from bot.press import Press
from bot.store import notices
from bot.store.notices import Firing, Notice
from content.texts import announcing as texts
from content.texts import notice as notice_texts
from handlers import asking
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import notice_card as card
from handlers.staff import notice_time, relay

LONGEST: Final = 3000
"""UTF-16 units of a message to many: with the note of a late one it still is one message of Telegram's."""
WORDS_WANTED: Final = asking.prompt(texts.WORDS_WANTED)
REPLIES: Final = asking.Replies(WORDS_WANTED, notice_time.TIME_WANTED, notice_time.MOVE_WANTED)


# --- a draft begins


@needs(Action.ANNOUNCE)
async def asked(update: Update, context: Context) -> None:
    """/announce: asks for the words as a reply."""
    message = message_of(update)
    if message is not None:
        markup = {"force_reply": True, "input_field_placeholder": texts.PLACEHOLDER}
        context.turn.say(message.chat_id, written(texts.WORDS_WANTED), reply_markup=markup)


@needs(Action.ANNOUNCE)
async def replied(update: Update, context: Context) -> None:
    """The reply to a question of ours: the words of a notice, or its times."""
    message = message_of(update)
    if message is None:
        return
    question = asking.asked(message)
    if found := notice_time.TIME_WANTED.fullmatch(question):
        await notice_time.time_typed(int(found[1]), message, update, context)
    elif found := notice_time.MOVE_WANTED.fullmatch(question):
        await notice_time.move_typed(int(found[1]), message, update, context)
    else:
        await _written(message, context)


async def _written(message: TelegramMessage, context: Context) -> None:
    """Words, or one photo with words."""
    turn, words = context.turn, (message.text or message.caption or "").strip()
    photo = message.photo[-1].file_id if message.photo else None
    file = message.document
    if not message.text and photo is None:
        is_picture = file is not None and (file.mime_type or "").startswith("image/")
        turn.say(message.chat_id, plain(texts.A_FILE if is_picture else texts.NOT_WORDS))
    elif units(words) > LONGEST:
        told = {"count": f"{units(words):,}", "most": f"{LONGEST:,}"}
        turn.say(message.chat_id, written(texts.TOO_LONG, told))
    else:
        await begin(context, message.chat_id, NoticeKind.MESSAGE, text=words, photo=photo)


async def begin(
    context: Context, chat_id: int, kind: NoticeKind, subject: str = "", *, text: str = "", photo: str | None = None
) -> Notice:
    """Begin a notice and show its card: its own words, or what it is about, as "opportunity:12"."""
    turn, council = context.turn, context.service.council
    drafted = await announcing.draft(turn, council, await turn.actor(), kind, subject=subject, text=text, photo=photo)
    turn.say(chat_id, await card.card(context, drafted, chat_id))
    return drafted


@needs(Action.ANNOUNCE)
async def opportunity_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Announce it", under an opportunity."""
    await _begin_about(NoticeKind.OPPORTUNITY, f"opportunity:{press_.thing}", update, context)


@needs(Action.ANNOUNCE)
async def drop_in_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Announce it", under a drop-in."""
    await _begin_about(NoticeKind.DROP_IN, f"drop_in:{press_.thing}", update, context)


async def _begin_about(kind: NoticeKind, subject: str, update: Update, context: Context) -> None:
    query, chat, turn = update.callback_query, update.effective_chat, context.turn
    if query is None or chat is None:
        return
    council, actor = context.service.council, await turn.actor()
    drafted = await announcing.draft(turn, council, actor, kind, subject=subject)
    if await announcing.words(turn, council, drafted, context.service.library.entries) is None:
        await announcing.cancel(turn, drafted.id, actor)
        say_no(update, context, texts.NOTHING_TO_SHOW)
        return
    turn.answer_press(query.id)
    turn.say(chat.id, await card.card(context, drafted, chat.id))


# --- the card's buttons


@needs(Action.ANNOUNCE)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """Back to the card."""
    notice = await card.own(press_.thing, update, context)
    if notice is not None and update.effective_chat is not None:
        relay.change(update, context, await card.card(context, notice, update.effective_chat.id))


@needs(Action.ANNOUNCE)
async def tested(press_: Press, update: Update, context: Context) -> None:
    """ "Send it to me only": exactly what the others would get."""
    notice = await card.own(press_.thing, update, context)
    if notice is not None:
        await _show(notice, update, context)


@needs(Action.ANNOUNCE)
async def seen(press_: Press, update: Update, context: Context) -> None:
    """ "See it", of whoever is asked to approve it."""
    notice = await notices.get(context.turn.connection, press_.thing)
    actor = await context.turn.actor()
    if notice is None:
        say_no(update, context, texts.NOT_THERE)
    elif card.may_change(actor, notice) or may(actor.roles, Action.APPROVE_SEND):
        await _show(notice, update, context)
    else:
        say_no(update, context, texts.NOT_YOUR_NOTICE)


async def _show(notice: Notice, update: Update, context: Context) -> None:
    query, chat, turn = update.callback_query, update.effective_chat, context.turn
    if query is None or chat is None:
        return
    if await announcing.show(turn, context.service.council, notice, chat.id, context.service.library.entries):
        turn.answer_press(query.id)
        turn.say(chat.id, plain(texts.SENT_TO_YOU))
    else:
        say_no(update, context, texts.NOTHING_TO_SHOW)


@needs(Action.ANNOUNCE)
async def second_asked(press_: Press, update: Update, context: Context) -> None:
    """ "Ask a second person"."""
    notice, chat, turn = await card.draft_of(press_, update, context), update.effective_chat, context.turn
    if notice is None or chat is None:
        return
    wrong, size = await _what_lacks(notice, context)
    if wrong is not None:
        say_no(update, context, wrong)
        return
    number, others = await approving.propose(
        turn, await turn.actor(), approving.SEND, {"notice": notice.id, "size": size}
    )
    await announcing.asked(turn, notice, number)
    waiting = await notices.get(turn.connection, notice.id) or notice
    relay.change(update, context, await card.card(context, waiting, chat.id))
    turn.say(chat.id, approving.proposed(number, others))


async def _what_lacks(notice: Notice, context: Context) -> tuple[str | None, str]:
    """Why nobody can be asked to approve it yet, if so; and how many it reaches, in words."""
    turn, council = context.turn, context.service.council
    if notice.state is not NoticeState.DRAFT:
        return texts.ASKED_BEFORE, ""
    try:
        is_empty = notice.is_for.is_empty
        today = rule.day_of(turn.now, council.zone)
        size = await announcing.size(turn.connection, notice, today, turn.now)
    except BrokenAudience as error:
        return texts.BROKEN.format(why=error), ""
    if is_empty or not size.chats:
        return texts.FOR_NOBODY if is_empty else texts.REACHES_NOBODY, ""
    if await announcing.words(turn, council, notice, context.service.library.entries) is None:
        return texts.NOTHING_TO_SHOW, ""
    if notice.at != NOW and not notice.rule and rule.due_at(notice, notice.first_day, council.zone) <= turn.now:
        return texts.TIME_GONE_BY, ""
    return None, announcing.in_words(size)


@needs(Action.ANNOUNCE)
async def dropped(press_: Press, update: Update, context: Context) -> None:
    """ "Drop it"."""
    notice, turn = await card.draft_of(press_, update, context), context.turn
    if notice is not None and await announcing.cancel(turn, notice.id, await turn.actor()):
        relay.change(update, context, written(texts.DROPPED, {"title": rule.title(notice)}))


# --- what goes out


async def firing_of(press_: Press, update: Update, context: Context) -> tuple[Firing, Notice] | None:
    """The time of a notice that a button is about, if whoever pressed may stop it; says so if not."""
    firing = await notices.firing(context.turn.connection, press_.thing)
    if firing is None:
        say_no(update, context, texts.NOT_THERE)
        return None
    notice = await card.own(firing.notice_id, update, context)
    return (firing, notice) if notice is not None else None


@needs(Action.ANNOUNCE)
async def taken_back(press_: Press, update: Update, context: Context) -> None:
    """ "Take it back", within the two minutes; "leave out", of a time that is planned."""
    turn = context.turn
    if await firing_of(press_, update, context) is None:
        return
    if await announcing.take_back(turn, press_.thing, await turn.actor()):
        relay.change(update, context, plain(notice_texts.TAKEN_BACK))
    else:
        say_no(update, context, notice_texts.TOO_LATE_TO_STOP)


@needs(Action.ANNOUNCE)
async def stopped(press_: Press, update: Update, context: Context) -> None:
    """ "Stop the rest": who has it has it, nobody else gets it."""
    found, turn = await firing_of(press_, update, context), context.turn
    if found is None:
        return
    if await announcing.stop(turn, press_.thing, await turn.actor()) is None:
        say_no(update, context, notice_texts.TOO_LATE_TO_STOP)
    else:
        tally = await announcing.tally(turn.connection, press_.thing)
        gaps = {"title": rule.title(found[1]), "details": "\n".join(rule.tally_said(tally)) or texts.TO_NOBODY}
        relay.change(update, context, written(notice_texts.STOPPED, gaps, keep_lines=True))


@needs(Action.ANNOUNCE)
async def sent_again(press_: Press, update: Update, context: Context) -> None:
    """ "Send to the unknown again": pressed twice, it goes out once."""
    turn, query = context.turn, update.callback_query
    if await firing_of(press_, update, context) is None or query is None or query.message is None:
        return
    count = await announcing.send_again(turn, press_.thing, await turn.actor())
    turn.answer_press(
        query.id, notice_texts.AGAIN_NOW.format(count=count) if count else notice_texts.NOTHING_UNKNOWN, alert=True
    )
    turn.take_buttons(query.message.chat.id, query.message.message_id, plain(""))


PRESSES: Final[Mapping[str, Handler]] = {
    "nwho": opportunity_pressed, "ndrop": drop_in_pressed, "ncard": shown, "ntest": tested, "nsee": seen, "nask": second_asked,
    "nend": dropped, "nback": taken_back, "nstop": stopped, "nagain": sent_again,
}  # fmt: skip
