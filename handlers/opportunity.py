"""/jobs: what is open, with filters; one of them with "I'm interested"; in a group a short list and the way to the private chat."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import composing, press
from bot import group as groups_rule
from bot import opportunity as rule
from bot.composing import Composed
from bot.message import Button, Message, join, plain, written
from bot.models import Role
from bot.permission import Action
from bot.press import Press
from bot.store import chats, groups, opportunities, people
from bot.store.opportunities import Stored
from content.opportunity import OpportunityKind, short
from content.texts import jobs as texts
from handlers import answers
from handlers.answers import SHORT_TITLE, day_of
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of, thread_of

A_PAGE: Final = 8
IN_A_ROW: Final = 2
IN_A_GROUP: Final = 5


@needs(Action.USE)
async def asked(update: Update, context: Context) -> None:
    """/jobs in private."""
    message = message_of(update)
    if message is not None:
        await show_list(message.chat_id, context)


@needs(Action.USE)
async def came_by_link(update: Update, context: Context) -> None:
    """/start, from the link under a group's list."""
    chat, turn = update.effective_chat, context.turn
    if chat is not None:
        await chats.heard_from(turn.connection, chat.id, chat.type, turn.now)
        await show_list(chat.id, context)


async def show_list(chat_id: int, context: Context) -> None:
    """Everything that is open, as a new message."""
    context.turn.say(chat_id, await _list(rule.ALL, 0, chat_id, context))


async def _list(wanted: str, first: int, chat_id: int, context: Context) -> Message:
    today, shown = day_of(context.service, context.turn.now), await _for_them(context)
    if not shown:
        return plain(texts.NONE_OPEN).with_buttons([answers.PERSON])
    fitting = [one for one in shown if rule.fits(one, wanted, today)]
    offered = rule.filters(shown, today)
    filters = [_button(context, words, "jobs", 0, chat_id, name) for name, words in offered.items() if name != wanted]
    filters += [_button(context, texts.ALL, "jobs", 0, chat_id, rule.ALL)] if wanted != rule.ALL else []
    ways = [filters[place : place + IN_A_ROW] for place in range(0, len(filters), IN_A_ROW)]
    if not fitting:
        return plain(texts.NONE_FITS).with_buttons(*ways)
    first = first if first < len(fitting) else 0
    page = fitting[first : first + A_PAGE]
    rows = [[_button(context, rule.shortened(one.facts.title, SHORT_TITLE), "job", one.id, chat_id)] for one in page]
    if len(fitting) > first + A_PAGE:
        rows.append([_button(context, texts.MORE, "jobs", first + A_PAGE, chat_id, wanted)])
    named = texts.FILTERED.format(filter=offered[wanted].lower()) if wanted in offered else ""
    told = {"count": len(fitting), "filter": named}
    parts = [written(texts.LIST if len(fitting) > 1 else texts.LIST_ONE, told)]
    parts.append(plain("\n".join(f"• {short(one.facts, today)}" for one in page)))
    if len(fitting) > A_PAGE:
        parts.append(plain(texts.PAGE.format(first=first + 1, last=first + len(page), count=len(fitting))))
    return join(parts).with_buttons(*rows, *ways)


async def _for_them(context: Context) -> list[Stored]:
    """What is open on this day, those aside that they said are not for them."""
    turn = context.turn
    open_now = await opportunities.open_on(turn.connection, day_of(context.service, turn.now))
    actor = await turn.actor()
    if not actor.is_enrolled or actor.id is None:
        return open_now
    unwanted = await opportunities.declined(turn.connection, actor.id)
    return [one for one in open_now if one.id not in unwanted]


