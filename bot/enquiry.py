"""What to say to a question: an entry, a few suggestions, small talk, or an honest "I don't know"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from content.entry import Entry
from content.library import Library
from content.matching import Match, Matcher
from content.small_talk import Reply, SmallTalkPhrases

Chat = Literal["private", "group"]

SUGGESTIONS: Final = 3
_CONSIDERED: Final = 6
_MOST_WORDS_OF_A_FOLLOW_UP: Final = 7
_MOST_WORDS_OF_A_SUBJECT: Final = 2
_TOO_CLOSE: Final = 0.15
_AS_GOOD_AS_TIED: Final = 0.02
_COMPANY: Final = 0.6  # of the threshold: once it has to ask, a less likely second or third costs the reader little
_PERSONAL: Final = re.compile(r"\b(?:my|mine|myself)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Answer:
    """This entry answers the question."""

    entry: Entry
    score: float


@dataclass(frozen=True, slots=True)
class Suggestions:
    """One of these may be meant, best first."""

    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class SmallTalk:
    """Nothing was asked; a kind answer is enough."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Private:
    """In a group: this is for a private chat, whatever it is. The door shows a link and nothing else."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The Local Offer has nothing that fits well enough."""


Outcome = Answer | Suggestions | SmallTalk | Private | NoAnswer


def answer(
    question: str,
    *,
    chat: Chat,
    library: Library,
    matcher: Matcher,
    small_talk: SmallTalkPhrases,
    age: int | None = None,
    earlier: Sequence[str] = (),
) -> Outcome:
    """Decide. `earlier` are the same person's last messages, for a follow-up such as "how much is it".

    Small talk gives way to an entry that was written for it, so that a knowledge base may hold its own.
    """
    matches = _ranked(question, library, matcher, age)
    sure = bool(matches) and matches[0].score >= matcher.thresholds.answer
    reply = small_talk.reply(question)
    if reply and not (sure and _holds(library.entries[matches[0].entry_id], reply, small_talk)):
        return SmallTalk(reply.kind, reply.text)
    if not sure and earlier and _is_follow_up(question):
        matches = _ranked(f"{earlier[-1]} {question}", library, matcher, age)
    if chat == "group":
        return _in_group(question, matches, library, matcher)
    if _could_be_either(question, _for_age(matches, library, age), matcher):
        return Suggestions(tuple(matches[:SUGGESTIONS]))
    return _outcome(matches, library, matcher)


def _could_be_either(question: str, matches: Sequence[Match], matcher: Matcher) -> bool:
    """Whether several entries fit about as well: "bursary" is a subject, not a question, and a tie is no answer."""
    if len(matches) < 2 or matches[1].score < matcher.thresholds.answer:
        return False
    margin = _TOO_CLOSE if len(question.split()) <= _MOST_WORDS_OF_A_SUBJECT else _AS_GOOD_AS_TIED
    return matches[0].score - matches[1].score < margin


def _outcome(matches: Sequence[Match], library: Library, matcher: Matcher) -> Outcome:
    if matches and matches[0].score >= matcher.thresholds.answer:
        return Answer(library.entries[matches[0].entry_id], matches[0].score)
    if not matches or matches[0].score < matcher.thresholds.suggest:
        return NoAnswer()
    near = [match for match in matches if match.score >= _COMPANY * matcher.thresholds.suggest]
    return Suggestions(tuple(near[:SUGGESTIONS]))


def _in_group(question: str, matches: Sequence[Match], library: Library, matcher: Matcher) -> Outcome:
    """Nobody's own matters in front of others: what is theirs, or outs somebody, goes to the private chat."""
    if _PERSONAL.search(question):
        return Private()
    near = [match for match in matches if match.score >= matcher.thresholds.suggest]
    if near and not library.entries[near[0].entry_id].public:
        return Private()
    return _outcome([match for match in near if library.entries[match.entry_id].public], library, matcher)


def _ranked(question: str, library: Library, matcher: Matcher, age: int | None) -> list[Match]:
    """The matches, of those that could be the answer the ones for the person's age first."""
    found = [match for match in matcher.rank(question, _CONSIDERED) if match.entry_id in library.entries]
    if age is None:
        return found
    sure = [match for match in found if match.score >= matcher.thresholds.answer]
    sure.sort(key=lambda match: not library.entries[match.entry_id].audience.fits_age(age))
    return sure + found[len(sure) :]


def _for_age(matches: Sequence[Match], library: Library, age: int | None) -> list[Match]:
    """The matches without those that are for another age, where the age is known."""
    return [match for match in matches if age is None or library.entries[match.entry_id].audience.fits_age(age)]


def _holds(entry: Entry, reply: Reply, small_talk: SmallTalkPhrases) -> bool:
    """Whether the entry was written for this kind of small talk."""
    own = map(small_talk.reply, entry.questions)
    return any(found is not None and found.kind == reply.kind for found in own)


def _is_follow_up(question: str) -> bool:
    return len(question.split()) <= _MOST_WORDS_OF_A_FOLLOW_UP
