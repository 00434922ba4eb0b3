"""What to say to a question: an entry, a few suggestions, small talk, a kind no, or an honest "I don't know"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal

from content.declined import Declines
from content.entry import AGE_BANDS, Entry
from content.language import Languages
from content.library import Library
from content.matching import Match, Matcher
from content.small_talk import Reply, SmallTalkPhrases

Chat = Literal["private", "group"]
Asks = Literal["age", "status"]

SUGGESTIONS: Final = 3
_CONSIDERED: Final = 6
_MOST_WORDS_OF_A_FOLLOW_UP: Final = 9
_FEWEST_WORDS_IN_ENGLISH: Final = 3
_MOST_WORDS_OF_A_SUBJECT: Final = 2
_FEWEST_WORDS_OF_A_PART: Final = 3
_SURE_OF_A_PART: Final = 0.85  # of 564 single questions nine were cut in two without it, two with it
_MOST_PLACES_TO_SPLIT: Final = 3  # each costs two rankings
_MOST_LOOKED_BACK: Final = 3
_TOO_CLOSE: Final = 0.15
_AS_GOOD_AS_TIED: Final = 0.02
_COMPANY: Final = 0.6  # of the threshold: once it has to ask, a less likely second or third costs the reader little
_PERSONAL: Final = re.compile(r"\b(?:my|mine|myself)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Asker:
    """What is known of who asks: the ages they may have, in years, and what the law calls them. None: not known."""

    ages: range | None = None
    status: str | None = None

    def fits(self, entry: Entry) -> bool:
        """Whether the entry is for somebody like them; what is not known always fits."""
        old_enough = self.ages is None or any(map(entry.audience.fits_age, self.ages))
        return old_enough and (self.status is None or self.status in (entry.audience.status or (self.status,)))


def asker(age: int | None = None, band: str | None = None, status: str | None = None) -> Asker:
    """Somebody of an age, or else of a band of AGE_BANDS, with a status of STATUSES."""
    return Asker(range(age, age + 1) if age is not None else AGE_BANDS.get(band or ""), status)


ANYBODY: Final = Asker()


@dataclass(frozen=True, slots=True)
class Answer:
    """This entry answers the question.

    `asks`: it says only what holds for everybody, and the rest hangs on an age or status that is not known.
    `again`: it was the last answer too. `second` answers the other question of the same message.
    """

    entry: Entry
    score: float
    asks: Asks | None = None
    again: bool = False
    second: Answer | None = None


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
class OtherLanguage:
    """It is not in English. `entries` hold what a few of its words are about, as far as those can be read."""

    code: str
    entries: tuple[Entry, ...] = ()


@dataclass(frozen=True, slots=True)
class Declined:
    """The bot does not do that; the text says no kindly and why, and the entry, if any, really helps."""

    kind: str
    text: str
    entry_id: str | None = None


@dataclass(frozen=True, slots=True)
class Private:
    """In a group: this is for a private chat, whatever it is. The door shows a link and nothing else."""


@dataclass(frozen=True, slots=True)
class NoAnswer:
    """The Local Offer has nothing that fits well enough."""


Outcome = Answer | Suggestions | SmallTalk | OtherLanguage | Declined | Private | NoAnswer
Earlier = str | Entry
"""What the same person wrote before, or an entry that they opened."""


def answer(
    question: str,
    *,
    chat: Chat,
    library: Library,
    matcher: Matcher,
    small_talk: SmallTalkPhrases,
    languages: Languages | None = None,
    declines: Declines | None = None,
    who: Asker = ANYBODY,
    earlier: Sequence[Earlier] = (),
    today: date | None = None,
) -> Outcome:
    """Decide. `earlier` is what came before in the last minutes, oldest first, for a follow-up such as "how much is it".

    Small talk gives way to an entry that was written for it, so that a knowledge base may hold its own.
    """
    library = library if today is None else library.on(today)
    about = _whom_it_is_about(question, who) if chat == "private" else ANYBODY
    reading = _Reading(library, matcher, about)
    matches = reading.ranked(question)
    code = languages.of(question) if languages else None
    if languages and code and not reading.is_sure_in_english(languages.english(question, code)):
        entries = _entries(library, languages.needs(question, code))
        return OtherLanguage(code, entries) if chat == "private" else Private()
    sure = bool(matches) and matches[0].score >= matcher.thresholds.answer
    reply = small_talk.reply(question)
    if reply and not (sure and _holds(library.entries[matches[0].entry_id], reply, small_talk)):
        return SmallTalk(reply.kind, reply.text)
    no = declines.found(question, matches[0].score if sure else 0.0) if declines else None
    if no:
        known = no.entry_id if no.entry_id in library.entries else None
        return Declined(no.kind, no.text, known) if chat == "private" else Private()
    if chat == "group":
        return _in_group(question, matches, library, matcher)
    leaning = _follow_up(question, matches, earlier, reading, who)
    return leaning or _two(question, matches, reading) or reading.decided(question, matches)


def others(
    question: str, *, library: Library, matcher: Matcher, rejected: Iterable[str], who: Asker = ANYBODY
) -> tuple[Match, ...]:
    """What else the words may mean, once an answer was not what was meant."""
    reading = _Reading(library, matcher, _whom_it_is_about(question, who))
    not_meant = set(rejected)
    found = [match for match in reading.ranked(question) if match.entry_id not in not_meant]
    return tuple(_with_company(found, matcher)[:SUGGESTIONS])


def opened(entry: Entry, *, library: Library, matcher: Matcher, who: Asker = ANYBODY) -> Answer:
    """An entry that was asked for by name; a fork leads on or asks, as after a question. Any other stays itself."""
    found = Answer(entry, 1.0)
    return _Reading(library, matcher, who).led(found) if entry.is_fork else found


def _entries(library: Library, entry_ids: Iterable[str]) -> tuple[Entry, ...]:
    return tuple(library.entries[entry_id] for entry_id in entry_ids if entry_id in library.entries)


# --- one question


@dataclass(frozen=True, slots=True)
class _Reading:
    """The knowledge base as it is read for one person."""

    library: Library
    matcher: Matcher
    who: Asker

    def ranked(self, question: str) -> list[Match]:
        """The matches of today's entries, of those that could be the answer the ones for this person first."""
        entries = self.library.entries
        found: dict[str, Match] = {}
        for match in self.matcher.rank(question, _CONSIDERED):
            if match.entry_id in entries:
                current = entries[match.entry_id].id
                found.setdefault(current, replace(match, entry_id=current))
        matches = list(found.values())
        sure = [match for match in matches if self.is_sure(match)]
        return sorted(sure, key=lambda match: not self.fits(match)) + matches[len(sure) :]

    def is_sure(self, match: Match) -> bool:
        return match.score >= self.matcher.thresholds.answer

    def fits(self, match: Match) -> bool:
        return self.who.fits(self.library.entries[match.entry_id])

    def decided(self, question: str, matches: Sequence[Match]) -> Outcome:
        """What the words alone say. Words that only point ("how much is it") are never a sure question."""
        either = _could_be_either(question, [match for match in matches if self.fits(match)], self.matcher)
        points = _only_points(self.matcher.words(question)) and bool(matches) and self.is_sure(matches[0])
        found = self._suggested(matches) if either or points else _outcome(matches, self.library, self.matcher)
        match found:
            case Answer():
                return self.led(found)
            case Suggestions(matches=near):
                return self._suggested(near)
            case _:
                return found

    def _suggested(self, matches: Sequence[Match]) -> Suggestions:
        """The best, those for this person's age and status first."""
        near = _with_company(matches, self.matcher)[:SUGGESTIONS]
        return Suggestions(tuple(sorted(near, key=lambda match: not self.fits(match))))

    def is_sure_in_english(self, words: str) -> bool:
        """Whether the English part of a message is a question of its own."""
        if len(words.split()) < _FEWEST_WORDS_IN_ENGLISH:
            return False
        return isinstance(self.decided(words, self.ranked(words)), Answer)

    def led(self, found: Answer) -> Answer:
        """A fork leads to the entry for this person; so does an entry that is for another age or status."""
        entry = found.entry
        fork = entry if entry.is_fork else None if self.who.fits(entry) else self.fork_to(entry)
        if fork is None:
            return found
        target = self.target(fork)
        if target is not None:
            return replace(found, entry=target)
        return replace(found, asks=self._open_question(entry)) if entry.is_fork else found

    def fork_to(self, entry: Entry) -> Entry | None:
        forks = (one for one in self.library.entries.values() if one.is_fork)
        return next((one for one in forks if entry.id in (*one.by_age.values(), *one.by_status.values())), None)

    def target(self, fork: Entry) -> Entry | None:
        by_age = fork.by_age.get(_band(self.who.ages) or "")
        return self.library.entries.get(by_age or fork.by_status.get(self.who.status or "", ""))

    def _open_question(self, fork: Entry) -> Asks | None:
        if fork.by_age and self.who.ages is None:
            return "age"
        return "status" if fork.by_status and self.who.status is None else None


