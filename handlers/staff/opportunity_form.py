"""The guided form of an opportunity: one question at a time, answered by a reply or a button, kept wherever it is left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from telegram import Message as TelegramMessage
from telegram import Update
from telegram.ext import ApplicationHandlerStop

from bot import opportunity as rule
from bot.message import Button, Message, join, plain, written
from bot.models import OpportunityState
from bot.opportunity import PHOTO, POST, PREVIEW, Filling
from bot.permission import Action, may
from bot.press import Press
from bot.store import forms, opportunities
from bot.store.forms import Form
from bot.store.opportunities import Stored
from content import opportunity as content
from content.closing_date import Fault, day_in_words
from content.opportunity import OpportunityKind
from content.opportunity_text import LONGEST_POST, propose
from content.texts import opportunity_form as texts
from handlers.answers import SHORT_TITLE, day_of
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.staff import relay
from handlers.staff.opportunity_answers import PROMPTS, QUESTIONS, photo_in, step_asked, words_in
from handlers.staff.opportunity_preview import button, heard, show

FORWARDED_WITHIN: Final = timedelta(hours=1)
"""So long after the bot asked for a post a forwarded message is taken for it; a forward can't be a reply."""
IN_A_ROW: Final = 3


@needs(Action.TALK)
async def answered(update: Update, context: Context) -> None:
    """An answer. Whatever is none goes on to whoever it is for."""
    message, turn = update.message, context.turn
    actor = await turn.actor()
    if message is None or actor.id is None or not may(actor.roles, Action.ANNOUNCE):
        return
    step = step_asked(message)
    form = await forms.of_person(turn.connection, actor.id, rule.FORM)
    if step is None:
        if form is None or form.step != POST or turn.now - form.changed_at > FORWARDED_WITHIN:
            return
        step = POST
    if form is None:
        turn.say(message.chat_id, plain(texts.FORM_GONE))
    else:
        await _take(step, message, form, context)
    raise ApplicationHandlerStop


async def _take(step: str, message: TelegramMessage, form: Form, context: Context) -> None:
    filling, chat_id = Filling.from_fields(form.fields), message.chat_id
    if step == POST:
        await _take_post(message, form, context)
        return
    answer = photo_in(message) if step == PHOTO else words_in(step, message, filling, context)
    if isinstance(answer, Fault):
        context.turn.say(chat_id, plain(answer.text))
        await ask(form.id, filling, step, chat_id, context)
    else:
        filling = filling.with_answer(step, answer)
        await ask(form.id, filling, rule.next_step(filling), chat_id, context)


async def _take_post(message: TelegramMessage, form: Form, context: Context) -> None:
    """Propose fields from a post; each is confirmed or corrected, and what is missing is asked."""
    turn, words = context.turn, (message.text or message.caption or "").strip()
    if not words:
        turn.say(message.chat_id, plain(texts.POST_WITHOUT_WORDS))
        await ask(form.id, Filling.from_fields(form.fields), POST, message.chat_id, context)
        return
    if len(words) > LONGEST_POST:
        turn.say(message.chat_id, plain(texts.POST_TOO_LONG.format(count=LONGEST_POST)))
    proposal = propose(words, day_of(context.service, turn.now))
    fault = proposal.faults.get("closes_on")
    filling = Filling(
        proposal.opportunity, message.photo[-1].file_id if message.photo else None, source="post",
        fault=fault.text if fault else "",
    )  # fmt: skip
    found = ", ".join(rule.said(step) for step in rule.STEPS if filling.value(step))
    turn.say(message.chat_id, written(texts.POST_READ, {"found": found}) if found else plain(texts.POST_NOTHING))
    await ask(form.id, filling, rule.next_step(filling), message.chat_id, context)


# --- asking


