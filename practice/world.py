"""The practice world: who is there, what was said where, and what the bot gets to hear of it.

Nothing here knows HTTP. Messages are Bot API objects and are replaced, never changed, so that whoever holds one
keeps what it was. Private chats have the person's id, groups a negative one.
"""

from __future__ import annotations

import random
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from practice import objects
from practice.clock import Clock
from practice.errors import Mistake, bad_request, forbidden, upgraded
from practice.events import Events
from practice.files import Files
from practice.limits import Limits
from practice.objects import IN_CHAT, Json
from practice.updates import Updates

HELD_MESSAGES = 10_000
JOIN_REQUEST_SECONDS = 300  # how long user_chat_id may be written to (Bot API, ChatJoinRequest)


@dataclass
class Person:
    """Somebody with a phone; `part` says in words whom they play."""

    id: int
    first_name: str
    last_name: str = ""
    username: str = ""
    part: str = ""
    blocked: bool = False
    started: bool = False
    may_be_written_until: float = 0.0


@dataclass
class Bot:
    """What the bot is and what it told about itself."""

    id: int
    username: str
    first_name: str
    privacy: bool = True
    awake: bool = False
    commands: dict[tuple[str, str], list[Json]] = field(default_factory=dict)
    texts: dict[tuple[str, str], str] = field(default_factory=dict)
    menu_buttons: dict[int, Json] = field(default_factory=dict)


@dataclass
class Topic:
    """A thread of a forum, named by its first message."""

    id: int
    name: str
    icon_color: int
    closed: bool = False
    by_bot: bool = False


@dataclass(frozen=True)
class Query:
    """A tap on a button that waits for its answer."""

    user: int
    at: float


@dataclass
class Stored:
    """A message with what a Bot API Message does not hold."""

    message: Json
    bot_sees: bool
    reactions: dict[int, str] = field(default_factory=dict)
    votes: dict[int, list[int]] = field(default_factory=dict)
    offered: Json | None = None
    """A reply keyboard or a wish for an answer (ForceReply) that came with the message."""


@dataclass
class Chat:
    """A conversation; in a private one `person` is set, and the bot has no standing of its own."""

    id: int
    type: str
    title: str = ""
    person: Person | None = None
    members: dict[int, str] = field(default_factory=dict)
    bot: str = "left"
    rights: frozenset[str] = frozenset()
    forum: bool = False
    topics: dict[int, Topic] = field(default_factory=dict)
    messages: OrderedDict[int, Stored] = field(default_factory=OrderedDict)
    pinned: list[int] = field(default_factory=list)
    links: dict[str, Json] = field(default_factory=dict)
    requests: set[int] = field(default_factory=set)
    migrated_to: int | None = None
    last_id: int = 0
    bot_wrote_last: bool = False
    keyboard: Json | None = None
    asking: dict[int, int] = field(default_factory=dict)
    """Person → the message of the bot's that asks them to answer by a reply (ForceReply)."""

    @property
    def bot_is_admin(self) -> bool:
        """Whether the bot hears and may do more here."""
        return self.bot in ("administrator", "creator")

    def people(self) -> list[int]:
        """Ids of the people who are in the chat now."""
        return [person for person, status in self.members.items() if status in IN_CHAT]


