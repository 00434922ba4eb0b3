"""Which commands Telegram's apps suggest to one person in one chat."""

from __future__ import annotations

from practice.objects import Json
from practice.world import Chat, World

LANGUAGE = "en"
"""The language of everybody's app here, as `language_code` of their User says."""


def scopes(chat: Chat, user: int) -> list[str]:
    """Scopes from the narrowest to the widest (Bot API, determining list of commands)."""
    if chat.person is not None:
        return [f"chat:{chat.id}", "all_private_chats", "default"]
    looks_after = chat.members.get(user) in ("creator", "administrator")
    narrow = [f"chat_member:{chat.id}:{user}"]
    narrow += [f"chat_administrators:{chat.id}"] if looks_after else []
    narrow += [f"chat:{chat.id}"]
    narrow += ["all_chat_administrators"] if looks_after else []
    return [*narrow, "all_group_chats", "default"]


def shown(world: World, chat: Chat, user: int) -> list[Json]:
    """The commands of the narrowest scope that has any, those in the person's language first."""
    for scope in scopes(chat, user):
        for language in (LANGUAGE, ""):
            if found := world.bot.commands.get((scope, language)):
                return found
    return []