async def begin(filling: Filling, step: str, chat_id: int, context: Context) -> None:
    """Begin a form for whoever this is, and ask; one that they had is thrown away."""
    turn, actor = context.turn, await context.turn.actor()
    there = await forms.of_person(turn.connection, actor.id, rule.FORM)
    if there is not None:
        await rule.throw_away(turn.connection, turn.now, there)
    form_id = await forms.begin(turn.connection, turn.now, actor.id or 0, rule.FORM, step, filling.as_fields())
    await turn.event("form", form_id, "begun", actor=actor.id)
    await ask(form_id, filling, step, chat_id, context)


async def ask(form_id: int, filling: Filling, step: str, chat_id: int, context: Context) -> None:
    """Keep what is filled in by now, and ask the question of a step, or show the whole when none is left."""
    turn = context.turn
    if step == PREVIEW and (lacking := content.missing(filling.facts)):
        turn.say(chat_id, plain(texts.NOT_YET.format(names=", ".join(one.said for one in lacking))))
        step = lacking[0].name
    await forms.keep(turn.connection, turn.now, form_id, step, filling.as_fields())
    if step == PREVIEW:
        await _show_whole(form_id, filling, chat_id, context)
        return
    if step != POST:
        turn.say(chat_id, _where(form_id, filling, step, chat_id, context))
    if step not in ("kind", "help"):
        turn.say(chat_id, PROMPTS[step], reply_markup={"force_reply": True})


def _where(form_id: int, filling: Filling, step: str, chat_id: int, context: Context) -> Message:
    """Which step this is, what stands there, and every button that belongs to it."""
    order = rule.steps(filling.facts.kind)
    number = order.index(step) + 1 if step in order else len(order)
    parts = [written(texts.STEP, {"number": number, "count": len(order), "name": rule.said(step)})]
    if step in ("kind", "help"):
        parts.append(plain(QUESTIONS[step][0]))
    if step == "closes_on" and filling.fault:
        parts.append(plain(texts.FAULT_FOUND.format(fault=filling.fault)))
    value = _value_said(step, filling, context)
    if value:
        shown = texts.STANDS if step in filling.answered or step == "help" else texts.FOUND
        parts.append(plain(shown.format(value=value)))
    rows = [*_choices(form_id, filling, step, chat_id, context), *_ways_on(form_id, filling, step, chat_id, context)]
    return join(parts).with_buttons(*rows)


def _value_said(step: str, filling: Filling, context: Context) -> str:
    value = filling.value(step)
    if isinstance(value, OpportunityKind):
        return value.label
    if isinstance(value, date):
        return day_in_words(value, day_of(context.service, context.turn.now))
    if isinstance(value, tuple):
        return ", ".join(rule.titles(filling.facts, context.service.library.entries).values())
    return texts.PHOTO_NAME if step == PHOTO and value else str(value or "")


def _choices(form_id: int, filling: Filling, step: str, chat_id: int, context: Context) -> list[list[Button]]:
    if step == "kind":
        kinds = [
            button(context, kind.button, "opset", form_id, chat_id, f"kind/{number}")
            for number, kind in enumerate(OpportunityKind)
        ]
        return [kinds[first : first + IN_A_ROW] for first in range(0, len(kinds), IN_A_ROW)]
    if step != "help":
        return []
    entries = context.service.library.entries
    return [
        [button(context, _help_said(entries[name].title, name in filling.facts.help), "opset", form_id, chat_id, f"help/{number}")]
        for number, name in enumerate(rule.HELP_ENTRIES)
        if name in entries
    ]  # fmt: skip


def _help_said(title: str, chosen: bool) -> str:
    short = rule.shortened(title, SHORT_TITLE)
    return texts.CHOSEN.format(title=short) if chosen else short


