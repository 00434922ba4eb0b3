"""/planned: everything that will go out in the next two weeks, what went out last, and how to change it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from telegram import Update

from bot import announcing
from bot import notice as rule
from bot.message import Button, Message, join, plain, written
from bot.models import FiringState, NoticeState
from bot.permission import Action
from bot.press import Press
from bot.store import notices, people
from bot.store.notices import Firing, Notice
from bot.when import said
from content.texts import announcing as texts
from content.texts import notice as notice_texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff import notice_card as card
from handlers.staff import relay
from handlers.staff.notice import firing_of

MOST: Final = 40
"""Notices in the list, each with a button."""
TIMES: Final = 3
"""Times of one notice that are named; further ones are "and later"."""
LAST: Final = 10
"""Of what went out."""
LONGEST: Final = 50
"""Letters of a title on a button."""
DRAFTS: Final = (NoticeState.DRAFT, NoticeState.ASKED)
STANDING: Final = (NoticeState.PLANNED, NoticeState.PAUSED)


@needs(Action.ANNOUNCE)
async def listed(update: Update, context: Context) -> None:
    """/planned."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    turn.say(message.chat_id, await _list(message.chat_id, context))
    went = await _went_out(context)
    if went is not None:
        turn.say(message.chat_id, went)


@needs(Action.ANNOUNCE)
async def list_pressed(press_: Press, update: Update, context: Context) -> None:
    """Back to the list: the same message changes."""
    if update.effective_chat is not None:
        relay.change(update, context, await _list(update.effective_chat.id, context))


async def _list(chat_id: int, context: Context) -> Message:
    connection, actor = context.turn.connection, await context.turn.actor()
    coming = await _coming(context)
    found = [
        one
        for one in await notices.in_state(connection, *DRAFTS, *STANDING, NoticeState.DONE)
        if (one.state in STANDING and (coming[one.id] or one.state is NoticeState.PAUSED))
        or (one.state is NoticeState.DONE and coming[one.id])
        or (one.state in DRAFTS and card.may_change(actor, one))
    ]
    found.sort(key=lambda one: (not coming[one.id], coming[one.id][0].due_at if coming[one.id] else one.made_at))
    found = found[:MOST]
    if not found:
        return plain(texts.NOTHING_PLANNED)
    makers = {one.id: one.name for one in await people.get_all(connection, [one.made_by or 0 for one in found])}
    lines = [_line(one, coming[one.id], makers, context) for one in found]
    rows = [
        [card.button(context, _short(rule.title(one)), "npone", one.id, chat_id)]
        for one in found
        if card.may_change(actor, one)
    ]
    parts = [written(texts.PLANNED), join(lines, "\n"), *([plain(texts.TAP_ONE)] if rows else [])]
    return join(parts).with_buttons(*rows)


async def _coming(context: Context) -> Mapping[int, Sequence[Firing]]:
    """What is going out or still to come in two weeks, by notice, soonest first."""
    turn = context.turn
    found: dict[int, list[Firing]] = defaultdict(list)
    for firing in await notices.coming(turn.connection, turn.now + rule.AHEAD):
        found[firing.notice_id].append(firing)
    return found


def _line(notice: Notice, coming: Sequence[Firing], makers: Mapping[int | None, str], context: Context) -> Message:
    by = texts.BY.format(name=makers[notice.made_by]) if notice.made_by in makers else texts.BY_THE_BOT
    gaps = {
        "title": rule.title(notice),
        "state": texts.PLANNED_STATES.get(notice.state, ""),
        "times": texts.NO_TIME if notice.state in DRAFTS else _times(coming, context),
        "maker": by,
    }
    return written(texts.PLANNED_LINE, gaps)


def _times(coming: Sequence[Firing], context: Context) -> str:
    if not coming:
        return texts.NO_MORE_TIMES
    named = ", ".join(_time(one, context) for one in coming[:TIMES])
    return texts.MORE_TIMES.format(times=named) if len(coming) > TIMES else named


def _time(firing: Firing, context: Context) -> str:
    """When it goes out, by the clock on the wall."""
    if firing.state is FiringState.SENDING:
        return texts.GOING_OUT
    zone = context.service.council.zone
    return said(rule.humane(firing.due_at, zone), context.turn.now, zone)


def _short(title: str) -> str:
    return title if len(title) <= LONGEST else title[: LONGEST - 1] + "…"


async def _went_out(context: Context) -> Message | None:
    turn, zone = context.turn, context.service.council.zone
    ended = await notices.ended(turn.connection, LAST)
    lines = []
    for firing in ended:
        notice = await notices.get(turn.connection, firing.notice_id)
        if notice is not None and firing.ended_at is not None:
            gaps = {
                "when": said(firing.ended_at, turn.now, zone),
                "title": rule.title(notice),
                "tally": await _tally(firing, context),
            }
            lines.append(written(texts.WENT_OUT_LINE, gaps, keep_lines=True))
    return join([written(texts.WENT_OUT), join(lines, "\n")]) if lines else None


