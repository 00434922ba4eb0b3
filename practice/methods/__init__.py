"""What the methods of the Bot API do to the practice world, one module a subject."""

from practice.methods import chats, editing, media, members, polls, profile, sending, topics  # noqa: F401
