"""Bot API objects as JSON: the shapes that do not depend on what happened before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from practice.world import Bot, Chat, Person

Json = dict[str, Any]

RIGHTS = (
    "can_manage_chat", "can_delete_messages", "can_manage_video_chats", "can_restrict_members",
    "can_promote_members", "can_change_info", "can_invite_users", "can_post_stories", "can_edit_stories",
    "can_delete_stories",
)  # fmt: skip
GROUP_RIGHTS = ("can_pin_messages", "can_manage_topics", "can_send_welcome_messages")
DICE = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}
"""Emoji → how many values it can show (Bot API, Dice)."""
IN_CHAT = frozenset({"creator", "administrator", "member"})


def person_user(person: Person) -> Json:
    """A person as a Bot API User."""
    user: Json = {"id": person.id, "is_bot": False, "first_name": person.first_name}
    if person.last_name:
        user["last_name"] = person.last_name
    if person.username:
        user["username"] = person.username
    user["language_code"] = "en"
    return user


def bot_user(bot: Bot) -> Json:
    """The bot as it appears in messages."""
    return {"id": bot.id, "is_bot": True, "first_name": bot.first_name, "username": bot.username}


def bot_itself(bot: Bot) -> Json:
    """The bot as getMe tells it."""
    return {
        **bot_user(bot),
        "can_join_groups": True,
        "can_read_all_group_messages": not bot.privacy,
        "supports_inline_queries": False,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
    }


def chat_object(chat: Chat) -> Json:
    """A chat as it appears in messages; a private one carries the person's names."""
    described: Json = {"id": chat.id, "type": chat.type}
    if chat.person is not None:
        names = person_user(chat.person)
        return {
            **described,
            **{key: names[key] for key in ("first_name", "last_name", "username") if key in names},
        }
    described["title"] = chat.title
    if chat.forum:
        described["is_forum"] = True
    return described


def full_chat(chat: Chat, pinned: Json | None) -> Json:
    """A chat as getChat tells it."""
    gifts = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")
    full = {
        **chat_object(chat),
        "accent_color_id": abs(chat.id) % 7,
        "max_reaction_count": 11,
        "accepted_gift_types": dict.fromkeys(gifts, False),
    }
    if chat.person is None:
        full["permissions"] = {
            "can_send_messages": True, "can_send_audios": True, "can_send_documents": True,
            "can_send_photos": True, "can_send_videos": True, "can_send_video_notes": True,
            "can_send_voice_notes": True, "can_send_polls": True, "can_send_other_messages": True,
            "can_add_web_page_previews": True, "can_react_to_messages": True, "can_edit_tag": False,
            "can_change_info": False, "can_invite_users": True, "can_pin_messages": False,
            "can_manage_topics": False,
        }  # fmt: skip
    if pinned is not None:
        full["pinned_message"] = pinned
    return full


def chat_member(user: Json, status: str, rights: frozenset[str] = frozenset()) -> Json:
    """Somebody's standing in a chat, with every key that the standing requires."""
    member: Json = {"user": user, "status": status}
    if status == "creator":
        member["is_anonymous"] = False
    elif status == "kicked":
        member["until_date"] = 0
    elif status == "administrator":
        member["can_be_edited"] = False
        member["is_anonymous"] = False
        held = rights | {"can_manage_chat"}
        member.update({right: right in held for right in (*RIGHTS, *GROUP_RIGHTS)})
    return member