def _band(ages: range | None) -> str | None:
    if not ages:
        return None
    return next((band for band, members in AGE_BANDS.items() if ages[-1] in members), None)


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
    return Suggestions(tuple(_with_company(matches, matcher)[:SUGGESTIONS]))


def _with_company(matches: Sequence[Match], matcher: Matcher) -> list[Match]:
    return [match for match in matches if match.score >= _COMPANY * matcher.thresholds.suggest]


def _in_group(question: str, matches: Sequence[Match], library: Library, matcher: Matcher) -> Outcome:
    """Nobody's own matters in front of others: what is theirs, or outs somebody, goes to the private chat."""
    if _PERSONAL.search(question):
        return Private()
    near = [match for match in matches if match.score >= matcher.thresholds.suggest]
    if near and not library.entries[near[0].entry_id].public:
        return Private()
    return _outcome([match for match in near if library.entries[match.entry_id].public], library, matcher)


def _holds(entry: Entry, reply: Reply, small_talk: SmallTalkPhrases) -> bool:
    """Whether the entry was written for this kind of small talk."""
    own = map(small_talk.reply, entry.questions)
    return any(found is not None and found.kind == reply.kind for found in own)


# --- two questions in one message

_BREAKS: Final = re.compile(r"[?;\n]+|\s+(?:and|n|also|plus)\s+|\s*&\s*", re.IGNORECASE)
_CLAUSE: Final = frozenset({
    "how", "what", "when", "where", "who", "why", "which", "can", "could", "do", "does", "did", "is", "are", "am", "will",
    "should", "i", "we", "my", "need", "want", "get", "have", "tell", "help", "lost",
})  # fmt: skip


