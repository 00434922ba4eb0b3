"""/uptake: how many got how far and where they are lost, as a picture and in words. Small numbers are protected."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import press, uptake
from bot.message import Button, Message, join, plain, written
from bot.permission import Action
from bot.press import Press
from bot.service import Service
from bot.small_numbers import SMALLEST
from bot.store import interests
from bot.turn import Speech
from bot.uptake import Report
from content.texts import uptake as texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.reading import message_of

log = logging.getLogger(__name__)
PERIODS: Final = ((1, texts.THIS_MONTH), (3, texts.THREE_MONTHS), (12, texts.YEAR))
VIEWS: Final = (("funnel", texts.FUNNEL), ("kind", texts.BY_KIND), ("month", texts.BY_MONTH))
USUAL: Final = ("funnel", 3)


@needs(Action.SEE_UPTAKE)
async def asked(update: Update, context: Context) -> None:
    """/uptake: the last three months."""
    message, turn = message_of(update), context.turn
    if message is not None:
        await turn.event("uptake", 0, "seen", actor=(await turn.actor()).id)
        context.service.later(_send(context.service, message.chat_id, *USUAL))


@needs(Action.SEE_UPTAKE)
async def pressed(press_: Press, update: Update, context: Context) -> None:
    """Another period, or another view."""
    query, chat = update.callback_query, update.effective_chat
    view = press_.more
    if query is None or chat is None:
        return
    if view not in uptake.VIEWS or press_.thing not in uptake.PERIODS:
        say_no(update, context, texts.OLD)
        return
    context.turn.answer_press(query.id)
    context.service.later(_send(context.service, chat.id, view, press_.thing))


async def _send(service: Service, chat_id: int, view: str, count: int) -> None:
    """Draw it beside the updates, so that nobody's reply waits for a picture."""
    async with service.store.reading() as connection:
        rows = uptake.counted(await interests.counted(connection), service.council.zone)
    vault = service.store.vault
    today = service.clock.now().astimezone(service.council.zone).date()
    tables = uptake.protect(rows, today, lambda key: vault.mac("uptake", key.encode())[0] % SMALLEST)
    report = uptake.report(tables, view, count)
    picture = None if report.is_empty else await _picture(report)
    async with service.speaking() as speech:
        if picture is not None:
            speech.call("sendPhoto", chat_id, {"caption": report.finding}, files={"photo": ("uptake.png", picture)})
        speech.say(chat_id, _words(report, speech, chat_id, count, drawn=picture is not None))


async def _picture(report: Report) -> bytes | None:
    """The picture; None when it can't be drawn: the words say the same."""
    try:
        return await asyncio.to_thread(_draw, report)
    except Exception:  # a broken font must not keep the words back
        log.exception("the picture of /uptake could not be drawn")
        return None


def _draw(report: Report) -> bytes:
    from bot import uptake_picture  # matplotlib takes a second to load, so only when somebody looks

    return uptake_picture.draw(report)


def _words(report: Report, speech: Speech, chat_id: int, count: int, *, drawn: bool) -> Message:
    parts = [written(part, keep_lines=True) for part in uptake.words(report)]
    missing = [] if drawn or report.is_empty else [plain(texts.NO_PICTURE)]

    def button(words: str, view: str, months: int) -> Button:
        return press.button(speech.vault, words, "upt", months, chat_id, speech.now, more=view)

    periods = [button(words, report.view, months) for months, words in PERIODS if months != count]
    views = [button(words, view, count) for view, words in VIEWS if view != report.view]
    return join([*missing, *parts]).with_buttons(periods, views)


PRESSES: Final[Mapping[str, Handler]] = {"upt": pressed}
