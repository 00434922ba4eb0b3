"""What every handler is given besides the update: this update's turn and the service."""

from __future__ import annotations

from typing import Any, Self

from telegram import Update
from telegram.ext import Application, CallbackContext, ExtBot

from bot.service import Service
from bot.turn import Turn

SERVICE, TURNS = "service", "turns"
"""Where the application keeps the service, and the turn of each update under way."""

Data = dict[Any, Any]


class Context(CallbackContext[ExtBot[None], Data, Data, Data]):
    """python-telegram-bot's context with our two things in it."""

    turn: Turn
    service: Service

    @classmethod
    def from_update(cls, update: object, application: Application[Any, Any, Any, Any, Any, Any]) -> Self:
        """Find the turn that belongs to this update; what is known does not change while it is handled."""
        context = super().from_update(update, application)
        context.service = application.bot_data[SERVICE].still()
        if isinstance(update, Update):
            context.turn = application.bot_data[TURNS][update.update_id]
        return context
