"""What an editor is told before entries go to young people: every fault with its file, field and fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from content.council import Council
from content.entry import AGE_BANDS, TOPICS, Entry, Problem
from content.library import Library, gaps_in
from content.matching import Matcher
from content.readability import grade, sentences, words
from content.safety import SafetyContent
from content.vocabulary import Vocabulary

LONGEST_ANSWER: Final = 90
LONGEST_NEXT_STEP: Final = 40
LONGEST_SENTENCE: Final = 20
HARDEST_GRADE: Final = 6.0
LONGEST_LIFE: Final = timedelta(days=366)
LONGEST_LIFE_OF_FIGURES: Final = timedelta(days=184)
LONGEST_CHECK: Final = timedelta(days=366)
"""A safety number whose last check is longer ago is refused."""
TOLD_CHECK: Final = timedelta(days=60)
"""Safety numbers are rechecked each month (section 12 of the fact base); after two, the doctor says so."""

_MONEY: Final = re.compile(r"£\s?\d")
_DATED: Final = re.compile(r"\b(?:19|20)\d\d(?:[/-]\d\d(?:\d\d)?)?\b|\bas of\b|\btoday's amount\b", re.IGNORECASE)
_PHONE: Final = re.compile(r"(?<![\w£,.])(?:\+44|0)(?:[ -]?\d){7,11}(?!\d)|(?<![\w£,.-])116[ -]?\d{3}(?!\d)")
_ALLOWED_PHONE: Final = re.compile(
    r"0800 1111|0[38]\d\d \d{3} \d{3,4}|0808 2000 247|116 \d{3}|0[12]\d{2,4} \d{3,6}(?: \d{3,4})?|07\d{3} \d{6}"
)
"""How people read numbers aloud; two helplines are known by groups of their own."""


def check_entries(library: Library, matcher: Matcher, vocabulary: Vocabulary, today: date) -> list[Problem]:
    """Every fault of a library that can be read: the bot may start with these, but nobody should publish them."""
    problems = list(library.problems)
    for entry in library.entries.values():
        problems += _dates(entry, today)
        problems += _text(entry)
        problems += _figures(entry)
        problems += _own_questions(entry, matcher)
        problems += _related(entry, library)
        problems += _mixed_up(entry, library)
        problems += _fork(entry, library)
    problems += _repeats(library.entries.values())
    problems += _missing_topics(library)
    problems += _dead_aliases(library, matcher, vocabulary)
    return problems


def check_safety(safety: SafetyContent, council: Council, today: date) -> list[Problem]:
    """Every card that is past its review, and every number on a card whose check is too old or still to come."""
    problems = []
    for card in safety.card_files.values():
        if card.review_by < today:
            fix = "Read the card with the safeguarding lead, then set review_by."
            what = f"was {card.review_by}, which has passed."
            problems.append(Problem(f"safety/cards/{card.id}.md", "review_by", what, fix))
    for file, number, checked_on in _safety_numbers(safety, council):
        fix = "Ring or look it up, then set checked_on."
        if checked_on > today:
            problems.append(Problem(file, "checked_on", f"of {number} is {checked_on}, which is to come.", fix))
        if today - checked_on > LONGEST_CHECK:
            what = f"of {number} is {checked_on}, more than 12 months ago."
            problems.append(Problem(file, "checked_on", what, fix))
    return problems


def unchecked(safety: SafetyContent, council: Council, today: date) -> list[str]:
    """The safety numbers that nobody has checked for two months, each once."""
    late = (number for _, number, checked_on in _safety_numbers(safety, council) if today - checked_on > TOLD_CHECK)
    return list(dict.fromkeys(late))


def _safety_numbers(safety: SafetyContent, council: Council) -> Iterator[tuple[str, str, date]]:
    """Each number that may stand on a card, with its file: the helplines' and the council's own."""
    for card in safety.card_files.values():
        for number in card.numbers:
            yield f"safety/cards/{card.id}.md", number.number, number.checked_on
    for contact in council.contacts.values():
        yield "council.yaml", contact.phone, contact.checked_on


def _dates(entry: Entry, today: date) -> Iterator[Problem]:
    checked, review = entry.checked_on, entry.review_by
    if checked is None or review is None:
        return
    if review < today:
        fix = "Check the facts, then set checked_on and review_by."
        yield Problem(entry.file, "review_by", f"was {review}, which has passed.", fix)
    if checked > today:
        yield Problem(entry.file, "checked_on", f"is {checked}, which is to come.", "Write the day of the check.")
    if review < checked:
        yield Problem(entry.file, "review_by", "is before checked_on.", "Set a later day.")
    life, why = LONGEST_LIFE, ""
    if _has_figures(entry):
        life, why = LONGEST_LIFE_OF_FIGURES, " for an amount or a phone number"
    if review - checked > life:
        what = f"is more than {6 if why else 12} months after checked_on{why}."
        yield Problem(entry.file, "review_by", what, f"Set {checked + life} or earlier.")
    if entry.source_date[:4] > str(today.year):
        yield Problem(entry.file, "source_date", "is to come.", "Write the date of the source.")
    if entry.valid_from and entry.valid_to and entry.valid_from > entry.valid_to:
        yield Problem(entry.file, "valid_to", "is before valid_from.", "Swap them.")


def _text(entry: Entry) -> Iterator[Problem]:
    parts = (("answer", entry.answer, LONGEST_ANSWER), ("next step", entry.next_step, LONGEST_NEXT_STEP))
    for field, text, limit in parts:
        if (count := len(words(text))) > limit:
            fix = "Cut it, or make two entries of it."
            yield Problem(entry.file, field, f"has {count} words, more than {limit}.", fix)
        for sentence in sentences(text):
            if (count := len(words(sentence))) > LONGEST_SENTENCE:
                what = f'has a sentence of {count} words ("{sentence[:40]}…").'
                yield Problem(entry.file, field, what, f"Split it: {LONGEST_SENTENCE} at most.")
        if "!" in text:
            yield Problem(entry.file, field, "has an exclamation mark.", "End the sentence with a full stop.")
    hardness = grade(f"{entry.answer}\n\n{entry.next_step}")
    if hardness > HARDEST_GRADE:
        what = f"has the reading grade {hardness:.1f}, above {HARDEST_GRADE:.0f}."
        yield Problem(entry.file, "answer", what, "Use shorter words and shorter sentences.")
    for field, text in (("title", entry.title), ("answer", entry.answer), ("next step", entry.next_step)):
        for gap in gaps_in(text):
            yield Problem(entry.file, field, f"nothing fills {{{gap}}}.", "Add it to council.yaml.")


def _has_figures(entry: Entry) -> bool:
    text = f"{entry.answer}\n{entry.next_step}"
    return bool(_MONEY.search(text) or _PHONE.search(text))


def _figures(entry: Entry) -> Iterator[Problem]:
    """An amount without its date is the commonest way in which such a text comes to be wrong."""
    for field, text in (("answer", entry.answer), ("next step", entry.next_step)):
        if _MONEY.search(text) and not _DATED.search(f"{entry.answer} {entry.next_step}"):
            fix = 'Say when it holds: "in 2026/27", "from April 2026", "as of 2026".'
            yield Problem(entry.file, field, "has an amount without a date.", fix)
        for number in _PHONE.findall(text):
            if not _ALLOWED_PHONE.fullmatch(number):
                fix = 'Write it as "0800 068 4141" or "116 123", or use a blank such as {duty_phone}.'
                yield Problem(entry.file, field, f'has the phone number "{number}".', fix)


def _own_questions(entry: Entry, matcher: Matcher) -> Iterator[Problem]:
    for question in entry.questions:
        found = matcher.rank(question, 1)
        if not found or found[0].entry_id != entry.id:
            what = f'"{question}" finds {found[0].entry_id if found else "nothing"} first.'
            fix = "Say it in other words, or move it to the other entry."
            yield Problem(entry.file, "questions", what, fix)


def _related(entry: Entry, library: Library) -> Iterator[Problem]:
    named = {
        "related": entry.related,
        "unlike": entry.unlike,
        "by_age": entry.by_age.values(),
        "by_status": entry.by_status.values(),
        "replaces": (entry.replaces,) if entry.replaces else (),
    }
    for field, others in named.items():
        for other in others:
            if other not in library.entries or other == entry.id:
                yield Problem(entry.file, field, f'"{other}" is no other entry.', "Correct its id.")
    if entry.replaces and entry.valid_from is None:
        yield Problem(
            entry.file, "replaces", "needs a valid_from.", "Write the day on which it takes the other's place."
        )


def _mixed_up(entry: Entry, library: Library) -> Iterator[Problem]:
    """Who gets the wrong one of two has to see it in the first line."""
    for other in (library.entries[id_] for id_ in entry.unlike if id_ in library.entries):
        if entry.id not in other.unlike:
            yield Problem(other.file, "unlike", f'does not name "{entry.id}", which names it.', "Add it.")
        if _first_line(entry) == _first_line(other):
            yield Problem(
                entry.file, "answer", f"begins like {other.file}.", "Say in the first line which of them it is."
            )


def _first_line(entry: Entry) -> str:
    return entry.answer.partition("\n")[0].strip().casefold()


def _fork(entry: Entry, library: Library) -> Iterator[Problem]:
    if entry.by_age and entry.by_status:
        yield Problem(entry.file, "by_status", "is beside by_age.", "Ask for one thing: keep one of them.")
    for field, leads in (("by_age", entry.by_age), ("by_status", entry.by_status)):
        for name, other in leads.items():
            found = library.entries.get(other)
            if found is not None and found.is_fork:
                yield Problem(entry.file, field, f'"{other}" is a fork itself.', "Name the entry that answers.")
            if found is not None and field == "by_age" and not any(map(found.audience.fits_age, AGE_BANDS[name])):
                yield Problem(entry.file, field, f'"{other}" is not for {name}.', "Correct its audience, or the band.")


def _repeats(entries: Iterable[Entry]) -> Iterator[Problem]:
    seen: dict[str, Entry] = {}
    for entry in entries:
        for question in entry.questions:
            key = " ".join(words(question.casefold()))
            first = seen.setdefault(key, entry)
            if first is not entry:
                what = f'"{question}" is in {first.file} too.'
                yield Problem(entry.file, "questions", what, "Keep it in one of the two.")


def _missing_topics(library: Library) -> Iterator[Problem]:
    present = set(library.topics())
    for topic, label in TOPICS.items():
        if topic not in present:
            fix = f"Write an entry into the folder {topic}."
            yield Problem(topic, "topic", f'"{label}" has no entry.', fix)


def _dead_aliases(library: Library, matcher: Matcher, vocabulary: Vocabulary) -> Iterator[Problem]:
    """A word of young people that leads nowhere: none of the first three entries is of its topic."""
    for topic, aliases in vocabulary.topics.items():
        if topic not in TOPICS:
            yield Problem("vocabulary.yaml", f"topics.{topic}", "is not a topic.", "Correct its spelling.")
            continue
        for alias in aliases:
            found = [library.entries[match.entry_id].topic for match in matcher.rank(alias, 3)]
            if topic not in found:
                led = f"leads to {found[0]}" if found else "leads nowhere"
                fix = "Add it to the questions or keywords of an entry of that topic."
                yield Problem("vocabulary.yaml", f"topics.{topic}", f'"{alias}" {led}.', fix)
    for alias, meaning in vocabulary.aliases.items():
        if not any(matcher.knows(word) for word in matcher.words(meaning)):
            fix = "Use words that an entry's questions have."
            yield Problem("vocabulary.yaml", "aliases", f'"{alias}" means "{meaning}", which no entry has.', fix)
