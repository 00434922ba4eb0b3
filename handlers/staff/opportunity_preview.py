"""What an opportunity will look like, with everything that staff can do with it under it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import composing, press
from bot import opportunity as rule
from bot.composing import Choice, Composed
from bot.message import Button, Message, join, plain, written
from bot.models import OpportunityState
from bot.permission import Action
from bot.press import Press
from bot.store.opportunities import Stored
from content.opportunity import OpportunityKind
from content.texts import jobs as young_texts
from content.texts import opportunity_form as texts
from handlers.answers import SHORT_TITLE, day_of
from handlers.context import Context
from handlers.permission import Handler, needs, say_no


def button(context: Context, words: str, verb: str, thing: int, chat_id: int, more: str = "") -> Button:
    """A signed button for this chat."""
    return press.button(context.turn.vault, words, verb, thing, chat_id, context.turn.now, more=more)


def heard(update: Update, context: Context, *, keep: bool = False) -> None:
    """The press was heard. Unless `keep`, the buttons go, so that an old question is not answered by mistake."""
    query = update.callback_query
    if query is not None:
        context.turn.answer_press(query.id)
        if query.message is not None and not keep:
            context.turn.take_buttons(query.message.chat.id, query.message.message_id, plain(""))


def show(stored: Stored, chat_id: int, context: Context, *, changing: bool = False) -> None:
    """The preview, then what can be done with it. `changing`: an open one whose new words are not saved yet."""
    turn, service = context.turn, context.service
    titles = rule.titles(stored.facts, service.library.entries)
    message = rule.message(stored, day_of(service, turn.now), titles)
    names = [young_texts.INTERESTED, young_texts.NOT_FOR_ME, *titles.values()]
    if stored.facts.kind is OpportunityKind.SUCCESS_STORY:
        names = names[2:]
    choices = tuple((Choice(rule.shortened(name, SHORT_TITLE), "opshown", 0),) for name in names)
    turn.say(chat_id, plain(texts.PREVIEW_HEAD))
    for method, parameters in composing.calls(Composed(message, choices, stored.photo), turn.vault, chat_id, turn.now):
        turn.call(method, chat_id, parameters)
    turn.say(chat_id, _under(stored, chat_id, context, changing=changing))


STATES_SAID: Final = {
    OpportunityState.OPEN: texts.IS_OPEN, OpportunityState.CLOSED: texts.IS_CLOSED,
    OpportunityState.WITHDRAWN: texts.IS_WITHDRAWN,
}  # fmt: skip


def _under(stored: Stored, chat_id: int, context: Context, *, changing: bool) -> Message:
    head = written(texts.UNDER_PREVIEW, {"title": stored.facts.title})
    said = join([plain(STATES_SAID.get(stored.state, texts.IS_DRAFT)), head], "\n\n")
    make = [(texts.MAKE_POSTER, "opposter", "")]
    announce = [(texts.ANNOUNCE, "nwho", "")]
    change = [(texts.CHANGE, "opchange", "")]
    match stored.state:
        case OpportunityState.DRAFT:
            rows = [[(texts.OPEN_IT, "opopen", "")], make, change]
        case OpportunityState.OPEN if changing:
            rows = [[(texts.SAVE, "opopen", "")], change]
        case OpportunityState.OPEN:
            rows = [announce, make, change, [(texts.CLOSE, "opend", "close"), (texts.WITHDRAW, "opend", "withdraw")]]
        case _:
            rows = []
    return said.with_buttons(
        *([button(context, words, verb, stored.id, chat_id, more) for words, verb, more in row] for row in rows)
    )


@needs(Action.ANNOUNCE)
async def preview_pressed(press_: Press, update: Update, context: Context) -> None:
    """A button of the preview."""
    say_no(update, context, texts.ONLY_PREVIEW)


PRESSES: Final[Mapping[str, Handler]] = {"opshown": preview_pressed}