def _ways_on(form_id: int, filling: Filling, step: str, chat_id: int, context: Context) -> list[list[Button]]:
    def way(words: str, verb: str, more: str = "") -> Button:
        return button(context, words, verb, form_id, chat_id, more)

    first = []
    if step == "help":
        first.append(way(texts.HELP_DONE, "opset", "help/keep"))
    elif filling.value(step):
        first.append(way(texts.KEEP if step in filling.answered else texts.RIGHT, "opset", f"{step}/keep"))
    if step not in ("kind", "help") and rule.may_stay_empty(step, filling.facts.kind):
        empty = {"closes_on": texts.NO_DATE, PHOTO: texts.NO_PHOTO}.get(step, texts.SKIP)
        first.append(way(empty, "opset", f"{step}/none"))
    if rule.next_step(filling) == PREVIEW:
        first.append(way(texts.PREVIEW, "opstep", PREVIEW))
    before = rule.step_before(filling, step)
    last = [way(texts.BACK, "opstep", before)] if before is not None else []
    last += [way(texts.LEAVE, "opleave"), way(texts.AGAIN, "opagain")]
    return [first, last] if first else [last]


# --- the whole


async def _show_whole(form_id: int, filling: Filling, chat_id: int, context: Context) -> None:
    """Warn of one that looks the same; else keep it as a draft, and show exactly what people will see."""
    turn, today = context.turn, day_of(context.service, context.turn.now)
    if not filling.another:
        open_now = await opportunities.open_on(turn.connection, today)
        if (twin := rule.twin(filling.facts, open_now, filling.opportunity_id)) is not None:
            buttons = [
                button(context, texts.IT_IS_THE_SAME, "opdup", form_id, chat_id, "same"),
                button(context, texts.ANOTHER_ONE, "opdup", form_id, chat_id, "other"),
            ]
            turn.say(chat_id, plain(texts.SAME.format(short=content.short(twin.facts, today))).with_buttons(buttons))
            return
    stored = await _kept_as_draft(form_id, filling, context)
    show(stored, chat_id, context, changing=stored.state is OpportunityState.OPEN)


async def _kept_as_draft(form_id: int, filling: Filling, context: Context) -> Stored:
    """The row that holds it. One that is open already changes only when staff say so."""
    turn, actor = context.turn, await context.turn.actor()
    connection, facts, number = turn.connection, filling.facts, filling.opportunity_id
    there = await opportunities.get(connection, number) if number is not None else None
    if there is not None and there.state is OpportunityState.DRAFT:
        await opportunities.change(connection, there.id, facts, photo=filling.photo)
    if there is None:
        number = await opportunities.add(
            connection, turn.now, facts, source=filling.source, made_by=actor.id, photo=filling.photo
        )
        kept = replace(filling, opportunity_id=number)
        await forms.keep(connection, turn.now, form_id, PREVIEW, kept.as_fields())
        await turn.event("opportunity", number, "drafted", actor=actor.id)
    state = there.state if there is not None else OpportunityState.DRAFT
    miles = there.miles if there is not None else None
    return Stored(number or 0, facts, state, filling.source, filling.photo, miles)


# --- presses


async def _own(press_: Press, update: Update, context: Context) -> tuple[Form, Filling, int] | None:
    """Their own form, what is in it, and their chat; says so where it is gone."""
    actor, chat = await context.turn.actor(), update.effective_chat
    form = await forms.of_person(context.turn.connection, actor.id, rule.FORM)
    if form is None or chat is None or form.id != press_.thing:
        say_no(update, context, texts.FORM_GONE)
        return None
    return form, Filling.from_fields(form.fields), chat.id


@needs(Action.ANNOUNCE)
async def set_pressed(press_: Press, update: Update, context: Context) -> None:
    """A choice of a step: a kind, an entry, "keep it" or "leave it empty"."""
    own = await _own(press_, update, context)
    if own is None:
        return
    form, filling, chat_id = own
    step, _, chosen = press_.more.partition("/")
    if step == "help" and chosen.isdecimal():
        await _toggle(int(chosen), form, filling, update, context)
        return
    heard(update, context)
    filling = _chosen(filling, step, chosen)
    await ask(form.id, filling, rule.next_step(filling), chat_id, context)


