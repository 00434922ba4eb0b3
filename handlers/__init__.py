"""Door 1: a message, a button or a command arrived. Every handler is listed here, in order."""

from __future__ import annotations

from typing import Any

from telegram import Update
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
    filters,
)

from handlers import enquiry, group, person, pressed, safety, start
from handlers.staff import group as staff_group

PRIVATE = filters.ChatType.PRIVATE
GROUP = filters.ChatType.GROUPS
WORDS = filters.TEXT | filters.CAPTION
MOVED = filters.StatusUpdate.MIGRATE
SERVICE_MESSAGE = filters.StatusUpdate.ALL

GATE, DOOR = -1, 0
"""The gate runs before everything and may end it."""


def register(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Add every handler; in each group the first that fits is the one that runs."""
    add = application.add_handler

    add(TypeHandler(Update, safety.gate), GATE)

    add(MessageHandler(MOVED, group.moved), DOOR)
    add(ChatMemberHandler(group.membership, ChatMemberHandler.MY_CHAT_MEMBER), DOOR)

    add(ChatMemberHandler(group.member_changed, ChatMemberHandler.CHAT_MEMBER), DOOR)
    add(MessageHandler(GROUP & filters.StatusUpdate.NEW_CHAT_MEMBERS, group.joined), DOOR)

    # Before every command: in a group no handler below runs, so nobody's data is ever told there.
    add(MessageHandler(GROUP & WORDS, group.asked), DOOR)
    add(MessageHandler(GROUP & ~SERVICE_MESSAGE, group.unreadable), DOOR)

    add(CommandHandler("start", start.hello, PRIVATE), DOOR)
    add(CommandHandler("help", start.help_), DOOR)
    add(CommandHandler("staffhelp", start.staff_help), DOOR)
    add(CommandHandler("groups", staff_group.listed), DOOR)
    add(CommandHandler("menu", start.menu), DOOR)
    add(CommandHandler("person", person.asked), DOOR)

    add(MessageHandler(PRIVATE & filters.COMMAND, start.unknown), DOOR)
    add(MessageHandler(PRIVATE & WORDS, enquiry.asked), DOOR)
    add(MessageHandler(PRIVATE & ~SERVICE_MESSAGE, enquiry.unreadable), DOOR)

    add(CallbackQueryHandler(pressed.pressed, r"^!"), DOOR)
    add(group.PressInGroup(group.pressed), DOOR)
    add(CallbackQueryHandler(safety.answered, r"^safe:(yes|no|mistake)\Z"), DOOR)
    add(CallbackQueryHandler(safety.gentle_answer, r"^tell:(yes|no)\Z"), DOOR)
    add(CallbackQueryHandler(start.menu_pressed, r"^(menu|topic:\w+)\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.entry_pressed, r"^entry:[\w-]+\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.rated, r"^(helped|not_meant):\d{1,18}\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.none_pressed, r"^none\Z"), DOOR)
    add(CallbackQueryHandler(person.asked, r"^person\Z"), DOOR)
    add(CallbackQueryHandler(enquiry.old_button), DOOR)
