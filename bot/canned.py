"""Replies that staff send often: what may be written into the list, and what it starts with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.store import canned
from bot.store.canned import Reply
from bot.turn import Speech
from content.canned import LONGEST_TITLE, LONGEST_WORDS, load_canned

MOST: Final = 40
"""Replies in the list: more buttons nobody reads."""


@dataclass(frozen=True, slots=True)
class Fits:
    """It can be written into the list."""

    title: str
    words: str


@dataclass(frozen=True, slots=True)
class Wrong:
    """It can't; `why` is "shape", "title", "words", "taken" or "full"."""

    why: str


def check(text: str, others: Iterable[Reply]) -> Fits | Wrong:
    """Read `Title = words`, beside the replies that stay."""
    left, _, right = text.partition("=")
    title, words = " ".join(left.split()), right.strip()
    if not title or not words:
        return Wrong("shape")
    there = list(others)
    if len(title) > LONGEST_TITLE:
        return Wrong("title")
    if len(words) > LONGEST_WORDS:
        return Wrong("words")
    if title.casefold() in {reply.title.casefold() for reply in there}:
        return Wrong("taken")
    return Fits(title, words) if len(there) < MOST else Wrong("full")


def mark(reply: Reply) -> str:
    """What a preview's button carries, so that only the words that were seen are sent."""
    return hashlib.sha256(reply.words.encode()).hexdigest()[:8]


async def seed(speech: Speech) -> int:
    """At the start of the bot: a new installation gets the replies of `content/canned.yaml`, once. Returns how many."""
    return await canned.seed(speech.connection, speech.now, [(reply.title, reply.words) for reply in load_canned()])