def _chosen(filling: Filling, step: str, chosen: str) -> Filling:
    if step == "kind" and chosen.isdecimal():
        return filling.with_answer(step, list(OpportunityKind)[int(chosen)])
    if chosen == "none":
        return filling.with_answer(step, None if step == "closes_on" else "")
    return filling.confirmed(step)


async def _toggle(number: int, form: Form, filling: Filling, update: Update, context: Context) -> None:
    """Choose an entry as help, or no more; the same message changes."""
    name, turn, query = rule.HELP_ENTRIES[number], context.turn, update.callback_query
    chosen = filling.facts.help
    if name not in chosen and len(chosen) >= content.MOST_HELP:
        say_no(update, context, texts.ENOUGH_HELP.format(most=content.MOST_HELP))
        return
    helps = tuple(one for one in chosen if one != name) if name in chosen else (*chosen, name)
    filling = replace(filling, facts=replace(filling.facts, help=helps))
    await forms.keep(turn.connection, turn.now, form.id, "help", filling.as_fields())
    if query is not None and query.message is not None:
        relay.change(update, context, _where(form.id, filling, "help", query.message.chat.id, context))


@needs(Action.ANNOUNCE)
async def step_pressed(press_: Press, update: Update, context: Context) -> None:
    """Back, or to the step that is to be changed, or to the whole."""
    own = await _own(press_, update, context)
    if own is not None:
        form, filling, chat_id = own
        heard(update, context)
        await ask(form.id, filling, press_.more or rule.next_step(filling), chat_id, context)


@needs(Action.ANNOUNCE)
async def leave_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Leave it for now": it is kept."""
    own = await _own(press_, update, context)
    if own is not None:
        heard(update, context)
        context.turn.say(own[2], plain(texts.LEFT))


@needs(Action.ANNOUNCE)
async def again_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "Start again" asks first; "yes" begins anew, "drop" only throws it away."""
    own = await _own(press_, update, context)
    if own is None:
        return
    form, _, chat_id = own
    heard(update, context)
    if press_.more == "yes":
        await begin(Filling(), "kind", chat_id, context)
    elif press_.more == "drop":
        await rule.throw_away(context.turn.connection, context.turn.now, form)
        await context.turn.event("form", form.id, "thrown away", actor=form.person_id)
        context.turn.say(chat_id, plain(texts.THROWN_AWAY))
    else:
        yes = button(context, texts.SURE_AGAIN_YES, "opagain", form.id, chat_id, "yes")
        no = button(context, texts.SURE_AGAIN_NO, "opstep", form.id, chat_id, form.step)
        context.turn.say(chat_id, plain(texts.SURE_AGAIN).with_buttons([yes, no]))


@needs(Action.ANNOUNCE)
async def twin_pressed(press_: Press, update: Update, context: Context) -> None:
    """ "It's the same" throws the new one away and shows the open one; "It's another one" goes on."""
    own = await _own(press_, update, context)
    if own is None:
        return
    form, filling, chat_id = own
    heard(update, context)
    turn = context.turn
    if press_.more == "other":
        await ask(form.id, replace(filling, another=True), PREVIEW, chat_id, context)
        return
    twin = rule.twin(
        filling.facts, await opportunities.open_on(turn.connection, day_of(context.service, turn.now)), filling.opportunity_id
    )  # fmt: skip
    await rule.throw_away(turn.connection, turn.now, form)
    await turn.event("form", form.id, "thrown away", actor=form.person_id)
    turn.say(chat_id, plain(texts.SAME_DROPPED if twin else texts.THROWN_AWAY))
    if twin is not None:
        show(twin, chat_id, context)


PRESSES: Final[Mapping[str, Handler]] = {
    "opset": set_pressed, "opstep": step_pressed, "opleave": leave_pressed, "opagain": again_pressed,
    "opdup": twin_pressed,
}  # fmt: skip