def _button(context: Context, words: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    return press.button(context.turn.vault, words, verb, thing, chat_id, context.turn.now, more=more)


@needs(Action.USE)
async def list_pressed(press_: Press, update: Update, context: Context) -> None:
    """A filter, the next page, or back to the list: the same message changes."""
    query, chat = update.callback_query, update.effective_chat
    if query is None or query.message is None or chat is None:
        return
    context.turn.answer_press(query.id)
    said = await _list(press_.more or rule.ALL, press_.thing, chat.id, context)
    context.turn.change(chat.id, query.message.message_id, said)


@needs(Action.USE)
async def one_pressed(press_: Press, update: Update, context: Context) -> None:
    """One of the list, whole; a new message, because a photo may go with it."""
    stored, chat = await _open(press_, update, context), update.effective_chat
    if stored is not None and chat is not None and update.callback_query is not None:
        context.turn.answer_press(update.callback_query.id)
        show(stored, chat.id, context)


async def _open(press_: Press, update: Update, context: Context) -> Stored | None:
    stored = await opportunities.get(context.turn.connection, press_.thing)
    if stored is None or not rule.is_open(stored, day_of(context.service, context.turn.now)):
        say_no(update, context, texts.GONE)
        return None
    return stored


def show(stored: Stored, chat_id: int, context: Context) -> None:
    """One opportunity in private, with the help that is linked."""
    turn, service = context.turn, context.service
    library = answers.library_of(service, turn.now)
    message = rule.message(stored, day_of(service, turn.now), rule.titles(stored.facts, library.entries))
    rows = [[answers.entry_button(library.entries[name])] for name in stored.facts.help if name in library.entries]
    if stored.facts.kind is not OpportunityKind.SUCCESS_STORY:
        rows.insert(0, [
            _button(context, texts.INTERESTED, "interested", stored.id, chat_id),
            _button(context, texts.NOT_FOR_ME, "jobnot", stored.id, chat_id),
        ])  # fmt: skip
    rows.append([_button(context, texts.BACK, "jobs", 0, chat_id, rule.ALL)])
    composed = Composed(message.with_buttons(*rows), photo=stored.photo)
    for method, parameters in composing.calls(composed, turn.vault, chat_id, turn.now):
        turn.call(method, chat_id, parameters)


@needs(Action.USE)
async def declined(press_: Press, update: Update, context: Context) -> None:
    """ "Not for me": whoever has joined is not shown it again."""
    turn, query = context.turn, update.callback_query
    actor = await turn.actor()
    if query is None:
        return
    if not actor.is_enrolled or actor.id is None:
        turn.answer_press(query.id, texts.DECLINED_STRANGER, alert=True)
        return
    await opportunities.decline(turn.connection, turn.now, press_.thing, actor.id)
    await turn.event("opportunity", press_.thing, "not for me", actor=actor.id)
    turn.answer_press(query.id, texts.DECLINED, alert=True)


# --- in a group


@needs(Action.USE)
async def asked_in_group(update: Update, context: Context) -> None:
    """/jobs where others read along: a few lines, the same for everybody, and a link to the private chat."""
    message, turn = message_of(update), context.turn
    if message is None:
        return
    group = await groups.of_chat(turn.connection, message.chat_id)
    managers = bool(await people.with_role(turn.connection, Role.MANAGER))
    if groups_rule.speaks_in(group, any_managers=managers):
        turn.say(message.chat_id, await _short_list(context), thread=thread_of(update))
    else:
        turn.say(message.chat_id, answers.private_matter(context.service), thread=thread_of(update))


async def _short_list(context: Context) -> Message:
    today = day_of(context.service, context.turn.now)
    open_now = await opportunities.open_on(context.turn.connection, today)
    if not open_now:
        return plain(texts.GROUP_NONE)
    lines = [f"• {short(one.facts, today)}" for one in open_now[:IN_A_GROUP]]
    if len(open_now) > IN_A_GROUP:
        lines.append(texts.GROUP_MORE.format(count=len(open_now) - IN_A_GROUP))
    link = Button(texts.OPEN_PRIVATELY, url=context.service.private_link("jobs"))
    return written(texts.GROUP, {"lines": "\n".join(lines)}, keep_lines=True).with_buttons([link])


PRESSES: Final[Mapping[str, Handler]] = {"jobs": list_pressed, "job": one_pressed, "jobnot": declined}