def _two(question: str, whole: Sequence[Match], reading: _Reading) -> Answer | None:
    """Both answers, where a message falls into two questions of which each alone is a sure one."""
    for left, right in _halves(question, reading.matcher):
        first = reading.decided(left, reading.ranked(left))
        if not isinstance(first, Answer) or first.score < _SURE_OF_A_PART:
            continue
        second = reading.decided(right, reading.ranked(right))
        if not isinstance(second, Answer) or second.score < _SURE_OF_A_PART or first.entry.id == second.entry.id:
            continue
        if not whole or whole[0].score <= max(first.score, second.score):
            return replace(first, second=second)
    return None


def _halves(question: str, matcher: Matcher) -> Iterator[tuple[str, str]]:
    """The ways to cut a message in two; at an "and" both sides have to be clauses: "food and gas" are one question."""
    cuts = 0
    for found in _BREAKS.finditer(question[:2_000]):
        sides = question[: found.start()], question[found.end() :]
        words = [matcher.words(side) for side in sides]
        is_end = found.group().strip()[:1] in ("?", ";", "")
        if all(_is_part(side, is_end) for side in words) and not _POINTERS.intersection(words[1]):
            yield sides
            cuts += 1
        if cuts == _MOST_PLACES_TO_SPLIT:
            return


def _is_part(words: Sequence[str], after_an_end: bool) -> bool:
    if not set(words) - _POINTING_WORDS:
        return False
    return after_an_end or (len(words) >= _FEWEST_WORDS_OF_A_PART and bool(_CLAUSE.intersection(words)))


# --- follow-ups

