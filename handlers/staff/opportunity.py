"""/opportunity: staff write one, look after those that are open, and make posters of them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from telegram import Bot, Update
from telegram.error import TelegramError

from bot import opportunity as rule
from bot.message import Message, Span, join, plain, units, written
from bot.models import OpportunityState
from bot.opportunity import POST, Filling
from bot.permission import Action
from bot.press import Press
from bot.service import Service
from bot.store import forms, opportunities
from bot.store.forms import Form
from bot.store.opportunities import Stored
from content.opportunity import short
from content.texts import opportunity_form as texts
from handlers.answers import SHORT_TITLE, day_of
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of
from handlers.staff.opportunity_form import ask, begin
from handlers.staff.opportunity_preview import button, heard, show

log = logging.getLogger(__name__)


@needs(Action.ANNOUNCE)
async def asked(update: Update, context: Context) -> None:
    """/opportunity: what can be done."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    today, form = day_of(context.service, turn.now), await _form(context)
    open_now = await opportunities.open_on(turn.connection, today)
    _, proposed = await opportunities.proposed(turn.connection)
    told = {
        "open": texts.OPEN_COUNT.format(count=len(open_now)) if open_now else texts.NONE_OPEN,
        "drafts": (_half_written(form) if form else "")
        + (texts.PROPOSED_COUNT.format(count=proposed) if proposed else ""),
    }
    offered = [
        (texts.RESUME, "opnew", "resume", form is not None), (texts.BY_STEPS, "opnew", "form", True),
        (texts.PASTE, "opnew", "post", True), (texts.SEE_OPEN, "oplist", "", bool(open_now)),
        (texts.SEE_LISTING, "oppick", "", bool(proposed)),
    ]  # fmt: skip
    rows = [[button(context, words, verb, 0, message.chat_id, more)] for words, verb, more, there in offered if there]
    turn.say(message.chat_id, written(texts.HOME, told, keep_lines=True).with_buttons(*rows))


async def _form(context: Context) -> Form | None:
    return await forms.of_person(context.turn.connection, (await context.turn.actor()).id, rule.FORM)


def _half_written(form: Form) -> str:
    return texts.HALF_WRITTEN.format(title=_title(form))


def _title(form: Form) -> str:
    return Filling.from_fields(form.fields).facts.title or texts.WITHOUT_TITLE


@needs(Action.ANNOUNCE)
async def new_pressed(press_: Press, update: Update, context: Context) -> None:
    """Begin by steps or with a post, or pick up what was left. What is half written is only thrown away on purpose."""
    chat, form = update.effective_chat, await _form(context)
    if chat is None:
        return
    heard(update, context)
    way = press_.more.removeprefix("over-")
    if way == "resume":
        if form is None:
            context.turn.say(chat.id, plain(texts.FORM_GONE))
        else:
            await ask(form.id, Filling.from_fields(form.fields), form.step, chat.id, context)
    elif not await in_the_way(form, "opnew", 0, f"over-{way}", press_, chat.id, context):
        await begin(Filling(), POST if way == "post" else "kind", chat.id, context)


async def in_the_way(
    form: Form | None, verb: str, thing: int, more: str, press_: Press, chat_id: int, context: Context
) -> bool:
    """Whether something half written stands in the way; then they are asked, with a button that does it nevertheless."""
    if form is None or press_.more.startswith("over"):
        return False
    buttons = [
        button(context, texts.RESUME, "opnew", 0, chat_id, "resume"),
        button(context, texts.THROW_IT_AWAY, verb, thing, chat_id, more),
    ]
    context.turn.say(
        chat_id, written(texts.THROW_AWAY, {"title": _title(form)}).with_buttons(*([one] for one in buttons))
    )
    return True


# --- what is open