class World:
    """Everything that Telegram would know, for one bot."""

    def __init__(self, bot: Bot, clock: Clock | None = None, first_update: int | None = None) -> None:
        self.bot = bot
        self.clock = clock or Clock()
        self.events = Events(int(self.clock.real() * 1_000_000))
        self.files = Files(bot.id)
        self.limits = Limits()
        self.random = random.Random(bot.id)  # noqa: S311 - ids, not secrets
        self.people: dict[int, Person] = {}
        self.chats: dict[int, Chat] = {}
        self.updates = Updates(int(self.clock.now()) if first_update is None else first_update)
        self.alerts: list[Json] = []
        self.queries: dict[str, Query] = {}
        self.on_update: Callable[[int], None] = lambda lane: None
        """Called with its chat when an update was queued; the transport puts its alarm here."""
        self._private_ids = 0
        self._person_ids = 7_100_000_000
        self._group_ids = 4_200_000_000

    # Who and where

    def now(self) -> int:
        """The practice time as messages carry it."""
        return int(self.clock.now())

    def add_person(self, person: Person) -> Person:
        """Let somebody in, with the private chat that they could have with the bot."""
        if person.id <= 0 or person.id in self.people or person.id == self.bot.id:
            raise Mistake(f"There is already somebody with the id {person.id}.")
        self.people[person.id] = person
        self.chats[person.id] = Chat(person.id, "private", person=person, bot="member")
        return person

    def free_person_id(self) -> int:
        """An id that nobody has, beyond 32 bits as Telegram's are."""
        self._person_ids += 1 + self.random.randrange(1_000)
        while self._person_ids in self.people:
            self._person_ids += 1
        return self._person_ids

    def free_group_id(self, kind: str) -> int:
        """An id for a new group; a supergroup's starts with -100."""
        self._group_ids += 1 + self.random.randrange(1_000)
        return -self._group_ids if kind == "group" else -1_000_000_000_000 - self._group_ids

    def person(self, person_id: Any) -> Person:
        """Somebody whom a control request names."""
        found = self.people.get(person_id) if isinstance(person_id, int) else None
        if found is None:
            raise Mistake(f"There is nobody with the id {person_id}.")
        return found

    def chat(self, chat_id: Any) -> Chat:
        """A chat that a control request names."""
        found = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if found is None:
            raise Mistake(f"There is no chat with the id {chat_id}.")
        if found.migrated_to is not None:
            raise Mistake(f"This group became the supergroup {found.migrated_to}.")
        return found

    def stored(self, chat: Chat, message_id: Any) -> Stored:
        """A message that a control request names."""
        found = chat.messages.get(message_id) if isinstance(message_id, int) else None
        if found is None:
            raise Mistake(f"There is no message {message_id} in this chat.")
        return found

    # What the bot may reach

    def reachable(self, chat_id: int) -> Chat:
        """A chat that the bot may write to, or the refusal that Telegram would give."""
        chat = self.known(chat_id)
        if chat.person is not None:
            if chat.person.blocked:
                raise forbidden("bot was blocked by the user")
            if not chat.person.started and self.clock.now() > chat.person.may_be_written_until:
                raise forbidden("bot can't initiate conversation with a user")
            return chat
        if chat.bot == "kicked":
            raise forbidden(f"bot was kicked from the {chat.type} chat")
        if chat.bot not in IN_CHAT:
            raise forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def known(self, chat_id: int) -> Chat:
        """A chat that exists for the bot at all."""
        chat = self.chats.get(chat_id)
        if chat is None:
            raise bad_request("chat not found")
        if chat.migrated_to is not None:
            raise upgraded(chat.migrated_to)
        return chat

    def need_right(self, chat: Chat, right: str, purpose: str) -> None:
        """Refuse unless the bot is an administrator here with this right."""
        if not (chat.bot_is_admin and right in chat.rights):
            raise bad_request(f"not enough rights to {purpose}")

    # Messages

    def next_message_id(self, chat: Chat) -> int:
        """Supergroups count for themselves; all other chats of a bot share one count."""
        if chat.type == "supergroup":
            chat.last_id += 1
            return chat.last_id
        self._private_ids += 1
        return self._private_ids

    def post(
        self, chat: Chat, sender: Json, content: Json, *, thread: int | None = None, offered: Json | None = None
    ) -> Stored:
        """Put a new message into a chat and tell the page; the bot is told by `hear`."""
        message: Json = {
            "message_id": self.next_message_id(chat),
            "from": sender,
            "chat": objects.chat_object(chat),
            "date": self.now(),
        }
        if thread is not None:
            message["message_thread_id"] = thread
            message["is_topic_message"] = True
            opening = chat.messages.get(thread)
            if opening is not None and "reply_to_message" not in content:
                message["reply_to_message"] = quoted(opening.message)
        message.update(content)
        by_bot = bool(sender["is_bot"])
        stored = Stored(message, by_bot or self.bot_sees(chat, message), offered=offered)
        chat.messages[message["message_id"]] = stored
        if len(chat.messages) > HELD_MESSAGES:
            chat.messages.popitem(last=False)
        chat.bot_wrote_last = by_bot
        if by_bot:
            self.events.emit("typing", chat=chat.id, on=False)
        self.events.emit("message", chat=chat.id, message=self.shown(stored))
        return stored

    def replace(self, chat: Chat, stored: Stored, message: Json) -> None:
        """Put a changed message in the place of the old one and tell the page."""
        stored.message = message
        self.events.emit("edited", chat=chat.id, message=self.shown(stored))

    def delete(self, chat: Chat, message_id: int) -> None:
        """Take a message away for everybody."""
        del chat.messages[message_id]
        if message_id in chat.pinned:
            chat.pinned.remove(message_id)
        chat.asking = {person: asks for person, asks in chat.asking.items() if asks != message_id}
        self.events.emit("deleted", chat=chat.id, message_id=message_id)

    def shown(self, stored: Stored) -> Json:
        """A message as the page sees it: with reactions, and whether the bot gets to see it."""
        reactions = [{"user": user, "emoji": emoji} for user, emoji in stored.reactions.items()]
        offered = {"offered": stored.offered} if stored.offered else {}
        return {**stored.message, "reactions": reactions, "bot_sees": stored.bot_sees, **offered}

    def offer_keyboard(self, chat: Chat, stored: Stored, markup: Json) -> None:
        """Give phones a reply keyboard, or ask their owners to answer; the Bot API's Message does not show it."""
        message_id = stored.message["message_id"]
        chat.keyboard = markup if "keyboard" in markup else None
        users = self._meant(chat, stored.message, markup)
        for user in users:
            chat.asking.pop(user, None)
            if markup.get("force_reply"):
                chat.asking[user] = message_id
        self.events.emit("keyboard", chat=chat.id, message_id=message_id, markup=markup, users=users)

    def _meant(self, chat: Chat, message: Json, markup: Json) -> list[int]:
        """Whose phones a markup is for; a selective one is for those named and for the one answered (ForceReply)."""
        if chat.person is not None:
            return [chat.id]
        if not markup.get("selective"):
            return chat.people()
        text = (message.get("text") or message.get("caption") or "").encode("utf-16-le")
        named, meant = set(), {str(message.get("reply_to_message", {}).get("from", {}).get("id"))}
        for mark in message.get("entities") or message.get("caption_entities") or []:
            if mark["type"] == "mention":
                end = mark["offset"] + mark["length"]
                named.add(text[2 * mark["offset"] + 2 : 2 * end].decode("utf-16-le").lower())
            elif mark["type"] == "text_mention" and isinstance(mark.get("user"), dict):
                meant.add(str(mark["user"].get("id")))
        return [
            user for user in chat.people() if str(user) in meant or self.people[user].username.lower() in named - {""}
        ]

    # What the bot hears

    def hear(self, kind: str, payload: Json, chat: Chat | None = None) -> list[int]:
        """Queue an update for the bot; an empty list when it did not ask for the kind."""
        update_id = self.updates.add(kind, payload, self.clock.now(), chat.id if chat else 0)
        if update_id is None:
            return []
        self.on_update(chat.id if chat else 0)
        return [update_id]

    def hear_raw(self, update: Json) -> int:
        """Queue any object as an update."""
        update_id = self.updates.add_raw(update, self.clock.now())
        self.on_update(0)
        return update_id

    def bot_sees(self, chat: Chat, message: Json) -> bool:
        """Privacy mode: what a bot hears in a group (core.telegram.org/bots/features, privacy mode)."""
        if chat.person is not None:
            return True
        if chat.bot not in IN_CHAT:
            return False
        if chat.bot_is_admin or not self.bot.privacy or is_service(message):
            return True
        replied = message.get("reply_to_message")
        opens_topic = replied is not None and "forum_topic_created" in replied
        if replied is not None and replied["from"]["id"] == self.bot.id and not opens_topic:
            return True
        return self._commanded(chat, message)

    def _commanded(self, chat: Chat, message: Json) -> bool:
        """A command reaches the bot if it names it, or if nobody is named and the bot wrote last."""
        marks = message.get("entities") or message.get("caption_entities") or []
        first = next((mark for mark in marks if mark["type"] == "bot_command" and mark["offset"] == 0), None)
        if first is None:
            return False
        text = message.get("text") or message.get("caption") or ""
        _, _, named = text[: first["length"]].partition("@")
        return named.lower() == self.bot.username.lower() if named else chat.bot_wrote_last


def quoted(message: Json) -> Json:
    """A message as another one quotes it: its own quotation is left out."""
    return {key: value for key, value in message.items() if key != "reply_to_message"}


SERVICE = frozenset(
    {
        "new_chat_members", "left_chat_member", "new_chat_title", "group_chat_created",
        "supergroup_chat_created", "migrate_to_chat_id", "migrate_from_chat_id", "pinned_message",
        "forum_topic_created", "forum_topic_edited", "forum_topic_closed", "forum_topic_reopened",
    }
)  # fmt: skip


def is_service(message: Json) -> bool:
    """Whether Telegram wrote the message itself, about the chat."""
    return not SERVICE.isdisjoint(message)
