"""Polls: what a poll looks like and what a vote changes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from practice import objects
from practice.errors import Mistake
from practice.objects import Json

if TYPE_CHECKING:
    from practice.world import Chat, Person, Stored, World


def counted(poll: Json, votes: dict[int, list[int]]) -> Json:
    """The poll with its votes counted."""
    options = [
        {**option, "voter_count": sum(index in chosen for chosen in votes.values())}
        for index, option in enumerate(poll["options"])
    ]
    return {**poll, "options": options, "total_voter_count": len(votes)}


def cast(world: World, chat: Chat, stored: Stored, person: Person, options: Any) -> list[int]:
    """Count a person's vote; the bot hears of it if the poll is its own."""
    poll = stored.message["poll"]
    _check(poll, stored, person, options)
    stored.votes.pop(person.id, None)
    if options:
        stored.votes[person.id] = sorted(options)
    world.replace(chat, stored, {**stored.message, "poll": counted(poll, stored.votes)})
    if stored.message["from"]["id"] != world.bot.id:
        return []
    heard = world.hear("poll", stored.message["poll"], chat)
    if poll["is_anonymous"]:
        return heard
    answer = {
        "poll_id": poll["id"],
        "user": objects.person_user(person),
        "option_ids": sorted(options),
        "option_persistent_ids": [poll["options"][index]["persistent_id"] for index in sorted(options)],
    }
    return heard + world.hear("poll_answer", answer, chat)


def _check(poll: Json, stored: Stored, person: Person, options: Any) -> None:
    if poll["is_closed"]:
        raise Mistake("This poll is closed.")
    known = range(len(poll["options"]))
    if not isinstance(options, list) or not all(option in known for option in options):
        raise Mistake("Options are a list of places in the poll, counted from 0.")
    if len(set(options)) != len(options) or (len(options) > 1 and not poll["allows_multiple_answers"]):
        raise Mistake("This poll takes one answer.")
    if person.id in stored.votes and not poll["allows_revoting"]:
        raise Mistake("A vote in this poll cannot be changed.")
