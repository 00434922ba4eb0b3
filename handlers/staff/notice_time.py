"""When a notice goes out: at once, tomorrow, at a time that is typed, or again and again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update

from bot import announcing
from bot import notice as rule
from bot.message import Message, plain, written
from bot.notice import BadTime
from bot.permission import Action
from bot.press import Press
from bot.store import notices
from bot.store.notices import Notice
from bot.when import said
from content.texts import announcing as texts
from handlers import asking
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.staff import notice_card as card
from handlers.staff import relay

LATE, LATE_DROP = 24, 1
"""Hours in which a notice is still sent, with a note."""
MORNING: Final = "10:00"


TIME_WANTED, MOVE_WANTED = asking.prompt(texts.TIME_WANTED), asking.prompt(texts.MOVE_WANTED)


@needs(Action.ANNOUNCE)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """ "When"."""
    notice = await card.draft_of(press_, update, context)
    if notice is not None and update.effective_chat is not None:
        relay.change(update, context, _screen(notice, update.effective_chat.id, context))


def _screen(notice: Notice, chat_id: int, context: Context) -> Message:
    gaps = {
        "when": card.when_said(notice, context.turn.now, context.service.council.zone),
        "late": texts.LATE if notice.late_hours > LATE_DROP else texts.LATE_DROP,
    }
    late = (texts.LATE_DROP_BUTTON, "drop") if notice.late_hours > LATE_DROP else (texts.LATE_BUTTON, "send")
    choices = (
        (texts.AT_ONCE_BUTTON, "nat", "now"), (texts.TOMORROW, "nat", "tomorrow"), (texts.ANOTHER_TIME, "nat", "other"),
        (late[0], "nlate", late[1]), (texts.BACK, "ncard", ""),
    )  # fmt: skip
    rows = [[card.button(context, label, verb, notice.id, chat_id, more)] for label, verb, more in choices]
    return written(texts.WHEN_QUESTION, gaps, keep_lines=True).with_buttons(*rows)


@needs(Action.ANNOUNCE)
async def chosen(press_: Press, update: Update, context: Context) -> None:
    """At once, tomorrow at ten, or a time that is asked for as a reply."""
    notice, chat = await card.draft_of(press_, update, context), update.effective_chat
    if notice is None or chat is None:
        return
    if press_.more == "other":
        _ask(texts.TIME_WANTED, notice.id, update, context)
        return
    today = rule.day_of(context.turn.now, context.service.council.zone)
    tomorrow = press_.more == "tomorrow"
    changed = await card.change(
        notice, update, context, rule="", last_day=None, first_day=today + timedelta(days=tomorrow),
        at=MORNING if tomorrow else rule.NOW,
    )  # fmt: skip
    if changed is not None:
        relay.change(update, context, await card.card(context, changed, chat.id))


def _ask(text: str, number: int, update: Update, context: Context) -> None:
    query, chat = update.callback_query, update.effective_chat
    if query is not None and chat is not None:
        context.turn.answer_press(query.id)
        asking.ask(text, number, chat.id, context)


@needs(Action.ANNOUNCE)
async def late_chosen(press_: Press, update: Update, context: Context) -> None:
    """What becomes of it when the bot could not send it in time."""
    notice, chat = await card.draft_of(press_, update, context), update.effective_chat
    if notice is None or chat is None:
        return
    hours = LATE_DROP if press_.more == "drop" else LATE
    changed = await card.change(notice, update, context, late_hours=hours)
    if changed is not None:
        relay.change(update, context, _screen(changed, chat.id, context))


async def time_typed(number: int, message: TelegramMessage, update: Update, context: Context) -> None:
    """The reply with the times of a draft."""
    notice = await card.draft_of(Press("nat", number), update, context)
    if notice is None:
        return
    zone = context.service.council.zone
    try:
        times = rule.read_times(message.text or "", context.turn.now, zone)
    except BadTime as error:
        context.turn.say(message.chat_id, plain(texts.BAD_TIMES[error.why]))
        asking.ask(texts.TIME_WANTED, number, message.chat_id, context)
        return
    changed = await card.change(
        notice, update, context, rule=times.rule, first_day=times.first_day, last_day=times.last_day, at=times.at
    )
    if changed is not None:
        context.turn.say(message.chat_id, await card.card(context, changed, message.chat_id))


# --- one time of a notice that is planned


@needs(Action.ANNOUNCE)
async def move_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Another time", of one that is planned: asked for as a reply."""
    firing = await notices.firing(context.turn.connection, press_.thing)
    if firing is None:
        say_no(update, context, texts.NOT_THERE)
    elif await card.own(firing.notice_id, update, context) is not None:
        _ask(texts.MOVE_WANTED, firing.id, update, context)


async def move_typed(number: int, message: TelegramMessage, update: Update, context: Context) -> None:
    """The reply with the new time."""
    turn, council = context.turn, context.service.council
    firing = await notices.firing(turn.connection, number)
    notice = await card.own(firing.notice_id if firing is not None else 0, update, context)
    if firing is None or notice is None:
        return
    try:
        times = rule.read_times(message.text or "", turn.now, council.zone)
        if times.rule:
            raise BadTime("many")
    except BadTime as error:
        turn.say(message.chat_id, plain(texts.BAD_TIMES[error.why]))
        asking.ask(texts.MOVE_WANTED, number, message.chat_id, context)
        return
    to = rule.moment_of(times, council.zone)
    goes = rule.humane(to, council.zone)
    if not await announcing.move(turn, council, firing.id, await turn.actor(), to):
        turn.say(message.chat_id, plain(texts.BEGUN))
        return
    gaps = {"title": rule.title(notice), "when": said(goes, turn.now, council.zone)}
    turn.say(message.chat_id, written(texts.MOVED if goes == to else texts.MOVED_QUIET, gaps))


PRESSES: Final[Mapping[str, Handler]] = {
    "nwhen": shown, "nat": chosen, "nlate": late_chosen, "npmove": move_pressed,
}  # fmt: skip