@needs(Action.ANNOUNCE)
async def list_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "What is open"."""
    chat, today = update.effective_chat, day_of(context.service, context.turn.now)
    if chat is None:
        return
    heard(update, context)
    open_now = await opportunities.open_on(context.turn.connection, today)
    rows = [
        [button(context, rule.shortened(short(one.facts, today), SHORT_TITLE), "opone", one.id, chat.id)]
        for one in open_now
    ]
    context.turn.say(chat.id, written(texts.OPEN_LIST if rows else texts.NOTHING_OPEN).with_buttons(*rows))


async def _there(press_: Press, update: Update, context: Context, *states: OpportunityState) -> Stored | None:
    """The opportunity, if it stands in one of these states; says so if not."""
    stored = await opportunities.get(context.turn.connection, press_.thing, lock=True)
    if stored is None or stored.state not in states:
        say_no(update, context, texts.NOT_OPEN if OpportunityState.DRAFT not in states else texts.WAS_OPENED)
        return None
    return stored


@needs(Action.ANNOUNCE)
async def one_pressed(press_: Press, update: Update, context: Context) -> None:
    """One of the list."""
    stored = await _there(press_, update, context, *OpportunityState)
    if stored is not None and update.effective_chat is not None:
        heard(update, context, keep=True)
        show(stored, update.effective_chat.id, context)


@needs(Action.ANNOUNCE)
async def open_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Open it", or "Save the change": from now on it is in /jobs as the preview showed it."""
    stored = await _there(press_, update, context, OpportunityState.DRAFT, OpportunityState.OPEN)
    if stored is None or update.effective_chat is None:
        return
    turn, chat_id, form = context.turn, update.effective_chat.id, await _form(context)
    filling = Filling.from_fields(form.fields) if form is not None else Filling()
    own = form if filling.opportunity_id == stored.id else None
    if stored.state is OpportunityState.OPEN and own is None:
        say_no(update, context, texts.WAS_OPENED)
        return
    facts = filling.facts if own is not None else stored.facts
    if facts.closes_on is not None and facts.closes_on < day_of(context.service, turn.now):
        say_no(update, context, texts.PAST_CLOSING)
        return
    heard(update, context)
    actor = await turn.actor()
    if own is not None:
        await opportunities.change(turn.connection, stored.id, facts, photo=filling.photo)
        await forms.remove(turn.connection, own.id)
    opens = stored.state is OpportunityState.DRAFT
    if opens:
        await opportunities.move(turn.connection, stored.id, turn.now, OpportunityState.OPEN, OpportunityState.DRAFT)
    await turn.event("opportunity", stored.id, "opened" if opens else "changed", actor=actor.id)
    said = written(texts.OPENED if opens else texts.CHANGED, {"title": facts.title})
    rows = [(texts.ANNOUNCE, "nwho"), (texts.MAKE_POSTER, "opposter")]
    turn.say(chat_id, said.with_buttons(*([button(context, words, verb, stored.id, chat_id)] for words, verb in rows)))


@needs(Action.ANNOUNCE)
async def change_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Change something": which step?"""
    stored = await _there(press_, update, context, OpportunityState.DRAFT, OpportunityState.OPEN)
    if stored is None or update.effective_chat is None:
        return
    heard(update, context)
    turn, chat_id, form = context.turn, update.effective_chat.id, await _form(context)
    if form is None or Filling.from_fields(form.fields).opportunity_id != stored.id:
        if await in_the_way(form, "opchange", stored.id, "over", press_, chat_id, context):
            return
        if form is not None:
            await rule.throw_away(turn.connection, turn.now, form)
        actor, filling = await turn.actor(), rule.of_stored(stored, answered=True)
        number = await forms.begin(
            turn.connection, turn.now, actor.id or 0, rule.FORM, rule.PREVIEW, filling.as_fields()
        )
    else:
        number = form.id
    steps = rule.steps(stored.facts.kind)
    buttons = [button(context, rule.said(step).capitalize(), "opstep", number, chat_id, step) for step in steps]
    rows = [buttons[first : first + 2] for first in range(0, len(buttons), 2)]
    turn.say(chat_id, plain(texts.WHAT_TO_CHANGE).with_buttons(*rows))