_POINTERS: Final = frozenset({"it", "that", "this", "them", "those", "these", "they"})
_POINTING_WORDS: Final = _POINTERS | frozenset({
    "a", "about", "actually", "after", "also", "and", "any", "apply", "are", "ask", "at", "be", "but", "can", "claim", "cost",
    "could", "did", "do", "does", "for", "free", "from", "get", "go", "got", "have", "how", "i", "if", "in", "is", "like", "long",
    "many", "me", "much", "my", "need", "now", "of", "off", "ok", "on", "one", "or", "pay", "please", "so", "still", "take", "tell",
    "than", "the", "then", "there", "to", "too", "up", "use", "want", "was", "we", "what", "when", "where", "which", "who", "why",
    "will", "with", "would", "you", "your", "not", "am", "old", "years", "year", "turned", "mate", "he", "she", "his", "her",
})  # fmt: skip
"""Words that a question may be made of and still name nothing."""
_ELLIPTIC: Final = frozenset({"how", "where", "when", "who"})
_LEADING_ON: Final = (("what", "about"), ("how", "about"), ("what", "if"), ("and",), ("but",), ("so",))


def is_follow_up(question: str, matcher: Matcher) -> bool:
    """Whether the words could lean on what was said before."""
    words = matcher.words(question)
    if not words or len(words) > _MOST_WORDS_OF_A_FOLLOW_UP:
        return False
    return bool(_POINTERS.intersection(words)) or _names_nothing(words) or _leads_on(words)


def _names_nothing(words: Sequence[str]) -> bool:
    return all(word in _POINTING_WORDS or word.isdecimal() for word in words)


def _only_points(words: Sequence[str]) -> bool:
    """Whether the words name nothing and point at something: "is it free", not "what can i get"."""
    return _names_nothing(words) and bool(_POINTERS.intersection(words))


def _leads_on(words: Sequence[str]) -> bool:
    return any(tuple(words[: len(start)]) == start for start in _LEADING_ON)


def _only_leans(question: str, words: Sequence[str]) -> bool:
    """Whether the words mean nothing without what came before, whatever entry they happen to be like."""
    elliptic = _only_points(words) or _leads_on(words) or words[0] in _ELLIPTIC
    return _names_nothing(words) and (elliptic or age_in(question) is not None)


def _follow_up(
    question: str, matches: Sequence[Match], earlier: Sequence[Earlier], reading: _Reading, who: Asker
) -> Answer | None:
    """The answer to words that lean on the last one; None where they stand alone, or lead to nothing near it."""
    words = reading.matcher.words(question)
    if not earlier or not is_follow_up(question, reading.matcher):
        return None
    stands_alone = bool(matches) and reading.is_sure(matches[0]) and not _only_leans(question, words)
    last = None if stands_alone else _last_answer(earlier, reading, who)
    if last is None:
        return None
    if age_in(question) is not None and (sibling := _at_their_age(last, reading)) is not None:
        return sibling
    near = _near(last, reading.library)
    best = next((match for match in reading.ranked(f"{last.title} {question}") if match.entry_id in near), None)
    if best is None or not reading.is_sure(best):
        return None
    if best.entry_id != last.id:
        return reading.led(Answer(reading.library.entries[best.entry_id], best.score))
    return Answer(last, best.score, again=True) if _names_nothing(words) else None


def _last_answer(earlier: Sequence[Earlier], reading: _Reading, who: Asker) -> Entry | None:
    """The entry that was last answered with or opened."""
    for said in list(reversed(earlier))[:_MOST_LOOKED_BACK]:
        if isinstance(said, Entry):
            return said
        then = replace(reading, who=_whom_it_is_about(said, who))
        found = then.decided(said, then.ranked(said))
        if isinstance(found, Answer):
            return found.entry
    return None


def _at_their_age(last: Entry, reading: _Reading) -> Answer | None:
    """The last answer's own fork, at the age that the message names."""
    fork = last if last.is_fork else reading.fork_to(last)
    target = reading.target(fork) if fork is not None else None
    return Answer(target, 1.0, again=target.id == last.id) if target is not None else None


def _near(entry: Entry, library: Library) -> set[str]:
    siblings = {one.id for one in library.topic(entry.topic)}
    return {entry.id, *entry.related, *entry.unlike, *siblings}


# --- ages in words