async def _tally(firing: Firing, context: Context) -> str:
    if firing.state is FiringState.DROPPED:
        return texts.WAS_DROPPED if firing.reason == "too late" else texts.WAS_DROPPED_BROKEN
    counted = rule.tally_said(await announcing.tally(context.turn.connection, firing.id))
    told = ". ".join(counted) or texts.TO_NOBODY
    return texts.WAS_STOPPED.format(tally=told) if firing.state is FiringState.CANCELLED else told


# --- one of them


@needs(Action.ANNOUNCE)
async def shown(press_: Press, update: Update, context: Context) -> None:
    """One notice: its card while it is a draft, else its times and what can be done."""
    notice = await card.own(press_.thing, update, context)
    if notice is not None:
        await _show(notice, update, context)


async def _show(notice: Notice, update: Update, context: Context) -> None:
    chat = update.effective_chat
    if chat is None:
        return
    if notice.state in DRAFTS:
        relay.change(update, context, await card.card(context, notice, chat.id))
        return
    turn, coming = context.turn, (await _coming(context)).get(notice.id, [])
    approver = await people.get(turn.connection, notice.approved_by)
    name = approver.name if approver is not None else texts.BY_THE_OPERATOR
    gaps = {
        **await card.about(turn, context.service.council, notice),
        "times": _times(coming, context),
        "approved": name if notice.made_by is not None else texts.NOBODY_NEEDED,
    }
    message = written(texts.ONE, gaps, keep_lines=True)
    relay.change(update, context, message.with_buttons(*_buttons(notice, coming, chat.id, context)))


def _buttons(notice: Notice, coming: Sequence[Firing], chat_id: int, context: Context) -> Iterable[list[Button]]:
    def one(label: str, verb: str, thing: int, more: str = "") -> Button:
        return card.button(context, label, verb, thing, chat_id, more)

    yield [one(texts.TEST, "ntest", notice.id)]
    for firing in [one for one in coming if one.state is FiringState.PLANNED][:TIMES]:
        when = _time(firing, context)
        if notice.state is NoticeState.PLANNED:
            yield [one(texts.SEND_NOW.format(when=when), "npnow", firing.id)]
        yield [
            one(texts.MOVE.format(when=when), "npmove", firing.id),
            one(texts.SKIP.format(when=when), "nback", firing.id),
        ]
    for firing in coming:
        if firing.state is FiringState.SENDING:
            yield [one(notice_texts.STOP_THE_REST, "nstop", firing.id)]
    if notice.state is NoticeState.PLANNED:
        yield [one(texts.PAUSE, "npause", notice.id, "on"), one(texts.CANCEL, "npcan", notice.id, "ask")]
    elif notice.state is NoticeState.PAUSED:
        yield [one(texts.GO_ON, "npause", notice.id, "off"), one(texts.CANCEL, "npcan", notice.id, "ask")]
    yield [one(texts.BACK, "nplan", 0)]


@needs(Action.ANNOUNCE)
async def paused(press_: Press, update: Update, context: Context) -> None:
    """ "Pause it", "Let it go on"."""
    notice, turn = await card.own(press_.thing, update, context), context.turn
    if notice is None:
        return
    if not await announcing.pause(turn, notice.id, await turn.actor(), on=press_.more == "on"):
        say_no(update, context, texts.OVER)
        return
    await _show(await notices.get(turn.connection, notice.id) or notice, update, context)


@needs(Action.ANNOUNCE)
async def sent_now(press_: Press, update: Update, context: Context) -> None:
    """ "Send now": in two minutes, so that it can be taken back."""
    found, turn = await firing_of(press_, update, context), context.turn
    if found is None:
        return
    if await announcing.send_now(turn, press_.thing, await turn.actor()):
        await _show(found[1], update, context)
    else:
        say_no(update, context, texts.PAUSED_FIRST if found[1].state is NoticeState.PAUSED else texts.BEGUN)


@needs(Action.ANNOUNCE)
async def cancelled(press_: Press, update: Update, context: Context) -> None:
    """ "Cancel it": asks first."""
    notice, turn, chat = await card.own(press_.thing, update, context), context.turn, update.effective_chat
    if notice is None or chat is None:
        return
    gaps = {"title": rule.title(notice)}
    if press_.more != "yes":
        rows = [
            [card.button(context, texts.CANCEL_YES, "npcan", notice.id, chat.id, "yes")],
            [card.button(context, texts.CANCEL_NO, "npone", notice.id, chat.id)],
        ]
        relay.change(update, context, written(texts.CANCEL_SURE, gaps).with_buttons(*rows))
    elif await announcing.cancel(turn, notice.id, await turn.actor()):
        relay.change(update, context, written(texts.CANCELLED, gaps))
    else:
        say_no(update, context, texts.OVER)


PRESSES: Final[Mapping[str, Handler]] = {
    "nplan": list_pressed, "npone": shown, "npause": paused, "npnow": sent_now, "npcan": cancelled,
}  # fmt: skip