@needs(Action.ANNOUNCE)
async def end_pressed(press_: Press, update: Update, context: Context) -> None:
    """Close or withdraw: asked first, then done."""
    stored = await _there(press_, update, context, OpportunityState.OPEN)
    if stored is None or update.effective_chat is None:
        return
    heard(update, context)
    turn, chat_id, actor = context.turn, update.effective_chat.id, await context.turn.actor()
    how, _, sure = press_.more.partition("/")
    if sure != "yes":
        count = len(await opportunities.interested(turn.connection, stored.id))
        text, yes = (texts.SURE_CLOSE, texts.YES_CLOSE) if how == "close" else (texts.SURE_WITHDRAW, texts.YES_WITHDRAW)
        buttons = [
            button(context, yes, "opend", stored.id, chat_id, f"{how}/yes"),
            button(context, texts.NO_LEAVE, "opone", stored.id, chat_id),
        ]
        turn.say(
            chat_id, written(text, {"title": stored.facts.title, "count": count}).with_buttons(*([b] for b in buttons))
        )
    elif how == "withdraw":
        told = await rule.withdraw(turn, stored, actor.id)
        turn.say(chat_id, written(texts.WITHDRAWN, {"title": stored.facts.title, "count": told or 0}))
    else:
        await opportunities.move(turn.connection, stored.id, turn.now, OpportunityState.CLOSED, OpportunityState.OPEN)
        await turn.event("opportunity", stored.id, "closed", actor=actor.id)
        turn.say(chat_id, written(texts.CLOSED, {"title": stored.facts.title}))


# --- the poster


@needs(Action.ANNOUNCE)
async def poster_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Make the poster": which look, then it is drawn beside the updates."""
    stored = await _there(press_, update, context, OpportunityState.DRAFT, OpportunityState.OPEN)
    if stored is None or update.effective_chat is None:
        return
    heard(update, context, keep=True)
    chat_id = update.effective_chat.id
    if press_.more in texts.TEMPLATES:
        context.turn.say(chat_id, plain(texts.DRAWING))
        context.service.later(_draw(context.service, context.bot, chat_id, stored, press_.more))
        return
    looks = [(look, words) for look, words in texts.TEMPLATES.items() if look != "photo" or stored.photo]
    buttons = [button(context, words, "opposter", stored.id, chat_id, look) for look, words in looks]
    rows = [buttons[first : first + 2] for first in range(0, len(buttons), 2)]
    context.turn.say(chat_id, plain(texts.WHICH_TEMPLATE).with_buttons(*rows))


async def _draw(service: Service, bot: Bot, chat_id: int, stored: Stored, look: str) -> None:
    """Fetch the photo if it is wanted, draw, and send the picture, the caption to copy and the alt text."""
    from content import poster

    picture: poster.Poster | None = None
    try:
        photo = await _fetch(bot, stored.photo) if look == "photo" and stored.photo else None
        facts = rule.poster_facts(stored, service.council.team, service.private_link("jobs"), photo)
        picture = await asyncio.to_thread(poster.poster, facts, look)
        parts = [copyable(texts.POSTER_CAPTION, poster.caption(facts)), copyable(texts.POSTER_ALT, picture.alt)]
        parts += [plain(texts.POSTER_LEFT_OUT)] if picture.left_out else []
    except poster.PosterFault as fault:
        parts = [plain(texts.POSTER_FAULT.format(fault=fault))]
    except TelegramError:
        parts = [plain(texts.NO_PHOTO_NOW)]
    except Exception as error:  # noqa: BLE001 - whoever waits for a poster has to hear that there is none
        log.error("the poster of opportunity %d could not be drawn (%s)", stored.id, type(error).__name__)
        parts = [plain(texts.POSTER_FAILED)]
    async with service.speaking() as speech:
        if picture is not None:
            speech.call("sendPhoto", chat_id, {}, files={"photo": ("poster.png", picture.png)})
        for part in parts:
            speech.say(chat_id, part)


async def _fetch(bot: Bot, file_id: str) -> bytes:
    """The photo from Telegram. Raises TelegramError."""
    file = await bot.get_file(file_id)
    return bytes(await file.download_as_bytearray())


def copyable(head: str, words: str) -> Message:
    """Words that one tap copies, under a line that says what they are."""
    return join([plain(head), Message(words, (Span("pre", 0, units(words)),))])


PRESSES: Final[Mapping[str, Handler]] = {
    "opnew": new_pressed, "oplist": list_pressed, "opone": one_pressed, "opopen": open_pressed,
    "opchange": change_pressed, "opend": end_pressed, "opposter": poster_pressed,
}  # fmt: skip