_AGE_WORDS: Final = {
    "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19", "twenty one": "21", "twenty two": "22",
    "twenty three": "23", "twenty four": "24", "twenty five": "25", "twenty": "20",
}  # fmt: skip
_WRITTEN_AGE: Final = re.compile(r"\b(?:" + "|".join(_AGE_WORDS).replace(" ", r"[ -]") + r")\b")
_NO_AGE_AFTER: Final = (
    r"(?!\w|[.,:]\d|\s*(?:[-–/%]|to|or|and|&|n)\s*\d|\s*%|'|\s*(?:weeks?|wks?|months?|mths?|days?|hours?|hrs?|min(?:ute)?s?|miles?"
    r"|quid|pounds?|pence|p|pm|am|k|per|percent|grand|times|of|people|kids|per\s?cent|short|in debt|behind|th|st|nd|years?\s+(?:ago|left|in|since))\b)"
)
_AGE: Final = r"(?P<age>[1-9]\d)"
_SOON: Final = r"(?P<soon>nearly|almost|about to (?:be|turn)|not (?:yet|quite)|turning|going on)?\s*"
_WHO: Final = (
    r"(?:he|she|mate|m8|friend|brother|bro|sister|sis|son|daughter|lad|lass|girl|boy|kid|gf|bf|girlfriend|boyfriend|partner"
    r"|person|cousin|ex|child|teen(?:ager)?|they|who|yp)"
)
_SAID_AGE: Final = (
    re.compile(rf"\b(?:i\s?'?\s?a?m|i am|am)\s*(?:only|just|now|still|also|like|a|actually|currently|newly)?\s*{_SOON}{_AGE}{_NO_AGE_AFTER}"),
    re.compile(rf"\b{_WHO}(?:\s+(?:is|are|was just)|'?s|'?re)\s+(?:only|just|now|still)?\s*{_SOON}{_AGE}{_NO_AGE_AFTER}"),
    re.compile(rf"\b(?P<soon>)(?:just\s+)?turned\s+{_AGE}{_NO_AGE_AFTER}"),
    re.compile(rf"\b(?P<soon>)aged?:?\s+{_AGE}{_NO_AGE_AFTER}"),
    re.compile(
        rf"(?<![-–/£.\d])(?<!\bto )(?<!\bor )(?<!and )(?<!under )(?<!over )(?<!than )\b(?P<soon>){_AGE}"
        r"\s*-?\s*(?:yo|y/o|yrs?[ -]?olds?|years?[ -]?olds?)\b"
    ),
    re.compile(rf"^\W*(?:hi+|hey|hiya|yo|hello)?\W*(?P<soon>)(?<!£){_AGE}{_NO_AGE_AFTER}\s*(?:n|and|,|&|\.|male|female|m|f|\W*$)(?!\w)"),
)  # fmt: skip
_ANOTHER_TIME: Final = re.compile(
    r"\b(?:when|wen|once|until|till?|before|b4|after|by the time|as soon as)\s+(?:\w+\s+)?$"
)
_NAMED_AGE: Final = re.compile(
    rf"(?<![£\w.,:/])(?:1[6-9]|2[0-5]){_NO_AGE_AFTER}|\b(?:1[6-9]|2[0-5])\s*(?:-|to|or)\s*\d"
)


def age_in(text: str) -> int | None:
    """The age in years of whom a message is about, where it says one: "im 19", "my mate is 17", "turned 21 last week".

    None for a number that is no age, an age at another time ("when im 18"), and where two people's ages are named.
    """
    plain = _WRITTEN_AGE.sub(
        lambda found: _AGE_WORDS[found.group().replace("-", " ")], text.casefold()[:2_000].replace("’", "'")
    )
    ages = {
        int(found["age"]) - bool(found["soon"])
        for pattern in _SAID_AGE
        for found in pattern.finditer(plain)
        if not _ANOTHER_TIME.search(plain[: found.start()])
    }
    return ages.pop() if len(ages) == 1 else None


def _whom_it_is_about(question: str, who: Asker) -> Asker:
    """Whoever asks, unless the message says another age; one that names some age is not answered at theirs."""
    age = age_in(question)
    if age is None:
        return replace(who, ages=None) if _NAMED_AGE.search(question.casefold()) else who
    return Asker(range(age, age + 1), who.status if who.ages is None or age in who.ages else None)
