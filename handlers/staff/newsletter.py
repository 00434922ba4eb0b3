"""/newsletter: staff look at the next newsletter for foster carers, print it, change its first lines, and have it approved."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telegram import Update

from bot.permission import Action
from content.texts import newsletter as texts
from handlers.asking import Replies, prompt
from handlers.context import Context
from handlers.permission import Handler, needs

INTRODUCTION_WANTED: Final = prompt(texts.INTRODUCTION_WANTED)
REPLIES: Final = Replies(INTRODUCTION_WANTED)


@needs(Action.ANNOUNCE)
async def asked(update: Update, context: Context) -> None:
    """/newsletter."""


@needs(Action.ANNOUNCE)
async def introduced(update: Update, context: Context) -> None:
    """The reply."""


PRESSES: Final[Mapping[str, Handler]] = {}
