"""Ticking who came to a drop-in, on one screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot import attendance
from bot.models import DropInState
from bot.permission import Action
from bot.press import Press
from content.texts import programme as texts
from handlers.context import Context
from handlers.permission import Handler, needs, say_no
from handlers.staff.drop_in import screen_of, session_of
from handlers.staff.matter import HIGHEST
from handlers.staff.relay import change


@needs(Action.TICK)
async def who_came(press_: Press, update: Update, context: Context) -> None:
    """The screen that staff tick on."""
    found = await session_of(press_.thing, update, context)
    if found is None:
        return
    if not attendance.can_be_ticked(found, context.turn):
        say_no(update, context, texts.IS_CANCELLED_ALREADY if found.state is DropInState.CANCELLED else texts.NOT_YET)
        return
    await _show_people(found.id, _page(press_.more), update, context)


def _page(more: str) -> int:
    written_ = more.rpartition("/")[2]
    return int(written_) if written_.isdecimal() and len(written_) <= 4 else 0


async def _show_people(drop_in_id: int, number: int, update: Update, context: Context, just: int = 0) -> None:
    shown = await attendance.attendance(context.turn, drop_in_id, just)
    if shown is not None and update.effective_chat is not None:
        screen = screen_of(update.effective_chat.id, context)
        change(update, context, attendance.screen_of(shown, screen, number))


@needs(Action.TICK)
async def came(press_: Press, update: Update, context: Context) -> None:
    """Somebody is ticked, or not any more. The button says which, so that two taps are not one too many."""
    by = (await context.turn.actor()).id
    ticked = press_.thing < HIGHEST and await attendance.tick(
        context.turn, press_.thing, came=press_.more.startswith("1"), by=by
    )
    if not ticked:
        say_no(update, context, texts.NOT_COMING_ANY_MORE)
        return
    await _show_people(ticked, _page(press_.more), update, context)


@needs(Action.TICK)
async def one_more(press_: Press, update: Update, context: Context) -> None:
    """ "Somebody else came"."""
    await _count_other(press_, update, context, more=True)


@needs(Action.TICK)
async def one_less(press_: Press, update: Update, context: Context) -> None:
    """ "One less"."""
    await _count_other(press_, update, context, more=False)


async def _count_other(press_: Press, update: Update, context: Context, *, more: bool) -> None:
    found = await session_of(press_.thing, update, context)
    if found is not None:
        by = (await context.turn.actor()).id
        just = await attendance.count_other(context.turn, found.id, more=more, by=by)
        await _show_people(found.id, _page(press_.more), update, context, just)


@needs(Action.TICK)
async def done(press_: Press, update: Update, context: Context) -> None:
    """ "Done"."""
    found = await session_of(press_.thing, update, context)
    if found is None or update.effective_chat is None:
        return
    await attendance.done(context.turn, found.id, (await context.turn.actor()).id)
    shown = await attendance.attendance(context.turn, found.id)
    if shown is not None:
        change(update, context, attendance.done_said(shown, screen_of(update.effective_chat.id, context)))


PRESSES: Final[Mapping[str, Handler]] = {
    "seswho": who_came, "sescame": came, "sesplus": one_more, "sesminus": one_less, "sesdone": done,
}  # fmt: skip
