"""The people of the practice: an invented default cast, or one from a file.

A cast file is JSON: `{"bot": {"username", "first_name"}, "people": [{"id"?, "first_name", "last_name"?,
"username"?, "part"?, "started"?}], "groups": [{"title", "type"?, "members": [ids], "forum"?, "bot"?}]}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from practice import groups
from practice.errors import Mistake
from practice.world import Bot, Person, World

Json = dict[str, Any]

JADE, KAI, PRIYA, TOM, RUTH, NADIA = range(7_100_000_001, 7_100_000_007)

DEFAULT: Json = {
    "bot": {"username": "compass_practice_bot", "first_name": "Compass"},
    "people": [
        {
            "id": JADE, "first_name": "Jade", "last_name": "Marlow", "username": "jade_marlow",
            "part": "young person, 18", "started": True,
        },
        {"id": KAI, "first_name": "Kai", "last_name": "Odell", "part": "young person, 17, has not joined"},
        {
            "id": PRIYA, "first_name": "Priya", "last_name": "Nair", "username": "priya_nair",
            "part": "personal adviser", "started": True,
        },
        {"id": TOM, "first_name": "Tom", "last_name": "Ashby", "part": "duty worker", "started": True},
        {"id": RUTH, "first_name": "Ruth", "last_name": "Calder", "part": "manager", "started": True},
        {"id": NADIA, "first_name": "Nadia", "last_name": "Frost", "part": "manager", "started": True},
    ],
    "groups": [{"title": "Compass lounge", "type": "group", "members": [PRIYA, JADE, KAI], "bot": True}],
}  # fmt: skip


def load(path: Path | None) -> Json:
    """The cast in a file, or the default one."""
    if path is None:
        return DEFAULT
    try:
        cast = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise Mistake(f"The cast file {path} cannot be read: {error}") from None
    if not isinstance(cast, dict):
        raise Mistake(f"The cast file {path} has to hold one JSON object.")
    return cast


def build(cast: Json, bot_id: int, first_update: int | None = None) -> World:
    """A fresh world with this cast in it; nothing of the setting up reaches the bot."""
    told = {**DEFAULT["bot"], **cast.get("bot", {})}
    world = World(Bot(bot_id, told["username"], told["first_name"]), first_update=first_update)
    for entry in cast.get("people", []):
        add_person(world, entry)
    for group in cast.get("groups", []):
        groups.create(world, group, quietly=True)
    return world


def add_person(world: World, entry: Json) -> Person:
    """Let one person in, as a cast file or a control request describes them."""
    if not isinstance(entry, dict) or not isinstance(entry.get("first_name"), str) or not entry["first_name"]:
        raise Mistake("A person needs a first_name.")
    last_name, username, part = (entry.get(name) or "" for name in ("last_name", "username", "part"))
    if not all(isinstance(text, str) for text in (last_name, username, part)):
        raise Mistake("A person's names and part are texts.")
    person_id = entry.get("id") or world.free_person_id()
    if not isinstance(person_id, int):
        raise Mistake("A person's id is a whole number.")
    started = entry.get("started") is True
    person = Person(person_id, entry["first_name"], last_name, username, part, started=started)
    return world.add_person(person)
